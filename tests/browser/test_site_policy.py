"""Pages of the site and single files: their strict policy hinders nothing that is ours, and all that is not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .harness import scene_named
from .player import SLOW_MS, Player
from .test_story import to_step
from .watch import Watch

pytestmark = pytest.mark.parametrize("surface", ["site", "single file"], indirect=True, scope="session")

RECORD = """
  window.refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective), true);
"""

ATTEMPTS = {
    "script-src-elem": "document.body.append(Object.assign(document.createElement('script'), { text: 'ran = 1' }));",
    "script-src-attr": "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror='window.ran = 1'>`);",
    "style-src-elem": "document.body.insertAdjacentHTML('beforeend', '<style>main { display: none }</style>');",
    "style-src-attr": "document.body.insertAdjacentHTML('beforeend', '<p style=\"position: fixed\">over</p>');",
    "connect-src": "fetch('http://127.0.0.1:9/').catch(() => {});",
    "img-src": "new Image().src = 'http://127.0.0.1:9/told.png';",
    "frame-src": "document.body.insertAdjacentHTML('beforeend', '<iframe src=\"http://127.0.0.1:9/\"></iframe>');",
    "base-uri": "document.head.insertAdjacentHTML('beforeend', '<base href=\"http://127.0.0.1:9/\">');",
}
"""What a hostile output could try, by the directive that refuses it; none of it may leave this machine anyway."""


@pytest.fixture
def recorded(browser: Browser, surface) -> Iterator[Callable[[str], tuple[Page, Watch]]]:
    """Open a lesson on a page that records what its policy refuses."""
    context = browser.new_context(accept_downloads=True)
    context.add_init_script(RECORD)
    watch = Watch(context, surface.local)

    def open_it(stem: str) -> tuple[Page, Watch]:
        surface.start()
        page = context.new_page()
        page.goto(surface.address(stem), wait_until="load")
        return page, watch

    yield open_it
    context.close()


def test_a_scene_does_all_it_can_and_nothing_is_refused(recorded):
    page, watch = recorded("01_nmda_antagonism")
    player = Player(page, watch).wait("ready").come().wait("charts")
    background = player.root.locator("svg [class$=-stage]").first.evaluate("(part) => getComputedStyle(part).fill")
    assert background != "rgb(0, 0, 0)", "the picture has lost its styles"
    player.press("Space", "p", "?", "Escape", "p")
    to_step(player, next(i for i, step in enumerate(scene_named("nmda").story) if step.claims and not step.ask))
    player.root.locator(".claim").first.click()
    page.keyboard.press("Escape")
    player.press("f")
    expect(player.root.and_(page.locator(":fullscreen"))).to_be_attached()
    player.press("f")
    figure = page.locator("explainer-figure[drawn]").first
    figure.scroll_into_view_if_needed()
    figure.hover()
    with page.expect_download() as saved:
        figure.locator(".modebar-btn[data-title*='Download']").click()
    assert saved.value.suggested_filename.endswith(".png")
    assert page.evaluate("refused") == []
    watch.check()


@pytest.mark.parametrize("stem", ["00_start_here", "04b_how_the_curves_were_checked"])
def test_a_page_of_text_and_charts_is_shown_and_nothing_is_refused(recorded, stem):
    page, watch = recorded(stem)
    page.locator("explainer-figure[drawn]").first.wait_for(state="attached", timeout=SLOW_MS)
    numbers = page.locator("td.to-right")
    if numbers.count():
        assert numbers.first.evaluate("(cell) => getComputedStyle(cell).textAlign") == "right"
    assert page.evaluate("refused") == []
    watch.check()


def test_what_is_not_ours_is_refused(recorded):
    page, _ = recorded("00_start_here")
    for directive, attempt in ATTEMPTS.items():
        page.evaluate(f"refused.length = 0; {attempt}")
        for _ in range(50):  # Playwright's own waiting for a condition would need eval, which is refused too
            if page.evaluate("refused.length"):
                break
            page.wait_for_timeout(100)
        assert page.evaluate("refused")[:1] == [directive], attempt
    assert page.evaluate("window.ran") is None
    assert page.locator("main").is_visible()
    assert page.locator("p", has_text="over").last.evaluate("(p) => getComputedStyle(p).position") == "static"
