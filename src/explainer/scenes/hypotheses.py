"""Eight accounts of how ketamine lifts mood, two at a time, on one drawing."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from explainer.models import circuit, habenula, nmda
from explainer.player import (
    Ask,
    Card,
    Chart,
    Choice,
    Clock,
    Control,
    Flow,
    Glow,
    Line,
    Readout,
    Scene,
    Sentence,
    Share,
    Show,
    Step,
    Stretch,
    Trace,
)
from explainer.player.actors import Actor
from explainer.player.surface import Floats, Part, Response, Settings
from explainer.scenes.hypotheses_art import (
    CELLS,
    ELSEWHERE,
    FIELD,
    IN_ACCOUNT,
    IN_BOX,
    LIT,
    MODELLED,
    NAMES,
    SIDES,
    THINGS,
    TITLES,
    FILM_s,
)

ABLATIONS: Final = {
    "neither": "interneurons_first",
    "interneurons": "interneurons_spared",
    "pyramidal cells": "pyramidal_spared",
}
"""Which cells' receptors ketamine is kept from."""

LEAKS: Final = {"leaks as fitted": "fitted", "holds until it opens": "none"}
"""What the shut gate of a receptor does to the ketamine behind it."""

WASHED_IN_s: Final = 180.0
"""When ketamine has taken hold in the cortex."""

NEVER_uM: Final = 1e-6
"""In place of no ketamine, so that shares of a block that is not there stay defined."""

PYRAMIDAL_FULL_Hz: Final = 10.0
"""Rate at which a pyramidal cell is drawn at full strength."""

TINTED_Hz: Final = (3.0, 9.0)
"""Rates between which an interneuron's tint grows, evenly: a fall by a fifth must be seen."""

GABA_PER_SPIKE: Final = 0.6
"""GABA particles in a film second for each spike a second."""

RISE: Final = 0.2
"""Logarithm of the ratio of rates at which the sign of a rise or fall is drawn in full."""

SURGE: Final = 0.4
"""Logarithm of the ratio of rates at which the star of growth, the outcome said to follow, is drawn in full."""

HIGHEST_Hz: Final = 14.0
"""The top of the small curves beside the cells."""

SELDOM: Final = habenula.SELDOM_ratio


def cortex(settings: Settings, seconds: Floats) -> Response:
    """Follow both kinds of cell: ketamine washes in, is held, and leaves; block keeps up with its leaving.

    Parameters
    ----------
    settings : mapping of name to array (n,)
        ``ketamine_uM`` and ``ablation``.
    seconds : array (time,)

    Returns
    -------
    channels : mapping of name to array (n, time)
    facts : mapping of name to array (n,)
    """
    held_uM = np.asarray(settings["ketamine_uM"], float)
    assumption = np.array([ABLATIONS[str(kind)] for kind in settings["ablation"]])
    washing = seconds <= habenula.HELD_s
    coming = circuit.wash_in(seconds[washing], held_uM, assumption)
    left_uM = habenula.ketamine_uM(seconds[~washing], held_uM)
    going = circuit.rates_Hz(left_uM, assumption[:, None])
    blocked = [nmda.blocked_share(left_uM, half[:, None]) for half in circuit.half_blocks_uM(assumption)]
    pyramidal, interneuron = (
        np.concatenate([first, then], axis=-1)
        for first, then in zip((coming.pyramidal_Hz, coming.interneuron_Hz), going, strict=True)
    )
    channels = {
        "pyramidal_Hz": pyramidal,
        "interneuron_Hz": interneuron,
        "pyramidal_drawn": pyramidal / PYRAMIDAL_FULL_Hz,
        "pyramidal_rise": np.log(pyramidal / pyramidal[:, :1]),
        "interneuron_rise": np.log(interneuron / interneuron[:, :1]),
        "pyramidal_blocked": np.concatenate([coming.blocked_pyramidal, blocked[0]], axis=-1),
        "interneuron_blocked": np.concatenate([coming.blocked_interneuron, blocked[1]], axis=-1),
    }
    end = circuit.wash_in([0.0, WASHED_IN_s], held_uM, assumption)
    facts = {
        "pyramidal_before_Hz": end.pyramidal_Hz[:, 0],
        "pyramidal_after_Hz": end.pyramidal_Hz[:, 1],
        "pyramidal_change": end.pyramidal_Hz[:, 1] / end.pyramidal_Hz[:, 0],
        "interneuron_before_Hz": end.interneuron_Hz[:, 0],
        "interneuron_after_Hz": end.interneuron_Hz[:, 1],
    }
    return channels, facts


