"""Draw the plate of the journey, ``journey.svg``.

Run as ``python -m explainer.scenes.journey_art``. The plate is 1600 x 900: three lanes side by side,
one for each way in, all with the same body in section and below it a strip for the curves. On a phone
the lanes stand below each other, each with its strip beside the body. On a projector letters are half
as large again, the plate shows 42 more above and below, and what can be spared is hidden.

Rooms hold places (class ``slot``) for the particles that the player counts. Everything is drawn in
the coordinates of one lane, 533 x 900.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from explainer.scenes.nmda_art import n, part, smooth

Point = tuple[float, float]

ABOUT = "The same body three times, in section: ketamine given into a vein, into a muscle, into the nose"

LANE = 1600 / 3
NARROW = (960, 1680)

STYLE = """
.plate-journey{font-family:var(--font)}
.jo-stage{fill:var(--stage)}
.jo-divide{stroke:var(--rule);stroke-width:var(--line)}
.jo-skin{fill:var(--cell);stroke:var(--border);stroke-width:var(--line);stroke-linejoin:round}
.jo-cut{fill:var(--muscle-tint);opacity:.55}
.jo-bone{fill:var(--far)}
.jo-tongue{fill:var(--muscle-tint)}
.jo-line{stroke-width:var(--line);stroke-linejoin:round;stroke-linecap:round}
.jo-brain{fill:var(--brain-tint);stroke:var(--brain)}
.jo-level{fill:var(--brain);opacity:.55}
.jo-fold{fill:none;stroke:var(--brain);stroke-width:var(--line-thin);stroke-linecap:round}
.jo-mucosa{fill:var(--mucosa-tint);stroke:var(--mucosa)}
.jo-ridge{fill:none;stroke:var(--mucosa);stroke-width:var(--line-thin);stroke-linecap:round;opacity:.5}
.jo-gut{fill:var(--gut-tint);stroke:var(--gut)}
.jo-gut-wall{fill:none;stroke:var(--gut);stroke-linecap:round}
.jo-gut-room{fill:none;stroke:var(--gut-tint);stroke-linecap:round}
.jo-liver{fill:var(--gut-tint);stroke:var(--gut)}
.jo-liver-lobe{fill:var(--gut);opacity:.14}
.jo-fissure{fill:none;stroke:var(--gut);stroke-width:var(--line-thin);stroke-linecap:round;opacity:.6}
.jo-muscle{fill:var(--muscle-tint);stroke:var(--muscle)}
.jo-fibre{fill:none;stroke:var(--muscle);stroke-width:var(--line-thin);stroke-linecap:round;opacity:.4}
.jo-wall{fill:none;stroke:var(--blood);stroke-linecap:round;stroke-linejoin:round}
.jo-flow{fill:none;stroke:var(--blood-tint);stroke-linecap:round;stroke-linejoin:round}
.jo-heart-wall{fill:var(--blood);stroke:var(--blood);stroke-width:calc(2*var(--line));stroke-linejoin:round}
.jo-septum{fill:none;stroke:var(--blood);stroke-width:var(--line);stroke-linecap:round;opacity:.3}
.jo-heart{fill:var(--blood-tint)}
.jo-glass{fill:var(--pore);stroke:var(--leader);stroke-width:var(--line);stroke-linejoin:round}
.jo-fluid{fill:var(--pore);stroke:none;opacity:.6}
.jo-steel{fill:var(--far);stroke:var(--leader);stroke-width:var(--line);stroke-linejoin:round}
.jo-tube{fill:none;stroke:var(--leader);stroke-width:var(--line);stroke-linecap:round;stroke-linejoin:round}
.jo-duct{fill:none;stroke:var(--rule);stroke-width:20px;stroke-linecap:round;stroke-linejoin:round;opacity:.55}
.jo-tray{fill:var(--panel);stroke:var(--border);stroke-width:var(--line);stroke-dasharray:3 7;stroke-linecap:round}
.jo-veil{fill:var(--panel);opacity:.5}
.jo-idle{opacity:.4}
.jo-strip{fill:var(--raised)}
.jo-axis{fill:none;stroke:var(--chart-axis);stroke-width:var(--line);stroke-linecap:round}
.jo-grid{fill:none;stroke:var(--chart-axis);stroke-width:var(--line-thin);stroke-dasharray:2 8;stroke-linecap:round}
.jo-box{fill:none;stroke:none}
.in-blood{--trace:var(--blood)}
.in-brain{--trace:var(--brain)}
.plate-journey .trace-area{opacity:.3}
.plate-journey .trace-line.in-brain{stroke-width:var(--line-thin)}
.jo-key-line{fill:none;stroke:var(--blood);stroke-width:calc(1.4*var(--line));stroke-linecap:round}
.jo-key-area{fill:var(--brain);opacity:.45}
.plate-journey .trace-line.in-blood{stroke-width:calc(1.4*var(--line))}
.jo-pole{fill:none;stroke:var(--label);stroke-width:var(--line);stroke-linecap:round}
.jo-pennant{fill:var(--label)}
.jo-dot{fill:var(--raised);stroke:var(--label);stroke-width:var(--line)}
.plate-journey .slot{display:none}
.plate-journey .route{fill:none;stroke:none}
.plate-journey .label{fill:var(--label);font-size:var(--label-size)}
.plate-journey :is(.large,.divide-narrow,.push-narrow){display:none}
.plate-journey .lane-title{fill:var(--label);font-size:var(--readout-size);font-weight:650}
.plate-journey .readout{fill:var(--label);font-size:var(--readout-size);font-weight:650;font-variant-numeric:tabular-nums}
.plate-journey .minor{fill:var(--muted);font-size:var(--minor-size);font-weight:400}
.plate-journey .flagged{fill:var(--label);font-size:var(--label-size);font-weight:550;paint-order:stroke;stroke:var(--raised);stroke-width:6px;stroke-linejoin:round}
.plate-journey .middle{text-anchor:middle}
.plate-journey .end{text-anchor:end}
.plate-journey .leader{fill:none;stroke:var(--leader);stroke-width:var(--line-thin)}
.plate-journey .leader-end{fill:var(--leader)}
"""

# --- shapes of the body ------------------------------------------------------------------


def laid(points: Iterable[Point]) -> list[Point]:
    """Place the body: a little to the left, its right flank drawn in, so that labels find room beside it."""
    found = []
    for x, y in points:
        squeeze = 1 - 0.1 * min(max((y - 290) / 50, 0.0), 1.0)
        found.append(((250 + (x - 250) * squeeze if x > 250 else x) - 16, y))
    return found


# fmt: off
BODY = laid([
    (172, 148), (164, 172), (165, 184), (152, 204), (141, 217), (148, 224), (159, 226), (153, 235), (160, 241), (155, 248),
    (162, 257), (161, 270), (172, 284), (200, 287), (219, 294), (221, 312), (205, 324), (150, 331), (104, 345), (84, 392),
    (82, 450), (88, 510), (92, 568),
])
BODY_AFTER = laid([
    (166, 568), (171, 505), (174, 450), (180, 432), (186, 450), (189, 500), (188, 568),
])
BODY_RIGHT = laid([
    (394, 568), (395, 500), (402, 440), (405, 390), (396, 350), (366, 330), (332, 321), (319, 304), (322, 272), (338, 232),
    (346, 190), (340, 148), (316, 112), (272, 92), (224, 96), (190, 118),
])
CAVITY = laid([
    (222, 342), (290, 334), (360, 342), (384, 372), (386, 440), (378, 510), (374, 552), (290, 558), (208, 552), (204, 510), (200, 440), (204, 372),
])
BRAIN = laid([
    (192, 166), (196, 134), (222, 110), (266, 101), (306, 116), (331, 150), (333, 184), (316, 203), (288, 205), (268, 196), (236, 190), (206, 186),
])
STEM = laid([(262, 196), (296, 202), (300, 228), (296, 262), (282, 262), (276, 230)])
BRAIN_TOP, BRAIN_FOOT = 101, 206
FOLDS = [
    laid(fold)
    for fold in (
        [(206, 160), (224, 152), (232, 134), (252, 128)],
        [(216, 176), (244, 172), (256, 154), (278, 150)],
        [(262, 116), (284, 126), (290, 142)],
        [(262, 184), (284, 178), (300, 162), (318, 160)],
        [(306, 188), (318, 182), (324, 172)],
    )
]
NOSE = laid([(157, 221), (160, 208), (172, 195), (202, 191), (232, 198), (246, 212), (248, 226), (232, 228), (204, 226), (176, 228), (164, 226)])
TONGUE = laid([(168, 246), (190, 238), (220, 240), (238, 254), (236, 276), (212, 280), (184, 276), (170, 262)])
THROAT = laid([(243, 218), (254, 246), (254, 290), (256, 330), (270, 372), (304, 412), (334, 434)])
STOMACH = laid([(320, 428), (342, 420), (372, 428), (386, 458), (380, 496), (352, 518), (322, 514), (314, 498), (332, 486), (338, 468), (328, 450)])
LIVER = laid([(196, 452), (212, 432), (244, 428), (272, 440), (282, 458), (268, 480), (250, 500), (222, 520), (200, 516), (192, 486)])
LOBE = laid([(196, 458), (212, 436), (240, 431), (254, 450), (244, 484), (222, 512), (204, 512), (195, 486)])
FISSURE = laid([(242, 430), (252, 450), (246, 474)])
HEART = laid([(292, 352), (318, 346), (338, 362), (338, 390), (320, 416), (294, 432), (266, 412), (246, 386), (250, 360), (270, 348)])
MUSCLE = laid([(104, 356), (122, 348), (138, 364), (144, 404), (144, 452), (134, 500), (120, 524), (106, 512), (94, 462), (91, 408)])
FIBRES = [
    laid([(108 + 9 * i, 366 + 4 * abs(i - 1.5)), (101 + 13 * i, 430), (109 + 8 * i, 506 - 8 * abs(i - 1.5))])
    for i in range(4)
]
VEIN = laid([(148, 600), (152, 552), (158, 500), (160, 430), (168, 378), (206, 356), (262, 374)])
UP = laid([(291, 366), (288, 330), (284, 296), (284, 250), (276, 206)])
DOWN = laid([(294, 410), (294, 470), (294, 600)])
NOSE_VEIN = laid([(226, 224), (248, 240), (270, 258), (283, 284)])
TO_LIVER = laid([(290, 462), (270, 462), (256, 462)])
PORTAL = laid([(336, 506), (300, 516), (262, 508), (236, 490)])
# fmt: on


def outline() -> str:
    """Draw the silhouette: the soft outer line, with straight cuts at arm and waist."""
    front = smooth(BODY, closed=False)
    arm = smooth(BODY_AFTER, closed=False).replace("M", "L", 1)
    back = smooth([*BODY_RIGHT, BODY[0]], closed=False).replace("M", "L", 1)
    return f"{front}{arm}{back}Z"


def shape(points: Iterable[Point], kind: str) -> str:
    """Draw one soft closed shape."""
    return f'<path class="{kind}" d="{smooth(points)}"/>'


def line(points: Iterable[Point], kind: str) -> str:
    """Draw one soft open line."""
    return f'<path class="{kind}" d="{smooth(points, closed=False)}"/>'


VESSELS: list[tuple[list[Point], int]] = [(VEIN, 26), (UP, 32), (DOWN, 42), (NOSE_VEIN, 14), (TO_LIVER, 22)]
WIDTHS = sorted({14, 19, *(wide for _, wide in VESSELS)})


def tubes(ways: Sequence[tuple[Sequence[Point], int]], wall: str, room: str) -> str:
    """Draw tubes that run into each other: all walls first, then all insides."""
    return "".join(line(way, f"{wall} t{wide}") for way, wide in ways) + "".join(
        line(way, f"{room} t{wide}") for way, wide in ways
    )


def tube_rules() -> str:
    """Give tubes their widths; a wall is as thick as a line."""
    return "".join(f".t{w}{{stroke-width:{w}px}}.in.t{w}{{stroke-width:calc({w}px - 2*var(--line))}}\n" for w in WIDTHS)


def parts_of_body() -> str:
    """Draw what every lane shows, once: lanes refer to it."""
    spine = "".join(
        f'<rect class="jo-bone" x="{n(285 + 1.5 * i)}" y="{n(212 + 20 * i)}" width="15" height="15" rx="5"/>'
        for i in range(6)
    )
    brain = shape(STEM, "jo-brain jo-line") + shape(BRAIN, "jo-brain jo-line")
    walls = "".join(line(way, f"jo-wall t{wide}") for way, wide in VESSELS)
    rooms = "".join(line(way, f"jo-flow in t{wide}") for way, wide in VESSELS)
    heart = f'<path class="jo-heart-wall" d="{smooth(HEART)}"/>'
    septum = line(laid([(306, 356), (288, 384), (292, 424)]), "jo-septum")
    ridges = [laid([(178, 203), (206, 201), (228, 207)]), laid([(172, 215), (204, 213), (234, 219)])]
    return "".join([
        f'<g id="body-skin"><path class="jo-skin" d="{outline()}"/>{shape(CAVITY, "jo-cut")}{spine}{shape(TONGUE, "jo-tongue")}</g>',
        f'<g id="body-brain">{brain}</g>',
        f'<g id="body-folds">{"".join(line(fold, "jo-fold") for fold in FOLDS)}</g>',
        f'<g id="body-nose">{shape(NOSE, "jo-mucosa jo-line")}{"".join(line(r, "jo-ridge") for r in ridges)}</g>',
        f'<g id="body-gut">{tubes([(THROAT, 19)], "jo-gut-wall", "jo-gut-room in")}{shape(STOMACH, "jo-gut jo-line")}</g>',
        f'<g id="body-portal">{tubes([(PORTAL, 14)], "jo-wall", "jo-flow in")}</g>',
        f'<g id="body-liver">{shape(LIVER, "jo-liver jo-line")}{shape(LOBE, "jo-liver-lobe")}{line(FISSURE, "jo-fissure")}</g>',
        f'<g id="body-vessels" clip-path="url(#body-shape)">{walls}{heart}{rooms}{shape(HEART, "jo-heart")}{septum}</g>',
        f'<g id="body-muscle">{shape(MUSCLE, "jo-muscle jo-line")}{"".join(line(fibre, "jo-fibre") for fibre in FIBRES)}</g>',
        f'<clipPath id="brain-shape"><path d="{smooth(BRAIN)}"/></clipPath>',
        f'<clipPath id="body-shape"><path d="{outline()}"/></clipPath>',
    ])  # fmt: skip


# --- places for particles ----------------------------------------------------------------


def within(points: Sequence[Point], x: float, y: float) -> bool:
    """Tell whether a point lies in a polygon."""
    inside = False
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def away(points: Sequence[Point], x: float, y: float) -> float:
    """Give the distance of a point from a line through points."""
    found = math.inf
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        dx, dy = bx - ax, by - ay
        share = min(max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy or 1), 0), 1)
        found = min(found, math.hypot(x - ax - share * dx, y - ay - share * dy))
    return found


def dense(points: Sequence[Point], closed: bool, steps: int = 6) -> list[Point]:
    """Follow the soft line through points, as `smooth` draws it."""
    size = len(points)

    def at(i: int) -> Point:
        return points[i % size] if closed else points[min(max(i, 0), size - 1)]

    def along(a: float, b: float, c: float, d: float, t: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)

    found = []
    for i in range(size if closed else size - 1):
        corners = [at(i + k) for k in (-1, 0, 1, 2)]
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
        found += [(along(ax, bx, cx, dx, k / steps), along(ay, by, cy, dy, k / steps)) for k in range(steps)]
    return found if closed else [*found, points[-1]]


def grid(box: tuple[float, float, float, float], pitch: float, fits: Callable[[float, float], bool]) -> list[Point]:
    """Give the places of a grid, every other row shifted, that fit."""
    left, top, right, bottom = box
    rows = int((bottom - top) / (pitch * 0.87)) + 1
    found = []
    for row in range(rows):
        y = top + row * pitch * 0.87
        x = left + (row % 2) * pitch / 2
        while x <= right:
            if fits(x, y):
                found.append((x, y))
            x += pitch
    return found


def box_of(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """Give the box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def in_shape(points: Sequence[Point], pitch: float, edge: float) -> list[Point]:
    """Give places within a soft shape, some way from its edge."""
    rim = dense(points, closed=True)
    rim_closed = [*rim, rim[0]]
    return grid(box_of(rim), pitch, lambda x, y: within(rim, x, y) and away(rim_closed, x, y) > edge)


