"""`explainer serve`: the notebooks in Voilà, on pages of ours."""

import argparse
import os
import socket
import webbrowser
from pathlib import Path

from .collection import DEFAULT_FOLDER, FOLDER_HELP, find_lessons
from .environment import PUBLISHING
from .errors import PublishError

ADDRESS = "localhost"
FIRST_PORT = 8866
PORTS_TRIED = 50


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="show the notebooks in Voilà")
    parser.add_argument("notebooks", nargs="?", type=Path, default=DEFAULT_FOLDER, help=FOLDER_HELP)
    parser.add_argument("--port", type=int, help=f"port (default: the first free one from {FIRST_PORT})")
    parser.add_argument("--open", action="store_true", help="open the address in a browser")
    parser.add_argument("--no-browser", dest="open", action="store_false", help="open no browser (default)")
    parser.set_defaults(run=run)


def bind(port: int | None) -> list[socket.socket]:
    """Take a port of this machine: `port`, or the first free one.

    Raises
    ------
    PublishError
        If `port` is taken, not allowed or not a port, or none of the usual ones is free.
    """
    from tornado.netutil import bind_sockets

    if port is not None and not 1 <= port <= 65535:
        raise PublishError(f"--port {port} is not a port; give a number from 1 to 65535.")
    tried = [port] if port is not None else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    for candidate in tried:
        try:
            return bind_sockets(candidate, ADDRESS)
        except PermissionError:
            raise PublishError(f"Port {candidate} is not allowed; give one above 1023.") from None
        except OSError:
            continue
    if port is not None:
        raise PublishError(f"Port {port} is taken; stop what uses it, or leave --port out to get a free one.")
    raise PublishError(f"No free port from {tried[0]} to {tried[-1]}; give one with --port.")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    lessons = find_lessons(arguments.notebooks)
    sockets = bind(arguments.port)
    os.environ.update(PUBLISHING)  # kernels inherit it
    address = f"http://{ADDRESS}:{sockets[0].getsockname()[1]}/"

    from .voila import server

    def ready() -> None:
        print(f"{len(lessons)} lesson{'s' * (len(lessons) != 1)} at {address}  (Ctrl+C stops)", flush=True)
        if arguments.open:
            webbrowser.open(address)

    server(arguments.notebooks, lessons, sockets, ready).start()
    return 0
