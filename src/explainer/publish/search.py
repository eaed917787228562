"""What the search box of a page looks through: every lesson's headings, texts, scene steps and claims.

Answers stay out: what is folded as a solution, and what a step says only after a prediction.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from .collection import Link

HEADINGS = ("h1", "h2", "h3", "h4")
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "col", "source", "track", "area", "base", "embed"}
BLOCKS = {*HEADINGS, "p", "li", "td", "th", "tr", "pre", "div", "section", "blockquote", "br", "dt", "dd", "summary"}
WORDS_OF_A_SCENE = re.compile(r"(scene-\d+)-first")


@dataclass
class Part:
    """A place that can be found: its heading, the anchor that leads there, and its text."""

    heading: str
    anchor: str
    text: str


def parts(page: str) -> list[Part]:
    """Give the places of a lesson's page, in reading order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [Part(_plain(p.heading), p.anchor, _plain(p.text)) for p in reader.parts if p.heading or p.text.strip()]


def index(pages: Iterable[tuple[Link, list[Part]]]) -> str:
    """Write what the search box fetches: JSON, one entry for each lesson.

    Parameters
    ----------
    pages : iterable of (Link, list of Part)
        Every lesson as pages refer to it, and its `parts`.
    """
    lessons = [
        {"title": link.title, "href": link.href, "parts": [[p.heading, p.anchor, p.text] for p in found]}
        for link, found in pages
    ]
    return json.dumps(lessons, ensure_ascii=False, separators=(",", ":"))


def _plain(text: str) -> str:
    return " ".join(text.split())


class _Reader(HTMLParser):
    """Reads the main part of a page; markup that is not closed does no harm."""

    def __init__(self) -> None:
        super().__init__()
        self.at = Part("", "", "")  # the part that is being read
        self.parts = [self.at]
        self.open: list[tuple[str, bool]] = []  # every open element, and whether it hides what it holds
        self.heading = False
        self.script = ""  # id of the data block that is being read
        self.main = False

    @property
    def hidden(self) -> bool:
        return not self.main or any(hides for _, hides in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if tag == "main":
            self.main = True
        if tag in VOID:
            self._add(" ")
            return
        hides = tag in ("script", "style", "svg") or bool({"solution", "in-words", "anchor-link"} & set(classes))
        if tag == "script":
            self.script = given.get("id") or ""
        if tag in HEADINGS and not self.hidden:
            self.at = Part("", given.get("id") or "", "")
            self.parts.append(self.at)
            self.heading = True
        if given.get("role") == "figure" and not self.hidden:
            self._add(f" {given.get('aria-label') or ''} ")
        if tag in BLOCKS:
            self._add(" ")
        self.open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.main = False
        if tag in HEADINGS:
            self.heading = False
        if tag == "script":
            self.script = ""
        if tag in BLOCKS:
            self._add(" ")
        if any(name == tag for name, _ in self.open):
            while self.open and self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.main and (scene := WORDS_OF_A_SCENE.fullmatch(self.script)):
            self._scene(scene[1], json.loads(data)["spec"])
        elif not self.hidden:
            self._add(data)

    def _add(self, text: str) -> None:
        if self.heading:
            self.at.heading += text
        else:
            self.at.text += text

    def _scene(self, anchor: str, spec: dict[str, Any]) -> None:
        """Take a scene's words; what follows it on the page still belongs to the heading before it."""
        controls = " ".join(str(control.get("label", "")) for control in spec.get("controls", ()))
        left_out = " ".join(spec.get("leaves_out", ()))
        self.parts.append(Part(spec["title"], anchor, f"{spec.get('alt', '')} {controls} {left_out}"))
        claims = {}
        for number, step in enumerate(spec.get("story", ()), 1):
            asked = (step.get("ask") or {}).get("question", "")
            self.parts.append(Part(f"Step {number}: {step['title']}", anchor, f"{step['text']} {asked}"))
            claims.update({claim["id"]: claim for claim in step.get("claims", ())})
        for claim in claims.values():
            sources = "; ".join(source["citation"] for source in claim.get("sources", ()))
            told = (claim["text"], claim.get("against"), claim.get("instead"), claim.get("note"), sources)
            self.parts.append(Part(f"Claim · {claim['grade_label']}", anchor, " ".join(filter(None, told))))
