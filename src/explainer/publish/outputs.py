"""What a page shows for an output of a cell: filters for the templates."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

SCENE = "application/vnd.explainer.scene+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"

ALIGNMENT = re.compile(r'(?<=<t[hd] )style="text-align:(left|center|right)"')

# The first that an output offers is shown.
PREFERENCE = {
    SCENE: "scene",
    PLOTLY: "plotly",
    WIDGET: "widget",
    "text/html": "html",
    "text/markdown": "markdown",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "text/plain": "text",
}


def output_kind(output: Mapping[str, Any]) -> str:
    """Name how to show an output: a key of PREFERENCE's values, ``stdout``, ``error`` or ``nothing``."""
    if output["output_type"] == "stream":
        return "stdout" if output["name"] == "stdout" else "nothing"
    if output["output_type"] == "error":
        return "error"
    return next((kind for mime, kind in PREFERENCE.items() if mime in output["data"]), "nothing")


def script_json(value: object) -> str:
    """Write JSON that may stand inside a script element: no ``</script`` or ``<!--`` can arise."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def figure_title(figure: Mapping[str, Any]) -> str:
    """Give what a Plotly figure calls itself, for readers who cannot see it."""
    title = figure.get("layout", {}).get("title") or {}
    text = title.get("text") if isinstance(title, Mapping) else title
    return str(text or "Chart")


def aligned(html: str) -> str:
    """Say by classes how columns of tables are aligned: a strict page heeds no style attributes."""
    return ALIGNMENT.sub(r'class="to-\1"', html)


def text_ahead(cells: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the cells before the first that computes: a page can be sent that far without a kernel."""
    return list(takewhile(lambda cell: cell["cell_type"] != "code", cells))


FILTERS = {
    function.__name__: f"{__name__}.{function.__name__}"
    for function in (output_kind, script_json, figure_title, aligned, text_ahead)
}
