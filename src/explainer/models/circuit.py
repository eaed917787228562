r"""Pyramidal cells and the interneurons that hold them back, with ketamine on the NMDA receptors of both.

Two layers with the same facts. `spikes` follows 160 pyramidal cells and 40 interneurons, leaky
integrate-and-fire with population conductances; `rates_Hz` gives the stationary rates of a model with
twelve parameters that was fitted to the first, and is fast enough for sliders.

**What is put in and what comes out.** That interneurons are the more sensitive (half-block 1.2 against
5 uM) is an assumption. The conductances were found by fitting on the wanted shape, so that pyramidal
rates rise at 1 uM and fall at 10 uM is fitted too. What happens when the assumption is changed (equal,
reversed, one kind spared) was not fitted in the spiking network.

**Block.** Every NMDA conductance of a kind of cell is multiplied by the share that is not blocked, at its
steady level :math:`1 - C / (C + IC_{50})` (`nmda.blocked_share`); `wash_in` follows how it gets there.

**Steps.** Between steps of `step_ms` every membrane is followed by the exponential that holds for its
present conductances; the moment of a spike is found between steps, and the cell leaves its refractory
time at its own moment. A spike acts on others from the end of its step on. From 1 to 0.5 ms rates change
by less than 4 %, from 0.5 to 0.25 ms by less than 3 %, on the same path of noise.

**Against the reference.** The table of rates of the evidence comes from plain steps of 0.5 ms in which a
spike's conductance is held for the whole step. That adds (dt/tau) / (1 - exp(-dt/tau)) - 1 to the charge
of every spike: 5 % to GABA, 13 % to AMPA. The conductances were fitted with it, so this model carries the
same charge (`fitting_step_ms`) and keeps within 5 % of the table up to 10 uM. At their face value, followed
finely, they give 8 to 14 % more pyramidal spikes than the table.

Intervals between a cell's spikes vary by 0.9 of their mean within windows of 4 s, by 0.96 within 20 s.

Leaves out: kinds of interneuron, dendrites, distance and sparse connections, delays, adaptation and
plasticity, any voltage dependence of ketamine's block in the network, effects of ketamine elsewhere
than on NMDA receptors. It has no gamma rhythm, only a broad hump of the pyramidal spikes' power from 60 to
120 Hz, of which nothing is claimed. The delay between interneurons' fall and pyramidal cells' rise that is
reported (homayoun2007) is not explained: here, at 1 uM, pyramidal cells are the first to have half of their
change, after 2 to 3 s, and interneurons follow after 7. At that concentration interneurons fire no less when
they are the more sensitive (6.3 Hz) than when both kinds are equally so (6.0 Hz), since pyramidal cells drive
them: what is less is what they fire for each pyramidal spike.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models import checks, nmda

__all__ = [
    "ASSUMPTIONS",
    "CONDUCTANCES",
    "INTERNEURONS",
    "PYRAMIDAL",
    "Spikes",
    "WashIn",
    "half_blocks_uM",
    "rates_Hz",
    "spikes",
    "wash_in",
]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.intp]

ASSUMPTIONS: Final = ("interneurons_first", "equal", "reversed", "interneurons_spared", "pyramidal_spared")
CONDUCTANCES: Final = (
    "tonic_ampa_pyramidal",
    "tonic_nmda_pyramidal",
    "tonic_ampa_interneuron",
    "tonic_nmda_interneuron",
    "pyramidal_to_pyramidal_ampa",
    "pyramidal_to_pyramidal_nmda",
    "pyramidal_to_interneuron_ampa",
    "pyramidal_to_interneuron_nmda",
    "interneuron_to_pyramidal_gaba",
    "interneuron_to_interneuron_gaba",
)

_P: Final = {name: entry.value for name, entry in parameters("circuit").items()}
PYRAMIDAL: Final = int(_P["pyramidal_cells_count"])
INTERNEURONS: Final = int(_P["interneuron_cells_count"])
_CELLS: Final = PYRAMIDAL + INTERNEURONS

_LESS: Final = _P["pyramidal_half_block_uM"]  # sensitive: needs more ketamine
_MORE: Final = _P["interneuron_half_block_uM"]
# Of pyramidal cells and interneurons, in the order of ASSUMPTIONS:
_HALF_BLOCKS_uM: Final = np.array([(_LESS, _MORE), (_LESS, _LESS), (_MORE, _LESS), (_LESS, np.inf), (np.inf, _MORE)])
_TAKES_RATIO: Final = ("interneurons_first", "pyramidal_spared")
_LEAST_RATIO: Final = 0.1
_LARGEST_RATIO: Final = 10.0

_NOISE_STEP_ms: Final = 0.25  # the path of noise is drawn on this grid, whatever the step
_STEPS_ms: Final = (0.25, 0.5, 1.0)  # the longest is the interneurons' refractory time
_NOISE_BLOCK: Final = 40  # noise steps that are drawn at a time, 10 ms
_LONGEST_s: Final = 600.0


# --- who is how sensitive ------------------------------------------------------------------------


def half_blocks_uM(
    assumption: ArrayLike = "interneurons_first", selectivity_ratio: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Give the ketamine that blocks half of the NMDA receptors of either kind of cell.

    Parameters
    ----------
    assumption : str or array of str
        Which of `ASSUMPTIONS`.
    selectivity_ratio : float or array, optional
        How many times more sensitive interneurons are than pyramidal cells usually are: their half-block is
        5 uM divided by it. From 0.1 to 10; left out, or NaN, the assumption's own holds. Only where
        interneurons' sensitivity is open: "interneurons_first" and "pyramidal_spared".

    Returns
    -------
    (pyramidal, interneuron) : two arrays, the broadcast shape of the inputs, in uM
        Infinite for a kind that is spared.

    Raises
    ------
    ValueError
        If an assumption is unknown, a ratio is out of range or given where it has no meaning, or shapes do
        not fit.
    """
    kind, ratio = checks.fit(
        assumption=checks.choice("assumption", assumption, ASSUMPTIONS),
        selectivity_ratio=checks.optional("selectivity_ratio", selectivity_ratio, _LEAST_RATIO, _LARGEST_RATIO),
    )
    chosen = ~np.isnan(ratio)
    for index in np.unique(kind[chosen]):
        if ASSUMPTIONS[index] not in _TAKES_RATIO:
            raise ValueError(
                f"selectivity_ratio has no meaning where assumption is {ASSUMPTIONS[index]!r}; "
                f"leave it out, or choose {' or '.join(_TAKES_RATIO)}."
            )
    return _HALF_BLOCKS_uM[kind, 0], np.where(chosen, _LESS / ratio, _HALF_BLOCKS_uM[kind, 1])


