"""The NMDA receptor: ketamine enters only an open pore, and the gate closes behind it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from explainer.evidence import parameters
from explainer.models import nmda as model
from explainer.player import (
    Ask,
    Chart,
    Choice,
    Clock,
    Control,
    Count,
    Flow,
    Glow,
    Line,
    Member,
    Readout,
    Scene,
    Sentence,
    Share,
    Shift,
    Step,
    Stretch,
    Turn,
)
from explainer.player.surface import Floats, Response, Settings

TRAIN_S = tuple(float(t) for t in range(8, 18))
"""When the ten pulses with the drug begin."""

ALONE_S, TEST_S, HELD_S, LAST_S = 0.1, 138.0, (139.0, 169.0), 171.0
"""The pulse before the drug, the test pulse after the wash, glutamate held on, the last pulse."""

DRUG_S = (6.0, 18.0)
"""When the drug is there: it comes once the first pulse has died away."""

SEEN_S = 17.95
"""When the steps on the ten pulses end: the drug is there still."""

END_S = 172.0
PEAK_S = 0.02
"""From the beginning of a pulse to the moment at which its current is compared."""

EARLY_S = 2.0
"""How long glutamate has been held when the drugs' speeds are compared."""

LOOSEST_uM = parameters("nmda")["ketamine_affinity_highest_uM"].value
"""The other end of the published spread of ketamine's affinity; the model uses the tightest."""

FOLLOWED = 4.5 / 48
"""Rank of the receptor drawn large: the fifth of the 48 to be blocked. Glutamate finds it at every pulse."""

ORDER = ("trapped_free", "trapped_bound", "open_blocked", "conducting", "plugged", "bound_shut")
"""States along the population; neighbours are those that turn into each other."""

PLUGGING = ("conducting", "plugged")
"""Magnesium comes and goes faster than the film shows, and leaves before the drug enters."""

PLUG = 0.3
"""Place of the receptor drawn large between these two: it conducts where more than 30 % of the open channels do."""

OPEN_S = 0.08
"""From the beginning of the first pulse to the end of the steps that look at open channels: they are open still."""


def _pulse(start_s: float, end_s: float, films_s: tuple[float, ...], label: str = "", shade: str = "") -> list[Stretch]:
    """Show a pulse: arrival and opening slowly, then the half second of the current, then the rest fast.

    With five times, the first tenth of a second after the peak, in which a drug enters, has one of its own.
    """
    entered = (start_s + 0.12,) if len(films_s) == 5 else ()
    edges = (start_s, start_s + 0.005, start_s + PEAK_S, *entered, start_s + 0.5, end_s)
    names = ((label, shade), *[("", "")] * (len(films_s) - 1))
    return [Stretch(a, b, film, *name) for a, b, film, name in zip(edges[:-1], edges[1:], films_s, names, strict=True)]


clock = Clock(
    [
        Stretch(0.0, ALONE_S, 0.125, "Glutamate alone", "shade-glutamate"),
        *_pulse(ALONE_S, DRUG_S[0], (1.0, 0.75, 2.25, 0.5)),
        Stretch(DRUG_S[0], TRAIN_S[0], 1.5, "Drug, no glutamate", "shade-drug"),
        *_pulse(TRAIN_S[0], TRAIN_S[1], (0.75, 0.5, 1.25, 0.5, 0.25), "Drug and ten pulses", "shade-both"),
        *[s for t in TRAIN_S[1:-1] for s in _pulse(t, t + 1, (0.125, 0.125, 0.375, 0.125))],
        *_pulse(TRAIN_S[-1], SEEN_S, (0.125, 0.125, 0.375, 0.125)),
        Stretch(SEEN_S, DRUG_S[1], 0.0625),
        Stretch(DRUG_S[1], TEST_S, 1.75, "Washed: neither", "shade-wash"),
        *_pulse(TEST_S, HELD_S[0], (0.375, 0.375, 1.0, 0.25), "Pulse", "shade-glutamate"),
        Stretch(HELD_S[0], HELD_S[0] + EARLY_S, 1.5, "Glutamate held on", "shade-glutamate"),
        Stretch(HELD_S[0] + EARLY_S, HELD_S[0] + 2 * EARLY_S, 1.25),
        Stretch(HELD_S[0] + 2 * EARLY_S, HELD_S[1], 0.75),
        Stretch(HELD_S[1], LAST_S, 0.5, "Rest", "shade-wash"),
        *_pulse(LAST_S, END_S, (0.375, 0.375, 1.0, 0.25), "Pulse", "shade-glutamate"),
    ]
)

