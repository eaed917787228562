"""All routes, every setting that matters to each, two hundred people: exact, against the usual loop."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from benchmarks.table import Goal, Row, middle, times
from explainer.models import pharmacokinetics as pk
from explainer.player import Control
from explainer.scenes import onset

MOST_S, LEAST_FASTER = 0.3, 50
RTOL, ATOL = 1e-6, 1e-9
ALIKE = 1e-3  # largest difference, as a share of the curve's peak, at which both have computed the same
MINUTES = onset.scene.clock.seconds / 60
NODES = {c.name: np.asarray(c.nodes, float) for c in onset.scene.controls if isinstance(c, Control)}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Work:
    """One arm in one disposition, at every setting that matters to it: (first axis, delay)."""

    arm: str
    disposition: str
    uptake: dict[str, Floats]
    delays_min: Floats

    @property
    def settings(self) -> int:
        """How many settings that is."""
        return self.delays_min.size * max((values.size for values in self.uptake.values()), default=1)

    def followed(self) -> Floats:
        """Follow everyone at the effect site: array (..., people, time)."""
        return pk.effect_site_ng_per_mL(
            self.arm, MINUTES, self.disposition, half_time_min=self.delays_min, of=onset.PEOPLE, **self.uptake
        )


def work() -> Iterator[Work]:
    """List what the scene `onset` is made of."""
    delays = NODES["effect_half_time_min"]
    rates = np.log(2) / NODES["muscle_half_time_min"][:, None]
    swallowed = NODES["swallowed_fraction"][:, None]
    for disposition in onset.DISPOSITIONS.values():
        for arm in onset.IV_ARMS.values():
            yield Work(arm, disposition, {}, delays)
        yield Work("im", disposition, {"absorption_per_min": rates}, delays)
        yield Work(onset.NASAL_ARMS[disposition], disposition, {"swallowed_fraction": swallowed}, delays)


def integrate(arm: str, disposition: str, uptake: dict[str, float], delay_min: float, person: int) -> Floats:
    """Follow one person at one setting by a general solver, restarted at every discontinuity."""
    one = pk.People({name: values[person : person + 1] for name, values in onset.PEOPLE.deviates.items()})
    body = pk.disposition_of(disposition, one)
    volume, exchange, out = (x[0] for x in (body.volumes_L, body.exchange_L_per_h, body.clearance_L_per_h))
    intakes = pk.arm_intakes(arm, disposition, of=one, **uptake)  # type: ignore[arg-type]
    rates = [float(np.ravel(way.absorption_per_min)[0]) for way in intakes]
    passes = [float(np.ravel(way.passes_fraction)[0]) for way in intakes]
    portions = [way.portions_mg.reshape(-1, way.starts_min.size)[0] for way in intakes]
    into = [body.compartments.index(way.into) for way in intakes]
    size, wait = len(volume), np.log(2) / delay_min

    def slope(_: float, y: Floats, inflow: list[float]) -> Floats:
        level = y[:size] / volume / 60
        move = np.zeros_like(y)
        move[:size] = -out * level
        for j in range(1, size):
            flow = exchange[j] * (level[0] - level[j])
            move[0] -= flow
            move[j] += flow
        for k, way in enumerate(intakes):
            if way.site == "vein":
                move[into[k]] += inflow[k]
            else:
                taken = rates[k] * y[size + k]
                move[size + k] = inflow[k] - taken
                move[into[k]] += passes[k] * taken
        move[-1] = wait * (1000 * y[0] / volume[0] - y[-1])
        return move

    starts = [t for way in intakes for t in way.starts_min]
    ends = [t + way.lasts_min for way in intakes for t in way.starts_min]
    edges = sorted({0.0, float(MINUTES[-1]), *(float(t) for t in (*starts, *ends) if t < MINUTES[-1])})
    state, found = np.zeros(size + len(intakes) + 1), np.empty(MINUTES.size)
    for begin, end in itertools.pairwise(edges):
        inflow = []
        for k, way in enumerate(intakes):
            flow = 0.0
            for start, amount in zip(way.starts_min, portions[k], strict=True):
                if way.lasts_min == 0 and start == begin:
                    state[into[k] if way.site == "vein" else size + k] += amount
                elif start <= begin < start + way.lasts_min:
                    flow += amount / way.lasts_min
            inflow.append(flow)
        inside = (begin <= MINUTES) & (end > MINUTES)
        solution = solve_ivp(
            slope, (begin, end), state, "LSODA", np.append(MINUTES[inside], end), rtol=RTOL, atol=ATOL, args=(inflow,)
        )
        found[inside], state = solution.y[-1, :-1], solution.y[:, -1]
    found[-1] = state[-1]
    return found


def loop(pieces: list[Work], sampled: int) -> tuple[float, float]:
    """Integrate some of the same work one by one; gives seconds for all of it, and the largest difference."""
    rng, whole, worst = np.random.default_rng(2), 0.0, 0.0
    for piece in pieces:
        took = 0.0
        for _ in range(sampled):
            person, delay = int(rng.integers(onset.PEOPLE.count)), float(rng.choice(piece.delays_min))
            uptake = {name: float(rng.choice(values.ravel())) for name, values in piece.uptake.items()}
            start = time.perf_counter()
            course = integrate(piece.arm, piece.disposition, uptake, delay, person)
            took += time.perf_counter() - start
            ours = pk.effect_site_ng_per_mL(
                piece.arm, MINUTES, piece.disposition, half_time_min=delay, of=onset.PEOPLE, **uptake  # type: ignore[arg-type]
            )[person]
            worst = max(worst, float(np.abs(course - ours).max() / ours.max()))
        whole += took / sampled * piece.settings * onset.PEOPLE.count
    return whole, worst


def measure(repeats: int, sampled: int) -> list[Row]:
    """Follow everyone by every route at every setting, and a sample of that by the loop."""
    pieces = list(work())
    took = []
    for _ in range(repeats):
        start = time.perf_counter()
        for piece in pieces:
            piece.followed()
        took.append(time.perf_counter() - start)
    whole, worst = loop(pieces, sampled)
    if worst > ALIKE:
        raise RuntimeError(f"solve_ivp and the model differ by {worst:.2g} of a peak: they compute different things.")
    ours, curves = middle(took), sum(piece.settings for piece in pieces) * onset.PEOPLE.count
    return [
        Row(
            "routes, everyone at every setting",
            "s",
            ours,
            ratio=f"{times(whole, ours)} faster",
            goals=(
                Goal(f"≤ {MOST_S} s", ours <= MOST_S),
                Goal(f"≥ {LEAST_FASTER} × faster", whole >= LEAST_FASTER * ours),
            ),
            note=f"{curves} curves of {MINUTES.size} moments at the effect site: {onset.PEOPLE.count} people, "
            f"{len(pieces)} arms; median of {repeats}.",
        ),
        Row(
            "  by a loop of solve_ivp",
            "s",
            whole,
            note=f"SCALED from {sampled} random curves of each arm: LSODA, rtol {RTOL:g}, atol {ATOL:g}, restarted "
            f"at each discontinuity. Largest difference: {worst:.1g} of the peak.",
        ),
    ]
