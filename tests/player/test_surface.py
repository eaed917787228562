"""The response surface: what goes in comes out, within what quantisation and interpolation may cost.

Bytes, weights and places are worked out by hand or by formulas written here a second time.
"""

import gzip
import math
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.player.surface import Axis, Part, error, sample, whole

ROUNDING = 1e-9  # of the arithmetic in double precision
SINGLE = 2.0**-23  # facts travel in single precision


def line(name, nodes, spacing="linear"):
    return Axis(name, np.asarray(nodes, float), spacing)


# --- axes ------------------------------------------------------------------------------------------


def test_places_by_hand():
    assert line("a", [-5, 1, 2]).place(-2.5) == -2.5
    assert line("a", [1, 10, 100], "log").place(10) == pytest.approx(2.302585, abs=1e-6)
    ratio = line("a", [0, 0.1, 10], "log")  # log(1 + value / 0.1)
    assert ratio.place(0) == 0
    assert ratio.place(0.1) == pytest.approx(0.693147, abs=1e-6)  # log 2
    assert ratio.place(10) == pytest.approx(4.615121, abs=1e-6)  # log 101
    assert ratio.place(np.array([0, 0.3])).tolist() == pytest.approx([0, 1.386294], abs=1e-6)  # log 4


EIGHT = list(range(8))
BY_HAND = [
    # nodes, value, {node: weight}: Lagrange's cubic through the four nearest
    ([0, 1, 2, 3], 1.5, {0: -1 / 16, 1: 9 / 16, 2: 9 / 16, 3: -1 / 16}),
    ([0, 1, 2, 3], 0.5, {0: 5 / 16, 1: 15 / 16, 2: -5 / 16, 3: 1 / 16}),
    ([0, 1, 2, 3], 2.5, {0: 1 / 16, 1: -5 / 16, 2: 15 / 16, 3: 5 / 16}),
    (EIGHT, 3.5, {2: -1 / 16, 3: 9 / 16, 4: 9 / 16, 5: -1 / 16}),
    (EIGHT, 0.5, {0: 5 / 16, 1: 15 / 16, 2: -5 / 16, 3: 1 / 16}),
    (EIGHT, 6.5, {4: 1 / 16, 5: -5 / 16, 6: 15 / 16, 7: 5 / 16}),
    (EIGHT, 5.0, {5: 1.0}),
    (EIGHT, 0.0, {0: 1.0}),
    (EIGHT, 7.0, {7: 1.0}),
    ([0, 1], 0.25, {0: 0.75, 1: 0.25}),  # two nodes: a straight line
    ([0, 1, 2], 0.5, {0: 3 / 8, 1: 6 / 8, 2: -1 / 8}),  # three: a parabola
]


@pytest.mark.parametrize(("nodes", "value", "wanted"), BY_HAND)
def test_weights_by_hand(nodes, value, wanted):
    given_weights = {node: w for node, w in line("a", nodes).weights(value) if abs(w) > ROUNDING}
    assert given_weights.keys() == wanted.keys()
    for node, weight in wanted.items():
        assert given_weights[node] == pytest.approx(weight, abs=ROUNDING)


SNAPPED = [
    # nodes, spacing, value, node: the nearest place, the lower of two
    ([0, 1, 2, 3], "linear", 1.4, 1),
    ([0, 1, 2, 3], "linear", 1.6, 2),
    ([0, 1, 2, 3], "linear", 1.5, 1),
    ([1, 10, 100], "log", 3, 0),  # log 10 is 2.30, half way is 3.16
    ([1, 10, 100], "log", 3.2, 1),
    ([0, 1, 10], "log", 0.4, 0),  # log(1 + 1) / 2 is half way: sqrt(2) - 1
    ([0, 1, 10], "log", 0.42, 1),
    ([0, 1, 10], "log", 10, 2),
]


@pytest.mark.parametrize(("nodes", "spacing", "value", "node"), SNAPPED)
def test_where_it_snaps_the_nearest_node_has_all_the_weight(nodes, spacing, value, node):
    assert Axis("a", np.asarray(nodes, float), spacing, snap=True).weights(value) == [(node, 1.0)]


