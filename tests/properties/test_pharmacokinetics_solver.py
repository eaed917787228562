"""The pharmacokinetic model against a solver that knows nothing of it.

The equations are written out below from the evidence file and from the public transcription of
Perez-Ruixo 2021 that it names, the numbers typed from there: nothing is taken from the model or from
its file of parameters. SciPy steps through them, starting anew wherever a portion comes or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from explainer.models import effects
from explainer.models import pharmacokinetics as pk
from explainer.models.people import People

Floats = NDArray[np.float64]
Deviates = Mapping[str, float]

CLOSE = 1e-6  # of the range of each curve
SITE_min, BEHIND_min = 3.0, 45.0  # the half-times of the two delays

# --- the body, written out ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Body:
    """Volumes in L, flows in L/h, rate constants in 1/h."""

    blood: float
    shallow: float
    deep: float
    to_shallow: float
    to_deep: float
    clearance: float  # straight from blood
    liver: float = 1.0
    to_liver: float = 0.0
    other: float = 0.0
    to_norketamine: float = 0.0
    nk_blood: float = 70.0
    nk_tissue: float = 115.0
    nk_to_tissue: float = 26.1
    nk_clearance: float = 38.0


def varied(typical: float, variation: float, deviate: float) -> float:
    """Log-normal: the typical value is the median, and this the coefficient of variation."""
    return typical * exp(sqrt(log(1 + variation**2)) * deviate)


def body_of(disposition: str, z: Deviates) -> Body:
    if disposition == "perez_ruixo_2021":
        return Body(
            blood=varied(192, 0.275, z["blood"]),
            shallow=varied(143, 0.493, z["shallow"]),
            deep=417,
            to_shallow=84.3,
            to_deep=37.6,
            clearance=0,
            liver=varied(101, 0.346, z["liver"]),
            to_liver=varied(151, 0.232, z["liver_flow"]),
            other=varied(1.11, 1.2, z["other_metabolites"]),
            to_norketamine=varied(2.77, 0.3, z["to_norketamine"]),
            nk_blood=varied(70, 0.316, z["norketamine_blood"]),
            nk_clearance=varied(38, 0.254, z["norketamine_clearance"]),
        )
    typical = {
        "kamp_2020": (25, 56, 157, 161, 79, 84),
        "domino": (  # volumes from k12 / k21 and k13 / k31; flows from rate constants per min
            0.063 * 70,
            0.063 * 70 * 0.592 / 0.247,
            0.063 * 70 * 0.590 / 0.0146,
            0.063 * 70 * 0.592 * 60,
            0.063 * 70 * 0.590 * 60,
            0.063 * 70 * 0.438 * 60,
        ),
    }[disposition]
    blood, shallow, deep, to_shallow, to_deep, clearance = typical
    return Body(  # spread: 54 children of Herd 2007
        blood=varied(blood, 0.64, z["blood"]),
        shallow=varied(shallow, 0.517, z["shallow"]),
        deep=varied(deep, 0.517, z["deep"]),
        to_shallow=varied(to_shallow, 0.19, z["exchange"]),
        to_deep=varied(to_deep, 0.19, z["exchange"]),
        clearance=varied(clearance, 0.381, z["clearance"]),
    )


# --- the arms, written out ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """Portions (start in min, mg) that lie at a site, become available over `lasts`, and are taken up."""

    portions: tuple[tuple[float, float], ...]
    lasts: float = 0.0
    per_min: float = 0.0
    passes: float = 1.0
    into: str = "blood"


@dataclass(frozen=True)
class Arm:
    name: Any
    disposition: str
    keywords: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        name = self.name if isinstance(self.name, str) else "own"
        return "-".join([name, self.disposition, *self.keywords])


way_in: Callable[..., pk.Intake] = pk.Intake  # its fields are arrays, and it makes them of lists
OWN = (  # every site at once, portions on top of each other, and gaps
    way_in("vein", [3.0, 2.0, 4.0], [0.0, 10.0, 12.5], lasts_min=7.0),
    way_in("muscle", [11.0, 5.0], [3.0, 30.0], absorption_per_min=0.21, passes_fraction=0.8),
    way_in("nose", [6.0], [14.0], lasts_min=25.0, absorption_per_min=0.7, passes_fraction=0.9),
    way_in("mouth", [9.0, 9.0], [0.0, 60.0], lasts_min=90.0, absorption_per_min=0.02),
    way_in("gut", [20.0], [45.0], absorption_per_min=0.011, passes_fraction=0.3),
)


def own_ways() -> dict[str, Way]:
    return {
        "vein": Way(((0, 3), (10, 2), (12.5, 4)), lasts=7),
        "muscle": Way(((3, 11), (30, 5)), per_min=0.21, passes=0.8),
        "nose": Way(((14, 6),), lasts=25, per_min=0.7, passes=0.9),
        "mouth": Way(((0, 9), (60, 9)), lasts=90, per_min=0.02),
        "gut": Way(((45, 20),), per_min=0.011, passes=0.3),
    }


def ways_of(arm: Arm, z: Deviates) -> dict[str, Way]:
    joint = arm.disposition == "perez_ruixo_2021"
    name, keywords = arm.name, arm.keywords
    if not isinstance(name, str):
        return own_ways()
    if name == "iv_push":
        return {"vein": Way(((0, 35),))}
    if name == "iv_infusion":
        return {"vein": Way(((0, 35),), lasts=40)}
    if name == "im":
        per_min = keywords.get("absorption_per_min", 0.10 if joint else 0.05)
        per_min = varied(per_min, 0.615, z["intramuscular"])
        return {"muscle": Way(((0, 35),), per_min=per_min, passes=keywords.get("bioavailability", 0.93))}
    drunk: dict[str, Any] = {
        "lasts": 0.32 * 60,
        "per_min": varied(0.97, 1.32, z["swallowed"]) / 60,
        "passes": 0.64,
        "into": "liver",
    }
    if name == "oral_84mg":
        return {"gut": Way(((0, 84),), **drunk)}
    if name == "sublingual":
        return {
            "mouth": Way(((0, 84 * 0.263),), lasts=13.1, per_min=0.04),
            "gut": Way(((0, 84 * 0.737),), **drunk),
        }
    each, count = (28, int(name[6:8]) // 28) if joint else (10, 5)
    later = 0.62
    first = 0.54
    if "swallowed_fraction" in keywords:
        later, first = 1, 1 - keywords["swallowed_fraction"]
    logit = log(first / (1 - first)) + 0.708 * z["nasal_fraction"]
    first = 1 / (1 + exp(-logit))
    mucosa = [first * (later if i else 1) for i in range(count)]
    passes, into = 0.64, "liver"
    if not joint:  # no liver of its own, so the joint model's is taken off at once
        liver = body_of("perez_ruixo_2021", z)
        flow, own = liver.to_liver, liver.liver * (liver.other + liver.to_norketamine)
        passes, into = 0.64 * flow / (flow + own), "blood"
    return {
        "nose": Way(
            tuple((5.0 * i, each * share) for i, share in enumerate(mucosa)),
            per_min=varied(2.93, 0.615, z["nasal_mucosa"]) / 60,
        ),
        "gut": Way(
            tuple((5.0 * i, each * (1 - share)) for i, share in enumerate(mucosa)),
            lasts=0.53 * 60,
            per_min=varied(1.45, 1.32, z["swallowed"]) / 60,
            passes=passes,
            into=into,
        ),
    }


# --- the equations, written out ----------------------------------------------------------------------

SITES = ("muscle", "nose", "mouth", "gut")
STATES = (
    *(f"{site}_waiting" for site in SITES),
    *(f"{site}_available" for site in SITES),
    *(f"{site}_taken" for site in SITES),
    "not_given", "blood", "shallow", "deep", "liver", "lost", "broken_down",
    "nk_blood", "nk_tissue", "site_ng_per_mL", "behind_ng_per_mL",
)  # fmt: skip


def slopes(
    y: Floats,
    ways: Mapping[str, Way],
    come: Mapping[str, float],
    b: Body,
    delays_min: tuple[float, float] = (SITE_min, BEHIND_min),
) -> list[float]:
    """Per min; `come` is what becomes available per min at each site just now."""
    state = dict(zip(STATES, y.tolist(), strict=True))
    d = dict.fromkeys(STATES, 0.0)
    into = {"blood": 0.0, "liver": 0.0}
    for site in SITES:
        if site in ways:
            taken = ways[site].per_min * state[f"{site}_available"]
            d[f"{site}_waiting"] = -come[site]
            d[f"{site}_available"] = come[site] - taken
            d[f"{site}_taken"] = taken
            into[ways[site].into] += ways[site].passes * taken
            d["lost"] += (1 - ways[site].passes) * taken
    infusion = come.get("vein", 0.0)
    d["not_given"] = -infusion
    blood, shallow, deep, liver = (state[name] for name in ("blood", "shallow", "deep", "liver"))
    shallow_net = (b.to_shallow / b.blood * blood - b.to_shallow / b.shallow * shallow) / 60
    deep_net = (b.to_deep / b.blood * blood - b.to_deep / b.deep * deep) / 60
    liver_net = (b.to_liver / b.blood * blood - b.to_liver / b.liver * liver) / 60
    cleared = b.clearance / b.blood * blood / 60
    converted = b.to_norketamine * liver / 60
    otherwise = b.other * liver / 60
    d["blood"] = infusion + into["blood"] - shallow_net - deep_net - liver_net - cleared
    d["shallow"], d["deep"] = shallow_net, deep_net
    d["liver"] = into["liver"] + liver_net - converted - otherwise
    d["broken_down"] = cleared + converted + otherwise
    nk_net = (b.nk_to_tissue / b.nk_blood * state["nk_blood"] - b.nk_to_tissue / b.nk_tissue * state["nk_tissue"]) / 60
    d["nk_blood"] = converted - nk_net - b.nk_clearance / b.nk_blood * state["nk_blood"] / 60
    d["nk_tissue"] = nk_net
    concentration = 1000 * blood / b.blood  # mg/L to ng/mL
    d["site_ng_per_mL"] = log(2) / delays_min[0] * (concentration - state["site_ng_per_mL"])
    d["behind_ng_per_mL"] = log(2) / delays_min[1] * (state["site_ng_per_mL"] - state["behind_ng_per_mL"])
    return [d[name] for name in STATES]


def solved(ways: Mapping[str, Way], body: Body, times: Floats) -> dict[str, Floats]:
    moments = {0.0, float(times[-1])}
    for way in ways.values():
        for start, _ in way.portions:
            moments |= {float(start), start + way.lasts}
    y = dict.fromkeys(STATES, 0.0)
    if "vein" in ways:
        y["not_given"] = sum(mg for _, mg in ways["vein"].portions)
    for site, way in ways.items():
        if site != "vein":  # what has not come to its site yet
            y["not_given"] += sum(mg for _, mg in way.portions)
    columns: list[Floats] = []
    taken: list[float] = []
    for begin, stop in pairwise(sorted(moments)):
        come = dict.fromkeys(ways, 0.0)
        for site, way in ways.items():
            for start, mg in way.portions:
                if start == begin and not (site == "vein" and way.lasts):
                    place = "blood" if site == "vein" else f"{site}_{'waiting' if way.lasts else 'available'}"
                    y[place] += mg
                    y["not_given"] -= mg
                if way.lasts and start <= begin < start + way.lasts:
                    come[site] += mg / way.lasts
        inside = times[(times >= begin) & ((times < stop) | (times == times[-1])) & (times <= stop)]
        solution = solve_ivp(
            lambda _, x, come=come: slopes(x, ways, come, body),
            (begin, stop),
            [y[name] for name in STATES],
            method="LSODA",
            rtol=1e-10,
            atol=1e-12,
            t_eval=np.union1d(inside, [stop]),
        )
        assert solution.success
        keep = np.isin(solution.t, inside)
        columns.extend(solution.y.T[keep])
        taken.extend(solution.t[keep])
        y = dict(zip(STATES, solution.y[:, -1].tolist(), strict=True))
        if stop == times[-1]:
            break
    assert taken == times.tolist()
    found = dict(zip(STATES, np.array(columns).T, strict=True))
    for site in SITES:
        found[site] = found[f"{site}_waiting"] + found[f"{site}_available"]
    return found


# --- what is compared --------------------------------------------------------------------------------

QUANTITIES = (
    "blood", "shallow", "deep", "liver", "liver_flow", "clearance", "exchange", "other_metabolites",
    "to_norketamine", "nasal_fraction", "nasal_mucosa", "swallowed", "intramuscular",
    "norketamine_blood", "norketamine_clearance",
)  # fmt: skip
TYPICAL = dict.fromkeys(QUANTITIES, 0.0)
ONE = {name: 0.3 + 0.1 * i for i, name in enumerate(QUANTITIES)}  # each by another amount
OTHER = {name: 1.1 - 0.15 * i for i, name in enumerate(QUANTITIES)}
THREE = People({name: np.array([0.0, ONE[name], OTHER[name]]) for name in QUANTITIES})

TIMES = np.unique(np.concatenate([np.linspace(0, 120, 49), [0.1, 1, 31.8, 19.2, 13.1], np.linspace(130, 1440, 37)]))

ESKETAMINE = ("nasal_28mg", "nasal_56mg", "nasal_84mg", "sublingual", "oral_84mg")
EVERY_ARM = [
    *(Arm(name, disposition) for disposition in pk.DISPOSITIONS for name in ("iv_push", "iv_infusion", "im", OWN)),
    *(Arm(name, "perez_ruixo_2021") for name in ESKETAMINE),
    *(Arm("nasal_racemic_50mg", disposition) for disposition in ("kamp_2020", "domino")),
    Arm("im", "kamp_2020", {"bioavailability": 0.41, "absorption_per_min": 0.023}),
    Arm("im", "perez_ruixo_2021", {"bioavailability": 1.0, "absorption_per_min": 0.6}),
    Arm("nasal_84mg", "perez_ruixo_2021", {"swallowed_fraction": 0.7}),
    Arm("nasal_racemic_50mg", "kamp_2020", {"swallowed_fraction": 0.2}),
]


def test_the_list_leaves_out_no_arm() -> None:
    followed = {(arm.name, arm.disposition) for arm in EVERY_ARM if isinstance(arm.name, str)}
    assert followed == {(name, disposition) for name, there in pk.ARMS.items() for disposition in there}


def close(got: Floats, expected: Floats, what: str) -> None:
    wide = np.ptp(expected)
    assert np.abs(got - expected).max() <= CLOSE * wide + 1e-12, what


@pytest.mark.parametrize("arm", EVERY_ARM, ids=str)
def test_independent_solver(arm: Arm) -> None:
    """Blood, both delays, every room, what each site gave off, noresketamine: typical and two others."""
    given: dict[str, Any] = {"disposition": arm.disposition, **arm.keywords}
    own: dict[str, Any] = {**arm.keywords}
    joint = arm.disposition == "perez_ruixo_2021"
    references = [solved(ways_of(arm, z), body_of(arm.disposition, z), TIMES) for z in (TYPICAL, ONE, OTHER)]
    for of, expected in [(None, references[:1]), (THREE, references)]:
        blood = pk.blood_ng_per_mL(arm.name, TIMES, of=of, **given)
        site = pk.effect_site_ng_per_mL(arm.name, TIMES, of=of, half_time_min=SITE_min, **given)
        behind = pk.delayed_ng_per_mL(arm.name, TIMES, of=of, half_times_min=(SITE_min, BEHIND_min), **given)
        course = pk.course(arm.name, TIMES, of=of, **given)
        norketamine = pk.norketamine_ng_per_mL(arm.name, TIMES, of=of, **own) if joint else None
        rooms = {"not_given", *SITES, "lost", "blood", "shallow", "deep", "broken_down", *(["liver"] if joint else [])}
        assert set(course.rooms_mg) == rooms
        for i, reference in enumerate(expected):
            body = body_of(arm.disposition, (TYPICAL, ONE, OTHER)[i])

            def person(curve: Floats, i: int = i) -> Floats:
                """Give this person's curve; a room may be the same for all of them."""
                return curve[i] if curve.ndim == 2 else curve

            close(person(blood), 1000 * reference["blood"] / body.blood, "blood")
            close(person(site), reference["site_ng_per_mL"], "effect site")
            close(person(behind), reference["behind_ng_per_mL"], "two delays")
            for room in rooms:
                close(person(course.rooms_mg[room]), reference[room], room)
            for name, taken in course.absorbed_mg.items():
                close(person(taken), reference[f"{name}_taken"], f"absorbed from {name}")
            if norketamine is not None:
                close(person(norketamine), 1000 * reference["nk_blood"] / body.nk_blood, "noresketamine")


