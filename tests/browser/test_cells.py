"""What is there at some settings only, cells that spike, and their raster, on the toy scene."""

import random
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from explainer.player import Choice, Control, Crowd, Flow, Raster, Show, Spikes, Trace, Way
from explainer.player.surface import Floats, Response, Settings

from .conftest import open_page
from .player import PHONE, WIDE, Player
from .test_rooms_and_curves import middles, shown
from .toy import respond, toy

LAST = 180


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Any]:
    """An empty page that tests share."""
    page, watch = open_page(browser, lambda _: False)
    yield page
    watch.check()
    watch.context.close()


# what is there at some settings only


def there(player: Player, part: str) -> bool:
    """Tell whether a part is rendered."""
    return bool(player.root.locator(f"[id$=-{part}]").evaluate("(part) => part.getClientRects().length > 0"))


def choose(player: Player, option: int) -> None:
    player.choices[0].locator("input").nth(option).check()
    player.frames(3)


@pytest.fixture(scope="module")
def scheme(page: Any) -> Player:
    """A toy in which a curve and a stream are there with one choice only, and a curve with the other."""
    actors = [
        Show("#scheme", when={"part": ("half",)}),
        Show("#curves", when={"part": ("whole",)}),
        Show("#inset", when={"part": ("half",)}),  # some browsers measure within what is away, none what is itself
        Trace("#inset", "level"),
        Flow("#by-way", "level", per_s=20),
    ]
    return shown(page, actors=actors)


def test_a_group_is_there_at_its_settings_only(scheme):
    player = scheme.fresh()
    player.scrub(0.4)
    for option in (0, 1, 0, 1):
        choose(player, option)
        assert [there(player, part) for part in ("scheme", "inset", "by-way", "curves")] == [
            *[option == 1] * 3,
            option == 0,
        ]
    assert player.root.locator(".flow use:not([display])").count() > 5


def test_what_was_away_when_the_layout_changed_stands_in_its_place(scheme):
    """A box that is not rendered has no size that could be taken."""
    player = scheme.fresh()
    choose(player, 0)
    player.page.set_viewport_size(PHONE)
    player.frames(4)
    assert not there(player, "scheme")
    choose(player, 1)
    player.scrub(1)
    curve = player.root.locator(".trace-line").get_attribute("d") or ""
    assert curve.startswith("M1200.0 540.0L")
    assert curve.endswith("L1440.0 540.0")
    width = player.root.locator("clipPath rect").get_attribute("width")
    assert float(width or 0) == pytest.approx(12 + 240, abs=0.2)
    player.page.set_viewport_size(WIDE)
    player.frames(4)
    assert there(player, "scheme")


def test_who_stands_in_a_room_that_was_away_follows_its_layout(page):
    ways = (Way("#bag-blood", "#bag", "#blood", "given"), Way("#blood-brain", "#blood", "#brain", "brain"))
    rooms = ("#bag", "#blood", "#brain")
    crowd = Crowd("#particles", of=60, size=26, travel_s=0.5, rooms=rooms, ways=ways)
    player = shown(page, actors=[crowd, Show("#brain", when={"part": ("whole",)})])
    choose(player, 1)
    player.page.set_viewport_size(PHONE)
    player.frames(4)
    choose(player, 0)
    player.scrub(121.4 / LAST)  # 18 have arrived, and nobody has gone back
    found = middles(player, ".crowd use")
    for x, y in middles(player, ".brain .slot")[:18]:
        assert any(abs(x - a) < 1.5 and abs(y - b) < 1.5 for a, b in found), f"nobody stands at {x:.0f}, {y:.0f}"


