"""Whether a page that is used at random for minutes keeps its size."""

from __future__ import annotations

import random
import time

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.browser import visit
from benchmarks.servers import Servers
from benchmarks.table import Goal, Row, middle

FLAT = 0.05  # growth from the first third to the last that counts as none
SAMPLES = 9
PAUSE_MS = (30, 150)


def act(page: Page, rng: random.Random) -> None:
    """Do one thing that a reader may do."""
    scene = page.locator(".explainer")
    kind = rng.choices(
        ("slider", "choice", "story", "answer", "scrub", "play", "reset"), (8, 3, 3, 2, 3, 2, 1)
    )[0]
    if kind in ("slider", "scrub"):
        inputs = scene.locator(".control input[type=range]" if kind == "slider" else ".scrub")
        one = inputs.nth(rng.randrange(inputs.count()))
        for _ in range(rng.randint(1, 5)):
            one.evaluate(
                "(input, share) => { input.value = Number(input.min) + share * (input.max - input.min);"
                " input.dispatchEvent(new Event('input', { bubbles: true })); }",
                rng.random(),
            )
    elif kind == "choice":
        options = scene.locator(".control input[type=radio]")
        options.nth(rng.randrange(options.count())).evaluate("input => input.click()")
    elif kind == "play":
        scene.locator(".play").evaluate("button => button.click()")
    else:
        scene.evaluate("scene => scene.focus({ preventScroll: true })")
        keys = {
            "story": ("PageDown", "PageDown", "PageDown", "PageUp"),
            "answer": ("1", "2", "3"),
            "reset": ("r",),
        }
        page.keyboard.press(rng.choice(keys[kind]))


def weigh(devtools: CDPSession) -> tuple[float, float]:
    """Collect garbage; give the bytes of the heap with its buffers, and the number of DOM nodes."""
    devtools.send("HeapProfiler.collectGarbage")
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")
    metrics = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
    return float(heap["usedSize"] + heap.get("backingStorageSize", 0)), float(metrics["Nodes"])


def measure(browser: Browser, servers: Servers, minutes: float, seed: int = 1) -> list[Row]:
    """Use the page at random and weigh it nine times."""
    rng = random.Random(seed)
    levels, nodes, acts = [], [], 0
    with visit(browser, servers.ours.address, servers.ours.name, "moving") as here:
        here.ready()
        here.wait("() => document.querySelector('.explainer').dataset.charts", 30_000)
        here.settle()
        devtools = here.page.context.new_cdp_session(here.page)
        for domain in ("HeapProfiler", "Performance"):
            devtools.send(f"{domain}.enable")
        start = time.monotonic()
        for sample in range(1, SAMPLES + 1):
            while time.monotonic() - start < sample * minutes * 60 / SAMPLES:
                act(here.page, rng)
                acts += 1
                here.page.wait_for_timeout(rng.uniform(*PAUSE_MS))
            level, count = weigh(devtools)
            levels.append(level)
            nodes.append(count)
            here.check()
    servers.ours.end_kernels()
    third = SAMPLES // 3
    first, last = middle(levels[:third]), middle(levels[-third:])
    growth = last / first - 1
    said = ", ".join(f"{level / 1e6:.1f}" for level in levels)
    return [
        Row(
            f"heap after {minutes:g} min of random input",
            "B",
            last,
            ratio=f"{growth:+.1%} since the first third",
            goals=(Goal(f"flat (≤ +{FLAT:.0%})", growth <= FLAT),),
            note=f"{acts} acts, seed {seed}; heap and buffers after garbage collection, in MB: {said}.",
        ),
        Row(
            "  DOM nodes",
            "",
            middle(nodes[-third:]),
            ratio=f"{middle(nodes[-third:]) / middle(nodes[:third]) - 1:+.1%} since the first third",
        ),
    ]