@st.composite
def axes(draw, fewest=2):
    spacing = draw(st.sampled_from(["linear", "log", "log from 0"]))
    gaps = draw(st.lists(st.floats(0.3, 3), min_size=fewest - 1, max_size=7))
    start = draw(st.floats(-50, 50))
    if spacing == "linear":
        return line("a", start + np.concatenate([[0], np.cumsum(gaps)]))
    steps = np.concatenate([[0], np.cumsum(gaps)])
    nodes = np.exp(start / 25 + steps)
    return line("a", nodes if spacing == "log" else np.concatenate([[0], nodes]), "log")


def place(axis, value):
    """Where a value stands, as the description of `Axis` says."""
    if axis.spacing == "linear":
        return value
    return math.log(1 + value / axis.nodes[1]) if axis.nodes[0] == 0 else math.log(value)


@given(axes(), st.floats(0, 1))
def test_weights_sum_to_one_and_stand_around_the_value(axis, share):
    low, high = axis.nodes[0], axis.nodes[-1]
    value = float(np.clip(low + share * (high - low), low, high))
    weights = axis.weights(value)
    used = [node for node, w in weights if abs(w) > ROUNDING]
    assert sum(w for _, w in weights) == pytest.approx(1, abs=ROUNDING)
    assert len(used) <= 4
    assert used == sorted(set(used))
    hair = 100 * ROUNDING * (high - low)  # so close to a node, the others have no weight that counts
    assert axis.nodes[used[0]] - hair <= value <= axis.nodes[used[-1]] + hair


@given(axes())
def test_on_a_node_the_node_has_all_the_weight(axis):
    for i, node in enumerate(axis.nodes):
        for used, weight in axis.weights(float(node)):
            assert weight == pytest.approx(1.0 if used == i else 0.0, abs=ROUNDING)


@given(axes(), st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.floats(0, 1))
def test_cubics_in_place_come_out_exactly(axis, coefficients, share):
    """Shorter axes keep what they can: a parabola through three nodes, a line through two."""
    low, high = float(axis.nodes[0]), float(axis.nodes[-1])
    value = float(np.clip(low + share * (high - low), low, high))
    centre = place(axis, low)
    kept = coefficients[: len(axis.nodes)]

    def cubic(x):
        return sum(c * ((place(axis, x) - centre) / 5) ** k for k, c in enumerate(kept))

    blended = sum(w * cubic(float(axis.nodes[i])) for i, w in axis.weights(value))
    assert blended == pytest.approx(cubic(value), abs=1e-7)


# --- packing ---------------------------------------------------------------------------------------


def fixed(channels, facts):
    """Give a model that answers the same arrays whatever it is asked."""
    return lambda values, seconds: (channels, facts)


def test_the_bytes_by_hand():
    """Ranges as doubles; levels (channel, setting, time), differenced along time; facts (setting, fact) as floats."""
    channels = {
        "one": np.array([[0, 51, 255.0], [255, 0, 128]]),  # 0 to 255: a level is the value
        "two": np.array([[-1, -1, -1.0], [-1, 0, -1]]),  # −1 to 0: level 0 or 255
    }
    facts = {"p": np.array([1.5, 2.5]), "q": np.array([-3.0, 4.0])}
    surface = sample(fixed(channels, facts), [line("a", [0, 1])], [], np.arange(3.0))
    raw = gzip.decompress(surface.slabs[0])
    ranges, levels = struct.pack("<4d", 0, 255, -1, 0), bytes([0, 51, 204, 255, 1, 128, 0, 0, 0, 0, 255, 1])
    assert raw == ranges + levels + struct.pack("<4f", 1.5, -3, 2.5, 4)
    assert surface.low.tolist() == [0, -1]
    assert surface.high.tolist() == [255, 0]
    assert (surface.bits, surface.frames, surface.settings) == (8, 3, 2)
    values, single = surface.decode(0)
    assert values[1].tolist() == [[-1, -1, -1], [-1, 0, -1]]
    assert single.tolist() == [[1.5, -3], [2.5, 4]]


def test_sixteen_bits_by_hand():
    channels = {"one": np.array([[0, 65535, 1.0], [256, 255, 255]])}
    surface = sample(fixed(channels, {}), [line("a", [0, 1])], [], np.arange(3.0), bits=16)
    # differences modulo 65536: 65535, then 1 − 65535 = 2, then 255 − 256 = 65535
    levels = struct.pack("<6H", 0, 65535, 2, 256, 65535, 0)
    assert gzip.decompress(surface.slabs[0]) == struct.pack("<2d", 0, 65535) + levels
    assert surface.decode(0)[0][0].tolist() == [[0, 65535, 1], [256, 255, 255]]


