"""A class arrives: 40 visitors within 30 s on this machine, then a quarter of an hour of coming and going.

`python -m benchmarks.load` serves the collection by `explainer serve`, as static files and by stock Voilà, one
after the other, and lets the same visitors come to each: most without a browser (`visitor.py` says what a working
page is), some in a real Chromium, which tells when the picture first moved. Who gets no working page in time is
lost, and counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
import psutil
from playwright.async_api import Browser, Page, async_playwright

from benchmarks import visitor
from benchmarks.browser import ARGUMENTS, PROBE, executable
from benchmarks.servers import OURS, STOCK, Server, serving, site
from benchmarks.table import middle, p95
from benchmarks.visitor import Client, Connection, NotWorking, Read, Reference

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
LIVE = "90_live"
MIX = {
    "01_nmda_antagonism": 16,
    "02_gaba_pathway": 6,
    "03_glutamate_pathway": 6,
    "04_routes_and_onset": 6,
    "00_start_here": 4,
    "04b_how_the_curves_were_checked": 2,
}
"""How many of 40 visitors go to which lesson."""

SEEN_IN_BROWSER = "01_nmda_antagonism"
READY_S = 180
REST_S = 5.0
RETURN_S = 150.0  # after the last has left: closed pages are culled within two minutes
STAY_S = (60.0, 90.0)
SATURATED_S = 10.0
SATURATED_BY = 16
TOLERANCE, TOLERANCE_MB = 0.10, 20.0

PARTS = ("static", "ours", "live", "full", "churn", "stock", "stock-live")
FEW = ("--kernels", "10")


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


# What a server takes.


@dataclass
class Sample:
    """A server and all its descendants at one moment."""

    at_s: float
    pss_MB: float
    own_MB: float  # the server's own process
    threads: int
    files: int  # descriptors of the server's own process
    children: int
    present: int = 0


def _pss(process: psutil.Process) -> float:
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1000 * 1.024
    except (OSError, IndexError):
        return 0.0


def sample(pid: int, since: float, present: int = 0) -> Sample:
    """Weigh a server now; shared pages are counted once, by their share."""
    server = psutil.Process(pid)
    family = [server, *server.children(recursive=True)]
    weights, threads = [], 0
    for process in family:
        with suppress(psutil.Error):
            threads += process.num_threads()
            weights.append(_pss(process))
    return Sample(
        time.monotonic() - since, sum(weights), weights[0], threads, server.num_fds(), len(family) - 1, present
    )


class Scales:
    """Weighs a server again and again while something happens."""

    def __init__(self, pid: int, every_s: float, present: Callable[[], int]) -> None:
        """Prepare."""
        self.pid, self.every_s, self.present = pid, every_s, present
        self.samples: list[Sample] = []
        self._since = time.monotonic()

    async def run(self) -> None:
        """Weigh until cancelled."""
        while True:
            self.samples.append(await asyncio.to_thread(sample, self.pid, self._since, self.present()))
            await asyncio.sleep(self.every_s)

    async def settled(self, limit_s: float, like: Sample | None = None) -> Sample:
        """Wait until a server rests, and, given how it was, until children and threads are as many again."""
        deadline = time.monotonic() + limit_s
        before = await asyncio.to_thread(sample, self.pid, self._since)
        while True:
            await asyncio.sleep(REST_S)
            now = await asyncio.to_thread(sample, self.pid, self._since)
            calm = now.children == before.children and abs(now.pss_MB - before.pss_MB) < 2
            if time.monotonic() > deadline or (calm and (like is None or returned(like, now))):
                return now
            before = now


def returned(first: Sample, last: Sample) -> bool:
    """Whether children and threads are as many as at first, and memory is within the tolerance."""
    return last.children == first.children and last.threads <= first.threads and lighter(first, last)


def lighter(first: Sample, last: Sample) -> bool:
    """Whether memory is within the tolerance."""
    return last.pss_MB <= first.pss_MB * (1 + TOLERANCE) + TOLERANCE_MB


# Who comes.


@dataclass
class Plan:
    """When a visitor comes, to what, how, and how long it stays after that."""

    at_s: float
    stem: str
    browser: bool = False
    stay_s: float | None = None  # none: until all have come
    politely: bool = True


@dataclass
class Visit:
    """What became of a visitor."""

    at_s: float
    stem: str
    browser: bool
    outcome: str = "lost"
    why: str = ""
    complete_s: float | None = None
    picture_s: float | None = None
    answered_s: float | None = None
    requests: int = 0
    bytes: int = 0
    socket: bool = False


def arrivals(count: int, within_s: float, stems: Sequence[str], browsers: int, seed: int) -> list[Plan]:
    """Spread visitors at random over a time; a few, evenly among them, come in a browser."""
    rng = random.Random(seed)
    times = sorted(rng.uniform(0, within_s) for _ in range(count))
    chosen = [stems[i % len(stems)] for i in range(count)]
    rng.shuffle(chosen)
    plans = [Plan(at, stem, politely=rng.random() < 0.5) for at, stem in zip(times, chosen, strict=True)]
    scenes = [i for i, plan in enumerate(plans) if plan.stem in (SEEN_IN_BROWSER, LIVE)]
    for number in range(min(browsers, len(scenes))):
        plans[scenes[(2 * number + 1) * len(scenes) // (2 * browsers)]].browser = True
    return plans


def coming_and_going(seconds: float, present: float, stems: Sequence[str], seed: int) -> list[Plan]:
    """Let visitors come at random, as many as keep about so many present, and stay a minute or so."""
    rng = random.Random(seed)
    plans, at = [], 0.0
    mean = sum(STAY_S) / 2 / present
    while (at := at + rng.expovariate(1 / mean)) < seconds:
        plans.append(Plan(at, rng.choice(list(stems)), False, rng.uniform(*STAY_S), rng.random() < 0.5))
    return plans


class Crowd:
    """Visitors of one server."""

    def __init__(
        self, origin: str, address: Callable[[str], str], browser: Browser, limit_s: float, strict: bool
    ) -> None:
        """Prepare to visit the pages at `address(stem)`; `strict` also takes what a page throws, as stock ones do."""
        self.origin, self.address, self.browser = origin, address, browser
        self.limit_s, self.strict = limit_s, strict
        self.known: dict[str, Reference] = {}
        self.present = self.expected = 0
        self.left = asyncio.Event()

    async def get_to_know(self, stems: Sequence[str]) -> None:
        """Visit each page once, alone, in a browser, to learn what a browser asks for."""
        for stem in stems:
            self.known[stem] = await learn(self.browser, self.address(stem), self.limit_s)

    async def come(self, plans: Sequence[Plan]) -> list[Visit]:
        """Let all come, and, those that stay until the end, leave together."""
        self.left.clear()
        self.expected = len(plans)
        start = time.monotonic()
        tasks = [asyncio.create_task(self._one(plan, start)) for plan in plans]
        return list(await asyncio.gather(*tasks))

    async def _one(self, plan: Plan, start: float) -> Visit:
        await asyncio.sleep(max(0, start + plan.at_s - time.monotonic()))
        visit = Visit(plan.at_s, plan.stem, plan.browser)
        self.present += 1
        try:
            await (self._in_browser if plan.browser else self._without)(plan, visit)
        finally:
            self.present -= 1
        return visit

    async def _stay(self, plan: Plan) -> None:
        self._arrived()
        if plan.stay_s is None:
            await self.left.wait()
        else:
            await asyncio.sleep(plan.stay_s)

    def _arrived(self) -> None:
        self.expected -= 1
        if self.expected <= 0:
            asyncio.get_running_loop().call_later(REST_S, self.left.set)

    async def _without(self, plan: Plan, visit: Visit) -> None:
        client, kernel, page = Client(self.origin), None, None
        known = self.known[plan.stem]
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.limit_s):
                visit.outcome, kernel, visit.answered_s = await visitor.visit(client, known)
            visit.complete_s = time.monotonic() - began - (visit.answered_s or 0)
        except (NotWorking, OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, KeyError) as error:
            visit.why = f"{type(error).__name__}: {error}".removeprefix("NotWorking: ")
            if isinstance(error, TimeoutError):
                visit.why = f"not complete after {self.limit_s:g} s"
        visit.requests, visit.bytes = client.requests, client.bytes + (kernel.received if kernel else 0)
        visit.socket = kernel is not None
        await self._stay(plan)
        path = visitor.path_of(known.address, self.origin)
        if kernel:
            page = Read(client.cache[path].text)
        with suppress(NotWorking, OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(30):
                base = path[: path.index("voila/render/")] if "voila/render/" in path else "/"
                await visitor.leave(client, base, page, kernel, plan.politely)

    async def _in_browser(self, plan: Plan, visit: Visit) -> None:
        context = await self.browser.new_context(viewport={"width": 1280, "height": 720})
        try:
            page = await context.new_page()
            errors = watch(page)
            await page.add_init_script(f"{PROBE}\nwindow.bench?.watch('moving');")
            try:
                answer = await page.goto(self.address(plan.stem), wait_until="commit", timeout=self.limit_s * 1000)
                ready = await page.wait_for_function("() => bench.marks.ready", timeout=self.limit_s * 1000)
                visit.picture_s = float(await ready.json_value()) / 1000
                arrived = await page.evaluate("() => bench.arrived(performance.now())")
                visit.requests, visit.bytes = int(arrived["requests"]), int(arrived["bytes"])
                visit.outcome = "busy" if answer and answer.status == 503 else "working"
                shown = await page.locator(".explainer-error:visible, .failed:visible").all_inner_texts()
                visit.why = "; ".join([*shown, *errors])[:300]
                if shown or (errors and self.strict):
                    visit.outcome = "lost"
            except Exception as error:
                visit.why = f"{type(error).__name__}: {error}"[:300]
            await self._stay(plan)
        finally:
            await context.close()


def watch(page: Page) -> list[str]:
    """Note what a page throws; what is only logged as an error, stock pages do too."""
    errors: list[str] = []
    page.on("crash", lambda _: errors.append("the page crashed"))
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    return errors


async def learn(browser: Browser, address: str, limit_s: float) -> Reference:
    """Visit a page alone; note what a browser asks for, and what is on the page."""
    known = Reference(address)
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    asked: list[str] = []
    origin = "/".join(address.split("/")[:3]) + "/"
    context.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    try:
        page = await context.new_page()
        answer = await page.goto(address, wait_until="load", timeout=limit_s * 1000)
        assert answer
        if answer.status != 200:
            raise RuntimeError(f"{address}: status {answer.status} for a visitor who is alone.")
        read = Read((await answer.body()).decode())
        if read.scenes or read.views:
            await page.wait_for_function("() => document.querySelector('.explainer[data-charts]')", timeout=60_000)
        await page.wait_for_timeout(3000)
        if read.kernel:
            await page.evaluate(
                "([path, token]) => fetch(path, { method: 'POST', body: new URLSearchParams({ _xsrf: token }) })",
                [
                    f"{visitor.path_of(address, origin).split('voila/render/')[0]}voila/api/shutdown/{read.kernel}",
                    next((c["value"] for c in await context.cookies() if c["name"] == "_xsrf"), ""),
                ],
            )
    finally:
        await context.close()
    known.files = [
        visitor.path_of(url, origin).replace(read.kernel or "{kernel}", "{kernel}")
        for url in dict.fromkeys(asked)
        if url.startswith(origin) and url.partition("#")[0] != address
    ]
    known.figures = len(read.figures)
    known.views = len(read.views)
    known.scenes = await count_scenes(origin, known) if read.kernel else len(read.scenes)
    return known


async def count_scenes(origin: str, known: Reference) -> int:
    """Ask the kernel of a page how many of its widgets are scenes."""
    client = Client(origin)
    path = visitor.path_of(known.address, origin)
    page = Read((await client.ask(path)).text)
    assert page.kernel
    base = path[: path.index("voila/render/")]
    kernel = await visitor.Kernel.connect(client, base, page.kernel)
    try:
        return visitor.check_states(await kernel.states() if page.views else {}, page.views)
    finally:
        await visitor.leave(client, base, page, kernel, True)


# The measures.


@dataclass
class Result:
    """One part of the load test."""

    part: str
    visits: list[Visit] = field(default_factory=list)
    before: Sample | None = None
    samples: list[Sample] = field(default_factory=list)
    after: Sample | None = None
    returned_s: float | None = None
    throughput: dict[str, float] = field(default_factory=dict)
    visitors_cpu_s: float = 0.0
    load: float = 0.0
    note: str = ""
    failure: str = ""

    def count(self, outcome: str) -> int:
        """Give how many visits ended so."""
        return sum(visit.outcome == outcome for visit in self.visits)

    def times(self, what: str) -> list[float]:
        """Give the times of those who were not lost."""
        found = [getattr(visit, what) for visit in self.visits if visit.outcome != "lost"]
        return [value for value in found if value is not None]

    @property
    def peak_MB(self) -> float:
        """The most memory at any time."""
        return max((one.pss_MB for one in self.samples), default=0.0)

    @property
    def per_viewer_MB(self) -> float | None:
        """Memory at the peak, less that before, for each who was present then and was not lost."""
        if not self.samples or not self.before or not self.visits:
            return None
        served = len(self.visits) - self.count("lost")
        return (self.peak_MB - self.before.pss_MB) / served if served else None


async def arrive(
    part: str,
    server: Server | None,
    crowd: Crowd,
    plans: Sequence[Plan],
    every_s: float,
    back_s: float,
) -> Result:
    """Let visitors come, weigh the server meanwhile, and wait until it has come to rest."""
    result = Result(part, load=os.getloadavg()[0])
    await crowd.get_to_know(sorted({plan.stem for plan in plans}))
    scales = Scales(server.process.pid, every_s, lambda: crowd.present) if server else None
    weighing = None
    if scales:
        result.before = await scales.settled(RETURN_S)
        weighing = asyncio.create_task(scales.run())
    cpu = time.process_time()
    say(f"{part}: {len(plans)} visitors come …")
    result.visits = await crowd.come(plans)
    result.visitors_cpu_s = time.process_time() - cpu
    say(f"{part}: {result.count('working')} working, {result.count('busy')} busy, {result.count('lost')} lost")
    for why, count in Counter(visit.why for visit in result.visits if visit.outcome == "lost").most_common(5):
        say(f"  {count} × {why}")
    if scales and weighing:
        ended = time.monotonic()
        weighing.cancel()
        result.samples = scales.samples
        result.after = await scales.settled(back_s, result.before)
        result.returned_s = time.monotonic() - ended
    return result


async def saturate(address: str, seconds: float = SATURATED_S) -> dict[str, float]:
    """Ask for one page again and again over some connections at once; requests and bytes a second, and p95 in ms."""
    client = Client("/".join(address.split("/")[:3]))
    path = visitor.path_of(address, address)
    took: list[float] = []
    sent = bad = 0
    until = time.monotonic() + seconds

    async def one() -> None:
        nonlocal sent, bad
        connection = Connection(client.host, client.port)
        while (began := time.monotonic()) < until:
            answer = await connection.ask(path)
            took.append(time.monotonic() - began)
            sent += answer.sent
            bad += answer.status != 200
        connection.close()

    cpu = time.process_time()
    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(SATURATED_BY)))
    passed = time.monotonic() - began
    return {
        "requests_per_s": len(took) / passed,
        "MB_per_s": sent / 1e6 / passed,
        "p95_ms": 1000 * p95(took),
        "not_200": float(bad),
        "asker_busy": (time.process_time() - cpu) / passed,
    }


@contextmanager
def lessons_with_live() -> Iterator[Path]:
    """Give a folder with the collection and one live lesson more."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "notebooks")
        shutil.copytree(LESSONS, folder)
        about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        cells = [nbformat.v4.new_markdown_cell("# Live"), *map(nbformat.v4.new_code_cell, visitor.live_notebook())]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / f"{LIVE}.ipynb")
        yield folder


