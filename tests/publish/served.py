"""`explainer serve` in a process of its own, on a folder of small notebooks with secrets beside them."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil
import websocket
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BASE = "/lessons/"
START_S = 90
SECRET = "xyzzy-secret-4f1d"
"""Stands in every file that must not be served; no answer ever holds it."""

ELSEWHERE = "/srv/of/somebody/thesis.csv"
"""A path that a notebook's error names; no page does."""

SCENE = "from explainer.scenes import nmda\nnmda.play()"
LIVE = (
    "import ipywidgets, os\n"
    "print('told:', [v for k, v in sorted(os.environ.items()) if 'QUERY' in k or 'REQUEST' in k or 'SERVER' in k])\n"
    "slider = ipywidgets.IntSlider(3, description='linked')\nslider"
)
RAISING = f"print('before')\nopen('{ELSEWHERE}')"


def write(path: Path, *cells: str) -> Path:
    """Write a notebook; what begins with # is text, the rest is code."""
    made = [new_markdown_cell(c) if c.startswith("# ") else new_code_cell(c) for c in cells]
    notebook = new_notebook(cells=made)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    return path


def collection(parent: Path) -> Path:
    """Make the folder: notebooks, a picture, and what lies beside them."""
    folder = parent / "lessons here"
    (folder / ".git").mkdir(parents=True)
    (folder / "below").mkdir()
    write(folder / "plain.ipynb", "# Plain", "print(6 * 7)")
    write(folder / "raising.ipynb", "# Raising", RAISING, "# After it")
    for name in ("secret.py", "settings.toml", ".env", ".git/config", "below/notes.md", "data.csv", "page.html"):
        (folder / name).write_text(SECRET)
    (folder / ".hidden.png").write_text(SECRET)
    (folder / "plain.ipynb.bak").write_text(SECRET)
    (parent / "outside.txt").write_text(SECRET)
    (parent / "outside.png").write_text(SECRET)
    (folder / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "leads_out.png").symlink_to(parent / "outside.png")
    (folder / "below_link").symlink_to(parent)
    return folder


class Answer(NamedTuple):
    """What a server says."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Body and headers, as one text to be searched."""
        return "\n".join(f"{k}: {v}" for k, v in self.headers.items()) + "\n\n" + self.body.decode("utf-8", "replace")

    @property
    def kernels(self) -> list[str]:
        """Kernels that a page names as its own."""
        return re.findall(r'"kernelId":\s*"([0-9a-f-]{36})"', self.body.decode("utf-8", "replace"))


def free_port() -> int:
    """Give a port that nothing uses now."""
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return int(taken.getsockname()[1])


@dataclass
class Running:
    """A server, and the ways to speak to it."""

    folder: Path
    scratch: Path
    options: tuple[str, ...] = ()
    base: str = BASE
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, wait: bool = True) -> "Running":
        """Start it, and wait until every lesson has been executed."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.said = self.scratch / "said"
        options = ("--port", str(self.port), "--base-url", self.base, *self.options)
        line = [sys.executable, "-m", "explainer.publish", "serve", str(self.folder), *options]
        own = {**os.environ, **self.environment}
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=own, start_new_session=True
            )
        self.until(lambda: not wait or self.health().get("status") in ("ok", "degraded"), "all lessons are there")
        return self

    def until(self, holds: Any, what: str, within_s: float = START_S) -> None:
        """Wait for something; fail with what the server has said."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert self.process.poll() is None, f"the server has ended ({self.process.poll()}):\n{self.log}"
            assert time.monotonic() < deadline, f"not within {within_s} s: {what}\n{self.log}"
            time.sleep(0.1)

    @property
    def log(self) -> str:
        """What it has said on its terminal."""
        return self.said.read_text(errors="replace")

    def stop(self, how: int = signal.SIGTERM, within_s: float = 15) -> int:
        """End it; gives its exit status."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            return self.process.wait(within_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    # speaking HTTP

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, timeout: float = 60, **headers: str
    ) -> Answer:
        """Send a path exactly as it is written; `headers` are given with _ for -."""
        link = http.client.HTTPConnection("localhost", self.port, timeout=timeout)
        link._validate_path = link._validate_method = lambda _: None  # type: ignore[attr-defined]
        try:
            link.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            answer = link.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            link.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for an address below the base URL."""
        return self.ask(self.base + path, **headers)

    def look(self, path: str, **headers: str) -> Answer:
        """Ask for an address, and if it was a live page, leave it again."""
        answer = self.get(path, **headers)
        self.leave(answer)
        return answer

    def leave(self, page: Answer) -> None:
        """Say that a page is closed, as it does itself."""
        for kernel in page.kernels:
            said = self.ask(f"{self.base}voila/api/shutdown/{kernel}", "POST", b"")
            assert said.status == 204, said

    def raw(self, *pieces: bytes, timeout: float = 5) -> bytes:
        """Send bytes; gives what comes back until the connection is closed or silent."""
        said = b""
        with socket.create_connection(("localhost", self.port), timeout=timeout) as link:
            with contextlib.suppress(OSError):
                for piece in pieces:
                    link.sendall(piece)
            with contextlib.suppress(OSError):
                while some := link.recv(65536):
                    said += some
        return said

    def health(self) -> dict[str, Any]:
        """Ask how it is; empty where it does not answer."""
        try:
            told: dict[str, Any] = json.loads(self.get("health", timeout=5).body)
        except (OSError, ValueError, http.client.HTTPException):
            return {}
        return told

    # kernels

    def reader(self, stem: str = "live") -> "Reader":
        """Open a page with live widgets."""
        answer = self.get(f"voila/render/{stem}.ipynb")
        assert answer.status == 200, answer.text[:500]
        (kernel,) = answer.kernels
        return Reader(self, kernel, answer)

    @property
    def kernels(self) -> list[psutil.Process]:
        """Processes of kernels that it has started."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in family if is_kernel(one)]

    @property
    def rss_MB(self) -> float:
        """Memory of the server itself."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6


