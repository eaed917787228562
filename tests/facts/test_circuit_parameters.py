"""Every value of the circuit, typed a second time from the evidence file, section 2.3, never from the values' own."""

from __future__ import annotations

import pytest

from explainer.evidence import parameters

FOUND = parameters("circuit")

CELLS = {  # Wang-type cells, facts of a published network
    "pyramidal_cells_count": (160, "count"),
    "pyramidal_capacitance_pF": (500, "pF"),
    "pyramidal_leak_nS": (25, "nS"),
    "pyramidal_refractory_ms": (2, "ms"),
    "interneuron_cells_count": (40, "count"),
    "interneuron_capacitance_pF": (200, "pF"),
    "interneuron_leak_nS": (20, "nS"),
    "interneuron_refractory_ms": (1, "ms"),
    "resting_mV": (-70, "mV"),
    "threshold_mV": (-50, "mV"),
    "reset_mV": (-55, "mV"),
    "excitatory_reversal_mV": (0, "mV"),
    "inhibitory_reversal_mV": (-70, "mV"),
    "ampa_decay_ms": (2, "ms"),
    "nmda_decay_ms": (100, "ms"),
    "nmda_jump_ratio": (0.5, "ratio"),
    "gaba_decay_ms": (5, "ms"),
    "noise_decay_ms": (5, "ms"),
}
KETAMINE = {  # like 2A and 2B, and like 2C: an assumption
    "pyramidal_half_block_uM": (5.0, "uM"),
    "interneuron_half_block_uM": (1.2, "uM"),
}
CONDUCTANCES = {  # found by numerical fitting on the wanted shape
    "tonic_ampa_pyramidal_nS": (5.508, "nS"),
    "tonic_nmda_pyramidal_nS": (50.2, "nS"),
    "tonic_ampa_interneuron_nS": (4.829, "nS"),
    "tonic_nmda_interneuron_nS": (19.98, "nS"),
    "pyramidal_to_pyramidal_ampa_nS": (0.171, "nS"),
    "pyramidal_to_pyramidal_nmda_nS": (0.265, "nS"),
    "pyramidal_to_interneuron_ampa_nS": (0.504, "nS"),
    "pyramidal_to_interneuron_nmda_nS": (0.502, "nS"),
    "interneuron_to_pyramidal_gaba_nS": (9.48, "nS"),
    "interneuron_to_interneuron_gaba_nS": (7.40, "nS"),
    "pyramidal_noise_pA": (140, "pA"),
    "interneuron_noise_pA": (90, "pA"),
    "fitting_step_ms": (0.5, "ms"),  # "dt 1 shifts": the table of rates is that of half a millisecond
}
RATE_MODEL = {  # the fit of twelve parameters
    "pyramidal_gain_Hz": (6.7679, "Hz"),  # kE
    "interneuron_gain_Hz": (10.8438, "Hz"),  # kI
    "pyramidal_drive_ratio": (-3.9181, "ratio"),  # xE
    "interneuron_drive_ratio": (-3.0153, "ratio"),  # xI
    "pyramidal_nmda_drive_ratio": (10.3652, "ratio"),  # nE
    "interneuron_nmda_drive_ratio": (4.3829, "ratio"),  # nI
    "pyramidal_to_pyramidal_per_Hz": (0.1873, "/Hz"),  # wEE
    "pyramidal_to_interneuron_per_Hz": (0.3993, "/Hz"),  # wEI
    "interneuron_to_pyramidal_per_Hz": (1.0577, "/Hz"),  # wIE
    "interneuron_to_interneuron_per_Hz": (0.5672, "/Hz"),  # wII
    "pyramidal_nmda_per_Hz": (0.1942, "/Hz"),  # mE
    "interneuron_nmda_per_Hz": (0.2428, "/Hz"),  # mI
}
ALL = {**CELLS, **KETAMINE, **CONDUCTANCES, **RATE_MODEL}


@pytest.mark.parametrize("name", ALL)
def test_value_and_unit(name: str) -> None:
    assert (FOUND[name].value, FOUND[name].unit) == ALL[name]


@pytest.mark.parametrize("name", KETAMINE)
def test_what_is_assumed_is_called_so(name: str) -> None:
    """Which kind of cell is the more sensitive is the hypothesis itself."""
    assert FOUND[name].kind == "assumed"
    assert "assumption" in FOUND[name].note or "hypothesis" in FOUND[name].note


@pytest.mark.parametrize("name", [*CONDUCTANCES, *RATE_MODEL])
def test_what_was_fitted_by_us_is_not_called_published(name: str) -> None:
    assert FOUND[name].kind in ("derived", "assumed", "illustrative")
    assert FOUND[name].note


def test_nobody_has_compared_any_with_an_original() -> None:
    """The evidence file saw no original paper; a second reader writes the name and takes the entry out here."""
    assert [name for name in ALL if FOUND[name].checked_by] == []


def test_every_other_value_is_no_finding() -> None:
    """What is not typed above comes from no work, so it must be assumed or illustrative, and say why."""
    others = {name: entry for name, entry in FOUND.items() if name not in ALL}
    assert {entry.kind for entry in others.values()} <= {"assumed", "derived", "illustrative"}
