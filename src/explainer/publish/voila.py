"""The server: Voilà with a template and addresses of ours.

A page of Voilà's own loads its whole front end and a websocket before anything is shown, and costs a
kernel. Here a lesson of scenes is executed once and handed to everyone from memory; Voilà's way is taken
for lessons that hold some other live widget.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import tornado.httpserver
import tornado.ioloop
from jupyter_server import DEFAULT_TEMPLATE_PATH_LIST
from jupyter_server.services.kernels.handlers import _kernel_id_regex
from jupyter_server.utils import url_path_join
from tornado.web import RequestHandler
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths
from voila.static_file_handler import AllowListFileHandler, MultiStaticFileHandler

from .assets import TEMPLATES, linked
from .channels import ChannelsHandler
from .collection import Frame, Lesson, Link
from .environment import KERNELS
from .errors import PublishError
from .execution import OUTPUT_TIMEOUT_S
from .handlers import (
    AssetHandler,
    DataHandler,
    Headers,
    HealthHandler,
    IndexHandler,
    LabextensionHandler,
    LessonHandler,
    MissingHandler,
    OneKernelHandler,
    SearchHandler,
    ShutdownHandler,
)
from .kernels import ReaderKernels
from .limits import Limits
from .logbook import NAME
from .outputs import FILTERS
from .served import BUSY, OFF, SERVED_CELL_TIMEOUT_S, Body, ServedLessons

LOG = logging.getLogger(NAME)

PICTURES = r"[\w-]+\.(png|jpe?g|gif|svg|webp)"  # besides notebooks, the only files served

CULL_EVERY_S, CULL_IDLE_S = 15, 45  # a page that was lost keeps its kernel no longer than their sum

WS_PING_MS = 30_000
MOST_BYTES_IN_MESSAGE = 1_000_000
MOST_BYTES_IN_HEADERS = 16_384
MOST_BYTES_IN_BODY = 65_536
SILENT_S = 60  # a connection that says nothing is closed after this time
KERNELS_END_IN_S = 5
ANSWERS_END_IN_S = 2


@dataclass(frozen=True)
class Site:
    """What is served, and where."""

    folder: Path
    lessons: list[Lesson]
    sockets: list[socket.socket]
    base_url: str
    limits: Limits
    behind_proxy: bool = False


def configuration(site: Site) -> Config:
    """Give Voilà's settings."""
    config = Config()
    voila = config.VoilaConfiguration
    voila.template = "explainer"
    voila.allow_template_override = "NO"
    voila.allow_theme_override = "NO"
    voila.strip_sources = True
    voila.show_tracebacks = False
    voila.progressive_rendering = False
    voila.preheat_kernel = False  # the pool is ours: kernels.py says why
    voila.multi_kernel_manager_class = ReaderKernels
    voila.file_allowlist = [PICTURES]
    voila.extension_allowlist = [
        "@jupyter-widgets/jupyterlab-manager",
        "@voila-dashboards/widgets-manager8",
        "anywidget",
    ]
    config.VoilaExporter.filters = FILTERS
    config.merge(KERNELS)
    config.VoilaExecutor.timeout = SERVED_CELL_TIMEOUT_S
    config.VoilaExecutor.iopub_timeout = OUTPUT_TIMEOUT_S
    config.KernelRestarter.restart_limit = 0  # a new kernel would know nothing of the page
    config.MappingKernelManager.cull_interval = CULL_EVERY_S
    config.MappingKernelManager.cull_idle_timeout = CULL_IDLE_S
    config.MappingKernelManager.cull_connected = False  # a page with live widgets keeps its kernel
    config.MappingKernelManager.buffer_offline_messages = False
    config.Voila.base_url = site.base_url
    config.Voila.log_level = "WARN"
    config.Voila.config_file_paths = []
    config.Voila.open_browser = False
    return config


