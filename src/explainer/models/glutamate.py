r"""One synapse between two pyramidal cells: what is released, where it goes, and what the receptors pass.

*Glutamate.* Each spike empties one vesicle. From it a release goes one way through two rooms::

    vesicle --> cleft --> beside the cleft --> taken up by the astrocyte
                                          \--> drifted away

all at constant rates, so that what a release has become after a time is a sum of exponentials, and many
releases add up. There is no step of time, and nothing is lost: what was released is in one of five places.

*Receptors.* They answer to a release as those of `explainer.models.circuit` answer to a spike, with its
time constants and conductances. AMPA receptors gain 1 and lose it within 2 ms; NMDA receptors gain half of
what is left to gain and lose it within 100 ms:

.. math:: s_A \to s_A + 1, \qquad s_N \to s_N + a\,(1 - s_N)

at each release, exponential in between, followed exactly. The current through NMDA receptors is what
magnesium (jahr1990) and ketamine leave of it:

.. math:: I_A = g_A s_A V, \qquad I_N = g_N s_N B(V)\,(1 - b)\,V.

Ketamine acts in two places only: on the firing that drives the release, which is the circuit's, and on
the share `b` of blocked NMDA receptors. It does not act on uptake; nothing here could make it.

Leaves out: receptors that follow the concentration (they answer to the release as such), releases that fail,
vesicles that run out, glutamate that reaches receptors outside the synapse, transporters that fill up, the
way back of glutamate as glutamine, and what the current does to the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models import checks, nmda

__all__ = ["PLACES", "Current", "Glutamate", "clearance_s", "currents", "glutamate", "steady_fC_per_s", "trains"]

Floats = NDArray[np.float64]

PLACES: Final = ("vesicle", "cleft", "beside", "taken_up", "away")
"""Where released glutamate can be."""

_P: Final = {name: entry.value for name, entry in parameters("glutamate").items()}
_CIRCUIT: Final = {name: entry.value for name, entry in parameters("circuit").items()}
_PULSE: Final = parameters("nmda")
RELEASE_mM: Final = _PULSE["pulse_peak_mM"].value
"""Glutamate of one release, as the concentration it would have were all of it in the cleft at once."""

VOLTAGE_mV: Final = _P["spine_voltage_mV"]
"""Voltage at the receptors unless another is asked for."""

_EMPTYING_PER_S: Final = 1000 / _P["release_rise_ms"]
_LEAVING_PER_S: Final = 1000 / _P["cleft_clearance_ms"]
_OUTSIDE_PER_S: Final = 1000 / _P["outside_clearance_ms"]
_TAKEN_UP: Final = _P["taken_up_fraction"]

PEAK_S: Final = float(np.log(_EMPTYING_PER_S / _LEAVING_PER_S) / (_EMPTYING_PER_S - _LEAVING_PER_S))
"""From a release to the highest concentration that it reaches in the cleft."""

_AMPA_S: Final = _CIRCUIT["ampa_decay_ms"] / 1000
_NMDA_S: Final = _CIRCUIT["nmda_decay_ms"] / 1000
_JUMP: Final = _CIRCUIT["nmda_jump_ratio"]
_AMPA_nS: Final = _CIRCUIT["pyramidal_to_pyramidal_ampa_nS"]
_NMDA_nS: Final = _CIRCUIT["pyramidal_to_pyramidal_nmda_nS"]
_REVERSAL_mV: Final = _CIRCUIT["excitatory_reversal_mV"]

_LONGEST_S: Final = 1e6
_MOST_Hz: Final = 1e4


@dataclass(frozen=True)
class Glutamate:
    """Where released glutamate is, in releases: 1 is what one vesicle holds.

    Attributes
    ----------
    times_s : array (n,)
    released : array (..., n)
        Number of releases until each time, that moment included.
    vesicle, cleft, beside, taken_up, away : arrays (..., n)
        Not yet out; between the two cells; beside the synapse; in the astrocyte; drifted away.
        They sum to `released`.
    """

    times_s: Floats
    released: Floats
    vesicle: Floats
    cleft: Floats
    beside: Floats
    taken_up: Floats
    away: Floats

    @property
    def cleft_mM(self) -> Floats:
        """Concentration in the cleft, in mM."""
        return self.cleft * RELEASE_mM


@dataclass(frozen=True)
class Current:
    """What the receptors of one synapse pass; inward is positive.

    Attributes
    ----------
    times_s : array (n,)
    ampa_active, nmda_active : arrays (..., n)
        The gating variables: 1 is what one release activates of AMPA receptors, and all NMDA receptors.
    ampa_pA, nmda_pA : arrays (..., n)
        Currents, by size: positive while positive charge flows in.
    ampa_fC, nmda_fC : arrays (..., n)
        Charge since the first release.
    blocked, unplugged : arrays (..., 1)
        Shares of the NMDA receptors that hold ketamine, and of the open ones that magnesium leaves free.
    """

    times_s: Floats
    ampa_active: Floats
    nmda_active: Floats
    ampa_pA: Floats
    nmda_pA: Floats
    ampa_fC: Floats
    nmda_fC: Floats
    blocked: Floats
    unplugged: Floats


def trains(which: ArrayLike, time_s: ArrayLike, count: int) -> Floats:
    """Sort spikes of many cells into one row of release times for each.

    Parameters
    ----------
    which : array of int (spikes,)
        Row of each spike, from 0.
    time_s : array (spikes,)
        Its time.
    count : int
        How many rows there are; one without a spike is a row without releases.

    Returns
    -------
    array (count, k)
        Ascending release times, padded with infinity; `k` is the most that a row has.

    Raises
    ------
    ValueError
        If a row is not from 0 to `count` - 1, a time is not finite, or the arrays differ in length.
    """
    rows, times = np.asarray(which), np.asarray(time_s, float)
    if rows.ndim != 1 or rows.shape != times.shape:
        raise ValueError(f"which and time_s need one entry for each spike; got shapes {rows.shape}, {times.shape}.")
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        raise ValueError(f"count must be a whole number from 1; got {count!r}.")
    if rows.size and not (np.issubdtype(rows.dtype, np.integer) and rows.min() >= 0 and rows.max() < count):
        raise ValueError(f"which must hold whole numbers from 0 to {count - 1}.")
    if not np.isfinite(times).all():
        raise ValueError("time_s must be finite; leave out what never comes.")
    order = np.lexsort((times, rows))
    rows, times = rows[order].astype(np.intp), times[order]
    each = np.bincount(rows, minlength=count)
    place = np.arange(rows.size) - (np.cumsum(each) - each)[rows]
    found = np.full((count, int(each.max(initial=0))), np.inf)
    found[rows, place] = times
    return found


def glutamate(times_s: ArrayLike, release_s: ArrayLike) -> Glutamate:
    r"""Follow what is released, exactly.

    One release after a time `u`, with rates `a` out of the vesicle, `d` out of the cleft and `c` out of what
    lies beside: :math:`e^{-au}` is in the vesicle, :math:`a (e^{-du} - e^{-au}) / (a - d)` in the cleft, and so
    on down the chain; releases add up.

    Parameters
    ----------
    times_s : array (n,)
        When the answer is wanted.
    release_s : array (..., k)
        Times of the releases; infinity stands for one that never comes (see `trains`).

    Returns
    -------
    Glutamate
        Its arrays are (..., n).

    Raises
    ------
    ValueError
        If times are not finite, or releases are not ascending or are not numbers.
    """
    times, releases = _times(times_s), _releases(release_s)
    age = times[:, None] - releases[..., None, :]
    begun = age >= 0
    u = np.where(begun, age, 0.0)
    a, d, c = _EMPTYING_PER_S, _LEAVING_PER_S, _OUTSIDE_PER_S
    # What of a release is beside the cleft is w_a e^{-au} + w_d e^{-du} + w_c e^{-cu}, of which w sum to 0.
    weights = {rate: a * d / np.prod([other - rate for other in (a, d, c) if other != rate]) for rate in (a, d, c)}
    falling = {rate: np.exp(-rate * u) for rate in (a, d, c)}
    vesicle = falling[a]
    cleft = a / (a - d) * (falling[d] - falling[a])
    beside = sum(weight * falling[rate] for rate, weight in weights.items())
    gone = c * sum(weight / rate * -np.expm1(-rate * u) for rate, weight in weights.items())

    def total(share: Floats) -> Floats:
        return np.asarray((share * begun).sum(axis=-1))

    return Glutamate(
        times,
        total(np.ones_like(u)),
        *(total(share) for share in (vesicle, cleft, beside, _TAKEN_UP * gone, (1 - _TAKEN_UP) * gone)),
    )


def clearance_s(share: ArrayLike = 0.9) -> Floats:
    """Give the time from a release until this share of it has been taken up or has drifted away.

    Ketamine is no argument: it does not act on uptake.

    Parameters
    ----------
    share : float or array
        From 1e-9 to 1 - 1e-9.

    Returns
    -------
    array, the shape of `share`, in s; exact to a nanosecond

    Raises
    ------
    ValueError
        If a share is out of range.
    """
    wanted = checks.within("share", share, 1e-9, 1 - 1e-9)
    low, high = np.zeros_like(wanted), np.full_like(wanted, 1.0)
    while (high - low).max(initial=0.0) > 1e-10:
        middle = (low + high) / 2
        after = glutamate(np.ravel(middle), 0.0)
        gone = (after.taken_up + after.away).reshape(wanted.shape) >= wanted
        low, high = np.where(gone, low, middle), np.where(gone, middle, high)
    return (low + high) / 2


def currents(
    times_s: ArrayLike,
    release_s: ArrayLike,
    blocked: ArrayLike = 0.0,
    voltage_mV: ArrayLike = VOLTAGE_mV,
    magnesium_mM: ArrayLike = _PULSE["typical_magnesium_mM"].value,
) -> Current:
    """Follow the receptors and what they pass, exactly.

    Parameters
    ----------
    times_s : array (n,)
        When the answer is wanted. A release at a time is there at that time.
    release_s : array (..., k)
        As in `glutamate`.
    blocked : array, of the settings' shape (...)
        Share of the NMDA receptors that hold ketamine, 0 to 1.
    voltage_mV, magnesium_mM : arrays, of the settings' shape (...)

    Returns
    -------
    Current
        Its arrays are (..., n).

    Raises
    ------
    ValueError
        If a value is out of range, or shapes do not fit.
    """
    times, releases = _times(times_s), _releases(release_s)
    _, block, drive_mV, free = checks.fit(
        release_s=np.empty(releases.shape[:-1]),
        blocked=checks.within("blocked", blocked, 0.0, 1.0),
        voltage_mV=_REVERSAL_mV - checks.numbers("voltage_mV", voltage_mV),
        unplugged=nmda.unplugged_fraction(voltage_mV, magnesium_mM),
    )
    block, drive_mV, free = block[..., None], drive_mV[..., None], free[..., None]

    age = times[:, None] - releases[..., None, :]
    begun = age >= 0
    u = np.where(begun, age, 0.0)
    ampa = (np.exp(-u / _AMPA_S) * begun).sum(axis=-1)
    ampa_s = (_AMPA_S * -np.expm1(-u / _AMPA_S) * begun).sum(axis=-1)
    nmda_active, nmda_s = _saturating(releases, u, begun)
    passing = _NMDA_nS * free * (1 - block) * drive_mV
    return Current(
        times,
        ampa,
        nmda_active,
        _AMPA_nS * drive_mV * ampa,
        passing * nmda_active,
        1000 * _AMPA_nS * drive_mV * ampa_s,
        1000 * passing * nmda_s,
        block,
        free,
    )


def steady_fC_per_s(
    release_Hz: ArrayLike,
    blocked: ArrayLike = 0.0,
    voltage_mV: ArrayLike = VOLTAGE_mV,
    magnesium_mM: ArrayLike = _PULSE["typical_magnesium_mM"].value,
) -> tuple[Floats, Floats]:
    r"""Give the mean charge per second through AMPA and NMDA receptors for releases at random, by rate alone.

    Releases that come independently of each other (Poisson) at the rate `r` keep
    :math:`\bar s_A = r \tau_A` and :math:`\bar s_N = a r \tau_N / (1 + a r \tau_N)` on average: AMPA throughput
    is proportional to the rate, NMDA throughput saturates.

    Parameters
    ----------
    release_Hz : float or array, 0 to 10 000
    blocked, voltage_mV, magnesium_mM
        As in `currents`, broadcastable with `release_Hz`.

    Returns
    -------
    (ampa, nmda) : two arrays, the broadcast shape, in fC/s; inward is positive

    Raises
    ------
    ValueError
        If a value is out of range, or shapes do not fit.
    """
    rate, block, drive_mV, free = checks.fit(
        release_Hz=checks.within("release_Hz", release_Hz, 0.0, _MOST_Hz),
        blocked=checks.within("blocked", blocked, 0.0, 1.0),
        voltage_mV=_REVERSAL_mV - checks.numbers("voltage_mV", voltage_mV),
        unplugged=nmda.unplugged_fraction(voltage_mV, magnesium_mM),
    )
    filled = _JUMP * rate * _NMDA_S
    ampa = 1000 * _AMPA_nS * drive_mV * rate * _AMPA_S
    through = 1000 * _NMDA_nS * free * (1 - block) * drive_mV * filled / (1 + filled)
    return np.asarray(ampa), np.asarray(through)


# --- within --------------------------------------------------------------------------------------


def _saturating(releases: Floats, age: Floats, begun: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Give the NMDA gating variable and its integral, both (..., n), from releases (..., k), ages (..., n, k)."""
    level = np.zeros(releases.shape[:-1])  # right after the release before
    area = np.zeros_like(level)  # until that release
    levels, areas = [level], [area]
    for k in range(releases.shape[-1]):
        comes = np.isfinite(releases[..., k])
        wait = np.zeros_like(level)
        if k:
            np.subtract(releases[..., k], releases[..., k - 1], out=wait, where=comes)
        area = area + _NMDA_S * level * -np.expm1(-wait / _NMDA_S)
        left = level * np.exp(-wait / _NMDA_S)
        level = np.where(comes, left + _JUMP * (1 - left), level)
        levels.append(level)
        areas.append(area)
    last = begun.sum(axis=-1)  # how many have come, (..., n)
    level_then, area_then = (np.take_along_axis(np.stack(rows, axis=-1), last, axis=-1) for rows in (levels, areas))
    since = np.take_along_axis(np.concatenate([np.zeros((*age.shape[:-1], 1)), age], axis=-1), last[..., None], axis=-1)
    gone = since[..., 0] / _NMDA_S
    return level_then * np.exp(-gone), area_then + _NMDA_S * level_then * -np.expm1(-gone)


def _times(value: ArrayLike) -> Floats:
    array = checks.within("times_s", value, -_LONGEST_S, _LONGEST_S)
    if array.ndim != 1:
        raise ValueError(f"times_s must have one axis; got shape {array.shape}.")
    return array


def _releases(value: ArrayLike) -> Floats:
    """Check release times; give at least one axis."""
    array = np.atleast_1d(checks.numbers("release_s", value))
    never = np.isposinf(array)
    checks.within("release_s", array[~never], -_LONGEST_S, _LONGEST_S)
    if not (array[..., 1:] >= array[..., :-1]).all():
        raise ValueError("release_s must ascend along its last axis; infinity, last, stands for what never comes.")
    return array
