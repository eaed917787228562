"""Widgets on a page without a server: two at once, gone again, and with something wrong in them."""

import base64
import copy
import gzip
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from explainer.player.widget import player_js

from . import harness
from .conftest import SCENES
from .damage import damages, small_surface
from .player import Player
from .toy import toy

ROUNDS = 30


@cache
def kept(name: str) -> dict[str, Any]:
    return harness.published(name)


@pytest.fixture(params=list(SCENES))
def published(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a page gets of a scene; each test has its own copy."""
    return copy.deepcopy(kept(request.param))


def mount(page: Page, published: dict[str, Any]) -> None:
    page.evaluate("(p) => { (globalThis.mounted ??= []).push(harness.mount(p)); }", published)


# two on one page


def test_two_scenes_on_a_page_keep_out_of_each_others_way(blank, published):
    """Also where each has brought a player of its own, as in a notebook."""
    harness.load(blank, charts=True)
    mount(blank, published)
    blank.evaluate("(text) => harness.load(text)", player_js())
    mount(blank, published)
    one, two = (Player(blank, None, nth=n).wait("ready", "charts") for n in range(2))
    doubled = blank.evaluate(
        """() => {
             const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
             return ids.filter((id, i) => ids.indexOf(id) !== i);
           }"""
    )
    assert not doubled, f"ids stand twice on the page: {doubled[:10]}"
    stray = blank.evaluate(
        """() => [...document.querySelectorAll("use, [for], [aria-labelledby]")].flatMap((element) => {
             const id = (element.getAttribute("href") ?? element.getAttribute("for") ?? "").replace("#", "");
             const own = element.closest(".explainer");
             const there = document.getElementById(id)?.closest(".explainer");
             return id && there !== own ? [`${element.tagName} ${id}`] : [];
           })"""
    )
    assert not stray, f"these refer to nothing, or to the other scene: {stray[:10]}"
    names = blank.evaluate(
        """() => [...document.querySelectorAll(".explainer")].map((root) =>
             [...root.querySelectorAll("input[type=radio]")].map((radio) => radio.name))"""
    )
    assert not set(names[0]) & set(names[1]), "radio buttons of the two scenes share a group"

    two.pause()
    one.press("r")
    one.settle()
    before = two.measure("still")
    for key in ("PageDown", "1", "p", "ArrowRight", "Space"):
        one.press(key)
        one.frames(4)
    one.sliders[0].press("ArrowRight")
    one.settle()
    assert two.measure("still") == before, "keys and controls of the first scene moved the second"
    assert two.mark("theme") == "light", "P on the first scene turned the second into a projector"
    assert two.counter.startswith("A story"), "Page Down on the first scene led the story of the second"
    assert one.mark("theme") == "projector"
    assert one.counter.startswith("Step 1"), one.counter


def test_a_key_pressed_on_the_page_reaches_one_scene(blank, published):
    harness.load(blank)
    for _ in range(2):
        mount(blank, published)
    one, two = (Player(blank, None, nth=n).wait("ready") for n in range(2))
    blank.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    blank.keyboard.press("PageDown")
    one.frames(3)
    assert (one.counter.split(" of")[0], two.counter[:7]) == ("Step 1", "A story")


def test_a_key_pressed_on_the_page_reaches_the_scene_that_shows_most(blank, published):
    """At the lower edge of the first one, the second fills most of the window."""
    harness.load(blank)
    for _ in range(2):
        mount(blank, published)
    one, two = (Player(blank, None, nth=n).wait("ready") for n in range(2))
    for percent, told in ((75, ("Step 1", "A story")), (8, ("Step 1", "Step 1"))):
        one.root.evaluate(
            """(root, percent) => {
                 document.activeElement.blur();
                 const { bottom } = root.getBoundingClientRect();
                 scrollTo({ top: scrollY + bottom - innerHeight * percent / 100, behavior: "instant" });
               }""",
            percent,
        )
        blank.keyboard.press("PageDown")
        one.frames(3)
        assert (one.counter[:6], two.counter[:7].rstrip()) == told, f"the first in {percent} % of the window"
    blank.evaluate("document.activeElement.blur(); document.body.style.paddingBottom = '2000px'")
    blank.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    blank.keyboard.press("PageUp")
    one.frames(3)
    assert (one.counter[:6], two.counter[:6]) == ("Step 1", "Step 1"), "a key reaches a scene that nobody sees"


def lift(page: Page, share: float) -> None:
    """Scroll until this share of the picture shows at the lower edge of the window."""
    page.evaluate(
        """(share) => {
             const { top, height } = document.querySelector(".plate").getBoundingClientRect();
             scrollTo({ top: scrollY + top + share * height - innerHeight, behavior: "instant" });
           }""",
        share,
    )
    page.wait_for_timeout(200)


def film(player: Player) -> float:
    return float(player.root.locator(".scrub").input_value())


def runs(player: Player) -> bool:
    before = film(player)
    player.page.wait_for_timeout(400)
    return film(player) > before


@pytest.fixture
def below(blank):
    """A toy scene far below the beginning of a page, and as much page after it."""
    harness.load(blank)
    blank.add_style_tag(content="body { padding: 2000px 0 }")
    mount(blank, toy().play().published())
    return Player(blank, None).wait("ready")


def test_a_scene_plays_by_itself_only_where_a_fifth_of_its_picture_is_seen(below):
    page = below.page
    below.settle()
    counter = page.evaluate_handle("probe.countFrames()")
    assert not runs(below), "it plays where nobody sees it"
    assert below.mark("moving") is None
    assert not below.playing, "its button says that it plays"
    lift(page, 0.15)
    assert not runs(below), "it plays with less than a fifth of its picture in view"
    assert counter.evaluate("(counter) => counter.calls") == 0, "it asks for frames that show nothing"
    lift(page, 0.25)
    assert runs(below), "it does not play with a quarter of its picture in view"
    assert below.playing
    lift(page, 0.15)
    at = film(below)
    assert not runs(below), "it plays on when it has been scrolled away"
    now, clock = below.text(".now"), below.text(".clock")
    assert now.startswith(f"At {clock} "), f"it rests at {clock}, and the words say {now!r}"
    lift(page, 0.25)
    assert runs(below), "it does not go on when it is back"
    assert at <= film(below) < at + 40, "it has run on, or starts again"
    below.pause()
    lift(page, 0.15)
    lift(page, 0.25)
    assert not runs(below), "what a reader has paused goes on by itself"


def test_what_a_reader_plays_goes_on_while_anything_of_the_scene_is_seen(below):
    page = below.page
    lift(page, 1)
    below.root.get_by_label("Speed of the film").select_option("0.25")
    below.pause()
    below.press("Space")
    page.evaluate("document.querySelector('.charts').scrollIntoView({ behavior: 'instant' })")
    page.evaluate("scrollBy({ top: 200, behavior: 'instant' })")
    assert below.root.locator(".plate").bounding_box()["y"] < -400, "the picture is still seen; this tests nothing"
    assert runs(below), "the film stops that a reader watches in the charts"
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_timeout(200)
    assert not runs(below), "it runs where nothing of it is seen"
    lift(page, 0.1)
    assert runs(below), "it does not go on when it is back"


def test_a_key_that_plays_what_rests_by_itself(below):
    """A film that would start by itself, its picture out of sight: who asks for it gets it."""
    below.page.evaluate("document.querySelector('.charts').scrollIntoView({ behavior: 'instant' })")
    below.page.evaluate("scrollBy({ top: 200, behavior: 'instant' })")
    below.page.wait_for_timeout(200)
    assert not runs(below)
    below.root.evaluate("(root) => root.focus({ preventScroll: true })")
    below.page.keyboard.press("Space")
    assert runs(below)


# gone again


def measures(page: Page) -> dict[str, float]:
    """Give heap, nodes and listeners once everything that nothing holds is gone."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(50)
    got = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {name: got[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


MOUNT_AND_REMOVE = """async ({ published, rounds, until }) => {
  for (let i = 0; i < rounds; i++) {
    const scene = harness.mount(published);
    const root = scene.el.querySelector(".explainer");
    if (until === "charts") await harness.until(() => root.dataset.charts);
    else if (until === "ready") await harness.until(() => root.dataset.ready);
    else await new Promise((go) => setTimeout(go, until));
    scene.remove();
    const left = scene.model.listening();
    if (left) throw new Error(`${left} listeners are left on the model`);
  }
  await new Promise((go) => setTimeout(go, 1200)); // whatever was under way ends
}"""


@pytest.mark.parametrize("until", ["charts", "ready", 0], ids=["drawn", "before the charts", "at once"])
def test_a_scene_that_is_removed_leaves_nothing(blank, published, until):
    harness.load(blank, charts=True)
    rounds = ROUNDS if until == "charts" else 10
    job = {"published": published, "until": until}
    blank.evaluate(MOUNT_AND_REMOVE, {**job, "rounds": 3})  # caches fill
    before = measures(blank)
    blank.evaluate(MOUNT_AND_REMOVE, {**job, "rounds": rounds})
    counter = blank.evaluate_handle("probe.countFrames()")
    blank.wait_for_timeout(500)
    calls = counter.evaluate("(counter) => counter.calls")
    after = measures(blank)
    grown = {name: after[name] - before[name] for name in after}
    left = blank.evaluate("document.querySelectorAll('.explainer').length")
    assert left == 0, f"{left} scenes are still in the page"
    assert calls == 0, f"{calls} frames were asked for in half a second after the last scene was removed"
    assert grown["Nodes"] <= rounds, f"{grown['Nodes']:.0f} more nodes after {rounds} rounds"
    assert grown["JSEventListeners"] <= rounds / 2, (
        f"{grown['JSEventListeners']:.0f} more listeners after {rounds} rounds"
    )
    assert grown["JSHeapUsedSize"] <= 40e3 * rounds, (
        f"{grown['JSHeapUsedSize'] / 1e6:.1f} MB more after {rounds} rounds"
    )


# something wrong


def refused(page: Page, *words: str) -> str:
    """Expect a message in place of what failed; give it."""
    box = page.locator(".explainer-error[role=alert]")
    expect(box, "no message is shown; the reader sees a blank").to_be_visible()
    text = box.inner_text()
    for word in words:
        assert word in text, f"the message does not say {word!r}: {text}"
    return text


def damaged(packed: str, how: str) -> str:
    data = base64.b64decode(packed)
    raw = gzip.decompress(data)
    worse = {
        "cut short": data[: len(data) // 2],
        "not packed": b"<!DOCTYPE html><title>404</title>",
        "empty": b"",
        "of another scene": gzip.compress(raw[:-4]),
    }[how]
    return base64.b64encode(worse).decode()


@pytest.mark.parametrize("how", ["cut short", "not packed", "empty", "of another scene"])
def test_damaged_data_say_so_in_place(blank, published, how):
    harness.load(blank)
    published["first"]["surface"] = damaged(published["first"]["surface"], how)
    mount(blank, published)
    refused(blank, "could not be shown", "damaged", "Reload the page")


EVERY_DAMAGE = """async ([header, [whole, ...damaged]]) => {
  const told = (parts) => parts.map((part) => Object.values(part).map((a) => a.join()).join(";")).join("|");
  const want = told(await player.decode(player.fromBase64(whole), header));
  let [same, refused] = [0, 0];
  const other = [];
  for (const [i, one] of damaged.entries()) {
    try {
      if (told(await player.decode(player.fromBase64(one), header)) === want) same++;
      else other.push(`damage ${i} passes as another picture`);
    } catch (error) {
      if (/damaged.*Reload the page/.test(error.message)) refused++;
      else other.push(`damage ${i}: ${error.message}`);
    }
  }
  return { same, refused, other: other.slice(0, 5) };
}"""


def test_no_damaged_byte_passes_as_another_picture(blank):
    """Every bit turned, every end cut off: the message, or the same to the last bit."""
    harness.load(blank)
    surface = small_surface()
    header = {
        "bits": surface.bits,
        "frames": surface.frames,
        "axes": [{"name": a.name, "nodes": a.nodes.tolist(), "spacing": a.spacing} for a in surface.axes],
        "parts": [{"axes": p.axes, "channels": p.channels, "facts": p.facts} for p in surface.parts],
    }
    packed = [base64.b64encode(some).decode() for some in (surface.slabs[0], *damages(surface.slabs[0]))]
    got = blank.evaluate(EVERY_DAMAGE, [header, packed])
    assert not got["other"], got["other"]
    assert got["refused"] > 9 * got["same"], "only the header's bytes may be anything"


def test_a_choice_whose_data_are_damaged_says_so_and_the_rest_goes_on(blank, published):
    sampled = published["first"]["spec"]["surface"]["choices"]  # a view has no data that could be damaged
    assert sampled, "it offers no choice"
    harness.load(blank)
    first = published["first"]["first"]
    published["rest"]["others"] = [
        damaged(part, "cut short") if i != first else part
        for i, part in enumerate(published["rest"]["others"])
    ]
    mount(blank, published)
    player = Player(blank, None).wait("ready")
    chosen = player.measure("values")
    player.root.locator(f"fieldset.choice[data-name={sampled[0]['name']}] input:not(:checked)").first.click()
    refused(blank, "damaged", "Reload the page")
    assert player.measure("values") == chosen, "the controls do not say what is shown"
    player.pause()
    before = player.measure("still")
    player.press("ArrowRight")
    player.frames()
    assert player.measure("still") != before, "nothing moves any more"


def test_a_missing_part_of_the_picture_is_named_in_place(blank, published):
    harness.load(blank)
    published["first"]["spec"]["actors"][0]["part"] = "#no-such-part"
    mount(blank, published)
    refused(blank, "#no-such-part")


def test_a_missing_part_in_focus_is_named_in_place(blank, published):
    harness.load(blank)
    for step in published["first"]["spec"]["story"]:
        step["focus"] = ["#no-such-part"]
    mount(blank, published)
    player = Player(blank, None).wait("ready")
    player.press("PageDown")
    refused(blank, "#no-such-part")


def test_a_picture_that_is_no_svg_says_so_in_place(blank, published):
    harness.load(blank)
    published["first"]["spec"]["art"] = "<svg><g></svg>"
    mount(blank, published)
    refused(blank, "picture is damaged")


def test_an_actor_that_fails_while_drawing_says_so_in_place(blank, published):
    harness.load(blank)
    actors = published["first"]["spec"]["actors"]
    nobody = {"of": 0, "states": {"no_such_channel": "state-open"}, "otherwise": "", "ringed": None}
    actors[0] = {"kind": "share", "part": actors[0]["part"], **nobody}
    mount(blank, published)
    refused(blank, "could not be shown")


def test_without_the_chart_library_picture_and_words_go_on(blank, published):
    harness.load(blank)
    blank.evaluate(
        """() => {
             Object.defineProperty(globalThis, "Plotly", { get() { throw new Error("no chart library"); } });
           }"""
    )
    mount(blank, published)
    player = Player(blank, None).wait("ready", "moving")
    boxes = player.root.locator(".chart .explainer-error")
    expect(boxes.first).to_contain_text("no chart library")
    assert boxes.count() == player.root.locator(".chart").count()
    assert player.words
