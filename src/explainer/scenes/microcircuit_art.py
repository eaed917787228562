"""Draw the plate of the microcircuit, ``microcircuit.svg``.

Run as ``python -m explainer.scenes.microcircuit_art``. The plate is 1600 x 900: left, one pyramidal
cell and one fast-spiking interneuron with their synapses; right, 40 cells of the network, their
spikes row by row, and both mean rates. On a phone the right half stands below the left. On a
projector letters are half as large again and the plate shows 42 more above and below.

A limb of a cell is a tapering tube around a soft line. Everything of one cell is drawn twice, first
its outlines and then its insides, so that tubes and soma become one body.
"""

import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from explainer.scenes.nmda_art import Point, glyph, n, part, smooth, unit_icons

ABOUT = "A pyramidal cell and an interneuron with their synapses, and 40 cells of their network with their spikes"

PYRAMIDAL, INTERNEURONS = 32, 8
RECEPTORS = 10
GLOW = 78.0  # how far from a soma's middle a spike is drawn, before the halo that the player adds
KETAMINE = 24
PHASES = (102 / 284, 182 / 284)  # share of the film at which ketamine comes, and at which it has washed in

STYLE = """
.plate-microcircuit{font-family:var(--font)}
.mc-stage{fill:var(--stage)}
.mc-panel{fill:var(--panel)}
.mc-exc{--edge:var(--excitatory);--body:var(--excitatory-fill);--spike:var(--glutamate)}
.mc-inh{--edge:var(--inhibitory);--body:var(--inhibitory-fill);--spike:var(--gaba)}
.plate-microcircuit .soma{fill:none}
.mc-out{fill:var(--edge);stroke:var(--edge);stroke-width:calc(2*var(--line));stroke-linejoin:round}
.mc-in{fill:var(--body)}
.mc-spine-out{fill:none;stroke:var(--edge);stroke-linecap:round;stroke-width:calc(7px + 2*var(--line))}
.mc-spine-in{fill:none;stroke:var(--body);stroke-linecap:round;stroke-width:7}
.mc-axon-out{fill:none;stroke:var(--edge);stroke-linecap:round;stroke-linejoin:round;stroke-width:calc(6px + 2*var(--line))}
.mc-axon-in{fill:none;stroke:var(--body);stroke-linecap:round;stroke-linejoin:round;stroke-width:6}
.mc-nucleus{fill:var(--edge);opacity:.16}
.mc-input{--edge:var(--leader);--body:var(--far)}
.mc-bouton{fill:var(--body);stroke:var(--edge);stroke-width:var(--line)}
.mc-dock{fill:none;stroke:var(--edge);stroke-width:8;stroke-linecap:round}
.mc-sign{fill:var(--raised);stroke:var(--edge);stroke-width:var(--line)}
.mc-sign-bar{fill:none;stroke:var(--edge);stroke-width:var(--mc-sign,4);stroke-linecap:round}
.mc-box{fill:var(--raised);stroke:var(--border);stroke-width:var(--line-thin)}
.mc-cell{fill:var(--body);stroke:var(--edge);stroke-width:var(--mc-cell,3);stroke-linejoin:round}
.mc-halo{fill:var(--spike);opacity:.7}
.mc-wash{fill:var(--accent-soft)}
.mc-sheet{fill:var(--raised)}
.mc-gap{fill:var(--panel)}
.mc-torn{fill:none;stroke:var(--chart-axis);stroke-width:var(--line-thin);stroke-linejoin:round}
.mc-hatch{fill:none;stroke:var(--chart-axis);stroke-width:var(--line-thin);opacity:.3}
.mc-equal{fill:none;stroke:var(--accent);stroke-width:calc(1.6*var(--line));stroke-linejoin:round}
.mc-badge{fill:var(--accent)}
.mc-equals{fill:none;stroke:var(--accent-text);stroke-width:5;stroke-linecap:round}
.mc-edge{fill:none;stroke:var(--chart-axis);stroke-width:var(--line-thin)}
.mc-phase{fill:none;stroke:var(--chart-axis);stroke-width:var(--line-thin);stroke-dasharray:3 7;stroke-linecap:round}
.mc-rows{fill:none;stroke:none}
.mc-rows.mc-exc{--trace:var(--excitatory);color:var(--excitatory)}
.mc-rows.mc-inh{--trace:var(--inhibitory);color:var(--inhibitory)}
.explainer .plate.plate-microcircuit .raster-ticks{stroke-width:calc(var(--tick)*2.4)}
.explainer .plate-microcircuit .trace-line{stroke-width:calc(1.6*var(--line))}
.explainer .plate-microcircuit .trace-line.mc-inh{stroke-dasharray:var(--mc-dash,11 6)}
.plate-microcircuit .label{fill:var(--label);font-size:var(--label-size)}
.plate-microcircuit .minor{fill:var(--muted);font-size:var(--minor-size)}
.plate-microcircuit .small{font-size:var(--legend-size)}
.plate-microcircuit .strong{font-weight:650;font-size:var(--readout-size)}
.plate-microcircuit .name{font-weight:650;font-size:var(--mc-name,31px)}
.plate-microcircuit .readout{fill:var(--label);font-size:var(--label-size);font-weight:650;font-variant-numeric:tabular-nums}
.plate-microcircuit :is(.warm,.minor.warm){fill:var(--excitatory)}
.plate-microcircuit .cool{fill:var(--inhibitory)}
.plate-microcircuit .end{text-anchor:end}
.plate-microcircuit .middle{text-anchor:middle}
.plate-microcircuit .leader{fill:none;stroke:var(--leader);stroke-width:var(--line-thin)}
.plate-microcircuit .leader-end{fill:var(--leader)}
.plate-microcircuit .route{fill:none;stroke:none}
.plate-microcircuit .receptors .unit>*{display:none}
.plate-microcircuit .receptors .unit:not(.state-trapped) .s-closed,.plate-microcircuit .receptors .state-trapped .s-trapped{display:inline}
.plate-microcircuit :is(.panel-narrow,.large,.gap-short){display:none}
.plate-microcircuit.narrow .gap-short{display:inline}
.plate-microcircuit.narrow .panel-narrow{display:inline}
.plate-microcircuit.narrow .panel-wide{display:none}
.nm-pore{fill:var(--pore)}
.nm-one{fill:var(--glun1);stroke:var(--glun1-deep)}
.nm-two{fill:var(--glun2);stroke:var(--glun2-deep)}
.nm-deep-one{fill:var(--glun1-deep);stroke:none}
.nm-deep-two{fill:var(--glun2-deep);stroke:none}
.nm-small{stroke-width:var(--small-line,2.5);stroke-linejoin:round}
.nm-ketamine{fill:var(--ketamine);stroke:var(--glyph-outline);stroke-width:var(--held-line,2.5);stroke-linejoin:round}
"""

