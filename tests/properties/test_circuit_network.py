"""The circuit written a second time from the evidence file, section 2.3, in plain loops, against the model.

Numbers are typed from there, so that a slip in the file of values shows too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from explainer.models import circuit

Floats = NDArray[np.float64]

E, I = 160, 40  # noqa: E741
REST, THRESHOLD, RESET = -70.0, -50.0, -55.0
TAU_AMPA, TAU_NMDA, TAU_GABA, TAU_NOISE = 2.0, 100.0, 5.0, 5.0
#        pF, nS leak, ms refractory, nS tonic AMPA, nS tonic NMDA, nS AMPA, nS NMDA, nS GABA, pA noise
KINDS = (
    (500, 25, 2.0, 5.508, 50.2, 0.171, 0.265, 9.48, 140),
    (200, 20, 1.0, 4.829, 19.98, 0.504, 0.502, 7.40, 90),
)
NAMES = (  # of circuit.CONDUCTANCES, in the order of the columns above
    ("tonic_ampa_pyramidal", "tonic_ampa_interneuron"),
    ("tonic_nmda_pyramidal", "tonic_nmda_interneuron"),
    ("pyramidal_to_pyramidal_ampa", "pyramidal_to_interneuron_ampa"),
    ("pyramidal_to_pyramidal_nmda", "pyramidal_to_interneuron_nmda"),
    ("interneuron_to_pyramidal_gaba", "interneuron_to_interneuron_gaba"),
)
HALF_uM = {
    "interneurons_first": (5.0, 1.2),
    "equal": (5.0, 5.0),
    "reversed": (1.2, 5.0),
    "interneurons_spared": (5.0, math.inf),
    "pyramidal_spared": (math.inf, 1.2),
}


def free(dose: float, half: float) -> float:
    return 1.0 if math.isinf(half) else half / (dose + half)


# --- spike by spike ----------------------------------------------------------------------------------

GRID_ms = 0.25  # the noise is constant within
FINE_ms = 0.0125  # at 0.05 three times as many spikes stray


def charge(tau: float) -> float:
    """How much larger a spike's conductance was in the steps of half a millisecond in which all was fitted."""
    return 0.5 / tau / (1 - math.exp(-0.5 / tau))


def loops(noise: Floats, potential: list[float], synapses: list[float], dose: float) -> set[tuple[int, float]]:
    """Follow every cell by short steps; `noise` (grid, 200) in pA, `synapses` AMPA, NMDA and GABA at the start."""
    ampa, nmda, gaba = synapses
    ready = [0.0] * (E + I)
    spikes = set()
    part = GRID_ms / FINE_ms
    block = [free(dose, 5.0), free(dose, 1.2)]
    for step in range(round(len(noise) * part)):
        now = step * FINE_ms
        current = noise[int((step + 0.5) / part)]
        fired = [0, 0]
        for cell in range(E + I):
            if now < ready[cell] - 1e-9:
                continue
            kind = int(cell >= E)
            pF, leak, refractory, tonic_ampa, tonic_nmda, w_ampa, w_nmda, w_gaba, _ = KINDS[kind]
            v = potential[cell]
            g_ampa = tonic_ampa + w_ampa * charge(TAU_AMPA) * ampa
            g_nmda = (tonic_nmda + w_nmda * charge(TAU_NMDA) * nmda) * block[kind]
            g_nmda /= 1 + 1.0 / 3.57 * math.exp(-0.062 * v)
            g_gaba = w_gaba * charge(TAU_GABA) * gaba
            inward = leak * (REST - v) - (g_ampa + g_nmda) * v + g_gaba * (-70.0 - v) + current[cell]
            v += FINE_ms * inward / pF
            if v >= THRESHOLD:
                spikes.add((cell, now + FINE_ms))
                ready[cell] = now + FINE_ms + refractory
                fired[kind] += 1
                v = RESET
            potential[cell] = v
        ampa = ampa * math.exp(-FINE_ms / TAU_AMPA) + fired[0]
        nmda *= math.exp(-FINE_ms / TAU_NMDA)
        for _ in range(fired[0]):
            nmda += 0.5 * (1 - nmda / E)
        gaba = gaba * math.exp(-FINE_ms / TAU_GABA) + fired[1]
    return spikes


