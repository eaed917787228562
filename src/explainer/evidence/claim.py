"""The statements that a reader meets, how sure they are and what speaks against them."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from .entry import HERE, Entries, Raw, read_toml
from .reference import references, source_keys

GRADE_LABEL = {
    "established": "Well established",
    "supported": "Supported by evidence",
    "contested": "Contested: the evidence disagrees",
    "hypothesis": "A hypothesis, not yet shown",
    "corrected": "Often said, but wrong or too simple",
}
STATEMENT = re.compile(r"S(0[1-9]|[1-4][0-9]|5[01])")  # the article has 51 numbered statements


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of `claims.toml`.

    `text` is what a reader meets; of a corrected claim it is the common statement, and `instead` says
    what is known. `sources` are keys of references, none only if `note` says why. `against` says what
    limits the claim, `answers` which statements of the article it takes up, `meets` which notebook.
    """

    id: str
    text: str
    grade: str
    sources: tuple[str, ...]
    against: str
    instead: str
    answers: tuple[str, ...]
    meets: str
    note: str


@functools.cache
def claims() -> Mapping[str, Claim]:
    """Give every statement by its id.

    Returns
    -------
    mapping of str to Claim
        Read-only, in the order of the file. An id that is not in it is refused with the nearest that is.

    Raises
    ------
    EvidenceError
        If a claim lacks a grade, a source or what its grade asks for; it names file, entry and remedy.
    """
    return read_claims(HERE / "claims.toml", source_keys())


def answers() -> Mapping[str, list[str]]:
    """Give, for each numbered statement of the article that is taken up, the ids of the claims that do so."""
    found: dict[str, list[str]] = {}
    for claim in claims().values():
        for statement in claim.answers:
            found.setdefault(statement, []).append(claim.id)
    return dict(sorted(found.items()))


def card(claim_id: str) -> dict[str, object]:
    """Give what the page's "why?" card shows of one claim.

    Parameters
    ----------
    claim_id : str
        An id of `claims.toml`.

    Returns
    -------
    dict, ready for JSON
        id, text, grade, grade_label, against, instead, note (all text), and sources: for each its key,
        citation, doi, url and how_known.

    Raises
    ------
    EvidenceError
        If there is no such claim; it names the nearest.
    """
    claim = claims()[claim_id]
    shown = {field: getattr(claim, field) for field in ("id", "text", "grade", "against", "instead", "note")}
    sources = [asdict(references()[key]) for key in claim.sources]
    return {**shown, "grade_label": GRADE_LABEL[claim.grade], "sources": sources}


def read_claims(path: Path, sources: Collection[str]) -> Mapping[str, Claim]:
    """Read and check one file of statements; `sources` are the keys that it may name."""
    return MappingProxyType(Entries(path, {raw.name: _checked(raw, sources) for raw in read_toml(path)}))


def _checked(raw: Raw, sources: Collection[str]) -> Claim:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", raw.name):
        raise raw.refuse("the id is not in kebab-case", "Write small letters and digits, joined by hyphens")
    raw.only(Claim.__slots__[1:])  # the id is the heading
    claim = Claim(
        id=raw.name,
        text=raw.text("text", needed="the statement as a reader meets it"),
        grade=raw.choice("grade", GRADE_LABEL),
        sources=raw.texts("sources"),
        against=raw.text("against"),
        instead=raw.text("instead"),
        answers=raw.texts("answers"),
        meets=raw.text("meets", needed="the notebook where a reader meets it"),
        note=raw.text("note"),
    )
    for key in claim.sources:
        raw.known_source(key, sources)
    if not claim.sources:
        raw.text("note", needed="why no source is given; or give sources")
    if claim.grade != "established":
        raw.text("against", needed=f"what speaks against it or limits it, since it is {claim.grade}")
    if claim.grade == "corrected":
        raw.text("instead", needed="what is known instead of the common statement")
    elif claim.instead:
        raise raw.refuse(
            "'instead' belongs to corrected claims", 'Move it to against, or use grade = "corrected"'
        )
    for statement in claim.answers:
        if not STATEMENT.fullmatch(statement):
            raise raw.refuse(f"'answers' names {statement!r}", "The article's statements are S01 to S51")
    return claim
