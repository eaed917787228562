"""What is published about ketamine's ways into the body, against the model.

Expected values are typed from the evidence file, or worked out by hand; never printed by the model. How
each is known:

[P] a figure of a paper or label, read in an abstract, a table's excerpt or a public transcription;
[M] recalled, the original never seen;
[C] computed beforehand with an independent implementation of the same parameters.

A [C] value shows that this implementation is the recommended one, not that its parameters are right.
Each tolerance says what it stands for. Values of parameters stand in `test_pharmacokinetics_parameters`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explainer.models import pharmacokinetics as pk
from explainer.models.disposition import disposition_of

Floats = NDArray[np.float64]

PEREZ_RUIXO, KAMP, DOMINO = pk.DISPOSITIONS
TIMES = np.unique(np.concatenate([np.linspace(0, 240, 4801), np.linspace(240, 1440, 2401)]))  # 3 s, then 30 s

WHOLE = 0.5  # printed in whole numbers
TENTH = 0.05  # ... with one decimal
PERCENT = 0.01


def curve(arm: Any, disposition: str = PEREZ_RUIXO, **uptake: Any) -> Floats:
    return pk.blood_ng_per_mL(arm, TIMES, disposition, **uptake)


def peak(arm: Any, disposition: str = PEREZ_RUIXO, **uptake: Any) -> tuple[float, float]:
    """Cmax in ng/mL and Tmax in min."""
    found = pk.landmarks(TIMES, curve(arm, disposition, **uptake))
    return float(found.peak), float(found.peak_min)


def cmax(arm: Any, disposition: str = PEREZ_RUIXO, **uptake: Any) -> float:
    return peak(arm, disposition, **uptake)[0]


def tmax(arm: Any, disposition: str = PEREZ_RUIXO, **uptake: Any) -> float:
    return peak(arm, disposition, **uptake)[1]


def at(minute: float, arm: Any, disposition: str = PEREZ_RUIXO) -> float:
    return float(pk.blood_ng_per_mL(arm, [minute], disposition)[0])


def day_area(values: Floats) -> float:
    """Area from 0 to 24 h, ng h/mL."""
    return float(np.trapezoid(values, TIMES) / 60)


def push(dose_mg: float) -> list[pk.Intake]:
    return [pk.Intake("vein", np.array([dose_mg]), np.zeros(1))]


# --- exposure after the nasal spray --------------------------------------------------------------

TABLE_4 = [  # [P] Perez-Ruixo 2021, 18 to 60 years, Caucasian: mg, Cmax, AUC 0-24 h, Cmax of noresketamine
    (28, 43.8, 147.3, 59.1),
    (56, 72.5, 254.7, 119.7),
    (84, 101.0, 362.2, 180.0),
]


@pytest.mark.parametrize(("mg", "peak_ng_per_mL", "area", "norketamine"), TABLE_4)
def test_table_4_of_perez_ruixo(mg: int, peak_ng_per_mL: float, area: float, norketamine: float) -> None:
    """Within 2 %: its own simulation, of other rounding; the two later rows were not used in fitting."""
    arm = f"nasal_{mg}mg"
    assert cmax(arm) == pytest.approx(peak_ng_per_mL, rel=0.02)
    assert day_area(curve(arm)) == pytest.approx(area, rel=0.02)
    assert pk.norketamine_ng_per_mL(arm, TIMES).max() == pytest.approx(norketamine, rel=0.02)


EFFECTIVE = [(28, 0.54), (56, 0.4374), (84, 0.4032)]  # [P] of the dose, through the mucosa


@pytest.mark.parametrize(("mg", "fraction"), EFFECTIVE)
def test_share_that_the_mucosa_takes_up(mg: int, fraction: float) -> None:
    nose, gut = pk.arm_intakes(f"nasal_{mg}mg")
    assert nose.dose_mg / mg == pytest.approx(fraction, abs=5e-5)  # four decimals
    assert (nose.dose_mg + gut.dose_mg) == pytest.approx(mg)
    assert nose.starts_min.tolist() == [0, 5, 10][: mg // 28]
    assert gut.starts_min.tolist() == nose.starts_min.tolist()


# --- what reaches blood ----------------------------------------------------------------------------


def test_extraction_by_the_liver() -> None:
    """[C] 0.72: 101 x 3.88 L/h against a flow of 151."""
    passes = float(disposition_of(PEREZ_RUIXO).passes_liver_fraction())
    assert 1 - passes == pytest.approx(391.88 / (391.88 + 151), rel=1e-12)
    assert 1 - passes == pytest.approx(0.72, abs=PERCENT / 2)


def test_swallowed_part_that_reaches_blood() -> None:
    """[P] 18.6 % in the abstract; 0.64 x 151 / 542.88 are 17.8 %: the table's digits, or the typical person."""
    found = float(pk.bioavailability("oral_84mg"))
    assert found == pytest.approx(0.64 * 151 / 542.88, rel=1e-12)
    assert found - 0.186 == pytest.approx(-0.008, abs=0.0005)
    assert pk.bioavailability("nasal_28mg", swallowed_fraction=1) == pytest.approx(found)


