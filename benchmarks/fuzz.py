"""Random input for minutes on every scene: nothing may err, and the page must not grow.

`python -m benchmarks.fuzz` uses the static pages as PhET's fuzz test uses its simulations: keys, mouse, touch,
window, colours and visibility, at random and by a seed. A console error, an error shown, a request for another
host, a word that is no number or a page that hangs ends a scene's run at once, with the seed and the last acts;
`--scene S --seed N --acts K` goes the same way again. Each minute the page is brought to rest and weighed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

from benchmarks.browser import READY_MS, launch
from benchmarks.film import scenes
from benchmarks.servers import site
from benchmarks.table import middle

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
PROBE = Path(__file__).with_name("fuzz.js").read_text("utf-8")

MOST_GROWTH = 0.05  # of the last three weighings' median over the first, which is taken after the first minute
MOST_MB = 100.0  # at any weighing
HELD = {"object", "closure", "array", "string", "concatenated string", "sliced string", "number", "regexp", "symbol"}
"""Kinds of entries of a heap snapshot that are counted; compiled code and what the browser keeps of its own are not."""
GROWTHS = ("objects_MB", "nodes", "listeners")
LISTED = 30  # acts, when something went wrong
THOROUGH = 50  # acts from one look at all attributes to the next
HANGS_MS = 30_000
PAUSE_S = (0.01, 0.15)
WIDE: ViewportSize = {"width": 1280, "height": 720}

KEYS = (
    *("Space", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "PageDown", "Home", "End"),
    *("1", "2", "3", "4", "9", "p", "r", "?", "Tab", "Tab", "Tab", "Shift+Tab", "Enter", "Escape", "Escape"),
    *("f", "P", "a", "z", "Delete", "Control+ArrowRight", "Alt+ArrowUp", "µ", "Shift+PageDown"),
)
STORY = ("PageDown", "PageDown", "PageDown", "PageDown", "PageUp", "1", "2", "3", "4", "Space")
SLIDERS = ".explainer input[type=range]"
CLICKED = ".explainer button, .explainer label, .explainer summary, .explainer a, .explainer input[type=radio]"
ELSEWHERE = "summary, a, button, input, explainer-figure"
CHARTS = ".explainer .chart-plot, explainer-figure, .explainer .plate"
MEDIA: dict[str, tuple[str, ...]] = {
    "color_scheme": ("light", "dark", "no-preference"),
    "reduced_motion": ("reduce", "no-preference"),
    "forced_colors": ("active", "none"),
    "contrast": ("more", "no-preference"),
    "media": ("print", "screen"),
}
CALM = {name: values[-1] for name, values in MEDIA.items()} | {"color_scheme": "light"}

WEIGHTS = {
    "key": 18,
    "story": 12,
    "slider": 16,
    "click": 18,
    "elsewhere": 2,
    "speed": 2,
    "chart": 7,
    "point": 6,
    "drag": 4,
    "wheel": 4,
    "touch": 5,
    "projector": 3,
    "fullscreen": 3,
    "window": 3,
    "media": 4,
    "hide": 2,
    "scroll": 3,
    "close": 4,
    "reset": 1,
}


class Wrong(Exception):
    """A page did what no page may do."""


@dataclass(frozen=True)
class Act:
    """One thing that a reader may do, with all that is random about it: shares from 0 to 1, and a choice."""

    kind: str
    shares: tuple[float, ...]
    choice: str = ""
    pause_s: float = 0.0

    def __str__(self) -> str:
        shares = ", ".join(f"{share:.3f}" for share in self.shares)
        return f"{self.kind} {self.choice} [{shares}]".replace("  ", " ")


def acts(seed: int) -> Iterator[Act]:
    """Give acts without end: the same for the same seed, whatever the page does."""
    rng = random.Random(seed)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    while True:
        kind = rng.choices(kinds, weights)[0]
        shares = tuple(rng.random() for _ in range(8))
        choice = ""
        if kind == "key":
            choice = rng.choice(KEYS)
        elif kind == "story":
            choice = rng.choice(STORY)
        elif kind == "media":
            name = rng.choice(list(MEDIA))
            choice = f"{name}={rng.choice(MEDIA[name])}"
        yield Act(kind, shares, choice, rng.uniform(*PAUSE_S))


class Hand:
    """Does acts to a page, by real input as far as a browser takes it."""

    def __init__(self, page: Page, devtools: CDPSession, nth: int) -> None:
        """Take the page, and which of its scenes is meant by what is not done to the whole page."""
        self.page, self.devtools, self.nth = page, devtools, nth

    def do(self, act: Act) -> None:
        """Do it."""
        getattr(self, f"_{act.kind}")(act)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        size = self.page.viewport_size or WIDE
        return x * (size["width"] - 1), y * (size["height"] - 1)

    def _find(self, selector: str, share: float) -> dict[str, float] | None:
        found: dict[str, float] | None = self.page.evaluate("([s, at]) => fuzz.find(s, at)", [selector, share])
        return found

    def _focus(self) -> None:
        self.page.evaluate("n => document.querySelectorAll('.explainer')[n].focus({ preventScroll: true })", self.nth)

    def _key(self, act: Act) -> None:
        for _ in range(1 + int(act.shares[0] ** 4 * 12)):  # now and then it is held
            if act.choice.isascii():
                self.page.keyboard.press(act.choice)
            else:
                self.page.keyboard.insert_text(act.choice)

    def _story(self, act: Act) -> None:
        if act.shares[0] < 0.7:
            self._focus()
        for _ in range(1 + int(act.shares[1] ** 3 * 5)):
            self.page.keyboard.press(act.choice)

    def _slider(self, act: Act) -> None:
        box = self._find(SLIDERS, act.shares[0])
        if not box:
            return
        mouse, y = self.page.mouse, box["y"] + box["height"] / 2
        for number, share in enumerate(act.shares[1 : 3 + int(act.shares[7] * 5)]):
            mouse.move(box["x"] + (share * 1.1 - 0.05) * box["width"], y)
            if number == 0:
                mouse.down()
        mouse.up()

    def _hit(self, box: dict[str, float] | None, act: Act) -> None:
        if box:
            x, y = box["x"] + act.shares[1] * box["width"], box["y"] + act.shares[2] * box["height"]
            self.page.mouse.click(x, y, click_count=2 if act.shares[3] < 0.1 else 1)

    def _click(self, act: Act) -> None:
        self._hit(self._find(CLICKED, act.shares[0]), act)

    def _elsewhere(self, act: Act) -> None:
        self._hit(self._find(ELSEWHERE, act.shares[0]), act)

    def _speed(self, act: Act) -> None:
        self.page.evaluate("([a, b]) => fuzz.choose('.explainer select', a, b)", act.shares[:2])

    def _chart(self, act: Act) -> None:
        box = self._find(CHARTS, act.shares[0])
        if not box:
            return
        for x, y in zip(act.shares[1:4], act.shares[4:7], strict=True):
            self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if act.shares[7] < 0.3:
            self.page.mouse.dblclick(box["x"] + act.shares[1] * box["width"], box["y"] + act.shares[4] * box["height"])

    def _point(self, act: Act) -> None:
        button = "right" if act.shares[2] < 0.1 else "left"
        self.page.mouse.click(*self._place(*act.shares[:2]), button=button)

    def _drag(self, act: Act) -> None:
        self.page.mouse.move(*self._place(*act.shares[:2]))
        self.page.mouse.down()
        self.page.mouse.move(*self._place(*act.shares[2:4]), steps=4)
        self.page.mouse.up()

    def _wheel(self, act: Act) -> None:
        self.page.mouse.move(*self._place(*act.shares[:2]))
        self.page.mouse.wheel(0, (act.shares[2] - 0.5) * 2000)

    def _touch(self, act: Act) -> None:
        """Tap or swipe, as on a phone; in half of all cases on something that is there to be touched."""
        box = self._find(f"{SLIDERS}, {CLICKED}", act.shares[0]) if act.shares[1] < 0.5 else None
        x, y = self._place(*act.shares[2:4])
        if box:
            x, y = box["x"] + act.shares[2] * box["width"], box["y"] + act.shares[3] * box["height"]
        x, y = max(x, 0), max(y, 0)
        self.devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

        def touch(kind: str, *points: tuple[float, float]) -> None:
            given = [{"x": px, "y": py} for px, py in points]
            self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

        touch("touchStart", (x, y))
        if act.shares[4] < 0.4:
            across, down = (60 * (share - 0.5) for share in act.shares[5:7])
            for step in range(1, 4):
                touch("touchMove", (max(x + step * across, 0), max(y + step * down, 0)))
        touch("touchEnd")
        self.devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})

    def _projector(self, act: Act) -> None:
        self._focus()
        self.page.keyboard.press("p")

    def _fullscreen(self, act: Act) -> None:
        """Ask for full screen by its key, allowed or refused."""
        self.page.evaluate("refuses => { fuzz.refuses = refuses; }", act.shares[0] < 0.4)
        self._focus()
        self.page.keyboard.press("f")

    def _window(self, act: Act) -> None:
        width = (320, 390, 768, 1024, 1280, 1920)[int(act.shares[0] * 6)]
        height = (400, 568, 720, 844, 1080)[int(act.shares[1] * 5)]
        self.page.set_viewport_size({"width": width, "height": height})

    def _media(self, act: Act) -> None:
        name, value = act.choice.split("=")
        self.page.emulate_media(**{name: value})  # type: ignore[arg-type]

    def _hide(self, act: Act) -> None:
        """Put the page away, as another tab does, for a moment."""
        self.devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
        time.sleep(0.2 + act.shares[0] * 0.8)
        self.devtools.send("Page.setWebLifecycleState", {"state": "active"})

    def _scroll(self, act: Act) -> None:
        self.page.evaluate("y => scrollTo(0, y * document.documentElement.scrollHeight)", act.shares[0])

    def _close(self, act: Act) -> None:
        self.page.keyboard.press("Escape")

    def _reset(self, act: Act) -> None:
        self._focus()
        self.page.keyboard.press("r")

    def tour(self) -> None:
        """Show everything once: what a page makes when it is first asked for is no growth afterwards."""
        page = self.page
        for nth in range(page.locator(".explainer").count()):
            scene = page.locator(".explainer").nth(nth)
            steps = int(page.evaluate("nth => fuzz.open(nth)", nth))
            page.wait_for_timeout(1500)
            for media in ({"color_scheme": "dark"}, {"color_scheme": "light"}):
                page.emulate_media(**media)  # type: ignore[arg-type]
                page.wait_for_timeout(500)
            for width in (390, 800, 1280):
                page.set_viewport_size({"width": width, "height": 720})
                page.wait_for_timeout(500)
            scene.evaluate("scene => scene.focus()")
            for key in ("p", "p", "?", "Escape", *["PageDown"] * (2 * steps + 2)):  # twice: a prediction is passed over
                page.keyboard.press(key)
                page.wait_for_timeout(200)

    def rest(self) -> None:
        """Bring the page to where it is compared and weighed: as it opened, paused."""
        page = self.page
        page.mouse.up()
        page.evaluate("() => fuzz.close()")
        page.emulate_media(**CALM)  # type: ignore[arg-type]
        page.set_viewport_size(WIDE)
        for nth in range(page.locator(".explainer").count()):
            page.evaluate("nth => fuzz.rest(nth)", nth)
            page.keyboard.press("r")
        page.mouse.move(1, 1)
        page.wait_for_timeout(1200)  # charts and words follow a change by less than a second


@dataclass
class Weighing:
    """What a page holds after its garbage is collected."""

    minute: float
    acts: int
    heap_MB: float  # all of JavaScript, with buffers
    objects_MB: float  # the same without the machine code that the browser has made of hot functions
    nodes: int
    listeners: int


@dataclass
class Run:
    """Random input on one scene."""

    scene: str
    seed: int
    acts: int = 0
    minutes: float = 0.0
    weighings: list[Weighing] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)

    def growth(self, what: str) -> float:
        """Give by how much the median of the last three weighings exceeds the first, as a share of it."""
        values = [float(getattr(weighing, what)) for weighing in self.weighings]
        return middle(values[-3:]) / values[0] - 1 if len(values) > 3 else math.nan

    @property
    def most_MB(self) -> float:
        """The largest heap at any weighing."""
        return max((weighing.heap_MB for weighing in self.weighings), default=math.nan)

    @property
    def plateau(self) -> bool:
        """Whether objects, nodes and listeners stay at the first weighing's level, and the heap is small enough."""
        return self.most_MB <= MOST_MB and all(self.growth(what) <= MOST_GROWTH for what in GROWTHS)


