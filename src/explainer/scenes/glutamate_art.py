"""Draw the plate of one synapse, ``glutamate.svg``.

Run as ``python -m explainer.scenes.glutamate_art``. The plate is 1600 x 900: left, from the brake down to the
spine; right, three curves over the film, and beneath them what has been measured, as signs. On a projector
letters are half as large again. Nothing here is random from run to run.
"""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from explainer.scenes.nmda_art import Point, glyph, n, part, smooth, spread, unit_icons

ABOUT = "A synapse between two pyramidal cells with an astrocyte beside it, three curves, and a list of measurements"

LEFT, RIGHT, MIDDLE = 170, 690, 430  # the synapse
ENDING, SPINE = 430, 512  # the two membranes that face each other
AMPA, NMDA = 4, 6  # receptors drawn
PITCH = 50
FOLLOWED = 4
"""NMDA receptor, from 0, that a `Share` of six blocks last and opens first: ions are drawn through it."""
CLEFT_DOTS, KETAMINE, CONTENT = 30, 20, 7

BOX_X, BOX_WIDTH, BOX_HIGH = 992, 572, 104
NARROW: Final = (960, 1776)
BOXES: Final = {"glutamate": 72, "ampa": 236, "nmda": 400}
"""Tops of the three boxes of curves."""

FILM: Final = (6.0, 0.25, 8.0, 1.0, 8.0, 0.25, 6.0)
"""Film seconds of the parts: a release, a jump, a second, three minutes, a second, a jump, a release."""

MEASURED: Final = (  # name, signs: up, no change, down
    ("Rat microdialysis", "+++0-"),
    ("¹³C cycling", "+0"),
    ("People, first hour", "+"),
    ("People, at 3 hours", "0"),
    ("People, next day", "0"),
)

