"""Compartments that exchange with blood, and the published sets of their sizes.

Leaves out: compartments that exchange with each other, and clearances that depend on the amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models.people import People

__all__ = ["DISPOSITIONS", "JOINT", "Disposition", "disposition_of", "noresketamine_of", "to_norketamine_per_h"]

Floats = NDArray[np.float64]

_P: Final = {name: entry.value for name, entry in parameters("pharmacokinetics").items()}
_HOUR_MIN: Final = 60.0

DISPOSITIONS: Final = ("perez_ruixo_2021", "kamp_2020", "domino")
JOINT: Final = DISPOSITIONS[0]
"""The one that was fitted to vein, nose and gut together."""


@dataclass(frozen=True)
class Disposition:
    """Compartments around blood.

    Attributes
    ----------
    name : str
    compartments : tuple of str
        Blood first.
    volumes_L, exchange_L_per_h, clearance_L_per_h : arrays (..., compartment)
        Apparent volumes; exchange with blood (0 for blood itself); clearance out of the body.
    """

    name: str
    compartments: tuple[str, ...]
    volumes_L: Floats
    exchange_L_per_h: Floats
    clearance_L_per_h: Floats

    def modes(self) -> tuple[Floats, Floats]:
        r"""Give the rates at which amounts decay, and how much of each an impulse sets off.

        With :math:`y = V^{-1/2} a` the amounts obey :math:`\dot y = -S y`, `S` symmetric: the
        rates are its eigenvalues and real.

        Returns
        -------
        rates_per_min : array (..., mode)
        gains : array (into, found_in, ..., mode)
            ``sum(gains[i, b] * exp(-rates * t))`` of an amount put into `i` is in `b` after `t`.
        """
        root = np.sqrt(self.volumes_L)
        flow = self.exchange_L_per_h + self.clearance_L_per_h
        flow = flow.copy()
        flow[..., 0] += self.exchange_L_per_h.sum(axis=-1)
        matrix = np.zeros((*flow.shape, flow.shape[-1]))
        states = np.arange(flow.shape[-1])
        matrix[..., states, states] = flow / self.volumes_L
        across = -self.exchange_L_per_h[..., 1:] / (root[..., :1] * root[..., 1:])
        matrix[..., 0, 1:] = across
        matrix[..., 1:, 0] = across
        rates, vectors = np.linalg.eigh(matrix)
        gains = vectors[..., :, None, :] * vectors[..., None, :, :]  # (..., into, found_in, mode)
        gains = gains * (root[..., None, :] / root[..., :, None])[..., None]
        return rates / _HOUR_MIN, np.moveaxis(gains, (-3, -2), (0, 1))

    def total_clearance_L_per_h(self) -> Floats:
        """Give the clearance of what is in blood: through a compartment, no more than its flow brings."""
        own, flow = self.clearance_L_per_h[..., 1:], self.exchange_L_per_h[..., 1:]
        through: Floats = self.clearance_L_per_h[..., 0] + (own * flow / np.maximum(own + flow, 1e-300)).sum(axis=-1)
        return through

    def passes_liver_fraction(self) -> Floats:
        """Give the share of what enters the liver that reaches blood; 1 where there is no liver."""
        if "liver" not in self.compartments:
            return np.ones(self.volumes_L.shape[:-1])
        liver = self.compartments.index("liver")
        flow, own = self.exchange_L_per_h[..., liver], self.clearance_L_per_h[..., liver]
        share: Floats = flow / (flow + own)
        return share


def disposition_of(name: str, of: People | None = None) -> Disposition:
    """Give a published disposition, of the typical person or of each of some people.

    Raises
    ------
    ValueError
        For a name that does not exist; it lists those that do.
    """
    if name not in DISPOSITIONS:
        raise ValueError(f"there is no disposition {name!r}; there are {', '.join(DISPOSITIONS)}.")

    def varied(value: float, quantity: str, spread: str) -> Floats:
        factor = 1.0 if of is None else of.factor(quantity, _P[f"{spread}_spread_ratio"])
        return np.asarray(value * factor, float)

    def table(*columns: ArrayLike) -> Floats:
        return np.stack(np.broadcast_arrays(*(np.asarray(c, float) for c in columns)), axis=-1)

    if name == JOINT:
        stem = "perez_ruixo"
        liver_L = varied(_P[f"{stem}_liver_L"], "liver", f"{stem}_liver")
        volumes = table(
            varied(_P[f"{stem}_blood_L"], "blood", f"{stem}_blood"),
            varied(_P[f"{stem}_shallow_L"], "shallow", f"{stem}_shallow"),
            _P[f"{stem}_deep_L"],
            liver_L,
        )
        exchange = table(
            np.zeros(volumes.shape[:-1]),
            _P[f"{stem}_shallow_L_per_h"],
            _P[f"{stem}_deep_L_per_h"],
            varied(_P[f"{stem}_liver_L_per_h"], "liver_flow", f"{stem}_liver_flow"),
        )
        other = varied(_P[f"{stem}_other_metabolites_per_h"], "other_metabolites", f"{stem}_other_metabolites")
        clearance = np.zeros_like(volumes)
        clearance[..., 3] = liver_L * (other + to_norketamine_per_h(of))
        return Disposition(name, ("blood", "shallow", "deep", "liver"), volumes, exchange, clearance)

    stem = name.split("_")[0]
    volumes = table(
        varied(_P[f"{stem}_blood_L"], "blood", "kamp_blood"),
        varied(_P[f"{stem}_shallow_L"], "shallow", "kamp_tissue"),
        varied(_P[f"{stem}_deep_L"], "deep", "kamp_tissue"),
    )
    exchange = table(
        np.zeros(volumes.shape[:-1]),
        varied(_P[f"{stem}_shallow_L_per_h"], "exchange", "kamp_exchange"),
        varied(_P[f"{stem}_deep_L_per_h"], "exchange", "kamp_exchange"),
    )
    clearance = np.zeros_like(volumes)
    clearance[..., 0] = varied(_P[f"{stem}_clearance_L_per_h"], "clearance", "kamp_clearance")
    return Disposition(name, ("blood", "shallow", "deep"), volumes, exchange, clearance)


def to_norketamine_per_h(of: People | None = None) -> Floats:
    """Give the rate at which the liver turns esketamine into noresketamine."""
    spread = _P["perez_ruixo_to_norketamine_spread_ratio"]
    factor = 1.0 if of is None else of.factor("to_norketamine", spread)
    return np.asarray(_P["perez_ruixo_to_norketamine_per_h"] * factor, float)


def noresketamine_of(of: People | None = None) -> Disposition:
    """Give the apparent disposition of noresketamine."""
    volume = np.asarray(_P["norketamine_blood_L"], float)
    clearance = np.asarray(_P["norketamine_clearance_L_per_h"], float)
    if of is not None:
        volume = volume * of.factor("norketamine_blood", _P["norketamine_blood_spread_ratio"])
        clearance = clearance * of.factor("norketamine_clearance", _P["norketamine_clearance_spread_ratio"])
    blank = np.zeros(volume.shape)
    return Disposition(
        "norketamine",
        ("blood", "tissue"),
        np.stack([volume, blank + _P["norketamine_tissue_L"]], axis=-1),
        np.stack([blank, blank + _P["norketamine_tissue_L_per_h"]], axis=-1),
        np.stack([clearance, blank], axis=-1),
    )
