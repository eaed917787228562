"""From the start of a navigation to the first picture, and what that takes over the wire."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict

from playwright.sync_api import Browser

from benchmarks.browser import visit
from benchmarks.servers import Server, Servers, preheats
from benchmarks.table import Goal, Row, middle, times

MOST_OF_HELLO, MOST_OF_FIGURES = 1.25, 0.25
MOST_BYTES = 0.6e6
Numbers = dict[str, list[float]]


def look(browser: Browser, server: Server, watch: str, numbers: Numbers) -> None:
    """Visit a page once and note what it took."""
    with visit(browser, server.address, server.name, watch, strict=watch == "moving") as here:
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
            "early": arrived["bytes"],
            "bytes": settled["bytes"],
            "document": settled["page"],
        }
        for name, value in taken.items():
            if value is not None:
                numbers[name].append(float(value))
    server.end_kernels()


def measure(browser: Browser, servers: Servers, rounds: int) -> list[Row]:
    """Visit the three pages in turn; the first visit to each, when its server is cold, does not count."""
    if preheats():
        raise RuntimeError(
            "`explainer serve` keeps kernels ready, stock Voilà does not: that compares unlike things."
        )
    pages = {
        "ours": (servers.ours, "moving"),
        "hello": (servers.hello, "hello"),
        "figures": (servers.figures, "plots"),
    }
    taken: dict[str, Numbers] = {page: defaultdict(list) for page in pages}
    for number in range(rounds + 1):
        for page, (server, watch) in pages.items():
            look(browser, server, watch, taken[page] if number else defaultdict(list))

    def median(page: str, what: str) -> float:
        return middle(taken[page][what])

    def row(measure: str, unit: str, what: str) -> Row:
        return Row(measure, unit, median("ours", what), median("figures", what), median("hello", what))

    ours, hello, figures = (median(page, "ready") / 1000 for page in ("ours", "hello", "figures"))
    over = {page: median(page, "websocket") for page in pages}
    return [
        Row(
            "first moving picture in Voilà",
            "s",
            ours,
            figures,
            hello,
            f"{ours / hello:.2f} × hello; {ours / figures:.3f} × figures",
            (
                Goal("≤ 1.25 × hello", ours <= MOST_OF_HELLO * hello),
                Goal("≤ ¼ of figures", ours <= MOST_OF_FIGURES * figures),
            ),
            "from navigation to: a part of the picture moved; both plots and sliders there; the word there. "
            f"Medians of {rounds} cold visits each, in turn; no server keeps kernels ready, as is the "
            "collection's default.",
        ),
        Row("  of these, until the film runs", "s", median("ours", "film") / 1000),
        row("  HTTP until then, as sent", "B", "early"),
        row("  requests until then", "", "requests"),
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