def test_quantisation_rounds_to_the_nearest_level():
    channels = {"one": np.array([[0, 0.49, 0.51, 254.6, 255.0]])}
    surface = sample(fixed(channels, {}), [line("a", [3])], [], np.arange(5.0))
    assert surface.decode(0)[0][0, 0].tolist() == [0, 0, 1, 255, 255]


def test_the_smallest_range_there_is():
    tiny = 5e-324  # the smallest number above 0; what it divides overflows
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        surface = sample(fixed({"one": np.array([[0.0, tiny]])}, {}), [line("a", [3])], [], np.arange(2.0))
    assert gzip.decompress(surface.slabs[0]) == struct.pack("<2d", 0, tiny) + bytes([0, 255])


WAVES = st.lists(
    st.tuples(st.floats(-1, 1), st.floats(0, 3), st.floats(0, 6)),  # amplitude, speed, phase
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=50)
@given(
    channels=st.lists(WAVES, min_size=1, max_size=3),
    bits=st.sampled_from([8, 16]),
    frames=st.integers(2, 40),
    scale=st.sampled_from([1e-9, 1.0, 1e6]),
    shift=st.floats(-1, 1),
)
def test_round_trip_within_half_a_level(channels, bits, frames, scale, shift):
    seconds = np.linspace(0, 6, frames)

    def respond(values, at):
        a, b = values["a"][:, None], values["b"][:, None]
        factor = np.where(values["kind"] == "odd", -1.0, 1.0)[:, None]
        made = {
            f"c{i}": scale * (shift + sum(s * factor * np.sin(v * at * (1 + a) + p + b) for s, v, p in waves))
            for i, waves in enumerate(channels)
        }
        return made, {"first": made["c0"][:, 0], "last": made["c0"][:, -1]}

    grid = [line("a", [0, 0.5, 1]), line("b", [0, 2])]
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        surface = sample(respond, grid, [("kind", ("even", "odd"))], seconds, bits)
    for number, kind in enumerate(["even", "odd"]):
        nodes = [(a, b) for a in (0, 0.5, 1) for b in (0, 2)]  # the first axis slowest
        there = {
            "a": np.array([a for a, _ in nodes], float),
            "b": np.array([b for _, b in nodes], float),
            "kind": np.array([kind] * 6),
        }
        true, facts = respond(there, seconds)
        decoded, table = surface.decode(number)
        for i, name in enumerate(true):
            half = (surface.high[i] - surface.low[i]) / (2**bits - 1) / 2
            assert np.abs(decoded[i] - true[name]).max() <= half * (1 + 1e-6) + scale * 1e-12
        for i, name in enumerate(facts):
            assert np.abs(table[:, i] - facts[name]).max() <= scale * 6 * SINGLE


def coded(values, seconds):
    """Give a value that tells its setting: tens of thousands for x, ... units for time."""
    x = np.array([{"red": 0, "blue": 1}[v] for v in values["x"]])
    y = np.array([{"p": 0, "q": 1, "r": 2}[v] for v in values["y"]])
    number = 10_000 * x + 1000 * y + 100 * values["a"] + 10 * values["b"]
    return {"code": number[:, None] + seconds, "minus": -number[:, None] - seconds}, {"code_fact": number}