def test_nothing_that_is_away_shows_before_the_film(page):
    """Also where the scene opens with another choice than it is declared with."""
    seen = page.evaluate(
        """async (p) => {
             const { el, remove } = harness.mount(p);
             const seen = new Set();
             const look = () => {
               const part = el.querySelector("[id$=-scheme]");
               if (part) seen.add(`scheme ${part.getClientRects().length > 0}`);
               const curves = el.querySelector("[id$=-curves]");
               if (curves) seen.add(`curves ${curves.getClientRects().length > 0}`);
             };
             for (let i = 0; i < 40; i++) {
               look();
               await new Promise((go) => setTimeout(go));
             }
             await harness.until(() => el.querySelector("[data-ready]"));
             look();
             remove();
             return [...seen].sort();
           }""",
        shown_with(part="half"),
    )
    assert seen == ["curves false", "scheme true"]


def shown_with(**values: Any) -> dict[str, Any]:
    actors = [Show("#scheme", when={"part": ("half",)}), Show("#curves", when={"part": ("whole",)})]
    return toy(actors=actors).play(**values).published()


# cells that spike

FPS = 12
"""Frames of the toy's film in a second of it."""

TRAINS = {
    "lone": [0, 10, 30],
    "fast": list(range(50, 91, 2)),  # six a second
    "even": list(range(100, 141, 4)),  # three a second
    "rare": [60],
}


def spiking(settings: Settings, seconds: Floats) -> Response:
    """Give spikes as above; with "half" the last cell spikes at frame 20 instead."""
    channels, facts = respond(settings, seconds)
    for name, train in TRAINS.items():
        counts = np.zeros((len(settings["amount"]), len(seconds)))
        counts[:, train] = 1
        channels[name] = counts
    half = np.asarray(settings["part"]) == "half"
    channels["rare"][half] = 0
    channels["rare"][half, 20] = 2
    return channels, facts


def halos(player: Player, frame: float) -> list[float]:
    """Go to a frame; give the strength of every cell's halo, 0 where there is none."""
    player.scrub(frame / LAST)
    return player.root.evaluate(
        """(root) => [...root.querySelectorAll(".spikes circle")].map((halo) =>
             halo.getClientRects().length ? Number(halo.getAttribute("opacity")) : 0)"""
    )


@pytest.fixture(scope="module")
def cells(browser: Browser) -> Iterator[Player]:
    """Four cells and their raster, the first row apart from the rest."""
    page, watch = open_page(browser, lambda _: False)
    names = tuple(TRAINS)
    actors = [Spikes("#cells", cells=names), Raster("#raster", cells=names, groups={"few": 1, "many": 3})]
    controls = [Control("amount", "Amount", [0, 1], 1, "of all", snap=True), Choice("part", "Part", ["whole", "half"])]
    yield shown(page, respond=spiking, actors=actors, controls=controls)
    watch.check()
    watch.context.close()


@pytest.fixture
def player(cells: Player) -> Player:
    cells.page.emulate_media(reduced_motion="no-preference")
    cells.root.locator("select").select_option("1")
    return cells.fresh()


def test_a_cell_glows_at_its_spike_and_fades(player):
    """It comes within a frame and is gone after a quarter of a second, three frames."""
    glow = {0: 1, 1: 2 / 3, 3: 0, 8.9: 0, 9: 0, 9.5: 0.5, 10: 1, 10.75: 0.75, 11: 2 / 3, 12: 1 / 3, 13: 0, 14: 0}
    for frame, level in glow.items():
        assert halos(player, frame) == pytest.approx([level, 0, 0, 0], abs=0.006), frame
    assert halos(player, 60)[3] == 1


def test_spikes_in_quick_succession_make_one_lasting_glow(player):
    for frame in (50, 51, 57.3, 60, 89, 90):
        assert halos(player, frame)[1] == 1, frame
    assert halos(player, 49)[1] == halos(player, 93)[1] == 0
    assert halos(player, 103)[2] == 0, "three a second are told apart"
    assert halos(player, 104)[2] == 1