@pytest.mark.parametrize("arm", [arm for arm in EVERY_ARM if arm.name != OWN], ids=str)
def test_effects_from_the_same_solution(arm: Arm) -> None:
    """D = H(max(0, Ce - g Co)), H of 71 ng/mL for esketamine and 142 for the racemate, exponent 2.5."""
    reference = solved(ways_of(arm, TYPICAL), body_of(arm.disposition, TYPICAL), TIMES)
    half = 71 if arm.disposition == "perez_ruixo_2021" else 142
    given: dict[str, Any] = {"disposition": arm.disposition, "half_time_min": SITE_min, **arm.keywords}

    def share(concentration: Floats) -> Floats:
        power = np.maximum(concentration, 0) ** 2.5
        found: Floats = power / (power + half**2.5)
        return found

    here, behind = reference["site_ng_per_mL"], reference["behind_ng_per_mL"]
    assert effects.pressure_rise_share(arm.name, TIMES, **given) == pytest.approx(share(here), abs=CLOSE)
    for strength in (0.0, 0.5, 1.0):
        found = effects.dissociation_share(arm.name, TIMES, tolerance_strength_ratio=strength, **given)
        assert found == pytest.approx(share(here - strength * behind), abs=CLOSE)
    assert np.array_equal(found, effects.dissociation_share(arm.name, TIMES, **given))  # the start value is 1


