"""What the synapse must show, against values worked out by hand.

Hand values use the circuit's constants as they are typed in the evidence: AMPA 2 ms, NMDA 100 ms with an
increment of 0.5 (1 - s), 0.171 and 0.265 nS, half-blocks 5 and 1.2 uM. Rates of the network at 0, 1, 3 and
10 uM are those of the evidence's table, [R]: computed beforehand with another implementation.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from explainer.models import circuit, glutamate

FOUR_DIGITS = 5e-4  # hand values carry four, relative
FREE = 1 / (1 + math.exp(0.062 * 55) / 3.57)  # Jahr and Stevens 1990 at -55 mV, 1 mM: 0.1055
BLOCKED = {0: 0.0, 1: 1 / 6, 3: 3 / 8, 10: 2 / 3}  # C / (C + 5 uM)
TABLE_Hz = {0: 4.8, 1: 7.4, 3: 6.6, 10: 2.0}  # [R] pyramidal cells


# --- one release -------------------------------------------------------------------------------------


def test_a_release_leaves_the_area_of_the_standard_pulse() -> None:
    """1 mM for 1 ms, whatever the rise."""
    times = np.linspace(0, 0.1, 200_001)
    area = np.trapezoid(glutamate.glutamate(times, [0.0]).cleft_mM, times)
    assert area == pytest.approx(1e-3, rel=1e-4)  # of the sum


def test_the_peak_in_the_cleft_by_hand() -> None:
    """(10 / 9) (e^-t - e^-10t) at t = ln 10 / 9 ms = 0.2558 ms is 0.7743."""
    assert pytest.approx(0.2558e-3, rel=FOUR_DIGITS) == glutamate.PEAK_S
    assert glutamate.glutamate([glutamate.PEAK_S], [0.0]).cleft_mM[0] == pytest.approx(0.7743, rel=FOUR_DIGITS)


def test_the_astrocyte_takes_nine_tenths_in_the_end() -> None:
    end = glutamate.glutamate([1.0], [0.0])
    assert (end.taken_up[0], end.away[0]) == pytest.approx((0.9, 0.1), abs=1e-9)


def test_clearing_takes_about_three_steps_of_the_slowest() -> None:
    """Late, what is left is a d / ((a - c)(d - c)) e^-ct = 1.2755 e^-t/5ms: a tenth after 5 ms ln 12.755 = 12.73 ms."""
    assert 1000 * glutamate.clearance_s(0.9) == pytest.approx(12.73, rel=FOUR_DIGITS)


def test_currents_of_one_release_by_hand() -> None:
    passed = glutamate.currents([0.0, 10.0], [0.0])
    assert passed.ampa_pA[0] == pytest.approx(0.171 * 55, rel=FOUR_DIGITS)  # 9.405 pA
    assert passed.nmda_pA[0] == pytest.approx(0.265 * 0.5 * FREE * 55, rel=FOUR_DIGITS)  # 0.769 pA
    assert passed.ampa_fC[1] == pytest.approx(9.405 * 2, rel=FOUR_DIGITS)  # pA ms = fC
    assert passed.nmda_fC[1] == pytest.approx(0.7689 * 100, rel=FOUR_DIGITS)


@pytest.mark.parametrize(("amount", "blocked"), [(1, 0.1667), (3, 0.375), (5, 0.5), (10, 0.6667)])
def test_ketamine_takes_its_share_of_nmda_and_nothing_of_ampa(amount: float, blocked: float) -> None:
    share = amount / (amount + circuit.half_blocks_uM()[0])
    assert share == pytest.approx(blocked, abs=1e-4)
    bare, drugged = glutamate.currents([0.01], [0.0]), glutamate.currents([0.01], [0.0], share)
    assert drugged.nmda_pA / bare.nmda_pA == pytest.approx(1 - blocked, abs=1e-4)
    assert drugged.ampa_pA == pytest.approx(bare.ampa_pA, rel=1e-12)


# --- many releases -----------------------------------------------------------------------------------


def test_a_second_release_adds_to_ampa_and_saturates_nmda() -> None:
    """20 ms later: AMPA 1 + e^-10; NMDA 0.5 e^-0.2 = 0.4094, and half of the rest on top: 0.7047."""
    passed = glutamate.currents([0.02], [0.0, 0.02])
    assert passed.ampa_active[0] == pytest.approx(1.0000454, rel=1e-6)
    assert passed.nmda_active[0] == pytest.approx(0.7047, rel=FOUR_DIGITS)


THROUGHPUT = [
    # uM, AMPA and NMDA charge per second relative to none, by hand from the table's rates:
    # AMPA r / 4.8; NMDA (1 - b) n / (1 + n) over its value at 4.8 Hz, n = r / 20
    (1, 1.542, 1.163),  # 0.37 / 1.37 = 0.2701; * 5/6 = 0.2251; 0.24 / 1.24 = 0.1935
    (3, 1.375, 0.801),  # 0.33 / 1.33 = 0.2481; * 5/8 = 0.1551
    (10, 0.417, 0.157),  # 0.1 / 1.1 = 0.0909; / 3 = 0.0303
]


@pytest.mark.parametrize(("amount", "ampa", "nmda"), THROUGHPUT)
def test_throughput_from_the_rates_by_hand(amount: int, ampa: float, nmda: float) -> None:
    with_it = glutamate.steady_fC_per_s(TABLE_Hz[amount], BLOCKED[amount])
    without = glutamate.steady_fC_per_s(TABLE_Hz[0])
    assert with_it[0] / without[0] == pytest.approx(ampa, abs=0.002)  # three decimals
    assert with_it[1] / without[1] == pytest.approx(nmda, abs=0.002)


def test_throughput_of_the_network_tells_the_same() -> None:
    """The network's own spikes, which are not quite random, against the formula at their mean rate: 5 %."""
    ketamine = np.array([0.0, 1.0, 3.0, 10.0])
    run = circuit.spikes(ketamine)
    sends = run.cell < circuit.PYRAMIDAL
    rows = run.setting[sends] * circuit.PYRAMIDAL + run.cell[sends]
    releases = glutamate.trains(rows, run.time_s[sends], 4 * circuit.PYRAMIDAL)
    blocked = np.array(list(BLOCKED.values()))
    passed = glutamate.currents([10.0], releases.reshape(4, circuit.PYRAMIDAL, -1), blocked[:, None])
    ampa, nmda = passed.ampa_fC[..., 0].mean(axis=-1), passed.nmda_fC[..., 0].mean(axis=-1)
    expected = glutamate.steady_fC_per_s(run.pyramidal_Hz, blocked)
    assert ampa == pytest.approx(expected[0], rel=1e-9)  # proportional to the number of releases
    assert nmda == pytest.approx(expected[1], rel=0.05)
    up, shifted, down = (ampa / ampa[0])[1:], (nmda / nmda[0])[1:], ampa[-1] / ampa[0]
    assert up[0] > 1.3  # the surge at 1 uM
    assert up[1] > 1.2 > 0.9 > shifted[1]  # at 3 uM AMPA is up while NMDA is down
    assert shifted[0] < up[0]  # NMDA never gains as much
    assert down < 0.6  # 10 uM
    assert shifted[2] < 0.3


@pytest.mark.parametrize("assumption", ["equal", "reversed", "interneurons_spared"])
def test_no_surge_where_interneurons_are_not_the_more_sensitive(assumption: str) -> None:
    run = circuit.spikes([0.0, 1.0], assumption)
    ampa, _ = glutamate.steady_fC_per_s(run.pyramidal_Hz)
    assert ampa[1] < 0.95 * ampa[0]
