"""The widget that plays a scene: one front-end module, one binary surface, one trait per control."""

import base64
import gzip
import os
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from explainer.player import scene as declared
from explainer.player.scene import Scene, SceneError, Values

PUBLISHING = "EXPLAINER_PUBLISH"
"""Environment variable; where it is set, outputs carry what a page without a kernel needs."""

PUBLISHED = "application/vnd.explainer.scene+json"

HERE = resources.files("explainer.player")

LEFT_OUT = re.compile(r"^\s*(?:/\*.*?\*/\n\s*|//[^\n]*\n\s*)*", re.DOTALL | re.MULTILINE)
"""What stands before the code of a line: indentation, empty lines and comments that have lines of their own."""


@cache
def player_js() -> str:
    """Give the text of the front-end module, without comments and indentation: every page carries it."""
    return LEFT_OUT.sub("", HERE.joinpath("player.js").read_text("utf-8"))


@cache
def player_css() -> str:
    """Give the style sheet: the colour tokens, then the player's rules, without comments and indentation."""
    return "".join(LEFT_OUT.sub("", HERE.joinpath(name).read_text("utf-8")) for name in ("tokens.css", "player.css"))


@cache
def plotly_js() -> Path:
    """Give the path of the one copy of plotly.js, which the plotly package ships."""
    with resources.as_file(resources.files("plotly").joinpath("package_data", "plotly.min.js")) as path:
        if not path.is_file():
            raise FileNotFoundError("plotly.min.js is not in the plotly package; install plotly 6.5 or newer.")
        return path


class SceneWidget(anywidget.AnyWidget):
    """A scene on the page. Made by `Scene.play`; every control is a trait of its name.

    Attributes
    ----------
    report : bool
        Whether the page tells the kernel when a reader has moved a control. Off at
        first: nothing a reader does needs the kernel.
    """

    _esm = player_js()
    _css = player_css()

    scene: Scene

    spec = traitlets.Dict().tag(sync=True)
    surface = traitlets.Bytes().tag(sync=True)
    others = traitlets.List(traitlets.Bytes()).tag(sync=True)
    first = traitlets.Int(0).tag(sync=True)
    report = traitlets.Bool(False).tag(sync=True)

    def __init__(self, values: Values) -> None:
        made = self.scene.surface
        here = {**self.scene.start, **values}
        first = made.slab_number(here)
        super().__init__(
            spec=self.scene.spec,
            surface=made.slabs[first],
            others=[b"" if i == first else slab for i, slab in enumerate(made.slabs)],
            first=first,
            **here,
        )
        self.on_msg(self._answer)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            self.scene.check({name: value})  # refuses a misspelt control, which would else set nothing that is seen
        super().__setattr__(name, value)

    def _answer(self, _: object, message: Any, __: object) -> None:
        """Send plotly.js to a page that has no copy of it yet."""
        if isinstance(message, dict) and message.get("want") == "plotly":
            self.send({"plotly": "gzip"}, buffers=[gzip.compress(plotly_js().read_bytes(), 6)])

    @property
    def values(self) -> Values:
        """The controls' values."""
        return {name: getattr(self, name) for name in self.scene.start}

    @property
    def facts(self) -> dict[str, float]:
        """What the model says at these values, computed now."""
        return self.scene.facts_at([self.values])[0]

    def set(self, **values: float | str) -> "SceneWidget":
        """Set controls by name, e.g. ``scene.set(ketamine_uM=3)``.

        Raises
        ------
        SceneError
            For an unknown name or a value out of range; the message lists what exists.
        """
        checked = self.scene.check(values)
        with self.hold_trait_notifications():
            for name, value in checked.items():
                setattr(self, name, value)
        return self

    def describe(self) -> str:
        """Put the scene into words, as a screen reader hears it."""
        return f"{self.scene.title}. {self.scene.describe(self.values)}"

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        data["text/plain"] = self.describe()
        if os.environ.get(PUBLISHING):
            data[PUBLISHED] = self.published()
        return data, metadata

    def published(self) -> dict[str, Any]:
        """Give what a page needs that has no kernel: first what the first picture needs, then the rest."""
        first = {name: getattr(self, name) for name in ("spec", "first", *self.scene.start)}
        return {
            "scene": self.scene.name,
            "first": {**first, "surface": base64.b64encode(self.surface).decode()},
            "rest": {"others": [base64.b64encode(slab).decode() for slab in self.others]},
        }


def _trait(control: declared.Control | declared.Choice) -> traitlets.TraitType[Any, Any]:
    if isinstance(control, declared.Control):
        return traitlets.Float(float(control.start)).tag(sync=True)
    return traitlets.TraitType(control.first).tag(sync=True)  # its validator makes 1 the option "1"


@cache
def _class_for(scene: Scene) -> type[SceneWidget]:
    for control in scene.controls:
        if hasattr(SceneWidget, control.name):
            raise SceneError(f"scene {scene.name!r}: {control.name!r} is a name of the widget's own; use another.")
    traits: dict[str, Any] = {control.name: _trait(control) for control in scene.controls}
    for control in scene.controls:
        traits[f"_check_{control.name}"] = _validator(control)
    return type(f"{scene.name.title()}Scene", (SceneWidget,), {"scene": scene, **traits})


def _validator(control: declared.Control | declared.Choice) -> Any:
    def check(_: SceneWidget, proposal: Any) -> float | str:
        try:
            return control.check(proposal["value"])
        except SceneError as refused:
            raise traitlets.TraitError(str(refused)) from None

    return traitlets.validate(control.name)(check)


def widget_for(scene: Scene, values: Values) -> SceneWidget:
    """Make the widget of a scene, opened at these values."""
    return _class_for(scene)(values)
