"""Bad and extreme input to the pharmacokinetic model, virtual people, and landmarks of a curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from explainer.models import pharmacokinetics as pk
from explainer.models.disposition import disposition_of, noresketamine_of, to_norketamine_per_h

Floats = NDArray[np.float64]

way_in: Callable[..., pk.Intake] = pk.Intake  # its fields are arrays, and it makes them of lists
RNG = np.random.default_rng(3)
FOLLOW: list[Callable[..., Any]] = [
    pk.blood_ng_per_mL,
    pk.effect_site_ng_per_mL,
    pk.delayed_ng_per_mL,
    pk.norketamine_ng_per_mL,
    pk.course,
]
EVERY = ", ".join(pk.ARMS)

# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "follow", [*FOLLOW, lambda arm, _: pk.bioavailability(arm), lambda arm, _: pk.arm_intakes(arm)]
)
@pytest.mark.parametrize("arm", ["", "IM", "nasal", "nasal_112mg", "iv"])
def test_unknown_arm_lists_all(follow: Callable[..., Any], arm: str) -> None:
    with pytest.raises(ValueError, match=f"no arm '{arm}'; there are {EVERY}"):
        follow(arm, [0, 1])


@pytest.mark.parametrize("follow", [f for f in FOLLOW if f is not pk.norketamine_ng_per_mL])
@pytest.mark.parametrize("disposition", ["", "Kamp", "fanta_2015", None, 3])
def test_unknown_disposition_lists_all(follow: Callable[..., Any], disposition: Any) -> None:
    with pytest.raises(ValueError, match=r"no disposition .*perez_ruixo_2021, kamp_2020, domino"):
        follow("im", [0, 1], disposition)
    with pytest.raises(ValueError, match=r"no disposition .*perez_ruixo_2021, kamp_2020, domino"):
        follow([way_in("vein", 1, 0)], [0, 1], disposition)


@pytest.mark.parametrize(
    ("arm", "disposition"),
    [(arm, d) for arm, there in pk.ARMS.items() for d in pk.DISPOSITIONS if d not in there],
)
def test_an_arm_only_where_it_was_fitted(arm: str, disposition: str) -> None:
    there = ", ".join(name for name, ways in pk.ARMS.items() if disposition in ways)
    with pytest.raises(ValueError, match=f"'{disposition}' does not hold the arm '{arm}'.*It has {there}"):
        pk.blood_ng_per_mL(arm, [0], disposition)


def test_noresketamine_only_in_the_joint_disposition() -> None:
    with pytest.raises(ValueError, match="'perez_ruixo_2021' does not hold the arm 'nasal_racemic_50mg'"):
        pk.norketamine_ng_per_mL("nasal_racemic_50mg", [0])


@pytest.mark.parametrize("follow", FOLLOW)
@pytest.mark.parametrize("arm", pk.ARMS)
def test_a_keyword_that_the_arm_does_not_have(follow: Callable[..., Any], arm: str) -> None:
    if follow is pk.norketamine_ng_per_mL and arm == "nasal_racemic_50mg":
        return
    given: dict[str, Any] = {} if follow is pk.norketamine_ng_per_mL else {"disposition": pk.ARMS[arm][0]}
    has = {"bioavailability", "absorption_per_min"} if arm == "im" else set()
    has |= {"swallowed_fraction"} if arm.startswith("nasal") else set()
    for keyword in ("bioavailability", "absorption_per_min", "swallowed_fraction"):
        follow(arm, [0, 1], **given, **{keyword: None})
        if keyword in has:
            follow(arm, [0, 1], **given, **{keyword: 0.5})
        else:
            with pytest.raises(ValueError, match=f"arm '{arm}' has no {keyword}"):
                follow(arm, [0, 1], **given, **{keyword: 0.5})
    with pytest.raises(
        ValueError, match="no 'dose'; there are bioavailability, absorption_per_min, swallowed_fraction"
    ):
        follow(arm, [0, 1], **given, dose=1)


@pytest.mark.parametrize("follow", FOLLOW)
def test_own_ways_in_take_no_keywords(follow: Callable[..., Any]) -> None:
    own = [way_in("vein", 1, 0)]
    for keyword in ("bioavailability", "absorption_per_min", "swallowed_fraction"):
        with pytest.raises(ValueError, match=f"{keyword} belongs to a named arm"):
            follow(own, [0, 1], **{keyword: 0.5})
    with pytest.raises(ValueError, match="at least one"):
        follow([], [0, 1])


# --- numbers -----------------------------------------------------------------------------------------

NOT_A_TIME = [-1.0, -1e-300, np.nan, np.inf, -np.inf]
NOT_A_SHARE = [-0.1, -1e-300, 1 + 1e-12, 2, np.nan, np.inf]
NOT_A_RATE = [0, -0.1, np.nan, np.inf, 1e-300, 1e300]
NOT_A_WAIT = [-1, -1e-300, np.nan, np.inf, 1e7]


@pytest.mark.parametrize("wrong", NOT_A_TIME)
@pytest.mark.parametrize("follow", FOLLOW)
def test_minutes(follow: Callable[..., Any], wrong: float) -> None:
    for minutes in ([wrong], [0, wrong, 5], [[1, 2], [wrong, 3]]):
        with pytest.raises(ValueError, match="minutes must be finite and 0 or more"):
            follow("im", minutes)


@pytest.mark.parametrize("follow", FOLLOW)
def test_shares_and_rates(follow: Callable[..., Any]) -> None:
    for wrong in NOT_A_SHARE:
        with pytest.raises(ValueError, match="swallowed_fraction must be finite and 0 to 1"):
            follow("nasal_28mg", [0], swallowed_fraction=[0.5, wrong])
        with pytest.raises(ValueError, match="bioavailability must be finite and 0 to 1"):
            follow("im", [0], bioavailability=[0.5, wrong])
    for wrong in NOT_A_RATE:
        with pytest.raises(ValueError, match="absorption_per_min must be finite and"):
            follow("im", [0], absorption_per_min=[0.1, wrong])


@pytest.mark.parametrize("wrong", NOT_A_WAIT)
def test_half_times(wrong: float) -> None:
    waits: Any
    for waits in ([wrong], [3, wrong], [[wrong], [3]]):
        with pytest.raises(ValueError, match=r"half_times?_min must be finite and 0"):
            pk.effect_site_ng_per_mL("im", [0], half_time_min=waits)
    with pytest.raises(ValueError, match="half_times_min must be finite and 0"):
        pk.delayed_ng_per_mL("im", [0], half_times_min=(3, wrong))


def test_a_delay_of_zero_in_a_chain() -> None:
    chain: Any
    for chain in [(0, 3), (3, 0), (3, [0, 1])]:
        with pytest.raises(ValueError, match="leave out a delay of 0"):
            pk.delayed_ng_per_mL("im", [0], half_times_min=chain)


@pytest.mark.parametrize("follow", FOLLOW)
def test_shapes_that_do_not_fit(follow: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"broadcast|shape"):
        follow("im", [0, 1], bioavailability=[0.1, 0.2], absorption_per_min=[0.1, 0.2, 0.3])
    if follow is pk.effect_site_ng_per_mL:
        with pytest.raises(ValueError, match=r"broadcast|shape"):
            follow("im", [0, 1], half_time_min=[1, 2], absorption_per_min=[0.1, 0.2, 0.3])


BAD_INTAKE: list[tuple[dict[str, Any], str]] = [
    ({"site": "arm"}, "no site 'arm'; there are vein, muscle, nose, mouth, gut"),
    ({"site": None}, "vein, muscle, nose, mouth, gut"),
    ({"into": "brain"}, "'blood' or 'liver'; got 'brain'"),
    ({"portions_mg": [1, 2]}, "one column for each start"),
    ({"portions_mg": np.ones((3, 2))}, "one column for each start"),
    ({"starts_min": [[0.0]]}, "one column for each start"),
    ({"starts_min": []}, "one column for each start"),
    *(({"portions_mg": [w]}, "portions_mg must be finite and 0 or more") for w in NOT_A_TIME),
    *(({"starts_min": [w]}, "starts_min must be finite and 0 or more") for w in NOT_A_TIME),
    *(({"lasts_min": w}, "lasts_min must be finite and 0 or more") for w in NOT_A_TIME),
    *(({"passes_fraction": w}, "passes_fraction must be finite and 0 to 1") for w in NOT_A_SHARE),
    *(({"absorption_per_min": w}, "absorption_per_min must be finite and") for w in NOT_A_RATE),
]


@pytest.mark.parametrize(("change", "message"), BAD_INTAKE)
def test_bad_intake(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"site": "gut", "portions_mg": [1.0], "starts_min": [0.0], "absorption_per_min": 0.1}
    with pytest.raises(ValueError, match=message):
        pk.Intake(**(good | change))


def test_a_depot_needs_an_uptake_and_a_liver() -> None:
    with pytest.raises(ValueError, match="absorption_per_min"):
        way_in("muscle", 1, 0)
    assert way_in("vein", 1, 0).dose_mg == 1
    for change in ({"passes_fraction": 0.5}, {"into": "liver"}):
        with pytest.raises(ValueError, match="leave out passes_fraction and into"):
            way_in("vein", 1, 0, **change)
    swallowed = [way_in("gut", 1, 0, absorption_per_min=0.1, into="liver")]
    for disposition in ("kamp_2020", "domino"):
        with pytest.raises(ValueError, match=f"'{disposition}' has no liver; it has blood, shallow, deep"):
            pk.blood_ng_per_mL(swallowed, [0], disposition)


# --- anything ----------------------------------------------------------------------------------------

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.floats(0, 1),
    st.floats(0, 1e4),
    st.integers(-(10**20), 10**20),
    st.text(max_size=5),
    st.lists(st.floats(), max_size=4),
    st.lists(st.floats(0, 1), max_size=3),
    st.lists(st.text(max_size=3), max_size=3),
    st.lists(st.lists(st.floats(0, 1), max_size=2), max_size=2),
)
LATEST_min = 1e9  # beyond, differences of times lose the digits that they need
SHORTEST_min = 1e-290  # below, the rate of a delay overflows


def numbers(value: Any) -> Floats:
    """Give what NumPy makes of it, or nothing."""
    try:
        return np.asarray(value, float)
    except ValueError:
        return np.zeros(0)


def answered(follow: Callable[..., Any], arm: Any, minutes: Any, keywords: dict[str, Any]) -> bool:
    """Whether there was an answer; it is finite. Otherwise the error was a ValueError."""
    try:
        result = follow(arm, minutes, **keywords)
    except ValueError:
        return False
    for value in result.rooms_mg.values() if isinstance(result, pk.Course) else [result]:
        assert np.isfinite(value).all()
    return True


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(FOLLOW),
    st.one_of(st.sampled_from([*pk.ARMS]), st.text(max_size=3)),
    st.one_of(st.just([0.0, 3.0, 100.0]), ANYTHING),
    st.dictionaries(
        st.sampled_from(
            ["bioavailability", "absorption_per_min", "swallowed_fraction", "half_time_min", "disposition"]
        ),
        st.one_of(ANYTHING, st.floats(0, 1), st.sampled_from(pk.DISPOSITIONS)),
        max_size=2,
    ),
)
def test_anything_gives_a_course_or_a_value_error(
    follow: Callable[..., Any], arm: Any, minutes: Any, keywords: dict[str, Any]
) -> None:
    """Within the two limits above."""
    if np.any(numbers(minutes) > LATEST_min):
        minutes = [1.0]
    if np.any(numbers(keywords.get("half_time_min", 3.0)) < SHORTEST_min):
        keywords.pop("half_time_min", None)
    if follow is pk.norketamine_ng_per_mL:
        keywords.pop("disposition", None)
    answered(follow, arm, minutes, keywords)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([f for f in FOLLOW if f is not pk.norketamine_ng_per_mL]),
    st.sampled_from(pk.DISPOSITIONS),
    st.lists(st.floats(0, LATEST_min), min_size=1, max_size=4),
    st.floats(0, 1),
    st.one_of(st.floats(1e-9, 1e6), st.floats(1e-3, 1)),
    st.one_of(st.floats(SHORTEST_min, 1e6), st.floats(0.1, 60)),
)
def test_all_within_the_limits_is_answered(
    follow: Callable[..., Any], disposition: str, minutes: list[float], share: float, rate: float, half_time: float
) -> None:
    keywords: dict[str, Any] = {"disposition": disposition, "bioavailability": share, "absorption_per_min": rate}
    if follow is pk.effect_site_ng_per_mL:
        keywords["half_time_min"] = half_time
    assert answered(follow, "im", minutes, keywords)


@pytest.mark.parametrize("follow", [pk.blood_ng_per_mL, pk.effect_site_ng_per_mL, pk.norketamine_ng_per_mL])
def test_one_time_alone(follow: Callable[..., Any]) -> None:
    """`minutes` is an ArrayLike, and other models take a number."""
    assert follow("im", 5.0) == follow("im", [5.0])[0]


@pytest.mark.parametrize("arm", ["im", "iv_infusion", "nasal_84mg"])
def test_a_course_of_no_times(arm: str) -> None:
    assert pk.course(arm, []).rooms_mg["blood"].shape == (0,)


def test_every_room_has_the_same_shape() -> None:
    course = pk.course("im", [0, 1, 2], of=pk.people(4, RNG), bioavailability=[0.41, 0.93])
    assert {room.shape for room in course.rooms_mg.values()} == {(2, 4, 3)}


# --- extremes ----------------------------------------------------------------------------------------

TIMES = np.array([0, 1e-12, 1e-3, 1, 60, 1e3, 1e6])


@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
@pytest.mark.parametrize("rate", [1e-9, 1e-6, 1e3, 1e6])
def test_uptake_very_slow_and_very_fast(disposition: str, rate: float) -> None:
    course = pk.course("im", TIMES, disposition, absorption_per_min=rate)
    rooms = np.stack(list(course.rooms_mg.values()))
    assert rooms.min() > -1e-9
    assert np.abs(rooms.sum(axis=0) - 35).max() < 1e-9 * 35
    assert course.rooms_mg["muscle"] == pytest.approx(35 * np.exp(-rate * TIMES), rel=1e-8, abs=1e-9)
    blood = pk.blood_ng_per_mL("im", TIMES, disposition, absorption_per_min=rate)
    if rate >= 1e3:
        push = pk.blood_ng_per_mL("iv_push", TIMES, disposition)
        assert blood[3:] == pytest.approx(0.93 * push[3:], rel=0.01)
    else:
        assert blood.max() < 40


@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
@pytest.mark.parametrize("half_time", [1e-9, 1e-3, 1e4, 1e6])
def test_delays_very_short_and_very_long(disposition: str, half_time: float) -> None:
    site = pk.effect_site_ng_per_mL("iv_infusion", TIMES, disposition, half_time_min=half_time)
    blood = pk.blood_ng_per_mL("iv_infusion", TIMES, disposition)
    assert site.min() > -1e-9
    if half_time <= 1e-3:
        assert site[3:] == pytest.approx(blood[3:], rel=2e-3, abs=1e-9)
    else:
        assert site[:-1].max() < blood.max() / 30


@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
@pytest.mark.parametrize("dose", [1e-12, 1e9])
def test_doses_very_small_and_very_large(disposition: str, dose: float) -> None:
    def curve(mg: float) -> Floats:
        own = [way_in("muscle", [mg, mg], [0, 30], absorption_per_min=0.1)]
        return pk.effect_site_ng_per_mL(own, TIMES, disposition)

    assert curve(dose) == pytest.approx(dose * curve(1.0), rel=1e-9, abs=1e-12 * dose)


@pytest.mark.parametrize("lasts", [1e-3, 0.1])
def test_a_short_infusion_is_a_push(lasts: float) -> None:
    late = np.array([5.0, 40, 300])
    short = pk.blood_ng_per_mL([way_in("vein", 35, 0, lasts)], late, "kamp_2020")
    assert short == pytest.approx(pk.blood_ng_per_mL("iv_push", late, "kamp_2020"), rel=0.1 * lasts)


def test_everything_and_nothing_is_swallowed() -> None:
    """Nothing: the mucosa's part alone. Everything: only what passes gut wall and liver, F = 0.178."""
    none, whole = pk.bioavailability("nasal_56mg", swallowed_fraction=[0, 1])
    assert none == pytest.approx(1, rel=1e-12)
    assert whole == pytest.approx(0.64 * 151 / (151 + 101 * 3.88), rel=1e-12)
    of = pk.people(20, RNG)
    spread = pk.course("nasal_56mg", [0], of=of, swallowed_fraction=[[0.0], [0.5], [1.0]][1:2])
    assert spread.rooms_mg["nose"].shape[-2:] == (20, 1)
    edge = pk.course("nasal_56mg", [0], of=of, swallowed_fraction=[0.0, 1.0]).rooms_mg
    assert edge["nose"][0, :, 0] == pytest.approx(np.full(20, 28), rel=1e-12)  # people differ in shares between
    assert np.abs(edge["nose"][1, :, 0]).max() < 1e-12


