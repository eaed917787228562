"""Charts over a control, on the toy scene whose numbers are known."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from explainer.player import Ask, Chart, Choice, Control, Line, Step

from . import harness
from .conftest import open_page
from .player import PHONE, WIDE, Player
from .test_accessible import violations
from .test_layout import FITTING, SMALLEST_ON_A_WALL_PX, outside, overlaps, too_small
from .toy import toy

HOUR_S = 3600.0
NODES = [0, 0.1, 0.3, 1]


def place(value: float) -> float:
    """Where a value stands on the axis: even in ratios far up, smooth to 0."""
    return math.log(1 + value / 0.1)


def scene(**changes: Any) -> Any:
    """Give the toy with its share over the amount: as a line, a band, dots; and a chart over time beside it."""
    share, dots = Line("share", "leaves", "ketamine-ink"), Line("share", "at nodes", "brain", dots=True)
    charts = [
        Chart("Share over amount", [share], unit="% of all", scale=100, over="amount", level=50, level_label="half"),
        Chart(
            *("Band and dots", [Line("share", "", "brain", to="half_s"), dots]),
            *("share", 1),
            **{"over": "amount", "range": (0, 2), "deck": "Two", "tab": "Band"},
        ),
        Chart("Level", [Line("level", "level", "ketamine-ink")], unit="share", deck="Two", tab="Time"),
    ]
    ask = Ask("How much?", ["Little", "Much"], "share", bins=[0.4])
    declared = {
        "controls": [
            Control("amount", "Amount taken", NODES, 1, "of all", spacing="log"),
            Choice("part", "Part", ["whole", "half"]),
        ],
        "charts": charts,
        "story": [
            Step("First", "See what goes where.", (0, HOUR_S), {"amount": 0.3}),
            Step("Then", "How much leaves the bag?", (0, HOUR_S), ask=ask),
        ],
    }
    return toy(**(declared | changes))


def mounted(browser: Browser, **changes: Any) -> Iterator[Player]:
    page, watch = open_page(browser, lambda _: False)
    harness.load(page, charts=True)
    page.evaluate("(p) => { globalThis.shown = harness.mount(p); }", scene(**changes).play().published())
    yield Player(page, watch).wait("ready", "charts")
    watch.context.close()


@pytest.fixture(scope="module")
def smooth(browser: Browser) -> Iterator[Player]:
    yield from mounted(browser)


@pytest.fixture(scope="module")
def stepped(browser: Browser) -> Iterator[Player]:
    amount = Control("amount", "Amount taken", NODES, 1, "of all", spacing="log", snap=True)
    yield from mounted(browser, controls=[amount, Choice("part", "Part", ["whole", "half"])])


@pytest.fixture
def player(smooth: Player) -> Iterator[Player]:
    yield smooth.fresh()
    smooth.watch.check()


def figure(player: Player, title: str = "Share over amount") -> Any:
    return player.root.locator("figure", has=player.page.locator("figcaption", has_text=title))


def drawn(player: Player, title: str = "Share over amount") -> list[tuple[list[float], list[float]]]:
    """Give the numbers that a chart has drawn, line by line, the mark of the present value last."""
    plot = figure(player, title).locator(".chart-plot")
    return [tuple(line) for line in plot.evaluate("(plot) => plot.data.map((line) => [[...line.x], [...line.y]])")]


def test_a_fact_is_drawn_over_all_values_of_a_control(player):
    (x, y), _ = drawn(player)
    assert len(x) == 60
    assert (x[0], x[-1]) == pytest.approx((0, place(1)))
    assert [b - a for a, b in itertools.pairwise(x)] == pytest.approx([place(1) / 59] * 59)
    amounts = [0.1 * math.expm1(at) for at in x]
    assert y == pytest.approx([100 * amount for amount in amounts], abs=2)  # four nodes, and a cubic through them
    assert (y[0], y[-1]) == pytest.approx((0, 100))


def test_a_mark_and_a_line_stand_at_the_present_value(player):
    for key, amount in (("Home", 0), ("End", 1)):
        player.sliders[0].press(key)
        player.settle()
        assert drawn(player)[-1] == (pytest.approx([place(amount)]), pytest.approx([100 * amount]))
        cursor = figure(player).locator(".chart-cursor").bounding_box()
        spot = figure(player).locator(".scatterlayer .trace").last.locator(".point").bounding_box()
        assert cursor is not None
        assert spot is not None
        assert spot["x"] + spot["width"] / 2 == pytest.approx(cursor["x"] + cursor["width"] / 2, abs=1.5)
    before = figure(player).locator(".chart-cursor").get_attribute("style")
    player.scrub(0.7)
    assert figure(player).locator(".chart-cursor").get_attribute("style") == before, "it follows the time"


def test_the_other_controls_move_the_curve(player):
    player.choices[0].locator("input").nth(1).check()
    player.settle()
    (_, y), (_, now) = drawn(player)
    assert (y[-1], now[0]) == pytest.approx((50, 50))
    player.sliders[0].press("Home")
    player.settle()
    (_, same), (at, now) = drawn(player)
    assert same == y, "its own control moves the curve"
    assert (at[0], now[0]) == (0, 0)


def test_a_band_and_dots_at_the_nodes(player):
    (_, low), (_, high), (x, y), (now, _) = drawn(player, "Band and dots")
    assert low[-1] == pytest.approx(1)
    assert high[-1] == pytest.approx(1800)  # the time at which half has gone, in s
    assert x == pytest.approx([place(node) for node in NODES])
    assert y == pytest.approx(NODES)
    assert now == [], "a mark where a dot may not be"
    plot = figure(player, "Band and dots")
    assert plot.locator(".scatterlayer .point").count() == len(NODES)
    assert plot.locator(".chart-key li").all_inner_texts() == ["at nodes"]
    assert plot.locator(".swatch.dots").evaluate("(s) => [s.offsetWidth, s.offsetHeight]") == [9, 9]


def test_where_it_snaps_only_nodes_are_drawn(stepped):
    stepped.fresh()
    (x, y), mark = drawn(stepped)
    assert x == pytest.approx([place(node) for node in NODES])
    assert y == pytest.approx([100 * node for node in NODES])
    assert mark == (pytest.approx([place(1)]), pytest.approx([100]))
    stepped.sliders[0].press("ArrowLeft")
    stepped.settle()
    assert drawn(stepped)[-1] == (pytest.approx([place(0.3)]), pytest.approx([30]))
    *_, (at, value) = drawn(stepped, "Band and dots")
    assert (at, value) == (pytest.approx([place(0.3)]), pytest.approx([0.3])), "dots have a mark where all is nodes"


def test_its_axis_is_the_controls(player):
    plot = figure(player).locator(".chart-plot")
    assert plot.locator(".xtitle").text_content() == "Amount taken (of all)"
    assert plot.locator(".xtick text").all_text_contents() == ["0", "0.1", "0.3", "1"]
    ticks = [tick.bounding_box() for tick in plot.locator(".xtick text").all()]
    middles = [box["x"] + box["width"] / 2 for box in ticks if box]
    wanted = [place(node) / place(1) for node in NODES]
    assert [(m - middles[0]) / (middles[-1] - middles[0]) for m in middles] == pytest.approx(wanted, abs=0.02)
    assert not plot.evaluate("(plot) => plot.layout.shapes.some((shape) => shape.type === 'rect')"), "bands of time"


def test_it_is_hidden_while_a_prediction_waits_and_only_then(player):
    plot, cursor, veil = (figure(player).locator(part) for part in (".chart-plot", ".chart-cursor", ".veil"))
    player.press("PageDown")
    player.settle()
    expect(veil).to_be_hidden()
    expect(plot).to_have_css("visibility", "visible")
    assert drawn(player)[-1][1] == pytest.approx([30])
    player.press("PageDown")
    player.settle()
    expect(veil).to_have_text("Shown after your prediction.")
    expect(veil).to_be_visible()
    expect(plot).to_have_css("visibility", "hidden")
    expect(cursor).to_have_css("visibility", "hidden")
    assert "leaves" not in (plot.get_attribute("aria-label") or ""), "its name gives the answer away"
    player.press("1")
    player.settle()
    expect(veil).to_be_hidden()
    expect(plot).to_have_css("visibility", "visible")
    assert "leaves 100" in (plot.get_attribute("aria-label") or "")


def test_in_the_story_it_tells_nothing_that_a_later_step_asks(player):
    player.press("PageDown")
    player.settle()
    assert drawn(player)[0] == (pytest.approx([place(0.3)]), pytest.approx([30])), "the rest answers the next step"
    player.press("PageDown", "1")
    player.settle()
    (x, y), _ = drawn(player)
    assert (x[0], x[-1], y[0], y[-1]) == pytest.approx((0, place(1), 0, 100))
    player.press("PageUp")
    player.settle()
    assert len(drawn(player)[0][0]) == 60, "all is answered, and a step shortens it as a chart over time"
    player.press("r")
    player.settle()
    assert len(drawn(player)[0][0]) == 60, "it is held back outside the story"


def test_its_name_says_what_it_is_over_and_where_it_stands(player):
    said = "Chart: Share over amount, in % of all, over Amount taken (of all). A dashed line: half. "
    name = figure(player).locator(".chart-plot").get_attribute("aria-label")
    assert name == f"{said}At 1\u00a0of all: leaves 100. Of the whole, 100\u00a0% leaves the bag."
    player.sliders[0].press("Home")
    player.settle()
    name = figure(player).locator(".chart-plot").get_attribute("aria-label")
    assert (name or "").startswith(f"{said}At 0\u00a0of all: leaves 0. Of the")


def test_it_takes_its_turn_in_a_deck(player):
    player.tabs[1].check()
    player.frames(4)
    player.choices[0].locator("input").nth(1).check()
    player.settle()
    player.tabs[0].check()
    player.frames(4)
    assert drawn(player, "Band and dots")[2][1][-1] == pytest.approx(0.5), "it has not caught up"


@pytest.mark.parametrize("kind", ["wide", "projector", "phone"])
def test_it_has_room_and_can_be_read(player, kind):
    player.page.set_viewport_size(PHONE if kind == "phone" else WIDE)
    if kind == "projector":
        player.press("p")
    player.settle()
    labels = [label for label in player.measure("labels") if label["picture"] > 0]
    assert {"0", "0.1", "0.3", "1", "Amount taken (of all)"} <= {label["text"] for label in labels}
    found = [*overlaps(labels), *outside(labels), *player.measure("clipped", f"{FITTING}, .tabs label, .tabs legend")]
    if kind == "projector":
        found += too_small(player.measure("texts"), SMALLEST_ON_A_WALL_PX)
    found += violations(player, whole_page=False)
    assert not found, "\n".join(found)


def test_colours_follow_the_theme(player):
    colours = []
    for scheme in ("light", "dark"):
        player.page.emulate_media(color_scheme=scheme)
        player.frames(6)
        plot = figure(player).locator(".chart-plot")
        colours.append(plot.evaluate("(plot) => [plot.data[0].line.color, plot.data.at(-1).marker.color[0]]"))
    assert colours[0] != colours[1]
    assert all(line == mark for line, mark in colours)


def test_bands_of_time_have_a_key_only_beside_charts_over_time(blank):
    from explainer.player import Clock, Stretch

    clock = Clock([Stretch(0, 3 * HOUR_S, 15, "Three hours", "shade-drug")], frames_per_s=12, unit="min")
    for charts, keys in ((scene().charts[:1], 0), (scene().charts, 1)):
        harness.load(blank)
        blank.evaluate("(p) => { harness.mount(p); }", scene(clock=clock, charts=charts).play().published())
        player = Player(blank, None).wait("ready")
        assert player.root.locator(".bands-key").count() == keys
