"""What the race of three routes says, against published figures, hand values and the model run directly.

Hand values and published figures are typed from the evidence, never printed by the scene.
"""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from explainer.evidence import claims, parameters
from explainer.models import effects, pharmacokinetics
from explainer.player import Flag, Glow, Trace
from explainer.scenes import onset
from explainer.scenes.onset import scene

LANES = ("iv", "im", "nasal")
START = {
    "iv_given": "over 40 min",
    "disposition": "one for all routes",
    "muscle_half_time_min": 6.931471805599453,  # ln 2 / 0.10 per min
    "swallowed_fraction": 0.6,
    "effect_half_time_min": 3.0,
}
MINUTE = 1 / 180  # of the film
FINE_MIN = 0.125  # how finely peaks are looked for
READ_OFF = 0.01  # published peaks are printed to three digits


def facts(**values):
    return scene.facts_at([values])[0]


def parts():
    return {f"#{node.get('id')}": node for node in ElementTree.fromstring(scene.picture).iter() if node.get("id")}


def curves(values, names):
    """Give some channels as the page decodes them."""
    made = scene.surface
    found, _ = made.at({**scene.start, **values})
    return {name: found[made.channels.index(name)] for name in names}


# --- settings and clock ----------------------------------------------------------------------------


def test_it_opens_where_the_evidence_has_it():
    assert scene.start == pytest.approx(START)
    assert [control.name for control in scene.controls] == list(START)


def test_every_frame_is_a_minute_and_twelve_are_a_second():
    assert scene.clock.seconds.tolist() == [60.0 * minute for minute in range(181)]
    assert scene.clock.film_s == 15
    assert scene.clock.unit == "min"


# --- numbers on the screen -------------------------------------------------------------------------


PUBLISHED = [
    # arm and model: peak in blood in ng/mL, and when, as worked out independently for the evidence
    ({}, "iv", 125, 40),
    ({"disposition": "racemic, arterial"}, "iv", 253, 40),
    ({}, "nasal", 101, None),
]


@pytest.mark.parametrize(("values", "lane", "peak", "minute"), PUBLISHED)
def test_peaks_in_blood_are_those_of_the_evidence(values, lane, peak, minute):
    blood = curves(values, [f"{lane}_blood"])[f"{lane}_blood"]
    assert blood.max() == pytest.approx(peak, rel=READ_OFF)
    if minute:
        assert np.argmax(blood) == minute  # an infusion peaks when it ends


def test_the_muscle_peaks_in_blood_at_about_twenty_minutes():
    """The recalled figure to which its speed is tuned."""
    assert abs(int(np.argmax(curves({}, ["im_blood"])["im_blood"])) - 20) <= 1


def test_three_quarters_are_left_90_minutes_after_a_spray():
    """76 % of the peak in blood: why dissociation, gone by then, needs more than the level."""
    blood = curves({}, ["nasal_blood"])["nasal_blood"]
    assert blood[90] / blood.max() == pytest.approx(0.76, abs=0.01)
    felt = curves({}, ["nasal_dissociation_share"])["nasal_dissociation_share"]
    assert felt[90] < 0.1 * felt.max()


ARMS = [
    ("iv", "iv_infusion", {}, {}),
    ("iv", "iv_push", {"iv_given": "push"}, {}),
    ("im", "im", {}, {"absorption_per_min": 0.1}),
    ("im", "im", {"muscle_half_time_min": 20.0}, {"absorption_per_min": np.log(2) / 20}),
    ("nasal", "nasal_84mg", {}, {"swallowed_fraction": 0.6}),
    ("nasal", "nasal_84mg", {"swallowed_fraction": 0.46}, {"swallowed_fraction": 0.46}),
]


@pytest.mark.parametrize(("lane", "arm", "values", "uptake"), ARMS)
def test_flags_stand_where_the_model_run_directly_has_them(lane, arm, values, uptake):
    minutes = np.arange(0, 180.01, 0.01)
    level = pharmacokinetics.effect_site_ng_per_mL(arm, minutes, "perez_ruixo_2021", half_time_min=3.0, **uptake)
    said = facts(**values)
    assert said[f"{lane}_peak_ng_per_mL"] == pytest.approx(level.max(), rel=1e-4)
    assert said[f"{lane}_peak_min"] == pytest.approx(minutes[np.argmax(level)], abs=FINE_MIN)
    first = minutes[np.argmax(level >= level.max() / 2)]
    assert said[f"{lane}_half_min"] == pytest.approx(first, abs=0.05)
    for moment in ("half", "peak"):
        assert said[f"{lane}_{moment}_s"] == pytest.approx(60 * said[f"{lane}_{moment}_min"])