@pytest.mark.parametrize("dose", [0.0, 3.0])
def test_spike_by_spike(monkeypatch: pytest.MonkeyPatch, dose: float) -> None:
    """The same noise, start and charge, for 40 ms: the same cells fire, and within 0.8 ms.

    One spike in ten may stray: a cell that only just crosses the threshold, or just does not.
    """
    rng = np.random.default_rng(11)
    noise = np.empty((160, E + I))
    stays = math.exp(-GRID_ms / TAU_NOISE)
    deviation = np.repeat([KINDS[0][-1], KINDS[1][-1]], [E, I])
    level = rng.standard_normal(E + I) * deviation
    for row in noise:
        row[:] = level
        level = stays * level + math.sqrt(1 - stays**2) * rng.standard_normal(E + I) * deviation
    start = np.random.default_rng(5)  # the model's first numbers are its potentials
    potential = (REST + start.random(E + I) * (THRESHOLD - REST)).tolist()

    def handed_over(*_: object) -> Iterator[NDArray[np.float32]]:
        yield from noise.astype(np.float32)

    monkeypatch.setattr(circuit, "_noise", handed_over)
    found = circuit.spikes(dose, duration_s=0.04, settle_s=0, step_ms=0.25, seed=5)

    slow, fast = (float(rate) / 1000 for rate in circuit.rates_Hz(dose))
    raised = 0.5 * slow * TAU_NMDA
    synapses = [E * slow * TAU_AMPA, E * raised / (1 + raised), I * fast * TAU_GABA]
    expected = loops(noise, potential, synapses, dose)
    mine = set(zip(found.cell.tolist(), (1000 * found.time_s).tolist(), strict=True))
    assert len(expected) > 20
    assert sum(cell >= E for cell, _ in expected) > 4
    strays = 0
    for one, other in ((mine, expected), (expected, mine)):
        strays += sum(not any(cell == c and abs(t - s) < 0.8 for c, s in other) for cell, t in one)
    assert strays <= (len(mine) + len(expected)) // 10
    apart = [t - s for cell, t in mine for c, s in expected if cell == c and abs(t - s) < 0.8]
    assert abs(np.median(apart)) < 0.06  # a spike has its own moment: half a step is 0.125 ms


# --- rates, every conductance by itself ----------------------------------------------------------------


def plain_steps(
    doses: Floats, halves: Floats, factors: Mapping[str, Floats], seconds: float, seed: int
) -> tuple[Floats, Floats]:
    """Run the network in plain steps of half a millisecond, settings as rows; gives both rates in Hz."""
    step, settle = 0.5, 800
    rng = np.random.default_rng(seed)
    kind = np.repeat([0, 1], [E, I])
    pF, leak, refractory, *_, sd = (np.array([row[i] for row in KINDS])[kind] for i in range(9))
    one = np.ones(doses.size)
    tonic_ampa, tonic_nmda, w_ampa, w_nmda, w_gaba = (
        np.stack([KINDS[k][3 + i] * factors.get(names[k], one) for k in (0, 1)], axis=1)[:, kind]
        for i, names in enumerate(NAMES)
    )
    shares = [[free(dose, half) for half in pair] for dose, pair in zip(doses, halves, strict=True)]
    unblocked = np.array(shares)[:, kind]
    v = np.tile(REST + 20 * rng.random(E + I), (doses.size, 1))
    until = np.full(v.shape, -1.0)
    ampa, nmda, gaba = (np.zeros((doses.size, 1)) for _ in range(3))
    noise = sd * rng.standard_normal(E + I)
    count = np.zeros((doses.size, 2))
    for now in range(settle + round(1000 * seconds / step)):
        plug = 1 / (1 + np.exp(-0.062 * v) / 3.57)
        excitatory = tonic_ampa + w_ampa * ampa + (tonic_nmda + w_nmda * nmda) * unblocked * plug
        inhibitory = w_gaba * gaba
        total = leak + excitatory + inhibitory
        towards = ((leak + inhibitory) * REST + noise) / total
        v = np.where(now * step < until - 1e-9, RESET, towards + (v - towards) * np.exp(-step * total / pF))
        fired = v >= THRESHOLD
        v[fired] = RESET
        until = np.where(fired, now * step + refractory, until)
        spikes = np.stack([fired[:, :E].sum(axis=1), fired[:, E:].sum(axis=1)], axis=1)
        ampa = ampa * math.exp(-step / TAU_AMPA) + spikes[:, :1]
        nmda = nmda * math.exp(-step / TAU_NMDA)
        nmda += 0.5 * spikes[:, :1] * (1 - nmda / E)
        gaba = gaba * math.exp(-step / TAU_GABA) + spikes[:, 1:]
        noise = noise * math.exp(-step / TAU_NOISE)
        noise += sd * math.sqrt(1 - math.exp(-2 * step / TAU_NOISE)) * rng.standard_normal(E + I)
        if now >= settle:
            count += spikes
    return count[:, 0] / E / seconds, count[:, 1] / I / seconds