STYLE = """
.plate-glutamate{font-family:var(--font)}
.gl-stage{fill:var(--stage)}
.gl-panel{fill:var(--panel)}
.gl-pre{fill:var(--excitatory-fill);stroke:var(--excitatory);stroke-width:var(--gl-line,3);stroke-linejoin:round}
.gl-post{fill:var(--cell);stroke:var(--excitatory);stroke-width:var(--gl-line,3);stroke-linejoin:round}
.gl-inter{fill:var(--inhibitory-fill);stroke:var(--inhibitory);stroke-width:var(--gl-line,3)}
.gl-inter-way{fill:none;stroke:var(--inhibitory);stroke-width:var(--gl-way,5);stroke-linecap:round}
.gl-axon{fill:none;stroke:var(--excitatory);stroke-width:22;stroke-linecap:butt}
.gl-axon-in{fill:none;stroke:var(--excitatory-fill);stroke-width:16;stroke-linecap:butt}
.gl-spike{fill:none;stroke:var(--glutamate);stroke-width:14;stroke-linecap:round;stroke-linejoin:round}
.cell-unit{--spike:var(--glutamate)}
.cell-unit .soma{fill:none}
.gl-glia{fill:var(--brain-tint);stroke:var(--brain);stroke-width:var(--gl-line,3);stroke-linejoin:round}
.gl-carrier{fill:var(--brain);stroke:var(--glyph-outline);stroke-width:var(--gl-thin,1.5)}
.gl-slot{fill:var(--stage)}
.gl-vesicle{fill:var(--stage);stroke:var(--excitatory);stroke-width:var(--gl-line,2.5)}
.gl-equal{fill:none;stroke:var(--label);stroke-width:var(--gl-way,8);stroke-linecap:round}
.gl-passing{fill:var(--sodium)}
.gl-break{fill:var(--panel);stroke:none}
.gl-break-edge{fill:none;stroke:var(--muted);stroke-width:var(--gl-thin,2.5);stroke-linejoin:round}
.gl-drift{fill:none;stroke:var(--glutamate-ink);stroke-width:var(--gl-thin,2.5);stroke-dasharray:3 9;stroke-linecap:round}
.gl-drift-end{fill:none;stroke:var(--glutamate-ink);stroke-width:var(--gl-thin,2.5);stroke-linecap:round;stroke-linejoin:round}
.plate-glutamate text.of-glutamate{fill:var(--glutamate-ink)}
.plate-glutamate text.of-ampa{fill:var(--sodium-ink)}
.plate-glutamate text.of-nmda{fill:var(--calcium-ink)}
.gl-ampa{fill:var(--sodium-post,var(--far));stroke:var(--sodium-ink);stroke-width:var(--small-line,2.5);stroke-linejoin:round}
.gl-pore{fill:var(--pore)}
.gl-box{fill:none;stroke:none}
.gl-ground{fill:none;stroke:var(--leader);stroke-width:var(--gl-thin,2)}
.gl-part{fill:none;stroke:var(--rule);stroke-width:var(--gl-thin,2)}
.gl-drug{fill:var(--ketamine);opacity:.16}
.gl-glutamate-curve{--trace:var(--glutamate-ink)}
.gl-ampa-curve{--trace:var(--sodium-ink)}
.gl-nmda-curve{--trace:var(--calcium-ink)}
.explainer .plate-glutamate .trace-line{stroke-width:var(--gl-curve,3.5)}
.explainer .plate-glutamate .trace-area{opacity:.3}
.gl-up,.gl-same,.gl-down{fill:none;stroke:var(--label);stroke-width:var(--gl-way,5);stroke-linecap:round;stroke-linejoin:round}
.gl-same{stroke:var(--muted)}
.nm-pore{fill:var(--pore)}
.nm-one{fill:var(--glun1);stroke:var(--glun1-deep);color:var(--glun1-mid)}
.nm-two{fill:var(--glun2);stroke:var(--glun2-deep);color:var(--glun2-mid)}
.nm-small{stroke-width:var(--small-line,2.5);stroke-linejoin:round}
.nm-deep-one{fill:var(--glun1-deep);stroke:none}
.nm-deep-two{fill:var(--glun2-deep);stroke:none}
.nm-ketamine{fill:var(--ketamine);stroke:var(--glyph-outline);stroke-width:var(--held-line,2.5);stroke-linejoin:round}
.nm-magnesium{fill:var(--magnesium);stroke:var(--glyph-outline);stroke-width:var(--held-line,2.5);stroke-linejoin:round}
.plate-glutamate .label{fill:var(--label);font-size:var(--label-size)}
.plate-glutamate .minor{fill:var(--muted);font-size:var(--minor-size)}
.plate-glutamate .small{font-size:var(--legend-size)}
.plate-glutamate .strong{font-weight:650}
.plate-glutamate .readout{fill:var(--label);font-size:var(--readout-size);font-weight:650;font-variant-numeric:tabular-nums}
.plate-glutamate .beside{font-size:var(--label-size);font-weight:400}
.plate-glutamate .end{text-anchor:end}
.plate-glutamate .middle{text-anchor:middle}
.plate-glutamate .leader{fill:none;stroke:var(--leader);stroke-width:var(--line-thin)}
.plate-glutamate .leader-end{fill:var(--leader)}
.plate-glutamate .route{fill:none;stroke:none}
.plate-glutamate .unit>*{display:none}
.plate-glutamate .receptors .unit:not(.state-open,.state-plugged,.state-trapped) .s-closed,.plate-glutamate .state-closed .s-closed,.plate-glutamate .state-open .s-open,.plate-glutamate .state-plugged .s-plugged,.plate-glutamate .state-trapped .s-trapped{display:inline}
.plate-glutamate .cell-unit .unit>*{display:inline}
.plate-glutamate .panel-narrow,.plate-glutamate .large{display:none}
.plate-glutamate.narrow .panel-narrow{display:inline}
.plate-glutamate.narrow .panel-wide{display:none}
.plate-glutamate.narrow :is(.label,.small,.beside){font-size:31px}
.plate-glutamate.narrow .minor{font-size:30px}
.plate-glutamate.narrow .readout:not(.beside){font-size:34px}
"""


