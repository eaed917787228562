r"""The NMDA receptor: glutamate opens it, magnesium plugs it, a blocker enters it and is trapped.

Ten states. Five of gating (0, 1 or 2 glutamate bound and closed; desensitised; open), each without
and with a blocker in the pore, and the same gating rates in both rows::

        2Rb g        Rb g        Ro
    C0 <=====> C1 <=====> C2 <=====> O        Rd, Rr: C2 <=> D
         Ru         2Ru    |     Rc   |
                           D          |  kon C B(V, Mg)  into the open, unplugged pore
                                      |  koff(V)         out of it
    C0B <====> C1B <====> C2B <====> OB       the gate closes behind the blocker: trapped
                           DB

The blocker moves only between O and OB, so a channel that never opens is never blocked, and one that
has closed on its blocker keeps it. Magnesium and blocker exclude each other in the pore. A small leak
from the closed blocked states stands in for partial trapping. It is a crude device: it breaks detailed
balance, and it gives memantine one slow rate where the real drug has a second, superficial site that
empties within a second (kotermanski2009b). The leak is the same from all four closed states, DB
included, so that the reduction to one variable below holds without knowing which of them is occupied.

Inputs are constant between edges, hence the system is linear there and is followed exactly (see
`explainer.models.linear`).

Known mismatches, stated and not tuned away. Block by 10 uM ketamine sets in too fast: the blocked
fraction follows with 0.24 s (and the current falls by the factor e within 0.10 s, because open channels
are taken before the rest re-equilibrates) where the published rates give 0.58 s (gilling2009). And
10 uM blocks 97 % where 80 % is published (mealing1999). Ketamine's affinity is unresolved between 0.33
and 2.5 uM: `affinity_uM` moves it.

Leaves out: co-agonist, the second open state and modal gating, memantine's superficial site, the
allosteric site at nanomolar concentrations, the time magnesium takes to come and go, magnesium's
second site and calcium's block, desensitisation by calcium, differences in gating between subunits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explainer.evidence import parameters
from explainer.models import checks, linear

__all__ = [
    "BLOCKERS",
    "STATES",
    "SUBTYPES",
    "Course",
    "Inputs",
    "Protocol",
    "blocked_share",
    "calcium_share",
    "channel_current",
    "half_block_uM",
    "mean_open_probability",
    "reduced_block",
    "simulate",
    "stationary",
    "steady_block",
    "steady_open_probability",
    "steps",
    "train",
    "unblock_per_s",
    "unplugged_fraction",
]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

STATES: Final = ("C0", "C1", "C2", "D", "O", "C0B", "C1B", "C2B", "DB", "OB")
BLOCKERS: Final = ("ketamine", "memantine", "MK-801")
SUBTYPES: Final = ("2A", "2B", "2C", "2D")

_P: Final = {name: entry.value for name, entry in parameters("nmda").items()}
_HOLDING_mV: Final = _P["reference_voltage_mV"]
_MAGNESIUM_mM: Final = _P["typical_magnesium_mM"]
_BIND_PER_mM_PER_S: Final = 1000 * _P["binding_per_uM_per_s"]
_KON: Final = _P["block_per_uM_per_s"]
_GATING: Final = tuple(
    _P[f"{step}_per_s"] for step in ("unbinding", "desensitising", "resensitising", "opening", "closing")
)  # Ru, Rd, Rr, Ro, Rc
_STEM: Final = ("ketamine", "memantine", "mk801")  # of the parameter names, in the order of BLOCKERS
_KOFF: Final = np.array([_P[f"{stem}_unblock_per_s"] for stem in _STEM])
_STEEPNESS: Final = np.array([_P[f"{stem}_unblock_steepness_ratio"] for stem in _STEM])
_LEAK: Final = np.array([_P[f"{stem}_leak_per_s"] for stem in _STEM])
_HALF_PLUG_mM: Final = np.array(
    [_P[f"magnesium_half_block{end}_mM"] for end in ("", "", "_2c", "_2d")]  # in the order of SUBTYPES
)
# Only for ketamine is a difference of affinity between subtypes modelled.
_AFFINITY_uM: Final = np.repeat(_KOFF[:, None] / _KON, len(SUBTYPES), axis=1)
_AFFINITY_uM[0, 2:] = _P["ketamine_affinity_2c_uM"], _P["ketamine_affinity_2d_uM"]

_LARGEST_mV: Final = 500.0
_MOST_PULSES: Final = 100_000
_MOST_Hz: Final = 500.0
_C0, _C1, _C2, _D, _O = range(5)
_FIRST_BLOCKED: Final = 5


# --- the pore ------------------------------------------------------------------------------------


def unplugged_fraction(voltage_mV: ArrayLike, magnesium_mM: ArrayLike, subtype: ArrayLike = "2A") -> Floats:
    r"""Give the fraction of open channels that magnesium leaves unplugged, at equilibrium.

    .. math:: B = 1 / (1 + [Mg] / K_0 \cdot e^{-a V})     (jahr1990)

    Parameters
    ----------
    voltage_mV : float or array
        Membrane potential, inside minus outside.
    magnesium_mM : float or array
        Magnesium outside the cell.
    subtype : str or array of str
        Which of `SUBTYPES`; 2A and 2B are the same, 2C and 2D have their own :math:`K_0`.

    Returns
    -------
    array, the broadcast shape of the inputs
        0 where every channel is plugged, 1 where none is.

    Raises
    ------
    ValueError
        If a voltage or concentration is out of range, a subtype is unknown, or shapes do not fit.
    """
    voltage, magnesium, kind = checks.fit(
        voltage_mV=_voltage(voltage_mV),
        magnesium_mM=checks.concentration("magnesium_mM", magnesium_mM),
        subtype=checks.choice("subtype", subtype, SUBTYPES),
    )
    return _unplugged(voltage, magnesium, kind)


def unblock_per_s(
    voltage_mV: ArrayLike,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
) -> Floats:
    r"""Give the rate at which a blocker leaves the open pore.

    .. math:: k_{off}(V) = k_{on} K_d \, e^{\delta (V - V_{ref}) / (RT/F)}

    Parameters
    ----------
    voltage_mV : float or array
        Membrane potential.
    blocker, subtype : str or array of str
        Which of `BLOCKERS`, of `SUBTYPES`.
    affinity_uM : float or array, optional
        Dissociation constant at -65 mV without magnesium, in place of the blocker's own. It moves
        this rate; the rate of entry stays.

    Returns
    -------
    array, the broadcast shape of the inputs, per second

    Raises
    ------
    ValueError
        If a value is out of range, a name is unknown, or shapes do not fit.
    """
    voltage, drug, kind, affinity = checks.fit(
        voltage_mV=_voltage(voltage_mV),
        blocker=checks.choice("blocker", blocker, BLOCKERS),
        subtype=checks.choice("subtype", subtype, SUBTYPES),
        affinity_uM=checks.optional("affinity_uM", affinity_uM, 1e-9, checks.LARGEST),
    )
    return _unblock(voltage, drug, kind, affinity)


def channel_current(voltage_mV: ArrayLike) -> tuple[Floats, Floats]:
    r"""Give what calcium and the monovalent ions carry through one conducting channel.

    Constant-field (Goldman-Hodgkin-Katz) currents with :math:`u = V F / RT`, valence `z`:

    .. math:: I \propto P z^2 u \, (c_{in} e^{z u} - c_{out}) / (e^{z u} - 1)

    The two add up to -1 at -65 mV: a current of 1 in size, negative because inward. Both stay
    finite at every voltage. Monovalent ions reverse at 0 mV, the sum at about +2 mV.

    Parameters
    ----------
    voltage_mV : float or array
        Membrane potential.

    Returns
    -------
    (calcium, monovalent) : two arrays, the shape of `voltage_mV`

    Raises
    ------
    ValueError
        If a voltage is out of range.
    """
    calcium, monovalent = _ghk(_voltage(voltage_mV))
    unit = -sum(_ghk(np.asarray(_HOLDING_mV)))
    return calcium / unit, monovalent / unit


def calcium_share(voltage_mV: ArrayLike) -> Floats:
    r"""Give the share of the ionic current that calcium carries, :math:`|I_{Ca}| / (|I_{Ca}| + |I_{mono}|)`.

    Between 0 and 1 everywhere. Near 0 mV, where monovalent ions stand still, it reaches 1: a share
    of almost nothing. It depends on the voltage alone, not on how many channels conduct.

    Parameters
    ----------
    voltage_mV : float or array
        Membrane potential.

    Returns
    -------
    array, the shape of `voltage_mV`

    Raises
    ------
    ValueError
        If a voltage is out of range.
    """
    calcium, monovalent = (np.abs(part) for part in channel_current(voltage_mV))
    return np.asarray(calcium / (calcium + monovalent))


# --- inputs over time ----------------------------------------------------------------------------


def train(
    start_s: float,
    count: int,
    period_s: float,
    width_s: float = _P["pulse_width_s"],
    peak_mM: float = _P["pulse_peak_mM"],
) -> Floats:
    """Give a train of square pulses of glutamate.

    Parameters
    ----------
    start_s : float
        When the first pulse begins.
    count : int
        How many pulses.
    period_s : float
        From the beginning of one to the beginning of the next; longer than `width_s`.
    width_s, peak_mM : float
        Duration and glutamate of each.

    Returns
    -------
    array (count, 3)
        Rows of start, stop (seconds) and level, as `Protocol.of` takes them; `np.concatenate` joins several.

    Raises
    ------
    ValueError
        If `count` is not a whole number from 1 to 100 000, or a duration is not positive or too long.
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or not 1 <= count <= _MOST_PULSES:
        raise ValueError(f"count must be a whole number from 1 to {_MOST_PULSES}; got {count!r}.")
    start, width, period = (
        checks.within(name, value, low, 1e9)
        for name, value, low in (
            ("start_s", start_s, -1e9),
            ("width_s", width_s, 0),
            ("period_s", period_s, 0),
        )
    )
    if not (0 < width < period):
        raise ValueError(f"width_s must be more than 0 and less than period_s; got {width_s} and {period_s}.")
    begin = start + np.arange(count) * period
    peak = np.full(count, checks.concentration("peak_mM", peak_mM))
    return np.stack([begin, begin + width, peak], axis=1)


