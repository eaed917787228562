"""The response surface: what it takes to compute, against the usual loop, and what sampling it costs."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from benchmarks.table import Goal, Row, middle, times
from explainer.evidence import parameters
from explainer.models.nmda import STATES
from explainer.player import Choice
from explainer.scenes import nmda

MOST_S, LEAST_FASTER, MOST_ERROR = 0.4, 50, 0.01
RTOL, ATOL = 1e-6, 1e-9
ALIKE = 1e-3  # largest difference of an occupancy at which both have computed the same
FRESH = """
import time
from explainer.scenes.nmda import scene
start = time.perf_counter()
scene.surface
print(time.perf_counter() - start)
"""
Floats = NDArray[np.float64]
Setting = Mapping[str, float | str]
VALUE = {name: entry.value for name, entry in parameters("nmda").items()}


def settings() -> list[Setting]:
    """List every setting of the grid."""
    grid: list[Sequence[float | str]] = [
        c.options if isinstance(c, Choice) else c.nodes for c in nmda.scene.controls
    ]
    names = [c.name for c in nmda.scene.controls]
    return [dict(zip(names, combination, strict=True)) for combination in itertools.product(*grid)]


def transitions(glutamate_mM: float, drug_uM: float, setting: Setting, affinity_uM: float | None) -> Floats:
    """Write the scheme out: the matrix of dy/dt = matrix @ y for inputs that stay constant."""
    v, stem = VALUE, str(setting["drug"]).lower().replace("-", "")
    voltage_mV, magnesium_mM = float(setting["voltage_mV"]), float(setting["magnesium_mM"])
    plug = magnesium_mM / v["magnesium_half_block_mM"] * np.exp(-v["magnesium_steepness_per_mV"] * voltage_mV)
    leave_per_s = v["block_per_uM_per_s"] * affinity_uM if affinity_uM else v[f"{stem}_unblock_per_s"]
    steepness = v[f"{stem}_unblock_steepness_ratio"] / v["thermal_voltage_mV"]
    leave_per_s *= np.exp(steepness * (voltage_mV - v["reference_voltage_mV"]))
    bind_per_s = 1000 * v["binding_per_uM_per_s"] * glutamate_mM
    rates: dict[tuple[str, str], float] = {}
    for blocked in ("", "B"):
        rates |= {
            ("C0" + blocked, "C1" + blocked): 2 * bind_per_s,
            ("C1" + blocked, "C2" + blocked): bind_per_s,
            ("C1" + blocked, "C0" + blocked): v["unbinding_per_s"],
            ("C2" + blocked, "C1" + blocked): 2 * v["unbinding_per_s"],
            ("C2" + blocked, "D" + blocked): v["desensitising_per_s"],
            ("D" + blocked, "C2" + blocked): v["resensitising_per_s"],
            ("C2" + blocked, "O" + blocked): v["opening_per_s"],
            ("O" + blocked, "C2" + blocked): v["closing_per_s"],
        }
    rates["O", "OB"] = v["block_per_uM_per_s"] * drug_uM / (1 + plug)
    rates["OB", "O"] = leave_per_s
    rates |= {(f"{state}B", state): v[f"{stem}_leak_per_s"] for state in ("C0", "C1", "C2", "D")}
    matrix = np.zeros((len(STATES), len(STATES)))
    for (source, target), rate in rates.items():
        matrix[STATES.index(target), STATES.index(source)] += rate
        matrix[STATES.index(source), STATES.index(source)] -= rate
    return matrix


def integrate(setting: Setting, affinity_uM: float | None = None) -> Floats:
    """Follow one setting through the scene's protocol, from edge to edge; gives (state, frame)."""
    seconds, protocol = nmda.scene.clock.seconds, nmda.protocol
    state = np.zeros(len(STATES))
    state[0] = 1.0
    parts = []
    drug_uM = max(float(setting["ketamine_uM"]), 1e-6)
    intervals = list(itertools.pairwise(protocol.edges_s))
    for i, (start, end) in enumerate(intervals):
        matrix = transitions(
            protocol.glutamate_mM[i], drug_uM * protocol.blocker_share[i], setting, affinity_uM
        )
        frames = seconds[(seconds >= start) & (seconds < end)]
        solution = solve_ivp(
            lambda _, y, matrix=matrix: matrix @ y,
            (start, end),
            state,
            "LSODA",
            np.append(frames, end),
            rtol=RTOL,
            atol=ATOL,
        )
        if not solution.success:
            raise RuntimeError(f"solve_ivp at {setting}: {solution.message}")
        parts.append(solution.y[:, : len(frames) + (i == len(intervals) - 1)])
        state = solution.y[:, -1]
    return np.concatenate(parts, axis=1)


