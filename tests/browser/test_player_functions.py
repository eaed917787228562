"""The front end's functions, in the browser, against the reference in Python or against hand-made results."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from explainer.player import Choice, Flow, words
from explainer.player.surface import Axis

from . import harness
from .conftest import SCENES, open_page

BOUND = [
    # tests/player/test_words.py has what comes of such texts
    "10 µM ketamine for 1 ms at −70 mV: 86 %, 2 × 3 days",
    "Step 3 shows 5 mice, MK-801 and GluN2A-1; post-2",
    "0.33 to 2.5 µM. 12 min, 3 h, 1 week, 4 Hz, 7 nM, 8 kg",
]

ROUNDING = 1e-9  # the two languages add and multiply in different orders
FLOAT32 = 1e-5  # of a channel's range: the browser holds curves as 32-bit floats


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page, watch = open_page(browser, lambda _: False)
    yield harness.load(page)
    watch.check()
    watch.context.close()


def test_every_scene_is_played_here():
    import pkgutil

    import explainer.scenes

    found = {
        m.name
        for m in pkgutil.iter_modules(explainer.scenes.__path__)
        if not m.name.endswith("_art")
        and hasattr(harness.import_module(f"explainer.scenes.{m.name}"), "scene")
    }
    assert found == set(SCENES), "every scene needs its notebook in SCENES of tests/browser/conftest.py"


def random_axes(count: int, seed: int = 1) -> list[Axis]:
    rng = np.random.default_rng(seed)
    axes = []
    for i in range(count):
        size = int(rng.integers(2, 9))
        kind = i % 3  # linear (any sign), logarithmic, logarithmic from 0
        nodes = np.cumsum(rng.uniform(0.05, 3, size))
        if kind == 0:
            nodes = nodes - rng.uniform(0, 10)
        if kind == 2:
            nodes[0] = 0.0
        axes.append(Axis(f"axis_{i}", nodes, "linear" if kind == 0 else "log", snap=i % 5 == 4))
    return axes


def as_json(axis: Axis) -> dict[str, object]:
    return {"name": axis.name, "nodes": axis.nodes.tolist(), "spacing": axis.spacing, "snap": axis.snap}


def values_on(axis: Axis, rng: np.random.Generator) -> list[float]:
    """Give every node, points close to nodes, and random points between."""
    between = rng.uniform(axis.nodes[0], axis.nodes[-1], 12)
    close = np.clip(
        np.concatenate([axis.nodes * (1 + 1e-12), axis.nodes - 1e-9]), axis.nodes[0], axis.nodes[-1]
    )
    return [*axis.nodes.tolist(), *close.tolist(), *between.tolist()]


def test_places_on_an_axis_are_those_of_python_and_can_be_undone(page):
    rng = np.random.default_rng(2)
    axes = random_axes(60)
    values = [values_on(axis, rng) for axis in axes]
    got = page.evaluate(
        """([axes, values]) => axes.map((axis, i) => values[i].map((v) => {
             const place = player.placeOf(axis, v);
             return [place, player.valueAt(axis, place)];
           }))""",
        [[as_json(a) for a in axes], values],
    )
    for axis, at, pairs in zip(axes, values, got, strict=True):
        place, back = np.array(pairs).T
        np.testing.assert_allclose(
            place, axis.place(np.array(at)), rtol=ROUNDING, atol=ROUNDING, err_msg=str(axis)
        )
        np.testing.assert_allclose(
            back, at, rtol=ROUNDING, atol=ROUNDING, err_msg=f"valueAt undoes placeOf on {axis}"
        )


@pytest.mark.parametrize(
    ("spacing", "nodes", "value", "expected", "why"),
    [
        ("linear", [0, 1, 2], 1.4, 1, "below the middle"),
        ("linear", [0, 1, 2], 1.6, 2, "above it"),
        ("linear", [0, 1, 2], 1.5, 1, "half way: the lower"),
        ("log", [1, 10, 100], 3.2, 1, "the middle lies at the square root of 10"),
        ("log", [0, 1, 10], -5, 0, "below the range, where there is no logarithm"),
        ("log", [0, 1, 10], 99, 2, "above it"),
    ],
)
def test_the_nearest_node_worked_by_hand(page, spacing, nodes, value, expected, why):
    axis = {"nodes": nodes, "spacing": spacing}
    assert page.evaluate("([axis, value]) => player.nearestNode(axis, value)", [axis, value]) == expected, why


def test_weights_are_those_of_python(page):
    rng = np.random.default_rng(3)
    axes = random_axes(90, seed=4)
    values = [values_on(axis, rng) for axis in axes]
    got = page.evaluate(
        "([axes, values]) => axes.map((axis, i) => values[i].map((v) => player.weightsAt(axis, v)))",
        [[as_json(a) for a in axes], values],
    )
    for axis, at, all_weights in zip(axes, values, got, strict=True):
        for value, weights in zip(at, all_weights, strict=True):
            want = np.zeros(len(axis.nodes))
            have = np.zeros(len(axis.nodes))
            for node, weight in axis.weights(value):
                want[node] = weight
            for node, weight in weights:
                have[node] = weight
            np.testing.assert_allclose(have, want, atol=1e-7, err_msg=f"{axis} at {value!r}")
            assert have.sum() == pytest.approx(1, abs=1e-9), (
                f"{axis} at {value!r}: weights sum to {have.sum()}"
            )


@pytest.mark.parametrize("name", SCENES)
def test_a_decoded_and_blended_slab_is_the_surface_of_python(page, name):
    scene = harness.scene_named(name)
    surface = scene.surface
    rng = np.random.default_rng(5)
    settings = []
    for number in range(len(surface.slabs)):
        choices = {}
        for choice, options in reversed(surface.choices):
            number, place = divmod(number, len(options))
            choices[choice] = options[place]
        for kind in ("random", "random", "node", "corner", "mixed"):
            at = {}
            for axis in surface.axes:
                low, high = axis.nodes[0], axis.nodes[-1]
                node = float(rng.choice(axis.nodes))
                here = {
                    "node": node,
                    "corner": float(rng.choice([low, high])),
                    "random": float(rng.uniform(low, high)),
                }
                at[axis.name] = here[
                    kind if kind != "mixed" else str(rng.choice(["node", "corner", "random"]))
                ]
            settings.append({**choices, **at})
    published = scene.play().published()
    slabs = [*published["rest"]["others"]]
    slabs[published["first"]["first"]] = published["first"]["surface"]
    got = page.evaluate(
        """async ([header, packed, settings]) => {
             const slabs = await Promise.all(packed.map((p) => player.decode(harness.bytes(p), header)));
             return settings.map((at) => {
               const number = player.slabNumber(header.choices, at);
               const blended = player.blend(slabs[number], header, at);
               const curves = header.channels.flatMap(({ name }) => [...blended.channels[name]]);
               const facts = header.parts.flatMap((part) => part.facts);
               return [number, harness.floats(curves), facts.map((name) => blended.facts[name])];
             });
           }""",
        [surface.spec(), slabs, settings],
    )
    decoded = [surface.decode(number) for number in range(len(surface.slabs))]
    tables = np.concatenate([facts for _, facts in decoded])
    spans = np.maximum(surface.high - surface.low, 1e-12)
    fact_spans = np.maximum(np.ptp(tables, axis=0), np.maximum(np.abs(tables).max(axis=0) * 1e-2, 1e-12))
    for at, (number, curves, facts) in zip(settings, got, strict=True):
        assert number == surface.slab_number(at), f"slabNumber at {at}"
        want, want_facts = surface.at(at, decoded[number])
        off = np.abs(harness.floats(curves).reshape(want.shape) - want).max(axis=1) / spans
        worst = int(np.argmax(off))
        assert off[worst] < FLOAT32, (
            f"{surface.channels[worst]} is off by {off[worst]:.1e} of its range at {at}"
        )
        off = np.abs(np.array(facts) - want_facts) / fact_spans
        worst = int(np.argmax(off))
        assert off[worst] < FLOAT32, (
            f"fact {surface.facts[worst]} is off by {off[worst]:.1e} of its range at {at}"
        )


def test_the_number_of_a_slab_counts_the_last_choice_fastest(page):
    choices = [{"name": "a", "options": ["x", "y"]}, {"name": "b", "options": ["p", "q", "r"]}]
    numbers = page.evaluate(
        """(choices) => ["x", "y"].flatMap((a) =>
             ["p", "q", "r"].map((b) => player.slabNumber(choices, { a, b })))""",
        choices,
    )
    assert numbers == [0, 1, 2, 3, 4, 5]
    assert page.evaluate("player.slabNumber([], {})") == 0, "a scene without choices has one slab"


def numbers_to_write() -> list[float]:
    rng = np.random.default_rng(6)
    random = np.concatenate(
        [
            rng.uniform(-2, 2, 400),
            rng.uniform(-100, 100, 300),
            10 ** rng.uniform(-9, 6, 400) * rng.choice([-1, 1], 400),
        ]
    )
    edges = [
        0.0,
        -0.0,
        0.005,
        0.00499999,
        -0.004,
        -0.005,
        0.5,
        -0.5,
        1.5,
        2.5,
        0.25,
        0.35,
        0.045,
        0.995,
        9.95,
        99.5,
    ]
    edges += [float(f"{sign}1e{power}") for sign in ("", "-") for power in range(-9, 7)]
    edges += [n / 8 for n in range(-40, 41)] + [0.1 * n for n in range(-30, 31)]
    return [*random.tolist(), *edges]


def test_values_are_written_as_python_writes_them(page):
    forms = [form for form in words.FORMATS if form != "text"]
    table = [(value, form) for value in numbers_to_write() for form in forms]
    got = page.evaluate("(table) => table.map(([value, form]) => player.write(value, form))", table)
    wrong = [
        f"{value!r} as {form}: {have!r}, Python writes {words.write(value, form)!r}"
        for (value, form), have in zip(table, got, strict=True)
        if have != words.write(value, form)
    ]
    assert not wrong, f"{len(wrong)} of {len(table)} differ:\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(page, value):
    text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    for form in words.FORMATS[:-1]:
        assert page.evaluate(f"player.write({text}, {form!r})") == words.write(value, form) == "–"


def test_what_is_read_as_one_stays_on_one_line_as_in_python(page):
    assert page.evaluate("(texts) => texts.map(player.bound)", BOUND) == [words.bound(text) for text in BOUND]


def test_templates_are_filled_as_python_fills_them(page):
    rng = np.random.default_rng(7)
    templates = [
        "{a:percent} of {b:g} µM {drug}, at {c:signed} mV.",
        "{a:2} and {a:1} and {a:0}; {drug:text}",
        "nothing to fill",
        "{drug}{drug}",
    ]
    for _ in range(100):
        a, b, c = (float(v) for v in rng.uniform(-50, 50, 3))
        values = {"a": a / 50, "b": b, "c": c, "drug": "MK-801"}
        for template in templates:
            assert page.evaluate("([t, v]) => player.fill(t, v)", [template, values]) == words.fill(
                template, values
            )


def test_a_curve_over_an_axis_is_drawn_evenly_from_end_to_end(page):
    for axis in random_axes(30, seed=9):
        at = page.evaluate("(axis) => player.valuesAlong(axis)", as_json(axis))
        if axis.snap:
            assert at == axis.nodes.tolist()
            continue
        assert len(at) == 60
        assert (at[0], at[-1]) == (axis.nodes[0], axis.nodes[-1])  # to the last digit: no value beyond
        gaps = np.diff(axis.place(np.array(at)))
        np.testing.assert_allclose(gaps, gaps.mean(), rtol=1e-6)


TICKS = [
    # nodes, spacing, what is written
    ([0, 1, 2, 3, 4], "linear", ["0", "1", "2", "3", "4"]),
    (list(range(21)), "linear", ["0", "2", "5", "10", "15", "20"]),
    ([0, 4, 8, 12, 16], "linear", ["0", "4", "8", "12", "16"]),  # none is round, but there is room
    # place is log(1 + value / 0.1): 0.3 stands too near to 0.1, which is rounder
    ([0, 0.1, 0.3, 1, 3, 10, 30], "log", ["0", "0.1", "1", "3", "10", "30"]),
    ([0.9, 1, 1.1, 9, 10, 11], "log", ["0.9", "11"]),
]


@pytest.mark.parametrize(("nodes", "spacing", "expected"), TICKS)
def test_ticks_over_a_control_stand_at_nodes_that_have_room(page, nodes, spacing, expected):
    control = {"nodes": nodes, "spacing": spacing, "form": "g"}
    ticks = page.evaluate("(control) => player.nodeTicks(control)", control)
    assert [tick["text"] for tick in ticks] == expected
    axis = Axis("a", np.array(nodes, float), spacing)
    for tick in ticks:
        assert tick["place"] == pytest.approx(float(axis.place(float(tick["text"]))))


@pytest.mark.parametrize("name", SCENES)
def test_sentences_are_chosen_and_joined_as_python_does(page, name):
    scene = harness.scene_named(name)
    rng = np.random.default_rng(8)
    settings = []
    for _ in range(30):
        at = dict(scene.start)
        for axis in scene.surface.axes:
            between = rng.choice(axis.nodes) if axis.snap else rng.uniform(axis.nodes[0], axis.nodes[-1])
            at[axis.name] = float(rng.choice([axis.nodes[0], axis.nodes[-1], between]))
        for choice in scene.controls:
            if isinstance(choice, Choice):
                at[choice.name] = str(rng.choice(list(choice.options)))
        settings.append(at)
    values = [{**at, **facts} for at, facts in zip(settings, scene.facts_at(settings), strict=True)]
    got = page.evaluate(
        "([sentences, all]) => all.map((values) => player.describe(sentences, values))",
        [scene.spec["words"], values],
    )
    for at, have in zip(values, got, strict=True):
        assert have == words.describe(tuple(scene.words), at)


@pytest.mark.parametrize(
    ("series", "per_frame", "expected", "why"),
    [
        ([0, 0, 0], 1, [], "no flux, no particle"),
        ([1, 1, 1, 1], 1, [0.5, 1.5, 2.5], "one a frame, half a frame in"),
        ([-1, -1, -1], 1, [-0.5, -1.5], "backwards are negative"),
        ([2, 2], 1, [0.25, 0.75], "two within one frame"),
        (
            [0, 1, 1],
            0.5,
            [1.5],
            "0.5 at first, 0.25 in the first frame; 1 is passed half way through the second",
        ),
        ([1, 1, -1, -1], 1, [0.5, -2.5], "no flux in the frame in which it turns"),
    ],
)
def test_departures_worked_by_hand(page, series, per_frame, expected, why):
    got = page.evaluate("([s, p]) => player.departures(s, p)", [series, per_frame])
    assert got == pytest.approx(expected), why


def test_as_many_particles_set_out_as_the_flux_amounts_to(page):
    rng = np.random.default_rng(9)
    walks = [np.cumsum(rng.normal(0, 1, int(rng.integers(2, 300)))) / 5 for _ in range(200)]
    cases = [
        (np.abs(walk) if i % 2 else walk, float(10 ** rng.uniform(-2, 0.5))) for i, walk in enumerate(walks)
    ]
    answers = page.evaluate(
        "(all) => all.map(([s, p]) => player.departures(s, p))", [[s.tolist(), p] for s, p in cases]
    )
    for (series, per_frame), answer in zip(cases, answers, strict=True):
        got = np.array(answer)
        flux = (series[1:] + series[:-1]) / 2 * per_frame
        assert abs(len(got) - np.abs(flux).sum()) <= 0.5 + 1e-9, (
            "the number of particles is the flux summed up, rounded"
        )
        times = np.abs(got)
        assert np.all(np.diff(times) >= -1e-9), "departures ascend, so that they can be searched"
        assert np.all((times >= 0) & (times <= len(series) - 1)), "departures lie within the film"
        frame = np.minimum(np.ceil(times).astype(int), len(series) - 1) - 1
        inside = np.abs(times - np.round(times)) > 1e-6
        assert np.array_equal(np.sign(got[inside]), np.sign(flux[frame[inside]])), (
            "the sign is that of the flux there"
        )


@pytest.mark.parametrize(
    ("shares", "of", "expected"),
    [
        ([0.5, 0.25], 4, [0, 0, 1, -1]),
        ([0, 0], 3, [-1, -1, -1]),
        ([1], 3, [0, 0, 0]),
        ([0, 1], 2, [1, 1]),
        ([-0.1, 0.5], 2, [1, -1]),  # rounding may leave a share a hair below nothing
        (
            [0.1, 0.1],
            4,
            [1, -1, -1, -1],
        ),  # the first unit stands at 1/8, which 0.1 does not reach but 0.2 does
        ([1 / 3, 1 / 3, 1 / 3], 3, [0, 1, 2]),
    ],
)
def test_states_of_units_worked_by_hand(page, shares, of, expected):
    assert page.evaluate("([s, n]) => [...player.unitStates(s, n)]", [shares, of]) == expected


def test_units_among_fast_states(page):
    """Of 48 units 12 are open; as many are plugged as the share says, and one that closes was not plugged first."""
    got = page.evaluate(
        """() => {
             const aside = player.spreadAside(48, 4, 0.3);
             const at = (open) => [...player.unitStates([0.1, open / 2, open / 2], 48, [1, 2], aside)];
             return [aside[4], aside, at(0.25), at(0.24), at(0.1)];
           }"""
    )
    own, aside, *moments = got
    assert own == pytest.approx(0.3)
    assert all(0 <= place < 1 for place in aside)
    assert abs(moments[0].count(1) - 6) <= 1
    assert abs(moments[0].count(2) - 6) <= 1
    for before, after in itertools.pairwise(moments):
        for one, other in zip(before, after, strict=True):
            assert other in (one, -1), "as the open share shrinks, a unit closes or stays what it is"


def test_the_units_of_a_state_are_its_share_rounded(page):
    rng = np.random.default_rng(10)
    cases = [
        (rng.dirichlet(np.ones(int(rng.integers(2, 7))))[:-1], int(rng.integers(1, 80))) for _ in range(200)
    ]
    answers = page.evaluate(
        "(all) => all.map(([s, n]) => [...player.unitStates(s, n)])", [[s.tolist(), n] for s, n in cases]
    )
    for (shares, of), states in zip(cases, answers, strict=True):
        edges = np.concatenate([[0], np.cumsum(shares)])
        for state in range(len(shares)):
            count = states.count(state)
            assert abs(count - shares[state] * of) < 1, (
                f"{count} of {of} units for a share of {shares[state]:.3f}"
            )
            # counting from rank 0, no edge is off by more than half a unit
            upto = sum(0 <= s <= state for s in states)
            assert abs(upto - edges[state + 1] * of) <= 0.5 + 1e-9
        held = [s for s in states if s >= 0]
        assert held == sorted(held), "states lie along the ranks in their order"
        assert all(s == -1 for s in states[len(held) :]), "the rest comes last"


@pytest.mark.parametrize(
    ("rank", "shares", "expected", "why"),
    [
        (0.25, [0.5, 0.2], 0, "well inside the first state"),
        (0.75, [0.5, 0.2], -1, "beyond both: the rest"),
        (0.5, [0.51, 0.2], 0, "just inside"),
        (0.5, [0.499, 0.2], 1, "just beyond the first"),
        (0.5, [0.5, 0.2], 1, "an edge belongs to what follows: there is no half way"),
        (0.6, [0.5, 0.2], 1, "inside the second"),
        (0.7, [0.5, 0.2], -1, "the far edge of both"),
        (0.001, [0.0, 0.9], 1, "an empty state holds nobody"),
        (0.25, [-0.01, 0.5], 1, "a share below zero, as interpolation may give, is none"),
    ],
)
def test_where_a_member_stands_worked_by_hand(page, rank, shares, expected, why):
    member = {"order": ["a", "b"], "rank": rank, "fast": [], "aside": 0.5}
    assert page.evaluate("([m, s]) => player.standing(m, s)", [member, shares]) == expected, why


@pytest.mark.parametrize(
    ("aside", "shares", "expected", "why"),
    [
        (0.3, [0.1, 0.2, 0.2], 1, "half of what is fast is b, and 0.3 lies in it"),
        (0.7, [0.1, 0.2, 0.2], 2, "0.7 lies in the other half"),
        (0.3, [0.1, 0.1, 0.3], 2, "a quarter is b"),
        (0.3, [0.1, 0.02, 0.38], 2, "so it does not hang on the rank"),
        (0.3, [0.1, 0.4, 0.0], 1, "all is b"),
        (0.9, [0.1, 0.0, 0.4], 2, "all is c"),
        (0.0, [0.1, 0.0, 0.4], 2, "an empty one holds nobody"),
        (0.3, [0.3, 0.0, 0.0], 0, "it is none of them"),
        (0.3, [0.1, 0.05, 0.05], -1, "both have gone by: the rest"),
    ],
)
def test_fast_states_share_a_stretch_worked_by_hand(page, aside, shares, expected, why):
    member = {"order": ["a", "b", "c"], "rank": 0.25, "fast": ["b", "c"], "aside": aside}
    assert page.evaluate("([m, s]) => player.standing(m, s)", [member, shares]) == expected, why


A, B, C, REST = [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]
COURSES = [
    # shares in each frame, frames on the way, states, why
    ([REST, C, C, C, REST], 2, [-1, 2, 2, 2, -1], "from above straight into any of them, and back"),
    ([C, C, C, A, A], 2, [2, 1, 1, 0, 0], "down by way of the first, two frames long"),
    ([C, C, C, A, A], 1, [2, 2, 1, 0, 0], "or one"),
    ([C, C, C, A, A], 0, [2, 2, 2, 0, 0], "or none"),
    ([A, C, C, C, C], 2, [0, 1, 1, 2, 2], "up from below likewise"),
    ([A, C, A, A, A], 2, [0, 1, 0, 0, 0], "no longer than it is there"),
    ([B, B, A, B, B], 2, [1, 1, 0, 1, 1], "the first itself leads straight there"),
    ([C, C, B, A, A], 2, [2, 2, 1, 0, 0], "it was on the way anyhow"),
]


@pytest.mark.parametrize(("shares", "through", "expected", "why"), COURSES)
def test_the_course_of_a_member_worked_by_hand(page, shares, through, expected, why):
    member = {"order": ["a", "b", "c"], "rank": 0.5, "fast": ["b", "c"], "aside": 0.5}
    series = [list(column) for column in zip(*shares, strict=True)]
    assert page.evaluate("([m, s, t]) => player.course(m, s, t)", [member, series, through]) == expected, why


@pytest.mark.parametrize(
    ("frame", "glide", "expected", "why"),
    [
        (2, 2, 0, "when the state changes, the part sets out"),
        (3, 2, 0.5, "half way after one of two frames"),
        (2.5, 2, 0.25, "and between frames"),
        (4, 2, 1, "there"),
        (6, 2, 1, "stays there"),
        (7.5, 2, 0.75, "and back from frame 7"),
        (9, 2, 0, "back"),
        (3, 0, 1, "without a glide it is there at once"),
        (2.9, 0, 1, "for the whole frame"),
        (1, 4, 0, "before the film it was as in its first frame"),
    ],
)
def test_how_a_part_follows_worked_by_hand(page, frame, glide, expected, why):
    yes = [0, 0, 1, 1, 1, 1, 1, 0, 0, 0]
    assert page.evaluate("([y, f, g]) => player.gliding(y, f, g)", [yes, frame, glide]) == pytest.approx(expected), why


@pytest.mark.parametrize(
    ("leaving", "series", "there", "back", "expected", "why"),
    [
        ([0, 1.5, 3], [1, 1, 1, 1, 1, 1, 1, 1], 2, 1, [0, 1.5, 3], "open throughout"),
        ([0, 1.5, 3], [1, 1, 1, 1, 0, 0, 0, 0], 2, 1, [0, 1.5], "shut when the last one would get there"),
        ([0, 1, 2], [1, 1, 1, 0, 1, 1, 1, 1], 2, 1, [0, 2], "shut for one frame only"),
        ([1.9], [1, 1, 1, 1, 0, 0, 0, 0], 2, 1, [1.9], "it passes before the frame in which it shuts"),
        ([-1.5, -2.5], [-1, -1, -1, 0, 0, 0, 0, 0], 9, 1, [-1.5], "backwards, and as far as the gate from that end"),
        ([6], [0, 0, 0, 0, 0, 0, 1, 1], 5, 5, [6], "beyond the end of the film it is as in the last frame"),
        ([6], [1, 1, 1, 1, 1, 1, 1, 0], 5, 5, [], "likewise"),
    ],
)
def test_who_finds_the_gate_open_worked_by_hand(page, leaving, series, there, back, expected, why):
    got = page.evaluate("([l, s, t, b]) => player.admitted(l, s, t, b)", [leaving, series, there, back])
    assert got == expected, why


def test_no_particle_of_a_scene_is_at_its_gate_while_it_is_shut(page):
    """At the settings of every step, for every flow with a gate that one receptor opens."""
    scene = harness.scene_named("nmda")
    frames_per_s = (len(scene.clock.seconds) - 1) / scene.clock.film_s
    flows = [actor for actor in scene.actors if isinstance(actor, Flow)]
    assert flows
    for step in scene.story:
        at = {**scene.start, **step.values}
        channels, facts = scene.surface.at(at)
        curves = dict(zip(scene.surface.channels, channels, strict=True))
        for flow in flows:
            strength = dict(zip(scene.surface.facts, facts, strict=True))[flow.strength]
            series = [curves[name].tolist() for name in flow.signal.order]
            passing, states = page.evaluate(
                """([actor, series, perFrame, travel]) => {
                     const way = player.course(actor.signal, series, 2);
                     const { states, order } = actor.signal;
                     const open = way.map((at) => Number(at >= 0 && states.includes(order[at])));
                     const there = actor.gate * travel;
                     const leaving = player.departures(open, perFrame);
                     const passing = player.admitted(leaving, open, there, travel - there);
                     return [passing.map((at) => at + there), open];
                   }""",
                [flow.spec(), series, strength * flow.per_s / frames_per_s, flow.travel_s * frames_per_s],
            )
            for frame in passing:
                assert states[min(int(frame), len(states) - 1)] == 1, (step.title, flow.part, frame)
            if "plug leaves" in step.title:
                assert passing, "where ions are told to flow, some do"


@pytest.mark.parametrize(
    ("transform", "share", "expected"),
    [
        ("rotate(-24)", 0.5, "rotate(-12)"),
        ("rotate(16)", 0, "rotate(0)"),
        ("rotate(16)", 1, "rotate(16)"),
        ("translate(10 -20)", 0.25, "translate(2.5 -5)"),
        ("translate(10, -20) rotate(8)", 0.5, "translate(5 -10) rotate(4)"),
    ],
)
def test_scaled_transforms(page, transform, share, expected):
    assert page.evaluate("([t, s]) => player.scaled(t, s)", [transform, share]) == expected


@pytest.mark.parametrize(
    ("value", "at", "expected"),
    [
        (0.5, [0, 1], 0.5),
        (-1, [0, 1], 0),
        (2, [0, 1], 1),
        (0.25, [1, 0], 0.75),  # an actor may run the other way
        (15, [10, 20], 0.5),
    ],
)
def test_portions(page, value, at, expected):
    assert page.evaluate("([v, a]) => player.portion(v, a)", [value, at]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("series", "of", "expected", "why"),
    [
        ([0, 0], 9, [], "nothing goes"),
        ([0, 1], 2, [(0.25, 1), (0.75, 1)], "the first at half of one, the second at one and a half"),
        ([0, 0.24], 2, [], "not yet half of one"),
        ([0.5, 0.5], 2, [(0, 1)], "gone before the film begins"),
        ([0, 1, 0], 1, [(0.5, 1), (1.5, 0)], "there and back"),
        ([1, 0, 0], 2, [(0, 1), (0, 1), (0.25, 0), (0.75, 0)], "the last to go is the first to come back"),
        ([0, 0.5, 0.5, 0], 1, [(1, 1), (2, 0)], "half of one is one, as long as it lasts"),
        ([0, 0, -1], 1, [(1.5, 0)], "below nothing the way is gone backwards"),
    ],
)
def test_crossings_worked_by_hand(page, series, of, expected, why):
    got = page.evaluate("([s, n]) => player.crossings(s, n)", [series, of])
    assert [(at["frame"], at["up"]) for at in got] == [(pytest.approx(f), bool(up)) for f, up in expected], why


def moves(page: Page, of: int, rooms: int, ways: list, travel: float) -> list[list[tuple]]:
    """Give each particle's moves: frame, way, backwards or not, room and place where it ends."""
    named = [{"from": start, "to": end, "series": list(series)} for start, end, series in ways]
    got = page.evaluate("([n, r, w, t]) => player.crowdMoves(n, r, w, t)", [of, rooms, named, travel])
    return [[(m["frame"], m["way"], m["back"], m["room"], m["slot"]) for m in own] for own in got]