def weigh(devtools: CDPSession, minute: float, count: int) -> Weighing:
    """Collect garbage and weigh, by a heap snapshot."""
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")
    dom = devtools.send("Memory.getDOMCounters")
    buffers = heap.get("backingStorageSize", 0)
    objects = snapshot(devtools)
    return Weighing(
        minute,
        count,
        (heap["usedSize"] + buffers) / 1e6,
        (objects + buffers) / 1e6,
        dom["nodes"],
        dom["jsEventListeners"],
    )


def snapshot(devtools: CDPSession) -> int:
    """Take a heap snapshot; gives the bytes of what the page itself holds: objects, arrays, strings, functions."""
    parts: list[str] = []

    def more(event: dict[str, str]) -> None:
        parts.append(event["chunk"])

    devtools.on("HeapProfiler.addHeapSnapshotChunk", more)
    try:
        devtools.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    finally:
        devtools.remove_listener("HeapProfiler.addHeapSnapshotChunk", more)
    taken = json.loads("".join(parts))
    fields = taken["snapshot"]["meta"]["node_fields"]
    kinds = taken["snapshot"]["meta"]["node_types"][fields.index("type")]
    wanted = {number for number, kind in enumerate(kinds) if kind in HELD}
    step, nodes = len(fields), taken["nodes"]
    types, sizes = nodes[fields.index("type") :: step], nodes[fields.index("self_size") :: step]
    return int(sum(size for kind, size in zip(types, sizes, strict=True) if kind in wanted))