Limb = tuple[list[Point], float, float]

# fmt: off
PYRAMIDAL_SOMA = [
    (296, 490), (318, 548), (352, 622), (378, 664), (366, 690), (330, 692), (296, 696), (262, 692), (226, 690), (214, 664), (240, 622), (274, 548),
]
PYRAMIDAL_LIMBS: list[Limb] = [
    ([(296, 540), (299, 440), (292, 340), (297, 236)], 46, 22),
    ([(297, 250), (270, 190), (232, 134), (220, 70), (196, 6), (190, -70)], 19, 8),
    ([(236, 144), (262, 80), (264, 10), (272, -70)], 10, 6),
    ([(296, 250), (322, 190), (346, 130), (352, 64), (378, 0), (382, -70)], 19, 8),
    ([(297, 432), (246, 398), (196, 388), (138, 352)], 15, 6),
    ([(196, 388), (150, 400), (110, 402)], 9, 5),
    ([(294, 332), (238, 304), (194, 276), (132, 262)], 14, 6),
    ([(244, 668), (190, 706), (136, 724), (76, 770)], 22, 7),
    ([(184, 708), (140, 690), (88, 696)], 11, 6),
    ([(268, 680), (240, 742), (196, 794), (186, 846)], 18, 7),
    ([(344, 676), (384, 722), (424, 744), (462, 790)], 20, 7),
]
PYRAMIDAL_AXON: list[list[Point]] = [
    [(298, 690), (304, 740), (306, 780), (306, 820)],
    [(305, 770), (338, 826), (430, 852), (540, 838), (634, 794), (674, 740)],
]
INTERNEURON_AT, INTERNEURON_R = (724, 486), 76.0
INTERNEURON_LIMBS: list[Limb] = [
    ([(716, 530), (708, 610), (716, 668), (706, 752)], 26, 8),
    ([(714, 650), (742, 696), (748, 740)], 11, 6),
    ([(756, 530), (812, 596), (840, 656), (884, 690)], 24, 7),
    ([(770, 492), (850, 490), (932, 520)], 22, 7),
    ([(848, 490), (894, 462), (930, 430)], 11, 6),
    ([(752, 446), (806, 372), (822, 306), (868, 246)], 24, 7),
    ([(804, 372), (862, 350), (910, 314)], 11, 6),
    ([(714, 446), (690, 370), (694, 312), (684, 268)], 24, 9),
]
INTERNEURON_AXON: list[list[Point]] = [
    [(660, 488), (612, 486), (556, 506), (520, 500), (462, 464), (394, 456)],
    [(566, 502), (520, 532), (470, 560), (420, 578)],
    [(520, 532), (500, 590), (470, 646), (432, 662)],
]
INPUT_AXON: list[list[Point]] = [
    [(540, -70), (540, 10), (534, 70), (480, 112), (404, 122)],
    [(534, 70), (574, 140), (636, 180), (668, 212)],
]
GABA_BOUTONS = [((390, 456), (318, 456)), ((414, 580), (344, 594)), ((426, 664), (382, 668))]
GLUTAMATE_BOUTONS = [((678, 732), (707, 706)), ((306, 816), (306, 866))]
OTHER_CELL: Limb = ([(206, 886), (262, 880), (330, 878), (380, 884)], 14, 12)
INPUT_BOUTONS = [((398, 122), (356, 122)), ((672, 220), (682, 262))]
# fmt: on


