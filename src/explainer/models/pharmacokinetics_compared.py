"""How the curves were checked: what the models give where a figure has been published.

Every entry of ``parameters/pharmacokinetics_published.toml`` has its counterpart here, hits and
misses alike. Agreement means different things, and each comparison says which it is: the authors' own
fit computed again (shows that we compute as they did), a figure to which a value was tuned (shows
nothing), other data (shows that the model may be right), and recalled figures (show little).

Leaves out: figures of children, of anaesthesia and of other drugs, and curves that exist only as points
in a drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from explainer.evidence import Parameter, parameters
from explainer.models import effects
from explainer.models import pharmacokinetics as pk
from explainer.models.disposition import DISPOSITIONS

__all__ = ["Comparison", "comparisons"]

Floats = NDArray[np.float64]

JOINT, KAMP, DOMINO = DISPOSITIONS
_DAY_min: Final = np.arange(0, 24 * 60 + 0.1, 0.5)
_PUSH_10mg: Final = [pk.Intake("vein", np.array([10.0]), np.array([0.0]))]
_LAST_SPRAY_min: Final = 10.0


@dataclass(frozen=True)
class Comparison:
    """A published figure and what a model gives for it.

    Attributes
    ----------
    published : Parameter
        The figure with its source, and how it is known.
    computed : float
        In the same unit.
    using : str
        The disposition that was asked.
    basis : str
        ``"same fit"``, ``"tuned to it"``, ``"other data"`` or ``"recalled"``.
    """

    published: Parameter
    computed: float
    using: str
    basis: str

    @property
    def ratio(self) -> float:
        """Computed over published."""
        return self.computed / self.published.value


def comparisons() -> list[Comparison]:
    """Compute the counterpart of every published figure, in the order of the file."""
    found = []
    for name, published in parameters("pharmacokinetics_published").items():
        using, compute = _COUNTERPARTS[name]
        found.append(Comparison(published, float(compute()), using, _basis(published, using)))
    return found


_TUNED: Final = ("intramuscular_peak_min", "nasal_dissociation_peak_min")
_SOURCES: Final = {JOINT: ("perezruixo2021",), KAMP: ("kamp2020",), DOMINO: ("navarrete2025",)}
"""What a disposition, or the delay used with it, comes from."""


def _basis(published: Parameter, using: str) -> str:
    if published.name in _TUNED:
        return "tuned to it"
    if published.kind == "assumed":
        return "recalled"
    return "same fit" if published.source in _SOURCES[using] else "other data"


def _peak(curve: Floats) -> float:
    return float(curve.max())


def _peak_min(curve: Floats) -> float:
    return float(_DAY_min[np.argmax(curve)])


def _area(curve: Floats) -> float:
    return float(np.trapezoid(curve, _DAY_min) / 60)


def _blood(arm: str, using: str = JOINT) -> Floats:
    return pk.blood_ng_per_mL(arm, _DAY_min, using)


def _share(arm: str) -> float:
    return float(pk.bioavailability(arm))


def _clearance(using: str) -> float:
    return float(pk.disposition_of(using).total_clearance_L_per_h())


def _half_life_h(using: str) -> float:
    rates, _ = pk.disposition_of(using).modes()
    return float(np.log(2) / rates.min() / 60)


def _volume(using: str) -> float:
    return float(pk.disposition_of(using).volumes_L.sum())


def _swallowed() -> float:
    _, gut = pk.arm_intakes("nasal_28mg")
    return float(np.asarray(gut.passes_fraction)) * float(pk.disposition_of(JOINT).passes_liver_fraction())


def _effect_peak_min() -> float:
    fine_min = np.arange(0, 20, 0.01)
    push = pk.effect_site_ng_per_mL("iv_push", fine_min, DOMINO)
    return float(fine_min[np.argmax(push)])


def _dissociation_peak_min() -> float:
    felt = effects.dissociation_share("nasal_84mg", _DAY_min, half_time_min=3.0)
    return _peak_min(felt)


_COUNTERPARTS: Final[dict[str, tuple[str, Callable[[], float]]]] = {
    **{
        name: counterpart
        for arm in ("nasal_28mg", "nasal_56mg", "nasal_84mg")
        for name, counterpart in (
            (f"{arm}_peak_ng_per_mL", (JOINT, lambda arm=arm: _peak(_blood(arm)))),
            (f"{arm}_area_ng_h_per_mL", (JOINT, lambda arm=arm: _area(_blood(arm)))),
            (
                f"{arm}_noresketamine_peak_ng_per_mL",
                (JOINT, lambda arm=arm: _peak(pk.norketamine_ng_per_mL(arm, _DAY_min))),
            ),
            (
                f"{arm}_noresketamine_area_ng_h_per_mL",
                (JOINT, lambda arm=arm: _area(pk.norketamine_ng_per_mL(arm, _DAY_min))),
            ),
        )
    },
    "joint_clearance_L_per_h": (JOINT, lambda: _clearance(JOINT)),
    "swallowed_reaching_blood_fraction": (JOINT, _swallowed),
    "nasal_56mg_fraction": (JOINT, lambda: _share("nasal_56mg")),
    "nasal_84mg_fraction": (JOINT, lambda: _share("nasal_84mg")),
    "label_nasal_fraction": (JOINT, lambda: _share("nasal_84mg")),
    "label_clearance_L_per_h": (JOINT, lambda: _clearance(JOINT)),
    "label_steady_volume_L": (JOINT, lambda: _volume(JOINT)),
    "label_nasal_peak_min": (JOINT, lambda: _peak_min(_blood("nasal_84mg")) - _LAST_SPRAY_min),
    "label_half_life_h": (JOINT, lambda: _half_life_h(JOINT)),
    "push_10mg_peak_ng_per_mL": (KAMP, lambda: float(pk.blood_ng_per_mL(_PUSH_10mg, [2.0], KAMP)[0])),
    "push_10mg_area_ng_h_per_mL": (KAMP, lambda: 10 * 1000 / _clearance(KAMP)),
    "racemic_spray_50mg_peak_ng_per_mL": (KAMP, lambda: _peak(_blood("nasal_racemic_50mg", KAMP))),
    "racemic_spray_50mg_fraction": (KAMP, lambda: float(pk.bioavailability("nasal_racemic_50mg", KAMP))),
    "racemic_spray_25mg_fraction": (KAMP, lambda: float(pk.bioavailability("nasal_racemic_50mg", KAMP))),
    "infusion_end_ng_per_mL": (KAMP, lambda: _peak(_blood("iv_infusion", KAMP))),
    "kamp_meta_clearance_L_per_h": (KAMP, lambda: _clearance(KAMP)),
    "kamp_meta_volume_L": (KAMP, lambda: _volume(KAMP)),
    "esketamine_clearance_hasan_L_per_h": (JOINT, lambda: _clearance(JOINT)),
    "esketamine_clearance_henthorn_L_per_h": (JOINT, lambda: _clearance(JOINT)),
    "esketamine_half_life_hasan_h": (JOINT, lambda: _half_life_h(JOINT)),
    "oral_fraction_fanta_fraction": (JOINT, lambda: _share("oral_84mg")),
    "oral_fraction_hasan_fraction": (JOINT, lambda: _share("oral_84mg")),
    "sublingual_rolan_fraction": (JOINT, lambda: _share("sublingual")),
    "sublingual_peak_min": (JOINT, lambda: _peak_min(_blood("sublingual"))),
    "intramuscular_peak_min": (JOINT, lambda: _peak_min(_blood("im"))),
    "intramuscular_peak_ng_per_mL": (JOINT, lambda: _peak(_blood("im"))),
    "push_effect_peak_min": (DOMINO, _effect_peak_min),
    "nasal_dissociation_peak_min": (JOINT, _dissociation_peak_min),
}
