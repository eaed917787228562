"""`explainer site OUT`: static pages from the executed notebooks, for any number of readers.

Every lesson is written twice: as a page that shares scripts with the others and fetches what the
first picture does not need, and as one file that holds everything and opens from disk.
"""

import argparse
import gzip
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import csp
from .assets import inlined, linked
from .collection import FOLDER_HELP, Frame, Lesson, Link, default_folder, find_lessons
from .errors import PublishError
from .execution import execute
from .outputs import output_kind
from .pages import apart, index, render

if TYPE_CHECKING:
    from nbformat import NotebookNode

MARK = ".explainer-site"  # lies in every folder we wrote, so that we never empty somebody else's


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("site", help="write static pages")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write, or to write anew")
    parser.add_argument("--notebooks", type=Path, help=FOLDER_HELP)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build the site and say what was written."""
    build(arguments.out, find_lessons(arguments.notebooks or default_folder()))
    return 0


def build(out: Path, lessons: list[Lesson]) -> None:
    """Write the site; `out` changes only when every lesson has succeeded.

    Raises
    ------
    LessonFailed
        If a notebook raises.
    PublishError
        If `out` holds something that we did not write.
    """
    if out.exists() and not (out / MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise PublishError(f"{str(out)!r} holds something that is not such a site; empty it or name another.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made = Path(scratch) / "site"
        _write(made, lessons)
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    print(f"Written to {out}/: open {out / 'index.html'} or serve the folder.")


def _write(out: Path, lessons: list[Lesson]) -> None:
    for name in ("assets", "data", "single"):
        (out / name).mkdir(parents=True)
    (out / MARK).touch()
    links = tuple(Link(x.stem, x.title, page_name(x)) for x in lessons)

    def publish(name: str, content: bytes) -> str:
        (out / "data" / name).write_bytes(content)
        return f"data/{name}"

    files = linked()
    for asset in files.values():
        (out / "assets" / asset.hashed).write_bytes(asset.content)
    addresses = {name: f"assets/{asset.hashed}" for name, asset in files.items()}
    many = Frame("index.html", links, addresses, from_disk="single/", policy=csp.LINKED)
    texts = inlined()
    allowed = csp.inline((texts["player.js"], texts["page.js"]), (texts["page.css"], texts["player.css"]))
    single = Frame("index.html", links, texts, inline=True, policy=allowed)

    shared = sum(len(gzip.compress(files[name].content)) for name in files if name != "plotly.min.js")
    for number, lesson in enumerate(lessons, 1):
        print(f"[{number}/{len(lessons)}] {lesson.stem} … ", end="", flush=True)
        started = time.perf_counter()
        notebook = execute(lesson)
        warn(lesson, notebook)
        page = render(lesson, apart(notebook, publish), many)
        (out / page_name(lesson)).write_text(page, encoding="utf-8")
        (out / "single" / page_name(lesson)).write_text(render(lesson, notebook, single), encoding="utf-8")
        weight = (len(gzip.compress(page.encode())) + shared) / 1000
        print(f"{time.perf_counter() - started:.1f} s, {weight:.0f} kB compressed before charts", flush=True)
    if not any(lesson.is_start for lesson in lessons):
        for folder, frame in ((out, many), (out / "single", single)):
            (folder / "index.html").write_text(index(frame), encoding="utf-8")


def page_name(lesson: Lesson) -> str:
    """Give the file name of a lesson's page."""
    return "index.html" if lesson.is_start else f"{lesson.stem}.html"


def warn(lesson: Lesson, notebook: "NotebookNode") -> None:
    """Say what a static page cannot show as the notebook does."""
    kinds = [output_kind(x) for cell in notebook.cells if cell.cell_type == "code" for x in cell.outputs]
    if "widget" in kinds:
        print("\n  note: it holds a widget that needs a kernel; the page shows its text.", flush=True)