def curve(points: Sequence[Point], per: int = 8) -> list[Point]:
    """Give points along the soft line through some points (Catmull-Rom)."""
    last = len(points) - 1
    found = []
    for i in range(last):
        a, b, c, d = (points[min(max(k, 0), last)] for k in (i - 1, i, i + 1, i + 2))
        for step in range(per):
            t = step / per
            found.append(
                tuple(
                    0.5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t**2
                           + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3)
                    for k in (0, 1)
                )
            )  # fmt: skip
    return [(x, y) for x, y in [*found, points[-1]]]


def normals(line: Sequence[Point]) -> list[Point]:
    """Give the unit normal at each point of a line."""
    last = len(line) - 1
    found = []
    for i in range(len(line)):
        (ax, ay), (bx, by) = line[max(i - 1, 0)], line[min(i + 1, last)]
        length = math.dist((ax, ay), (bx, by)) or 1.0
        found.append(((ay - by) / length, (bx - ax) / length))
    return found


def limb(points: Sequence[Point], first: float, last: float) -> str:
    """Draw a tube around the soft line through points; its width falls from `first` to `last`."""
    line = curve(points, 3)
    share = [i / (len(line) - 1) for i in range(len(line))]
    half = [(last + (first - last) * (1 - s) ** 1.6) / 2 for s in share]
    off = list(zip(line, normals(line), half, strict=True))
    left = [(x + nx * h, y + ny * h) for (x, y), (nx, ny), h in off]
    right = [(x - nx * h, y - ny * h) for (x, y), (nx, ny), h in off]
    end = smooth(left, closed=False)
    back = smooth(right[::-1], closed=False).replace("M", "", 1)
    r = n(last / 2)
    to, rest = back.split("C", 1)
    return f"{end}A{r} {r} 0 0 0 {to}C{rest}Z"


def spines(limbs: Iterable[Limb], seed: int = 3) -> str:
    """Draw the short spines of a pyramidal cell's dendrites, left and right by turns."""
    draw = random.Random(seed)
    out = []
    for points, first, last in limbs:
        line = curve(points, 6)
        size = len(line)
        for i, ((x, y), (nx, ny)) in enumerate(zip(line, normals(line), strict=True)):
            if i < 5 or i % 2 or y < -60:
                continue
            width = (last + (first - last) * (1 - i / size) ** 1.6) / 2
            side = 1 if i % 4 else -1
            lean = 3 * (draw.random() - 0.5)
            reach = width + 5 + 3 * draw.random()
            out.append(f"M{n(x + side * nx * width)} {n(y + side * ny * width)}L{n(x + side * nx * reach + lean)} {n(y + side * ny * reach + lean)}")
    return "".join(out)


def shape(kind: str, d: str) -> str:
    """Draw one outline."""
    return f'<path class="{kind}" d="{d}"/>'


def body(name: str, outline: str, limbs: Sequence[Limb], axons: Sequence[list[Point]], soma: Point, spiny: str = "") -> str:
    """Draw a cell: outlines first, then insides, so that its parts melt into one; then its glow and nucleus.

    The glow of a spike is cut off at the cell's edge: the cell lights up, not what is around it.
    """
    ways = "".join(smooth(way, closed=False) for way in axons)
    tubes = "".join(f'<path d="{d}"/>' for d in (outline, *(limb(*each) for each in limbs)))
    spiny_out = shape("mc-spine-out", spiny) if spiny else ""
    spiny_in = shape("mc-spine-in", spiny) if spiny else ""
    lit = f'<g class="unit">{circle("soma", soma, GLOW)}</g>'
    return part(
        name,
        f'<clipPath id="{name}-edge">{tubes}</clipPath>',
        shape("mc-axon-out", ways) + spiny_out + f'<g class="mc-out">{tubes}</g>',
        shape("mc-axon-in", ways) + spiny_in + f'<g class="mc-in">{tubes}</g>',
        f'<g clip-path="url(#{name}-edge)">{part(f"{name}-glow", lit)}</g>',
        circle("mc-nucleus", soma, 32),
    )


def round_soma(at: Point, r: float) -> str:
    """Draw a soma that is round, not quite a circle."""
    wave = (1.0, 1.03, 0.98, 1.02, 0.99, 1.03, 0.98, 1.01)
    points = [
        (at[0] + r * w * math.cos(2 * math.pi * i / 8), at[1] + r * w * math.sin(2 * math.pi * i / 8))
        for i, w in enumerate(wave)
    ]
    return smooth(points)


