"""What the journey says and shows, against hand values, published figures and equations written here again.

The equations: blood 192 L exchanges with shallow (143 L at 84.3 L/h), deep (417 L at 37.6 L/h) and the liver
(101 L at 151 L/h), which breaks down 1.11 + 2.77 of its amount per hour (Perez-Ruixo 2021, as transcribed).
"""

import itertools
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from explainer.evidence import parameters
from explainer.player import Crowd, Flag, Glow, Readout
from explainer.scenes.journey import scene

MINUTE_S = 60.0
A_MINUTE = 1.0
ONE_PERCENT = 0.01  # published figures as transcribed carry three digits
STEPS = 1e-4  # what the steps of the integration below leave, as a share of the dose
HALVES = 0.5  # a count is a rounded amount

NAMES = ("blood", "shallow", "deep", "liver", "broken")
LANES = ("iv", "im", "nasal")
CROWDS = {actor.part.removeprefix("#crowd-"): actor for actor in scene.actors if isinstance(actor, Crowd)}
PLACE = {"iv": "vein", "im": "muscle", "nasal": "nose"}

START = {
    "iv_given": "over 40 min",
    "swallowed_fraction": 0.6,
    "muscle_half_time_min": 6.9,
    "intramuscular_fraction": 0.93,
}
SETTINGS = [
    START,
    {**START, "iv_given": "push"},
    {**START, "swallowed_fraction": 0.0, "muscle_half_time_min": 2.0, "intramuscular_fraction": 0.41},
    {**START, "swallowed_fraction": 1.0, "muscle_half_time_min": 30.0, "intramuscular_fraction": 1.0},
    {**START, "swallowed_fraction": 0.87, "muscle_half_time_min": 13.3, "intramuscular_fraction": 0.55},
]


def respond(*settings):
    columns = {name: np.array([values[name] for values in settings]) for name in START}
    return scene.respond(columns, scene.clock.seconds)


def facts(**values):
    return scene.facts_at([values])[0]


# --- where the drug is -----------------------------------------------------------------------------


def follow(into_blood, into_liver, put=0.0, step=0.01):
    """Integrate the equations (Heun) from `put` in blood; inflows per minute; give all at every whole minute."""
    amounts = np.array([put, 0, 0, 0, 0], float)

    def change(t, a):
        blood, shallow, deep, liver, _ = a
        one = 84.3 / 60 * (blood / 192 - shallow / 143)
        two = 37.6 / 60 * (blood / 192 - deep / 417)
        to_liver = 151 / 60 * (blood / 192 - liver / 101)
        gone = (1.11 + 2.77) / 60 * liver
        return np.array([into_blood(t) - one - two - to_liver, one, two, to_liver + into_liver(t) - gone, gone])

    found = [amounts]
    for minute in range(180):
        for i in range(round(1 / step)):
            t = minute + i * step
            first = change(t + 1e-9, amounts)
            amounts = amounts + step / 2 * (first + change(t + step - 1e-9, amounts + step * first))
        found.append(amounts)
    return dict(zip(NAMES, np.array(found).T, strict=True))


def nothing(_):
    return 0.0


def test_the_infusion_against_equations_written_here():
    channels, _ = respond(START)
    true = follow(lambda t: 1 / 40 if t < 40 else 0.0, nothing)
    compare(channels, "iv", true)
    assert channels["iv_bag_part"][0] == pytest.approx(np.maximum(100 - 2.5 * np.arange(181), 0), abs=1e-9)


def test_the_push_against_equations_written_here():
    channels, _ = respond({**START, "iv_given": "push"})
    compare(channels, "iv", follow(nothing, nothing, put=1.0))
    assert channels["iv_blood_ng"][0, 0] == pytest.approx(35 / 192 * 1000, rel=1e-9)  # 35 mg at once in 192 L
    assert channels["iv_blood_of_peak_percent"][0, 0] == 100