def test_a_faster_film_brightens_no_cell_more_often(player):
    """At twice the speed three a second of the reader's are a spike in eight frames."""
    player.root.locator("select").select_option("2")
    player.frames(3)
    assert halos(player, 103)[2] == 1
    player.root.locator("select").select_option("0.5")
    player.frames(3)
    assert halos(player, 103)[2] == 0


def test_any_way_to_a_frame_leads_to_the_same_glow(player):
    rng = random.Random(2)
    frames = [rng.uniform(0, LAST) for _ in range(12)] + [0, 10, 52, 61.5, LAST]
    direct = {frame: halos(player, frame) for frame in frames}
    assert any(0 < level < 1 for levels in direct.values() for level in levels)
    for order in (sorted(frames), sorted(frames, reverse=True)):
        assert {frame: halos(player, frame) for frame in order} == direct
    player.scrub(48 / LAST)
    player.press("Space")
    player.page.wait_for_timeout(900)
    player.pause()
    frame = float(player.root.locator(".scrub").input_value())
    played = player.root.locator(".spikes circle").nth(1).get_attribute("opacity")
    assert frame > 50
    halos(player, 150)
    assert halos(player, frame)[1] == float(played or 0)


def test_a_halo_grows_around_its_cell(player):
    """Colour is not alone: the halo is wider than the cell, and widest at the spike."""
    sizes = []
    for frame in (11.9, 11, 10):
        player.scrub(frame / LAST)
        sizes.append(player.root.locator(".spikes circle").first.bounding_box())
    widths = [size["width"] for size in sizes]
    cell = player.root.locator("[id$=-cells] .unit").first.bounding_box()
    assert widths == sorted(widths)
    assert widths[-1] > 1.2 * widths[0]
    assert widths[-1] == pytest.approx(1.7 * cell["width"], rel=0.02)
    fill = player.root.locator(".spikes circle").first.get_attribute("fill") or ""
    stops = player.root.locator(f"{fill[4:-1]} stop").evaluate_all(
        "(stops) => stops.map((stop) => [getComputedStyle(stop).stopColor, getComputedStyle(stop).stopOpacity])"
    )
    assert {colour for colour, _ in stops} == {"rgb(4, 5, 6)"}
    assert stops[-1][1] == "0", "its edge is hard"


@pytest.mark.parametrize("kind", ["wide", "phone"])
def test_a_halo_stands_where_a_layout_puts_its_cell(player, kind):
    if kind == "phone":
        player.page.set_viewport_size(PHONE)
        player.frames(4)
    for cell, frame, nth in ((0, 10, 0), (2, 104, 2), (3, 60, 3)):
        player.scrub(frame / LAST)
        halo = player.root.locator(".spikes circle").nth(cell).bounding_box()
        unit = player.root.locator(":is(circle.unit, .soma)").nth(nth).bounding_box()
        for side, size in (("x", "width"), ("y", "height")):
            assert halo[side] + halo[size] / 2 == pytest.approx(unit[side] + unit[size] / 2, abs=1)
        assert halo["width"] == pytest.approx(1.7 * unit["width"], rel=0.03)


def test_another_setting_has_other_spikes(player):
    assert halos(player, 20)[3] == 0
    choose(player, 1)
    assert halos(player, 20)[3] == 1, "two spikes in a frame are one glow"
    assert halos(player, 60)[3] == 0


def test_with_less_motion_a_cell_shows_whether_it_has_spiked_since_the_last_picture(player):
    """Half a second is six frames; nothing fades."""
    player.page.emulate_media(reduced_motion="reduce")
    player.frames(3)
    for frame, level in ((9.9, 0), (10, 1), (10.5, 1), (15.9, 1), (16, 0)):
        assert halos(player, frame)[0] == level, frame


def test_cells_that_rest_cost_nothing(player):
    player.scrub(150 / LAST)
    written = player.root.evaluate(
        """async (root) => {
             let writes = 0;
             const observer = new MutationObserver((records) => { writes += records.length; });
             observer.observe(root.querySelector(".spikes"), { subtree: true, attributes: true });
             root.querySelector(".play").click();
             await new Promise((go) => setTimeout(go, 600));
             observer.disconnect();
             return writes;
           }"""
    )
    assert written == 0


