"""A visit: a page in a browser that has never seen it, with everything counted that it says and asks for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, WebSocket

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page waits for another host.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
READY_MS = 90_000
SETTLED_MS = 2000


class PageFailed(Exception):
    """A page did not do what it is there for; the message says which and what it said."""


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium named in EXPLAINER_CHROMIUM, else one on the PATH, else Playwright's own."""
    return playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)


def executable() -> str | None:
    """Give the Chromium to start; none is Playwright's own."""
    return os.environ.get("EXPLAINER_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

# Playwright's own waiting asks the page for eval again and again, which pages with a strict policy refuse.
WAIT = """(limit) => new Promise((done, fail) => {
  const holds = %s, end = performance.now() + limit;
  const look = () => {
    const value = holds();
    if (value) done(value);
    else if (performance.now() > end) fail(new Error("waited too long"));
    else setTimeout(look, 16);
  };
  look();
})"""


@dataclass
class Visit:
    """An open page and what has passed between it and its server."""

    page: Page
    name: str
    errors: list[str] = field(default_factory=list)
    sockets: int = 0
    sent: int = 0
    received: int = 0

    def listen(self, strict: bool) -> None:
        """Count websocket traffic and note errors; `strict` also takes what is logged as an error."""
        self.page.on("websocket", self._connected)
        self.page.on("crash", lambda _: self.errors.append("the page crashed"))
        if strict:
            self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
            self.page.on("console", self._said)

    def _connected(self, socket: WebSocket) -> None:
        self.sockets += 1
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, _: str | bytes) -> None:
        self.sent += 1

    def _received(self, payload: str | bytes) -> None:
        self.received += len(payload.encode() if isinstance(payload, str) else payload)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def ready(self) -> float:
        """Wait for what the page is watched for; gives the time since navigation in ms."""
        return float(self.wait("() => bench.marks.ready", READY_MS))

    def wait(self, condition: str, limit_ms: float) -> Any:
        """Wait for a condition in the page and give its value."""
        try:
            return self.page.evaluate(WAIT % condition, limit_ms)
        except Exception as error:
            shown = self.page.evaluate("() => document.body.innerText.slice(0, 400)")
            raise PageFailed(
                f"{self.name}: {condition} did not come true ({error}); the page reads: {shown!r}"
            ) from None

    def settle(self) -> None:
        """Wait until the page has come whole, and for a while nothing over a websocket."""
        self.wait("() => document.readyState === 'complete'", READY_MS)
        before = -1
        while before != self.received:
            before = self.received
            self.page.wait_for_timeout(SETTLED_MS)

    def kernel(self) -> str:
        """Give the kernel that the page has, or nothing."""
        return str(
            self.page.evaluate(
                "() => JSON.parse(document.getElementById('jupyter-config-data')?.textContent ?? '{}').kernelId ?? ''"
            )
        )

    def check(self) -> None:
        """Fail if the page has reported an error, or shows one."""
        shown = self.page.locator(
            ".explainer-error:visible, .failed:visible, .output.error:visible"
        ).all_inner_texts()
        told = [*self.errors, *(f"shown: {text}" for text in shown)]
        if told:
            raise PageFailed(f"{self.name}: " + "; ".join(told)[:1500])


@contextmanager
def visit(
    where: Browser | BrowserContext, address: str, name: str, watch: str, strict: bool = True
) -> Iterator[Visit]:
    """Go to an address, watching for one of the probe's conditions; the cache is empty, or that of a given context."""
    context = new_context(where) if isinstance(where, Browser) else where
    try:
        page = context.new_page()
        here = Visit(page, name)
        here.listen(strict)
        page.add_init_script(f"{PROBE}\nwindow.bench?.watch({watch!r});")
        page.goto(address, wait_until="commit")
        yield here
        here.check()
    finally:
        if isinstance(where, Browser):
            context.close()


def new_context(browser: Browser) -> BrowserContext:
    """Give a window with an empty cache."""
    return browser.new_context(viewport={"width": 1280, "height": 720})