NASAL = [("nasal_28mg", 0.62), ("nasal_56mg", 0.54), ("nasal_84mg", 0.51)]  # [C], [P] abstract, [P] abstract


@pytest.mark.parametrize(("arm", "expected"), NASAL)
def test_nasal_bioavailability(arm: str, expected: float) -> None:
    assert pk.bioavailability(arm) == pytest.approx(expected, abs=PERCENT / 2)


def test_nasal_bioavailability_against_the_label() -> None:
    """[P] about 48 %; the model, as the paper, has 51 to 62 %."""
    over = float(pk.bioavailability("nasal_84mg")) - 0.48
    assert over == pytest.approx(0.03, abs=PERCENT / 2)


def test_o3_bioavailability_falls_from_route_to_route() -> None:
    """O3: vein 1 > muscle 0.93 [M] > nose >= under the tongue >= drunk."""
    order = ["iv_push", "im", "nasal_28mg", "nasal_56mg", "nasal_84mg", "sublingual", "oral_84mg"]
    shares = [float(pk.bioavailability(arm)) for arm in order]
    assert shares[:2] == pytest.approx([1, 0.93], rel=1e-12)
    assert np.all(np.diff(shares) < 0)
    assert pk.bioavailability("iv_infusion", KAMP) == 1
    assert pk.bioavailability("im", bioavailability=0.41) == pytest.approx(0.41)  # [P] children, Hornik 2018


def test_published_oral_bioavailability() -> None:
    """[P] 8 % (S, Fanta), 15 +- 8 (S, Hasan), 20 (Yanagihara), 23 +- 9 (Chong): the model is among them."""
    assert 0.08 < pk.bioavailability("oral_84mg") < 0.20


def test_sublingual_is_too_available() -> None:
    """Mismatch: [P] 29 % (27 to 31; Rolan) against 39 %.

    The film's 26.3 % of Simons and an oral share of Perez-Ruixo, 0.737 x 17.8 %, come from two models.
    """
    found = float(pk.bioavailability("sublingual"))
    assert found == pytest.approx(0.263 + 0.737 * 0.178, abs=0.0005)
    assert found - 0.29 == pytest.approx(0.10, abs=PERCENT / 2)
    assert found > 0.31


def test_racemic_spray_is_at_the_upper_end() -> None:
    """Mismatch: [P] about 45 % (three people, Yanagihara) and 11 to 17 % (phar.2669), against 49 %.

    And Cmax of 50 mg: [P] 77.6 ng/mL, against 117. Each is one study; the mucosa's share is esketamine's.
    """
    found = float(pk.bioavailability("nasal_racemic_50mg", KAMP))
    by_hand = 0.54 * (1 + 4 * 0.62) / 5
    assert found == pytest.approx(by_hand + (1 - by_hand) * 0.178, abs=0.0005)
    assert found - 0.45 == pytest.approx(0.037, abs=0.001)
    assert found / 0.17 == pytest.approx(2.9, abs=TENTH)
    assert cmax("nasal_racemic_50mg", KAMP) / 77.6 == pytest.approx(1.5, abs=TENTH)


# --- disposition -----------------------------------------------------------------------------------


def test_clearance_of_perez_ruixo() -> None:
    """[P] 109 L/h by flow times extraction, 114 in the abstract, 89 on the label: 5 % below, 22 % above."""
    found = float(disposition_of(PEREZ_RUIXO).total_clearance_L_per_h())
    assert found == pytest.approx(109, abs=WHOLE)
    assert found / 114 == pytest.approx(0.96, abs=PERCENT / 2)
    assert found / 89 == pytest.approx(1.22, abs=PERCENT / 2)


