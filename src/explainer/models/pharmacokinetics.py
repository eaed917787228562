r"""Ketamine in the body: from where it is given, through blood and tissue, to the brain.

Compartments that exchange with blood, and ways in that end in blood or in the liver::

    muscle ──────────────┐
    nose ────────────────┤        shallow tissue
    mouth ───────────────┤          ║
    vein ────────────> blood <══════╬═══ deep tissue
                         ║
    gut ──> gut wall ──> liver ──> broken down

Everything is linear and every input begins, lasts and ends at known moments, so each amount is a
sum of exponentials (`explainer.models.exponentials`) and is followed exactly; only the published
drop of nasal uptake from the second device on is not in proportion to the dose.

Three dispositions. ``perez_ruixo_2021`` (esketamine, venous) is the only one fitted to vein, nose and
gut together, and so the only one in which routes may be compared; what enters through the liver
loses most of itself there. ``kamp_2020`` (racemic, arterial) is the alternative for racemic
infusions: curves of an arterial and a venous model differ about twofold and must not be mixed in one
chart. ``domino`` is kept to show why it fails for depots: its central volume is 4.4 L, so whatever
comes from a muscle seems to peak within minutes. 35 mg stand for the arm 0.5 mg/kg at 70 kg; with
``perez_ruixo_2021`` they behave as esketamine does there.

The effect site follows blood with one adjustable half-time and holds no drug of its own. People
differ as published, where a figure was found; the file of parameters says where one stands in.

Leaves out: protein binding, differences between the two mirror forms, arteries against veins,
enzymes and their genes, age above 60, body weight (Perez-Ruixo found no effect of it), the further
metabolites, what a person learns to do with a spray, and anything that a drug does to its own
absorption or blood flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models.disposition import (
    DISPOSITIONS,
    JOINT,
    Disposition,
    disposition_of,
    noresketamine_of,
    to_norketamine_per_h,
)
from explainer.models.exponentials import Decays, Terms, decay, parted
from explainer.models.people import People, people
from explainer.models.routes import ARMS, SITES, Intake, Uptake, arm_intakes, own_axis, within

__all__ = [
    "ARMS",
    "DISPOSITIONS",
    "Course",
    "Disposition",
    "Intake",
    "Landmarks",
    "People",
    "Uptake",
    "arm_intakes",
    "bioavailability",
    "blood_ng_per_mL",
    "course",
    "delayed_ng_per_mL",
    "disposition_of",
    "effect_site_ng_per_mL",
    "landmarks",
    "norketamine_ng_per_mL",
    "people",
]

Floats = NDArray[np.float64]

_P: Final = {name: entry.value for name, entry in parameters("pharmacokinetics").items()}
_PER_LITRE: Final = 1000.0  # mg/L to ng/mL
_HOUR_MIN: Final = 60.0


@dataclass(frozen=True)
class _Followed:
    """An intake on its way: what a unit impulse at its site becomes."""

    intake: Intake
    body: Disposition
    mode_rates: Floats
    gains: Floats  # (found_in, ..., mode)
    site: Decays | None  # None: straight into blood

    @property
    def rates(self) -> tuple[Floats, ...]:
        """All rates at which it decays, to part others from."""
        return (self.mode_rates, *(group.rates_per_min for group in (self.site.groups if self.site else ())))

    def amount(self, compartment: int) -> Decays:
        """Give the amount in a compartment, as a share of the impulse."""
        if self.site is None:
            return Decays((Terms(self.mode_rates, self.gains[compartment]),))
        uptake = self.site.groups[0].rates_per_min[..., 0]
        inflow = self.site.times(uptake * np.asarray(self.intake.passes_fraction, float))
        return inflow.through(self.mode_rates, self.gains[compartment])

    def at(self, quantity: Decays, minutes: Floats, integrals: int = 0) -> Floats:
        """Give a quantity that a unit impulse sets off, for all portions: array (..., time)."""
        way = self.intake

        def come(elapsed: Floats) -> Floats:
            """Follow one portion; what lasts is the difference of two that go on for ever."""
            if way.lasts_min == 0:
                return quantity.at(elapsed, integrals)
            begun, ended = (quantity.at(u, integrals + 1) for u in (elapsed, elapsed - way.lasts_min))
            return (begun - ended) / way.lasts_min

        if way.starts_min.size == 1:
            return np.asarray(way.portions_mg * come(minutes - way.starts_min))
        elapsed, which = np.unique(minutes - way.starts_min[:, None], return_inverse=True)  # portions share moments
        each = come(elapsed)[..., which.reshape(way.starts_min.size, minutes.size)]
        found: Floats = np.matmul(way.portions_mg[..., None, :], each)[..., 0, :]
        return found


def _follow(intake: Intake, body: Disposition, modes: tuple[Floats, Floats]) -> _Followed:
    rates, gains = modes
    if intake.into not in body.compartments:
        raise ValueError(f"the disposition {body.name!r} has no {intake.into}; it has {', '.join(body.compartments)}.")
    site = None
    if intake.site != "vein":
        uptake = parted(np.asarray(intake.absorption_per_min, float)[..., None], [rates])
        site = Decays((Terms(uptake, np.ones_like(uptake)),))
    return _Followed(intake, body, rates, gains[body.compartments.index(intake.into)], site)


def _blood(way: _Followed) -> Decays:
    """Give the concentration in blood, in ng/mL, that one mg at the site sets off."""
    return way.amount(0).times(_PER_LITRE / way.body.volumes_L[..., 0])


def delayed_ng_per_mL(
    arm: str | Sequence[Intake],
    minutes: ArrayLike,
    disposition: str = JOINT,
    *,
    half_times_min: Sequence[ArrayLike] = (),
    of: People | None = None,
    **uptake: Unpack[Uptake],
) -> Floats:
    """Give the concentration in blood as it appears behind a chain of first-order delays.

    Parameters
    ----------
    arm : str or sequence of Intake
        One of `ARMS`, or ways in of your own.
    minutes : array (time,)
        Since the beginning, 0 or more.
    disposition : str
        One of `DISPOSITIONS`.
    half_times_min : sequence of array
        Half-time of each delay; 0 is no delay. None of them: blood itself.
    of : People, optional
        Follow each of them; without it, the typical person.
    **uptake
        As in `arm_intakes`.

    Returns
    -------
    array (..., [people,] time) in ng/mL
        Leading axes: those of the half-times and of `uptake`, broadcast.

    Raises
    ------
    ValueError
        As `arm_intakes`; for negative or infinite minutes or half-times.
    """
    time = _minutes(minutes)
    if not isinstance(half_times_min, Sequence):
        raise ValueError(f"half_times_min must be a list, one entry for each delay; got {half_times_min!r}.")
    _, ways = _prepared(arm, disposition, of, uptake)
    flat = time.ravel()
    total: Floats | float = 0.0
    for way in ways:
        quantity, rates = _blood(way), way.rates
        kept: list[tuple[Floats, Decays]] = []
        for half_time in half_times_min:
            wait = own_axis(half_time, of)
            within("half_times_min", wait, 0.0, 1e6)
            kept.append((wait, quantity))
            slow = np.log(2) / np.where(wait == 0, 1.0, wait)
            rate = parted(slow[..., None], rates)
            quantity, rates = quantity.through(rate, rate), (*rates, rate)
        found = way.at(quantity, flat)
        for wait, before in reversed(kept):  # no delay: as it was before
            if np.any(wait == 0):
                if len(kept) > 1:
                    raise ValueError("half_times_min: leave out a delay of 0 in a chain of several.")
                found = np.where((wait == 0)[..., None], way.at(before, flat), found)
        total = total + found
    result = np.asarray(total)
    return result.reshape((*result.shape[:-1], *time.shape))


def blood_ng_per_mL(
    arm: str | Sequence[Intake],
    minutes: ArrayLike,
    disposition: str = JOINT,
    *,
    of: People | None = None,
    **uptake: Unpack[Uptake],
) -> Floats:
    """Give the concentration in blood, array (..., [people,] time); see `delayed_ng_per_mL`."""
    return delayed_ng_per_mL(arm, minutes, disposition, of=of, **uptake)


def effect_site_ng_per_mL(
    arm: str | Sequence[Intake],
    minutes: ArrayLike,
    disposition: str = JOINT,
    *,
    half_time_min: ArrayLike = _P["effect_half_time_min"],
    of: People | None = None,
    **uptake: Unpack[Uptake],
) -> Floats:
    """Give the concentration at the effect site, array (..., [people,] time); see `delayed_ng_per_mL`."""
    return delayed_ng_per_mL(arm, minutes, disposition, half_times_min=(half_time_min,), of=of, **uptake)


def norketamine_ng_per_mL(
    arm: str | Sequence[Intake], minutes: ArrayLike, *, of: People | None = None, **uptake: Unpack[Uptake]
) -> Floats:
    """Give the apparent concentration of noresketamine in blood, with the joint disposition.

    Its area under the curve is known to come out 1.4 times too large; its peak is right.
    """
    time = _minutes(minutes)
    body, ways = _prepared(arm, JOINT, of, uptake)
    product = noresketamine_of(of)
    own_rates, own_gains = product.modes()
    liver = body.compartments.index("liver")
    made_per_min = to_norketamine_per_h(of) / _HOUR_MIN
    total: Floats | float = 0.0
    for way in ways:
        in_liver = way.amount(liver)
        rates = parted(own_rates, way.rates)
        amount = in_liver.times(made_per_min).through(rates, own_gains[0, 0])
        total = total + way.at(amount.times(_PER_LITRE / product.volumes_L[..., 0]), time.ravel())
    result = np.asarray(total)
    return result.reshape((*result.shape[:-1], *time.shape))


@dataclass(frozen=True)
class Course:
    """Where the drug is, over time.

    Attributes
    ----------
    minutes : array (time,)
    dose_mg : array (...)
    rooms_mg : mapping of str to array (..., time)
        ``not_given``; the sites ``muscle``, ``nose``, ``mouth``, ``gut``; ``lost`` before it reached
        blood or liver; the compartments, ``blood`` and so on; ``broken_down``. Together the dose.
    absorbed_mg : mapping of str to array (..., time)
        What has been taken up from each site until now, lost parts included.
    """

    minutes: Floats
    dose_mg: Floats
    rooms_mg: Mapping[str, Floats]
    absorbed_mg: Mapping[str, Floats]


def course(
    arm: str | Sequence[Intake],
    minutes: ArrayLike,
    disposition: str = JOINT,
    *,
    of: People | None = None,
    **uptake: Unpack[Uptake],
) -> Course:
    """Follow all of the drug: the amount in every room; parameters as in `delayed_ng_per_mL`."""
    time = _minutes(minutes).ravel()
    body, ways = _prepared(arm, disposition, of, uptake)
    nothing = np.zeros(time.size)
    names = ("not_given", *SITES[1:], "lost", *body.compartments, "broken_down")
    rooms: dict[str, Floats] = dict.fromkeys(names, nothing)
    absorbed: dict[str, Floats] = {}
    out_per_min = body.clearance_L_per_h / body.volumes_L / _HOUR_MIN
    for way in ways:
        intake = way.intake
        come = decay(0.0, time - intake.starts_min[:, None])
        here = np.matmul(intake.portions_mg[..., None, :], come)[..., 0, :]
        even = Decays((Terms(np.zeros(1), np.ones(1)),))
        released = way.at(even, time)
        if way.site is None:
            rooms["not_given"] = rooms["not_given"] + intake.dose_mg[..., None] - released
        else:
            rooms["not_given"] = rooms["not_given"] + intake.dose_mg[..., None] - here
            available = way.at(way.site, time)
            lying = here - released + available
            taken = here - lying
            rooms[intake.site] = rooms[intake.site] + lying
            absorbed[intake.site] = absorbed.get(intake.site, nothing) + taken
            rooms["lost"] = rooms["lost"] + (1 - np.asarray(intake.passes_fraction, float))[..., None] * taken
        for number, name in enumerate(body.compartments):
            amount = way.amount(number)
            rooms[name] = rooms[name] + way.at(amount, time)
            rooms["broken_down"] = rooms["broken_down"] + out_per_min[..., number, None] * way.at(amount, time, 1)
    whole = np.broadcast_shapes(*(room.shape for room in rooms.values()))
    rooms = {name: np.broadcast_to(room, whole) for name, room in rooms.items()}
    absorbed = {name: np.broadcast_to(taken, whole) for name, taken in absorbed.items()}
    dose = sum((way.intake.dose_mg for way in ways), np.zeros(()))
    return Course(time, np.asarray(dose), MappingProxyType(rooms), MappingProxyType(absorbed))


def bioavailability(arm: str | Sequence[Intake], disposition: str = JOINT, **uptake: Unpack[Uptake]) -> Floats:
    """Give the share of an arm's dose that reaches blood without having been broken down before."""
    body, ways = _prepared(arm, disposition, None, uptake)
    reaching = [
        way.intake.dose_mg
        * np.asarray(way.intake.passes_fraction, float)
        * (body.passes_liver_fraction() if way.intake.into == "liver" else 1.0)
        for way in ways
    ]
    given = np.asarray(sum(way.intake.dose_mg for way in ways))
    if not np.all(given > 0):
        raise ValueError("no share can be given of nothing; portions_mg must add up to more than 0.")
    return np.asarray(sum(reaching) / given)