# --- people ------------------------------------------------------------------------------------------

VARYING = {
    "blood", "shallow", "deep", "liver", "liver_flow", "clearance", "exchange", "other_metabolites",
    "to_norketamine", "nasal_fraction", "nasal_mucosa", "swallowed", "intramuscular",
    "norketamine_blood", "norketamine_clearance",
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 7, 200])
def test_people_are_spread_evenly(count: int) -> None:
    """Each quantity takes the middle of each of `count` equal parts of the normal distribution, once."""
    found = pk.people(count, np.random.default_rng(1))
    assert found.count == count
    assert set(found.deviates) == VARYING
    middles = norm.ppf((np.arange(count) + 0.5) / count)
    for deviates in found.deviates.values():
        assert np.sort(deviates) == pytest.approx(middles, abs=1e-9)


def test_people_come_again_from_the_same_numbers() -> None:
    one, same, other = (pk.people(50, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for name in VARYING:
        assert np.array_equal(one.deviates[name], same.deviates[name])
        assert not np.array_equal(one.deviates[name], other.deviates[name])


def test_no_two_quantities_go_together() -> None:
    drawn = pk.people(2000, np.random.default_rng(1))
    together = np.corrcoef(np.stack(list(drawn.deviates.values())))
    assert np.abs(together - np.eye(len(VARYING))).max() < 0.1  # 4.5 standard errors


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-4, 4), min_size=1, max_size=5), st.floats(0.01, 3))
def test_factor_by_hand(deviates: list[float], variation: float) -> None:
    found = pk.People(MappingProxyType({"blood": np.array(deviates)})).factor("blood", variation)
    expected = [math.exp(math.sqrt(math.log(1 + variation**2)) * z) for z in deviates]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("count", [0, -1, 1.0, 2.5, True, None, "3", np.nan, [3]])