ON, BACK = False, True
CROWDS = [
    # particles, rooms, ways (from, to, share gone at each frame), travel, moves of each particle, why
    (2, 2, [(0, 1, [0, 0, 0])], 1, [[], []], "nobody moves"),
    (
        *(2, 2, [(0, 1, [0, 1, 1])], 1),
        [[(0.25, 0, ON, 1, 0)], [(0.75, 0, ON, 1, 1)]],
        "first come, first gone; the lowest free place",
    ),
    (
        *(2, 2, [(0, 1, [0, 1, 1, 0])], 0.5),
        [[(0.25, 0, ON, 1, 0), (2.25, 0, BACK, 0, 0)], [(0.75, 0, ON, 1, 1), (2.75, 0, BACK, 0, 1)]],
        "back along the way, and the first that came is the first that goes back",
    ),
    (
        *(1, 3, [(0, 1, [0, 0, 1, 1]), (1, 2, [0, 1, 1, 1])], 0.25),
        [[(1.5, 0, ON, 1, 0), (1.75, 1, ON, 2, 0)]],
        "the second move is due at 0.5, and waits until somebody has arrived",
    ),
    (
        *(1, 3, [(0, 1, [0, 0, 0, 1]), (1, 2, [0, 1, 0, 0])], 0),
        [[(2.5, 0, ON, 1, 0)]],
        "a move that is taken back while it waits is not made",
    ),
    (
        *(1, 2, [(0, 1, [0, 1, 0, 1])], 3),
        [[(0.5, 0, ON, 1, 0)]],
        "on the way until 3.5: back at 1.5 and on again at 2.5 come to nothing",
    ),
    (
        *(1, 2, [(0, 1, [0, 1, 0, 0])], 3),
        [[(0.5, 0, ON, 1, 0), (3.5, 0, BACK, 0, 0)]],
        "due back at 1.5, on the way until 3.5: it turns there",
    ),
    (
        *(1, 3, [(0, 1, [0, 1]), (1, 2, [0, 1])], 0),
        [[(0.5, 0, ON, 1, 0), (0.5, 1, ON, 2, 0)]],
        "two at the same moment, in the order of the ways",
    ),
    (
        *(1, 3, [(1, 2, [0, 1]), (0, 1, [0, 1])], 0),
        [[(0.5, 1, ON, 1, 0), (0.5, 0, ON, 2, 0)]],
        "two at the same moment, against the order of the ways: the first waits no time",
    ),
    (
        *(1, 3, [(0, 2, [0, 1, 1, 1]), (1, 2, [0, 0, -1, -1])], 0),
        [[(0.5, 0, ON, 2, 0), (1.5, 1, BACK, 1, 0)]],
        "back on a way that it has not come",
    ),
    (
        *(2, 3, [(0, 1, [0, 0.5]), (0, 2, [0, 0.5])], 1),
        [[(0.5, 0, ON, 1, 0)], [(0.5, 1, ON, 2, 0)]],
        "two out of one room at the same moment: the first way has the first particle",
    ),
    (
        *(3, 3, [(0, 1, [0, 2 / 3, 2 / 3, 2 / 3, 1, 1]), (1, 2, [0, 0, 0, 1 / 3, 1 / 3, 1 / 3])], 0.5),
        [
            [(0.25, 0, ON, 1, 0), (2.5, 1, ON, 2, 0)],
            [(0.75, 0, ON, 1, 1)],
            [(3.5, 0, ON, 1, 0)],
        ],
        "the place that the first has left is taken again",
    ),
]


