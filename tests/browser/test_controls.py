"""Controls that snap, choose what is shown, or rest while another stands elsewhere, on toy scenes."""

from typing import Any

import pytest
from playwright.sync_api import Page

from explainer.player import Choice, Control, Sentence, Show

from . import harness
from .player import Player
from .toy import toy


def shown(page: Page, **changes: Any) -> Player:
    """Show a toy scene with these controls, paused at the beginning of its film."""
    harness.load(page)
    page.evaluate("(p) => { globalThis.shown = harness.mount(p); }", toy(**changes).play().published())
    player = Player(page, None).wait("ready")
    player.pause()
    return player


def has(player: Player, name: str) -> float | str:
    return player.page.evaluate("(name) => shown.model.get(name)", name)


# snap

NODES = [0, 0.25, 0.5, 1]
PART = Choice("part", "Part", ["whole", "half"])


@pytest.fixture
def snapping(blank: Page) -> Player:
    amount = Control("amount", "Amount", NODES, 1, "of all", spacing="log", snap=True)
    return shown(blank, controls=[amount, PART])


def test_keys_go_from_node_to_node(snapping):
    (slider,) = snapping.sliders
    for key, node in (("ArrowLeft", 0.5), ("ArrowDown", 0.25), ("ArrowUp", 0.5), ("Home", 0), ("ArrowRight", 0.25)):
        slider.press(key)
        assert has(snapping, "amount") == node, key
        assert slider.get_attribute("aria-valuetext") == f"{node:g}\u00a0of all"
    slider.press("End")
    slider.press("ArrowRight")
    assert has(snapping, "amount") == 1
    snapping.settle()
    assert snapping.words == "Of the whole, 100\u00a0% leaves the bag."


def test_a_pull_ends_on_a_node(snapping):
    (slider,) = snapping.sliders
    box = slider.bounding_box()
    assert box is not None
    for share in (0.1, 0.29, 0.45, 0.6, 0.8):
        slider.click(position={"x": share * box["width"], "y": box["height"] / 2})
        assert has(snapping, "amount") == NODES[round(share * 3)]


def test_a_value_from_the_page_goes_to_the_nearest_node(snapping):
    """As from a slider of a notebook that is linked to the scene: both then stand on the node."""
    for value, node in ((0.3, 0.25), (0.45, 0.5), (7, 1), (-7, 0), (0.5, 0.5)):
        snapping.page.evaluate("(value) => shown.model.set('amount', value)", value)
        assert has(snapping, "amount") == node
        snapping.settle()
        assert snapping.words == f"Of the whole, {100 * node:g}\u00a0% leaves the bag."
        assert snapping.sliders[0].input_value() == str(NODES.index(node))


# views


@pytest.fixture
def viewed(blank: Page) -> Player:
    look = Choice("look", "Look", ["near", "far"], view=True)
    told = Sentence("From {look}, of the {part}, {share:percent} leaves the bag.")
    changes = {
        "words": [told, Sentence("Far!", {"look": "far"})],
        "now": "At {time}, {look}.",
        "actors": [Show("#curves", when={"look": ("near",)})],
    }
    return shown(blank, controls=[*toy().controls, look], **changes)


def test_a_view_changes_what_is_shown_and_nothing_else(viewed):
    curves = viewed.root.locator("[id$=curves]")
    assert curves.is_visible()
    assert viewed.words == "From near, of the whole, 100\u00a0% leaves the bag."
    viewed.choices[1].locator("input:checked").press("ArrowRight")
    viewed.settle()
    assert has(viewed, "look") == "far"
    assert not curves.is_visible()
    assert viewed.words == "From far, of the whole, 100\u00a0% leaves the bag. Far!"
    assert viewed.text(".now").endswith(", far.")
    viewed.choices[0].locator("input:checked").press("ArrowRight")
    viewed.settle()
    assert viewed.words == "From far, of the half, 50\u00a0% leaves the bag. Far!"
    viewed.page.evaluate("() => shown.model.set('look', 'near')")
    viewed.settle()
    assert viewed.words == "From near, of the half, 50\u00a0% leaves the bag."
    assert viewed.choices[1].locator("input").first.is_checked()
