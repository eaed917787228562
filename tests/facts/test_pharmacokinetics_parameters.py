"""Every published value that the pharmacokinetics and the effects rest on, typed a second time.

Typed from the tables of the evidence file and from the public transcription of Perez-Ruixo 2021 that it
names (nlmixr2lib, its source trace of Table 3), never from the files of parameters. And: what people
that are drawn differ by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from explainer.evidence import parameters
from explainer.models import pharmacokinetics as pk
from explainer.models.disposition import disposition_of, noresketamine_of, to_norketamine_per_h

Floats = NDArray[np.float64]

PEREZ_RUIXO = {  # Table 3, as transcribed
    "perez_ruixo_blood_L": (192, "L"),
    "perez_ruixo_shallow_L": (143, "L"),
    "perez_ruixo_deep_L": (417, "L"),
    "perez_ruixo_liver_L": (101, "L"),
    "perez_ruixo_shallow_L_per_h": (84.3, "L/h"),
    "perez_ruixo_deep_L_per_h": (37.6, "L/h"),
    "perez_ruixo_liver_L_per_h": (151, "L/h"),
    "perez_ruixo_other_metabolites_per_h": (1.11, "/h"),
    "perez_ruixo_to_norketamine_per_h": (2.77, "/h"),
    "norketamine_blood_L": (70, "L"),
    "norketamine_tissue_L": (115, "L"),
    "norketamine_tissue_L_per_h": (26.1, "L/h"),
    "norketamine_clearance_L_per_h": (38, "L/h"),
    "nasal_first_fraction": (0.54, "fraction"),
    "nasal_later_ratio": (0.62, "ratio"),
    "nasal_mucosa_per_h": (2.93, "/h"),
    "swallowed_lasts_h": (0.53, "h"),
    "swallowed_per_h": (1.45, "/h"),
    "oral_lasts_h": (0.32, "h"),
    "oral_per_h": (0.97, "/h"),
    "gut_wall_passed_fraction": (0.64, "fraction"),
    "perez_ruixo_blood_spread_ratio": (0.275, "ratio"),
    "perez_ruixo_shallow_spread_ratio": (0.493, "ratio"),
    "perez_ruixo_liver_spread_ratio": (0.346, "ratio"),
    "perez_ruixo_liver_flow_spread_ratio": (0.232, "ratio"),
    "perez_ruixo_other_metabolites_spread_ratio": (1.20, "ratio"),
    "nasal_mucosa_spread_ratio": (0.615, "ratio"),
    "swallowed_spread_ratio": (1.32, "ratio"),
    "norketamine_blood_spread_ratio": (0.316, "ratio"),
    "norketamine_clearance_spread_ratio": (0.254, "ratio"),
    "nasal_fraction_logit_spread_ratio": (0.708, "ratio"),
}
OTHERS = {
    "kamp_blood_L": (25, "L"),  # SimTIVA
    "kamp_shallow_L": (56, "L"),
    "kamp_deep_L": (157, "L"),
    "kamp_clearance_L_per_h": (84, "L/h"),
    "kamp_shallow_L_per_h": (161, "L/h"),
    "kamp_deep_L_per_h": (79, "L/h"),
    "domino_blood_L": (4.41, "L"),  # stanpumpR at 70 kg; flows printed per min
    "domino_shallow_L": (10.56972, "L"),
    "domino_deep_L": (178.2123, "L"),
    "domino_clearance_L_per_h": (1.93158 * 60, "L/h"),
    "domino_shallow_L_per_h": (2.61072 * 60, "L/h"),
    "domino_deep_L_per_h": (2.6019 * 60, "L/h"),
    "device_mg": (28, "mg"),
    "device_spacing_min": (5, "min"),
    "racemic_arm_mg": (0.5 * 70, "mg"),
    "infusion_lasts_min": (40, "min"),
    "nasal_racemic_mg": (50, "mg"),
    "nasal_racemic_sprays_count": (5, "count"),
    "oral_mg": (84, "mg"),
    "intramuscular_fraction": (0.93, "fraction"),
    "intramuscular_child_fraction": (0.41, "fraction"),
    "intramuscular_per_min": (0.10, "/min"),
    "intramuscular_kamp_per_min": (0.05, "/min"),
    "sublingual_fraction": (0.263, "fraction"),
    "sublingual_lasts_min": (13.1, "min"),
    "sublingual_per_min": (0.04, "/min"),
    "kamp_blood_spread_ratio": (0.64, "ratio"),  # Herd 2007
    "kamp_tissue_spread_ratio": (0.517, "ratio"),
    "kamp_clearance_spread_ratio": (0.381, "ratio"),
    "kamp_exchange_spread_ratio": (0.19, "ratio"),
    "perez_ruixo_to_norketamine_spread_ratio": (0.30, "ratio"),  # blank in the table: stands in
    "effect_half_time_min": (3, "min"),
    "effect_slowest_half_time_min": (15, "min"),
}
EFFECTS = {
    "esketamine_half_ng_per_mL": (71, "ng/mL"),  # 0.3 nmol/mL of 237.7 g/mol
    "racemic_half_ng_per_mL": (2 * 71, "ng/mL"),
    "first_week_score_count": (20, "count"),
    "last_week_score_count": (8.8, "count"),
    "weeks_between_count": (14 - 1, "count"),
    "benefit_hours_ratio": (-1.17, "ratio"),
    "benefit_day_ratio": (-0.44, "ratio"),
    "benefit_weeks_ratio": (-0.40, "ratio"),
    "benefit_gone_h": (4 * 7 * 24, "h"),
}


@pytest.mark.parametrize("name", PEREZ_RUIXO)
def test_table_of_perez_ruixo(name: str) -> None:
    found = parameters("pharmacokinetics")[name]
    assert (found.value, found.unit) == PEREZ_RUIXO[name]
    assert (found.kind, found.source) == ("fitted", "perezruixo2021")


@pytest.mark.parametrize("name", OTHERS)
def test_other_values(name: str) -> None:
    found = parameters("pharmacokinetics")[name]
    value, unit = OTHERS[name]
    assert found.value == pytest.approx(value, rel=1e-6)  # Domino's carry seven digits
    assert found.unit == unit


@pytest.mark.parametrize("name", EFFECTS)
def test_values_of_effects(name: str) -> None:
    found = parameters("effects")[name]
    assert (found.value, found.unit) == EFFECTS[name]


def test_half_concentration_in_moles() -> None:
    """Simons 2022: 0.3 nmol/mL; times 237.7 g/mol, to the digits given."""
    assert parameters("effects")["esketamine_half_ng_per_mL"].value == pytest.approx(0.3 * 237.7, abs=0.5)


def test_tuned_values_stay_in_the_range_named() -> None:
    """An exponent of 2 to 3, tolerance of 30 to 60 min: choices, and called so."""
    found = parameters("effects")
    assert 2 <= found["steepness_ratio"].value <= 3
    assert 30 <= found["tolerance_half_time_min"].value <= 60
    for name in ("steepness_ratio", "tolerance_half_time_min", "tolerance_strength_ratio", "benefit_gone_h"):
        assert found[name].kind == "assumed"
        assert found[name].note


# Recalled, guessed, or borrowed from another group of people: never "measured" or "fitted".
NOT_SEEN = [
    "intramuscular_fraction", "intramuscular_per_min", "intramuscular_kamp_per_min", "intramuscular_spread_ratio",
    "perez_ruixo_to_norketamine_spread_ratio", "kamp_blood_spread_ratio", "kamp_tissue_spread_ratio",
    "kamp_clearance_spread_ratio", "kamp_exchange_spread_ratio", "effect_half_time_min",
    "effect_slowest_half_time_min",
]  # fmt: skip


@pytest.mark.parametrize("name", NOT_SEEN)
def test_what_was_not_seen_is_called_assumed(name: str) -> None:
    found = parameters("pharmacokinetics")[name]
    assert found.kind == "assumed"
    assert found.note


def test_nothing_claims_to_have_been_checked() -> None:
    """No original was read."""
    for stem in ("pharmacokinetics", "effects"):
        for name, found in parameters(stem).items():
            assert not found.checked_by, name


def test_rate_constants_of_domino() -> None:
    """Per min, as four simulators carry them: k10 .438, k12 .592, k13 .590, k21 .247, k31 .0146."""
    body = disposition_of("domino")
    volumes, exchange = body.volumes_L, body.exchange_L_per_h / 60
    assert body.clearance_L_per_h[0] / 60 / volumes[0] == pytest.approx(0.438, rel=1e-6)
    assert exchange[1:] / volumes[0] == pytest.approx([0.592, 0.590], rel=1e-5)
    assert exchange[1:] / volumes[1:] == pytest.approx([0.247, 0.0146], rel=1e-5)


# --- what people differ by ---------------------------------------------------------------------------
# Each: median, coefficient of variation in percent. Log-normal but for the share that the mucosa takes up.

TWO_THOUSAND = pk.people(2000, np.random.default_rng(11))


def joint(compartment: int) -> Floats:
    return disposition_of("perez_ruixo_2021", TWO_THOUSAND).volumes_L[:, compartment]


def other_per_h() -> Floats:
    body = disposition_of("perez_ruixo_2021", TWO_THOUSAND)
    result: Floats = body.clearance_L_per_h[:, 3] / body.volumes_L[:, 3] - to_norketamine_per_h(TWO_THOUSAND)
    return result


def kamp(table: str, compartment: int, disposition: str = "kamp_2020") -> Floats:
    found: Floats = getattr(disposition_of(disposition, TWO_THOUSAND), table)[:, compartment]
    return found


def uptake_per_min(arm: str, site: str, disposition: str = "perez_ruixo_2021") -> Floats:
    (way,) = (w for w in pk.arm_intakes(arm, disposition, of=TWO_THOUSAND) if w.site == site)
    return np.asarray(way.absorption_per_min)


SPREAD: list[tuple[str, Callable[[], Floats], float, float]] = [
    ("blood", lambda: joint(0), 192, 27.5),
    ("shallow tissue", lambda: joint(1), 143, 49.3),
    ("deep tissue", lambda: np.broadcast_to(joint(2), (2000,)), 417, 0),
    ("liver", lambda: joint(3), 101, 34.6),
    ("liver flow", lambda: disposition_of("perez_ruixo_2021", TWO_THOUSAND).exchange_L_per_h[:, 3], 151, 23.2),
    ("shallow flow", lambda: disposition_of("perez_ruixo_2021", TWO_THOUSAND).exchange_L_per_h[:, 1], 84.3, 0),
    ("other metabolites", other_per_h, 1.11, 120),
    ("to noresketamine", lambda: to_norketamine_per_h(TWO_THOUSAND), 2.77, 30),
    ("noresketamine volume", lambda: noresketamine_of(TWO_THOUSAND).volumes_L[:, 0], 70, 31.6),
    ("noresketamine clearance", lambda: noresketamine_of(TWO_THOUSAND).clearance_L_per_h[:, 0], 38, 25.4),
    ("nasal mucosa", lambda: uptake_per_min("nasal_84mg", "nose"), 2.93 / 60, 61.5),
    ("swallowed", lambda: uptake_per_min("nasal_84mg", "gut"), 1.45 / 60, 132),
    ("drunk", lambda: uptake_per_min("oral_84mg", "gut"), 0.97 / 60, 132),
    ("drunk from under the tongue", lambda: uptake_per_min("sublingual", "gut"), 0.97 / 60, 132),
    ("muscle", lambda: uptake_per_min("im", "muscle"), 0.10, 61.5),
    ("muscle, arterial", lambda: uptake_per_min("im", "muscle", "kamp_2020"), 0.05, 61.5),
    ("mouth", lambda: np.broadcast_to(uptake_per_min("sublingual", "mouth"), (2000,)), 0.04, 0),
    ("Kamp's blood", lambda: kamp("volumes_L", 0), 25, 64),
    ("Kamp's shallow tissue", lambda: kamp("volumes_L", 1), 56, 51.7),
    ("Kamp's deep tissue", lambda: kamp("volumes_L", 2), 157, 51.7),
    ("Kamp's clearance", lambda: kamp("clearance_L_per_h", 0), 84, 38.1),
    ("Kamp's exchange", lambda: kamp("exchange_L_per_h", 1), 161, 19),
    ("Kamp's deep exchange", lambda: kamp("exchange_L_per_h", 2), 79, 19),
    ("Domino's blood", lambda: kamp("volumes_L", 0, "domino"), 4.41, 64),
    ("Domino's clearance", lambda: kamp("clearance_L_per_h", 0, "domino"), 115.8948, 38.1),
]


@pytest.mark.parametrize(("values", "median", "variation"), [s[1:] for s in SPREAD], ids=[s[0] for s in SPREAD])
def test_people_differ_as_published(values: Callable[[], Floats], median: float, variation: float) -> None:
    """Of 2000 spread evenly: the median to four digits; the variation, from the logarithms, to one percent."""
    drawn = values()
    assert drawn.shape == (2000,)
    assert np.median(drawn) == pytest.approx(median, rel=1e-4)
    assert 100 * np.sqrt(np.expm1(np.log(drawn).var())) == pytest.approx(variation, rel=0.01, abs=1e-9)
    assert 100 * drawn.std() / drawn.mean() == pytest.approx(variation, rel=0.04, abs=1e-9)  # tails are cut off


def test_people_differ_in_the_share_of_the_mucosa() -> None:
    """On the logit scale, 70.8 % read as its standard deviation; the later sprays keep to 62 % of the first."""
    nose, gut = pk.arm_intakes("nasal_84mg", of=TWO_THOUSAND)
    first, second, third = nose.portions_mg.T / 28
    logit = np.log(first / (1 - first))
    assert np.median(first) == pytest.approx(0.54, rel=1e-4)
    assert logit.std() == pytest.approx(0.708, rel=0.01)
    assert second == pytest.approx(0.62 * first)
    assert third == pytest.approx(0.62 * first)
    assert nose.portions_mg + gut.portions_mg == pytest.approx(np.full((2000, 3), 28))


def test_what_does_not_go_together() -> None:
    """No correlations were found, so none are drawn; see the model's list of what it leaves out."""
    volume, flow = joint(0), disposition_of("perez_ruixo_2021", TWO_THOUSAND).exchange_L_per_h[:, 3]
    assert abs(np.corrcoef(np.log(volume), np.log(flow))[0, 1]) < 0.1
