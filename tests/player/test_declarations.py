"""What a scene must not declare is refused when it is made, and the message says where and what would do."""

import numpy as np
import pytest

from explainer import evidence
from explainer.player import (
    Ask,
    Card,
    Chart,
    Choice,
    Clock,
    Control,
    Count,
    Crowd,
    Flag,
    Flow,
    Glow,
    Line,
    Member,
    Part,
    Raster,
    Readout,
    SceneError,
    Sentence,
    Share,
    Shift,
    Show,
    Spikes,
    Step,
    Stretch,
    Trace,
    Turn,
    Way,
)


def refused(make, *said):
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    for words in said:
        assert words in str(caught.value)


def step(**changes):
    return Step(**({"title": "Look here", "text": "See.", "window_s": (0, 10)} | changes))


def control(**changes):
    declared = {"name": "amount_mM", "label": "Amount", "nodes": [0, 1, 2], "start": 1, "unit": "mM"}
    return Control(**(declared | changes))


ASK = {"question": "How much?", "options": ["Little", "Much"], "fact": "end"}


# --- controls --------------------------------------------------------------------------------------

CONTROLS = [
    ({"nodes": [0, 2, 1]}, "ascend"),
    ({"nodes": [0, 1, 1]}, "ascend"),
    ({"nodes": [2, 1, 0]}, "ascend"),
    ({"nodes": [1]}, "two or more"),
    ({"nodes": []}, "two or more"),
    ({"nodes": [0, np.nan, 2]}, "finite"),
    ({"nodes": [0, 1, np.inf]}, "finite"),
    ({"nodes": [-1, 1, 2], "spacing": "log"}, "linear"),  # no logarithm below zero
    ({"spacing": "cubic"}, "'linear' or 'log', got 'cubic'"),
    ({"form": "3"}, "percent, 0, 1, 2, g, signed, text"),
    ({"start": 2.5}, "between 0 and 2 mM, got 2.5"),
    ({"start": -0.1}, "between 0 and 2 mM, got -0.1"),
    ({"start": np.nan}, "between 0 and 2 mM, got nan"),
    ({"start": "much"}, "a number from 0 to 2, got 'much'"),
]


@pytest.mark.parametrize(("change", "remedy"), CONTROLS)
def test_a_control(change, remedy):
    refused(lambda: control(**change), "amount_mM", remedy)


def test_the_ends_of_a_control_belong_to_it():
    assert control(start=0).check(2) == 2.0
    assert control(start=2).check("0") == 0.0
    assert isinstance(control().check(np.int64(1)), float)
    assert control(nodes=[1, 10], start=10, spacing="log").start == 10


def test_where_a_control_snaps_only_its_nodes_can_be_had():
    snapping = control(nodes=[0, 0.3, 1, 10], start=0.3, spacing="log", snap=True)
    assert [snapping.check(node) for node in (0, "0.3", np.float64(1), 10)] == [0, 0.3, 1, 10]
    assert snapping.check(0.1 + 0.2) == 0.3  # which is not what the computer adds up
    for other in (0.2, 0.299, 0.31, 9.99):
        refused(lambda other=other: snapping.check(other), "amount_mM", "0, 0.3, 1, 10 mM", f"got {other:g}")
    refused(lambda: snapping.check(11), "between 0 and 10 mM, got 11")
    refused(lambda: snapping.check("much"), "a number from 0 to 10, got 'much'")
    refused(lambda: control(start=0.5, snap=True), "amount_mM", "one of 0, 1, 2 mM, got 0.5")
    assert control(start=0.5).check(0.7) == 0.7


def test_a_page_is_told_of_snapping_only_where_it_is_so(toy):
    assert "snap" not in control().spec()
    assert control(snap=True).spec()["snap"] is True
    assert toy().spec["surface"]["axes"][0].keys() == {"name", "nodes", "spacing"}
    snapping = toy(controls=[control(nodes=[0, 1, 2], snap=True), Choice("drug", "Drug", ["red", "blue"])])
    (axis,) = snapping.spec["surface"]["axes"]
    assert axis == {"name": "amount_mM", "nodes": [0, 1, 2], "spacing": "linear", "snap": True}
    between = [step(values={"amount_mM": 1.5})]
    refused(lambda: toy(controls=snapping.controls, story=between), "'Look here'", "0, 1, 2 mM")


@pytest.mark.parametrize("options", [[], ["red"], ["red", "red"], ["red", "blue", "red"]])
def test_a_choice_needs_different_options(options):
    refused(lambda: Choice("drug", "Drug", options), "'drug'", "two or more different options")


def test_a_choice():
    refused(
        lambda: Choice("drug", "Drug", ["red", "blue"], start="green"), "drug", "'red', 'blue'", "'green'"
    )
    choice = Choice("magnesium_mM", "Magnesium", ["0", "0.1", "1"])
    assert choice.first == "0"
    assert Choice("drug", "Drug", ["red", "blue"], start="blue").first == "blue"
    for same in (1, 1.0, "1", np.int64(1), np.float64(1.0), np.float32(1)):
        assert choice.check(same) == "1"
        assert type(choice.check(same)) is str
    assert choice.check(0.1) == "0.1"
    for other in (2, "1.0", True, None, [], ""):
        refused(lambda other=other: choice.check(other), "magnesium_mM", "'0', '0.1', '1'", repr(other))


LOOK = Choice("look", "Look", ["near", "far"], start="far", view=True)


def test_a_view_is_for_the_eye_only(toy):
    """No model is asked about it: the surface is the same, byte for byte."""
    plain = toy()
    asked = []

    def respond(values, seconds):
        asked.append(sorted(values))
        return plain.respond(values, seconds)

    viewed = toy(
        controls=[*plain.controls[:1], LOOK, *plain.controls[1:]],
        respond=respond,
        words=[Sentence("{end:1} at the end."), Sentence("From {look}.", when={"look": "far"})],
        story=[step(text="Look from {look}.", values={"look": "near"})],
        now="{time}, {look}",
    )
    assert viewed.surface.spec() == plain.surface.spec()
    assert viewed.surface.slabs == plain.surface.slabs
    assert viewed.start == {"amount_mM": 1.0, "look": "far", "drug": "red"}
    assert viewed.describe({}) == "1.0 at the end. From far."
    assert viewed.describe({"look": "near"}) == "1.0 at the end."
    assert viewed.facts_at([{"look": "near"}]) == plain.facts_at([{}])
    assert viewed.error(8) == plain.error(8)
    assert viewed.spec["story"][0]["text"] == "Look from near."
    assert viewed.spec["story"][0]["values"]["look"] == "near"
    assert viewed.spec["controls"][1]["view"] is True
    assert "view" not in viewed.spec["controls"][2]
    assert asked
    assert {tuple(names) for names in asked} == {("amount_mM", "drug")}
    refused(lambda: viewed.check({"look": "above"}), "look", "'near', 'far'", "'above'")


