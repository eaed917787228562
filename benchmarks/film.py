"""Frames per second while the film plays, scene by scene."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import nbformat
from playwright.sync_api import Browser

from benchmarks.browser import READY_MS, PageFailed, Visit, visit
from benchmarks.servers import LESSON, Servers
from benchmarks.table import Goal, Row, middle, p95

LEAST_FPS = 58
LENGTH_S = 10.0


def scenes(lessons: Path) -> list[tuple[str, str, int]]:
    """List every scene: its stem, the lesson that plays it, and its place among the scenes there."""
    found = []
    for path in sorted(lessons.glob("*.ipynb")):
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        names = [name for cell in cells for name in re.findall(r"^(\w+)\.play\(", cell, re.MULTILINE)]
        found += [(name, path.stem, place) for place, name in enumerate(names)]
    return found


def measure(browser: Browser, servers: Servers, lessons: Path, rounds: int, length_s: float = LENGTH_S) -> list[Row]:
    """Play each scene from its start with the charts there, and see its clock advance by as much as was watched."""
    rows = []
    for name, stem, place in scenes(lessons):
        film = importlib.import_module(f"explainer.scenes.{name}").scene.clock
        watched_s = min(length_s, film.film_s - 1)
        means, frames = [], []
        for _ in range(rounds):
            address = servers.ours.address.replace(LESSON, stem)
            with visit(browser, address, f"the scene {name}", "moving") as here:
                lengths, passed_s = _played(here, place, watched_s)
            if not 0.95 * watched_s <= passed_s / film.frames_per_s <= 1.1 * watched_s:
                raise PageFailed(
                    f"{here.name}: in {watched_s:g} s its film advanced by {passed_s / film.frames_per_s:.2f} s."
                )
            means.append(1000 * len(lengths) / sum(lengths))
            frames += lengths
            servers.ours.end_kernels()
        mean = middle(means)
        rows += [
            Row(
                f"frames per second, {name}",
                "",
                mean,
                goals=(Goal(f"≥ {LEAST_FPS}", mean >= LEAST_FPS),),
                note=f"mean over {watched_s:g} s at 1280 × 720, median of {rounds}; its clock advanced alike.",
            ),
            Row("  length of a frame, p95", "ms", p95(frames)),
            Row("  longest frame", "ms", max(frames)),
        ]
    return rows


def _played(here: Visit, place: int, length_s: float) -> tuple[list[float], float]:
    """Play one scene of a page for a while; give the length of every frame in ms, and how many of its own passed."""
    here.wait(f"() => document.querySelectorAll('.explainer .scrub')[{place}]", READY_MS)
    scene = here.page.locator(".explainer").nth(place)
    scene.evaluate("scene => scene.scrollIntoView()")
    here.wait(f"() => document.querySelectorAll('.explainer')[{place}].dataset.charts", 30_000)
    here.settle()
    scrub = scene.locator(".scrub")
    scrub.evaluate("s => { s.value = 0; s.dispatchEvent(new Event('input', { bubbles: true })); }")
    here.page.wait_for_timeout(600)
    scene.locator(".play").evaluate("button => button.click()")
    here.page.wait_for_timeout(200)
    before = float(scrub.input_value())
    lengths = [float(x) for x in here.page.evaluate("length => bench.frames(length)", 1000 * length_s)]
    return lengths, float(scrub.input_value()) - before