def test_bad_count(count: Any) -> None:
    with pytest.raises(ValueError, match="count must be a whole number of 1 or more"):
        pk.people(count, RNG)


def test_people_of_the_middle_are_typical() -> None:
    """One person alone is the median of everything."""
    of = pk.people(1, RNG)
    minutes = np.linspace(0, 300, 31)
    for arm, there in pk.ARMS.items():
        for disposition in there:
            found = pk.blood_ng_per_mL(arm, minutes, disposition, of=of)[0]
            assert found == pytest.approx(pk.blood_ng_per_mL(arm, minutes, disposition), rel=1e-9, abs=1e-9)
    assert noresketamine_of(of).volumes_L[0] == pytest.approx([70, 115])
    assert to_norketamine_per_h(of) == pytest.approx([2.77])
    assert disposition_of("domino", of).volumes_L.shape == (1, 3)


# --- landmarks ---------------------------------------------------------------------------------------


def read(found: pk.Landmarks) -> list[float]:
    return [float(found.peak), float(found.peak_min), float(found.first_min), float(found.above_min)]


def slowly(times: list[float], values: list[float], level: float | None) -> tuple[float, float, float, float]:
    """Peak, its time, the first time at or above the level, and for how long: one cell after the other."""
    peak = max(values)
    peak_min = times[values.index(peak)]
    threshold = peak / 2 if level is None else level
    first, above = math.nan, 0.0
    if values[0] >= threshold:
        first = times[0]
    for a, b, t, u in zip(values, values[1:], times, times[1:], strict=False):
        if a >= threshold and b >= threshold:
            above += u - t
        elif a < threshold <= b:
            crossing = t + (threshold - a) / (b - a) * (u - t)
            above += u - crossing
            first = crossing if math.isnan(first) else first
        elif b < threshold <= a:
            above += (a - threshold) / (a - b) * (u - t)
    return peak, peak_min, first, above


