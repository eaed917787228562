"""The values that the models compute with, each with its unit and where it comes from."""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from .entry import HERE, Entries, Raw, missing, read_toml
from .reference import source_keys
from .units import SUFFIX, unit_in

PUBLISHED = ("measured", "fitted")
OURS = ("derived", "assumed", "illustrative")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one `parameters/<stem>.toml`.

    `value` is a finite number in `unit`, and `name` ends in that unit. `kind` says how the value came
    about: measured or fitted by the work with the key `source`, to be found at `locator`; or derived,
    assumed or illustrative, for which `note` gives the reason. `checked_by` names a second reader who
    compared the value with the original; empty means that nobody has.
    """

    name: str
    value: float
    unit: str
    kind: str
    meaning: str
    source: str = ""
    locator: str = ""
    note: str = ""
    checked_by: str = ""


@functools.cache
def parameters(stem: str) -> Mapping[str, Parameter]:
    """Give the values of one model, by name.

    Parameters
    ----------
    stem : str
        The model's stem; its values stand in `parameters/<stem>.toml`.

    Returns
    -------
    mapping of str to Parameter
        Read-only, in the order of the file. A name that is not in it is refused with the nearest that is.

    Raises
    ------
    EvidenceError
        If the file is missing, or anything in it is: unit, source, locator, note. It names file, entry
        and remedy.
    """
    path = HERE / "parameters" / f"{Path(stem).name}.toml"
    if stem not in {file.stem for file in path.parent.glob("*.toml")}:
        raise missing(path)
    return read_parameters(path, source_keys())


def read_parameters(path: Path, sources: Collection[str]) -> Mapping[str, Parameter]:
    """Read and check one file of values; `sources` are the keys that it may name."""
    return MappingProxyType(Entries(path, {raw.name: _checked(raw, sources) for raw in read_toml(path)}))


def _checked(raw: Raw, sources: Collection[str]) -> Parameter:
    raw.only(Parameter.__slots__[1:])  # the name is the heading
    unit = raw.text("unit", needed=f"one of {', '.join(SUFFIX)}")
    if unit not in SUFFIX:
        raise raw.refuse(f"unknown unit {unit!r}", f"Use one of {', '.join(SUFFIX)}, or add it to units.py")
    if not raw.name.isidentifier() or unit_in(raw.name) != unit:
        raise raw.refuse(
            f"the name does not end in its unit {unit!r}",
            f"Rename it to a name of letters, digits and underscores that ends in {SUFFIX[unit]}",
        )
    parameter = Parameter(
        name=raw.name,
        value=_number(raw),
        unit=unit,
        kind=raw.choice("kind", PUBLISHED + OURS),
        meaning=raw.text("meaning", needed="what the value is, in words a student understands"),
        **{field: raw.text(field) for field in ("source", "locator", "note", "checked_by")},
    )
    if parameter.kind in PUBLISHED:
        raw.text("source", needed=f"the key in references.bib of the work in which it was {parameter.kind}")
        raw.text("locator", needed="the page, table, figure or equation where a reader finds it")
    else:
        raw.text("note", needed=f"why this value, since it is {parameter.kind}")
    if parameter.source:
        raw.known_source(parameter.source, sources)
    return parameter


def _number(raw: Raw) -> float:
    value = raw.fields.get("value")
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:  # a whole number beyond the largest float
        pass
    raise raw.refuse(
        f"the value {str(value)[:40]} is not a finite number", "Write a plain number: value = 1.0"
    )
