"""Draw the plate of the NMDA receptor, ``nmda.svg``.

Run as ``python -m explainer.scenes.nmda_art``. The plate is 1600 x 900: left, one
receptor in cut-away; right, a field of 48 small ones. On a projector its letters are
half as large again and it shows 42 more above and below, where they find room. Nothing here is random from
run to run. The receptor is drawn around the axis of its pore (x = 0 here) and
mirrored: GluN1 left, GluN2 right.
"""

import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

Point = tuple[float, float]

AXIS = 456
OUTER, INNER = 514, 706  # the rows of lipid heads
SITE = (148, 342)  # where the transmitters bind, from the axis
COLUMNS, ROWS = 8, 6

ABOUT = "An NMDA receptor in its membrane, cut open, and 48 small receptors beside it"

STYLE = """
.plate-nmda{font-family:var(--font)}
.nm-stage{fill:var(--stage)}
.nm-cell{fill:var(--cell)}
.nm-core{fill:var(--lipid-core)}
.nm-head{fill:var(--lipid-head);stroke:var(--lipid-line);stroke-width:var(--head-line,var(--line-thin))}
.nm-tail{fill:none;stroke:var(--lipid-tail);stroke-width:var(--tail-line,5);stroke-linecap:round}
.nm-far{fill:var(--far)}
.nm-pore{fill:var(--pore)}
.nm-one{fill:var(--glun1);stroke:var(--glun1-deep);color:var(--glun1-mid)}
.nm-two{fill:var(--glun2);stroke:var(--glun2-deep);color:var(--glun2-mid)}
.nm-line{stroke-width:var(--line);stroke-linejoin:round;stroke-linecap:round}
.nm-mid{fill:currentColor;stroke-width:var(--line);stroke-linejoin:round}
.nm-one .nm-face{fill:var(--glun1);stroke:none}
.nm-two .nm-face{fill:var(--glun2);stroke:none}
.nm-bare{fill:currentColor;stroke:none}
.nm-strand{fill:none;stroke-width:9;stroke-linecap:round}
.nm-deep-one{fill:var(--glun1-deep);stroke:none}
.nm-deep-two{fill:var(--glun2-deep);stroke:none}
.nm-bar{stroke-width:var(--line);stroke-linejoin:round}
.nm-small{stroke-width:var(--small-line,2.5);stroke-linejoin:round}
.nm-band{fill:var(--far)}
.nm-ketamine{fill:var(--ketamine);stroke:var(--glyph-outline);stroke-width:var(--held-line,2.5);stroke-linejoin:round}
.nm-magnesium{fill:var(--magnesium);stroke:var(--glyph-outline);stroke-width:var(--held-line,2.5);stroke-linejoin:round}
.nm-ring{fill:none;stroke:var(--label);stroke-width:var(--ring-line,3);stroke-dasharray:var(--ring-dash,2 7);stroke-linecap:round}
.plate-nmda .label{fill:var(--label);font-size:var(--label-size)}
.plate-nmda .minor{fill:var(--muted);font-size:var(--minor-size)}
.plate-nmda .strong{font-weight:650;font-size:var(--readout-size)}
.plate-nmda .small{font-size:var(--legend-size)}
.plate-nmda .readout{fill:var(--label);font-size:var(--readout-size);font-weight:650;font-variant-numeric:tabular-nums}
.plate-nmda .place{font-weight:650}
.plate-nmda .beside{font-size:var(--label-size);font-weight:400}
.plate-nmda .end{text-anchor:end}
.plate-nmda .thing-key text{text-transform:capitalize}
.plate-nmda .leader{fill:none;stroke:var(--leader);stroke-width:var(--line-thin)}
.plate-nmda .leader-end{fill:var(--leader)}
.plate-nmda .field-panel{fill:var(--panel)}
.plate-nmda .route{fill:none;stroke:none}
.plate-nmda .unit>*{display:none}
.plate-nmda .unit:not(.state-open,.state-plugged,.state-blocked,.state-trapped) .s-closed,.plate-nmda .state-open .s-open,.plate-nmda .state-plugged .s-plugged,.plate-nmda .state-blocked .s-blocked,.plate-nmda .state-trapped .s-trapped,.plate-nmda .ringed .s-ring{display:inline}
.plate-nmda .panel-narrow,.plate-nmda .large{display:none}
.plate-nmda.narrow .panel-narrow{display:inline}
.plate-nmda.narrow .panel-wide{display:none}
.plate-nmda.narrow .label,.plate-nmda.narrow .small,.plate-nmda.narrow .beside{font-size:31px}
.plate-nmda.narrow .minor{font-size:30px}
.plate-nmda.narrow .readout:not(.beside),.plate-nmda.narrow .strong{font-size:34px}
"""