def test_no_train_brightens_a_cell_more_than_three_times_a_second(page):
    """Random trains, at the speeds of the film: counted are rises of the glow within any second of the reader's."""
    rng = np.random.default_rng(7)
    trains = [(rng.random(480) < share).astype(int).tolist() for share in np.linspace(0.02, 0.6, 30)]
    trains += [[int(i % step == 0) for i in range(480)] for step in range(1, 20)]
    for speed in (1, 2):
        for fps in (12, 16):
            second = fps * speed
            levels = page.evaluate(
                "([trains, fade, apart]) => trains.map((train) => [...player.glowing(train, fade, apart)])",
                [trains, 0.25 * fps, second / 3],
            )
            for train, glow in zip(trains, levels, strict=True):
                rises = np.diff(glow, prepend=0) > 0
                starts = np.flatnonzero(rises & ~np.roll(rises, 1))
                assert all(np.sum((starts >= first) & (starts < first + second)) <= 3 for first in starts)
                assert all(glow[i] == 1 for i, count in enumerate(train) if count), "a spike is not shown"


# their raster


def ticks(player: Player, group: int) -> list[tuple[float, float, float]]:
    """Give the place and the height of a group's ticks."""
    path = player.root.locator(".raster-ticks").nth(group).get_attribute("d") or ""
    return [tuple(map(float, re.findall(r"[\d.]+", tick))) for tick in path.split("M")[1:]]  # type: ignore[misc]


def test_a_raster_has_a_row_for_each_cell_and_a_tick_for_each_spike(player):
    """Four rows and a gap in a height of 100: each has 20, of which a tick takes 16."""
    rows = {0: ("lone", 0), 1: ("fast", 2), 2: ("even", 3), 3: ("rare", 4)}
    wanted = {
        group: [
            (400 + 120 * frame / LAST, 420 + 20 * place + 2, 16)
            for number, (name, place) in rows.items()
            for frame in TRAINS[name]
            if (number > 0) == group
        ]
        for group in (0, 1)
    }
    for group, expected in wanted.items():
        assert np.array(ticks(player, group)) == pytest.approx(np.array(expected), abs=0.06)


def test_a_raster_shows_up_to_now(player):
    for frame in (0, 12.5, 90, LAST):
        player.scrub(frame / LAST)
        right = player.root.locator("clipPath rect").evaluate(
            "(now) => Number(now.getAttribute('x')) + Number(now.getAttribute('width'))"
        )
        assert right == pytest.approx(400 + 120 * frame / LAST, abs=0.2)
    clip = player.root.locator("clipPath").get_attribute("id")
    assert player.root.locator(".traces").get_attribute("clip-path") == f"url(#{clip})"
    assert player.root.locator(".traces .raster-ticks").count() == 2


def test_rows_of_a_raster_carry_the_classes_of_box_and_group(player):
    classes = player.root.locator(".raster-ticks").evaluate_all(
        "(paths) => paths.map((path) => [path.getAttribute('class'), getComputedStyle(path).stroke])"
    )
    assert [name for name, _ in classes] == ["raster-ticks box few", "raster-ticks box many"]
    assert classes[0][1] == "rgb(1, 2, 3)"
    assert classes[1][1] != classes[0][1]
    widths = player.root.locator(".raster-ticks").evaluate_all(
        "(paths) => paths.map((path) => parseFloat(getComputedStyle(path).strokeWidth))"
    )
    assert min(widths) >= 1.5


def test_another_setting_draws_the_raster_anew(player):
    choose(player, 1)
    assert ticks(player, 1)[-1][0] == pytest.approx(400 + 120 * 20 / LAST, abs=0.06)
