"""Draw the plate of the eight accounts, ``hypotheses.svg``.

Run as ``python -m explainer.scenes.hypotheses_art``. The plate is 1600 x 900: two halves, each the same
drawing (on a phone one above the other). Every thing is drawn once, as a symbol, and used twice in each
half: at a quarter of its strength, and at full strength in the groups ``<side>-on-<thing>`` that belong to
an account. What only one account has (its arrows, its ketamine, its labels) stands in
``<side>-account-<key>``. On a projector letters are half as large again, and the plate shows 42 more above
and below.
"""

import math
from pathlib import Path

from explainer.scenes.nmda_art import HEX, WALL, capsule, glyph, n, part, smooth

ABOUT = "Two copies of one drawing of brain cells, a synapse and three insets, each with one account lit"

SIDES = ("left", "right")

LIT = {
    "disinhibition": ("interneuron", "gaba-axon", "pyramidal", "collateral", "glutamate-axon", "bouton", "spine", "ampa"),
    "resting": ("bouton", "spine", "synaptic", "brake", "ribosome", "growth"),
    "extrasynaptic": ("spine", "extrasynaptic", "brake", "ribosome", "growth"),
    "metabolite": ("liver", "spine", "ampa", "synaptic", "growth"),
    "habenula": ("habenula",),
    "opioid": ("lock",),
    "trkb": ("spine", "trkb", "growth"),
    "astrocyte": ("astrocyte", "spine", "bouton", "growth"),
}
"""The things that each account is about. Disinhibition draws its star itself: it follows the model."""

NAMES = {
    "disinhibition": "Disinhibition",
    "habenula": "Habenula",
    "extrasynaptic": "Extrasynaptic",
    "metabolite": "Metabolite",
    "opioid": "Opioids",
    "trkb": "TrkB",
    "astrocyte": "Astrocytes",
    "resting": "Resting receptors",
}
"""As a reader chooses them; those with a model first."""

TITLES = {
    **NAMES,
    "extrasynaptic": "Extrasynaptic GluN2B",
    "metabolite": "Hydroxynorketamine",
    "habenula": "Habenula bursts",
    "opioid": "Opioid permission",
    "trkb": "TrkB binding",
}
"""As they stand above the drawing; on a projector there is room for the short one only where that is too long."""

TOO_LONG = ("extrasynaptic", "metabolite")

ELSEWHERE = ("habenula", "opioid")
"""Accounts for which not the synapse is enlarged."""

MODELLED = ("disinhibition", "habenula")

ZOOM = (392, 14)  # where the enlarged synapse begins, in the patch
CELLS = 6  # receptors drawn on each cell

FILM_s = {"before": 2.0, "comes": 6.0, "settles": 2.0, "held": 2.0, "leaves": 3.0, "rests": 3.0, "bursts": 2.0}
"""How long each stretch of time takes on the film. Ketamine is held from the second to the fourth."""
FIELD = 24  # receptors drawn in the habenula