def test_the_muscle_against_equations_written_here():
    channels, _ = respond(START)
    rate = math.log(2) / 6.9
    compare(channels, "im", follow(lambda t: 0.93 * rate * math.exp(-rate * t), nothing))
    left = np.exp(-rate * np.arange(181))
    assert channels["im_muscle_part"][0] == pytest.approx(100 * left, abs=1e-9)
    assert channels["im_lost_part"][0] == pytest.approx(7 * (1 - left), abs=1e-9)


def test_the_nose_against_equations_written_here():
    """Of each third 0.4 into the lining (2.93/h), 0.6 swallowed: over 0.53 h, then 1.45/h, 0.64 past the wall."""
    channels, _ = respond(START)
    lining, gut, lasts = 2.93 / 60, 1.45 / 60, 0.53 * 60

    def by_lining(t):
        return sum(0.4 / 3 * lining * math.exp(-lining * (t - s)) for s in (0, 5, 10) if t >= s)

    def by_gut(t):
        found = 0.0
        for s in (0, 5, 10):
            since, over = t - s, t - s - lasts
            if since > 0:
                found += 0.2 / lasts * (1 - math.exp(-gut * since))
            if over > 0:
                found -= 0.2 / lasts * (1 - math.exp(-gut * over))
        return found

    compare(channels, "nasal", follow(by_lining, lambda t: 0.64 * by_gut(t)))
    assert channels["nasal_sprays_part"][0, [0, 4, 5, 9, 10, 180]] == pytest.approx(
        [200 / 3] * 2 + [100 / 3] * 2 + [0, 0]
    )


def compare(channels, lane, true):
    for name, parts in (
        ("blood", ["blood"]),
        ("rest", ["shallow", "deep"]),
        ("liver", ["liver"]),
        ("broken", ["broken"]),
    ):
        wanted = sum(true[part] for part in parts)
        assert np.abs(channels[f"{lane}_{name}_part"][0] / 100 - wanted).max() < STEPS, (lane, name)


def test_no_drug_is_lost_or_made():
    channels, _ = respond(*SETTINGS)
    for lane in LANES:
        rooms = [values for name, values in channels.items() if re.fullmatch(f"{lane}_[a-z]+_part", name)]
        assert np.abs(np.sum(rooms, axis=0) - 100).max() < 1e-9, lane


@pytest.mark.parametrize("lane", LANES)
def test_particles_in_rooms_are_what_the_counts_say(lane):
    """What has come into a room less what has gone is in it; rounded, it is off by half a particle for each way."""
    channels, _ = respond(*SETTINGS)
    crowd = CROWDS[PLACE[lane]]
    assert crowd.of == 100
    place = f"-{PLACE[lane]}"
    for room in crowd.rooms:
        ways = [way for way in crowd.ways if room in (way.source, way.target)]
        sign = [1 if way.target == room else -1 for way in ways]
        first = 100.0 if room == crowd.rooms[0] else 0.0
        name = room.removeprefix("#").removesuffix(place).removesuffix("-room")
        part = channels.get(f"{lane}_{name}_part")
        exact = first + sum(s * 100 * channels[way.channel] for s, way in zip(sign, ways, strict=True))
        rounded = first + sum(
            s * np.floor(100 * channels[way.channel] + 0.5) for s, way in zip(sign, ways, strict=True)
        )
        if part is None:  # a syringe, empty at once
            assert name == "syringe"
            assert np.abs(exact).max() < 1e-9
        else:
            assert np.abs(exact - part).max() < 1e-9, room
            assert np.abs(rounded - part).max() <= HALVES * len(ways) + 1e-6, room


def test_what_is_gone_does_not_come_back():
    channels, _ = respond(*SETTINGS)
    for lane in LANES:
        for way in CROWDS[PLACE[lane]].ways:
            steps = np.diff(channels[way.channel], axis=1)
            if not way.path.startswith(("#to-rest", "#to-liver")):  # only these are traffic both ways
                assert steps.min() > -1e-9, way.path
    assert channels["nasal_to_liver"].min() < -0.05  # from the gut it goes from the liver to the blood


# --- when ------------------------------------------------------------------------------------------


