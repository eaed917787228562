"""What those ask of a server who mean it no good: refused, bounded, and nothing told that is nobody's business.

One server for all of it, with notebooks and secrets of its own; what was tried is listed in SECURITY.md.
"""

import concurrent.futures
import contextlib
import getpass
import json
import platform
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import tornado
import websocket

from explainer.publish.channels import MOST_CONNECTIONS
from tests.browser import hostile
from tests.publish.served import (
    BASE,
    ELSEWHERE,
    LIVE,
    SCENE,
    SECRET,
    V1,
    Answer,
    Link,
    Reader,
    Running,
    collection,
    framed,
    write,
)

pytestmark = pytest.mark.slow
REFUSED = {400, 403, 404, 405}
KERNELS = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that every test here abuses; in the end it ends in order, and nothing has surprised it."""
    parent = tmp_path_factory.mktemp("abused")
    folder = collection(parent)
    write(folder / "live.ipynb", "# Live", LIVE)
    write(folder / "scene.ipynb", "# Scene", SCENE)
    options = ("--kernels", str(KERNELS), "--pool", "1", "--memory", "900", "--log", str(parent / "log"))
    running = Running(folder, parent / "scratch", options).start()
    try:
        yield running
        assert running.stop() == 0
        odd = re.findall(r".*(?:Uncaught exception|Exception in callback|could not be written).*", running.log)
        assert not odd, running.log
    finally:
        running.stop()


@pytest.fixture(scope="module")
def reader(server: Running) -> Iterator[Reader]:
    """A page with a kernel, which tests share."""
    opened = server.reader()
    yield opened
    server.leave(opened.page)


@pytest.fixture(autouse=True)
def alive(server: Running) -> Iterator[None]:
    """Whatever was tried, the server answers afterwards."""
    yield
    assert server.health()["status"] == "degraded"  # one of the lessons raises


def clean(answer: Answer, server: Running) -> None:
    """Expect that an answer holds nothing that is nobody's business."""
    found = [name for name, pattern in private(server).items() if re.search(pattern, answer.text)]
    assert not found, f"the answer tells {found}: {answer.text[:1500]}"
    assert not {"Server", "X-Powered-By", "Set-Cookie"} & set(answer.headers)


def private(server: Running) -> dict[str, str]:
    """What no answer may hold, as regular expressions by name."""
    home, user, host = str(Path.home()), getpass.getuser(), socket.gethostname()
    patterns = {
        "a secret": SECRET,
        "where the lessons lie": f"{re.escape(str(server.folder))}|{re.escape(quote(str(server.folder)))}|lessons here",
        "a path of the error": re.escape(ELSEWHERE),
        "a home folder": rf"(?<![\w.]){re.escape(home)}/",
        "a traceback": r"Traceback|most recent call last|File &quot;|File \"/",
        "where packages lie": r"site-packages|dist-packages|/src/explainer|/lib/python",
        "a version of Tornado": rf"Tornado|{re.escape(tornado.version)}",
        "the version of Python": rf"(?<![\d.]){re.escape(platform.python_version())}(?![\d.])|CPython",
        "a folder for scratch": r"/tmp/|/var/folders/",
    }
    if user not in ("root", "runner", "user"):  # words that a page may hold for its own reasons
        patterns["the user's name"] = rf"\b{re.escape(user)}\b"
    if len(host) > 5:
        patterns["the machine's name"] = rf"\b{re.escape(host)}\b"
    return patterns


# files


HIDDEN = (
    *("secret.py", "settings.toml", ".env", ".git/config", "below/notes.md", "data.csv", "page.html", ".hidden.png"),
    *("plain.ipynb.bak", "../outside.txt", "../outside.png", "leads_out.png", "below_link/outside.png"),
)
PREFIXES = (
    *("", "voila/files/", "voila/render/", "voila/tree/", "voila/static/", "voila/labextensions/", "voila/templates/"),
    *("assets/", "data/", "files/", "static/", "view/", "edit/", "tree/", "nbconvert/html/", "nbconvert/script/"),
    *("api/contents/", "voila/templates/explainer/static/", "voila/templates/base/static/../../../"),
)