def in_tube(way: Sequence[Point], wide: float, pitch: float) -> list[Point]:
    """Give places along a tube, in rows across it."""
    line_through, found = dense(way, closed=False), []
    abreast = max(1, int((wide - 10) / pitch) + 1)
    gone, due = 0.0, pitch / 2
    for (ax, ay), (bx, by) in itertools.pairwise(line_through):
        length = math.dist((ax, ay), (bx, by))
        while length and due <= gone + length:
            share = (due - gone) / length
            ux, uy = (bx - ax) / length, (by - ay) / length
            for i in range(abreast):
                aside = (i - (abreast - 1) / 2) * pitch
                found.append((ax + share * (bx - ax) - uy * aside, ay + share * (by - ay) + ux * aside))
            due += pitch
        gone += length
    return found


def apart(spots: Sequence[Point], others: Sequence[Point], least: float) -> list[Point]:
    """Leave out places too near to others."""
    return [s for s in spots if all(math.dist(s, o) >= least for o in others)]


def mixed(spots: Sequence[Point]) -> list[Point]:
    """Order places so that any run of them, not only the first ones, is spread over all: first come, first gone."""
    step = max(1, round(0.618 * len(spots)))
    while math.gcd(step, len(spots)) != 1:
        step += 1
    return [spots[i * step % len(spots)] for i in range(len(spots))]


