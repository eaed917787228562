"""Charts that share a place, levels and faint lines, on the toy scene whose numbers are known."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from . import harness
from .conftest import open_page
from .player import PHONE, WIDE, Player
from .test_accessible import violations
from .test_layout import FITTING, SMALLEST_ON_A_WALL_PX, outside, overlaps, too_small
from .toy import toy


@pytest.fixture(scope="module")
def mounted(browser: Browser) -> Iterator[Player]:
    """The toy with its charts drawn."""
    page, watch = open_page(browser, lambda _: False)
    harness.load(page, charts=True)
    page.evaluate("(p) => { harness.mount(p); }", toy().play().published())
    yield Player(page, watch).wait("ready", "charts")
    watch.context.close()


@pytest.fixture
def player(mounted: Player) -> Iterator[Player]:
    """The toy as it opens, paused at the beginning of its film."""
    mounted.page.emulate_media(media="screen")
    yield mounted.fresh()
    mounted.watch.check()


def titles(player: Player) -> list[str]:
    """List the charts that show."""
    return player.root.locator("figcaption strong:visible").all_inner_texts()


def drawn(player: Player, title: str) -> list[list[float]]:
    """Give the numbers that a chart has drawn, line by line; none before it has been."""
    figure = player.root.locator("figure", has=player.page.locator("figcaption", has_text=title))
    return figure.locator(".chart-plot").evaluate("(plot) => (plot.data ?? []).map((line) => [...line.y])")


def test_the_first_shows_and_only_what_shows_is_drawn(player):
    assert titles(player) == ["Level", "Out of the bag"]
    assert len(player.tabs) == 2
    assert [tab.is_checked() for tab in player.tabs] == [True, False]
    assert len(player.measure("charts")) == 2
    assert all(player.measure("charts"))
    assert drawn(player, "In the brain") == []


def test_the_keyboard_chooses(player):
    player.tabs[0].focus()
    clock = player.text(".clock")
    player.page.keyboard.press("ArrowRight")
    player.frames(4)
    assert titles(player) == ["Level", "In the brain"]
    assert player.text(".clock") == clock, "the key has moved the film, too"
    assert all(player.measure("charts")), "what has been chosen is not drawn"
    assert drawn(player, "In the brain")[0][120] == pytest.approx(100 / 3, abs=0.1)
    player.page.keyboard.press("Space")
    assert not player.playing, "Space on a tab plays the film"
    player.page.keyboard.press("ArrowLeft")
    player.frames(2)
    assert titles(player) == ["Level", "Out of the bag"]


def test_what_is_hidden_is_left_alone_and_catches_up(player):
    player.tabs[1].check()
    player.frames(4)
    before = drawn(player, "Out of the bag")
    player.choices[0].locator("input").nth(1).check()
    player.settle()
    assert drawn(player, "In the brain")[0][120] == pytest.approx(100 / 6, abs=0.1), "what shows does not follow"
    assert drawn(player, "Out of the bag") == before, "what does not show is drawn"
    player.scrub(0.5)
    player.tabs[0].check()
    player.frames(4)
    assert drawn(player, "Out of the bag")[0][120] == pytest.approx(50, abs=0.1), "it has not caught up"
    cursors = player.root.locator(".chart-cursor").evaluate_all(
        "(all) => all.filter((c) => c.checkVisibility()).map((c) => [c.style.transform, c.offsetHeight])"
    )
    assert len(cursors) == 2
    assert cursors[0] == cursors[1], "the cursor of the chart that has come stands elsewhere"


def test_a_theme_reaches_a_chart_that_comes_later(player):
    player.page.emulate_media(color_scheme="dark")
    player.frames(4)
    player.tabs[1].check()
    player.frames(4)
    colours = player.root.locator(".chart-plot").evaluate_all(
        "(plots) => plots.filter((p) => p.checkVisibility()).map((p) => p.layout.font.color)"
    )
    assert colours == ["#eef2f4", "#eef2f4"]


def test_a_screen_reader_hears_what_is_chosen_among(player):
    group = player.root.get_by_role("group", name="Where")
    expect(group).to_have_count(1)
    expect(group.get_by_role("radio", name="All")).to_be_checked()
    expect(group.get_by_role("radio", name="Brain alone")).not_to_be_checked()
    assert player.root.get_by_role("img", name="Chart: Out of the bag").count() == 1
    assert player.root.get_by_role("img", name="Chart: In the brain").count() == 0, "it hears of what does not show"


@pytest.mark.parametrize("kind", ["wide", "projector", "phone"])
@pytest.mark.parametrize("tab", [0, 1])
def test_charts_of_a_deck_have_room_and_can_be_read(player, kind, tab):
    if kind == "phone":
        player.page.set_viewport_size(PHONE)
    if kind == "projector":
        player.press("p")
    player.tabs[tab].check()
    player.settle()
    labels = [label for label in player.measure("labels") if "chart" in label["where"] or label["picture"] > 0]
    assert {"0", "30", "60", "90", "120", "150", "180"} <= {label["text"] for label in labels}, "a tick is left out"
    found = [*overlaps(labels), *outside(labels), *player.measure("clipped", f"{FITTING}, .tabs label, .tabs legend")]
    if kind == "projector":
        found += too_small(player.measure("texts"), SMALLEST_ON_A_WALL_PX)
    assert not found, "\n".join(found)
    width, room = player.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= room


def test_axe_finds_nothing(player):
    found = []
    for state in ("light", "dark"):
        player.page.emulate_media(color_scheme=state)
        for tab in player.tabs:
            tab.check()
            player.settle()
            found += violations(player, whole_page=False)
    assert not found, "\n".join(found)


def test_on_paper_stands_what_has_been_chosen(player):
    player.tabs[1].check()
    player.frames(4)
    player.page.emulate_media(media="print")
    assert titles(player) == ["Level", "In the brain"]
    expect(player.root.locator(".tabs")).to_be_hidden()
    expect(player.root.locator("figure:visible .chart-plot svg.main-svg").last).to_be_visible()


def test_a_prediction_hides_the_charts_of_a_deck(player):
    player.root.evaluate("(root) => { root.dataset.asking = 'yes'; }")
    assert player.measure("veiled")
    player.root.evaluate("(root) => { delete root.dataset.asking; }")


def test_r_leaves_the_page_as_it_is_arranged(player):
    player.tabs[1].check()
    player.press("r")
    player.settle()
    assert titles(player) == ["Level", "In the brain"]


# levels and faint lines


def strokes(player: Player, selector: str) -> list[dict[str, Any]]:
    return player.root.locator(selector).evaluate_all(
        """(paths) => paths.filter((p) => p.checkVisibility()).map((p) => {
             const { top, bottom, left, right } = p.getBoundingClientRect();
             const style = getComputedStyle(p);
             return { y: (top + bottom) / 2, width: right - left, dash: style.strokeDasharray,
                      stroke: style.strokeWidth, opacity: style.opacity };
           })"""
    )


def test_a_level_is_a_dashed_line_with_its_name(player):
    (line,) = strokes(player, "path[style*=stroke-dasharray]")
    assert line["dash"] != "none"
    plot = player.root.locator(".chart-plot").first
    half = plot.locator(".yaxislayer-above text", has_text="0.5").bounding_box()
    assert half is not None
    assert line["y"] == pytest.approx(half["y"] + half["height"] / 2, abs=2), "the line is not at its level"
    name = plot.locator(".annotation text", has_text="half").bounding_box()
    assert name is not None
    assert name["y"] + name["height"] <= line["y"] + 1, "a level's name stands above it"
    assert line["y"] - name["y"] < 25
    assert "A dashed line: half." in (plot.get_attribute("aria-label") or "")
    grid, dashes = plot.evaluate(
        """(plot) => {
             const order = [...plot.querySelectorAll("*")];
             const dashed = order.find((p) => p.matches("path") && getComputedStyle(p).strokeDasharray !== "none");
             return [order.indexOf(plot.querySelector(".gridlayer")), order.indexOf(dashed)];
           }"""
    )
    assert grid < dashes, "the grid covers the dashes"


def test_a_high_level_has_its_name_beneath_it(player):
    player.tabs[1].check()
    player.frames(4)
    plot = player.root.locator(".chart-plot:visible").last
    name = plot.locator(".annotation text", has_text="most").bounding_box()
    line = plot.locator("path[style*=stroke-dasharray]").bounding_box()
    assert name is not None
    assert line is not None
    assert -2 < name["y"] - line["y"] < 10


def test_a_faint_line_is_thin_pale_and_without_a_name_not_in_the_key(player):
    player.tabs[1].check()
    player.frames(4)
    plot = player.root.locator("figure:visible").last
    assert plot.locator(".chart-key li").all_inner_texts() == ["in the brain"]
    plain, faint = plot.locator(".scatterlayer .js-line").evaluate_all(
        """(paths) => paths.map((p) => [parseFloat(getComputedStyle(p).strokeWidth),
             Number(getComputedStyle(p.closest(".trace")).opacity) * Number(getComputedStyle(p).strokeOpacity)])"""
    )
    assert faint[0] < plain[0] / 1.5
    assert faint[1] < 0.5 <= plain[1]


def test_five_controls_have_room(blank):
    """As many as a scene may have, at every size."""
    from explainer.player import Control

    more = [Control(f"more_{i}", f"Another of the controls, {i}", [0, 1], 0, "µg/mL") for i in range(3)]
    harness.load(blank)
    scene = toy(controls=[*toy().controls, *more])
    blank.evaluate("(p) => { harness.mount(p); }", scene.play().published())
    player = Player(blank, None).wait("ready")
    player.pause()
    found = []
    for size in (WIDE, PHONE):
        blank.set_viewport_size(size)
        for theme in ("light", "projector"):
            if theme == "projector":
                player.press("p")
            player.settle()
            assert len(player.sliders) + len(player.choices) == 5
            found += player.measure("clipped", FITTING)
            width, room = blank.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
            found += [f"{width} px wide in {room}"] if width > room else []
            if theme == "projector":
                player.press("p")
    assert not found, "\n".join(found)
