"""What every scene owes its reader, asked of all scenes that there are."""

import importlib
import json
import pkgutil
import re
from collections import Counter
from importlib import resources
from xml.etree import ElementTree

import numpy as np
import pytest

from explainer import player, scenes
from explainer.player import Choice, Control, Count, Crowd, Member, Scene, Share, Turn
from explainer.player.surface import whole

MODULES = [module.name for module in pkgutil.iter_modules(scenes.__path__)]
SCENES = {
    name: found
    for name in MODULES
    if isinstance(found := getattr(importlib.import_module(f"explainer.scenes.{name}"), "scene", None), Scene)
}
ARTS = [name for name in MODULES if name.endswith("_art")]
FOLDER = resources.files(scenes)
XLINK = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture(params=list(SCENES))
def scene(request):
    return SCENES[request.param]


def texts(scene):
    """Give everything that a scene says, as a reader meets it."""
    steps = scene.spec["story"]
    asked = [step["ask"] for step in steps if "ask" in step]
    return [
        *(scene.title, scene.scale_note, scene.describe({}), *scene.leaves_out),
        *(text for step in steps for text in (step["title"], step["text"], step["outcome"])),
        *(text for ask in asked for text in (ask["question"], ask["because"], *ask["options"])),
        *(text for control in scene.controls for text in (control.label, control.about, control.otherwise)),
        *(text for chart in scene.charts for text in (chart.title, chart.unit, chart.x_title, chart.note)),
        *(text for chart in scene.charts for text in (chart.deck, chart.tab, chart.level_label)),
        *(text for _, text in scene.legend),
        *(text for card in scene.cards for text in (card.title, card.badge, *(t for row in card.rows for t in row))),
    ]


def test_scenes_are_found():
    assert "nmda" in SCENES
    for name, found in SCENES.items():
        assert found.name == name  # the stem, by which a published page asks for it


# --- the surface -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 20])
def test_interpolation_costs_one_percent_at_most(scene, seed):
    """Of the range of each channel and fact, at 200 settings between the nodes."""
    worst = scene.error(count=200, seed=seed)
    assert worst.keys() == {*scene.surface.channels, *scene.surface.facts}
    assert {name: error for name, error in worst.items() if not error <= 0.01} == {}
    assert any(error > 0 for error in worst.values())


def random_settings(scene, count, seed):
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(count):
        values = {}
        for control in scene.controls:
            if isinstance(control, Choice):
                values[control.name] = str(rng.choice(list(control.options)))
            elif control.snap:
                values[control.name] = float(rng.choice(control.nodes))
            else:
                cell = rng.integers(len(control.nodes) - 1)
                low, high = control.nodes[cell], control.nodes[cell + 1]
                values[control.name] = float(low + (high - low) * rng.random())
        drawn.append(values)
    return drawn


def test_facts_on_the_page_are_those_of_the_model(scene):
    """The page interpolates them, Python computes them: they differ by one percent of the range at most."""
    made = scene.surface
    decoded = [made.decode(i) for i in range(len(made.slabs))]
    table = np.concatenate([facts for _, facts in decoded])
    span = np.ptp(table, axis=0)
    settings = random_settings(scene, 60, seed=3)
    for values, true in zip(settings, scene.facts_at(settings), strict=True):
        _, given = made.at(values, decoded[made.slab_number(values)])
        for name, value, width in zip(made.facts, given, span, strict=True):
            assert abs(value - true[name]) <= 0.01 * width + 1e-6 * abs(value), (name, values)


def test_shares_of_a_population_are_shares(scene):
    """None below zero; together one at most, but for half a level that quantisation may add to each."""
    made = scene.surface
    for actor in scene.actors:
        if not isinstance(actor, Share):
            continue
        rows = [made.channels.index(name) for name in actor.states]
        half = float(np.sum((made.high - made.low)[rows])) / (2**made.bits - 1) / 2
        for number in range(len(made.slabs)):
            channels, _ = made.decode(number)
            assert channels[rows].min() >= -1e-6
            assert channels[rows].sum(axis=0).max() <= 1 + half + 1e-9


def test_the_exact_shares_sum_to_one_at_most(scene):
    columns = {}
    settings = random_settings(scene, 40, seed=4)
    for name in scene.start:
        columns[name] = np.array([values[name] for values in settings])
    channels, _ = whole(scene.respond)(columns, scene.clock.seconds)
    for actor in scene.actors:
        if isinstance(actor, Share):
            shares = np.stack([channels[name] for name in actor.states])
            assert shares.min() >= -1e-9
            assert shares.sum(axis=0).max() <= 1 + 1e-9


