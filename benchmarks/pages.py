"""From the start of a navigation to the first picture, and what that takes over the wire."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser import Visit, new_context, visit
from benchmarks.servers import Server, Servers
from benchmarks.table import Goal, Row, middle, times

COLD_OF_HELLO, WARM_OF_HELLO, COLD_OF_FIGURES = 0.8, 0.5, 0.25
MOST_BYTES, MOST_REQUESTS = 0.6e6, 30
Numbers = dict[str, list[float]]


def look(browser: Browser, server: Server, watch: str, *visits: Numbers) -> None:
    """Visit a page with an empty cache, then with what that has left in it; note what each visit took."""
    context = new_context(browser)
    try:
        for numbers in visits:
            server.settle()
            with visit(context, server.address, server.name, watch, strict=watch == "moving") as here:
                note(here, watch, numbers)
                kernel = here.kernel()
            here.page.close()
            server.end_kernels(kernel)
    finally:
        context.close()


def note(here: Visit, watch: str, numbers: Numbers) -> None:
    """Note when an open page is there and what came over the wire."""
    ready = here.ready()
    film = here.page.evaluate("() => bench.marks.film ?? null")
    if watch == "moving":
        here.wait("() => document.querySelector('.explainer').dataset.charts", 30_000)
    here.settle()
    arrived = here.page.evaluate("until => bench.arrived(until)", ready)
    settled = here.page.evaluate("() => bench.arrived(performance.now())")
    taken = {
        "ready": ready,
        "film": film,
        "websocket": here.received,
        "requests": arrived["requests"],
        "all requests": settled["requests"],
        "early": arrived["bytes"],
        "bytes": settled["bytes"],
        "document": settled["page"],
    }
    for name, value in taken.items():
        if value is not None:
            numbers[name].append(float(value))


def measure(browser: Browser, servers: Servers, rounds: int) -> list[Row]:
    """Visit the pages in turn; the first visit to each, when its server is cold, does not count."""
    pages = {
        "ours": (servers.ours, "moving"),
        "hello": (servers.hello, "hello"),
        "preheated": (servers.hello_preheated, "hello"),
        "figures": (servers.figures, "plots"),
    }
    cold: dict[str, Numbers] = {page: defaultdict(list) for page in pages}
    warm: dict[str, Numbers] = {page: defaultdict(list) for page in pages}
    for server, watch in pages.values():
        look(browser, server, watch, defaultdict(list))
    for _ in range(rounds):
        for page, (server, watch) in pages.items():
            look(browser, server, watch, cold[page], *([] if page == "figures" else [warm[page]]))

    def median(page: str, what: str, taken: dict[str, Numbers] = cold) -> float:
        return middle(taken[page][what])

    def row(measure: str, unit: str, what: str, **more: Any) -> Row:
        return Row(measure, unit, *(median(page, what) for page in ("ours", "figures", "hello")), **more)

    def first(measure: str, taken: dict[str, Numbers], goals: tuple[Goal, ...], note: str) -> list[Row]:
        ours, hello, preheated = (median(page, "ready", taken) / 1000 for page in ("ours", "hello", "preheated"))
        figures = median("figures", "ready") / 1000 if taken is cold else None
        ratio = f"{ours / hello:.2f} × hello" + (f"; {ours / figures:.3f} × figures" if figures else "")
        row = Row(measure, "s", ours, figures, hello, ratio, goals, note)
        ratio = f"{ours / preheated:.2f} × this hello"
        return [row, Row("  hello with a preheated kernel", "s", hello=preheated, ratio=ratio)]

    of_hello = {name: median("ours", "ready", taken) / median("hello", "ready", taken)
                for name, taken in (("cold", cold), ("warm", warm))}  # fmt: skip
    of_figures = median("ours", "ready") / median("figures", "ready")
    over = {page: median(page, "websocket") for page in pages}
    requests = median("ours", "all requests")
    return [
        *first(
            "first moving picture in Voilà, cold",
            cold,
            (
                Goal(f"≤ {COLD_OF_HELLO} × hello", of_hello["cold"] <= COLD_OF_HELLO),
                Goal("≤ ¼ of figures", of_figures <= COLD_OF_FIGURES),
            ),
            "from navigation to: a part of the picture moved; both plots and sliders there; the word there. Medians "
            f"of {rounds} visits each with an empty browser cache, in turn, each to a server at rest. `explainer "
            "serve` as it comes has lessons ready; stock Voilà as it comes keeps nothing ready and starts a kernel for "
            "each visit; with --preheat_kernel=True (the row below) it has the hello page run before anybody asks.",
        ),
        *first(
            "first moving picture in Voilà, warm",
            warm,
            (Goal(f"≤ {WARM_OF_HELLO} × hello", of_hello["warm"] <= WARM_OF_HELLO),),
            "the same pages once more in the same browser, whose cache holds what the visit before has left.",
        ),
        Row("  of the cold, until the film runs", "s", median("ours", "film") / 1000),
        row("  HTTP until then, as sent", "B", "early"),
        row("  requests until then", "", "requests"),
        row(
            "requests until settled",
            "",
            "all requests",
            goals=(Goal(f"≤ {MOST_REQUESTS}", requests <= MOST_REQUESTS),),
        ),
        Row(
            "websocket until settled",
            "B",
            over["ours"],
            over["figures"],
            over["hello"],
            f"{times(over['figures'], over['ours'])} less" if over["ours"] else "",
            (Goal("≤ 0.6 MB", over["ours"] <= MOST_BYTES),),
            "payloads of all frames received. In Voilà the scene comes inside its page, without a websocket.",
        ),
        row("  the page itself, as sent", "B", "document"),
        row("  all HTTP until settled, as sent", "B", "bytes"),
        *lab(),
    ]


def lab() -> list[Row]:
    """Weigh what JupyterLab gets over its websocket for the scene: the messages that open the widget."""
    from ipywidgets.widgets.widget import _remove_buffers

    from explainer.player.widget import plotly_js
    from explainer.scenes.nmda import scene

    widget = scene.play()
    total = 0
    for part in (widget, widget.layout):
        state, paths, buffers = _remove_buffers(part.get_state())
        data = {
            "comm_id": part.model_id,
            "target_name": "jupyter.widget",
            "data": {"state": state, "buffer_paths": paths},
        }
        total += len(json.dumps(data, ensure_ascii=False).encode()) + sum(len(buffer) for buffer in buffers)
    copy = len(gzip.compress(plotly_js().read_bytes(), 6))
    return [
        Row(
            "websocket in JupyterLab: the widget",
            "B",
            float(total),
            goals=(Goal("≤ 0.6 MB", total <= MOST_BYTES),),
            note="JSON and buffers of the messages that open it, weighed in Python, without envelopes.",
        ),
        Row("  and the one copy of plotly.js", "B", float(copy)),
    ]
