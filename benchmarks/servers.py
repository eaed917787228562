"""What is served: the collection, stock Voilà, and the static pages from a server as the web has them."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import notebooks

LESSON = "01_nmda_antagonism"
START_S = 90
OURS = (sys.executable, "-m", "explainer.publish", "serve", "{folder}", "--no-browser", "--port", "{port}")
STOCK = (sys.executable, "-m", "voila", "{folder}", "--no-browser", "--port={port}")
TEXT = {".html", ".js", ".css", ".svg", ".json"}
JUPYTER = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")


@dataclass
class Server:
    """A server in a process of its own, with no settings but its defaults."""

    name: str
    address: str
    runtime: Path
    process: subprocess.Popen[bytes]

    def end_kernels(self) -> None:
        """End the kernels that pages have left, as a closing page of Voilà asks for it."""
        origin = self.address.split("/voila/")[0]
        for file in self.runtime.glob("kernel-*.json"):
            kernel = file.stem.removeprefix("kernel-")
            request = urllib.request.Request(f"{origin}/voila/api/shutdown/{kernel}", method="POST")
            with urllib.request.urlopen(request, timeout=30):
                pass
        deadline = time.monotonic() + 30
        while left := list(self.runtime.glob("kernel-*.json")):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(left)} kernels of {self.name} did not end.")
            time.sleep(0.05)


def free_port() -> int:
    """Give a port that nothing uses now."""
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(name: str, line: tuple[str, ...], folder: Path, stem: str) -> Iterator[Server]:
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
        server = Server(name, address, Path(scratch, "runtime_dir"), process)
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
        return self._stack.enter_context(serving("this scene", OURS, self._lessons, LESSON))

    @functools.cached_property
    def hello(self) -> Server:
        """One printed word, by stock Voilà."""
        return self._stack.enter_context(serving("the hello page", STOCK, self._plain, "plain"))

    @functools.cached_property
    def figures(self) -> Server:
        """The same data in two FigureWidgets, by stock Voilà."""
        return self._stack.enter_context(serving("the FigureWidget page", STOCK, self._plain, "figures"))


def preheats() -> bool:
    """Tell whether the collection keeps kernels ready; stock Voilà does not."""
    from explainer.publish.voila import configuration

    return bool(configuration().VoilaConfiguration.get("preheat_kernel", False))


class Files(http.server.SimpleHTTPRequestHandler):
    """A file server that compresses text, as servers of static pages do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file of the site."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = compressed(path) if path.suffix in TEXT else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing to the terminal."""


@functools.cache
def compressed(path: Path) -> bytes:
    """Give a file's gzip, made once."""
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def static(lessons: Path) -> Iterator[str]:
    """Write the static site to a folder of no lasting and serve it; gives the lesson's address."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "site")
        line = [sys.executable, "-m", "explainer.publish", "site", str(out), "--notebooks", str(lessons)]
        built = subprocess.run(line, capture_output=True, text=True, check=False)
        if built.returncode:
            raise RuntimeError(f"`explainer site` failed:\n{built.stdout[-1000:]}{built.stderr[-2000:]}")
        handler = functools.partial(Files, directory=str(out))
        server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}/{LESSON}.html"
        finally:
            server.shutdown()
            server.server_close()
            compressed.cache_clear()
