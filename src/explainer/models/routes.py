"""Ways into the body: the published arms, each as portions that come to a site and are taken up.

Leaves out: how a person uses a spray, a runny nose, food, and any effect of the drug on its own uptake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models.disposition import DISPOSITIONS, JOINT, disposition_of
from explainer.models.people import People

__all__ = ["ARMS", "SITES", "Intake", "Uptake", "arm_intakes", "own_axis", "within"]

Floats = NDArray[np.float64]

_P: Final = {name: entry.value for name, entry in parameters("pharmacokinetics").items()}
_HOUR_MIN: Final = 60.0

_BOTH: Final = ("iv_infusion", "iv_push", "im")
_ESKETAMINE: Final = ("nasal_28mg", "nasal_56mg", "nasal_84mg", "sublingual", "oral_84mg")
_RACEMIC: Final = ("nasal_racemic_50mg",)
ARMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(_BOTH, DISPOSITIONS),
        **dict.fromkeys(_ESKETAMINE, (JOINT,)),
        **dict.fromkeys(_RACEMIC, DISPOSITIONS[1:]),
    }
)
"""Every arm, with the dispositions in which it can be followed."""

SITES: Final = ("vein", "muscle", "nose", "mouth", "gut")


@dataclass(frozen=True)
class Intake:
    """One way in: portions of drug that come to a site and are taken up from there.

    Attributes
    ----------
    site : one of `SITES`
        Where a portion is put; what is put into the vein is in blood at once.
    portions_mg : array (..., portion)
    starts_min : array (portion,)
        When each portion comes.
    lasts_min : float
        0: all of a portion at once. Else it comes evenly over this time: into the vein; at any other
        site it lies there from its start and becomes available evenly.
    absorption_per_min : array (...)
        Uptake from the site; without meaning in the vein.
    passes_fraction : array (...)
        Share of what is taken up that gets on; the rest is lost on the way. From the vein nothing is.
    into : str
        The compartment into which it is taken up: "blood" or "liver".
    """

    site: str
    portions_mg: Floats
    starts_min: Floats
    lasts_min: float = 0.0
    absorption_per_min: ArrayLike = np.inf
    passes_fraction: ArrayLike = 1.0
    into: str = "blood"

    def __post_init__(self) -> None:
        if self.site not in SITES:
            raise ValueError(f"there is no site {self.site!r}; there are {', '.join(SITES)}.")
        if self.into not in ("blood", "liver"):
            raise ValueError(f"into must be 'blood' or 'liver'; got {self.into!r}.")
        object.__setattr__(self, "portions_mg", np.atleast_1d(np.asarray(self.portions_mg, float)))
        object.__setattr__(self, "starts_min", np.atleast_1d(np.asarray(self.starts_min, float)))
        if self.starts_min.ndim != 1 or self.portions_mg.shape[-1] != self.starts_min.size:
            raise ValueError(
                f"portions_mg must have one column for each start; got {self.portions_mg.shape} "
                f"for {self.starts_min.size} starts."
            )
        within("portions_mg", self.portions_mg, 0.0, np.inf)
        within("starts_min", self.starts_min, 0.0, np.inf)
        within("lasts_min", self.lasts_min, 0.0, np.inf)
        within("passes_fraction", self.passes_fraction, 0.0, 1.0)
        if self.site != "vein":
            within("absorption_per_min", self.absorption_per_min, 1e-9, 1e6)
        elif np.any(np.asarray(self.passes_fraction) != 1) or self.into != "blood":
            raise ValueError("what is put into a vein is in blood, all of it: leave out passes_fraction and into.")

    @property
    def dose_mg(self) -> Floats:
        """All portions together, array (...)."""
        return np.asarray(self.portions_mg.sum(axis=-1))


class Uptake(TypedDict, total=False):
    """What may be set of an arm's uptake; see `arm_intakes`."""

    bioavailability: ArrayLike | None
    absorption_per_min: ArrayLike | None
    swallowed_fraction: ArrayLike | None


def arm_intakes(
    arm: str,
    disposition: str = JOINT,
    *,
    of: People | None = None,
    **uptake: Unpack[Uptake],
) -> tuple[Intake, ...]:
    """Give the ways in of an arm.

    Parameters
    ----------
    arm : str
        One of `ARMS`.
    disposition : str
        One of `DISPOSITIONS`; not every arm can be followed in every one.
    of : People, optional
        Their own uptake; without it, the typical person's.
    bioavailability, absorption_per_min : array, optional
        Of the intramuscular arm: the share that reaches blood, and how fast it is taken up.
    swallowed_fraction : array, optional
        Of the nasal arms: the share of every spray that is swallowed, instead of the published ones.

    Raises
    ------
    ValueError
        For an arm, a disposition or a combination that does not exist, a keyword that the arm does
        not have, or a value out of its range.
    """
    if arm not in ARMS:
        raise ValueError(f"there is no arm {arm!r}; there are {', '.join(ARMS)}.")
    if disposition not in DISPOSITIONS:
        raise ValueError(f"there is no disposition {disposition!r}; there are {', '.join(DISPOSITIONS)}.")
    if disposition not in ARMS[arm]:
        there = ", ".join(name for name, ways in ARMS.items() if disposition in ways)
        raise ValueError(
            f"{disposition!r} does not hold the arm {arm!r}: it was fitted to another drug or way in. It has {there}."
        )
    for name, value in uptake.items():
        if name not in Uptake.__annotations__:
            raise ValueError(f"there is no {name!r}; there are {', '.join(Uptake.__annotations__)}.")
        if value is not None and not arm.startswith("nasal" if name == "swallowed_fraction" else "im"):
            raise ValueError(f"the arm {arm!r} has no {name}; leave it out.")

    dose_mg = _P["racemic_arm_mg"]
    if arm == "iv_push":
        return (Intake("vein", np.array([dose_mg]), np.array([0.0])),)
    if arm == "iv_infusion":
        return (Intake("vein", np.array([dose_mg]), np.array([0.0]), lasts_min=_P["infusion_lasts_min"]),)
    if arm == "im":
        return (_intramuscular(dose_mg, disposition, of, uptake),)
    if arm.startswith("nasal"):
        return _nasal(arm, disposition, of, uptake.get("swallowed_fraction"))
    if arm == "oral_84mg":
        return (_drunk(_P["oral_mg"], of),)
    mucosa = _P["sublingual_fraction"]
    whole = _P["sublingual_nominal_mg"]
    held = Intake(
        "mouth", np.array([whole * mucosa]), np.array([0.0]), _P["sublingual_lasts_min"], _P["sublingual_per_min"]
    )
    return held, _drunk(whole * (1 - mucosa), of)


