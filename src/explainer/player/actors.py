"""The few ways in which a part of a picture can move.

Every actor ties one signal of the model to one kind of change of one part of
the stage. A signal is the name of a channel (a value over time), of a control
or of a fact, or a `Member`.

========= ===========================================================
Flow      particles along a path, as many per film second as the signal says
Share     so many of a group's units in each state
Shift     a part's place on a path
Turn      a part's pose between two transforms
Count     how many of a group's children are shown
Glow      a part's strength
Readout   a number written into a text
========= ===========================================================
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from explainer.player import words


@dataclass(frozen=True)
class Member:
    """Whether one member of a population is in one of some states: 0 (no) to 1 (yes).

    The population is laid out from rank 0 to 1 in the given order of states, each
    taking the room that its share of the population needs; the member stands at
    `rank`. Neighbouring states should be those that turn into each other, so that a
    member's way through them is one that the model's scheme allows.

    Parameters
    ----------
    states : tuple of str
        The channels that count as yes; neighbours in `order`.
    order : tuple of str
        Channels from rank 0 upwards; the rest of the population follows.
    rank : float
        Place of this member, 0 to 1.
    soft : float
        Width of the passage from 0 to 1, in rank; only smooths the motion.
    """

    states: tuple[str, ...]
    order: tuple[str, ...]
    rank: float
    soft: float = 0.02

    def __post_init__(self) -> None:
        missing = [s for s in self.states if s not in self.order]
        if missing:
            raise ValueError(f"Member: {missing[0]!r} is not in the order {self.order}.")
        spots = [self.order.index(s) for s in self.states]
        if not spots or max(spots) - min(spots) != len(set(spots)) - 1:
            raise ValueError(f"Member: {self.states} are not neighbours in the order {self.order}.")
        if not 0 < self.rank < 1:
            raise ValueError(f"Member: rank must lie between 0 and 1, got {self.rank}.")


Signal = str | Member


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

    def signals(self) -> list[str]:
        """List the channels, controls or facts that it reads."""
        return list(self.signal.order) if isinstance(self.signal, Member) else [self.signal]

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready form that the front end reads."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Flow(Actor):
    """Particles that run along a path, their number in proportion to the signal.

    `per_s` particles set out per film second where the signal is 1; `strength` names
    a fact that multiplies it. Below zero they run backwards. Each takes `travel_s` film
    seconds.
    """

    strength: str = ""
    glyph: str = "glutamate"
    per_s: float = 10.0
    travel_s: float = 1.2
    size: float = 28.0

    kind = "flow"

    def signals(self) -> list[str]:
        """List the signal and the fact that multiplies it."""
        return [*super().signals(), *filter(None, [self.strength])]


@dataclass(frozen=True)
class Share(Actor):
    """A group of units of which so many are in each state.

    `states` maps channels to the CSS class that a unit in this state carries, in
    the order of `Member.order`; the rest carry `otherwise`. The units are the
    group's children of class ``unit``, `of` in number. `ringed` is the rank of the
    one drawn with a ring: the one shown large.
    """

    signal: Signal = ""
    of: int = 48
    states: Mapping[str, str] | None = None
    otherwise: str = "state-closed"
    ringed: float | None = None

    kind = "share"

    def signals(self) -> list[str]:
        """List the channels of the states."""
        return list(self.states or {})


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


@dataclass(frozen=True)
class Readout(Actor):
    """A number written into a text element, by the formats of `explainer.player.words`."""

    signal: Signal = ""
    template: str = ""

    kind = "readout"

    def signals(self) -> list[str]:
        """List what the template names."""
        return [name for name, _ in words.places(self.template)]