def circle(kind: str, at: Point, r: float) -> str:
    """Draw a circle."""
    return f'<circle class="{kind}" cx="{n(at[0])}" cy="{n(at[1])}" r="{n(r)}"/>'


def bouton(at: Point, towards: Point, thing: str, size: float = 26) -> str:
    """Draw the end of an axon, with what it releases in it, and the receptors across the cleft."""
    angle = math.degrees(math.atan2(towards[1] - at[1], towards[0] - at[0]))
    vesicles = "".join(
        f'<use href="#glyph-{thing}" transform="translate({x} {y}) rotate({n(-angle)})" x="-7" y="-7" width="14" height="14"/>'
        for x, y in ((6, -10), (8, 7), (-8, -1))
    )
    d = f"M-{size}-8C-{size - 6}-22 4-26 16-20C22-16 22 16 16 20C4 26-{size - 6} 22-{size} 8Z"
    return f'<g transform="translate({n(at[0])} {n(at[1])}) rotate({n(angle)})">{shape("mc-bouton", d)}{vesicles}</g>'


def dock(at: Point, towards: Point) -> str:
    """Draw receptors on the receiving membrane, as a bar across the way."""
    length = math.dist(at, towards)
    ux, uy = (towards[0] - at[0]) / length, (towards[1] - at[1]) / length
    x, y = towards
    return shape("mc-dock", f"M{n(x - 15 * uy)} {n(y + 15 * ux)}L{n(x + 15 * uy)} {n(y - 15 * ux)}")


def cleft(name: str, at: Point, towards: Point) -> str:
    """Lay two invisible ways side by side across a cleft."""
    length = math.dist(at, towards)
    ux, uy = (towards[0] - at[0]) / length, (towards[1] - at[1]) / length
    ways = []
    for lane, aside in enumerate((-12, 12)):
        x, y = at[0] - aside * uy, at[1] + aside * ux
        a, b = (x + 14 * ux, y + 14 * uy), (x + (length + 4) * ux, y + (length + 4) * uy)
        ways.append(f'<path class="route" id="{name}-{lane + 1}" d="M{n(a[0])} {n(a[1])}L{n(b[0])} {n(b[1])}"/>')
    return "".join(ways)


def receptors(name: str, x: float, y: float) -> str:
    """Draw a box with ten small NMDA receptors of one cell."""
    inside = "".join(f'<use class="s-{s}" href="#unit-{s}"/>' for s in ("closed", "trapped"))
    units = "".join(
        f'<g class="unit" transform="translate({n(25 + 40 * (i % 5))} {n(30 + 50 * (i // 5))}) scale(.62)">{inside}</g>'
        for i in range(RECEPTORS)
    )
    box = '<rect class="mc-box" width="210" height="106" rx="14"/>'
    return f'<g class="receptors receptors-{name}" transform="translate({n(x)} {n(y)})">{box}{part(f"{name}-receptors", units)}</g>'


def text(x: float, y: float, words: str, kind: str = "label", name: str = "") -> str:
    """Write one line; with a name the player writes into it."""
    own = f' id="{name}"' if name else ""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}"{own}>{words}</text>'


def leader(*points: Point) -> str:
    """Draw a thin line to a thing."""
    way = "L".join(f"{n(x)} {n(y)}" for x, y in points)
    return shape("leader", f"M{way}") + circle("leader-end", points[-1], 4)


# --- the close-up ------------------------------------------------------------------------------

P_BOX, I_BOX = (398, 262), (728, 60)
LEADS: list[Point] = [(360, 150), (694, 284)]  # to the receptors that the boxes enlarge


def pyramidal() -> str:
    """Draw the large pyramidal cell."""
    soma = smooth(PYRAMIDAL_SOMA)
    drawn = body("pyramidal-cell", soma, PYRAMIDAL_LIMBS, PYRAMIDAL_AXON, (296, 634), spines(PYRAMIDAL_LIMBS))
    return drawn + part("pyramidal-boutons", *(bouton(*ends, "glutamate") for ends in GLUTAMATE_BOUTONS))


def interneuron() -> str:
    """Draw the large interneuron."""
    soma = round_soma(INTERNEURON_AT, INTERNEURON_R)
    drawn = body("interneuron-cell", soma, INTERNEURON_LIMBS, INTERNEURON_AXON, INTERNEURON_AT)
    return drawn + part("gaba-boutons", *(bouton(*ends, "gaba") for ends in GABA_BOUTONS))