def scattered(spots: Sequence[Point]) -> list[Point]:
    """Order places so that the first few are always far from each other."""
    waiting, ordered = list(spots[1:]), list(spots[:1])
    while waiting:
        farthest = max(waiting, key=lambda w: min(math.dist(w, o) for o in ordered))
        waiting.remove(farthest)
        ordered.append(farthest)
    return ordered


def room(name: str, lane: str, spots: Sequence[Point]) -> str:
    """Make a room of places."""
    slots = "".join(f'<circle class="slot" cx="{n(x)}" cy="{n(y)}"/>' for x, y in spots)
    return f'<g id="{name}-{lane}">{slots}</g>'


def blood_places() -> list[Point]:
    """Give the places in heart and vessels, none so near the brain that they would seem to lie in it."""
    pitch = 13.0
    spots = in_shape(HEART, pitch, 9)
    for way, wide in ((DOWN, 42), (UP, 32), (VEIN, 26)):
        spots += apart(in_tube(way, wide, pitch), spots, pitch * 0.8)
    return mixed([(x, y) for x, y in spots if 270 < y < 556])


def rest_places() -> list[Point]:
    """Give places in the flesh around the organs."""
    skin = dense([*BODY, *BODY_AFTER, *BODY_RIGHT], closed=True)
    rim = [*skin, skin[0]]
    organs = [dense(o, closed=True) for o in (HEART, LIVER, STOMACH)]
    ways = [(dense(way, closed=False), wide) for way, wide in (*VESSELS, (THROAT, 19), (PORTAL, 14))]

    def free(x: float, y: float) -> bool:
        return (
            y > 338 and x > 166 and within(skin, x, y) and away(rim, x, y) > 11
            and not any(within(o, x, y) or away([*o, o[0]], x, y) < 10 for o in organs)
            and not any(away(way, x, y) < wide / 2 + 8 for way, wide in ways)
        )  # fmt: skip

    return scattered(grid((168, 340, 390, 556), 17, free))


