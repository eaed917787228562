"""`python -m benchmarks`: print the table.

A missed target is printed as missed and is no failure; a page that errs is, and ends with status 1.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks import control, film, heap, network, pages, routes, site, surface
from benchmarks.browser import launch
from benchmarks.servers import Servers
from benchmarks.table import Row, machine, save, show

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
PARTS = ("surface", "error", "routes", "network", "pages", "control", "film", "site", "heap")


def main() -> int:
    """Measure what is asked for, print the table, give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the collection.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="visits to each page (default: 5)")
    parser.add_argument("--minutes", type=float, default=3, help="of random input for the heap (default: 3)")
    parser.add_argument(
        "--quick", action="store_true", help="see that everything runs; the numbers say little"
    )
    parser.add_argument(
        "--only",
        choices=PARTS,
        action="append",
        metavar="PART",
        help=f"any of {', '.join(PARTS)}; repeatable",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here too")
    asked = parser.parse_args()
    rounds, minutes = (1, 0.3) if asked.quick else (asked.rounds, asked.minutes)
    if rounds < 1 or minutes <= 0:
        parser.error("rounds and minutes must be positive")
    wanted = [part for part in PARTS if not asked.only or part in asked.only]
    how = f"{rounds} round{'s' * (rounds > 1)}" + (", QUICK: the numbers say little" if asked.quick else "")

    rows: list[Row] = []
    with ExitStack() as stack:
        browser = launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        about = machine(browser.version, how)
        servers = Servers(LESSONS, stack)
        measures: dict[str, Callable[[], list[Row]]] = {
            "surface": lambda: surface.measure(rounds, 3 if asked.quick else 6),
            "error": lambda: surface.error(20 if asked.quick else 200),
            "routes": lambda: routes.measure(rounds, 1 if asked.quick else 4),
            "network": lambda: network.measure(rounds, 5 if asked.quick else 20),
            "pages": lambda: pages.measure(browser, servers, rounds),
            "control": lambda: control.measure(browser, servers, rounds, 8 if asked.quick else 40),
            "film": lambda: film.measure(browser, servers, LESSONS, rounds, 2.0 if asked.quick else film.LENGTH_S),
            "site": lambda: site.measure(browser, LESSONS, rounds),
            "heap": lambda: heap.measure(browser, LESSONS, minutes),
        }
        for part in wanted:
            started = time.monotonic()
            print(f"{part} … ", end="", file=sys.stderr, flush=True)
            try:
                rows += measures[part]()
                said = "done"
            except Exception as error:
                rows.append(Row(part, failure=f"{type(error).__name__}: {error}"))
                said = "FAILED"
                traceback.print_exc()
            print(f"{said} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print(show(rows, about))
    if asked.json:
        save(rows, about, asked.json)
    return int(any(row.failure for row in rows))


if __name__ == "__main__":
    sys.exit(main())
