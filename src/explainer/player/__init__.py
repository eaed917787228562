"""How a scene is declared and played. See `scene` for the words, `actors` for what can move."""

from explainer.player.actors import (
    Count,
    Crowd,
    Flag,
    Flow,
    Glow,
    Member,
    Raster,
    Readout,
    Share,
    Shift,
    Show,
    Spikes,
    Trace,
    Turn,
    Way,
)
from explainer.player.scene import (
    Ask,
    Card,
    Chart,
    Choice,
    Clock,
    Control,
    Line,
    Scene,
    SceneError,
    Step,
    Stretch,
)
from explainer.player.surface import Part
from explainer.player.words import Sentence

__all__ = [
    "Ask",
    "Card",
    "Chart",
    "Choice",
    "Clock",
    "Control",
    "Count",
    "Crowd",
    "Flag",
    "Flow",
    "Glow",
    "Line",
    "Member",
    "Part",
    "Raster",
    "Readout",
    "Scene",
    "SceneError",
    "Sentence",
    "Share",
    "Shift",
    "Show",
    "Spikes",
    "Step",
    "Stretch",
    "Trace",
    "Turn",
    "Way",
    "player_css",
    "player_js",
]


def __getattr__(name: str) -> object:
    """Load the widget, and with it anywidget, only when it is asked for."""
    if name in ("player_js", "player_css", "SceneWidget"):
        from explainer.player import widget

        return getattr(widget, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
