"""The works that values and claims rest on, and how much of each has been seen."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from .entry import HERE, Entries, Raw, entry_at, missing, refusal

if TYPE_CHECKING:
    from pybtex.database import Entry  # type: ignore[import-untyped]

BIB = HERE / "references.bib"
HEADING = r"^@\w+\{\s*([^\s,{}]+)\s*,"
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+")
FIELDS = ("author", "title", "journal", "year", "volume", "pages", "doi", "url", "note", "how_known")


@dataclass(frozen=True, slots=True)
class Reference:
    """One work of `references.bib`.

    `citation` is a line of plain text without the parts that are not known; `doi` is bare and `url`
    the address to open (of the DOI, if the file gives no other); both may be empty. `how_known` says
    what was seen of the work, and where.
    """

    key: str
    citation: str
    doi: str
    url: str
    how_known: str


@functools.cache
def references() -> Mapping[str, Reference]:
    """Give every work by its key.

    Returns
    -------
    mapping of str to Reference
        Read-only, in the order of the file. A key that is not in it is refused with the nearest that is.

    Raises
    ------
    EvidenceError
        If an entry cannot be read, does not say how it is known, or stands twice; it names file, entry
        and remedy.
    """
    return read_references(BIB)


@functools.cache
def source_keys(path: Path = BIB) -> frozenset[str]:
    """Give the keys alone, without the BibTeX library, whose import would delay every kernel."""
    try:
        return frozenset(re.findall(HEADING, path.read_text("utf-8"), re.MULTILINE))
    except OSError as error:
        raise missing(path) from error


def read_references(path: Path) -> Mapping[str, Reference]:
    """Read and check one file of works."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError  # type: ignore[import-untyped]

    text = ""
    try:
        text = path.read_text("utf-8")
        entries = parse_string(text, "bibtex").entries
    except OSError as error:
        raise missing(path) from error
    except (PybtexError, UnicodeDecodeError) as error:
        twice = re.search(r"repeated bibliography entry: (\S+)", str(error))
        entry = twice[1] if twice else entry_at(text, HEADING, r"line (\d+)", str(error))
        raise refusal(
            path, entry, f"not valid BibTeX: {error}", "Mend the entry; each key stands once"
        ) from error
    for key in sorted(set(entries) ^ set(re.findall(HEADING, text, re.MULTILINE))):
        raise refusal(
            path, key, "the entry runs into its neighbour", "Close its braces; start each @ on a new line"
        )
    works = {key: _checked(Raw(path, key, _fields(entry))) for key, entry in entries.items()}
    first: dict[str, str] = {}
    for work in works.values():
        if work.doi and first.setdefault(work.doi.lower(), work.key) != work.key:
            remedy = f"Keep one entry: this or {first[work.doi.lower()]!r}"
            raise refusal(path, work.key, f"duplicate: the DOI {work.doi} stands twice", remedy)
    return MappingProxyType(Entries(path, works))


def _fields(entry: Entry) -> dict[str, str]:
    """Give the fields as plain text; authors are a field like the others."""
    names = [
        " ".join([*person.prelast_names, *person.last_names]) for person in entry.persons.get("author", [])
    ]
    fields = {**entry.fields, **dict.fromkeys(entry.persons, ""), "author": _listed(names)}
    return {str(name): re.sub(r"[{}]", "", str(value)) for name, value in fields.items()}


def _listed(names: list[str]) -> str:
    if names[-1:] == ["others"]:
        return ", ".join(names[:-1]) + " et al."
    return " & ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _checked(raw: Raw) -> Reference:
    raw.only(FIELDS)
    for field, value in raw.fields.items():
        if "\\" in str(value):
            raise raw.refuse(f"{field!r} holds a LaTeX command", "Write the character itself, in UTF-8")
    doi, url = raw.text("doi"), raw.text("url")
    if doi and not DOI.fullmatch(doi):
        raise raw.refuse(f"{doi!r} is no DOI", "Write it bare, from the 10. on, or leave it out")
    if url and not re.fullmatch(r"https://\S+", url):
        raise raw.refuse(f"{url!r} is no address", "Write it from https:// on, or leave it out")
    return Reference(
        key=raw.name,
        citation=_citation(raw),
        doi=doi,
        url=url or (f"https://doi.org/{doi}" if doi else ""),
        how_known=raw.text(
            "how_known", needed='what was seen of it and where, or "recalled, not seen: verify"'
        ),
    )


def _citation(raw: Raw) -> str:
    """Put what is known into one line; a note in brackets stands in for a title that is not known."""
    author, year, title, journal, volume, pages, note = (
        raw.text(field) for field in ("author", "year", "title", "journal", "volume", "pages", "note")
    )
    who = " ".join(filter(None, [author, f"({year})" if year else ""]))
    where = ":".join(filter(None, [" ".join(filter(None, [journal, volume])), pages]))
    what = title or (f"[{note}]" if note else "")
    if not (what or (who and where) or (author and year)):
        raise raw.refuse(
            "nothing to cite it by", "Give author and year, or a title, or a note that describes it"
        )
    return " ".join(f"{part.rstrip('.')}." for part in (who, what, where) if part)


class Bibliography(tuple[Reference, ...]):
    """Some works, in the order of their citations; on a page a list, in a terminal lines of text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(self._line(work, f"doi:{work.doi}") for work in self)

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {self._line(work, f'[doi:{work.doi}](https://doi.org/{work.doi})')}" for work in self)

    @staticmethod
    def _line(work: Reference, link: str) -> str:
        return " ".join(filter(None, [work.citation, link if work.doi else "", f"({work.how_known})"]))
