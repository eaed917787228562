"""Try both configurations with a real nginx: `python recipes/nginx/try.py SITE`, from the top of the repository.

Needs nginx on the PATH and SITE, written by `explainer site SITE`. nginx runs on ports of its own from a scratch
folder, with the recipes as they are but for addresses and places; `explainer serve` runs behind it, and is killed.
"""

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
MAIN = """daemon off; worker_processes 1; pid {0}/pid; error_log {0}/error.log;
events {{ worker_connections 512; }}
http {{ include /etc/nginx/mime.types; access_log off; gzip on; include {0}/recipe.conf;
client_body_temp_path {0}/1; proxy_temp_path {0}/2; fastcgi_temp_path {0}/3; uwsgi_temp_path {0}/4;
scgi_temp_path {0}/5; }}
"""
LESSON = "/lessons/voila/render/01_nmda_antagonism.ipynb"
YEAR = "public, max-age=31536000, immutable"


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def nginx(recipe: str, site: Path, server: int = 1) -> Iterator[int]:
    """Run nginx with a recipe; give its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        (folder / "www/lessons").symlink_to(site.resolve())
        text = (HERE / recipe).read_text()
        for here, there in {
            "listen 80;": f"listen 127.0.0.1:{port};",
            "/var/www": f"{folder}/www",
            "/var/cache/nginx": f"{folder}/cache",
            "127.0.0.1:8866": f"127.0.0.1:{server}",
        }.items():
            text = text.replace(here, there)
        (folder / "cache").mkdir()
        (folder / "recipe.conf").write_text(text)
        (folder / "nginx.conf").write_text(MAIN.format(folder))
        line = ["nginx", "-p", scratch, "-c", f"{folder}/nginx.conf"]
        subprocess.run([*line, "-t", "-q"], check=True)
        process = subprocess.Popen(line)
        try:
            wait(port)
            yield port
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


def wait(port: int, path: str = "/", ready: int = 0, seconds: float = 180) -> None:
    """Wait until a port answers; with a status, until it answers with that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if get(port, path).status == ready or not ready:
                return
        time.sleep(0.2)
    raise SystemExit(f"port {port} did not answer within {seconds} s")


def get(port: int, path: str, host: str = "lessons.example.org", **headers: str) -> http.client.HTTPResponse:
    """Ask for one address and read the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}})
    answer = connection.getresponse()
    answer.content = answer.read()  # type: ignore[attr-defined]
    return answer


def tell(holds: bool, what: str) -> None:
    """Say whether something holds, and end if it does not."""
    print("ok  " if holds else "FAIL", what, flush=True)
    if not holds:
        sys.exit(1)


def once(answer: http.client.HTTPResponse) -> bool:
    """Tell whether no header came twice."""
    names = [name.lower() for name, _ in answer.getheaders()]
    return len(names) == len(set(names))


def try_static(site: Path) -> None:
    """Try the static site on a host of its own and below a path."""
    asset = next((site / "assets").glob("player.*.js")).name
    lesson = next(site.glob("01_*.html")).name
    with nginx("static.conf", site) as port:
        for host, below in (("lessons.example.org", "/"), ("www.example.org", "/lessons/")):
            plain, packed = get(port, below, host), get(port, below + lesson, host, Accept_Encoding="gzip")
            tell(plain.status == 200 and b"<html" in plain.content, f"{host}{below}: the map is shown")
            tell(packed.getheader("Content-Encoding") == "gzip", "a page is sent as it lies there compressed")
            tell(len(packed.content) == (site / f"{lesson}.gz").stat().st_size, "and not compressed again")
            policy = packed.getheader("Content-Security-Policy") or ""
            tell(once(packed) and "default-src 'none'" in policy, "with one policy")
            known = get(port, below + lesson, host).getheader("ETag") or ""
            again = get(port, below + lesson, host, If_None_Match=known)
            tell(again.status == 304, "asked for again, a page is answered with 304")
            kept = get(port, f"{below}assets/{asset}", host)
            tell(kept.getheader("Cache-Control") == YEAR, "scripts may be kept for ever")
            tell("javascript" in (kept.getheader("Content-Type") or ""), "and are scripts")
            gone = get(port, f"{below}assets/gone.js", host)
            tell(gone.status == 404 and gone.getheader("Cache-Control") == "no-cache", "what is missing is not kept")
            tell(gone.content == (site / "404.html").read_bytes(), "and is told by 404.html")
            tell(not gone.getheader("Content-Security-Policy"), "which says its own policy")
            tell(get(port, f"{below}.explainer-site", host).status == 404, "hidden files are not handed out")
            single = get(port, f"{below}single/{lesson}", host)
            tell(single.status == 200 and not single.getheader("Content-Security-Policy"), "and so do single files")


def try_served(site: Path) -> None:
    """Try the proxy with its server, and without it."""
    port = free_port()
    options = ["--address", "127.0.0.1", "--port", str(port), "--base-url", "/lessons/", "--behind-proxy"]
    server = subprocess.Popen([sys.executable, "-m", "explainer.publish", "serve", "notebooks", *options])
    try:
        wait(port, "/lessons/health", 200)
        with nginx("voila.conf", site, port) as front:
            page = get(front, LESSON, Accept_Encoding="gzip")
            packed = page.getheader("Content-Encoding") == "gzip"
            tell(page.status == 200 and packed, "a lesson, as the server compressed it")
            tell(once(page) and page.getheader("Content-Security-Policy") is not None, "no header comes twice")
            text = get(front, LESSON).content.decode()
            for kind in ("assets", "data"):
                address = (re.findall(rf"/lessons/{kind}/[\w.]+", text) or [""])[0]
                tell(get(front, address).getheader("Cache-Control") == YEAR, f"{kind} are kept")
            tell(get(front, "/lessons/health").status == 200, "health is told to this machine")
            tell(get(front, "/lessons").getheader("Location") == "/lessons/", "the address without a slash leads there")
            server.kill()
            server.wait()
            lost = get(front, LESSON)
            tell(lost.status == 302, f"with the server killed, a lesson leads to {lost.getheader('Location')}")
            tell(get(front, lost.getheader("Location") or "").status == 200, "which is there")
            tell(get(front, address).status == 200, "and a page opened before still gets its data")
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    try_static(Path(sys.argv[1]))
    try_served(Path(sys.argv[1]))
