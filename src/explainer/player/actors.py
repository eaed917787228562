"""The few ways in which a part of a picture can move.

Every actor ties one signal of the model to one kind of change of one part of
the stage. A signal is the name of a channel (a value over time), of a control
or of a fact, or a `Member`.

========= ===========================================================
Flow      particles along a path, as many per film second as the signal says
Crowd     so many particles in each room; what leaves one enters the next
Share     so many of a group's units in each state
Shift     a part's place on a path
Turn      a part's pose between two transforms
Show      a group that is there only at some settings
Count     how many of a group's children are shown
Glow      a part's strength
Spikes    cells that glow as they spike, and fade
Trace     a curve that grows with the film, in a box of the picture
Raster    rows of ticks in a box, one row for each cell, that grow with the film
Flag      a part that stands on a curve once its time has come
Readout   a number written into a text
========= ===========================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal
from xml.etree.ElementTree import Element

from explainer.player import words


@dataclass(frozen=True)
class Member:
    """Whether one member of a population is in one of some states, yes or no in each frame.

    The population is laid out from rank 0 to 1 in the given order of states, each
    taking the room that its share of the population needs; the member stands at
    `rank`. Neighbouring states should be those that turn into each other, so that a
    member's way through them is one that the model's scheme allows. The parts that it
    moves take a moment of the film to follow.

    Parameters
    ----------
    states : tuple of str
        The channels that count as yes; neighbours in `order`.
    order : tuple of str
        Channels from rank 0 upwards; the rest of the population follows.
    rank : float
        Place of this member, 0 to 1.
    fast : tuple of str
        Neighbours in `order` between which things go to and fro faster than the film shows.
        They share the room of them all, and a second place, `aside`, says which one the
        member is in. The first is the one that leads to the states below.
    aside : float
        Place among the fast states, 0 to 1, each taking room by its share.
    glide_s : float
        Film time that parts take to follow.
    """

    states: tuple[str, ...]
    order: tuple[str, ...]
    rank: float
    fast: tuple[str, ...] = ()
    aside: float = 0.5
    glide_s: float = 0.125

    def __post_init__(self) -> None:
        for named in (self.states, self.fast):
            missing = [s for s in named if s not in self.order]
            if missing:
                raise ValueError(f"Member: {missing[0]!r} is not in the order {self.order}.")
            spots = [self.order.index(s) for s in named]
            if (named or named is self.states) and (not spots or max(spots) - min(spots) != len(set(spots)) - 1):
                raise ValueError(f"Member: {named} are not neighbours in the order {self.order}.")
        if self.fast and self.order.index(self.fast[0]) != min(self.order.index(s) for s in self.fast):
            raise ValueError(f"Member: the first of {self.fast} must be the first of them in the order {self.order}.")
        if not 0 < self.rank < 1:
            raise ValueError(f"Member: rank must lie between 0 and 1, got {self.rank}.")
        if not 0 <= self.aside < 1 or self.glide_s < 0:
            raise ValueError(
                f"Member: aside must lie from 0 to below 1 and glide_s be 0 or more, got {self.aside}, {self.glide_s}."
            )


Signal = str | Member

Kind = Literal["channel", "fact", "signal"]


@dataclass(frozen=True)
class Actor:
    """What all actors share: the part they move and the signal that moves it."""

    part: str
    signal: Signal

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        low, high = getattr(self, "at", (0.0, 1.0))
        if low == high:
            raise ValueError(f"{self.kind} of {self.part}: at needs two different numbers, got {low:g} twice.")

    def parts(self) -> list[str]:
        """List the ids (with ``#``) that the art must hold."""
        return [self.part]

    def reads(self) -> list[tuple[Kind, str]]:
        """List what it reads: what it must be (a signal may be a channel, control or fact), and its name."""
        if isinstance(self.signal, Member):
            return [("channel", name) for name in self.signal.order]
        return [("signal", self.signal)]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse parts of the picture, given by their ids, that are not drawn as it needs them."""

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready form that the front end reads."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Flow(Actor):
    """Particles that run along a path, their number in proportion to the signal.

    `per_s` particles set out per film second where the signal is 1; `strength` names
    a fact that multiplies it. Below zero they run backwards. Each takes `travel_s` film
    seconds. `gate` is the share of the path at which a gate stands: a particle sets out only
    if the signal is still there when it gets to it.
    """

    strength: str = ""
    glyph: str = "glutamate"
    per_s: float = 10.0
    travel_s: float = 1.2
    size: float = 28.0
    gate: float | None = None

    kind = "flow"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.gate is not None and not 0 <= self.gate <= 1:
            raise ValueError(f"{self.kind} of {self.part}: gate is a share of the path, 0 to 1, got {self.gate}.")

    def reads(self) -> list[tuple[Kind, str]]:
        """List the signal and the fact that multiplies it."""
        return [*super().reads(), *(("fact", name) for name in [self.strength] if name)]


@dataclass(frozen=True)
class Way:
    """A way on which particles of a `Crowd` go from one room to another.

    Parameters
    ----------
    path : str
        Id (with ``#``) of a path of the picture, from `source` to `target`.
    source, target : str
        Two rooms of the crowd.
    channel : str
        The share of all particles that has gone this way until now, less those that have gone
        it back. Where it falls, particles go back; below 0 more have gone back than forth.
    """

    path: str
    source: str
    target: str
    channel: str


@dataclass(frozen=True)
class Crowd(Actor):
    """Particles that stand in rooms and go from one room into the next.

    All `of` particles stand in the first room at first. One moves along a way whenever the
    way's channel, times `of`, has come one whole number further, rounded; so the number in
    every room is what the channels say, but for those that wait because nobody is there who
    could go. First come, first gone; who arrives takes the first free place.

    Parameters
    ----------
    part : str
        Id of the group that the particles are put into, on top of what it holds.
    of : int
        Number of particles.
    glyph, size, travel_s
        As for a `Flow`.
    rooms : tuple of str
        Ids of groups, the first room first. A room's places are what it holds of class
        ``slot``, elements with ``cx`` and ``cy`` that need not be seen; where there are fewer
        of them than particles, particles share them, slightly shifted.
    ways : tuple of Way
        Ways that carry particles in the same frame are taken in this order.

    Notes
    -----
    One level of a channel should be small against one particle: 16 bits for slow changes.
    """

    signal: Signal = ""
    of: int = 100
    glyph: str = "ketamine"
    size: float = 16.0
    travel_s: float = 0.8
    rooms: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()

    kind = "crowd"

    def __post_init__(self) -> None:
        where = f"{self.kind} of {self.part}"
        if self.of < 1 or self.travel_s < 0:
            raise ValueError(f"{where}: of must be 1 or more and travel_s 0 or more, got {self.of}, {self.travel_s}.")
        if len(self.rooms) < 2 or len(set(self.rooms)) != len(self.rooms):
            raise ValueError(f"{where}: give two or more different rooms, got {self.rooms}.")
        if not self.ways:
            raise ValueError(f"{where}: give a Way for each path between two of its rooms.")
        for way in self.ways:
            for room in (way.source, way.target):
                if room not in self.rooms:
                    raise ValueError(f"{where}: way {way.path} names {room!r}; its rooms are {', '.join(self.rooms)}.")
            if way.source == way.target:
                raise ValueError(f"{where}: way {way.path} leads from {way.source} to itself; give two rooms.")

    def parts(self) -> list[str]:
        """List the group of the particles, the rooms and the ways' paths."""
        return [self.part, *self.rooms, *(way.path for way in self.ways)]

    def reads(self) -> list[tuple[Kind, str]]:
        """List the channels of the ways."""
        return [("channel", way.channel) for way in self.ways]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse a room without places."""
        for room in self.rooms:
            slots = [node for node in drawn[room].iter() if "slot" in node.get("class", "").split()]
            if not slots or any(slot.get(name) is None for slot in slots for name in ("cx", "cy")):
                raise ValueError(f"room {room}: draw its places, elements of class 'slot', each with cx and cy.")


@dataclass(frozen=True)
class Share(Actor):
    """A group of units of which so many are in each state.

    `states` maps channels to the CSS class that a unit in this state carries, in
    the order of `Member.order`; the rest carry `otherwise`. The units are the
    group's children of class ``unit``, `of` in number. `ringed` is the rank of the
    one drawn with a ring: the one shown large. `fast` are as for a `Member`; each unit has
    a place of its own among them, the ringed one `aside`.
    """

    signal: Signal = ""
    of: int = 48
    states: Mapping[str, str] | None = None
    otherwise: str = "state-closed"
    ringed: float | None = None
    fast: tuple[str, ...] = ()
    aside: float = 0.5

    kind = "share"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.fast:
            if name not in (self.states or {}):
                raise ValueError(f"{self.kind} of {self.part}: fast {name!r} is not one of its states.")

    def reads(self) -> list[tuple[Kind, str]]:
        """List the channels of the states."""
        return [("channel", name) for name in self.states or {}]


@dataclass(frozen=True)
class Shift(Actor):
    """A part that stands at a place on a path: at its start where the signal is `at[0]`, its end at `at[1]`."""

    path: str = ""
    at: tuple[float, float] = (0.0, 1.0)

    kind = "shift"

    def parts(self) -> list[str]:
        """List the part and its path."""
        return [self.part, self.path]


@dataclass(frozen=True)
class Turn(Actor):
    """A part that goes from its drawn pose (signal at `at[0]`) to `to` (signal at `at[1]`).

    `to` is an SVG transform; its numbers are scaled, e.g. ``"rotate(-24)"``.
    """

    to: str = ""
    at: tuple[float, float] = (0.0, 1.0)

    kind = "turn"


@dataclass(frozen=True)
class Show(Actor):
    """A group that is there, with all that moves in it, only where every condition holds.

    Parameters
    ----------
    when : mapping of name to values
        Choices, or controls with ``snap``, and of each the values at which the group is there. They
        are conditions of the setting: nothing computed can be named.
    """

    signal: Signal = ""
    when: Mapping[str, Sequence[float | str]] = field(default_factory=dict)

    kind = "show"

    def reads(self) -> list[tuple[Kind, str]]:
        """List nothing: it follows the controls."""
        return []


@dataclass(frozen=True)
class Count(Actor):
    """A group of which the first few children are shown: all `of` where the signal is `full`.

    Above zero at least one is shown.
    """

    of: int = 10
    full: float = 1.0

    kind = "count"


@dataclass(frozen=True)
class Glow(Actor):
    """A part whose opacity goes from `least` (signal at `at[0]`) to 1 (signal at `at[1]`)."""

    at: tuple[float, float] = (0.0, 1.0)
    least: float = 0.0

    kind = "glow"


def _cells(actor: "Spikes | Raster") -> None:
    if isinstance(actor.cells, str) or not actor.cells:
        where = f"{actor.kind} of {actor.part}"
        raise ValueError(f"{where}: cells are the channels of one cell or more, as ('a',); got {actor.cells!r}.")


@dataclass(frozen=True)
class Spikes(Actor):
    """Cells that glow at each of their spikes and fade, each within a soft halo that grows with the glow.

    The cells are the group's parts of class ``unit``, in the order in which they are drawn. A halo
    stands around a unit's part of class ``soma``, or around the whole unit. Its colour is
    ``--spike`` where the picture's style sets it.

    Parameters
    ----------
    cells : tuple of str
        Channels that count a cell's spikes in each frame, one for each unit; half a spike or more counts.
        Controls that change them snap, since nothing lies between two trains of spikes.
    fade_s : float
        Film time in which a glow fades. It comes within one frame.

    Notes
    -----
    What glows depends on the place in the film alone, so it is the same played, scrubbed or stepped.
    Spikes less than a third of a second apart, of film time or of the reader's if the film runs fast, make
    one lasting glow: no cell brightens more than three times a second. A reader who wants less
    motion sees, without fading, which cells have spiked since the last picture.
    """

    signal: Signal = ""
    cells: tuple[str, ...] = ()
    fade_s: float = 0.25

    kind = "spikes"

    def __post_init__(self) -> None:
        super().__post_init__()
        _cells(self)
        if not self.fade_s > 0:
            raise ValueError(f"{self.kind} of {self.part}: fade_s must be more than 0, got {self.fade_s}.")

    def reads(self) -> list[tuple[Kind, str]]:
        """List the channels of the cells."""
        return [("channel", name) for name in self.cells]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse a group with more or fewer units than cells."""
        units = sum("unit" in node.get("class", "").split() for node in drawn[self.part].iter())
        if units != len(self.cells):
            raise ValueError(f"{units} parts of class 'unit' are drawn for {len(self.cells)} cells; draw one for each.")


def _box(drawn: Mapping[str, Element], name: str) -> None:
    tag = drawn[name].tag.split("}")[-1]
    if tag != "rect":
        raise ValueError(f"{name} is a <{tag}>; the box of a curve must be a <rect>.")


@dataclass(frozen=True)
class Trace(Actor):
    """A channel as a curve in a box of the picture; it grows with the film, what is still to come stays hidden.

    The part is a ``<rect>``. Film time runs from its left to its right edge over the whole
    film, the channel from `at[0]` at its bottom to `at[1]` at its top. The curve carries the
    class ``trace-line`` (with `faint`: also ``faint``), the area beneath it with `area` the
    class ``trace-area``, and with `above` a bar on that level, along the stretches in which
    the curve is there or higher, the class ``trace-above``; each also the classes of the box.
    Their colour is ``--trace`` where the picture's style sets it.
    """

    signal: Signal = ""
    at: tuple[float, float] = (0.0, 1.0)
    area: bool = False
    faint: bool = False
    above: float | None = None

    kind = "trace"

    def reads(self) -> list[tuple[Kind, str]]:
        """List the signal, which must be a channel."""
        return [("channel", name) for _, name in super().reads()]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse a box that is not a rectangle."""
        _box(drawn, self.part)


@dataclass(frozen=True)
class Raster(Actor):
    """Spikes as ticks in a box of the picture; they grow with the film, what is still to come stays hidden.

    The part is a ``<rect>``. Film time runs from its left to its right edge as in a `Trace`; each
    cell has a row, the first at the top, and a tick for each frame in which it spikes. The ticks carry
    the class ``raster-ticks``, the classes of the box and that of their group. Their colour is
    ``--trace`` where the picture's style sets it.

    Parameters
    ----------
    cells : tuple of str
        As for `Spikes`.
    groups : mapping of str to int, optional
        Classes and how many rows each has, from the top; a gap parts them.
    """

    signal: Signal = ""
    cells: tuple[str, ...] = ()
    groups: Mapping[str, int] = field(default_factory=dict)

    kind = "raster"

    def __post_init__(self) -> None:
        super().__post_init__()
        _cells(self)
        rows = sum(self.groups.values())
        if self.groups and (rows != len(self.cells) or min(self.groups.values()) < 1):
            raise ValueError(
                f"{self.kind} of {self.part}: its groups have {dict(self.groups)} rows for {len(self.cells)} cells; "
                "give each cell one row."
            )

    def reads(self) -> list[tuple[Kind, str]]:
        """List the channels of the cells."""
        return [("channel", name) for name in self.cells]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse a box that is not a rectangle."""
        _box(drawn, self.part)


@dataclass(frozen=True)
class Flag(Actor):
    """A part that stands on a curve at a time that a fact tells, and is hidden until then.

    Parameters
    ----------
    signal : str
        A fact: biological time in s. A time that is not on the clock never comes. Facts are
        interpolated between settings, so let one that comes too late grow beyond the clock
        rather than jump there.
    box, at
        Part and range of the `Trace` on which it stands.
    level : str
        The channel of that trace.
    """

    signal: Signal = ""
    box: str = ""
    level: str = ""
    at: tuple[float, float] = (0.0, 1.0)

    kind = "flag"

    def parts(self) -> list[str]:
        """List the part and the box."""
        return [self.part, self.box]

    def reads(self) -> list[tuple[Kind, str]]:
        """List the fact and the channel on whose curve it stands."""
        return [*(("fact", name) for _, name in super().reads()), ("channel", self.level)]

    def check_art(self, drawn: Mapping[str, Element]) -> None:
        """Refuse a box that is not a rectangle."""
        _box(drawn, self.box)


@dataclass(frozen=True)
class Readout(Actor):
    """A number written into a text element, by the formats of `explainer.player.words`.

    Lines of the template stand one below the other. One that names a fact or a channel carries
    the class ``computed``, and is hidden while a prediction is asked for.
    """

    signal: Signal = ""
    template: str = ""

    kind = "readout"

    def reads(self) -> list[tuple[Kind, str]]:
        """List what the template names."""
        return [("signal", name) for name, _ in words.places(self.template)]