def _intramuscular(dose_mg: float, disposition: str, of: People | None, uptake: Uptake) -> Intake:
    fraction, per_min = uptake.get("bioavailability"), uptake.get("absorption_per_min")
    if fraction is not None:
        within("bioavailability", fraction, 0.0, 1.0)
    usual = _P["intramuscular_per_min" if disposition == JOINT else "intramuscular_kamp_per_min"]
    rate = own_axis(usual if per_min is None else per_min, of)
    if of is not None:
        rate = rate * of.factor("intramuscular", _P["intramuscular_spread_ratio"])
    share = own_axis(_P["intramuscular_fraction"] if fraction is None else fraction, of)
    return Intake(
        "muscle", np.array([dose_mg]), np.array([0.0]), absorption_per_min=rate, passes_fraction=share
    )  # fmt: skip


def _drunk(dose_mg: float, of: People | None) -> Intake:
    """Give what is swallowed as a solution."""
    rate = np.asarray(_P["oral_per_h"] / _HOUR_MIN, float)
    if of is not None:
        rate = rate * of.factor("swallowed", _P["swallowed_spread_ratio"])
    return Intake(
        "gut", np.array([dose_mg]), np.array([0.0]), _P["oral_lasts_h"] * _HOUR_MIN, rate,
        _P["gut_wall_passed_fraction"], "liver",
    )  # fmt: skip


def _nasal(arm: str, disposition: str, of: People | None, swallowed: ArrayLike | None) -> tuple[Intake, Intake]:
    """Give the mucosa's part of each spray, and the swallowed one."""
    if disposition == JOINT:
        each_mg, count = _P["device_mg"], int(arm.removeprefix("nasal_").removesuffix("mg")) // int(_P["device_mg"])
    else:
        count = int(_P["nasal_racemic_sprays_count"])
        each_mg = _P["nasal_racemic_mg"] / count
    starts = np.asarray(_P["device_spacing_min"] * np.arange(count), float)
    if swallowed is None:
        first = np.asarray(_P["nasal_first_fraction"], float)
        later = np.where(np.arange(count) == 0, 1.0, _P["nasal_later_ratio"])
    else:
        within("swallowed_fraction", swallowed, 0.0, 1.0)
        first, later = own_axis(1.0 - np.asarray(swallowed, float), of), np.ones(count)
    mucosa_per_min = np.asarray(_P["nasal_mucosa_per_h"] / _HOUR_MIN, float)
    gut_per_min = np.asarray(_P["swallowed_per_h"] / _HOUR_MIN, float)
    if of is not None:
        first = _shifted_logit(first, _P["nasal_fraction_logit_spread_ratio"] * of.deviates["nasal_fraction"])
        mucosa_per_min = mucosa_per_min * of.factor("nasal_mucosa", _P["nasal_mucosa_spread_ratio"])
        gut_per_min = gut_per_min * of.factor("swallowed", _P["swallowed_spread_ratio"])
    share = first[..., None] * later
    if disposition == JOINT:
        passes, into = np.asarray(_P["gut_wall_passed_fraction"]), "liver"
    else:  # no liver of its own: what the joint model's gut wall and liver leave goes straight to blood
        passes, into = _P["gut_wall_passed_fraction"] * disposition_of(JOINT, of).passes_liver_fraction(), "blood"
    lasts_min = _P["swallowed_lasts_h"] * _HOUR_MIN
    return (
        Intake("nose", each_mg * share, starts, absorption_per_min=mucosa_per_min),
        Intake("gut", each_mg * (1 - share), starts, lasts_min, gut_per_min, passes, into),
    )


def _shifted_logit(fraction: Floats, shift: Floats) -> Floats:
    """Move fractions on the logit scale; 0 and 1 stay where they are."""
    odds = np.exp(shift)
    result: Floats = fraction * odds / (1 - fraction + fraction * odds)
    return result


def own_axis(value: ArrayLike, of: People | None) -> Floats:
    """Give values a last axis for people, if there are any."""
    array = np.asarray(value, float)
    return array if of is None else array[..., None]


def within(name: str, value: ArrayLike, low: float, high: float) -> None:
    """Refuse what is not finite or not between `low` and `high`; the message names it."""
    array = np.asarray(value, float)
    good = np.isfinite(array) & (array >= low) & (array <= high)
    if not np.all(good):
        upper = "" if high == np.inf else f" to {high:g}"
        raise ValueError(f"{name} must be finite and {low:g}{upper or ' or more'}; got {array[~good].flat[0]}.")
