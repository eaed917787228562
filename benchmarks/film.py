"""Frames per second while the film plays."""

from __future__ import annotations

from playwright.sync_api import Browser

from benchmarks.browser import PageFailed, visit
from benchmarks.servers import Servers
from benchmarks.table import Goal, Row, middle, p95

LEAST_FPS = 58
LENGTH_S = 10.0


def measure(browser: Browser, servers: Servers, rounds: int, length_s: float = LENGTH_S) -> list[Row]:
    """Play from the start with the charts there, and see the clock advance by as much as was watched."""
    from explainer.scenes.nmda import scene

    means, frames = [], []
    for _ in range(rounds):
        with visit(browser, servers.ours.address, servers.ours.name, "moving") as here:
            here.ready()
            here.wait("() => document.querySelector('.explainer').dataset.charts", 30_000)
            here.settle()
            scrub, play = here.page.locator(".explainer .scrub"), here.page.locator(".explainer .play")
            scrub.evaluate("s => { s.value = 0; s.dispatchEvent(new Event('input', { bubbles: true })); }")
            here.page.wait_for_timeout(600)
            here.page.locator(".explainer").evaluate("scene => scene.scrollIntoView()")
            play.evaluate("button => button.click()")
            here.page.wait_for_timeout(200)
            before = float(scrub.input_value())
            lengths = [
                float(x) for x in here.page.evaluate("length => bench.frames(length)", 1000 * length_s)
            ]
            passed = (float(scrub.input_value()) - before) / scene.clock.frames_per_s
            if not 0.95 * length_s <= passed <= 1.1 * length_s:
                raise PageFailed(
                    f"{here.name}: in {length_s:g} s of playing its film advanced by {passed:.2f} s."
                )
            means.append(1000 * len(lengths) / sum(lengths))
            frames += lengths
        servers.ours.end_kernels()
    mean = middle(means)
    return [
        Row(
            "frames per second while playing",
            "",
            mean,
            goals=(Goal(f"≥ {LEAST_FPS}", mean >= LEAST_FPS),),
            note=f"mean over {length_s:g} s at 1280 × 720, median of {rounds}; its clock advanced alike.",
        ),
        Row("  length of a frame, p95", "ms", p95(frames)),
        Row("  longest frame", "ms", max(frames)),
    ]
