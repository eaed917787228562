"""The map of the collection and plain charts on pages: in the reader's own light, and on a phone."""

import re

import pytest

from .player import PHONE

pytestmark = pytest.mark.parametrize("surface", ["site"], indirect=True, scope="session")

LIGHT, DARK = "light", "dark"


def opened(watched_page, surface, stem, **settings):
    page = watched_page(**settings)
    surface.start()
    page.goto(surface.address(stem), wait_until="load")
    page.locator("explainer-figure[drawn]").first.wait_for(state="attached")
    return page


def brightness(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.59 * green + 0.11 * blue


def colours(page) -> tuple[float, float]:
    """Give the brightness of a chart's letters and of what lies behind them."""
    found = page.evaluate(
        """() => {
             const figure = document.querySelector("explainer-figure");
             const sheets = [...figure.querySelectorAll(".main-svg")];
             const paper = sheets.map((svg) => getComputedStyle(svg).backgroundColor);
             const clear = (colour) => /rgba\\(.*, 0\\)|transparent/.test(colour);
             const behind = paper.find((colour) => !clear(colour)) ?? getComputedStyle(document.body).backgroundColor;
             return [getComputedStyle(figure.querySelector(".main-svg text")).fill, behind];
           }"""
    )
    letters, behind = map(brightness, found)
    return letters, behind


@pytest.mark.parametrize("stem", ["00_start_here", "01_nmda_antagonism"])
def test_a_plain_chart_follows_the_light_of_the_page(watched_page, surface, stem):
    page = opened(watched_page, surface, stem)
    letters, behind = colours(page)
    assert letters + 100 < behind
    page.emulate_media(color_scheme=DARK)
    page.wait_for_timeout(500)
    letters, behind = colours(page)
    assert letters > behind + 100
    assert behind < 60


def test_what_a_figure_sets_itself_stays(watched_page, surface):
    page = opened(watched_page, surface, "00_start_here")
    given = {"paper_bgcolor": "red", "font": {"size": 20}, "yaxis2": {"gridcolor": "blue"}, "title": {"text": "T"}}
    address = page.locator("script[src*='page.']").first.get_attribute("src")
    made = page.evaluate(
        """async ([address, given]) => {
             const { themed } = await import(new URL(address, document.baseURI));
             return themed(given, { ink: "black", quiet: "gray", line: "silver" });
           }""",
        [address, given],
    )
    assert (made["paper_bgcolor"], made["plot_bgcolor"]) == ("red", "rgba(0,0,0,0)")
    assert made["font"] == {"color": "black", "size": 20}
    assert made["yaxis2"]["gridcolor"] == "blue"
    assert made["yaxis2"]["linecolor"] == "gray"
    assert made["xaxis"]["gridcolor"] == "silver"
    assert made["title"] == {"text": "T"}


def test_on_a_phone_no_word_is_broken_and_the_chart_is_whole(watched_page, surface):
    page = opened(watched_page, surface, "00_start_here", viewport=PHONE)
    width, room = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= room
    broken = page.evaluate(
        """() => {
             const found = [];
             for (const cell of document.querySelectorAll("main td, main th")) {
               const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
               while (walker.nextNode()) {
                 for (const word of walker.currentNode.textContent.matchAll(/\\w+/g)) {
                   const range = document.createRange();
                   range.setStart(walker.currentNode, word.index);
                   range.setEnd(walker.currentNode, word.index + word[0].length);
                   const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
                   if (lines.size > 1) found.push(word[0]);
                 }
               }
             }
             return found;
           }"""
    )
    assert broken == []
    cut = page.evaluate(
        """() => {
             const figure = document.querySelector("explainer-figure").getBoundingClientRect();
             return [...document.querySelectorAll("explainer-figure text")].filter((text) => {
               const { left, right } = text.getBoundingClientRect();
               return left < figure.left - 1 || right > figure.right + 1;
             }).map((text) => text.textContent);
           }"""
    )
    assert cut == []


def test_first_answers_are_read_as_text(watched_page, surface):
    page = opened(watched_page, surface, "00_start_here")
    items = page.locator("li", has_text="S01")
    assert items.count() == 2
    assert items.first.locator("strong").inner_text() == "S01"
