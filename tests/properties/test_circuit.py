"""What must hold for the circuit whatever it is given: invariants, and bad input that is told what would do."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explainer.models import circuit

Floats = NDArray[np.float64]

DOSE = st.one_of(st.just(0.0), st.floats(1e-9, 1e6), st.floats(0.01, 100))
ASSUMPTION = st.sampled_from(circuit.ASSUMPTIONS)
RATIO = st.floats(0.1, 10)
OPEN = ("interneurons_first", "pyramidal_spared")  # those that take a ratio


def block(dose: float, half: float) -> float:
    return dose / (dose + half) if math.isfinite(half) else 0.0


# --- rates -------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=200)
@given(DOSE, ASSUMPTION, st.one_of(st.none(), RATIO))
def test_rates_are_finite_and_not_negative(dose: float, assumption: str, ratio: float | None) -> None:
    for rate in circuit.rates_Hz(dose, assumption, ratio if assumption in OPEN else None):
        assert rate.shape == ()
        assert np.isfinite(rate)
        assert 0 <= rate < 30


@settings(deadline=None, max_examples=100)
@given(DOSE, RATIO)
def test_rates_solve_the_equations(dose: float, ratio: float) -> None:
    """Put back into the equations of the evidence file, typed from there."""
    e, i = (float(rate) for rate in circuit.rates_Hz(dose, selectivity_ratio=ratio))
    free_e, free_i = 1 - block(dose, 5.0), 1 - block(dose, 5.0 / ratio)
    u_e = -3.9181 + free_e * (10.3652 + 0.1942 * e) + 0.1873 * e - 1.0577 * i
    u_i = -3.0153 + free_i * (4.3829 + 0.2428 * e) + 0.3993 * e - 0.5672 * i
    assert e == pytest.approx(6.7679 * float(np.logaddexp(0, u_e)), rel=1e-7, abs=1e-9)
    assert i == pytest.approx(10.8438 * float(np.logaddexp(0, u_i)), rel=1e-7, abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(st.floats(0.01, 100), RATIO, RATIO)
def test_more_selectivity_lifts_more_of_the_brake(dose: float, one: float, other: float) -> None:
    """Interneurons lose more, so pyramidal cells fire more at any concentration, also relative to interneurons.

    Not that interneurons fire less: at 1 uM they even fire a little more, since pyramidal cells excite them.
    """
    less, more = sorted((one, other))
    assume(more > 1.01 * less)
    (e_less, e_more), (i_less, i_more) = circuit.rates_Hz(dose, selectivity_ratio=[less, more])
    assert e_more > e_less
    assert e_more / i_more > e_less / i_less
    _, halves = circuit.half_blocks_uM(selectivity_ratio=[less, more])
    assert block(dose, halves[1]) > block(dose, halves[0])


@settings(deadline=None, max_examples=100)
@given(st.floats(0.001, 1e4))
def test_order_of_the_assumptions(dose: float) -> None:
    """Pyramidal rates: the more the brake loses, and the less they lose themselves, the higher."""
    rate = {assumption: float(circuit.rates_Hz(dose, assumption)[0]) for assumption in circuit.ASSUMPTIONS}
    assert rate["pyramidal_spared"] > rate["interneurons_first"] > rate["equal"] > rate["interneurons_spared"]
    assert rate["equal"] > rate["reversed"]


def test_rates_broadcast_and_each_is_that_alone() -> None:
    doses, assumptions = np.array([[0.0], [0.5], [7.0]]), np.array(circuit.ASSUMPTIONS)
    pyramidal, interneuron = circuit.rates_Hz(doses, assumptions)
    assert pyramidal.shape == interneuron.shape == (3, 5)
    for i, j in np.ndindex(3, 5):
        alone = circuit.rates_Hz(doses[i, 0], str(assumptions[j]))
        assert (pyramidal[i, j], interneuron[i, j]) == pytest.approx(tuple(map(float, alone)), rel=1e-9)


@pytest.mark.parametrize("empty", [[], np.zeros((3, 0))])
def test_no_settings(empty: Any) -> None:
    assert circuit.rates_Hz(empty)[0].shape == np.shape(empty)
    assert circuit.wash_in([0, 1], empty).pyramidal_Hz.shape == (*np.shape(empty), 2)


# --- washing in --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-10, 1e4), min_size=1, max_size=6).map(sorted),
    DOSE,
    ASSUMPTION,
)
def test_washing_in_stays_in_bounds(times: list[float], dose: float, assumption: str) -> None:
    course = circuit.wash_in(times, dose, assumption)
    limits = [block(dose, float(half)) for half in circuit.half_blocks_uM(assumption)]
    for share, limit in zip((course.blocked_pyramidal, course.blocked_interneuron), limits, strict=True):
        assert share.shape == (len(times),)
        assert (share >= 0).all()
        assert (share <= limit + 1e-6).all()
        assert (np.diff(share) >= -1e-9).all()
        assert (share[np.array(times) <= 0] == 0).all()
    for rate in (course.pyramidal_Hz, course.interneuron_Hz):
        assert np.isfinite(rate).all()
        assert (rate >= 0).all()


def test_more_moments_change_nothing() -> None:
    few, many = [1.0, 30.0], np.union1d(np.geomspace(1e-3, 300, 200), [1.0, 30.0])
    at = np.searchsorted(many, few)
    for dose in (0.3, 10.0):
        one, other = circuit.wash_in(few, dose), circuit.wash_in(many, dose)
        assert one.pyramidal_Hz == pytest.approx(other.pyramidal_Hz[at], rel=2e-3)
        assert one.blocked_interneuron == pytest.approx(other.blocked_interneuron[at], rel=2e-3)


# --- spikes ------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(
    st.lists(DOSE, min_size=1, max_size=3),
    ASSUMPTION,
    st.floats(0.001, 0.06),
    st.sampled_from([0.0, 0.0137]),
    st.sampled_from([0.25, 0.5, 1.0]),
    st.integers(0, 2**40),
)
def test_spikes_are_within_what_was_asked_for(
    doses: list[float], assumption: str, duration: float, settle: float, step: float, seed: int
) -> None:
    found = circuit.spikes(doses, assumption, duration_s=duration, settle_s=settle, step_ms=step, seed=seed)
    size = found.time_s.size
    assert found.setting.shape == found.cell.shape == found.time_s.shape == (size,)
    assert ((found.cell >= 0) & (found.cell < 200)).all()
    assert ((found.setting >= 0) & (found.setting < len(doses))).all()
    assert (found.time_s >= 0).all()
    assert (found.time_s <= duration).all()
    for setting in range(len(doses)):
        times, cells = found.raster(setting)
        assert (np.diff(times) >= 0).all()
        mean = [np.sum(cells < 160) / 160 / duration, np.sum(cells >= 160) / 40 / duration]
        assert [found.pyramidal_Hz[setting], found.interneuron_Hz[setting]] == pytest.approx(mean)
        assert times.size == np.sum(found.setting == setting)


@pytest.mark.parametrize("step_ms", [0.25, 0.5, 1.0])
def test_no_cell_fires_while_it_is_refractory(step_ms: float) -> None:
    """2 and 1 ms; driven hard, so that gaps come down to it: without the brake, with far more AMPA."""
    scale = {"tonic_ampa_pyramidal": 90, "tonic_ampa_interneuron": 40}
    scale |= {name: 0 for name in circuit.CONDUCTANCES if name.endswith("gaba")}
    found = circuit.spikes(0.0, duration_s=0.3, step_ms=step_ms, scale=scale)
    for first, end, shortest in ((0, 160, 2e-3), (160, 200, 1e-3)):
        gaps = np.concatenate([np.diff(np.sort(found.time_s[found.cell == cell])) for cell in range(first, end)])
        assert gaps.min() > shortest - 1e-6
        assert gaps.min() < shortest + 1.2e-3  # or nothing was tried


def test_settings_may_have_any_shape() -> None:
    found = circuit.spikes([[0.0], [5.0]], np.array(["equal", "reversed", "equal"]), duration_s=0.1)
    assert found.pyramidal_Hz.shape == found.interneuron_Hz.shape == (2, 3)
    assert set(found.setting.tolist()) <= set(range(6))
    for one, other in zip(found.raster((1, 2)), found.raster(5), strict=True):
        assert np.array_equal(one, other)
    for one, other in zip(found.raster((1, 0)), found.raster((1, 2)), strict=True):
        assert np.array_equal(one, other)
    ratios = circuit.spikes(1.0, selectivity_ratio=[1.0, 4.0], scale={"tonic_ampa_pyramidal": [[1.0], [1.1]]})
    assert ratios.pyramidal_Hz.shape == (2, 2)
    assert (ratios.pyramidal_Hz[:, 1] > ratios.pyramidal_Hz[:, 0]).all()
    assert (ratios.pyramidal_Hz[1] > ratios.pyramidal_Hz[0]).all()


def test_counts_are_the_spikes_of_each_cell_in_each_frame() -> None:
    found = circuit.spikes([0.0, 2.0], duration_s=0.5)
    edges = np.linspace(0.1, 0.4, 7)
    counts = found.counts(edges, 1)
    assert counts.shape == (200, 6)
    times, cells = found.raster(1)
    for cell, frame in np.ndindex(200, 6):
        within = (times >= edges[frame]) & (times < edges[frame + 1]) & (cells == cell)
        assert counts[cell, frame] == within.sum()


def test_a_spike_on_an_edge_belongs_to_the_frame_that_begins() -> None:
    """By hand: cell 3 at 0 and 1 s, cell 170 at 1 s and, beyond the last edge, at 2 s."""
    cells, times = np.array([3, 170, 3, 170]), np.array([1.0, 1.0, 0.0, 2.0])
    found = circuit.Spikes(np.zeros(4, int), cells, times, 2.0, np.zeros(()), np.zeros(()))
    counts = found.counts([0, 1, 2])
    assert counts[3].tolist() == [1, 1]
    assert counts[170].tolist() == [0, 1]
    assert counts.sum() == 3


def test_no_conductance_no_spikes() -> None:
    """With what drives them gone, noise alone does not reach the threshold in half a second: 0 spikes, 0 Hz."""
    found = circuit.spikes([0.0, 1.0], scale=dict.fromkeys(circuit.CONDUCTANCES, 0.0), duration_s=0.5)
    assert found.time_s.size == 0
    assert (found.pyramidal_Hz == 0).all()
    assert found.raster(1)[0].size == 0


def test_settling_moves_the_clock_and_nothing_else() -> None:
    whole = circuit.spikes(1.0, duration_s=0.3, settle_s=0)
    late = circuit.spikes(1.0, duration_s=0.2, settle_s=0.1)
    kept = whole.time_s >= 0.1
    assert late.cell.tolist() == whole.cell[kept].tolist()
    assert late.time_s == pytest.approx(whole.time_s[kept] - 0.1, abs=1e-6)


# --- bad input ---------------------------------------------------------------------------------------

RATES: tuple[Callable[..., Any], ...] = (
    circuit.rates_Hz,
    lambda *given, **named: circuit.wash_in([0, 1], *given, **named),
    lambda *given, **named: circuit.spikes(*given, duration_s=0.01, settle_s=0, **named),
)
BAD_NUMBER = st.one_of(
    st.floats(max_value=-1e-300),
    st.sampled_from([math.nan, math.inf, -math.inf, 1.1e6]),
    st.lists(st.one_of(st.just(1.0), st.just(math.nan)), min_size=1, max_size=3).filter(lambda x: math.nan in x),
)


@pytest.mark.parametrize("call", RATES)
@settings(deadline=None, max_examples=15)
@given(bad=BAD_NUMBER)
def test_bad_concentration(call: Callable[..., Any], bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^ketamine_uM must be finite and from 0 to 1e\+06; got "):
        call(bad)


@pytest.mark.parametrize("call", [*RATES, lambda _, **named: circuit.half_blocks_uM(**named)])
@settings(deadline=None, max_examples=15)
@given(bad=st.one_of(st.floats(max_value=0.0999), st.floats(min_value=10.001), st.sampled_from([0, -1, [1, 11]])))
def test_bad_ratio(call: Callable[..., Any], bad: Any) -> None:
    assume(not np.isnan(bad).any())  # stands for the assumption's own
    with pytest.raises(ValueError, match=r"^selectivity_ratio must be finite and from 0\.1 to 10; got "):
        call(1.0, selectivity_ratio=bad)


@pytest.mark.parametrize("call", [*RATES, lambda _, *given: circuit.half_blocks_uM(*given)])
@settings(deadline=None, max_examples=15)
@given(bad=st.one_of(st.text(max_size=8), st.integers(), st.none(), st.lists(st.text(max_size=3), min_size=1)))
def test_bad_assumption(call: Callable[..., Any], bad: Any) -> None:
    assume(not isinstance(bad, str) or bad not in circuit.ASSUMPTIONS)
    with pytest.raises(ValueError, match=r"no assumption .*; there are interneurons_first, .*pyramidal_spared"):
        call(1.0, bad)


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: circuit.rates_Hz("much"), "ketamine_uM must be a number or an array of numbers"),
    (lambda: circuit.rates_Hz(None), "ketamine_uM must be finite|ketamine_uM must be a number"),
    (lambda: circuit.rates_Hz([1, 2], np.array(["equal"] * 3)), r"do not broadcast: ketamine_uM \(2,\)"),
    (lambda: circuit.rates_Hz(1, "reversed", [1, 2]), "has no meaning where assumption is 'reversed'"),
    (lambda: circuit.rates_Hz(1, selectivity_ratio="high"), "selectivity_ratio must be a number"),
    (lambda: circuit.wash_in([], 1), "times_s must hold at least one moment"),
    (lambda: circuit.wash_in([1, 0], 1), "times_s must be finite and ascending"),
    (lambda: circuit.wash_in([0, np.nan], 1), "times_s must be finite and ascending"),
    (lambda: circuit.wash_in([[0, 1]], 1), "times_s must be finite and ascending along one axis"),
    (lambda: circuit.wash_in(5.0, 1), "times_s must be finite and ascending along one axis"),
    *[
        (lambda step=step: circuit.spikes(1, step_ms=step), "step_ms must be one of 0.25, 0.5, 1")  # type: ignore[misc]
        for step in (0, -1, 2, 0.3, math.nan, None, "1", [0.5])
    ],
    *[
        (lambda s=seconds: circuit.spikes(1, duration_s=s), "duration_s must be")  # type: ignore[misc]
        for seconds in (0, -1, 1e-4, 601, math.nan, math.inf, None, "long", [1, 2])
    ],
    *[
        (lambda s=seconds: circuit.spikes(1, settle_s=s), "settle_s must be")  # type: ignore[misc]
        for seconds in (-1e-9, 601, math.nan, "long", [0.1, 0.2])
    ],
    *[
        (lambda s=seed: circuit.spikes(1, seed=s), "seed must be a whole number, 0 or more; got ")  # type: ignore[misc]
        for seed in (-1, 1.0, None, "1", True, [1], math.nan)
    ],
    (lambda: circuit.spikes(1, scale={"gaba": 1}), "there is no conductance 'gaba' to scale; there are tonic_ampa_pyr"),
    (lambda: circuit.spikes(1, scale={"tonic_ampa_pyramidal": -1}), r"scale\['tonic_ampa_pyramidal'\] must be finite"),
    (lambda: circuit.spikes(1, scale={"tonic_ampa_pyramidal": math.nan}), r"scale\['tonic_ampa_pyramidal'\] must be"),
    (lambda: circuit.spikes([1, 2], scale={"tonic_ampa_pyramidal": [1, 1, 1]}), "do not broadcast: .*tonic_ampa_pyr"),
    (lambda: circuit.spikes(1, scale=5), "scale must be"),  # type: ignore[arg-type]
    (lambda: circuit.spikes(1, scale=["tonic_ampa_pyramidal"]), "scale must be"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input_is_named_and_told_what_would_do(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.fixture(scope="module")
def short() -> circuit.Spikes:
    return circuit.spikes([[0.0, 1.0]], duration_s=0.05, settle_s=0)


@pytest.mark.parametrize("setting", [2, -1, (0, 2), (0, -1), (0,), (0, 0, 0), "first", None, 0.5, math.nan])
def test_a_setting_that_is_not_there(short: circuit.Spikes, setting: Any) -> None:
    with pytest.raises(ValueError, match=r"there is no setting .*; there are 2, of shape \(1, 2\), from 0 on"):
        short.raster(setting)


@pytest.mark.parametrize("edges", [[], [0.1], [0.2, 0.1], [0, 0], [0, math.nan], 0.1, "all"])
def test_bad_edges(short: circuit.Spikes, edges: Any) -> None:
    with pytest.raises(ValueError, match="edges_s must"):
        short.counts(edges)


def test_nothing_that_is_given_is_changed() -> None:
    dose, ratio, times, scale = np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.array([0.0, 1.0]), np.array([1.0, 0.5])
    given_ones = (dose, ratio, times, scale)
    before = [array.copy() for array in given_ones]
    circuit.rates_Hz(dose, selectivity_ratio=ratio)
    circuit.wash_in(times, dose, selectivity_ratio=ratio)
    circuit.spikes(dose, selectivity_ratio=ratio, duration_s=0.01, settle_s=0, scale={"tonic_ampa_pyramidal": scale})
    for array, old in zip(given_ones, before, strict=True):
        assert np.array_equal(array, old)


@pytest.mark.parametrize("function", [circuit.half_blocks_uM, circuit.rates_Hz, circuit.wash_in, circuit.spikes])
def test_what_is_left_out_is_the_hypothesis(function: Callable[..., Any]) -> None:
    assert inspect.signature(function).parameters["assumption"].default == "interneurons_first"
