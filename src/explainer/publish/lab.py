"""`explainer lab`: the notebooks in JupyterLab, without a word to other hosts."""

import argparse
import subprocess
import sys
from pathlib import Path

from .collection import DEFAULT_FOLDER, FOLDER_HELP, find_lessons
from .environment import kernel_environment

QUIET = (
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
)


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("lab", help="open the notebooks in JupyterLab")
    parser.add_argument("notebooks", nargs="?", type=Path, default=DEFAULT_FOLDER, help=FOLDER_HELP)
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument("--port", type=int, help="port (default: JupyterLab's own choice)")
    parser.set_defaults(run=run)


def command(arguments: argparse.Namespace) -> list[str]:
    """Give the command line that starts JupyterLab."""
    folder = arguments.notebooks.resolve()
    line = [sys.executable, "-m", "jupyterlab", *QUIET, f"--ServerApp.root_dir={folder}"]
    if arguments.no_browser:
        line.append("--no-browser")
    if arguments.port is not None:
        line.append(f"--ServerApp.port={arguments.port}")
    return line


def run(arguments: argparse.Namespace) -> int:
    """Start JupyterLab and stay until it ends."""
    find_lessons(arguments.notebooks)
    environment = {**kernel_environment(), "EXPLAINER_PUBLISH": ""}  # a student's notebook stays small
    return subprocess.run(command(arguments), env=environment, check=False).returncode
