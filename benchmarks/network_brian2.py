"""The spiking network in Brian2, run by the Python of an environment of its own: see benchmarks/brian2.txt.

Takes from standard input, as JSON, the values of the circuit and of magnesium, concentrations, step, code
generation and lengths; writes rates and seconds to standard output, as JSON. It is written from the
description of the network, not from the model: exponential steps, in each of which magnesium's plug and the
noise are held, and a spike's conductance in full from the next step on. All concentrations run side by side in
one network. Synapses act through one pool of conductances for each, since connections are all to all.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import brian2 as b
import numpy as np

POOL = """
dampa/dt = -ampa / ampa_decay : 1
dnmda/dt = -nmda / nmda_decay : 1
dgaba/dt = -gaba / gaba_decay : 1
fired_pyramidal : 1
fired_interneuron : 1
"""
COLLECT = """
ampa += fired_pyramidal
nmda += nmda_jump * fired_pyramidal * (1 - nmda / cells)
gaba += fired_interneuron
fired_pyramidal = 0
fired_interneuron = 0
"""
CELL = """
dv/dt = (leak * (resting - v) + brake * gaba * (inhibitory - v) + excitation * (excitatory - v) + noise) / capacitance
    : volt (unless refractory)
excitation = tonic_ampa + each_ampa * ampa + (tonic_nmda + each_nmda * nmda) * unblocked * unplugged : siemens
unplugged : 1
noise : amp
ampa : 1 (linked)
nmda : 1 (linked)
gaba : 1 (linked)
unblocked : 1 (constant)
"""
BEFORE = """
unplugged = 1 / (1 + plug * exp(-steepness * v))
noise = stays * noise + fresh_noise * randn()
"""


def build(asked: dict[str, Any]) -> tuple[b.Network, dict[str, b.SpikeMonitor]]:
    """Write the network down."""
    p, doses = asked["circuit"], np.array(asked["ketamine_uM"])
    stays = float(np.exp(-asked["step_ms"] / p["noise_decay_ms"]))
    common = {
        "ampa_decay": p["ampa_decay_ms"] * b.ms,
        "nmda_decay": p["nmda_decay_ms"] * b.ms,
        "gaba_decay": p["gaba_decay_ms"] * b.ms,
        "stays": stays,
        "nmda_jump": p["nmda_jump_ratio"],
        "cells": p["pyramidal_cells_count"],
        "resting": p["resting_mV"] * b.mV,
        "threshold": p["threshold_mV"] * b.mV,
        "reset": p["reset_mV"] * b.mV,
        "excitatory": p["excitatory_reversal_mV"] * b.mV,
        "inhibitory": p["inhibitory_reversal_mV"] * b.mV,
        "plug": asked["magnesium_mM"] / asked["magnesium_half_block_mM"],
        "steepness": asked["magnesium_steepness_per_mV"] / b.mV,
    }
    pools = b.NeuronGroup(doses.size, POOL, method="exact", namespace=common)
    pools.run_regularly(COLLECT, when="end")
    network, monitors = b.Network(pools), {}
    for kind in ("pyramidal", "interneuron"):
        count = int(p[f"{kind}_cells_count"])
        row = np.repeat(np.arange(doses.size), count)
        own = {
            "leak": p[f"{kind}_leak_nS"] * b.nS,
            "capacitance": p[f"{kind}_capacitance_pF"] * b.pF,
            "fresh_noise": np.sqrt(1 - stays**2) * p[f"{kind}_noise_pA"] * b.pA,
            "tonic_ampa": p[f"tonic_ampa_{kind}_nS"] * b.nS,
            "tonic_nmda": p[f"tonic_nmda_{kind}_nS"] * b.nS,
            "each_ampa": p[f"pyramidal_to_{kind}_ampa_nS"] * b.nS,
            "each_nmda": p[f"pyramidal_to_{kind}_nmda_nS"] * b.nS,
            "brake": p[f"interneuron_to_{kind}_gaba_nS"] * b.nS,
        }
        group = b.NeuronGroup(
            row.size,
            CELL,
            threshold="v >= threshold",
            reset="v = reset",
            refractory=p[f"{kind}_refractory_ms"] * b.ms,
            method="exponential_euler",
            namespace={**common, **own},
        )
        for name in ("ampa", "nmda", "gaba"):
            setattr(group, name, b.linked_var(pools, name, index=row))
        group.run_regularly(BEFORE, when="start")
        group.unblocked = 1 / (1 + doses / p[f"{kind}_half_block_uM"])[row]
        group.v = "resting + rand() * (threshold - resting)"
        synapses = b.Synapses(group, pools, on_pre=f"fired_{kind}_post += 1")
        synapses.connect(i=np.arange(row.size), j=row)
        monitors[kind] = b.SpikeMonitor(group, record=False)
        network.add(group, synapses, monitors[kind])
    return network, monitors


def main() -> None:
    """Build, settle, run seconds, in which no code is left to generate, and then for the rates."""
    asked = json.load(sys.stdin)
    started = time.perf_counter()
    b.prefs.codegen.target = asked["target"]
    b.seed(asked["seed"])
    b.defaultclock.dt = asked["step_ms"] * b.ms
    network, monitors = build(asked)
    network.run(asked["settle_s"] * b.second)
    ready = time.perf_counter()
    seconds = []
    for _ in range(asked["repeats"]):
        begun = time.perf_counter()
        network.run(1 * b.second)
        seconds.append(time.perf_counter() - begun)
    settled = {kind: np.array(monitor.count) for kind, monitor in monitors.items()}
    network.run(asked["long_s"] * b.second)
    rates = {}
    for kind, monitor in monitors.items():
        fired = (np.array(monitor.count) - settled[kind]).reshape(len(asked["ketamine_uM"]), -1)
        rates[kind] = (fired.mean(axis=1) / asked["long_s"]).tolist()
    print(json.dumps({"version": b.__version__, "ready_s": ready - started, "second_s": seconds, "rates_Hz": rates}))


if __name__ == "__main__":
    main()
