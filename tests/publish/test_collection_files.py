"""What is committed beside the code: notebooks with text outputs only, one still for every scene."""

from pathlib import Path

import nbformat
import pytest

from explainer.publish.figures import LARGEST_BYTES, scene_names
from explainer.publish.refresh import KEPT

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_text_and_no_state_of_widgets(path):
    notebook = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type in ("stream", "execute_result", "display_data"), "no lesson shows an error"
            assert set(output.get("data", {})) <= set(KEPT)
    assert path.stat().st_size < 60_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_page_says_that_it_is_no_advice(path):
    first = nbformat.read(path, as_version=4).cells[0].source
    assert "not medical advice" in first
    assert "dose" in first


@pytest.mark.parametrize("name", scene_names())
def test_every_scene_has_its_still(name):
    still = ROOT / "figures" / f"{name}.png"
    assert still.read_bytes().startswith(b"\x89PNG"), "run `make figures`"
    assert still.stat().st_size <= LARGEST_BYTES
    assert f"figures/{name}.png" in (ROOT / "README.md").read_text("utf-8")