STYLE = """
.plate-hypotheses{font-family:var(--font)}
.hy-sheet{fill:var(--stage)}
.hy-divide{fill:none;stroke:var(--rule);stroke-width:var(--hy-divide,4)}
.hy-zoom{fill:var(--raised);stroke:var(--leader);stroke-width:var(--hy-thin,2)}
.hy-box{fill:var(--panel);stroke:var(--rule);stroke-width:var(--hy-thin,2)}
.hy-lit-zoom{stroke:var(--accent);stroke-width:var(--hy-line,3)}
.hy-lit-box{fill:none;stroke:var(--accent);stroke-width:var(--hy-line,3)}
.hy-beam{fill:var(--rule);opacity:.6}
.hy-ghost{opacity:.25}
.hy-warm{fill:var(--excitatory-fill);stroke:var(--excitatory);stroke-width:var(--hy-line,3);stroke-linejoin:round;stroke-linecap:round}
.hy-warm-way{fill:none;stroke:var(--excitatory);stroke-width:var(--hy-axon,5);stroke-linecap:round;stroke-linejoin:round}
.hy-cool{fill:var(--inhibitory-fill);stroke:var(--inhibitory);stroke-width:var(--hy-line,3);stroke-linejoin:round}
.hy-cool-way{fill:none;stroke:var(--inhibitory);stroke-width:var(--hy-axon,5);stroke-linecap:round;stroke-linejoin:round}
.hy-warm-on{fill:var(--excitatory);opacity:.85}
.hy-cool-on{fill:var(--inhibitory);opacity:.85}
.hy-warm-lit{fill:none;stroke:var(--excitatory);stroke-width:var(--hy-lit,12);stroke-linecap:round;opacity:.5}
.hy-cool-lit{fill:none;stroke:var(--inhibitory);stroke-width:var(--hy-lit,12);stroke-linecap:round;opacity:.5}
.hy-glial{fill:var(--brain-tint);stroke:var(--brain);stroke-width:var(--hy-line,3);stroke-linejoin:round}
.hy-glial-ink{fill:var(--brain);stroke:none}
.hy-vesicle{fill:var(--pore);stroke:var(--excitatory);stroke-width:var(--hy-thin,2)}
.hy-one{fill:var(--glun1);stroke:var(--glun1-deep)}
.hy-two{fill:var(--glun2);stroke:var(--glun2-deep)}
.hy-small{stroke-width:var(--hy-small,2.5);stroke-linejoin:round}
.hy-deep-one{fill:var(--glun1-deep)}
.hy-deep-two{fill:var(--glun2-deep)}
.hy-pore{fill:var(--pore)}
.hy-plug{fill:var(--ketamine);stroke:var(--glyph-outline);stroke-width:var(--hy-held,2);stroke-linejoin:round}
.hy-mark{fill:var(--pore);stroke:var(--glyph-outline);stroke-width:var(--hy-held,1.5)}
.hy-ampa{fill:var(--sodium);stroke:var(--glyph-outline);stroke-width:var(--hy-small,2.5);stroke-linejoin:round}
.hy-trkb{fill:none;stroke:var(--growth-ink);stroke-width:9;stroke-linecap:round}
.hy-trkb-foot{fill:var(--growth);stroke:var(--glyph-outline);stroke-width:var(--hy-held,2)}
.hy-strand{fill:none;stroke:var(--leader);stroke-width:var(--hy-line,3);stroke-linecap:round}
.hy-ribosome{fill:var(--far);stroke:var(--leader);stroke-width:var(--hy-line,3)}
.hy-brake{fill:var(--panel);stroke:var(--corrected);stroke-width:var(--hy-brake,6)}
.hy-brake-bar{fill:none;stroke:var(--corrected);stroke-width:var(--hy-brake,7);stroke-linecap:round}
.hy-liver{fill:var(--gut-tint);stroke:var(--gut);stroke-width:var(--hy-line,3);stroke-linejoin:round}
.hy-metal{fill:var(--far);stroke:var(--outline);stroke-width:var(--hy-line,3);stroke-linejoin:round}
.hy-shackle{fill:none;stroke:var(--outline);stroke-width:9;stroke-linecap:round}
.hy-hole{fill:var(--outline)}
.hy-sun{fill:var(--glutamate);stroke:var(--glyph-outline);stroke-width:var(--hy-held,2)}
.hy-ray{fill:none;stroke:var(--glutamate-ink);stroke-width:var(--hy-line,4);stroke-linecap:round}
.hy-stop{fill:none;stroke:var(--corrected);stroke-width:var(--hy-brake,6);stroke-linecap:round}
.hy-arrow{fill:none;stroke:var(--accent);stroke-width:var(--hy-arrow,5);stroke-linecap:round;stroke-linejoin:round}
.hy-guess{stroke-dasharray:var(--hy-dash,3 11)}
.hy-head{fill:none;stroke:var(--accent);stroke-width:var(--hy-arrow,5);stroke-linecap:round;stroke-linejoin:round}
.hy-number{fill:var(--accent)}
.plate-hypotheses .number{fill:var(--accent-text);font-size:var(--minor-size);font-weight:700;text-anchor:middle}
.hy-burst{fill:none;stroke:var(--excitatory);stroke-width:var(--hy-line,4);stroke-linecap:round}
.hy-cross{fill:none;stroke:var(--label);stroke-width:var(--hy-brake,7);stroke-linecap:round}
.hy-trend-cool{fill:var(--inhibitory)}
.hy-trend-warm{fill:var(--excitatory)}
.hy-curve{fill:none}
.hy-curve-cool{--trace:var(--inhibitory)}
.hy-curve-warm{--trace:var(--excitatory)}
.hy-curve-held{--trace:var(--ketamine-ink)}
.hy-drug{fill:var(--ketamine);opacity:.22}
.hy-ground{fill:none;stroke:var(--leader);stroke-width:var(--hy-thin,1.5)}
.half-right{transform:translate(800px,0)}
.hy-pill{fill:var(--panel);stroke:var(--muted);stroke-width:var(--hy-thin,2.5);stroke-dasharray:var(--hy-pill,7 6)}
.hy-pill-on{fill:var(--accent-soft);stroke:var(--accent);stroke-width:var(--hy-thin,2.5)}
.plate-hypotheses .route{fill:none;stroke:none}
.plate-hypotheses .unit .s-blocked{display:none}
.plate-hypotheses .unit.state-blocked .s-blocked{display:inline}
.plate-hypotheses .label{fill:var(--label);font-size:var(--label-size)}
.plate-hypotheses .minor{fill:var(--label);font-size:var(--minor-size)}
.plate-hypotheses .name{fill:var(--label);font-size:var(--readout-size);font-weight:650}
.plate-hypotheses .readout{fill:var(--label);font-size:var(--label-size);font-weight:650;font-variant-numeric:tabular-nums}
.plate-hypotheses .cool{fill:var(--inhibitory)}
.plate-hypotheses .warm{fill:var(--excitatory)}
.plate-hypotheses .end{text-anchor:end}
.plate-hypotheses .middle{text-anchor:middle}
.plate-hypotheses :is(.large,.box-narrow,.phone),.plate-hypotheses.narrow :is(.box-wide,.desk){display:none}
.plate-hypotheses.narrow :is(.box-narrow,.phone){display:inline}
"""


def text(x: float, y: float, words: str, kind: str = "label", name: str = "") -> str:
    """Write one line; with a name the player writes into it."""
    own = f' id="{name}"' if name else ""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}"{own}>{words}</text>'


def said(x: float, y: float, words: str, kind: str = "label", large: tuple[float, float, str] | None = None) -> str:
    """Write one line; `large` says where and how it stands on a projector, empty to spare it there."""
    if large is None:
        return text(x, y, words, kind)
    there = text(*large, f"{kind} large") if large[2] else ""
    return text(x, y, words, f"{kind} usual") + there


