"""What the server answers, address by address."""

import json
import logging
import time
from collections import Counter
from http.client import responses
from typing import Any, ClassVar

import tornado.web
import tornado.websocket
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler, Template404
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from . import csp
from .assets import Asset
from .collection import Frame
from .kernels import ReaderKernels
from .logbook import NAME
from .served import Body, ServedLesson, ServedLessons

LOG = logging.getLogger(NAME)

A_YEAR = 365 * 24 * 3600
PATIENCE_S = 20
"""How long a reader waits for a page to be made before being told to come back."""

BACK_IN_S = 5, 60
"""When to come back: to a page that is being made, and for a place with a kernel."""

MOST_CONNECTIONS = 8
"""To one kernel: its page has one, and opens another when that was cut."""

MOST_MESSAGES_PER_S = 200
BURST_MESSAGES = 1000


class Headers(tornado.web.OutputTransform):
    """Sets the headers that every answer carries, whoever wrote it."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.policy = lambda: getattr(request, "page_policy", csp.HEADER)

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add to the headers of one answer."""
        headers["Content-Security-Policy"] = self.policy()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers.pop("Server", None)
        return status_code, headers, chunk


class Forgetful(JupyterHandler):
    """Jupyter's handlers set cookies to tell readers apart; nobody is known here, nothing is remembered."""

    def set_cookie(self, *_: Any, **__: Any) -> None:
        """Set none."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """Show our page for it; what was raised is for the log only."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = self.settings["jinja2_env"].get_template("error.html")
        message = responses.get(status_code, "Unknown")
        self.finish(page.render(status_code=status_code, status_message=message))


class Prepared(Forgetful):
    """Sends what lies in memory."""

    def send(self, body: Body, mime: str, for_ever: bool = False) -> None:
        """Send a body, compressed where the reader takes that; not at all where the reader has it."""
        compressed = bool(body.compressed) and "gzip" in self.request.headers.get("Accept-Encoding", "")
        self._tag = f'"{body.etag}{"-gz" * compressed}"'
        self.set_header("Content-Type", mime)
        self.set_header("Cache-Control", f"public, max-age={A_YEAR}, immutable" if for_ever else "no-cache")
        if compressed:
            self.set_header("Content-Encoding", "gzip")
        self.finish(body.compressed if compressed else body.plain)

    def compute_etag(self) -> str | None:
        """Name the content, without reading it again."""
        return getattr(self, "_tag", None)

    def head(self, *given: str) -> Any:
        """Answer as to GET; tornado leaves the body out."""
        return self.get(*given)


class AssetHandler(Prepared):
    """Scripts and styles."""

    def initialize(self, assets: dict[str, tuple[Asset, Body]]) -> None:
        """Take the files by the name under which they are asked for."""
        self.assets = assets

    def get(self, name: str) -> None:
        """Send one, which may be kept for ever: another content has another name."""
        if name not in self.assets:
            raise tornado.web.HTTPError(404)
        asset, body = self.assets[name]
        self.send(body, asset.mime, for_ever=True)


class DataHandler(Prepared):
    """What a scene fetches after its first picture."""

    def initialize(self, lessons: ServedLessons) -> None:
        """Take the lessons."""
        self.lessons = lessons

    def get(self, name: str) -> None:
        """Send one file, which may be kept for ever."""
        body = self.lessons.data(name)
        if body is None:
            raise tornado.web.HTTPError(404)
        self.send(body, "application/octet-stream", for_ever=True)


class SearchHandler(Prepared):
    """What the search box looks through."""

    def initialize(self, lessons: ServedLessons) -> None:
        """Take the lessons."""
        self.lessons = lessons

    def get(self) -> None:
        """Send it as it is now."""
        self.send(self.lessons.index, "application/json")


class IndexHandler(Prepared):
    """The collection: its first lesson is the map; without one, a list."""

    def initialize(self, frame: Frame, start: str | None) -> None:
        """Take the collection and the address of its map."""
        self.frame, self.start = frame, start

    def get(self) -> None:
        """Lead to the map, or list the lessons."""
        if self.start:
            self.redirect(self.start)
        else:
            self.set_header("Cache-Control", "no-cache")
            self.finish(self.render_template("list.html", frame=self.frame))


