"""What must hold for the effects whatever their parameters: bounds, limits, shapes, bad input.

The curves against another solver stand in `test_pharmacokinetics_solver`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explainer.models import effects
from explainer.models import pharmacokinetics as pk

Floats = NDArray[np.float64]

DAY = np.unique(np.concatenate([np.linspace(0, 180, 361), np.linspace(180, 1440, 127)]))
ARMS = [(name, disposition) for name, there in pk.ARMS.items() for disposition in there]
HALF_ng_per_mL = {"perez_ruixo_2021": 71.0, "kamp_2020": 142.0, "domino": 142.0}
SHARES: list[Callable[..., Floats]] = [effects.dissociation_share, effects.pressure_rise_share]


def hill(concentration: float, half: float) -> float:
    """As printed: c^2.5 / (c^2.5 + half^2.5)."""
    return concentration**2.5 / (concentration**2.5 + half**2.5) if concentration > 0 else 0.0


# --- dissociation and blood pressure -----------------------------------------------------------------


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
@pytest.mark.parametrize("half_time", [0.5, 3, 15])
def test_tolerance_only_takes_off(arm: str, disposition: str, half_time: float) -> None:
    """Without it dissociation is what blood pressure is; the stronger, the less."""
    given_: dict[str, Any] = {"disposition": disposition, "half_time_min": half_time}
    pressure = effects.pressure_rise_share(arm, DAY, **given_)
    strengths = np.array([0, 0.3, 1, 3])
    shares = effects.dissociation_share(arm, DAY, tolerance_strength_ratio=strengths, **given_)
    assert shares.shape == (4, DAY.size)
    assert shares[0] == pytest.approx(pressure, abs=1e-12)
    assert np.all(np.diff(shares, axis=0) <= 1e-12)
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert shares[2] == pytest.approx(effects.dissociation_share(arm, DAY, **given_), abs=1e-15)


@pytest.mark.parametrize(("arm", "disposition"), ARMS)
def test_shares_from_the_concentrations(arm: str, disposition: str) -> None:
    """Point by point in plain Python, without a delay and with one."""
    for half_time, chain in [(0.0, (45.0,)), (3.0, (3.0, 45.0))]:
        here = pk.effect_site_ng_per_mL(arm, DAY, disposition, half_time_min=half_time)
        behind = pk.delayed_ng_per_mL(arm, DAY, disposition, half_times_min=chain)
        found = effects.dissociation_share(arm, DAY, disposition, half_time_min=half_time, tolerance_strength_ratio=0.7)
        half = HALF_ng_per_mL[disposition]
        for got, c, o in zip(found.tolist(), here.tolist(), behind.tolist(), strict=True):
            assert got == pytest.approx(hill(c - 0.7 * o, half), abs=1e-12)


@pytest.mark.parametrize(("share", "plain"), [(SHARES[0], {"tolerance_strength_ratio": 0}), (SHARES[1], {})])
def test_half_of_the_most_at_the_half_concentration(share: Callable[..., Floats], plain: dict[str, Any]) -> None:
    """35 mg pushed into 25 L are 1400 ng/mL; read where they have fallen to 142."""
    minutes = np.linspace(0.0, 200, 20_001)
    blood = pk.blood_ng_per_mL("iv_push", minutes, "kamp_2020")
    found = share("iv_push", minutes, "kamp_2020", half_time_min=0, **plain)
    assert found[0] == pytest.approx(hill(1400, 142), abs=1e-9)
    assert found[np.argmin(np.abs(blood - 142))] == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("share", SHARES)
def test_axes(share: Callable[..., Floats]) -> None:
    half_times = np.array([[0.5], [3], [15]])
    grid = share("im", DAY, half_time_min=half_times, bioavailability=[0.41, 0.93])
    assert grid.shape == (3, 2, DAY.size)
    for i, j in np.ndindex(3, 2):
        alone = share("im", DAY, half_time_min=half_times[i, 0], bioavailability=[0.41, 0.93][j])
        assert grid[i, j] == pytest.approx(alone, abs=1e-12)
    with pytest.raises(ValueError, match=r"broadcast|shape"):
        share("im", DAY, half_time_min=[1, 2, 3], bioavailability=[0.41, 0.93])


@pytest.mark.parametrize("share", SHARES)
def test_bad_input(share: Callable[..., Floats]) -> None:
    for wrong in (-1, np.nan, np.inf, [3, -1]):
        with pytest.raises(ValueError, match=r"half_times?_min must be finite and 0"):
            share("im", [0], half_time_min=wrong)
    for wrong in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="minutes must be finite"):
            share("im", [wrong], half_time_min=3)
    with pytest.raises(ValueError, match="no arm 'x'; there are iv_infusion"):
        share("x", [0], half_time_min=3)
    with pytest.raises(ValueError, match="no disposition 'x'; there are perez_ruixo_2021, kamp_2020, domino"):
        share("im", [0], "x", half_time_min=3)
    with pytest.raises(ValueError, match="arm 'im' has no swallowed_fraction"):
        share("im", [0], half_time_min=3, swallowed_fraction=0.5)
    with pytest.raises(ValueError, match="no 'dose'; there are bioavailability"):
        share("im", [0], half_time_min=3, dose=1)


@pytest.mark.parametrize("wrong", [-0.1, np.nan, np.inf, [1, -1]])
def test_bad_strength(wrong: Any) -> None:
    with pytest.raises(ValueError, match="tolerance_strength_ratio must be finite and 0 or more"):
        effects.dissociation_share("im", [0], half_time_min=3, tolerance_strength_ratio=wrong)


def test_no_delay_goes_only_alone() -> None:
    with pytest.raises(ValueError, match="0 everywhere or nowhere"):
        effects.dissociation_share("im", [0], half_time_min=[0, 3])
    assert effects.dissociation_share("im", DAY, half_time_min=[0, 0]).shape == (2, DAY.size)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(ARMS),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=4),
    st.floats(0.1, 1e4),
    st.floats(0, 1e6),
)
def test_shares_are_shares(arm: tuple[str, str], minutes: list[float], half_time: float, strength: float) -> None:
    name, disposition = arm
    found = effects.dissociation_share(
        name, minutes, disposition, half_time_min=half_time, tolerance_strength_ratio=strength
    )
    assert found.shape == (len(minutes),)
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("share", SHARES)
def test_a_number_from_the_start(share: Callable[..., Floats]) -> None:
    """Rounding may leave a concentration of -1e-14, whose power 2.5 is none."""
    for arm, disposition in ARMS:
        for half_time in (0.0, 1.0, 3.0, 15.0):
            found = share(arm, [0, 1e-12, 1e-9, 1e-6], disposition, half_time_min=half_time)
            assert np.isfinite(found).all()
            assert found.min() >= 0


# --- later sessions ----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.floats(1, 500), st.floats(0, 500))
def test_each_week_takes_the_same_share(week: float, later: float) -> None:
    """8.8 / 20 over 13 weeks."""
    first, second = effects.session_dissociation_ratio([week, week + later])
    assert second / first == pytest.approx((8.8 / 20) ** (later / 13), rel=1e-9)
    assert 0 < second <= first <= 1
    assert effects.session_dissociation_ratio(1) == 1


@pytest.mark.parametrize("wrong", [0, 0.99, -1, np.nan, np.inf, [1, 0]])
def test_bad_week(wrong: Any) -> None:
    with pytest.raises(ValueError, match="week must be finite and 1 or more"):
        effects.session_dissociation_ratio(wrong)


# --- benefit -----------------------------------------------------------------------------------------


def benefit_by_hand(hours: float) -> float:
    """Straight in the logarithm of time through the pooled values, to nothing at 28 days."""
    knots = [(12, -1.17), (24, -0.44), (14 * 24, -0.40), (28 * 24, 0.0)]
    if hours <= 12:
        return -1.17
    for (a, x), (b, y) in pairwise(knots):
        if hours <= b:
            return x + (y - x) * math.log(hours / a) / math.log(b / a)
    return 0.0


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.floats(1, 1e3), st.floats(1, 1e9)), max_size=5))
def test_benefit_by_hand(hours: list[float]) -> None:
    assert effects.benefit_smd(hours) == pytest.approx([benefit_by_hand(h) for h in hours], abs=1e-12)


def test_benefit_shapes_and_no_other_argument() -> None:
    """It is a function of time alone: neither of concentration, nor of the number of sessions."""
    assert effects.benefit_smd(np.ones((2, 3))).shape == (2, 3)
    assert effects.benefit_smd(24.0).shape == ()
    assert list(inspect.signature(effects.benefit_smd).parameters) == ["hours"]


@pytest.mark.parametrize("wrong", [0, 0.99, -1, np.nan, np.inf, [24, 0]])
def test_bad_hours(wrong: Any) -> None:
    with pytest.raises(ValueError, match="hours must be finite and 1 or more"):
        effects.benefit_smd(wrong)