def tray_places(x: float, y: float, columns: int) -> list[Point]:
    """Give the places of a tray, row by row, then those in between."""
    across, down = 10.3, 10.6
    first = [(x + across * i, y + down * row) for i in range(columns) for row in range(4)]
    between = [(x + across * (i + 0.5), y + down * (row + 0.5)) for i in range(columns - 1) for row in range(3)]
    return first + between


TO_BROKEN = laid([(226, 512), (232, 556), (238, 600), (262, 640)])
TO_LOST = {
    "muscle": laid([(114, 516), (112, 560), (100, 600), (86, 632)]),
    "nose": laid([(350, 514), (344, 560), (300, 582), (190, 588), (124, 598), (92, 632)]),
}
"""What is broken down or lost goes along these; ducts are drawn around them."""

# --- the lanes ---------------------------------------------------------------------------

TRAY_TOP = 622
LOST = (14, 98)  # left edge and width
BROKEN = (242, 158)


@dataclass(frozen=True)
class Lane:
    """One way in: its name, its title, and the published arm that it follows; `short` is that on a projector."""

    name: str
    title: str
    arm: str
    how: str
    short: str


LANES = (
    Lane("vein", "Into a vein", "racemic 0.5 mg/kg", "over 40 min", "racemic · 40 min"),
    Lane("muscle", "Into a muscle", "racemic 0.5 mg/kg", "at once", "racemic · at once"),
    Lane("nose", "Into the nose", "esketamine 84 mg", "in 3 sprays", "esketamine · 3 sprays"),
)


