"""`explainer figures`: a still of every scene, taken from the page that readers see."""

import argparse
import os
import pkgutil
import tempfile
from pathlib import Path

from .assets import inlined
from .collection import Frame, Lesson
from .errors import PublishError
from .execution import execute
from .pages import render

WIDTH, HEIGHT = 1280, 720
LARGEST_BYTES = 300_000
CHROMIUM = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("figures", help="draw the stills of all scenes anew (needs the test extra)")
    parser.add_argument("out", nargs="?", type=Path, default=Path("figures"), help="folder (default: ./figures)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw every still and say how large it is."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in scene_names():
        path = arguments.out / f"{name}.png"
        draw(name, path)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB", flush=True)
    return 0


def scene_names() -> list[str]:
    """Give the stems of all scenes: the modules beside an SVG of the same name."""
    from explainer import scenes

    folder = Path(scenes.__path__[0])
    return sorted(m.name for m in pkgutil.iter_modules([str(folder)]) if (folder / f"{m.name}.svg").exists())


def draw(name: str, path: Path) -> None:
    """Photograph one scene, paused mid-way through its film.

    Raises
    ------
    PublishError
        If no browser can be driven, or the picture is larger than a still may be.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise PublishError("stills need Playwright: pip install -e '.[test]'.") from None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        named = os.environ.get("EXPLAINER_CHROMIUM")
        try:
            chromium = playwright.chromium.launch(executable_path=named, args=CHROMIUM)
        except Error:
            which = repr(named) if named else "Playwright's own"
            raise PublishError(f"No Chromium: {which} does not start; name one in EXPLAINER_CHROMIUM.") from None
        page_path = Path(folder) / "still.html"
        page_path.write_text(_page(name, Path(folder)), encoding="utf-8")
        page = chromium.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1, color_scheme="light"
        )
        page.goto(page_path.as_uri())
        page.wait_for_selector(".explainer[data-charts]")
        page.eval_on_selector(
            ".explainer .scrub",
            "(time) => { time.value = time.max * 0.52; time.dispatchEvent(new Event('input', {bubbles: true})); }",
        )
        page.wait_for_timeout(600)
        page.screenshot(path=path)
        chromium.close()
    if path.stat().st_size > LARGEST_BYTES:
        raise PublishError(f"{path} is larger than {LARGEST_BYTES / 1000:.0f} kB; a still must stay below.")


def _page(name: str, folder: Path) -> str:
    import nbformat

    cell = nbformat.v4.new_code_cell(f"from explainer.scenes import {name}\n{name}.play()")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    lesson = Lesson(folder / f"{name}.ipynb", name)
    nbformat.write(notebook, lesson.path)
    return render(lesson, execute(lesson), Frame("", (), inlined(), inline=True))
