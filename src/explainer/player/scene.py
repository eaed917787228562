"""The words in which a scene is declared: controls, clock, charts, story, and the scene itself.

A scene holds no drawing code. It names a model's response, the picture, which part
of the picture moves by which number, and what is said about it. Everything that can
be wrong in a declaration is checked when it is made, and the message says where.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from numbers import Real
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np

from explainer import evidence
from explainer.player import surface as sampling
from explainer.player import words
from explainer.player.actors import Actor, Crowd, Flow, Kind, Raster, Readout, Show, Spikes
from explainer.player.words import Sentence

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from explainer.player.widget import SceneWidget

Values = dict[str, float | str]

SHORT = 40
"""Words that a step says at most."""

MOST_CONTROLS = 5
"""Controls that a scene has at most."""

UNITS = {"s": 1.0, "min": 60.0}
"""Units in which a clock may be read, in s."""

NEAR = 1e-9
"""Share of a control's range by which a value may miss a node: what sums of decimals lose."""

NEAR_S = 1e-9
"""Times that are nearer than this are the same, in s."""

MOST_TICKS = 9
"""Ticks of time that a small chart has room for, besides the first."""

TOLD = {"time", "phase"}
"""Texts that the page adds to the values under the time cursor."""

RESERVED = TOLD | {
    *("scene", "spec", "surface", "others", "first", "report", "set", "values", "facts", "describe", "published"),
    *("layout", "tabbable", "tooltip", "comm", "keys", "send", "open", "close", "observe", "log"),
}
"""What the widget and its page call something else; the widget refuses the rest of its own names."""


class SceneError(ValueError):
    """A declaration, a name or a value that a scene cannot use; the message says what would do."""


