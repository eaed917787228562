"""The four ways to the reader, each able to show a notebook and to lose its server."""

import contextlib
import functools
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, TimeoutError, expect

from .watch import Excuse

START_S = 60
TOKEN = "for-tests"
COMMAND = [sys.executable, "-m", "explainer.publish"]


def free_port() -> int:
    """Give a port that nothing uses now."""
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return int(taken.getsockname()[1])


class Surface:
    """One way to the reader."""

    name: str
    has_kernel = False
    interrupts = False
    """Whether it opens dialogs of its own that keep all keys to themselves."""
    lost_connection: tuple[Excuse, ...] = ()
    """What its own front end may log once its server is gone."""

    def start(self) -> None:
        """Make it reachable; does nothing where it is already."""

    def stop(self) -> None:
        """End what `start` began."""

    def cut(self, page: Page) -> None:
        """Take kernel and server away from a page that is open."""
        raise NotImplementedError

    def address(self, stem: str) -> str:
        """Give the address of a notebook's page."""
        raise NotImplementedError

    def local(self, url: str) -> bool:
        """Tell whether a request stays with this surface."""
        raise NotImplementedError

    def dismiss(self, page: Page) -> bool:
        """Close a dialog of the surface's own, which keeps all keys to itself; tell whether there was one."""
        return False

    def show(self, page: Page, stem: str, nth: int = 0, cells: int = 0) -> None:
        """Go to a notebook; where a reader runs the cells, run those up to the nth scene, or the first few."""
        self.start()
        page.goto(self.address(stem), wait_until="commit")


class Site(Surface):
    """The static pages, from a plain file server."""

    name = "site"
    server: http.server.ThreadingHTTPServer | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> None:
        if self.server:
            return
        handler = functools.partial(Quiet, directory=str(self.folder))
        self.server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def cut(self, page: Page) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        assert self.server
        return f"http://localhost:{self.server.server_address[1]}/"

    def address(self, stem: str) -> str:
        return f"{self.origin}{page_name(stem)}"

    def local(self, url: str) -> bool:
        return self.server is not None and url.startswith(self.origin)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not write to the terminal."""

    def log_message(self, *_: object) -> None:
        pass


class SingleFile(Surface):
    """The lessons as one file each, opened from disk."""

    name = "single file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "single"

    def cut(self, page: Page) -> None:
        page.context.set_offline(True)  # there is no server to lose

    def address(self, stem: str) -> str:
        return (self.folder / page_name(stem)).as_uri()

    def local(self, url: str) -> bool:
        return re.split("[?#]", url)[0] in {path.as_uri() for path in self.folder.glob("*.html")}


def page_name(stem: str) -> str:
    """Give the file that a notebook's page is written to: the map of the collection is the index."""
    return "index.html" if stem == "00_start_here" else f"{stem}.html"


class Served(Surface):
    """A surface whose server is a command of ours, in a process of its own."""

    has_kernel = True
    arguments: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self.scratch = folder, scratch

    def start(self) -> None:
        if self.process:
            return
        self.port = free_port()
        self._configure()
        homes = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        environment = {
            **os.environ,
            **{f"JUPYTER_{home}": str(self.scratch / home.lower()) for home in homes},
            "JUPYTERLAB_SETTINGS_DIR": str(self.scratch / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.scratch / "workspaces"),
            "IPYTHONDIR": str(self.scratch / "ipython"),
            "JUPYTER_TOKEN": TOKEN,
        }
        line = [*COMMAND, *self.arguments, str(self.folder), "--no-browser", "--port", str(self.port)]
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server
        self.process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env=environment,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                said = self.log.read().decode(errors="replace")[-3000:]
                self._kill()
                raise RuntimeError(f"`explainer {self.arguments[0]}` did not come up in {START_S} s:\n{said}")
            time.sleep(0.1)

    def _configure(self) -> None:
        """Allow it to run as root where the tests do, as in a container; it listens on localhost only."""
        settings = {"ServerApp": {"allow_root": hasattr(os, "geteuid") and os.geteuid() == 0}}
        folder = self.scratch / "config_dir"
        folder.mkdir(exist_ok=True)
        (folder / "jupyter_server_config.json").write_text(json.dumps(settings))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.origin, timeout=2):
                return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)  # lets it end its kernels
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            self._kill()

    def cut(self, page: Page) -> None:
        """Kill the server; a kernel ends itself when its server has gone."""
        self._kill()

    def _kill(self) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}/"

    def local(self, url: str) -> bool:
        return url.startswith((self.origin, self.origin.replace("http", "ws", 1)))


class Voila(Served):
    """The notebooks in Voilà."""

    name = "voila"
    arguments = ("serve",)

    def address(self, stem: str) -> str:
        return f"{self.origin}voila/render/{stem}.ipynb"


class Lab(Served):
    """The notebooks in JupyterLab, where a reader runs the cells."""

    name = "lab"
    interrupts = True
    arguments = ("lab",)
    lost_connection = (
        Excuse(
            r"^http://localhost:\d+/(static/lab/jlab_core\.|api/|lab/api/)",
            r"net::ERR_CONNECTION_(REFUSED|RESET)$",
            "JupyterLab's front end goes on asking for its server; the browser logs each refusal",
        ),
    )

    def dismiss(self, page: Page) -> bool:
        """Close what JupyterLab says about a server that is gone."""
        button = page.locator(".jp-Dialog button.jp-mod-accept")
        if not button.count():
            return False
        button.first.click()
        expect(button).to_have_count(0)
        return True

    def address(self, stem: str) -> str:
        return f"{self.origin}lab/tree/{stem}.ipynb?reset&token={TOKEN}"

    def show(self, page: Page, stem: str, nth: int = 0, cells: int = 0) -> None:
        """Open a notebook and run its first code cells, one by one, as a reader does with Shift+Enter."""
        super().show(page, stem, nth, cells)
        code = page.locator(".jp-CodeCell")
        code.first.wait_for(timeout=START_S * 1000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=START_S * 1000)
        for number in range(cells or self._cells_to(stem, nth)):
            self._run(page, code.nth(number))

    def _cells_to(self, stem: str, nth: int) -> int:
        """Count the code cells of a notebook up to the nth that plays a scene."""
        cells = nbformat.read(self.folder / f"{stem}.ipynb", as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        return [number for number, source in enumerate(code, 1) if ".play(" in source][nth]

    def _run(self, page: Page, cell: Locator) -> None:
        """Run a cell; what is run before the kernel has quite come is dropped, and a reader runs it again."""
        for _ in range(10):
            cell.locator(".jp-InputArea-prompt").click()
            page.keyboard.press("Shift+Enter")
            try:
                cell.locator(".jp-InputPrompt", has_text=re.compile(r"\d|\*")).wait_for(timeout=4000)
                return
            except TimeoutError:
                pass
        raise RuntimeError("JupyterLab does not run the cell.")

    def call(self, method: str, path: str) -> bytes:
        """Speak to the server's own interface."""
        request = urllib.request.Request(
            f"{self.origin}api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())

    def cut(self, page: Page) -> None:
        """End the kernels first, then the server."""
        # JupyterLab says in a dialog that its server has gone; a reader puts it away.
        page.add_locator_handler(
            page.locator(".jp-Dialog"),
            lambda dialog: dialog.locator("button.jp-Dialog-close-button, button").first.click(),
        )
        for kernel in set(
            re.findall(r'"id": "([0-9a-f-]{36})", "name"', self.call("GET", "kernels").decode())
        ):
            self.call("DELETE", f"kernels/{kernel}")
        self._kill()