def inputs() -> str:
    """Hint at the fibres that come from elsewhere."""
    ways = "".join(smooth(way, closed=False) for way in INPUT_AXON)
    return part(
        "input",
        '<g class="mc-input">'
        + shape("mc-axon-out", ways)
        + shape("mc-axon-in", ways)
        + "".join(bouton(*ends, "glutamate") for ends in INPUT_BOUTONS)
        + "</g>",
        *(f'<path class="route" id="input-path-{i + 1}" d="{way}"/>' for i, way in enumerate(input_ways())),
    )


def input_ways() -> list[str]:
    """Lay an invisible way along the input fibres to each of their ends, and across the cleft."""
    stem, branch = INPUT_AXON
    first = [*stem[:-1], INPUT_BOUTONS[0][1]]
    second = [*stem[: stem.index(branch[0])], *branch, INPUT_BOUTONS[1][1]]
    return [smooth(way, closed=False) for way in (first, second)]


def clefts() -> str:
    """Lay the ways on which transmitters cross."""
    ways = [cleft(f"gaba-path-{i + 1}", *ends) for i, ends in enumerate(GABA_BOUTONS)]
    ways += [cleft(f"glutamate-path-{i + 1}", *ends) for i, ends in enumerate(GLUTAMATE_BOUTONS)]
    signs = [
        sign((358, 518), "-", "mc-inh"),
        sign((650, 694), "+", "mc-exc usual"),
        sign((716, 782), "+", "mc-exc large"),
        sign((254, 836), "+", "mc-exc"),
    ]
    return part("transmitters", *signs, *ways)


def sign(at: Point, what: str, kind: str) -> str:
    """Draw what a synapse does to the cell that receives: more of it, or less."""
    bar = "M-8 0H8" + ("M0-8V8" if what == "+" else "")
    return f'<g class="sign {kind}" transform="translate({n(at[0])} {n(at[1])})">{circle("mc-sign", (0, 0), 16)}{shape("mc-sign-bar", bar)}</g>'


KEPT_CLEAR = [  # x, y, width, height
    (376, 200, 300, 250),  # receptors of the pyramidal cell
    (690, 0, 270, 240),  # receptors of the interneuron
    (0, 430, 276, 190),  # label: pyramidal cell
    (740, 750, 220, 150),  # label: interneuron
    (440, 596, 230, 130),
    (336, 496, 44, 44),  # label: GABA
    (480, 856, 200, 44),  # label: glutamate
    (20, 846, 420, 54),  # label: another cell
    (400, 0, 130, 100),  # label: input
    (560, 0, 160, 80),
]


def crowd() -> str:
    """Scatter ketamine around the cells; the first few are near the receptors that it blocks."""
    taken: list[Point] = []
    for points, _, _ in [*PYRAMIDAL_LIMBS, *INTERNEURON_LIMBS]:
        taken += curve(points, 6)
    for way in (*PYRAMIDAL_AXON, *INTERNEURON_AXON, *INPUT_AXON):
        taken += curve(way, 6)
    for at, towards in (*GABA_BOUTONS, *GLUTAMATE_BOUTONS, *INPUT_BOUTONS):
        taken += [at, towards, ((at[0] + towards[0]) / 2, (at[1] + towards[1]) / 2)]
    taken += LEADS

    def free(x: float, y: float) -> bool:
        if any(a - 18 < x < a + w + 18 and b - 18 < y < b + h + 18 for a, b, w, h in KEPT_CLEAR):
            return False
        if math.dist((x, y), INTERNEURON_AT) < INTERNEURON_R + 28 or (abs(x - 296) < 110 and 480 < y < 716):
            return False
        return all(math.dist((x, y), spot) > 36 for spot in taken)

    draw = random.Random(11)
    tries = [(26 + 908 * draw.random(), 20 + 860 * draw.random()) for _ in range(6000)]
    waiting = [spot for spot in tries if free(*spot)]
    sites = [towards for _, towards in INPUT_BOUTONS]
    spots = [min(waiting, key=lambda spot: math.dist(spot, sites[1]))]
    while len(spots) < KETAMINE:
        spots.append(max(waiting, key=lambda spot: min(math.dist(spot, other) for other in spots)))
    spots.sort(key=lambda spot: min(math.dist(spot, site) for site in sites))
    return part("ketamine-cloud", *(glyph("ketamine", 30, *spot) for spot in spots))


def said(x: float, y: float, lines: Sequence[str], large: tuple[float, float, Sequence[str]], kind: str = "label", step: float = 34) -> str:
    """Write lines of text, and what stands there on a projector."""
    usual = "".join(text(x, y + step * i, words, kind) for i, words in enumerate(lines))
    big = "".join(text(large[0], large[1] + 47 * i, words, kind) for i, words in enumerate(large[2]))
    return f'<g class="usual">{usual}</g><g class="large">{big}</g>'


def sensitivity(kind: str, x: float, y: float) -> tuple[str, str]:
    """Say at which ketamine half of a cell's receptors are blocked, or that the cell is spared."""
    return (
        part(f"{kind}-sensitive", text(x, y, "", "minor middle spare", f"{kind}-half")),
        part(f"{kind}-spared", text(x, y, "spared", "minor middle spare")),
    )


