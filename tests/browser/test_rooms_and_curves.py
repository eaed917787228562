"""Particles in rooms, curves and flags, on the toy scene whose numbers are known."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from explainer.player import Flag, Trace
from explainer.player.words import bound

from . import harness
from .conftest import open_page
from .player import PHONE, Player
from .toy import ROOMS, respond, toy

LAST = 180
HAIR = 0.11  # places are written with one decimal


def shown(page: Page, **changes: Any) -> Player:
    """Mount the toy, as it opens, paused."""
    harness.load(page)
    page.evaluate("(p) => { harness.mount(p); }", toy(**changes).play().published())
    return Player(page, None).wait("ready").fresh()


@pytest.fixture(scope="module")
def mounted(browser: Browser) -> Iterator[Player]:
    """The toy on a page that tests share."""
    page, watch = open_page(browser, lambda _: False)
    shown(page)
    yield Player(page, watch)
    watch.check()
    watch.context.close()


@pytest.fixture
def player(mounted: Player) -> Player:
    """The toy as it opens, paused at the beginning of its film."""
    mounted.page.emulate_media(reduced_motion="no-preference")
    return mounted.fresh()


def places(player: Player, frame: float) -> list[tuple[float, float]]:
    """Go to a frame; give the place of every particle in the picture."""
    player.scrub(frame / LAST)
    return player.root.evaluate(
        """(root) => [...root.querySelectorAll(".crowd use")].map((use) =>
             use.getAttribute("transform").match(/-?[\\d.]+/g).map(Number))"""
    )


def slot(room: str, number: int) -> tuple[float, float]:
    """Give the place of a slot, as the toy draws it."""
    x, y, columns, rows = ROOMS[room]
    assert number < columns * rows
    return x + 30 * (number % columns), y + 30 * (number // columns)


def at(spots: list[tuple[float, float]], room: str) -> list[int]:
    """List the slots of a room on which particles stand."""
    _, _, columns, rows = ROOMS[room]
    numbers = range(columns * rows)
    return [n for n in numbers for x, y in spots if (x, y) == pytest.approx(slot(room, n), abs=HAIR)]


def test_particles_are_where_the_channels_say(player):
    """In the first hour the kth leaves the bag at k - 0.5 min, in the second the blood at 60 + 3 (k - 0.5) min."""
    assert at(places(player, 0), "bag") == list(range(60)), "all stand in the first room, in order"
    spots = places(player, 30)
    assert at(spots, "bag") == list(range(30, 60)), "half an hour: half have left, those first that came first"
    assert at(spots, "blood") == list(range(24)), "and have arrived, but for those of the last six minutes"
    assert all(slot("bag", 0)[0] < x < slot("blood", 10)[0] for x, _ in spots[24:30]), "those are on the way"
    assert places(player, 61.4)[0] == pytest.approx(slot("blood", 0), abs=HAIR)
    assert places(player, 61.9)[0] != pytest.approx(slot("blood", 0), abs=HAIR), "the first that came goes first"
    spots = places(player, 90)
    assert at(spots, "bag") == []
    assert at(spots, "brain") == list(range(8)), "ten have set out, two are on the way"
    assert at(spots, "blood") == [0, 1, *range(10, 55)], "their places are free, but for two that came when one was"
    spots = places(player, 180)
    assert at(spots, "brain") == []
    assert at(spots, "blood")[:13] == list(range(13)), "who comes back takes the first free place"


def test_particles_without_a_place_of_their_own_share_one(player):
    """The blood has 55 places; at 67 min 58 particles are there."""
    spots = places(player, 67)
    assert at(spots, "blood") == list(range(55))
    for x, y in (slot("blood", n) for n in range(3)):
        beside = (x + 0.3 * 26, y - 0.3 * 26)
        assert [near(spot, beside) for spot in spots].count(True) == 1, "nobody, or more than one, stands beside"


def near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return bool(one == pytest.approx(other, abs=HAIR))


def test_who_goes_back_goes_the_same_way(player):
    """The first sets out for the brain at 61.5 min, and back at 121.5; the rooms lie from left to right."""
    steps = [0, 1, 2, 3, 4, 5, 6]
    forth = [places(player, 61.5 + step)[0] for step in steps]
    back = [places(player, 121.5 + step)[0] for step in steps]
    for way, ahead in ((forth, 1), (back, -1)):
        along = [ahead * x for x, y in way]
        assert along == sorted(along), f"it turns on its way: {way}"
    for way in (forth, back):
        between = [y for x, y in way if 940 < x < 1160]
        assert len(between) >= 2
        assert all(200 < y < 300 for y in between), "it leaves the path between the rooms"


def test_what_has_gone_before_the_film_begins(blank):
    """It has arrived when the film begins, as the counts beside it say."""

    def at_once(settings, seconds):
        channels, facts = respond(settings, seconds)
        return channels | {"given": np.ones_like(channels["given"])}, facts

    player = shown(blank, respond=at_once)
    assert len(at(places(player, 0), "bag")) == 0
    assert len(at(places(player, 0), "blood")) == 55
    blank.emulate_media(reduced_motion="reduce")
    player.frames(3)
    assert len(at(places(player, 0), "blood")) == 55


def test_any_way_to_a_frame_leads_to_the_same_picture(player):
    rng = random.Random(1)
    frames = [rng.uniform(0, LAST) for _ in range(10)] + [0, 30, 66, LAST]
    direct = {frame: places(player, frame) for frame in frames}
    played = {}
    for frame in sorted(frames):
        for before in range(int(frame) - 3, int(frame)):
            places(player, max(before + 0.37, 0))
        played[frame] = places(player, frame)
    for frame in frames:
        assert direct[frame] == played[frame], f"frame {frame}"
    backwards = {frame: places(player, frame) for frame in sorted(frames, reverse=True)}
    assert backwards == direct


def test_particles_and_cursors_move_between_frames(player):
    """A frame is a minute; the film shows twelve of them a second, the screen sixty pictures."""
    seen = [(places(player, 30 + i / 5), player.measure("still")["cursors"]) for i in range(5)]
    for (spots, cursors), (later, moved) in itertools.pairwise(seen):
        assert sum(a != b for a, b in zip(spots, later, strict=True)) >= 3, "those on the way stand still"
        assert cursors != moved
    assert player.text(".clock") == bound("31 min")


def test_who_stands_costs_nothing(player):
    player.scrub(0.2)
    written = player.root.evaluate(
        """async (root) => {
             const counts = { writes: 0, idle: 0, pictures: 0 };
             const observer = new MutationObserver((records) => {
               counts.pictures += 1;
               for (const { target, oldValue } of records) {
                 counts.writes += 1;
                 if (target.getAttribute("transform") === oldValue) counts.idle += 1;
               }
             });
             const all = { subtree: true, attributes: true, attributeOldValue: true };
             observer.observe(root.querySelector(".crowd"), all);
             root.querySelector(".play").click();
             await new Promise((go) => setTimeout(go, 1000));
             observer.disconnect();
             return counts;
           }"""
    )
    assert written["pictures"] > 5
    # one particle a frame sets out and is on the way for six
    assert written["writes"] / written["pictures"] < 12, written
    assert written["idle"] <= written["writes"] / 20, written


def test_with_less_motion_a_particle_is_in_one_room_or_the_other(player):
    player.page.emulate_media(reduced_motion="reduce")
    beside = [(x + 0.3 * 26, y - 0.3 * 26) for x, y in (slot("blood", n) for n in range(5))]
    for frame in (0, 0.4, 0.6, 17.3, 30, 59.9, 91.2, 150, LAST):
        spots = places(player, frame)
        hours = frame / 60
        gone = int(60 * min(hours, 1) + 0.5 + 1e-9)
        brain = int(20 * (min(max(hours - 1, 0), 1) - max(hours - 2, 0)) + 0.5 + 1e-9)
        blood = len(at(spots, "blood")) + sum(any(near(spot, place) for place in beside) for spot in spots)
        assert (len(at(spots, "bag")), blood, len(at(spots, "brain"))) == (60 - gone, gone - brain, brain), frame


def test_a_change_of_what_a_reader_wants_to_see_moved_is_followed(player):
    assert len(at(places(player, 30), "blood")) == 24
    player.page.emulate_media(reduced_motion="reduce")
    player.frames(3)
    assert len(at(places(player, 30), "blood")) == 30


def test_another_setting_places_them_anew(player):
    player.scrub(0.5)
    assert len(at(places(player, 90), "bag")) == 0
    player.choices[0].locator("input").nth(1).check()
    player.frames(3)
    spots = player.root.evaluate(
        """(root) => [...root.querySelectorAll(".crowd use")].map((use) =>
             use.getAttribute("transform").match(/-?[\\d.]+/g).map(Number))"""
    )
    assert at(spots, "bag") == list(range(30, 60)), "half of them stay, once half is chosen"


def middles(player: Player, selector: str) -> list[tuple[float, float]]:
    return player.root.evaluate(
        """(root, selector) => [...root.querySelectorAll(selector)].map((part) => {
             const { left, right, top, bottom } = part.getBoundingClientRect();
             return [(left + right) / 2, (top + bottom) / 2];
           })""",
        selector,
    )


@pytest.mark.parametrize("kind", ["wide", "projector", "phone", "back"])
def test_they_stand_where_a_layout_puts_their_room(player, kind):
    """On a phone and on a projector the picture moves its parts."""
    places(player, 121.4)  # 18 have arrived, and nobody has gone back
    if kind in ("phone", "back"):
        player.page.set_viewport_size(PHONE)
        player.frames(4)
    if kind == "back":
        player.page.set_viewport_size({"width": 1280, "height": 720})
        player.frames(4)
    if kind == "projector":
        player.press("p")
        player.frames(4)
    wanted = middles(player, ".brain .slot")[:18]
    found = middles(player, ".crowd use")
    for x, y in wanted:
        assert any(abs(x - a) < 1.5 and abs(y - b) < 1.5 for a, b in found), f"nobody stands at {x:.0f}, {y:.0f}"
    flag = player.root.locator("[id$=flag] circle").bounding_box()
    box = player.root.locator("[id$=-box]").bounding_box()
    assert flag is not None
    assert box is not None
    middle = (flag["x"] + flag["width"] / 2 - box["x"]) / box["width"]
    height = (flag["y"] + flag["height"] / 2 - box["y"]) / box["height"]
    assert (middle, height) == pytest.approx((30 / 180, 0.5), abs=0.01)


# curves


def revealed(player: Player) -> float:
    """Give the right end of what shows of the curves, in units of the picture."""
    return float(
        player.root.locator("clipPath rect").evaluate(
            "(now) => Number(now.getAttribute('x')) + Number(now.getAttribute('width'))"
        )
    )


def curve(player: Player, kind: str) -> list[list[float]]:
    """Give the points of a curve."""
    drawn = player.root.locator(f".{kind}").first.get_attribute("d") or ""
    numbers = [part.split(" ") for part in drawn.replace("M", "L").replace("Z", "").split("L") if part]
    return [[float(x), float(y)] for x, y in numbers]


def test_a_curve_shows_up_to_now(player):
    points = curve(player, "trace-line")
    assert len(points) == LAST + 1
    for minute, level in ((0, 0), (30, 0.5), (60, 1), (120, 0.5), (180, 0)):
        assert points[minute] == pytest.approx([100 + 1400 * minute / 180, 840 - 240 * level], abs=0.6), minute
    for frame in (0, 12.5, 90, LAST):
        player.scrub(frame / LAST)
        assert revealed(player) == pytest.approx(100 + 1400 * frame / LAST, abs=0.2)
    hidden = player.root.locator(".traces").get_attribute("clip-path") or ""
    clip = player.root.locator("clipPath").get_attribute("id")
    assert hidden == f"url(#{clip})"
    assert player.root.locator(".traces").evaluate("(g) => getComputedStyle(g).clipPath.includes('now-')")


def test_area_and_stretch_above_a_level(player):
    area = curve(player, "trace-area")
    assert area[0] == pytest.approx([100, 840])
    assert area[-1] == pytest.approx([1500, 840])
    assert area[1:-1] == curve(player, "trace-line")
    (start, end) = curve(player, "trace-above")
    assert start == pytest.approx([100 + 1400 * 30 / 180, 720], abs=1)
    assert end == pytest.approx([100 + 1400 * 120 / 180, 720], abs=1)


def test_curves_carry_the_classes_of_their_box(blank):
    traces = [Trace("#box", "level", faint=True), Trace("#box", "given", area=True, above=0.2)]
    player = shown(blank, actors=traces)
    classes = player.root.locator(".traces path").evaluate_all(
        "(paths) => paths.map((path) => path.getAttribute('class'))"
    )
    assert classes == ["trace-line faint box", "trace-area box", "trace-above box", "trace-line box"]
    styles = player.root.locator(".trace-line").evaluate_all(
        "(paths) => paths.map((path) => [getComputedStyle(path).fill, getComputedStyle(path).opacity])"
    )
    assert styles == [["none", "0.4"], ["none", "1"]], "the style of the box fills the curve"


def test_many_curves_of_a_box_are_shown_by_one_rectangle(blank):
    player = shown(blank, actors=[Trace("#box", "level", faint=True) for _ in range(12)])
    assert player.root.locator("clipPath").count() == 1
    assert player.root.locator(".traces path").count() == 12


# flags


def flags(player: Player) -> tuple[bool, list[float]]:
    """Tell whether the flag is seen, and where it stands."""
    flag = player.root.locator("[id$=flag]")
    return flag.evaluate(
        """(flag) => [getComputedStyle(flag).visibility === "visible",
                      (flag.getAttribute("transform") ?? "").match(/-?[\\d.]+/g)?.map(Number) ?? []]"""
    )


def test_a_flag_stands_on_its_curve_once_its_time_has_come(player):
    for frame, there in ((0, False), (29.9, False), (30, True), (31, True), (LAST, True), (10, False)):
        player.scrub(frame / LAST)
        seen, place = flags(player)
        assert seen is there, frame
        assert place == pytest.approx([100 + 1400 * 30 / 180, 720], abs=1)


def test_a_flag_follows_the_setting_and_never_comes_after_the_end(player):
    amount = player.sliders[0]
    amount.fill("0.5")  # two hours
    player.scrub(119 / LAST)
    assert flags(player)[0] is False
    player.scrub(121 / LAST)
    seen, place = flags(player)
    assert seen
    assert place == pytest.approx([100 + 1400 * 120 / 180, 720], abs=2)
    amount.press("Home")  # three hours and a half
    player.scrub(1)
    assert flags(player)[0] is False
    amount.press("End")
    player.scrub(1)
    assert flags(player)[0] is True


def test_a_flag_on_another_scale(blank):
    player = shown(blank, actors=[Flag("#flag", "half_s", box="#box", level="level", at=(0, 2))])
    player.scrub(1)
    assert flags(player)[1] == pytest.approx([100 + 1400 * 30 / 180, 780], abs=1)


# the clock


def test_a_clock_in_minutes_is_read_in_minutes_everywhere(player):
    scrub = player.root.locator(".scrub")
    places(player, 12)
    assert player.text(".clock") == bound("12 min")
    assert scrub.get_attribute("aria-valuetext") == bound("12 min, Three hours")
    assert player.text(".pace") == bound("720 × faster than life")
    player.press("ArrowRight")
    player.settle()
    assert player.text(".clock") == bound("15 min"), "→ goes a quarter of a film second on: three frames"
    assert player.text(".now") == bound("At 15 min 0 % is in the brain.")
    player.scrub(1)
    player.settle()
    assert player.text(".clock") == bound("180 min")