def route(name: str, lane: str, *ways: Sequence[Point], kind: str = "route") -> str:
    """Lay an invisible path along soft lines that follow each other."""
    d = smooth(ways[0], closed=False) + "".join(smooth(w, closed=False).replace("M", "L", 1) for w in ways[1:])
    return f'<path class="{kind}" id="{name}-{lane}" d="{d}"/>'


def shared_routes(lane: str) -> str:
    """Lay the paths that every lane has."""
    return "".join([
        route("to-rest", lane, laid([(296, 520), (304, 536), (330, 544)])),
        route("to-liver", lane, laid([(292, 462), (272, 462), (250, 464)])),
        route("to-broken", lane, TO_BROKEN, kind="route gone-broken"),
    ])  # fmt: skip


def way_in(lane: str) -> tuple[str, str, str]:
    """Draw what gives the drug: what lies behind the particles, their rooms and paths, what lies before them."""
    return {"vein": by_vein, "muscle": by_muscle, "nose": by_nose}[lane](lane)


TUBE: list[Point] = [(34, 240), (27, 300), (24, 400), (34, 500), (76, 568), (116, 576), (136, 552)]


def by_vein(lane: str) -> tuple[str, str, str]:
    """Draw the bag, or in its place the syringe of the push, the line and the cannula."""
    bag = (
        '<g id="bag-art"><path class="jo-tube" d="M58 82V98M48 82H68"/><rect class="jo-glass" x="16" y="98" width="84" height="128" rx="16"/></g>'
        '<g id="push-art" opacity="0"><rect class="jo-glass" x="22" y="102" width="72" height="124" rx="6"/><path class="jo-steel" d="M53 96H63V206H53ZM36 86H80V96H36ZM26 206H90V218H26Z"/></g>'
        f'<path class="jo-steel" d="M24 226H44V240H24Z"/>{line(TUBE, "jo-tube")}'
    )
    slots = [(26 + 9.2 * c, 110 + 8.9 * r) for r in range(13) for c in range(8)][4:]
    before = '<path class="jo-steel" d="M112 568L134 540L142 546L122 576Z"/>'
    return (
        bag,
        room("bag", lane, slots) + route("given", lane, TUBE, [point for point in VEIN if point[1] < 560]),
        before,
    )


def by_muscle(lane: str) -> tuple[str, str, str]:
    """Draw the syringe, its needle in the muscle."""
    x0, y0, lean = 50.0, 264.0, -18.0
    barrel = (
        f'<g transform="translate({n(x0)} {n(y0)})rotate({n(lean)})">'
        '<path class="jo-steel" d="M-3 74H3V138H-3Z"/><rect class="jo-glass" x="-25" y="-62" width="50" height="128" rx="7"/>'
        '<path class="jo-steel" d="M-4-68H4V48H-4ZM-19-77H19V-68H-19ZM-21 48H21V58H-21Z"/><path class="jo-steel" d="M-10 66H10V78H-10Z"/></g>'
    )
    turn = math.radians(lean)

    def turned(x: float, y: float) -> Point:
        return x0 + x * math.cos(turn) - y * math.sin(turn), y0 + x * math.sin(turn) + y * math.cos(turn)

    slots = [turned(-18 + 7.2 * c, -54 + 6.9 * r) for r in range(17) for c in range(6)][2:]
    paths = "".join([
        route("given", lane, [turned(0, 70), turned(0, 138), (96, 400)]),
        route("taken", lane, laid([(136, 440), (154, 430), (160, 412)]), laid([(168, 378), (206, 356), (262, 374)])),
        route("to-lost", lane, TO_LOST["muscle"], kind="route gone-lost-muscle"),
    ])  # fmt: skip
    return barrel, room("syringe", lane, slots) + room("muscle", lane, muscle_places()) + paths, ""


def by_nose(lane: str) -> tuple[str, str, str]:
    """Draw the three devices, the first nearest to the nostril."""
    devices, slots = [], []
    for i in range(3):
        x = 98 - 38 * i
        devices.append(
            f'<path class="jo-steel" d="M{x - 5} 236L{x - 2} 216H{x + 2}L{x + 5} 236Z"/>'
            f'<rect class="jo-glass" x="{x - 16}" y="236" width="32" height="66" rx="7"/>'
        )
        pushed = ' transform="translate(0 -9)"' if i == 0 else f' id="press-{i + 1}"'
        devices.insert(0, f'<path class="jo-steel"{pushed} d="M{x - 9} 298H{x + 9}V316H{x - 9}Z"/>')
        slots += [(x - 9 + 9 * c, 247 + 9.2 * r) for r in range(6) for c in range(3)]
    mouth: list[Point] = [(98, 214), (108, 208), (124, 214)]
    paths = "".join([
        route("to-nose", lane, mouth, laid([(150, 220), (168, 214)])),
        route("swallowed", lane, mouth, laid([(150, 220), (200, 218), (240, 220)]), THROAT),
        route("taken", lane, NOSE_VEIN, laid([(284, 296), (288, 330), (291, 360)])),
        route("to-portal", lane, PORTAL),
        route("to-lost", lane, TO_LOST["nose"], kind="route gone-lost-nose"),
    ])  # fmt: skip
    rooms = (
        room("sprays", lane, doubled(slots)) + room("nose-room", lane, nose_places()) + room("gut", lane, gut_places())
    )
    return "".join(devices), rooms + paths, ""


