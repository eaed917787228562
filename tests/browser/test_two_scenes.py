"""Two scenes in one notebook: each plays where it is seen, and keeps to itself."""

import pytest

from .conftest import TWICE, Open
from .player import Player

pytestmark = pytest.mark.parametrize("scene", ["nmda"], indirect=True, scope="session")


def pair(open_scene: Open) -> tuple[Player, Player]:
    """Open the notebook at its second scene; the first stands above, out of sight."""
    two = open_scene(TWICE, nth=1).wait("moving", "charts")
    return Player(two.page, two.watch).wait("ready"), two


def film(player: Player) -> float:
    return float(player.root.locator(".scrub").input_value())


def runs(player: Player) -> bool:
    before = film(player)
    player.page.wait_for_timeout(500)
    return film(player) > before


def test_each_plays_where_it_is_seen(open_scene):
    one, two = pair(open_scene)
    assert not runs(one), "the first plays while the second is looked at"
    assert runs(two)
    one.come().wait("moving", "charts")
    assert runs(one)
    assert not runs(two), "the second plays on while the first is looked at"
    two.come()
    two.frames(3)
    assert runs(two), "it does not go on when it is looked at again"


def test_they_share_a_chart_library_and_nothing_else(open_scene, surface):
    one, two = pair(open_scene)
    one.come().wait("charts")
    page = one.page
    libraries = page.evaluate(
        """() => {
             const whole = (script) => script.textContent.slice(0, 2000).includes("plotly.js v");
             const brought = (script) => /plotly[^/]*$|^blob:/.test(script.src);
             const found = [...document.scripts].filter((script) => whole(script) || brought(script));
             return found.map((script) => script.src || "inside");
           }"""
    )
    assert len(libraries) == 1, f"the chart library is brought by {libraries}"
    ids = page.evaluate(
        """() => [...document.querySelectorAll(".explainer")].map((root) => [
             ...[...root.querySelectorAll("[id]")].map((part) => part.id),
             ...[...root.querySelectorAll("input[type=radio]")].map((radio) => radio.name)])"""
    )
    shared = set(ids[0]) & set(ids[1])
    assert not shared, f"both scenes use {sorted(shared)[:6]}"

    one.pause()
    values, told = two.measure("values"), two.counter
    for choice in one.choices:
        choice.locator("input:checked").press("ArrowRight")
    one.press("PageDown", "p")
    assert (two.measure("values"), two.counter, two.mark("theme")) == (values, told, "light")
    assert one.counter.startswith("Step 1")
    one.press("p")
    if surface.name == "lab":
        return  # a key pressed on the page is JupyterLab's
    two.come()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    two.frames(3)
    assert one.counter.startswith("Step 1"), "a key reaches the scene that is out of sight"
    assert two.counter.startswith("Step"), "a key does not reach the scene that is in view"
