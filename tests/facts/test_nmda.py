"""What is published about the NMDA receptor and its blockers, and what the recommended scheme gives.

Expected values are typed from the evidence file, never printed by the model. How each is known:

[S] seen at the address that the evidence file names, mostly an abstract;
[M] recalled with high confidence, not seen;
[R] computed beforehand with an independent implementation of the same scheme.

An [R] value shows that this implementation is the recommended scheme, not that the scheme is right.
Each tolerance says what it stands for. The protocols behind the [R] values are not written down there;
those below are the natural ones, and steady agonist is 100 uM.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explainer.models import nmda

AGONIST_mM = 0.1  # 100 uM, near saturation
PULSE_s = 1e-3  # 1 mM for 1 ms
TWO_DECIMALS = 0.005  # the reference is printed with two decimals
ONE_DECIMAL = 0.05  # ... with one
BY_E = np.exp(-1)

Floats = NDArray[np.float64]


def first_time(times: Floats, reached: NDArray[np.bool_]) -> float:
    return float(times[np.argmax(reached)])


def pulse_map(period_s: float, blocker_uM: float, magnesium_mM: float) -> Floats:
    """One period of a train, as a map from each of the ten states."""
    course = nmda.simulate([period_s], [0, PULSE_s, period_s], [1, 0], blocker_uM, -65, magnesium_mM, start=np.eye(10))
    return course.occupancy[:, -1]


# --- magnesium -----------------------------------------------------------------------------------

JAHR_STEVENS_1_mM = [  # [S] formula, in two model files; values worked out from it in the evidence file
    (-80, 0.0244),
    (-60, 0.0796),
    (-40, 0.2302),
    (-30, 0.3572),
    (-20, 0.5081),
    (0, 0.7812),
    (20, 0.9250),
]


@pytest.mark.parametrize(("voltage_mV", "expected"), JAHR_STEVENS_1_mM)
def test_n1_magnesium_plug(voltage_mV: float, expected: float) -> None:
    assert nmda.unplugged_fraction(voltage_mV, 1.0) == pytest.approx(expected, abs=1e-4)  # four decimals


def test_n1_half_plugged_by_definition() -> None:
    assert nmda.unplugged_fraction(0, 3.57) == pytest.approx(0.5, abs=1e-12)
    assert nmda.unplugged_fraction(-65, 0) == 1


# --- gating --------------------------------------------------------------------------------------


def test_open_probability() -> None:
    """[R] 0.22 steady, 0.25 at the peak after 1 ms x 1 mM; [S] about 0.3 at the peak (Jahr 1992)."""
    assert nmda.steady_open_probability() == pytest.approx(0.22, abs=TWO_DECIMALS)
    times = np.linspace(0, 0.5, 5001)
    peak = nmda.simulate(times, [0, PULSE_s, 0.5], [1, 0], 0).open.max()
    assert peak == pytest.approx(0.25, abs=TWO_DECIMALS)
    assert peak == pytest.approx(0.3, abs=0.06)  # "about 0.3": the published value has one digit


def test_current_falls_to_37_percent_in_69_ms() -> None:
    """[R] 69 ms, counted from the peak."""
    times = np.linspace(0, 0.5, 50_001)
    current = -nmda.simulate(times, [0, PULSE_s, 0.5], [1, 0], 0, magnesium_mM=0).current
    peak = int(current.argmax())
    decay = first_time(times[peak:], current[peak:] < current[peak] * BY_E) - times[peak]
    assert decay == pytest.approx(0.069, abs=0.0005)  # whole milliseconds


# --- block ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocker", nmda.BLOCKERS)
def test_n2_no_agonist_no_block(blocker: str) -> None:
    course = nmda.simulate([60], [0, 60], 0, 10, -65, [[0], [1]], blocker)
    assert np.all(course.blocked == 0)  # exactly


def test_n3_half_block_and_magnesium() -> None:
    """0.33 uM without magnesium: calibrated. 5.6 in 1 mM [R] against 5.35 published [M]: a prediction."""
    free, in_magnesium = nmda.half_block_uM(-65, [0, 1])
    assert free == pytest.approx(0.33, abs=TWO_DECIMALS)
    assert in_magnesium == pytest.approx(5.6, abs=ONE_DECIMAL)
    assert in_magnesium == pytest.approx(5.35, rel=0.1)  # what a prediction without any fitting reaches
    assert in_magnesium / free == pytest.approx(16.8, abs=ONE_DECIMAL)  # Jahr-Stevens alone


KOTERMANSKI_uM = [  # [M], -66 mV: subtype, 0 Mg, 1 mM Mg
    ("2A", 0.33, 5.35),
    ("2B", 0.31, 5.08),
    ("2C", 0.51, 1.18),
    ("2D", 0.83, 2.95),
]


@pytest.mark.parametrize(("subtype", "free", "in_magnesium"), KOTERMANSKI_uM)
def test_half_block_by_subtype(subtype: str, free: float, in_magnesium: float) -> None:
    """2C and 2D are fitted to these; 2A and 2B share one set, so they are off by up to 12 %."""
    model = nmda.half_block_uM(-65, [0, 1], subtype=subtype)
    tolerance = 0.01 if subtype in ("2C", "2D") else 0.12
    assert model == pytest.approx([free, in_magnesium], rel=tolerance)


def test_memantine_and_mk801_affinity() -> None:
    """[R] table of the scheme: Kd 0.80 uM and 0.4 nM. The leak adds k/(kon Po), 0.4 % for memantine."""
    assert nmda.half_block_uM(-65, 0, "memantine") == pytest.approx(0.80, rel=0.01)
    assert nmda.half_block_uM(-65, 0, "MK-801") == pytest.approx(4e-4, rel=1e-9)


EPSC_PEAKS = [  # [R] ketamine uM, magnesium mM, {pulse: peak relative to the first}, at 0.1 Hz and -65 mV
    (10, 0, {1: 1.0, 2: 0.67, 3: 0.46, 6: 0.17, 60: 0.07}),
    (1, 0, {1: 1.0, 60: 0.34}),
    (1, 1, {1: 1.0, 60: 0.90}),
]


@pytest.mark.parametrize(("ketamine_uM", "magnesium_mM", "expected"), EPSC_PEAKS)
def test_n4_use_dependence(ketamine_uM: float, magnesium_mM: float, expected: dict[int, float]) -> None:
    within = np.linspace(0, 0.1, 501)
    times = np.concatenate([10.0 * pulse + within for pulse in range(60)])
    protocol = nmda.Protocol.of(0, 600, glutamate_mM=nmda.train(0, 60, 10))
    inputs = protocol.inputs(ketamine_uM, -65, magnesium_mM)
    peaks = -nmda.simulate(times, **inputs).current.reshape(60, -1).min(axis=1)
    for pulse, relative in expected.items():
        assert peaks[pulse - 1] / peaks[0] == pytest.approx(relative, abs=TWO_DECIMALS)


TRAPPED = [  # share of the block left after an agonist-free wash of 120 s
    ("ketamine", 0.86, "calibrated: 86 +- 1 % [S] mealing1999"),
    ("memantine", 0.71, "calibrated: 71 +- 4 % [S] mealing1999"),
    ("MK-801", 1.0, "[R]"),
]


@pytest.mark.parametrize(("blocker", "expected", "source"), TRAPPED)
def test_n5_trapping(blocker: str, expected: float, source: str) -> None:
    start = nmda.stationary(AGONIST_mM, 10, -65, 0, blocker)
    course = nmda.simulate([0, 120], [0, 120], 0, 0, -65, 0, blocker, start=start)
    assert course.blocked[1] / course.blocked[0] == pytest.approx(expected, abs=TWO_DECIMALS), source


# A channel that starts trapped (C0B) and meets agonist: when is the block down to 1/e?
# Voltage mV, blocker, seconds, tolerance. MK-801: four digits. At +30 mV the reference agrees with the
# first sample of 20 ms below 1/e (exact: 0.083 and 0.264 s), which is what the tolerance allows.
RECOVERY = [
    (-75, "memantine", 2.8, ONE_DECIMAL),
    (-75, "ketamine", 6.3, ONE_DECIMAL),
    (-75, "MK-801", 5544, 1.0),
    (-65, "ketamine", 4.7, ONE_DECIMAL),
    (30, "memantine", 0.10, 0.020),
    (30, "ketamine", 0.28, 0.020),
    (30, "MK-801", 124, 0.5),
]


def recovery_s(blocker: str, voltage_mV: float, until_s: float) -> float:
    times = np.linspace(0, until_s, 40_001)
    trapped = np.eye(10)[nmda.STATES.index("C0B")]
    course = nmda.simulate(times, [0, until_s], AGONIST_mM, 0, voltage_mV, 0, blocker, start=trapped)
    return first_time(times, course.blocked < BY_E)


@pytest.mark.parametrize(("voltage_mV", "blocker", "expected_s", "tolerance_s"), RECOVERY)
def test_n6_recovery_in_agonist(voltage_mV: float, blocker: str, expected_s: float, tolerance_s: float) -> None:
    assert recovery_s(blocker, voltage_mV, 3 * expected_s) == pytest.approx(expected_s, abs=tolerance_s)


def test_n6_against_what_is_published() -> None:
    """[S] huettner1988: about 90 min at -70 to -80 mV, 2 min at +30. [S] gilling2009: 1/koff = 1/0.22 s."""
    assert recovery_s("MK-801", -75, 20_000) == pytest.approx(90 * 60, rel=0.05)
    assert recovery_s("MK-801", 30, 500) == pytest.approx(2 * 60, rel=0.05)
    assert recovery_s("ketamine", -65, 20) == pytest.approx(1 / 0.22, rel=0.05)
    recoveries = [recovery_s(blocker, -75, 20_000) for blocker in ("memantine", "ketamine", "MK-801")]
    assert recoveries == sorted(recoveries)


@pytest.mark.parametrize("blocker", ["ketamine", "memantine"])
def test_n7_fifty_seconds_of_agonist_relieve(blocker: str) -> None:
    """[S] mealing1999: fully relieved by 50 s of NMDA; [R] more than 99 %. A prediction."""
    block = nmda.stationary(AGONIST_mM, 10, -65, 0, blocker)
    course = nmda.simulate([0, 120, 170], [0, 120, 170], [0, AGONIST_mM], 0, -65, 0, blocker, start=block)
    assert 1 - course.blocked[2] / course.blocked[1] > 0.99


def test_n8_recovery_without_agonist_is_slow() -> None:
    """[R] 0.53 of the block still there after 10 min; with agonist almost nothing after 1."""
    start = nmda.stationary(AGONIST_mM, 10, -65, 0)
    course = nmda.simulate([0, 600], [0, 600], 0, 0, -65, 0, start=start)
    assert course.blocked[1] / course.blocked[0] == pytest.approx(0.53, abs=TWO_DECIMALS)
    relieved = nmda.simulate([0, 60], [0, 60], AGONIST_mM, 0, -65, 0, start=start)
    assert relieved.blocked[1] < 1e-5


# --- known mismatches: asserted as they are, so that nobody mends them in silence -------------------


def test_n9_onset_is_too_fast() -> None:
    """10 uM into steady agonist: [R] 0.24 s for the blocked fraction; published rates give 0.58 s.

    [S] gilling2009: kon 0.15 /uM/s, koff 0.22 /s, so 1 / (0.15 * 10 + 0.22) = 0.58 s. The current, which
    is what is recorded, falls sooner still in the model: 0.10 s.
    """
    published_s = 1 / (0.15 * 10 + 0.22)
    times = np.linspace(0, 10, 10_001)
    start = nmda.stationary(AGONIST_mM, 0, -65, 0)
    course = nmda.simulate(times, [0, 10], AGONIST_mM, 10, -65, 0, start=start)
    onset_s = first_time(times, course.blocked > (1 - BY_E) * course.blocked[-1])
    assert onset_s == pytest.approx(0.24, abs=TWO_DECIMALS)
    assert published_s / onset_s == pytest.approx(2.4, abs=ONE_DECIMAL)
    drop = (course.open - course.open[-1]) / (course.open[0] - course.open[-1])
    assert published_s / first_time(times, drop < BY_E) == pytest.approx(5.6, abs=0.1)  # seen here, not in [R]


def test_n10_block_is_too_deep() -> None:
    """10 uM: [R] 0.97; [S] mealing1999 0.80 +- 0.02, which a dissociation constant of 2.5 uM would give."""
    control = nmda.stationary(AGONIST_mM, 0, -65, 0)[4]
    own, at_2_5 = (1 - nmda.stationary(AGONIST_mM, 10, -65, 0, affinity_uM=a)[4] / control for a in (np.nan, 2.5))
    assert own == pytest.approx(0.97, abs=TWO_DECIMALS)
    assert own - 0.80 > 5 * 0.02  # far outside the published error
    assert at_2_5 == pytest.approx(0.80, abs=TWO_DECIMALS)


# --- time courses --------------------------------------------------------------------------------


def test_n11_block_shortens_the_current() -> None:
    """[R] weighted decay, area after the peak over the peak: 84 ms, in 10 uM 48 ms; one ms either way."""
    times = np.linspace(0, 3, 30_001)
    current = -nmda.simulate(times, [0, PULSE_s, 3], [1, 0], [[0], [10]], -65, 0).current
    for course, expected_s in zip(current, (0.084, 0.048), strict=True):
        peak = int(course.argmax())
        area = np.trapezoid(course[peak:], times[peak:])
        assert area / course[peak] == pytest.approx(expected_s, abs=0.001)


# Firing rate Hz, mean open probability [R], tolerance: the last digit that is printed, half of it below
# 20 Hz; there the reference has 0.174 and this model 0.1748, so a whole one.
MEAN_OPEN = [(0.1, 0.0024, 5e-5), (1, 0.024, 5e-4), (5, 0.096, 5e-4), (20, 0.174, 1e-3)]


def mean_open(rate_Hz: float) -> float:
    period = 1 / rate_Hz
    settled = np.linalg.matrix_power(pulse_map(period, 0, 0), 4096)[0]
    times = np.r_[np.linspace(0, PULSE_s, 21), np.linspace(PULSE_s, period, 20_000)[1:]]
    course = nmda.simulate(times, [0, PULSE_s, period], [1, 0], 0, -65, 0, start=settled / settled.sum())
    return float(np.trapezoid(course.open, times) / period)


@pytest.mark.parametrize(("rate_Hz", "expected", "tolerance"), MEAN_OPEN)
def test_mean_open_probability_of_trains(rate_Hz: float, expected: float, tolerance: float) -> None:
    assert mean_open(rate_Hz) == pytest.approx(expected, abs=tolerance)


def block_over_train(rate_Hz: float, ketamine_uM: float, magnesium_mM: float, until_s: float) -> Floats:
    """Give the blocked fraction before each pulse."""
    once = pulse_map(1 / rate_Hz, ketamine_uM, magnesium_mM)
    state, blocked = np.eye(10)[0], [0.0]
    for _ in range(round(until_s * rate_Hz)):
        state = state @ once
        blocked.append(float(state[5:].sum()))
    return np.array(blocked)


def test_n12_rate_sets_the_speed_and_hardly_the_level() -> None:
    """[R] 1 uM, 1 mM Mg: half-time about 3 min at 0.1 Hz, under 10 s at 5 Hz; level 0.11 against 0.15."""
    level, half_s = {}, {}
    for rate in (0.1, 5):
        blocked = block_over_train(rate, 1, 1, 3000)
        level[rate] = blocked[-1]
        half_s[rate] = np.interp(blocked[-1] / 2, blocked, np.arange(blocked.size) / rate)
    assert half_s[0.1] == pytest.approx(180, rel=0.1)  # "about 3 min"
    assert half_s[5] < 10
    assert half_s[0.1] / half_s[5] > 10
    assert [level[0.1], level[5]] == pytest.approx([0.11, 0.15], abs=TWO_DECIMALS)
    assert abs(level[5] - level[0.1]) < 0.05


@pytest.mark.parametrize("rate_Hz", [0.1, 1, 5, 20])
def test_n13_one_variable_follows_ten_states(rate_Hz: float) -> None:
    """[R] within 0.005, to be under 0.01: at 1 uM in 1 mM magnesium, where circuits use it."""
    full = block_over_train(rate_Hz, 1, 1, until_s=300 / min(rate_Hz, 1))
    reduced = nmda.reduced_block(np.arange(full.size) / rate_Hz, mean_open(rate_Hz), 1, -65, 1)
    assert np.abs(full - reduced).max() < 0.005
    assert nmda.steady_block(mean_open(rate_Hz), 1, -65, 1) == pytest.approx(full[-1], abs=0.01)


def test_n13_where_one_variable_fails() -> None:
    """Not in [R]: at 10 uM without magnesium block outruns gating, and the reduction runs ahead."""
    full = block_over_train(5, 10, 0, 60)
    reduced = nmda.reduced_block(np.arange(full.size) / 5, mean_open(5), 10, -65, 0)
    assert 0.1 < (reduced - full).max() < 0.2
    assert reduced[-1] == pytest.approx(full[-1], abs=0.001)


def test_n14_occupancies() -> None:
    protocol = nmda.Protocol.of(0, 10, glutamate_mM=nmda.train(0.5, 9, 1), voltage_mV=nmda.steps((5, 7, 40)))
    blockers = np.array(nmda.BLOCKERS)
    course = nmda.simulate(np.linspace(0, 10, 201), **protocol.inputs(np.full(3, 10.0)), blocker=blockers)
    assert course.occupancy.min() >= 0
    assert course.occupancy.sum(axis=-1) == pytest.approx(np.ones((3, 201)), abs=1e-12)


# --- ions ----------------------------------------------------------------------------------------


def test_calcium_share_of_the_current() -> None:
    """Assumed constants; recalled dye measurements give 7 to 11 % near rest, so 5 to 20 % is not absurd."""
    assert 0.05 < nmda.calcium_share(-65) < 0.20


def test_constant_field_by_hand() -> None:
    """At 0 mV only calcium moves: 2 * 3.6 * (1e-4 - 1.5) against 150 * (-65 / 25.4) + calcium at -65 mV.

    Calcium at -65 mV: x = 2 * -65 / 25.4 = -5.118; x / (e^x - 1) = 5.149; 2 * 3.6 * 5.149 * -1.5 = -55.6.
    Monovalent: -383.9. At 0 mV: -10.8. So the unit is 439.5 and calcium carries 0.0246 of it.
    """
    calcium, monovalent = nmda.channel_current(0)
    assert calcium == pytest.approx(-10.8 / 439.5, rel=1e-3)  # three digits by hand
    assert monovalent == 0
    assert nmda.calcium_share(-65) == pytest.approx(55.6 / 439.5, rel=1e-3)
    assert sum(nmda.channel_current(-65)) == pytest.approx(-1, abs=1e-12)