def test_a_view_alone_is_no_scene(toy):
    refused(lambda: toy(controls=[LOOK], words=[]), "'toy'", "all controls are views", "change the model")
    parts = [Part(lambda values, seconds: ({}, {}), ("amount_mM", "look"))]
    refused(lambda: toy(controls=[control(), LOOK], words=[], respond=parts), "'toy'", "view 'look'", "never sees it")


DRUG = Choice("drug", "Drug", ["red", "blue"])
WHY = "Only for the blue one."
CONDITIONS = [
    # of the amount, what the message says of it
    ({"when": {"drog": ("blue",)}}, "no control 'drog'", "Did you mean 'drug'?"),
    ({"when": {"drug": ("blue", "green")}}, "one of 'red', 'blue'", "'green'"),
    ({"when": {"drug": ()}}, "one value or more", "drug"),
    ({"when": {"drug": "blue"}}, "one value or more", "('a',)"),
    ({"when": {"amount_mM": (1,)}, "snap": True}, "'amount_mM' itself", "amount_mM"),
    ({"when": {"other_mM": (1,)}}, "'other_mM' goes between its values", "snap=True"),
    ({"when": {"steps_mM": (1.5,)}}, "one of 0, 1, 2 mM", "1.5"),
    ({"when": {"free": ("no",)}}, "'amount_mM' itself", "by way of others"),
]


@pytest.mark.parametrize(("change", "wrong", "remedy"), CONDITIONS)
def test_a_condition_on_a_control(toy, change, wrong, remedy):
    circle = {"when": {"amount_mM": (1,)}, "otherwise": "No."} if "free" in change["when"] else {}
    free = Choice("free", "Free", ["yes", "no"], when={"steps_mM": (2,)}, otherwise="Not now.")
    steps = control(name="steps_mM", snap=True, **circle)
    first = control(**{"otherwise": WHY, "snap": bool(circle)} | change)
    controls = [first, DRUG, control(name="other_mM"), steps, free]
    refused(lambda: toy(controls=controls, words=[], respond=None), "control 'amount_mM'", wrong, remedy)


@pytest.mark.parametrize("given", [{"when": {"drug": ("blue",)}}, {"otherwise": WHY}])
def test_a_condition_and_its_excuse_come_together(given):
    refused(lambda: control(**given), "control 'amount_mM'", "when and otherwise together")
    refused(lambda: Choice("look", "Look", ["near", "far"], **given), "choice 'look'", "when and otherwise together")
    long = {"when": {"drug": ("blue",)}, "otherwise": "word " * 41}
    refused(lambda: control(**long), "control 'amount_mM'", "41 words")


def test_a_condition_on_a_control_as_the_page_reads_it(toy):
    steps = Choice("count", "Count", ["1", "2"], view=True, when={"amount_mM": (0, 2)}, otherwise="At 1 mM only one.")
    scene = toy(controls=[control(snap=True, when={"drug": ("blue",)}, otherwise=WHY), DRUG, steps])
    amount, drug, count = scene.spec["controls"]
    assert (amount["when"], amount["otherwise"]) == ({"drug": ["blue"]}, WHY)
    assert drug.keys() == {"kind", "name", "label", "options", "start", "about"}
    assert (count["when"], count["otherwise"]) == ({"amount_mM": [0, 2]}, "At 1\N{NO-BREAK SPACE}mM only one.")
    # what a reader cannot move, steps and traits may
    (told,) = toy(controls=scene.controls, story=[step(values={"amount_mM": 2})]).spec["story"]
    assert told["values"]["amount_mM"] == 2
    assert scene.play(amount_mM=2).facts["end"] == 2


def test_five_controls_at_most(toy):
    many = [control(name=f"amount_{letter}") for letter in "abcdef"]
    toy(controls=many[:5], words=[], respond=None)
    refused(lambda: toy(controls=many, words=[]), "'toy'", "6 controls", "1 to 5", "two scenes")
    refused(lambda: toy(controls=[], words=[]), "'toy'", "0 controls", "1 to 5")


OWN = [
    "set",
    "values",
    "facts",
    "describe",
    "spec",
    "surface",
    "others",
    "first",
    "report",
    "scene",
    "published",
]
PAGE = ["layout", "keys", "comm", "tooltip", "tabbable", "send", "open", "close", "observe", "log"]


@pytest.mark.parametrize("name", [*OWN, *PAGE, "time", "phase", "_esm", "two words", "1st", ""])
def test_names_that_no_control_may_have(toy, name):
    refused(lambda: toy(controls=[control(name=name)], words=[]), "'toy'", repr(name), "use another")


def test_a_name_is_used_once(toy):
    refused(
        lambda: toy(controls=[control(), control()], words=[]), "'toy'", "'amount_mM'", "use another, once"
    )


@pytest.mark.parametrize("twice", ["rise", "end", "amount_mM", "time"])
def test_channels_facts_and_controls_have_names_of_their_own(toy, twice):
    """The page looks a name up in all three, and a text may ask for any."""

    def respond(values, seconds):
        a = values["amount_mM"]
        course = a[:, None] + seconds
        extra = {"channel": {twice: course}} if twice != "rise" else {"fact": {twice: a}}
        return {"rise": course, **extra.get("channel", {})}, {"end": a, **extra.get("fact", {})}

    refused(lambda: toy(respond=respond, words=[]).surface, "'toy'", repr(twice), "own")


@pytest.mark.parametrize("bits", [0, 4, 12, 32])
def test_a_depth_that_does_not_exist(toy, bits):
    refused(lambda: toy(bits=bits), "'toy'", f"{bits} bits", "8 or 16")


# --- the clock -------------------------------------------------------------------------------------

CLOCKS = [
    ([Stretch(0, 1, 1), Stretch(2, 3, 1)], ("ends at 1 s", "starts at 2 s")),
    ([Stretch(0, 2, 1), Stretch(1, 3, 1)], ("ends at 2 s", "starts at 1 s")),
    ([Stretch(0, 1, 1), Stretch(1, 1, 1)], ("end after it starts",)),
    ([Stretch(1, 0, 1)], ("end after it starts",)),
    ([Stretch(0, 1, 0)], ("film time",)),
    ([Stretch(0, 1, -1)], ("film time",)),
    ([], ("at least one stretch",)),
]


@pytest.mark.parametrize(("stretches", "said"), CLOCKS)
def test_a_clock(stretches, said):
    refused(lambda: Clock(stretches), "clock", *said)


