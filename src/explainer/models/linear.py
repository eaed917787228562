r"""Linear systems whose rates are constant between known moments, followed exactly.

Receptor schemes and compartments obey :math:`\dot x = x A`, with `A` constant as long as
the inputs are. Then :math:`x(t + \tau) = x(t)\, e^{A \tau}`, so there is no step size to
choose and no error that a step size would cause.

Convention: states are rows. ``matrix[i, j]`` is the rate from state `i` to state `j`, off
the diagonal never negative; a row that sums to zero loses nothing.

Why an own exponential: SciPy's takes any matrix; to import it costs 0.3 s and 6000 matrices
of 10 x 10 cost another 0.3 s. Ours takes only matrices with no negative entry off the diagonal,
which every system of rates has, and then never subtracts: no cancellation, nothing below zero.

Leaves out: inputs that change continuously, noise, and rates that depend on the state.
"""

from __future__ import annotations

from itertools import groupby
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["expm", "generator", "propagate"]

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

# Taylor to degree 16 at norm <= 0.8: the first term left out is 0.8**17 / 17! = 6e-17.
_LARGEST_NORM: Final = 0.8
_TAYLOR: Final[Floats] = np.array([1 / factorial(n) for n in range(17)])
_CHUNK: Final = 128  # matrices or systems worked on together: few enough to stay in a core's cache


def generator(rates: ArrayLike) -> Floats:
    """Complete a table of rates to a matrix whose rows sum to zero.

    Parameters
    ----------
    rates : array (..., m, m)
        ``rates[..., i, j]`` is the rate from state `i` to `j`; the diagonal is ignored.

    Returns
    -------
    array (..., m, m)
        The same, with each diagonal entry minus the sum of the rest of its row.

    Raises
    ------
    ValueError
        If the array is not square in its last two axes, or a rate is negative or not finite.
    """
    matrix = _square("rates", rates).copy()
    states = np.arange(matrix.shape[-1])
    matrix[..., states, states] = 0.0
    _refuse_bad_rates("rates", matrix)
    matrix[..., states, states] = -matrix.sum(axis=-1)
    return matrix


def expm(matrix: ArrayLike, *, conserves: bool = False) -> Floats:
    r"""Give the exponentials of many small matrices of rates at once.

    Shifted by its largest diagonal entry `c` the matrix has no negative entry, so
    :math:`e^A = (e^{-c/2^s}\, T_{16}((A + cI)/2^s))^{2^s}` adds and multiplies positive numbers only.

    Parameters
    ----------
    matrix : array (..., m, m)
        Rates times duration; no negative entry off the diagonal.
    conserves : bool
        Say that every row sums to zero. Each row of the result is then kept at a sum of one
        through every squaring, which holds the accuracy at any norm (tested to 1e12);
        without it the error grows with the norm, about 1e-16 times the norm.

    Returns
    -------
    array (..., m, m)

    Raises
    ------
    ValueError
        If the array is not square in its last two axes, or an entry off the diagonal is
        negative or not finite.
    """
    matrices = _square("matrix", matrix)
    size = matrices.shape[-1]
    flat = matrices.reshape(-1, size, size)
    states = np.arange(size)
    diagonal = flat[:, states, states]
    off_diagonal = flat.copy()
    off_diagonal[:, states, states] = 0.0
    _refuse_bad_rates("matrix", off_diagonal)
    if not np.isfinite(diagonal).all():
        raise ValueError("matrix must be finite; its diagonal is not.")

    shift = np.maximum(-diagonal.min(axis=-1, initial=0.0), 0.0)
    off_diagonal[:, states, states] = diagonal + shift[:, None]  # no longer negative anywhere
    norm = np.maximum(off_diagonal.sum(axis=-1).max(axis=-1, initial=0.0), shift)
    halvings = np.maximum(np.ceil(np.log2(np.maximum(norm, 1e-300) / _LARGEST_NORM)), 0).astype(np.intp)

    result = np.empty_like(flat)
    order = np.argsort(halvings, kind="stable")  # alike ones together: few squarings in vain
    for first in range(0, len(flat), _CHUNK):
        chosen = order[first : first + _CHUNK]
        result[chosen] = _expm_chunk(off_diagonal[chosen], shift[chosen], halvings[chosen], conserves)
    return result.reshape(matrices.shape)