def test_volumes_against_abstract_and_label() -> None:
    """[P] Kamp 252 L (200 to 304) and 79 L/h (69 to 90); label, esketamine: 709 L, against 853."""
    body = disposition_of(KAMP)
    assert 200 < body.volumes_L.sum() < 304
    assert 69 < body.total_clearance_L_per_h() < 90
    assert disposition_of(PEREZ_RUIXO).volumes_L.sum() / 709 == pytest.approx(853 / 709)


def test_half_lives() -> None:
    """[C] Kamp 184, 28 and 2.8 min. [P] label of esketamine: 7 to 12 h."""
    minutes = np.log(2) / disposition_of(KAMP).modes()[0]
    assert minutes == pytest.approx([184, 28, 2.8], rel=0.02)  # two digits
    assert minutes[[0, 2]] == pytest.approx([184, 2.8], abs=WHOLE)
    assert 7 < np.log(2) / disposition_of(PEREZ_RUIXO).modes()[0][0] / 60 < 12


def test_end_of_the_infusion() -> None:
    """[C] 253 ng/mL with Kamp, 125 with Perez-Ruixo: one arterial, one venous. [P] Zarate 2006: 185."""
    arterial, venous = cmax("iv_infusion", KAMP), cmax("iv_infusion", PEREZ_RUIXO)
    assert arterial == pytest.approx(253, abs=WHOLE)
    assert venous == pytest.approx(125, abs=WHOLE)
    assert arterial / venous == pytest.approx(2, abs=TENTH)  # why they must not be mixed in one chart
    assert arterial / 185 == pytest.approx(1.37, abs=PERCENT / 2)
    assert venous / 185 == pytest.approx(0.67, abs=PERCENT)


def test_a_push_of_10_mg() -> None:
    """phar.2669. Area: [P] 113 ug h/L, so a clearance of 88; [C] Kamp 119, which is 10 mg / 84 L/h.

    At 2 min: [P] 296 ng/mL; [C] Kamp 263, Domino 182. The venous model has 50: a sixth.
    """
    assert at(2, push(10), KAMP) == pytest.approx(263, abs=WHOLE)
    assert at(2, push(10), DOMINO) == pytest.approx(182, abs=WHOLE)
    assert at(2, push(10), KAMP) / 296 == pytest.approx(0.89, abs=PERCENT / 2)
    assert at(2, push(10), DOMINO) / 296 == pytest.approx(0.61, abs=PERCENT / 2)
    assert 296 / at(2, push(10)) == pytest.approx(6.0, abs=TENTH)
    week = np.geomspace(1e-3, 1e4, 20_001)
    areas = {d: np.trapezoid(pk.blood_ng_per_mL(push(10), week, d), week) / 60 for d in (KAMP, PEREZ_RUIXO)}
    assert areas[KAMP] == pytest.approx(119, abs=WHOLE)
    assert areas[KAMP] / 113 == pytest.approx(1.05, abs=PERCENT / 2)
    assert areas[PEREZ_RUIXO] / 113 == pytest.approx(0.81, abs=PERCENT / 2)


# --- muscle ----------------------------------------------------------------------------------------

MUSCLE = [  # [C] disposition, uptake per min, Tmax, Cmax of 35 mg where it is printed
    (PEREZ_RUIXO, 0.10, 20, None),
    (PEREZ_RUIXO, 0.05, 32, None),
    (KAMP, 0.05, 11, 211),
    (KAMP, 0.10, None, 326),
]


@pytest.mark.parametrize(("disposition", "per_min", "minute", "highest"), MUSCLE)
def test_intramuscular(disposition: str, per_min: float, minute: float | None, highest: float | None) -> None:
    found, when = peak("im", disposition, absorption_per_min=per_min)
    if minute is not None:
        assert when == pytest.approx(minute, abs=WHOLE)
    if highest is not None:
        assert found == pytest.approx(highest, abs=WHOLE)


def test_uptake_from_muscle_is_not_portable() -> None:
    """[C] 20 min need 0.10 with Perez-Ruixo, 0.023 with Kamp, which gives about 125 ng/mL (interpolated)."""
    assert tmax("im") == pytest.approx(20, abs=WHOLE)
    found, when = peak("im", KAMP, absorption_per_min=0.023)
    assert when == pytest.approx(20, abs=WHOLE)
    assert found == pytest.approx(125, abs=2)
    assert peak("im", KAMP) == pytest.approx((211, 11), abs=WHOLE)  # the start values are those of the table