def shape(kind: str, d: str) -> str:
    """Draw one outline."""
    return f'<path class="{kind}" d="{d}"/>'


def text(x: float, y: float, words: str, kind: str = "label", name: str = "") -> str:
    """Write one line; with a name the player writes into it."""
    own = f' id="{name}"' if name else ""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}"{own}>{words}</text>'


def route(name: str, *points: Point) -> str:
    """Lay an invisible path."""
    return f'<path class="route" id="{name}" fill="none" stroke="none" d="{smooth(points, closed=False)}"/>'


def tag(name: str, x: float, y: float, words: str, to: list[Point] | None = None, kind: str = "label", large: str | None = "") -> str:
    """Name a thing, with a thin line to it; `large` is what stands there instead on a projector, None nothing."""
    line = ""
    if to:
        way = "L".join(f"{n(a)} {n(b)}" for a, b in to)
        line = f'<path class="leader" d="M{way}"/><circle class="leader-end" cx="{n(to[-1][0])}" cy="{n(to[-1][1])}" r="4"/>'
    if large is None:
        return part(f"label-{name}", f'<g class="usual">{line}{text(x, y, words, kind)}</g>', kind="part named")
    if large:
        return part(f"label-{name}", line, text(x, y, words, f"{kind} usual"), text(x, y, large, f"{kind} large"), kind="part named")
    return part(f"label-{name}", line, text(x, y, words, kind), kind="part named")


# --- the brake and the cell that sends ---------------------------------------------------------

SOMA = "M276 162L352 50L428 162C414 178 290 178 276 162Z"
AXON = "M384 170C388 206 420 190 430 240"
BRAKE: Final = (98, 116, 62)
"""Middle and radius of the interneuron."""