def test_the_dissociation_drawn_is_the_described_one():
    minutes = np.arange(181.0)
    wanted = effects.dissociation_share("im", minutes, "perez_ruixo_2021", half_time_min=3.0, absorption_per_min=0.1)
    drawn = curves({}, ["im_dissociation_share"])["im_dissociation_share"]
    assert np.abs(drawn - wanted / wanted.max()).max() < 0.01


# --- what the story tells is so ---------------------------------------------------------------------


def test_iv_is_fastest_as_a_push_and_last_as_the_trial_infusion():
    at = facts()
    assert at["im_half_min"] < at["nasal_half_min"] < at["iv_half_min"]
    assert at["iv_blood_peak_min"] == 40
    assert at["im_peak_min"] < at["iv_peak_min"]  # "before the infusion"
    pushed = facts(iv_given="push")
    assert all(pushed["iv_half_min"] < pushed[f"{lane}_half_min"] for lane in ("im", "nasal"))
    assert pushed["iv_blood_peak_min"] == 0  # "highest at once"


def test_fast_uptake_is_earlier_and_higher():
    fast, slow = (facts(muscle_half_time_min=half) for half in (3, 20))
    assert fast["im_peak_min"] < slow["im_peak_min"]
    assert fast["im_peak_ng_per_mL"] > slow["im_peak_ng_per_mL"]


def test_less_absorbed_is_lower_and_not_later():
    names = [line.channels[0] for chart in scene.charts if chart.tab == "Less absorbed" for line in chart.lines]
    whole, less = (curves({}, names)[name] for name in names)
    assert np.argmax(whole) == np.argmax(less)
    assert less.max() / whole.max() == pytest.approx(41 / 93, rel=READ_OFF)


def test_about_half_of_the_sprays_reaches_blood():
    """40 % by the lining; of the other 60 % the published 18.6 %: 0.4 + 0.6 · 0.186 = 0.51."""
    reaching = pharmacokinetics.bioavailability("nasal_84mg", "perez_ruixo_2021", swallowed_fraction=0.6)
    assert float(reaching) == pytest.approx(0.51, abs=0.01)


def test_the_bins_about_the_nasal_peak_are_half_and_all_of_the_infusions():
    (step,) = [step for step in scene.story if step.ask and step.ask.fact == "nasal_peak_ng_per_mL"]
    peak = facts(**step.values)["iv_peak_ng_per_mL"]
    assert step.ask.bins == pytest.approx((peak / 2, peak), rel=0.005)


def test_two_rulers_differ_twofold():
    venous, arterial = (facts(disposition=d)["iv_blood_peak_ng_per_mL"] for d in onset.DISPOSITIONS)
    assert arterial / venous == pytest.approx(2, abs=0.15)  # "about twice"
    (step,) = [step for step in scene.story if step.ask and step.ask.fact == "iv_blood_peak_ng_per_mL"]
    assert f"{venous:.0f} ng/mL" in step.text


def test_the_muscle_has_a_speed_of_its_own_with_each_model():
    """With the other, half has to leave in about 30 min for the recalled peak in blood after 20."""
    blood = pharmacokinetics.blood_ng_per_mL("im", np.arange(181.0), "kamp_2020", absorption_per_min=np.log(2) / 30)
    assert abs(int(np.argmax(blood)) - 20) <= 1
    told = [next(c for c in scene.controls if c.name == "muscle_half_time_min").about, *scene.leaves_out]
    assert sum("about 30" in text for text in told) == 2


@pytest.mark.parametrize("lag", [1, 3, 15])
def test_a_push_acts_later_here_than_was_measured(lag):
    measured = parameters("pharmacokinetics_published")["push_effect_peak_min"].value
    assert round(measured) == 2
    assert facts(iv_given="push", effect_half_time_min=lag)["iv_peak_min"] > 2 * measured  # "whatever the lag"
    told = [step.outcome for step in scene.story if step.values.get("iv_given") == "push"] + list(scene.leaves_out)
    assert sum("two minutes" in text for text in told) == 2


def test_what_is_swallowed_instead_comes_later():
    little, much = (facts(swallowed_fraction=share) for share in (0.3, 0.8))
    assert much["nasal_peak_min"] > little["nasal_peak_min"]
    assert much["nasal_peak_ng_per_mL"] < little["nasal_peak_ng_per_mL"]


