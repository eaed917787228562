"""A toy scene whose every number can be worked out in the head, and a folder with its picture.

Amount `a` (0 to 4 mM) and drug (red counts once, blue twice) give two channels over ten seconds::

    rise = factor * a * t / 10      fall = 1 - t / 10

and two facts, ``end = factor * a`` and ``rest = 9 - factor * a``.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from explainer import evidence
from explainer.player import Choice, Clock, Control, Scene, Sentence, Step, Stretch

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
<g id="gate"/><g id="pool"/><path id="way" d="M0 0L9 9"/><text id="label"/><rect id="box" width="9" height="9"/>
<g id="bag"><circle class="slot" cx="1" cy="1"/></g><g id="blood"><g><circle class="far slot" cx="5" cy="5"/></g></g>
<g id="layer"><circle class="unit"/><g><path class="large unit"/><path class="units"/></g></g>
<g id="brain"><circle class="slots" cx="9" cy="9"/></g><g id="cell"><circle class="slot" cx="9"/></g>
</svg>
"""
SYMBOLS = """<svg xmlns="http://www.w3.org/2000/svg">
<symbol id="glyph-calcium"/><symbol id="glyph-sodium"/>
</svg>
"""
FACTOR = {"red": 1.0, "blue": 2.0}


def respond(settings, seconds):
    strength = np.array([FACTOR[drug] for drug in settings["drug"]]) * settings["amount_mM"]
    channels = {
        "rise": strength[:, None] * seconds / 10,
        "fall": np.tile(1 - seconds / 10, (len(strength), 1)),
    }
    return channels, {"end": strength, "rest": 9 - strength}


AMOUNT = Control("amount_mM", "Amount", nodes=[0, 1, 2, 3, 4], start=1, unit="mM")
DRUG = Choice("drug", "Drug", ["red", "blue"])


@pytest.fixture
def claim():
    """Any claim that there is."""
    return next(iter(evidence.claims()))


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Give a maker of toy scenes; its keywords replace what the toy declares."""
    (tmp_path / "toy.svg").write_text(PICTURE, "utf-8")
    (tmp_path / "boat.svg").write_text(PICTURE, "utf-8")
    (tmp_path / "symbols.svg").write_text(SYMBOLS, "utf-8")
    monkeypatch.setattr("explainer.player.scene.resources", SimpleNamespace(files=lambda _: tmp_path))

    def make(**changes):
        declared = {
            "name": "toy",
            "title": "A toy",
            "art": "toy.svg",
            "clock": Clock([Stretch(0, 10, 1, "Ten seconds")], frames_per_s=10),
            "controls": [AMOUNT, DRUG],
            "respond": respond,
            "actors": [],
            "charts": [],
            "story": [Step("First", "See.", window_s=(0, 10))],
            "words": [Sentence("{amount_mM:g} mM of {drug} end at {end:1}.")],
        }
        return Scene(**(declared | changes))

    return make