# --- rates ---------------------------------------------------------------------------------------


def rates_Hz(
    ketamine_uM: ArrayLike,
    assumption: ArrayLike = "interneurons_first",
    selectivity_ratio: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    r"""Give the stationary mean rates of both kinds of cell, by the rate model.

    .. math:: E = k_E \ln(1 + e^{u_E}), \quad
        u_E = x_E + (1 - b_E)(n_E + m_E E) + w_{EE} E - w_{IE} I

    and the same for I, with :math:`w_{EI} E - w_{II} I`; b is the blocked share. Fitted to the spiking
    network. From that, at its own steps of 0.5 ms, it departs by up to 5 % for pyramidal cells up to 10 uM.

    Parameters
    ----------
    ketamine_uM : float or array
        At the receptor, 0 or more.
    assumption, selectivity_ratio
        As in `half_blocks_uM`.

    Returns
    -------
    (pyramidal, interneuron) : two arrays, the broadcast shape of the inputs, in Hz

    Raises
    ------
    ValueError
        If a value is out of range, an assumption is unknown, or shapes do not fit.
    """
    pyramidal, interneuron = _blocked(ketamine_uM, assumption, selectivity_ratio)
    return _stationary(1 - pyramidal, 1 - interneuron)


@dataclass(frozen=True)
class WashIn:
    """How ketamine takes hold. Leading axes (...) are settings.

    Attributes
    ----------
    times_s : array (n,)
        Ketamine is there from 0 on.
    pyramidal_Hz, interneuron_Hz : array (..., n)
    blocked_pyramidal, blocked_interneuron : array (..., n)
        Share of the NMDA receptors of either kind that is blocked.
    """

    times_s: Floats
    pyramidal_Hz: Floats
    interneuron_Hz: Floats
    blocked_pyramidal: Floats
    blocked_interneuron: Floats


def wash_in(
    times_s: ArrayLike,
    ketamine_uM: ArrayLike,
    assumption: ArrayLike = "interneurons_first",
    selectivity_ratio: ArrayLike | None = None,
) -> WashIn:
    """Follow block and rates after ketamine has come, at once and to stay.

    Block follows `nmda.reduced_block`. A channel must open to be blocked, so cells that fire faster are
    blocked sooner; receptors of either kind are taken to be used as often as these cells fire. Rates are
    those of the rate model for the block at each moment: it settles within 0.3 s, block takes seconds.

    What makes one kind more sensitive is taken to be its magnesium, which holds the pore less firmly; the
    rate at which ketamine leaves the open pore is the same for both. The leak from closed channels is left
    out, so that block tends to the level by which half-blocks are defined.

    Parameters
    ----------
    times_s : array (n,), ascending
        When the state is wanted; before 0 there is no ketamine.
    ketamine_uM, assumption, selectivity_ratio
        As in `rates_Hz`, all of the settings' shape (...).

    Returns
    -------
    WashIn

    Raises
    ------
    ValueError
        As in `rates_Hz`, and if times are not ascending.
    """
    times = checks.moments("times_s", times_s)
    if not times.size:
        raise ValueError("times_s must hold at least one moment.")
    ketamine, *half = checks.fit(
        ketamine_uM=checks.concentration("ketamine_uM", ketamine_uM),
        **dict(zip(("pyramidal", "interneuron"), half_blocks_uM(assumption, selectivity_ratio), strict=True)),
    )
    end = max(times[-1], 0.0)
    grid = np.union1d(times, np.r_[0.0, np.geomspace(1e-3, 1, 200) * end])
    there = grid[:-1] >= 0
    inputs: list[dict[str, ArrayLike]] = [
        {
            "blocker_uM": np.where(np.isfinite(of_kind), ketamine, 0.0)[..., None] * there,
            "magnesium_mM": _magnesium_mM(np.where(np.isfinite(of_kind), of_kind, _LESS))[..., None],
            "affinity_uM": _affinity_uM(),
            "leak_per_s": 0.0,
        }
        for of_kind in half
    ]
    free = np.ones((*ketamine.shape, grid.size))
    rates = _stationary(free, free)
    for _ in range(_MOST_ROUNDS):  # block needs rates and rates need block: until both agree
        blocked = [
            nmda.reduced_block(grid, _open_probability((rate[..., 1:] + rate[..., :-1]) / 2), **given)
            for rate, given in zip(rates, inputs, strict=True)
        ]
        before, rates = rates, _stationary(1 - blocked[0], 1 - blocked[1])
        if all(np.abs(new - old).max(initial=0.0) < 1e-6 for new, old in zip(rates, before, strict=True)):
            break
    at = np.searchsorted(grid, times)
    return WashIn(times, *(rate[..., at] for rate in rates), *(share[..., at] for share in blocked))


# --- spikes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spikes:
    """Who fired when. One entry per spike, in the order of time within a step's length.

    Attributes
    ----------
    setting : array of int (k,)
        Which setting, counted along the flattened settings.
    cell : array of int (k,)
        0 to 159 are pyramidal cells, 160 to 199 interneurons.
    time_s : array (k,)
        From the end of settling on.
    duration_s : float
    pyramidal_Hz, interneuron_Hz : array (...)
        Mean rates over cells and time, of the settings' shape.
    """

    setting: Integers
    cell: Integers
    time_s: Floats
    duration_s: float
    pyramidal_Hz: Floats
    interneuron_Hz: Floats

    def raster(self, setting: int | tuple[int, ...] = 0) -> tuple[Floats, Integers]:
        """Give moments in seconds and cells of the spikes of one setting, in the order of time.

        `setting` counts along the flattened settings, or is an index of their shape.
        """
        shape = self.pyramidal_Hz.shape
        try:
            flat = int(np.ravel_multi_index(setting, shape)) if isinstance(setting, tuple) else operator.index(setting)
            if not 0 <= flat < self.pyramidal_Hz.size:
                raise ValueError(flat)
        except (TypeError, ValueError) as problem:
            raise ValueError(
                f"there is no setting {setting}; there are {self.pyramidal_Hz.size}, of shape {shape}, from 0 on."
            ) from problem
        mine = np.flatnonzero(self.setting == flat)
        mine = mine[np.argsort(self.time_s[mine], kind="stable")]
        return self.time_s[mine], self.cell[mine]

    def counts(self, edges_s: ArrayLike, setting: int | tuple[int, ...] = 0) -> Integers:
        """Count the spikes of every cell of one setting between edges, (200, n - 1); edges ascending."""
        edges = checks.moments("edges_s", edges_s, strictly=True)
        if edges.size < 2:
            raise ValueError(f"edges_s must hold at least two moments; got {edges.size}.")
        times, cells = self.raster(setting)
        frame = np.searchsorted(edges, times, side="right") - 1
        kept = (frame >= 0) & (frame < edges.size - 1)
        flat = cells[kept] * (edges.size - 1) + frame[kept]
        return np.bincount(flat, minlength=_CELLS * (edges.size - 1)).reshape(_CELLS, -1)


def spikes(
    ketamine_uM: ArrayLike,
    assumption: ArrayLike = "interneurons_first",
    selectivity_ratio: ArrayLike | None = None,
    duration_s: float = 1.0,
    settle_s: float = 0.4,
    step_ms: float = 0.5,
    seed: int = 1,
    scale: Mapping[str, ArrayLike] | None = None,
) -> Spikes:
    """Run the spiking network, all settings side by side on the same path of noise.

    Parameters
    ----------
    ketamine_uM : float or array
        At the receptor; block is at its steady level.
    assumption, selectivity_ratio
        As in `half_blocks_uM`.
    duration_s : float
        How long spikes are kept, up to 600 s.
    settle_s : float
        How long the network runs before that, up to 600 s.
    step_ms : float
        0.25, 0.5 or 1. The noise is the same path whatever the step.
    seed : int
        Of noise and first potentials, 0 or more; the same seed gives the same spikes.
    scale : mapping of str to float or array, optional
        Factors of some of `CONDUCTANCES`, 0 or more, broadcastable to the settings.
        ``{"interneuron_to_pyramidal_gaba": 0}`` takes the brake away.

    Returns
    -------
    Spikes
        The settings' shape is the broadcast shape of `ketamine_uM`, `assumption`, `selectivity_ratio` and
        all of `scale`.

    Raises
    ------
    ValueError
        If a value is out of range, a name is unknown, or shapes do not fit.
    """
    if scale is not None and not isinstance(scale, Mapping):
        raise ValueError(f"scale must be a mapping of conductances to factors; got {scale!r}.")
    factors = {} if scale is None else dict(scale)
    for name in factors:
        if name not in CONDUCTANCES:
            raise ValueError(f"there is no conductance {name!r} to scale; there are {', '.join(CONDUCTANCES)}.")
    given = {f"scale[{name!r}]": checks.within(f"scale[{name!r}]", value, 0, 100) for name, value in factors.items()}
    length, settling = _seconds("duration_s", duration_s, 1e-3), _seconds("settle_s", settle_s, 0)
    if step_ms not in _STEPS_ms:
        raise ValueError(f"step_ms must be one of {', '.join(map(str, _STEPS_ms))}; got {step_ms}.")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more; got {seed!r}.")
    pyramidal, interneuron = _blocked(ketamine_uM, assumption, selectivity_ratio)
    pyramidal, interneuron, *values = checks.fit(settings=pyramidal, _=interneuron, **given)
    shape = pyramidal.shape
    free = 1 - np.stack([pyramidal.ravel(), interneuron.ravel()])
    conductance = {name: np.full(free.shape[1], _P[f"{name}_nS"]) for name in CONDUCTANCES}
    for name, value in zip(factors, values, strict=True):
        conductance[name] = conductance[name] * value.ravel()

    setting, cell, moments_ms = _run(free, conductance, 1000 * settling, 1000 * length, step_ms, int(seed))
    counts = np.bincount(2 * setting + (cell >= PYRAMIDAL), minlength=2 * free.shape[1]).reshape(*shape, 2)
    return Spikes(
        setting,
        cell,
        moments_ms / 1000,
        length,
        np.asarray(counts[..., 0] / (PYRAMIDAL * length)),
        np.asarray(counts[..., 1] / (INTERNEURONS * length)),
    )


def _run(
    free: Floats, conductance: Mapping[str, Floats], settle_ms: float, length_ms: float, step: float, seed: int
) -> tuple[Integers, Integers, Floats]:
    """Follow the network; `free` (2, settings) is the share of NMDA receptors left to either kind."""
    settings = free.shape[1]
    first = round(settle_ms / step)
    steps = first + math.ceil(length_ms / step - 1e-6)
    rng = np.random.default_rng(seed)
    rest, threshold, reset = (np.float32(_P[f"{name}_mV"]) for name in ("resting", "threshold", "reset"))
    ready = step - _of_cells("refractory_ms")  # from the end of the next step on, for a spike at the end of this

    # Synaptic state per setting: 1, AMPA, NMDA, GABA. `weights` turn it into three rows of cells:
    # conductance without NMDA, the current it drives at 0 mV, and NMDA conductance without magnesium.
    decay = np.array([1, *(np.exp(-step / _P[f"{kind}_decay_ms"]) for kind in ("ampa", "nmda", "gaba"))], np.float32)
    weights = _weights(free, conductance, step)
    synapses = np.ones((settings, 1, 4), np.float32)
    synapses[:, 0, 1:] = _steady_synapses(free)
    _, ampa, nmda_, gaba = synapses[:, 0].T
    jump = _P["nmda_jump_ratio"] / PYRAMIDAL
    shut_after = ((1 - jump) ** np.arange(PYRAMIDAL + 1)).astype(np.float32)  # of what was shut, by number of spikes

    shape = (settings, _CELLS)
    potential = np.empty(shape, np.float32)
    potential[:] = rest + rng.random(_CELLS) * (threshold - rest)
    after, gate, drive, last = (np.empty(shape, np.float32) for _ in range(4))
    charged = np.full(shape, step, np.float32)  # since when a cell can be charged, ms, up to a step; below 0: not yet
    minus_per_pF = np.broadcast_to(_of_cells("capacitance_pF", lambda c: -1 / c), shape).copy()  # whole rows are faster
    inputs = np.empty((3, settings, 1, _CELLS), np.float32)
    base, base_drive, open_nmda = inputs[:, :, 0]
    found: list[Integers] = []
    left: list[Singles] = []
    when: list[int] = []
    # Magnesium's plug is exp(-steepness * V) / unplug.
    steepness, unplug = np.float32(-_MAGNESIUM_STEEPNESS), np.float32(1 / _MAGNESIUM_PLUG)
    one_step, zero = np.float32(step), np.float32(0)

    for now, noise in enumerate(_noise(rng, steps, round(step / _NOISE_STEP_ms))):
        np.matmul(synapses, weights, out=inputs)
        np.multiply(potential, steepness, out=gate)
        np.exp(gate, out=gate)
        gate += unplug
        np.divide(open_nmda, gate, out=gate)
        gate += base  # all conductance
        base_drive += noise
        np.divide(base_drive, gate, out=drive)  # where the potential tends
        np.maximum(charged, zero, out=last)
        gate *= last
        gate *= minus_per_pF
        np.exp(gate, out=gate)
        np.subtract(potential, drive, out=after)
        after *= gate
        after += drive
        charged += one_step
        np.minimum(charged, one_step, out=charged)
        synapses *= decay
        fired = (after >= threshold).ravel().nonzero()[0]
        if fired.size:
            row, cell = np.divmod(fired, _CELLS)
            over = after.ravel()[fired]
            late = (over - threshold) / (over - potential.ravel()[fired]) * last.ravel()[fired]
            charged.ravel()[fired] = late + ready[cell]
            after.ravel()[fired] = reset
            count = np.bincount(2 * row + (cell >= PYRAMIDAL), minlength=2 * settings)
            pyramidal = count[::2]
            ampa += pyramidal
            nmda_ += (PYRAMIDAL - nmda_) * (1 - shut_after[pyramidal])
            gaba += count[1::2]
            if now >= first:
                found.append(fired)
                left.append(late)
                when.append(now - first + 1)
        potential, after = after, potential
    if not found:
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    flat = np.concatenate(found)
    moments = np.repeat(np.array(when) * step, [each.size for each in found]) - np.concatenate(left)
    within = moments <= length_ms  # the last step may go beyond
    return flat[within] // _CELLS, flat[within] % _CELLS, moments[within]


# --- within --------------------------------------------------------------------------------------

_MOST_ROUNDS: Final = 100
_NMDA: Final = {name: entry.value for name, entry in parameters("nmda").items()}
_MAGNESIUM_STEEPNESS: Final = _NMDA["magnesium_steepness_per_mV"]
_MAGNESIUM_PLUG: Final = _NMDA["typical_magnesium_mM"] / _NMDA["magnesium_half_block_mM"]


def _seconds(name: str, value: float, low: float) -> float:
    array = checks.within(name, value, low, _LONGEST_s)
    if array.ndim:
        raise ValueError(f"{name} must be one number for all settings; got {value!r}.")
    return float(array)


def _blocked(
    ketamine_uM: ArrayLike, assumption: ArrayLike, selectivity_ratio: ArrayLike | None
) -> tuple[Floats, Floats]:
    ketamine, pyramidal, interneuron = checks.fit(
        ketamine_uM=checks.concentration("ketamine_uM", ketamine_uM),
        **dict(zip(("pyramidal", "interneuron"), half_blocks_uM(assumption, selectivity_ratio), strict=True)),
    )
    return nmda.blocked_share(ketamine, pyramidal), nmda.blocked_share(ketamine, interneuron)


def _stationary(free_pyramidal: Floats, free_interneuron: Floats) -> tuple[Floats, Floats]:
    """Solve the rate model for the shares of NMDA receptors left to either kind, by Newton's steps."""
    p = _P
    drive_e = p["pyramidal_drive_ratio"] + free_pyramidal * p["pyramidal_nmda_drive_ratio"]
    drive_i = p["interneuron_drive_ratio"] + free_interneuron * p["interneuron_nmda_drive_ratio"]
    from_e_to_e = p["pyramidal_to_pyramidal_per_Hz"] + free_pyramidal * p["pyramidal_nmda_per_Hz"]
    from_e_to_i = p["pyramidal_to_interneuron_per_Hz"] + free_interneuron * p["interneuron_nmda_per_Hz"]
    from_i_to_e, from_i_to_i = p["interneuron_to_pyramidal_per_Hz"], p["interneuron_to_interneuron_per_Hz"]
    gain_e, gain_i = p["pyramidal_gain_Hz"], p["interneuron_gain_Hz"]
    e, i = np.full(drive_e.shape, 5.0), np.full(drive_e.shape, 5.0)
    for number in range(_MOST_ROUNDS):
        u_e = drive_e + from_e_to_e * e - from_i_to_e * i
        u_i = drive_i + from_e_to_i * e - from_i_to_i * i
        miss_e, miss_i = gain_e * np.logaddexp(0, u_e) - e, gain_i * np.logaddexp(0, u_i) - i
        slope_e, slope_i = gain_e / (1 + np.exp(-u_e)), gain_i / (1 + np.exp(-u_i))
        # The Jacobian of the misses, less what makes the first steps follow the rates in time (implicit Euler, ever
        # longer): far from the end Newton's steps may lead away from it.
        hold = 2 * 0.4**number
        ee, ei = slope_e * from_e_to_e - 1 - hold, -slope_e * from_i_to_e
        ie, ii = slope_i * from_e_to_i, -slope_i * from_i_to_i - 1 - hold
        determinant = ee * ii - ei * ie
        step_e = (ei * miss_i - ii * miss_e) / determinant
        step_i = (ie * miss_e - ee * miss_i) / determinant
        e, i = np.maximum(e + step_e, 0.0), np.maximum(i + step_i, 0.0)
        if np.maximum(np.abs(step_e), np.abs(step_i)).max(initial=0.0) < 1e-10:
            return e, i
    raise RuntimeError("the rate model did not settle; please report the arguments.")


@functools.cache
def _open_probabilities() -> tuple[Floats, Floats]:
    rates = np.r_[0.0, np.geomspace(0.01, 400, 120)]
    return rates, nmda.mean_open_probability(rates)


def _open_probability(rate_Hz: Floats) -> Floats:
    return np.interp(rate_Hz, *_open_probabilities())


def _affinity_uM() -> Floats:
    """Give the dissociation constant that leads to the pyramidal half-block in typical magnesium."""
    return np.asarray(_LESS * nmda.unplugged_fraction(_NMDA["reference_voltage_mV"], _NMDA["typical_magnesium_mM"]))


def _magnesium_mM(half_block_uM: Floats) -> Floats:
    """Give the magnesium in which half is blocked there, at that dissociation constant."""
    plug = half_block_uM / _affinity_uM() - 1
    per_mM = 1 / nmda.unplugged_fraction(_NMDA["reference_voltage_mV"], 1.0) - 1
    return np.asarray(plug / per_mM)


def _of_cells(name: str, of_kind: Callable[[float], float] = float) -> Singles:
    """Give a value of either kind of cell, (200,)."""
    pair = [of_kind(_P[f"pyramidal_{name}"]), of_kind(_P[f"interneuron_{name}"])]
    return np.repeat(pair, [PYRAMIDAL, INTERNEURONS]).astype(np.float32)


def _charge(kind: str, step: float) -> tuple[float, float]:
    """Give the mean over a step of a conductance that decays from 1, and the charge of a spike, both as factors.

    The second is by how much plain steps of the fitting made a spike's charge larger.
    """
    tau, fitted = _P[f"{kind}_decay_ms"], _P["fitting_step_ms"]
    return (1 - np.exp(-step / tau)) * tau / step, fitted / tau / (1 - np.exp(-fitted / tau))


def _weights(free: Floats, conductance: Mapping[str, Floats], step: float) -> Singles:
    """Give (3, settings, 4, 200): from 1, AMPA, NMDA, GABA to the three rows of cells.

    The third is what NMDA conductance without magnesium is, over magnesium's plug at 0 mV.
    """
    excitatory, inhibitory = _P["excitatory_reversal_mV"], _P["inhibitory_reversal_mV"]
    if excitatory != 0:
        raise ValueError("excitatory_reversal_mV must be 0: excitatory current is counted from there.")
    ampa, nmda_, gaba = (np.prod(_charge(kind, step)) for kind in ("ampa", "nmda", "gaba"))
    weights = np.zeros((3, free.shape[1], 4, _CELLS), np.float32)
    for kind, share, cells in (
        ("pyramidal", free[0], slice(None, PYRAMIDAL)),
        ("interneuron", free[1], slice(PYRAMIDAL, None)),
    ):
        leak, brake = _P[f"{kind}_leak_nS"], conductance[f"interneuron_to_{kind}_gaba"] * gaba
        for state, row, value in (
            (0, 0, leak + conductance[f"tonic_ampa_{kind}"]),
            (1, 0, conductance[f"pyramidal_to_{kind}_ampa"] * ampa),
            (3, 0, brake),
            (0, 1, np.full(free.shape[1], leak * _P["resting_mV"])),
            (3, 1, brake * inhibitory),
            (0, 2, share * conductance[f"tonic_nmda_{kind}"] / _MAGNESIUM_PLUG),
            (2, 2, share * conductance[f"pyramidal_to_{kind}_nmda"] * nmda_ / _MAGNESIUM_PLUG),
        ):
            weights[row, :, state, cells] = value[:, None]
    return weights


def _steady_synapses(free: Floats) -> Floats:
    """Give the state (settings, 3) to start from: what the rates of the rate model keep up on average."""
    pyramidal, interneuron = (rate / 1000 for rate in _stationary(free[0], free[1]))
    raised = _P["nmda_jump_ratio"] * pyramidal * _P["nmda_decay_ms"]
    return np.stack(
        [
            PYRAMIDAL * pyramidal * _P["ampa_decay_ms"],
            PYRAMIDAL * raised / (1 + raised),
            INTERNEURONS * interneuron * _P["gaba_decay_ms"],
        ],
        axis=-1,
    )


def _noise(rng: np.random.Generator, steps: int, per_step: int) -> Iterator[Singles]:
    """Give the mean noise current (200,) in pA of each of `steps`, each of `per_step` noise steps.

    An Ornstein-Uhlenbeck path, exact on the grid of noise steps; a step's current is the mean of the path
    over it. Drawn in blocks, and in the same order whatever the step.
    """
    stays = np.exp(-_NOISE_STEP_ms / _P["noise_decay_ms"])
    sigma = _of_cells("noise_pA")
    n = _NOISE_BLOCK
    # The path within a block, (n + 1, n + 1), from its first value and n draws.
    power = np.arange(n + 1)[:, None] - np.arange(n + 1)
    path = np.where(power >= 0, stays ** np.maximum(power, 0), 0.0)
    path[:, 1:] *= np.sqrt(1 - stays**2)
    middles = (path[1:] + path[:-1]) / 2
    means = middles.reshape(n // per_step, per_step, n + 1).mean(axis=1)
    both = np.concatenate([means, path[-1:]]).astype(np.float32)
    draws = np.empty((n + 1, _CELLS), np.float32)
    draws[0] = rng.standard_normal(_CELLS, dtype=np.float32)
    done = 0
    while done < steps:
        rng.standard_normal(dtype=np.float32, out=draws[1:])
        block = both @ draws
        draws[0] = block[-1]
        block *= sigma
        yield from block[:-1][: steps - done]
        done += n // per_step