def test_slabs_follow_the_choices_and_settings_the_axes():
    grid = [line("a", [0, 1, 2]), line("b", [0, 1])]
    choices = [("x", ("red", "blue")), ("y", ("p", "q", "r"))]
    surface = sample(coded, grid, choices, np.arange(4.0), bits=16)
    assert len(surface.slabs) == 6
    assert surface.settings == 6
    order = [("red", "p"), ("red", "q"), ("red", "r"), ("blue", "p"), ("blue", "q"), ("blue", "r")]
    assert [surface.slab_number({"x": x, "y": y, "a": 0, "b": 0}) for x, y in order] == [0, 1, 2, 3, 4, 5]
    half = surface.high[0] / 65535 / 2 + ROUNDING
    values, facts = surface.decode(4)  # blue, q
    assert facts[:, 0].tolist() == [11000, 11010, 11100, 11110, 11200, 11210]  # the last axis fastest
    assert values[0, 3].tolist() == pytest.approx([11110, 11111, 11112, 11113], abs=half)
    assert values[1, 3].tolist() == pytest.approx([-11110, -11111, -11112, -11113], abs=half)
    for x, y, a, b in (("red", "r", 2, 0), ("blue", "p", 0, 1), ("blue", "r", 1, 1)):
        channels, single = surface.at({"x": x, "y": y, "a": a, "b": b})
        wanted = 10_000 * ("red", "blue").index(x) + 1000 * "pqr".index(y) + 100 * a + 10 * b
        assert single.tolist() == [wanted]
        assert channels[0].tolist() == pytest.approx([wanted, wanted + 1, wanted + 2, wanted + 3], abs=half)


def test_the_header_says_what_the_slabs_hold():
    grid = [line("a", [0, 1, 2]), line("b", [0, 1], "log")]
    surface = sample(coded, grid, [("x", ("red", "blue")), ("y", ("p", "q", "r"))], np.arange(4.0))
    assert surface.spec() == {
        "axes": [
            {"name": "a", "nodes": [0.0, 1.0, 2.0], "spacing": "linear"},
            {"name": "b", "nodes": [0.0, 1.0], "spacing": "log"},
        ],
        "choices": [
            {"name": "x", "options": ["red", "blue"]},
            {"name": "y", "options": ["p", "q", "r"]},
        ],
        "channels": [
            {"name": "code", "low": 0.0, "high": 12213.0},
            {"name": "minus", "low": -12213.0, "high": 0.0},
        ],
        "parts": [{"axes": [0, 1], "channels": ["code", "minus"], "facts": ["code_fact"]}],
        "bits": 8,
        "frames": 4,
    }


def test_the_same_surface_is_the_same_bytes():
    """So that a page that is made again does not change."""
    grid, choices = [line("a", [0, 1, 2]), line("b", [0, 1])], [("x", ("red", "blue")), ("y", ("p", "q"))]
    assert (
        sample(coded, grid, choices, np.arange(4.0)).slabs
        == sample(coded, grid, choices, np.arange(4.0)).slabs
    )


# --- parts -----------------------------------------------------------------------------------------


def of_first(values, seconds):
    """Depends on the choice and on `a` alone."""
    sign = np.where(values["x"] == "blue", -1.0, 1.0)
    return {"first": (sign * values["a"])[:, None] * (1 + seconds)}, {"first_fact": sign * values["a"] ** 2}


def of_both(values, seconds):
    scale = np.where(values["x"] == "blue", 1.0, 1000.0)
    number = scale * (values["a"] + 10 * values["b"])
    return {"both": number[:, None] + 0 * seconds}, {"both_fact": number}


PARTED = ([line("a", [0, 1, 2, 3]), line("b", [0, 1, 2])], [("x", ("red", "blue"))], np.arange(4.0))


def parted(bits=16):
    return sample([Part(of_first, ("x", "a")), Part(of_both, ("a", "x", "b"))], *PARTED, bits)


def test_a_part_is_asked_and_kept_for_its_own_axes_only():
    asked = []

    def counted(values, seconds):
        asked.append({name: len(column) for name, column in values.items()})
        return of_first(values, seconds)

    surface = sample([Part(counted, ("x", "a")), Part(of_both, ("x", "a", "b"))], *PARTED)
    assert asked == [{"x": 8, "a": 8}]  # 2 options, 4 nodes
    sizes = [2 * 8 + 4 * 4 + 4 * 4, 2 * 8 + 4 * 3 * 4 + 12 * 4]  # ranges, levels, facts of either part
    assert len(gzip.decompress(surface.slabs[0])) == sum(sizes)
    assert surface.channels == ("first", "both")
    assert surface.facts == ("first_fact", "both_fact")
    assert [part["axes"] for part in surface.spec()["parts"]] == [[0], [0, 1]]


