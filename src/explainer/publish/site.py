"""`explainer site OUT`: static pages from the executed notebooks, for any number of readers.

Every lesson is written twice: as a page that shares scripts with the others and fetches what the
first picture does not need, and as one file that holds everything and opens from disk.
"""

import argparse
import dataclasses
import gzip
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import csp, search
from .assets import inlined, linked, script
from .collection import FOLDER_HELP, Frame, Lesson, Link, default_folder, find_lessons
from .errors import PublishError
from .execution import execute
from .outputs import SCENE, output_kind
from .pages import apart, fill, index, render

if TYPE_CHECKING:
    from nbformat import NotebookNode

MARK = ".explainer-site"  # lies in every folder we wrote, so that we never empty somebody else's
PICTURES = Path("figures")
COVER = "nmda"  # the scene whose still stands for a page without one
COMPRESSED = {".html", ".js", ".css", ".json", ".svg", ".xml", ".txt", ".bin"}
GAIN = 0.9  # a compressed file is written where it is at most this share of the plain one


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("site", help="write static pages")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write, or to write anew")
    parser.add_argument("--notebooks", type=Path, help=FOLDER_HELP)
    parser.add_argument(
        "--address", help="where the site will be: https://…; then pages name their picture, and sitemap.xml is written"
    )
    parser.add_argument(
        "--pictures", type=Path, default=PICTURES, help="folder of the scenes' stills (default: ./figures, if there)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build the site and say what was written."""
    lessons = find_lessons(arguments.notebooks or default_folder())
    if arguments.pictures != PICTURES and not arguments.pictures.is_dir():
        raise PublishError(f"No folder {str(arguments.pictures)!r} here; name that of the stills, or leave it out.")
    build(arguments.out, lessons, whole_address(arguments.address), arguments.pictures)
    return 0


def whole_address(given: str | None) -> str:
    """Give the address with a slash at its end; empty where none is given.

    Raises
    ------
    PublishError
        If it is not one that pages can lie below.
    """
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"'?#]", given)
    except ValueError:
        fits = False
    if not fits:
        raise PublishError(f"--address {given!r} is not one; give it like https://example.org/ketamine/.")
    return given if given.endswith("/") else f"{given}/"


