"""The table: rows of measures, what they are held against, and whether they reach it."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

COLUMNS = ("measure", "this scene", "FigureWidget page", "hello page", "ratio", "target", "met")


@dataclass(frozen=True)
class Goal:
    """What a measure should reach, and whether it does."""

    text: str
    met: bool


@dataclass(frozen=True)
class Row:
    """One measure. `failure` says why there is no number; what was missed is no failure."""

    measure: str
    unit: str = ""
    ours: float | None = None
    figures: float | None = None
    hello: float | None = None
    ratio: str = ""
    goals: tuple[Goal, ...] = ()
    note: str = ""
    failure: str = ""

    def cells(self) -> tuple[str, ...]:
        """Give the row as text, one cell for each of COLUMNS."""
        if self.failure:
            return (self.measure, "FAILED", "", "", "", "", "no")
        values = [written(value, self.unit) for value in (self.ours, self.figures, self.hello)]
        targets = "; ".join(goal.text for goal in self.goals)
        met = "; ".join("yes" if goal.met else "MISSED" for goal in self.goals)
        return (self.measure, *values, self.ratio, targets, met)


def written(value: float | None, unit: str) -> str:
    """Write a number with its unit; nothing for one that does not apply."""
    if value is None:
        return "–"
    if unit == "B":
        return f"{value / 1e6:.2f} MB" if value >= 1e6 else f"{value / 1e3:.1f} kB"
    if unit == "%":
        return f"{value:.2f} %"
    if value == int(value):
        text = f"{value:.0f}"
    else:
        text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"
    return f"{text} {unit}".strip()


def middle(values: Sequence[float]) -> float:
    """Give the median."""
    return float(statistics.median(values))


def p95(values: Sequence[float]) -> float:
    """Give the value that 95 % do not exceed: of those measured, never one between two."""
    ordered = sorted(values)
    return float(ordered[max(0, -(-95 * len(ordered) // 100) - 1)])


def times(larger: float, smaller: float) -> str:
    """Write how many times one is the other."""
    return f"{larger / smaller:.3g} ×" if smaller else "–"


def machine(chromium: str, asked: str) -> str:
    """Say what was measured on, in one line."""
    load = f", load before {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    packages = ", ".join(f"{name} {version(name)}" for name in ("voila", "plotly", "ipywidgets", "numpy"))
    browser = f"Chromium {chromium}, " if chromium else ""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}{load}; {browser}"
        f"Python {platform.python_version()}, {packages}; {asked}"
    )


def show(rows: Sequence[Row], about: str) -> str:
    """Write the table, then the notes and what failed."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    text = [about, ""]
    for number, line in enumerate(lines):
        text.append(
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        )
        if number == 0:
            text.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    text += ["", *(f"{row.measure}: {row.note}" for row in rows if row.note)]
    text += [f"FAILED · {row.measure}: {row.failure}" for row in rows if row.failure]
    missed = sum(not goal.met for row in rows for goal in row.goals)
    failed = sum(bool(row.failure) for row in rows)
    reached = sum(goal.met for row in rows for goal in row.goals)
    text += ["", f"{reached} targets reached, {missed} missed, {failed} measures failed."]
    return "\n".join(text)


def save(rows: Sequence[Row], about: str, path: Path) -> None:
    """Write the same as JSON, with numbers unrounded."""
    path.write_text(
        json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False)
        + "\n"
    )