@pytest.mark.parametrize(
    ("x", "a", "b"), [("red", 0, 0), ("red", 1.5, 2), ("blue", 3, 0.5), ("blue", 2.25, 1.25)]
)
def test_parts_come_out_as_if_they_had_been_one(x, a, b):
    channels, facts = parted().at({"x": x, "a": a, "b": b})
    sign, scale = (-1, 1) if x == "blue" else (1, 1000)
    assert channels[0].tolist() == pytest.approx([sign * a * (1 + t) for t in range(4)], abs=1e-3)
    assert channels[1].tolist() == pytest.approx([scale * (a + 10 * b)] * 4, abs=scale * 1e-3)
    assert facts.tolist() == pytest.approx([sign * a**2, scale * (a + 10 * b)], rel=1e-5, abs=1e-5)


def test_a_part_that_a_choice_does_not_change_is_asked_once_and_is_in_every_slab():
    asked = []

    def of_b_and_y(values, seconds):
        asked.append(sorted(values))
        code = values["b"] + np.where(values["y"] == "q", 100.0, 0.0)
        return {"only": code[:, None] + 0 * seconds}, {}

    choices = [("x", ("red", "blue")), ("y", ("p", "q"))]
    parts = [Part(of_b_and_y, ("b", "y")), Part(of_both, ("x", "a"))]
    parts[1] = Part(lambda v, t: of_both({**v, "b": 0 * v["a"]}, t), ("x", "a"))
    surface = sample(parts, PARTED[0], choices, PARTED[2], 16)
    assert asked == [["b", "y"]]
    for x, y in (("red", "p"), ("red", "q"), ("blue", "p"), ("blue", "q")):
        channels, _ = surface.at({"x": x, "y": y, "a": 2.0, "b": 1.0})
        assert channels[0].tolist() == pytest.approx([101.0 if y == "q" else 1.0] * 4, abs=1e-3)
        assert channels[1].tolist() == pytest.approx([2000.0 if x == "red" else 2.0] * 4, abs=0.1)


def test_a_slab_has_a_range_of_its_own():
    """Where one choice gives a thousand times more, the other keeps its steps fine: 1/255 of its own 23."""
    surface = parted(bits=8)
    assert surface.high[1] == 23000
    at = {"x": "blue", "a": 1.0, "b": 1.0}
    assert abs(surface.at(at)[0][1, 0] - 11) <= 23 / 255 / 2 + ROUNDING


def test_the_whole_answer_is_that_of_all_parts():
    values = {"x": np.array(["red", "blue"]), "a": np.array([1.0, 2.0]), "b": np.array([0.0, 1.0])}
    channels, facts = whole([Part(of_first, ("x", "a")), Part(of_both, ("a", "x", "b"))])(values, np.arange(2.0))
    assert {name: array.tolist() for name, array in channels.items()} == {
        "first": [[1, 2], [-2, -4]],
        "both": [[1000, 1000], [12, 12]],
    }
    assert {name: array.tolist() for name, array in facts.items()} == {
        "first_fact": [1, -4],
        "both_fact": [1000, 12],
    }


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([Part(of_both, ("x", "a", "b")), Part(of_first, ("c",))], ["'c'", "does not exist", "a, b, x"]),
        ([Part(of_first, ("x", "a"))], ["'b'", "no part"]),
        ([Part(of_first, ("a", "b"))], ["'x'", "no part"]),
        ([Part(of_first, ())], ["over nothing"]),
        ([Part(of_first, ("x", "a")), Part(of_first, ("x", "a", "b"))], ["'first'", "two parts"]),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, said):
    with pytest.raises(ValueError, match=r"\w") as caught:
        sample(parts, *PARTED)
    assert all(words in str(caught.value) for words in said)


# --- damage and refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda slab: slab[:-9],
        lambda slab: slab[: len(slab) // 2],
        lambda slab: b"",
        lambda slab: b"not compressed at all",
        lambda slab: slab[:20] + bytes([slab[20] ^ 0xFF]) + slab[21:],
        lambda slab: gzip.compress(gzip.decompress(slab)[:-1]),
        lambda slab: gzip.compress(gzip.decompress(slab) + b"\0"),
    ],
    ids=["tail", "half", "empty", "text", "flipped", "one short", "one long"],
)
def test_damaged_bytes_are_refused(damage):
    grid, choices = [line("a", [0, 1, 2]), line("b", [0, 1])], [("x", ("red", "blue")), ("y", ("p", "q"))]
    surface = sample(coded, grid, choices, np.arange(4.0))
    broken = replace(surface, slabs=(*surface.slabs[:2], damage(surface.slabs[2]), surface.slabs[3]))
    broken.decode(1)
    with pytest.raises(ValueError, match="slab 2"):
        broken.decode(2)