def spellings(path: str, folder: Path) -> list[str]:
    """Write a path in the ways by which checks have been got round."""
    up = [
        f"{dots}{path}"
        for dots in ("../", "../../", "....//", "..;/", "%2e%2e/", "%2e%2e%2f", "..%2f", "%252e%252e%252f")
    ]
    up += [f"{dots}{path}" for dots in ("..\\", "..%5c", "%c0%ae%c0%ae/", "%uff0e%uff0e/", ".%00./", "voila/files/../")]
    ends = [
        f"{path}{end}"
        for end in ("%00.png", "%00", ".png", "?.png", "#.png", "%23.png", "/", "/.", "::$DATA", "%20", ".ipynb")
    ]
    absolute = quote(str(folder / path))
    whole = [absolute, f"/{absolute}", f"file://{absolute}", absolute.replace("/", "%2f"), "C:\\" + path]
    encoded = "".join(f"%{byte:02x}" for byte in path.encode())
    return [path, encoded, encoded.replace("%", "%25"), path.upper(), f"./{path}", f"/{path}", *up, *ends, *whole]


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: prefix or "the base")
def test_no_file_is_served_but_pictures_and_pages(server, prefix):
    """In every spelling below an address that takes a path; plainly below those that other servers have."""
    ours = prefix in ("", "assets/", "data/") or prefix.startswith("voila/")
    tried = [spelling for path in HIDDEN for spelling in (spellings(path, server.folder) if ours else [path])]
    for spelling in tried:
        answer = server.ask(f"{BASE}{prefix}{spelling}")
        assert answer.status in REFUSED | {301, 302}, f"{answer.status} for {prefix}{spelling}"
        clean(answer, server)


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"{prefix}plain.ipynb"
            for prefix in ("voila/files/", "files/", "api/contents/", "assets/", "", "voila/static/")
        ),
        *("voila/render/../plain.ipynb", "voila/render/./plain.ipynb", "voila/render/below/../plain.ipynb"),
        *("voila/render/plain.ipynb/", "voila/render/plain.ipynb%00", "voila/render/PLAIN.ipynb", "voila/render/plain"),
        *("voila/render//etc/passwd.ipynb", "voila/render/plain.ipynb/../secret.py", "voila/render/"),
    ],
)
def test_the_source_of_a_notebook_is_served_by_no_address(server, path):
    answer = server.get(path)
    assert answer.status in REFUSED, answer.status
    assert b"nbformat" not in answer.body
    assert b"6 * 7" not in answer.body
    clean(answer, server)


def test_what_is_meant_to_be_served_is(server):
    """Else all that is refused above would show nothing."""
    assert server.get("voila/files/picture.svg").status == 200
    plain = server.get("voila/render/plain.ipynb")
    assert plain.status == 200
    assert b"42" in plain.body
    assert b"6 * 7" not in plain.body
    assert server.get("voila/static/voila.js").status == 200
    assert server.get("voila/labextensions/anywidget/package.json").status == 200


# Jupyter's own addresses


SERVICES = (
    *(
        "api",
        "api/kernels",
        "api/kernels/",
        "api/sessions",
        "api/contents",
        "api/contents/plain.ipynb",
        "api/terminals",
    ),
    *(
        "api/kernelspecs",
        "api/config/notebook",
        "api/status",
        "api/me",
        "api/shutdown",
        "api/nbconvert",
        "api/security",
    ),
    *(
        "api/spec.yaml",
        "api/events/subscribe",
        "api/events",
        "lab",
        "lab/tree/plain.ipynb",
        "tree",
        "notebooks/plain.ipynb",
    ),
    *(
        "terminals/1",
        "terminals/websocket/1",
        "login",
        "logout",
        "metrics",
        "kernelspecs/python3/logo-64x64.png",
        "edit/x",
    ),
    *(
        "custom/custom.css",
        "nbextensions/x.js",
        "lab/api/settings",
        "lab/api/extensions",
        "voila/query",
        "voila/query/x",
    ),
    *("voila/tree", "voila/render", "voila/themes/x.css", "voila/request-info", "voila/api/shutdown", "favicon.ico"),
)