def test_published_and_recalled_figures():
    """Peaks as an independent implementation gave them; nasal times are 34 to 36 min after the last spray."""
    got = facts()
    assert got["iv_blood_peak_min"] == 40  # by construction
    assert got["iv_blood_peak_ng"] == pytest.approx(125, rel=ONE_PERCENT)
    assert got["nasal_blood_peak_ng"] == pytest.approx(101, rel=ONE_PERCENT)
    assert 34 - A_MINUTE <= got["nasal_blood_peak_min"] - 10 <= 36 + A_MINUTE
    assert got["im_blood_peak_min"] == pytest.approx(20, abs=A_MINUTE)
    assert got["nasal_reaches"] == pytest.approx(0.51, abs=ONE_PERCENT)
    assert scene.start["swallowed_fraction"] == pytest.approx(1 - 0.4032, abs=0.005)
    assert scene.start["muscle_half_time_min"] == pytest.approx(math.log(2) / 0.10, abs=0.05)


def test_hand_values():
    got = facts()
    through = 0.64 * 151 / (151 + 101 * (1.11 + 2.77))  # past the wall of the gut, then past the liver
    assert got["nasal_swallowed_lost"] == pytest.approx(1 - through)
    assert got["nasal_reaches"] == pytest.approx(0.4 + 0.6 * through)
    assert got["nasal_wall_lost"] == pytest.approx(0.36)
    assert got["im_left_later"] == pytest.approx(2 ** (-10 / 6.9))
    assert facts(swallowed_fraction=0)["nasal_reaches"] == pytest.approx(1)


def test_what_the_story_tells_is_so():
    start, push = facts(), facts(iv_given="push")
    assert start["im_blood_half_min"] < start["nasal_blood_half_min"] < start["iv_blood_half_min"]
    assert start["first_to_half"] == 1
    assert push["first_to_half"] == 0
    assert push["iv_blood_peak_min"] == push["iv_blood_half_min"] == 0
    for lane in LANES:  # the brain follows
        assert start[f"{lane}_effect_peak_min"] > start[f"{lane}_blood_peak_min"]
        assert start[f"{lane}_effect_half_min"] > start[f"{lane}_blood_half_min"]
    less = facts(intramuscular_fraction=0.41)
    assert less["im_peak_moved"] == 1
    assert less["im_blood_peak_min"] == start["im_blood_peak_min"]
    assert less["im_blood_peak_ng"] == pytest.approx(start["im_blood_peak_ng"] * 41 / 93)
    slow = facts(muscle_half_time_min=20)
    assert slow["im_blood_peak_min"] > 1.5 * start["im_blood_peak_min"]


def test_a_curve_is_a_share_of_its_own_peak():
    channels, found = respond(*SETTINGS)
    for lane, what in itertools.product(LANES, ("blood", "effect")):
        share, level = channels[f"{lane}_{what}_of_peak_percent"] / 100, channels[f"{lane}_{what}_ng"]
        assert share.max() <= 1
        assert share.max(axis=1).min() > 0.99  # frames a minute apart hardly miss a peak
        assert share * found[f"{lane}_{what}_peak_ng"][:, None] == pytest.approx(level, abs=1e-6)


def test_flags_stand_where_the_words_say():
    made = scene.surface
    named = {actor.signal for actor in scene.actors if isinstance(actor, Flag)}
    assert named == {f"{lane}_{mark}_s" for lane in LANES for mark in ("half", "peak")}
    for values in SETTINGS:
        got = facts(**values)
        for lane, mark in itertools.product(LANES, ("half", "peak")):
            if (lane, mark) == ("iv", "half") and values["iv_given"] == "push":
                assert got["iv_half_s"] < scene.clock.seconds[0]  # it starts above half: no flag
            else:
                assert got[f"{lane}_{mark}_s"] == pytest.approx(MINUTE_S * got[f"{lane}_blood_{mark}_min"])
                assert 0 <= got[f"{lane}_{mark}_s"] <= scene.clock.seconds[-1]
    assert made.frames == 181


