"""Voilà with a template of ours: lean pages that need no connection to a kernel.

A page of Voilà's own loads its whole front end and a websocket before anything is shown. Here the
output of a scene is mounted straight from the page; Voilà's front end comes only to pages that
hold some other live widget. Kernels that no page is connected to are ended soon after.
"""

import gzip
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import tornado.httpserver
import tornado.ioloop
import tornado.web
from jupyter_server import DEFAULT_TEMPLATE_PATH_LIST
from jupyter_server.base.handlers import JupyterHandler, Template404
from jupyter_server.utils import url_path_join
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from .assets import TEMPLATES, Asset, linked
from .collection import Frame, Lesson, Link
from .environment import KERNELS
from .outputs import FILTERS

A_YEAR = 365 * 24 * 3600
PICTURES = r"[\w-]+\.(png|jpe?g|gif|svg|webp)"  # besides notebooks, the only files served

CULL_EVERY_S, CULL_IDLE_S = 30, 80  # a closed page's kernel is gone within their sum

WS_PING_MS = 30_000


def configuration() -> Config:
    """Give Voilà's settings."""
    config = Config()
    config.VoilaConfiguration.template = "explainer"
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.strip_sources = True
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.progressive_rendering = False
    config.VoilaConfiguration.file_allowlist = [PICTURES]
    config.VoilaConfiguration.extension_allowlist = [
        "@jupyter-widgets/jupyterlab-manager",
        "@voila-dashboards/widgets-manager8",
        "anywidget",
    ]
    config.VoilaExporter.filters = FILTERS
    config.merge(KERNELS)
    config.MappingKernelManager.cull_interval = CULL_EVERY_S
    config.MappingKernelManager.cull_idle_timeout = CULL_IDLE_S
    config.MappingKernelManager.cull_connected = False  # a page with live widgets keeps its kernel
    config.Voila.log_level = "WARN"
    config.Voila.config_file_paths = []
    config.Voila.open_browser = False
    return config


class AssetHandler(tornado.web.RequestHandler):
    """Hand out scripts and styles from memory, compressed once."""

    def initialize(self, assets: dict[str, tuple[Asset, bytes]]) -> None:
        """Take the files by the name under which they are asked for."""
        self.assets = assets

    def get(self, name: str) -> None:
        """Send one file, which may be kept for ever: another content has another name."""
        if name not in self.assets:
            raise tornado.web.HTTPError(404)
        asset, compressed = self.assets[name]
        self.set_header("Content-Type", asset.mime)
        self.set_header("Cache-Control", f"public, max-age={A_YEAR}, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(compressed)
        else:
            self.write(asset.content)


class IndexHandler(JupyterHandler):
    """Show the collection: its first lesson is the map; without one, a list."""

    def initialize(self, frame: Frame, start: str | None) -> None:
        """Take the collection and the address of its map."""
        self.frame, self.start = frame, start

    @tornado.web.authenticated
    def get(self) -> None:
        """Lead to the map, or list the lessons."""
        if self.start:
            self.redirect(self.start)
        else:
            self.finish(self.render_template("list.html", frame=self.frame))


class Server(Voila):
    """Voilà with our template directory, assets, index and error pages."""

    lessons: list[Lesson]
    sockets: list[socket.socket]
    ready: Callable[[], None]

    def setup_template_dirs(self) -> None:
        """Use the templates of this package, wherever it is installed, and Voilà's own front end."""
        self.template_paths = [str(TEMPLATES)]
        self.static_paths = collect_static_paths(["voila"], "base")

    def init_settings(self) -> dict[str, Any]:
        """Prepare what every page needs."""
        files = linked()
        self.assets = {asset.hashed: (asset, gzip.compress(asset.content, 6)) for asset in files.values()}
        self.frame = Frame(
            home=self.base_url,
            lessons=tuple(Link(x.stem, x.title, self.address(x)) for x in self.lessons),
            assets={name: url_path_join(self.base_url, "assets", x.hashed) for name, x in files.items()},
        )
        self.voila_configuration.config.VoilaConfiguration.resources = {"frame": self.frame}
        settings: dict[str, Any] = super().init_settings()
        pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(TEMPLATES), *DEFAULT_TEMPLATE_PATH_LIST]),
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
        )
        pages.install_null_translations()  # type: ignore[attr-defined]
        pages.globals["frame"] = self.frame
        settings["compress_response"] = True
        settings["ws_ping_timeout"] = WS_PING_MS  # Voilà's default is above what tornado allows
        settings["jinja2_env"] = settings["voila_jinja2_env"] = pages
        return settings

    def address(self, lesson: Lesson) -> str:
        """Give where a lesson is served."""
        return str(url_path_join(self.base_url, "voila/render", lesson.path.name))

    def init_handlers(self) -> list[Any]:
        """Put our index and assets in place of Voilà's tree of folders."""
        unused = (TornadoVoilaTreeHandler, VoilaContentsHandler)
        start = next((self.address(x) for x in self.lessons if x.is_start), None)
        return [
            (self.server_url, IndexHandler, {"frame": self.frame, "start": start}),
            (url_path_join(self.server_url, r"/assets/([\w.]+)"), AssetHandler, {"assets": self.assets}),
            *(handler for handler in super().init_handlers() if handler[1] not in unused),
            (r".*", Template404),
        ]

    def listen(self) -> None:
        """Answer on the sockets that were taken for us, until stopped."""
        tornado.httpserver.HTTPServer(self.app).add_sockets(self.sockets)
        self.port = self.sockets[0].getsockname()[1]
        self.ioloop = tornado.ioloop.IOLoop.current()
        self.ioloop.add_callback(self.ready)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            print("\nStopping.", file=sys.stderr)
        finally:
            self.stop()


def server(
    folder: Path, lessons: list[Lesson], sockets: list[socket.socket], ready: Callable[[], None]
) -> Server:
    """Prepare a server for the lessons of `folder` on `sockets`; once started it calls `ready`."""
    app = Server(config=configuration())
    app.lessons, app.sockets, app.ready = lessons, sockets, ready
    app.initialize([str(folder)])
    app.log.addFilter(lambda record: "is not trusted" not in record.getMessage())  # everything is run anew
    return app