@contextmanager
def page_for(browser: Browser, address: str, wrong: list[str]) -> Iterator[Page]:
    """Open a page whose every error is put on a list."""
    origin = address.rsplit("/", 1)[0] + "/"
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.set_default_timeout(HANGS_MS)
    context.add_init_script(PROBE)
    context.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
    context.on("weberror", lambda error: wrong.append(f"uncaught: {error.error}"))
    context.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def asked(url: str) -> None:
        if not url.startswith((origin, "data:", "blob:", "about:")):
            wrong.append(f"asked of another host: {url}")

    context.on("request", lambda request: asked(request.url))
    try:
        page = context.new_page()
        page.on("crash", lambda _: wrong.append("the page crashed"))
        page.on("framenavigated", lambda frame: wrong.append(f"left for {frame.url}") if left(frame.url) else None)
        page.on("websocket", lambda socket: asked(socket.url))

        def left(url: str) -> bool:
            return url.partition("#")[0] not in (address, "about:blank")

        page.goto(address, wait_until="commit")
        yield page
    finally:
        context.close()


def fuzz(
    browser: Browser,
    address: str,
    scene: str,
    nth: int,
    seed: int,
    minutes: float,
    most_acts: int = 0,
    rests: Sequence[int] = (),
    said: Callable[[str], None] = lambda _: None,
) -> Run:
    """Use a scene's page at random for some minutes, and weigh it about each minute.

    To go the same way again, give the number of acts to end after, and those after which the page was weighed.
    """
    run = Run(scene, seed)
    every_s = min(60.0, minutes * 60 / 6)
    last: deque[str] = deque(maxlen=LISTED)
    try:
        with page_for(browser, address, run.wrong) as page:
            page.wait_for_function(
                "nth => document.querySelectorAll('.explainer')[nth]?.dataset.charts", arg=nth, timeout=READY_MS
            )
            page.wait_for_load_state("load")
            devtools = page.context.new_cdp_session(page)
            hand = Hand(page, devtools, nth)
            hand.tour()
            hand.rest()
            check(page, run, True)
            opened = page.evaluate("nth => fuzz.setting(nth)", nth)
            start = time.monotonic()
            for act in acts(seed):
                page.wait_for_timeout(1000 * act.pause_s)
                last.append(f"{time.monotonic() - start:7.2f} s  {act}")
                hand.do(act)
                run.acts += 1
                check(page, run, run.acts % THOROUGH == 0)
                passed = time.monotonic() - start
                run.minutes = passed / 60
                if most_acts and run.acts >= most_acts:
                    break
                if run.acts in rests if most_acts else passed >= (len(run.weighings) + 1) * every_s:
                    last.append(f"{passed:7.2f} s  to rest")
                    hand.rest()
                    check(page, run, True)
                    now = page.evaluate("nth => fuzz.setting(nth)", nth)
                    if now != opened:
                        raise Wrong(f"after a reset the scene shows {now}, as it opened it showed {opened}")
                    run.weighings.append(weigh(devtools, passed / 60, run.acts))
                    said(
                        f"{scene}: minute {passed / 60:.1f}, {run.acts} acts, "
                        f"{run.weighings[-1].objects_MB:.2f} of {run.weighings[-1].heap_MB:.1f} MB"
                    )
                if not most_acts and passed >= minutes * 60:
                    break
    except Wrong as error:
        run.wrong.append(str(error))
    except Exception as error:  # the page hangs, crashed or is gone: Playwright says so in its own ways
        run.wrong.append(f"{type(error).__name__}: {error}")
    if run.wrong:
        run.last = list(last)
    return run