@pytest.mark.parametrize(("of", "rooms", "ways", "travel", "expected", "why"), CROWDS, ids=[c[-1] for c in CROWDS])
def test_moves_of_a_crowd_worked_by_hand(page, of, rooms, ways, travel, expected, why):
    got = moves(page, of, rooms, ways, travel)
    assert [[m[1:] for m in own] for own in got] == [[m[1:] for m in own] for own in expected], why
    for own, wanted in zip(got, expected, strict=True):
        assert [m[0] for m in own] == pytest.approx([m[0] for m in wanted]), why


def random_flows(rng: np.random.Generator) -> tuple[int, list]:
    """Give particles and ways of four rooms in a row, between the last two to and fro; no room is overdrawn."""
    of, frames = int(rng.integers(1, 120)), int(rng.integers(2, 60))
    room = np.zeros((frames, 4))
    gone = np.zeros((frames, 3))
    room[0, 0] = 1
    for i in range(1, frames):
        room[i], gone[i] = room[i - 1], gone[i - 1]
        for way in range(3):
            flow = room[i, way] * rng.random() * 0.5
            if way == 2 and rng.random() < 0.4:
                flow = -room[i, 3] * rng.random()
            gone[i, way] += flow
            room[i, way] -= flow
            room[i, way + 1] += flow
    return of, [(way, way + 1, gone[:, way].tolist()) for way in range(3)]


