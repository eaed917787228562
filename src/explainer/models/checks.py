"""What models are given, checked: every refusal names the argument and says what would do.

All raise `ValueError`. Arrays keep their shape; numbers come back as float64.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LARGEST", "choice", "concentration", "fit", "moments", "numbers", "optional", "within"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

LARGEST: Final = 1e6
"""Of any concentration or rate, in its own unit; beyond is a slip of units."""


def numbers(name: str, value: ArrayLike) -> Floats:
    """Give numbers as an array, or refuse what is none."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must be a number or an array of numbers; got {value!r}.") from problem


def moments(name: str, value: ArrayLike, *, strictly: bool = False) -> Floats:
    """Give ascending times along one axis, or refuse them."""
    array = numbers(name, value)
    gaps = np.diff(array) if array.ndim == 1 and np.isfinite(array).all() else None
    if gaps is None or not ((gaps > 0) if strictly else (gaps >= 0)).all():
        word = "strictly ascending" if strictly else "ascending"
        raise ValueError(f"{name} must be finite and {word} along one axis; got shape {array.shape}. Sort them.")
    return array


def within(name: str, value: ArrayLike, low: float, high: float) -> Floats:
    """Give finite numbers within a range, or refuse the first that is not."""
    array = numbers(name, value)
    if not (np.isfinite(array) & (array >= low) & (array <= high)).all():
        bad = array[~(np.isfinite(array) & (array >= low) & (array <= high))]
        raise ValueError(f"{name} must be finite and from {low:g} to {high:g}; got {bad.flat[0]}.")
    return array


def optional(name: str, value: ArrayLike | None, low: float, high: float) -> Floats:
    """Give numbers within a range where there are any; NaN, or none at all, keeps what holds otherwise."""
    array = np.asarray(np.nan) if value is None else numbers(name, value)
    within(name, array[~np.isnan(array)], low, high)
    return array


def concentration(name: str, value: ArrayLike) -> Floats:
    """Give concentrations, 0 or more; far beyond any that makes sense is a slip of units."""
    return within(name, value, 0.0, LARGEST)


def choice(name: str, value: ArrayLike, known: tuple[str, ...]) -> Indices:
    """Give the place of each name among those that are known, or refuse it with what there is."""
    given = np.asarray(value)
    if given.dtype.kind == "O":
        given = given.astype(str)
    matches = given[..., None] == np.array(known) if given.dtype.kind == "U" else np.zeros((*given.shape, 1), bool)
    if not matches.any(axis=-1).all():
        unknown = given[~matches.any(axis=-1)].flat[0]
        raise ValueError(f"there is no {name} {str(unknown)!r}; there are {', '.join(known)}.")
    return np.asarray(matches.argmax(axis=-1), dtype=np.intp)


def fit(**arrays: NDArray[Any]) -> tuple[Any, ...]:
    """Broadcast, or say which shapes do not fit."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"these shapes do not broadcast: {shapes}.") from None