def spoilt(kind, bad):
    def respond(values, seconds):
        channels = {
            "good": np.zeros((len(values["a"]), len(seconds))),
            "rate": values["a"][:, None] + seconds,
        }
        facts = {"sum": values["a"].copy(), "other": values["a"].copy()}
        where = (values["a"] == 2) & (values["x"] == "blue")
        if kind == "channel":
            channels["rate"][where, 1] = bad
        else:
            facts["sum"][where] = bad
        return channels, facts

    return respond


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("kind", "name"), [("channel", "'rate'"), ("fact", "'sum'")])
def test_what_is_not_finite_is_named_with_its_setting(kind, name, bad):
    with pytest.raises(ValueError, match="not a finite number") as caught:
        sample(spoilt(kind, bad), [line("a", [1, 2, 3])], [("x", ("red", "blue"))], np.arange(3.0))
    message = str(caught.value)
    assert name in message
    assert "{'x': 'blue', 'a': 2.0}" in message  # plain values, as a reader would type them
    assert "every setting" in message


@pytest.mark.parametrize("shape", [(3, 5), (5, 6), (6, 5, 1), (6,), ()])
def test_a_channel_of_a_wrong_shape_is_named_with_the_right_one(shape):
    def respond(values, seconds):
        return {"good": np.zeros((6, 5)), "bent": np.zeros(shape)}, {}

    with pytest.raises(ValueError, match="'bent'") as caught:
        sample(respond, [line("a", [1, 2, 3])], [("x", ("red", "blue"))], np.arange(5.0))
    assert str(shape) in str(caught.value)
    assert "(6, 5)" in str(caught.value)


@pytest.mark.parametrize("shape", [(5,), (6, 1), (6, 5), ()])
def test_a_fact_of_a_wrong_shape_is_named_with_the_right_one(shape):
    def respond(values, seconds):
        return {"good": np.zeros((6, 5))}, {"bent": np.zeros(shape)}

    with pytest.raises(ValueError, match="'bent'") as caught:
        sample(respond, [line("a", [1, 2, 3])], [("x", ("red", "blue"))], np.arange(5.0))
    assert "(6,)" in str(caught.value)


# --- interpolation ---------------------------------------------------------------------------------


def known(values, seconds):
    """Cubic in the place on both axes, so that four nodes lose nothing."""
    a, b = values["a"], np.log1p(values["b"] / 0.5)
    course = (a**3 - 2 * a)[:, None] * np.cos(seconds) + (b**3 - b**2)[:, None] * seconds
    return {"course": course}, {"fact": (a**2 + 1) * (b**3 - 4)}


KNOWN = ([line("a", [-2, -1, 0.5, 1, 3]), line("b", [0, 0.5, 2, 5, 9], "log")], [], np.linspace(0, 2, 7), 16)


@settings(deadline=None, max_examples=60)
@given(st.floats(-2, 3), st.floats(0, 9))
def test_known_functions_come_out(a, b):
    surface = sample(known, *KNOWN)
    true, facts = known({"a": np.array([a]), "b": np.array([b])}, KNOWN[2])
    channels, single = surface.at({"a": a, "b": b})
    spread = (surface.high[0] - surface.low[0]) / 65535 / 2
    # Every level may be off by half a step, and in size the weights of a cubic add up to more than 1.
    most = max(sum(abs(w) for _, w in axis.weights(v)) for axis, v in zip(KNOWN[0], (a, b), strict=True)) ** 2
    inside = np.clip(true["course"][0], surface.low[0], surface.high[0])
    assert np.abs(channels[0] - inside).max() <= spread * most + ROUNDING
    assert single[0] == pytest.approx(facts["fact"][0], abs=most * 200 * SINGLE)


def test_a_channel_never_leaves_its_range():
    """A step makes a cubic overshoot: at 2.5 its weights give 1.25, at 0.5 they give −0.25."""

    def respond(values, seconds):
        step = (values["a"] > 1.5).astype(float)
        return {"step": np.tile(step[:, None], (1, len(seconds)))}, {"fact": step}

    surface = sample(respond, [line("a", [0, 1, 2, 3])], [], np.arange(2.0))
    assert surface.at({"a": 2.5})[0].tolist() == [[1, 1]]
    assert surface.at({"a": 0.5})[0].tolist() == [[0, 0]]
    assert surface.at({"a": 1.5})[0].tolist() == pytest.approx(np.array([[0.5, 0.5]]))