def test_a_room_holds_its_amount_rounded(page):
    """What has come minus what has gone, each rounded; checked at every frame, with no time on the way."""
    rng = np.random.default_rng(11)
    moved = 0
    for _ in range(60):
        of, ways = random_flows(rng)
        made = moves(page, of, 4, ways, 0)
        rounded = np.floor(np.array([series for *_, series in ways]) * of + 0.5)
        wanted = np.stack([of - rounded[0], rounded[0] - rounded[1], rounded[1] - rounded[2], rounded[2]])
        for frame in range(wanted.shape[1]):
            if wanted[:, frame].min() < 0:
                continue  # rounding asks for one that is not there: it waits
            at = [next((m[3] for m in reversed(own) if m[0] <= frame + 1e-9), 0) for own in made]
            assert [at.count(room) for room in range(4)] == wanted[:, frame].tolist(), (of, ways, frame)
        moved += sum(map(len, made))
    assert moved > 2000


@pytest.mark.parametrize("travel", [0, 0.7, 6])
def test_a_particle_goes_on_from_where_it_is_and_has_its_place_to_itself(page, travel):
    rng = np.random.default_rng(12)
    for _ in range(40):
        of, ways = random_flows(rng)
        stays: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for particle, own in enumerate(moves(page, of, 4, ways, travel)):
            room, slot, since = 0, particle, -1.0
            for frame, way, back, to, place in own:
                start, end = ways[way][1::-1] if back else ways[way][:2]
                assert (start, end) == (room, to), "a particle leaves the room in which it is"
                assert frame >= since - 1e-9, "and not before it has arrived there"
                stays.setdefault((room, slot), []).append((since, frame))
                room, slot, since = to, place, frame + travel
            stays.setdefault((room, slot), []).append((since, math.inf))
        for held in stays.values():
            ends = sorted(held)
            assert all(one[1] <= two[0] + 1e-9 for one, two in itertools.pairwise(ends)), (
                "two particles stand on one place"
            )