def _prepared(
    arm: str | Sequence[Intake], disposition: str, of: People | None, uptake: Uptake
) -> tuple[Disposition, list[_Followed]]:
    for name in uptake:
        if name not in Uptake.__annotations__:
            raise ValueError(f"there is no {name!r}; there are {', '.join(Uptake.__annotations__)}.")
    if isinstance(arm, str):
        intakes: Sequence[Intake] = arm_intakes(arm, disposition, of=of, **uptake)
    else:
        given = [name for name, value in uptake.items() if value is not None]
        if given:
            raise ValueError(f"{given[0]} belongs to a named arm; set it in the ways in that you give.")
        intakes = (arm,) if isinstance(arm, Intake) else arm
        if not isinstance(intakes, Sequence) or not all(isinstance(intake, Intake) for intake in intakes):
            raise ValueError(f"arm must be one of {', '.join(ARMS)}, or a list of Intake; got {arm!r}.")
        if not intakes:
            raise ValueError("give at least one way in.")
    body = disposition_of(disposition, of)
    modes = body.modes()
    return body, [_follow(intake, body, modes) for intake in intakes]


# --- landmarks of a curve -------------------------------------------------------------------


@dataclass(frozen=True)
class Landmarks:
    """When a curve reaches what.

    Attributes
    ----------
    peak, peak_min : arrays (...)
        Its highest value among the given times, and when that is first reached.
    first_min : array (...)
        When it first reaches the threshold; not a number where it never does.
    above_min : array (...)
        For how long it is at or above it, within the given times.
    """

    peak: Floats
    peak_min: Floats
    first_min: Floats
    above_min: Floats