def test_the_frames_of_a_clock_by_hand():
    """Two film seconds for 4 s, half a film second for 60 s, at four frames a second."""
    clock = Clock(
        [Stretch(0, 4, 1, "On", "lit"), Stretch(4, 8, 1), Stretch(8, 68, 0.5, "Off")], frames_per_s=4
    )
    assert clock.seconds.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 38, 68]
    assert clock.film_s == 2.5
    assert [clock.frame(t) for t in (0, 0.4, 4, 7.6, 8, 22, 24, 68)] == [0, 0, 4, 8, 8, 8, 9, 10]
    assert clock.spec() == {
        "seconds": [0, 1, 2, 3, 4, 5, 6, 7, 8, 38, 68],
        "film_s": 2.5,
        "phases": [
            {"label": "On", "shade": "lit", "from": 0, "to": 8},
            {"label": "Off", "shade": "", "from": 8, "to": 10},
        ],
        "unit": "s",
        "tick_s": None,
    }
    for off in (-0.1, 68.1):
        refused(lambda off=off: clock.frame(off), f"{off} s", "from 0 to 68 s")


HALF_A_DAY = [Stretch(0, 21600, 1), Stretch(21600, 43200, 1)]


def test_a_clock_in_minutes():
    clock = Clock(HALF_A_DAY, frames_per_s=1, unit="min", tick_s=7200)
    assert clock.seconds.tolist() == [0, 21600, 43200]  # biological time is in s, however it is read
    assert (clock.spec()["unit"], clock.spec()["tick_s"]) == ("min", 7200)
    refused(lambda: Clock(HALF_A_DAY, unit="h"), "clock", "no unit 'h'", "s, min")


@pytest.mark.parametrize("tick_s", [0, -1, 4799, 43201])
def test_ticks_that_a_chart_has_no_room_for(tick_s):
    refused(lambda: Clock(HALF_A_DAY, tick_s=tick_s), "tick_s", "between 4800 and 43200 s", str(tick_s))


def test_the_ends_of_what_ticks_may_be():
    for tick_s in (4800, 43200):
        assert Clock(HALF_A_DAY, tick_s=tick_s).tick_s == tick_s


def test_a_chart_says_what_its_axis_of_time_is(toy):
    charts = [
        Chart("Own", [Line("rise", "Rise", "red")], unit="mM", x_title="pulse"),
        Chart("The clock's", [Line("rise", "Rise", "red")], unit="mM"),
    ]
    written = {
        "time (stretched as the film)": Clock([Stretch(0, 10, 1)], frames_per_s=10),
        "time (s)": Clock([Stretch(0, 10, 1)], frames_per_s=10, tick_s=5),
        "time (min)": Clock([Stretch(0, 10, 1)], frames_per_s=10, tick_s=5, unit="min"),
    }
    for title, clock in written.items():
        assert [c["x_title"] for c in toy(charts=charts, clock=clock).spec["charts"]] == ["pulse", title]


WINDOWS = [
    # start, end, first frame, last frame, why; frames stand at 0, 1, … 8, 38, 68 s
    (0, 8, 0, 8, "both ends on a frame"),
    (0.4, 7.6, 1, 7, "the first at or after, the last at or before; the nearest would be 0 and 8"),
    (7.6, 67.9, 8, 9, "not on to what comes after the end"),
    (0.1 + 0.2 + 0.7, 3, 1, 3, "a time that differs from its frame by how a computer adds"),
]


@pytest.mark.parametrize(("start", "end", "first", "last", "why"), WINDOWS)
def test_a_window_is_what_lies_within(start, end, first, last, why):
    clock = Clock([Stretch(0, 4, 1), Stretch(4, 8, 1), Stretch(8, 68, 0.5)], frames_per_s=4)
    assert clock.window(start, end) == (first, last), why


def test_a_window_without_two_frames():
    clock = Clock([Stretch(0, 4, 1)], frames_per_s=4)
    for window in ((1, 1), (1.2, 1.8), (1.2, 2.8), (3, 1)):
        refused(lambda window=window: clock.window(*window), str(window[0]), "end after it starts")


def test_a_step_ends_with_the_last_frame_of_its_window(toy):
    told = toy(story=[step(window_s=(0.6, 7.9))]).spec["story"][0]
    assert (told["from"], told["to"]) == (1, 7)


def test_even_a_short_stretch_has_a_frame():
    assert Clock([Stretch(5, 6, 0.01), Stretch(6, 7, 0.01)]).seconds.tolist() == [5, 6, 7]


# --- the picture -----------------------------------------------------------------------------------


def test_a_missing_picture_lists_those_that_are_there(toy):
    refused(lambda: toy(art="toi.svg"), "'toy'", "'toi.svg'", "'toy.svg'?", "boat.svg, symbols.svg, toy.svg")


def test_a_picture_that_is_no_svg_says_so(toy, tmp_path):
    (tmp_path / "torn.svg").write_text("<svg><g></svg>", "utf-8")
    refused(lambda: toy(art="torn.svg"), "torn.svg", "no well-formed SVG", "mismatched tag")


def test_the_picture_holds_the_shared_symbols_once(toy):
    picture = toy().picture
    assert picture.count("<svg") == 1
    assert picture.index("glyph-calcium") < picture.index('id="gate"')


def crowd(**changes):
    ways = (Way("#way", "#bag", "#blood", "rise"),)
    declared = {"of": 4, "glyph": "calcium", "rooms": ("#bag", "#blood"), "ways": ways}
    return Crowd("#pool", **(declared | changes))


def way(**changes):
    return Way(**({"path": "#way", "source": "#bag", "target": "#blood", "channel": "rise"} | changes))


PARTS = [
    crowd(rooms=("#bag", "#blood", "#gait")),
    crowd(ways=(way(path="#gait"),)),
    Trace("#gait", "rise"),
    Raster("#gait", cells=("rise",)),
    Spikes("#gait", cells=("rise",)),
    Flag("#gait", "end", box="#box", level="rise"),
    Flag("#label", "end", box="#gait", level="rise"),
    Glow("#gait", "rise"),
    Flow("#gait", "rise", glyph="calcium"),
    Shift("#gate", "rise", path="#gait"),
    Shift("#gait", "rise", path="#way"),
    Turn("#gait", "rise", to="rotate(9)"),
    Count("#gait", "rise"),
    Show("#gait", when={"drug": ("red",)}),
    Share("#gait", states={"rise": "state-open"}),
    Readout("#gait", template="{end:1}"),
]


@pytest.mark.parametrize("actor", PARTS, ids=lambda actor: actor.kind)
def test_an_unknown_part_names_the_nearest(toy, actor):
    refused(lambda: toy(actors=[actor]), "toy.svg", "no part '#gait'", "Did you mean '#gate'?", "#label")


def test_a_part_is_named_with_its_sign(toy):
    refused(lambda: toy(actors=[Glow("gate", "rise")]), "no part 'gate'", "Did you mean '#gate'?")