@pytest.mark.parametrize(
    ("start", "end", "share", "expected", "why"),
    [
        # the path runs from (1, 0) to (2, 0): 1 long
        ((0, 0), (3, 0), 0, (0, 0), "where it stood"),
        ((0, 0), (3, 0), 1 / 6, (0.5, 0), "half way to the path"),
        ((0, 0), (3, 0), 0.5, (1.5, 0), "half way along the path"),
        ((0, 0), (3, 0), 5 / 6, (2.5, 0), "half way to its place"),
        ((0, 0), (3, 0), 1, (3, 0), "in its place"),
        ((0, 0), (3, 0), -1, (0, 0), "not before the beginning"),
        ((0, 0), (3, 0), 2, (3, 0), "not beyond the end"),
        ((1, 1), (2, -2), 0.5, (2, 0), "1 to the path, 1 along it, 2 to the place: half is the path's end"),
        ((1, 0), (2, 0), 0.25, (1.25, 0), "places at the ends of the path"),
    ],
)
def test_places_on_a_way_worked_by_hand(page, start, end, share, expected, why):
    got = page.evaluate("([a, b, s]) => player.placeOnWay(a, b, (t) => [1 + t, 0], 1, s)", [start, end, share])
    assert got == pytest.approx(list(expected)), why