VALUE = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([0.0, 1.0, 2.0, -1.0]))


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.floats(1e-3, 100), VALUE), min_size=2, max_size=9),
    st.one_of(st.none(), VALUE),
    st.floats(0, 100),
)
def test_landmarks_against_slow_python(cells: list[tuple[float, float]], level: float | None, start: float) -> None:
    times = np.cumsum([start, *(step for step, _ in cells[1:])]).tolist()
    values = [value for _, value in cells]
    found, expected = read(pk.landmarks(times, values, level)), slowly(times, values, level)
    assert found[:2] == list(expected[:2])
    assert found[2:] == pytest.approx(expected[2:], rel=1e-9, abs=1e-9, nan_ok=True)


def test_landmarks_of_many_curves() -> None:
    rng = np.random.default_rng(8)
    times = np.cumsum(rng.uniform(0.1, 3, 20))
    curves = rng.normal(size=(3, 4, 20))
    levels = rng.normal(size=4)
    for level in (None, 0.2, levels):
        found = pk.landmarks(times, curves, level)
        for i, j in np.ndindex(3, 4):
            own = levels[j] if level is levels else level
            one = slowly(times.tolist(), curves[i, j].tolist(), own if own is None else float(own))
            got = [found.peak[i, j], found.peak_min[i, j], found.first_min[i, j], found.above_min[i, j]]
            assert got == pytest.approx(list(one), rel=1e-9, nan_ok=True)


