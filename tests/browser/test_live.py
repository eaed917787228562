"""Python and the page speak with each other where there is a kernel."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import LINKED, LIVE, SCENES
from .player import SLOW_MS

CONTROL = "ketamine_uM"


@pytest.mark.parametrize("scene", list(SCENES)[:1], indirect=True, scope="session")
@pytest.mark.parametrize("surface", LIVE, indirect=True, scope="session")
def test_a_slider_of_ipywidgets_linked_to_a_control_moves_the_scene(open_scene, surface):
    player = open_scene(LINKED) if surface.name == "voila" else open_scene(LINKED, cells=2)
    player.pause()
    player.settle()
    words, told = player.words, player.sliders[0].get_attribute("aria-valuetext")
    handle = player.page.locator(".widget-slider .noUi-handle, .jupyter-widgets .noUi-handle").first
    expect(handle).to_be_visible(timeout=SLOW_MS)
    handle.focus()
    for _ in range(5):
        player.page.keyboard.press("PageUp")
    player.settle()
    assert player.sliders[0].get_attribute("aria-valuetext") != told, "the linked control stays where it was"
    assert player.words != words, "the words do not follow the linked slider"

    shown = player.page.locator(".widget-readout").first
    before = shown.inner_text()
    player.sliders[0].press("Home")
    player.settle()
    assert shown.inner_text() != before, "the slider of ipywidgets does not follow the scene's own"
    assert float(shown.inner_text()) == 0


@pytest.mark.parametrize("scene", list(SCENES)[:1], indirect=True, scope="session")
@pytest.mark.parametrize("surface", ["lab"], indirect=True, scope="session")
def test_a_cell_sets_a_control(open_scene):
    player = open_scene(f"{LINKED}_and_set", cells=2)
    player.pause()
    player.settle()
    assert player.sliders[0].get_attribute("aria-valuetext") == "3\u00a0µM"
    words, picture = player.words, player.measure("picture")
    cell = player.page.locator(".jp-CodeCell").nth(2)
    cell.locator(".jp-InputArea-prompt").click()
    player.page.keyboard.press("Control+Enter")
    expect(player.sliders[0]).to_have_attribute("aria-valuetext", "10\u00a0µM", timeout=SLOW_MS)
    player.settle()
    assert re.search(r"\b10\sµM", player.words), f"the words do not follow Python: {player.words!r}"
    assert player.words != words
    player.scrub(0.5)
    assert player.measure("picture") != picture


@pytest.mark.parametrize("surface", ["lab"], indirect=True, scope="session")
def test_keys_pressed_in_a_scene_are_not_commands_to_the_notebook(lively):
    def cells() -> list[str]:
        return lively.page.evaluate(
            "[...document.querySelectorAll('.jp-Cell')].map((c) => `${c.className}`.match(/jp-\\w+Cell/)[0])"
        )

    before = cells()
    places = ("button.play", ".slider input", "fieldset.choice input:checked", "select", "summary", ".scrub")
    for place in places:
        part = lively.root.locator(place).first
        if not part.count():
            continue  # not every scene has sliders and choices
        for key in ("a", "b", "m", "x", "z", "Enter", "ArrowDown", "ArrowUp", "d", "d"):
            part.focus()
            lively.page.keyboard.press(key)
            inside = lively.root.evaluate("(root) => root.contains(document.activeElement)")
            assert inside, f"{key!r} pressed on {place} takes the focus out of the scene"
        assert cells() == before, f"keys pressed on {place} changed the notebook"