@pytest.mark.parametrize(
    ("seconds", "time", "expected"),
    [
        ([0, 60, 120], 0, "0"),
        ([0, 60, 120], 90, "1.5"),
        ([0, 60, 120], 120, "2"),
        ([0, 60, 120], 120.001, "Infinity"),
        ([0, 60, 120], -0.001, "Infinity"),
        ([0, 1, 11], 6, "1.5"),  # a clock that runs faster from 1 s on
        ([5, 6], 5, "0"),
    ],
)
def test_the_frame_of_a_time(page, seconds, time, expected):
    assert page.evaluate("([s, t]) => String(player.frameAt(s, t))", [seconds, time]) == expected
    assert page.evaluate("(s) => String(player.frameAt(s, NaN))", seconds) == "Infinity"


@pytest.mark.parametrize(
    ("series", "level", "expected"),
    [
        ([0, 1, 0], 0.5, [[0.5, 1.5]]),
        ([1, 1, 1], 0.5, [[0, 2]]),
        ([0, 0], 0.5, []),
        ([1, 0, 1], 0.5, [[0, 0.5], [1.5, 2]]),
        ([0, 0.5, 0.5, 0], 0.5, [[1, 2]]),  # on the level counts
        ([0, 0.5, 0], 0.5, [[1, 1]]),
        ([0, 4], 3, [[0.75, 1]]),
    ],
)
def test_stretches_above_a_level_worked_by_hand(page, series, level, expected):
    assert page.evaluate("([s, l]) => player.stretchesAbove(s, l)", [series, level]) == expected


