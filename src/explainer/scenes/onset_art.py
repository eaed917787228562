"""Draw the plate of the race of three routes, ``onset.svg``.

Run as ``python -m explainer.scenes.onset_art``. The plate is 1600 x 900: left, how each arm is
given, drawn down to the blood; right, one ridge for each on a common axis of 180 minutes. What
stands beneath every ridge is the vein in which every route ends. On a projector letters are half
as large again, and the plate shows 42 more above and below.
"""

from pathlib import Path

from explainer.scenes.nmda_art import glyph, n, part

ABOUT = "Three ridges on one axis of three hours: ketamine by vein, by muscle and by nose"

LEFT, WIDTH, HIGH = 366, 1170, 200  # where time begins, three hours, a ridge's own peak
MINUTES = 180
TOPS = {"iv": 118, "im": 380, "nasal": 642}  # of the boxes
TICKS = range(0, MINUTES + 1, 30)

STYLE = """
.plate-onset{font-family:var(--font)}
.on-sheet{fill:var(--stage)}
.on-box{fill:none}
.on-iv{--trace:var(--blood);color:var(--blood)}
.on-im{--trace:var(--muscle);color:var(--muscle)}
.on-nasal{--trace:var(--mucosa);color:var(--mucosa)}
.on-rule{fill:none;stroke:var(--rule);stroke-width:var(--on-thin,1.5)}
.on-half{fill:none;stroke-dasharray:var(--on-half-dash,2 8);stroke-linecap:round;stroke:var(--on-half,var(--leader));stroke-width:var(--on-thin,2)}
.on-ground{fill:var(--blood)}
.on-stem{fill:none;stroke:currentColor;stroke-width:var(--on-stem,2.5)}
.on-dot{fill:var(--stage);stroke:currentColor;stroke-width:var(--on-dot,4)}
.on-pennant{fill:currentColor;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.on-tick{fill:none;stroke:var(--leader);stroke-width:var(--on-thin,2)}
.on-given{fill:var(--ketamine);stroke:var(--glyph-outline);stroke-width:var(--on-edge,1.5)}
.explainer .plate-onset .trace-area{opacity:.3}
.explainer .plate-onset .trace-line:not(.faint,.on-blood){stroke-width:var(--on-curve,4.5)}
.explainer .plate-onset .trace-line.on-blood{stroke-dasharray:var(--on-dash,9 7);stroke-width:var(--on-blood,2.5)}
.explainer .plate-onset .trace-above{stroke-width:var(--on-bar,9);opacity:.6;stroke-linecap:butt}
.explainer .plate-onset .trace-line.faint{stroke-width:var(--on-faint,1.5);opacity:.5}
.on-past{--trace:var(--on-past,var(--raised))}
.explainer .plate-onset .on-past.trace-area{opacity:1}
.explainer .plate-onset .on-past.trace-line{stroke:none}
.plate-onset .label{fill:var(--label);font-size:var(--label-size)}
.plate-onset .minor{fill:var(--muted);font-size:var(--minor-size)}
.plate-onset .name{fill:var(--label);font-size:var(--readout-size);font-weight:650}
.plate-onset .readout,.plate-onset .said{fill:var(--label);font-size:var(--label-size);font-variant-numeric:tabular-nums}
.plate-onset .readout{font-weight:600}
.plate-onset .half-said{paint-order:stroke;stroke:var(--on-past,var(--raised));stroke-opacity:.55;stroke-width:7;stroke-linejoin:round}
.plate-onset .end{text-anchor:end}
.plate-onset .middle{text-anchor:middle}
.plate-onset :is(.large,.vein-narrow),.plate-onset.narrow .vein{display:none}
.plate-onset.narrow .vein-narrow{display:inline}
.vg-line{fill:none;stroke:var(--outline);stroke-width:var(--vg-line,2.5);stroke-linejoin:round;stroke-linecap:round}
.vg-glass{fill:var(--pore);stroke:var(--outline);stroke-width:var(--vg-line,2.5);stroke-linejoin:round}
.vg-soft{fill:var(--ketamine);opacity:.3}
.vg-vein{fill:var(--blood-tint);stroke:var(--blood);stroke-width:var(--vg-line,2.5);stroke-linejoin:round}
.vg-stream{fill:none;stroke:var(--blood);stroke-width:var(--vg-line,2.5);stroke-linecap:round;stroke-linejoin:round}
.vg-muscle{fill:var(--muscle-tint);stroke:var(--muscle);stroke-width:var(--vg-line,2.5);stroke-linejoin:round}
.vg-skin{fill:var(--excitatory-fill);stroke:var(--excitatory);stroke-width:var(--vg-line,2)}
.vg-fat{fill:var(--cell);stroke:none}
.vg-depot{fill:var(--accent-soft);stroke:var(--ketamine);stroke-width:var(--vg-line,2.5)}
.vg-fibre{fill:none;stroke:var(--muscle);stroke-width:var(--vg-fibre,1.75);stroke-linecap:round;opacity:.55}
.vg-face{fill:var(--mucosa-tint);stroke:none}
.vg-hollow{fill:var(--stage);stroke:var(--mucosa);stroke-width:var(--vg-line,2.5)}
.vg-lining{fill:none;stroke:var(--mucosa);stroke-width:var(--vg-lining,9);stroke-linecap:round;stroke-linejoin:round}
.vg-gullet{fill:none;stroke:var(--gut);stroke-width:var(--vg-line,2.5);stroke-dasharray:5 6;stroke-linecap:round}
.vg-arrow{fill:none;stroke:var(--gut);stroke-width:var(--vg-line,2.5);stroke-linecap:round;stroke-linejoin:round}
"""


