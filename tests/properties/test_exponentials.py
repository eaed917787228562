"""Sums of exponentials: closed forms, quadrature, rates that coincide, extremes."""

from __future__ import annotations

from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad

from explainer.models.exponentials import Decays, Terms, decay, parted

Floats = NDArray[np.float64]

ROUNDING = 1e-13  # some hundred roundings
RATE = st.floats(1e-4, 10)
WEIGHT = st.one_of(st.floats(0.1, 2), st.floats(-2, -0.1))


def one(rates: list[float], weights: list[float]) -> Decays:
    return Decays((Terms(np.array(rates), np.array(weights)),))


def by_series(x: float, integrals: int) -> float:
    """Sum of (-x)^n / (n + integrals)! in exact fractions: e^-x and its integrals, over u^integrals."""
    y, total = Fraction(x), Fraction(0)
    for n in range(80 if x > 1e-3 else 4):
        total += (-y) ** n / factorial(n + integrals)
    return float(total)


# --- one exponential ---------------------------------------------------------------------------------


@pytest.mark.parametrize("integrals", [0, 1, 2])
@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-12, 1e-6, 0.01, 0.049, 0.0499999, 0.05, 0.0500001, 0.051, 0.3, 1, 5, 20])
def test_decay_by_exact_fractions(x: float, integrals: int) -> None:
    """Both sides of where the series takes over, and 0."""
    for minutes in (0.01, 3.0):
        expected = minutes**integrals * by_series(x / minutes * minutes, integrals)
        assert decay(x / minutes, minutes, integrals) == pytest.approx(expected, rel=ROUNDING)


def test_decay_by_hand() -> None:
    """Rate 0 stays at 1, then u, then u^2 / 2; rate 2 at 3: e^-6, (1 - e^-6)/2, (6 - 1 + e^-6)/4."""
    assert [float(decay(0, 3, n)) for n in (0, 1, 2)] == [1, 3, 4.5]
    expected = [exp(-6), (1 - exp(-6)) / 2, (5 + exp(-6)) / 4]
    assert [float(decay(2, 3, n)) for n in (0, 1, 2)] == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("integrals", [0, 1, 2])
def test_nothing_before_the_beginning(integrals: int) -> None:
    before = np.array([[-1e9], [-1], [-5e-324]])
    assert np.all(decay([0, 1e-3, 1e3], before, integrals) == 0)
    assert decay([0, 1e-3, 1e3], 0.0, integrals).tolist() == [float(integrals == 0)] * 3


@settings(deadline=None, max_examples=60)
@given(RATE, st.floats(0, 300))
def test_each_integral_is_that_of_the_one_before(rate: float, minutes: float) -> None:
    for n in (0, 1):
        area, _ = quad(lambda u, n=n: float(decay(rate, u, n)), 0, minutes, limit=200, epsabs=1e-12, epsrel=1e-10)
        assert decay(rate, minutes, n + 1) == pytest.approx(area, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_decay_stays_within_its_bounds(rate: float, minutes: float) -> None:
    now, first, second = (float(decay(rate, minutes, n)) for n in (0, 1, 2))
    assert np.isfinite([now, first, second]).all()
    assert 0 <= now <= 1
    assert 0 <= first <= minutes
    assert 0 <= second <= minutes**2 / 2 * (1 + ROUNDING)
    if rate > 0:
        assert first <= 1 / rate * (1 + ROUNDING)


def test_decay_has_the_broadcast_shape() -> None:
    assert decay(np.ones((3, 1)), np.ones(4), 1).shape == (3, 4)
    assert decay(1.0, []).shape == (0,)
    with pytest.raises(ValueError, match="broadcast"):
        decay([1, 2], [1, 2, 3])


@pytest.mark.parametrize("integrals", [-1, 3, 0.5, None, "1"])
def test_no_other_integral(integrals: int) -> None:
    with pytest.raises(ValueError, match="integrals must be 0, 1 or 2; got"):
        decay(1, 1, integrals)


# --- passing one through another ---------------------------------------------------------------------


def test_a_chain_by_hand() -> None:
    """One mg at rate 1 into rate 2 into rate 4: Bateman's formula, written out."""
    first = one([1.0], [1.0])
    second = first.times(1.0).through([2.0], [1.0])
    third = second.times(2.0).through([4.0], [1.0])
    for u in (0.0, 0.1, 1.0, 7.0):
        assert second.at(np.array([u]))[0] == pytest.approx(exp(-u) - exp(-2 * u), abs=ROUNDING)
        expected = 2 * (exp(-u) / 3 - exp(-2 * u) / 2 + exp(-4 * u) / 6)
        assert third.at(np.array([u]))[0] == pytest.approx(expected, abs=ROUNDING)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(RATE, WEIGHT), min_size=1, max_size=3),
    st.lists(st.tuples(RATE, WEIGHT), min_size=1, max_size=3),
    st.floats(0.01, 20),
)
def test_through_is_the_convolution(a: list[tuple[float, float]], b: list[tuple[float, float]], minutes: float) -> None:
    rates, weights = (list(column) for column in zip(*a, strict=True))
    others, gains = (np.array(column) for column in zip(*b, strict=True))
    apart = parted(others, [np.array(rates)])
    found = one(rates, weights).through(apart, gains).at(np.array([minutes]))[0]

    def product(v: float) -> float:
        into = sum(w * exp(-r * v) for r, w in a)
        out = sum(g * exp(-r * (minutes - v)) for r, g in zip(apart, gains, strict=True))
        return float(into * out)

    area, _ = quad(product, 0, minutes, limit=200, epsabs=1e-13, epsrel=1e-10)
    size = np.abs(weights).sum() * np.abs(gains).sum() / min(rates)  # what cancels where rates nearly meet
    assert found == pytest.approx(area, abs=1e-8 * size)


