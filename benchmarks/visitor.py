"""A visitor without a browser: asks for what a browser asks for, and sees that it got a working page.

Each has a cache of its own that is empty when it comes, and at most six connections, as a browser has. A page
works when every file of it came whole and by the name of its content, every scene in it can be decoded to the
last byte, and, where it has live widgets, its kernel gives their state and answers a slider.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import math
import re
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

import tornado.httpclient
import tornado.websocket

MOST_CONNECTIONS = 6
INSIDE = ("", "data", "blob")
NEEDED = {"stylesheet", "modulepreload", "icon"}
NAMED_BY_CONTENT = re.compile(r"(?:^|\.)([0-9a-f]{12,64})\.\w+$")
PROTOCOL = "v1.kernel.websocket.jupyter.org"
CONTROL_VERSION = "1.0.0"  # of the messages by which all widgets are asked for at once
AGENT = "a visitor of benchmarks/load.py"


class NotWorking(Exception):
    """What the visitor got is no working page; the message says why."""


@dataclass
class Answer:
    """What a server said to one request."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent: int  # bytes of the body as it travelled

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Connection:
    """One connection, kept between requests."""

    def __init__(self, host: str, port: int) -> None:
        """Prepare it; it opens with the first request."""
        self.host, self.port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, cookies: str = "", method: str = "GET", body: bytes = b"") -> Answer:
        """Send a request and read the answer whole; once more where the server had closed a kept connection."""
        kept = self._writer is not None
        try:
            return await self._ask(path, cookies, method, body)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if not kept:
                raise
            return await self._ask(path, cookies, method, body)

    async def _ask(self, path: str, cookies: str, method: str, body: bytes) -> Answer:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=2**20)
        assert self._reader
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept-Encoding: gzip"]
        lines += [f"User-Agent: {AGENT}", "Accept: text/html,*/*"]
        lines += [f"Cookie: {cookies}"] if cookies else []
        lines += [f"Content-Length: {len(body)}"] if method == "POST" else []
        lines += ["Content-Type: application/x-www-form-urlencoded"] if body else []
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers: dict[str, str] = {}
        for line in filter(None, head[1:]):
            name, _, value = line.partition(":")
            key = name.lower()
            value = value.strip()
            headers[key] = f"{headers[key]}\n{value}" if key in headers else value
        raw = await self._body(status, method, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        coding = headers.get("content-encoding", "")
        if coding not in ("", "gzip"):
            raise NotWorking(f"{path}: encoded as {coding!r}, which was not asked for")
        try:
            plain = zlib.decompress(raw, 31) if coding and raw else raw
        except zlib.error as error:
            raise NotWorking(f"{path}: its gzip is damaged: {error}") from None
        return Answer(status, headers, plain, len(raw))

    async def _body(self, status: int, method: str, headers: dict[str, str]) -> bytes:
        assert self._reader
        if method == "HEAD" or status in (204, 304):
            return b""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int((await self._reader.readuntil(b"\r\n")).split(b";")[0], 16):
                parts.append(await self._reader.readexactly(size))
                await self._reader.readexactly(2)
            await self._reader.readuntil(b"\r\n")
            return b"".join(parts)
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        whole = await self._reader.read(-1)
        self.close()
        return whole

    def close(self) -> None:
        """Close it."""
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None


class Client:
    """Connections, cookies and cache of one visitor."""

    def __init__(self, origin: str) -> None:
        """Come with nothing."""
        parts = urlsplit(origin)
        self.origin, self.host, self.port = origin, parts.hostname or "localhost", parts.port or 80
        self.cookies: dict[str, str] = {}
        self.cache: dict[str, Answer] = {}
        self.requests = self.bytes = 0
        self._idle: list[Connection] = []
        self._free = asyncio.Semaphore(MOST_CONNECTIONS)

    async def ask(self, path: str, method: str = "GET", body: bytes = b"") -> Answer:
        """Ask for a path; what has come once comes from the cache."""
        if method == "GET" and path in self.cache:
            return self.cache[path]
        async with self._free:
            connection = self._idle.pop() if self._idle else Connection(self.host, self.port)
            try:
                answer = await connection.ask(path, self.cookie, method, body)
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)
        self.requests += 1
        self.bytes += answer.sent
        for line in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        if method == "GET":
            self.cache[path] = answer
        return answer

    async def fetch(self, paths: Iterable[str]) -> None:
        """Ask for several at once, and see that each came whole."""

        async def one(path: str) -> None:
            answer = await self.ask(path)
            if answer.status != 200:
                raise NotWorking(f"{path}: status {answer.status}")
            named = NAMED_BY_CONTENT.search(urlsplit(path).path.rsplit("/", 1)[-1])
            ours = "/assets/" in path or "/data/" in path  # webpack hashes something else
            if ours and named and not hashlib.sha256(answer.body).hexdigest().startswith(named[1]):
                raise NotWorking(f"{path}: not what its name says")

        await asyncio.gather(*(one(path) for path in dict.fromkeys(paths)))

    @property
    def cookie(self) -> str:
        """The header that gives the cookies back."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def close(self) -> None:
        """Leave."""
        while self._idle:
            self._idle.pop().close()


class Read(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        """Read it."""
        super().__init__(convert_charrefs=True)
        self.files: list[str] = []  # what it names of its own server, in its own words
        self.plotly: list[str] = []
        self.texts: dict[str, str] = {}  # of script elements that hold data, by id
        self.outputs: list[str] = []  # those that Voilà's front end draws
        self.scenes: list[dict[str, str]] = []
        self.figures: list[str] = []
        self._into: tuple[str, str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element refers to."""
        given = {name: value or "" for name, value in attrs}
        address = given.get("href" if tag == "link" else "src", "")
        relation = given.get("rel", "")
        if tag == "link" and relation == "explainer-plotly":
            self.plotly.append(address)
        elif (tag in ("script", "img") or {*relation.split()} & NEEDED) and address.partition(":")[0] not in INSIDE:
            self.files.append(address)
        if tag == "explainer-scene":
            self.scenes.append(given)
        if tag == "explainer-figure":
            self.figures.append(given.get("json", ""))
        if tag == "script" and "json" in given.get("type", ""):
            self._into = (given.get("id", ""), given["type"])

    def handle_data(self, data: str) -> None:
        """Keep what stands in a script element of data."""
        if self._into:
            name, kind = self._into
            if kind == "application/vnd.voila.cell-output+json":
                self.outputs.append(data)
            elif name:
                self.texts[name] = self.texts.get(name, "") + data

    def handle_endtag(self, tag: str) -> None:
        """End such an element."""
        if tag == "script":
            self._into = None

    def data(self, name: str) -> Any:
        """Give the data of an id."""
        if name not in self.texts:
            raise NotWorking(f"the page ended before its {name!r}")
        return json.loads(self.texts[name])

    @property
    def kernel(self) -> str | None:
        """The kernel of its live widgets."""
        settings = self.texts.get("jupyter-config-data")
        found = json.loads(settings).get("kernelId") if settings else None
        return str(found) if found else None

    @property
    def views(self) -> list[str]:
        """The widgets whose views it holds."""
        mime = "application/vnd.jupyter.widget-view+json"
        given = [scene["view"] for scene in self.scenes if scene.get("view") and self.kernel]
        found = [json.loads(view)["model_id"] for view in given]
        for output in map(json.loads, self.outputs):
            if mime in output.get("data", {}):
                found.append(output["data"][mime]["model_id"])
        return found