def build(out: Path, lessons: list[Lesson], address: str = "", pictures: Path = PICTURES) -> None:
    """Write the site; `out` changes only when every lesson has succeeded.

    Parameters
    ----------
    out : Path
    lessons : list of Lesson
    address : str
        Where the site will be, with a slash at its end, or empty.
    pictures : Path
        Folder of the scenes' stills, ``<scene>.png``; what is not there is left out.

    Raises
    ------
    LessonFailed
        If a notebook raises.
    PublishError
        If `out` holds something that we did not write, or cannot be replaced.
    """
    if out.exists() and not (out / MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise PublishError(f"{str(out)!r} holds something that is not such a site; empty it or name another.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made, before = Path(scratch) / "site", Path(scratch) / "before"
        _Site(made, lessons, address, pictures).write()
        try:
            if out.exists():
                out.rename(before)
            made.rename(out)
        except OSError as error:
            if before.exists():
                before.rename(out)
            raise PublishError(f"{str(out)!r} could not be replaced: {error.strerror}; name another folder.") from None
    print(f"Written to {out}/: open {out / 'index.html'} or serve the folder.")


class _Site:
    """A site that is being written."""

    def __init__(self, out: Path, lessons: list[Lesson], address: str, pictures: Path) -> None:
        self.out, self.lessons, self.address, self.pictures = out, lessons, address, pictures
        self.links = tuple(Link(x.stem, x.title, page_name(x)) for x in lessons)
        self.files = linked()
        addresses = {name: f"assets/{asset.hashed}" for name, asset in self.files.items()}
        texts = inlined()
        styles = (texts["page.css"], texts["player.css"])
        scripts = (texts["player.js"], texts["page.js"], texts["search.js"])
        self.many = Frame(
            *("index.html", self.links, addresses),
            from_disk="single/",
            search="search.json",
            contents="sitemap.html",
            policy=csp.LINKED,
        )
        self.single = Frame("index.html", self.links, texts, inline=True, policy=csp.inline(scripts, styles))
        self.found: list[tuple[Link, list[search.Part]]] = []

    def write(self) -> None:
        """Write every file; the index of the single files comes last, since it holds what all say."""
        for name in ("assets", "data", "single"):
            (self.out / name).mkdir(parents=True)
        (self.out / MARK).touch()
        for asset in self.files.values():
            (self.out / "assets" / asset.hashed).write_bytes(asset.content)
        start = None
        for number, (lesson, link) in enumerate(zip(self.lessons, self.links, strict=True), 1):
            print(f"[{number}/{len(self.lessons)}] {lesson.stem} … ", end="", flush=True)
            started = time.perf_counter()
            notebook = execute(lesson)
            warn(lesson, notebook)
            frame = self._around(link, notebook)
            page = render(lesson, apart(notebook, self._publish), frame)
            self.found.append((link, search.parts(page)))
            self._text(link.href, page)
            if lesson.is_start:
                start = lesson, notebook
            else:
                self._text(f"single/{link.href}", render(lesson, notebook, self.single))
            took = time.perf_counter() - started
            print(f"{took:.1f} s, {self._weight_kB(page):.0f} kB compressed before charts", flush=True)
        looked = search.index(self.found)
        self._text("search.json", looked)
        single = dataclasses.replace(self.single, search=looked)
        if start:
            self._text("single/index.html", render(*start, single))
        else:
            self._text("index.html", index(self.many))
            self._text("single/index.html", index(single))
        self._around_the_lessons()
        for path in sorted(self.out.rglob("*")):
            if path.suffix in COMPRESSED:
                _compress(path)

    def _around(self, link: Link, notebook: "NotebookNode") -> Frame:
        """Give what surrounds this lesson alone."""
        own = dataclasses.replace(self.many, download=f"single/{link.href}")
        if not self.address:
            return own
        here = "" if link.href == "index.html" else link.href
        return dataclasses.replace(own, canonical=f"{self.address}{here}", picture=self._picture(notebook))

    def _picture(self, notebook: "NotebookNode") -> str:
        """Give the absolute address of the still of a lesson's first scene, or of any; empty where there is none."""
        scenes = [
            output.data[SCENE]["scene"]
            for cell in notebook.cells
            for output in cell.get("outputs", ())
            if SCENE in output.get("data", {})
        ]
        there = {path.stem: path for path in sorted(self.pictures.glob("*.png"))}
        path = next((there[name] for name in (*scenes, COVER) if name in there), None)
        if path is None:
            return ""
        (self.out / "pictures").mkdir(exist_ok=True)
        shutil.copyfile(path, self.out / "pictures" / path.name)
        return f"{self.address}pictures/{path.name}"

    def _around_the_lessons(self) -> None:
        """Write the pages that are no lesson's."""
        everything = dataclasses.replace(self.many, from_disk="", policy=csp.LINKED)
        self._text("sitemap.html", fill("sitemap.html", frame=everything, pages=self.found))
        page_css, lost_js = self.single.assets["page.css"], script("lost.js")
        lost = Frame(
            home=urlsplit(self.address).path,
            lessons=(),
            assets={"page.css": page_css, "player.css": ""},
            inline=True,
            policy=csp.inline((lost_js,), (page_css,), charts=False),
        )
        foot = dataclasses.replace(lost, inline=False)
        self._text("404.html", fill("lost.html", frame=lost, foot=foot, script=lost_js))
        if self.address:
            pages = [self.address, *(f"{self.address}{x.href}" for x in self.links if x.href != "index.html")]
            self._text("sitemap.xml", fill("sitemap.xml", addresses=pages))
            if urlsplit(self.address).path == "/":  # robots.txt is asked for at the root of a host only
                self._text("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {self.address}sitemap.xml\n")

    def _publish(self, name: str, content: bytes) -> str:
        (self.out / "data" / name).write_bytes(content)
        return f"data/{name}"

    def _text(self, name: str, text: str) -> None:
        (self.out / name).write_text(text, encoding="utf-8", newline="\n")

    def _weight_kB(self, page: str) -> float:
        late = ("plotly.min.js", "search.js")
        shared = sum(len(gzip.compress(x.content)) for name, x in self.files.items() if name not in late)
        return (len(gzip.compress(page.encode())) + shared) / 1000


def _compress(path: Path) -> None:
    """Write the same, compressed, beside a file, where that gains; equal files give equal bytes."""
    plain = path.read_bytes()
    compressed = gzip.compress(plain, 9, mtime=0)
    if len(compressed) <= GAIN * len(plain):
        path.with_name(f"{path.name}.gz").write_bytes(compressed)


def page_name(lesson: Lesson) -> str:
    """Give the file name of a lesson's page."""
    return "index.html" if lesson.is_start else f"{lesson.stem}.html"


def warn(lesson: Lesson, notebook: "NotebookNode") -> None:
    """Say what a static page cannot show as the notebook does."""
    kinds = [output_kind(x) for cell in notebook.cells if cell.cell_type == "code" for x in cell.outputs]
    if "widget" in kinds:
        print("\n  note: it holds a widget that needs a kernel; the page shows its text.", flush=True)