def test_every_conductance_by_itself_and_every_assumption() -> None:
    """At 1 uM a fifth more of one after the other, then each assumption, for 4 s; 7 % are within chance."""
    names = [name for pair in NAMES for name in pair]
    assert sorted(names) == sorted(circuit.CONDUCTANCES)
    cases = (*["interneurons_first"] * len(names), *HALF_uM)
    scale = {name: np.where(np.arange(len(cases)) == i, 1.2, 1.0) for i, name in enumerate(names)}
    found = circuit.spikes(1.0, np.array(cases), scale=scale, duration_s=4)
    halves = np.array([HALF_uM[assumption] for assumption in cases])
    expected = plain_steps(np.ones(len(cases)), halves, scale, 4, 3)
    for mine, other in zip((found.pyramidal_Hz, found.interneuron_Hz), expected, strict=True):
        assert mine == pytest.approx(other, rel=0.07, abs=0.1)
    changed = found.pyramidal_Hz[: len(names)] / found.pyramidal_Hz[len(names)]
    assert (np.abs(changed - 1) > 0.02).all()  # none of the ten does nothing


# --- the noise ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_step", [1, 2, 4])
def test_noise_is_what_it_is_said_to_be(per_step: int) -> None:
    """Deviation and memory of the mean over a step, from those of an Ornstein-Uhlenbeck current; cells apart.

    A mean over the length d has the variance 2 x^2 (d/x - 1 + exp(-d/x)) / d^2 of the current, x = 5 ms; two
    means have (2 x sinh(d / 2x) / d)^2 exp(-lag/x) of it in common.
    """
    length = per_step * GRID_ms
    path = np.stack(list(circuit._noise(np.random.default_rng(3), 40_000 // per_step, per_step))).astype(float)
    assert path.shape == (40_000 // per_step, E + I)
    share = 2 * (TAU_NOISE / length) ** 2 * (length / TAU_NOISE - 1 + math.exp(-length / TAU_NOISE))
    assert path[:, :E].std() == pytest.approx(140 * math.sqrt(share), rel=0.01)
    assert path[:, E:].std() == pytest.approx(90 * math.sqrt(share), rel=0.015)
    assert np.abs(path.mean(axis=0)).max() < 5 * 140 * math.sqrt(2 * TAU_NOISE / 10_000)
    common = (2 * TAU_NOISE / length * math.sinh(length / (2 * TAU_NOISE))) ** 2 / share
    for lag_ms in (2, 5, 10, 15):  # also across the blocks in which it is drawn
        lag = round(lag_ms / length)
        shape = (path[lag:] * path[:-lag]).mean(axis=0) / path.var(axis=0)
        assert shape.mean() == pytest.approx(common * math.exp(-lag_ms / TAU_NOISE), abs=0.01)
    together = np.corrcoef(path[:: max(1, 20 // per_step)].T) - np.eye(E + I)
    assert np.abs(together).mean() < 0.03


# --- the rate model ----------------------------------------------------------------------------------


def slope(_: float, y: Floats, free_e: float, free_i: float) -> list[float]:
    e, i, s = y
    u_e = -3.9181 + free_e * (10.3652 + 0.1942 * s) + 0.1873 * e - 1.0577 * i
    u_i = -3.0153 + free_i * (4.3829 + 0.2428 * s) + 0.3993 * e - 0.5672 * i
    return [
        (-e + 6.7679 * float(np.logaddexp(0, u_e))) / 15,
        (-i + 10.8438 * float(np.logaddexp(0, u_i))) / 8,
        (e - s) / 100,
    ]


@pytest.mark.parametrize("assumption", HALF_uM)
def test_stationary_rates_are_where_the_rate_model_comes_to_rest(assumption: str) -> None:
    """All rates followed in time from rest, by a general solver, tau 15, 8 and 100 ms."""
    doses = np.array([0, 0.03, 0.3, 1, 3, 10, 50, 1000])
    found = circuit.rates_Hz(doses, assumption)
    half_e, half_i = HALF_uM[assumption]
    for k, dose in enumerate(doses):
        shares = (free(dose, half_e), free(dose, half_i))
        solution = solve_ivp(slope, (0, 5000), [4.8, 7.9, 4.8], "LSODA", rtol=1e-9, atol=1e-11, args=shares)
        assert solution.success
        assert [found[0][k], found[1][k]] == pytest.approx(solution.y[:2, -1], rel=1e-5)


# --- washing in --------------------------------------------------------------------------------------

# Evidence, section 1.2: mean open probability at 0.1, 1, 5 and 20 Hz; here for the rates in between
OPEN = ((0.1, 1.0, 5.0, 20.0), (0.0024, 0.024, 0.096, 0.174))


@pytest.mark.parametrize("dose", [0.3, 3.0])
def test_block_starts_at_the_speed_of_its_own_cells(dose: float) -> None:
    """db/dt = kon C B Po at first, kon = 3 /uM/s, with B so that half is blocked at 5.0 and 1.2 uM.

    b = CB / (CB + Kd), so B = Kd / half. B of pyramidal cells is that of 1 mM magnesium at -65 mV, 0.0595.
    Po is read between two printed values, hence 10 %.
    """
    early = 1e-3
    course = circuit.wash_in([0, early], dose)
    plugged = 1 / (1 + math.exp(0.062 * 65) / 3.57)
    for share, rate, unplugged in (
        (course.blocked_pyramidal, course.pyramidal_Hz[0], plugged),
        (course.blocked_interneuron, course.interneuron_Hz[0], plugged * 5.0 / 1.2),
    ):
        open_probability = float(np.exp(np.interp(np.log(rate), np.log(OPEN[0]), np.log(OPEN[1]))))
        assert share[1] / early == pytest.approx(3.0 * dose * unplugged * open_probability, rel=0.1)


def test_block_goes_on_at_the_speed_of_its_own_cells() -> None:
    """The time to the level is 1 / (kon Po (C B + Kd)): five times as long, and all but 1 % of the way is gone.

    With rates that hardly change (0.05 uM), so that the time can be told.
    """
    plugged = 1 / (1 + math.exp(0.062 * 65) / 3.57)
    dissociation = 5.0 * plugged
    for kind, rate, unplugged in (("pyramidal", 4.8, plugged), ("interneuron", 7.9, plugged * 5.0 / 1.2)):
        open_probability = float(np.exp(np.interp(np.log(rate), np.log(OPEN[0]), np.log(OPEN[1]))))
        tau = 1 / (3.0 * open_probability * (0.05 * unplugged + dissociation))
        course = circuit.wash_in([0, tau / 2, tau, 2 * tau, 20 * tau], 0.05)
        share = getattr(course, f"blocked_{kind}")
        assert share[1:4] / share[4] == pytest.approx(1 - np.exp([-0.5, -1, -2]), abs=0.04)