def landmarks(minutes: ArrayLike, values: ArrayLike, threshold: ArrayLike | None = None) -> Landmarks:
    """Find the peak of curves and when they are above a threshold, joined by straight lines.

    Parameters
    ----------
    minutes : array (time,), ascending
    values : array (..., time)
    threshold : array (...), optional
        Half of each curve's own peak unless given.
    """
    time, curve = _minutes(minutes), np.asarray(values, float)
    if time.ndim != 1 or time.size < 2 or not np.all(np.diff(time) > 0):
        raise ValueError("minutes must be two or more numbers that ascend.")
    if curve.ndim < 1 or curve.shape[-1] != time.size:
        raise ValueError(f"values must have {time.size} columns, one for each of the minutes; got {curve.shape}.")
    if not np.all(np.isfinite(curve)):
        raise ValueError(f"values must be finite; got {curve[~np.isfinite(curve)].flat[0]}.")
    peak = curve.max(axis=-1)
    level = 0.5 * peak if threshold is None else np.broadcast_to(np.asarray(threshold, float), peak.shape)
    if not np.all(np.isfinite(level)):
        raise ValueError(f"threshold must be finite; got {threshold!r}.")
    over = curve - level[..., None]
    before, after = over[..., :-1], over[..., 1:]
    crossing = np.clip(before / np.where(before == after, 1.0, before - after), 0.0, 1.0)
    whole = (before >= 0) & (after >= 0)
    share = np.select([whole, before >= 0, after >= 0], [1.0, crossing, 1 - crossing], 0.0)
    step = np.diff(time)
    reached = (over >= 0).any(axis=-1)
    first = np.argmax(over >= 0, axis=-1)
    cell = np.maximum(first - 1, 0)
    part = np.take_along_axis(crossing, cell[..., None], axis=-1)[..., 0]
    at = np.where(first == 0, time[0], time[cell] + part * step[np.minimum(cell, step.size - 1)])
    return Landmarks(
        peak=peak,
        peak_min=time[np.argmax(curve, axis=-1)],
        first_min=np.where(reached, at, np.nan),
        above_min=(share * step).sum(axis=-1),
    )


def _minutes(minutes: ArrayLike) -> Floats:
    time = np.asarray(minutes, float)
    if not np.all(np.isfinite(time)) or np.any(time < 0):
        wrong = time[~(np.isfinite(time) & (time >= 0))].flat[0]
        raise ValueError(f"minutes must be finite and 0 or more, counted from the beginning; got {wrong}.")
    return time
