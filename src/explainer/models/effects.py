r"""What follows the concentration of ketamine within hours, and what does not follow it at all.

*Dissociation* follows the effect site, less an opposing concentration that comes after it: acute
tolerance. Nothing else explains why it is over 90 minutes after a nasal spray, when the
concentration is still three quarters of its peak. This is phenomenological: it describes the
time, it names no mechanism, and its numbers are tuned to that time. *Blood pressure* is taken to
follow the effect site without tolerance. *Benefit* in anxiety is no function of concentration: a
day later a fiftieth of the peak or less is left, and trials still find a difference. It is
drawn through the three pooled values that exist.

Leaves out: differences between people, expectation and setting, which change what is felt;
ratings by different scales; heart rate; and every mechanism of the benefit.
"""

from __future__ import annotations

from typing import Final, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models import pharmacokinetics

__all__ = [
    "benefit_smd",
    "dissociation_share",
    "pressure_rise_share",
    "session_dissociation_ratio",
]

Floats = NDArray[np.float64]

_P: Final = {name: entry.value for name, entry in parameters("effects").items()}
_HALF_ng_per_mL: Final = {
    "perez_ruixo_2021": _P["esketamine_half_ng_per_mL"],
    "kamp_2020": _P["racemic_half_ng_per_mL"],
    "domino": _P["racemic_half_ng_per_mL"],
}


def dissociation_share(
    arm: str,
    minutes: ArrayLike,
    disposition: str = pharmacokinetics.DISPOSITIONS[0],
    *,
    half_time_min: ArrayLike,
    tolerance_strength_ratio: ArrayLike = _P["tolerance_strength_ratio"],
    **uptake: Unpack[pharmacokinetics.Uptake],
) -> Floats:
    r"""Give dissociation as a share of the most there can be, in the typical person.

    .. math:: D = H(\max(0,\ C_e - g\, C_o)), \qquad H(c) = c^n / (c^n + c_{50}^n)

    with :math:`C_o` the effect site's concentration :math:`C_e` behind one more delay.

    Parameters
    ----------
    arm, minutes, disposition, **uptake
        As in `explainer.models.pharmacokinetics.delayed_ng_per_mL`.
    half_time_min : array
        From blood to effect site; above 0.
    tolerance_strength_ratio : array, 0 or more
        `g`; 0 leaves acute tolerance out.

    Returns
    -------
    array (..., time), 0 to 1

    Raises
    ------
    ValueError
        As there, and for a negative strength.
    """
    strength = np.asarray(tolerance_strength_ratio, float)
    if not (np.all(np.isfinite(strength)) and np.all(strength >= 0)):
        raise ValueError(f"tolerance_strength_ratio must be finite and 0 or more; got {tolerance_strength_ratio!r}.")
    slow = _P["tolerance_half_time_min"]
    wait = np.asarray(half_time_min, float)
    here = pharmacokinetics.effect_site_ng_per_mL(arm, minutes, disposition, half_time_min=wait, **uptake)
    chain = (wait, slow) if np.all(wait > 0) else (slow,)
    if np.any(wait > 0) and not np.all(wait > 0):
        raise ValueError("half_time_min must be 0 everywhere or nowhere.")
    behind = pharmacokinetics.delayed_ng_per_mL(arm, minutes, disposition, half_times_min=chain, **uptake)
    return _hill(here - strength[..., None] * behind, _HALF_ng_per_mL[disposition])


def pressure_rise_share(
    arm: str,
    minutes: ArrayLike,
    disposition: str = pharmacokinetics.DISPOSITIONS[0],
    *,
    half_time_min: ArrayLike,
    **uptake: Unpack[pharmacokinetics.Uptake],
) -> Floats:
    """Give the rise of blood pressure as a share of the most there can be: without tolerance; as above."""
    here = pharmacokinetics.effect_site_ng_per_mL(arm, minutes, disposition, half_time_min=half_time_min, **uptake)
    return _hill(here, _HALF_ng_per_mL[disposition])


def _hill(concentration: Floats, half: float) -> Floats:
    power = (np.maximum(concentration, 0.0) / half) ** _P["steepness_ratio"]  # rounding may leave it below 0
    result: Floats = power / (1 + power)
    return result


def session_dissociation_ratio(week: ArrayLike) -> Floats:
    """Give dissociation in a later week of repeated treatment, relative to that of week 1.

    An even fall per week between the two published scores, and on at the same pace; nothing else
    is known of its shape.

    Raises
    ------
    ValueError
        If a week is below 1 or not finite.
    """
    number = np.asarray(week, float)
    if not (np.all(np.isfinite(number)) and np.all(number >= 1)):
        raise ValueError(f"week must be finite and 1 or more; got {week!r}.")
    fall = _P["last_week_score_count"] / _P["first_week_score_count"]
    result: Floats = fall ** ((number - 1) / _P["weeks_between_count"])
    return result


_KNOWN_h: Final = np.array([12.0, 24.0, 14 * 24.0])
"""Ends of the spans for which pooled values exist: within 12 h, 24 h, 7 to 14 days."""


def benefit_smd(hours: ArrayLike) -> Floats:
    """Give the benefit in anxiety after one treatment: standardised mean difference, less is better.

    Through the three pooled values, straight in the logarithm of time, to nothing at four weeks
    (a choice). How it begins within the first hours is not modelled: the first value holds from
    one hour on.

    Raises
    ------
    ValueError
        If a time is below 1 h or not finite.
    """
    time = np.asarray(hours, float)
    if not (np.all(np.isfinite(time)) and np.all(time >= 1)):
        raise ValueError(f"hours must be finite and 1 or more; got {hours!r}.")
    knots = np.append(_KNOWN_h, _P["benefit_gone_h"])
    values = [_P["benefit_hours_ratio"], _P["benefit_day_ratio"], _P["benefit_weeks_ratio"], 0.0]
    return np.asarray(np.interp(np.log(time), np.log(knots), values))
