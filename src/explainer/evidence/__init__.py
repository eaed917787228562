"""What is known: values with their units and sources, graded claims, and the works they rest on.

Three kinds of file stand in this folder: `parameters/<stem>.toml`, `claims.toml` and `references.bib`.
Each is checked when it is first read, and whatever it lacks is refused with the name of the file, the
entry and the remedy. Importing this package reads none of them.
"""

from .claim import Claim, answers, card, claims
from .entry import EvidenceError
from .parameter import Parameter, parameters
from .reference import Bibliography, Reference, references

__all__ = [
    "Bibliography",
    "Claim",
    "EvidenceError",
    "Parameter",
    "Reference",
    "answers",
    "card",
    "claims",
    "parameters",
    "references",
]