# --- rates that coincide -----------------------------------------------------------------------------
# SciPy's matrix exponential does not mind; sums of exponentials do, so the model parts such rates.

EVEN = np.linspace(0, 480, 193)


def eigenvalue(disposition: str, which: int) -> float:
    body = body_of(disposition, TYPICAL)
    names = ("blood", "shallow", "deep", "liver")[: 4 if disposition == "perez_ruixo_2021" else 3]
    own = [STATES.index(name) for name in names]
    matrix = np.array([slopes(unit, {}, {}, body) for unit in np.eye(len(STATES))]).T[np.ix_(own, own)]
    return float(np.sort(-np.linalg.eigvals(matrix).real)[which])


def stepped(way: Way, body: Body, delays_min: tuple[float, float]) -> dict[str, Floats]:
    """A dose into muscle, over equal steps."""
    columns = [slopes(unit, {"muscle": way}, {"muscle": 0.0}, body, delays_min) for unit in np.eye(len(STATES))]
    step = expm(np.array(columns).T * EVEN[1])
    states = [np.eye(len(STATES))[STATES.index("muscle_available")] * way.portions[0][1]]
    for _ in EVEN[1:]:
        states.append(step @ states[-1])
    return dict(zip(STATES, np.array(states).T, strict=True))


@dataclass(frozen=True)
class Meeting:
    """Which of uptake and the two delays run at which rate: "eigen", "same" as each other, or per min."""

    uptake: str | float
    delays: tuple[str | float, ...]
    error: float  # of the range

    def __str__(self) -> str:
        return f"uptake {self.uptake}, delays {self.delays}"


