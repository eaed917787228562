"""What must hold for the NMDA model whatever its parameters: invariants, an independent solver, bad input."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm as scipy_expm

from explainer.models import linear, nmda

Floats = NDArray[np.float64]

# --- the same equations, written out by hand ---------------------------------------------------------
# Numbers typed from the table of the scheme, so that a slip in the parameter file shows too.

KOFF_65_DELTA_LEAK = {
    "ketamine": (1.0, 0.79, 1.03e-3),
    "memantine": (2.4, 0.90, 2.34e-3),
    "MK-801": (1.2e-3, 0.92, 0.0),
}
KOFF_BY_SUBTYPE = {"2A": 1.0, "2B": 1.0, "2C": 3.0 * 0.51, "2D": 3.0 * 0.83}  # ketamine: 3.0 /uM/s times Kd
MAGNESIUM_K0 = {"2A": 3.57, "2B": 3.57, "2C": 43.0, "2D": 22.0}


def right_side(
    state: Floats, glutamate_mM: float, drug_uM: float, v_mV: float, mg_mM: float, blocker: str, subtype: str
) -> list[float]:
    c0, c1, c2, d, o, c0b, c1b, c2b, db, ob = state
    g = glutamate_mM * 1000
    koff65, delta, leak = KOFF_65_DELTA_LEAK[blocker]
    if blocker == "ketamine":
        koff65 = KOFF_BY_SUBTYPE[subtype]
    enter = 3.0 * drug_uM / (1 + mg_mM / MAGNESIUM_K0[subtype] * np.exp(-0.062 * v_mV))
    leave = koff65 * np.exp(delta * (v_mV + 65) / 25.4)
    return [
        -10 * g * c0 + 12.9 * c1 + leak * c0b,
        10 * g * c0 - 12.9 * c1 - 5 * g * c1 + 25.8 * c2 + leak * c1b,
        5 * g * c1 - 25.8 * c2 - 8.4 * c2 + 6.8 * d - 46.5 * c2 + 73.8 * o + leak * c2b,
        8.4 * c2 - 6.8 * d + leak * db,
        46.5 * c2 - 73.8 * o - enter * o + leave * ob,
        -10 * g * c0b + 12.9 * c1b - leak * c0b,
        10 * g * c0b - 12.9 * c1b - 5 * g * c1b + 25.8 * c2b - leak * c1b,
        5 * g * c1b - 25.8 * c2b - 8.4 * c2b + 6.8 * db - 46.5 * c2b + 73.8 * ob - leak * c2b,
        8.4 * c2b - 6.8 * db - leak * db,
        46.5 * c2b - 73.8 * ob + enter * o - leave * ob,
    ]


@pytest.mark.parametrize(
    ("blocker", "subtype"),
    [("ketamine", "2A"), ("memantine", "2A"), ("MK-801", "2A"), ("ketamine", "2C"), ("ketamine", "2D")],
)
def test_independent_solver(blocker: str, subtype: str) -> None:
    """Pulses, a voltage step, blocker on and off, against LSODA on the written-out equations."""
    protocol = nmda.Protocol.of(
        0,
        6,
        glutamate_mM=np.concatenate([nmda.train(0.25, 4, 0.5), nmda.steps((3, 5, 0.05))]),
        blocker_share=nmda.steps((0.5, 4.25, 1)),
        voltage_mV=nmda.steps((1.5, 2.5, 40)),
    )
    inputs = protocol.inputs(10, -65, 0.5)
    times = np.linspace(0, 6, 61)
    exact = nmda.simulate(times, **inputs, blocker=blocker, subtype=subtype).occupancy
    state = np.eye(10)[0]
    edges = protocol.edges_s
    for i, (begin, stop) in enumerate(pairwise(edges)):
        sample = times[(times > begin) & (times <= stop)]
        arguments = (
            protocol.glutamate_mM[i], inputs["blocker_uM"][i], inputs["voltage_mV"][i], 0.5, blocker, subtype
        )  # fmt: skip
        solution = solve_ivp(
            lambda _, x, a=arguments: right_side(x, *a),
            (begin, stop), state, method="LSODA", rtol=1e-9, atol=1e-12, t_eval=np.union1d(sample, [stop]),
        )  # fmt: skip
        assert solution.success
        for time, column in zip(solution.t, solution.y.T, strict=True):
            if time in sample:
                assert exact[np.searchsorted(times, time)] == pytest.approx(column, abs=1e-6)
        state = solution.y[:, -1]
    assert exact[:, 5:].sum(axis=-1).max() > 0.05  # there was something to compare


# --- random valid input ------------------------------------------------------------------------------

CONCENTRATION = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))
VOLTAGE = st.floats(-200, 200)
BLOCKER, SUBTYPE = st.sampled_from(nmda.BLOCKERS), st.sampled_from(nmda.SUBTYPES)


@st.composite
def calls(draw: st.DrawFn, largest: float = 1e6, longest_s: float = 1e5) -> dict[str, Any]:
    intervals = draw(st.integers(1, 4))
    lengths = draw(st.lists(st.floats(1e-4, longest_s / 4), min_size=intervals, max_size=intervals))
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    level = st.one_of(st.just(0.0), st.floats(1e-6, largest))

    def many(values: st.SearchStrategy[float]) -> Floats:
        return np.array(draw(st.lists(values, min_size=intervals, max_size=intervals)))

    return {
        "times_s": np.linspace(0, edges[-1], draw(st.integers(2, 9))),
        "edges_s": edges,
        "glutamate_mM": many(level),
        "blocker_uM": many(level),
        "voltage_mV": many(VOLTAGE),
        "magnesium_mM": many(level),
        "blocker": draw(BLOCKER),
        "subtype": draw(SUBTYPE),
        "affinity_uM": draw(st.one_of(st.none(), st.floats(1e-3, 1e3))),
    }


@settings(deadline=None, max_examples=150)
@given(calls())
def test_occupancies_are_fractions_of_a_whole(call: dict[str, Any]) -> None:
    course = nmda.simulate(**call)
    assert course.occupancy.min() >= 0
    assert np.abs(course.occupancy.sum(axis=-1) - 1).max() < 1e-9
    for part in (
        course.open,
        course.conducting,
        course.plugged,
        course.blocked,
        course.trapped,
        course.bound,
    ):
        assert part.min() >= 0
        assert part.max() <= 1 + 1e-9
    assert np.abs(course.blocked - course.trapped - course.open_blocked).max() < 1e-12
    assert np.abs(course.conducting + course.plugged - course.open).max() < 1e-12
    assert np.isfinite(course.current).all()
    assert np.abs(course.calcium_current + course.monovalent_current - course.current).max() < 1e-9
    assert course.calcium_share.min() >= 0
    assert course.calcium_share.max() <= 1


@settings(deadline=None, max_examples=60)
@given(calls())
def test_no_agonist_no_block_and_no_drug_no_block(call: dict[str, Any]) -> None:
    assert np.all(nmda.simulate(**(call | {"glutamate_mM": 0.0})).blocked == 0)
    assert np.all(nmda.simulate(**(call | {"blocker_uM": 0.0})).blocked == 0)


@settings(deadline=None, max_examples=60)
@given(calls(largest=1e3, longest_s=100), st.lists(st.floats(0, 1), max_size=5))
def test_splitting_intervals_and_adding_times_changes_nothing(call: dict[str, Any], cuts: list[float]) -> None:
    edges = call["edges_s"]
    finer = np.union1d(edges, [cut * edges[-1] for cut in cuts])
    assume(np.diff(finer).min() > 1e-9)
    source = np.minimum(np.searchsorted(edges, finer[:-1], side="right") - 1, edges.size - 2)
    split = call | {"edges_s": finer}
    for name in ("glutamate_mM", "blocker_uM", "voltage_mV", "magnesium_mM"):
        split[name] = call[name][source]
    times = np.union1d(call["times_s"], finer)
    split["times_s"] = times
    coarse, fine = nmda.simulate(**call), nmda.simulate(**split)
    same = np.searchsorted(times, call["times_s"])
    assert np.abs(fine.occupancy[same] - coarse.occupancy).max() < 1e-9


@settings(deadline=None, max_examples=40)
@given(calls(largest=1e3, longest_s=100), st.sampled_from([-64.0, 32.0, 1024.0]))
def test_the_clock_may_start_anywhere(call: dict[str, Any], shift_s: float) -> None:
    """Within what rounding the shifted moments costs: 1e-13 s, at rates of up to 1e7 /s."""
    later = call | {"times_s": call["times_s"] + shift_s, "edges_s": call["edges_s"] + shift_s}
    assume((np.diff(later["edges_s"]) > 0).all())
    later["times_s"] = np.clip(later["times_s"], later["edges_s"][0], later["edges_s"][-1])
    assert np.abs(nmda.simulate(**later).occupancy - nmda.simulate(**call).occupancy).max() < 1e-5
    gentle = {"glutamate_mM": 0.01, "blocker_uM": 1.0, "magnesium_mM": 1.0}
    difference = nmda.simulate(**(later | gentle)).occupancy - nmda.simulate(**(call | gentle)).occupancy
    assert np.abs(difference).max() < 1e-9


@settings(deadline=None, max_examples=30)
@given(calls(largest=1e3, longest_s=100), st.floats(0.1, 0.9))
def test_a_course_continues_from_its_last_state(call: dict[str, Any], part: float) -> None:
    edges = call["edges_s"]
    middle = part * edges[-1]
    k = min(int(np.searchsorted(edges, middle, side="right")) - 1, edges.size - 2)
    assume(min(np.abs(edges - middle)) > 1e-9)
    inputs = ("glutamate_mM", "blocker_uM", "voltage_mV", "magnesium_mM")
    first = call | {"times_s": [middle], "edges_s": [*edges[: k + 1], middle]}
    second = call | {"times_s": [edges[-1]], "edges_s": [middle, *edges[k + 1 :]]}
    for name in inputs:
        first[name], second[name] = call[name][: k + 1], call[name][k:]
    halfway = nmda.simulate(**first).occupancy[-1]
    last = nmda.simulate(**second, start=halfway).occupancy[-1]
    assert np.abs(last - nmda.simulate(**call).occupancy[-1]).max() < 1e-9


def test_durations_that_differ_a_little_stay_apart() -> None:
    """Durations are grouped to save exponentials, by rounding only: 1e-10 s matters at 1e7 /s."""
    times = np.cumsum(1e-4 + 1e-10 * np.arange(8))
    together = nmda.simulate(times, [0, 1e-2], 1e3, 1, start=np.eye(10)[1]).occupancy
    for time, state in zip(times, together, strict=True):
        alone = nmda.simulate([time], [0, 1e-2], 1e3, 1, start=np.eye(10)[1]).occupancy[0]
        assert np.abs(alone - state).max() < 1e-13


def test_many_settings_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(7)
    shape = (3, 4)
    ketamine, voltage = 10 ** rng.uniform(-1, 1, shape), rng.uniform(-80, 40, shape)
    blocker, subtype = np.array(nmda.BLOCKERS)[:, None], np.array(nmda.SUBTYPES)
    affinity = np.array([np.nan, 0.71, 2.5, np.nan])
    protocol = nmda.Protocol.of(0, 3, glutamate_mM=nmda.train(0.1, 3, 0.9), blocker_share=nmda.steps((1, 2, 1)))
    times = np.linspace(0, 3, 31)
    together = nmda.simulate(
        times, **protocol.inputs(ketamine, voltage), blocker=blocker, subtype=subtype, affinity_uM=affinity
    )
    assert together.occupancy.shape == (3, 4, 31, 10)
    assert together.current.shape == (3, 4, 31)
    for i, j in np.ndindex(shape):
        alone = nmda.simulate(
            times,
            **protocol.inputs(ketamine[i, j], voltage[i, j]),
            blocker=nmda.BLOCKERS[i],
            subtype=nmda.SUBTYPES[j],
            affinity_uM=affinity[j],
        )
        assert np.abs(alone.occupancy - together.occupancy[i, j]).max() < 1e-13
        assert np.abs(alone.current - together.current[i, j]).max() < 1e-13


# --- steady states -----------------------------------------------------------------------------------

STEADY = {
    "voltage_mV": VOLTAGE,
    "magnesium_mM": st.floats(0, 100),
    "blocker": BLOCKER,
    "subtype": SUBTYPE,
    "affinity_uM": st.one_of(st.none(), st.floats(1e-3, 1e3)),
}


@settings(deadline=None, max_examples=60)
@given(glutamate_mM=st.floats(1e-4, 1e3), blocker_uM=st.floats(0, 1e4), **STEADY)
def test_stationary_does_not_move(glutamate_mM: float, blocker_uM: float, **rest: Any) -> None:
    start = nmda.stationary(glutamate_mM, blocker_uM, **rest)
    assert start.min() >= 0
    after = nmda.simulate([1e3], [0, 1e3], glutamate_mM, blocker_uM, start=start, **rest).occupancy[0]
    assert np.abs(after - start).max() < 1e-9


@settings(deadline=None, max_examples=60)
@given(**STEADY)
def test_half_block_halves_the_steady_current(**rest: Any) -> None:
    """The closed form against the ten states at 1e6 mM glutamate, where 3e-9 of the sites are empty."""
    half = nmda.half_block_uM(**rest)
    assume(half < 1e6)
    ratio = nmda.stationary(1e6, half, **rest)[4] / nmda.stationary(1e6, 0, **rest)[4]
    assert ratio == pytest.approx(0.5, abs=1e-7)


@settings(deadline=None, max_examples=60)
@given(magnesium_mM=st.floats(0, 100), step_mV=st.floats(1, 50), voltage_mV=st.floats(-150, 100), blocker=BLOCKER)
def test_orderings(magnesium_mM: float, step_mV: float, voltage_mV: float, blocker: str) -> None:
    """Depolarising frees the pore and speeds unblock; magnesium protects; 2C is plugged least."""
    higher = voltage_mV + step_mV
    plugged = nmda.unplugged_fraction([voltage_mV, higher], magnesium_mM)
    assert plugged[0] <= plugged[1]
    assert np.diff(nmda.unblock_per_s([voltage_mV, higher], blocker)) > 0
    weaker, stronger = nmda.half_block_uM(voltage_mV, [magnesium_mM, magnesium_mM + 1], blocker)
    assert stronger > weaker
    a, b, c, d = nmda.unplugged_fraction(voltage_mV, magnesium_mM, nmda.SUBTYPES)
    assert a == b <= d <= c


@settings(deadline=None, max_examples=60)
@given(
    probability=st.lists(st.floats(0, 1), min_size=1, max_size=5),
    blocker_uM=st.floats(0, 1e3),
    start=st.floats(0, 1),
    blocker=BLOCKER,
)
def test_reduction_against_a_solver_and_its_limit(
    probability: list[float], blocker_uM: float, start: float, blocker: str
) -> None:
    times = np.arange(len(probability) + 1.0)
    exact = nmda.reduced_block(times, probability, blocker_uM, -40, 1, blocker, start=start)
    koff65, delta, leak = KOFF_65_DELTA_LEAK[blocker]
    enter = 3 * blocker_uM / (1 + np.exp(0.062 * 40) / 3.57)
    leave = koff65 * np.exp(delta * 25 / 25.4)
    b = start
    for i, po in enumerate(probability):

        def slope(_: float, x: Floats, po: float = po) -> Floats:
            return np.asarray(enter * po * (1 - x) - (leave * po + leak) * x)

        b = solve_ivp(slope, (0, 1), [b], method="LSODA", rtol=1e-9, atol=1e-12).y[0, -1]
        assert exact[i + 1] == pytest.approx(b, abs=1e-6)
    assume(probability[-1] > 1e-3 and blocker_uM > 1e-3)
    limit = nmda.reduced_block([0, 1e9], probability[-1], blocker_uM, -40, 1, blocker)[-1]
    assert limit == pytest.approx(nmda.steady_block(probability[-1], blocker_uM, -40, 1, blocker), abs=1e-12)


def test_reduction_broadcasts() -> None:
    block = nmda.reduced_block(
        np.linspace(0, 5, 11), np.full(10, 0.1), np.ones((4, 1, 1)), blocker=nmda.BLOCKERS, affinity_uM=None
    )
    assert block.shape == (4, 3, 11)
    assert nmda.reduced_block([0.0], 0.1, 1.0).shape == (1,)
    assert nmda.steady_block(0.0, 5.0, blocker="MK-801") == 0


# --- extremes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocker", nmda.BLOCKERS)
def test_extremes(blocker: str) -> None:
    voltage = np.array([-200, -65, 0, 200.0])[:, None, None]
    dose = np.array([0, 1e-6, 1e6])[:, None]
    course = nmda.simulate([0, 1, 1e5], [0, 1e-3, 1e5], [1e3, 0.01], dose, voltage, [0, 1e3], blocker)
    assert course.occupancy.shape == (4, 3, 3, 10)
    assert course.occupancy.min() >= 0
    assert np.abs(course.occupancy.sum(axis=-1) - 1).max() < 1e-12
    late = nmda.simulate([1e5], [0, 1e5], 0.1, 1e6, voltage[..., 0], 0, blocker).occupancy[:, 0]
    assert np.abs(late - nmda.stationary(0.1, 1e6, voltage[:, 0, 0], 0, blocker)).max() < 1e-9


def test_ions_at_the_reversal_potential() -> None:
    voltage = np.r_[np.linspace(-200, 200, 4001), 0.0, 1e-12, -1e-12, 5e-324]
    calcium, monovalent = nmda.channel_current(voltage)
    share = nmda.calcium_share(voltage)
    assert np.isfinite([calcium, monovalent, share]).all()
    assert share.min() >= 0
    assert share.max() <= 1
    assert (np.diff((calcium + monovalent)[:4001]) > 0).all()  # more depolarised, less inward
    crossing = voltage[np.argmax((calcium + monovalent)[:4001] > 0)]
    assert 0 < crossing < 10


def test_degenerate_shapes() -> None:
    assert nmda.simulate([], [0, 1], 1, 1).occupancy.shape == (0, 10)
    assert nmda.simulate([0], [0, 1], 1, 1).state("C0") == 1
    assert nmda.simulate([1, 1], [0, 1], 1, 1).occupancy.shape == (2, 10)
    assert nmda.simulate([0, 1], [0, 1], 1, np.empty((0, 1))).occupancy.shape == (0, 2, 10)


# --- bad input ---------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"times_s": [0, 1], "edges_s": [0, 0.5, 1], "glutamate_mM": 1, "blocker_uM": 1}
BAD = [
    ({"glutamate_mM": -1}, "glutamate_mM"),
    ({"blocker_uM": np.nan}, "blocker_uM"),
    ({"blocker_uM": np.inf}, "blocker_uM"),
    ({"magnesium_mM": -0.1}, "magnesium_mM"),
    ({"voltage_mV": 1e4}, "voltage_mV"),
    ({"blocker": "aspirin"}, "ketamine, memantine, MK-801"),
    ({"blocker": ["ketamine", "aspirin"]}, "aspirin"),
    ({"blocker": 3}, "no blocker '3'"),
    ({"blocker": None}, "no blocker 'None'"),
    ({"subtype": "2E"}, "2A, 2B, 2C, 2D"),
    ({"edges_s": [0, 1, 0.5]}, "edges_s"),
    ({"edges_s": [0, 0, 1]}, "strictly ascending"),
    ({"edges_s": [0]}, "edges_s"),
    ({"edges_s": 1.0}, "edges_s"),
    ({"times_s": [1, 0]}, "times_s"),
    ({"times_s": [0, 2]}, "within edges_s"),
    ({"times_s": [-1, 1]}, "within edges_s"),
    ({"times_s": [[0, 1]]}, "times_s"),
    ({"glutamate_mM": [1, 2, 3]}, "last axis of 1"),
    ({"blocker_uM": np.ones((2, 1)), "voltage_mV": np.ones((3, 1))}, "do not broadcast"),
    ({"affinity_uM": 0}, "affinity_uM"),
    ({"affinity_uM": [-1, np.nan]}, "affinity_uM"),
    ({"start": np.ones(10)}, "start"),
    ({"start": np.eye(9)[0]}, "start"),
    ({"start": 1.0}, "start"),
    ({"blocker_uM": "much"}, "blocker_uM"),
    ({"blocker_uM": [[1], [1, 2]]}, "blocker_uM"),
    ({"glutamate_mM": None}, "glutamate_mM"),
    ({"glutamate_mM": {}}, "glutamate_mM"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_input_names_the_culprit(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nmda.simulate(**(GOOD | change))


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=5),
    st.lists(st.floats(), max_size=4),
    st.lists(st.text(max_size=3), max_size=3),
    st.lists(st.lists(st.floats(), max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=1), st.none(), max_size=1),
)
NAMES = [
    "times_s", "edges_s", "glutamate_mM", "blocker_uM", "voltage_mV",
    "magnesium_mM", "blocker", "subtype", "affinity_uM", "start",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, min_size=1, max_size=3))
def test_anything_gives_a_course_or_a_value_error(change: dict[str, Any]) -> None:
    try:
        course = nmda.simulate(**(GOOD | change))
    except ValueError:
        return
    assert np.isfinite(course.occupancy).all()


@settings(deadline=None, max_examples=150)
@given(st.lists(ANYTHING, min_size=3, max_size=3))
def test_anything_elsewhere(values: list[Any]) -> None:
    for function in (
        nmda.unplugged_fraction,
        nmda.half_block_uM,
        nmda.stationary,
        nmda.steady_block,
        nmda.reduced_block,
        nmda.train,
        nmda.unblock_per_s,
    ):
        try:
            result = function(*values)
        except ValueError:
            continue
        assert np.isfinite(np.asarray(result, dtype=float)).all()


BAD_ELSEWHERE = [
    (lambda: nmda.train(0, 0, 1), "count"),
    (lambda: nmda.train(0, 10**9, 1), "count"),
    (lambda: nmda.train(0, 2.5, 1), "count"),  # type: ignore[arg-type]
    (lambda: nmda.train(0, 2, 1e-3), "width_s"),
    (lambda: nmda.train(0, 2, 1, peak_mM=-1), "peak_mM"),
    (lambda: nmda.steps((1, 0, 1)), "stop after it starts"),
    (lambda: nmda.Protocol.of(1, 1), "end_s"),
    (lambda: nmda.Protocol.of(0, 1, glutamate_mM=[1, 2, 3]), "rows of start, stop and level"),
    (lambda: nmda.Protocol.of(0, 1, blocker_share=nmda.steps((0, 1, 2))), "blocker_share"),
    (lambda: nmda.Protocol.of(0, 1, voltage_mV=nmda.steps((0, 1, 9e3))), "voltage_mV"),
    (lambda: nmda.stationary(0, 1), "depends on the past"),
    (lambda: nmda.reduced_block([0, 1, 2], [0.1, 0.1, 0.1], 1), "broadcast"),
    (lambda: nmda.reduced_block([], 0.1, 1), "times_s"),
    (lambda: nmda.reduced_block([0, 1], 1.1, 1), "open_probability"),
    (lambda: nmda.reduced_block([0, 1], 0.1, np.ones((2, 1)), start=np.zeros(3)), "start"),
    (lambda: nmda.half_block_uM([1, 2], [1, 2, 3]), "do not broadcast"),
    (lambda: nmda.simulate([0], [0, 1], 0, 0).state("X"), "C0, C1"),
    (lambda: linear.expm(np.zeros((2, 3))), "square"),
    (lambda: linear.expm([[0.0, -1.0], [0.0, 0.0]]), "off the diagonal"),
    (lambda: linear.expm([[np.nan, 1.0], [0.0, 0.0]]), "finite"),
    (lambda: linear.generator([[0.0, np.inf], [0.0, 0.0]]), "rates"),
    (lambda: linear.propagate([1, 0], [0, 1], [2], np.zeros((1, 2, 2)), [0]), "within the edges"),
    (lambda: linear.propagate([1, 0], [0, 1], [1], np.zeros((1, 2, 2)), [1]), "point into"),
    (lambda: linear.propagate([1], [0, 1], [1], np.zeros((1, 2, 2)), [0]), "start"),
    (lambda: linear.propagate([1, 0], [0, 1], [1], np.zeros((1, 2, 2)), [0, 0]), "which"),
    (lambda: linear.propagate([1, 0], [0, 1], [1], np.zeros((2, 2)), [0]), "matrices"),
    (lambda: linear.propagate([1, 0], [0, 1], [[1]], np.zeros((1, 2, 2)), [0]), "times"),
    (lambda: linear.propagate([1, 0], [1, 0], [1], np.zeros((1, 2, 2)), [0]), "edges"),
    (lambda: linear.propagate(np.ones((2, 2)), [0, 1], [1], np.zeros((1, 2, 2)), [[0]] * 3), "broadcast"),
]


@pytest.mark.parametrize(("call", "message"), BAD_ELSEWHERE)
def test_bad_input_elsewhere(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# --- protocols ---------------------------------------------------------------------------------------


def test_protocol_by_hand() -> None:
    protocol = nmda.Protocol.of(
        0,
        10,
        glutamate_mM=[
            (1, 2, 1.0),
            (-5, 0.5, 0.1),
            (1.5, 3, 0.2),
        ],  # before the start is cut; the later row holds
        blocker_share=nmda.steps((4, 99, 1)),
        voltage_mV=nmda.steps((2, 4, 40)),
    )
    assert protocol.edges_s.tolist() == [0, 0.5, 1, 1.5, 2, 3, 4, 10]
    assert protocol.glutamate_mM.tolist() == [0.1, 0, 1, 0.2, 0.2, 0, 0]
    assert protocol.blocker_share.tolist() == [0, 0, 0, 0, 0, 0, 1]
    inputs = protocol.inputs([[1.0], [2.0]], -65, 1)
    assert inputs["voltage_mV"].tolist() == [-65, -65, -65, -65, 40, 40, -65]
    assert inputs["blocker_uM"].shape == (2, 1, 7)
    assert nmda.train(1, 2, 0.5, 0.1, 3).tolist() == [[1, 1.1, 3], [1.5, 1.6, 3]]


def test_at_an_edge_the_new_voltage_holds() -> None:
    course = nmda.simulate([0, 1, 2], [0, 1, 2], 1, 0, [-65, 40], [0, 1])
    assert course.voltage_mV.tolist() == [-65, 40, 40]
    assert course.unplugged == pytest.approx([1, 0.9771, 0.9771], abs=5e-5)  # by hand


# --- linear systems ----------------------------------------------------------------------------------


def test_half_block_given_or_from_affinity_is_the_same_block() -> None:
    """IC50 = (Kd + leak / (kon Po)) / B, worked out by hand from the table of the scheme."""
    unplugged = 1 / (1 + np.exp(0.062 * 65) / 3.57)
    half = (1.0 / 3.0 + 1.03e-3 / (3.0 * 0.1)) / unplugged
    concentrations = np.array([0, 0.3, 5, 100])
    expected = nmda.steady_block(0.1, concentrations, -65, 1)
    np.testing.assert_allclose(nmda.blocked_share(concentrations, half), expected, rtol=1e-3)
    assert nmda.blocked_share([1, 1], [1, np.inf]).tolist() == [0.5, 0.0]


@pytest.mark.parametrize("rate_Hz", [0.1, 1.0, 7.3, 50.0, 400.0])
def test_mean_open_probability_against_the_ten_states(rate_Hz: float) -> None:
    """Pulse after pulse until nothing changes, and then the area under one period."""
    pulses = int(np.ceil(2 * max(rate_Hz, 1)))
    protocol = nmda.Protocol.of(0, pulses / rate_Hz, glutamate_mM=nmda.train(0, pulses, 1 / rate_Hz))
    times = np.linspace((pulses - 1) / rate_Hz, pulses / rate_Hz, 20_001)
    course = nmda.simulate(times, **protocol.inputs(0, -65, 1))
    area = np.trapezoid(course.open, times) * rate_Hz
    assert nmda.mean_open_probability(rate_Hz) == pytest.approx(area, rel=2e-3)


def test_mean_open_probability_at_its_ends() -> None:
    probability = nmda.mean_open_probability([[0, 1e-9, 1e-3], [1, 100, 500]])
    assert probability[0, 0] == 0
    assert (np.diff(probability.ravel()) >= 0).all()
    assert probability[0, 2] == pytest.approx(0.0244 * 1e-3, rel=0.01)  # rare pulses add up
    assert probability.max() < nmda.steady_open_probability()


def test_a_leak_given_takes_the_place_of_the_blockers_own() -> None:
    asleep = nmda.reduced_block([0, 600], 0, 1, start=0.8, leak_per_s=[0, 1.03e-3, np.nan, 0.01])
    np.testing.assert_allclose(asleep[:, 1], 0.8 * np.exp(-600 * np.array([0, 1.03e-3, 1.03e-3, 0.01])))
    used = nmda.steady_block(0.01, 1, leak_per_s=[0, np.nan])
    assert used[0] == pytest.approx(float(nmda.blocked_share(1, 1 / 3 * (1 + np.exp(0.062 * 65) / 3.57))))
    assert used[1] == nmda.steady_block(0.01, 1) < used[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nmda.blocked_share(-1, 1), "blocker_uM must be"),
        (lambda: nmda.blocked_share(1, [1, 0]), "half_block_uM must be at least"),
        (lambda: nmda.blocked_share(1, np.nan), "half_block_uM must be at least"),
        (lambda: nmda.blocked_share([1, 2], [1, 2, 3]), "half_block_uM (3,)"),
        (lambda: nmda.mean_open_probability([1, 501]), "rate_Hz must be finite and from 0 to 500; got 501"),
        (lambda: nmda.reduced_block([0, 1], 0.1, 1, leak_per_s=-1), "leak_per_s must be"),
    ],
)
def test_bad_input_to_what_circuits_use(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 (the message is looked at)
        call()
    assert message in str(refusal.value)


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_exponential_against_scipy(size: int) -> None:
    rng = np.random.default_rng(size)
    rates = 10 ** rng.uniform(-4, 3, (300, size, size)) * (rng.random((300, size, size)) < 0.6)
    matrices = linear.generator(rates) * 10 ** rng.uniform(-4, 0, (300, 1, 1))
    ours, theirs = linear.expm(matrices, conserves=True), scipy_expm(matrices)
    assert np.abs(ours - theirs).max() < 1e-10
    losing = matrices - np.eye(size) * rng.random((300, 1, 1))
    assert np.abs(linear.expm(losing) - scipy_expm(losing)).max() < 1e-10
    growing = matrices / (1 + np.abs(matrices).max()) + np.eye(size) * rng.random((300, 1, 1))
    assert np.abs(linear.expm(growing) - scipy_expm(growing)).max() < 1e-10


def test_exponential_holds_at_any_norm() -> None:
    """Two states have a closed form; SciPy is off by 1e-7 at a norm of 1e10."""
    to, back = 10.0 ** np.array([[-9, -3, 0, 3, 12], [-12, 5, -6, 3, -3]])
    matrices = linear.generator(np.stack([np.zeros(5), to, back, np.zeros(5)], axis=-1).reshape(5, 2, 2))
    result = linear.expm(matrices, conserves=True)
    share = to / (to + back) * -np.expm1(-(to + back))
    assert result[:, 0, 1] == pytest.approx(share, rel=1e-13)
    assert result.sum(axis=-1) == pytest.approx(np.ones((5, 2)), abs=1e-15)
    slow = linear.generator([[0, 1e12, 0], [1e12, 0, 1], [0.0, 0, 0]])  # leaves a fast pair at 1/2 per unit
    assert 1 - linear.expm(slow, conserves=True)[0, 2] == pytest.approx(np.exp(-0.5), rel=1e-11)


def test_a_loss_and_a_source_are_linear_systems_too() -> None:
    """As pharmacokinetics needs: a constant infusion is a state that stays 1."""
    infusion, elimination = 3.0, 0.7
    matrix = np.array([[0.0, infusion], [0.0, -elimination]])  # states: the source, the amount
    times = np.linspace(0, 9, 19)
    amount = linear.propagate([1, 0], [0, 9], times, matrix[None], [0])[:, 1]
    assert amount == pytest.approx(infusion / elimination * -np.expm1(-elimination * times), abs=1e-12)


def test_import_is_light() -> None:
    code = "import sys, explainer.models.nmda; print(sorted(sys.modules.keys() & {'scipy', 'explainer.player'}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