def rooms(actor, channels):
    """Give the share of a crowd in each of its rooms, from what has gone each way."""
    held = {room: np.zeros_like(channels[actor.ways[0].channel]) for room in actor.rooms}
    held[actor.rooms[0]] += 1
    for way in actor.ways:
        held[way.source] = held[way.source] - channels[way.channel]
        held[way.target] = held[way.target] + channels[way.channel]
    return held


def test_a_crowd_goes_only_where_somebody_is(scene):
    """No room ever holds less than nothing: a move would wait for who never comes."""
    settings = random_settings(scene, 40, seed=5)
    columns = {name: np.array([values[name] for values in settings]) for name in scene.start}
    channels, _ = whole(scene.respond)(columns, scene.clock.seconds)
    for actor in scene.actors:
        if isinstance(actor, Crowd):
            for room, held in rooms(actor, channels).items():
                assert held.min() >= -1e-9, room


def test_a_particle_of_a_crowd_is_many_levels_of_its_channels(scene):
    """So that rounding makes nobody go to and fro."""
    for actor in scene.actors:
        if isinstance(actor, Crowd):
            assert 1 / actor.of >= 16 / (2**scene.bits - 1), actor.part


def test_a_scene_is_small_enough_to_travel(scene):
    """0.6 MB over the websocket, besides one copy of plotly.js."""
    text = len(json.dumps(scene.spec)) + len(player.player_js()) + len(player.player_css())
    assert text + sum(map(len, scene.surface.slabs)) <= 600_000


def test_what_the_page_reads_is_json(scene):
    spec = json.loads(json.dumps(scene.spec, allow_nan=False))
    assert spec["surface"]["frames"] == len(spec["clock"]["seconds"]) == len(scene.clock.seconds)
    assert spec["clock"]["phases"][-1]["to"] == len(scene.clock.seconds) - 1
    assert np.all(np.diff(spec["clock"]["seconds"]) > 0)


# --- story -----------------------------------------------------------------------------------------


def test_a_story_has_seven_to_nine_steps_three_of_them_predictions(scene):
    assert 7 <= len(scene.story) <= 9
    assert sum(step.ask is not None for step in scene.story) >= 3
    titles = [step.title for step in scene.story]
    assert len(set(titles)) == len(titles)


def test_steps_are_short(scene):
    """Forty words in each part, counted as they are read: with the numbers filled in."""
    for step in scene.spec["story"]:
        said = [step["text"], step["outcome"], *([step["ask"]["because"]] if "ask" in step else [])]
        assert max(len(text.split()) for text in said) <= 40, step["title"]
        assert len(step["text"].split()) >= 5


def test_every_step_rests_on_a_claim(scene):
    for step in scene.spec["story"]:
        assert step["claims"], step["title"]


def test_texts_are_filled(scene):
    for text in texts(scene):
        assert not re.search(r"[{}]|\bnan\b|\binf\b|(^|\s)–( %| µ|\.)", text), text


def test_answers_are_robust(scene):
    """No fact lies within 3 % of what parts the right answer from another."""
    rights = []
    for step, told in zip(scene.story, scene.spec["story"], strict=True):
        ask = step.ask
        if ask is None:
            continue
        right = told["ask"]["right"]
        rights.append(right)
        if ask.bins:
            fact = scene.facts_at([step.values])[0][ask.fact]
            edges = [-np.inf, *ask.bins, np.inf]
            assert edges[right] < fact < edges[right + 1], step.title
            for edge in ask.bins:
                assert abs(fact - edge) > 0.03 * max(abs(edge), abs(fact)), (step.title, fact, edge)
        else:
            facts = [at[ask.fact] for at in scene.facts_at([{**step.values, **s} for s in ask.settings])]
            others = facts[:right] + facts[right + 1 :]
            nearest = max(others) if ask.most else min(others)
            lead = facts[right] - nearest if ask.most else nearest - facts[right]
            assert lead > 0.03 * max(abs(facts[right]), abs(nearest)), (step.title, facts)
    assert len(set(rights)) > 1  # who always takes the same place learns nothing


def test_a_step_can_be_seen(scene):
    """Its window lasts half a film second at least."""
    for step in scene.spec["story"]:
        assert (step["to"] - step["from"]) / scene.clock.frames_per_s >= 0.5, step["title"]


# --- words -----------------------------------------------------------------------------------------


def test_every_control_changes_the_words(scene):
    """A reader who hears the scene hears every control, where it can be moved."""
    for control in scene.controls:
        others = control.options if isinstance(control, Choice) else control.nodes
        free = {name: values[0] for name, values in control.when.items()}
        said = {scene.describe({**free, control.name: value}) for value in others}
        assert len(said) == len(set(others)), control.name


def test_a_scene_says_what_it_leaves_out_and_what_is_not_to_scale(scene):
    assert len(scene.leaves_out) >= 3
    assert all(len(text.split()) >= 4 for text in scene.leaves_out)
    assert len(scene.scale_note.split()) >= 4