ART_SLIPS = [
    # rooms without places: none, one of a class that only begins alike, and one that is nowhere
    (crowd(rooms=("#gate", "#bag", "#blood")), "crowd of #pool", "room #gate", "class 'slot'"),
    (crowd(rooms=("#bag", "#blood", "#brain")), "crowd of #pool", "room #brain", "class 'slot'"),
    (crowd(rooms=("#bag", "#blood", "#cell")), "crowd of #pool", "room #cell", "cx and cy"),
    (Trace("#gate", "rise"), "trace of #gate", "#gate is a <g>", "<rect>"),
    (Flag("#label", "end", box="#way", level="rise"), "flag of #label", "#way is a <path>", "<rect>"),
    (Raster("#gate", cells=("rise",)), "raster of #gate", "#gate is a <g>", "<rect>"),
    (Spikes("#layer", cells=("rise",)), "spikes of #layer", "2 parts of class 'unit'", "1 cells; draw one for each"),
    (Spikes("#layer", cells=("rise",) * 3), "spikes of #layer", "2 parts of class 'unit'", "3 cells"),
    (Spikes("#gate", cells=("rise",)), "spikes of #gate", "0 parts", "1 cells"),
]


@pytest.mark.parametrize(("actor", "where", "wrong", "remedy"), ART_SLIPS)
def test_parts_that_are_not_drawn_as_an_actor_needs_them(toy, actor, where, wrong, remedy):
    refused(lambda: toy(actors=[actor]), "toy.svg", where, wrong, remedy)


CONDITIONS = [
    ({}, "one value or more"),
    ({"drug": ()}, "one value or more"),
    ({"drug": "red"}, "one value or more"),  # a word is no list of words
    ({"drag": ("red",)}, "no control 'drag'. Did you mean 'drug'?"),
    ({"drug": ("red", "green")}, "drug must be one of 'red', 'blue', got 'green'"),
    ({"drug": ("red",), "amount_mM": (1,)}, "'amount_mM' goes between its values"),
]


@pytest.mark.parametrize(("when", "said"), CONDITIONS)
def test_a_part_is_shown_on_a_condition_of_the_setting(toy, when, said):
    refused(lambda: toy(actors=[Show("#gate", when=when)]), "toy.svg: show of #gate", said)


def test_a_part_is_shown_by_one_actor(toy):
    twice = [Show("#gate", when={"drug": (name,)}) for name in ("red", "blue")]
    refused(lambda: toy(actors=twice), "toy.svg", "#gate", "in one")


def test_a_condition_as_the_page_reads_it(toy):
    """A choice's options are texts, also where a number is named."""
    magnesium = Choice("magnesium_mM", "Magnesium", ["0", "1"])
    actors = [Show("#gate", when={"magnesium_mM": (1,), "drug": ("red", "blue")})]
    scene = toy(controls=[control(), Choice("drug", "Drug", ["red", "blue"]), magnesium], actors=actors)
    assert scene.spec["actors"] == [
        {
            "kind": "show",
            "part": "#gate",
            "signal": "",
            "when": {"magnesium_mM": ["1"], "drug": ["red", "blue"]},
        }
    ]


CELLS = [
    (lambda: Spikes("#layer"), "spikes of #layer", "one cell or more"),
    (lambda: Spikes("#layer", cells="rise"), "spikes of #layer", "got 'rise'"),
    (lambda: Spikes("#layer", cells=("rise",), fade_s=0), "spikes of #layer", "fade_s"),
    (lambda: Spikes("#layer", cells=("rise",), fade_s=np.nan), "spikes of #layer", "fade_s"),
    (lambda: Raster("#box"), "raster of #box", "one cell or more"),
    (lambda: Raster("#box", cells="rise"), "raster of #box", "got 'rise'"),
    (lambda: Raster("#box", cells=("rise", "fall"), groups={"few": 1}), "raster of #box", "2 cells"),
    (lambda: Raster("#box", cells=("rise", "fall"), groups={"few": 1, "many": 2}), "raster of #box", "2 cells"),
    (lambda: Raster("#box", cells=("rise", "fall"), groups={"few": 3, "many": -1}), "raster of #box", "one row"),
]


@pytest.mark.parametrize(("make", "where", "said"), CELLS)
def test_cells(make, where, said):
    refused(make, where, said)


@pytest.mark.parametrize("actor", [Spikes("#layer", cells=("fall", "rise")), Raster("#box", cells=("rise",))])
def test_spikes_are_not_interpolated(toy, actor):
    refused(lambda: toy(actors=[actor]).surface, f"{actor.kind} of", "'amount_mM'", "snap=True")
    assert toy(actors=[actor], controls=[control(snap=True), Choice("drug", "Drug", ["red", "blue"])]).surface
    other = Part(lambda settings, t: ({"more": settings["amount_mM"][:, None] + t}, {}), ("amount_mM",))
    alone = Part(lambda settings, t: ({n: np.ones((2, len(t))) for n in ("rise", "fall")}, {}), ("drug",))
    assert toy(actors=[actor], respond=[other, alone], words=[]).surface


def test_cells_as_the_page_reads_them(toy):
    actors = [
        Spikes("#layer", cells=("rise", "fall")),
        Raster("#box", cells=("rise", "fall"), groups={"few": 1, "many": 1}),
    ]
    controls = [control(snap=True), Choice("drug", "Drug", ["red", "blue"])]
    spikes, raster = toy(actors=actors, controls=controls).spec["actors"]
    assert spikes == {"kind": "spikes", "part": "#layer", "signal": "", "cells": ("rise", "fall"), "fade_s": 0.25}
    assert raster["groups"] == {"few": 1, "many": 1}
    assert list(raster["groups"]) == ["few", "many"]


def test_an_unknown_part_in_focus(toy):
    refused(lambda: toy(story=[step(focus=["#pol"])]), "toy.svg", "no part '#pol'", "Did you mean '#pool'?")


def test_parts_that_are_there(toy):
    actors = [Shift("#gate", "rise", path="#way"), Flow("#way", "rise", glyph="sodium", strength="end")]
    scene = toy(actors=actors, story=[step(focus=["#pool", "#label"])], legend=[("calcium", "Calcium")])
    assert [actor["kind"] for actor in scene.spec["actors"]] == ["shift", "flow"]
    assert scene.spec["actors"][0] == {
        "kind": "shift",
        "part": "#gate",
        "signal": "rise",
        "path": "#way",
        "at": (0.0, 1.0),
    }


def test_a_crowd_as_the_page_reads_it(toy):
    (made,) = toy(actors=[crowd(travel_s=0.5)]).spec["actors"]
    assert made == {
        "kind": "crowd",
        "part": "#pool",
        "signal": "",
        "of": 4,
        "glyph": "calcium",
        "size": 16.0,
        "travel_s": 0.5,
        "rooms": ("#bag", "#blood"),
        "ways": ({"path": "#way", "source": "#bag", "target": "#blood", "channel": "rise"},),
    }