def shape(kind: str, d: str) -> str:
    """Draw one outline."""
    return f'<path class="{kind}" d="{d}"/>'


def route(name: str, d: str) -> str:
    """Lay an invisible path that particles follow."""
    return f'<path class="route" id="{name}" d="{d}"/>'


def circle(kind: str, x: float, y: float, r: float) -> str:
    """Draw a circle."""
    return f'<circle class="{kind}" cx="{n(x)}" cy="{n(y)}" r="{n(r)}"/>'


def moved(inside: str, x: float, y: float, turn: float = 0, scale: float = 1) -> str:
    """Put a drawing somewhere, turned and scaled."""
    turned = f" rotate({n(turn)})" if turn else ""
    scaled = f" scale({scale:g})" if scale != 1 else ""
    return f'<g transform="translate({n(x)} {n(y)}){turned}{scaled}">{inside}</g>'


def arrow(points: list[tuple[float, float]], number: int = 0, at: tuple[float, float] | None = None, guess: bool = True) -> str:
    """Draw one link of a chain, dotted where it is a hypothesis, with its number at `at`."""
    (ax, ay), (bx, by) = points[-2], points[-1]
    away = math.atan2(by - ay, bx - ax)
    wings = [(bx - 17 * math.cos(away + s), by - 17 * math.sin(away + s)) for s in (0.55, -0.55)]
    head = f"M{n(wings[0][0])} {n(wings[0][1])}L{n(bx)} {n(by)}L{n(wings[1][0])} {n(wings[1][1])}"
    drawn = shape("hy-arrow hy-guess" if guess else "hy-arrow", smooth(points, closed=False)) + shape("hy-head", head)
    return drawn + (numbered(number, *at) if at else "")


def numbered(number: int, x: float, y: float) -> str:
    """Mark one step of a chain."""
    return moved(f'<circle class="hy-number" r="19"/><text class="number" y="8.5">{number}</text>', x, y)


# --- receptors and glyphs of this plate -----------------------------------------------------------


def channel(blocked: bool = False) -> str:
    """Draw a small NMDA receptor with its gate shut, as in the lesson on it; 52 wide, from -25 to 31."""
    walls = "".join(
        f'<g class="{kind}"{move}>{shape("hy-small", WALL)}</g>'
        for kind, move in (("hy-two", ' transform="scale(-1 1)"'), ("hy-one", ""))
    )
    held = f'<g transform="translate(0 3)">{shape("hy-plug", HEX)}</g>' if blocked else ""
    gates = "".join(
        f"<g{move}>{shape(kind, capsule((-20, -5), (2.0, -25.0), 9))}</g>"
        for kind, move in (("hy-deep-two", ' transform="scale(-1 1)"'), ("hy-deep-one", ""))
    )
    return shape("hy-pore", "M-16-4L0-20L16-4V31H-16Z") + walls + held + gates


def ampa() -> str:
    """Draw an AMPA receptor: two rounded columns with a way between them, and no drug site."""
    column = "M-20-22C-20-34-5-34-5-22L-5 22C-5 32-20 32-20 22Z"
    return shape("hy-ampa", column) + f'<g transform="scale(-1 1)">{shape("hy-ampa", column)}</g>'


def trkb() -> str:
    """Draw TrkB: two arms outside, two feet inside."""
    arms = shape("hy-trkb", "M-6 16V-10C-6-22-18-24-20-36M6 16V-10C6-22 18-24 20-36")
    return arms + circle("hy-trkb-foot", -8, 25, 10) + circle("hy-trkb-foot", 8, 25, 10)


def metabolite(size: float, x: float, y: float) -> str:
    """Draw hydroxynorketamine: ketamine's hexagon with a hole."""
    return glyph("ketamine", size, x, y) + circle("hy-mark", x, y, size * 0.17)


# --- the things, each drawn once -----------------------------------------------------------------


def interneuron() -> str:
    """Draw the interneuron: round and cool."""
    dendrites = "M52 190C40 168 30 160 14 152M84 182C82 160 88 150 80 130M120 194C132 172 140 166 150 146M38 250C28 262 22 272 12 286"
    return shape("hy-cool-way", dendrites) + circle("hy-cool", 84, 230, 50)


def gaba_axon() -> str:
    """Draw the interneuron's axon, which ends on the pyramidal cell."""
    return shape("hy-cool-way", INHIBITORY_WAY) + circle("hy-cool", 176, 334, 15)


INHIBITORY_WAY = "M133 240C168 250 172 290 175 322"
GABA_WAY = "M172 332C200 336 226 342 262 352"
TRIANGLE = "M270 262C276 262 280 270 284 278L338 376C344 388 336 394 326 394H214C204 394 196 388 202 376L256 278C260 270 264 262 270 262Z"
EXCITATORY_WAY = "M270 394V446C270 470 366 478 366 440V90C366 70 376 62 392 62"


COLLATERAL = "M222 386C196 440 104 446 90 292"


def collateral() -> str:
    """Draw the branch by which pyramidal cells drive the interneuron."""
    return shape("hy-warm-way", COLLATERAL) + circle("hy-warm", 90, 288, 9)