def steps(*segments: tuple[float, float, float]) -> Floats:
    """Give segments of (start, stop, level) as `Protocol.of` takes them; no argument gives none.

    Parameters
    ----------
    *segments : (float, float, float)
        Start and stop in seconds, and the level between.

    Returns
    -------
    array (len(segments), 3)

    Raises
    ------
    ValueError
        If a segment has not three numbers or does not stop after it starts.
    """
    return _segments("segments", segments)


class Inputs(TypedDict):
    """What `simulate` takes as keywords, as `Protocol.inputs` gives it."""

    edges_s: Floats
    glutamate_mM: Floats
    blocker_uM: Floats
    voltage_mV: Floats
    magnesium_mM: Floats


@dataclass(frozen=True)
class Protocol:
    """What is done to the receptor and when, apart from the settings that a reader moves.

    Attributes
    ----------
    edges_s : array (k + 1,)
        Where the intervals begin and end.
    glutamate_mM : array (k,)
    blocker_share : array (k,)
        The blocker in each interval as a share of the setting's concentration; 0 while it is washed away.
    voltage_mV : array (k,)
        The clamped voltage, or NaN where the setting's own voltage holds.
    """

    edges_s: Floats
    glutamate_mM: Floats
    blocker_share: Floats
    voltage_mV: Floats

    @classmethod
    def of(
        cls,
        start_s: float,
        end_s: float,
        *,
        glutamate_mM: ArrayLike = (),
        blocker_share: ArrayLike | None = None,
        voltage_mV: ArrayLike = (),
    ) -> Protocol:
        """Build a protocol from segments; where segments overlap, the later row holds.

        Parameters
        ----------
        start_s, end_s : float
            The whole extent; what a segment holds beyond it is cut off.
        glutamate_mM : array (s, 3)
            Rows of start, stop, level: see `train` and `steps`. Elsewhere there is none.
        blocker_share : array (s, 3), optional
            The same for the blocker; left out, it is there throughout.
        voltage_mV : array (s, 3)
            The same for the voltage; elsewhere the setting's own holds.

        Raises
        ------
        ValueError
            If the extent is empty, a segment is malformed, or a level is out of range.
        """
        first = float(checks.within("start_s", start_s, -1e9, 1e9))
        last = float(checks.within("end_s", end_s, -1e9, 1e9))
        if not first < last:
            raise ValueError(f"end_s must be after start_s; got {start_s} to {end_s}.")
        glutamate = _segments("glutamate_mM", glutamate_mM)
        share = _segments("blocker_share", [(first, last, 1.0)] if blocker_share is None else blocker_share)
        voltage = _segments("voltage_mV", voltage_mV)
        checks.concentration("glutamate_mM", glutamate[:, 2])
        checks.within("blocker_share", share[:, 2], 0.0, 1.0)
        _voltage(voltage[:, 2])
        bounds = np.concatenate([part[:, :2].ravel() for part in (glutamate, share, voltage)])
        edges = np.union1d(bounds[(bounds > first) & (bounds < last)], [first, last])
        middles = (edges[:-1] + edges[1:]) / 2

        def levels(segments: Floats, elsewhere: float) -> Floats:
            level = np.full(middles.size, elsewhere)
            for begin, stop, value in segments:
                level[(middles > begin) & (middles < stop)] = value
            return level

        return cls(edges, levels(glutamate, 0.0), levels(share, 0.0), levels(voltage, np.nan))

    def inputs(
        self,
        blocker_uM: ArrayLike,
        voltage_mV: ArrayLike = _HOLDING_mV,
        magnesium_mM: ArrayLike = _MAGNESIUM_mM,
    ) -> Inputs:
        """Give the keywords of `simulate` for settings: ``simulate(times, **protocol.inputs(ketamine))``.

        Parameters
        ----------
        blocker_uM, voltage_mV, magnesium_mM : float or array, of the settings' shape (...)
            One value per setting, without an axis for the intervals.

        Returns
        -------
        dict
            `edges_s` and the four inputs, each of shape (..., k) or (..., 1).
        """
        blocker, voltage, magnesium = (
            np.asarray(value, dtype=np.float64)[..., None] for value in (blocker_uM, voltage_mV, magnesium_mM)
        )
        return {
            "edges_s": self.edges_s,
            "glutamate_mM": self.glutamate_mM,
            "blocker_uM": blocker * self.blocker_share,
            "voltage_mV": np.where(np.isnan(self.voltage_mV), voltage, self.voltage_mV),
            "magnesium_mM": magnesium,
        }