@pytest.mark.parametrize("path", SERVICES)
@pytest.mark.parametrize("base", [BASE, "/"])
def test_nothing_of_jupyter_is_reached_that_no_page_needs(server, path, base):
    before = server.health()["kernels"]
    for method, body in (
        ("GET", None),
        ("POST", b'{"name": "python3", "path": "x.ipynb", "type": "notebook"}'),
        ("DELETE", None),
    ):
        answer = server.ask(f"{base}{path}", method, body, Content_Type="application/json")
        assert answer.status in REFUSED, f"{method}: {answer.status}"
        clean(answer, server)
    assert server.health()["kernels"] == before


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "HURT"]
)
def test_an_address_answers_to_reading_only(server, reader, method):
    kernel = f"api/kernels/{reader.kernel}"
    paths = (
        "",
        "health",
        "voila/render/plain.ipynb",
        "voila/files/picture.svg",
        kernel,
        f"{kernel}/channels",
        "nothing",
    )
    for path in paths:
        answer = server.ask(BASE + path, method, b"x=1" if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status in REFUSED | {501}, f"{method} {path}: {answer.status}"
        clean(answer, server)
    for action in ("interrupt", "restart"):
        assert server.ask(f"{BASE}{kernel}/{action}", "POST", b"").status in REFUSED
    assert len(server.kernels) >= 1, "somebody's kernel has ended"


def test_a_head_is_a_get_without_its_body(server):
    for path in ("", "voila/render/plain.ipynb", "health", "voila/render/live.ipynb"):
        head = server.ask(BASE + path, "HEAD")
        assert (head.status, head.body) == (200, b""), path
        clean(head, server)


# templates, queries, hosts


OVERRIDES = (
    "template=lab",
    "voila-template=classic",
    "theme=dark",
    "voila-theme=dark",
    "template=../../etc",
    "theme=<script>",
)


@pytest.mark.parametrize("stem", ["plain", "raising"])
def test_no_query_changes_a_page(server, stem):
    page = server.get(f"voila/render/{stem}.ipynb")
    clean(page, server)
    queries = [*OVERRIDES, *(quote(text, safe="=&%") for text in hostile.texts(300))]
    for query in queries:
        answer = server.get(f"voila/render/{stem}.ipynb?{query}")
        assert answer.status in (page.status, 400), query
        if answer.status == page.status:
            assert answer.body == page.body, f"?{query} changes the page"
        else:
            clean(answer, server)


def test_no_query_reaches_a_live_page_or_its_kernel(server):
    query = "&".join([*OVERRIDES, f"{quote(hostile.CALLS[0])}={quote(hostile.CALLS[3])}", "marked=zebra"])
    answer = server.look(f"voila/render/live.ipynb?{query}", Cookie="zebra=1", User_Agent="zebra", X_Zebra="zebra")
    assert answer.status == 200
    assert len(answer.kernels) == 1, "the page is not alive"
    told = re.search(r"told: (.*)", answer.body.decode())
    assert told, "the cell that prints its environment has not run"
    for word in ("zebra", hostile.MARK, "dark", "classic", "/lessons/", "localhost"):
        assert word not in told[1], f"the kernel was told {word!r}: {told[1]}"
    for word in ("zebra", hostile.MARK, "theme-dark"):
        assert word not in answer.text, f"the page holds {word!r}"
    assert "collection" in answer.text, "the page is not of our template"
    clean(answer, server)


@pytest.mark.parametrize(
    "path", ["", "voila/render/plain.ipynb", "nothing", "voila/render", "//evil.example/", "voila/files/x.png"]
)
def test_a_host_that_a_reader_names_is_not_repeated(server, path):
    games = (
        {"Host": "evil.example"},
        {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https", "X_Forwarded_For": "evil.example"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X_Original_URL": "/evil.example", "X_Rewrite_URL": "/evil.example", "Origin": "https://evil.example"},
        {"Referer": "https://evil.example/"},
    )
    for headers in games:
        answer = server.get(path, **headers)
        assert "evil.example" not in answer.text.replace("//evil.example/", "", path.count("evil")), (
            f"{headers}: {answer.text}"
        )
        assert "Access-Control-Allow-Origin" not in answer.headers
        clean(answer, server)
    said = server.raw(
        f"GET http://evil.example{BASE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    assert b"evil.example" not in said.partition(b"\r\n\r\n")[0]


# what answers tell


def test_no_answer_tells_what_is_nobodys_business(server, reader):
    """Pages, files, errors of every kind; the notebook that raises names a path, and its page does not."""
    pages = [f"voila/render/{stem}.ipynb" for stem in ("plain", "scene", "raising", "live")]
    seen = [server.look(path) for path in ("", "health", "nothing", *pages, "voila/files/x.png", "assets/none.js")]
    found = {address for answer in seen for address in re.findall(r'(?:href|src)="(/[^"#]*)"', answer.text)}
    found |= {address for answer in seen for address in re.findall(r'"url":"(/[^"]*)"', answer.text)}
    assert len(found) > 8, "the pages link nothing; this looks at little"
    seen += [server.look(address.removeprefix(BASE)) for address in sorted(found)]
    seen += [server.ask(path) for path in ("/", "/nothing", "*", "//", "/%", "/%zz", f"{BASE}{'x' * 3000}")]
    seen += [
        server.ask(f"{BASE}api/kernels/{name}")
        for name in (reader.kernel, "x", "0" * 8 + "-0000-0000-0000-" + "0" * 12)
    ]
    for answer in (*seen, reader.page):
        if len(answer.body) < 1_000_000:  # plotly.js is not ours
            clean(answer, server)
    raising = server.get("voila/render/raising.ipynb")
    assert raising.status == 500
    assert b"before" in raising.body
    assert b"FileNotFoundError" not in raising.body
    assert b'role="alert"' in raising.body


def test_every_answer_carries_the_headers_that_keep_a_browser_strict(server):
    for path in (
        "",
        "health",
        "nothing",
        "voila/render/plain.ipynb",
        "voila/render/live.ipynb",
        "voila/files/secret.py",
        "data/x",
    ):
        headers = server.look(path).headers
        policy = headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts, policy
        assert "unsafe" not in scripts[1], policy
        assert "http" not in policy, policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]


# kernels


@pytest.fixture(params=["", V1], ids=["in the old form", "in the new form"])
def link(request: pytest.FixtureRequest, reader: Reader) -> Iterator[Link]:
    """A connection to the shared page's kernel."""
    opened = reader.connect(request.param)
    opened.answers()
    yield opened
    opened.close()


@pytest.fixture
def hit(tmp_path: Path) -> Path:
    """A file that a kernel writes if anything gets it to."""
    return tmp_path / "hit"


def code(hit: Path) -> str:
    return f"open({str(hit)!r}, 'w').close()"


FORBIDDEN = (
    ("execute_request", lambda code: {"code": code, "silent": False, "store_history": False, "user_expressions": {}}),
    ("execute_request", lambda code: {"code": "", "user_expressions": {"x": code}, "silent": False}),
    ("execute_request", lambda code: {"code": code, "silent": True, "allow_stdin": True, "stop_on_error": False}),
    ("complete_request", lambda code: {"code": "open('/etc/", "cursor_pos": 11}),
    ("inspect_request", lambda code: {"code": "slider", "cursor_pos": 3, "detail_level": 1}),
    ("history_request", lambda code: {"hist_access_type": "tail", "n": 100, "output": True, "raw": True}),
    ("is_complete_request", lambda code: {"code": code}),
    (
        "debug_request",
        lambda code: {"type": "request", "seq": 1, "command": "evaluate", "arguments": {"expression": code}},
    ),
    ("input_reply", lambda code: {"value": code}),
    ("interrupt_request", lambda code: {}),
    ("usage_request", lambda code: {}),
    ("create_subshell_request", lambda code: {}),
    ("apply_request", lambda code: {"code": code}),
    ("clear_request", lambda code: {}),
    ("abort_request", lambda code: {}),
    ("Execute_request", lambda code: {"code": code}),
    ("execute_request ", lambda code: {"code": code}),
)


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_no_message_runs_code_in_a_kernel(link, hit, channel):
    """The kernel answers what is asked after it, in order: so it has not been reached by what was sent before."""
    for kind, content in FORBIDDEN:
        link.send(kind, content(code(hit)), channel)
    kinds = link.answers()
    assert kinds <= {"status"}, f"the kernel has said {kinds}"
    time.sleep(0.2)
    assert not hit.exists(), "the code was run"


def test_the_check_for_code_would_see_it_run(hit, tmp_path):
    """Else the test above would show nothing: the same code, run, leaves the file."""
    exec(code(hit))
    assert hit.exists()


def test_no_disguise_gets_code_into_a_kernel(link, hit, reader):
    """Two types in one header, a type elsewhere, more parts than there should be."""
    message = link.parts("execute_request", {"code": code(hit), "silent": False})
    packed = {part: json.dumps(value) for part, value in message.items()}
    twice = packed["header"].replace('"msg_type": "execute_request"', '"msg_type": "{}", "msg_type": "{}"')
    headers = [
        twice.replace("{}", "kernel_info_request", 1).replace("{}", "execute_request", 1),
        packed["header"].replace("execute_request", "EXECUTE_REQUEST"),
        packed["header"].replace('"execute_request"', '["execute_request"]'),
        packed["header"].replace('"execute_request"', "null"),
    ]
    for header in headers:
        other = reader.connect(link.protocol)
        if link.protocol:
            parts = [header, packed["parent_header"], packed["metadata"], packed["content"]]
            other.socket.send_binary(framed(b"shell", [part.encode() for part in parts]))
        else:
            rest = f'"parent_header": {{}}, "metadata": {{}}, "content": {packed["content"]}'
            other.socket.send(f'{{"channel": "shell", "msg_type": "execute_request", "header": {header}, {rest}}}')
        with contextlib.suppress(Exception):
            assert other.answers() <= {"status"}
        other.close()
    if link.protocol:
        allowed = json.dumps({**message["header"], "msg_type": "kernel_info_request"}).encode()
        bad = [part.encode() for part in packed.values()]
        for parts in ([allowed, *bad], [allowed, b"{}", b"{}", b"{}", b"<IDS|MSG>", b"", *bad], [allowed]):
            other = reader.connect(link.protocol)
            other.socket.send_binary(framed(b"shell", parts))
            other.close()
    link.answers()
    time.sleep(0.2)
    assert not hit.exists(), "the code was run"


def test_no_connection_is_opened_to_anything_but_a_widget(link, hit):
    """Targets that other front ends register run nothing here; the kernel closes what it does not know."""
    for target in ("jupyter.debugger", "matplotlib", "hv-extension-comm", "__main__", "os.system", "", "builtins.exec"):
        content = {"comm_id": f"x{target}", "target_name": target, "target_module": "os", "data": {"code": code(hit)}}
        link.send("comm_open", content)
        link.send("comm_msg", {"comm_id": f"x{target}", "data": {"method": "custom", "content": {"code": code(hit)}}})
    kinds = link.answers()
    assert not kinds & {"execute_input", "execute_result", "display_data"}, kinds
    assert not hit.exists()


UNKNOWN = ("0" * 8 + "-0000-4000-8000-" + "0" * 12, "x", "..", "%2e%2e", "*", "", "a" * 400)


@pytest.mark.parametrize("kernel", UNKNOWN)
def test_a_kernel_that_is_not_ones_own_cannot_be_found(server, reader, kernel):
    answer = server.get(f"api/kernels/{kernel}")
    assert answer.status in REFUSED
    assert reader.kernel not in answer.text
    clean(answer, server)
    address = f"ws://localhost:{server.port}{BASE}api/kernels/{kernel}/channels"
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(address, timeout=10)
    assert refused.value.status_code in REFUSED


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "null", "http://localhost:1", "file://"]
)
def test_a_page_of_another_origin_gets_no_connection(reader, origin):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        reader.connect(Origin=origin)
    assert refused.value.status_code == 403