def test_landmarks_by_hand() -> None:
    """A triangle 0, 10, 0 over 0, 2, 6 min: half of its peak from minute 1 to 4."""
    triangle: tuple[list[float], list[float]] = ([0, 2, 6], [0, 10, 0])
    assert read(pk.landmarks(*triangle)) == [10, 2, 1, 4 - 1]
    assert read(pk.landmarks(*triangle, 0)) == [10, 2, 0, 6]
    assert read(pk.landmarks(*triangle, 10)) == [10, 2, 2, 0]  # touches
    assert read(pk.landmarks(*triangle, 10.1)) == pytest.approx([10, 2, math.nan, 0], nan_ok=True)
    assert read(pk.landmarks([3, 4], [5, 5])) == [5, 3, 3, 1]
    assert read(pk.landmarks([0, 1, 2], [0, 1, 4], 4)) == [4, 2, 2, 0]


BAD_LANDMARKS: list[tuple[Any, Any, Any, str]] = [
    ([], [], None, "two or more"),
    ([1], [1], None, "two or more"),
    ([1, 1], [1, 2], None, "ascend"),
    ([2, 1], [1, 2], None, "ascend"),
    ([[0, 1]], [1, 2], None, "ascend"),
    ([-1, 0], [1, 2], None, "minutes must be finite"),
    ([0, np.nan], [1, 2], None, "minutes must be finite"),
    ([0, np.inf], [1, 2], None, "minutes must be finite"),
    ([0, 1], [1, 2, 3], None, "values must have 2 columns"),
    ([0, 1], [[1], [2]], None, "values must have 2 columns"),
    ([0, 1], 5.0, None, "values must have 2 columns"),
    ([0, 1], [np.nan, 1], None, "values must be finite; got nan"),
    ([0, 1], [1, np.inf], None, "values must be finite; got inf"),
    ([0, 1], [1, 2], [1, 2, 3], "broadcast"),
    ([0, 1], [[1, 2], [3, 4]], [1, 2, 3], "broadcast"),
]


