"""The scripts and styles of a page, named by their content so that browsers may keep them for ever."""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from explainer.player import widget
from explainer.player.widget import player_css, player_js

from .errors import PublishError

TEMPLATES = Path(__file__).parent / "templates"
MIME = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
NAMED = "./player.js"  # how page.js names the player; replaced by the name it is published under
IMPORTED = f'import("{NAMED}")'
MAP_STYLES = re.compile(rb'getElementById\("(\w{64})"\)\)\{var \w=document\.createElement\("style"\)')
EXPORTED = "export default { render };"


@dataclass(frozen=True)
class Asset:
    """One file of a page."""

    name: str
    content: bytes

    @property
    def hashed(self) -> str:
        """File name that changes whenever the content does."""
        stem, dot, ending = self.name.rpartition(".")
        return f"{stem}.{hashlib.sha256(self.content).hexdigest()[:12]}{dot}{ending}"

    @property
    def mime(self) -> str:
        """Content type, as a server announces it."""
        return MIME[Path(self.name).suffix]


def linked() -> dict[str, Asset]:
    """Give the files that pages of a site share, by logical name."""
    player = Asset("player.js", player_js().encode())
    page = _page_js().replace(NAMED, f"./{player.hashed}")
    return {
        asset.name: asset
        for asset in (
            player,
            Asset("page.js", page.encode()),
            Asset("player.css", player_css().encode()),
            Asset("page.css", _read("page.css").encode()),
            Asset("search.js", _read("search.js").encode()),
            Asset("from-disk.js", _read("from-disk.js").encode()),
            Asset("plotly.min.js", plotly_js()),
        )
    }


def inlined() -> dict[str, str]:
    """Give the same for a page that is one file: text to be put inside its own tags.

    A module cannot be imported from a neighbouring file on disk, nor from the page's own text; the
    player stands before the page's script and hands itself over.
    """
    player = player_js()
    page = _page_js()
    if EXPORTED not in player or IMPORTED not in page:
        raise PublishError(f"player.js must end in {EXPORTED!r} and page.js hold {IMPORTED!r}; write them so.")
    handed = player.replace(EXPORTED, "globalThis.__explainerPlayer = { default: { render }, plotly };")
    taken = page.replace(IMPORTED, "Promise.resolve(globalThis.__explainerPlayer)")
    return {
        "player.js": handed.replace("</script", "<\\/script"),
        "page.js": taken.replace("</script", "<\\/script"),
        "search.js": _read("search.js"),
        "player.css": player_css().replace("</style", "<\\/style"),
        "page.css": _read("page.css"),
        "plotly.min.js": base64.b64encode(gzip.compress(plotly_js(), mtime=0)).decode(),
    }


def plotly_js() -> bytes:
    """Read the one copy of plotly.js, which the player knows where to find."""
    try:
        return widget.plotly_js().read_bytes()
    except FileNotFoundError as error:
        raise PublishError(str(error)) from None


def _page_js() -> str:
    """Give the page's script, told which id plotly.js would give the styles it has for maps."""
    found = MAP_STYLES.search(plotly_js())
    return _read("page.js").replace("MAP-STYLES", found[1].decode() if found else "map-styles")


def script(name: str) -> str:
    """Give a small script for a page's own text."""
    return _read(name).replace("</script", "<\\/script")


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
