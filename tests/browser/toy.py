"""A toy scene whose every number can be worked out in the head: a crowd in three rooms, a curve, a flag.

Three hours, a frame for each minute, twelve frames a film second. Of 60 particles, half the
`amount` (0 to 1) goes from the bag to the blood evenly over the first hour, all of it with the
choice "whole"; a third of what has left the bag enters the brain an hour later, evenly over the
second hour, and goes back over the third.
"""

from functools import cached_property
from typing import Any

import numpy as np

from explainer.player import (
    Chart,
    Choice,
    Clock,
    Control,
    Crowd,
    Flag,
    Line,
    Scene,
    Sentence,
    Step,
    Stretch,
    Trace,
    Way,
)
from explainer.player.surface import Floats, Response, Settings

HOUR_S = 3600.0


ROOMS = {"bag": (70, 90, 9, 8), "blood": (600, 100, 11, 5), "brain": (1200, 100, 5, 4)}
"""Where the first place of a room is, and how many there are across and down, 30 apart."""


def slots(room: str) -> str:
    """Draw places in rows."""
    x, y, columns, rows = ROOMS[room]
    return "".join(
        f'<circle class="slot" cx="{x + 30 * i}" cy="{y + 30 * j}" r="9"/>'
        for j in range(rows)
        for i in range(columns)
    )


ART = f"""<svg xmlns="http://www.w3.org/2000/svg" class="plate-toy" viewBox="0 0 1600 900" role="img"
 aria-label="Three rooms with particles, and a curve">
<style>
.plate-toy .slot{{fill:none;stroke:none}}
.plate-toy .room>rect{{fill:var(--panel);stroke:var(--border)}}
.plate-toy .way{{fill:none;stroke:var(--rule);stroke-width:14}}
.plate-toy .box{{fill:var(--panel);--trace:var(--ketamine-ink)}}
.plate-toy.narrow .brain{{transform:translate(-900px,620px) scale(.8)}}
.plate-toy .few{{--trace:rgb(1,2,3)}}
.plate-toy .cells{{--spike:rgb(4,5,6)}}
.plate-toy.narrow .cells{{transform:translate(0,800px)}}
.plate-toy.narrow .curves{{transform:translate(0,300px) scale(.6)}}
.explainer[data-theme="projector"] .plate-toy:not(.narrow) .brain{{transform:translate(40px,90px)}}
</style>
<g id="lane">
<path class="way" id="bag-blood" d="M340 200C440 200 440 300 560 300"/>
<path class="way" id="blood-brain" d="M940 300C1040 300 1040 200 1160 200"/>
<g class="room" id="bag"><rect x="40" y="60" width="300" height="280" rx="20"/>{slots("bag")}</g>
<g class="room" id="blood"><rect x="560" y="60" width="380" height="480" rx="20"/>{slots("blood")}</g>
<g class="room brain" id="brain"><rect x="1160" y="60" width="300" height="280" rx="20"/>{slots("brain")}</g>
<g id="particles"/>
</g>
<g id="scheme"><g class="curves"><rect class="box" id="inset" x="1200" y="420" width="240" height="120"/></g>
<path class="way" id="by-way" d="M1200 570H1440"/></g>
<g class="cells" id="cells"><circle class="unit" cx="80" cy="420" r="20"/>
<circle class="unit" cx="160" cy="420" r="20"/>
<g class="unit" transform="translate(240 420)"><path d="M0 0V90"/><circle class="soma" r="30"/></g>
<g><circle class="unit" cx="320" cy="420" r="20"/></g></g>
<rect class="box" id="raster" x="400" y="420" width="120" height="100"/>
<g class="curves" id="curves"><rect class="box" id="box" x="100" y="600" width="1400" height="240"/>
<g id="flag"><path d="M0 0V-60" stroke="currentColor"/><circle r="12"/></g></g>
</svg>
"""


class Toy(Scene):
    """A scene with a picture of its own."""

    @cached_property
    def picture(self) -> str:
        """The art with the shared symbols put in."""
        symbols = self._folder().joinpath("symbols.svg").read_text("utf-8")
        inner = symbols.split(">", 1)[1].rsplit("</svg>", 1)[0]
        return ART.replace("<g id=\"lane\">", f"<defs>{inner}</defs><g id=\"lane\">", 1)


LEVEL = Line("level", "level", "ketamine-ink")
GIVEN = Line("given", "out of the bag", "ketamine-ink")
BRAIN = Line("brain", "in the brain", "brain")


def respond(settings: Settings, seconds: Floats) -> Response:
    """Give the channels and facts of the toy, as told above."""
    amount = np.asarray(settings["amount"], float)
    share = np.where(np.asarray(settings["part"]) == "whole", 1.0, 0.5) * amount
    hours = seconds / HOUR_S
    given = share[:, None] * np.clip(hours, 0, 1)
    brain = share[:, None] / 3 * (np.clip(hours - 1, 0, 1) - np.clip(hours - 2, 0, 1))
    level = np.tile(np.interp(hours, [0, 1, 2, 3], [0, 1, 0.5, 0]), (len(amount), 1))
    return (
        {"given": given, "brain": brain, "level": level},
        {"half_s": HOUR_S * (0.5 + 3 * (1 - amount)), "share": share},
    )


def toy(**changes: Any) -> Toy:
    """Make the scene; keywords replace what it declares."""
    ways = (Way("#bag-blood", "#bag", "#blood", "given"), Way("#blood-brain", "#blood", "#brain", "brain"))
    declared: dict[str, Any] = {
        "name": "toy",
        "title": "A toy: from the bag to the brain",
        "art": "toy.svg",
        "narrow": "0 0 960 1500",
        "clock": Clock([Stretch(0, 3 * HOUR_S, 15, "Three hours")], frames_per_s=12, unit="min", tick_s=1800),
        "bits": 16,
        "controls": [
            Control("amount", "Amount", nodes=[0, 0.25, 0.5, 0.75, 1], start=1, unit="of all"),
            Choice("part", "Part", ["whole", "half"]),
        ],
        "respond": respond,
        "actors": [
            Crowd("#particles", of=60, size=26, travel_s=0.5, rooms=("#bag", "#blood", "#brain"), ways=ways),
            Trace("#box", "level", area=True, above=0.5),
            Flag("#flag", "half_s", box="#box", level="level"),
        ],
        "charts": [
            Chart("Level", [LEVEL], unit="share of its peak", level=0.5, level_label="half"),
            Chart("Out of the bag", [GIVEN, BRAIN], unit="% of all", scale=100, deck="Where", tab="All"),
            Chart(
                *("In the brain", [BRAIN, Line("given", "", "ketamine-ink", faint=True)]),
                *("% of all", 100),
                **{"deck": "Where", "tab": "Brain alone", "range": (0, 100), "level": 90, "level_label": "most"},
            ),
        ],
        "story": [Step("First", "See what goes where, hour by hour.", window_s=(0, HOUR_S))],
        "words": [Sentence("Of the {part}, {share:percent} leaves the bag.")],
        "now": "At {time} {brain:percent} is in the brain.",
    }
    return Toy(**(declared | changes))
