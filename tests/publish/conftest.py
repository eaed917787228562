"""Small notebooks to publish."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of the given cells into one folder and give its path."""

    def write(stem: str, *cells: nbformat.NotebookNode | str) -> Path:
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        made = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        notebook = new_notebook(cells=made)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = folder / f"{stem}.ipynb"
        nbformat.write(notebook, path)
        return path

    return write
