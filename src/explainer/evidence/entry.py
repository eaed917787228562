"""What all files of evidence share: named entries, and refusals that say how to put things right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

HERE = Path(__file__).parent
T = TypeVar("T")


class EvidenceError(ValueError):
    """Evidence that cannot be used as it stands; the message names file, entry and remedy."""


def refusal(path: Path, entry: str, problem: str, remedy: str) -> EvidenceError:
    """Word one refusal; the file is named with its folder and without the path of this machine."""
    stop = "" if remedy.endswith("?") else "."
    return EvidenceError(f"{path.parent.name}/{path.name} [{entry}]: {problem}. {remedy}{stop}")


def nearest(name: str, known: Collection[str]) -> str:
    """Give the known name that was probably meant, or else all of them."""
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(sorted(known)) or 'none yet'}"


class Entries(dict[str, T]):
    """The entries of one file by name; a name that is not there is refused with the nearest that is."""

    def __init__(self, path: Path, entries: Mapping[str, T]) -> None:
        super().__init__(entries)
        self.path = path

    def __missing__(self, name: str) -> T:
        raise refusal(self.path, str(name), "there is no such entry", nearest(str(name), self))


class Raw(NamedTuple):
    """One entry as it stands in its file, not yet trusted; every method refuses what it cannot accept."""

    path: Path
    name: str
    fields: Mapping[str, object]

    def refuse(self, problem: str, remedy: str) -> EvidenceError:
        """Give the error that names this entry, what is wrong with it, and what would do."""
        return refusal(self.path, self.name, problem, remedy)

    def only(self, allowed: Collection[str]) -> None:
        """Refuse any field that is not allowed."""
        for field in self.fields:
            if field not in allowed:
                raise self.refuse(f"unknown field {field!r}", nearest(field, allowed))

    def text(self, field: str, *, needed: str = "") -> str:
        """Give a text field; `needed` says what it is for, and so makes an empty one an error."""
        value = self.fields.get(field, "")
        if not isinstance(value, str):
            raise self.refuse(f"{field!r} is {value!r}", f'Write it as text: {field} = "..."')
        if needed and not value.strip():
            raise self.refuse(f"{field!r} is missing", f"Give it: {needed}")
        return value.strip()

    def texts(self, field: str) -> tuple[str, ...]:
        """Give a list of different texts; empty where the field is missing."""
        value = self.fields.get(field, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise self.refuse(f"{field!r} is {value!r}", f'Write a list of texts: {field} = ["...", "..."]')
        if len(set(value)) < len(value):
            raise self.refuse(f"{field!r} holds a duplicate: {value!r}", "Name each once")
        return tuple(value)

    def choice(self, field: str, choices: Collection[str]) -> str:
        """Give a text field that must be one of a few."""
        value = self.text(field, needed=f"one of {', '.join(choices)}")
        if value not in choices:
            raise self.refuse(f"unknown {field} {value!r}", f"Use one of {', '.join(choices)}")
        return value

    def known_source(self, key: str, sources: Collection[str]) -> None:
        """Refuse a source that the bibliography does not hold."""
        if key not in sources:
            raise self.refuse(
                f"unknown source {key!r}",
                f"Add it to references.bib, or correct the key. {nearest(key, sources)}",
            )


def read_toml(path: Path) -> Iterator[Raw]:
    """Read a TOML file of evidence, one table after the other."""
    import tomllib

    text = ""
    try:
        text = path.read_text("utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise missing(path) from error
    except (ValueError, RecursionError) as error:  # syntax, encoding, absurd numbers, absurd nesting
        entry = entry_at(text, r"^\s*\[+\s*([^\]\n]+?)\s*\]", r"line (\d+)", str(error))
        raise refusal(
            path, entry, f"not valid TOML: {error}", "Mend the line; each name stands once"
        ) from error
    for name, fields in tables.items():
        if not isinstance(fields, dict):
            raise refusal(
                path, name, f"{fields!r} stands outside any entry", f"Open an entry above it: [{name}]"
            )
        yield Raw(path, name, fields)


def missing(path: Path) -> EvidenceError:
    """Give the error for a file that is not there; it lists those that are."""
    there = ", ".join(sorted(file.name for file in path.parent.glob(f"*{path.suffix}"))) or "none yet"
    return refusal(
        path, path.stem, "there is no such file", f"Write it, or use one of those that exist: {there}"
    )


def entry_at(text: str, heading: str, line_number: str, message: str) -> str:
    """Name the entry in which a parser stumbled: the last heading above the line it complains about."""
    found = re.search(line_number, message)
    above = text.splitlines()[: int(found[1])] if found else text.splitlines()
    names = re.findall(heading, "\n".join(above), re.MULTILINE)
    return str(names[-1]) if names else "before the first entry"