def pyramidal() -> str:
    """Draw the pyramidal cell: a warm triangle with its dendrites."""
    dendrites = "M218 388C204 396 198 404 192 416M324 388C340 404 346 412 350 430"
    apical = "M262 276V60C262 44 240 30 216 14L226 4C250 18 264 28 270 40C276 28 290 18 314 4L324 14C300 30 278 44 278 60V276Z"
    spines = "".join(f"M{x} {y}H{x + w}" for x, y, w in ((262, 110, -14), (262, 190, -14), (278, 72, 14), (278, 226, 14)))
    marked = shape("hy-warm", "M277 142H291C296 134 308 136 308 148S296 162 291 154H277")
    return shape("hy-warm-way", dendrites + spines) + shape("hy-warm", apical) + marked + shape("hy-warm", TRIANGLE)


def glutamate_axon() -> str:
    """Draw the axon of the pyramidal cells, which ends at the enlarged synapse."""
    return shape("hy-warm-way", EXCITATORY_WAY)


def bouton() -> str:
    """Draw where that axon ends, with vesicles (in the enlargement)."""
    d = "M0 34H66C100 34 112 18 150 18H240C290 18 304 56 294 92C286 120 264 130 240 130H140C112 130 96 112 92 94C88 76 84 62 66 62H0Z"
    spots = ((150, 62), (190, 50), (232, 62), (168, 98), (212, 96), (254, 94))
    inside = "".join(circle("hy-vesicle", x, y, 15) + glyph("glutamate", 14, x, y) for x, y in spots)
    return shape("hy-warm", d) + inside


def spine() -> str:
    """Draw the spine head, its membrane towards the bouton (in the enlargement)."""
    d = "M110 178H284C308 178 318 210 316 248C314 300 282 330 262 356C250 372 244 388 244 404V486H140V404C140 388 134 372 122 356C100 330 80 300 78 248C76 210 86 178 110 178Z"
    return shape("hy-warm", d)


def brake() -> str:
    """Draw the brake on making protein: a stop sign whose bar lies across."""
    return circle("hy-brake", 0, 0, 25) + shape("hy-brake-bar", "M-12 0H12")


def ribosome() -> str:
    """Draw a ribosome on its strand, and the chain that it makes."""
    strand = "M-46 12C-30 4-16 20 0 12S30 4 46 12"
    return shape("hy-strand", strand) + '<ellipse class="hy-ribosome" cx="0" cy="-8" rx="25" ry="19"/><ellipse class="hy-ribosome" cx="0" cy="19" rx="18" ry="10"/>'


def astrocyte() -> str:
    """Draw the process of an astrocyte beside the synapse, with a potassium channel (in the enlargement)."""
    d = (
        "M398 40C372 48 352 40 346 64C342 84 330 88 322 108C314 130 330 140 334 160C338 180 326 186 330 206C334 226 350 230 346 256"
        "C342 282 326 286 332 312C338 338 360 336 368 360C374 378 380 392 398 396Z"
    )
    return shape("hy-glial", d)


def liver() -> str:
    """Draw the liver, which makes the metabolite of ketamine."""
    d = "M24 122C24 96 60 84 96 86C132 88 164 96 162 116C160 136 132 136 118 150C104 164 92 182 64 180C36 178 24 150 24 122Z"
    return shape("hy-liver", d) + shape("hy-liver", "M96 87C94 108 98 126 92 142")


def sun() -> str:
    """Draw a lifted mood."""
    rays = "".join(
        f"M{n(93 + 30 * math.cos(a))} {n(236 + 30 * math.sin(a))}L{n(93 + 42 * math.cos(a))} {n(236 + 42 * math.sin(a))}"
        for a in (math.pi + i * math.pi / 6 for i in range(7))
    )
    return shape("hy-sun", "M69 240A24 24 0 0 1 117 240Z") + shape("hy-ray", rays) + shape("hy-ray", "M46 240H140")


def lock() -> str:
    """Draw a padlock in a way that leads to a lifted mood."""
    return (
        shape("hy-shackle", "M76 118V104C76 80 110 80 110 104")
        + shape("hy-metal", "M62 116H124V164H62Z")
        + circle("hy-hole", 93, 134, 7)
        + shape("hy-hole", "M90 136H96V152H90Z")
        + sun()
    )


def habenula() -> str:
    """Draw a neuron of the lateral habenula, and its bursts."""
    arms = "M52 132C36 114 28 108 14 100M88 118C92 96 84 84 92 68M118 140C128 132 132 126 140 120M112 178C124 190 132 194 146 198M60 184C46 192 38 196 18 200"
    return shape("hy-warm-way", arms) + shape("hy-warm", HABENULA)


HABENULA = smooth([(48, 140), (62, 118), (90, 112), (116, 128), (126, 152), (116, 180), (90, 192), (60, 186), (44, 164)])
BURSTS = "".join(f"M{50 + 38 * i + 9 * j} 212V234" for i in range(3) for j in range(3))