@pytest.mark.parametrize(("minutes", "values", "threshold", "message"), BAD_LANDMARKS)
def test_bad_landmarks(minutes: Any, values: Any, threshold: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pk.landmarks(minutes, values, threshold)


# --- what is no arm, no chain of delays, no threshold ------------------------------------------------


@pytest.mark.parametrize("arm", [None, 3, [3], ["im"], {"im": 1}])
def test_what_is_no_arm_is_refused_with_what_there_is(arm: Any) -> None:
    with pytest.raises(ValueError, match=r"iv_infusion, .*or a list of Intake"):
        pk.blood_ng_per_mL(arm, [0.0])


def test_one_way_in_needs_no_list() -> None:
    one = way_in("muscle", 10, 0, absorption_per_min=0.1)
    assert pk.blood_ng_per_mL(one, [5.0]) == pk.blood_ng_per_mL([one], [5.0])


def test_keywords_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"'disposition'.*bioavailability"):
        pk.norketamine_ng_per_mL("im", [0.0], disposition="kamp_2020")  # type: ignore[call-arg]


def test_a_delay_alone_is_no_chain() -> None:
    with pytest.raises(ValueError, match="half_times_min must be a list"):
        pk.delayed_ng_per_mL("im", [0.0], half_times_min=3.0)  # type: ignore[arg-type]


def test_nothing_has_no_share() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        pk.bioavailability([way_in("vein", 0, 0)])


def test_a_threshold_is_a_number() -> None:
    with pytest.raises(ValueError, match="threshold must be finite"):
        pk.landmarks([0, 1], [1, 2], np.nan)


def test_what_is_absorbed_has_the_shape_of_the_rooms() -> None:
    course = pk.course("im", [0, 1, 2], of=pk.people(3, np.random.default_rng(1)), bioavailability=[0.1, 0.2])
    assert {taken.shape for taken in course.absorbed_mg.values()} == {(2, 3, 3)}
