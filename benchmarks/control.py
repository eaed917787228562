"""From a control to the changed picture, by a real mouse on a real slider."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator

from benchmarks.browser import PageFailed, Visit, visit
from benchmarks.servers import Server, Servers
from benchmarks.table import Goal, Row, middle, p95, times

MOST_MS = 34
LEAST_FASTER = 3
LIMIT_MS = 5000
PAUSE_MS = (100, 150)
LONG_PAUSE_MS = 300
FARTHER = 0.15  # of the slider's length: every move changes what is seen
TRIES = 3  # visits to the FigureWidget page until one answers


@dataclass
class Moves:
    """What a page did when a slider was moved."""

    picture: list[float] = field(default_factory=list)
    plots: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    moves: int = 0
    messages: int = 0
    visits: int = 0
    deaf: int = 0  # visits in which no plot followed the slider
    half_deaf: int = 0  # visits in which not every plot did


class Slider:
    """A slider on an open page, held with the mouse; what is the picture there, and what the plots are."""

    def __init__(
        self, here: Visit, grip: Locator, track: Locator, picture: str, plots: str, rng: random.Random
    ) -> None:
        """Take hold of it. Its place is looked up once: at each move that would burden the page."""
        self.here, self.picture, self.plots, self.rng = here, picture, plots, rng
        self.at = 0.5
        track.scroll_into_view_if_needed()
        held, box = grip.bounding_box(), track.bounding_box()
        if not held or not box:
            raise PageFailed(f"{here.name}: its slider is not there.")
        self.box = box
        mouse = here.page.mouse
        mouse.move(held["x"] + held["width"] / 2, held["y"] + held["height"] / 2)
        mouse.down()
        here.page.wait_for_timeout(500)

    def move(self, whole: bool) -> float | None:
        """Drag it to a random place; gives the ms until the picture, or all plots, have changed."""
        before = self.at
        while abs(self.at - before) <= FARTHER:
            self.at = self.rng.uniform(0.03, 0.97)
        page, box = self.here.page, self.box
        page.evaluate("([picture, plots]) => bench.arm(picture, plots)", [self.picture, self.plots])
        page.mouse.move(box["x"] + self.at * box["width"], box["y"] + box["height"] / 2)
        took = page.evaluate("([all, limit]) => bench.outcome(all, limit)", [whole, LIMIT_MS])
        page.wait_for_timeout(LONG_PAUSE_MS if whole else self.rng.uniform(*PAUSE_MS))
        found: float | None = took["plots" if whole else "picture"]
        return found

    def must(self, whole: bool) -> float:
        """Drag it, and fail if nothing follows."""
        took = self.move(whole)
        if took is None:
            what = "not every chart" if whole else "nothing"
            said = f"{what} changed within {LIMIT_MS} ms at {self.at:.0%} of its slider."
            raise PageFailed(f"{self.here.name}: {said}")
        return took

    def series(self, count: int, whole: bool, into: Moves) -> None:
        """Move it as a reader does who searches; then, where all plots follow, slowly enough for them."""
        page = self.here.page
        for _ in range(2):
            self.must(False)
        page.wait_for_timeout(1000)
        sent, since = self.here.sent, page.evaluate("() => performance.now()")
        into.picture += [self.must(False) for _ in range(count)]
        into.longest.append(float(page.evaluate("since => bench.longestTask(since)", since)))
        page.wait_for_timeout(1000)
        into.moves += count
        into.messages += self.here.sent - sent
        if whole:
            into.plots += [self.must(True) for _ in range(max(3, count // 3))]
        page.mouse.up()


def ours(browser: Browser, server: Server, count: int, rng: random.Random, into: Moves) -> None:
    """Move the scene's first slider while the film stands at the last pulse with the drug."""
    from explainer.scenes import nmda

    frame = nmda.scene.clock.frame(nmda.TRAIN_S[-1] + 0.1)
    with visit(browser, server.address, server.name, "moving") as here:
        here.ready()
        here.wait("() => document.querySelector('.explainer').dataset.charts", 30_000)
        here.settle()
        here.page.locator(".explainer").evaluate("scene => scene.scrollIntoView()")
        here.page.locator(".explainer .scrub").evaluate(
            "(s, at) => { s.value = at; s.dispatchEvent(new Event('input', { bubbles: true })); }", frame
        )
        here.page.wait_for_timeout(1000)
        handle = here.page.get_by_label(nmda.scene.controls[0].label, exact=True)
        slider = Slider(here, handle, handle, ".explainer .plate", ".explainer .chart-plot", rng)
        slider.series(count, True, into)
    into.visits += 1
    server.end_kernels()