def is_kernel(process: psutil.Process) -> bool:
    """Tell whether a process is an IPython kernel that runs."""
    try:
        return "ipykernel_launcher" in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


V1 = "v1.kernel.websocket.jupyter.org"


@dataclass
class Reader:
    """A page with a kernel of its own."""

    server: Running
    kernel: str
    page: Answer

    def connect(self, protocol: str = "", **headers: str) -> "Link":
        """Open its websocket, in the old form or the new one."""
        session = uuid.uuid4().hex
        address = f"ws://localhost:{self.server.port}{self.server.base}api/kernels/{self.kernel}/channels"
        link = websocket.create_connection(
            f"{address}?session_id={session}",
            timeout=20,
            subprotocols=[protocol] if protocol else None,
            header=[f"{k}: {v}" for k, v in headers.items() if k != "Origin"],
            origin=headers.get("Origin"),
        )
        return Link(link, session, protocol)


@dataclass
class Link:
    """A page's connection to its kernel."""

    socket: websocket.WebSocket
    session: str
    protocol: str

    def parts(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Make a message of Jupyter's."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
        return {"header": header, "parent_header": {}, "metadata": {}, "content": content}

    def send(self, kind: str, content: dict[str, Any] | None = None, channel: str = "shell") -> str:
        """Send a message; gives its id."""
        message = self.parts(kind, content or {})
        if self.protocol:
            packed = [json.dumps(message[part]).encode() for part in message]
            self.socket.send_binary(framed(channel.encode(), packed))
        else:
            self.socket.send(json.dumps({**message, "channel": channel, "buffers": []}))
        return str(message["header"]["msg_id"])

    def receive(self) -> tuple[str, str, dict[str, Any]]:
        """Give the next message: its type, the id of what it answers, its content."""
        got = self.socket.recv()
        if not got:
            raise ConnectionError("closed")
        if isinstance(got, str):
            message = json.loads(got)
            return message["header"]["msg_type"], message["parent_header"].get("msg_id", ""), message["content"]
        count = int.from_bytes(got[:8], "little")
        at = [int.from_bytes(got[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
        header, parent, _, content = (json.loads(got[at[i] : at[i + 1]]) for i in range(1, 5))
        return header["msg_type"], parent.get("msg_id", ""), content

    def answers(self) -> set[str]:
        """Ask the kernel what it is, and give the types of all messages up to its answer, which comes in order."""
        asked = self.send("kernel_info_request")
        kinds = set()
        while True:
            kind, of, _ = self.receive()
            if (kind, of) == ("kernel_info_reply", asked):
                return kinds
            kinds.add(kind)

    def close(self) -> None:
        """Close it."""
        with contextlib.suppress(Exception):
            self.socket.close(timeout=1)


def framed(channel: bytes, parts: list[bytes]) -> bytes:
    """Write a message in the binary form."""
    pieces = [channel, *parts]
    at = [8 * (len(pieces) + 2)]
    for piece in pieces:
        at.append(at[-1] + len(piece))
    return b"".join(number.to_bytes(8, "little") for number in (len(at), *at)) + b"".join(pieces)
