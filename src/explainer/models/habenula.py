"""Ketamine trapped in the NMDA receptors of a neuron of the lateral habenula, for a day.

The neuron bursts while ketamine is held at its receptors, rests while ketamine leaves, and bursts again at
24 h. Block follows `nmda.reduced_block`, so two things free a receptor: an opening, and a leak through the
closed gate. The leak of that model was fitted to another measurement (mealing1999) and lets half of the
block go in 11 minutes; a block that lasts a day (ma2023) needs a gate without leak, and receptors that
hardly open. Both are computed. The leak is a crude stand-in: it comes from two minutes in which 86 % stayed
trapped, another work (gilling2009) reports full trapping, and receptors of other regions may differ.

Leaves out: what block does to bursting (the neuron's activity is given, not computed), differences between
receptors, voltage other than the holding one, and everything that the habenula does to other regions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models import checks, nmda

__all__ = ["LEAKS", "BURSTS_RETURN_s", "HELD_s", "SELDOM_ratio", "active", "blocked_share", "ketamine_uM"]

Floats = NDArray[np.float64]

_P: Final = {name: entry.value for name, entry in parameters("habenula").items()}

HELD_s: Final = 60 * _P["held_min"]
"""Until when ketamine is held, from its coming at 0 on."""

BURSTS_RETURN_s: Final = 3600 * _P["bursts_return_h"]
"""When the neuron bursts again."""

SELDOM_ratio: Final = _P["seldom_ratio"]
"""Openings at rest, as a share of those while bursting, at which about half of the block is lost in a day."""

LEAKS: Final = ("fitted", "none")
_LEAK_per_s: Final = np.array([np.nan, 0.0])  # NaN: the receptor model's own


def ketamine_uM(times_s: ArrayLike, held_uM: ArrayLike) -> Floats:
    """Give ketamine at the receptor: held from 0 on, then leaving as fast as it leaves a mouse.

    Parameters
    ----------
    times_s : array (n,), ascending
    held_uM : float or array (...)

    Returns
    -------
    array (..., n), in uM; 0 before 0

    Raises
    ------
    ValueError
        If a concentration is negative, or times are not ascending.
    """
    times, held = checks.moments("times_s", times_s), checks.concentration("held_uM", held_uM)
    left = 0.5 ** (np.maximum(times - HELD_s, 0) / (60 * _P["elimination_half_life_min"]))
    return np.asarray(held[..., None] * np.where(times >= 0, left, 0.0))


def active(times_s: ArrayLike) -> NDArray[np.bool_]:
    """Tell when the neuron bursts: until ketamine is no longer held, and from 24 h on."""
    times = checks.moments("times_s", times_s)
    return np.asarray((times < HELD_s) | (times >= BURSTS_RETURN_s))


def blocked_share(
    times_s: ArrayLike,
    held_uM: ArrayLike,
    leak: ArrayLike = "fitted",
    rest_ratio: ArrayLike = 0.0,
) -> Floats:
    """Follow the share of the neuron's NMDA receptors that is blocked.

    Parameters
    ----------
    times_s : array (n,), ascending
        When the share is wanted; ketamine comes at 0.
    held_uM : float or array
        Ketamine at the receptor while it is held.
    leak : str or array of str
        One of `LEAKS`: that of the receptor model, or none.
    rest_ratio : float or array, 0 to 1
        How often receptors open at rest, as a share of how often they open while the neuron bursts.

    Returns
    -------
    array (..., n)
        0 to 1; (...) is the broadcast shape of the other inputs.

    Raises
    ------
    ValueError
        If a value is out of range, a leak is unknown, or shapes do not fit.
    """
    times = checks.moments("times_s", times_s)
    if not times.size:
        raise ValueError("times_s must hold at least one moment.")
    held, kind, rest = checks.fit(
        held_uM=checks.concentration("held_uM", held_uM),
        leak=checks.choice("leak", leak, LEAKS),
        rest_ratio=checks.within("rest_ratio", rest_ratio, 0.0, 1.0),
    )
    # Between moments inputs are constant: add those at which the protocol turns, and a minute's steps while the
    # drug leaves.
    leaving = np.arange(HELD_s, HELD_s + 20 * 60 * _P["elimination_half_life_min"], 60.0)
    grid = np.unique(np.concatenate([times, [0.0, HELD_s, BURSTS_RETURN_s], leaving]))
    grid = grid[grid <= max(times[-1], 0.0)]
    middle = (grid[1:] + grid[:-1]) / 2
    share = np.where(active(middle), 1.0, rest[..., None])
    block = nmda.reduced_block(
        grid,
        _P["bursting_open_fraction"] * share,
        ketamine_uM(middle, held),
        leak_per_s=_LEAK_per_s[kind],
    )
    return np.asarray(block[..., np.searchsorted(grid, times)])