@pytest.mark.parametrize(("lane", "arm"), [("iv", "iv_infusion"), ("im", "im"), ("nasal", "nasal_84mg")])
def test_most_people_peak_within_what_is_told(lane, arm):
    everyone = pharmacokinetics.effect_site_ng_per_mL(
        arm, np.arange(181.0), "perez_ruixo_2021", half_time_min=3.0, of=onset.PEOPLE
    ).max(axis=-1)
    said = facts()
    low, high = said[f"{lane}_peak_low_ng_per_mL"], said[f"{lane}_peak_high_ng_per_mL"]
    assert 0.75 < np.mean((low <= everyone) & (everyone <= high)) < 0.95


def test_a_chart_of_fixed_height_says_that_curves_leave_it():
    for chart in scene.charts:
        if "ng/mL" in chart.unit:
            assert chart.range is None or f"above {chart.range[1]} ng/mL leaves the chart" in chart.note, chart.title


def test_the_people_told_of_are_the_people_drawn():
    assert onset.SHOWN == 6
    told = " ".join([scene.picture, *(step["text"] + step["outcome"] for step in scene.spec["story"])])
    assert "six people" in told
    assert "six of 200 people" in told
    for lane in LANES:
        drawn = [a for a in scene.actors if isinstance(a, Trace) and a.faint and a.part == f"#{lane}-people"]
        assert len(drawn) == onset.SHOWN


def test_of_the_people_drawn_the_highest_nasal_peak_is_more_than_twice_the_lowest():
    names = [f"nasal_person_{i}" for i in range(1, onset.SHOWN + 1)]
    peaks = [curve.max() for curve in curves({}, names).values()]
    assert max(peaks) > 2 * min(peaks)
    assert onset.PEOPLE.count == 200


def test_people_are_drawn_in_the_band_and_beside_it():
    """Most lie in it: at the typical peak most of those drawn do."""
    for lane in LANES:
        names = [f"{lane}_person_{i}" for i in range(1, onset.SHOWN + 1)]
        found = curves({}, [*names, f"{lane}_effect_low", f"{lane}_effect_high", f"{lane}_effect"])
        at = int(np.argmax(found[f"{lane}_effect"]))
        low, high = found[f"{lane}_effect_low"][at], found[f"{lane}_effect_high"][at]
        assert low < found[f"{lane}_effect"][at] < high
        assert sum(low <= found[name][at] <= high for name in names) > onset.SHOWN / 2


def test_what_laypeople_are_told_wrong_has_its_card():
    shown = {claim for step in scene.story for claim in step.claims}
    for wrong in (
        *("iv-instant", "im-directly-into-blood", "nasal-straight-to-brain", "bioavailability-better"),
        *("iv-most-effective", "im-is-slower-iv", "spravato-is-esketamine"),
    ):
        assert claims()[wrong].grade == "corrected"
        assert wrong in shown, wrong
    assert {"one-disposition", "absorption-height-not-time", "people-differ", "benefit-not-concentration"} <= shown


def test_at_least_four_predictions_and_three_cards_a_step_at_most():
    """On a projector a fourth card has no room."""
    assert sum(step.ask is not None for step in scene.story) >= 4
    assert max(len(step.claims) for step in scene.story) <= 3


# --- words -----------------------------------------------------------------------------------------


def test_the_words_of_the_start_by_hand():
    said = scene.describe({}).replace("\N{NO-BREAK SPACE}", " ")
    assert "Into a vein over 40 minutes" in said
    assert "half leaves in 6.9 min" in said
    assert "60 % swallowed" in said
    assert "half-time of 3 min" in said
    assert "esketamine in venous blood" in said
    at = facts()
    for lane in LANES:
        assert f"{round(at[f'{lane}_peak_ng_per_mL'])} ng/mL" in said


@pytest.mark.parametrize("given", onset.IV_ARMS)
@pytest.mark.parametrize("disposition", onset.DISPOSITIONS)
def test_the_words_tell_one_way_into_the_vein_and_one_model(given, disposition):
    said = scene.describe({"iv_given": given, "disposition": disposition})
    assert said.count("Into a vein") == 1
    assert said.count("All are followed") == 1


# --- picture ---------------------------------------------------------------------------------------


