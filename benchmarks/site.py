"""The static page: how soon it moves and how much that takes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import visit
from benchmarks.servers import static
from benchmarks.table import Goal, Row, middle

MOST_S, MOST_BYTES = 0.6, 350e3


def measure(browser: Browser, lessons: Path, rounds: int) -> list[Row]:
    """Write the site, serve it compressed, visit the lesson; the first visit does not count."""
    seconds, film, size, requests = [], [], [], []
    with static(lessons) as address:
        for number in range(rounds + 1):
            with visit(browser, address, "the static page", "moving") as here:
                ready = here.ready()
                here.settle()
                arrived = here.page.evaluate("until => bench.arrived(until)", ready)
                if number:
                    seconds.append(ready / 1000)
                    film.append(float(here.page.evaluate("() => bench.marks.film")) / 1000)
                    size.append(float(arrived["bytes"]))
                    requests.append(float(arrived["requests"]))
                here.wait("() => document.querySelector('.explainer').dataset.charts", 30_000)
    return [
        Row(
            "static page, first moving picture",
            "s",
            middle(seconds),
            goals=(Goal(f"≤ {MOST_S} s", middle(seconds) <= MOST_S),),
            note=f"median of {rounds} cold visits to a local file server that compresses text (gzip 6).",
        ),
        Row("  of these, until the film runs", "s", middle(film)),
        Row(
            "static page, compressed until it moves",
            "B",
            middle(size),
            goals=(Goal("≤ 350 kB", middle(size) <= MOST_BYTES),),
            note="bodies of all responses finished by then; the page itself is counted whole.",
        ),
        Row("  requests until it moves", "", middle(requests)),
    ]