def test_a_page_of_its_own_origin_does(server, reader):
    link = reader.connect(Origin=f"http://localhost:{server.port}")
    link.answers()
    link.close()


# sizes and numbers


def closed(link: Link, within_s: float = 10) -> bool:
    """Tell whether a connection has been closed from the other side."""
    link.socket.settimeout(within_s)
    try:
        while link.socket.recv():
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketException, OSError):
        return True
    return True


MALFORMED = {
    "text that is no JSON": "}{",
    "JSON that is no message": "[]",
    "a number": "3",
    "nothing": "{}",
    "a header that is none": '{"header": 3, "channel": "shell"}',
    "a header that is a text": '{"header": "execute_request", "channel": "shell", "content": {}}',
    "nested without end": "[" * 100_000,
    "an unknown channel": '{"header": {"msg_type": "comm_msg"}, "channel": "hurt", "content": {}}',
    "the channel on which kernels speak": '{"header": {"msg_type": "comm_msg"}, "channel": "iopub", "content": {}}',
    "a channel that is a list": '{"header": {"msg_type": "comm_msg"}, "channel": ["shell"], "content": {}}',
    "no bytes": b"",
    "one byte": b"\x01",
    "endless parts": b"\xff" * 8,
    "a great many parts": (2**31 - 1).to_bytes(4, "big") + b"\x00" * 4,
    "parts that lie outside": framed(b"shell", [b"{}"] * 4)[:40] + b"\xff" * 40,
    "negative parts": (-1).to_bytes(4, "big", signed=True) * 4,
    "a channel that is no text": framed(b"\xff\xfe", [b"{}"] * 4),
    "no parts": framed(b"shell", []),
    "parts that are no JSON": framed(b"shell", [b"}{"] * 4),
    "the kernel's own channel": framed(b"iopub", [b'{"msg_type": "comm_msg"}', b"{}", b"{}", b"{}"]),
}