@pytest.mark.parametrize(
    ("at", "share", "value", "expected"),
    [
        ([0, 1], 0, 0, [100, 840]),
        ([0, 1], 1, 1, [1500, 600]),
        ([0, 1], 0.5, 0.25, [800, 780]),
        ([0, 1], 0.5, 2, [800, 600]),  # a curve stays in its box
        ([10, 20], 0.5, 12.5, [800, 780]),
        ([1, 0], 0, 0.25, [100, 660]),
    ],
)
def test_places_in_a_box_worked_by_hand(page, at, share, value, expected):
    box = {"x": 100, "y": 600, "width": 1400, "height": 240}
    got = page.evaluate("([b, a, s, v]) => player.placeInBox(b, a, s, v)", [box, at, share, value])
    assert got == pytest.approx(expected)


PHASES = [{"label": "a", "from": 0}, {"label": "b", "from": 90}, {"label": "c", "from": 100}]
MINUTES = [60 * i for i in range(181)]


@pytest.mark.parametrize(
    ("clock", "expected", "why"),
    [
        (
            {"tick_s": 1800, "unit": "min", "seconds": MINUTES},
            [(0, "0"), (3, "30"), (6, "60"), (9, "90"), (12, "120"), (15, "150"), (18, "180")],
            "at every multiple, in the clock's unit",
        ),
        (
            {"tick_s": 3600, "unit": "s", "seconds": MINUTES},
            [(0, "0"), (6, "3600"), (12, "7200"), (18, "10800")],
            "the same in seconds",
        ),
        (
            {"tick_s": 4000, "unit": "s", "seconds": [t + 60 for t in MINUTES]},
            [(18 * 3940 / 10800, "4000"), (18 * 7940 / 10800, "8000")],
            "between frames, and neither end of the clock",
        ),
        (
            {"tick_s": 1, "unit": "s", "seconds": [0, 4, 5]},
            [(0, "0"), (2.25, "1"), (4.5, "2"), (6.75, "3"), (9, "4"), (18, "5")],
            "where the film slows down they stand apart",
        ),
        (
            {"tick_s": 1, "unit": "s", "seconds": [0, *[4 + i / 10 for i in range(9)], 40]},
            [(0, "0"), (16.2 + 1.8 * 0.2 / 35.2, "5")],
            "where it rushes they would touch: those that follow within 2 film seconds are left out",
        ),
        (
            {"tick_s": None, "unit": "s", "seconds": MINUTES},
            [(0, "0 s"), (9, "5400 s"), (18, "10800 s")],
            "where phases begin; the one at frame 100 is too close to that at 90",
        ),
        (
            {"tick_s": None, "unit": "min", "seconds": MINUTES},
            [(0, "0 min"), (9, "90 min"), (18, "180 min")],
            "the same in minutes",
        ),
        (
            {"tick_s": None, "unit": "min", "seconds": [8 * t for t in MINUTES]},
            [(0, "0 min"), (9, "12 h"), (18, "24 h")],
            "from ten hours on in hours",
        ),
    ],
)
def test_ticks_worked_by_hand(page, clock, expected, why):
    phases = [phase for phase in PHASES if phase["from"] < len(clock["seconds"])]
    got = page.evaluate("(clock) => player.chartTicks(clock)", {"film_s": 18, "phases": phases, **clock})
    assert [(tick["film"], tick["text"]) for tick in got] == [(pytest.approx(f), text) for f, text in expected], why