def test_domino_fails_for_depots() -> None:
    """[C] Any depot seems to peak within 1 to 9 min, at 0.03 to 0.3 per min."""
    assert tmax("im", DOMINO, absorption_per_min=0.3) == pytest.approx(1, abs=WHOLE)
    assert tmax("im", DOMINO, absorption_per_min=0.03) == pytest.approx(9, abs=WHOLE)
    assert tmax("im", DOMINO, absorption_per_min=0.03) < tmax("im", KAMP, absorption_per_min=0.03)


def test_intramuscular_against_what_is_recalled() -> None:
    """[M] 0.5 mg/kg: about 22 min and 240 ng/mL. The venous model meets the time, the arterial one the height."""
    (low, late), (high, early) = peak("im"), peak("im", KAMP)
    assert late - 22 == pytest.approx(-1.7, abs=TENTH)
    assert low / 240 == pytest.approx(0.46, abs=PERCENT / 2)
    assert early - 22 == pytest.approx(-11, abs=WHOLE)
    assert high / 240 == pytest.approx(0.88, abs=PERCENT / 2)


def test_muscle_may_exceed_the_slow_infusion() -> None:
    """[C] Kamp: 211 to 326 at 0.05 to 0.10 per min, against 253."""
    infusion = cmax("iv_infusion", KAMP)
    assert cmax("im", KAMP, absorption_per_min=0.05) < infusion < cmax("im", KAMP, absorption_per_min=0.10)


# --- the other routes ------------------------------------------------------------------------------

AFTER_LAST_SPRAY = [("nasal_28mg", 0, 36), ("nasal_56mg", 5, 36), ("nasal_84mg", 10, 34)]  # [C]


@pytest.mark.parametrize(("arm", "last_min", "expected"), AFTER_LAST_SPRAY)
def test_peak_after_the_last_spray(arm: str, last_min: float, expected: float) -> None:
    """And [P] the label: 20 to 40 min after it."""
    assert tmax(arm) - last_min == pytest.approx(expected, abs=WHOLE)
    assert 20 <= tmax(arm) - last_min <= 40


def test_three_sprays_last() -> None:
    """[C] 76.8 of 101 ng/mL at 90 min: why concentration alone cannot explain dissociation."""
    assert at(90, "nasal_84mg") == pytest.approx(76.8, abs=TENTH)
    assert cmax("nasal_84mg") == pytest.approx(101, abs=WHOLE)


def test_three_sprays_against_the_s_half_of_the_infusion() -> None:
    """[C] 101 ng/mL of esketamine; half of the infusion's is 62 (Perez-Ruixo) to 127 (Kamp)."""
    halves = [cmax("iv_infusion", disposition) / 2 for disposition in (PEREZ_RUIXO, KAMP)]
    assert halves == pytest.approx([62, 127], abs=WHOLE)
    assert halves[0] < cmax("nasal_84mg") < halves[1]


def test_drunk() -> None:
    """[C] 86 min for 84 mg; [P] 0.96 h for the racemate (Yanagihara, Chong): half an hour earlier."""
    assert tmax("oral_84mg") == pytest.approx(86, abs=0.6)  # 86.5: whole minutes, of another step
    assert tmax("oral_84mg") - 0.96 * 60 == pytest.approx(29, abs=WHOLE)


def test_under_the_tongue() -> None:
    """[P] 0.75 h, from 0.25 to 1.0 (Rolan); the model is 7 min late, within the range."""
    assert tmax("sublingual") - 45 == pytest.approx(7, abs=WHOLE)
    assert 15 < tmax("sublingual") < 60


# --- orderings -------------------------------------------------------------------------------------


def test_o1_time_to_peak() -> None:
    """O1: push < muscle < nose (sprays at 0, 5, 10 min) < under the tongue < drunk."""
    order = ["iv_push", "im", "nasal_84mg", "sublingual", "oral_84mg"]
    times = [tmax(arm) for arm in order]
    assert times[0] == 0
    assert np.all(np.diff(times) > 0)
    for fewer in ("nasal_28mg", "nasal_56mg"):
        assert times[1] < tmax(fewer) < times[2]
    assert 0 == tmax("iv_push", KAMP) < tmax("im", KAMP) < tmax("nasal_racemic_50mg", KAMP)