def check_slab(packed: bytes, header: dict[str, Any], what: str) -> None:
    """See that the bytes of one slab of a response surface unpack to what its header says."""
    settings = [math.prod(len(header["axes"][axis]["nodes"]) for axis in part["axes"]) for part in header["parts"]]
    expected = sum(
        len(part["channels"]) * 16 + count * (len(part["channels"]) * header["frames"] * header["bits"] // 8)
        + count * len(part["facts"]) * 4
        for part, count in zip(header["parts"], settings, strict=True)
    )  # fmt: skip
    try:
        got = len(gzip.decompress(packed))
    except (OSError, EOFError, zlib.error) as error:
        raise NotWorking(f"{what}: its surface does not unpack: {error}") from None
    if got != expected:
        raise NotWorking(f"{what}: its surface has {got} bytes, and should have {expected}")


async def scenes(client: Client, page: Read, address: str) -> None:
    """Fetch what the scenes of a page need, and decode all of it."""
    for given in page.scenes:
        first, rest = page.data(given["first"]), page.data(given["rest"])
        header, name = first["spec"]["surface"], given.get("name", "scene")
        check_slab(base64.b64decode(first["surface"]), header, name)
        others = rest["others"]
        paths = {i: path_of(part["url"], address) for i, part in enumerate(others) if isinstance(part, dict)}
        await client.fetch(paths.values())
        for i, part in enumerate(others):
            if i in paths:
                check_slab(client.cache[paths[i]].body, header, f"{name}, choice {i}")
            elif part:
                check_slab(base64.b64decode(part), header, f"{name}, choice {i}")
        due = math.prod(len(choice["options"]) for choice in header["choices"])
        if sum(bool(part) for part in others) != due - 1:
            raise NotWorking(f"{name}: {len(others)} choices' data, and there are {due}")
    for name in page.figures:
        if not page.data(name)["data"]:
            raise NotWorking(f"the chart {name} has no data")


def path_of(address: str, base: str) -> str:
    """Give the path, with its query, of an address as a page writes it."""
    parts = urlsplit(urljoin(base, address))
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Kernel:
    """What Voilà's front end says to the kernel of a page, and hears from it."""

    def __init__(self, socket: tornado.websocket.WebSocketClientConnection) -> None:
        """Speak over an open socket."""
        self.socket, self.session = socket, uuid.uuid4().hex
        self.received = 0

    @classmethod
    async def connect(cls, client: Client, base: str, kernel: str) -> Kernel:
        """Open the socket as a page does."""
        address = f"ws://{client.host}:{client.port}{base}api/kernels/{kernel}/channels?session_id={uuid.uuid4()}"
        headers = {"Origin": f"http://{client.host}:{client.port}", "User-Agent": AGENT}
        if client.cookie:
            headers["Cookie"] = client.cookie
        request = tornado.httpclient.HTTPRequest(address, headers=headers, connect_timeout=60, request_timeout=60)
        try:
            socket = await tornado.websocket.websocket_connect(request, subprotocols=[PROTOCOL], max_message_size=2**28)
        except tornado.httpclient.HTTPError as error:
            raise NotWorking(f"the socket to its kernel was refused: {error}") from None
        if socket.selected_subprotocol != PROTOCOL:
            raise NotWorking(f"the socket speaks {socket.selected_subprotocol!r}")
        return cls(socket)

    async def send(self, kind: str, content: dict[str, Any], about: dict[str, str] | None = None) -> str:
        """Send a message on the shell channel; gives its id."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": self.session, "username": "", "version": "5.3"}
        header["date"] = "2020-01-01T00:00:00.000Z"
        parts = [b"shell", *(json.dumps(part).encode() for part in (header, {}, about or {}, content))]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        count = len(offsets).to_bytes(8, "little")
        await self.socket.write_message(
            b"".join([count, *(offset.to_bytes(8, "little") for offset in offsets), *parts]), binary=True
        )
        return name

    async def hear(self) -> tuple[str, dict[str, Any], list[bytes]]:
        """Wait for a message: its type, its content and its buffers."""
        raw = await self.socket.read_message()
        if raw is None:
            raise NotWorking("the socket to its kernel was closed")
        if isinstance(raw, str):
            raise NotWorking(f"over the socket came text: {raw[:80]!r}")
        self.received += len(raw)
        count = int.from_bytes(raw[:8], "little")
        offsets = [int.from_bytes(raw[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
        parts = [raw[a:b] for a, b in pairwise(offsets)]
        return json.loads(parts[1])["msg_type"], json.loads(parts[4]), parts[5:]

    async def _until(self, comm: str, method: str) -> tuple[dict[str, Any], list[bytes]]:
        while True:
            kind, content, buffers = await self.hear()
            if kind == "comm_close" and content.get("comm_id") == comm:
                raise NotWorking("its kernel does not know the widgets' own target")
            if kind == "comm_msg" and content["comm_id"] == comm and content["data"].get("method") == method:
                return content["data"], buffers

    async def states(self) -> dict[str, dict[str, Any]]:
        """Ask for the state of all widgets, as a front end does that has just connected."""
        comm = uuid.uuid4().hex
        about = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
        await self.send("kernel_info_request", {})
        await self.send("comm_open", about, {"version": CONTROL_VERSION})
        await self.send("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        data, buffers = await self._until(comm, "update_states")
        states: dict[str, dict[str, Any]] = data["states"]
        for path, buffer in zip(data["buffer_paths"], buffers, strict=True):
            *way, last = path
            place: Any = states
            for step in way:
                place = place[step]
            if isinstance(place, list):
                place[last] = buffer
            else:
                place[last] = buffer
        await self.send("comm_close", {"comm_id": comm, "data": {}})
        return states

    async def move(self, slider: str, value: float, follower: str) -> str:
        """Move a slider; gives the text of the widget that follows it by way of the kernel."""
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        await self.send("comm_msg", {"comm_id": slider, "data": data})
        while True:
            data, _ = await self._until(follower, "update")
            if "value" in data["state"]:
                return str(data["state"]["value"])

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def check_states(states: dict[str, dict[str, Any]], views: Sequence[str]) -> int:
    """See that the widgets of a page are all there; gives how many scenes there are among them."""
    missing = [view for view in views if view not in states]
    if missing:
        raise NotWorking(f"{len(missing)} of {len(views)} widgets have no state")
    found = 0
    for view in views:
        state = states[view]["state"]
        if "surface" not in state:
            continue
        found += 1
        header = state["spec"]["surface"]
        if not state["_esm"]:
            raise NotWorking("a scene came without its player")
        check_slab(state["surface"], header, "a scene")
        for i, slab in enumerate(state["others"]):
            if len(slab):
                check_slab(slab, header, f"a scene, choice {i}")
    return found


LIVE_MOVES_TO = 7.5


def live_notebook() -> list[str]:
    """Give the cells of a notebook with a scene, a slider linked to it, and a text that the kernel computes."""
    return [
        "import ipywidgets\nfrom explainer.scenes import nmda\n"
        "scene = nmda.play()\n"
        "slider = ipywidgets.FloatSlider(3, min=0, max=10, step=0.1, description='linked')\n"
        "link = ipywidgets.jslink((slider, 'value'), (scene, 'ketamine_uM'))\n"
        "told = ipywidgets.Label('')\n"
        "slider.observe(lambda change: setattr(told, 'value', f'twice {2 * change.new:.1f}'), 'value')\n"
        "ipywidgets.VBox([slider, told])",
        "scene",
    ]


@dataclass
class Reference:
    """What a browser asked for when it visited a page alone, and what it found there."""

    address: str
    files: list[str] = field(default_factory=list)
    scenes: int = 0
    figures: int = 0
    views: int = 0


async def visit(client: Client, known: Reference) -> tuple[str, Kernel | None, float | None]:
    """Get a page and all that belongs to it.

    Returns
    -------
    outcome : "working", or "busy" where the server had no kernel left and honestly said so
    kernel : the open connection of a live page
    answered_s : how long its kernel took to answer a slider, where the page has one

    Raises
    ------
    NotWorking
        If the page is not what the reference found.
    """
    path = urlsplit(known.address).path
    answer = await client.ask(path)
    busy = answer.status == 503 and "retry-after" in answer.headers
    if answer.status != 200 and not busy:
        raise NotWorking(f"status {answer.status}")
    page = Read(answer.text)
    if not answer.text.rstrip().endswith("</html>"):
        raise NotWorking("the page broke off")
    if not busy and page.kernel is None and known.views:
        raise NotWorking(f"the page has no kernel; it says: {alerts(answer.text) or 'nothing'}")
    recorded = [] if busy else [name.replace("{kernel}", page.kernel or "") for name in known.files]
    named = [path_of(name, known.address) for name in (*page.files, *page.plotly) if local(name)]
    await client.fetch([*named, *recorded])
    await scenes(client, page, known.address)
    kernel, answered = None, None
    if page.kernel and not busy:
        if len(page.views) != known.views:
            raise NotWorking(f"{len(page.views)} widgets on the page, and there should be {known.views}")
        base = path[: path.index("voila/render/")]
        kernel = await Kernel.connect(client, base, page.kernel)
        try:
            states = await kernel.states() if page.views else {}  # without widgets a kernel knows nothing of them
            found = check_states(states, page.views) or len(page.scenes)
            answered = await move(kernel, states)
        except BaseException:
            kernel.close()
            raise
    else:
        found = len(page.scenes)
        if len(page.figures) != known.figures and not busy:
            raise NotWorking(f"{len(page.figures)} charts, and there should be {known.figures}")
    if found != known.scenes:
        raise NotWorking(f"{found} scenes on the page, and there should be {known.scenes}")
    return "busy" if busy else "working", kernel, answered


def alerts(text: str) -> str:
    """Give what a page warns of, without its tags."""
    found = re.findall(r'role="alert"[^>]*>(.*?)</div>', text, re.DOTALL)
    return " / ".join(re.sub(r"<[^>]+>", " ", one).strip() for one in found)[:300]


def local(address: str) -> bool:
    """Tell whether a page's own server has it: stock Voilà's pages ask another host for a font."""
    return not re.match(r"(https?:)?//", address)


async def move(kernel: Kernel, states: dict[str, dict[str, Any]]) -> float | None:
    """Move the slider of a live page, where it has one, and wait for the text that the kernel computes; in s."""
    names = {state["model_name"]: model for model, state in states.items()}
    if "FloatSliderModel" not in names or "LabelModel" not in names:
        return None
    loop = asyncio.get_running_loop()
    start = loop.time()
    text = await kernel.move(names["FloatSliderModel"], LIVE_MOVES_TO, names["LabelModel"])
    if text != f"twice {2 * LIVE_MOVES_TO:.1f}":
        raise NotWorking(f"its kernel answered {text!r}")
    return loop.time() - start


async def leave(client: Client, base: str, page: Read | None, kernel: Kernel | None, politely: bool) -> None:
    """Go away: a page of Voilà that is closed asks for its kernel's end, one that is lost does not."""
    if kernel:
        kernel.close()
        if politely and page and page.kernel:
            body = f"_xsrf={client.cookies.get('_xsrf', '')}".encode()
            await client.ask(f"{base}voila/api/shutdown/{page.kernel}", "POST", body)
    client.close()