def test_a_curve_and_its_flag_as_the_page_reads_them(toy):
    trace, flag = toy(
        actors=[
            Trace("#box", "rise", at=(0, 4), faint=True, above=2),
            Flag("#label", "end", box="#box", level="rise", at=(0, 4)),
        ]
    ).spec["actors"]
    assert trace == {
        "kind": "trace",
        "part": "#box",
        "signal": "rise",
        "at": (0, 4),
        "area": False,
        "faint": True,
        "above": 2,
    }
    assert flag == {
        "kind": "flag",
        "part": "#label",
        "signal": "end",
        "box": "#box",
        "level": "rise",
        "at": (0, 4),
    }


def test_an_unknown_glyph_names_those_that_are_there(toy):
    said = ("symbols.svg", "no glyph 'calcum'", "Did you mean 'calcium'?", "calcium, sodium")
    refused(lambda: toy(actors=[Flow("#way", "rise", glyph="calcum")]), *said)
    refused(lambda: toy(actors=[crowd(glyph="calcum")]), *said)
    refused(lambda: toy(legend=[("calcum", "Calcium")]), *said)


# --- what things are called ------------------------------------------------------------------------

CHANNELS = "fall, rise"
SIGNALS = "amount_mM, drug, end, fall, rest, rise"
SAID = "amount_mM, drug, end, rest"
FACTS = "end, rest"
TWO = Member(states=("rise",), order=("rise", "fell"), rank=0.5)

SIGNAL_SLIPS = [
    # actor, what it is, what is wrong, the nearest, what there is
    (Glow("#gate", "ries"), "glow of #gate", "'ries'", "'rise'", SIGNALS),
    (Turn("#gate", "risen", to="rotate(9)"), "turn of #gate", "'risen'", "'rise'", SIGNALS),
    (Glow("#gate", TWO), "glow of #gate", "'fell'", "'fall'", CHANNELS),
    (Share("#pool", states={"fallen": "x"}), "share of #pool", "'fallen'", "'fall'", CHANNELS),
    (Share("#pool", states={"rise": "x", "amount_mM": "y"}), "share of #pool", "'amount_mM'", "", CHANNELS),
    (Flow("#way", "rise", glyph="calcium", strength="ende"), "flow of #way", "'ende'", "'end'", "end, rest"),
    (Flow("#way", "rise", glyph="calcium", strength="fall"), "flow of #way", "'fall'", "", "end, rest"),
    (Readout("#label", template="{ende:1}"), "readout of #label", "'ende'", "'end'", SIGNALS),
    (Readout("#label", template="{time}"), "readout of #label", "'time'", "", SIGNALS),
    (Glow("#gate", "phase"), "glow of #gate", "'phase'", "", SIGNALS),
    (crowd(ways=(way(channel="ries"),)), "crowd of #pool", "'ries'", "'rise'", CHANNELS),
    (crowd(ways=(way(channel="end"),)), "crowd of #pool", "'end'", "", CHANNELS),  # how many, but not when
    (Trace("#box", "ries"), "trace of #box", "'ries'", "'rise'", CHANNELS),
    (Trace("#box", "end"), "trace of #box", "'end'", "", CHANNELS),
    (Raster("#box", cells=("rise", "ries")), "raster of #box", "'ries'", "'rise'", CHANNELS),
    (Spikes("#layer", cells=("rise", "end")), "spikes of #layer", "'end'", "", CHANNELS),
    (Flag("#label", "ende", box="#box", level="rise"), "flag of #label", "'ende'", "'end'", FACTS),
    (Flag("#label", "rise", box="#box", level="rise"), "flag of #label", "'rise'", "", FACTS),
    (Flag("#label", "end", box="#box", level="end"), "flag of #label", "'end'", "", CHANNELS),
]


@pytest.mark.parametrize(("actor", "where", "wrong", "near", "there"), SIGNAL_SLIPS)
def test_an_unknown_signal(toy, actor, where, wrong, near, there):
    scene = toy(actors=[actor])
    refused(lambda: scene.surface, where, wrong, near, f"There are: {there}.")


def test_signals_that_there_are(toy):
    good = Member(states=("fall",), order=("rise", "fall"), rank=0.5)
    actors = [Glow("#gate", good), Glow("#gate", "amount_mM"), Glow("#gate", "end"), Count("#pool", "rise")]
    toy(actors=actors).surface  # noqa: B018  it is computed and checked


def test_an_unknown_channel_in_a_chart(toy):
    for line in (Line("ries", "Rise", "red"), Line("rise", "Rise", "red", to="ries")):
        scene = toy(charts=[Chart("Up and down", [Line("fall", "Fall", "red"), line], unit="mM")])
        refused(lambda scene=scene: scene.surface, "chart 'Up and down'", "'ries'", "'rise'?", CHANNELS)
    fact = toy(charts=[Chart("Up and down", [Line("end", "End", "red")], unit="mM")])
    refused(lambda: fact.surface, "chart 'Up and down'", "channel 'end'", CHANNELS)


CHART_SLIPS = [
    ({"deck": "Scale"}, "'Scale' and ''", "deck and tab together"),
    ({"tab": "Own peak"}, "'' and 'Own peak'", "deck and tab together"),
    ({"level_label": "half"}, "'half'", "level that is not given"),
    ({"level": 101, "range": (0, 100)}, "level 101", "in its range, (0, 100)"),
    ({"level": -1, "range": (0, 100)}, "level -1", "in its range, (0, 100)"),
]


@pytest.mark.parametrize(("change", "wrong", "remedy"), CHART_SLIPS)
def test_a_chart(change, wrong, remedy):
    declared = {"title": "Up and down", "lines": [Line("rise", "Rise", "red")], "unit": "mM"}
    refused(lambda: Chart(**(declared | change)), "chart 'Up and down'", wrong, remedy)


def test_a_level_at_the_ends_of_the_range():
    for level in (0, 100):
        Chart("Up", [Line("rise", "Rise", "red")], unit="mM", level=level, range=(0, 100))
    Chart("Up", [Line("rise", "Rise", "red")], unit="mM", level=1e6)  # without a range it makes its own


END = Line("end", "End", "red")


def over(**changes):
    declared = {"title": "Where", "lines": [END], "unit": "mM", "over": "amount_mM"}
    return Chart(**(declared | changes))