def text(x: float, y: float, words: str, kind: str = "label", name: str = "") -> str:
    """Write one line; with a name the player writes into it."""
    own = f' id="{name}"' if name else ""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}"{own}>{words}</text>'


def line(kind: str, *points: tuple[float, float]) -> str:
    """Draw a straight line through points."""
    return f'<path class="{kind}" d="M{"L".join(f"{n(x)} {n(y)}" for x, y in points)}"/>'


def shape(kind: str, d: str) -> str:
    """Draw one outline."""
    return f'<path class="{kind}" d="{d}"/>'


def box(name: str, kind: str) -> str:
    """Draw the box in which curves grow."""
    return f'<rect class="{kind}" id="{name}" x="{LEFT}" y="0" width="{WIDTH}" height="{HIGH}"/>'


def at(minute: float) -> float:
    """Give the place of a moment."""
    return LEFT + WIDTH * minute / MINUTES


# --- how each arm is given; the vein runs along y = HIGH -------------------------------------


def vein(begins: float) -> str:
    """Draw the vein, which narrows to the ground line of the ridge."""
    top, low, end = HIGH - 11, HIGH + 11, LEFT - 4
    body = (
        f"M{n(begins)} {top}H{end - 110}C{end - 60} {top} {end - 40} {HIGH - 3} {end} {HIGH - 3}"
        f"V{HIGH + 3}C{end - 40} {HIGH + 3} {end - 60} {low} {end - 110} {low}H{n(begins)}"
        f"C{n(begins + 7)} {HIGH + 4} {n(begins + 7)} {HIGH - 4} {n(begins)} {top}Z"
    )
    arrows = "".join(
        f"M{n(x)} {HIGH - 5}L{n(x + 6)} {HIGH}L{n(x)} {HIGH + 5}" for x in range(40, end - 100, 40) if x > begins + 30
    )
    wide = f'<g class="vein">{shape("vg-vein", body)}{shape("vg-stream", arrows)}</g>'
    whole = f"M{n(begins)} {top}H934V{low}H{n(begins)}C{n(begins + 7)} {HIGH + 4} {n(begins + 7)} {HIGH - 4} {n(begins)} {top}Z"
    more = "".join(f"M{x} {HIGH - 5}L{x + 6} {HIGH}L{x} {HIGH + 5}" for x in range(80, 920, 40))
    return wide + f'<g class="vein-narrow">{shape("vg-vein", whole)}{shape("vg-stream", more)}</g>'


def drip() -> str:
    """Draw a bag whose drug runs straight into the vein."""
    bag = "M58 48H138V112C138 130 122 138 112 140H84C74 138 58 130 58 112Z"
    liquid = "M58 74C74 68 84 80 98 74S124 68 138 74V112C138 130 122 138 112 140H84C74 138 58 130 58 112Z"
    return (
        shape("vg-glass", bag)
        + shape("vg-soft", liquid)
        + shape("vg-line", bag)
        + shape("vg-line", "M98 48V38M86 38H110")
        + shape("vg-glass", "M91 140H105V158L98 166L91 158Z")
        + shape("vg-line", "M98 166C98 188 138 162 156 180L176 198")
        + shape("vg-line", "M146 184L166 178")
        + "".join(glyph("ketamine", 22, x, y) for x, y in ((80, 94), (114, 100), (96, 122)))
        + glyph("ketamine", 14, 98, 153)
    )