def test_groups_add_and_scale() -> None:
    two = Decays((Terms(np.array([0.1]), np.array([2.0])), Terms(np.array([0.2, 0.3]), np.array([1.0, -1.0]))))
    u = np.array([0.0, 1.0, 10.0])
    expected = 2 * np.exp(-0.1 * u) + np.exp(-0.2 * u) - np.exp(-0.3 * u)
    assert two.at(u) == pytest.approx(expected, abs=ROUNDING)
    assert two.times(3.0).at(u) == pytest.approx(3 * expected, abs=3 * ROUNDING)
    areas = 2 / 0.1 * -np.expm1(-0.1 * u) + -np.expm1(-0.2 * u) / 0.2 + np.expm1(-0.3 * u) / 0.3
    assert two.at(u, 1) == pytest.approx(areas, abs=1e-12)


def test_leading_axes_broadcast_between_groups() -> None:
    """Three people's own rates pass through one system, and the other way round."""
    own = one([0.5], [1.0]).times(np.array([1.0, 2.0, 3.0]))
    assert own.at(np.zeros(4)).shape == (3, 4)
    passed = own.through([0.1, 0.2], [1.0, 1.0])
    assert passed.at(np.zeros(4)).shape == (3, 4)
    varied = one([0.5], [1.0]).through(np.array([[0.1], [0.2], [0.3]]), np.ones((3, 1)))
    u = np.array([0.0, 2.0])
    assert varied.at(u).shape == (3, 2)
    for i, rate in enumerate((0.1, 0.2, 0.3)):
        expected = (np.exp(-rate * u) - np.exp(-0.5 * u)) / (0.5 - rate)
        assert varied.at(u)[i] == pytest.approx(expected, abs=ROUNDING)


# --- rates that coincide -----------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=4),
    st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=4),
    st.lists(st.integers(0, 3), max_size=1),
)
def test_parted_keeps_apart_and_moves_little(rate: list[float], others: list[float], same: list[int]) -> None:
    for i in same:  # make some of them meet
        rate[i % len(rate)] = others[i % len(others)] * (1 + 1e-7 * i)
    moved = parted(np.array(rate), [np.array(others)])
    gap = np.abs(moved[:, None] - np.array(others)) / moved[:, None]
    assert gap.min() > 0.9e-6
    assert np.abs(moved / np.array(rate) - 1).max() < 3e-3
    far = np.abs(np.array(rate)[:, None] - np.array(others)).min(axis=1) > 1e-3 * np.array(rate)
    assert np.array_equal(moved[far], np.array(rate)[far])


def test_parted_may_meet_the_next() -> None:
    """Moved away from one, a rate stands on another; of three that are alike each pair keeps 1e-5."""
    others = 0.05 * np.array([1, 1 + 3e-5])
    moved = parted(np.array([0.05]), [others])
    assert (np.abs(moved - others) / moved).min() > 0.9e-5
    assert moved == pytest.approx([0.05], rel=1e-3)


def test_parted_broadcasts() -> None:
    rate = np.full((4, 1, 1), 0.3)
    moved = parted(rate, [np.array([0.1, 0.3]), np.ones((5, 2))])
    assert moved.shape == (4, 5, 1)
    assert np.all(moved != 0.3)


@pytest.mark.parametrize("rate", [1e-4, 0.05, 3.0])
@pytest.mark.parametrize("apart", [0.0, 1e-9, 9e-7, 2e-6, 1e-4])
def test_two_rates_that_meet(rate: float, apart: float) -> None:
    """Limit: u e^(-rate u). Parting by three millionths costs as much."""
    u = np.linspace(0, 10 / rate, 101)
    other = rate * (1 + apart)
    moved = parted(np.array([other]), [np.array([rate])])
    found = one([rate], [1.0]).through(moved, np.ones(1)).at(u)
    expected = u * np.exp(-rate * u) if apart < 1e-6 else (np.exp(-rate * u) - np.exp(-other * u)) / (other - rate)
    assert np.abs(found - expected).max() < 1e-5 * expected.max()