class Load:
    """All parts of the load test, by what was asked for."""

    def __init__(self, asked: argparse.Namespace) -> None:
        """Take what was asked for."""
        self.asked = asked
        self.stems = [stem for stem, weight in MIX.items() for _ in range(weight)]
        self.results: list[Result] = []
        self.chromium = ""

    def plans(self, stems: Sequence[str]) -> list[Plan]:
        """Give the arrivals: the same for every server."""
        return arrivals(self.asked.visitors, self.asked.within, stems, self.asked.browsers, self.asked.seed)

    def run(self, folder: Path) -> None:
        """Measure every part that was asked for; one that fails is told and does not hinder the others."""
        for part in self.asked.only or PARTS:
            began = time.monotonic()
            try:
                getattr(self, f"_{part.replace('-', '_')}")(folder)
            except Exception as error:
                traceback.print_exc()
                self.results.append(Result(part, failure=f"{type(error).__name__}: {error}"))
            say(f"{part}: {time.monotonic() - began:.0f} s")
            self.save()

    def save(self, about: str = "under way") -> None:
        """Write what there is as JSON, where that was asked for."""
        if self.asked.json:
            told = {"about": about, "parts": [asdict(result) for result in self.results]}
            self.asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")

    def _with_browser(self, act: Callable[[Browser], Awaitable[Result]]) -> None:
        async def go() -> Result:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
                self.chromium = browser.version
                try:
                    return await act(browser)
                finally:
                    await browser.close()

        self.results.append(asyncio.run(go()))

    def _static(self, folder: Path) -> None:
        names, limit = {"00_start_here": "index"}, self.asked.limit
        with site(LESSONS, self.asked.site) as origin:

            async def act(browser: Browser) -> Result:
                crowd = Crowd(origin, lambda stem: f"{origin}{names.get(stem, stem)}.html", browser, limit, True)
                result = await arrive("static", None, crowd, self.plans(self.stems), 1, 0)
                result.throughput = await saturate(crowd.address(SEEN_IN_BROWSER), self.asked.saturated)
                return result

            self._with_browser(act)

    def _served(
        self,
        part: str,
        line: tuple[str, ...],
        folder: Path,
        plans: Sequence[Plan],
        every_s: float = 1,
        throughput: bool = False,
    ) -> None:
        with serving(part, line, folder, SEEN_IN_BROWSER, keeps_kernels=True) as server:
            origin = server.prepared().origin

            async def act(browser: Browser) -> Result:
                strict = not part.startswith("stock")
                crowd = Crowd(
                    origin, lambda stem: f"{origin}voila/render/{stem}.ipynb", browser, self.asked.limit, strict
                )
                result = await arrive(part, server, crowd, plans, every_s, self.asked.back)
                if throughput:
                    result.throughput = await saturate(crowd.address(SEEN_IN_BROWSER), self.asked.saturated)
                return result

            self._with_browser(act)

    def _ours(self, folder: Path) -> None:
        self._served("ours", OURS, LESSONS, self.plans(self.stems), throughput=True)

    def _live(self, folder: Path) -> None:
        self._served("live", OURS, folder, self.plans([LIVE]))

    def _full(self, folder: Path) -> None:
        self._served("full", (*OURS, *FEW), folder, self.plans([LIVE]))

    def _churn(self, folder: Path) -> None:
        stems = [*self.stems, *[LIVE] * round(len(self.stems) * self.asked.live / (1 - self.asked.live))]
        seconds = self.asked.minutes * 60
        self._served("churn", OURS, folder, coming_and_going(seconds, self.asked.present, stems, self.asked.seed), 10)

    def _stock(self, folder: Path) -> None:
        self._served("stock", STOCK, LESSONS, self.plans(self.stems))

    def _stock_live(self, folder: Path) -> None:
        self._served("stock-live", STOCK, folder, self.plans([LIVE]))


