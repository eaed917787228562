"""The spiking network, eleven concentrations side by side for a second, and the same network in Brian2."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Goal, Row, middle, times
from explainer.evidence import parameters
from explainer.models import circuit

MOST_S, MOST_APART = 0.15, 0.1
KETAMINE_uM = (0, 0.1, 0.3, 0.6, 1, 2, 3, 5, 10, 20, 50)
LEAST_Hz = 1.0  # below, rates are few spikes: a tenth of this is close enough
SETTLE_S, STEP_MS, SEED = 0.4, 0.5, 1
BRIAN2 = Path(sys.prefix) / "brian2" / "bin" / "python"
SCRIPT = Path(__file__).with_name("network_brian2.py")
Floats = NDArray[np.float64]


def brian2(target: str, repeats: int, long_s: float) -> dict[str, Any]:
    """Run the network in Brian2; gives its version, seconds and rates."""
    if not BRIAN2.exists():
        raise RuntimeError(f"there is no {BRIAN2}: `make bench` installs Brian2 there, from benchmarks/brian2.txt.")
    magnesium = {name: entry.value for name, entry in parameters("nmda").items()}
    asked = {
        "circuit": {name: entry.value for name, entry in parameters("circuit").items()},
        "magnesium_mM": magnesium["typical_magnesium_mM"],
        "magnesium_half_block_mM": magnesium["magnesium_half_block_mM"],
        "magnesium_steepness_per_mV": magnesium["magnesium_steepness_per_mV"],
        "ketamine_uM": KETAMINE_uM,
        "step_ms": STEP_MS,
        "settle_s": SETTLE_S,
        "seed": SEED,
        "target": target,
        "repeats": repeats,
        "long_s": long_s,
    }
    run = subprocess.run([BRIAN2, SCRIPT], input=json.dumps(asked), capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"Brian2 failed: {run.stderr.strip().splitlines()[-1]}")
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def apart(ours: Floats, theirs: Floats) -> float:
    """Give the largest difference of rates as a share of theirs, or of LEAST_Hz where theirs is below."""
    return float((np.abs(ours - theirs) / np.maximum(theirs, LEAST_Hz)).max())


def measure(repeats: int, long_s: float) -> list[Row]:
    """Run a second of the network, again and again; compare rates over `long_s`."""
    second, whole = [], []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        circuit.spikes(KETAMINE_uM, settle_s=0, step_ms=STEP_MS)
        second.append(time.perf_counter() - start)
        start = time.perf_counter()
        circuit.spikes(KETAMINE_uM, settle_s=SETTLE_S, step_ms=STEP_MS)
        whole.append(time.perf_counter() - start)
    ours = middle(second[1:])  # the first one loads what is needed
    rates = circuit.spikes(KETAMINE_uM, settle_s=SETTLE_S, step_ms=STEP_MS, duration_s=long_s)
    other = brian2("numpy", repeats, long_s)
    theirs = middle(other["second_s"])
    differ = {
        "pyramidal": apart(rates.pyramidal_Hz, np.array(other["rates_Hz"]["pyramidal"])),
        "interneuron": apart(rates.interneuron_Hz, np.array(other["rates_Hz"]["interneuron"])),
    }
    worst = max(differ, key=differ.__getitem__)
    return [
        Row(
            "spiking network, a second",
            "s",
            ours,
            ratio=f"{times(theirs, ours)} faster",
            goals=(Goal(f"≤ {MOST_S} s", ours <= MOST_S),),
            note=f"{len(KETAMINE_uM)} concentrations side by side, {circuit.PYRAMIDAL + circuit.INTERNEURONS} cells "
            f"each, steps of {STEP_MS} ms; median of {repeats}. The ratio is to the next row.",
        ),
        Row("  with 0.4 s of settling", "s", middle(whole[1:]), note="as scenes ask for it."),
        Row(
            "  by Brian2, without a compiler",
            "s",
            theirs,
            note=f"{other['version']}, NumPy as code generation, the same steps; median of {repeats} seconds of a "
            f"network that has run before. Until it had settled the first time: {other['ready_s']:.2f} s more.",
        ),
        Row(
            "  rates, largest difference",
            "%",
            100 * differ[worst],
            goals=(Goal(f"≤ {100 * MOST_APART:.0f} %", differ[worst] <= MOST_APART),),
            note=f"of {worst} cells, over {long_s:g} s, each with its own noise; below {LEAST_Hz:g} Hz as a share of "
            f"{LEAST_Hz:g} Hz.",
        ),
    ]