protocol = model.Protocol.of(
    0.0,
    END_S,
    glutamate_mM=np.concatenate(
        [
            model.train(ALONE_S, 1, 1.0),
            model.train(TRAIN_S[0], len(TRAIN_S), 1.0),
            model.train(TEST_S, 1, 1.0),
            model.steps((*HELD_S, 1.0)),
            model.train(LAST_S, 1, 1.0),
        ]
    ),
    blocker_share=model.steps((*DRUG_S, 1.0)),
)


def respond(settings: Settings, seconds: Floats) -> Response:
    """Run the experiment at every setting.

    Parameters
    ----------
    settings : mapping of name to array (n,)
        ``ketamine_uM`` (of whichever drug), ``voltage_mV``, ``magnesium_mM`` and ``drug``.
    seconds : array (time,)
        Frames, as `clock.seconds`.

    Returns
    -------
    channels : mapping of name to array (n, time)
    facts : mapping of name to array (n,)
    """
    # A trace of drug in place of none keeps the ratios below defined, and changes nothing that is seen.
    drug_uM = np.maximum(np.asarray(settings["ketamine_uM"], float), 1e-6)
    voltage_mV = np.asarray(settings["voltage_mV"], float)
    magnesium_mM = np.asarray(settings["magnesium_mM"], float)
    drug = np.asarray(settings["drug"])
    course = model.simulate(seconds, **protocol.inputs(drug_uM, voltage_mV, magnesium_mM), blocker=drug)
    blocked, loosely = course.blocked, course.blocked.copy()
    spread = drug == "ketamine"
    if np.any(spread):
        inputs = protocol.inputs(drug_uM[spread], voltage_mV[spread], magnesium_mM[spread])
        loosely[spread] = model.simulate(seconds, **inputs, affinity_uM=LOOSEST_uM).blocked

    waited, first, trained = (clock.frame(t) for t in (TRAIN_S[0], TRAIN_S[1], DRUG_S[1]))
    tested, held, early, last = (clock.frame(t) for t in (TEST_S, HELD_S[0], HELD_S[0] + EARLY_S, LAST_S))
    peaks = [clock.frame(t + PEAK_S) for t in (ALONE_S, TRAIN_S[-1])]
    undrugged = model.simulate(seconds, **protocol.inputs(0.0)).open
    calcium, sodium = (-part for part in model.channel_current(voltage_mV))
    trapped_bound = course.state("C2B") + course.state("DB")
    relative = course.open / course.open[:, peaks[0], None]
    channels = {
        "trapped_free": course.trapped - trapped_bound,
        "trapped_bound": trapped_bound,
        "open_blocked": course.open_blocked,
        "conducting": course.conducting,
        "plugged": course.plugged,
        "bound_shut": course.state("C2") + course.state("D"),
        "relative_current": relative,
        "relative_undrugged": np.tile(undrugged / undrugged[peaks[0]], (len(voltage_mV), 1)),
        "blocked": blocked,
        "blocked_loose": loosely,
        **_given(seconds, settings),
    }
    free = model.unplugged_fraction(voltage_mV, magnesium_mM)
    facts = {
        "unplugged": free,
        "plugged_share": 1 - free,
        "blocked_waiting": blocked[:, waited],
        "blocked_first": blocked[:, first],
        "blocked_end": blocked[:, trained],
        "blocked_end_loose": loosely[:, trained],
        "left_last": relative[:, peaks[1]],
        "left_undrugged": np.full(len(voltage_mV), undrugged[peaks[1]] / undrugged[peaks[0]]),
        "calcium_per_channel": calcium,
        "sodium_per_channel": sodium,
        "kept": blocked[:, tested] / blocked[:, trained],
        "kept_early": blocked[:, early] / blocked[:, held],
        "kept_held": blocked[:, last] / blocked[:, trained],
    }
    return channels, facts


def _given(seconds: Floats, settings: Settings) -> Mapping[str, Floats]:
    """Give what is applied in each frame: glutamate and drug, as the protocol has them."""
    interval = np.clip(np.searchsorted(protocol.edges_s, seconds, side="right") - 1, 0, len(protocol.glutamate_mM) - 1)
    amount = np.asarray(settings["ketamine_uM"], float)[:, None]
    glutamate = np.broadcast_to(protocol.glutamate_mM[interval], (len(amount), len(seconds)))
    share: NDArray[np.float64] = protocol.blocker_share[interval]
    return {"glutamate": np.array(glutamate), "drug_present": amount * share}


