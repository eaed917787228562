"""The player alone, on a page without a server: its functions, and widgets of its own making."""

import base64
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from explainer.player import Scene
from explainer.player.widget import player_css, player_js

from .player import plotly_js

PAGE = "<!DOCTYPE html><html lang='en'><title>Bench</title><body></body></html>"


def load(page: Page, charts: bool = False) -> Page:
    """Bring the player onto a blank page as `player`, with `harness` beside it."""
    page.set_content(PAGE)
    page.add_style_tag(content=player_css())
    if charts:
        page.add_script_tag(path=plotly_js())
    page.add_script_tag(path=Path(__file__).with_name("harness.js"))
    page.evaluate("(text) => harness.load(text)", player_js())
    return page


def scene_named(name: str) -> Scene:
    """Give a scene by its stem."""
    scene: Scene = import_module(f"explainer.scenes.{name}").scene
    return scene


def published(name: str) -> dict[str, Any]:
    """Give what a page without a kernel gets of a scene; a copy that a test may damage."""
    return scene_named(name).play().published()


def floats(text: str) -> NDArray[np.float32]:
    """Read numbers as `harness.floats` writes them."""
    return np.frombuffer(base64.b64decode(text), np.float32)