class Server(Voila):
    """Voilà with our pages, addresses and way of ending."""

    site: Site
    ready: Callable[[], None]
    ioloop: tornado.ioloop.IOLoop | None = None

    def setup_template_dirs(self) -> None:
        """Use the templates of this package, wherever it is installed, and Voilà's own front end."""
        self.template_paths = [str(TEMPLATES)]
        self.static_paths = collect_static_paths(["voila"], "base")

    def below(self, *parts: str) -> str:
        """Give an address below the base URL."""
        return str(url_path_join(self.base_url, *parts))

    def address(self, lesson: Lesson) -> str:
        """Give where a lesson is served."""
        return self.below("voila/render", quote(lesson.path.name))

    def init_settings(self) -> dict[str, Any]:
        """Prepare what every page needs."""
        files = linked()
        self.assets = {asset.hashed: (asset, Body.of(asset.content)) for asset in files.values()}
        self.frame = Frame(
            home=self.base_url,
            lessons=tuple(Link(x.stem, x.title, self.address(x)) for x in self.site.lessons),
            assets={name: self.below("assets", x.hashed) for name, x in files.items()},
            search=self.below("search.json"),
        )
        notice = BUSY if self.site.limits.kernels else OFF
        self.lessons = ServedLessons(self.site.lessons, self.frame, lambda name: self.below("data", name), notice)
        self.voila_configuration.config.VoilaConfiguration.resources = {"frame": self.frame}
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.limits = self.site.limits
        pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(TEMPLATES), *DEFAULT_TEMPLATE_PATH_LIST]),
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
        )
        pages.install_null_translations()  # type: ignore[attr-defined]
        pages.globals["frame"] = self.frame
        settings["compress_response"] = True
        settings["ws_ping_timeout"] = WS_PING_MS  # Voilà's default is above what tornado allows
        settings["websocket_max_message_size"] = MOST_BYTES_IN_MESSAGE
        settings["log_function"] = log_request
        settings["started_s"] = time.monotonic()
        settings["jinja2_env"] = settings["voila_jinja2_env"] = pages
        return settings

    def init_handlers(self) -> list[Any]:
        """List every address that is answered; what is not here is not served."""
        start = next((self.address(x) for x in self.site.lessons if x.is_start), None)
        lesson = {
            "lessons": self.lessons,
            "kernels": self.kernel_manager,
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return [
            (self.base_url, IndexHandler, {"frame": self.frame, "start": start}),
            (self.base_url.rstrip("/"), IndexHandler, {"frame": self.frame, "start": self.base_url}),
            (self.below(r"voila/render/([^/]+)\.ipynb"), LessonHandler, lesson),
            (self.below(r"data/([\w.]+)"), DataHandler, {"lessons": self.lessons}),
            (self.below(r"assets/([\w.-]+)"), AssetHandler, {"assets": self.assets}),
            (self.below("search.json"), SearchHandler, {"lessons": self.lessons}),
            (self.below("health"), HealthHandler, {"lessons": self.lessons, "kernels": self.kernel_manager}),
            (
                self.below(r"voila/files/(.*)"),
                AllowListFileHandler,
                {"allowlist": self.voila_configuration.file_allowlist, "path": self.root_dir},
            ),
            # What pages with live widgets load and speak to.
            (self.below(r"voila/static/(.*)"), MultiStaticFileHandler, {"paths": self.static_paths}),
            (self.below(r"voila/labextensions/(.*)"), LabextensionHandler, {"path": self.labextensions_path}),
            (self.below(rf"api/kernels/{_kernel_id_regex}"), OneKernelHandler),
            (self.below(rf"api/kernels/{_kernel_id_regex}/channels"), ChannelsHandler),
            (self.below(rf"voila/api/shutdown/{_kernel_id_regex}"), ShutdownHandler),
            (r".*", MissingHandler),
        ]

    def listen(self) -> None:
        """Answer on the sockets that were taken for us, until stopped."""
        self.app.add_transform(Headers)
        self.http = tornado.httpserver.HTTPServer(
            self.app,
            xheaders=self.site.behind_proxy,
            max_header_size=MOST_BYTES_IN_HEADERS,
            max_body_size=MOST_BYTES_IN_BODY,
            idle_connection_timeout=SILENT_S,
            body_timeout=SILENT_S,
        )
        self.http.add_sockets(self.site.sockets)
        self.port = self.site.sockets[0].getsockname()[1]
        self.ioloop = tornado.ioloop.IOLoop.current()
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        threading.excepthook = self._tell_of_thread
        self.ioloop.add_callback(self._begin)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def _tell_of_thread(self, failed: threading.ExceptHookArgs) -> None:
        """Write down what ended a thread; while stopping, connections to kernels end so, which is no news."""
        level = logging.DEBUG if self.app.settings.get("stopping") else logging.ERROR
        name = failed.thread.name if failed.thread else "a thread"
        LOG.log(level, "%s ended: %s: %s", name, failed.exc_type.__name__, failed.exc_value)

    async def _begin(self) -> None:
        self.ready()
        self._watching = asyncio.ensure_future(self.kernel_manager.watch())
        await self.lessons.prepare()
        self.kernel_manager.wanted |= self.lessons.live
        self.kernel_manager.refill()

    def _handle_signal_stop(self, number: int, frame: object) -> None:
        """End in order; a second signal ends at once."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self.ioloop is None:  # nothing has begun
            raise SystemExit(0)
        self.ioloop.add_callback_from_signal(lambda: asyncio.ensure_future(self._end(signal.Signals(number).name)))

    async def _end(self, why: str) -> None:
        LOG.info("stopping (%s)", why)
        self.app.settings["stopping"] = True
        self.http.stop()
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.http.close_all_connections(), ANSWERS_END_IN_S)
            await asyncio.wait_for(self.kernel_manager.end(), KERNELS_END_IN_S)
        except Exception as error:  # kernels end themselves once their server has gone
            LOG.warning("not all ended in order: %s", error)
        finally:
            self._watching.cancel()
            tornado.ioloop.IOLoop.current().stop()

    def stop(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.connection_dir_root, ignore_errors=True)
        LOG.info("stopped")


def log_request(handler: RequestHandler) -> None:
    """Write down a request, without who asked; what the server got wrong also on the terminal."""
    request, status = handler.request, handler.get_status()
    level = logging.ERROR if status == 500 else logging.DEBUG
    took_ms = 1000 * request.request_time()
    LOG.log(level, "%s %s %d %.0f ms", request.method, request.path, status, took_ms)


def own_log(name: str) -> None:
    """Let another library's warnings go to our log."""
    theirs = logging.getLogger(name)
    theirs.handlers = list(LOG.handlers)
    theirs.setLevel(logging.WARNING)
    theirs.propagate = False


def server(site: Site, ready: Callable[[], None]) -> Server:
    """Prepare a server; once started it calls `ready`.

    Raises
    ------
    PublishError
        If there is no place for the files by which it speaks with kernels.
    """
    try:
        runtime = tempfile.mkdtemp(prefix="explainer-")
    except OSError as error:
        raise PublishError(
            f"No folder for temporary files can be made: {error.strerror}; name one in TMPDIR."
        ) from None
    os.environ.setdefault("JUPYTER_RUNTIME_DIR", runtime)
    config = configuration(site)
    config.NotebookNotary.data_dir = runtime  # its own place is in a home that may not be there, or not be writable
    config.NotebookNotary.db_file = ":memory:"
    app = Server(config=config, connection_dir_root=runtime)
    app.site, app.ready = site, ready
    app.initialize([str(site.folder)])
    app.log.addFilter(lambda record: "is not trusted" not in record.getMessage())  # everything is run anew
    for name in (app.log.name, "asyncio", "tornado"):
        own_log(name)
    return app