@pytest.mark.parametrize("protocol", ["", V1], ids=["old form", "new form"])
@pytest.mark.parametrize("what", MALFORMED)
def test_a_message_that_is_none_harms_nobody(server, reader, protocol, what):
    before = server.rss_MB
    link = reader.connect(protocol)
    data = MALFORMED[what]
    if isinstance(data, str):
        link.socket.send(data)
    else:
        link.socket.send_binary(data)
    started = time.monotonic()
    assert server.health(), "the server does not answer any more"
    assert time.monotonic() - started < 3
    assert server.rss_MB - before < 100
    link.close()
    other = reader.connect(protocol)
    other.answers()  # and the page's own kernel goes on
    other.close()


@pytest.mark.parametrize("protocol", ["", V1], ids=["old form", "new form"])
def test_a_message_that_is_too_large_ends_its_connection(server, reader, protocol):
    before = server.rss_MB
    link = reader.connect(protocol)
    with contextlib.suppress(OSError, websocket.WebSocketException):
        link.send("comm_msg", {"comm_id": "x", "data": {"filler": "A" * 20_000_000}})
    assert closed(link), "twenty megabytes are taken"
    assert server.rss_MB - before < 60, "they are kept"


def test_a_message_in_many_fragments_is_bounded_too(server, reader):
    before = server.rss_MB
    link = reader.connect()
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(200):
            opcode = websocket.ABNF.OPCODE_CONT if number else websocket.ABNF.OPCODE_TEXT
            link.socket.send_frame(websocket.ABNF.create_frame("A" * 100_000, opcode, fin=0))
    assert closed(link)
    assert server.rss_MB - before < 60