def _names(kind: str, wrong: str, there: Iterable[str]) -> SceneError:
    known = list(there)
    close = difflib.get_close_matches(wrong, known, 1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return SceneError(f"there is no {kind} {wrong!r}.{hint} There are: {', '.join(known)}.")


def _known(kind: str, wanted: Iterable[str], there: Collection[str]) -> None:
    for name in wanted:
        if name not in there:
            raise _names(kind, name, sorted(there))


def _short(where: str, text: str) -> None:
    if len(text.split()) > SHORT:
        raise SceneError(f"{where}: {len(text.split())} words; say it in at most {SHORT}.")


def _excused(where: str, when: Mapping[str, object], otherwise: str) -> None:
    """Refuse a condition without the words for where it does not hold, and words without a condition."""
    if bool(when) != bool(otherwise):
        raise SceneError(f"{where}: give when and otherwise together, got {dict(when)} and {otherwise!r}.")
    _short(where, otherwise)


def _told(declared: "DataclassInstance", *names: str) -> dict[str, Any]:
    """Give the JSON-ready form of what is declared; of these names only what says something."""
    return {key: value for key, value in asdict(declared).items() if value or key not in names}


def _bound(spec: dict[str, Any], *names: str) -> dict[str, Any]:
    """Keep numbers and their units together in the texts of these names."""
    return {key: words.bound(value) if key in names else value for key, value in spec.items()}


def _check_claims(named: Iterable[str]) -> None:
    known = evidence.claims()
    for claim in named:
        if claim not in known:
            raise _names("claim", claim, known)


def _told_claim(claim: str) -> dict[str, Any]:
    """Give a claim with its sources as the page reads it."""
    return _bound(evidence.card(claim), "text", "instead", "against", "note")


def _check_steps(made: sampling.Surface, channels: Collection[str]) -> None:
    """Refuse channels that would be interpolated between settings."""
    for part in made.parts:
        for axis in (made.axes[place] for place in part.axes):
            if not axis.snap and set(part.channels) & set(channels):
                raise ValueError(f"nothing lies between two trains of spikes; give {axis.name!r} snap=True.")


@contextmanager
def _said_of(where: str) -> Iterator[None]:
    """Put the place before what is refused inside."""
    try:
        yield
    except ValueError as refused:
        raise SceneError(f"{where}: {refused}") from None


@dataclass(frozen=True)
class Control:
    """A slider: one quantity with the nodes at which the model is evaluated, continuous unless it snaps.

    Parameters
    ----------
    name : str
        A standard term that ends in its unit.
    label : str
        What a reader sees.
    nodes : sequence of float
        Ascending values; the slider runs from the first to the last.
    start : float
        Where it stands first.
    unit : str
        As it is written after the number.
    spacing : "linear" or "log"
        How the slider and the interpolation run between two nodes.
    form : str
        How its value is written, see `explainer.player.words`.
    about : str
        One sentence for whoever asks what it is.
    snap : bool
        Whether only the nodes can be chosen: the slider goes from one to the next, evenly, and
        nothing is interpolated. For a model whose answer must not be, as that of a network with chance.
    when : mapping of name to values, optional
        Other controls, and of each the values at which a reader may move this one. Elsewhere it is
        disabled; a step or a trait may still set it.
    otherwise : str
        What then stands beneath it: why it cannot be moved.
    """

    name: str
    label: str
    nodes: Sequence[float]
    start: float
    unit: str
    spacing: str = "linear"
    form: str = "g"
    about: str = ""
    snap: bool = False
    when: Mapping[str, Sequence[float | str]] = field(default_factory=dict)
    otherwise: str = ""

    def __post_init__(self) -> None:
        nodes = np.asarray(self.nodes, float)
        if len(nodes) < 2 or not np.all(np.isfinite(nodes)) or not np.all(np.diff(nodes) > 0):
            raise SceneError(f"control {self.name!r}: nodes must be two or more finite numbers that ascend.")
        if self.spacing not in ("linear", "log"):
            raise SceneError(f"control {self.name!r}: spacing is 'linear' or 'log', got {self.spacing!r}.")
        if self.spacing == "log" and nodes[0] < 0:
            raise SceneError(f"control {self.name!r}: log spacing cannot start below 0, at {nodes[0]:g}; use 'linear'.")
        if self.form not in words.FORMATS:
            raise SceneError(f"control {self.name!r}: no format {self.form!r}; there are {', '.join(words.FORMATS)}.")
        _excused(f"control {self.name!r}", self.when, self.otherwise)
        self.check(self.start)

    @property
    def axis(self) -> sampling.Axis:
        """The control as an axis of the response surface."""
        return sampling.Axis(self.name, np.asarray(self.nodes, float), self.spacing, self.snap)

    def check(self, value: object) -> float:
        """Give the value back as a float, or refuse it with the range, or with the nodes where it snaps."""
        low, high = float(self.nodes[0]), float(self.nodes[-1])
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise SceneError(f"{self.name} must be a number from {low:g} to {high:g}, got {value!r}.") from None
        if not low <= number <= high:
            raise SceneError(f"{self.name} must lie between {low:g} and {high:g} {self.unit}, got {number:g}.")
        if self.snap:
            near = [float(node) for node in self.nodes if abs(node - number) <= NEAR * (high - low)]
            if not near:
                there = ", ".join(f"{node:g}" for node in self.nodes)
                raise SceneError(f"{self.name} must be one of {there} {self.unit}, got {number:g}.")
            return near[0]
        return number

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready form."""
        return {"kind": "control", **_told(self, "snap", "when", "otherwise"), "nodes": [float(v) for v in self.nodes]}


@dataclass(frozen=True)
class Choice:
    """One of a few options; each has its own part of the surface, nothing is interpolated.

    A `view` changes only what is shown: no model is asked about it and it has no part of the
    surface. It may stand in conditions, templates, steps and `play` as any other. For `when` and
    `otherwise` see `Control`.
    """

    name: str
    label: str
    options: Sequence[str]
    start: str = ""
    about: str = ""
    view: bool = False
    when: Mapping[str, Sequence[float | str]] = field(default_factory=dict)
    otherwise: str = ""

    def __post_init__(self) -> None:
        if len(set(self.options)) < 2 or len(set(self.options)) != len(self.options):
            raise SceneError(f"choice {self.name!r}: give two or more different options.")
        _excused(f"choice {self.name!r}", self.when, self.otherwise)
        if self.start:
            self.check(self.start)

    @property
    def first(self) -> str:
        """The option it starts with."""
        return self.start or self.options[0]

    def check(self, value: object) -> str:
        """Give the option back, or refuse it with what exists."""
        written = f"{value:g}" if isinstance(value, Real) and not isinstance(value, bool) else value
        if not isinstance(written, str) or written not in self.options:
            raise SceneError(f"{self.name} must be one of {', '.join(map(repr, self.options))}, got {value!r}.")
        return str(written)

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready form."""
        told = _told(self, "view", "when", "otherwise")
        return {"kind": "choice", **told, "options": list(self.options), "start": self.first}


@dataclass(frozen=True)
class Stretch:
    """A stretch of biological time and the film time in which it is shown.

    `label` names a phase of the protocol where one begins; stretches without a label
    belong to the phase before. `shade` is the CSS class of its band in time bar and charts.
    """

    start_s: float
    end_s: float
    film_s: float
    label: str = ""
    shade: str = ""


@dataclass(frozen=True)
class Clock:
    """Biological time of every frame, and the film that shows it.

    Film time runs evenly; biological time may run slower or faster in each stretch.
    The page shows both, so that a jump from milliseconds to minutes is seen.

    Parameters
    ----------
    stretches : sequence of Stretch
        One after the other.
    frames_per_s : int
        Frames in a second of the film.
    unit : "s" or "min"
        What the time is read in. With "s", from ten minutes on it is read in minutes.
    tick_s : float, optional
        Charts have a tick at every multiple of it, in the clock's unit; without it, where a phase begins.
    """

    stretches: Sequence[Stretch]
    frames_per_s: int = 16
    unit: str = "s"
    tick_s: float | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise SceneError(f"clock: no unit {self.unit!r}; there are {', '.join(UNITS)}.")
        if not self.stretches:
            raise SceneError("clock: give at least one stretch of time.")
        for stretch in self.stretches:
            if not (stretch.end_s > stretch.start_s and stretch.film_s > 0):
                raise SceneError(f"clock: {stretch} must end after it starts and take some film time.")
        for before, after in zip(self.stretches, self.stretches[1:], strict=False):
            if before.end_s != after.start_s:
                raise SceneError(f"clock: a stretch ends at {before.end_s} s, the next starts at {after.start_s} s.")
        if self.tick_s is not None:
            length_s = self.stretches[-1].end_s - self.stretches[0].start_s
            least = length_s / MOST_TICKS
            if not least <= self.tick_s <= length_s:
                raise SceneError(f"clock: tick_s must lie between {least:g} and {length_s:g} s, got {self.tick_s}.")

    @cached_property
    def seconds(self) -> sampling.Floats:
        """Biological time of each frame, in s; array (frames,)."""
        parts = [np.array([self.stretches[0].start_s])]
        for stretch in self.stretches:
            count = max(1, round(stretch.film_s * self.frames_per_s))
            parts.append(np.linspace(stretch.start_s, stretch.end_s, count + 1)[1:])
        return np.concatenate(parts)

    @property
    def film_s(self) -> float:
        """Length of the film in s."""
        return (len(self.seconds) - 1) / self.frames_per_s

    def frame(self, second: float) -> int:
        """Give the frame nearest to a biological time."""
        if not self.seconds[0] <= second <= self.seconds[-1]:
            raise SceneError(
                f"{second} s is not on the clock; it runs from {self.seconds[0]:g} to {self.seconds[-1]:g} s."
            )
        return int(np.argmin(np.abs(self.seconds - second)))

    def window(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Give the first frame at or after a time, and the last at or before another: what lies within.

        Raises
        ------
        SceneError
            If a time is not on the clock, or there are no two frames between them.
        """
        for second in (start_s, end_s):
            self.frame(second)
        first = int(np.searchsorted(self.seconds, start_s - NEAR_S, side="left"))
        last = int(np.searchsorted(self.seconds, end_s + NEAR_S, side="right")) - 1
        if first >= last:
            raise SceneError(f"the window {(start_s, end_s)} must end after it starts, by a frame or more.")
        return first, last

    def spec(self) -> dict[str, Any]:
        """Give the JSON-ready form: frames' times, and the phases in frames."""
        phases: list[dict[str, Any]] = []
        frame = 0
        for stretch in self.stretches:
            if stretch.label or not phases:
                phases.append({"label": stretch.label, "shade": stretch.shade, "from": frame, "to": frame})
            frame += max(1, round(stretch.film_s * self.frames_per_s))
            phases[-1]["to"] = frame
        return {
            "seconds": [round(float(t), 6) for t in self.seconds],
            "film_s": self.film_s,
            "phases": phases,
            "unit": self.unit,
            "tick_s": self.tick_s,
        }

    @property
    def axis_title(self) -> str:
        """What a chart writes under its axis of time."""
        return f"time ({self.unit})" if self.tick_s else "time (stretched as the film)"


@dataclass(frozen=True)
class Line:
    """One line of a chart: a channel (or the sum of several), its name, its colour token and dash.

    In a chart over a control it is a fact instead, and with `dots` a mark at each of the control's
    nodes and no line, as for what was computed or measured there only.

    `to` makes a band between this channel and another one; `stack` piles areas up; `faint`
    makes the line thin and translucent, as one of many. What has no label is not in the key.
    """

    channel: str | tuple[str, ...]
    label: str
    colour: str
    dash: str = "solid"
    to: str = ""
    stack: bool = False
    faint: bool = False
    dots: bool = False

    def __post_init__(self) -> None:
        if self.dots and (self.to or self.stack or self.faint):
            raise SceneError(f"line {self.label or self.channel!r}: dots are no band or area, and not faint.")
        if self.faint and (self.to or self.stack):
            raise SceneError(f"line {self.label or self.channel!r}: only a plain line can be faint, no band or area.")

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, or facts, that it reads."""
        added = (self.channel,) if isinstance(self.channel, str) else self.channel
        return (*added, *filter(None, [self.to]))


@dataclass(frozen=True)
class Chart:
    """A small chart over film time, over events where `at_s` lists their biological times, or over a control.

    Parameters
    ----------
    title, unit : str
        What stands above it.
    lines : sequence of Line
        What it shows, each times `scale`.
    at_s : sequence of float
        Times of events, in s.
    at_labels : sequence of str
        What stands under each event; else they are numbered from 1.
    at_breaks : sequence of int
        Places in `at_s`, from 0, before which the line is interrupted.
    x_title : str
        What stands under it, if not what the clock says.
    range : (lowest, highest), optional
        Of its upright axis; else that of its channels.
    note : str
        A sentence beneath it.
    deck, tab : str
        Charts with the same `deck` share one place, the first one shown first. A row above
        it, labelled with the deck's name, chooses among them by `tab`.
    level, level_label : float and str, optional
        A dashed line across the chart at this height, and its short name.
    over : str
        A slider's name: the lines are facts, over all its values and at the present ones of the other
        controls, with a mark at its own present value. The axis is spaced as the slider is.
    """

    title: str
    lines: Sequence[Line]
    unit: str
    scale: float = 1.0
    at_s: Sequence[float] = ()
    x_title: str = ""
    range: tuple[float, float] | None = None
    note: str = ""
    deck: str = ""
    tab: str = ""
    level: float | None = None
    level_label: str = ""
    at_labels: Sequence[str] = ()
    at_breaks: Sequence[int] = ()
    over: str = ""

    def __post_init__(self) -> None:
        where = f"chart {self.title!r}"
        if self.over and (self.at_s or self.at_labels or self.at_breaks):
            raise SceneError(f"{where}: it is over {self.over!r} or over events; leave out the one or the at_ words.")
        for line in self.lines:
            if line.dots and not self.over:
                raise SceneError(f"{where}: {line.label or line.channel!r} has dots; only a chart over a control can.")
        if self.at_labels and len(self.at_labels) != len(self.at_s):
            raise SceneError(f"{where}: {len(self.at_s)} events need as many at_labels, got {len(self.at_labels)}.")
        for place in self.at_breaks:
            if not 0 < place < len(self.at_s):
                raise SceneError(f"{where}: at_breaks lie between two of {len(self.at_s)} events, got {place}.")
        if bool(self.deck) != bool(self.tab):
            raise SceneError(f"{where}: give deck and tab together, got {self.deck!r} and {self.tab!r}.")
        if self.level is None:
            if self.level_label:
                raise SceneError(f"{where}: {self.level_label!r} names a level that is not given.")
        elif self.range and not self.range[0] <= self.level <= self.range[1]:
            raise SceneError(f"{where}: the level {self.level:g} must lie in its range, {self.range}.")


@dataclass(frozen=True)
class Ask:
    """A prediction to make before an outcome is shown.

    With `bins` the options are ranges of one fact at the step's setting, in ascending
    order of their upper ends; the right one is found by computing the fact. With
    `settings` each option stands for a setting, and the right one is that with the
    largest (or, by `most=False`, the smallest) fact. The answer is never typed. `because`
    is told with it; it may name the fact at each option's setting by the option's number,
    as ``{fact_1:percent}``.
    """

    question: str
    options: Sequence[str]
    fact: str
    bins: Sequence[float] = ()
    settings: Sequence[Mapping[str, float | str]] = ()
    most: bool = True
    because: str = ""

    def __post_init__(self) -> None:
        if bool(self.bins) == bool(self.settings):
            raise SceneError(f"{self.question!r}: give either bins or settings.")
        if self.bins and (len(self.bins) != len(self.options) - 1 or list(self.bins) != sorted(set(self.bins))):
            raise SceneError(
                f"{self.question!r}: {len(self.options)} options need {len(self.options) - 1} ascending bins."
            )
        if self.settings and len(self.settings) != len(self.options):
            raise SceneError(f"{self.question!r}: give one setting for each option.")
        _short(repr(self.question), self.because)

    def numbered(self) -> list[str]:
        """List the names of the fact at each option's setting."""
        return [f"{self.fact}_{i + 1}" for i in range(len(self.settings))]


@dataclass(frozen=True)
class Step:
    """One step of the story: at most 40 words, a setting, a window of time, the parts in focus.

    `values` hold only what differs from the scene's start. `outcome` is told after the
    window has been played (with a prediction: after it was made).
    """

    title: str
    text: str
    window_s: tuple[float, float]
    values: Mapping[str, float | str] = field(default_factory=dict)
    focus: Sequence[str] = ()
    claims: Sequence[str] = ()
    ask: Ask | None = None
    outcome: str = ""

    def __post_init__(self) -> None:
        for part in (self.text, self.outcome):
            _short(f"step {self.title!r}", part)


@dataclass(frozen=True)
class Card:
    """A card of text below the picture, there where a condition of the setting holds.

    Parameters
    ----------
    title : str
        What the card is about.
    when : mapping of name to values, optional
        As for `Show`; without it the card is always there.
    column : 1 or 2
        Cards of the first column stand on the left, those of the second on the right; on a phone below.
    rows : sequence of (term, text)
        Texts of at most 40 words, each a template from facts and controls.
    claims : sequence of str
        What opens the evidence.
    badge : str
        A few words that mark it, e.g. ``"no model here"``.
    """

    title: str
    when: Mapping[str, Sequence[float | str]] = field(default_factory=dict)
    column: int = 1
    rows: Sequence[tuple[str, str]] = ()
    claims: Sequence[str] = ()
    badge: str = ""

    def __post_init__(self) -> None:
        where = f"card {self.title!r}"
        if self.column not in (1, 2):
            raise SceneError(f"{where}: column is 1 or 2, got {self.column}.")
        if not self.title or not self.rows:
            raise SceneError(f"{where}: give a title and one row or more.")
        for term, text in self.rows:
            _short(f"{where}, row {term!r}", text)


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene: what a model says, drawn, played, told and asked about.

    Parameters
    ----------
    name : str
        The idea's stem; `art` is looked for beside the module of that name.
    title : str
        One line that says what is seen.
    art : str
        SVG file in `explainer.scenes`.
    clock, controls, actors, charts, story
        See the classes of these names. Five controls at the most: more means two scenes.
    respond : callable, or sequence of Part
        ``(settings, seconds) -> (channels, facts)``, see `explainer.player.surface.sample`; parts
        where what one control changes another does not.
    words : sequence of Sentence
        The description of the current setting.
    now : str
        Template for the instant under the time cursor, from channels and ``time``.
    leaves_out : sequence of str
        What the model or the picture does not show.
    scale_note : str
        What in the picture is not to scale.
    narrow : str
        The picture's view box on a narrow page.
    legend : sequence of (glyph, words)
        What the small shapes are.
    bits : 8 or 16
        Depth of the quantisation.
    cards : sequence of Card
        Texts that go with the setting.
    """

    name: str
    title: str
    art: str
    clock: Clock
    controls: Sequence[Control | Choice]
    respond: sampling.Respond | Sequence[sampling.Part]
    actors: Sequence[Actor]
    charts: Sequence[Chart]
    story: Sequence[Step]
    words: Sequence[Sentence]
    now: str = ""
    leaves_out: Sequence[str] = ()
    scale_note: str = ""
    narrow: str = ""
    legend: Sequence[tuple[str, str]] = ()
    bits: int = 8
    cards: Sequence[Card] = ()

    def __post_init__(self) -> None:
        count = len(self.controls)
        if not 1 <= count <= MOST_CONTROLS:
            raise SceneError(f"scene {self.name!r}: {count} controls; give 1 to {MOST_CONTROLS}, or make two scenes.")
        names = [c.name for c in self.controls]
        for name in names:
            if names.count(name) > 1 or name in RESERVED or not name.isidentifier() or name[0] == "_":
                raise SceneError(f"scene {self.name!r}: {name!r} cannot name a control; use another, once.")
        for control in self.controls:
            if control.when:
                with _said_of(f"control {control.name!r}"):
                    self.condition(control.when)
                    self._check_circle(control.name)
        if not self.sampled:
            raise SceneError(f"scene {self.name!r}: all controls are views; one or more must change the model.")
        over = () if callable(self.respond) else [name for piece in self.respond or () for name in piece.over]
        for name in over:
            if name in names and name not in self.sampled:
                raise SceneError(f"scene {self.name!r}: no part can be over the view {name!r}; a model never sees it.")
        if self.bits not in sampling.LEVELS:
            raise SceneError(f"scene {self.name!r}: {self.bits} bits are not to be had; use 8 or 16.")
        drawn = self._drawn()
        for part in self._parts():
            if part not in drawn:
                raise SceneError(f"{self.art}: {_names('part', part, sorted(drawn))}")
        for actor in self.actors:
            with _said_of(f"{self.art}: {actor.kind} of {actor.part}"):
                actor.check_art(drawn)
                if isinstance(actor, Show):
                    self.condition(actor.when)
        shown = [actor.part for actor in self.actors if isinstance(actor, Show)]
        for part in shown:
            if shown.count(part) > 1:
                raise SceneError(f"{self.art}: {part} is shown by two actors; name all its conditions in one.")
        glyphs = {name.removeprefix("#glyph-") for name in drawn if name.startswith("#glyph-")}
        for glyph in [a.glyph for a in self.actors if isinstance(a, Flow | Crowd)] + [g for g, _ in self.legend]:
            if glyph not in glyphs:
                raise SceneError(f"symbols.svg: {_names('glyph', glyph, sorted(glyphs))}")
        for chart in self.charts:
            with _said_of(f"chart {chart.title!r}"):
                for second in chart.at_s:
                    self.clock.frame(second)
                if chart.over and not isinstance(self._control(chart.over), Control):
                    sliders = ", ".join(c.name for c in self.controls if isinstance(c, Control))
                    raise SceneError(f"{chart.over!r} is a choice; over names a slider, of which there are: {sliders}.")
                tabs = [other.tab for other in self.charts if other.deck == chart.deck]
                if chart.deck and (len(tabs) < 2 or tabs.count(chart.tab) > 1):
                    raise SceneError(f"a deck needs two or more charts with different tabs; {chart.deck!r} has {tabs}.")
        for step in self.story:
            with _said_of(f"step {step.title!r}"):
                for values in (step.values, *(step.ask.settings if step.ask else ())):
                    self.check(values)
                self.clock.window(*step.window_s)
                _check_claims(step.claims)
        for card in self.cards:
            with _said_of(f"card {card.title!r}"):
                if card.when:
                    self.condition(card.when)
                _check_claims(card.claims)

    def _check_circle(self, name: str) -> None:
        """Refuse conditions that lead back to where they began: what is disabled could not be freed again."""
        conditions = {c.name: list(c.when) for c in self.controls}
        ahead, passed = [*conditions[name]], set[str]()
        while ahead:
            other = ahead.pop()
            if other == name:
                raise SceneError(f"its condition must not be on {name!r} itself, nor by way of others.")
            if other not in passed:
                passed.add(other)
                ahead += conditions[other]

    def _parts(self) -> list[str]:
        named = [part for actor in self.actors for part in actor.parts()]
        return named + [part for step in self.story for part in step.focus]

    def _drawn(self) -> dict[str, ElementTree.Element]:
        """Give what the picture holds by id, each with its ``#``."""
        try:
            tree = ElementTree.fromstring(self.picture)
        except ElementTree.ParseError as damage:
            raise SceneError(f"{self.art} is no well-formed SVG: {damage}.") from None
        return {f"#{node.get('id')}": node for node in tree.iter() if node.get("id")}

    def _folder(self) -> Traversable:
        return resources.files("explainer.scenes")

    @cached_property
    def picture(self) -> str:
        """The art with the shared symbols put in, as SVG text."""
        try:
            art = self._folder().joinpath(self.art).read_text("utf-8")
        except FileNotFoundError:
            there = sorted(f.name for f in self._folder().iterdir() if f.name.endswith(".svg"))
            raise SceneError(f"scene {self.name!r}: {_names('art file', self.art, there)}") from None
        symbols = self._folder().joinpath("symbols.svg").read_text("utf-8")
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", symbols, flags=re.S)
        return re.sub(r"(<svg[^>]*>)", lambda tag: tag[0] + f"<defs>{inner}</defs>", art, count=1)

    def _control(self, name: str) -> Control | Choice:
        for control in self.controls:
            if control.name == name:
                return control
        raise _names("control", name, [c.name for c in self.controls])

    @property
    def sampled(self) -> list[str]:
        """Names of the controls that the model answers to: all but views."""
        return [c.name for c in self.controls if not (isinstance(c, Choice) and c.view)]

    @property
    def start(self) -> Values:
        """The values with which it opens."""
        return {c.name: c.first if isinstance(c, Choice) else float(c.start) for c in self.controls}

    def check(self, values: Mapping[str, object]) -> Values:
        """Give values back as they will be used.

        Raises
        ------
        SceneError
            For a name that is not a control (listing those that are) or a value outside its range.
        """
        by_name = {c.name: c for c in self.controls}
        for name in values:
            if name not in by_name:
                raise _names("control", name, by_name)
        return {name: by_name[name].check(value) for name, value in values.items()}

    def condition(self, when: Mapping[str, Sequence[float | str]]) -> dict[str, list[float | str]]:
        """Give a condition of the setting as the page reads it: of each control named, the values that will do.

        Raises
        ------
        SceneError
            For a condition of nothing, an unknown name or value, or a slider that goes between its values.
        """
        if not when or any(isinstance(values, str) or not values for values in when.values()):
            raise SceneError(f"a condition names controls and of each one value or more, as ('a',); got {dict(when)}.")
        for control in self.controls:
            if control.name in when and isinstance(control, Control) and not control.snap:
                raise SceneError(f"{control.name!r} goes between its values; name a choice or give it snap=True.")
        return {name: [self.check({name: value})[name] for value in values] for name, values in when.items()}

    @cached_property
    def surface(self) -> sampling.Surface:
        """The sampled scene; computed once, at first use."""
        axes = [c.axis for c in self.controls if isinstance(c, Control)]
        choices = [(c.name, tuple(c.options)) for c in self.controls if isinstance(c, Choice) and not c.view]
        made = sampling.sample(self.respond, axes, choices, self.clock.seconds, self.bits)
        self._check_signals(made)
        return made

    def _check_signals(self, made: sampling.Surface) -> None:
        channels, facts, controls = set(made.channels), set(made.facts), set(self.start)
        twice = channels & facts | (channels | facts) & (controls | TOLD)
        if twice:
            raise SceneError(f"scene {self.name!r}: {min(twice)!r} means two things; each needs a name of its own.")
        said, known = facts | controls, channels | facts | controls
        there: dict[Kind, set[str]] = {"channel": channels, "fact": facts, "signal": known}
        for actor in self.actors:
            with _said_of(f"{actor.kind} of {actor.part}"):
                for kind, name in actor.reads():
                    _known(kind, [name], there[kind])
                if isinstance(actor, Readout):
                    self._check_places(actor.template, "signal", known)
                if isinstance(actor, Spikes | Raster):
                    _check_steps(made, actor.cells)
        for chart in self.charts:
            with _said_of(f"chart {chart.title!r}"):
                kind, there_are = ("fact", facts) if chart.over else ("channel", channels)
                _known(kind, [name for line in chart.lines for name in line.channels], there_are)
        with _said_of("words"):
            for sentence in self.words:
                self._check_places(sentence.template, "fact or control", said)
                _known("fact or control", sentence.when, said)
        with _said_of("now"):
            self._check_places(self.now, "channel, fact or control", known | TOLD)
        for step in self.story:
            with _said_of(f"step {step.title!r}"):
                for text in (step.text, step.outcome):
                    self._check_places(text, "fact or control", said)
                if step.ask:
                    self._check_places(step.ask.because, "fact or control", said | set(step.ask.numbered()))
                _known("fact", [step.ask.fact] if step.ask else [], facts)
        for card in self.cards:
            with _said_of(f"card {card.title!r}"):
                for _, text in card.rows:
                    self._check_places(text, "fact or control", said)

    def _check_places(self, template: str, kind: str, known: Collection[str]) -> None:
        """Refuse a template that names what is not there, or a number without saying how to write it."""
        texts = TOLD | {c.name for c in self.controls if isinstance(c, Choice)}
        for name, form in words.places(template):
            _known(kind, [name], known)
            if form == "text" and name not in texts:
                forms = ", ".join(form for form in words.FORMATS if form != "text")
                raise SceneError(f"{name!r} is a number; write {{{name}:format}} with one of {forms}.")

    def facts_at(self, settings: Sequence[Mapping[str, float | str]]) -> list[dict[str, float]]:
        """Compute the facts at some settings with the model itself, not from the surface."""
        full = [{**self.start, **self.check(values)} for values in settings]
        columns = {name: np.array([values[name] for values in full]) for name in self.sampled}
        _, facts = sampling.whole(self.respond)(columns, self.clock.seconds)
        return [{name: float(values[i]) for name, values in facts.items()} for i in range(len(full))]

    def describe(self, values: Mapping[str, float | str]) -> str:
        """Put a setting into words: the text for screen readers, alt text and `repr`."""
        at = {**self.start, **self.check(values)}
        return words.describe(tuple(self.words), {**at, **self.facts_at([at])[0]})

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Everything the front end needs besides the surface, JSON-ready."""
        made = self.surface
        return {
            "name": self.name,
            "title": self.title,
            "art": self.picture,
            "narrow": self.narrow,
            "clock": self.clock.spec(),
            "controls": [
                _bound(c.spec(), "label", "about", "otherwise") | ({"when": self.condition(c.when)} if c.when else {})
                for c in self.controls
            ],
            "surface": made.spec(),
            "actors": [
                actor.spec() | ({"when": self.condition(actor.when)} if isinstance(actor, Show) else {})
                for actor in self.actors
            ],
            "charts": [
                {
                    **_bound(_told(c, "over"), "title", "unit", "note", "level_label"),
                    "at": [self.clock.frame(t) for t in c.at_s],
                    "x_title": words.bound(c.x_title or self._axis_title(c)),
                    "range": self._reach(c) if c.over and c.range is None else c.range,
                    "lines": [_bound(_told(line, "dots"), "label") for line in c.lines],
                }
                for c in self.charts
            ],
            "story": self._story_spec(),
            "words": [{"template": s.template, "when": dict(s.when)} for s in self.words],
            "now": self.now,
            "leaves_out": [words.bound(text) for text in self.leaves_out],
            "scale_note": words.bound(self.scale_note),
            "legend": [{"glyph": glyph, "words": words.bound(text)} for glyph, text in self.legend],
            "alt": self.describe({}),
            **self._cards_spec(),
        }

    def _cards_spec(self) -> dict[str, Any]:
        """Give the cards, and each claim that they rest on once."""
        if not self.cards:
            return {}
        cards = [
            asdict(card)
            | {"title": words.bound(card.title), "badge": words.bound(card.badge)}
            | {"when": self.condition(card.when) if card.when else {}}
            for card in self.cards
        ]
        claims = dict.fromkeys(claim for card in self.cards for claim in card.claims)
        return {"cards": cards, "evidence": {claim: _told_claim(claim) for claim in claims}}

    def _axis_title(self, chart: Chart) -> str:
        """Give what stands under a chart: the control that it is over with its unit, or how the clock runs."""
        if not chart.over:
            return self.clock.axis_title
        control = self._control(chart.over)
        unit = control.unit if isinstance(control, Control) else ""
        return f"{control.label} ({unit})" if unit else control.label

    def _reach(self, chart: Chart) -> tuple[float, float]:
        """Give the range of a chart over a control: its facts at every setting, its level, and 0."""
        made = self.surface
        table = np.concatenate([made.decode(number)[1] for number in range(len(made.slabs))]) * chart.scale

        def sums(names: Iterable[str]) -> sampling.Floats:
            return np.asarray(table[:, [made.facts.index(name) for name in names]].sum(axis=1))

        reached = [np.array([0.0, chart.level or 0.0])]
        for line in chart.lines:
            reached.append(sums([line.channel] if isinstance(line.channel, str) else line.channel))
            if line.to:
                reached.append(sums([line.to]))
        reached.append(sums(name for line in chart.lines if line.stack for name in line.channels))
        every = np.concatenate(reached)
        return float(every.min()), float(every.max())

    def _story_spec(self) -> list[dict[str, Any]]:
        steps = []
        options = [step.ask.settings if step.ask else () for step in self.story]
        told = [
            {**step.values, **option} for step, more in zip(self.story, options, strict=True) for option in ({}, *more)
        ]
        found = iter(self.facts_at(told) if told else ())  # at once: asked nine times, a model takes nine times as long
        for step, more in zip(self.story, options, strict=True):
            here = next(found)
            asked = [next(found) for _ in more] or [here]  # what decides a prediction
            at = {**self.start, **step.values, **here}
            first, last = self.clock.window(*step.window_s)
            entry: dict[str, Any] = {
                "title": step.title,
                "text": words.fill(step.text, at),
                "outcome": words.fill(step.outcome, at),
                "values": {**self.start, **self.check(step.values)},
                "from": first,
                "to": last,
                "focus": list(step.focus),
                "claims": [_told_claim(claim) for claim in step.claims],
            }
            if step.ask:
                facts = [one[step.ask.fact] for one in asked]
                entry["ask"] = {
                    "question": words.bound(step.ask.question),
                    "options": [words.bound(option) for option in step.ask.options],
                    "right": self._answer(step.ask, step, facts),
                    "because": words.fill(step.ask.because, at | dict(zip(step.ask.numbered(), facts, strict=False))),
                }
            steps.append(entry)
        return steps

    def _answer(self, ask: Ask, step: Step, facts: Sequence[float]) -> int:
        if not np.all(np.isfinite(facts)):
            raise SceneError(f"step {step.title!r}: {ask.fact!r} is not a finite number there, so nothing is right.")
        if ask.bins:
            return int(np.searchsorted(ask.bins, facts[0], side="right"))
        return int(np.argmax(facts) if ask.most else np.argmin(facts))

    @property
    def sources(self) -> evidence.Bibliography:
        """The works behind the claims of the story and of the cards."""
        told = [step.claims for step in self.story] + [card.claims for card in self.cards]
        claims = {claim for some in told for claim in some}
        cited = {key for claim in claims for key in evidence.claims()[claim].sources}
        works = evidence.references()
        return evidence.Bibliography(sorted((works[key] for key in cited), key=lambda work: work.citation))

    def error(self, count: int = 64, seed: int = 1) -> dict[str, float]:
        """Measure the interpolation error of every channel and fact, see `surface.error`."""
        answer = sampling.whole(self.respond)
        return sampling.error(self.surface, answer, self.clock.seconds, count, np.random.default_rng(seed))

    def play(self, **values: float | str) -> "SceneWidget":
        """Show the scene, opened at these values of its controls."""
        from explainer.player.widget import widget_for

        return widget_for(self, self.check(values))