def trapping(settings: Settings, seconds: Floats) -> Response:
    """Follow the block in the habenula for the chosen gate."""
    held_uM = np.maximum(np.asarray(settings["ketamine_uM"], float), NEVER_uM)
    leak = np.array([LEAKS[str(kind)] for kind in settings["trapped"]])
    hour, day, end = habenula.blocked_share([habenula.HELD_s, habenula.BURSTS_RETURN_s, seconds[-1]], held_uM, leak).T
    blocked = habenula.blocked_share(seconds, held_uM, leak)
    return {"habenula_blocked": blocked, "burst_drive": habenula.active(seconds) * (1 - blocked)}, {
        "blocked_hour": hour,
        "blocked_day": day,
        "kept_day": day / hour,
        "kept_end": end / hour,
    }


def compared(settings: Settings, seconds: Floats) -> Response:
    """Give what every assumption says, for comparing: each kind of cell spared, and both gates of the habenula."""
    held_uM = np.asarray(settings["ketamine_uM"], float)
    facts = {
        f"{kind}_Hz": circuit.wash_in([0.0, WASHED_IN_s], held_uM, kind).pyramidal_Hz[:, 1]
        for kind in ABLATIONS.values()
    }
    some_uM = np.maximum(held_uM, NEVER_uM)
    for name, leak, rest in (("kept_fitted", "fitted", 0.0), ("kept_none", "none", 0.0), ("kept_seldom", "none", SELDOM)):
        hour, day = habenula.blocked_share([habenula.HELD_s, habenula.BURSTS_RETURN_s], some_uM, leak, rest).T
        facts[name] = day / hour
    channels = {f"blocked_{leak}": habenula.blocked_share(seconds, some_uM, leak) for leak in habenula.LEAKS}
    channels["ketamine_there"] = habenula.ketamine_uM(seconds, np.minimum(held_uM, 1))
    return channels, facts


ACCOUNTS: Final = [
    Part(cortex, over=("ketamine_uM", "ablation")),
    Part(trapping, over=("ketamine_uM", "trapped")),
    Part(compared, over=("ketamine_uM",)),
]


# --- how it is shown and told ----------------------------------------------------------------

BEFORE_s: Final = -60.0
"""Where the film begins: ketamine comes at 0."""

LEFT_s: Final = habenula.HELD_s + 2 * 3600
"""By when ketamine has left."""

DAY_s: Final = habenula.BURSTS_RETURN_s
RESTING_s: Final = DAY_s - 1800
"""When the habenula's cell rests still."""

clock = Clock(
    [
        Stretch(BEFORE_s, 0, FILM_s["before"], "before"),
        Stretch(0, 60, FILM_s["comes"], "Ketamine comes", "shade-drug"),
        Stretch(60, WASHED_IN_s, FILM_s["settles"], "", "shade-drug"),
        Stretch(WASHED_IN_s, habenula.HELD_s, FILM_s["held"], "held for an hour", "shade-drug"),
        Stretch(habenula.HELD_s, LEFT_s, FILM_s["leaves"], "leaves: half in 13 min", "shade-wash"),
        Stretch(LEFT_s, DAY_s, FILM_s["rests"], "rest, to 24 h", "shade-wash"),
        Stretch(DAY_s, DAY_s + 60, FILM_s["bursts"], "habenula bursts", "shade-glutamate"),
    ],
    frames_per_s=12,
    unit="min",
)

