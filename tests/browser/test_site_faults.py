"""Static files that are cut, missing or damaged: what is said, and what goes on."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .harness import scene_named
from .player import Player, probes
from .watch import Watch

pytestmark = pytest.mark.parametrize("surface", ["site"], indirect=True, scope="session")

LESSON = "01_nmda_antagonism"
TAMPER = Callable[[bytes], bytes | None]


def gone(_: bytes) -> None:
    """Answer that the file is not there."""


def halved(content: bytes) -> bytes:
    """Cut it in the middle."""
    return content[: len(content) // 2]


def turned(content: bytes) -> bytes:
    """Turn one bit in its middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.fixture
def damaged(browser: Browser, surface, built: Path) -> Iterator[Callable[..., Page]]:
    """Open the lesson while the files that match a pattern come tampered with."""
    context = browser.new_context()
    context.add_init_script(probes())
    surface.start()

    def opened(pattern: str, tamper: TAMPER) -> Page:
        def answer(route: Route) -> None:
            path = built / route.request.url.removeprefix(surface.origin)
            content = tamper(path.read_bytes())
            kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
            kind = kinds.get(path.suffix, "application/octet-stream")
            route.fulfill(status=200 if content else 404, body=content or b"", content_type=kind)

        page = context.new_page()
        page.route(re.compile(pattern), answer)
        page.goto(surface.address(LESSON), wait_until="load")
        return page

    yield opened
    context.close()


def words_stand(page: Page) -> None:
    expect(page.locator(".in-words")).to_be_visible()
    expect(page.locator(".in-words")).to_contain_text(scene_named("nmda").title)
    assert not page.locator("[aria-busy=true]").count()


def alarm(page: Page, place: str = "main"):
    return page.locator(f"{place} .failed[role=alert]").first


@pytest.mark.parametrize("tamper", [gone, halved])
def test_without_the_player_the_words_stand_and_a_message_says_so(damaged, tamper):
    page = damaged(r"player\.\w+\.js", tamper)
    expect(alarm(page, "explainer-scene")).to_contain_text("The picture could not be drawn")
    expect(alarm(page, "explainer-scene")).to_contain_text("Reload the page")
    words_stand(page)
    expect(page.locator(".late")).to_be_hidden()


@pytest.mark.parametrize("tamper", [gone, halved])
def test_without_the_pages_own_script_the_words_stand_and_say_what_is_missing(damaged, tamper):
    page = damaged(r"page\.\w+\.js", tamper)
    words_stand(page)
    page.evaluate("document.getAnimations().forEach((late) => late.finish())")  # a reader waits 12 s
    expect(page.locator(".late")).to_be_visible()
    expect(page.locator(".late")).to_contain_text("reload the page")


@pytest.mark.parametrize("tamper", [gone, halved])
def test_without_the_chart_library_the_picture_plays_and_charts_say_so(damaged, tamper, surface):
    page = damaged(r"plotly\.min\.\w+\.js", tamper)
    player = Player(page, Watch(page.context, surface.local)).wait("ready").come().wait("moving")
    expect(player.root.get_by_text("The chart library").first).to_be_visible()
    figure = page.locator("explainer-figure")
    figure.scroll_into_view_if_needed()
    expect(alarm(page, "explainer-figure")).to_contain_text("The chart could not be drawn")
    assert not page.locator("[aria-busy=true]").count()


@pytest.mark.parametrize("tamper", [gone, halved, turned])
def test_a_choice_without_its_data_says_so_and_the_rest_goes_on(damaged, tamper, surface):
    page = damaged(r"\.bin$", tamper)
    player = Player(page, Watch(page.context, surface.local)).wait("ready")
    radios = player.root.locator("[data-name=drug] input")
    page.wait_for_load_state("networkidle")
    radios.last.click()
    notice = player.root.get_by_text("This choice cannot be shown now")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(re.compile("reload the page", re.IGNORECASE))
    expect(player.root).not_to_have_attribute("aria-busy", "true")
    expect(radios.first).to_be_checked()
    player.come().pause()
    player.scrub(0.3)
    before = player.measure("picture")
    player.press("Space")
    assert player.moves(before)


@pytest.mark.parametrize("mark", ['id="scene-1-first"', 'id="scene-1-rest"', "<explainer-scene"])
def test_a_page_that_is_cut_says_so_and_shows_what_has_come(damaged, mark):
    page = damaged(LESSON, lambda content: content[: content.index(mark.encode()) + 300])
    expect(page.get_by_text("The page has not come whole.").first).to_be_visible()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert not page.locator("[aria-busy=true]").count()
    if "first" in mark:
        words_stand(page)
    if "rest" in mark:
        expect(page.locator(".explainer[data-ready]")).to_be_attached()


def test_a_damaged_surface_in_the_page_is_refused_in_words(damaged):
    def tamper(content: bytes) -> bytes:
        at = content.index(b'"surface":"') + 400
        return content[:at] + (b"A" if content[at : at + 1] != b"A" else b"B") + content[at + 1 :]

    page = damaged(LESSON, tamper)
    told = page.locator("explainer-scene [role=alert]").first
    expect(told).to_contain_text("damaged")
    expect(told).to_contain_text("Reload the page")
