"""Sentences with places for numbers, filled the same way here and in the browser.

A template names a value and how to write it: ``"{open_peak:percent} of the channels"``.
The formats are few, so that the front end can repeat them exactly:

========== ================================= ==================
format     writes                            0.0372 becomes
========== ================================= ==================
percent    whole percent; what is nearly      ``4 %``
           none or nearly all is said so
0, 1, 2    that many decimals                ``0.04`` (for 2)
g          two digits, whole from 100 on     ``0.037``
signed     whole number, always with a sign  ``0``
text       as it is (choices)
========== ================================= ==================

A number and its unit stay on one line: the space between them does not break (`bound`).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FORMATS = ("percent", "0", "1", "2", "g", "signed", "text")
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
UNIT = re.compile(
    r"(?<=[0-9]) (?=(?:%|×|[nµm]M|mV|[µm]?s|min|h|hours?|days?|weeks?|Hz|[nµm]m|[nµm]?g|kg|m?L)(?![A-Za-z0-9]))"
)
"""The space between a number and its unit."""

NAME = re.compile(r"(?<=[A-Z])-(?=[0-9])")
"""The hyphen of a name such as MK-801."""


def places(template: str) -> list[tuple[str, str]]:
    """List the ``(name, format)`` pairs in a template, in order.

    Raises
    ------
    ValueError
        If a format is unknown, or braces are left over.
    """
    found = [(name, form or "text") for name, form in PLACE.findall(template)]
    for name, form in found:
        if form not in FORMATS:
            raise ValueError(f"{{{name}:{form}}}: no such format; there are {', '.join(FORMATS)}.")
    if re.search(r"[{}]", PLACE.sub("", template)):
        raise ValueError(f"a brace without its partner or its name in {template!r}; write {{name:format}}.")
    return found


def bound(text: str) -> str:
    """Keep together on one line what is read as one: a number and its unit, a name and its number."""
    return NAME.sub("\N{NON-BREAKING HYPHEN}", UNIT.sub("\N{NO-BREAK SPACE}", text))


def write(value: float | str, form: str) -> str:
    """Write one value in one format (see the module's table)."""
    if form == "text" or isinstance(value, str):
        return str(value)
    if not math.isfinite(value * 100):
        return "–"
    if form == "percent":
        share = abs(value) * 100
        sign = "−" if value < 0 and share >= 0.5 else ""
        if 0 < share < 0.5:
            return "less than 1\N{NO-BREAK SPACE}%"
        if 99.5 <= value * 100 < 99.995:
            return "more than 99\N{NO-BREAK SPACE}%"
        return f"{sign}{math.floor(share + 0.5)}\N{NO-BREAK SPACE}%"
    if form == "signed":
        whole = math.floor(abs(value) + 0.5)
        return f"{'−' if value < 0 else '+'}{whole}" if whole else "0"
    if form == "g":
        if value == 0:
            return "0"
        decimals = min(max(0, 1 - math.floor(math.log10(abs(value)))), 20)
        return _decimals(value, decimals, trim=True)
    return _decimals(value, int(form), trim=False)


def _decimals(value: float, decimals: int, trim: bool) -> str:
    scale = 10**decimals
    whole = math.floor(abs(value) * scale + 0.5)
    text = f"{whole / scale:.{decimals}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 and whole else text


def fill(template: str, values: Mapping[str, float | str]) -> str:
    """Fill a template from a mapping that holds every name it uses."""
    return bound(PLACE.sub(lambda place: write(values[place[1]], place[2] or "text"), template))


@dataclass(frozen=True)
class Sentence:
    """One sentence of a scene's description, shown only where it applies.

    Parameters
    ----------
    template : str
        Text with places, e.g. ``"{trapped_end:percent} are trapped."``
    when : mapping of name to (lowest, highest) or to an option, optional
        Every named control, choice or fact must lie in its closed range
        (or be the option) for the sentence to be said.
    """

    template: str
    when: Mapping[str, tuple[float, float] | str] = field(default_factory=dict)

    def applies(self, values: Mapping[str, float | str]) -> bool:
        """Tell whether every condition holds for these values."""
        for name, wanted in self.when.items():
            value = values[name]
            if isinstance(wanted, str):
                if value != wanted:
                    return False
            elif not wanted[0] <= float(value) <= wanted[1]:
                return False
        return True


def describe(sentences: tuple[Sentence, ...], values: Mapping[str, float | str]) -> str:
    """Join the sentences that apply, filled."""
    return " ".join(fill(s.template, values) for s in sentences if s.applies(values))