def shown(side: str) -> list[Actor]:
    """Give what one half shows of the chosen account."""
    account = f"{side}_account"

    def where(*keys: str) -> Mapping[str, tuple[str, ...]]:
        return {account: tuple(NAMES[key] for key in keys)}

    lit = [(thing, [key for key, things in LIT.items() if thing in things]) for thing in THINGS]
    return [
        *(Show(f"#{side}-on-{thing}", when=where(*keys)) for thing, keys in lit),
        *(Show(f"#{side}-name-{key}", when=where(key)) for key in NAMES),
        *(Show(f"#{side}-account-{key}", when=where(key)) for key in IN_ACCOUNT),
        Show(f"#{side}-beam", when=where(*(key for key in NAMES if key not in ELSEWHERE))),
        Show(f"#{side}-ketamine", when={"ketamine_uM": (1, 10), "ablation": ("neither", "pyramidal cells")}),
        *(
            Show(f"#{side}-account-{key}-in-{box}", when=where(key))
            for key, insets in IN_BOX.items()
            for box, _ in insets
        ),
        Show(f"#{side}-faint-field", when=where(*(key for key in NAMES if key != "habenula"))),
        Show(f"#{side}-spared-interneurons", when={"ablation": ("interneurons",)}),
        Show(f"#{side}-spared-pyramidal", when={"ablation": ("pyramidal cells",)}),
    ]


def moving(side: str) -> list[Actor]:
    """Give what moves in one half: all of it by a model."""
    return [
        Share(f"#{side}-interneuron-receptors", of=CELLS, states={"interneuron_blocked": "state-blocked"}),
        Share(f"#{side}-pyramidal-receptors", of=CELLS, states={"pyramidal_blocked": "state-blocked"}),
        Glow(f"#{side}-interneuron-on", "interneuron_Hz", at=TINTED_Hz, least=0.04),
        Glow(f"#{side}-pyramidal-on", "pyramidal_drawn", least=0.04),
        *(
            Glow(f"#{side}-{cell}-{way}", f"{cell}_rise", at=(sign * 0.05, sign * RISE))
            for cell in ("pyramidal", "interneuron")
            for way, sign in (("up", 1), ("down", -1))
        ),
        Flow(f"#{side}-gaba-path", "interneuron_Hz", glyph="gaba", per_s=GABA_PER_SPIKE, travel_s=1.0, size=20),
        *(Glow(f"#{side}-{part}", "ketamine_there") for part in ("ketamine", "habenula-ketamine")),
        Glow(f"#{side}-growth", "pyramidal_rise", at=(0.05, SURGE), least=0.1),
        Flow(f"#{side}-cleft-path", "pyramidal_drawn", glyph="glutamate", per_s=4, travel_s=0.9, size=15),
        Flow(f"#{side}-cleft-path-2", "pyramidal_drawn", glyph="glutamate", per_s=4, travel_s=1.0, size=15),
        Trace(f"#{side}-interneuron-curve", "interneuron_Hz", at=(0, HIGHEST_Hz), area=True),
        Trace(f"#{side}-pyramidal-curve", "pyramidal_Hz", at=(0, HIGHEST_Hz), area=True),
        Readout(f"#{side}-interneuron-rate", template="{interneuron_Hz:1} Hz"),
        Readout(f"#{side}-pyramidal-rate", template="{pyramidal_Hz:1} Hz"),
        Share(f"#{side}-habenula-receptors", of=FIELD, states={"habenula_blocked": "state-blocked"}),
        Trace(f"#{side}-habenula-curve", "habenula_blocked", at=(0, 1), area=True),
        Glow(f"#{side}-habenula-on", "burst_drive", least=0.04),
        Glow(f"#{side}-habenula-mood", "habenula_blocked", at=(0, 0.5), least=0.1),
        Readout(f"#{side}-habenula-blocked", template="{habenula_blocked:percent}"),
    ]