def push() -> str:
    """Draw a syringe that is emptied into the vein at once."""
    barrel = "M-15-50H15V-118H-15Z"
    return (
        '<g transform="translate(178 197) rotate(-42)">'
        + shape("vg-line", "M0 0V-38")
        + shape("vg-glass", "M-6-38H6V-50H-6Z")
        + shape("vg-glass", barrel)
        + shape("vg-soft", "M-15-50H15V-98H-15Z")
        + shape("vg-line", "M-13-98H13M0-98V-142M-16-142H16M-26-118H26")
        + glyph("ketamine", 20, 0, -62)
        + glyph("ketamine", 20, 0, -84)
        + "</g>"
    )


def by_vein() -> str:
    """Draw both ways into a vein; one of them is shown."""
    return part("by-drip", drip()) + part("by-push", push())


def needle() -> str:
    """Draw a needle through skin and fat, the depot that it leaves in the muscle, and what empties it."""
    left, right = 34, 214
    fibres = "".join(
        f"M{left + 4} {y}C{left + 50} {y - 7} {left + 90} {y + 7} {right - 4} {y - 2}" for y in (130, 143, 156, 169)
    )
    depot = "M88 146C84 132 104 126 122 127S160 132 160 147S142 164 124 163S92 160 88 146Z"
    vessels = "M100 158C94 170 104 178 100 188M124 163C130 172 118 180 124 188M148 159C156 170 144 178 150 188"
    return (
        f'<rect class="vg-muscle" x="{left}" y="112" width="{right - left}" height="66" rx="6"/>'
        + shape("vg-fibre", fibres)
        + f'<rect class="vg-fat" x="{left}" y="98" width="{right - left}" height="18"/>'
        + f'<rect class="vg-skin" x="{left}" y="86" width="{right - left}" height="13" rx="6"/>'
        + shape("vg-stream", vessels)
        + shape("vg-depot", depot)
        + shape("vg-line", "M124 78V134")
        + shape("vg-glass", "M112 44H136V70L128 78H120L112 70Z")
        + shape("vg-soft", "M112 58H136V70L128 78H120L112 70Z")
        + shape("vg-line", "M124 44V36M112 36H136M104 44H144")
        + "".join(glyph("ketamine", 19, x, y) for x, y in ((104, 147), (124, 152), (144, 146)))
    )


def nose() -> str:
    """Draw a head cut open: the lining of the nose takes up one part, the other is swallowed."""
    profile = (
        "M128 34C112 38 101 50 97 63C96 69 98 72 96 77C89 90 72 102 66 110C62 116 66 122 74 122"
        "C82 122 86 124 86 128C86 133 80 135 80 139C80 143 86 143 86 145C84 147 80 149 82 154"
        "C84 159 88 159 87 164C84 174 90 183 104 183C122 183 136 178 146 170"
    )
    face = profile + "C152 176 154 182 154 188H206C214 150 218 72 200 48C182 30 150 28 128 34Z"
    hollow = (
        "M78 120C86 102 104 88 124 82C146 76 166 84 172 102C176 118 176 146 176 172H160C160 146 158 130 148 126"
        "C130 120 106 126 92 126C84 125 80 123 78 120Z"
    )
    return (
        shape("vg-face", face)
        + shape("vg-line", profile)
        + shape("vg-hollow", hollow)
        + shape("vg-lining", "M108 99C122 91 140 91 151 99M104 114C120 105 142 106 156 114")
        + shape("vg-stream", "M116 124C110 146 122 164 116 188M138 125C146 146 132 166 138 188")
        + shape("vg-gullet", "M163 104C169 122 168 142 168 164")
        + shape("vg-arrow", "M161 159L168 168L175 159")
        + shape("vg-glass", "M69 128L78 135L54 164L43 155Z")
        + shape("vg-glass", "M40 150L60 167L44 186C36 192 16 176 22 168Z")
        + shape("vg-soft", "M34 158L54 174L44 186C36 192 16 176 22 168Z")
        + "".join(glyph("ketamine", 15, x, y) for x, y in ((86, 117), (130, 92), (122, 107), (162, 98), (168, 136)))
    )


VIGNETTES = {"iv": (by_vein, 28.0), "im": (needle, 28.0), "nasal": (nose, 28.0)}

SHORT = {"iv": "IV", "im": "IM", "nasal": "Nasal"}
NAMES = {"iv": "IV · vein", "im": "IM · muscle", "nasal": "Nasal · mucosa"}