IN_BRAKE: Final = tuple((98 + 33 * (i % 3 - 1), 98 + 42 * (i // 3)) for i in range(6))
IN_SENDER: Final = ((352, 88), (335, 121), (369, 121), (318, 154), (352, 154), (386, 154))
"""Middles of the receptors drawn within the two cells."""


def circuit() -> str:
    """Draw the interneuron, its way to the pyramidal cell, and this cell's axon down to its ending."""
    x, y, radius = BRAKE
    way = part(
        "gaba-way",
        shape("gl-inter-way", f"M{x + radius} 120C180 120 200 112 234 112S276 118 290 118"),
        shape("gl-inter-way", "M294 102V134"),
    )
    brake = way + part("interneuron", f'<circle class="gl-inter" cx="{x}" cy="{y}" r="{radius}"/>', within("interneuron", IN_BRAKE))
    halo = f'<g id="spike" class="cell-unit"><g class="unit">{shape("soma", SOMA)}</g></g>'
    sender = part(
        "pyramidal",
        shape("gl-axon", AXON),
        shape("gl-axon-in", AXON),
        part("axon-spike", shape("gl-spike", AXON)),
        shape("gl-pre", SOMA),
        within("pyramidal", IN_SENDER),
    )
    equal = part("equal", shape("gl-equal", "M206 62H248M206 80H248"))
    return brake + halo + sender + equal + route("gaba-path", (x + radius + 2, 120), (196, 114), (234, 112), (286, 118), (302, 120))


def within(cell: str, places: Sequence[Point]) -> str:
    """Draw NMDA receptors of a cell of the circuit, those that are blocked with the same ketamine as in the spine."""
    inside = "".join(f'<use class="s-{s}" href="#small-{s}"/>' for s in ("closed", "trapped"))
    units = "".join(f'<g class="unit" transform="translate({n(x)} {n(y)}) scale(.5)">{inside}</g>' for x, y in places)
    return part(f"{cell}-receptors", units, kind="part receptors")


# --- the synapse ---------------------------------------------------------------------------------

ENDING_D = (
    f"M{MIDDLE - 11} 226C{MIDDLE - 20} 256 {LEFT + 96} 236 {LEFT + 32} 300C{LEFT - 4} 338 {LEFT - 6} 400 {LEFT + 12} {ENDING - 10}"
    f"C{LEFT + 20} {ENDING + 2} {LEFT + 40} {ENDING} {LEFT + 60} {ENDING}H{RIGHT - 60}C{RIGHT - 40} {ENDING} {RIGHT - 20} {ENDING + 2} {RIGHT - 12} {ENDING - 10}"
    f"C{RIGHT + 6} 400 {RIGHT + 4} 338 {RIGHT - 32} 300C{RIGHT - 96} 236 {MIDDLE + 20} 256 {MIDDLE + 11} 226"
)
SPINE_D = (
    f"M-20 850H262C330 850 368 832 370 800C302 792 {LEFT} 762 {LEFT - 8} 640C{LEFT - 12} 570 {LEFT - 4} {SPINE} {LEFT + 44} {SPINE}"
    f"H{RIGHT - 44}C{RIGHT + 4} {SPINE} {RIGHT + 12} 570 {RIGHT + 8} 640C{RIGHT} 762 558 792 490 800C492 832 530 850 598 850H980V980H-20Z"
)
GLIA_D = (
    "M980 206C880 206 800 236 778 290C764 330 766 380 758 420C752 448 744 452 744 474C744 496 752 506 752 534"
    "C752 570 718 590 718 640C718 716 800 780 980 780Z"
)
CARRIERS: Final = ((752, 438, -14), (744, 480, 0), (757, 522, 12))


def vesicles() -> str:
    """Draw vesicles; the one at the membrane is the one that empties."""
    places = [(238, 338), (312, 326), (558, 326), (632, 338), (284, 386), (362, 374), (508, 374), (588, 386)]
    made = []
    for i, (x, y) in enumerate(places):
        dots = "".join(
            glyph("glutamate", 15, x + 12 * math.cos(a + i), y + 12 * math.sin(a + i)) for a in (0, 2.1, 4.2)
        )
        made.append(f'<circle class="gl-vesicle" cx="{n(x)}" cy="{n(y)}" r="27"/>{dots}')
    mouth = f"M{MIDDLE - 12} {ENDING}C{MIDDLE - 30} {ENDING - 10} {MIDDLE - 30} {ENDING - 62} {MIDDLE} {ENDING - 62}S{MIDDLE + 30} {ENDING - 10} {MIDDLE + 12} {ENDING}"
    inside = "".join(glyph("glutamate", 17, MIDDLE + x, ENDING + y) for x, y in ((0, -32), (-13, -42), (13, -42), (0, -50), (-12, -24), (12, -24), (0, -14)))
    return part("vesicles", *made) + part("vesicle", shape("gl-vesicle", mouth)) + part("vesicle-content", inside)


def cleft_dots() -> str:
    """Scatter glutamate between the two membranes, the first few always far apart."""
    draw = random.Random(7)
    spots: list[Point] = []
    while len(spots) < CLEFT_DOTS:
        tries = [(LEFT + 24 + (RIGHT - LEFT - 48) * draw.random(), ENDING + 13 + 34 * draw.random()) for _ in range(400)]
        spots.append(max(tries, key=lambda t: min((math.dist(t, s) for s in spots), default=-abs(t[0] - MIDDLE))))
    spots.sort(key=lambda s: abs(s[0] - MIDDLE))
    return part("cleft-glutamate", *(glyph("glutamate", 19, *s) for s in spread(spots)))


def receptors() -> str:
    """Draw both kinds of receptor in the spine's membrane."""
    first = MIDDLE - PITCH * (AMPA + NMDA - 1) / 2

    def units(kind: str, begin: int, count: int, states: tuple[str, ...], prefix: str) -> str:
        inside = "".join(f'<use class="s-{s}" href="#{prefix}-{s}"/>' for s in states)
        return "".join(
            f'<g class="unit" id="{kind}-{i + 1}" transform="translate({n(first + PITCH * (begin + i))} {SPINE + 2})">{inside}</g>'
            for i in range(count)
        )

    ampa = units("ampa", 0, AMPA, ("closed", "open"), "ampa-unit")
    nmda = units("nmda", AMPA, NMDA, ("closed", "open", "plugged", "trapped"), "unit")
    return part("ampa-receptors", ampa, kind="part receptors") + part("nmda-receptors", nmda, kind="part receptors")


def ampa_icons() -> str:
    """Draw an AMPA receptor, shut and open: two plain posts, unlike the NMDA receptor."""
    def post(x: float, lean: float) -> str:
        return f"M{n(x - 8)} -30C{n(x - 8)} -36 {n(x + 8)} -36 {n(x + 8)} -30L{n(x + 8 + lean)} 28C{n(x + 8 + lean)} 34 {n(x - 8 + lean)} 34 {n(x - 8 + lean)} 28Z"

    shut = shape("gl-ampa", post(-9, 0)) + shape("gl-ampa", post(9, 0))
    bound = glyph("glutamate", 17, -17, -38) + glyph("glutamate", 17, 17, -38)
    opened = shape("gl-passing", "M-14 -30H14V30H-14Z") + shape("gl-ampa", post(-18, 3)) + shape("gl-ampa", post(18, -3)) + bound
    return f'<g id="ampa-unit-closed">{shut}</g><g id="ampa-unit-open">{opened}</g>'


def icons() -> str:
    """Give the small NMDA receptor of the receptor's own plate, without its ring and the state not used here."""
    whole = unit_icons()
    start, end = whole.index('<g id="unit-blocked">'), whole.index('<g id="unit-trapped">')
    whole = whole[:start] + whole[end : whole.index('<rect id="unit-ring"')]
    bound = glyph("glutamate", 19, 20, -26)  # what keeps a receptor active
    for after in ("plugged", "trapped"):  # the open one and the plugged one end before these
        ends = whole.index(f'</g><g id="unit-{after}">')
        whole = whole[:ends] + bound + whole[ends:]
    ketamine = glyph("ketamine", 44, 0, 6)
    small = f'<g id="small-closed"><use href="#unit-closed"/></g><g id="small-trapped"><use href="#unit-closed"/>{ketamine}</g>'
    return whole + small + ampa_icons()


def ketamine_cloud() -> str:
    """Scatter ketamine outside the cells; the first few always far apart."""
    draw = random.Random(11)
    free = [(24, 520, 126, 190), (24, 400, 124, 40), (704, 560, 12, 190), (600, 214, 130, 30), (226, 190, 120, 26)]
    spots: list[Point] = []
    while len(spots) < KETAMINE:
        tries = []
        for _ in range(600):
            x, y, w, h = draw.choices(free, weights=[w * h for _, _, w, h in free])[0]
            tries.append((x + w * draw.random(), y + h * draw.random()))
        spots.append(max(tries, key=lambda t: min((math.dist(t, s) for s in spots), default=0)))
    return part("ketamine-cloud", *(glyph("ketamine", 30, *s) for s in spread(spots)))


def astrocyte() -> str:
    """Draw the astrocyte's process with its transporters."""
    carriers = "".join(
        f'<g transform="translate({x} {y})rotate({turn})"><rect class="gl-carrier" x="-14" y="-16" width="34" height="32" rx="9"/>'
        '<rect class="gl-slot" x="-15" y="-5" width="24" height="10" rx="5"/></g>'
        for x, y, turn in CARRIERS
    )
    return part("astrocyte", shape("gl-glia", GLIA_D)) + part("transporters", carriers)


def routes() -> str:
    """Lay the ways of glutamate and of the ions."""
    first = MIDDLE - PITCH * (AMPA + NMDA - 1) / 2
    made = [
        route("release-left", (MIDDLE, ENDING - 34), (MIDDLE - 6, ENDING + 8), (MIDDLE - 90, ENDING + 30), (LEFT + 60, ENDING + 40)),
        route("release-middle", (MIDDLE, ENDING - 34), (MIDDLE, ENDING + 10), (MIDDLE + 8, SPINE - 40)),
        route("release-right", (MIDDLE, ENDING - 34), (MIDDLE + 6, ENDING + 8), (MIDDLE + 90, ENDING + 30), (RIGHT - 60, ENDING + 40)),
        route("uptake-upper", (RIGHT - 90, ENDING + 30), (RIGHT, ENDING + 30), (CARRIERS[0][0] - 12, CARRIERS[0][1] + 3), (790, 430), (850, 400), (900, 396)),
        route("uptake-middle", (RIGHT - 130, ENDING + 42), (RIGHT, ENDING + 48), (CARRIERS[1][0] - 14, CARRIERS[1][1]), (790, 480), (860, 470), (916, 468)),
        route("uptake-lower", (RIGHT - 90, ENDING + 50), (RIGHT, ENDING + 64), (CARRIERS[2][0] - 12, CARRIERS[2][1] - 3), (792, 532), (850, 556), (900, 560)),
        route("away-path", (LEFT + 90, ENDING + 36), (LEFT - 4, ENDING + 34), (104, ENDING - 24), (50, ENDING - 90), (-20, ENDING - 140)),
    ]
    ions = []
    for i in range(AMPA):
        x = first + PITCH * i
        ions.append(route(f"ampa-path-{i + 1}", (x, SPINE - 26), (x, SPINE + 30), (x + 4, SPINE + 60), (x + 8, SPINE + 102)))
    x = first + PITCH * (AMPA + FOLLOWED)
    for name, begin, end in (("nmda-sodium", -16, -24), ("nmda-calcium", 16, 22)):
        ions.append(route(name, (x + begin, SPINE - 62), (x, SPINE - 26), (x, SPINE + 30), (x + end / 2, SPINE + 60), (x + end, SPINE + 102)))
    drift = shape("gl-drift", f"M{LEFT - 16} {ENDING + 30}C130 {ENDING + 12} 104 {ENDING - 20} 62 {ENDING - 74}")
    drift += shape("gl-drift-end", f"M58 {ENDING - 56}L61 {ENDING - 75}L79 {ENDING - 68}")
    return drift + part("ways", *made, kind="part flow") + part("ion-ways", *ions, kind="part flow")


def labels() -> str:
    """Name the parts, and leave room for what is computed."""
    ampa_x, nmda_x = LEFT + 110, MIDDLE + 110
    return "".join([
        tag("interneuron", 20, 38, "Interneuron"),
        tag("pyramidal", 300, 38, "Pyramidal cell"),
        tag("ending", MIDDLE, 288, "Axon ending", kind="label middle"),
        part("label-drift", text(16, 288, "drifts away", "label minor usual"), kind="part named"),
        tag("cleft", 16, ENDING + 52, "Cleft"),
        tag("ampa", ampa_x, SPINE + 138, "AMPA", kind="label middle strong of-ampa in-spine-0"),
        tag("nmda", nmda_x, SPINE + 138, "NMDA", kind="label middle strong of-nmda in-spine-0"),
        tag("charge", MIDDLE, SPINE + 220, "of the charge before", kind="label middle in-spine-2", large="of charge before"),
        part("label-means", text(MIDDLE, SPINE + 256, "per second, mean of 160", "label minor middle usual in-spine-3"), kind="part named"),
        tag("astrocyte", 742, 656, "Astrocyte"),
        tag("transporter", 778, 326, "Transporter", [(836, 340), (836, 404), (766, 438)], large=None),
        tag("spine", 24, 888, "Spine of the next pyramidal cell", large="Spine of the next cell"),
        part(
            "rates",
            text(484, 86, "", "readout beside", "release-before"),
            text(484, 132, "", "readout", "release-label"),
            text(484, 172, "mean of 160 cells", "label minor usual"),
            text(20, 214, "", "readout beside", "interneuron-label"),
        ),
        part(
            "charges",
            text(ampa_x, SPINE + 180, "", "readout middle of-ampa in-spine-1", "ampa-label"),
            text(nmda_x, SPINE + 180, "", "readout middle of-nmda in-spine-1", "nmda-label"),
        ),
    ])  # fmt: skip


# --- the panel -----------------------------------------------------------------------------------


def at(film_s: float) -> float:
    """Give the place of a moment of the film in the boxes."""
    return BOX_X + BOX_WIDTH * film_s / sum(FILM)


def curves() -> str:
    """Draw the three boxes, what they are called, and where the film's parts begin."""
    starts = [sum(FILM[:i]) for i in range(len(FILM) + 1)]
    made = []
    names = (
        ("glutamate", "Glutamate", "1 mM"),
        ("ampa", "AMPA current", "10 pA"),
        ("nmda", "NMDA current", "1 pA"),
    )
    for name, words, most in names:
        top = BOXES[name]
        low = top + BOX_HIGH
        drug = f'<rect class="gl-drug" x="{n(at(starts[4]))}" y="{top - 4}" width="{n(BOX_X + BOX_WIDTH - at(starts[4]))}" height="{BOX_HIGH + 4}"/>'
        edges = "".join(f"M{n(at(s))} {top - 4}V{low}" for s in (starts[3], starts[4]))
        breaks = "".join(_break(at((starts[i] + starts[i + 1]) / 2), top - 4, low) for i in (1, 5))
        drawn = (
            drug,
            shape("gl-part", edges),
            shape("gl-ground", f"M{BOX_X} {low}H{BOX_X + BOX_WIDTH}"),
            breaks,
            f'<rect class="gl-box gl-{name}-curve" id="{name}-box" x="{BOX_X}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HIGH}"/>',
        )
        made.append(
            part(
                f"{name}-curve",
                f'<g class="box-place">{"".join(drawn)}</g>',
                text(BOX_X, top - 16, words, f"label strong at-left of-{name}"),
                text(BOX_X + BOX_WIDTH, top - 16, most, "label minor end at-right"),
            )
        )
    for i, (x, y, words, kind) in enumerate(under()):
        made.append(text(x, y, words, f"label {kind} middle under-{i}"))
    return part("curves", *made)


def _break(x: float, top: float, low: float) -> str:
    """Draw where time is cut, between what is shown slowly and a second: two jagged edges with nothing between."""
    count, half = 6, 5.0
    ys = [top - 2 + (low + 6 - top) * i / count for i in range(count + 1)]
    left, right = ([(x + side * half + (2.5 if i % 2 else -2.5), y) for i, y in enumerate(ys)] for side in (-1, 1))

    def line(points: Sequence[Point]) -> str:
        return "L".join(f"{n(a)} {n(b)}" for a, b in points)

    return shape("gl-break", f"M{line(left)}L{line(right[::-1])}Z") + shape("gl-break-edge", f"M{line(left)}M{line(right)}")


def under() -> Sequence[tuple[float, float, str, str]]:
    """Say what stands beneath the boxes, and where."""
    starts = [sum(FILM[:i]) for i in range(len(FILM) + 1)]
    low = BOXES["nmda"] + BOX_HIGH
    times = [(0, 1, "20 ms"), (2, 3, "1 s"), (4, 5, "1 s"), (6, 7, "20 ms")]
    halves = [(0, 3, "without"), (4, 7, "with ketamine")]
    return [((at(starts[a]) + at(starts[b])) / 2, low + 36, words, "minor") for a, b, words in times] + [
        ((at(starts[a]) + at(starts[b])) / 2, low + 78, words, "small") for a, b, words in halves
    ]


def sign(kind: str, x: float, y: float) -> str:
    """Draw up, no change or down; told apart by shape."""
    if kind == "0":
        return shape("gl-same", f"M{n(x - 10)} {n(y)}H{n(x + 10)}")
    up = -1 if kind == "+" else 1
    return shape("gl-up" if kind == "+" else "gl-down", f"M{n(x)} {n(y - 15 * up)}V{n(y + 15 * up)}M{n(x - 10)} {n(y + 5 * up)}L{n(x)} {n(y + 15 * up)}L{n(x + 10)} {n(y + 5 * up)}")


def measured() -> str:
    """List what has been measured of glutamate, as signs only."""
    top, right = 640, BOX_X + BOX_WIDTH
    made = [
        text(BOX_X, top, "Glutamate, measured: signs only", "label strong at-left usual"),
        text(BOX_X, top, "Glutamate, measured", "label strong at-left large"),
        text(right - 164, top + 50, "low → high", "label minor end at-right usual"),
    ]
    for i, (name, signs) in enumerate(MEASURED):
        y = top + 50 + 48 * i
        made.append(text(BOX_X, y, name, "label small at-left"))
        made.append(f'<g class="at-right">{"".join(sign(s, right - 136 + 31 * j, y - 10) for j, s in enumerate(signs))}</g>')
    return part("measured", *made)


def panel() -> str:
    """Draw what stands right of the synapse."""
    return (
        '<rect class="gl-panel panel-wide" x="960" y="-60" width="640" height="1020"/>'
        '<rect class="gl-panel panel-narrow" x="0" y="900" width="960" height="900"/>'
        f"{curves()}{measured()}"
    )


def narrow_rules() -> str:
    """Move the panel beneath the synapse on a phone."""
    wider, down = 1.5, 872
    left = 52
    shift = left - wider * BOX_X
    rules = [
        f".box-place{{transform:translate({n(shift)}px,{down}px) scale({wider},1)}}",
        f".at-left{{transform:translate({n(left - BOX_X)}px,{down}px)}}",
        f".at-right{{transform:translate({n(shift + (wider - 1) * (BOX_X + BOX_WIDTH))}px,{down}px)}}",
    ]
    rules += [f".under-{i}{{transform:translate({n(shift + (wider - 1) * x)}px,{down}px)}}" for i, (x, *_) in enumerate(under())]
    # Letters are larger there: what is written in the spine comes closer together, and clear of its outline.
    rules += [f".in-spine-{i}{{transform:translateY(-{up}px)}}" for i, up in enumerate((14, 22, 28, 26))]
    frame = f".explainer .plate.plate-glutamate.narrow{{aspect-ratio:{NARROW[0]} / {NARROW[1]}}}\n"
    return frame + "\n".join(".plate-glutamate.narrow " + rule for rule in rules) + "\n"


def projector_rules() -> str:
    """Thicken lines and change what has no room."""
    rules = [
        "{--gl-line:7.5;--gl-thin:7.5;--small-line:5;--held-line:0;--gl-way:9;--gl-curve:7.5}",
        " .leader-end{r:9px}",
        " .usual{display:none}",
        " .large{display:inline}",
    ]
    return "\n".join('.explainer[data-theme="projector"] .plate-glutamate' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-glutamate" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{narrow_rules()}{projector_rules()}</style>",
        f"<defs>{icons()}</defs>",
        '<clipPath id="left-part"><rect x="-10" y="-60" width="970" height="1020"/></clipPath>',
        '<g id="synapse" clip-path="url(#left-part)">',
        '<rect class="gl-stage" y="-60" width="960" height="1020"/>',
        circuit(),
        part("spine", shape("gl-post", SPINE_D)),
        astrocyte(),
        part("ending", shape("gl-pre", ENDING_D)),
        vesicles(),
        ketamine_cloud(),
        cleft_dots(),
        receptors(),
        routes(),
        '<g id="labels">' + labels() + "</g>",
        "</g>",
        panel(),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("glutamate.svg")
    made = draw()
    path.write_text(made, "utf-8")
    print(f"{path.name}: {len(made.encode()):,} bytes, {made.count(' id=')} ids")


if __name__ == "__main__":
    main()
