"""The units of the project, and how a name ends that carries one: to add a unit, add a line."""

from __future__ import annotations

SUFFIX = {
    "mV": "_mV",
    "/mV": "_per_mV",
    "uM": "_uM",
    "mM": "_mM",
    "ng/mL": "_ng_per_mL",
    "ng h/mL": "_ng_h_per_mL",
    "mg": "_mg",
    "ms": "_ms",
    "s": "_s",
    "min": "_min",
    "h": "_h",
    "Hz": "_Hz",
    "/Hz": "_per_Hz",
    "nS": "_nS",
    "pF": "_pF",
    "pA": "_pA",
    "/s": "_per_s",
    "/min": "_per_min",
    "/h": "_per_h",
    "/uM/s": "_per_uM_per_s",
    "L": "_L",
    "L/h": "_L_per_h",
    # without dimension
    "fraction": "_fraction",  # of a whole: 0 to 1
    "ratio": "_ratio",  # of two like quantities: any number
    "count": "_count",  # of things
}


AMOUNTS = ("L", "mL", "uL", "g", "kg", "mg", "ug", "ng", "mol", "mmol", "umol", "nmol", "M", "mM", "uM", "nM")
"""What stands before "per" in a unit of two parts: such a name does not end in the second part alone."""


def unit_in(name: str) -> str | None:
    """Give the unit that a name ends in, or None.

    The longest ending counts: `rate_per_uM_per_s` is in /uM/s, neither in /s nor in s. A name whose
    unit is not in the table, as `flow_mL_per_min`, has none rather than the /min or min at its very end.
    """
    unit = max(
        (unit for unit, end in SUFFIX.items() if name.endswith(end)),
        key=lambda u: len(SUFFIX[u]),
        default=None,
    )
    if unit is None or name == SUFFIX[unit]:
        return None
    rest = name.removesuffix(SUFFIX[unit])
    half = rest.endswith("_per") or (unit.startswith("/") and rest.rpartition("_")[2] in AMOUNTS)
    return None if half else unit