def n(value: float) -> str:
    """Write a number as short as it can be."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def smooth(points: Iterable[Point], closed: bool = True) -> str:
    """Draw a soft line through points (Catmull-Rom, as cubic Béziers)."""
    p = list(points)
    size = len(p)

    def at(i: int) -> tuple[float, float]:
        return p[i % size] if closed else p[min(max(i, 0), size - 1)]

    d = [f"M{n(p[0][0])} {n(p[0][1])}"]
    for i in range(size if closed else size - 1):
        a, b, c, e = at(i - 1), at(i), at(i + 1), at(i + 2)
        one = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
        two = (c[0] - (e[0] - b[0]) / 6, c[1] - (e[1] - b[1]) / 6)
        d.append("C" + " ".join(f"{n(x)} {n(y)}" for x, y in (one, two, c)))
    return "".join(d) + ("Z" if closed else "")


def mirror(points: Iterable[Point]) -> list[Point]:
    """Reflect in the pore's axis."""
    return [(-x, y) for x, y in points]


# --- the left half of the receptor, from the axis -----------------------------------

AMINO_OUTER = [(-146, 96), (-190, 102), (-216, 130), (-208, 164), (-168, 178), (-118, 172), (-94, 146), (-106, 110)]
AMINO_INNER = [(-92, 152), (-134, 160), (-170, 174), (-184, 202), (-158, 232), (-108, 238), (-66, 226), (-54, 192), (-64, 164)]
UPPER = [(-44, 334), (-38, 296), (-62, 256), (-120, 242), (-184, 254), (-216, 292), (-204, 330), (-178, 327), (-148, 317), (-118, 328), (-82, 340)]
HINGE = (-62, 344)
LOWER = [(-46, 352), (-84, 350), (-118, 357), (-148, 368), (-178, 358), (-202, 353), (-215, 380), (-192, 414), (-140, 430), (-84, 424), (-48, 398), (-40, 372)]
BODY = (
    "M-178 492C-150 482-122 484-104 494C-94 500-93 512-93 524V596C-93 622-74 630-52 636C-34 641-19 648-19 660V680"
    "C-19 694-34 702-46 714C-56 724-58 742-82 744C-120 748-160 746-180 738C-194 732-198 716-198 700V520C-198 506-192 497-178 492Z"
)
LUMEN = (
    "M-100 514C-60 524-40 528 0 528C40 528 60 524 100 514V612C80 640 24 640 24 660V684C24 704 56 712 62 730"
    "C40 722-40 722-62 730C-56 712-24 704-24 684V660C-24 640-80 640-100 612Z"
)
FAR_AMINO = [(0, 168), (40, 150), (84, 160), (100, 200), (84, 236), (0, 232), (-84, 236), (-100, 200), (-84, 160), (-40, 150)]
FAR_BINDING = [(0, 262), (52, 250), (80, 290), (80, 380), (58, 424), (0, 414), (-58, 424), (-80, 380), (-80, 290), (-52, 250)]
PIVOT = (-82, 608)
TIP = (7, 496)