def test_a_chart_over_a_control_as_the_page_reads_it(toy):
    told = toy(charts=[over(), over(lines=[Line("end", "", "red", dots=True)], range=(0, 9), x_title="µM in 1 s")])
    first, second = told.spec["charts"]
    assert (first["over"], first["x_title"], first["at"]) == ("amount_mM", "Amount (mM)", [])
    assert first["range"] == (0, 8)  # of every setting: twice the amount with the blue one
    assert "dots" not in first["lines"][0]
    assert (second["lines"][0]["dots"], second["range"]) == (True, (0, 9))
    assert second["x_title"] == "µM in 1\N{NO-BREAK SPACE}s"
    bare = Control("amount_mM", "Amount", [0, 1], 1, "")
    assert toy(charts=[over()], controls=[bare, DRUG]).spec["charts"][0]["x_title"] == "Amount"
    timed = toy(charts=[Chart("When", [Line("rise", "Rise", "red")], unit="mM")]).spec["charts"][0]
    assert timed.keys().isdisjoint({"over"})
    assert timed["lines"][0].keys().isdisjoint({"dots"})
    assert timed["range"] is None


REACHES = [
    # end is 0 to 8, rest is 9 - end: 1 to 9
    ({"scale": 10}, (0, 80)),
    ({"level": 11}, (0, 11)),
    ({"level": -2}, (-2, 8)),
    ({"lines": [Line("end", "", "red", to="rest")]}, (0, 9)),
    ({"lines": [Line(("end", "rest"), "", "red")]}, (0, 9)),  # the sum is 9 everywhere
    ({"lines": [Line("end", "", "red", stack=True), Line("end", "", "red", stack=True)]}, (0, 16)),
    ({"lines": [Line("end", "", "red"), Line("end", "", "red", dots=True)]}, (0, 8)),
    ({"scale": -1}, (-8, 0)),
]


@pytest.mark.parametrize(("change", "reach"), REACHES)
def test_the_range_of_a_chart_over_a_control_is_that_of_every_setting(toy, change, reach):
    assert toy(charts=[over(**change)]).spec["charts"][0]["range"] == reach


OVERS = [
    ({"over": "amont_mM"}, ("no control 'amont_mM'", "Did you mean 'amount_mM'?")),
    ({"over": "drug"}, ("'drug' is a choice", "names a slider", "amount_mM")),
    ({"lines": [Line("rise", "Rise", "red")]}, ("no fact 'rise'", "end, rest")),
    ({"lines": [Line("end", "End", "red", to="rise")]}, ("no fact 'rise'", "end, rest")),
    ({"at_s": (1, 2)}, ("over 'amount_mM' or over events", "at_")),
    ({"over": "", "lines": [Line("rise", "Rise", "red", dots=True)]}, ("'Rise' has dots", "over a control")),
]


@pytest.mark.parametrize(("change", "said"), OVERS)
def test_a_chart_over_what_it_cannot_be_over(toy, change, said):
    refused(lambda: toy(charts=[over(**change)]).surface, "chart 'Where'", *said)


@pytest.mark.parametrize("also", [{"to": "rest"}, {"stack": True}, {"faint": True}])
def test_dots_are_dots(also):
    refused(lambda: Line("end", "End", "red", dots=True, **also), "line 'End'", "no band or area, and not faint")


def carded(*tabs):
    line = Line("rise", "", "red")
    return [Chart(f"Chart {i}", [line], unit="mM", deck="Scale", tab=tab) for i, tab in enumerate(tabs)]


def test_a_deck_has_two_charts_or_more_with_different_tabs(toy):
    assert [c["tab"] for c in toy(charts=carded("Own", "Same")).spec["charts"]] == ["Own", "Same"]
    refused(lambda: toy(charts=carded("Own")), "chart 'Chart 0'", "'Scale'", "two or more charts", "'Own'")
    refused(lambda: toy(charts=carded("Own", "Same", "Own")), "'Scale'", "different tabs")
    other = Chart("Else", [Line("rise", "", "red")], unit="mM", deck="Other", tab="Same")
    refused(lambda: toy(charts=[*carded("Own", "Same"), other]), "chart 'Else'", "'Other'", "two or more charts")


@pytest.mark.parametrize("more", [{"to": "fall"}, {"stack": True}])
def test_only_a_line_can_be_faint(more):
    assert Line("rise", "", "red", faint=True).channels == ("rise",)
    refused(lambda: Line("rise", "Rise", "red", faint=True, **more), "line 'Rise'", "band or area")


def test_a_chart_of_a_time_that_is_not_on_the_clock(toy):
    line = Line("rise", "Rise", "red")
    refused(
        lambda: toy(charts=[Chart("Late", [line], unit="mM", at_s=(5, 11))]),
        "chart 'Late'",
        "11 s",
        "0 to 10 s",
    )


def test_events_have_names_and_gaps_between_them(toy):
    line = Line("rise", "Rise", "red")
    made = Chart("Here", [line], unit="mM", at_s=(1, 2, 5), at_labels=("a", "b", "c"), at_breaks=(2,))
    told = toy(charts=[made]).spec["charts"][0]
    assert (told["at"], list(told["at_labels"]), list(told["at_breaks"])) == ([1, 2, 5], ["a", "b", "c"], [2])
    refused(
        lambda: Chart("Here", [line], unit="mM", at_s=(1, 2), at_labels=("a",)), "chart 'Here'", "2 events", "got 1"
    )
    for place in (0, 2, -1):
        refused(
            lambda place=place: Chart("Here", [line], unit="mM", at_s=(1, 2), at_breaks=(place,)),
            "chart 'Here'",
            "between two of 2 events",
            str(place),
        )


WORD_SLIPS = [
    (Sentence("{ende:1} mM."), "'ende'", "'end'?"),
    (Sentence("{rise:1} mM."), "'rise'", ""),  # a channel has no one value
    (Sentence("At {time}."), "'time'", ""),  # nor has time
    (Sentence("In {phase}."), "'phase'", ""),
    (Sentence("Good.", when={"amont_mM": (0, 1)}), "'amont_mM'", "'amount_mM'?"),
    (Sentence("Good.", when={"rise": (0, 1)}), "'rise'", ""),
]


@pytest.mark.parametrize(("sentence", "wrong", "near"), WORD_SLIPS)
def test_an_unknown_name_in_words(toy, sentence, wrong, near):
    scene = toy(words=[sentence])
    refused(lambda: scene.surface, "words", wrong, near, f"There are: {SAID}.")


def test_an_unknown_name_in_now(toy):
    toy(now="At {time} in {phase}: {rise:1}, {end:1}, {amount_mM:g} of {drug}.").surface  # noqa: B018
    scene = toy(now="{ries:1}")
    refused(lambda: scene.surface, "now", "'ries'", "'rise'?", "phase", "time")


STEP_SLIPS = [
    ({"text": "It is {ende:1}."}, "'ende'", "'end'?"),
    ({"outcome": "It is {rise:1}."}, "'rise'", ""),
    ({"outcome": "It was {time}."}, "'time'", ""),
    ({"ask": Ask(**ASK, bins=[1], because="So {ende:1}.")}, "'ende'", "'end'?"),
]


