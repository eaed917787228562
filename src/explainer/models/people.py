"""Virtual people: how each differs from the typical one.

Leaves out: that quantities go together (large people have large volumes and large flows): the
correlations were not found, so each quantity varies by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["People", "people"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """How each of some virtual people differs from the typical one.

    Attributes
    ----------
    deviates : mapping of str to array (people,)
        Standard normal numbers, one for each quantity that varies.
    """

    deviates: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(next(iter(self.deviates.values())))

    def factor(self, quantity: str, spread_ratio: float) -> Floats:
        """Give each one's factor of a log-normal quantity with this coefficient of variation."""
        result: Floats = np.exp(np.sqrt(np.log1p(spread_ratio**2)) * self.deviates[quantity])
        return result


_VARYING: Final = (
    "blood", "shallow", "deep", "liver", "liver_flow", "clearance", "exchange", "other_metabolites",
    "to_norketamine", "nasal_fraction", "nasal_mucosa", "swallowed", "intramuscular",
    "norketamine_blood", "norketamine_clearance",
)  # fmt: skip


def people(count: int, rng: np.random.Generator) -> People:
    """Draw virtual people, each quantity spread evenly over its distribution (a Latin hypercube).

    Parameters
    ----------
    count : int
        One or more.
    rng : numpy random generator
        Shuffles each quantity by itself, so that no two go together.

    Raises
    ------
    ValueError
        If `count` is not a whole number of 1 or more.
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        raise ValueError(f"count must be a whole number of 1 or more; got {count!r}.")
    quantiles = _normal_quantiles(count)
    return People(MappingProxyType({name: rng.permutation(quantiles) for name in _VARYING}))


def _normal_quantiles(count: int) -> Floats:
    normal = NormalDist()
    return np.array([normal.inv_cdf((i + 0.5) / count) for i in range(count)])