def figures(browser: Browser, server: Server, count: int, rng: random.Random, into: Moves) -> None:
    """Move the first slider beside the two FigureWidgets.

    On a slow machine a FigureWidget may never answer: anywidget gives its front end, 4.8 MB each,
    two seconds to start and drops every later message to one that takes longer. Such visits are
    counted and repeated; the numbers are those of visits in which it works.
    """
    for _ in range(TRIES):
        into.visits += 1
        with visit(browser, server.address, server.name, "plots", strict=False) as here:
            here.ready()
            here.settle()
            base = here.page.locator(".widget-hslider .noUi-base").first
            slider = Slider(here, base.locator(".noUi-handle"), base, "", ".js-plotly-plot", rng)
            whole = slider.move(True) is not None
            answers = whole or slider.move(False) is not None
            if answers:
                into.half_deaf += not whole
                slider.series(count, whole, into)
        server.end_kernels()
        if answers:
            return
        into.deaf += 1


def measure(browser: Browser, servers: Servers, rounds: int, moves: int = 40) -> list[Row]:
    """Move both pages' sliders alike, page by page in turn."""
    mine, other = Moves(), Moves()
    for number in range(rounds):
        ours(browser, servers.ours, moves, random.Random(number), mine)
        figures(browser, servers.figures, moves, random.Random(number), other)
    if not other.picture:
        raise PageFailed(
            f"in {other.visits} visits no FigureWidget followed its slider: nothing to compare with."
        )
    high, high_other = p95(mine.picture), p95(other.picture)
    median, median_other = middle(mine.picture), middle(other.picture)
    deaf = (
        f" Visits to the FigureWidget page: {other.visits}; in {other.deaf} no plot followed the slider, in "
        f"{other.half_deaf} not every plot: anywidget drops what it gets for a front end that took over 2 s."
        if other.deaf or other.half_deaf
        else ""
    )
    return [
        Row(
            "control → changed picture, p95",
            "ms",
            high,
            high_other,
            ratio=f"{times(high_other, high)} faster",
            goals=(
                Goal(f"≤ {MOST_MS} ms", high <= MOST_MS),
                Goal(f"≥ {LEAST_FASTER} × faster", high_other >= LEAST_FASTER * high),
            ),
            note=f"{len(mine.picture)} and {len(other.picture)} random moves of the concentration, dragged "
            "by mouse, pauses of 100–150 ms, film paused; from the pointer's stamp to the painted change "
            f"(for figures: of the first plot).{deaf}",
        ),
        Row("  median", "ms", median, median_other, ratio=f"{times(median_other, median)} faster"),
        Row(
            "  until all charts have changed, p95",
            "ms",
            p95(mine.plots),
            p95(other.plots) if other.plots else None,
            note="a third as many moves, each after a longer pause.",
        ),
        Row(
            "  the same, median",
            "ms",
            middle(mine.plots),
            middle(other.plots) if other.plots else None,
        ),
        Row("  longest task in the page meanwhile", "ms", max(mine.longest), max(other.longest)),
        Row(
            "kernel messages per move",
            "",
            mine.messages / mine.moves,
            other.messages / other.moves,
            goals=(Goal("0", mine.messages == 0),),
            note="websocket frames sent.",
        ),
    ]