@pytest.mark.parametrize(("change", "wrong", "near"), STEP_SLIPS)
def test_an_unknown_name_in_a_step(toy, change, wrong, near):
    scene = toy(story=[step(**change)])
    refused(lambda: scene.surface, "step 'Look here'", wrong, near, f"There are: {SAID}.")


@pytest.mark.parametrize("fact", ["drug", "amount_mM", "rise", "ende"])
def test_a_prediction_is_of_a_fact(toy, fact):
    scene = toy(story=[step(ask=Ask(**(ASK | {"fact": fact}), bins=[1]))])
    refused(lambda: scene.surface, "step 'Look here'", repr(fact), "There are: end, rest.")


NUMBERS_WITHOUT_FORMAT = [
    {"words": [Sentence("{amount_mM} mM.")]},
    {"words": [Sentence("{amount_mM:text} mM.")]},
    {"now": "{amount_mM} mM."},
    {"story": [step(text="{amount_mM} mM.")]},
    {"story": [step(ask=Ask(**ASK, bins=[1], because="{amount_mM} mM."))]},
    {"actors": [Readout("#label", template="{amount_mM} mM")]},
]


@pytest.mark.parametrize("change", NUMBERS_WITHOUT_FORMAT)
def test_a_number_says_how_it_is_written(toy, change):
    """As it is, 1 would be 1.0 in Python and 1 in the browser."""
    scene = toy(**change)
    refused(lambda: scene.surface, "amount_mM", "is a number", "percent, 0, 1, 2, g, signed")


@pytest.mark.parametrize(
    "change",
    [
        {"words": [Sentence("{end:3} mM.")]},
        {"now": "{end:3} mM."},
        {"story": [step(text="{end:3} mM.")]},
        {"actors": [Readout("#label", template="{end:3} mM")]},
        {"words": [Sentence("{end:1 mM.")]},
    ],
)
def test_a_template_that_cannot_be_read(toy, change):
    scene = toy(**change)
    refused(lambda: scene.surface, "{end:", "percent" if "3" in str(change) else "write {name:format}")


# --- steps -----------------------------------------------------------------------------------------

FORTY = " ".join(["word"] * 40)


@pytest.mark.parametrize("part", ["text", "outcome"])
def test_a_step_says_forty_words_at_most(part):
    step(**{part: FORTY})
    refused(lambda: step(**{part: FORTY + " more"}), "step 'Look here'", "41 words", "at most 40")


def test_a_prediction_explains_in_forty_words_at_most():
    Ask(**ASK, bins=[1], because=FORTY)
    refused(lambda: Ask(**ASK, bins=[1], because=FORTY + " more"), "'How much?'", "41 words", "at most 40")


@pytest.mark.parametrize("window", [(-1, 5), (0, 11), (12, 13)])
def test_a_window_off_the_clock(toy, window):
    off = next(t for t in window if not 0 <= t <= 10)
    refused(lambda: toy(story=[step(window_s=window)]), "step 'Look here'", f"{off} s", "from 0 to 10 s")


@pytest.mark.parametrize("window", [(5, 5), (8, 2), (0, 0.2)])
def test_a_window_needs_a_frame_to_go_to(toy, window):
    refused(lambda: toy(story=[step(window_s=window)]), "step 'Look here'", "end after it starts")


def test_an_unknown_claim_names_the_nearest(toy, claim):
    refused(
        lambda: toy(story=[step(claims=[claim, claim + "x"])]),
        "step 'Look here'",
        f"'{claim}x'",
        f"'{claim}'?",
    )


VALUE_SLIPS = [
    ({"amont_mM": 1}, ("'amont_mM'", "'amount_mM'?", "amount_mM, drug")),
    ({"amount_mM": 5}, ("between 0 and 4 mM", "got 5")),
    ({"drug": "green"}, ("'red', 'blue'", "'green'")),
]


@pytest.mark.parametrize(("values", "said"), VALUE_SLIPS)
def test_a_step_sets_what_can_be_set(toy, values, said):
    refused(lambda: toy(story=[step(values=values)]), "step 'Look here'", *said)


@pytest.mark.parametrize(("values", "said"), VALUE_SLIPS)
def test_the_options_of_a_prediction_set_what_can_be_set(toy, values, said):
    ask = Ask(**ASK, settings=[{"amount_mM": 1}, values])
    refused(lambda: toy(story=[step(ask=ask)]), "step 'Look here'", *said)


THREE = {"options": ["a", "b", "c"]}
ASKS = [
    ({}, ("either bins or settings",)),
    ({"bins": [1], "settings": [{}, {}]}, ("either bins or settings",)),
    ({"bins": [1, 2]}, ("2 options need 1",)),
    ({**THREE, "bins": [1]}, ("3 options need 2",)),
    ({**THREE, "bins": [2, 1]}, ("ascending",)),
    ({**THREE, "bins": [1, 1]}, ("ascending",)),  # nothing could lie between
    ({"settings": [{}]}, ("one setting for each option",)),
    ({"settings": [{}, {}, {}]}, ("one setting for each option",)),
]


@pytest.mark.parametrize(("change", "said"), ASKS)
def test_a_prediction(change, said):
    refused(lambda: Ask(**(ASK | change)), "'How much?'", *said)


# --- actors ----------------------------------------------------------------------------------------


def test_a_member_stands_among_neighbours():
    order = ("a", "b", "c", "d")
    Member(states=("b", "c"), order=order, rank=0.5)
    refused(lambda: Member(states=("b", "x"), order=order, rank=0.5), "'x'", "'a', 'b', 'c', 'd'")
    refused(lambda: Member(states=("b", "d"), order=order, rank=0.5), "'b', 'd'", "neighbours")
    for rank in (0, 1, -0.1, 1.5):
        refused(lambda rank=rank: Member(states=("b",), order=order, rank=rank), "between 0 and 1", str(rank))


CROWDS = [
    ({"of": 0}, "of must be 1 or more", "got 0"),
    ({"travel_s": -0.1}, "travel_s 0 or more", "-0.1"),
    ({"rooms": ("#bag",)}, "two or more different rooms", "#bag"),
    ({"rooms": ("#bag", "#blood", "#bag")}, "two or more different rooms", "#bag"),
    ({"ways": ()}, "give a Way", "two of its rooms"),
    ({"ways": (way(source="#bog"),)}, "way #way names '#bog'", "#bag, #blood"),
    ({"ways": (way(), way(target="#brain"))}, "way #way names '#brain'", "#bag, #blood"),
    ({"ways": (way(target="#bag"),)}, "way #way", "from #bag to itself"),
]


@pytest.mark.parametrize(("change", "said", "also"), CROWDS)
def test_a_crowd(change, said, also):
    refused(lambda: crowd(**change), "crowd of #pool", said, also)