# What is told.

SAID = {
    "static": "static files",
    "ours": "explainer serve, lessons",
    "live": "explainer serve, live page",
    "full": f"the same, {' '.join(FEW)}",
    "churn": "explainer serve, coming and going",
    "stock": "stock Voilà, lessons",
    "stock-live": "stock Voilà, live page",
}
HEAD = (
    *("part", "visitors", "working", "busy", "lost", "page complete p50", "p95", "picture moves p50", "p95"),
    *("slider answered p95", "requests", "MB", "memory before", "peak", "per viewer"),
)


def number(value: float | None, unit: str = "", digits: int = 2) -> str:
    """Write a number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}{' ' + unit if unit else ''}"


def quantile(values: Sequence[float], which: Callable[[Sequence[float]], float]) -> float | None:
    """Give a median or a p95, if there are values."""
    return which(values) if values else None


def row(result: Result) -> tuple[str, ...]:
    """Write a part as cells of the table."""
    if result.failure:
        return (SAID[result.part], *["FAILED"], *[""] * (len(HEAD) - 2))
    came = [visit for visit in result.visits if visit.outcome != "lost"]
    complete, picture = result.times("complete_s"), result.times("picture_s")
    weights = [visit.bytes / 1e6 for visit in came if not visit.browser]
    return (
        SAID[result.part],
        f"{len(result.visits)} ({sum(visit.browser for visit in result.visits)} in Chromium)",
        *(str(result.count(outcome)) for outcome in ("working", "busy", "lost")),
        *(number(quantile(complete, which), "s") for which in (middle, p95)),
        *(number(quantile(picture, which), "s") for which in (middle, p95)),
        number(quantile(result.times("answered_s"), p95), "s", 3),
        number(quantile([float(visit.requests) for visit in came if not visit.browser], middle), "", 0),
        number(quantile(weights, middle)),
        number(result.before.pss_MB if result.before else None, "MB", 0),
        number(result.peak_MB if result.samples else None, "MB", 0),
        number(result.per_viewer_MB if result.part != "churn" else None, "MB", 1),
    )


def criteria(results: dict[str, Result]) -> list[tuple[str, bool]]:
    """Give what must hold, in words, and whether it does."""
    found = []
    for part in ("static", "ours", "live", "full", "churn"):
        if (one := results.get(part)) and not one.failure:
            found.append((f"{SAID[part]}: none of {len(one.visits)} lost", one.count("lost") == 0))
    for part in ("ours", "live", "full", "churn"):
        one = results.get(part)
        if not one or one.failure or not one.before or not one.after:
            continue
        first, last = one.before, one.after
        found += [
            (
                f"{SAID[part]}: {now} {what} afterwards, {then} at first",
                now == then if what == "children" else now <= then,
            )
            for what, then, now in (
                ("children", first.children, last.children),
                ("threads", first.threads, last.threads),
                ("open files", first.files, last.files),
            )
        ]
        found.append(
            (
                f"{SAID[part]}: {last.pss_MB:.0f} MB afterwards, {first.pss_MB:.0f} MB at first "
                f"(≤ +{TOLERANCE:.0%} + {TOLERANCE_MB:g} MB)",
                lighter(first, last),
            )
        )
    if (one := results.get("churn")) and len(one.samples) > 20:
        grown = trend(one.samples)
        most = one.samples[0].own_MB * TOLERANCE + TOLERANCE_MB
        found.append((f"coming and going: the server's own process grows by {grown:+.1f} MB from its first third to "
                      f"its last (≤ {most:.0f} MB)", grown <= most))  # fmt: skip
    return found


def trend(samples: Sequence[Sample]) -> float:
    """Give by how much the server's own process is larger in the last third of the samples than in the first."""
    third = len(samples) // 3
    first, last = ([one.own_MB for one in part] for part in (samples[:third], samples[-third:]))
    return middle(last) - middle(first)


