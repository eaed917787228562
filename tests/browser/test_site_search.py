"""The search box of the site, and of the single file that is its index."""

import functools
import json
import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import open_page
from .player import PHONE
from .surfaces import Site

BOTH = pytest.mark.parametrize("surface", ["site", "single file"], indirect=True, scope="session")
SITE = pytest.mark.parametrize("surface", ["site"], indirect=True, scope="session")

LESSONS = [
    {
        "title": "Magnesium",
        "href": "a.html",
        "parts": [
            ["Magnesium", "top", "It begins."],
            ["In the pore", "pore", "A plug of magnesium, 1 µM, sits in the Übergang. " + "And so on. " * 40],
        ],
    },
    {
        "title": "Other",
        "href": "b.html",
        "parts": [["Other", "", "No more."], ["Magnesium in it", "x y", "(a+)+$ D-serine"]],
    },
]

FOUND = {
    "magnes": ["a.html#top", "b.html#x%20y", "a.html#pore"],  # title, heading, text
    "MAGNES plug": ["a.html#pore"],
    "μm": ["a.html#pore"],  # the letter mu for the sign
    "ubergang": ["a.html#pore"],
    "d-serine": ["b.html#x%20y"],
    "esium": [],
    "more": ["b.html"],
    "(a+)+$": ["a.html#pore", "b.html#x%20y"],
    "": [],
    " .,*? ": [],
    "\U0001f600": [],
}
"""Queries and the places they lead to, in order."""

HOSTILE = [
    "<img src=x onerror='window.ran=1'>",
    "</script><script>window.ran=1</script>",
    "${window.ran=1}{{7*7}}",
    "(((((a+)+)+)+)+)$ [\\ *",
    "a" * 10_000,
    "magnesium " * 1_000,
    "\U0001f468‍\U0001f469‍\U0001f467 \ud83d",
    "‮מגנזיום‏ العربية",
    "\x00\x07\n\t",
    "__proto__ constructor toString",
]


def opened(watched_page, surface, stem="00_start_here", **settings) -> Page:
    page = watched_page(**settings)
    surface.start()
    page.goto(surface.address(stem), wait_until="load")
    return page


def box(page: Page):
    return page.get_by_role("searchbox", name="Search the lessons")


def count(page: Page):
    return page.locator("explainer-search").get_by_role("status")


def links(page: Page):
    return page.locator("explainer-search ol a")


@SITE
def test_words_are_found_as_beginnings_and_titles_come_first(watched_page, surface):
    page = opened(watched_page, surface)
    module = page.locator("script[src*='search.']").first.get_attribute("src")
    got = page.evaluate(
        """async ([module, lessons, queries]) => {
             const { prepared, find } = await import(new URL(module, document.baseURI));
             const places = prepared(lessons);
             return queries.map((query) => find(places, query).map(({ href }) => href));
           }""",
        [module, LESSONS, list(FOUND)],
    )
    assert dict(zip(FOUND, got, strict=True)) == FOUND


@SITE
def test_a_snippet_shows_the_hit_and_what_is_around_it(watched_page, surface):
    page = opened(watched_page, surface)
    module = page.locator("script[src*='search.']").first.get_attribute("src")
    text = "word " * 60 + "the magnesium plug " + "end " * 60
    pieces = page.evaluate(
        """async ([module, text]) => {
             const { prepared, asked, snippet } = await import(new URL(module, document.baseURI));
             const [place] = prepared([{ title: "", href: "", parts: [["", "", text]] }]);
             return snippet(place, asked("plug magnes"));
           }""",
        [module, text],
    )
    whole = "".join(piece for piece, _ in pieces)
    assert [piece for piece, hit in pieces if hit] == ["magnesium", "plug"]
    assert re.fullmatch(r"… word .* the magnesium plug end .* …", whole)
    assert whole.strip("… ") in text
    assert len(whole) < 200


