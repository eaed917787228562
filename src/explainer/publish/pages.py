"""A lesson's page, written from its executed notebook: for a site, a single file or the server."""

import base64
import copy
import dataclasses
import hashlib
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .assets import TEMPLATES
from .collection import Frame, Lesson
from .outputs import SCENE

if TYPE_CHECKING:
    from nbformat import NotebookNode

DESCRIPTION = 200  # letters of a page's description; previews show no more
MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]|<[^>]*>")
NOTEBOOK_LINK = re.compile(r'(href="(?![a-z]+:)(?:\./)?)([\w-]+)\.ipynb(?=["#])')


def apart(notebook: "NotebookNode", publish: Callable[[str, bytes], str]) -> "NotebookNode":
    """Take out what a scene's first picture does not need, and leave addresses in its place.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; a copy is changed.
    publish : callable
        Given a file name that follows the content, and the content; gives the address to fetch it from.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if SCENE in output.get("data", {}):
                scene = output.data[SCENE]
                scene["rest"] = {
                    name: [_published(part, publish) for part in parts] for name, parts in scene["rest"].items()
                }
    return notebook


def _published(part: str, publish: Callable[[str, bytes], str]) -> str | dict[str, str]:
    if not part:
        return part
    content = base64.b64decode(part)
    return {"url": publish(f"{hashlib.sha256(content).hexdigest()[:16]}.bin", content)}


def render(lesson: Lesson, notebook: "NotebookNode", frame: Frame) -> str:
    """Write one page."""
    from .exporter import LessonExporter

    frame = dataclasses.replace(frame, description=frame.description or describe(notebook))
    resources: Mapping[str, Any] = {
        "metadata": {"name": lesson.stem, "path": str(lesson.path.parent)},
        "frame": frame,
    }
    page, _ = LessonExporter().from_notebook_node(notebook, resources)
    addresses = {link.stem: link.href for link in frame.lessons}
    return NOTEBOOK_LINK.sub(lambda m: m[1] + addresses.get(m[2], f"{m[2]}.html"), page)


def describe(notebook: "NotebookNode") -> str:
    """Give a lesson's first sentences, as far as a preview shows them; empty where it has no text."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for paragraph in cell.source.split("\n\n"):
                words = " ".join(MARKS.sub(lambda m: m[1] or "", paragraph).split())
                if words and not paragraph.lstrip().startswith(("#", "|", "- ", "* ", "!", "<", "```")):
                    return textwrap.shorten(words, DESCRIPTION, placeholder=" …")
    return ""


def index(frame: Frame) -> str:
    """Write a list of the lessons, for a collection without a map."""
    return fill("list.html", frame=frame)


def fill(template: str, **given: object) -> str:
    """Write a page that is not a lesson's."""
    import jinja2

    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    return pages.get_template(template).render(**given)