def ratios(results: dict[str, Result]) -> list[str]:
    """Hold stock Voilà against ours."""
    lines = []
    for ours, stock in (("ours", "stock"), ("live", "stock-live")):
        one, other = results.get(ours), results.get(stock)
        if not one or not other or one.failure or other.failure:
            continue
        for what, name in (("complete_s", "page complete"), ("picture_s", "picture moves")):
            for which, of in ((middle, "p50"), (p95, "p95")):
                mine, theirs = quantile(one.times(what), which), quantile(other.times(what), which)
                if mine and theirs:
                    lines.append(f"{SAID[ours]}: {name} {of} {theirs / mine:.1f} × sooner than stock Voilà")
        mine, theirs = one.per_viewer_MB, other.per_viewer_MB
        if mine is not None and theirs is not None:
            less = f"{theirs / mine:.0f} × less" if mine > 0.05 else "nothing measurable"
            lines.append(f"{SAID[ours]}: memory per viewer {mine:.1f} MB, stock Voilà {theirs:.1f} MB: {less}")
        lines.append(f"{SAID[ours]}: lost {one.count('lost')}, stock Voilà {other.count('lost')}")
    return lines


def show(results: Sequence[Result], about: str) -> str:
    """Write the table, what must hold, the ratios, and who was lost."""
    lines = [HEAD, *map(row, results)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    text = [about, ""]
    for place, line in enumerate(lines):
        text.append("| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |")
        if place == 0:
            text.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    by_part = {result.part: result for result in results}
    text.append("")
    for result in results:
        if told := result.throughput:
            text.append(
                f"{SAID[result.part]}, asked for a page over {SATURATED_BY} connections without rest: "
                f"{told['requests_per_s']:.0f} pages/s, {told['MB_per_s']:.0f} MB/s, p95 {told['p95_ms']:.0f} ms, "
                f"{told['not_200']:.0f} not answered with 200; who asks is busy {told['asker_busy']:.0%} of the time"
            )
        if result.returned_s is not None:
            text.append(f"{SAID[result.part]}: at rest {result.returned_s:.0f} s after the last had left; load before "
                        f"{result.load:.1f}; visitors took {result.visitors_cpu_s:.1f} s of CPU")  # fmt: skip
    text += ["", *(f"{'holds ' if met else 'MISSED'}  {words}" for words, met in criteria(by_part))]
    text += ["", *ratios(by_part)]
    for result in results:
        if result.failure:
            text.append(f"FAILED · {SAID[result.part]}: {result.failure}")
        for visit in result.visits:
            if visit.outcome == "lost":
                text.append(f"lost · {SAID[result.part]}: {visit.stem} at {visit.at_s:.1f} s: {visit.why}")
    return "\n".join(text)


def main() -> int:
    """Measure the load; status 1 where something failed or a criterion was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--visitors", type=int, default=40, metavar="N", help="who arrive (default: 40)")
    parser.add_argument("--within", type=float, default=30, metavar="S", help="seconds (default: 30)")
    parser.add_argument("--browsers", type=int, default=4, metavar="N", help="of them in Chromium (default: 4)")
    parser.add_argument("--limit", type=float, default=180, metavar="S", help="after which one is lost (default: 180)")
    parser.add_argument("--minutes", type=float, default=15, help="of coming and going (default: 15)")
    parser.add_argument("--present", type=float, default=12.5, metavar="N", help="present meanwhile (default: 12.5)")
    parser.add_argument("--live", type=float, default=0.2, help="share of live pages meanwhile (default: 0.2)")
    parser.add_argument("--back", type=float, default=RETURN_S, metavar="S", help=f"to come to rest ({RETURN_S:g})")
    parser.add_argument("--saturated", type=float, default=SATURATED_S, metavar="S", help=f"({SATURATED_S:g})")
    parser.add_argument("--seed", type=int, default=1, help="(default: 1)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; repeatable")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="a site already written (default: write one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here too")
    asked = parser.parse_args()
    if min(asked.visitors, asked.within, asked.limit, asked.minutes, asked.present) <= 0 or not 0 <= asked.live < 1:
        parser.error("numbers must be positive, and --live a share below 1")
    load = Load(asked)
    before = os.getloadavg()[0]
    began = time.monotonic()
    with ExitStack() as stack:
        load.run(stack.enter_context(lessons_with_live()))
    about = (
        f"{asked.visitors} visitors within {asked.within:g} s, seed {asked.seed}; {os.cpu_count()} cores that servers "
        f"and visitors share, load before {before:.1f}; Chromium {load.chromium}; "
        f"{(time.monotonic() - began) / 60:.1f} min"
    )
    print(show(load.results, about))
    load.save(about)
    held = criteria({result.part: result for result in load.results})
    return int(any(result.failure for result in load.results) or not all(met for _, met in held))


if __name__ == "__main__":
    sys.exit(main())