def doubled(spots: Sequence[Point]) -> list[Point]:
    """Give the hundred places of three devices, 34, 33 and 33, two beside each other where 18 do not suffice."""
    found: list[Point] = []
    for i, count in enumerate((34, 33, 33)):
        device = spots[18 * i : 18 * i + 18]
        found += [*device, *((x + 3.5, y + 3.5) for x, y in device)][:count]
    return found


def muscle_places() -> list[Point]:
    """Give the places in the muscle."""
    return mixed(in_shape(MUSCLE, 10.5, 7))


def nose_places() -> list[Point]:
    """Give the places in the lining of the nose."""
    return mixed(in_shape(NOSE, 9.5, 6))


def gut_places() -> list[Point]:
    """Give the places in the stomach."""
    return mixed(in_shape(STOMACH, 10.5, 7.5))


def liver_places() -> list[Point]:
    """Give the places in the liver."""
    return mixed(in_shape(LIVER, 15, 9))


def trays(lane: str) -> tuple[str, str]:
    """Draw what holds the drug that is gone: the trays with their rooms and names, and the veil over it."""
    there = [("broken", *BROKEN)] + ([("lost", *LOST)] if lane != "vein" else [])
    boxes = "".join(
        f'<rect class="jo-tray" x="{x}" y="{TRAY_TOP}" width="{w}" height="48" rx="10"/>' for _, x, w in there
    )
    veil = "".join(
        f'<rect class="jo-veil" x="{x + 2}" y="{TRAY_TOP + 2}" width="{w - 4}" height="44" rx="8"/>'
        for _, x, w in there
    )
    rooms = "".join(
        room(name, lane, tray_places(x + 11, TRAY_TOP + 8, int((w - 22) / 10.3) + 1)) for name, x, w in there
    )
    names = named(lane, "broken", BROKEN[0], 610, "Broken down", count=(BROKEN[1] + 8, 48))
    if lane != "vein":
        names += named(lane, "lost", LOST[0], 610, "Lost", count=(LOST[1] + 8, 48))
    return boxes + rooms, f"{veil}{names}"


def named(
    lane: str,
    name: str,
    x: float,
    y: float,
    text: str,
    way: Sequence[Point] = (),
    bold: Sequence[Point] = (),
    count: Point = (0, 39),
    large: str = "",
) -> str:
    """Write a label, the count of its room, and a line to its thing; `large` and `bold` are words and line on a projector."""
    inside = f'<text class="label{" usual" if large else ""}" x="{n(x)}" y="{n(y)}">{text}</text>'
    if large:
        inside += f'<text class="label large" x="{n(x)}" y="{n(y)}">{large}</text>'
    inside += f'<text class="readout" id="{name}-count-{lane}" x="{n(x + count[0])}" y="{n(y + count[1])}"></text>'
    for kind, points in ((" usual" if bold else "", way), (" large", bold)):
        if points:
            d = "L".join(f"{n(a)} {n(b)}" for a, b in points)
            inside = f'<path class="leader{kind}" d="M{d}"/>{inside}'
    if way:
        inside = f'<circle class="leader-end" cx="{n(way[-1][0])}" cy="{n(way[-1][1])}" r="4"/>{inside}'
    return f'<g class="named at-{name}" id="{name}-label-{lane}">{inside}</g>'


RIGHT = 402


def labels(lane: str) -> str:
    """Name the rooms and give their counts a place."""
    edge = RIGHT - 8

    def to(y: float, *points: Point) -> list[Point]:
        return [(edge, y), (edge - 10, y), *laid(points)]

    found = [
        named(lane, "brain", RIGHT, 124, "Brain", to(115, (318, 142))),
        f'<text class="readout minor computed of-peak" x="{RIGHT}" y="192">of peak</text>',
        named(lane, "blood", RIGHT, 240, "Blood", to(231, (322, 374))),
        named(lane, "rest", RIGHT, 338, "The rest", to(329, (392, 372)), large="Rest"),
        named(lane, "liver", RIGHT, 524, "Liver", to(515, (380, 536), (300, 536), (250, 500))),
    ]
    if lane == "vein":
        found.append(named(lane, "bag", 50, 274, "Bag"))
    if lane == "muscle":
        found.append(named(lane, "muscle", 14, 118, "Muscle", [(118, 130), (122, 180), (112, 380)]))
    if lane == "nose":
        found.append(
            named(lane, "nose", 14, 118, "Nose", [(90, 109), (112, 130), (164, 202)], [(134, 136), (164, 202)])
        )
        found.append(named(lane, "gut", RIGHT, 430, "Gut", to(421, (378, 452))))
    return "".join(found)


# --- the strip ---------------------------------------------------------------------------

BOX = (30, 742, 470, 108)  # left, top, width, height
STEPS = {"half": 70, "peak": 86}  # from a flag's word to its number


