"""Widgets on a page without a server: two at once, gone again, and with something wrong in them."""

import base64
import copy
import gzip
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import harness
from .conftest import SCENES
from .player import Player

ROUNDS = 30


@cache
def kept(name: str) -> dict[str, Any]:
    return harness.published(name)


@pytest.fixture(params=SCENES)
def published(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a page gets of a scene; each test has its own copy."""
    return copy.deepcopy(kept(request.param))


def mount(page: Page, published: dict[str, Any]) -> None:
    page.evaluate("(p) => { (globalThis.mounted ??= []).push(harness.mount(p)); }", published)


# two on one page


def test_two_scenes_on_a_page_keep_out_of_each_others_way(blank, published):
    harness.load(blank, charts=True)
    for _ in range(2):
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


def test_a_choice_whose_data_are_damaged_says_so_and_the_rest_goes_on(blank, published):
    harness.load(blank)
    first = published["first"]["first"]
    published["rest"]["others"] = [
        damaged(part, "cut short") if i != first else part
        for i, part in enumerate(published["rest"]["others"])
    ]
    mount(blank, published)
    player = Player(blank, None).wait("ready")
    chosen = player.measure("values")
    player.root.locator("fieldset.choice input:not(:checked)").first.click()
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
    shares = next(a for a in published["first"]["spec"]["actors"] if a["kind"] == "share")
    shares["states"] = {"no_such_channel": "state-open"}
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
