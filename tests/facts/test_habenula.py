"""What is reported about trapping in the habenula, against the model.

Hand values are worked out from the receptor's published rates, never printed by the model. Ma 2023 and
the leak fitted to Mealing 1999 contradict each other here; the tests hold both, as they are.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from explainer.models import habenula

HOUR_s = 3600.0
DAY_s = 24 * HOUR_s
THREE_DIGITS = 0.0005

# by hand: 1 / (1 + 1 / 3.57 · e^(0.062 · 65)) = 0.05966 of the pores are free of magnesium at -65 mV
FREE = 0.05966
LEVELS = [
    # uM, share blocked at an hour without leak, by hand: C·B / (C·B + 1/3 uM)
    (0.0, 0.0),
    (1.0, 0.1518),
    (10.0, 0.6415),
]


@pytest.mark.parametrize(("held_uM", "share"), LEVELS)
def test_the_level_after_an_hour_by_hand(held_uM: float, share: float) -> None:
    assert habenula.blocked_share([HOUR_s], held_uM, "none")[0] == pytest.approx(share, abs=THREE_DIGITS)


@pytest.mark.parametrize("held_uM", [1.0, 10.0])
def test_without_a_leak_the_block_lasts_a_day(held_uM: float) -> None:
    """Ma 2023: NMDA receptors of the habenula stay blocked to 24 h."""
    hour, day = habenula.blocked_share([HOUR_s, DAY_s], held_uM, "none")
    assert day == pytest.approx(hour, rel=1e-9)


@pytest.mark.parametrize("held_uM", [1.0, 10.0])
def test_the_fitted_leak_forbids_it(held_uM: float) -> None:
    """The leak that fits Mealing 1999 has a time constant of about 16 min: nothing is left after a day."""
    hour, later, day = habenula.blocked_share([HOUR_s, HOUR_s + 971, DAY_s], held_uM, "fitted")
    assert later / hour == pytest.approx(math.exp(-1), rel=0.01)
    assert 0 <= day < 1e-12


def test_activity_sets_how_fast_it_is_freed() -> None:
    """Ma 2023: untrapping depends on activity. By hand: 1 /s times the open share while bursting, 0.096."""
    day, later, end = habenula.blocked_share([DAY_s, DAY_s + 10.42, DAY_s + 180], 1.0, "none")
    assert later / day == pytest.approx(math.exp(-1), rel=0.01)
    assert end / day < 1e-6


def test_rare_openings_lose_about_half_in_a_day() -> None:
    """By hand: 1 /s · 0.096 · 1e-4 over 23 h is 0.795 of a time constant; what enters meanwhile adds a little."""
    hour, day = habenula.blocked_share([HOUR_s, DAY_s], 1.0, "none", 1e-4)
    assert day / hour == pytest.approx(math.exp(-0.795), rel=0.02)


def test_ketamine_leaves_with_its_half_life_in_the_mouse() -> None:
    """Ma 2023: 13 min. Held at 1 uM for an hour before."""
    found = habenula.ketamine_uM([-1, 0, HOUR_s, HOUR_s + 13 * 60, HOUR_s + 26 * 60], 1.0)
    assert found == pytest.approx([0, 1, 1, 0.5, 0.25])


def test_the_neuron_bursts_then_rests_then_bursts() -> None:
    assert habenula.active([0, HOUR_s - 1, HOUR_s, DAY_s - 1, DAY_s]).tolist() == [True, True, False, False, True]


def test_more_moments_change_nothing() -> None:
    few = np.array([0, 60, HOUR_s, 2 * HOUR_s, DAY_s, DAY_s + 30])
    many = np.union1d(few, np.linspace(0, DAY_s + 180, 5000))
    for leak in habenula.LEAKS:
        dense = habenula.blocked_share(many, 10.0, leak)[np.searchsorted(many, few)]
        assert habenula.blocked_share(few, 10.0, leak) == pytest.approx(dense, abs=2e-4)


def test_settings_are_rows() -> None:
    held, leak = np.array([0.0, 1.0, 10.0])[:, None], np.array(habenula.LEAKS)
    times = [0, 100, HOUR_s, 2 * HOUR_s]
    together = habenula.blocked_share(times, held, leak)
    assert together.shape == (3, 2, 4)
    for i, amount in enumerate(held[:, 0]):
        for j, kind in enumerate(leak):
            assert together[i, j] == pytest.approx(habenula.blocked_share(times, amount, kind))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"held_uM": -1}, "held_uM"),
        ({"leak": "some"}, "leak"),
        ({"rest_ratio": 2}, "rest_ratio"),
        ({"times_s": [2, 1]}, "times_s"),
        ({"times_s": []}, "times_s"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object], said: str) -> None:
    usual = {"times_s": [0, 1], "held_uM": 1.0}
    with pytest.raises(ValueError, match=said):
        habenula.blocked_share(**{**usual, **given})  # type: ignore[arg-type]