def part(name: str, *inside: str, kind: str = "part", **attributes: str) -> str:
    """Make a group that can be found and moved by its id."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<g class="{kind}" id="{name}"{extra}>' + "".join(inside) + "</g>"


def glyph(name: str, size: float, x: float = 0, y: float = 0) -> str:
    """Place a glyph of the symbol sheet, centred."""
    return f'<use href="#glyph-{name}" x="{n(x - size / 2)}" y="{n(y - size / 2)}" width="{n(size)}" height="{n(size)}"/>'


def half(d: str, kind: str) -> str:
    """Draw one outline."""
    return f'<path class="{kind}" d="{d}"/>'


def sway(x: float) -> float:
    """Let the membrane rise and fall a little, but not where the receptor sits."""
    away = max(0.0, abs(x - AXIS) - 200) / 280
    return 9 * away * math.sin(math.pi * away + (0.6 if x > AXIS else 0))


def membrane() -> str:
    """Draw the bilayer in section."""
    xs = [-10, 60, 140, 220, 300, AXIS, 660, 740, 820, 900, 980]
    top = [(x, OUTER + sway(x)) for x in xs]
    low = [(x, INNER + sway(x)) for x in xs]
    core = smooth(top, closed=False) + smooth(reversed(low), closed=False).replace("M", "L", 1) + "Z"
    xs_lipids = [AXIS + side * (217 + 26.5 * i) for side in (-1, 1) for i in range(11)]
    lipids = []
    for i, x in enumerate(sorted(xs_lipids)):
        y, wave = sway(x), (0, 3, -2, 2, -3)[i % 5]
        lipids.append(f'<use href="#lipid" x="{n(x)}" y="{n(OUTER + y + wave)}"/>')
        lipids.append(f'<use href="#lipid" transform="translate({n(x)} {n(INNER + y - wave)})rotate(180)"/>')
    return part("membrane", half(core, "nm-core"), *lipids)


def inside_cell() -> str:
    """Fill what lies below the middle of the membrane."""
    y = (OUTER + INNER) // 2
    return f'<rect class="nm-stage" y="-60" width="960" height="{y + 60}"/><rect class="nm-cell" y="{y}" width="960" height="{960 - y}"/>'


# --- the particles of the cleft ------------------------------------------------------

KEPT_CLEAR = [  # x, y, width, height
    (0, 0, 330, 104),  # label: outside the cell
    (0, 334, 236, 98),  # label: glycine site
    (0, 440, 960, 80),  # labels: membrane, gate
    (90, 116, 140, 48),  # label: GluN1
    (682, 116, 142, 48),  # label: GluN2
    (684, 352, 276, 80),  # label: glutamate site
    (236, 80, 440, 460),  # the receptor
    (270, 0, 400, 120),  # the way in
    (310, 20, 90, 70),  # magnesium comes from here
    (536, 20, 90, 70),  # ketamine comes from here
    (670, 300, 70, 80),  # glutamate arrives here
    (850, 92, 76, 76),  # and comes from here
]


def clear(x: float, y: float, room: float = 20) -> bool:
    """Tell whether a particle may float here."""
    return 22 < x < 938 and 22 < y < 450 and not any(
        a - room < x < a + w + room and b - room < y < b + h + room for a, b, w, h in KEPT_CLEAR
    )


def scatter(count: int, seed: int = 4) -> list[Point]:
    """Scatter points evenly, each as far as can be from those before it."""
    draw = random.Random(seed)
    spots: list[Point] = []
    while len(spots) < count:
        tries = [(20 + 920 * draw.random(), 20 + 440 * draw.random()) for _ in range(1500)]
        free = [t for t in tries if clear(*t)]
        spots.append(max(free, key=lambda t: min((math.dist(t, s) for s in spots), default=0)))
    return spots


def spread(spots: list[Point]) -> list[Point]:
    """Order points so that the first few are always far from each other."""
    waiting, ordered = spots[1:], spots[:1]
    while waiting:
        farthest = max(waiting, key=lambda w: min(math.dist(w, o) for o in ordered))
        waiting.remove(farthest)
        ordered.append(farthest)
    return ordered


def clouds() -> str:
    """Draw what floats in the cleft; the first few of each are always well spread."""
    spots = scatter(38)
    ketamine = [s for i, s in enumerate(spots) if i % 19 not in (1, 3, 6, 9, 12, 15, 17)]
    glutamate = [s for s in spots if s not in ketamine]
    return part("ketamine-cloud", *(glyph("ketamine", 30, *s) for s in spread(ketamine))) + part(
        "glutamate-cloud", *(glyph("glutamate", 26, *s) for s in spread(glutamate))
    )


# --- the receptor ---------------------------------------------------------------------


def capsule(a: Point, b: Point, width: float) -> str:
    """Draw a rod with round ends from a to b."""
    length = math.dist(a, b)
    ux, uy = (b[0] - a[0]) / length * width / 2, (b[1] - a[1]) / length * width / 2
    r = n(width / 2)
    return (
        f"M{n(a[0] + uy)} {n(a[1] - ux)}A{r} {r} 0 1 0 {n(a[0] - uy)} {n(a[1] + ux)}"
        f"L{n(b[0] - uy)} {n(b[1] + ux)}A{r} {r} 0 1 0 {n(b[0] + uy)} {n(b[1] - ux)}Z"
    )


def shifted(points: Iterable[Point], origin: Point) -> list[Point]:
    """Express points from an origin of their own."""
    return [(x - origin[0], y - origin[1]) for x, y in points]


def shade(points: Sequence[Point], lift: float = 4) -> str:
    """Draw a lobe in two tones: the tone of its edge, and its face a little up and outwards."""
    cx, cy = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    away = -3 if cx < 0 else 3
    face = [(cx + (x - cx) * 0.9 + away, cy + (y - cy) * 0.86 - lift) for x, y in points]
    return f'<path class="nm-mid nm-line" d="{smooth(points)}"/><path class="nm-face" d="{smooth(face)}"/>'


def receptor() -> str:
    """Draw the receptor, back to front."""
    left, right = "nm-one", "nm-two"

    def pair(inside: str) -> str:
        return f'<g class="{left}">{inside}</g><g class="{right}" transform="scale(-1 1)">{inside}</g>'

    def both(d: str, kind: str) -> str:
        return pair(half(d, kind))

    def place(x: float, y: float, inside: str, flip: bool = False) -> str:
        return f'<g transform="translate({n(x)} {n(y)})">' + inside + "</g>"

    far = part(
        "far-subunits",
        half(smooth(FAR_AMINO), "nm-far"),
        half(smooth(FAR_BINDING), "nm-far"),
        half("M-66 220H66V290H-66Z", "nm-far"),
        half(capsule((-34, 410), (-46, 500), 14) + capsule((34, 410), (46, 500), 14), "nm-far"),
        half("M-100 504C-84 488-62 486-48 488C-34 484-12 484 0 490C12 484 34 484 48 488C62 486 84 488 100 504V540H-100Z", "nm-far"),
    )
    lumen = half(LUMEN, "nm-pore")
    body = part(
        "transmembrane",
        lumen,
        both(BODY, "nm-line"),
        both(capsule((-170, 520), (-170, 712), 30), "nm-bare"),
        both(capsule((-130, 520), (-130, 712), 30), "nm-bare"),
        both(capsule((-88, 704), (-48, 664), 22), "nm-bare"),
    )
    lips = part("filter", *(
        half(capsule((s * 22, 657), (s * 22, 683), 11), f"nm-deep-{k}") for s, k in ((-1, "one"), (1, "two"))
    ))  # fmt: skip

    def gate(side: str, sign: int, kind: str) -> str:
        bar = capsule((0, 0), (sign * -(TIP[0] - PIVOT[0]), TIP[1] - PIVOT[1]), 30)
        strand = smooth(
            [(sign * -x, y) for x, y in shifted([TIP, (-20, 462), (-58, 440), (-70, 412)], PIVOT)], closed=False
        )
        turn = -27 * sign * -1
        inside = part(
            f"gate-{side}",
            half(strand, "nm-strand"),
            half(bar, "nm-mid nm-bar"),
            data_closed="rotate(0)",
            data_open=f"rotate({turn})",
        )
        return f'<g class="{kind}" transform="translate({n(sign * -PIVOT[0])} {n(PIVOT[1])})">{inside}</g>'

    def lobe(name: str, sign: int, kind: str) -> str:
        points = [(sign * -x, y) for x, y in shifted(LOWER, HINGE)]
        turn = 16 * sign
        inside = part(
            f"clamshell-{name}", shade(points, lift=-1), data_bound="rotate(0)", data_unbound=f"rotate({turn})"
        )
        return f'<g class="{kind}" transform="translate({n(sign * -HINGE[0])} {n(HINGE[1])})">{inside}</g>'

    gates = '<g id="gate">' + gate("right", 1, right) + gate("left", -1, left) + "</g>"
    lobes = part("hinges", both(capsule((-60, 334), (-62, 356), 30), "nm-mid")) + lobe("glycine", -1, left) + lobe("glutamate", 1, right)
    tops = part("binding-domains", pair(shade(UPPER)))
    amino = part("amino-terminal", pair(shade(AMINO_INNER) + shade(AMINO_OUTER)))
    necks = part("necks", both(capsule((-112, 222), (-112, 262), 26), "nm-mid"))
    return (
        f'<g transform="translate({AXIS} 0)">' + far + body + lips + "</g>"
        + part("magnesium", glyph("magnesium", 46), transform=f"translate({AXIS} 646)")
        + part("ketamine", glyph("ketamine", 52), transform=f"translate({AXIS} 586)")
        + part("flow", routes("calcium", "sodium"), kind="part flow")
        + f'<g transform="translate({AXIS} 0)">' + gates + necks + amino + lobes + tops
        + place(-SITE[0], SITE[1], part("glycine", glyph("glycine", 38))) + "</g>"
        + part("glutamate", glyph("glutamate", 38), transform=f"translate({AXIS + SITE[0]} {SITE[1]})")
    )  # fmt: skip


def routes(*things: str) -> str:
    """Lay the invisible paths that these things follow."""
    pore: list[Point] = [(0, 470), (0, 560), (0, 640), (0, 690)]
    ways: dict[str, list[Point]] = {
        "calcium-path": [(-8, 16), (-14, 110), (8, 240), (0, 380), *pore, (-14, 770), (-34, 890)],
        "calcium-path-2": [(-176, 24), (-90, 58), (-30, 150), (-16, 300), (-4, 400), *pore, (16, 770), (58, 888)],
        "calcium-path-3": [(190, 28), (96, 60), (30, 150), (18, 300), (4, 400), *pore, (2, 780), (12, 894)],
        "sodium-path": [(-70, 18), (-44, 100), (-24, 200), (-20, 320), (-2, 410), *pore, (-22, 768), (-48, 890)],
        "sodium-path-2": [(84, 18), (46, 100), (26, 210), (20, 320), (2, 410), *pore, (34, 766), (96, 884)],
        "ketamine-entry": [(120, 56), (50, 66), (2, 130), (-2, 250), (2, 400), (0, 500), (0, 586)],
        "magnesium-entry": [(-104, 56), (-50, 70), (-2, 130), (2, 250), (-2, 400), (0, 520), (0, 646)],
        "glutamate-entry": [(430, 130), (390, 205), (330, 290), (262, 336), (212, 343), SITE],
    }
    ways = {name: [(AXIS + x, y) for x, y in way] for name, way in ways.items() if name.startswith(things)}
    return "".join(f'<path class="route" id="{k}" fill="none" stroke="none" d="{smooth(v, closed=False)}"/>' for k, v in ways.items())


Label = tuple[float, float, Sequence[str], list[Point] | None]


def tag(name: str, x: float, y: float, text: str, line: list[Point] | None = None, kind: str = "label", large: Label | None = None) -> str:
    """Write a label, with a thin line to its thing; `large` says where it stands on a projector."""
    inside = words(x, y, [text], line, kind)
    if large:
        inside = f'<g class="usual">{inside}</g><g class="large">{words(*large, kind)}</g>'
    return part(f"label-{name}", inside, kind="part named")


def words(x: float, y: float, texts: Sequence[str], line: list[Point] | None, kind: str) -> str:
    """Write lines of text one below the other, with a thin line from the first to its thing."""
    inside = "".join(f'<text class="{kind}" x="{n(x)}" y="{n(y + 47 * i)}">{text}</text>' for i, text in enumerate(texts))
    if not line:
        return inside
    way = "L".join(f"{n(a)} {n(b)}" for a, b in line)
    return f'<path class="leader" d="M{way}"/><circle class="leader-end" cx="{n(line[-1][0])}" cy="{n(line[-1][1])}" r="4"/>' + inside


def labels() -> str:
    """Name the parts."""
    return "".join([
        tag("outside", 28, 52, "Outside the cell", kind="label place", large=(24, 0, ["Outside the cell"], None)),
        tag("cleft", 28, 88, "synaptic cleft", kind="label minor spare"),
        tag("glycine", 28, 412, "Glycine site", [(218, 402), (236, 402), (294, 354)],
            large=(24, 376, ["Glycine", "site"], [(190, 361), (232, 361), (294, 354)])),
        tag("glutamate", 708, 412, "Glutamate site", [(700, 402), (682, 402), (618, 354)],
            large=(712, 388, ["Glutamate", "site"], [(702, 373), (668, 373), (618, 350)])),
        tag("membrane", 28, 482, "Membrane", large=(24, 499, ["Membrane"], None)),
        tag("gate", 708, 482, "Gate", [(700, 472), (566, 472), (516, 560)],
            large=(712, 486, ["Gate"], [(702, 471), (566, 471), (516, 560)])),
        tag("ketamine", 640, 786, "Ketamine site", [(632, 776), (612, 776), (479, 592)],
            large=(640, 806, ["Ketamine site"], [(630, 791), (606, 791), (479, 592)])),
        tag("filter", 640, 846, "Selectivity filter", [(632, 836), (606, 836), (478, 672)],
            large=(640, 872, ["Selectivity", "filter"], [(630, 857), (594, 857), (478, 672)])),
        tag("magnesium", 376, 768, "Mg²⁺ site", [(384, 758), (394, 758), (440, 660)], kind="label end",
            large=(384, 828, ["Mg²⁺ site"], [(390, 813), (404, 813), (440, 660)])),
        tag("inside", 28, 880, "Inside the cell", kind="label place", large=(24, 926, ["Inside the cell"], None)),
        tag("subunit-one", 222, 152, "GluN1", kind="label minor end"),
        tag("subunit-two", 690, 152, "GluN2", kind="label minor"),
        '<text class="readout at-membrane" id="membrane-label" x="28" y="770"></text>',
        '<text class="readout beside end at-plug" id="magnesium-label" x="376" y="804"></text>',
    ])  # fmt: skip


# --- the field -------------------------------------------------------------------------

WALL = "M-22-7H-18Q-14-7-14-3V8C-14 15-4 14-4 20V22C-4 27-9 27-10 31H-22Q-26 31-26 27V-3Q-26-7-22-7Z"
HEX = "M0-12L1.8-10.9L2.6-4.6L8.6-7L10.4-6V6L0 12L-10.4 6V-6Z"


def unit_icons() -> str:
    """Draw the five states of a small receptor; they differ in outline, not only in colour."""

    def house(shut: bool, strong: bool = False, held: str = "") -> str:
        tip = (2.0, -25.0) if shut else (-25.0, -33.0)
        out = [half("M-16-4L0-20L16-4V31H-16Z" if shut else "M-16-11H16V31H-16Z", "nm-pore")]
        sides = (("nm-two", "nm-deep-two", ' transform="scale(-1 1)"'), ("nm-one", "nm-deep-one", ""))
        for kind, deep, move in sides:
            out.append(f'<g class="{kind}"{move}>{half(WALL, deep if strong else "nm-small")}</g>')
        out.append(held)
        for _, deep, move in sides:
            out.append(f"<g{move}>{half(capsule((-20, -5), tip, 9), deep)}</g>")
        return "".join(out)

    ketamine = f'<g transform="translate(0 3)">{half(HEX, "nm-ketamine")}</g>'
    plug = half("M-10 10H10A10.5 10.5 0 1 1-10 10Z", "nm-magnesium")
    return "".join([
        f'<g id="unit-closed">{house(shut=True)}</g>',
        f'<g id="unit-open">{house(shut=False, strong=True)}</g>',
        f'<g id="unit-plugged">{house(shut=False, held=plug)}</g>',
        f'<g id="unit-blocked">{house(shut=False, held=ketamine)}</g>',
        f'<g id="unit-trapped">{house(shut=True, held=ketamine)}</g>',
        '<rect id="unit-ring" class="nm-ring" x="-33.5" y="-40" width="67" height="75" rx="14"/>',
    ])  # fmt: skip


STATES = ("closed", "open", "plugged", "blocked", "trapped")


def field() -> str:
    """Draw the population, its legend and the key of the particles."""
    pitch_x, pitch_y = 71, 77
    bands = "".join(
        f'<rect class="nm-band" x="0" y="{n(pitch_y * (r + 0.5) - 9)}" width="{pitch_x * COLUMNS}" height="24" rx="12"/>'
        for r in range(ROWS)
    )
    inside = "".join(f'<use class="s-{s}" href="#unit-{s}"/>' for s in STATES) + '<use class="s-ring" href="#unit-ring"/>'
    units = "".join(
        f'<g class="unit" id="receptor-{i + 1}" transform="translate({n(pitch_x * (i % COLUMNS + 0.5))} '
        f'{n(pitch_y * (i // COLUMNS + 0.5))})">{inside}</g>'
        for i in range(COLUMNS * ROWS)
    )
    names = ("Shut", "Open", "Mg²⁺ in pore", "Drug in pore", "Drug trapped")
    short = {"Drug trapped": "Trapped"}  # on a projector

    def reading(name: str) -> str:
        def text(kind: str, words: str) -> str:
            return f'<text class="label small{kind}" x="44" y="10">{words}</text>'

        return text(" usual", name) + text(" large", short[name]) if name in short else text("", name)

    legend = "".join(
        f'<g class="state-key state-key-{s}" transform="translate({996 + (i > 2) * 262 + 28} {602 + i % 3 * 76})">'
        f'<use href="#unit-{s}"/>{reading(name)}</g>'
        for i, (s, name) in enumerate(zip(STATES, names, strict=True))
    )
    keys = (("glutamate", "Glutamate"), ("ketamine", "Ketamine"), ("glycine", "Glycine"), ("calcium", "Ca²⁺"), ("sodium", "Na⁺"), ("magnesium", "Mg²⁺"))
    drug = ' id="drug-name"'
    key = "".join(
        f'<g class="thing-key thing-key-{g}" transform="translate({1008 + (0, 216, 424)[i % 3]} {830 + i // 3 * 46})">{glyph(g, 28)}'
        f'<text class="label small"{drug if g == "ketamine" else ""} x="22" y="10">{name}</text></g>'
        for i, (g, name) in enumerate(keys)
    )
    return part(
        "field",
        '<rect class="field-panel panel-wide" x="960" y="-60" width="640" height="1020"/>'
        '<rect class="field-panel panel-narrow" y="900" width="960" height="600"/>',
        part("field-heading", '<text class="label strong field-title" x="996" y="64">48 receptors</text>'),
        f'<g class="field-grid" transform="translate(996 92)">{part("field-membrane", bands)}{part("receptors", units, kind="part field-units")}</g>',
        part("legend", legend),
        part("key", key),
        kind="field",
    )


def narrow_rules() -> str:
    """Move the field beneath the close-up on a phone."""
    keys = ("glutamate", "ketamine", "glycine", "calcium", "sodium", "magnesium")
    rules = [".field-title{transform:translate(-968px,886px)}", ".field-grid{transform:translate(28px,976px) scale(.9)}"]
    rules += [f".state-key-{s}{{transform:translate(604px,{1018 + 82 * i}px)}}" for i, s in enumerate(STATES)]
    rules += [f".thing-key-{g}{{transform:translate({50 + i % 3 * 300}px,{1420 + i // 3 * 48}px)}}" for i, g in enumerate(keys)]
    return "\n".join(".plate-nmda.narrow " + r for r in rules) + "\n"


def projector_rules() -> str:
    """Part the labels further, hide what can be spared, and set the field and its legend in two columns."""
    things = ("glutamate", "ketamine", "glycine", "calcium", "sodium", "magnesium")
    lines = "{--tail-line:7.5;--head-line:0;--small-line:7.2;--held-line:0;--ring-line:7.5;--ring-dash:1 13}"
    rules = [
        ":not(.narrow){--aspect:1600 / 984}",
        lines,
        " .nm-head{fill:var(--lipid-line)}",
        " .glyph{stroke-width:2.8}",
    ]
    wide_rules = [
        " :is(.usual,.spare){display:none}",
        " .large{display:inline}",
        " .leader-end{r:9px}",
        " .at-membrane{transform:translate(-4px,8px)}",
        " .at-plug{transform:translate(8px,70px)}",
        " .at-plug tspan+tspan{display:none}",
        " .state-key .small{transform:translate(-6px,4px)}",
        " .thing-key .small{transform:translate(0,4px)}",
        " .thing-key use{transform:scale(1.25)}",
        " .field-title{transform:translate(-4px,-62px)}",
        " .field-grid{transform:translate(996px,36px)}",
    ]
    wide_rules += [f" .state-key-{s}{{transform:translate(1004px,{574 + 82 * i}px)}}" for i, s in enumerate(STATES)]
    wide_rules += [f" .thing-key-{t}{{transform:translate(1342px,{564 + 69 * i}px)}}" for i, t in enumerate(things)]
    rules += [":not(.narrow)" + rule for rule in wide_rules]
    return "\n".join('.explainer[data-theme="projector"] .plate-nmda' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    lipid = (
        '<g id="lipid"><path class="nm-tail" d="M-5 12C-8 30-2 44-5 60S-4 78-5 86M5 12C8 28 3 44 6 58S4 74 6 82"/>'
        '<circle class="nm-head" r="12"/></g>'
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-nmda" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{narrow_rules()}{projector_rules()}</style>",
        f"<defs>{lipid}{unit_icons()}</defs>",
        '<g id="close-up" class="close-up">',
        inside_cell(),
        membrane(),
        clouds(),
        '<g id="receptor" class="receptor">' + receptor() + "</g>",
        routes("ketamine", "magnesium", "glutamate"),
        '<g id="labels" class="labels">' + labels() + "</g>",
        "</g>",
        field(),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("nmda.svg")
    text = draw()
    path.write_text(text, "utf-8")
    print(f"{path.name}: {len(text.encode()):,} bytes, {text.count(' id=')} ids")


if __name__ == "__main__":
    main()
