"""What a page says and asks for behind the reader's back."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebSocket

INSIDE = ("data:", "blob:", "about:")


def message_type(frame: str | bytes) -> str:
    """Give the type of a kernel message, in either form in which Jupyter sends it."""
    if isinstance(frame, str):
        return str(json.loads(frame)["header"]["msg_type"])
    count = int.from_bytes(frame[:8], "little")
    offsets = [int.from_bytes(frame[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
    return str(json.loads(frame[offsets[1] : offsets[2]])["msg_type"])


@dataclass
class Excuse:
    """A console error that is not ours, told by who logged it and how it begins."""

    source: str  # regular expression for the address of the script or resource
    text: str  # regular expression for the message
    why: str


@dataclass
class Watch:
    """Records errors, requests and websocket traffic of a browser context."""

    context: BrowserContext
    local: Callable[[str], bool]
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    sent: list[str | bytes] = field(default_factory=list)
    excuses: list[Excuse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.errors.append(f"uncaught: {error.error}"))
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("page", self._opened)

    def _opened(self, page: Page) -> None:
        page.on("websocket", self._connected)
        page.on("crash", lambda _: self.errors.append("the page crashed"))

    def _connected(self, socket: WebSocket) -> None:
        self.sockets.append(socket.url)
        socket.on("framesent", lambda frame: self.sent.append(frame))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        source = message.location.get("url", "")
        if any(re.search(e.source, source) and re.search(e.text, message.text) for e in self.excuses):
            return
        self.errors.append(f"console: {message.text} (from {source or 'the page'})")

    @property
    def foreign(self) -> list[str]:
        """Requests and sockets that are neither inside the page nor for its own server."""
        return [u for u in (*self.requests, *self.sockets) if not u.startswith(INSIDE) and not self.local(u)]

    def check(self) -> None:
        """Fail on anything a page of ours never does; then forget it, so that one test pays for it."""
        errors, foreign = self.errors[:], self.foreign
        self.errors.clear()
        self.requests.clear()
        asked = [f"asked of another host: {address}" for address in sorted(set(foreign))]
        assert not asked + errors, "what no page of ours does:\n" + "\n".join(asked + errors)