MEETINGS = [  # each more that meets costs digits: of two 2e-6, of three 2e-5, of four one percent
    Meeting("eigen", (0.2, 0.015), 1e-5),
    Meeting(0.07, ("eigen", 0.015), 1e-5),
    Meeting("same", ("same", 0.015), 1e-5),
    Meeting(0.07, ("same", "same"), 1e-5),
    Meeting("eigen", ("eigen", 0.2), 1e-4),
    Meeting("same", ("same", "same"), 1e-4),
    Meeting(0.07, ("eigen", "eigen"), 1e-4),
    Meeting("eigen", ("eigen", "eigen"), 0.05),
]


def meet(meeting: Meeting, disposition: str, which: int, off: float) -> None:
    rate = eigenvalue(disposition, which)
    per_min = {"eigen": rate, "same": 0.031}
    body = body_of(disposition, TYPICAL)
    uptake = per_min.get(str(meeting.uptake), meeting.uptake)
    delays = [log(2) / float(per_min.get(str(d), d)) / (1 + off * i) for i, d in enumerate(meeting.delays, start=1)]
    expected = stepped(Way(((0, 35),), per_min=float(uptake), passes=0.93), body, (delays[0], delays[1]))
    given: dict[str, Any] = {"disposition": disposition, "absorption_per_min": uptake}

    def close_enough(got: Floats, curve: Floats, what: str) -> None:
        assert np.abs(got - curve).max() <= meeting.error * np.ptp(curve), what

    close_enough(pk.blood_ng_per_mL("im", EVEN, **given), 1000 * expected["blood"] / body.blood, "blood")
    for count, name in [(1, "site_ng_per_mL"), (2, "behind_ng_per_mL")]:
        found = pk.delayed_ng_per_mL("im", EVEN, half_times_min=delays[:count], **given)
        close_enough(found, expected[name], name)
    if disposition == "perez_ruixo_2021":
        product = pk.norketamine_ng_per_mL("im", EVEN, absorption_per_min=uptake)
        close_enough(product, 1000 * expected["nk_blood"] / body.nk_blood, "noresketamine")
    rooms = pk.course("im", EVEN, **given).rooms_mg
    assert np.abs(sum(rooms.values()) - 35).max() < 1e-8 * 35


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("disposition", pk.DISPOSITIONS)
@pytest.mark.parametrize("meeting", MEETINGS, ids=str)
def test_rates_that_coincide(meeting: Meeting, disposition: str, which: int) -> None:
    """Exactly, and within what is still parted."""
    for off in (0.0, 3e-7):
        meet(meeting, disposition, which, off)


def test_uptake_at_the_rate_of_noresketamine() -> None:
    matrix = np.array([[-(26.1 + 38) / 70, 26.1 / 115], [26.1 / 70, -26.1 / 115]]) / 60
    body = body_of("perez_ruixo_2021", TYPICAL)
    for rate in -np.linalg.eigvals(matrix).real:
        expected = stepped(Way(((0, 35),), per_min=rate, passes=0.93), body, (3, 45))["nk_blood"] * 1000 / 70
        found = pk.norketamine_ng_per_mL("im", EVEN, absorption_per_min=rate)
        assert np.abs(found - expected).max() < 1e-5 * expected.max()
