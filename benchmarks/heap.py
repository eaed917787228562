"""Whether a page that is used at random for minutes keeps its size: the short form of `python -m benchmarks.fuzz`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import PageFailed
from benchmarks.fuzz import MOST_GROWTH, fuzz
from benchmarks.servers import LESSON, static
from benchmarks.table import Goal, Row


def measure(browser: Browser, lessons: Path, minutes: float, seed: int = 1) -> list[Row]:
    """Use the static page of the lesson at random and weigh it six times or more."""
    with static(lessons) as address:
        run = fuzz(browser, address, LESSON, 0, seed, minutes)
    if run.wrong:
        said = f"{'; '.join(run.wrong)}; last: {'; '.join(run.last[-5:])}"
        raise PageFailed(f"seed {seed}, after {run.acts} acts: {said}")
    heap, nodes = run.growth("objects_MB"), run.growth("nodes")
    said = ", ".join(f"{weighing.objects_MB:.2f}" for weighing in run.weighings)
    return [
        Row(
            f"objects after {minutes:g} min of random input",
            "B",
            run.weighings[-1].objects_MB * 1e6,
            ratio=f"{heap:+.1%} since the first weighing",
            goals=(Goal(f"flat (≤ +{MOST_GROWTH:.0%})", heap <= MOST_GROWTH),),
            note=f"{run.acts} acts, seed {seed}; static page at rest, objects and buffers after garbage collection, "
            f"in MB: {said}. `python -m benchmarks.fuzz` takes all scenes, and longer.",
        ),
        Row("  DOM nodes", "", float(run.weighings[-1].nodes), ratio=f"{nodes:+.1%} since the first weighing"),
    ]