# --- what it costs ---------------------------------------------------------------------------------


def wave(values, seconds):
    a = values["a"]
    return (
        {
            "wave": 1000 * np.sin(a)[:, None] * np.ones(len(seconds)),
            "flat": np.full((len(a), len(seconds)), 7.0),
        },
        {"peak": np.sin(a), "same": np.full(len(a), 3.0)},
    )


def measured(respond, nodes, choices=(), count=100):
    seconds = np.arange(3.0)
    surface = sample(respond, [line("a", nodes)], list(choices), seconds, 16)
    return error(surface, respond, seconds, count, np.random.default_rng(5))


def test_a_coarse_grid_is_noticed():
    coarse = measured(wave, np.linspace(0, 12, 5))
    assert coarse["wave"] > 0.2  # four nodes to two waves: hopeless
    assert coarse["peak"] > 0.2
    fine = measured(wave, np.linspace(0, 12, 61))
    assert 0 < fine["peak"] < 1e-4  # by hand: 0.2^4 / 24 of a range of 2 in the last cell, a third of 1e-4
    assert 0 < fine["wave"] < 3e-4  # and what the top, 0.03 from a node, loses by the clip: 0.03^2 / 4
    assert list(fine) == ["wave", "flat", "peak", "same"]
    assert max(fine["flat"], fine["same"]) < 1e-12  # what does not change costs nothing


def test_the_error_is_a_share_of_the_range():
    """A kink half-way between two nodes, by hand: the line through them is off by half the range there."""

    def kink(values, seconds):
        hat = 1 - np.abs(values["a"] - 0.5) * 2  # 0 at 0 and 1, but 1 between
        ramp = values["a"] * 40
        return {"hat": np.tile((hat + ramp)[:, None], (1, len(seconds)))}, {"hat_fact": hat + ramp}

    found = measured(kink, [0, 1], count=400)
    assert found["hat"] == pytest.approx(1 / 40, rel=0.02)  # 400 settings come within 2 % of the tip
    assert found["hat_fact"] == pytest.approx(1 / 40, rel=0.02)


def test_the_error_looks_between_the_nodes_of_every_axis_and_choice():
    def rough(values, seconds):
        odd = np.where(values["x"] == "bad", np.abs(np.sin(np.pi * values["a"])), 0.0) + values["a"]
        return {"c": np.tile(odd[:, None], (1, len(seconds)))}, {"f": odd}

    choices = [("x", ("good", "fine", "bad"))]
    found = measured(rough, np.arange(6.0), choices)  # only one option is rough, and on no node
    assert found["c"] > 0.15
    assert found["f"] > 0.15


def test_where_it_snaps_nothing_is_interpolated_and_nothing_lost():
    """A jump between two nodes, which a smooth axis could not follow: at the nodes it is there exactly."""

    def jump(values, seconds):
        high = (values["a"] >= 1).astype(float)
        return {"jump": np.outer(high + values["b"], 1 + seconds)}, {"at": high}

    asked = []

    def respond(values, seconds):
        asked.extend(values["a"])
        return jump(values, seconds)

    seconds = np.linspace(0, 1, 5)
    nodes = np.array([0.0, 0.9, 1.0, 4.0])
    steep = [Axis("a", nodes, snap=True), line("b", [0, 1, 2])]
    made = sample(jump, steep, [], seconds, 16)
    found = error(made, respond, seconds, 200, np.random.default_rng(1))
    assert set(asked) == set(nodes.tolist())  # the last one, too
    assert found["jump"] < 2**-15
    assert found["at"] < ROUNDING
    smooth = sample(jump, [replace(steep[0], snap=False), steep[1]], [], seconds, 16)
    assert error(smooth, jump, seconds, 200, np.random.default_rng(1))["at"] > 0.5
    for value, node in ((0.2, 0), (0.94, 1), (0.96, 2), (3.9, 3)):
        assert made.at({"a": value, "b": 1})[1] == made.at({"a": nodes[node], "b": 1})[1]