def loop(sample: list[Setting]) -> tuple[float, float]:
    """Integrate settings one by one; gives seconds per setting and the largest difference from the scene."""
    took, worst = 0.0, 0.0
    for setting in sample:
        start = time.perf_counter()
        courses = [integrate(setting)]
        if setting["drug"] == "ketamine":  # the scene shows its loosest affinity too
            courses.append(integrate(setting, nmda.LOOSEST_uM))
        took += time.perf_counter() - start
        columns = {name: np.array([value]) for name, value in setting.items()}
        channels, _ = nmda.respond(columns, nmda.scene.clock.seconds)
        for name, course in zip(("blocked", "blocked_loose"), courses, strict=False):
            worst = max(worst, float(np.abs(course[5:].sum(axis=0) - channels[name][0]).max()))
        worst = max(worst, float(np.abs(courses[0][9] - channels["open_blocked"][0]).max()))
    return took / len(sample), worst


def measure(repeats: int, sampled: int) -> list[Row]:
    """Compute the surface anew, in this process and in fresh ones, and a sample of it by the loop."""
    here, fresh = [], []
    drugs = sorted({str(setting["drug"]) for setting in settings()})
    rng = np.random.default_rng(1)
    for _ in range(repeats):
        copy = dataclasses.replace(nmda.scene)
        start = time.perf_counter()
        surface = copy.surface
        here.append(time.perf_counter() - start)
        run = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
        fresh.append(float(run.stdout))
    pool = settings()
    sample = [
        pool[i]
        for drug in drugs
        for i in rng.choice(
            [i for i, s in enumerate(pool) if s["drug"] == drug], max(1, sampled // len(drugs)), False
        )
    ]
    each_s, worst = loop(sample)
    if worst > ALIKE:
        raise RuntimeError(
            f"solve_ivp and the scene differ by {worst:.2g} in an occupancy: they compute different things."
        )
    whole = each_s * len(pool)
    ours, first = middle(here), middle(fresh)
    size = sum(len(slab) for slab in surface.slabs)
    return [
        Row(
            "response surface computed",
            "s",
            ours,
            ratio=f"{times(whole, ours)} faster",
            goals=(
                Goal(f"≤ {MOST_S} s", ours <= MOST_S),
                Goal(f"≥ {LEAST_FASTER} × faster", whole >= LEAST_FASTER * ours),
            ),
            note=f"{len(pool)} settings, {len(surface.channels)} channels, {surface.frames} frames, checked, "
            f"quantised and compressed; median of {repeats} in a running process.",
        ),
        Row(
            "  the first in a fresh process",
            "s",
            first,
            ratio=f"{times(whole, first)} faster",
            goals=(
                Goal(f"≤ {MOST_S} s", first <= MOST_S),
                Goal(f"≥ {LEAST_FASTER} × faster", whole >= LEAST_FASTER * first),
            ),
            note="as every kernel does it.",
        ),
        Row(
            "  by a loop of solve_ivp",
            "s",
            whole,
            note=f"SCALED from {len(sample)} random settings, the same number of each drug ({each_s:.3f} s "
            f"each), to all {len(pool)}: LSODA, rtol {RTOL:g}, atol {ATOL:g}, restarted at each edge of the "
            f"protocol, right-hand side `matrix @ y`, integration only. Largest difference in an occupancy: "
            f"{worst:.1g}.",
        ),
        Row("  all slabs, compressed", "B", float(size)),
    ]


def error(count: int) -> list[Row]:
    """Hold the interpolation against the model at random settings between the nodes."""
    found = nmda.scene.error(count=count)
    channels = {name: share for name, share in found.items() if name in nmda.scene.surface.channels}
    facts = {name: share for name, share in found.items() if name not in channels}
    worst, worst_fact = max(channels, key=channels.__getitem__), max(facts, key=facts.__getitem__)
    return [
        Row(
            "interpolation error, worst channel",
            "%",
            100 * channels[worst],
            goals=(Goal("≤ 1 % of range", channels[worst] <= MOST_ERROR),),
            note=f"{worst}; the largest at {count} random settings in all frames, as a share of its range.",
        ),
        Row("  worst fact", "%", 100 * facts[worst_fact], note=worst_fact),
    ]