def strip(lane: str) -> str:
    """Draw the strip for the curves: box, axis, the key, the flags."""
    left, top, width, height = BOX
    foot = top + height
    at = [left + width * share for share in (0, 1 / 3, 2 / 3, 1)]
    ticks = "".join(f"M{n(x)} {foot}V{foot + 8}" for x in at)
    names = (("", "0 min"), (" middle roomy", "60"), (" middle", "120"), (" end", "180"))
    texts = "".join(
        f'<text class="label tick{kind}" x="{n(x)}" y="{foot + 36}">{text}</text>'
        for (kind, text), x in zip(names, at, strict=True)
    )

    def flag(kind: str, mark: str, dx: float, dy: float, step: float) -> str:
        words = f'<text class="readout flagged spare flag-words" x="{n(dx)}" y="{n(dy)}">{kind}</text>'
        number = (
            f'<text class="readout flagged flag-number" id="{kind}-words-{lane}" x="{n(dx + step)}" y="{n(dy)}"></text>'
        )
        return f'<g class="flag flag-{kind}" id="{kind}-{lane}" visibility="hidden">{mark}{words}{number}</g>'

    peak = '<path class="jo-pole" d="M0 0V-36"/><path class="jo-pennant" d="M0-38L24-28L0-18Z"/><circle class="jo-dot" r="6"/>'
    half = '<circle class="jo-dot" r="7"/><path class="jo-pennant" d="M0-7A7 7 0 0 0 0 7Z"/>'
    key = left + width - 128
    return part(
        f"strip-{lane}",
        f'<rect class="jo-strip" x="10" y="{top - 58}" width="{n(LANE - 20)}" height="{height + 108}" rx="14"/>',
        f'<path class="jo-grid" d="M{left} {top}H{key - 36}M{left} {n(top + height / 2)}H{key - 36}"/>',
        f'<path class="jo-axis" d="M{left} {foot}H{left + width}{ticks}"/>',
        f'<rect class="jo-box in-brain" id="curve-brain-{lane}" x="{left}" y="{top}" width="{width}" height="{height}"/>',
        f'<rect class="jo-box in-blood" id="curve-blood-{lane}" x="{left}" y="{top}" width="{width}" height="{height}"/>',
        texts,
        f'<g class="strip-key"><path class="jo-key-line" d="M{key} {top + 2}H{key + 34}"/><text class="label" x="{key + 44}" y="{top + 12}">Blood</text>'
        f'<g class="second"><rect class="jo-key-area" x="{key}" y="{top + 28}" width="34" height="20" rx="3"/><text class="label" x="{key + 44}" y="{top + 48}">Brain</text></g></g>',
        flag("half", half, 16, 10, STEPS["half"]),
        flag("peak", peak, 32, -17, STEPS["peak"]),
        kind="part strip",
    )


def lane(which: Lane, number: int) -> str:
    """Draw one lane."""
    name = which.name
    behind, rooms, before = way_in(name)
    tray, veil = trays(name)
    idle = {"vein": ("nose", "gut", "muscle"), "muscle": ("nose", "gut"), "nose": ("muscle",)}[name]

    def organ(what: str) -> str:
        return f'<use{" class=" + chr(34) + "jo-idle" + chr(34) if what in idle else ""} href="#body-{what}"/>'

    brain = (
        '<use href="#body-brain"/><g clip-path="url(#brain-shape)">'
        f'<rect class="jo-level" id="brain-level-{name}" x="164" y="{BRAIN_FOOT}" width="170" height="{BRAIN_FOOT - BRAIN_TOP + 6}"/></g>'
        '<use href="#body-folds"/>'
    )
    gone = {"broken": TO_BROKEN} | ({f"lost-{name}": TO_LOST[name]} if name in TO_LOST else {})
    body = "".join([
        f'<g class="ducts">{"".join(line(way, f"jo-duct gone-{kind}") for kind, way in gone.items())}</g>',
        f'<g class="lane-trays">{tray}</g>',
        *(organ(what) for what in ("skin", "gut", "portal", "nose", "vessels", "liver", "muscle")),
        f'<g id="brain-{name}">{brain}</g>', behind,
        room("blood", name, blood_places()), room("rest", name, rest_places()), room("liver", name, liver_places()), rooms, shared_routes(name),
        f'<g id="crowd-{name}" class="particles"></g>', before,
        f'<g class="lane-trays">{veil}</g>',
        f'<g id="labels-{name}" class="labels">{labels(name)}</g>',
    ])  # fmt: skip
    arm = (
        f'<text class="label minor usual arm" x="24" y="73">{which.arm}</text>'
        f'<text class="label minor usual how end" x="514" y="73">{which.how}</text>'
        f'<text class="label large arm-short" x="18" y="62">{which.short}</text>'
    )
    if name == "vein":
        push = '<text class="label minor usual arm push" x="24" y="73">push (thought experiment)</text>'
        push += '<text class="label large" x="304" y="18">· push</text>'
        push += '<text class="label large" x="18" y="62">(thought experiment)</text>'
        push += '<text class="label minor arm push-narrow" x="24" y="73">push</text>'
        push += '<text class="label minor how push-narrow" x="514" y="73">(thought experiment)</text>'
        arm = f'<g id="arm-vein">{arm}</g><g id="arm-push" opacity="0">{push}</g>'
    head = f'<g class="lane-head"><text class="lane-title" x="24" y="42">{which.title}</text>{arm}</g>'
    return (
        f'<g class="lane lane-{number}" id="lane-{name}" transform="translate({n(LANE * number)} 0)">'
        f'<g class="lane-body">{body}</g>{head}<g class="lane-strip">{strip(name)}</g></g>'
    )