# --- the ten states ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """What the receptors did. Leading axes (...) are settings; fractions are of all channels.

    Attributes
    ----------
    times_s : array (n,)
    occupancy : array (..., n, 10)
        Fraction of the channels in each of `STATES`; sums to 1 along the last axis.
    unplugged : array (..., n)
        Fraction of the open channels that magnesium leaves unplugged.
    voltage_mV : array (..., n)
        The membrane potential; at an edge, the one that begins there.
    """

    times_s: Floats
    occupancy: Floats
    unplugged: Floats
    voltage_mV: Floats

    def state(self, name: str) -> Floats:
        """Give the occupancy (..., n) of one of `STATES`."""
        if name not in STATES:
            raise ValueError(f"there is no state {name!r}; there are {', '.join(STATES)}.")
        return self.occupancy[..., STATES.index(name)]

    @property
    def open(self) -> Floats:
        """Open without a blocker, (..., n): plugged by magnesium or conducting."""
        return self.occupancy[..., _O]

    @property
    def conducting(self) -> Floats:
        """Open, without blocker, and not plugged by magnesium, (..., n)."""
        return self.open * self.unplugged

    @property
    def plugged(self) -> Floats:
        """Open, without blocker, but plugged by magnesium, (..., n)."""
        return self.open * (1 - self.unplugged)

    @property
    def open_blocked(self) -> Floats:
        """Gate open, blocker in the pore, (..., n)."""
        return self.occupancy[..., -1]

    @property
    def blocked(self) -> Floats:
        """Blocker in the pore, gate open or not, (..., n)."""
        return np.asarray(self.occupancy[..., _FIRST_BLOCKED:].sum(axis=-1))

    @property
    def trapped(self) -> Floats:
        """Blocker in the pore behind a closed gate, (..., n)."""
        return np.asarray(self.occupancy[..., _FIRST_BLOCKED:-1].sum(axis=-1))

    @property
    def bound(self) -> Floats:
        """Both glutamate sites occupied, (..., n)."""
        return np.asarray(self.occupancy[..., [2, 3, 4, 7, 8, 9]].sum(axis=-1))

    @property
    def desensitised(self) -> Floats:
        """Desensitised, with or without a blocker, (..., n)."""
        return np.asarray(self.occupancy[..., [3, 8]].sum(axis=-1))

    @property
    def calcium_current(self) -> Floats:
        """Calcium's part of `current`, (..., n)."""
        return self.conducting * channel_current(self.voltage_mV)[0]

    @property
    def monovalent_current(self) -> Floats:
        """The part of `current` that sodium and potassium carry, (..., n)."""
        return self.conducting * channel_current(self.voltage_mV)[1]

    @property
    def current(self) -> Floats:
        """Current, (..., n): negative is inward, and -1 is every channel conducting at -65 mV."""
        return self.conducting * sum(channel_current(self.voltage_mV))

    @property
    def calcium_share(self) -> Floats:
        """Share of the ionic current that calcium carries at this voltage, (..., n); see `calcium_share`."""
        return calcium_share(self.voltage_mV)