class LessonHandler(Prepared, TornadoVoilaHandler):
    """A lesson: from memory, or by Voilà with a kernel of the reader's own."""

    def initialize(self, lessons: ServedLessons, kernels: ReaderKernels, **given: Any) -> None:
        """Take the lessons and kernels, and what Voilà's handler takes."""
        super().initialize(**given)
        self.lessons, self.readers = lessons, kernels

    async def get(self, stem: str) -> None:
        """Send the page."""
        served = self.lessons.find(stem)
        if served is None:
            raise tornado.web.HTTPError(404)
        page = await self.lessons.page(served, PATIENCE_S)
        if page is None:
            self.later(served)
        elif not page.needs_kernel or self.request.method == "HEAD":
            self.set_status(500 if page.failed else 200)
            self.send(page.html, "text/html; charset=utf-8")
        else:
            await self.with_kernel(served, page.html)

    def later(self, served: ServedLesson) -> None:
        """Say that the page is being made."""
        self.set_status(503)
        self.set_header("Retry-After", str(BACK_IN_S[0]))
        self.set_header("Refresh", str(BACK_IN_S[0]))
        self.set_header("Cache-Control", "no-store")
        self.finish(self.render_template("later.html", title=served.lesson.title))

    async def with_kernel(self, served: ServedLesson, otherwise: Body) -> None:
        """Let Voilà make the page with a kernel of its own, or send the one that needs none."""
        kernels = self.readers
        with kernels.place() as free:
            if free and await kernels.turn(PATIENCE_S):
                try:
                    self.request.page_policy = csp.LIVE  # type: ignore[attr-defined]
                    self.request.arguments.clear()
                    await TornadoVoilaHandler.get(self, served.lesson.path.name)
                finally:
                    kernels.turns.release()
                return
        LOG.warning("%s: no place for a reader (%d kernels in use)", served.lesson.stem, kernels.in_use)
        self.set_status(503)
        self.set_header("Retry-After", str(BACK_IN_S[1]))
        self.send(otherwise, "text/html; charset=utf-8")


class HealthHandler(Prepared):
    """How the server is, for whoever watches over it."""

    def initialize(self, lessons: ServedLessons, kernels: ReaderKernels) -> None:
        """Take what is reported on."""
        self.lessons, self.kernels = lessons, kernels

    def get(self) -> None:
        """Send the state as JSON; 503 while pages are still to come, or no more will."""
        statuses = self.lessons.statuses
        if self.settings.get("stopping"):
            status = "stopping"
        elif {"waiting", "running"} & set(statuses.values()):
            status = "starting"
        else:
            status = "degraded" if "failed" in statuses.values() else "ok"
        self.set_status(200 if status in ("ok", "degraded") else 503)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        limits = self.kernels.limits
        kernels = {"in_use": self.kernels.in_use, "ready": self.kernels.ready, "limit": limits.kernels}
        memory = {"kernels": round(self.kernels.memory_MB()), "limit": round(limits.memory_MB)}
        uptime_s = round(time.monotonic() - self.settings["started_s"])
        self.finish(
            json.dumps(
                {"status": status, "lessons": statuses, "kernels": kernels, "memory_MB": memory, "uptime_s": uptime_s}
            )
        )


class OneKernelHandler(Forgetful, KernelHandler):
    """What Voilà's front end asks about its kernel; it cannot end or interrupt one here."""

    SUPPORTED_METHODS = ("GET",)


class ShutdownHandler(Forgetful, VoilaShutdownKernelHandler):
    """A page that is left says so."""

    def check_xsrf_cookie(self) -> None:
        """Ask for none: there are no cookies, and a kernel's name is known to its own page only."""


class LabextensionHandler(Forgetful, FileFindHandler):
    """The front ends of widgets."""


class MissingHandler(Forgetful, Template404):
    """Everything else."""


class ChannelsHandler(Forgetful, VoilaKernelWebsocketHandler):
    """A page's connection to its kernel, with a bound on how much it may say, and on how many it may have."""

    opened: ClassVar[Counter[str]] = Counter()

    async def pre_get(self) -> None:
        """Refuse what would be one too many."""
        if self.opened[self.kernel_id] >= MOST_CONNECTIONS:
            raise tornado.web.HTTPError(503)
        await super().pre_get()

    def on_close(self) -> None:
        """Make room for another."""
        self.opened[self.kernel_id] -= 1
        ChannelsHandler.opened += Counter()  # forgets what has none
        super().on_close()

    def open(self, kernel_id: str) -> Any:
        """Start counting."""
        self.opened[kernel_id] += 1
        self._left, self._counted_s = float(BURST_MESSAGES), time.monotonic()
        return super().open(kernel_id)

    def on_message(self, message: str | bytes) -> None:
        """Pass a message on, unless there are too many."""
        now = time.monotonic()
        self._left = min(BURST_MESSAGES, self._left + (now - self._counted_s) * MOST_MESSAGES_PER_S)
        self._counted_s = now
        if self._left < 1:
            if self.close_code is None:
                LOG.warning("a page sent too many messages to its kernel; its connection was closed")
                self.close(1008, "too many messages")
            return
        self._left -= 1
        try:
            if isinstance(message, bytes):
                check_parts(message, new_form=self.selected_subprotocol is not None)
            super().on_message(message)
        except Exception:  # there are as many ways to be no message as there are kinds of error
            LOG.warning("a page sent a message that is none; its connection was closed")
            self.close(1003, "not a message")


def check_parts(message: bytes, new_form: bool) -> None:
    """See to it that a binary message has the parts that it announces, before anyone makes room for them.

    Raises
    ------
    ValueError
        If it does not; eight bytes can announce more parts than there is memory.
    """
    size, order = (8, "little") if new_form else (4, "big")
    count = int.from_bytes(message[:size], order)  # type: ignore[arg-type]
    if not 1 <= count <= len(message) // size - 1:
        raise ValueError(f"{count} parts are announced, and {len(message)} bytes came.")
    places = [int.from_bytes(message[size * i : size * (i + 1)], order) for i in range(1, count + 1)]  # type: ignore[arg-type]
    if sorted(places) != places or places[-1] > len(message):
        raise ValueError("parts lie outside the message.")
