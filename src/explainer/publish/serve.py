"""`explainer serve`: the lessons on a server, by Voilà where they hold live widgets."""

import argparse
import os
import re
import socket
import webbrowser
from pathlib import Path

from .collection import FOLDER_HELP, default_folder, find_lessons
from .environment import PUBLISHING
from .errors import PublishError
from .limits import limits
from .logbook import logbook

ADDRESS = "localhost"
EVERYWHERE = ("0.0.0.0", "::", "")
FIRST_PORT = 8866
PORTS_TRIED = 50
BASE_URL = re.compile(r"/?([\w~-][\w.~@-]*/)*([\w~-][\w.~@-]*)?")  # @: users of a hub may be named by their mail


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="serve the lessons", description=__doc__)
    parser.add_argument("notebooks", nargs="?", type=Path, help=FOLDER_HELP)
    parser.add_argument("--address", default=ADDRESS, help=f"where to listen (default: {ADDRESS}, this machine only)")
    parser.add_argument("--port", type=int, help=f"port (default: the first free one from {FIRST_PORT})")
    parser.add_argument("--base-url", default="/", metavar="PATH", help="what all addresses begin with (default: /)")
    parser.add_argument(
        "--kernels", type=int, metavar="N",
        help="most kernels at a time, for lessons with live widgets (default: what fits the memory, at most 40)",
    )
    parser.add_argument("--pool", type=int, metavar="N", help="kernels of these kept ready (default: 1)")
    parser.add_argument(
        "--memory", type=float, metavar="MB", help="memory of all kernels together (default: half of what is free)"
    )
    parser.add_argument("--behind-proxy", action="store_true", help="believe a proxy's X-Forwarded headers")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write the log, with every request, to this file too")
    parser.add_argument("--open", action="store_true", help="open the address in a browser")
    parser.add_argument("--no-browser", dest="open", action="store_false", help="open no browser (default)")
    parser.set_defaults(run=run)


def bind(port: int | None, address: str = ADDRESS) -> list[socket.socket]:
    """Take a port of this machine: `port`, or the first free one.

    Raises
    ------
    PublishError
        If `port` is taken, not allowed or not a port, none of the usual ones is free, or `address` is not of
        this machine.
    """
    from tornado.netutil import bind_sockets

    if port is not None and not 1 <= port <= 65535:
        raise PublishError(f"--port {port} is not a port; give a number from 1 to 65535.")
    tried = [port] if port is not None else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    try:
        found = socket.getaddrinfo(address or None, tried[0], type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, at in found[:1]:
            with socket.socket(family) as probe:
                probe.bind((at[0], 0, *at[2:]))
    except (OSError, UnicodeError):
        raise PublishError(
            f"--address {address!r} is not an address of this machine; give localhost, or 0.0.0.0 for all."
        ) from None
    for candidate in tried:
        try:
            return bind_sockets(candidate, address)
        except PermissionError:
            raise PublishError(f"Port {candidate} is not allowed; give one above 1023.") from None
        except OSError:
            continue
    if port is not None:
        raise PublishError(f"Port {port} is taken; stop what uses it, or leave --port out to get a free one.")
    raise PublishError(f"No free port from {tried[0]} to {tried[-1]}; give one with --port.")


def base_url(given: str) -> str:
    """Complete a base URL: it begins and ends with a slash.

    Raises
    ------
    PublishError
        If it holds anything but plain names between slashes.
    """
    if not BASE_URL.fullmatch(given):
        raise PublishError(f"--base-url {given!r} is not a path; give plain names between slashes, as in /lessons/.")
    return f"/{given.strip('/')}/".replace("//", "/")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    folder = arguments.notebooks or default_folder()
    lessons = find_lessons(folder)
    below = base_url(arguments.base_url)
    allowed = limits(arguments.kernels, arguments.pool, arguments.memory)
    sockets = bind(arguments.port, arguments.address)
    log = logbook(arguments.log)
    os.environ.update(PUBLISHING)  # kernels inherit it
    host = ADDRESS if arguments.address in EVERYWHERE else arguments.address
    host = f"[{host}]" if ":" in host else host
    address = f"http://{host}:{sockets[0].getsockname()[1]}{below}"

    from .voila import Site, server

    def ready() -> None:
        print(f"{len(lessons)} lesson{'s' * (len(lessons) != 1)} at {address}  (Ctrl+C stops)", flush=True)
        log.info(
            "kernels for live widgets: at most %d, %d kept ready, %.0f MB",
            allowed.kernels, allowed.pool, allowed.memory_MB,
        )
        if arguments.open:
            webbrowser.open(address)

    server(Site(folder, lessons, sockets, below, allowed, arguments.behind_proxy), ready).start()
    return 0
