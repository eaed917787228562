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
from functools import cached_property
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
    On an axis that snaps only the nodes can be had; what lies between goes to the nearest place.
    """

    name: str
    nodes: Floats
    spacing: str = "linear"
    snap: bool = False

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
            weights sum to 1, and on a node the node itself has all the weight. On an axis that
            snaps it always has: the lower of two that are as near.
        """
        places, at = self.place(self.nodes), float(self.place(value))
        if self.snap:
            return [(int(np.argmin(np.abs(places - at))), 1.0)]
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
class Part:
    """A part of a model's answer that only some axes and choices change: it is asked for these alone.

    Attributes
    ----------
    respond : callable
        As for `sample`; its settings hold what is in `over`.
    over : tuple of str
        Names of axes and choices.
    """

    respond: Respond
    over: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """What a slab holds of one part: channels and facts over some of the axes.

    Attributes
    ----------
    axes : tuple of int
        Places of its axes among the surface's, ascending.
    channels, facts : tuple of str
        Names of the values over time, and of the single numbers.
    """

    axes: tuple[int, ...]
    channels: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Surface:
    """A sampled scene: one slab for each combination of choices.

    Attributes
    ----------
    axes : tuple of Axis
        Continuous controls, the first varying slowest.
    choices : tuple of (name, options)
        Discrete axes; slabs are in the order of `itertools.product`.
    parts : tuple of Layout
        What each slab holds, in this order.
    low, high : arrays (channel,)
        Range of each channel over the whole surface.
    bits : 8 or 16
        Depth of the quantisation.
    frames : int
        Number of time points.
    slabs : tuple of bytes
        Compressed slabs. For each part: the range of every channel in this slab, (channel, low and
        high) as float64; levels (channel, setting, time); facts (setting, fact) as float32.
    """

    axes: tuple[Axis, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[Layout, ...]
    low: Floats
    high: Floats
    bits: int
    frames: int
    slabs: tuple[bytes, ...]

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Names of the values over time, of all parts."""
        return tuple(name for part in self.parts for name in part.channels)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Names of the single numbers, of all parts."""
        return tuple(name for part in self.parts for name in part.facts)

    @property
    def settings(self) -> int:
        """Number of settings of all axes together, for one combination of choices."""
        return self._settings(tuple(range(len(self.axes))))

    def _settings(self, places: tuple[int, ...]) -> int:
        return int(np.prod([len(self.axes[place].nodes) for place in places], dtype=int))

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready header that the front end reads."""
        return {
            "axes": [
                {"name": a.name, "nodes": [float(v) for v in a.nodes], "spacing": a.spacing}
                | ({"snap": True} if a.snap else {})
                for a in self.axes
            ],
            "choices": [{"name": name, "options": list(options)} for name, options in self.choices],
            "channels": [
                {"name": name, "low": float(low), "high": float(high)}
                for name, low, high in zip(self.channels, self.low, self.high, strict=True)
            ],
            "parts": [
                {"axes": list(part.axes), "channels": list(part.channels), "facts": list(part.facts)}
                for part in self.parts
            ],
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
        """Unpack one slab, every part of it over all axes.

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
        level = np.dtype(LEVELS[self.bits])
        sizes = []
        for part in self.parts:
            each, count = self._settings(part.axes), len(part.channels)
            sizes += [count * 16, count * each * self.frames * level.itemsize, each * len(part.facts) * 4]
        if len(raw) != sum(sizes):
            raise ValueError(f"slab {number} holds {len(raw)} bytes, {sum(sizes)} were expected.")
        ends = np.cumsum([0, *sizes])
        pieces = iter([raw[first:last] for first, last in itertools.pairwise(ends)])
        channels, facts = [], []
        for part in self.parts:
            low, high = np.frombuffer(next(pieces), "<f8").reshape(-1, 2).T[:, :, None, None]
            steps = np.frombuffer(next(pieces), level).reshape(len(part.channels), -1, self.frames)
            levels = np.cumsum(steps, axis=2, dtype=level).astype(float)
            values = low + levels * (high - low) / (2**self.bits - 1)
            each = self._settings(part.axes)
            table = np.frombuffer(next(pieces), "<f4").reshape(each, len(part.facts)).astype(float)
            spread = self._spread(part.axes)
            channels.append(values[:, spread])
            facts.append(table[spread])
        return np.concatenate(channels), np.concatenate(facts, axis=1)

    def _spread(self, places: tuple[int, ...]) -> NDArray[np.int64]:
        """Give, for every setting of all axes, the setting of some of them."""
        index = np.zeros([len(axis.nodes) for axis in self.axes], int)
        for place in places:
            along = np.arange(len(self.axes[place].nodes))
            shape = [-1 if other == place else 1 for other in range(len(self.axes))]
            index = index * len(along) + along.reshape(shape)
        return index.ravel()

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
        """Interpolate: channels (channel, time) within their ranges in the slab, and facts (fact,).

        `decoded` is the slab of these choices, for whoever has it at hand.
        """
        channels, facts = decoded or self.decode(self.slab_number(values))
        indices, weights = self.corners(values)
        blended = np.einsum("k,ckt->ct", weights, channels[:, indices])
        low, high = channels.min(axis=(1, 2)), channels.max(axis=(1, 2))
        return np.clip(blended, low[:, None], high[:, None]), weights @ facts[indices]


def sample(
    respond: Respond | Sequence[Part],
    axes: Sequence[Axis],
    choices: Sequence[tuple[str, tuple[str, ...]]],
    seconds: Floats,
    bits: int = 8,
) -> Surface:
    """Evaluate a scene's model over the whole grid and pack the result.

    Parameters
    ----------
    respond : callable, or sequence of Part
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
        If the model gives a wrong shape or a number that is not finite, or two parts the same name;
        the message names the channel and the first setting where it happens.
    """
    names = [*(axis.name for axis in axes), *(name for name, _ in choices)]
    packed = [_packed(part, axes, choices, seconds, bits) for part in parts_of(respond, names)]
    layouts = [layout for layout, *_ in packed]
    for one, other in itertools.combinations(layouts, 2):
        both = {*one.channels, *one.facts} & {*other.channels, *other.facts}
        if both:
            raise ValueError(f"{min(both)!r} is answered by two parts; each needs names of its own.")
    slabs = tuple(gzip.compress(b"".join(pieces), 9, mtime=0) for pieces in zip(*(p for *_, p in packed), strict=True))
    low, high = (np.concatenate([p[i] for p in packed]) for i in (1, 2))
    return Surface(tuple(axes), tuple(choices), tuple(layouts), low, high, bits, len(seconds), slabs)


def parts_of(respond: Respond | Sequence[Part], names: Sequence[str]) -> list[Part]:
    """Give the parts of a model's answer: its own, or one over all axes and choices, by their names.

    Raises
    ------
    ValueError
        If a part names what does not exist, or is over nothing; or if an axis or choice changes no part.
    """
    if callable(respond):
        return [Part(respond, tuple(names))]
    for part in respond:
        if not part.over:
            raise ValueError("a part is over nothing; name the axes and choices that change it.")
        for name in part.over:
            if name not in names:
                raise ValueError(f"a part is over {name!r}, which does not exist; there are {', '.join(names)}.")
    idle = [name for name in names if not any(name in part.over for part in respond)]
    if idle:
        raise ValueError(f"no part is over {idle[0]!r}; name it in the parts that it changes.")
    return list(respond)


def whole(respond: Respond | Sequence[Part]) -> Respond:
    """Make one answer of the parts: what any settings give, all axes and choices given."""
    if callable(respond):
        return respond

    def answer(settings: Settings, seconds: Floats) -> Response:
        channels: dict[str, Floats] = {}
        facts: dict[str, Floats] = {}
        for part in respond:
            more, single = part.respond(settings, seconds)
            channels |= more
            facts |= single
        return channels, facts

    return answer


def _packed(
    part: Part, axes: Sequence[Axis], choices: Sequence[tuple[str, tuple[str, ...]]], seconds: Floats, bits: int
) -> tuple[Layout, Floats, Floats, list[bytes]]:
    """Ask one part at its settings; give its layout, the ranges of its channels, and its piece of every slab."""
    places = tuple(place for place, axis in enumerate(axes) if axis.name in part.over)
    grid = {name: np.array(options) for name, options in choices if name in part.over}
    slabs = int(np.prod([len(options) for options in grid.values()], dtype=int))
    grid |= {axes[place].name: axes[place].nodes for place in places}
    mesh = np.meshgrid(*grid.values(), indexing="ij")
    settings = {name: values.ravel() for name, values in zip(grid, mesh, strict=True)}
    count = mesh[0].size
    channels, facts = part.respond(settings, seconds)
    for name, values in channels.items():
        _check(name, values, (count, len(seconds)), settings)
    for name, values in facts.items():
        _check(name, values, (count,), settings)

    shape = (len(channels), slabs, -1, len(seconds))
    stacked = np.stack([np.asarray(v, float) for v in channels.values()]).reshape(shape)
    low, high = stacked.min(axis=(2, 3)), stacked.max(axis=(2, 3))  # (channel, slab)
    span = np.where(high > low, high - low, 1.0)[:, :, None, None]
    levels = np.rint((stacked - low[:, :, None, None]) / span * (2**bits - 1)).astype(LEVELS[bits])
    steps = levels.copy()
    steps[..., 1:] -= levels[..., :-1]
    table = np.stack([np.asarray(v, "<f4") for v in facts.values()], axis=1) if facts else np.zeros((count, 0), "<f4")
    rows = table.reshape(slabs, count // slabs, len(facts))
    pieces = [
        np.stack([low[:, i], high[:, i]], axis=1).astype("<f8").tobytes() + steps[:, i].tobytes() + rows[i].tobytes()
        for i in range(slabs)
    ]
    whose = np.zeros([len(options) for _, options in choices], int)  # slab of this part, for every slab
    for axis, (name, options) in enumerate(choices):
        if name in part.over:
            along = np.arange(len(options)).reshape([-1 if axis == other else 1 for other in range(len(choices))])
            whose = whose * len(options) + along
    spread = [pieces[i] for i in whose.ravel()]
    return Layout(places, tuple(channels), tuple(facts)), low.min(axis=1), high.max(axis=1), spread


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
        cells = rng.integers(0, len(axis.nodes) - (0 if axis.snap else 1), count)
        values[axis.name] = axis.nodes[cells]
        if not axis.snap:
            values[axis.name] = values[axis.name] + rng.random(count) * np.diff(axis.nodes)[cells]
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
