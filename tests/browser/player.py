"""One scene on a page, driven as a reader drives it."""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from explainer.player import Scene

from .watch import Watch

WIDE = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}

SLOW_MS = 40_000
"""How long a first picture may take: a kernel starts and a surface is computed, on a busy machine."""


@cache
def probes() -> str:
    """Give the measurements that are taken in the page."""
    return Path(__file__).with_name("probes.js").read_text("utf-8")


class Player:
    """A scene in a page, with the words for what is done to it and read off it."""

    def __init__(self, page: Page, watch: Watch, place: str = ".explainer", nth: int = 0) -> None:
        self.page, self.watch = page, watch
        self.root = page.locator(place).nth(nth)

    # waiting

    def wait(self, *marks: str) -> "Player":
        """Wait until the widget carries these marks: ready, moving, charts."""
        for mark in marks:
            ready = self.root.and_(self.page.locator(f"[data-{mark}]"))
            expect(ready, f"the scene never got data-{mark}").to_be_attached(timeout=SLOW_MS)
        return self

    def come(self) -> "Player":
        """Bring it into view: only there it plays by itself."""
        self.root.evaluate("(root) => root.scrollIntoView({ behavior: 'instant' })")
        return self

    def frames(self, count: int = 2) -> None:
        """Let a few frames be drawn."""
        self.page.evaluate(
            "async (n) => { while (n--) await new Promise((go) => requestAnimationFrame(go)); }", count
        )

    def settle(self) -> None:
        """Wait until words and charts have followed the last change: they wait 0.4 s for the next."""
        self.page.wait_for_timeout(450)
        self.frames(6)

    # reading

    def measure(self, name: str, *given: object) -> Any:
        """Take one of the measurements of probes.js on this scene."""
        return self.root.evaluate(f"(root, given) => probe.{name}(root, ...given)", list(given))

    def text(self, part: str) -> str:
        failed = self.root.locator(":scope > .explainer-error")
        assert not failed.count(), f"instead of the scene the page shows: {failed.inner_text()}"
        return self.root.locator(part).first.inner_text().strip()

    def mark(self, name: str) -> str | None:
        return self.root.get_attribute(f"data-{name}")

    @property
    def words(self) -> str:
        return self.text(".words")

    @property
    def counter(self) -> str:
        return self.text(".counter")

    @property
    def playing(self) -> bool:
        return self.text("button.play") == "Pause"

    def moves(self, before: dict[str, Any], within_ms: int = 3000) -> bool:
        """Tell whether the picture becomes another than it was; a busy machine gets some time for it."""
        for _ in range(within_ms // 100):
            if self.measure("picture") != before:
                return True
            self.page.wait_for_timeout(100)
        return False

    # doing

    def press(self, *keys: str, focused: bool = False) -> None:
        """Press keys with the focus on the widget itself, or where it is."""
        for key in keys:
            if not focused:
                self.root.evaluate("(root) => root.focus()")
            self.page.keyboard.press(key)

    def pause(self) -> None:
        if self.playing:
            self.press("Space")
        self.frames()

    def scrub(self, share: float) -> None:
        """Go to a share of the film by its time slider."""
        bar = self.root.locator("input.scrub")
        bar.fill(str(share * float(bar.get_attribute("max") or 0)))
        self.frames()

    def free(self, scene: Scene) -> None:
        """Choose what lets every control be moved, as far as one choice does not hinder another."""
        for control in scene.controls:
            if self.root.locator(f".off[data-name={control.name}]").count():
                for name, values in control.when.items():
                    self.root.locator(f"[data-name={name}] input[value='{values[0]}']").check()

    @property
    def sliders(self) -> list[Locator]:
        return self.root.locator(".slider input").all()

    @property
    def choices(self) -> list[Locator]:
        return self.root.locator("fieldset.choice").all()

    @property
    def tabs(self) -> list[Locator]:
        """What chooses among charts that share a place."""
        return self.root.locator("fieldset.tabs input").all()

    def fresh(self) -> "Player":
        """Bring the scene back to where it opens, whatever a test has left behind, and pause it."""
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")
        self.page.keyboard.press("Escape")
        if self.mark("theme") == "projector":
            self.press("p")
        self.press("r")
        for deck in self.root.locator("fieldset.tabs").all():
            deck.locator("input").first.check()
        self.come()
        self.settle()
        return self


def inward(slider: Locator) -> str:
    """Give the arrow key that moves a slider: to the right, or back where it stands at its end."""
    return "ArrowLeft" if slider.evaluate("input => Number(input.value) >= Number(input.max)") else "ArrowRight"


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """List what differs between two snapshots, with what it was and is."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [f"{key}: {before.get(key)} -> {after.get(key)}" for key in keys]


def shortened(lines: Iterable[str], most: int = 12) -> str:
    """Join lines for a message, not too many."""
    listed = list(lines)
    more = [f"… and {len(listed) - most} more"] if len(listed) > most else []
    return "\n".join([*listed[:most], *more])


def plotly_js() -> Path:
    """Give the copy of plotly.js that pages load."""
    return Path(str(resources.files("plotly").joinpath("package_data", "plotly.min.js")))
