"""Ten thousand values that nobody means well with, through every way into a page: nothing runs, nothing breaks."""

from pathlib import Path
from urllib.parse import quote

import pytest

from explainer.publish.assets import inlined

from . import harness, hostile
from .conftest import PAGES, SCENES
from .player import Player

COUNT = 10_000
STEMS = ("00_start_here", "01_nmda_antagonism")
SCRIPT = Path(__file__).with_name("hostile.js")


def arm(page) -> list[str]:
    """Watch a page for harm; gives the dialogs that it opens."""
    dialogs: list[str] = []

    def opened(dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", opened)
    page.evaluate(SCRIPT.read_text("utf-8"))  # a page's policy would refuse a script element
    page.evaluate("(mark) => hostile.watch(mark)", hostile.MARK)
    return dialogs


def unharmed(page, dialogs: list[str]) -> None:
    page.wait_for_timeout(100)  # what was loaded would run
    assert not dialogs, f"dialogs opened: {dialogs[:3]}"
    foul = page.evaluate("hostile.foul()")
    assert not foul, f"{len(foul)} times: {foul[:3]}"


def plays(player: Player) -> None:
    """Expect that a scene still does what it is for."""
    player.page.keyboard.press("Escape")
    player.press("r")
    player.settle()
    told = " ".join((player.words, player.text(".clock"), player.text(".pace")))
    assert not {"NaN", "undefined", "Infinity"} & set(told.replace("\u00a0", " ").split()), told
    player.scrub(0.3)
    before = player.measure("picture")
    player.press("Space")
    assert player.moves(before), "the film does not play any more"
    player.pause()


@pytest.mark.parametrize("name", SCENES)
def test_no_value_that_a_control_is_given_runs_or_breaks_a_scene(blank, name):
    """By the model's traits, sliders, time, keys and the fragment; a scene takes its share of the ten thousand."""
    count = -(-COUNT // len(SCENES))
    harness.load(blank, charts=True)
    blank.evaluate(
        """async (text) => {
             const foot = document.body.appendChild(document.createElement("footer"));
             foot.className = "colophon"; // by which a page of ours knows that it has come whole
             const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
             const { StandIn } = await import(address);
             globalThis.StandIn = StandIn;
           }""",
        inlined()["page.js"],
    )
    dialogs = arm(blank)
    blank.evaluate("(p) => { hostile.StandIn = StandIn; hostile.mount(p); }", harness.published(name))
    player = Player(blank, None).wait("ready", "charts")
    blank.evaluate("hostile.foul()")  # the chart library came by a script of ours
    values = hostile.values(count, hostile.SEED + list(SCENES).index(name))
    for first in range(0, count, 600):
        some = values[first : first + 600]
        harm = blank.evaluate("([values, keys]) => hostile.feed(values, keys)", [some, list(hostile.KEYS)])
        assert not harm, harm
    unharmed(blank, dialogs)
    plays(player)


def test_what_comes_from_outside_is_taken_where_it_can_be_shown(blank):
    """Within the range as it is, beyond it as its end, at a node where it snaps; else all stays as it was."""
    harness.load(blank)
    slider = {"kind": "control", "nodes": [0, 0.1, 1, 10], "spacing": "log"}
    choice = {"kind": "choice", "options": ["red", "1"]}
    cases = [
        (slider, 3.3, 3.3),
        (slider, -1, 0),
        (slider, 1e308, 10),
        (slider, "3", "now"),
        (slider, None, "now"),
        (slider, [3], "now"),
        (slider, True, "now"),
        (slider | {"snap": True}, 0.7, 1),
        (slider | {"snap": True}, "0.7", "now"),
        (choice, "red", "red"),
        (choice, 1, "now"),
        (choice, "__proto__", "now"),
        (choice, "Red", "now"),
    ]
    given = [[control, value] for control, value, _ in cases]
    got = blank.evaluate("(given) => given.map(([c, v]) => player.settable(c, v, 'now'))", given)
    assert got == [expected for *_, expected in cases]
    odd = "(c) => [NaN, undefined, Infinity, -Infinity].map((v) => player.settable(c, v, 'now'))"
    assert blank.evaluate(odd, slider) == ["now", "now", 10, 0]


@pytest.mark.parametrize("surface", PAGES, indirect=True, scope="session")
@pytest.mark.parametrize("stem", STEMS)
def test_no_address_or_typed_text_runs_or_breaks_a_page(watched_page, surface, stem):
    """By fragment, query and every field that takes text; a page takes its share of the ten thousand."""
    page = watched_page()
    surface.show(page, stem)
    player = Player(page, None).wait("ready", "charts") if stem != "00_start_here" else None
    page.wait_for_load_state("networkidle")
    dialogs = arm(page)
    shown = page.locator("main").inner_text() if player is None else ""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    place = PAGES.index(surface.name) * len(STEMS) + STEMS.index(stem)
    texts = hostile.texts(-(-COUNT // (len(PAGES) * len(STEMS))), hostile.SEED + place)
    page.evaluate("(texts) => hostile.addresses(texts)", texts)
    page.evaluate("(texts) => hostile.typed(texts)", texts)
    unharmed(page, dialogs)
    asked = [address for address in asked if not address.endswith("/search.json")]  # by the first letter typed
    assert not asked, f"the page asked for {asked[:3]}"
    if player:
        plays(player)
    else:
        assert page.locator("main").inner_text() == shown, "the page has become another"


@pytest.mark.parametrize("scene", list(SCENES)[:1], indirect=True, scope="session")
@pytest.mark.parametrize("surface", PAGES, indirect=True, scope="session")
def test_a_page_opened_at_a_hostile_address_is_the_page(watched_page, surface, scene):
    """Some of the calls, as query and as fragment of an address that is opened."""
    page = watched_page()
    stem, _ = SCENES[scene]
    surface.start()
    page.add_init_script(f"globalThis.{hostile.MARK} = () => {{ throw new Error('{hostile.MARK}() was called'); }}")
    for text in hostile.CALLS[::4]:
        address = surface.address(stem)
        page.goto("about:blank")
        page.goto(f"{address}?{quote(text, safe='=')}={quote(text)}#{text}", wait_until="commit")
        Player(page, None).wait("ready")
        assert hostile.MARK not in page.locator("main").inner_text()