def who(lane: str) -> str:
    """Name a lane, and draw how its arm is given."""
    draw, begins = VIGNETTES[lane]
    title = text(28, -16, NAMES[lane], "name usual") + text(24, -22, SHORT[lane], "name large")

    def arm(first: str, second: str, whole: str = "") -> str:
        return (
            (text(28, 17, whole, "minor usual") if whole else text(28, 17, f"{first} {second}".strip(), "said usual"))
            + text(24, 26, first, "said large")
            + text(24, 72, second, "said large")
        )

    arms = {
        "iv": part("arm-drip", arm("0.5 mg/kg", "over 40 min"))
        + part("arm-push", arm("push", "(imagined)", "push (thought experiment)")),
        "im": arm("0.5 mg/kg", ""),
        "nasal": part("nasal-joint", arm("84 mg", "esketamine")) + part("nasal-racemic", arm("50 mg", "racemic")),
    }[lane]
    told = {
        "iv": text(228, 50, "straight", "minor spare") + text(228, 84, "into blood", "minor spare"),
        "im": text(228, 50, "half leaves", "minor spare") + text(228, 84, "", "minor spare", "im-depot"),
        "nasal": text(228, 50, "", "minor spare", "nasal-swallowed") + text(228, 84, "swallowed", "minor spare"),
    }[lane]
    return (
        f'<g class="who who-{lane}">{part(f"{lane}-name", title, arms, kind="names")}'
        + part(f"{lane}-way", vein(begins), f'<g class="drawn">{draw()}</g>', told, kind="vignette")
        + "</g>"
    )


# --- the ridges ------------------------------------------------------------------------------


def given(lane: str) -> str:
    """Mark on the ground when the drug is given."""
    if lane == "im":
        return glyph("ketamine", 26, at(0), HIGH)
    if lane == "nasal":
        first = "".join(glyph("ketamine", 22, at(5 * i), HIGH) for i in range(3))
        more = "".join(glyph("ketamine", 22, at(5 * i), HIGH) for i in (3, 4))
        return first + part("more-sprays", more)
    bar = f'<rect class="on-given" x="{LEFT}" y="{HIGH - 6}" width="{n(at(40) - LEFT)}" height="12" rx="6"/>'
    return part("infusion", bar) + part("push", glyph("ketamine", 26, at(0), HIGH))


def flags(lane: str) -> str:
    """Draw the two flags of a lane, standing on the curve at (0, 0)."""
    half = part(
        f"{lane}-half",
        line("on-stem", (0, 0), (0, HIGH / 2)),
        '<circle class="on-dot" r="8"/>',
        text(14, HIGH / 4 + 14, "", "readout half-said", f"{lane}-half-said"),
        kind=f"flag on-{lane}",
    )
    peak = part(
        f"{lane}-peak",
        line("on-stem", (0, 0), (0, -40)),
        shape("on-pennant", "M0-40L30-30L0-20Z"),
        '<circle class="on-dot" r="8"/>',
        text(40, -21, "", "readout peak-said", f"{lane}-peak-said"),
        kind=f"flag on-{lane}",
    )
    return half + peak


def race(lane: str) -> str:
    """Draw a lane: its rules, the boxes of its curves, and its flags."""
    rules = "".join(line("on-rule", (at(m), 0), (at(m), HIGH)) for m in TICKS)
    half = line("on-half", (LEFT, HIGH / 2), (LEFT + WIDTH, HIGH / 2))
    ground = f'<rect class="on-ground" x="{LEFT - 4}" y="{HIGH - 3}" width="{WIDTH + 4}" height="6" rx="2"/>'
    past = f'<rect class="on-box on-past" id="{lane}-past" x="{LEFT}" y="-34" width="{WIDTH}" height="{HIGH + 34}"/>'
    return (
        f'<g class="race race-{lane}">'
        + past
        + rules
        + half
        + text(LEFT - 12, HIGH / 2 + 9, "½", "minor end half-mark")
        + box(f"{lane}-people", f"on-box on-{lane}")
        + box(f"{lane}-blood", f"on-box on-{lane} on-blood")
        + box(f"{lane}-effect", f"on-box on-{lane}")
        + ground
        + given(lane)
        + flags(lane)
        + "</g>"
    )


def lane(name: str) -> str:
    """Draw one lane."""
    inside = f'<g class="lane lane-{name}" transform="translate(0 {TOPS[name]})">{who(name)}{race(name)}</g>'
    return part(f"lane-{name}", inside)


def axis() -> str:
    """Draw the common time axis."""
    y = TOPS["nasal"] + HIGH + 8
    ticks = "".join(line("on-tick", (at(m), y), (at(m), y + 10)) for m in TICKS)
    numbers = "".join(text(at(m), y + 37, f"{m}", "label middle") for m in TICKS)
    unit = text(LEFT - 40, y + 37, "minutes", "label end")
    return part("axis", f'<g class="time-axis">{ticks}{numbers}{unit}</g>')


