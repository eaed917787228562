"""The table of published figures against the models is complete, and says what it misses."""

import pytest

from explainer.evidence import parameters
from explainer.models.pharmacokinetics_compared import comparisons

FOUND = {c.published.name: c for c in comparisons()}

MISSES = {  # by more than a quarter, each known and stated on the page; computed over published
    "nasal_28mg_noresketamine_area_ng_h_per_mL": 1.41,
    "nasal_56mg_noresketamine_area_ng_h_per_mL": 1.45,
    "nasal_84mg_noresketamine_area_ng_h_per_mL": 1.46,
    "racemic_spray_50mg_peak_ng_per_mL": 1.5,  # 117 of 77.6
    "racemic_spray_50mg_fraction": 4.4,  # 0.49 of 0.11
    "infusion_end_ng_per_mL": 1.37,  # 253 of 185
    "esketamine_clearance_henthorn_L_per_h": 1.48,  # 109 of 73.8
    "esketamine_half_life_hasan_h": 2.1,  # 11 h of 5.2 h
    "oral_fraction_fanta_fraction": 2.2,  # 0.178 of 0.08
    "sublingual_rolan_fraction": 1.36,  # 0.263 + 0.737 * 0.178 = 0.394 of 0.29
    "intramuscular_peak_ng_per_mL": 0.46,  # 112 of 240, recalled
}


def test_every_published_figure_has_its_counterpart():
    assert list(FOUND) == list(parameters("pharmacokinetics_published"))
    assert len(FOUND) >= 40


def test_what_misses_by_more_than_a_quarter_is_known():
    assert {name for name, c in FOUND.items() if not 0.8 <= c.ratio <= 1.25} == set(MISSES)


@pytest.mark.parametrize(("name", "ratio"), MISSES.items())
def test_a_miss_is_as_large_as_stated(name, ratio):
    assert FOUND[name].ratio == pytest.approx(ratio, rel=0.03)


def test_what_agreement_means_is_said():
    assert {c.basis for c in FOUND.values()} == {"same fit", "tuned to it", "other data"} | {"recalled"}
    own_fit = [c for c in FOUND.values() if c.basis == "same fit" and "noresketamine_area" not in c.published.name]
    assert all(abs(c.ratio - 1) < 0.12 for c in own_fit)
    assert FOUND["intramuscular_peak_ng_per_mL"].basis == "recalled"
    assert FOUND["push_10mg_peak_ng_per_mL"].basis == "other data"
