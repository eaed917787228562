"""What a page may load and run: the Content-Security-Policy of every form of it.

No page runs a script that stands in its text, nothing comes from another host, and a style or script
that finds its way in through a notebook's output is not heeded. Two allowances are Plotly's: it fills
a style element that it has made empty, by rules one at a time, and draws pictures from blob: addresses
when a reader saves a chart.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping

EMPTY_STYLE = ""

_NOTHING_ELSE = {
    "default-src": ("'none'",),
    "img-src": ("'self'", "data:", "blob:"),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}


def hashed(text: str) -> str:
    """Give the source expression that allows exactly this inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(directives: Mapping[str, Iterable[str]]) -> str:
    """Write a policy as its header or its meta element carries it."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


LINKED = policy(
    {
        **_NOTHING_ELSE,
        "script-src": ("'self'",),
        "style-src": ("'self'", hashed(EMPTY_STYLE)),
        "connect-src": ("'self'",),
    }
)
"""For pages that link their scripts and styles; written into the page or sent with it."""

HEADER = f"{LINKED}; frame-ancestors 'self'"
"""The same as a header, which alone can say who may frame the page."""


def inline(scripts: Iterable[str], styles: Iterable[str], charts: bool = True) -> str:
    """Give the policy of a page that is one file: exactly these scripts and styles.

    With `charts`, the chart library is held compressed in the page and started from a blob: address,
    which only a script that already runs can make; and the page makes no request at all. Without, the
    page may ask its own host.
    """
    started, asked = (("blob:",), ("'none'",)) if charts else ((), ("'self'",))
    return policy(
        {
            **_NOTHING_ELSE,
            "img-src": ("data:", "blob:"),
            "script-src": (*map(hashed, scripts), *started),
            "style-src": (*map(hashed, styles), hashed(EMPTY_STYLE)),
            "connect-src": asked,
        }
    )


LIVE = policy(
    {
        **_NOTHING_ELSE,
        "script-src": ("'self'", "blob:"),
        "style-src": ("'self'", "'unsafe-inline'"),
        "font-src": ("'self'", "data:"),
        "connect-src": ("'self'",),
        "frame-ancestors": ("'self'",),
    }
)
"""For pages with live widgets, as a header: Voilà's front end writes style elements, and anywidget starts
the modules of widgets from blob: addresses."""