def _followed(*states: str, glide_s: float = 0.125) -> Member:
    return Member(states=states, order=ORDER, rank=FOLLOWED, fast=PLUGGING, aside=PLUG, glide_s=glide_s)


opens = _followed("open_blocked", "conducting", "plugged")
binds = _followed("trapped_bound", "open_blocked", "conducting", "plugged", "bound_shut")
plugs = _followed("plugged")
holds = _followed("trapped_free", "trapped_bound", "open_blocked", glide_s=0.1875)
conducts = _followed("conducting")

scene = Scene(
    name="nmda",
    title="The NMDA receptor: a channel must be open to be blocked",
    art="nmda.svg",
    narrow="0 0 960 1500",
    clock=clock,
    respond=respond,
    controls=[
        Control(
            "ketamine_uM",
            "Drug at the receptor",
            nodes=[0, 0.1, 0.3, 1, 2, 3, 5, 10],
            start=3,
            unit="µM",
            spacing="log",
            about="Concentration right at the receptor in this experiment. It is not a dose. One study takes about 1 µM for the human brain.",
        ),
        Control(
            "voltage_mV",
            "Membrane potential",
            nodes=np.arange(-80, 41, 15).tolist(),
            start=-30,
            unit="mV",
            form="signed",
            about="Held fixed by the experimenter. A resting cell is near −70 mV; a strongly excited spine nears 0 mV.",
        ),
        Choice("magnesium_mM", "Magnesium (mM)", ["0", "0.1", "1"], start="1", about="About 1 mM around a brain cell; left out in many recordings."),
        Choice("drug", "Drug", list(model.BLOCKERS), about="Three drugs that block the same pore and leave it at different speeds."),
    ],
    actors=[
        Turn("#gate-left", opens, to="rotate(-27)"),
        Turn("#gate-right", opens, to="rotate(27)"),
        Turn("#clamshell-glutamate", binds, to="rotate(16)", at=(1.0, 0.0)),
        Shift("#glutamate", binds, path="#glutamate-entry"),
        Glow("#glutamate", binds, at=(0.0, 0.2)),
        Shift("#magnesium", plugs, path="#magnesium-entry"),
        Glow("#magnesium", "magnesium_mM", at=(0.0, 0.1)),
        Shift("#ketamine", holds, path="#ketamine-entry"),
        Glow("#ketamine", holds, at=(0.0, 0.15)),
        Flow("#sodium-path", conducts, strength="sodium_per_channel", glyph="sodium", per_s=18, travel_s=0.8, size=30, gate=0.68),
        Flow("#calcium-path", conducts, strength="calcium_per_channel", glyph="calcium", per_s=18, travel_s=0.8, size=34, gate=0.68),
        Count("#glutamate-cloud", "glutamate", of=14, full=1.0),
        Count("#ketamine-cloud", "drug_present", of=24, full=10.0),
        Share(
            "#receptors",
            of=48,
            states={
                "trapped_free": "state-trapped",
                "trapped_bound": "state-trapped",
                "open_blocked": "state-blocked",
                "conducting": "state-open",
                "plugged": "state-plugged",
            },
            ringed=FOLLOWED,
            fast=PLUGGING,
            aside=PLUG,
        ),
        Readout("#drug-name", template="{drug}"),
        Readout("#membrane-label", template="{voltage_mV:signed} mV"),
        Readout("#magnesium-label", template="plugs {plugged_share:percent}\nof open pores"),
    ],
    charts=[
        Chart(
            "Current at each pulse of glutamate",
            [
                Line("relative_undrugged", "without the drug", "chart-axis", dash="dot"),
                Line("relative_current", "at this setting", "calcium-ink"),
            ],
            unit="% of the first pulse",
            scale=100,
            range=(0, 110),
            at_s=[t + PEAK_S for t in (ALONE_S, *TRAIN_S, TEST_S, LAST_S)],
            at_labels=["0", *(str(i + 1) for i in range(len(TRAIN_S))), "W", "L"],
            at_breaks=[len(TRAIN_S) + 1, len(TRAIN_S) + 2],
            x_title="pulse (0: no drug, W: washed, L: last)",
        ),
        Chart(
            "Where the receptors are",
            [
                Line(("trapped_free", "trapped_bound"), "drug behind a shut gate", "ketamine-deep", stack=True),
                Line("open_blocked", "drug, gate open", "ketamine", stack=True),
                Line("conducting", "open, ions pass", "calcium", stack=True),
                Line("plugged", "open, magnesium in the way", "magnesium", stack=True),
            ],
            unit="% of receptors",
            scale=100,
            range=(0, 100),
        ),
        Chart(
            "Receptors that hold the drug",
            [
                Line("blocked", "as modelled", "ketamine-ink"),
                Line("blocked", "other estimates of its affinity", "ketamine-ink", to="blocked_loose"),
            ],
            unit="% of receptors",
            scale=100,
            range=(0, 100),
        ),
    ],
    story=[
        Step(
            "At rest, glutamate is not enough",
            "An NMDA receptor needs glutamate and its co-agonist glycine to open its gate. Here glutamate comes while the membrane rests at −70 mV.",
            window_s=(0.0, ALONE_S + OPEN_S),
            values={"ketamine_uM": 0, "voltage_mV": -70},
            focus=["#receptor", "#glutamate-cloud", "#field", "#labels"],
            claims=["nmda-coincidence", "nmda-magnesium", "co-agonist-location"],
            ask=Ask(
                "Of the channels that open, how many let ions through?",
                ["Fewer than one in ten", "One in ten to half", "More than half"],
                fact="unplugged",
                bins=(0.1, 0.5),
                because="Magnesium is drawn into the open pore and plugs {plugged_share:percent} of the open channels at −70 mV.",
            ),
        ),
        Step(
            "Excite the cell, and the plug leaves",
            "At −20 mV the membrane no longer pulls magnesium in so strongly. Sodium and calcium flow; calcium is a signal by which a synapse learns.",
            window_s=(0.0, ALONE_S + OPEN_S),
            values={"ketamine_uM": 0, "voltage_mV": -20},
            claims=["nmda-magnesium", "nmda-calcium"],
            outcome="Now {unplugged:percent} of the open channels let ions through. In the cell it takes glutamate and excitation at once.",
        ),
        Step(
            "Ketamine waits outside",
            "Ketamine is there now: 10 µM, ten times what one study takes for the human brain, so that the effect is easy to see. No glutamate is given for two seconds.",
            window_s=(6.0, 7.95),
            values={"ketamine_uM": 10, "voltage_mV": -20},
            claims=["ketamine-open-channel", "concentration-in-proportion", "allosteric-site"],
            ask=Ask(
                "How many receptors are blocked after two seconds?",
                ["None", "About half", "Nearly all"],
                fact="blocked_waiting",
                bins=(0.001, 0.75),
                because="Not one in this model: the gate is shut, and the drug’s place lies behind it.",
            ),
        ),
        Step(
            "It enters the open door, and the door shuts",
            "A pulse of glutamate opens the gate. Ketamine slips to its site between gate and filter; then the gate shuts on it. It is trapped.",
            window_s=(7.9, 8.95),
            values={"ketamine_uM": 10, "voltage_mV": -20},
            focus=["#receptor", "#ketamine-cloud", "#glutamate-cloud", "#field", "#labels"],
            claims=["ketamine-nmda-antagonist", "ketamine-site", "ketamine-trapping"],
            outcome="One pulse has left the drug in {blocked_first:percent} of the receptors.",
        ),
        Step(
            "Every opening adds to the block",
            "Ten pulses, one a second. A channel that opens often gets blocked sooner: use dependence. Watch the field of receptors fill.",
            window_s=(8.0, SEEN_S),
            values={"ketamine_uM": 10, "voltage_mV": -20},
            claims=["use-dependence", "firing-rate-not-selectivity"],
            ask=Ask(
                "How much of the first, drug-free current is left at the tenth pulse?",
                ["Less than a third", "One to two thirds", "More than two thirds"],
                fact="left_last",
                bins=(1 / 3, 2 / 3),
                because="{left_last:percent} of the first current is left; without the drug, {left_undrugged:percent} would be.",
            ),
        ),
        Step(
            "Washed away, but not out",
            "The drug is washed away for two minutes. No glutamate is given, so the gates stay shut. Then comes one test pulse.",
            window_s=(17.9, 138.95),
            values={"ketamine_uM": 10, "voltage_mV": -20},
            claims=["ketamine-trapping", "unblock-needs-opening", "occupancy-in-brain"],
            ask=Ask(
                "How much of the block is left before the test pulse?",
                ["Less than a third", "One to two thirds", "More than two thirds"],
                fact="kept",
                bins=(1 / 3, 2 / 3),
                because="{kept:percent} of the block is left. The rest has leaked out slowly through shut gates, which differs from drug to drug.",
            ),
        ),
        Step(
            "The way out leads through the same door",
            "Glutamate is now held on for half a minute, without the drug. Gates open again and again, and ketamine can leave.",
            window_s=(139.0, 171.95),
            values={"ketamine_uM": 10, "voltage_mV": -20},
            claims=["unblock-needs-opening", "voltage-frees"],
            outcome="Of the block, {kept_held:percent} is left, and at the last pulse the channels open as before.",
        ),
        Step(
            "Three drugs, three speeds",
            "In this model memantine and MK-801 enter the same pore as fast as ketamine. They differ in how soon they leave. MK-801 is shown.",
            window_s=(138.0, 171.95),
            values={"ketamine_uM": 10, "voltage_mV": -20, "drug": "MK-801"},
            claims=["off-rates-differ", "memantine-partial-trapping", "memantine-vs-ketamine"],
            ask=Ask(
                "Glutamate is back: which leaves first?",
                ["Ketamine", "Memantine", "MK-801"],
                fact="kept_early",
                settings=[{"drug": "ketamine"}, {"drug": "memantine"}, {"drug": "MK-801"}],
                most=False,
                because="After two seconds ketamine keeps {kept_early_1:percent} of its block, memantine {kept_early_2:percent}, MK-801 {kept_early_3:percent}. Choose another and play again.",
            ),
        ),
        Step(
            "Magnesium stands in ketamine’s way",
            "In this model plug and drug exclude each other. Near rest, at −65 mV, magnesium decides how much ketamine gets in. This is with 1 mM.",
            window_s=(6.0, SEEN_S),
            values={"ketamine_uM": 10, "voltage_mV": -65},
            claims=["magnesium-competes", "affinity-spread", "glutamate-not-direct", "mechanism-open"],
            ask=Ask(
                "Where do ten pulses leave more ketamine in the receptors?",
                ["Without magnesium", "With 1 mM magnesium"],
                fact="blocked_end",
                settings=[{"magnesium_mM": "0"}, {"magnesium_mM": "1"}],
                because="Without magnesium {blocked_end_1:percent} of the receptors hold ketamine, with 1 mM {blocked_end_2:percent}. Set it to 0 and play again.",
            ),
        ),
    ],
    words=[
        Sentence("At {voltage_mV:signed} mV with {magnesium_mM} mM magnesium, the plug leaves {unplugged:percent} of the open channels free."),
        Sentence("No drug is present.", when={"ketamine_uM": (0, 0)}),
        Sentence(
            "With {ketamine_uM:g} µM {drug}, ten pulses of glutamate leave the drug in {blocked_end:percent} of the receptors, and {left_last:percent} of the first current.",
            when={"ketamine_uM": (0.0001, 1000)},
        ),
        Sentence(
            "After two minutes without drug and glutamate {kept:percent} of the block remains; after half a minute of glutamate, {kept_held:percent}.",
            when={"ketamine_uM": (0.0001, 1000)},
        ),
        Sentence(
            "Estimates of its affinity differ: with the loosest, the block would reach {blocked_end_loose:percent}.",
            when={"ketamine_uM": (0.0001, 1000), "drug": "ketamine"},
        ),
    ],
    now="At {time} ({phase}): {conducting:percent} of the receptors let ions through, {blocked:percent} hold the drug.",
    leaves_out=[
        "The voltage is held, as in a recording; a real synapse changes it by its own current.",
        "Glycine or D-serine, the co-agonist, is always there.",
        "Ketamine’s affinity is unresolved: estimates run from 0.33 to 2.5 µM. The model uses the tightest; the band shows the rest, as faster leaving only.",
        "Two mismatches are known. In steady glutamate without magnesium 10 µM blocks about 97 % where one recording found 80 %. And that block sets in faster than published rates give: 2.4 times counted in receptors, 5.6 times in current.",
        "Memantine’s second, superficial site is reduced to a crude leak from closed channels. Modes of gating are left out.",
        "All receptors are of one kind, with GluN2A. About a quarter are open at a pulse’s peak; that share is disputed.",
        "Sodium and potassium are taken together: what is drawn as sodium is their net current.",
        "Two of the four subunits are cut away, and the outermost lobes are shortened.",
        "What ketamine does to receptors at rest in magnesium is disputed, and a site at nanomolar concentration rests on one report; see the cards.",
    ],
    scale_note="Not to scale: sizes, distances and numbers of particles. Ions per film second follow the computed current, drug particles its concentration. In the field the shares are computed; which receptor is which is arranged for the eye: the ringed one, drawn large, is the fifth to be blocked and stays the fifth, where chance would pick anew at each pulse.",
    legend=[
        ("sodium", "Ions: as many in a film second as the computed current of one open channel"),
        ("ketamine", "Drug: as many outside as the concentration says"),
    ],
)

play = scene.play