KEYS = (
    ("effect", "where it acts", 0),
    ("blood", "in blood", 262),
    ("people", "six people", 454),
    ("above", "above half of its own peak", 690),
)


def key() -> str:
    """Say what the kinds of line mean."""

    def mark(kind: str) -> str:
        if kind == "effect":
            return shape("trace-area", "M0 12V0C12-10 36-14 48-6V12Z") + shape("trace-line", "M0 0C12-10 36-14 48-6")
        if kind == "people":
            return "".join(
                shape("trace-line faint", f"M0 {y + 8}C14 {y - 6} 34 {y - 8} 48 {y + 2}") for y in (-9, -2, 5)
            )
        return shape({"blood": "trace-line on-blood", "above": "trace-above"}[kind], "M0 0H48")

    def said(kind: str, words: str) -> str:
        if kind != "above":
            return text(60, 9, words, "minor")
        return text(60, 9, words, "minor usual") + text(60, 9, "above half", "minor large")

    items = "".join(
        f'<g class="key-item key-{kind}" transform="translate({LEFT + x} 35)">{mark(kind)}{said(kind, words)}</g>'
        for kind, words, x in KEYS
    )
    return part("key", text(28, 44, "Share of own peak", "label heading"), items)


def narrow_rules() -> str:
    """Set the lanes on a phone: how it is given above, the ridge below."""
    scale = 0.735
    rules = [
        " :is(.label,.minor,.said){font-size:31px}",
        " .name{font-size:38px}",
        " .readout{font-size:41px}",
        " .half-mark{font-size:41px}",
        f" .race{{transform:translate({62 - LEFT * scale:.1f}px,254px) scale({scale})}}",
        " .names{transform:translate(386px,67px)}",
        " .vignette{transform:translate(-6px,0)}",
        f" .time-axis{{transform:translate({62 - LEFT * scale:.1f}px,{1406 - 850 * scale:.0f}px) scale({scale})}}",
        " .time-axis text{font-size:41px}",
        " .time-axis .end{transform:translate(1238px,46px)}",
    ]
    rules += [f" .lane-{lane}{{transform:translate(0,{104 + 446 * i}px)}}" for i, lane in enumerate(TOPS)]
    rules += [
        f" .key-{k}{{transform:translate({x}px,{y}px)}}"
        for k, x, y in (("effect", 400, 35), ("blood", 690, 35), ("people", 28, 80), ("above", 340, 80))
    ]
    return "\n".join(".plate-onset.narrow" + r for r in rules) + "\n"


def projector_rules() -> str:
    """Strengthen lines, part what stands too close, hide what can be spared."""
    lines = (
        "{--on-past:var(--far);--on-half:var(--rule);--on-half-dash:0 19;--on-thin:7.2;--on-stem:7.2;--on-dot:8;--on-edge:0;--on-curve:9;--on-blood:7.2;--on-dash:20 12;"
        "--on-bar:16;--on-faint:7.2;--vg-line:7.2;--vg-fibre:7.2;--vg-lining:10}"
    )
    rules = [":not(.narrow){--aspect:1600 / 984}", lines]
    wide = [
        " :is(.usual,.spare,.heading,.on-rule){display:none}",
        " .large{display:inline}",
        " .drawn{transform:translate(8px,60px) scale(.7)}",
        " .lane-im .drawn{transform:translate(3px,24px) scale(.88)}",
        " .on-dot{r:11px}",
        " .peak-said{transform:translate(-2px,2px)}",
        " .time-axis{transform:translate(0,20px)}",
        " .time-axis text{transform:translate(0,14px)}",
    ]
    wide += [f" .lane-{lane}{{transform:translate(0,{84 + 286 * i}px)}}" for i, lane in enumerate(TOPS)]
    wide += [
        f" .key-{k}{{transform:translate({x}px,-8px)}}"
        for k, x in (("effect", 20), ("blood", 412), ("people", 704), ("above", 1094))
    ]
    rules += [":not(.narrow)" + rule for rule in wide]
    return "\n".join('.explainer[data-theme="projector"] .plate-onset' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-onset" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{narrow_rules()}{projector_rules()}</style>",
        '<rect class="on-sheet" x="0" y="-60" width="1600" height="1620"/>',
        key(),
        *(lane(name) for name in TOPS),
        axis(),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("onset.svg")
    words = draw()
    path.write_text(words, "utf-8")
    print(f"{path.name}: {len(words.encode()):,} bytes, {words.count(' id=')} ids")


if __name__ == "__main__":
    main()