def equally() -> str:
    """Mark the receptors of both cells as equally sensitive: a frame around each, and between them an equals sign."""
    (px, py), (ix, iy) = P_BOX, I_BOX
    frames = "".join(f'<rect class="mc-equal" x="{n(x)}" y="{n(y)}" width="210" height="106" rx="14"/>' for x, y in (P_BOX, I_BOX))
    way = f"M{n(px + 210)} {n(py + 44)}H638V{n(iy + 70)}H{n(ix)}"
    at = (638, py + 44)
    bars = shape("mc-equals", "M-9-5H9M-9 6H9")
    return part("equally", f'<g class="usual">{frames}{shape("mc-equal", way)}<g transform="translate({n(at[0])} {n(at[1])})">{circle("mc-badge", (0, 0), 22)}{bars}</g></g>')


def labels() -> str:
    """Name the things of the close-up."""
    px, py = P_BOX
    ix, iy = I_BOX
    return "".join([
        part("told-pyramidal", part("label-pyramidal", said(22, 496, ["Pyramidal", "cell"], (12, 484, ["Pyramidal", "cell"]), "label name warm"), text(22, 562, "excites", "minor spare")), text(22, 600, "", "readout pyramidal-told", "pyramidal-rate")),
        part("told-interneuron", part("label-interneuron", said(944, 800, ["Interneuron"], (944, 846, ["Interneuron"]), "label name cool end"), text(944, 834, "inhibits", "minor end spare")), text(944, 872, "", "readout end interneuron-told", "interneuron-rate")),
        part("label-gaba", f'<g class="usual">{leader((486, 640), (466, 640), (392, 590))}</g><g class="large">{leader((468, 636), (392, 590))}</g>', said(492, 650, ["GABA:", "the brake"], (474, 652, ["GABA:", "the brake"]))),
        part("label-glutamate", said(510, 884, ["Glutamate"], (430, 916, ["Glutamate"]))),
        part("label-outward", text(188, 880, "another cell", "minor end spare")),
        part("label-input", text(566, 40, "Steady", "label usual") + text(566, 74, "input", "label usual") + text(520, 2, "Input", "label end large")),
        part("label-receptors", said(px, py - 14, ["NMDA receptors"], (px, py - 14, ["NMDA"])),
             said(ix + 210, iy - 14, ["NMDA receptors"], (ix + 210, iy + 110, ["NMDA"]), "label end")),
        part(
            "shares",
            text(px + 105, py + 138, "", "readout middle pyramidal-share", "pyramidal-blocked"),
            text(ix + 105, iy + 138, "", "readout middle interneuron-share", "interneuron-blocked"),
            *sensitivity("pyramidal", px + 105, py + 172),
            *sensitivity("interneuron", ix + 105, iy + 172),
        ),
    ])  # fmt: skip


def close_up() -> str:
    """Draw the two large cells and what passes between them."""
    docks = "".join(dock(*ends) for ends in GABA_BOUTONS)
    docks_in = dock(*GLUTAMATE_BOUTONS[0]) + dock(*INPUT_BOUTONS[1])
    return (
        '<rect class="mc-stage" y="-60" width="960" height="1020"/>'
        + inputs()
        + part("other-cell", f'<g class="mc-input"><g class="mc-out"><path d="{limb(*OTHER_CELL)}"/></g><g class="mc-in"><path d="{limb(*OTHER_CELL)}"/></g></g>')
        + part("pyramidal", f'<g class="mc-exc">{pyramidal()}{docks}{dock(*INPUT_BOUTONS[0])}</g>')
        + part("interneuron", f'<g class="mc-inh">{interneuron()}{docks_in}</g>')
        + crowd()
        + part("leaders", leader((P_BOX[0] + 16, P_BOX[1] - 44), (P_BOX[0] - 6, P_BOX[1] - 80), LEADS[0]), leader((I_BOX[0] + 10, I_BOX[1] + 60), LEADS[1]))
        + part("receptors", receptors("pyramidal", *P_BOX), receptors("interneuron", *I_BOX), equally())
        + clefts()
        + part("labels", labels())
    )


# --- the field, the raster and the rates ---------------------------------------------------------

COLUMNS, ROWS, PITCH_X, PITCH_Y = 8, 5, 71.0, 63.0
ROUND_ONES = (2, 7, 13, 16, 20, 27, 31, 37)  # places of the interneurons among the 40
WIDTH = 568
ROW, TALL_ROW = 5.25, 9.0  # of a pyramidal cell, of an interneuron

TRIANGLE = "M0-22C3-22 5-20 6-18L20 12C22 17 20 20 15 20H-15C-20 20-22 17-20 12L-6-18C-5-20-3-22 0-22Z"