BODY_NARROW = (1.05, 0.0, -60.0)  # scale and shift of the body on a phone
SIDE_NARROW = 0.745  # scale of what stands beside it there


def narrow_rules() -> str:
    """Put the lanes below each other, the strip and the trays beside the body."""
    scale, right, down = BODY_NARROW
    inner = SIDE_NARROW / scale
    high = NARROW[1] // 3
    rules = [
        f".lane-body{{transform:translate({n(right)}px,{n(down)}px) scale({scale})}}",
        ".lane-head{transform:translate(554px,20px)}",
        ".how{text-anchor:start;transform:translate(-490px,42px)}",
        ".arm{transform:translate(0,4px)}",
        f".lane-strip{{transform:translate(558px,-316px) scale({SIDE_NARROW})}}",
        f".lane-trays{{transform:translate({n((560 - right) / scale)}px,{n((-14 - down) / scale)}px) scale({inner:.4f})}}",
        ".divide-wide{display:none}",
        ":is(.divide-narrow,.push-narrow){display:inline}",
        ".push{display:none}",
        ".flag-words{display:none}",
        ".label{font-size:30px}",
        ".readout:not(.minor){font-size:34px}",
        ".minor{font-size:29px}",
        ".lane-title{font-size:40px}",
        ":is(.lane-strip,.lane-trays) :is(.label,.readout){font-size:41px}",
    ]
    for kind, way in {"broken": TO_BROKEN, **{f"lost-{name}": way for name, way in TO_LOST.items()}}.items():
        (x0, y0), (x1, y1) = way[0], way[-1]
        x2, y2 = (560 - right) / scale + inner * x1, (-14 - down) / scale + inner * y1  # there the trays are moved
        wide, tall = (x2 - x0) / (x1 - x0), (y2 - y0) / (y1 - y0)
        rules.append(
            f".gone-{kind}{{transform:matrix({wide:.4f},0,0,{tall:.4f},{n(x0 - wide * x0)},{n(y0 - tall * y0)})}}"
        )
    rules.append(".jo-duct{stroke-width:7px;vector-effect:non-scaling-stroke}")
    rules += [f".lane-{i}{{transform:translate(0,{high * i}px)}}" for i in range(3)]
    rules += tight_rules()
    frame = f".explainer .plate.plate-journey.narrow{{aspect-ratio:{NARROW[0]} / {NARROW[1]}}}\n"
    return frame + "\n".join(".plate-journey.narrow " + r for r in rules) + "\n"


def tight_rules() -> list[str]:
    """Move what stands in the strip where its letters are large."""
    return [
        ".strip-key{transform:translate(-26px,0)}",
        ".strip-key .second{transform:translate(0,2px)}",
        ".roomy{display:none}",
        f".flag-half .flag-number{{transform:translate(-{STEPS['half']}px,4px)}}",
        f".flag-peak .flag-number{{transform:translate(-{STEPS['peak']}px,0)}}",
    ]


def projector_rules() -> str:
    """Part the labels further and hide what can be spared."""
    wide_rules = [
        " :is(.usual,.spare){display:none}",
        " .large{display:inline}",
        " .leader-end{r:9px}",
        " .lane-title{transform:translate(-6px,-24px)}",
        " .readout{font-size:var(--label-size);font-weight:500}",
        " .named .readout{transform:translate(0,4px);letter-spacing:-1.5px}",
        " .at-brain .readout{transform:translate(-34px,4px)}",
        " .lane-trays .readout{transform:none}",
        " .at-brain{transform:translate(0,-16px)}",
        " .at-muscle :is(.leader,.leader-end){display:none}",
        " .of-peak{transform:translate(-34px,0)}",
        " .at-bag{transform:none}",
        *(" " + rule for rule in tight_rules()),
    ]
    rules = [
        ":not(.narrow){--aspect:1600 / 984}",
        " .glyph{stroke-width:2.4}",
        " .jo-tray{stroke:var(--rule);stroke-dasharray:none}",
        " .jo-grid{stroke:var(--rule);stroke-dasharray:1 16}",
        " :is(.jo-fold,.jo-fibre,.jo-ridge){stroke-width:5px}",
    ]
    rules += [":not(.narrow)" + rule for rule in wide_rules]
    return "\n".join('.explainer[data-theme="projector"] .plate-journey' + rule for rule in rules) + "\n"


def draw() -> str:
    """Give the whole plate as SVG text."""
    divides = "".join(
        f'<path class="jo-divide divide-wide" d="M{n(LANE * i)} -60V960"/><path class="jo-divide divide-narrow" d="M-20 {NARROW[1] // 3 * i}H980"/>'
        for i in (1, 2)
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plate plate-journey" viewBox="0 0 1600 900" role="img" aria-label="{ABOUT}">',
        f"<style>{STYLE}{tube_rules()}{narrow_rules()}{projector_rules()}</style>",
        f"<defs>{parts_of_body()}</defs>",
        f'<g class="backdrop"><rect class="jo-stage" x="-20" y="-60" width="1640" height="1800"/>{divides}</g>',
        *(lane(which, number) for number, which in enumerate(LANES)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the plate beside this file."""
    path = Path(__file__).with_name("journey.svg")
    text = draw()
    path.write_text(text, "utf-8")
    print(f"{path.name}: {len(text.encode()):,} bytes, {text.count(' id=')} ids")


if __name__ == "__main__":
    main()