TEXTS: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "disinhibition": (
        ("disinhibition", "interneuron-knockdown", "selectivity-disputed"),
        {
            "Claim": "Ketamine blocks NMDA receptors on interneurons first. Less GABA holds pyramidal cells back, they fire more, and the glutamate that they release starts the change.",
            "For": "In awake rats interneurons fired less and then pyramidal cells more (the drug was MK-801, as recalled). In mouse slices 1 µM made inhibitory currents rarer. In mice the effect needed GluN2B in interneurons.",
            "Against": "Mouse fast-spiking cells need NMDA current less than pyramidal cells do. Monkeys decided as if excitation were lost. In mice active cells fell silent and silent ones woke.",
            "Disputed by": "Miller’s laboratory, which finds the receptor that counts on pyramidal cells. Results of Rotaru (mice), Cavanagh (monkeys) and Amat-Foraster (in vivo) do not fit it either.",
            "What would decide": "Recording identified cells of both kinds together, at a concentration known at the receptor, with receptors blocked on one kind only.",
        },
    ),
    "resting": (
        ("resting-nmda-eef2k",),
        {
            "Claim": "Ketamine blocks NMDA receptors that spontaneous glutamate keeps active while the cell rests. The kinase eEF2K falls silent, and the cell makes more of the growth factor BDNF.",
            "For": "Block at rest starts a rapid effect in mice (Autry 2011). In magnesium ketamine, not memantine, blocked receptors at rest, and only ketamine lowered eEF2 phosphorylation and raised BDNF (Gideons 2014).",
            "Against": "At working synapses another laboratory found ketamine and memantine alike (Emnett 2013). Mostly mice and cultured cells.",
            "Disputed by": "The account by disinhibition: there the surge of glutamate is the cause, here none is needed.",
            "What would decide": "Preventing the surge while resting receptors stay blocked, and the reverse: with which of the two is the effect lost?",
        },
    ),
    "extrasynaptic": (
        ("extrasynaptic-glun2b", "interneuron-knockdown"),
        {
            "Claim": "Receptors with GluN2B on pyramidal cells, drawn outside the synapse, sense stray glutamate and hold the making of synapses down. Ketamine takes this brake away.",
            "For": "In mice deletion from pyramidal cells acted like ketamine and left it nothing to add (Miller 2014); later deletion in prefrontal cortex acted like an antidepressant (Miller 2017).",
            "Against": "Knocking GluN2B down in pyramidal cells did not stop ketamine; knocking it down in interneurons did (Gerhard 2020).",
            "Disputed by": "Gerhard’s laboratory: the two findings contradict each other. The methods differ, deletion (first for life, later by virus) against knock-down by virus.",
            "What would decide": "Both methods in one laboratory, in the same region, at the same age, with the same test.",
        },
    ),
    "metabolite": (
        ("hydroxynorketamine",),
        {
            "Claim": "Not ketamine but a breakdown product, (2R,6R)-hydroxynorketamine, acts: by way of AMPA receptors, with NMDA receptors left alone.",
            "For": "In mice (Zanos 2016, as later papers report) and, by other reports, in rats, the product by itself acted like an antidepressant.",
            "Against": "One group found no effect in rats. In two exploratory studies of people more of it (in one, both mirror forms together) went with less improvement. It can block NMDA receptors; at which concentration is disputed.",
            "Disputed by": "Hashimoto’s group, for the rats; Suzuki and colleagues, for the block of NMDA receptors.",
            "What would decide": "The product by itself in people, against placebo. And ketamine that the body cannot turn into it.",
        },
    ),
    "habenula": (
        ("habenula-bursts", "habenula-trapping"),
        {
            "Claim": "In depressed animals cells of the lateral habenula fire in bursts that need NMDA receptors. Ketamine enters these, is trapped, and the bursts stop.",
            "For": "Rats and mice: bursts need NMDA receptors (Yang 2018). In mice block lasts to 24 h by trapping, though half of the ketamine leaves in 13 minutes; activity frees it (Ma 2023).",
            "Against": "In mouse hippocampus no occupancy was found after an hour (Lord 2013). In our model a leak fitted to two minutes of Mealing 1999 frees two thirds in 16 minutes; Gilling 2009 reports full trapping.",
            "Disputed by": "Zhou 2021, by its title: the lasting effect is independent of the habenula.",
            "What would decide": "How long ketamine stays in shut receptors of these very cells, and how often they open at rest.",
        },
    ),
    "opioid": (
        ("opioid-permission", "blinding"),
        {
            "Claim": "Ketamine lifts mood only while the opioid system works: it gives a permission, or is a part of the cause.",
            "For": "Williams 2018, twelve people: naltrexone, which blocks opioid receptors, took most of the benefit away and left the dissociation.",
            "Against": "Few people, halted early. Mice showed no role. In depression with alcohol use disorder five improved in spite of naltrexone, and a trial of 58 saw no difference, but ketamine did not beat midazolam.",
            "Disputed by": "Zhang and Hashimoto, from mice; Yoon and colleagues, from people. Sanacora, as quoted in Williams’s reply, reads it as a permission.",
            "What would decide": "A larger trial, with naltrexone or without, in which ketamine itself beats an active placebo and people are asked what they think they got.",
        },
    ),
    "trkb": (
        ("trkb-direct",),
        {
            "Claim": "Ketamine, like other antidepressants, binds TrkB itself, the receptor of the growth factor BDNF, and strengthens its signal.",
            "For": "Casarotto 2021: ketamine and other antidepressants bind TrkB; mutating the binding site weakened responses to antidepressants in cells and animals.",
            "Against": "One group. Whether the binding is tight enough to matter at the concentrations that people reach is debated, as recalled.",
            "Disputed by": "No work against the binding has been read here. Whether it matters is what is doubted.",
            "What would decide": "Both repeated in a second laboratory, at concentrations that people reach.",
        },
    ),
    "astrocyte": (
        ("astrocytes",),
        {
            "Claim": "Ketamine acts on astrocytes, in part without NMDA receptors: it raises the messenger cAMP, or changes how they take up potassium.",
            "For": "In cultured cells 10 µM for 15 minutes raised cAMP without NMDA receptors (Wray 2019). Other work names astrocytes and their potassium channel Kir4.1.",
            "Against": "Mostly cells in culture, the first of them from a glial tumour, and at about ten times the level in people or more.",
            "Disputed by": "Nobody head-on, as far as was read. In doubt is the concentration.",
            "What would decide": "The same at 1 µM or less, in a living brain, with astrocytes alone made insensitive.",
        },
    ),
}
"""The words of each account's card, and the claims behind them. The last row is this collection's own reasoning."""

