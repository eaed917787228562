"""What must hold for the pharmacokinetic model whatever its parameters: identities and invariants.

Numbers are typed from the tables of the evidence file. The equations against another solver stand in
`test_pharmacokinetics_solver`, bad input in `test_pharmacokinetics_input`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explainer.models import pharmacokinetics as pk
from explainer.models.disposition import disposition_of, noresketamine_of

Floats = NDArray[np.float64]
Arm = tuple[str, str]

way_in: Callable[..., pk.Intake] = pk.Intake  # its fields are arrays, and it makes them of lists

ROUNDING = 1e-12
WHOLE = 1e-9  # of the dose: what mass balance may lose
DAY = np.unique(np.concatenate([np.linspace(0, 120, 481), np.linspace(120, 1440, 265)]))

ARMS: list[Arm] = [(name, disposition) for name, there in pk.ARMS.items() for disposition in there]
DOSE_mg = {"iv_push": 35, "iv_infusion": 35, "im": 35, "nasal_28mg": 28, "nasal_56mg": 56, "nasal_84mg": 84,
           "sublingual": 84, "oral_84mg": 84, "nasal_racemic_50mg": 50}  # fmt: skip


def people(count: int, seed: int = 5) -> pk.People:
    return pk.people(count, np.random.default_rng(seed))


def area(curve: Callable[[Floats], Floats], until_min: float = 3e5) -> Floats:
    """Give the area under a curve by Gauss-Legendre between all moments at which an arm may change."""
    own = [0, 5, 10, 13.1, 15, 19.2, 20, 31.8, 36.8, 40, 41.8, 46.8, 51.8]
    edges = np.unique(np.concatenate([own, np.linspace(0, 60, 61), np.geomspace(60, until_min, 120)]))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges)[:, None] / 2
    times = edges[:-1, None] + half * (nodes + 1)
    values = curve(times.ravel()).reshape(-1, *times.shape)
    total: Floats = (values * weights * half).sum(axis=(-2, -1))
    return total


# --- what a disposition is ---------------------------------------------------------------------------

# Volumes and exchange of blood, shallow, deep, (liver), in L and L/h; clearance of each in L/h.
TABLE: dict[str, tuple[list[float], list[float], list[float]]] = {
    "perez_ruixo_2021": ([192, 143, 417, 101], [0, 84.3, 37.6, 151], [0, 0, 0, 101 * (1.11 + 2.77)]),
    "kamp_2020": ([25, 56, 157], [0, 161, 79], [84, 0, 0]),
    "domino": ([4.41, 10.56972, 178.2123], [0, 2.61072 * 60, 2.6019 * 60], [1.93158 * 60, 0, 0]),
    "norketamine": ([70, 115], [0, 26.1], [38, 0]),
}


def body(name: str, of: pk.People | None = None) -> pk.Disposition:
    return noresketamine_of(of) if name == "norketamine" else disposition_of(name, of)


def matrix_per_h(volumes: Sequence[float], exchange: Sequence[float], clearance: Sequence[float]) -> Floats:
    """Rate constants of amounts: out of each compartment, and between it and blood."""
    n = len(volumes)
    matrix = np.zeros((n, n))
    for i in range(n):
        matrix[i, i] -= clearance[i] / volumes[i]
        if i:
            into, back = exchange[i] / volumes[0], exchange[i] / volumes[i]
            matrix[0, 0] -= into
            matrix[i, 0] += into
            matrix[i, i] -= back
            matrix[0, i] += back
    return matrix


@pytest.mark.parametrize("name", TABLE)
def test_sum_and_product_of_the_rates(name: str) -> None:
    """Vieta: minus the trace, and the determinant, of the matrix built from the table."""
    rates_per_h = body(name).modes()[0] * 60
    matrix = matrix_per_h(*TABLE[name])
    assert rates_per_h.sum() == pytest.approx(-np.trace(matrix), rel=ROUNDING)
    assert rates_per_h.prod() == pytest.approx(abs(np.linalg.det(matrix)), rel=1e-10)
    assert np.all(rates_per_h > 0)


@pytest.mark.parametrize("name", ["kamp_2020", "domino"])
def test_three_compartments_by_hand(name: str) -> None:
    """The cubic of three compartments, its coefficients as textbooks print them."""
    (v1, v2, v3), (_, q2, q3), (cl, _, _) = TABLE[name]
    k10, k12, k13, k21, k31 = cl / v1, q2 / v1, q3 / v1, q2 / v2, q3 / v3
    a, b, c = body(name).modes()[0] * 60
    assert a + b + c == pytest.approx(k10 + k12 + k13 + k21 + k31, rel=ROUNDING)
    pairs = k10 * k21 + k10 * k31 + k12 * k31 + k13 * k21 + k21 * k31
    assert a * b + b * c + c * a == pytest.approx(pairs, rel=1e-10)
    assert a * b * c == pytest.approx(k10 * k21 * k31, rel=1e-10)


@pytest.mark.parametrize("name", TABLE)
def test_an_impulse_and_its_first_moment(name: str) -> None:
    """Everything is where it was put, and leaves it with the rate constants of the table."""
    rates, gains = body(name).modes()
    n = len(TABLE[name][0])
    assert gains.sum(axis=-1) == pytest.approx(np.eye(n), abs=ROUNDING)
    slope_per_h = -(gains * rates * 60).sum(axis=-1)  # [into, found in]
    expected = matrix_per_h(*TABLE[name]).T
    assert slope_per_h == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", TABLE)
def test_flows_are_the_same_in_both_directions(name: str) -> None:
    """V1 k12 = V2 k21, and so what goes from i to j over V_j is what goes from j to i over V_i, at any time."""
    found = body(name)
    rates, gains = found.modes()
    volumes = TABLE[name][0]
    slope = -(gains * rates).sum(axis=-1)
    for i in range(1, len(volumes)):
        assert volumes[0] * slope[0, i] == pytest.approx(volumes[i] * slope[i, 0], rel=1e-9)
    for minutes in (0.3, 5.0, 200.0):
        answer = (gains * np.exp(-rates * minutes)).sum(axis=-1)
        scaled = answer * np.array(volumes)[:, None]
        assert scaled == pytest.approx(scaled.T, abs=1e-10)


@pytest.mark.parametrize("name", TABLE)
def test_people_have_bodies_of_their_own(name: str) -> None:
    """Each person's modes are those of a body with that person's volumes and flows."""
    of = people(4)
    together = body(name, of)
    rates, gains = together.modes()
    assert rates.shape == (4, len(TABLE[name][0]))
    for i in range(4):
        matrix = matrix_per_h(
            together.volumes_L[i].tolist(),
            together.exchange_L_per_h[i].tolist(),
            together.clearance_L_per_h[i].tolist(),
        )
        assert rates[i].sum() * 60 == pytest.approx(-np.trace(matrix), rel=ROUNDING)
        slope_per_h = -(gains[..., i, :] * rates[i] * 60).sum(axis=-1)
        assert slope_per_h == pytest.approx(matrix.T, abs=1e-9)


# --- areas -------------------------------------------------------------------------------------------

EXTRACTION = 101 * 3.88 / (151 + 101 * 3.88)
CLEARANCE_L_per_h = {"perez_ruixo_2021": 151 * EXTRACTION, "kamp_2020": 84.0, "domino": 1.93158 * 60}
SWALLOWED = 0.64 * (1 - EXTRACTION)  # gut wall, then liver


def nasal(mucosa: float) -> float:
    return mucosa + (1 - mucosa) * SWALLOWED


REACHING_BLOOD = {
    "iv_push": 1,
    "iv_infusion": 1,
    "im": 0.93,
    "nasal_28mg": nasal(0.54),
    "nasal_56mg": nasal(0.54 * (1 + 0.62) / 2),
    "nasal_84mg": nasal(0.54 * (1 + 2 * 0.62) / 3),
    "nasal_racemic_50mg": nasal(0.54 * (1 + 4 * 0.62) / 5),
    "sublingual": 0.263 + 0.737 * SWALLOWED,
    "oral_84mg": SWALLOWED,
}


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_area_is_what_reaches_blood_over_clearance(arm: str, disposition: str) -> None:
    """And a delay moves the area without changing it."""
    expected = REACHING_BLOOD[arm] * DOSE_mg[arm] * 1000 / CLEARANCE_L_per_h[disposition] * 60
    assert pk.bioavailability(arm, disposition) == pytest.approx(REACHING_BLOOD[arm], rel=ROUNDING)
    assert area(lambda t: pk.blood_ng_per_mL(arm, t, disposition)) == pytest.approx(expected, rel=1e-9)
    delayed = area(lambda t: pk.delayed_ng_per_mL(arm, t, disposition, half_times_min=(15, 45)))
    assert delayed == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("arm", [name for name, there in pk.ARMS.items() if "perez_ruixo_2021" in there])
def test_area_of_noresketamine(arm: str) -> None:
    """All that is not lost at the gut wall ends in the liver, and 2.77 / 3.88 of it becomes noresketamine."""
    swallowed = {
        "nasal_28mg": 0.46, "nasal_56mg": 1 - 0.54 * 0.81, "nasal_84mg": 1 - 0.54 * 2.24 / 3,
        "sublingual": 0.737, "oral_84mg": 1,
    }.get(arm, 0)  # fmt: skip
    entering = 0.93 if arm == "im" else 1 - swallowed * (1 - 0.64)
    expected = DOSE_mg[arm] * entering * 2.77 / 3.88 * 1000 / 38 * 60
    assert area(lambda t: pk.norketamine_ng_per_mL(arm, t)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
def test_area_of_people(disposition: str) -> None:
    of = people(20)
    found = area(lambda t: pk.blood_ng_per_mL("im", t, disposition, of=of), until_min=5e5)
    clearance = body(disposition, of).total_clearance_L_per_h()
    assert found == pytest.approx(35 * 0.93 * 1000 / clearance * 60, rel=1e-6)


# --- where the drug is -------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [None, people(30)], ids=["typical", "people"])
@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_rooms_hold_the_whole_dose(arm: str, disposition: str, of: pk.People | None) -> None:
    course = pk.course(arm, DAY, disposition, of=of)
    rooms = np.stack(np.broadcast_arrays(*course.rooms_mg.values()))
    assert course.dose_mg == pytest.approx(DOSE_mg[arm], rel=ROUNDING)
    assert np.abs(rooms.sum(axis=0) - DOSE_mg[arm]).max() < WHOLE * DOSE_mg[arm]
    assert rooms.min() > -WHOLE
    assert np.all(np.diff(course.rooms_mg["broken_down"]) > -WHOLE)
    for room, falling in [("not_given", True), ("lost", False)]:
        assert np.all(np.diff(course.rooms_mg[room]) * (-1 if falling else 1) > -WHOLE)
    for site, taken in course.absorbed_mg.items():
        assert site in course.rooms_mg
        assert np.all(np.diff(taken) > -WHOLE)


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_blood_holds_its_concentration(arm: str, disposition: str) -> None:
    course = pk.course(arm, DAY, disposition)
    concentration = pk.blood_ng_per_mL(arm, DAY, disposition)
    assert course.rooms_mg["blood"] * 1000 / TABLE[disposition][0][0] == pytest.approx(concentration, abs=1e-9)
    assert concentration.min() > -WHOLE


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_in_the_end_all_is_broken_down_or_lost(arm: str, disposition: str) -> None:
    rooms = pk.course(arm, [0, 1e5], disposition).rooms_mg
    swallowed = sum(i.dose_mg for i in pk.arm_intakes(arm, disposition) if i.site == "gut")
    passes = 0.64 if disposition == "perez_ruixo_2021" else SWALLOWED
    lost = 0.07 * 35 if arm == "im" else swallowed * (1 - passes)
    assert rooms["lost"][1] == pytest.approx(lost, rel=1e-9)
    assert rooms["lost"][1] + rooms["broken_down"][1] == pytest.approx(DOSE_mg[arm], rel=1e-9)


def test_what_lies_where_at_a_moment_by_hand() -> None:
    """84 mg in three sprays, at 5 min: the first has been there for 5, the second has just come."""
    rooms = pk.course("nasal_84mg", [0, 5, 1e-9]).rooms_mg
    mucosa = [28 * 0.54, 28 * 0.54 * 0.62]
    assert rooms["nose"] == pytest.approx([mucosa[0], mucosa[0] * np.exp(-2.93 / 12) + mucosa[1], mucosa[0]], rel=1e-7)
    assert rooms["not_given"] == pytest.approx([56, 28, 56], abs=1e-9)
    assert rooms["gut"][0] == pytest.approx(28 * 0.46, abs=1e-9)
    assert rooms["blood"][0] == pytest.approx(0, abs=1e-9)
    half = pk.course("iv_infusion", [20.0]).rooms_mg
    assert half["not_given"] == pytest.approx([17.5], abs=1e-9)


# --- linear, except in the nose ----------------------------------------------------------------------

SITE = st.sampled_from(["vein", "muscle", "nose", "mouth", "gut"])


@st.composite
def intakes(draw: st.DrawFn, disposition: str) -> pk.Intake:
    count = draw(st.integers(1, 3))
    site = draw(SITE)
    liver = disposition == "perez_ruixo_2021" and site == "gut" and draw(st.booleans())
    return way_in(
        site,
        np.array(draw(st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e3)), min_size=count, max_size=count))),
        np.array(draw(st.lists(st.floats(0, 300), min_size=count, max_size=count))),
        lasts_min=draw(st.one_of(st.just(0.0), st.floats(1, 300))),
        absorption_per_min=draw(st.floats(1e-4, 100)),
        passes_fraction=1.0 if site == "vein" else draw(st.floats(0, 1)),
        into="liver" if liver else "blood",
    )


@st.composite
def ways(draw: st.DrawFn) -> tuple[list[pk.Intake], str]:
    disposition = draw(st.sampled_from(pk.DISPOSITIONS))
    return draw(st.lists(intakes(disposition), min_size=1, max_size=3)), disposition


MINUTES = st.lists(st.floats(0, 3000), min_size=1, max_size=8)


@settings(deadline=None, max_examples=80)
@given(ways(), MINUTES, st.floats(0.1, 60))
def test_any_ways_in(way: tuple[list[pk.Intake], str], minutes: list[float], half_time: float) -> None:
    """Finite, not negative, in balance, and in proportion to the dose; the delay never above the peak."""
    own, disposition = way
    whole = sum(float(intake.dose_mg) for intake in own)
    course = pk.course(own, minutes, disposition)
    rooms = np.stack(list(course.rooms_mg.values()))
    assert rooms.shape[1:] == (len(minutes),)
    assert np.isfinite(rooms).all()
    assert rooms.min() > -1e-8 * max(whole, 1)
    assert np.abs(rooms.sum(axis=0) - whole).max() <= WHOLE * max(whole, 1)
    blood = pk.blood_ng_per_mL(own, minutes, disposition)
    site = pk.effect_site_ng_per_mL(own, minutes, disposition, half_time_min=half_time)
    highest = 1000 * whole / TABLE[disposition][0][0]
    slack = 1e-8 * max(highest, 1)
    assert blood.min() > -slack
    assert blood.max() <= highest + slack
    assert site.min() > -slack
    assert site.max() <= highest + slack
    double = [
        way_in(i.site, 2 * i.portions_mg, i.starts_min, i.lasts_min, i.absorption_per_min, i.passes_fraction, i.into)
        for i in own
    ]
    assert pk.blood_ng_per_mL(double, minutes, disposition) == pytest.approx(2 * blood, rel=1e-9, abs=slack)


@settings(deadline=None, max_examples=40)
@given(ways(), MINUTES)
def test_superposition(way: tuple[list[pk.Intake], str], minutes: list[float]) -> None:
    """Ways in add up, and so do the portions of one."""
    own, disposition = way
    together = pk.effect_site_ng_per_mL(own, minutes, disposition)
    alone = sum(pk.effect_site_ng_per_mL([intake], minutes, disposition) for intake in own)
    single: Any = sum(
        pk.effect_site_ng_per_mL(
            [way_in(i.site, [mg], [at], i.lasts_min, i.absorption_per_min, i.passes_fraction, i.into)],
            minutes,
            disposition,
        )
        for i in own
        for mg, at in zip(i.portions_mg, i.starts_min, strict=True)
    )
    scale = sum(float(i.dose_mg) for i in own) * 1000 / TABLE[disposition][0][0]
    assert together == pytest.approx(alone, abs=1e-12 * scale)
    assert together == pytest.approx(single, abs=1e-9 * max(scale, 1))


@settings(deadline=None, max_examples=40)
@given(ways(), MINUTES, st.floats(0, 500))
def test_later_is_the_same_later(way: tuple[list[pk.Intake], str], minutes: list[float], shift: float) -> None:
    own, disposition = way
    moved = [
        way_in(
            i.site, i.portions_mg, i.starts_min + shift, i.lasts_min, i.absorption_per_min, i.passes_fraction, i.into
        )
        for i in own
    ]
    # away from the moments at which something comes, where rounding decides on which side a time lies
    off = [t for t in minutes if min(abs(t - s) for i in own for s in i.starts_min) > 1e-6]
    before = pk.effect_site_ng_per_mL(own, off, disposition)
    after = pk.effect_site_ng_per_mL(moved, np.add(off, shift), disposition)
    scale = sum(float(i.dose_mg) for i in own) * 1000 / TABLE[disposition][0][0]
    assert after == pytest.approx(before, abs=1e-8 * max(scale, 1))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ARMS), MINUTES, st.integers(0, 7))
def test_an_answer_does_not_depend_on_the_other_times(arm: Arm, minutes: list[float], which: int) -> None:
    """No steps: in any order, many or one, twice the same."""
    i = which % len(minutes)
    name, disposition = arm
    for follow in (pk.blood_ng_per_mL, pk.effect_site_ng_per_mL):
        together = follow(name, minutes, disposition)
        assert follow(name, [minutes[i]], disposition)[0] == pytest.approx(together[i], abs=1e-10)
        assert follow(name, minutes[::-1], disposition)[::-1] == pytest.approx(together, abs=1e-10)
    alone = pk.course(name, [minutes[i]], disposition).rooms_mg
    for room, amount in pk.course(name, minutes, disposition).rooms_mg.items():
        assert alone[room][0] == pytest.approx(amount[i], abs=1e-9)


def test_later_devices_break_the_proportion() -> None:
    """Two devices give less than twice one; with the same share swallowed from each they would not."""
    one, two, three = (pk.blood_ng_per_mL(f"nasal_{mg}mg", DAY) for mg in (28, 56, 84))
    before = np.interp(DAY - 5, DAY, one)
    assert np.all((two < one + before)[DAY > 6])
    assert two.max() < 1.7 * one.max()
    assert three.max() < 2.4 * one.max()
    whole = np.arange(0, 1441.0)
    same = {mg: pk.blood_ng_per_mL(f"nasal_{mg}mg", whole, swallowed_fraction=0.46) for mg in (28, 56, 84)}
    assert same[28] == pytest.approx(pk.blood_ng_per_mL("nasal_28mg", whole), rel=ROUNDING)
    later = [np.r_[np.zeros(n), same[28][: whole.size - n]] for n in (0, 5, 10)]
    assert same[56] == pytest.approx(later[0] + later[1], abs=1e-9)
    assert same[84] == pytest.approx(sum(later), abs=1e-9)


def test_zero_dose_is_nothing() -> None:
    nothing = [way_in("vein", 0.0, 0.0), way_in("gut", [0.0], [3.0], 10, 0.1, 0.5, "liver")]
    assert np.all(pk.blood_ng_per_mL(nothing, DAY) == 0)
    assert np.all(pk.norketamine_ng_per_mL(nothing, DAY) == 0)
    assert all(np.all(room == 0) for room in pk.course(nothing, DAY).rooms_mg.values())


# --- effect site -------------------------------------------------------------------------------------

FINE = np.concatenate([np.arange(0, 160, 0.01), np.arange(160, 400, 0.1)])


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_effect_site_lags_and_smooths(arm: str, disposition: str) -> None:
    """Longer half-time: later, lower, flatter peak; at it, site and blood are equal."""
    half_times = np.array([0, 1, 3, 15, 60])
    curves = pk.effect_site_ng_per_mL(arm, FINE, disposition, half_time_min=half_times)
    assert np.array_equal(curves[0], pk.blood_ng_per_mL(arm, FINE, disposition))
    found = pk.landmarks(FINE, curves)
    assert np.all(np.diff(found.peak_min) > 0)
    assert np.all(np.diff(found.peak) < 0)
    steepest = np.abs(np.diff(curves) / np.diff(FINE)).max(axis=-1)
    assert np.all(np.diff(steepest[1:]) < 0)
    for peak, minute in zip(found.peak[1:], found.peak_min[1:], strict=True):
        there = pk.blood_ng_per_mL(arm, [minute - 0.1, minute + 0.1], disposition)
        assert there.min() - 1e-6 <= peak <= there.max() + 1e-6
    rising = found.peak_min[0] > FINE
    assert np.all(curves[2][rising] <= curves[0][rising] + 1e-9)


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_no_delay_in_the_limit(arm: str, disposition: str) -> None:
    """The difference vanishes in proportion to the half-time."""
    blood = pk.blood_ng_per_mL(arm, DAY[DAY > 1], disposition)
    off = [
        np.abs(pk.effect_site_ng_per_mL(arm, DAY[DAY > 1], disposition, half_time_min=h) - blood).max()
        for h in (1e-2, 1e-3, 1e-4, 1e-8)
    ]
    assert off[3] < 1e-6 * blood.max()
    for slower, faster in pairwise(off[:3]):
        assert 5 < slower / faster < 15


def test_a_chain_of_delays_has_no_order() -> None:
    one = pk.delayed_ng_per_mL("im", DAY, half_times_min=(3, 45))
    other = pk.delayed_ng_per_mL("im", DAY, half_times_min=(45, 3))
    assert one == pytest.approx(other, abs=1e-9)
    alone = pk.delayed_ng_per_mL("im", DAY, half_times_min=(3,))
    assert np.array_equal(alone, pk.effect_site_ng_per_mL("im", DAY, half_time_min=3))
    assert np.array_equal(pk.delayed_ng_per_mL("im", DAY), pk.blood_ng_per_mL("im", DAY))


@pytest.mark.parametrize("arm", [name for name, there in pk.ARMS.items() if "perez_ruixo_2021" in there])
def test_noresketamine_comes_after(arm: str) -> None:
    product = pk.norketamine_ng_per_mL(arm, DAY)
    blood = pk.blood_ng_per_mL(arm, DAY)
    assert abs(product[0]) < 1e-9
    assert product.min() > -WHOLE
    assert pk.landmarks(DAY, product).peak_min > pk.landmarks(DAY, blood).peak_min


# --- shapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [None, 1, 6])
def test_keywords_people_and_times_have_axes_of_their_own(count: int | None) -> None:
    """Each axis against one by one."""
    of = None if count is None else people(count)
    who = () if count is None else (count,)
    half, share, rate = np.array([0, 3, 15.0])[:, None, None], np.array([0.41, 0.93])[:, None], np.array([0.03, 0.1])
    minutes = np.array([0, 7, 40, 500.0])
    grid: dict[str, Any] = {"bioavailability": share, "absorption_per_min": rate}
    site = pk.effect_site_ng_per_mL("im", minutes, half_time_min=half, of=of, **grid)
    blood = pk.blood_ng_per_mL("im", minutes, of=of, **grid)
    assert site.shape == (3, 2, 2, *who, 4)
    assert blood.shape == (2, 2, *who, 4)
    assert pk.norketamine_ng_per_mL("im", minutes, of=of, **grid).shape == (2, 2, *who, 4)
    rooms = pk.course("im", minutes, of=of, **grid).rooms_mg
    assert np.broadcast_shapes(*(room.shape for room in rooms.values())) == (2, 2, *who, 4)
    for i, j, k in np.ndindex(3, 2, 2):
        one: dict[str, Any] = {"bioavailability": share[j, 0], "absorption_per_min": rate[k]}
        alone = pk.effect_site_ng_per_mL("im", minutes, half_time_min=half[i, 0, 0], of=of, **one)
        assert site[i, j, k] == pytest.approx(alone, rel=1e-11, abs=1e-11)
        assert blood[j, k] == pytest.approx(pk.blood_ng_per_mL("im", minutes, of=of, **one), rel=1e-11, abs=1e-11)
        single = pk.course("im", minutes, of=of, **one).rooms_mg
        for room in ("muscle", "blood", "lost", "broken_down"):
            many = np.broadcast_to(rooms[room], (2, 2, *who, 4))[j, k]
            assert many == pytest.approx(np.broadcast_to(single[room], many.shape), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_people_are_followed_one_by_one(arm: str, disposition: str) -> None:
    of = people(5)
    minutes = np.array([0, 7, 40, 500.0])
    together = pk.effect_site_ng_per_mL(arm, minutes, disposition, of=of)
    assert together.shape == (5, 4)
    for i in range(5):
        alone = pk.People({name: deviates[i : i + 1] for name, deviates in of.deviates.items()})
        found = pk.effect_site_ng_per_mL(arm, minutes, disposition, of=alone)
        assert found.shape == (1, 4)
        assert found[0] == pytest.approx(together[i], rel=1e-10, abs=1e-10)
    assert np.ptp(together[:, 2]) > 1


@pytest.mark.parametrize(("arm", "disposition"), [a for a in ARMS if a[0].startswith("nasal")])
def test_swallowed_fraction_has_axes(arm: str, disposition: str) -> None:
    shares = np.array([[0.0, 0.3], [0.7, 1.0]])
    minutes = np.array([1, 30, 90.0])
    grid = pk.blood_ng_per_mL(arm, minutes, disposition, swallowed_fraction=shares)
    assert grid.shape == (2, 2, 3)
    for i, j in np.ndindex(2, 2):
        alone = pk.blood_ng_per_mL(arm, minutes, disposition, swallowed_fraction=shares[i, j])
        assert grid[i, j] == pytest.approx(alone, rel=1e-11)
    assert np.all(np.diff(grid[..., 1].ravel()) < 0)  # the more is swallowed, the less gets on
    with_people = pk.blood_ng_per_mL(arm, minutes, disposition, swallowed_fraction=shares, of=people(4))
    assert with_people.shape == (2, 2, 4, 3)


@pytest.mark.parametrize("shape", [(0,), (1,), (5,), (2, 3), (2, 0)])
def test_shapes_of_times(shape: tuple[int, ...]) -> None:
    minutes = np.linspace(0, 100, int(np.prod(shape))).reshape(shape)
    for arm in ("im", "iv_infusion", "nasal_56mg"):
        assert pk.blood_ng_per_mL(arm, minutes).shape == shape
        assert pk.effect_site_ng_per_mL(arm, minutes, half_time_min=[1, 2]).shape == (2, *shape)
        assert pk.norketamine_ng_per_mL(arm, minutes, of=people(3)).shape == (3, *shape)


def test_import_is_light() -> None:
    modules = "explainer.models.pharmacokinetics, explainer.models.effects"
    code = f"import sys, {modules}; print(sorted(sys.modules.keys() & {{'scipy', 'explainer.player'}}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
