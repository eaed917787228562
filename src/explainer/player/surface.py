"""The response surface: a scene's model at every setting of its controls, made small enough to travel.

A model is evaluated once over the grid of all control settings. The result,
``(setting, channel, time)``, is quantised to whole numbers, differenced along time
and compressed. The browser undoes this and interpolates between settings; the same
steps stand here in Python as the reference that the front end is tested against and
as the measure of what the shortcut costs (`error`).

Leaves out: interpolation in time. Frames are dense enough to be joined by straight lines.
"""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Settings = Mapping[str, NDArray[Any]]
Response = tuple[Mapping[str, Floats], Mapping[str, Floats]]
Respond = Callable[[Settings, Floats], Response]

LEVELS = {8: np.uint8, 16: np.uint16}


@dataclass(frozen=True)
class Axis:
    """One continuous control as an axis of the grid.

    `nodes` ascend. The place of a value on the axis is the value itself, or with
    ``"log"`` spacing its logarithm; where such an axis starts at 0 it is
    ``log(1 + value / second node)``, which is even in ratios far up and runs smoothly to 0.
    """

    name: str
    nodes: Floats
    spacing: str = "linear"

    def place(self, value: float | Floats) -> Floats:
        """Give the place of values on the axis."""
        number = np.asarray(value, float)
        if self.spacing == "linear":
            return number
        return np.asarray(np.log1p(number / self.nodes[1]) if self.nodes[0] == 0 else np.log(number))

    def weights(self, value: float) -> list[tuple[int, float]]:
        """Give the nodes around a value and their weights.

        Returns
        -------
        list of (node, weight)
            Lagrange's cubic through the four nearest places, fewer on a shorter axis; the
            weights sum to 1, and on a node the node itself has all the weight.
        """
        places, at = self.place(self.nodes), float(self.place(value))
        size = min(4, len(places))
        cell = int(np.searchsorted(self.nodes, value, side="right")) - 1
        first = int(np.clip(cell - (size - 1) // 2, 0, len(places) - size))
        weights = []
        for i in range(first, first + size):
            others = [places[j] for j in range(first, first + size) if j != i]
            weight = float(np.prod([(at - other) / (places[i] - other) for other in others]))
            if weight != 0.0:
                weights.append((i, weight))
        return weights


@dataclass(frozen=True)
class Surface:
    """A sampled scene: one slab for each combination of choices.

    Attributes
    ----------
    axes : tuple of Axis
        Continuous controls, the first varying slowest.
    choices : tuple of (name, options)
        Discrete axes; slabs are in the order of `itertools.product`.
    channels : tuple of str
        Names of the values over time.
    facts : tuple of str
        Names of the single numbers.
    low, high : arrays (channel,)
        Range of each channel over the whole surface.
    bits : 8 or 16
        Depth of the quantisation.
    frames : int
        Number of time points.
    slabs : tuple of bytes
        Compressed slabs: levels (channel, setting, time), then facts (setting, fact) as float32.
    """

    axes: tuple[Axis, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    channels: tuple[str, ...]
    facts: tuple[str, ...]
    low: Floats
    high: Floats
    bits: int
    frames: int
    slabs: tuple[bytes, ...]

    @property
    def settings(self) -> int:
        """Number of settings in one slab."""
        return int(np.prod([len(axis.nodes) for axis in self.axes], dtype=int))

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready header that the front end reads."""
        return {
            "axes": [{"name": a.name, "nodes": [float(v) for v in a.nodes], "spacing": a.spacing} for a in self.axes],
            "choices": [{"name": name, "options": list(options)} for name, options in self.choices],
            "channels": [
                {"name": name, "low": float(low), "high": float(high)}
                for name, low, high in zip(self.channels, self.low, self.high, strict=True)
            ],
            "facts": list(self.facts),
            "bits": self.bits,
            "frames": self.frames,
        }

    def slab_number(self, values: Mapping[str, float | str]) -> int:
        """Give the number of the slab that holds these choices."""
        number = 0
        for name, options in self.choices:
            number = number * len(options) + options.index(str(values[name]))
        return number

    def decode(self, number: int) -> tuple[Floats, Floats]:
        """Unpack one slab.

        Returns
        -------
        channels : array (channel, setting, time)
        facts : array (setting, fact)

        Raises
        ------
        ValueError
            If the bytes are not what the header promises.
        """
        try:
            raw = gzip.decompress(self.slabs[number])
        except (OSError, EOFError, zlib.error) as damage:
            raise ValueError(f"slab {number} is damaged and cannot be unpacked: {damage}.") from None
        shape = (len(self.channels), self.settings, self.frames)
        level = np.dtype(LEVELS[self.bits])
        size, rest = int(np.prod(shape)) * level.itemsize, self.settings * len(self.facts) * 4
        if len(raw) != size + rest:
            raise ValueError(f"slab {number} holds {len(raw)} bytes, {size + rest} were expected.")
        steps = np.frombuffer(raw[:size], level).reshape(shape)
        levels = np.cumsum(steps, axis=2, dtype=level).astype(float)
        span = (self.high - self.low) / (2**self.bits - 1)
        facts = np.frombuffer(raw[size:], "<f4").reshape(self.settings, len(self.facts)).astype(float)
        return self.low[:, None, None] + levels * span[:, None, None], facts

    def corners(self, values: Mapping[str, float | str]) -> tuple[NDArray[np.int64], Floats]:
        """Give the settings around these values and the weight of each."""
        per_axis = [axis.weights(float(values[axis.name])) for axis in self.axes]
        indices, weights = [], []
        for combination in itertools.product(*per_axis):
            index, weight = 0, 1.0
            for axis, (node, share) in zip(self.axes, combination, strict=True):
                index, weight = index * len(axis.nodes) + node, weight * share
            indices.append(index)
            weights.append(weight)
        return np.array(indices), np.array(weights)

    def at(
        self, values: Mapping[str, float | str], decoded: tuple[Floats, Floats] | None = None
    ) -> tuple[Floats, Floats]:
        """Interpolate: channels (channel, time) within their ranges, and facts (fact,).

        `decoded` is the slab of these choices, for whoever has it at hand.
        """
        channels, facts = decoded or self.decode(self.slab_number(values))
        indices, weights = self.corners(values)
        blended = np.einsum("k,ckt->ct", weights, channels[:, indices])
        return np.clip(blended, self.low[:, None], self.high[:, None]), weights @ facts[indices]


def sample(
    respond: Respond,
    axes: Sequence[Axis],
    choices: Sequence[tuple[str, tuple[str, ...]]],
    seconds: Floats,
    bits: int = 8,
) -> Surface:
    """Evaluate a scene's model over the whole grid and pack the result.

    Parameters
    ----------
    respond : callable
        ``(settings, seconds) -> (channels, facts)``: settings map names to arrays (n,),
        channels names to arrays (n, time), facts names to arrays (n,).
    axes, choices
        The grid, see `Surface`.
    seconds : array (time,)
        Biological time of each frame.
    bits : 8 or 16
        Depth of the quantisation.

    Raises
    ------
    ValueError
        If the model gives a wrong shape or a number that is not finite; the message
        names the channel and the first setting where it happens.
    """
    grids = [axis.nodes for axis in axes]
    options = [np.array(names) for _, names in choices]
    mesh = np.meshgrid(*options, *grids, indexing="ij")
    names = [name for name, _ in choices] + [axis.name for axis in axes]
    settings = {name: values.ravel() for name, values in zip(names, mesh, strict=True)}
    count = int(np.prod([len(g) for g in (*options, *grids)], dtype=int))
    channels, facts = respond(settings, seconds)
    for name, values in channels.items():
        _check(name, values, (count, len(seconds)), settings)
    for name, values in facts.items():
        _check(name, values, (count,), settings)

    stacked = np.stack([np.asarray(v, float) for v in channels.values()])
    low, high = stacked.min(axis=(1, 2)), stacked.max(axis=(1, 2))
    span = np.where(high > low, high - low, 1.0)[:, None, None]
    levels = np.rint((stacked - low[:, None, None]) / span * (2**bits - 1)).astype(LEVELS[bits])
    steps = levels.copy()
    steps[..., 1:] -= levels[..., :-1]
    table = np.stack([np.asarray(v, "<f4") for v in facts.values()], axis=1) if facts else np.zeros((count, 0), "<f4")
    per_slab = int(np.prod([len(g) for g in grids], dtype=int))
    slabs = tuple(
        gzip.compress(steps[:, i : i + per_slab].tobytes() + table[i : i + per_slab].tobytes(), 6, mtime=0)
        for i in range(0, count, per_slab)
    )
    return Surface(
        tuple(axes), tuple(choices), tuple(channels), tuple(facts), low, high, bits, len(seconds), slabs
    )  # fmt: skip


def _check(name: str, values: Floats, shape: tuple[int, ...], settings: Settings) -> None:
    if np.shape(values) != shape:
        raise ValueError(f"{name!r} has the shape {np.shape(values)}; for this grid it must be {shape}.")
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        where = {key: grid[bad[0][0]].item() for key, grid in settings.items()}
        raise ValueError(f"{name!r} is not a finite number at {where}; the model must answer at every setting.")


def error(
    surface: Surface, respond: Respond, seconds: Floats, count: int, rng: np.random.Generator
) -> dict[str, float]:
    """Measure what sampling costs: the model against the interpolation at random settings.

    Returns
    -------
    dict
        For every channel the largest error over `count` settings and all frames, as a
        share of that channel's range; for every fact likewise.
    """
    values: dict[str, NDArray[Any]] = {}
    for name, options in surface.choices:
        values[name] = rng.choice(options, count)
    for axis in surface.axes:
        cells = rng.integers(0, len(axis.nodes) - 1, count)
        values[axis.name] = axis.nodes[cells] + rng.random(count) * np.diff(axis.nodes)[cells]
    channels, facts = respond(values, seconds)
    true = np.stack(list(channels.values()), axis=1)
    single = np.stack([*facts.values(), np.zeros(count)], axis=1)[:, :-1]
    decoded = {number: surface.decode(number) for number in range(len(surface.slabs))}
    worst, worst_fact = np.zeros(len(surface.channels)), np.zeros(len(surface.facts))
    for i in range(count):
        at = {name: column[i].item() for name, column in values.items()}
        blended, given = surface.at(at, decoded[surface.slab_number(at)])
        worst = np.maximum(worst, np.abs(blended - true[i]).max(axis=1))
        worst_fact = np.maximum(worst_fact, np.abs(given - single[i]))
    tables = np.concatenate([table for _, table in decoded.values()])
    ranges = [surface.high - surface.low, np.ptp(tables, axis=0)]
    shares = [w / np.where(r > 0, r, 1.0) for w, r in zip((worst, worst_fact), ranges, strict=True)]
    names = (*surface.channels, *surface.facts)
    return dict(zip(names, np.concatenate(shares).tolist(), strict=True))