def simulate(
    times_s: ArrayLike,
    edges_s: ArrayLike,
    glutamate_mM: ArrayLike,
    blocker_uM: ArrayLike,
    voltage_mV: ArrayLike = _HOLDING_mV,
    magnesium_mM: ArrayLike = _MAGNESIUM_mM,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> Course:
    """Follow the ten states through inputs that are constant between edges; exact, any number of settings.

    Parameters
    ----------
    times_s : array (n,), ascending, within the edges
        When the state is wanted. Cheapest evenly spaced, with the edges among or evenly between them.
    edges_s : array (k + 1,), strictly ascending
        Where the k intervals begin and end; `start` is the state at the first.
    glutamate_mM, blocker_uM, voltage_mV, magnesium_mM : float or array, broadcastable to (..., k)
        One value per interval along the last axis. One value per setting needs a last axis of 1:
        ``np.array([0.1, 1, 10])[:, None]``.
    blocker, subtype : str or array of str, broadcastable to (...)
        Which of `BLOCKERS`, of `SUBTYPES`, per setting.
    affinity_uM : float or array, broadcastable to (...), optional
        The blocker's dissociation constant at -65 mV without magnesium, instead of its own, which NaN keeps.
    start : array, broadcastable to (..., 10), optional
        Occupancy at ``edges_s[0]``; left out, every channel is in C0. ``course.occupancy[..., -1, :]``
        continues a course.

    Returns
    -------
    Course
        With leading axes (...) of all inputs, broadcast.

    Raises
    ------
    ValueError
        If a value is out of range or not finite, a name is unknown, edges or times are not ascending, a
        time is outside the edges, occupancies are negative or do not sum to 1, or shapes do not fit.
    """
    edges, times = checks.moments("edges_s", edges_s, strictly=True), checks.moments("times_s", times_s)
    if edges.size < 2:
        raise ValueError(f"edges_s must hold at least two moments; got {edges.size}.")
    if times.size and not (edges[0] <= times[0] and times[-1] <= edges[-1]):
        raise ValueError(
            f"times_s must lie within edges_s, {edges[0]} to {edges[-1]} s; got {times[0]} to {times[-1]} s. "
            "Extend the edges or drop those times."
        )
    intervals = edges.size - 1
    initial = _initial(start)
    over_intervals = {
        "glutamate_mM": checks.concentration("glutamate_mM", glutamate_mM),
        "blocker_uM": checks.concentration("blocker_uM", blocker_uM),
        "voltage_mV": _voltage(voltage_mV),
        "magnesium_mM": checks.concentration("magnesium_mM", magnesium_mM),
    }
    for name, value in over_intervals.items():
        if value.ndim and value.shape[-1] not in (1, intervals):
            raise ValueError(
                f"{name} has shape {value.shape}, which does not broadcast to (..., {intervals}) for "
                f"{intervals} intervals. One value per setting needs a last axis of 1: {(*value.shape, 1)}."
            )
    drug, kind = checks.choice("blocker", blocker, BLOCKERS), checks.choice("subtype", subtype, SUBTYPES)
    affinity = checks.optional("affinity_uM", affinity_uM, 1e-9, checks.LARGEST)
    try:
        settings = np.broadcast_shapes(
            *(value.shape[:-1] for value in over_intervals.values()),
            drug.shape, kind.shape, affinity.shape, initial.shape[:-1],
        )  # fmt: skip
    except ValueError:
        shapes = {name: value.shape[:-1] for name, value in over_intervals.items()}
        shapes |= {"blocker": drug.shape, "subtype": kind.shape, "affinity_uM": affinity.shape}
        raise ValueError(
            f"the shapes of the settings do not broadcast: {shapes}, start {initial.shape[:-1]}."
        ) from None

    glutamate, concentration, voltage, magnesium = over_intervals.values()
    drug, kind = (np.broadcast_to(index, settings)[..., None] for index in (drug, kind))
    affinity = np.broadcast_to(affinity, settings)[..., None]
    unplugged = _unplugged(voltage, magnesium, kind)
    # All that distinguishes one interval of one setting from another:
    rates = np.empty((*settings, intervals, 4))
    rates[..., 0] = _BIND_PER_mM_PER_S * glutamate
    rates[..., 1] = _KON * concentration * unplugged
    rates[..., 2] = _unblock(voltage, drug, kind, affinity)
    rates[..., 3] = _LEAK[drug]
    distinct, which = _distinct(rates.reshape(-1, intervals, 4))
    occupancy = linear.propagate(
        initial,
        edges,
        times,
        _generator(distinct),
        which.reshape(*settings, intervals),
        conserves=True,
    )
    at = np.minimum(np.searchsorted(edges, times, side="right") - 1, intervals - 1)
    return Course(
        times_s=times,
        occupancy=occupancy,
        unplugged=np.broadcast_to(unplugged, (*settings, intervals))[..., at],
        voltage_mV=np.broadcast_to(voltage, (*settings, intervals))[..., at],
    )


def stationary(
    glutamate_mM: ArrayLike,
    blocker_uM: ArrayLike,
    voltage_mV: ArrayLike = _HOLDING_mV,
    magnesium_mM: ArrayLike = _MAGNESIUM_mM,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
) -> Floats:
    """Give the occupancies that constant inputs lead to.

    By elimination without subtraction (Grassmann, Taksar, Heyman), so small ones are as accurate as large.

    Parameters
    ----------
    glutamate_mM, blocker_uM, voltage_mV, magnesium_mM, affinity_uM : float or array
        As in `simulate`, but all of the settings' shape (...). Glutamate must be above 0: without it the
        outcome may depend on the past, because what is trapped stays.
    blocker, subtype : str or array of str

    Returns
    -------
    array (..., 10)
        In the order of `STATES`.

    Raises
    ------
    ValueError
        As in `simulate`, and if there is no glutamate.
    """
    glutamate = checks.concentration("glutamate_mM", glutamate_mM)
    if not np.all(glutamate >= 1e-9):
        raise ValueError(
            f"glutamate_mM must be at least 1e-9 mM here; the lowest is {glutamate.min()}. "
            "Without glutamate the outcome depends on the past: use simulate."
        )
    glutamate, concentration, voltage, magnesium, drug, kind, affinity = checks.fit(
        glutamate_mM=glutamate,
        blocker_uM=checks.concentration("blocker_uM", blocker_uM),
        voltage_mV=_voltage(voltage_mV),
        magnesium_mM=checks.concentration("magnesium_mM", magnesium_mM),
        blocker=checks.choice("blocker", blocker, BLOCKERS),
        subtype=checks.choice("subtype", subtype, SUBTYPES),
        affinity_uM=checks.optional("affinity_uM", affinity_uM, 1e-9, checks.LARGEST),
    )
    block = _KON * concentration * _unplugged(voltage, magnesium, kind)
    rates = [_BIND_PER_mM_PER_S * glutamate, block, _unblock(voltage, drug, kind, affinity), _LEAK[drug]]
    matrix = _generator(np.stack(rates, axis=-1))
    for last in range(len(STATES) - 1, 0, -1):
        away = matrix[..., last, :last].sum(axis=-1)
        matrix[..., :last, last] /= away[..., None]
        matrix[..., :last, :last] += matrix[..., :last, last, None] * matrix[..., None, last, :last]
    weight = np.zeros(matrix.shape[:-1])
    weight[..., 0] = 1.0
    for state in range(1, len(STATES)):
        weight[..., state] = (weight[..., :state] * matrix[..., :state, state]).sum(axis=-1)
        weight[..., : state + 1] /= weight[..., : state + 1].sum(axis=-1, keepdims=True)
    return weight


def half_block_uM(
    voltage_mV: ArrayLike,
    magnesium_mM: ArrayLike,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
) -> Floats:
    r"""Give the concentration that halves the steady current in saturating agonist (IC50).

    Closed form of the full scheme, not of its reduction: both glutamate sites stay occupied, which
    leaves six states, whose balance is solved by hand. Without a leak it is :math:`K_d(V) / B(V, Mg)`;
    the leak adds about :math:`k_{leak} / (k_{on} P_o B)`.

    Parameters
    ----------
    voltage_mV, magnesium_mM : float or array
        Membrane potential; magnesium outside the cell.
    blocker, subtype, affinity_uM
        As in `unblock_per_s`.

    Returns
    -------
    array, the broadcast shape of the inputs, in uM

    Raises
    ------
    ValueError
        If a value is out of range, a name is unknown, or shapes do not fit.
    """
    voltage, magnesium, drug, kind, affinity = checks.fit(
        voltage_mV=_voltage(voltage_mV),
        magnesium_mM=checks.concentration("magnesium_mM", magnesium_mM),
        blocker=checks.choice("blocker", blocker, BLOCKERS),
        subtype=checks.choice("subtype", subtype, SUBTYPES),
        affinity_uM=checks.optional("affinity_uM", affinity_uM, 1e-9, checks.LARGEST),
    )
    unplugged, off, leak = (
        _unplugged(voltage, magnesium, kind),
        _unblock(voltage, drug, kind, affinity),
        _LEAK[drug],
    )
    _, desensitise, resensitise, opening, closing = _GATING
    # Occupancies relative to OB, then to O: `entry` is the rate of entry times O.
    blocked_asleep_per_closed = desensitise / (resensitise + leak)
    blocked_closed = closing / (opening + leak + leak * blocked_asleep_per_closed)
    blocked_asleep = blocked_closed * blocked_asleep_per_closed
    leaving = off + leak * (blocked_closed + blocked_asleep)
    closed_per_entry = (1 - off / leaving) / opening  # those who left by the leak come back through C2
    asleep_per_entry = (desensitise * closed_per_entry + leak * blocked_asleep / leaving) / resensitise
    blocked_per_entry = (1 + blocked_closed + blocked_asleep) / leaving
    halving_per_s = 1 / steady_open_probability() / (closed_per_entry + asleep_per_entry + blocked_per_entry)
    return np.asarray(halving_per_s / (_KON * unplugged))


def blocked_share(blocker_uM: ArrayLike, half_block_uM: ArrayLike) -> Floats:
    r"""Give the steady share of channels that is blocked where half of them is at `half_block_uM`.

    .. math:: b = C / (C + IC_{50})

    It is `steady_block` with :math:`IC_{50} = (K_d(V) + k_{leak} / (k_{on} P_o)) / B`.

    Parameters
    ----------
    blocker_uM : float or array
    half_block_uM : float or array
        The concentration that blocks half; infinite where nothing is blocked.

    Returns
    -------
    array, the broadcast shape of the inputs, from 0 to below 1

    Raises
    ------
    ValueError
        If a concentration is out of range or not finite, a half-block is not above 0, or shapes do not fit.
    """
    half = checks.numbers("half_block_uM", half_block_uM)
    if not (half >= 1e-9).all():
        raise ValueError(
            f"half_block_uM must be at least 1e-9 uM, or infinite for no block; got {half[~(half >= 1e-9)].flat[0]}."
        )
    concentration, half = checks.fit(blocker_uM=checks.concentration("blocker_uM", blocker_uM), half_block_uM=half)
    return np.asarray(concentration / (concentration + half))


def mean_open_probability(rate_Hz: ArrayLike) -> Floats:
    """Give the mean share of open channels under a lasting train of pulses, without a blocker or magnesium.

    Pulses of glutamate as in `train`, evenly spaced; exact for the five states of gating. It is what
    `reduced_block` takes as open probability of a synapse that is used at this rate.

    Parameters
    ----------
    rate_Hz : float or array
        Pulses per second, 0 to 500.

    Returns
    -------
    array, the shape of `rate_Hz`
        0 without pulses.

    Raises
    ------
    ValueError
        If a rate is out of range.
    """
    rate = checks.within("rate_Hz", rate_Hz, 0.0, _MOST_Hz)
    often = rate[rate > 1e-6]  # less often than every eleven days: never
    # A sixth column counts the time in O: the integral comes with the exponential.
    gating = np.zeros((2, 6, 6))
    gating[:, :5, :5] = _generator(np.array([[_BIND_PER_mM_PER_S * _P["pulse_peak_mM"], 0, 0, 0], [0, 0, 0, 0]]))[
        :, :5, :5
    ]
    gating[:, _O, 5] = 1.0
    during = linear.expm(gating[0] * _P["pulse_width_s"])
    after = linear.expm(gating[1] * (1 / often - _P["pulse_width_s"])[:, None, None])
    balance = np.swapaxes(during[:5, :5] @ after[:, :5, :5], -1, -2) - np.eye(5)
    balance[:, 0] = 1.0  # in place of one of the five dependent equations: the occupancies sum to 1
    settled = np.linalg.solve(balance, np.broadcast_to(np.eye(5)[:, :1], (often.size, 5, 1)))[..., 0]
    seconds = settled @ during[:5, 5] + np.einsum("ni,ni->n", settled @ during[:5, :5], after[:, :5, 5])
    mean = np.zeros(rate.shape)
    mean[rate > 1e-6] = seconds * often
    return mean


def steady_open_probability() -> float:
    """Give the steady share of open channels in saturating agonist without a blocker or magnesium."""
    _, desensitise, resensitise, opening, closing = _GATING
    return 1 / (1 + closing / opening * (1 + desensitise / resensitise))


# --- one variable --------------------------------------------------------------------------------


def steady_block(
    open_probability: ArrayLike,
    blocker_uM: ArrayLike,
    voltage_mV: ArrayLike = _HOLDING_mV,
    magnesium_mM: ArrayLike = _MAGNESIUM_mM,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
    leak_per_s: ArrayLike | None = None,
) -> Floats:
    r"""Give the blocked fraction to which `reduced_block` tends.

    .. math:: b_\infty = C B / (C B + K_d(V) + k_{leak} / (k_{on} P_o))

    Parameters
    ----------
    As in `reduced_block`, all of the settings' shape (...).

    Returns
    -------
    array, the broadcast shape of the inputs
        0 where channels never open.

    Raises
    ------
    ValueError
        If a value is out of range, a name is unknown, or shapes do not fit.
    """
    on, off = _reduced_rates(
        open_probability,
        blocker_uM,
        voltage_mV,
        magnesium_mM,
        blocker,
        subtype,
        affinity_uM,
        leak_per_s,
        intervals=None,
    )
    return np.divide(on, on + off, out=np.zeros_like(on), where=on > 0)


def reduced_block(
    times_s: ArrayLike,
    open_probability: ArrayLike,
    blocker_uM: ArrayLike,
    voltage_mV: ArrayLike = _HOLDING_mV,
    magnesium_mM: ArrayLike = _MAGNESIUM_mM,
    blocker: ArrayLike = "ketamine",
    subtype: ArrayLike = "2A",
    affinity_uM: ArrayLike | None = None,
    start: ArrayLike = 0.0,
    leak_per_s: ArrayLike | None = None,
) -> Floats:
    r"""Follow the blocked fraction alone, for circuits: gating is averaged into an open probability.

    .. math:: \dot b = k_{on} C B P_o (1 - b) - (k_{off}(V) P_o + k_{leak}) \, b

    Solved exactly for inputs constant between times. Good where block is slower than gating (0.2 s): at
    1 uM ketamine in 1 mM magnesium it stays within 0.002 of the ten states at any firing rate. Where block
    is faster it runs ahead, by up to 0.2 for 10 uM without magnesium, and comes right at the steady level
    to within 0.015.

    Parameters
    ----------
    times_s : array (n,), ascending
        When the blocked fraction is wanted; `start` holds at the first.
    open_probability : float or array, broadcastable to (..., n - 1)
        Mean share of open channels, were there no blocker, in each interval between times.
    blocker_uM, voltage_mV, magnesium_mM : float or array, broadcastable to (..., n - 1)
    blocker, subtype, affinity_uM, start : broadcastable to (...)
    leak_per_s : float or array, broadcastable to (...), optional
        The rate at which closed channels lose the blocker, instead of the blocker's own, which NaN keeps.
        With 0 nothing leaves a channel that does not open, however long.

    Returns
    -------
    array (..., n)

    Raises
    ------
    ValueError
        If a value is out of range, a name is unknown, times are not ascending, or shapes do not fit.
    """
    times = checks.moments("times_s", times_s)
    if not times.size:
        raise ValueError("times_s must hold at least one moment.")
    initial = checks.within("start", start, 0.0, 1.0)
    on, off = _reduced_rates(
        open_probability,
        blocker_uM,
        voltage_mV,
        magnesium_mM,
        blocker,
        subtype,
        affinity_uM,
        leak_per_s,
        intervals=times.size - 1,
    )
    try:
        settings = np.broadcast_shapes(on.shape[:-1], initial.shape)
    except ValueError:
        raise ValueError(f"start {initial.shape} does not broadcast to the settings {on.shape[:-1]}.") from None
    total = on + off
    limit = np.divide(on, total, out=np.zeros_like(on), where=total > 0)
    remains = np.exp(-total * np.diff(times))
    block = np.empty((*settings, times.size))
    block[..., 0] = initial
    for i in range(times.size - 1):
        block[..., i + 1] = limit[..., i] + (block[..., i] - limit[..., i]) * remains[..., i]
    return block


def _reduced_rates(
    open_probability: ArrayLike,
    blocker_uM: ArrayLike,
    voltage_mV: ArrayLike,
    magnesium_mM: ArrayLike,
    blocker: ArrayLike,
    subtype: ArrayLike,
    affinity_uM: ArrayLike | None,
    leak_per_s: ArrayLike | None,
    *,
    intervals: int | None,
) -> tuple[Floats, Floats]:
    """Give the rates of blocking and unblocking; of the inputs only names lack the intervals' axis."""
    per_setting = {
        "blocker": checks.choice("blocker", blocker, BLOCKERS),
        "subtype": checks.choice("subtype", subtype, SUBTYPES),
        "affinity_uM": checks.optional("affinity_uM", affinity_uM, 1e-9, checks.LARGEST),
        "leak_per_s": checks.optional("leak_per_s", leak_per_s, 0.0, checks.LARGEST),
    }
    if intervals is not None:
        per_setting = {name: value[..., None] for name, value in per_setting.items()}
    probability, concentration, voltage, magnesium, _, drug, kind, affinity, leak = checks.fit(
        open_probability=checks.within("open_probability", open_probability, 0.0, 1.0),
        blocker_uM=checks.concentration("blocker_uM", blocker_uM),
        voltage_mV=_voltage(voltage_mV),
        magnesium_mM=checks.concentration("magnesium_mM", magnesium_mM),
        intervals=np.empty(() if intervals is None else intervals),
        **per_setting,
    )
    if intervals is not None and probability.shape[-1] != intervals:
        raise ValueError(f"inputs must broadcast to (..., {intervals}), the intervals; got {probability.shape}.")
    on = _KON * concentration * _unplugged(voltage, magnesium, kind) * probability
    off = _unblock(voltage, drug, kind, affinity) * probability
    return on, off + np.where(np.isnan(leak), _LEAK[drug], leak)


# --- within --------------------------------------------------------------------------------------


def _unplugged(voltage: Floats, magnesium: Floats, kind: Indices) -> Floats:
    plug = magnesium / _HALF_PLUG_mM[kind] * np.exp(-_P["magnesium_steepness_per_mV"] * voltage)
    return np.asarray(1 / (1 + plug))


def _unblock(voltage: Floats, drug: Indices, kind: Indices, affinity: Floats) -> Floats:
    at_reference = _KON * np.where(np.isnan(affinity), _AFFINITY_uM[drug, kind], affinity)
    return np.asarray(at_reference * np.exp(_STEEPNESS[drug] * (voltage - _HOLDING_mV) / _P["thermal_voltage_mV"]))


def _generator(rates: Floats) -> Floats:
    """Build the matrices (..., 10, 10) from binding per site, blocking, unblocking and leak (..., 4)."""
    bind, block, unblock, leak = np.moveaxis(rates, -1, 0)
    unbind, desensitise, resensitise, opening, closing = _GATING
    matrix = np.zeros((*rates.shape[:-1], len(STATES), len(STATES)))
    for row in (0, _FIRST_BLOCKED):
        matrix[..., row + _C0, row + _C1] = 2 * bind
        matrix[..., row + _C1, row + _C2] = bind
        matrix[..., row + _C1, row + _C0] = unbind
        matrix[..., row + _C2, row + _C1] = 2 * unbind
        matrix[..., row + _C2, row + _D] = desensitise
        matrix[..., row + _D, row + _C2] = resensitise
        matrix[..., row + _C2, row + _O] = opening
        matrix[..., row + _O, row + _C2] = closing
    matrix[..., _O, _FIRST_BLOCKED + _O] = block
    matrix[..., _FIRST_BLOCKED + _O, _O] = unblock
    for closed in (_C0, _C1, _C2, _D):
        matrix[..., _FIRST_BLOCKED + closed, closed] = leak
    return linear.generator(matrix)


def _distinct(rates: Floats) -> tuple[Floats, Indices]:
    """Find the distinct rows of (settings, k, 4) and say which one stands where, (settings, k)."""
    settings, intervals, width = rates.shape
    seen: dict[bytes, int] = {}
    column = [seen.setdefault(rates[:, i].tobytes(), len(seen)) for i in range(intervals)]
    kept = [column.index(i) for i in range(len(seen))]
    rows = rates[:, kept].reshape(-1, width)
    order = np.lexsort(rows.T)
    ordered = rows[order]
    new = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)][: len(rows)]
    which = np.empty(len(rows), dtype=np.intp)
    which[order] = np.cumsum(new) - 1
    return ordered[new], which.reshape(settings, len(kept))[:, column]