def test_education_not_dosing(scene):
    dosing = re.compile(r"\b[Dd]os(e|es|ing|age)\b|\bmg\b|/kg\b")  # Mg is magnesium
    for control in scene.controls:
        assert not re.search(r"dos(e|ing|age)|_mg|per_kg", control.name), control.name
        assert not dosing.search(control.label), control.label
        assert not isinstance(control, Control) or not dosing.search(control.unit), control.unit
    for text in texts(scene):
        assert not dosing.search(re.sub(r"\b(not|no) (a )?dos(e|ing)\b", "", text)), text


# --- picture ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARTS)
def test_a_drawn_picture_is_what_its_generator_draws(name):
    drawn = importlib.import_module(f"explainer.scenes.{name}").draw()
    committed = FOLDER.joinpath(name.removesuffix("_art") + ".svg").read_text("utf-8")
    assert drawn == committed, f"run python -m explainer.scenes.{name}"


def test_a_generator_of_the_first_scene_is_found():
    assert "nmda_art" in ARTS


def test_a_picture_holds_nothing_from_outside_and_nothing_that_acts(scene):
    tree = ElementTree.fromstring(scene.picture)
    ids = {node.get("id") for node in tree.iter()} - {None}
    for node in tree.iter():
        tag = node.tag.split("}")[-1]
        assert tag not in ("script", "image", "foreignObject", "iframe", "a", "animate", "set"), tag
        assert "style" not in node.attrib, ElementTree.tostring(node)[:200]
        assert not [name for name in node.attrib if name.startswith("on")]
        for link in filter(None, (node.get("href"), node.get(XLINK), node.get("src"))):
            assert link.startswith("#"), link
            assert link[1:] in ids, link
    outside = scene.picture.replace("http://www.w3.org/", "")
    assert not re.search(r"https?:|//|@import|javascript:|data:", outside)
    for target in re.findall(r"url\(([^)]*)\)", scene.picture):
        assert target.strip("'\"")[:1] == "#"
        assert target.strip("'\"")[1:] in ids


def test_no_id_twice(scene):
    ids = re.findall(r'\bid="([^"]+)"', scene.picture)
    assert [name for name, count in Counter(ids).items() if count > 1] == []


def test_a_picture_says_what_it_shows(scene):
    tree = ElementTree.fromstring(scene.picture)
    assert tree.get("role") == "img"
    assert len(tree.get("aria-label", "").split()) >= 4


def part(scene, name):
    (found,) = [
        node for node in ElementTree.fromstring(scene.picture).iter() if "#" + node.get("id", "") == name
    ]
    return found


def test_units_and_their_states_are_drawn(scene):
    """The page counts the units; a state without a rule in the style would look like no state."""
    for actor in scene.actors:
        if isinstance(actor, Share):
            units = [n for n in part(scene, actor.part).iter() if "unit" in n.get("class", "").split()]
            assert len(units) == actor.of
            for state in {*actor.states.values()}:
                assert f".{state}" in scene.picture, state
            assert actor.ringed is None or 0 <= actor.ringed < 1
        if isinstance(actor, Count):
            assert len(list(part(scene, actor.part))) == actor.of


def test_what_turns_goes_where_the_picture_says(scene):
    """The picture notes the other pose of a part that turns."""
    for actor in scene.actors:
        if isinstance(actor, Turn):
            noted = {v for k, v in part(scene, actor.part).attrib.items() if k.startswith("data-")}
            assert not noted or actor.to in noted, actor.part


def test_members_and_units_are_laid_out_alike(scene):
    """The ringed unit is the receptor drawn large: same rank, same order of states."""
    members = [a.signal for a in scene.actors if isinstance(a.signal, Member)]
    for actor in scene.actors:
        if isinstance(actor, Share) and actor.ringed is not None:
            for member in members:
                assert member.rank == actor.ringed
                assert list(member.order)[: len(actor.states)] == list(actor.states)
                assert (member.fast, member.aside) == (actor.fast, actor.aside)
            rank = actor.ringed * actor.of
            assert rank - int(rank) == pytest.approx(0.5)  # the middle of a unit's place


def test_a_stack_of_areas_is_a_population(scene):
    """Areas piled up in a chart are shares of a whole: they never pass its range."""
    made = scene.surface
    for chart in scene.charts:
        names, table = (made.facts, 1) if chart.over else (made.channels, 0)
        rows = [names.index(name) for line in chart.lines if line.stack for name in line.channels]
        if rows and chart.range:
            for number in range(len(made.slabs)):
                values = made.decode(number)[table]
                top = (values[:, rows].sum(axis=1) if chart.over else values[rows].sum(axis=0)).max() * chart.scale
                assert top <= chart.range[1] * 1.02