@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
def test_o2_the_infusion_peaks_when_it_ends(disposition: str) -> None:
    """O2: at 40 min to the second, and muscle before it."""
    assert tmax("iv_infusion", disposition) == 40
    seconds = np.arange(39 * 60, 41 * 60 + 1) / 60
    found = pk.blood_ng_per_mL("iv_infusion", seconds, disposition)
    assert seconds[found.argmax()] == 40
    assert np.all(np.diff(found[:61]) > 0)
    assert np.all(np.diff(found[60:]) < 0)
    assert tmax("im", disposition) < 40
    if disposition == PEREZ_RUIXO:  # also at the slower uptake of the recommended settings
        assert tmax("im", disposition, absorption_per_min=0.05) < 40


def test_o4_more_devices_give_less_than_their_number() -> None:
    """O4: [P] 1.66 and 2.31 times the peak of one device, not 2 and 3."""
    one, two, three = (cmax(f"nasal_{mg}mg") for mg in (28, 56, 84))
    assert two / one == pytest.approx(1.66, abs=0.01)  # of 72.5 / 43.8 = 1.655
    assert three / one == pytest.approx(2.31, abs=0.01)
    areas = [day_area(curve(f"nasal_{mg}mg")) for mg in (28, 56, 84)]
    assert areas[1] / areas[0] == pytest.approx(254.7 / 147.3, rel=0.01)
    assert areas[2] / areas[0] == pytest.approx(362.2 / 147.3, rel=0.01)


def norketamine_ratio(arm: Any) -> float:
    """Areas of noresketamine over esketamine, to 20 days."""
    times = np.unique(np.concatenate([np.linspace(0, 240, 2401), np.geomspace(240, 30_000, 2000)]))
    product = np.trapezoid(pk.norketamine_ng_per_mL(arm, times), times)
    return float(product / np.trapezoid(pk.blood_ng_per_mL(arm, times), times))


def test_o5_noresketamine_against_esketamine() -> None:
    """O5: drunk > nose > vein, and muscle as vein: the liver first makes of it what blood never sees."""
    vein, muscle, drunk = (norketamine_ratio(arm) for arm in ("iv_infusion", "im", "oral_84mg"))
    nose = [norketamine_ratio(f"nasal_{mg}mg") for mg in (28, 56, 84)]
    assert drunk > max(nose)
    assert min(nose) > vein
    assert muscle == pytest.approx(vein, rel=1e-4)
    assert vein == pytest.approx(2.77 / 3.88 / 38 * 108.9999, rel=1e-3)  # made of it over clearance, by hand


def test_o6_after_the_infusion() -> None:
    """O6: [C] with Kamp 38 % of the peak 20 min after the end, 29 % after 40; less than 45 % is asked."""
    share = [at(minute, "iv_infusion", KAMP) / cmax("iv_infusion", KAMP) for minute in (60, 80)]
    assert share == pytest.approx([0.38, 0.29], abs=PERCENT / 2)
    assert share[0] < 0.45
    assert at(60, "iv_infusion") / cmax("iv_infusion") > 0.45  # a venous model: why only Kamp is asked


@pytest.mark.parametrize(("arm", "disposition"), [(a, d) for a, there in pk.ARMS.items() for d in there])
def test_o7_the_effect_site_lags(arm: str, disposition: str) -> None:
    """O7: its peak is later and lower on every route; a fast one is blood itself."""
    site = pk.effect_site_ng_per_mL(arm, TIMES, disposition, half_time_min=[3, 1e-6, 0])
    found = pk.landmarks(TIMES, site)
    assert found.peak_min[0] > tmax(arm, disposition)
    assert found.peak[0] < cmax(arm, disposition)
    assert np.abs(site[1, 1:] / site[2, 1:] - 1).max() < 1e-4
    assert np.array_equal(site[2], curve(arm, disposition))


def test_o11_bioavailability_moves_the_height_and_not_the_time() -> None:
    """O11: F of muscle 0.41 for 0.93, of the nose 0.13 for 0.45."""
    for disposition in pk.DISPOSITIONS:
        adult, child = (peak("im", disposition, bioavailability=share) for share in (0.93, 0.41))
        assert child[1] == adult[1]
        assert child[0] / adult[0] == pytest.approx(0.41 / 0.93, rel=1e-9)
        much, little = (peak(spray(share), disposition) for share in (0.45, 0.13))
        assert little[1] == much[1]
        assert little[0] / much[0] == pytest.approx(0.13 / 0.45, rel=1e-9)