def cards() -> list[Card]:
    """Give a card for each account on each side."""
    return [
        Card(
            TITLES[key],
            when={f"{side}_account": (NAMES[key],)},
            column=column,
            rows=list(rows.items()),
            claims=used,
            badge="" if key in MODELLED else "no model here",
        )
        for column, side in enumerate(SIDES, 1)
        for key, (used, rows) in TEXTS.items()
    ]


OPTIONS: Final = list(NAMES.values())

scene = Scene(
    name="hypotheses",
    title="Eight accounts of one drug, two at a time",
    art="hypotheses.svg",
    narrow="0 0 960 1500",
    clock=clock,
    respond=ACCOUNTS,
    bits=16,  # so that a rate in the picture is that of the text, to the digit
    controls=[
        Choice(
            "left_account",
            "First account",
            OPTIONS,
            view=True,
            about="Shown left, on a phone above.",
        ),
        Choice(
            "right_account",
            "Second account",
            OPTIONS,
            start=NAMES["resting"],
            view=True,
            about="Shown right, on a phone below.",
        ),
        Control(
            "ketamine_uM",
            "Ketamine at the receptor",
            nodes=[0, 1, 10],
            start=1,
            unit="µM",
            spacing="log",
            snap=True,
            about="Moves disinhibition and the habenula. 1 and 10 µM are the amounts of the slice experiments; no injected amount can be turned into them. Gerhard takes 1 µM as about half a block; here it is 17 % of pyramidal cells’ receptors, 45 % of interneurons’.",
        ),
        Choice(
            "ablation",
            "Disinhibition: cells spared",
            list(ABLATIONS),
            about="Keeps ketamine from the NMDA receptors of one kind of cell, as a knock-down in mice removes them from it.",
        ),
        Choice(
            "trapped",
            "Habenula: the shut gate",
            list(LEAKS),
            about="The leak was fitted to Mealing 1999. A gate that holds is what a day of block (Ma 2023) would need.",
        ),
    ],
    actors=[actor for side in SIDES for actor in (*shown(side), *moving(side))],
    charts=[
        Chart(
            "Disinhibition: firing rates",
            [
                Line("pyramidal_Hz", "pyramidal cells", "excitatory"),
                Line("interneuron_Hz", "interneurons", "inhibitory", dash="dash"),
            ],
            unit="Hz",
            note="The block keeps up with ketamine’s leaving. After 10 µM, pyramidal cells fire more on the way down.",
        ),
        Chart(
            "Pyramidal cells, by which cells are spared",
            [
                Line("interneurons_first_Hz", "neither", "excitatory", dots=True),
                Line("interneurons_spared_Hz", "interneurons", "inhibitory", dots=True),
                Line("pyramidal_spared_Hz", "pyramidal cells", "ketamine-ink", dots=True),
            ],
            unit="Hz after three minutes",
            over="ketamine_uM",
            note="Three amounts, each computed. Only with both blocked does the rate rise and then fall.",
        ),
        Chart(
            "Habenula: receptors blocked",
            [
                Line("habenula_blocked", "as chosen", "ketamine"),
                Line("blocked_none", "gate holds until it opens", "ketamine-ink", dash="dash"),
                Line("blocked_fitted", "gate leaks as fitted", "magnesium-ink", dash="dot"),
            ],
            unit="% of the neuron’s NMDA receptors",
            scale=100,
            range=(0, 100),
            note="Two assumptions in one model: receptors may differ, and the leak is a crude fit. The neuron is taken not to open any receptor at rest.",
        ),
    ],
    cards=cards(),
    story=[
        Step(
            "One drug, eight accounts",
            "How a blocked receptor becomes a better mood is not known. Numbers show each account’s chain; dotted links are hypotheses. Left: interneurons lose their drive and let go of the pyramidal cell.",
            window_s=(BEFORE_s, WASHED_IN_s),
            claims=["mechanism-open", "disinhibition"],
            ask=Ask(
                "In the model, what does 1 µM do to pyramidal cells?",
                ["They fire less", "Much as before", "They fire more"],
                fact="pyramidal_change",
                bins=(0.9, 1.1),
                because="From {pyramidal_before_Hz:1} to {pyramidal_after_Hz:1} Hz. The model was fitted to do so. Only what is computed moves: this, and the habenula.",
            ),
        ),
        Step(
            "Spare the interneurons",
            "An account must fail where it should. Keep ketamine from interneurons, so that it blocks pyramidal cells only.",
            window_s=(BEFORE_s, WASHED_IN_s),
            values={"ablation": "interneurons"},
            focus=["#left"],
            claims=["brake-must-be-blocked", "interneuron-knockdown"],
            ask=Ask(
                "What does 1 µM do to pyramidal cells now?",
                ["They fire less", "Much as before", "They fire more"],
                fact="pyramidal_change",
                bins=(0.9, 1.1),
                because="Down to {pyramidal_after_Hz:1} Hz. The spiking network was not fitted for this; this rate is fitted to it. In mice with less GluN2B in interneurons ketamine’s effect on behaviour was lost; firing was not compared.",
            ),
        ),
        Step(
            "Is a surge needed at all?",
            "Left, the surge of glutamate is the cause. Right, ketamine plugs receptors at rest, the brake eEF2K lets go and BDNF is made: no surge.",
            window_s=(BEFORE_s, WASHED_IN_s),
            claims=["resting-nmda-eef2k"],
            outcome="Memantine is said not to help. One laboratory finds that it spares receptors at rest, another that at working synapses it acts like ketamine.",
        ),
        Step(
            "Two laboratories, one receptor",
            "Miller deleted GluN2B from pyramidal cells: like ketamine. Gerhard knocked it down there: ketamine still worked. Right, the model with pyramidal cells spared.",
            window_s=(BEFORE_s, WASHED_IN_s),
            values={
                "left_account": NAMES["extrasynaptic"],
                "right_account": NAMES["disinhibition"],
                "ablation": "pyramidal cells",
            },
            claims=["extrasynaptic-glun2b", "interneuron-knockdown"],
            ask=Ask(
                "What does 1 µM do to pyramidal cells in it?",
                ["They fire less", "Much as before", "They fire more"],
                fact="pyramidal_change",
                bins=(0.9, 1.1),
                because="Up to {pyramidal_after_Hz:1} Hz: the surge stays. In Gerhard’s mice the effect on behaviour stayed. But a model made of disinhibition is no judge.",
            ),
        ),
        Step(
            "Not ketamine at all?",
            "Left: the liver makes hydroxynorketamine of it, drawn with a hole. It is said to act by way of AMPA receptors and to leave NMDA receptors open.",
            window_s=(BEFORE_s, WASHED_IN_s),
            values={"left_account": NAMES["metabolite"], "right_account": NAMES["disinhibition"]},
            focus=["#left"],
            claims=["hydroxynorketamine"],
            outcome="Another group found no effect in rats. In two exploratory studies of people, more of it went with less improvement.",
        ),
        Step(
            "Can a block last a day?",
            "Ketamine enters receptors of a bursting habenula cell; the gate shuts on it. In mice block is reported to 24 h, though half of the drug is gone in 13 minutes.",
            window_s=(60, clock.stretches[-1].end_s),
            values={
                "left_account": NAMES["habenula"],
                "right_account": NAMES["disinhibition"],
                "ketamine_uM": 10,
            },
            focus=["#left"],
            claims=["habenula-trapping", "habenula-bursts"],
            ask=Ask(
                "If the gate leaks as fitted, how much of the block is left at 24 h?",
                ["Less than a tenth", "A tenth to nine tenths", "More than that"],
                fact="kept_day",
                bins=(0.1, 0.9),
                because="Of it {kept_fitted:percent}. Without leak {kept_none:percent}, but {kept_seldom:percent} if resting receptors open a ten-thousandth as often as bursting ones. Receptors may differ, and the leak is a crude fit.",
            ),
        ),
        Step(
            "A permission, or expectation",
            "Left: naltrexone shuts the opioid lock. In twelve people most of the benefit was lost, the dissociation was not. Right: the gate holds; fewer bursts are said to lift mood.",
            window_s=(BEFORE_s, RESTING_s),
            values={
                "left_account": NAMES["opioid"],
                "right_account": NAMES["habenula"],
                "ketamine_uM": 10,
                "trapped": "holds until it opens",
            },
            claims=["opioid-permission", "blinding"],
            outcome="And people guess what they got: hidden under anaesthesia, no difference from placebo was shown in forty people, nor ruled out.",
        ),
        Step(
            "At which concentration?",
            "Left: ketamine on TrkB itself. Right: on astrocytes, mostly in culture, at ten times the level in people or more. Neither has a model: nothing moves.",
            window_s=(WASHED_IN_s - 30, WASHED_IN_s),
            values={"left_account": NAMES["trkb"], "right_account": NAMES["astrocyte"], "ketamine_uM": 10},
            claims=["trkb-direct", "astrocytes"],
            outcome="At 10 µM much else happens: pyramidal cells of the circuit’s model fall from {pyramidal_before_Hz:1} to {pyramidal_after_Hz:1} Hz.",
        ),
        Step(
            "Not all are rivals",
            "Most end at the same star, growth. Several may hold at once. But some findings conflict: whether a surge is needed, and on which cells receptors must be blocked.",
            window_s=(WASHED_IN_s - 30, WASHED_IN_s),
            values={"right_account": NAMES["extrasynaptic"]},
            claims=["not-mutually-exclusive", "mechanism-open"],
            outcome="What would decide is on the cards: our own reasoning, no finding. Nearly all evidence is of depression, in mice.",
        ),
    ],
    words=[
        Sentence("First account: {left_account}. Second account: {right_account}."),
        Sentence(
            "Disinhibition, with {ketamine_uM:g} µM ketamine and interneurons taken to be more sensitive: within three minutes pyramidal cells go from {pyramidal_before_Hz:1} to {pyramidal_after_Hz:1} Hz, interneurons from {interneuron_before_Hz:1} to {interneuron_after_Hz:1} Hz.",
            when={"ablation": "neither"},
        ),
        Sentence(
            "Disinhibition, with {ketamine_uM:g} µM ketamine and {ablation} spared: within three minutes pyramidal cells go from {pyramidal_before_Hz:1} to {pyramidal_after_Hz:1} Hz, interneurons from {interneuron_before_Hz:1} to {interneuron_after_Hz:1} Hz.",
            when={"ablation": "interneurons"},
        ),
        Sentence(
            "Disinhibition, with {ketamine_uM:g} µM ketamine and {ablation} spared: within three minutes pyramidal cells go from {pyramidal_before_Hz:1} to {pyramidal_after_Hz:1} Hz, interneurons from {interneuron_before_Hz:1} to {interneuron_after_Hz:1} Hz.",
            when={"ablation": "pyramidal cells"},
        ),
        Sentence(
            "Habenula, with a gate that leaks as fitted: {blocked_hour:percent} of the receptors are blocked after an hour, {blocked_day:percent} after 24 h.",
            when={"trapped": "leaks as fitted"},
        ),
        Sentence(
            "Habenula, with a gate that holds until it opens: {blocked_hour:percent} of the receptors are blocked after an hour, {blocked_day:percent} after 24 h, until bursts free them.",
            when={"trapped": "holds until it opens"},
        ),
        Sentence("The other six accounts are drawn, without a model."),
    ],
    now="At {time}: pyramidal cells {pyramidal_Hz:1} Hz, interneurons {interneuron_Hz:1} Hz; {habenula_blocked:percent} of the habenula’s receptors blocked.",
    legend=[("ketamine", "ketamine"), ("gaba", "GABA"), ("glutamate", "glutamate"), ("bdnf", "growth signals, BDNF")],
    leaves_out=[
        "Six of the eight accounts have no model here: what is drawn of them stands still, whatever the controls say.",
        "That interneurons are more sensitive is put in, and the circuit was fitted to rise at 1 µM and fall at 10 µM. The spiking network was not fitted for what happens when one kind of cell is spared; the rates shown are fitted to it.",
        "The row “What would decide” of each card is this collection’s own reasoning and rests on no publication.",
        "Ketamine is held for an hour, then leaves as fast as from a mouse. The hour is a round number; people take hours longer.",
        "After 10 µM the circuit surges while ketamine leaves, as it passes through 1 µM. Whether that happens in a brain is not known.",
        "When the habenula’s cell bursts and when it rests is given, and at rest no receptor opens at all; how often they do open was not found. Its bursts are drawn as strong as the share of NMDA receptors left free, which they need; their number is not computed.",
        "How any of this becomes a better mood: the star and the sun stand for steps that nobody has followed to the end. In disinhibition the star follows the surge, in the habenula the sun follows the block.",
        "Where opioid receptors, TrkB and astrocytes matter in the brain is not said by where they are drawn.",
    ],
    scale_note="Nothing is to scale. One cell stands for its kind, and its axon is drawn to a spine of its own; six and 24 receptors stand for many. Particles of glutamate and of GABA are in proportion to the firing rates; the interneuron’s tint grows from 3 to 9 Hz, so that a fall by a fifth is seen. The cells’ curves end at 14 Hz.",
)

play = scene.play