def test_the_clock_has_a_frame_every_minute():
    assert scene.clock.seconds == pytest.approx(60.0 * np.arange(181))
    assert scene.clock.film_s == pytest.approx(15)


# --- the picture and the words ---------------------------------------------------------------------


def test_a_way_leads_from_one_room_into_the_other():
    """Its ends lie near places of the rooms that it joins."""
    tree = ElementTree.fromstring(scene.picture)
    drawn = {"#" + node.get("id"): node for node in tree.iter() if node.get("id")}

    def slots(room):
        return [(float(s.get("cx")), float(s.get("cy"))) for s in drawn[room].iter() if s.get("class") == "slot"]

    for crowd in CROWDS.values():
        for way in crowd.ways:
            numbers = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", drawn[way.path].get("d"))]
            for room, end in ((way.source, numbers[:2]), (way.target, numbers[-2:])):
                assert min(math.dist(end, slot) for slot in slots(room)) < 40, (way.path, room, end)


def test_rooms_have_places_enough():
    """No place is shared by more than the five that stand beside each other."""
    tree = ElementTree.fromstring(scene.picture)
    drawn = {"#" + node.get("id"): node for node in tree.iter() if node.get("id")}
    channels, _ = respond(*SETTINGS)
    for lane in LANES:
        for room in CROWDS[PLACE[lane]].rooms:
            name = room.removeprefix("#").removesuffix(f"-{PLACE[lane]}").removesuffix("-room")
            most = channels.get(f"{lane}_{name}_part", np.array(100.0)).max()
            places = sum(node.get("class") == "slot" for node in drawn[room].iter())
            assert most <= 5 * places, room


def test_the_words_of_the_start():
    said = scene.describe({}).replace("\N{NO-BREAK SPACE}", " ")
    got = facts()
    assert "half leaves the muscle in 6.9 min" in said
    assert f"{round(100 * got['nasal_reaches'])} % reaches the blood" in said
    for lane in LANES:
        assert f"{round(got[f'{lane}_blood_peak_ng'])} ng/mL after {round(got[f'{lane}_blood_peak_min'])} min" in said
    assert "as a push" in scene.describe({"iv_given": "push"})


def test_what_is_given_at_once_has_arrived_when_a_step_begins():
    """Time stands there at first: a syringe that texts call empty must be seen empty."""
    frames_per_min = (len(scene.clock.seconds) - 1) / (scene.clock.seconds[-1] / MINUTE_S)
    film_s = scene.clock.film_s / (len(scene.clock.seconds) - 1)
    for step in scene.story:
        assert step.window_s[0] / MINUTE_S * frames_per_min * film_s >= max(c.travel_s for c in CROWDS.values())


def test_counts_in_the_picture_are_plain_numbers():
    """There is no room for “more than 99 %”."""
    counts = [a for a in scene.actors if isinstance(a, Readout) and "-count-" in a.part]
    assert len(counts) == 3 * 5 + 1 + 2 + 3
    assert all(re.fullmatch(r"\{\w+:0\} %", actor.template) for actor in counts)


def test_a_push_is_called_a_thought_experiment():
    step = next(step for step in scene.story if step.values.get("iv_given") == "push")
    peak_min = parameters("pharmacokinetics_published")["push_effect_peak_min"].value
    assert round(peak_min) == 2
    assert "about two" in step.outcome
    assert facts(iv_given="push")["iv_effect_peak_min"] > 2 * peak_min  # too slow
    glows = {a.part: a.at for a in scene.actors if isinstance(a, Glow)}
    assert glows["#arm-vein"] == (1, 0)
    assert glows["#arm-push"] == (0, 1)
    assert "push (thought experiment)" in scene.picture


def test_nobody_is_told_how_much():
    """Amounts are names of published arms in the picture; no control, no text gives or changes one."""
    assert [control.name for control in scene.controls] == [
        "iv_given",
        "swallowed_fraction",
        "muscle_half_time_min",
        "intramuscular_fraction",
    ]
    assert set(re.findall(r">([^<]*mg[^<]*)<", scene.picture)) == {"racemic 0.5 mg/kg", "esketamine 84 mg"}