def places() -> list[Point]:
    """Give the places of the 40 cells, a little off the grid."""
    draw = random.Random(5)
    return [
        (PITCH_X * (i % COLUMNS + 0.5) + 10 * (draw.random() - 0.5), PITCH_Y * (i // COLUMNS + 0.5) + 8 * (draw.random() - 0.5))
        for i in range(COLUMNS * ROWS)
    ]


def cells() -> str:
    """Draw the 40 cells: first all that rest while ketamine washes in, then the cells themselves."""
    spots = places()
    rounds = [spots[i] for i in ROUND_ONES]
    triangles = [spot for i, spot in enumerate(spots) if i not in ROUND_ONES]

    def at(spot: Point, inside: str, kind: str = "unit") -> str:
        return f'<g class="{kind}" transform="translate({n(spot[0])} {n(spot[1])})">{inside}</g>'

    halos_p = "".join(circle("mc-halo", spot, 30) for spot in triangles)
    halos_i = "".join(circle("mc-halo", spot, 30) for spot in rounds)
    tri, rnd = shape("mc-cell", TRIANGLE), circle("mc-cell", (0, 0), 19)
    return (
        f'<g class="mc-exc">{part("pyramidal-halos", halos_p)}</g><g class="mc-inh">{part("interneuron-halos", halos_i)}</g>'
        + f'<g class="mc-exc">{part("pyramidal-cells", *(at(s, tri) for s in triangles))}</g>'
        + f'<g class="mc-inh">{part("interneuron-cells", *(at(s, rnd) for s in rounds))}</g>'
    )


def gap(left: float, right: float, height: float) -> str:
    """Tear the sheet apart where no spikes are drawn, and hatch what is missing."""
    teeth = 16
    step = height / teeth
    left, right = left + 4, right - 4

    def torn(x: float) -> str:
        return "L".join(f"{n(x + (5 if i % 2 else -5))} {n(i * step)}" for i in range(teeth + 1))

    lines = []
    for foot in range(int(left) - int(height), int(right), 22):  # each line rises by 1 in 1 from the sheet's foot
        low, high = max(foot, left + 8), min(foot + height, right - 8)
        if high - low > 12:
            lines.append(f"M{n(low)} {n(height - (low - foot))}L{n(high)} {n(height - (high - foot))}")
    back = "L".join(f"{n(right + (5 if i % 2 else -5))} {n(i * step)}" for i in range(teeth, -1, -1))
    return (
        shape("mc-gap", f"M{torn(left)}L{back}Z")
        + shape("mc-hatch", "".join(lines))
        + shape("mc-torn", f"M{torn(left)}M{torn(right)}")
    )


def raster() -> str:
    """Draw the sheet on which spikes are written row by row, and below it the two rates."""
    high_p, high_i = ROW * PYRAMIDAL, TALL_ROW * INTERNEURONS
    low = high_p + 8 + high_i
    a, b = (WIDTH * share for share in PHASES)
    strip = low + 46
    return "".join([
        f'<rect class="mc-sheet" width="{WIDTH}" height="{n(low)}"/>',
        gap(a, b, low),
        f'<rect class="mc-rows mc-exc" id="pyramidal-raster" width="{WIDTH}" height="{n(high_p)}"/>',
        f'<rect class="mc-rows mc-inh" id="interneuron-raster" y="{n(high_p + 8)}" width="{WIDTH}" height="{n(high_i)}"/>',
        f'<rect class="mc-gap" x="{n((a + b) / 2 - 70)}" y="{n(low / 2 - 78)}" width="140" height="150" rx="10"/>',
        *(text((a + b) / 2, low / 2 - 46 + 34 * i, words, "minor middle spare") for i, words in enumerate(("no spikes", "computed:", "mean rates", "only"))),
        *(text((a + b) / 2, low / 2 - 38 + 48 * i, words, "label small middle gap-short") for i, words in enumerate(("mean", "rates", "only"))),
        f'<g class="mc-exc" transform="translate(-19 {n(high_p / 2)}) scale(.55)">{shape("mc-cell", TRIANGLE)}</g>',
        f'<g class="mc-inh" transform="translate(-19 {n(high_p + 8 + high_i / 2)}) scale(.55)">{circle("mc-cell", (0, 0), 19)}</g>',
        part(
            "rates",
            said(0, -11, ["Mean rate, 0 to 12 per s"], (0, -14, ["Mean rate, 0 to 12 per s"]), "label small rates-title"),
            f'<rect class="mc-sheet" width="{WIDTH}" height="84"/><rect class="mc-wash" x="{n(a)}" width="{n(b - a)}" height="84"/>',
            f'<rect class="mc-rows mc-exc" id="pyramidal-trace" width="{WIDTH}" height="84"/>',
            f'<rect class="mc-rows mc-inh" id="interneuron-trace" width="{WIDTH}" height="84"/>',
            shape("mc-phase", f"M{n(a)} 0V84M{n(b)} 0V84"),
            shape("mc-edge", f"M0 0V84H{WIDTH}"),
            part("off-scale", text((b + WIDTH) / 2, 66, "↑ above 12", "minor middle warm")),
            *(text(x, 116, words, "label small middle time") for x, words in ((a / 2, "before"), ((a + b) / 2, "3 min"), ((b + WIDTH) / 2, "after"))),
            kind="part rates",
            transform=f"translate(0 {n(strip)})",
        ),
    ])  # fmt: skip


def field() -> str:
    """Draw the right half."""

    def key(kind: str, x: float, y: float, icon: str, words: str) -> str:
        return f'<g class="key-item key-{kind}" transform="translate({n(x)} {n(y)})"><g class="{kind}" transform="scale(.8)">{icon}</g>{text(26, 10, words, "label small")}</g>'

    return part(
        "field",
        '<rect class="mc-panel panel-wide" x="960" y="-60" width="640" height="1020"/>'
        '<rect class="mc-panel panel-narrow" y="900" width="960" height="660"/>',
        part("field-heading", text(996, 64, "40 of 200 cells", "label strong field-title usual"), text(996, 4, "40 cells glow as they fire", "label large"), text(996, 100, "glow when they fire", "minor spare field-said")),
        part("key", key("mc-exc", 1330, 54, shape("mc-cell", TRIANGLE), "pyramidal"), key("mc-inh", 1330, 94, circle("mc-cell", (0, 0), 19), "interneurons")),
        f'<g class="field-grid" transform="translate(996 116)">{part("cells", cells())}</g>',
        '<g class="field-raster" transform="translate(996 470)">',
        part("raster", said(0, -12, ["Their spikes, a row for each"], (0, -14, ["Their spikes"]), "label small raster-title"), raster()),
        "</g>",
        kind="field",
    )  # fmt: skip


def narrow_rules() -> str:
    """Move the right half beneath the close-up on a phone."""
    rules = [
        "{--mc-name:34px}",
        " :is(.label,.small,.readout,.minor):not(.name,.strong){font-size:31px}",
        " .strong{font-size:36px}",
        " .field-title{transform:translate(-968px,900px)}",
        " .key-mc-exc{transform:translate(50px,1442px)}",
        " .key-mc-inh{transform:translate(286px,1442px)}",
        " .field-said{transform:translate(-428px,1352px)}",
        " .field-grid{transform:translate(24px,1030px) scale(.81)}",
        " .field-raster{transform:translate(504px,1032px) scale(.76)}",
        " .field-raster :is(.raster-title,.rates-title,.time,.gap-short).small{font-size:40px}",
        " .field-raster .minor{display:none}",
        " .close-up .minor.spare:not(.name){font-size:29px}",
        " .close-up .spare.wide{display:none}",
    ]
    return "\n".join(".plate-microcircuit.narrow" + r for r in rules) + "\n"


def projector_rules() -> str:
    """Part what stands too close, hide what can be spared."""
    rules = [":not(.narrow){--aspect:1600 / 984}", "{--mc-name:43px;--mc-cell:7.2;--mc-sign:7.2;--small-line:5;--held-line:0}"]
    wide = [
        " :is(.usual,.spare){display:none}",
        " .large{display:inline}",
        " .gap-short{display:inline}",
        " .key-mc-exc{transform:translate(1014px,40px)}",
        " .key-mc-inh{transform:translate(1290px,40px)}",
        " .field-grid{transform:translate(1030px,72px) scale(.87)}",
        " .field-raster{transform:translate(996px,414px)}",
        " .time{transform:translate(0,14px)}",
        " .rates{transform:translate(0,314px)}",
        " .pyramidal-told{transform:translate(-10px,-14px)}",
        " .interneuron-told{transform:translate(0,22px)}",
        " .pyramidal-share{transform:translate(0,14px)}",
        " .interneuron-share{transform:translate(-36px,-188px)}",
        " .receptors-interneuron{transform:translate(728px,24px)}",
    ]
    rules += [":not(.narrow)" + rule for rule in wide]
    return "\n".join('.explainer[data-theme="projector"] .plate-microcircuit' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    icons = unit_icons().split("<rect")[0].split("<g id=")[1:]
    kept = "".join(f"<g id={icon}" for icon in icons if icon.startswith(('"unit-closed"', '"unit-trapped"')))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-microcircuit" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{narrow_rules()}{projector_rules()}</style>",
        f"<defs>{kept}</defs>",
        part("close-up", close_up(), kind="close-up"),
        field(),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("microcircuit.svg")
    words = draw()
    path.write_text(words, "utf-8")
    print(f"{path.name}: {len(words.encode()):,} bytes, {words.count(' id=')} ids")


if __name__ == "__main__":
    main()
