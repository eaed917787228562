"""The circuit runs, is deterministic, and says what is wrong with what it is given."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from explainer.models import circuit, nmda


def test_spikes_run_and_are_the_same_for_a_seed():
    first, second = (circuit.spikes([0, 1], duration_s=0.2, settle_s=0.1, seed=3) for _ in range(2))
    assert first.time_s.size
    for name in ("setting", "cell", "time_s", "pyramidal_Hz", "interneuron_Hz"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert circuit.spikes([0, 1], duration_s=0.2, settle_s=0.1, seed=4).time_s.size != first.time_s.size
    times, cells = first.raster(1)
    assert (np.diff(times) >= 0).all()
    assert 0 <= times.min() <= times.max() <= 0.2
    assert circuit.PYRAMIDAL <= cells.max() < circuit.PYRAMIDAL + circuit.INTERNEURONS
    assert first.counts(np.linspace(0, 0.2, 5), 1).sum() == times.size


def test_settings_side_by_side_are_those_alone():
    together = circuit.spikes([[0], [2]], ["equal", "reversed"], duration_s=0.2, settle_s=0.1)
    assert together.pyramidal_Hz.shape == (2, 2)
    alone = circuit.spikes(2, "reversed", duration_s=0.2, settle_s=0.1)
    for ours, theirs in zip(together.raster((1, 1)), alone.raster(), strict=True):
        # Later on, the last digit of a single-precision sum may tell.
        np.testing.assert_allclose(ours[:10], theirs[:10], atol=1e-4)


def test_wash_in_ends_at_the_stationary_rates():
    course = circuit.wash_in([-1, 0, 600], [[0.5], [5]], selectivity_ratio=[2, 4])
    pyramidal, interneuron = circuit.rates_Hz([[0.5], [5]], selectivity_ratio=[2, 4])
    np.testing.assert_allclose(course.pyramidal_Hz[..., -1], pyramidal, rtol=1e-3)
    np.testing.assert_allclose(course.interneuron_Hz[..., -1], interneuron, rtol=1e-3)
    assert (course.blocked_pyramidal[..., :2] == 0).all()


def test_wash_in_against_a_solver():
    """Both kinds' block and rates as one system, numbers typed from the reference; the rates follow in time."""
    unplugged_e = 1 / (1 + np.exp(0.062 * 65) / 3.57)
    unplugged_i = unplugged_e * 5.0 / 1.2

    def right_side(_, state):
        be, bi, e, i, s = state
        ue = -3.9181 + (1 - be) * (10.3652 + 0.1942 * s) + 0.1873 * e - 1.0577 * i
        ui = -3.0153 + (1 - bi) * (4.3829 + 0.2428 * s) + 0.3993 * e - 0.5672 * i
        opened = nmda.mean_open_probability([e, i])
        return [
            3 * unplugged_e * opened[0] * (2 * (1 - be) - 5.0 * be),
            3 * unplugged_i * opened[1] * (2 * (1 - bi) - 1.2 * bi),
            (6.7679 * np.log1p(np.exp(ue)) - e) / 0.015,
            (10.8438 * np.log1p(np.exp(ui)) - i) / 0.008,
            (e - s) / 0.1,
        ]

    times = np.array([0.0, 1, 3, 10, 30, 100])
    course = circuit.wash_in(times, 2)
    e0, i0 = circuit.rates_Hz(0)
    path = solve_ivp(right_side, (0, 100), [0, 0, e0, i0, e0], "LSODA", times, rtol=1e-6, atol=1e-9).y
    np.testing.assert_allclose(course.blocked_pyramidal, path[0], atol=3e-3)
    np.testing.assert_allclose(course.blocked_interneuron, path[1], atol=3e-3)
    # Rates of the moment's block run ahead of rates that take a third of a second.
    np.testing.assert_allclose(course.pyramidal_Hz, path[2], atol=0.15)
    np.testing.assert_allclose(course.interneuron_Hz, path[3], atol=0.15)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: circuit.rates_Hz(-1), "ketamine_uM must be finite"),
        (lambda: circuit.rates_Hz(1, "none"), "interneurons_first, equal"),
        (lambda: circuit.rates_Hz(1, "equal", 2), "leave it out"),
        (lambda: circuit.rates_Hz(1, selectivity_ratio=0), "selectivity_ratio must be finite and from 0.1 to 10"),
        (lambda: circuit.rates_Hz([1, 2], selectivity_ratio=[1, 2, 3]), "do not broadcast"),
        (lambda: circuit.spikes(1, step_ms=2), "one of 0.25, 0.5, 1.0"),
        (lambda: circuit.spikes(1, duration_s=0), "duration_s must be"),
        (lambda: circuit.spikes(1, seed=-1), "seed must be a whole number"),
        (lambda: circuit.spikes(1, scale={"gaba": 0}), "interneuron_to_pyramidal_gaba"),
        (lambda: circuit.spikes(1, duration_s=0.1, settle_s=0).raster(1), "there is no setting 1"),
        (lambda: circuit.wash_in([1, 0], 1), "ascending"),
    ],
)
def test_bad_input_is_refused_with_name_and_remedy(call, words):
    with pytest.raises(ValueError, match=words):
        call()
