"""What is published about dissociation, blood pressure and benefit after ketamine, against the model.

Expected values are typed from the evidence file, or worked out by hand; never printed by the model. [P] is
a figure of a paper or label, read in an abstract or an excerpt. Dissociation and blood pressure are
phenomenological: what agrees was tuned to agree, and shows no more than that.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explainer.models import effects
from explainer.models import pharmacokinetics as pk

Floats = NDArray[np.float64]

PEREZ_RUIXO, KAMP, _ = pk.DISPOSITIONS
TIMES = np.linspace(0, 480, 9601)  # 3 s
DELAY_min = 3.0  # about [P] 0.238 per min, Navarrete 2025

WHOLE = 0.5  # printed in whole numbers
PERCENT = 0.01


def dissociation(arm: str, disposition: str = PEREZ_RUIXO, delay_min: float = DELAY_min, **more: float) -> Floats:
    return effects.dissociation_share(arm, TIMES, disposition, half_time_min=delay_min, **more)


def pressure(arm: str, disposition: str = PEREZ_RUIXO, delay_min: float = DELAY_min) -> Floats:
    return effects.pressure_rise_share(arm, TIMES, disposition, half_time_min=delay_min)


def peak_min(curve: Floats) -> float:
    return float(TIMES[curve.argmax()])


def left(curve: Floats, minute: float) -> float:
    """Share of the peak."""
    return float(np.interp(minute, TIMES, curve) / curve.max())


def last_min(curve: Floats, share: float = 0.1) -> float:
    """When it was last above this share of its peak."""
    return float(TIMES[np.nonzero(curve >= share * curve.max())[0][-1]])


# --- O8: hours ---------------------------------------------------------------------------------------

FELT = [("iv_infusion", PEREZ_RUIXO), ("iv_infusion", KAMP), ("nasal_56mg", PEREZ_RUIXO), ("nasal_84mg", PEREZ_RUIXO)]


@pytest.mark.parametrize(("arm", "disposition"), FELT)
def test_o8_dissociation_peaks_and_is_over(arm: str, disposition: str) -> None:
    """O8: peak at 30 to 50 min, less than 10 % by 120: infusion over 40 min, and the published nasal doses."""
    found = dissociation(arm, disposition)
    assert 30 <= peak_min(found) <= 50
    assert left(found, 120) < 0.10
    assert found.max() > 0.3  # there is something to fall


@pytest.mark.parametrize("delay_min", [0, 3, 15])
@pytest.mark.parametrize(("arm", "disposition"), [(a, d) for a, there in pk.ARMS.items() for d in there])
def test_o8_blood_pressure_returns_no_earlier(arm: str, disposition: str, delay_min: float) -> None:
    """Nor does it peak earlier, at any delay of the slider."""
    felt, raised = dissociation(arm, disposition, delay_min), pressure(arm, disposition, delay_min)
    assert last_min(raised) >= last_min(felt)
    assert peak_min(raised) >= peak_min(felt)
    assert np.all(raised >= felt - 1e-9)


def test_o8_at_the_edges_of_the_slider() -> None:
    """Mismatch: 28 mg, the racemic spray, and no delay peak up to 2 min before 30; 15 min of delay to 1.3 after 50."""
    early = [
        dissociation("nasal_28mg"),
        dissociation("nasal_racemic_50mg", KAMP),
        dissociation("nasal_84mg", delay_min=0),
    ]
    assert [peak_min(curve) - 30 for curve in early] == pytest.approx([-1.5, -0.7, -0.9], abs=0.06)
    assert peak_min(dissociation("nasal_84mg", delay_min=15)) - 50 == pytest.approx(1.3, abs=0.06)


def test_nasal_dissociation_against_product_information() -> None:
    """[P] peak at 40 min, resolved by 1.5 h; the model is 6 min early, and at 6 % by then."""
    found = dissociation("nasal_84mg")
    assert peak_min(found) - 40 == pytest.approx(-5.7, abs=0.1)
    assert left(found, 90) == pytest.approx(0.055, abs=PERCENT / 2)


def test_without_tolerance_it_would_stay() -> None:
    """Why there is tolerance: 76.8 of 101 ng/mL at 90 min leave, by hand, 0.55 / 0.71 of what is felt.

    (76.8 / 71)^2.5 = 1.217 and (101 / 71)^2.5 = 2.414, over one more each.
    """
    plain = dissociation("nasal_84mg", delay_min=0, tolerance_strength_ratio=0)
    assert left(plain, 90) == pytest.approx((1.217 / 2.217) / (2.414 / 3.414), abs=PERCENT / 2)
    assert left(plain, 90) > 10 * left(dissociation("nasal_84mg"), 90)


def test_infusion_dissociation_is_over_within_two_hours() -> None:
    """[P] baseline within 2 h (Abdallah 2022); after muscle, unwanted effects for less than 1 h (Chilukuri 2014)."""
    for disposition in (PEREZ_RUIXO, KAMP):
        assert left(dissociation("iv_infusion", disposition), 120) < PERCENT
        assert left(dissociation("im", disposition), 60) < 0.10


def test_blood_pressure_after_the_spray() -> None:
    """[P] peak at about 40 min, lasting about 4 h; the model is 9 min late, and at a tenth by 4 h."""
    found = pressure("nasal_84mg")
    assert peak_min(found) - 40 == pytest.approx(9.2, abs=0.1)
    assert last_min(found) == pytest.approx(240, abs=10)  # "about"


def test_blood_pressure_after_the_infusion_returns_too_late() -> None:
    """Mismatch with the venous model: [P] baseline within 1.5 h of the end (Szarmach 2020).

    130 min after the start 23 % of the peak are left with Perez-Ruixo, 8 % with Kamp.
    """
    assert left(pressure("iv_infusion"), 130) == pytest.approx(0.23, abs=PERCENT / 2)
    assert left(pressure("iv_infusion", KAMP), 130) == pytest.approx(0.08, abs=PERCENT / 2)


def test_half_of_the_most_by_hand() -> None:
    """At the end of the infusion, no delay: (253 / 142)^2.5 = 4.237, and (124.8 / 71)^2.5 = 4.096."""
    for disposition, power in [(KAMP, 4.237), (PEREZ_RUIXO, 4.096)]:
        raised = effects.pressure_rise_share("iv_infusion", [40.0], disposition, half_time_min=0)[0]
        assert raised == pytest.approx(power / (1 + power), abs=0.001)


# --- O9: days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arm", "disposition"), [(a, d) for a, there in pk.ARMS.items() for d in there])
def test_o9_a_day_later_the_drug_is_gone(arm: str, disposition: str) -> None:
    """O9: less than 3 % of the peak, dissociation over, and still a benefit."""
    course = pk.blood_ng_per_mL(arm, np.append(TIMES, 1440.0), disposition)
    assert course[-1] / course.max() < 0.03
    assert effects.dissociation_share(arm, [1440.0], disposition, half_time_min=DELAY_min)[0] < 1e-6
    assert effects.benefit_smd(24) < 0


HARTLAND = [(12, -1.17, -1.89, -0.44), (24, -0.44, -0.65, -0.22), (7 * 24, -0.40, -0.63, -0.17),
            (14 * 24, -0.40, -0.63, -0.17)]  # fmt: skip  # [P] hours, pooled difference, its interval


@pytest.mark.parametrize(("hours", "pooled", "low", "high"), HARTLAND)
def test_o9_pooled_benefit(hours: float, pooled: float, low: float, high: float) -> None:
    """At 7 days the line through the values at 24 h and 14 days is 0.01 off."""
    found = float(effects.benefit_smd(hours))
    assert found == pytest.approx(pooled, abs=0.011)
    assert low < found < high


def test_o9_benefit_fades() -> None:
    """O9: 14 days <= 24 h <= within 12 h, and none by four weeks: a choice of this model."""
    hours = np.array([1, 6, 12, 24, 7 * 24, 14 * 24, 28 * 24, 60 * 24.0])
    found = -effects.benefit_smd(hours)
    assert np.all(np.diff(found) <= 0)
    assert np.all(found[:6] > 0)
    assert np.all(found[6:] == 0)
    assert found[0] == 1.17  # [P] Glue 2017: relief within 1 h


# --- O10: weeks --------------------------------------------------------------------------------------


def test_o10_dissociation_falls_from_session_to_session() -> None:
    """O10: [P] Glue 2018, score 20 in week 1 and 8.8 in week 14. Benefit knows nothing of sessions."""
    first, last = effects.session_dissociation_ratio([1, 14])
    assert first == 1
    assert last == pytest.approx(8.8 / 20, rel=1e-12)
    weeks = effects.session_dissociation_ratio(np.arange(1, 53))
    assert np.all(np.diff(weeks) < 0)
    assert weeks[1] == pytest.approx(0.44 ** (1 / 13), rel=1e-12)
    assert np.all(effects.benefit_smd(np.full(5, 24.0)) == -0.44)