def _ghk(voltage: Floats) -> tuple[Floats, Floats]:
    u = voltage / _P["thermal_voltage_mV"]
    monovalent = _P["monovalent_mM"] * u  # the same on both sides, so the equation is a straight line
    x = 2 * u
    over = np.divide(x, np.expm1(x), out=np.ones_like(x), where=x != 0)
    difference = _P["calcium_inside_mM"] * np.exp(x) - _P["calcium_outside_mM"]
    return 2 * _P["calcium_permeability_ratio"] * over * difference, monovalent


def _initial(start: ArrayLike | None) -> Floats:
    if start is None:
        return np.array([1.0] + [0.0] * (len(STATES) - 1))
    state = checks.within("start", start, 0.0, 1.0 + 1e-9)
    if not state.ndim or state.shape[-1] != len(STATES) or not (np.abs(state.sum(axis=-1) - 1) < 1e-6).all():
        raise ValueError(
            f"start must hold {len(STATES)} occupancies that sum to 1 along the last axis; got {state.shape}."
        )
    return state


def _voltage(value: ArrayLike) -> Floats:
    return checks.within("voltage_mV", value, -_LARGEST_mV, _LARGEST_mV)


def _segments(name: str, value: ArrayLike | Iterable[tuple[float, float, float]]) -> Floats:
    array = checks.numbers(name, value if isinstance(value, np.ndarray) else list(value))  # type: ignore[arg-type]
    if not array.size:
        return np.empty((0, 3))
    if array.ndim != 2 or array.shape[1] != 3:
        raise ValueError(f"{name} must have rows of start, stop and level; got shape {array.shape}.")
    checks.within(name, array, -1e9, 1e9)
    if not (array[:, 1] > array[:, 0]).all():
        late = array[array[:, 1] <= array[:, 0]][0]
        raise ValueError(f"each segment of {name} must stop after it starts; got {late[0]} to {late[1]}.")
    return array