def test_a_compressed_message_that_unpacks_without_end_is_bounded(server, reader):
    """The server offers no compression of messages, so that none can unpack to more than was sent."""
    link = reader.connect("", **{"Sec-WebSocket-Extensions": "permessage-deflate"})
    assert "sec-websocket-extensions" not in {name.lower() for name in link.socket.getheaders()}
    link.close()


def test_messages_without_end_end_their_connection(server, reader):
    link = reader.connect()
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for _ in range(5000):
            link.send("kernel_info_request")
    assert closed(link, 20), "five thousand messages at once are taken"
    other = reader.connect()
    other.answers()
    other.close()


HEAD = f"GET {BASE}health HTTP/1.1\r\nHost: localhost\r\n"
POST = f"POST {BASE} HTTP/1.1\r\nHost: localhost\r\n"
OVERSIZED = {
    "a long header": f"{HEAD}X: {'A' * 100_000}\r\n\r\n",
    "many headers": HEAD + "".join(f"X-{n}: y\r\n" for n in range(20_000)) + "\r\n",
    "a long address": f"GET {BASE}{'a' * 100_000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a long method": f"{'A' * 100_000} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a line without end": "A" * 200_000,
    "a large body": f"{POST}Content-Length: 10000000\r\n\r\n" + "A" * 200_000,
    "a body of no length": f"{POST}Content-Length: -1\r\n\r\n",
    "a body of two lengths": f"{HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "both": f"{HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "chunks without end": f"{POST}Transfer-Encoding: chunked\r\n\r\n"
    + "ffff\r\n"
    + "A" * 0xFFFF
    + "\r\nffff\r\n"
    + "A" * 0xFFFF
    + "\r\n",
    "a chunk of great size": f"{POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
    "an address that is no ASCII": f"GET {BASE}\xe9\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address that is no text": f"GET {BASE}%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 500 + "\r\n\r\n",
    "a line break in the address": "GET /a\rb HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header without a name": f"{HEAD}: x\r\n\r\n",
    "a null": f"{HEAD}X: \x00\r\n\r\n",
    "HTTP of old": "GET /\r\n\r\n",
    "a version of its own": "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "a form with a bomb": f"{POST}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
}


@pytest.mark.parametrize("what", OVERSIZED)
def test_a_request_that_is_too_large_or_none_is_refused(server, what):
    before = server.rss_MB
    said = server.raw(OVERSIZED[what].encode("latin-1"), timeout=1)
    status = re.match(rb"HTTP/1\.1 (\d+)", said)
    assert not said or (status and int(status[1]) in REFUSED | {411, 413, 414, 431, 501}), said[:200]
    for name, pattern in private(server).items():
        assert not re.search(pattern, said.decode("latin-1")), f"the answer tells {name}"
    assert server.rss_MB - before < 30


def quick(server: Running) -> float:
    """Ask how the server is; gives how long the answer takes, in seconds."""
    started = time.monotonic()
    assert server.health(), "no answer"
    return time.monotonic() - started


def test_two_thousand_requests_at_once_keep_nobody_waiting(server):
    server.get("voila/render/scene.ipynb")
    before = server.rss_MB
    request = f"GET {BASE}voila/render/scene.ipynb HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    def flood(_: int) -> int:
        with socket.create_connection(("localhost", server.port), timeout=30) as link:
            link.sendall(request * 49 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            said = b""
            while some := link.recv(1 << 20):
                said += some.replace(b"HTTP/1.1 200", b"\0") if b"HTTP/1.1 200" in some else b""
            return said.count(b"\0")

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        floods = [pool.submit(flood, n) for n in range(40)]
        waited = [quick(server) for _ in range(5)]
        answered = sum(one.result() for one in floods)
    assert answered > 1900, f"{answered} of 2000 were answered"
    assert max(waited) < 2, f"somebody waited {max(waited):.1f} s"
    assert server.rss_MB - before < 80, f"{server.rss_MB - before:.0f} MB are kept"


def test_connections_that_say_nothing_keep_nobody_waiting(server, reader):
    process = psutil.Process(server.process.pid)
    before, files = server.rss_MB, process.num_fds()
    with contextlib.ExitStack() as stack:
        for number in range(200):
            link = stack.enter_context(socket.create_connection(("localhost", server.port), timeout=10))
            link.sendall((b"", b"GET ", HEAD.encode(), HEAD.encode() + b"X: ")[number % 4])
        assert quick(server) < 2
        opened, refused = 0, 0
        for _ in range(200):
            try:
                stack.callback(reader.connect().close)
                opened += 1
            except websocket.WebSocketBadStatusException as error:
                refused += error.status_code == 503
        assert opened == MOST_CONNECTIONS, f"a page may have {opened} connections at a time"
        assert opened + refused == 200
        assert max(quick(server) for _ in range(3)) < 2
        assert server.get("voila/render/scene.ipynb").status == 200
        assert server.rss_MB - before < 60, f"{server.rss_MB - before:.0f} MB for them"
    server.until(lambda: process.num_fds() <= files + 20, "connections that were closed are forgotten", 10)
    link = reader.connect()
    link.answers()
    link.close()


def test_pages_that_are_left_in_heaps_give_back_their_kernels(server):
    """Readers who come and go at once: no more kernels than allowed, and an honest answer to the others."""
    free = KERNELS - server.health()["kernels"]["in_use"]
    most = 0
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(server.get, "voila/render/live.ipynb") for _ in range(12)]
        while not all(one.done() for one in asked):
            most = max(most, len(server.kernels))
            time.sleep(0.05)
    answers = [one.result() for one in asked]
    for answer in answers:
        server.leave(answer)
    assert {answer.status for answer in answers} <= {200, 503}
    assert most <= KERNELS, f"{most} kernels at a time"
    assert sum(answer.status == 200 for answer in answers) == free, "a place was left empty, or given twice"
    busy = [answer for answer in answers if answer.status == 503]
    assert busy, "there is no limit"
    assert all("Retry-After" in answer.headers and b"places for live widgets" in answer.body for answer in busy)
    for answer in answers:
        clean(answer, server)
    server.until(lambda: server.health()["kernels"]["in_use"] <= 1, "kernels of closed pages have ended", 20)