UNITS = [(186 + 35 * (i % 6), 84 + 42 * (i // 6)) for i in range(FIELD)]


def field() -> str:
    """Draw the receptors of that neuron, all without the drug."""
    units = "".join(f'<use href="#hy-channel" transform="translate({x} {y}) scale(.56)"/>' for x, y in UNITS)
    return units


IN_ZOOM = {
    "bouton": bouton(),
    "spine": spine(),
    "ampa": moved(ampa(), 128, 178),
    "synaptic": moved(channel(), 204, 174),
    "trkb": moved(trkb(), 264, 178),
    "extrasynaptic": moved(channel(), 82, 262, -90),
    "brake": moved(brake(), 146, 286),
    "ribosome": moved(ribosome(), 226, 300),
    "growth": glyph("bdnf", 58, 192, 436),
    "astrocyte": astrocyte(),
}
IN_PATCH = {
    "collateral": collateral(),
    "pyramidal": pyramidal(),
    "glutamate-axon": glutamate_axon(),
    "interneuron": interneuron(),
    "gaba-axon": gaba_axon(),
}
BOXES = {"liver": (14, 186), "lock": (210, 186), "habenula": (406, 380)}
IN_BOXES = {"liver": liver(), "lock": lock(), "habenula": habenula()}
THINGS = {**IN_PATCH, **IN_ZOOM, **IN_BOXES}
FAINT_FIELD = '<g class="hab-field"><use class="hy-ghost" href="#hy-field"/></g>'
FAINT_BURSTS = '<use class="hy-ghost" href="#hy-bursts"/>'


def thing(side: str, name: str) -> str:
    """Use one thing twice: always, faintly, and at full strength where an account lights it."""
    return f'<use class="hy-ghost" href="#hy-{name}"/>' + part(f"{side}-on-{name}", f'<use href="#hy-{name}"/>', kind="part")


# --- what each account adds ----------------------------------------------------------------------


def on_cells(name: str, spots: list[tuple[float, float, float]], scale: float) -> str:
    """Draw the receptors of a cell, whose share is blocked that the model says."""
    units = "".join(
        f'<g class="unit" transform="translate({n(x)} {n(y)}) rotate({n(turn)}) scale({scale:g})">'
        '<use href="#hy-channel"/><use class="s-blocked" href="#hy-channel-held"/></g>'
        for x, y, turn in spots
    )
    return part(name, units)


def curve(name: str, x: float, y: float, width: float, tone: str) -> str:
    """Draw the box in which a channel grows over the film; the time in which ketamine is held is shaded."""
    high, whole = 150.0, sum(FILM_s.values())
    start = x + width * FILM_s["before"] / whole
    held = width * (FILM_s["comes"] + FILM_s["settles"] + FILM_s["held"]) / whole
    return (
        f'<rect class="hy-drug" x="{n(start)}" y="{n(y)}" width="{n(held)}" height="{n(high)}"/>'
        + shape("hy-ground", f"M{n(x)} {n(y)}V{n(y + high)}H{n(x + width)}")
        + f'<rect class="hy-curve hy-curve-{tone}" id="{name}" x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(high)}"/>'
        + glyph("ketamine", 30, start + held / 2, y + high + 20)
    )


def rates(side: str, cell: str) -> str:
    """Draw the curve of a cell's rate, with the cell's shape before its name."""
    tone = {"interneuron": "cool", "pyramidal": "warm"}[cell]
    sign = circle("hy-cool", 32, 36, 15) if tone == "cool" else shape("hy-warm", "M32 20L50 52H14Z")
    return (
        sign
        + said(60, 45, "firing", "label", (60, 48, "firing"))
        + curve(f"{side}-{cell}-curve", 14, 68, 158, tone)
        + said(172, 252, "24 h", "minor end", (0, 0, ""))
    )


def rates_interneuron(side: str) -> str:
    """Draw the interneuron's rate."""
    return rates(side, "interneuron")


def rates_pyramidal(side: str) -> str:
    """Draw the pyramidal cell's rate."""
    return rates(side, "pyramidal")


def trends(name: str, x: float, y: float, tone: str) -> str:
    """Draw two signs of which one shows: the rate is above, or below, where it was."""
    up, down = "M-11 8L0-11L11 8Z", "M-11-8L0 11L11-8Z"
    return "".join(
        moved(part(f"{name}-{way}", shape(f"hy-trend-{tone} spare", d)), x, y) for way, d in (("up", up), ("down", down))
    )


def around(x: float, y: float, r: float, start: float, end: float) -> list[tuple[float, float, float]]:
    """Give places around a circle, from one angle to another."""
    turns = [start + (end - start) * i / (CELLS - 1) for i in range(CELLS)]
    return [(x + r * math.cos(math.radians(t)), y + r * math.sin(math.radians(t)), t + 90) for t in turns]


def along(x: float, tops: list[float], side: int) -> list[tuple[float, float, float]]:
    """Give places along a dendrite."""
    return [(x, y, 90 * side) for y in tops]


def zoomed(*inside: str) -> str:
    """Put what is drawn in the enlargement into the patch."""
    return moved("".join(inside), *ZOOM)


def disinhibition(side: str) -> str:
    """Draw interneurons first, then less GABA, then more glutamate; all of it moves by the model."""
    return "".join([
        part(f"{side}-interneuron-on", circle("hy-cool-on", 84, 230, 43) + shape("hy-cool-lit", INHIBITORY_WAY)),
        part(
            f"{side}-pyramidal-on",
            moved(shape("hy-warm-on", TRIANGLE), 270 * 0.16, 340 * 0.16, 0, 0.84),
            shape("hy-warm-lit", EXCITATORY_WAY) + shape("hy-warm-lit", COLLATERAL),
        ),
        route(f"{side}-gaba-path", GABA_WAY),
        on_cells(f"{side}-interneuron-receptors", around(84, 230, 58, -210, -6), 0.8),
        on_cells(f"{side}-pyramidal-receptors", [*along(285, [92, 188, 238], 1), *along(255, [146, 192, 238], -1)], 0.7),
        trends(f"{side}-interneuron", 136, 318, "cool"),
        trends(f"{side}-pyramidal", 22, 446, "warm"),
        said(14, 112, "Interneuron", large=(2, 108, "Interneuron")),
        said(14, 498, "Pyramidal cell", large=(4, 498, "Pyramidal")),
        part(f"{side}-ketamine", glyph("ketamine", 34, 22, 142)),
        said(181, 288, "GABA", "minor", (0, 0, "")),
        text(14, 326, "", "readout cool rate-cool", f"{side}-interneuron-rate"),
        text(38, 456, "", "readout warm rate-warm", f"{side}-pyramidal-rate"),
        numbered(1, 20, 182),
        numbered(2, 176, 376),
        numbered(3, 336, 470),
        part(f"{side}-spared-interneurons", said(14, 76, "spared", "minor", (2, 62, "spared")), broken(20, 182)),
        part(
            f"{side}-spared-pyramidal",
            said(172, 462, "spared", "minor desk", (0, 0, "")) + said(14, 360, "driven up", "minor desk", (0, 0, "")),
            broken(176, 376),
        ),
        zoomed(
            route(f"{side}-cleft-path", "M140 112C138 126 132 140 128 172"),
            route(f"{side}-cleft-path-2", "M222 112C220 128 214 150 206 172"),
            arrow([(128, 216), (132, 290), (178, 402)], 4, (112, 320)),
            part(f"{side}-growth", glyph("bdnf", 58, 192, 436)),
            said(258, 456, "growth", "minor", (246, 460, "growth")),
            said(14, 170, "AMPA", "minor desk", (4, 220, "")),
        ),
    ])  # fmt: skip


def broken(x: float, y: float) -> str:
    """Strike out a step of a chain that does not hold."""
    return moved(shape("hy-cross", "M-20-20L20 20M20-20L-20 20"), x, y)


def resting(side: str) -> str:
    """Draw ketamine in a receptor at rest: what brakes the making of protein lets go."""
    return zoomed(
        moved('<use href="#hy-channel-blocked"/>', 204, 174),
        glyph("glutamate", 18, 204, 138),
        numbered(1, 252, 160),
        arrow([(196, 214), (170, 236), (156, 254)], 2, (104, 246)),
        shape("hy-cross", "M124 264L168 308M168 264L124 308"),
        arrow([(176, 288), (186, 292), (194, 294)]),
        arrow([(232, 338), (226, 372), (206, 404)], 3, (260, 372)),
        said(14, 168, "at rest", "minor", (4, 168, "")),
        said(20, 344, "eEF2K", "minor", (4, 350, "eEF2K")),
        said(262, 456, "BDNF", "minor", (256, 460, "BDNF")),
    )


def extrasynaptic(side: str) -> str:
    """Draw ketamine in a receptor outside the synapse, which glutamate that is always about keeps open."""
    return zoomed(
        "".join(glyph("glutamate", 18, x, y) for x, y in ((20, 206), (30, 246), (18, 284), (44, 300), (50, 216))),
        moved('<use href="#hy-channel-blocked"/>', 82, 262, -90),
        numbered(1, 22, 330),
        arrow([(118, 262), (122, 266), (126, 270)], 2, (152, 232)),
        shape("hy-cross", "M124 264L168 308M168 264L124 308"),
        arrow([(176, 288), (186, 292), (194, 294)]),
        arrow([(232, 338), (226, 372), (206, 404)], 3, (260, 372)),
        said(8, 182, "ambient", "minor", (4, 168, "")),
        said(258, 456, "growth", "minor", (246, 460, "growth")),
    )


def hydroxynorketamine(side: str) -> str:
    """Draw the metabolite at AMPA receptors, with NMDA receptors left alone."""
    return "".join([
        f'<g class="desk">{arrow([(188, 524), (200, 506), (330, 500), (372, 430), (376, 250), (420, 188), (496, 182)], 2, (376, 330))}</g>',
        f'<g class="phone">{arrow([(955, 316), (860, 300), (790, 220), (700, 164), (620, 156), (546, 172)], 2, (790, 220))}</g>',
        zoomed(
            metabolite(30, 128, 150),
            arrow([(128, 216), (132, 290), (178, 402)], 3, (112, 320)),
            said(22, 152, "AMPA", "minor desk", (6, 148, "")),
            said(258, 456, "growth", "minor", (246, 460, "growth")),
        ),
    ])  # fmt: skip


def in_liver(side: str) -> str:
    """Draw how the liver makes the metabolite."""
    return "".join([
        glyph("ketamine", 36, 34, 66),
        arrow([(54, 76), (66, 92), (72, 112)], 0, None, guess=False),
        arrow([(92, 168), (96, 186), (106, 204)], 0, None, guess=False),
        shape("hy-arrow hy-guess desk", "M146 222C178 206 174 150 174 4"),
        numbered(1, 144, 176),
        metabolite(40, 120, 226),
        said(14, 40, "Liver", "label", (10, 40, "Liver")),
        said(20, 254, "HNK", "label", (8, 258, "HNK")),
    ])  # fmt: skip


def in_lock(side: str) -> str:
    """Name the opioid receptor's place."""
    return said(14, 40, "Opioids", "label", (8, 40, "Opioid"))


def in_habenula(side: str) -> str:
    """Name the habenula, and draw how much of it is blocked over the film."""
    return (
        curve(f"{side}-habenula-curve", 186, 68, 178, "held")
        + said(14, 40, "Lateral habenula", "label", (8, 38, "Habenula"))
        + said(364, 252, "24 h", "minor end desk", (0, 0, ""))
    )


def enlarged(beam: str, *inside: str) -> str:
    """Show something else than the synapse in the enlargement; `beam` leads to it from its inset."""
    frame = '<rect class="hy-zoom hy-lit-zoom" width="398" height="486" rx="30"/>'
    return shape("hy-beam desk", beam) + zoomed(frame, *inside)


def permission(side: str) -> str:
    """Draw the lock that must be open, and what shuts it."""
    return enlarged(
        "M440 500H740L396 524H210Z",
        moved('<use href="#hy-lock"/>', 10, -60, 0, 1.75),
        glyph("ketamine", 50, 54, 142),
        arrow([(82, 158), (96, 166), (110, 174)], 1, (54, 200)),
        arrow([(173, 236), (173, 252), (173, 270)], 2, (222, 258)),
        circle("hy-brake", 296, 180, 26),
        shape("hy-brake-bar", "M283 180H309"),
        shape("hy-stop", "M270 180H240M236 156V204"),
        said(22, 52, "opioid receptor", "label", (14, 50, "opioid")),
        said(390, 134, "naltrexone", "minor end inset", (0, 0, "")),
        said(278, 364, "mood", "minor", (270, 372, "mood")),
    )


def bursting(side: str) -> str:
    """Draw the habenula's chain; its receptors are those of the model."""
    spots = [(42 + 63 * (i % 6), 284 + 53 * (i // 6)) for i in range(FIELD)]
    units = "".join(
        f'<g class="unit" transform="translate({x} {y}) scale(.86)"><use href="#hy-channel"/><use class="s-blocked" href="#hy-channel-blocked"/></g>'
        for x, y in spots
    )
    on = part(
        f"{side}-habenula-on",
        moved(shape("hy-warm-on", HABENULA), 85 * 0.16, 152 * 0.16, 0, 0.84),
        '<use href="#hy-bursts"/>',
    )
    return enlarged(
        "M410 500H772L786 524H406Z",
        moved('<use href="#hy-habenula"/><use class="hy-ghost" href="#hy-bursts"/>' + on, 20, -74, 0, 1.3),
        part(f"{side}-habenula-receptors", units),
        part(f"{side}-habenula-ketamine", glyph("ketamine", 46, 40, 34)),
        arrow([(60, 50), (76, 64), (92, 80)], 1, (92, 34), guess=False),
        numbered(2, 28, 240),
        numbered(3, 254, 162),
        text(386, 54, "", "readout end", f"{side}-habenula-blocked"),
        said(386, 88, "blocked", "minor end", (386, 98, "blocked")),
        arrow([(226, 206), (256, 196), (290, 176)]),
        part(f"{side}-habenula-mood", moved(sun(), 252, -62)),
        said(386, 222, "mood", "minor end", (386, 232, "mood")),
    )


def tropomyosin(side: str) -> str:
    """Draw ketamine on TrkB itself, so that BDNF does more."""
    return zoomed(
        glyph("ketamine", 32, 264, 198),
        glyph("bdnf", 30, 264, 128),
        numbered(1, 308, 196),
        arrow([(258, 226), (244, 300), (206, 402)], 2, (262, 312)),
        said(258, 456, "growth", "minor", (246, 460, "growth")),
        said(284, 250, "TrkB", "minor", (280, 262, "TrkB")),
    )


def astroglia(side: str) -> str:
    """Draw ketamine on an astrocyte, without NMDA receptors."""
    return zoomed(
        glyph("ketamine", 32, 368, 96),
        numbered(1, 368, 140),
        shape("hy-glial", "M326 190H352V200H326ZM326 212H352V222H326Z"),
        arrow([(322, 206), (306, 206), (296, 206)], 2, (262, 214)),
        arrow([(262, 236), (250, 310), (206, 402)], 3, (262, 318)),
        said(388, 470, "astrocyte", "minor end", (394, 450, "glia")),
        said(292, 252, "K⁺", "minor", (276, 280, "K⁺")),
    )


IN_ACCOUNT = {
    "disinhibition": disinhibition,
    "resting": resting,
    "extrasynaptic": extrasynaptic,
    "metabolite": hydroxynorketamine,
    "habenula": bursting,
    "opioid": permission,
    "trkb": tropomyosin,
    "astrocyte": astroglia,
}
IN_BOX = {
    "metabolite": [("liver", in_liver)],
    "opioid": [("lock", in_lock)],
    "habenula": [("habenula", in_habenula)],
    "disinhibition": [("liver", rates_interneuron), ("lock", rates_pyramidal)],
}
"""What an account draws in the insets, and in which."""


def header(key: str) -> str:
    """Name the account, and say whether it moves."""
    moves = key in MODELLED
    words, short = ("moves by a model", "model") if moves else ("no model here", "no model")
    kind = "hy-pill-on" if moves else "hy-pill"

    def pill(where: str, right: float, y: float, width: float, high: float, said_y: float, inside: str) -> str:
        box = f'<rect class="{kind}" x="{n(right - width)}" y="{n(y)}" width="{n(width)}" height="{n(high)}" rx="{n(high / 2)}"/>'
        return f'<g class="{where}">{box}{text(right - width / 2, said_y, inside, "minor middle")}</g>'

    return (
        said(28, 56, TITLES[key], "name", (16, 34, (NAMES if key in TOO_LONG else TITLES)[key]))
        + f'<g class="desk">{pill("usual", 786, 22, 240 if moves else 208, 44, 53, words)}</g>'
        + pill("large", 790, -12, 176 if moves else 230, 62, 34, short)
        + pill("phone", 946, 10, 356 if moves else 292, 50, 47, words)
    )


def frames(name: str, kind: str) -> str:
    """Draw the frame of an inset; the habenula's is longer on a phone."""
    wide = BOXES[name][1]
    return "".join(
        f'<rect class="{kind} {where}" width="{width}" height="272" rx="16"/>'
        for where, width in (("box-wide", wide), ("box-narrow", 880 if name == "habenula" else wide))
    )


def inset(name: str, key: str) -> str:
    """Light the frame of an inset; where an account has its curves there, they cover what it held."""
    return frames(name, "hy-box" if key == "disinhibition" else "hy-lit-box")


def half(side: str) -> str:
    """Draw one half."""
    x, y = ZOOM
    frame = f'<rect class="hy-zoom" x="{x}" y="{y}" width="398" height="486" rx="30"/>'
    beam = part(f"{side}-beam", shape("hy-beam", f"M308 148L{x} 96V300Z"))
    clip = f'<g clip-path="url(#hy-inside)">{moved("".join(thing(side, k) for k in IN_ZOOM), x, y)}</g>'
    accounts = "".join(
        part(f"{side}-account-{key}", draw(side), kind="part account") for key, draw in IN_ACCOUNT.items()
    )
    patch = beam + "".join(thing(side, k) for k in IN_PATCH) + frame + clip + accounts
    boxes = "".join(
        f'<g class="box-{name}" transform="translate({left} 616)">' + frames(name, "hy-box")
        + (part(f"{side}-faint-field", FAINT_FIELD) + FAINT_BURSTS if name == "habenula" else "")
        + thing(side, name)
        + "".join(
            part(f"{side}-account-{key}-in-{name}", inset(name, key) + draw(side), kind="part account")
            for key, insets in IN_BOX.items()
            for box, draw in insets
            if box == name
        )
        + "</g>"
        for name, (left, _) in BOXES.items()
    )
    names = "".join(part(f"{side}-name-{key}", header(key), kind="part name-of") for key in NAMES)
    return part(
        side,
        f'<g class="half-{side}"><g class="header">{names}</g><g class="patch" transform="translate(0 92)">{patch}</g>{boxes}</g>',
        kind="half",
    )


def narrow_rules() -> str:
    """Put the halves one above the other on a phone, each with the synapse left and the insets around it."""
    rules = [
        " :is(.label,.minor){font-size:35px}",
        " .number{font-size:33px}",
        " .inset{font-size:32px}",
        " .readout{font-size:36px}",
        " .name{font-size:36px}",
        " .hy-trend-cool{transform:translate(30px,0)}",
        " .half-right{transform:translate(0,750px)}",
        " .patch{transform:translate(0,66px) scale(.89)}",
        " .box-liver{transform:translate(722px,74px) scale(1.22)}",
        " .box-lock{transform:translate(722px,414px) scale(1.22)}",
        " :is(.box-liver,.box-lock) :is(.label,.minor){font-size:27px}",
        " .box-habenula{transform:translate(14px,526px) scale(.79)}",
        " .box-habenula .label{font-size:41px}",
        " .hab-field{transform:translate(330px,-66px) scale(1.42)}",
    ]
    return "\n".join(".plate-hypotheses.narrow" + r for r in rules) + "\n"


def projector_rules() -> str:
    """Strengthen lines and hide what can be spared."""
    lines = (
        "{--hy-divide:7.2;--hy-thin:7.2;--hy-line:7.2;--hy-axon:9;--hy-small:4;--hy-held:3;--hy-arrow:9;--hy-brake:9;"
        "--hy-dash:1 16;--hy-pill:14 12}"
    )
    rules = [":not(.narrow){--aspect:1600 / 984}", lines]
    wide = [
        " :is(.usual,.spare){display:none}",
        " .large{display:inline}",
        " .hy-number{r:27px}",
        " .number{transform:translate(0,6px)}",
        " .rate-cool{transform:translate(-12px,22px)}",
        " .rate-warm{transform:translate(-34px,0)}",
    ]
    rules += [":not(.narrow)" + rule for rule in wide]
    return "\n".join('.explainer[data-theme="projector"] .plate-hypotheses' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    defs = "".join(f'<g id="hy-{name}">{drawn}</g>' for name, drawn in THINGS.items())
    defs += f'<g id="hy-field">{field()}</g>'
    defs += f'<g id="hy-bursts">{shape("hy-burst", BURSTS)}</g>'
    held = channel(blocked=True)
    defs += f'<g id="hy-channel">{channel()}</g><g id="hy-channel-blocked">{held}</g>'
    defs += f'<g id="hy-channel-held">{glyph("ketamine", 46, 0, -4)}</g>'
    defs += f'<clipPath id="hy-inside"><rect x="{ZOOM[0]}" y="{ZOOM[1]}" width="398" height="486" rx="30"/></clipPath>'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-hypotheses" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{narrow_rules()}{projector_rules()}</style>",
        f"<defs>{defs}</defs>",
        '<rect class="hy-sheet" x="0" y="-60" width="1600" height="1620"/>',
        shape("hy-divide box-wide", "M800-60V960"),
        shape("hy-divide box-narrow", "M0 750H960"),
        half("left"),
        half("right"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("hypotheses.svg")
    words = draw()
    path.write_text(words, "utf-8")
    print(f"{path.name}: {len(words.encode()):,} bytes, {words.count(' id=')} ids")


if __name__ == "__main__":
    main()
