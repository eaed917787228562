"""Controls that snap, choose what is shown, or rest while another stands elsewhere, on toy scenes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from explainer.player import Choice, Control, Sentence, Show, Step

from . import harness
from .player import PHONE, WIDE, Player
from .test_accessible import violations
from .test_layout import FITTING
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


# conditions


SIZE = "(part) => parseFloat(getComputedStyle(part).fontSize)"
WHY = "Only of the half can one take less."


@pytest.fixture
def held(blank: Page) -> Player:
    """The amount can be moved where the part is half; a look, where the amount is 1 or 0.5."""
    half = {"when": {"part": ("half",)}, "otherwise": WHY}
    amount = Control("amount", "Amount", NODES, 1, "of all", snap=True, **half)
    look = Choice("look", "Look", ["near", "far"], view=True, when={"amount": (1, 0.5)}, otherwise="Too little to see.")
    story = [Step("First", "See what goes where, hour by hour.", (0, 3600), {"amount": 0.25})]
    return shown(blank, controls=[amount, PART, look], story=story)


def test_where_a_condition_does_not_hold_a_control_rests_and_says_why(held):
    (slider,) = held.sliders
    near = held.root.get_by_role("radio", name="near")
    expect(slider).to_be_disabled()
    expect(slider).to_have_accessible_description(WHY)
    expect(held.root.get_by_text(WHY)).to_be_visible()
    assert WHY in held.root.locator(".slider").inner_text(), "it stands elsewhere"
    expect(near).to_be_enabled()
    held.choices[0].locator("input:checked").press("ArrowRight")
    expect(slider).to_be_enabled()
    expect(slider).to_have_accessible_description("")
    expect(held.root.get_by_text(WHY)).to_be_hidden()
    slider.press("ArrowLeft")
    expect(near).to_be_enabled()
    slider.press("ArrowLeft")
    assert has(held, "amount") == 0.25
    expect(near).to_be_disabled()
    expect(held.root.get_by_role("group", name="Look")).to_have_accessible_description("Too little to see.")


def test_a_step_and_a_trait_set_what_a_reader_cannot(held):
    held.page.evaluate("() => shown.model.set('amount', 0.5)")
    held.settle()
    assert held.words == "Of the whole, 50\u00a0% leaves the bag."
    assert held.sliders[0].get_attribute("aria-valuetext") == "0.5\u00a0of all"
    held.press("PageDown")
    held.settle()
    assert has(held, "amount") == 0.25
    expect(held.sliders[0]).to_be_disabled()


def test_what_rests_gives_the_focus_on(held):
    held.choices[0].locator("input").nth(1).check()
    held.sliders[0].press("PageDown")  # the step is about the whole
    expect(held.sliders[0]).to_be_disabled()
    assert held.page.evaluate("document.activeElement.className") == "play"
    held.press("?", focused=True)
    expect(held.root.get_by_role("dialog", name="Keys")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_a_control_that_rests_can_be_read_and_has_room(held, theme):
    held.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    if theme == "projector":
        held.press("p")
    held.settle()
    found = violations(held, whole_page=False)
    for size in (WIDE, PHONE):
        held.page.set_viewport_size(size)
        held.settle()
        found += held.measure("clipped", f"{FITTING}, .excuse")
        width, room = held.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        found += [f"{width} px wide in {room}"] if width > room else []
        size, wanted = (held.root.locator(part).first.evaluate(SIZE) for part in (".excuse", ".counter"))
        assert size >= wanted
    assert not found, "\n".join(found)