@BOTH
def test_a_word_leads_to_its_place_by_keyboard_alone(watched_page, surface):
    page = opened(watched_page, surface)
    box(page).focus()
    page.keyboard.type("magnesium plug")
    expect(count(page)).to_have_text(re.compile(r"^\d+ places? in \d+ lessons?"))
    first = links(page).first
    expect(first.locator("mark").first).to_have_text(re.compile("^(magnesium|plug)", re.IGNORECASE))
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(links(page).first).to_be_hidden()
    page.keyboard.type("s")
    page.keyboard.press("Backspace")
    expect(first).to_be_visible()
    target = str(first.get_attribute("href"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{target}")
    anchor = target.partition("#")[2]
    assert anchor
    assert page.evaluate("(id) => !!document.getElementById(decodeURIComponent(id))", anchor), f"{target} is not there"


@SITE
def test_every_place_that_can_be_found_is_there(built: Path, watched_page, surface):
    for lesson in json.loads((built / "search.json").read_text()):
        ids = set(re.findall(r'\sid="([^"]+)"', (built / lesson["href"]).read_text()))
        assert {anchor for _, anchor, _ in lesson["parts"] if anchor} <= ids
        told = [heading for heading, _, _ in lesson["parts"]]
        if any(heading.startswith("Step ") for heading in told):
            assert any(heading.startswith("Claim · ") for heading in told)


@BOTH
def test_hostile_queries_neither_run_nor_break(watched_page, surface):
    page = opened(watched_page, surface)
    page.evaluate("document.body.dataset.same = 'yes'")
    for query in HOSTILE:
        box(page).evaluate(
            "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }", query
        )
        page.wait_for_timeout(60)
    assert page.evaluate("window.ran") is None
    assert not page.locator("explainer-search :is(script, img, iframe)").count()
    box(page).fill("magnesium")
    expect(links(page).first).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "yes"


@SITE
def test_axe_finds_nothing_with_the_places_shown(watched_page, surface):
    page = opened(watched_page, surface)
    box(page).fill("block")
    expect(links(page).first).to_be_visible()
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        found = Axe().run(page).response["violations"]
        assert not found, f"{colours}: {[(v['id'], v['nodes'][0]['html'][:160]) for v in found]}"


@SITE
def test_on_a_phone_the_places_have_the_width_of_the_page(watched_page, surface):
    page = opened(watched_page, surface, viewport=PHONE)
    box(page).fill("block")
    expect(links(page).first).to_be_visible()
    wide, room = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= room
    place = page.locator(".found").bounding_box()
    assert 0 <= place["x"] < place["x"] + place["width"] <= room


@SITE
def test_it_works_below_a_sub_path(browser, built: Path, surface, tmp_path):
    shutil.copytree(built, tmp_path / "sub" / "path", ignore=shutil.ignore_patterns("single", "*.gz"))
    below = Site(tmp_path)
    below.start()
    page, watch = open_page(browser, below.local)
    try:
        page.goto(f"{below.origin}sub/path/01_nmda_antagonism.html", wait_until="load")
        box(page).fill("routes onset")
        expect(links(page).first).to_be_visible()
        assert links(page).first.evaluate("(a) => a.href").startswith(f"{below.origin}sub/path/")
        watch.check()
        lost = (built / "404.html").read_text()
        page.route("**/gone/**", lambda route: route.fulfill(status=404, content_type="text/html", body=lost))
        for depth in ("gone/x.html", "gone/a/b/c/"):
            page.goto(f"{below.origin}sub/path/{depth}", wait_until="load")
            expect(page.get_by_role("link", name="To the lessons")).to_have_attribute("href", "/sub/path/")
    finally:
        watch.context.close()
        below.stop()


def answer(given, route):
    route.fulfill(**given)


@SITE
def test_a_search_that_cannot_be_loaded_says_so_and_tries_again(browser, surface):
    surface.start()
    context = browser.new_context()
    page = context.new_page()
    for damage in ({"status": 404, "body": ""}, {"status": 200, "body": '[{"title": "cut'}):
        page.route("**/search.json", functools.partial(answer, damage))
        page.goto(surface.address("00_start_here"), wait_until="load")
        box(page).fill("magnesium")
        expect(count(page)).to_contain_text("could not be loaded")
        page.unroute("**/search.json")
        box(page).fill("magnesium ")
        expect(links(page).first).to_be_visible()
    context.close()


@SITE
def test_without_scripts_the_lessons_are_listed_and_no_dead_box_is_shown(watched_page, surface):
    page = opened(watched_page, surface, java_script_enabled=False)
    assert page.locator("input").count() == 0
    page.locator(".lessons summary").click()
    expect(page.locator(".lessons a").first).to_be_visible()
    assert page.locator("main a[href*='nmda']").count()