def check(page: Page, run: Run, thorough: bool) -> None:
    """Fail if anything has been reported, or shows."""
    found = page.evaluate("thorough => fuzz.wrong(thorough)", thorough)
    if found:
        raise Wrong("; ".join(found))
    if run.wrong:
        raise Wrong("see above")


def show(runs: list[Run], about: str) -> str:
    """Write a table, and what went wrong."""
    head = ("scene", "acts", "minutes", "errors", "objects MB, minute by minute", "objects", "nodes", "listeners")
    head += ("heap MB, first and last", "plateau")
    lines = [head]
    for run in runs:
        levels = " ".join(f"{weighing.objects_MB:.2f}" for weighing in run.weighings)
        grown = [f"{run.growth(what):+.1%}" for what in GROWTHS]
        ends = " ".join(f"{weighing.heap_MB:.1f}" for weighing in (*run.weighings[:1], *run.weighings[-1:]))
        met = "–" if run.wrong else "yes" if run.plateau else "NO"
        count = str(len(run.wrong))
        lines.append((run.scene, str(run.acts), f"{run.minutes:.1f}", count, levels, *grown, ends, met))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = [about, ""]
    text += ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    text.insert(3, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    text += [
        "",
        "Plateau: weighed at rest after garbage collection, the median of the last three of objects (JavaScript's",
        "objects, arrays, strings and functions in a heap snapshot, and buffers), of DOM nodes and of listeners is at",
        f"most {MOST_GROWTH:.0%} above the first, which is taken after a minute, when everything has been shown once;",
        f"and no heap is above {MOST_MB:g} MB. The heap also holds the machine code that the browser makes of hot",
        "functions, which goes on growing slowly.",
    ]
    for run in runs:
        if run.wrong:
            text += ["", f"WRONG · {run.scene}, seed {run.seed}, after {run.acts} acts:"]
            text += [f"  {line}" for line in run.wrong]
            text += [f"  last {len(run.last)} acts:", *(f"    {line}" for line in run.last)]
            rests = "".join(f" --rest {weighing.acts}" for weighing in run.weighings)
            text += [f"  again: --scene {run.scene} --seed {run.seed} --acts {run.acts + 1}{rests}"]
    return "\n".join(text)


def main() -> int:
    """Use every scene at random; status 1 if anything went wrong or grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10, help="on each scene (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the first scene; the next has the next (default: 1)")
    parser.add_argument("--scene", action="append", metavar="NAME", help="only this scene; repeatable")
    parser.add_argument("--acts", type=int, default=0, metavar="N", help="end after N acts instead")
    parser.add_argument("--rest", type=int, action="append", default=[], metavar="N", help="with --acts: rest after N")
    parser.add_argument("--pages", type=int, default=2, metavar="N", help="pages at a time (default: 2)")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="a site already written (default: write one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here too")
    asked = parser.parse_args()
    if asked.minutes <= 0 or asked.acts < 0 or asked.pages < 1:
        parser.error("--minutes and --pages must be positive, --acts 0 or more")
    known = scenes(LESSONS)
    unknown = set(asked.scene or ()) - {name for name, *_ in known}
    if unknown:
        parser.error(f"no scene {', '.join(sorted(unknown))}; there are {', '.join(name for name, *_ in known)}")
    wanted = [
        (asked.seed + number, *scene)
        for number, scene in enumerate(known)
        if not asked.scene or scene[0] in asked.scene
    ]
    if asked.scene and len(wanted) == 1:
        wanted = [(asked.seed, *wanted[0][1:])]

    def said(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with site(LESSONS, asked.site) as origin:

        def one(job: tuple[int, str, str, int]) -> Run:
            seed, scene, stem, nth = job
            with sync_playwright() as playwright:
                browser = launch(playwright)
                versions.add(browser.version)
                try:
                    address = f"{origin}{stem}.html"
                    run = fuzz(browser, address, scene, nth, seed, asked.minutes, asked.acts, asked.rest, said)
                finally:
                    browser.close()
            said(f"{scene}: " + ("WRONG: " + "; ".join(run.wrong)[:500] if run.wrong else f"done, {run.acts} acts"))
            return run

        versions: set[str] = set()
        load = os.getloadavg()[0]
        with ThreadPoolExecutor(asked.pages) as pool:
            runs = list(pool.map(one, wanted))
    about = (
        f"Random input on the static pages: {asked.minutes:g} min each, {asked.pages} pages at a time, seeds from "
        f"{asked.seed}; {os.cpu_count()} cores, load before {load:.1f}, Chromium {', '.join(versions)}"
    )
    print(show(runs, about))
    if asked.json:
        found = [{**asdict(run), "plateau": run.plateau, "most_MB": run.most_MB} for run in runs]
        asked.json.write_text(json.dumps({"about": about, "runs": found}, indent=1, ensure_ascii=False) + "\n")
    return int(any(run.wrong or not (run.plateau or asked.acts) for run in runs))


if __name__ == "__main__":
    sys.exit(main())