def test_the_three_lanes_share_one_axis():
    drawn = parts()
    boxes = {actor.part for actor in scene.actors if isinstance(actor, Trace)}
    assert len(boxes) == 12  # past, people, blood and effect site of three lanes
    edges = {(drawn[box].get("x"), drawn[box].get("width")) for box in boxes}
    assert len(edges) == 1
    left, width = map(float, edges.pop())
    ticks = [node for node in drawn["#axis"].iter() if (node.text or "").isdigit()]
    assert [int(tick.text) for tick in ticks] == [0, 30, 60, 90, 120, 150, 180]
    for tick in ticks:
        assert float(tick.get("x")) == pytest.approx(left + width * int(tick.text) * MINUTE, abs=0.1)


def test_flags_stand_on_the_curve_of_their_lane():
    traces = {(actor.part, actor.signal, actor.at) for actor in scene.actors if isinstance(actor, Trace)}
    flags = [actor for actor in scene.actors if isinstance(actor, Flag)]
    assert len(flags) == 6
    for flag in flags:
        assert (flag.box, flag.level, flag.at) in traces
        assert flag.signal.split("_")[0] == flag.level.split("_")[0] == flag.part[1:].split("-")[0]


def glowing(values):
    """Give which of the parts that come and go are shown, and whether each is wholly there or gone."""
    at = facts(**values)
    strength = {}
    for actor in scene.actors:
        if isinstance(actor, Glow):
            low, high = actor.at
            strength[actor.part] = float(np.clip((at[actor.signal] - low) / (high - low), 0, 1))
    assert set(strength.values()) <= {0.0, 1.0}, (values, strength)
    return {part for part, strong in strength.items() if strong}


@pytest.mark.parametrize("given", onset.IV_ARMS)
@pytest.mark.parametrize("disposition", onset.DISPOSITIONS)
def test_what_is_drawn_as_given_is_what_is_given(given, disposition):
    shown = glowing({"iv_given": given, "disposition": disposition})
    assert shown & {"#infusion", "#by-drip", "#arm-drip", "#push", "#by-push", "#arm-push"} == (
        {"#infusion", "#by-drip", "#arm-drip"} if given == "over 40 min" else {"#push", "#by-push", "#arm-push"}
    )
    assert shown & {"#nasal-joint", "#nasal-racemic", "#more-sprays"} == (
        {"#nasal-joint"} if disposition == "one for all routes" else {"#nasal-racemic", "#more-sprays"}
    )


def test_what_is_given_is_marked_on_the_axis():
    """The pump runs to minute 40; three sprays, or five, stand five minutes apart."""
    drawn = parts()
    box = drawn["#iv-effect"]
    left, width = float(box.get("x")), float(box.get("width"))
    (bar,) = [node for node in drawn["#infusion"] if node.tag.endswith("rect")]
    assert float(bar.get("x")) == left
    assert float(bar.get("width")) == pytest.approx(width * 40 * MINUTE, abs=0.1)
    lane = drawn["#lane-nasal"]
    sprays = [node for node in lane.iter() if node.get("href") == "#glyph-ketamine" and float(node.get("width")) == 22]
    places = sorted((float(node.get("x")) + 11 - left) / width / MINUTE for node in sprays)
    assert places == pytest.approx([0, 5, 10, 15, 20], abs=0.1)
    more = [node for node in drawn["#more-sprays"].iter() if node.get("href")]
    assert len(more) == 2


def test_the_arms_are_those_of_the_trials():
    written = " ".join(node.text or "" for node in ElementTree.fromstring(scene.picture).iter())
    assert "mg" not in "".join(parts()["#arm-push"].itertext())  # no trial gave it so
    for arm in ("0.5 mg/kg", "84 mg esketamine", "50 mg racemic"):
        assert arm in written


def test_colours_come_from_tokens():
    """No colour is written in the plate, and each lane has its own."""
    drawing = re.sub(r"<symbol.*?</symbol>", "", scene.picture, flags=re.S)
    assert not re.search(r"#[0-9a-fA-F]{3}\b|#[0-9a-fA-F]{6}\b|rgba?\(|hsla?\(", drawing)
    tokens = [re.search(rf"\.on-{lane}{{--trace:var\((--\w+)\)", drawing)[1] for lane in LANES]
    assert len(set(tokens)) == 3


def test_lines_of_routes_differ_in_more_than_colour():
    for chart in scene.charts:
        plain = [line for line in chart.lines if not line.to and not line.faint]
        for one, other in itertools.combinations(plain, 2):
            assert one.dash != other.dash, (chart.title, one.channel, other.channel)