def propagate(
    start: ArrayLike,
    edges: ArrayLike,
    times: ArrayLike,
    matrices: ArrayLike,
    which: ArrayLike,
    *,
    conserves: bool = False,
) -> Floats:
    """Follow many systems through intervals with constant rates.

    Each distinct pair of a matrix and a duration is exponentiated once; equal steps that
    follow each other are taken together, doubling. Cheapest are evenly spaced `times` that
    contain the `edges`, or edges that lie evenly between them.

    Parameters
    ----------
    start : array (..., m)
        The state at ``edges[0]``.
    edges : array (k + 1,), strictly ascending
        Where the intervals begin and end.
    times : array (n,), ascending, within the edges
        When the state is wanted.
    matrices : array (u, m, m)
        The distinct matrices of rates, per unit of time of `edges`.
    which : integer array (..., k)
        The matrix that holds for each system in each interval.
    conserves : bool
        As in `expm`.

    Returns
    -------
    array (..., n, m)
        The state at each time; the leading axes are those of `start` and `which`, broadcast.

    Raises
    ------
    ValueError
        If shapes do not fit, edges or times are not ascending, or a time is outside the edges.
    """
    table = _square("matrices", matrices)
    size = table.shape[-1]
    edge, time = _ascending("edges", edges, strictly=True), _ascending("times", times, strictly=False)
    index, state = np.asarray(which, dtype=np.intp), np.asarray(start, dtype=np.float64)
    if table.ndim != 3:
        raise ValueError(f"matrices must have shape (u, m, m); got {table.shape}.")
    if edge.size < 2 or index.ndim < 1 or index.shape[-1] != edge.size - 1:
        raise ValueError(f"which must have shape (..., k) for k + 1 edges; got {index.shape} for {edge.size} edges.")
    if index.size and not (index.min() >= 0 and index.max() < len(table)):
        raise ValueError(f"which must point into the {len(table)} matrices; got {index.min()} to {index.max()}.")
    if state.ndim < 1 or state.shape[-1] != size:
        raise ValueError(f"start must have shape (..., {size}), one value per state; got {state.shape}.")
    if time.size and (time[0] < edge[0] or time[-1] > edge[-1]):
        raise ValueError(
            f"times must lie within the edges, {edge[0]} to {edge[-1]}; got {time[0]} to {time[-1]}. "
            "Extend the edges or drop those times."
        )
    try:
        leading = np.broadcast_shapes(index.shape[:-1], state.shape[:-1])
    except ValueError:
        raise ValueError(f"the leading axes of start {state.shape} and which {index.shape} do not broadcast.") from None
    systems = int(np.prod(leading))
    path = np.empty((systems, time.size, size))
    if time.size and systems:
        flat_index = np.broadcast_to(index, leading + index.shape[-1:]).reshape(systems, -1)
        flat_start = np.broadcast_to(state, (*leading, size)).reshape(systems, size)
        path = _follow(flat_start, edge, time, table, flat_index, conserves)
    return path.reshape(*leading, time.size, size)