def test_fast_states_are_neighbours_and_begin_with_the_first():
    order = ("a", "b", "c", "d")
    Member(states=("b",), order=order, rank=0.5, fast=("b", "c"), aside=0)
    Member(states=("b",), order=order, rank=0.5, fast=("b", "d", "c"))
    refused(lambda: Member(states=("b",), order=order, rank=0.5, fast=("b", "x")), "'x'", "'a', 'b', 'c', 'd'")
    refused(lambda: Member(states=("b",), order=order, rank=0.5, fast=("b", "d")), "'b', 'd'", "neighbours")
    refused(lambda: Member(states=("b",), order=order, rank=0.5, fast=("c", "b")), "the first of")
    for aside in (-0.1, 1):
        refused(lambda aside=aside: Member(states=("b",), order=order, rank=0.5, aside=aside), "aside", str(aside))
    refused(lambda: Member(states=("b",), order=order, rank=0.5, glide_s=-1), "glide_s", "-1")
    refused(lambda: Share("#pool", states={"rise": "x"}, fast=("rise", "fall")), "share of #pool", "'fall'")


def test_a_gate_stands_on_its_path():
    Flow("#way", "rise", gate=0.5)
    for gate in (-0.1, 1.1):
        refused(lambda gate=gate: Flow("#way", "rise", gate=gate), "flow of #way", "gate", str(gate))


@pytest.mark.parametrize("actor", [Shift, Turn, Glow, Trace, Flag])
def test_a_range_without_width(actor):
    refused(lambda: actor("#gate", "rise", at=(0.3, 0.3)), f"{actor.kind} of #gate", "two different")
    actor("#gate", "rise", at=(1.0, 0.0))  # backwards is fine


# --- settings --------------------------------------------------------------------------------------


def test_check_gives_values_as_they_will_be_used(toy):
    scene = toy()
    assert scene.check({"amount_mM": "2", "drug": "blue"}) == {"amount_mM": 2.0, "drug": "blue"}
    assert scene.check({}) == {}
    assert scene.start == {"amount_mM": 1.0, "drug": "red"}
    with pytest.raises(SceneError, match="no control 'amount'") as caught:
        scene.check({"amount": 2})
    assert "Did you mean 'amount_mM'? There are: amount_mM, drug." in str(caught.value)
    with pytest.raises(SceneError, match=r"amount_mM must lie between 0 and 4 mM, got 4\.1"):
        scene.play(amount_mM=4.1)


def test_facts_are_the_models_own(toy):
    scene = toy()
    assert scene.facts_at([{}, {"amount_mM": 3.7}, {"amount_mM": 3.7, "drug": "blue"}]) == [
        {"end": 1.0, "rest": 8.0},
        {"end": 3.7, "rest": pytest.approx(5.3)},
        {"end": 7.4, "rest": pytest.approx(1.6)},
    ]
    assert scene.describe({"amount_mM": 3.7, "drug": "blue"}) == "3.7\N{NO-BREAK SPACE}mM of blue end at 7.4."


def test_facts_and_channels_on_a_surface_of_the_toy(toy):
    scene = toy()
    channels, facts = scene.surface.at({"amount_mM": 2.5, "drug": "blue"})
    assert scene.surface.channels == ("rise", "fall")
    level = 8 / 255 / 2 * 1.3  # half a level, and what cubic weights can make of it
    assert channels[0].tolist() == pytest.approx([0.5 * t for t in range(11)], abs=level)
    assert channels[1].tolist() == pytest.approx([1 - 0.1 * t for t in range(11)], abs=0.01)
    assert facts.tolist() == pytest.approx([5, 4], abs=1e-6)
    assert max(scene.error().values()) < 0.01


# --- cards -----------------------------------------------------------------------------------------


def card(**changes):
    return Card(**({"title": "Red", "rows": [("Claim", "It is red.")]} | changes))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column": 0}, "column is 1 or 2, got 0"),
        ({"column": 3}, "column is 1 or 2, got 3"),
        ({"rows": []}, "one row or more"),
        ({"title": ""}, "a title"),
        ({"rows": [("Claim", "Red."), ("Against", "word " * 41)]}, "row 'Against': 41 words"),
    ],
)
def test_a_card(change, said):
    refused(lambda: card(**change), "card", said)
    assert card(column=2, rows=[("Claim", "word " * 40)])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": {"drag": ("red",)}}, "no control 'drag'. Did you mean 'drug'?"),
        ({"when": {"drug": ("red", "green")}}, "got 'green'"),
        ({"when": {"drug": "red"}}, "one value or more"),
        ({"when": {"amount_mM": (1,)}}, "'amount_mM' goes between its values"),
        ({"claims": ["no-such-claim"]}, "no claim 'no-such-claim'"),
    ],
)
def test_what_a_card_must_not_name(toy, change, said):
    refused(lambda: toy(cards=[card(**change)]), "card 'Red'", said)


@pytest.mark.parametrize("text", ["{ende:1}", "{rise:1}", "{end}", "{end:9}", "{end:1"])
def test_a_row_of_a_card_is_a_template_of_the_setting(toy, text):
    """What a channel is depends on the moment, which a card does not follow."""
    scene = toy(cards=[card(rows=[("Claim", text)])])
    refused(lambda: scene.surface, "card 'Red'")
    assert toy(cards=[card(rows=[("Claim", "{end:1} of {drug} at {amount_mM:g}")])]).surface


def test_cards_as_the_page_reads_them(toy, claim):
    """A claim that two cards rest on travels once; a scene without cards is as it was."""
    cards = [
        card(when={"drug": ["red"]}, claims=[claim], badge="2 µM"),
        card(title="Blue", column=2, claims=[claim]),
    ]
    spec = toy(cards=cards).spec
    first, second = spec["cards"]
    assert first == {
        "title": "Red",
        "when": {"drug": ["red"]},
        "column": 1,
        "rows": [("Claim", "It is red.")],
        "claims": [claim],
        "badge": "2\N{NO-BREAK SPACE}µM",
    }
    assert second["when"] == {}
    assert list(spec["evidence"]) == [claim]
    assert spec["evidence"][claim] == toy(story=[step(claims=[claim])]).spec["story"][0]["claims"][0]
    assert not {"cards", "evidence"} & set(toy().spec)


def test_the_sources_of_cards_are_the_scenes(toy):
    known = evidence.claims()
    one, other = next((a, b) for a in known for b in known if set(known[b].sources) - set(known[a].sources))
    alone = toy(story=[step(claims=[one])])
    both = toy(story=[step(claims=[one])], cards=[card(claims=[other])])
    wanted = {evidence.references()[key].citation for key in {*known[one].sources, *known[other].sources}}
    assert {work.citation for work in both.sources} == wanted
    assert len(list(both.sources)) > len(list(alone.sources))