@pytest.mark.parametrize(
    ("second", "step", "expected"),
    [
        (0, 60, "0 min"),
        (720, 60, "12 min"),
        (745, 60, "12 min"),
        (10800, 60, "180 min"),
        (90, 1, "1.5 min"),
        (3, 3, "0.1 min"),
        (-60, 2.5, "\u22121.0 min"),
    ],
)
def test_a_clock_in_minutes(page, second, step, expected):
    assert page.evaluate("([t, d]) => player.clockText(t, d, 'min')", [second, step]) == words.bound(expected)


@pytest.mark.parametrize(
    ("second", "step", "expected"),
    [
        (0, 0.001, "0.0 ms"),
        (0.1055, 0.0005, "105.5 ms"),
        (0.105, 0.005, "105 ms"),
        (0.9, 0.05, "900 ms"),
        (0.9, 0.5, "0.9 s"),
        (8.0003, 0.0003, "8.000 s"),
        (8.02, 0.05, "8.02 s"),
        (12.34, 0.5, "12.3 s"),
        (119.9, 1, "119.9 s"),
        (138, 1, "138.0 s"),
        (138.004, 0.003, "138.004 s"),
        (599.9, 1, "599.9 s"),
        (600, 1, "10.0 min"),
        (3600, 60, "60 min"),
    ],
)
def test_the_clock_shows_as_many_digits_as_it_moves_by(page, second, step, expected):
    assert page.evaluate("([t, d]) => player.clockText(t, d)", [second, step]) == words.bound(expected)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (1, "as fast as life"),
        (1.04, "as fast as life"),
        (0.96, "as fast as life"),
        (2, "2 × faster than life"),
        (48.2, "48 × faster than life"),
        (1714, "1700 × faster than life"),
        (1 / 299.4, "300 × slower than life"),
        (1.26, "1.3 × faster than life"),
        (0.5, "2 × slower than life"),
        (0.005, "200 × slower than life"),
        (0.4, "2.5 × slower than life"),
    ],
)
def test_the_pace_is_said_in_words(page, rate, expected):
    assert page.evaluate("(r) => player.paceText(r)", rate) == words.bound(expected)


def test_a_curve_between_two_frames(page):
    assert page.evaluate("[0, 0.25, 1, 1.5, 2].map((f) => player.sampleAt([10, 20, 0], f))") == [
        10,
        12.5,
        20,
        10,
        0,
    ]
