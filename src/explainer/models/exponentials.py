r"""Sums of decaying exponentials: the exact answer of every linear system of compartments.

A quantity that starts at a moment and then follows
:math:`f(u) = \sum_j w_j\, e^{-\lambda_j u}` keeps that form when it passes through another
first-order step, and when it is added to another of its kind. So there is no step size,
and a thousand people cost one multiplication of matrices.

Terms stand in groups. A group has its own leading axes: rates that do not differ between
people, say, are exponentiated once for all of them.

Leaves out: rates that coincide (`parted` moves one of two by a millionth; of four it must move one so
far that a curve may be off by two hundredths of its peak), complex rates
(no system of exchanging compartments has them), and rates that change in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Decays", "Terms", "decay", "parted"]

Floats = NDArray[np.float64]

_PARTING: Final = (0.0, 1e-6, 1e-5, 3e-4)
"""Relative distance kept from so many rates that are alike: of two, the difference quotient keeps ten digits;
each more divides by one distance more, and needs it larger."""

_ALIKE: Final = 1e-3

_SMALL: Final = 0.05
"""Below this the second integral is summed as a series, where its formula would cancel."""


def decay(rate_per_min: ArrayLike, elapsed_min: ArrayLike, integrals: int = 0) -> Floats:
    r"""Give :math:`e^{-\lambda u}`, or its first or second integral from 0 to `u`; 0 before `u` = 0.

    Parameters
    ----------
    rate_per_min : array, 0 or more
    elapsed_min : array, broadcastable with `rate_per_min`
        Minutes since the beginning; may be negative.
    integrals : 0, 1 or 2

    Returns
    -------
    array, the broadcast shape; in min to the power of `integrals`

    Raises
    ------
    ValueError
        If `integrals` is another number.
    """
    elapsed = np.asarray(elapsed_min, float)
    begun = elapsed >= 0
    u = np.where(begun, elapsed, 0.0)
    x = np.asarray(rate_per_min, float) * u
    if integrals == 0:
        now: Floats = np.exp(-x) * begun
        return now
    if integrals == 1:
        return u * _first(x)
    if integrals == 2:
        return u * u * _second(x)
    raise ValueError(f"integrals must be 0, 1 or 2; got {integrals}.")


def _first(x: Floats) -> Floats:
    """(1 - exp(-x)) / x, which is 1 at 0."""
    some = np.maximum(x, 1e-300)
    result: Floats = -np.expm1(-some) / some
    return result


def _second(x: Floats) -> Floats:
    """(x - 1 + exp(-x)) / x^2, which is 1/2 at 0."""
    some = np.maximum(x, _SMALL)
    series = 1 / 2 - x / 6 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7 * (1 - x / 8)))))
    result: Floats = np.where(x < _SMALL, series, (some + np.expm1(-some)) / some**2)
    return result


def parted(rate_per_min: ArrayLike, others: Sequence[ArrayLike]) -> Floats:
    """Move rates away from the others that they coincide with: from one by millionths, from several by more.

    Parameters
    ----------
    rate_per_min : array (..., n)
    others : arrays (..., m), their leading axes broadcastable with those of `rate_per_min`

    Returns
    -------
    array (..., n), the leading axes broadcast
    """
    rate = np.asarray(rate_per_min, float)
    for _ in range(3):  # moved away from one, it may meet the next
        apart = [np.abs(rate[..., :, None] - np.asarray(o, float)[..., None, :]) / rate[..., :, None] for o in others]
        alike = sum((distance < _ALIKE).sum(axis=-1) for distance in apart)
        kept = np.take(_PARTING, np.minimum(alike, len(_PARTING) - 1))
        near = sum((distance < kept[..., None]).sum(axis=-1) for distance in apart)
        if not np.any(near):
            break
        rate = np.where(near > 0, rate * (1 + 3 * kept), rate)
    return np.asarray(rate, float)


@dataclass(frozen=True)
class Terms:
    """Exponentials with rates (..., n) per min and weights (..., n); leading axes broadcast."""

    rates_per_min: Floats
    weights: Floats

    def at(self, elapsed_min: Floats, integrals: int) -> Floats:
        """Sum the terms; `elapsed_min` (time,) gives (..., time)."""
        table = decay(self.rates_per_min[..., None], elapsed_min, integrals)
        summed: Floats = np.matmul(self.weights[..., None, :], table)[..., 0, :]
        return summed


@dataclass(frozen=True)
class Decays:
    """A quantity since its beginning: the sum of its groups of terms.

    Attributes
    ----------
    groups : tuple of Terms
        Their leading axes broadcast with each other.
    """

    groups: tuple[Terms, ...]

    def at(self, elapsed_min: Floats, integrals: int = 0) -> Floats:
        """Give the quantity, or its first or second integral, at minutes (time,): array (..., time)."""
        total = self.groups[0].at(elapsed_min, integrals)
        for group in self.groups[1:]:
            total = total + group.at(elapsed_min, integrals)
        return total

    def times(self, factor: ArrayLike) -> Decays:
        """Scale by a factor whose axes broadcast with the leading axes."""
        scale = np.asarray(factor, float)[..., None]
        return Decays(tuple(Terms(g.rates_per_min, g.weights * scale) for g in self.groups))

    def through(self, rates_per_min: ArrayLike, gains: ArrayLike) -> Decays:
        r"""Pass it into a linear system that answers a unit impulse with :math:`\sum_k g_k e^{-\mu_k u}`.

        Parameters
        ----------
        rates_per_min, gains : arrays (..., n)
            The answer of the system; its rates lie apart from those here, see `parted`.

        Returns
        -------
        Decays
            The convolution of both, in the unit of this quantity times that of the gains times min.
        """
        rates, gain = np.asarray(rates_per_min, float), np.asarray(gains, float)
        answer = []
        added: Floats | float = 0.0
        for group in self.groups:
            apart = rates[..., None, :] - group.rates_per_min[..., :, None]
            share = gain[..., None, :] * group.weights[..., :, None] / apart
            answer.append(Terms(group.rates_per_min, share.sum(axis=-1)))
            added = added - share.sum(axis=-2)
        return Decays((*answer, Terms(rates, np.asarray(added))))