def _follow(start: Floats, edges: Floats, times: Floats, table: Floats, which: Integers, conserves: bool) -> Floats:
    moments = np.union1d(edges[edges < times[-1]], times)
    interval = np.minimum(np.searchsorted(edges, moments[:-1], side="right") - 1, edges.size - 2)
    durations, duration = _alike(np.diff(moments), tolerance=4 * np.spacing(np.abs(moments).max()))

    # A step is known by its column of `which` and its duration; equal steps share exponentials.
    columns: dict[bytes, int] = {}
    column = [columns.setdefault(which[:, i].tobytes(), i) for i in range(which.shape[1])]
    steps = [(column[i], int(d)) for i, d in zip(interval, duration, strict=True)]
    kinds = {step: number for number, step in enumerate(dict.fromkeys(steps))}
    codes = np.empty((len(start), len(kinds)), dtype=np.intp)
    for (i, d), number in kinds.items():
        codes[:, number] = which[:, i] * durations.size + d
    pairs, pair = np.unique(codes, return_inverse=True)
    pair = pair.reshape(codes.shape)
    spans = durations[pairs % max(durations.size, 1)]
    operators = expm(table[pairs // max(durations.size, 1)] * spans[:, None, None], conserves=conserves)

    wanted = np.searchsorted(moments, times)
    result = np.empty((len(start), times.size, start.shape[-1]))
    runs = [(kinds[step], sum(1 for _ in run)) for step, run in groupby(steps)]
    path = np.empty((min(_CHUNK, len(start)), moments.size, start.shape[-1]))
    for first in range(0, len(start), _CHUNK):
        some = slice(first, first + _CHUNK)
        part = path[: len(start[some])]
        part[:, 0] = start[some]
        at = 0
        for kind, count in runs:
            _repeat(part, at, count, operators[pair[some, kind]])
            at += count
        np.take(part, wanted, axis=1, out=result[some], mode="clip")
    return result


def _repeat(path: Floats, at: int, count: int, operator: Floats) -> None:
    """Apply one operator per system `count` times to ``path[:, at]``, doubling what is known."""
    done = 1
    np.matmul(path[:, at : at + 1], operator, out=path[:, at + 1 : at + 2])
    power = operator
    while done < count:
        take = min(done, count - done)
        known, new = at + 1, at + 1 + done
        np.matmul(path[:, known : known + take], power, out=path[:, new : new + take])
        done += take
        if done < count:
            power = power @ power


def _alike(values: Floats, tolerance: float) -> tuple[Floats, Integers]:
    """Group values that differ by rounding only; give each group's mean and each value's group."""
    if not values.size:
        return values, np.empty(0, dtype=np.intp)
    order = np.argsort(values, kind="stable")
    group = np.empty(values.size, dtype=np.intp)
    group[order] = np.r_[0, np.cumsum(np.diff(values[order]) > tolerance)]
    return np.bincount(group, values) / np.bincount(group), group


def _expm_chunk(positive: Floats, shift: Floats, halvings: Integers, conserves: bool) -> Floats:
    """Exponentiate shifted matrices, ordered by the halvings that they need."""
    scale = np.ldexp(1.0, -halvings)
    one = positive * scale[:, None, None]
    two = one @ one
    three, four = two @ one, two @ two
    states = np.arange(positive.shape[-1])
    result: Floats = _TAYLOR[16] * four
    for lowest in (12, 8, 4, 0):  # Paterson-Stockmeyer: 16 degrees in 6 products
        result += _TAYLOR[lowest + 1] * one + _TAYLOR[lowest + 2] * two + _TAYLOR[lowest + 3] * three
        result[:, states, states] += _TAYLOR[lowest]
        if lowest:
            result = result @ four
    result *= np.exp(-shift * scale)[:, None, None]
    unit = np.ones((positive.shape[-1], 1))
    if conserves:
        result /= result @ unit
    for squaring in range(int(halvings[-1]) if halvings.size else 0):
        first = int(np.searchsorted(halvings, squaring, side="right"))
        squared = result[first:] @ result[first:]
        if conserves:
            squared /= squared @ unit
        result[first:] = squared
    return result


def _square(name: str, value: ArrayLike) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"{name} must be square in its last two axes; got shape {array.shape}.")
    return array


def _refuse_bad_rates(name: str, off_diagonal: Floats) -> None:
    if off_diagonal.size and not (off_diagonal.min() >= 0 and off_diagonal.max() < np.inf):
        raise ValueError(
            f"{name} must be 0 or more and finite off the diagonal, where rates stand; "
            f"got {off_diagonal.min()} to {off_diagonal.max()}."
        )


def _ascending(name: str, value: ArrayLike, *, strictly: bool) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError(f"{name} must be one-dimensional and finite; got shape {array.shape}.")
    step = np.diff(array)
    if not (step > 0).all() if strictly else not (step >= 0).all():
        word = "strictly ascending" if strictly else "ascending"
        raise ValueError(f"{name} must be {word}; entry {int(np.argmin(step)) + 1} is not. Sort them.")
    return array
