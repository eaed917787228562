"""What must hold for the synapse whatever comes: balance, an independent solver, bad input."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from explainer.models import glutamate

Floats = NDArray[np.float64]
PLACES = ("vesicle", "cleft", "beside", "taken_up", "away")

releases = st.lists(st.floats(-2, 3), max_size=30).map(sorted)
times = st.lists(st.floats(-3, 5), min_size=1, max_size=20).map(np.array)
shares = st.floats(0, 1)


# --- balance -----------------------------------------------------------------------------------------


@given(times, releases)
def test_nothing_is_lost(moments: Floats, train: list[float]) -> None:
    """What was released is in one of five places, to 1e-12 of it, and never less than nothing."""
    found = glutamate.glutamate(moments, train)
    places = [getattr(found, place) for place in PLACES]
    assert found.released.tolist() == [sum(r <= t for r in train) for t in moments]
    assert np.abs(sum(places) - found.released).max() <= 1e-12 * max(len(train), 1)
    assert min(place.min() for place in places) >= -1e-14


@given(times, releases, shares)
def test_currents_are_never_less_than_nothing_and_nmda_never_more_than_all(
    moments: Floats, train: list[float], blocked: float
) -> None:
    passed = glutamate.currents(moments, train, blocked)
    for values in (
        passed.ampa_active,
        passed.nmda_active,
        passed.ampa_pA,
        passed.nmda_pA,
        passed.ampa_fC,
        passed.nmda_fC,
    ):
        assert values.min() >= 0
    assert passed.nmda_active.max() <= 1


@given(releases, shares)
def test_charge_is_the_area_under_the_current(train: list[float], blocked: float) -> None:
    """Between releases a current falls by an exponential: its area is its time constant times its fall."""
    edges = np.unique(np.clip([-2.0, *train, 4.0], -2.0, 4.0))
    for begin, stop in pairwise(edges):
        passed = glutamate.currents([begin, np.nextafter(stop, begin)], train, blocked)
        for tau_ms, current, charge in (
            (2, passed.ampa_pA, passed.ampa_fC),
            (100, passed.nmda_pA, passed.nmda_fC),
        ):
            assert charge[1] - charge[0] == pytest.approx(tau_ms * (current[0] - current[1]), rel=1e-9, abs=1e-9)


# --- an independent solver ---------------------------------------------------------------------------


def right_side(_: float, state: Floats) -> list[float]:
    """The same equations written out; numbers typed from the parameter files, per second."""
    vesicle, cleft, beside, _, _, ampa, nmda = state
    emptying, leaving, gone = 10_000 * vesicle, 1000 * cleft, 200 * beside
    return [-emptying, emptying - leaving, leaving - gone, 0.9 * gone, 0.1 * gone, -500 * ampa, -10 * nmda]


def test_against_a_solver_of_differential_equations() -> None:
    train = [0.003, 0.0105, 0.011, 0.05, 0.3]
    moments = np.linspace(0, 0.4, 101)
    found, passed = glutamate.glutamate(moments, train), glutamate.currents(moments, train)
    exact = np.stack([*(getattr(found, place) for place in PLACES), passed.ampa_active, passed.nmda_active])
    state, solved = np.zeros(7), np.zeros((7, moments.size))
    for begin, stop in pairwise([0.0, *train, 0.41]):
        wanted = (moments >= begin) & (moments < stop)
        run = solve_ivp(
            right_side, (begin, stop), state, "LSODA", t_eval=[*moments[wanted], stop], rtol=1e-10, atol=1e-13
        )
        solved[:, wanted], state = run.y[:, :-1], run.y[:, -1].copy()
        state[0] += 1
        state[5] += 1
        state[6] += 0.5 * (1 - state[6])
    assert np.abs(exact - solved).max() < 1e-7


def test_the_formula_for_releases_at_random() -> None:
    """Against 3000 trains drawn at random, in the steady part: 1 %."""
    rng = np.random.default_rng(5)
    cells, seconds, rate = 3000, 21.0, 6.0
    count = rng.poisson(rate * seconds, cells)
    rows = np.repeat(np.arange(cells), count)
    drawn = glutamate.trains(rows, rng.uniform(0, seconds, rows.size), cells)
    passed = glutamate.currents([1.0, seconds], drawn, 0.25)
    ampa, nmda = glutamate.steady_fC_per_s(rate, 0.25)
    assert np.diff(passed.ampa_fC).mean() / 20 == pytest.approx(float(ampa), rel=0.01)
    assert np.diff(passed.nmda_fC).mean() / 20 == pytest.approx(float(nmda), rel=0.01)


# --- shapes ------------------------------------------------------------------------------------------


@given(releases, releases)
def test_rows_do_not_know_of_each_other(one: list[float], other: list[float]) -> None:
    width = max(len(one), len(other))
    both = np.array([train + [np.inf] * (width - len(train)) for train in (one, other)])
    moments = np.linspace(-1, 4, 11)
    together = glutamate.currents(moments, both, [0.2, 0.7])
    fluid = glutamate.glutamate(moments, both)
    for row, (train, blocked) in enumerate(((one, 0.2), (other, 0.7))):
        alone = glutamate.currents(moments, train, blocked)
        assert together.nmda_fC[row] == pytest.approx(alone.nmda_fC, abs=1e-9)
        assert together.ampa_pA[row] == pytest.approx(alone.ampa_pA, abs=1e-9)
        assert fluid.beside[row] == pytest.approx(glutamate.glutamate(moments, train).beside, abs=1e-12)


def test_settings_broadcast() -> None:
    passed = glutamate.currents([0.0, 0.1], [[0.0], [0.05]], np.zeros((3, 1)), -70.0)
    assert passed.nmda_pA.shape == (3, 2, 2)
    ampa, nmda = glutamate.steady_fC_per_s(np.ones(4), np.zeros((2, 1)))
    assert ampa.shape == nmda.shape == (2, 4)
    assert glutamate.clearance_s(np.full((2, 3), 0.5)).shape == (2, 3)
    assert glutamate.currents([1.0], np.empty((5, 0))).ampa_fC.tolist() == [[0.0]] * 5  # nobody releases


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-5, 5)), max_size=60))
def test_trains_keep_every_spike(spikes: list[tuple[int, float]]) -> None:
    which, when = np.array([s[0] for s in spikes], int), np.array([s[1] for s in spikes], float)
    rows = glutamate.trains(which, when, 5)
    assert rows.shape[0] == 5
    for cell, row in enumerate(rows):
        assert row[np.isfinite(row)].tolist() == sorted(when[which == cell])
    assert np.all(rows[:, 1:] >= rows[:, :-1])


@settings(max_examples=30)
@given(st.floats(0.001, 0.999))
def test_clearance_is_when_so_much_is_gone(share: float) -> None:
    then = glutamate.glutamate([float(glutamate.clearance_s(share))], [0.0])
    assert then.taken_up[0] + then.away[0] == pytest.approx(share, abs=1e-6)


# --- orderings ---------------------------------------------------------------------------------------


@given(st.floats(0.1, 100), st.floats(0, 0.99), st.floats(0.1, 50), st.floats(0.001, 0.01))
def test_more_firing_more_of_both_more_block_less_nmda(rate: float, blocked: float, more: float, block: float) -> None:
    ampa, nmda = glutamate.steady_fC_per_s([rate, rate + more], blocked)
    assert ampa[1] > ampa[0]
    assert nmda[1] > nmda[0]
    assert ampa[1] / ampa[0] > nmda[1] / nmda[0]  # NMDA saturates
    drugged = glutamate.steady_fC_per_s(rate, blocked + block)
    assert drugged[1] < nmda[0]
    assert drugged[0] == ampa[0]


# --- bad input ---------------------------------------------------------------------------------------

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: glutamate.glutamate([[0.0]], [0.0]), "times_s must have one axis"),
    (lambda: glutamate.glutamate([np.nan], [0.0]), "times_s must be finite"),
    (lambda: glutamate.glutamate(["soon"], [0.0]), "times_s must be a number"),
    (lambda: glutamate.glutamate([0.0], [1.0, 0.0]), "release_s must ascend"),
    (lambda: glutamate.glutamate([0.0], [np.inf, 0.0]), "release_s must ascend"),
    (lambda: glutamate.glutamate([0.0], [np.nan]), "release_s must be finite"),
    (lambda: glutamate.glutamate([0.0], [-np.inf]), "release_s must be finite"),
    (lambda: glutamate.currents([0.0], [0.0], 1.1), "blocked must be finite and from 0 to 1"),
    (lambda: glutamate.currents([0.0], [0.0], -0.1), "blocked must be finite and from 0 to 1"),
    (lambda: glutamate.currents([0.0], [0.0], 0.0, np.inf), "voltage_mV must be"),
    (lambda: glutamate.currents([0.0], [0.0], 0.0, -55.0, -1.0), "magnesium_mM must be"),
    (lambda: glutamate.currents([0.0], np.zeros((2, 1)), np.zeros(3)), "do not broadcast"),
    (lambda: glutamate.steady_fC_per_s(-1.0), "release_Hz must be finite and from 0"),
    (lambda: glutamate.steady_fC_per_s([1.0, 2.0], [0.1, 0.2, 0.3]), "do not broadcast"),
    (lambda: glutamate.clearance_s(0.0), "share must be"),
    (lambda: glutamate.clearance_s(1.0), "share must be"),
    (lambda: glutamate.trains([0, 1], [0.0], 2), "one entry for each spike"),
    (lambda: glutamate.trains([2], [0.0], 2), "whole numbers from 0 to 1"),
    (lambda: glutamate.trains([0.5], [0.0], 2), "whole numbers from 0 to 1"),
    (lambda: glutamate.trains([0], [np.inf], 2), "time_s must be finite"),
    (lambda: glutamate.trains([], [], 0), "count must be a whole number from 1"),
    (lambda: glutamate.trains([], [], True), "count must be a whole number from 1"),
]


@pytest.mark.parametrize(("call", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_bad_input_is_refused_by_name(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
