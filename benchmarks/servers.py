"""What is served: the collection, stock Voilà, and the static pages from a server as the web has them."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import notebooks

LESSON = "01_nmda_antagonism"
START_S = 90
ROOT = Path(__file__).resolve().parent.parent
OURS = (sys.executable, "-m", "explainer.publish", "serve", "{folder}", "--no-browser", "--port", "{port}")
STOCK = (sys.executable, "-m", "voila", "{folder}", "--no-browser", "--port={port}")
HASHED = re.compile(r"\.[0-9a-f]{12}\.|^[0-9a-f]{16}\.bin$")
KEPT = "public, max-age=31536000, immutable"
TEXT = {".html", ".js", ".css", ".svg", ".json"}
JUPYTER = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")


@dataclass
class Server:
    """A server in a process of its own, with no settings but its defaults."""

    name: str
    address: str
    runtime: Path
    process: subprocess.Popen[bytes]

    keeps_kernels: bool = False
    """Whether it keeps kernels ready: those are not to be ended between visits."""

    @property
    def origin(self) -> str:
        """Where its addresses begin."""
        return self.address.split("voila/render/")[0]

    def end_kernels(self, kernel: str = "") -> None:
        """End the kernels that pages have left, or the one named, as a closing page of Voilà asks for it."""
        ended = [file for file in self.runtime.glob("kernel-*.json") if not self.keeps_kernels or kernel in file.stem]
        if self.keeps_kernels and not kernel:
            ended = []
        for file in ended:
            request = urllib.request.Request(
                f"{self.origin}voila/api/shutdown/{file.stem.removeprefix('kernel-')}", method="POST"
            )
            with urllib.request.urlopen(request, timeout=30):
                pass
        deadline = time.monotonic() + 30
        while left := [file for file in ended if file.exists()]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(left)} kernels of {self.name} did not end.")
            time.sleep(0.05)

    def settle(self, limit_s: float = 30) -> None:
        """Wait until it and its kernels compute nothing, as a pool that is being filled does."""
        deadline = time.monotonic() + limit_s
        before = self._computed_s()
        while time.monotonic() < deadline:
            time.sleep(0.4)
            now = self._computed_s()
            if now - before < 0.03:
                return
            before = now

    def _computed_s(self) -> float:
        server = psutil.Process(self.process.pid)
        total = 0.0
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def health(self) -> dict[str, Any] | None:
        """Give what it says of itself; nothing where it does not."""
        try:
            with urllib.request.urlopen(f"{self.origin}health", timeout=5) as answer:
                return dict(json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            with suppress(ValueError):
                return dict(json.loads(error.read()))
            return None
        except (OSError, ValueError):
            return None

    def prepared(self) -> Server:
        """Wait until every lesson is ready, where the server tells."""
        deadline = time.monotonic() + START_S
        while (told := self.health()) and {"waiting", "running"} & {*told.get("lessons", {}).values()}:
            if time.monotonic() > deadline:
                raise RuntimeError(f"The lessons are not ready after {START_S} s: {told}")
            time.sleep(0.2)
        if told and "failed" in told.get("lessons", {}).values():
            raise RuntimeError(f"A lesson failed: {told}")
        return self


def free_port() -> int:
    """Give a port that nothing uses now."""
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(
    name: str, line: tuple[str, ...], folder: Path, stem: str, keeps_kernels: bool = False
) -> Iterator[Server]:
    """Start a server on a folder of notebooks; it and its kernels are gone afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as log:
        homes = {f"JUPYTER_{home}": str(Path(scratch, home.lower())) for home in JUPYTER}
        environment = {**os.environ, **homes, "IPYTHONDIR": str(Path(scratch, "ipython"))}
        for name_ours in ("EXPLAINER_PUBLISH", "PLOTLY_RENDERER"):
            environment.pop(name_ours, None)
        command = [part.format(folder=folder, port=port) for part in line]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        address = f"http://localhost:{port}/voila/render/{stem}.ipynb"
        server = Server(name, address, Path(scratch, "runtime_dir"), process, keeps_kernels)
        try:
            deadline = time.monotonic() + START_S
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    said = log.read().decode(errors="replace")[-2000:]
                    raise RuntimeError(f"The server of {name} did not come up in {START_S} s:\n{said}")
                time.sleep(0.1)
            yield server
            server.end_kernels()
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False


class Servers:
    """The three pages, each served when it is first wanted and kept until the end."""

    def __init__(self, lessons: Path, stack: ExitStack) -> None:
        self._lessons, self._stack = lessons, stack

    @functools.cached_property
    def _plain(self) -> Path:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        notebooks.write(folder)
        return folder

    @functools.cached_property
    def ours(self) -> Server:
        """The lesson, by `explainer serve` as it comes."""
        return self._stack.enter_context(serving("this scene", OURS, self._lessons, LESSON, True)).prepared()

    @functools.cached_property
    def hello(self) -> Server:
        """One printed word, by stock Voilà."""
        return self._stack.enter_context(serving("the hello page", STOCK, self._plain, "plain"))

    @functools.cached_property
    def hello_preheated(self) -> Server:
        """The same, by stock Voilà with a kernel that has run the notebook before anybody asks."""
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(self._plain / "plain.ipynb", folder)
        return self._stack.enter_context(
            serving("the hello page, preheated", (*STOCK, "--preheat_kernel=True"), folder, "plain", True)
        )

    @functools.cached_property
    def figures(self) -> Server:
        """The same data in two FigureWidgets, by stock Voilà."""
        return self._stack.enter_context(serving("the FigureWidget page", STOCK, self._plain, "figures"))


class Files(http.server.SimpleHTTPRequestHandler):
    """A file server that compresses text, as servers of static pages do, and lets browsers keep what has a hash."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file of the site."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        text = path.suffix in TEXT and "gzip" in self.headers.get("Accept-Encoding", "")
        body = compressed(path) if text else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", KEPT if HASHED.search(path.name) else "no-cache")
        if path.suffix in TEXT:
            self.send_header("Vary", "Accept-Encoding")
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing to the terminal."""


@functools.cache
def compressed(path: Path) -> bytes:
    """Give a file's gzip, made once."""
    return gzip.compress(path.read_bytes(), 6)


class Crowd(http.server.ThreadingHTTPServer):
    """A server in threads that lets a crowd wait its turn, where Python's own refuses the sixth."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a visitor who left before all had come."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def site(lessons: Path, made: Path | None = None) -> Iterator[str]:
    """Write the static site, or take one already made, and serve it from a process of its own; gives its address."""
    with tempfile.TemporaryDirectory() as scratch:
        out = made or Path(scratch, "site")
        if not made:
            line = [sys.executable, "-m", "explainer.publish", "site", str(out), "--notebooks", str(lessons)]
            built = subprocess.run(line, capture_output=True, text=True, check=False)
            if built.returncode:
                raise RuntimeError(f"`explainer site` failed:\n{built.stdout[-1000:]}{built.stderr[-2000:]}")
        port = free_port()
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.servers", str(out), str(port)], cwd=ROOT)
        try:
            deadline = time.monotonic() + START_S
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The file server did not come up on port {port}.")
                time.sleep(0.05)
            yield f"http://localhost:{port}/"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def static(lessons: Path) -> Iterator[str]:
    """Write the static site to a folder of no lasting and serve it; gives the lesson's address."""
    with site(lessons) as origin:
        yield f"{origin}{LESSON}.html"


if __name__ == "__main__":
    folder, at = sys.argv[1:]
    Crowd(("localhost", int(at)), functools.partial(Files, directory=folder)).serve_forever()
