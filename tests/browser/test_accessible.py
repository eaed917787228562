"""axe-core finds nothing, whatever state a scene is in."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import PAGES
from .harness import scene_named
from .player import PHONE, WIDE, Player
from .test_story import to_step

axe = Axe()


def violations(player: Player, whole_page: bool) -> list[str]:
    """Run axe on the page, or on the widget where the page has not changed or is somebody else's."""
    context = None if whole_page else {"include": [[".explainer"]]}
    found = axe.run(player.page, context=context).response["violations"]
    return [
        f"{v['id']} ({v['impact']}): {v['help']}\n    {node['target']} {node['html'][:160]}\n"
        f"    {node['failureSummary'][:400]}"
        for v in found
        for node in v["nodes"][:4]
    ]


def test_axe_finds_nothing_in_any_state(calm, scene, surface):
    steps = scene_named(scene).story
    asking = next(i for i, step in enumerate(steps) if step.ask)
    claiming = next(i for i, step in enumerate(steps) if step.claims and not step.ask)
    page, found = calm.page, []

    def look(state: str, around: bool = False) -> None:
        calm.settle()
        found.extend(f"{state}: {v}" for v in violations(calm, around and surface.name in PAGES))

    look("light", around=True)
    page.emulate_media(color_scheme="dark")
    if surface.name == "lab":  # JupyterLab says itself which theme it shows
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    look("dark", around=True)
    assert calm.mark("theme") == "dark"
    calm.press("?")
    look("dark, with the help open")
    page.keyboard.press("Escape")
    page.emulate_media(color_scheme="light")
    if surface.name == "lab":
        page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    calm.press("p")
    look("projector")
    calm.press("p")
    to_step(calm, asking)
    look("asking")
    calm.press("1")
    look("told")
    calm.press("r")
    to_step(calm, claiming)
    calm.root.locator(".claim").first.click()
    look("with a card open")
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    look("on a phone", around=True)
    page.set_viewport_size(WIDE)
    assert not found, f"{len(found)} findings on {surface.name}:\n" + "\n".join(found)


@pytest.mark.parametrize("surface", PAGES, indirect=True, scope="session")
def test_axe_finds_nothing_on_the_index(watched_page, surface):
    page = watched_page()
    surface.start()
    page.goto(surface.address("00_start_here"), wait_until="load")
    page.get_by_role("heading", level=1).first.wait_for()
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        found = violations(Player(page, None), whole_page=True)
        assert not found, f"{colours}:\n" + "\n".join(found)
    links = page.locator('main a[href*="nmda"]').count()
    assert links, "the map of the collection does not lead to its lessons"
