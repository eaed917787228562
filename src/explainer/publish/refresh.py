"""Run the notebooks and keep of their outputs only what a test can compare: text."""

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from .collection import DEFAULT_FOLDER, FOLDER_HELP
from .environment import KERNELS

KEPT = ("text/plain", "text/markdown")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``explainer refresh`` to the command line."""
    command = commands.add_parser("refresh", help="run the notebooks and store their text outputs")
    command.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help=FOLDER_HELP)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Refresh every notebook of the folder; progress is printed."""
    for path in sorted(arguments.folder.glob("*.ipynb")):
        print(f"{path.name} ...", flush=True)
        refresh(path)
    return 0


def refresh(path: Path) -> None:
    """Execute one notebook in place and strip what is not text.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": path.parent}}
    NotebookClient(
        notebook, store_widget_state=False, coalesce_streams=True, resources=folder, config=KERNELS
    ).execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if "data" in output:
                output.data = {kind: text for kind, text in output.data.items() if kind in KEPT}
                output.metadata = {}
        cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)