# --- onset -----------------------------------------------------------------------------------------

KE0_per_min = 0.238  # [P] Navarrete 2025
QUARTERS = np.arange(0, 60.01, 0.25)


def spray(share: float) -> list[pk.Intake]:
    """50 mg in five sprays, this share of them through the mucosa at the published rate, the rest nowhere."""
    return [pk.Intake("nose", np.full(5, 10.0), np.linspace(0.0, 20.0, 5), 0.0, 2.93 / 60, share)]


ONSET: list[tuple[Any, dict[str, Any], float]] = [  # [C] Kamp, 35 mg: when the effect site reaches 50 ng/mL
    ("iv_push", {}, 0.25),
    ("im", {"absorption_per_min": 0.05}, 3.5),
    ("im", {"absorption_per_min": 0.02}, 6.5),
    ("iv_infusion", {}, 5.0),
    (spray(0.45), {}, 13),
]


@pytest.mark.parametrize(("arm", "uptake", "expected"), ONSET)
def test_when_50_ng_per_mL_are_reached(arm: Any, uptake: dict[str, Any], expected: float) -> None:
    """Printed in quarters of a minute: the first of them at which it is there."""
    site = pk.effect_site_ng_per_mL(arm, QUARTERS, KAMP, half_time_min=np.log(2) / KE0_per_min, **uptake)
    assert QUARTERS[np.argmax(site >= 50)] == expected
    assert site.max() > 50


def test_never_50_ng_per_mL() -> None:
    """[C] the spray with F 0.13."""
    site = pk.effect_site_ng_per_mL(spray(0.13), QUARTERS, KAMP, half_time_min=np.log(2) / KE0_per_min)
    assert site.max() < 50


TIME_TO_PEAK = [  # per min, disposition, min from a push to the peak of the effect site, what the digits allow
    (0.652, DOMINO, 1.0, TENTH),  # [C]
    (1.39, KAMP, 1.6, TENTH),  # [P] SimTIVA
    (0.08, DOMINO, 3.0, 0.3),  # [P] stanpumpR, "just a guess"; one digit
    (KE0_per_min, DOMINO, 1.83, 0.74),  # [P] Navarrete 2025, with its standard deviation
]


@pytest.mark.parametrize(("per_min", "disposition", "expected", "tolerance"), TIME_TO_PEAK)
def test_time_to_peak_effect(per_min: float, disposition: str, expected: float, tolerance: float) -> None:
    times = np.linspace(0, 20, 2001)
    site = pk.effect_site_ng_per_mL(push(7), times, disposition, half_time_min=np.log(2) / per_min)
    assert times[site.argmax()] == pytest.approx(expected, abs=tolerance)


# --- known mismatches: asserted as they are, so that nobody mends them in silence -------------------

NORKETAMINE_AREA = [("nasal_28mg", 274.4, 1.41), ("nasal_56mg", 516.3, 1.44), ("nasal_84mg", 758.0, 1.46)]


@pytest.mark.parametrize(("arm", "published", "ratio"), NORKETAMINE_AREA)
def test_area_of_noresketamine_is_too_large(arm: str, published: float, ratio: float) -> None:
    """[P] Table 4 against its own Table 3: 1.38 to 1.46 times for these rows, [C] 1.41 for the first."""
    found = day_area(pk.norketamine_ng_per_mL(arm, TIMES)) / published
    assert found == pytest.approx(ratio, abs=PERCENT)
    assert 1.38 < found < 1.56


def test_noresketamine_comes_too_late() -> None:
    """[P] phar.2669, racemic: 56 to 60 min after the nose, 30 after a push; the model has 99 to 102, and 83.

    Its share: [P] 3.95 to 4.54 of ketamine's area after the nose, against 2.7 to 3.2; 0.19 after a push,
    cut off early, against 2.0 to the end.
    """
    for mg in (28, 56, 84):
        product = pk.norketamine_ng_per_mL(f"nasal_{mg}mg", TIMES)
        assert TIMES[product.argmax()] - 60 == pytest.approx(40.5, abs=2)
        assert 2.7 < norketamine_ratio(f"nasal_{mg}mg") < 3.2
    product = pk.norketamine_ng_per_mL(push(10), TIMES)
    assert TIMES[product.argmax()] - 30 == pytest.approx(53, abs=WHOLE)
    assert norketamine_ratio(push(10)) == pytest.approx(2.05, abs=PERCENT)
