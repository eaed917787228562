"""What the server answers, address by address."""

import asyncio
import json
import logging
import re
import time
from contextlib import aclosing
from http.client import responses
from typing import Any

import tornado.web
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler, Template404
from jupyter_server.services.kernels.handlers import KernelHandler
from nbclient.util import ensure_async
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from . import csp
from .assets import Asset
from .collection import Frame
from .kernels import Arrival, ReaderKernels
from .logbook import NAME
from .served import Body, ServedLesson, ServedLessons

LOG = logging.getLogger(NAME)

MADE_IN_S = 180
"""How long Voilà may take for a page; its cells have a limit of their own."""

CUT_SHORT = '<p class="failed cut-short" role="alert">This page could not be made to its end. Reload it.</p>'

GZIP = re.compile(r"(^|[\s,])gzip\s*($|,|;\s*q=(?!0(\.0*)?\s*($|,)))")
"""A header Accept-Encoding that takes gzip."""

A_YEAR = 365 * 24 * 3600
PATIENCE_S = 20
"""How long a reader waits for a page to be made before being told to come back."""

BACK_IN_S = 5, 60
"""When to come back: to a page that is being made, and for a place with a kernel."""


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
        accepts = self.request.headers.get("Accept-Encoding", "")
        compressed = bool(body.compressed and GZIP.search(accepts))
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
        elif not page.needs_kernel or page.failed or self.request.method == "HEAD":
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
        kernels.wanted = True
        with kernels.place() as arrival:
            if arrival and await kernels.turn(PATIENCE_S):
                try:
                    if not self.has_left():
                        await self.by_voila(served, arrival)
                finally:
                    kernels.turns.release()
                return
        LOG.warning("%s: no place for a reader (%d kernels in use)", served.lesson.stem, kernels.in_use)
        self.set_status(503)
        self.set_header("Retry-After", str(BACK_IN_S[1]))
        self.send(otherwise, "text/html; charset=utf-8")

    def has_left(self) -> bool:
        """Whether the reader has closed the connection while waiting."""
        return bool(self.request.connection.stream.closed())  # type: ignore[union-attr]

    async def by_voila(self, served: ServedLesson, arrival: Arrival) -> None:
        """Send what Voilà writes, as it comes; a page that does not come to its end takes its kernel with it."""
        self.request.page_policy = csp.LIVE  # type: ignore[attr-defined]
        self.request.arguments.clear()
        problem = ""
        try:
            async with asyncio.timeout(MADE_IN_S), aclosing(self.get_generator(served.lesson.path.name)) as parts:
                async for part in parts:
                    self.write(part)
                    self.flush()  # not awaited: a slow reader must not keep the others' turn
                    if self.has_left():
                        problem = "the reader left"
                    elif not await self.readers.is_well(arrival.kernel):
                        problem = "its kernel died"
                    if problem:
                        break
        except TimeoutError:
            problem = f"it was not done in {MADE_IN_S:g} s"
        if not problem:
            return
        LOG.warning("%s: a page with a kernel was not made: %s", served.lesson.stem, problem)
        if arrival.kernel in self.readers:
            await ensure_async(self.readers.shutdown_kernel(arrival.kernel, now=True))
        if not self.has_left():
            self.finish(CUT_SHORT)


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
