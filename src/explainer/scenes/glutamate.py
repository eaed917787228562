"""One synapse: what ketamine does to the glutamate released there, and to the two kinds of receptor that meet it."""

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from explainer.models import circuit, nmda
from explainer.models import glutamate as model
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
    Readout,
    Scene,
    Sentence,
    Share,
    Show,
    Spikes,
    Step,
    Stretch,
    Trace,
)
from explainer.player.actors import Actor
from explainer.player.surface import Floats, Response, Settings

KETAMINE_uM: Final = (0.0, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0, 50.0)
ASSUMED: Final = dict(
    zip(
        (
            "interneurons more sensitive",
            "both equally sensitive",
            "pyramidal cells more sensitive",
            "interneurons spared",
            "pyramidal cells spared",
        ),
        circuit.ASSUMPTIONS,
        strict=True,
    )
)
"""As a reader chooses, and as the circuit has it."""

ZOOM_s, SECOND_s = 0.02, 1.0
BEFORE_S, DRUG_S, WITH_S, AGAIN_S = 1.0, 2.0, 182.0, 184.0
"""When the second before begins, ketamine comes, the second with it begins, and one release is shown again."""

RELEASE_S: Final = (0.002, AGAIN_S + 0.002)
"""The two releases that are shown slowly."""

clock = Clock(
    [
        Stretch(0.0, ZOOM_s, 6.0, "One release", "shade-glutamate"),
        Stretch(ZOOM_s, BEFORE_S, 0.25, "", ""),
        Stretch(BEFORE_S, BEFORE_S + SECOND_s, 8.0, "A second without", "shade-before"),
        Stretch(DRUG_S, WITH_S, 1.0, "Three minutes pass", "shade-wash"),
        Stretch(WITH_S, WITH_S + SECOND_s, 8.0, "A second with ketamine", "shade-both"),
        Stretch(WITH_S + SECOND_s, AGAIN_S, 0.25, "", ""),
        Stretch(AGAIN_S, AGAIN_S + ZOOM_s, 6.0, "A release with ketamine", "shade-both"),
    ]
)

ZOOMS: Final = (0, 6)
SECONDS: Final = (2, 4)
"""Stretches of the clock, from 0."""

DRAWN: Final = (8.0, 20.0)
"""Glutamate particles that one release is drawn as, in the seconds and in the zooms; ions in the same proportion."""

IONS: Final = 0.5
"""Ions drawn for each particle of glutamate, for the charge that passes AMPA receptors at one release."""

GABA: Final = 5.0
"""Particles of GABA drawn for each spike of an average interneuron."""

FIRST_SEEN: Final = (0.0, ZOOM_s - 0.0002)
AGAIN_SEEN: Final = (AGAIN_S, AGAIN_S + ZOOM_s - 0.0002)
TAKES_HOLD_SEEN: Final = (DRUG_S, AGAIN_S + ZOOM_s - 0.0002)
SECONDS_SEEN: Final = (BEFORE_S, WITH_S + SECOND_s - 0.008)
"""What steps show: they end in the frame before the stretch does, while its clock still runs."""

NEAR_s: Final = 1e-9
"""Times nearer than this are the same."""

CLEARED: Final = 0.9
"""Share of a release that is gone when it counts as cleared."""


@dataclass(frozen=True)
class Network:
    """What the circuit gives at every node: assumptions first, then concentrations.

    Attributes
    ----------
    pyramidal_Hz, interneuron_Hz, blocked, blocked_interneuron : arrays (assumptions, concentrations)
        Mean rates over all cells of a kind and the second, and the blocked shares of their NMDA receptors.
    ampa_fC, nmda_fC : arrays, the same shape
        Mean charge of a synapse that the releases of this second bring.
    releases_s : array (assumptions, concentrations, k)
        Spikes of the cell that is shown.
    """

    pyramidal_Hz: Floats
    interneuron_Hz: Floats
    blocked: Floats
    blocked_interneuron: Floats
    ampa_fC: Floats
    nmda_fC: Floats
    releases_s: Floats


@functools.cache
def network() -> Network:
    """Run the circuit for one second at every node, all on the same random numbers; what is the same runs once."""
    ketamine, assumption = np.array(KETAMINE_uM), np.array(list(ASSUMED.values()))[:, None]
    blocked, blocked_interneuron = (nmda.blocked_share(ketamine, half) for half in circuit.half_blocks_uM(assumption))
    shape = blocked.shape
    _, first, where = np.unique(
        [blocked.ravel(), blocked_interneuron.ravel()], axis=1, return_index=True, return_inverse=True
    )
    kind, amount = np.unravel_index(first, shape)
    run = circuit.spikes(ketamine[amount], assumption[kind, 0], duration_s=SECOND_s)
    sends = run.cell < circuit.PYRAMIDAL
    rows = run.setting[sends] * circuit.PYRAMIDAL + run.cell[sends]
    releases = model.trains(rows, run.time_s[sends], first.size * circuit.PYRAMIDAL)
    releases = releases.reshape(first.size, circuit.PYRAMIDAL, -1)
    passed = model.currents([SECOND_s + 5.0], releases, blocked.ravel()[first, None])
    each = where.reshape(shape)
    releases = releases[each]
    return Network(
        run.pyramidal_Hz[each],
        run.interneuron_Hz[each],
        blocked,
        blocked_interneuron,
        passed.ampa_fC[..., 0].mean(axis=-1)[each],
        passed.nmda_fC[..., 0].mean(axis=-1)[each],
        releases[:, :, _shown(np.isfinite(releases).sum(axis=-1))],
    )


@functools.cache
def _wash_in() -> tuple[Floats, Floats, Floats]:
    """Give moments from when ketamine comes, and the blocked shares of either kind then, as in `Network`.

    They are the frames until the second with ketamine begins, and the film's end: hardly anything changes after.
    """
    seconds = clock.seconds
    times = np.r_[0.0, seconds[(seconds > DRUG_S) & (seconds <= WITH_S)] - DRUG_S, seconds[-1] - DRUG_S]
    taking = circuit.wash_in(times, KETAMINE_uM, np.array(list(ASSUMED.values()))[:, None])
    return times, taking.blocked_pyramidal, taking.blocked_interneuron


def _shown(counts: NDArray[np.intp]) -> int:
    """Pick the cell whose spikes come nearest to the mean of all cells, over all nodes of all assumptions."""
    mean = counts.mean(axis=-1, keepdims=True)
    return int((((counts - mean) ** 2) / (mean + 0.5)).sum(axis=(0, 1)).argmin())


def respond(settings: Settings, seconds: Floats) -> Response:
    """Show one release, a second without and a second with ketamine, and one release again.

    Parameters
    ----------
    settings : mapping of name to array (n,)
        ``ketamine_uM``, on its nodes, and ``assumption``, as in `ASSUMED`.
    seconds : array (time,)
        Frames, as `clock.seconds`.

    Returns
    -------
    channels : mapping of name to array (n, time)
    facts : mapping of name to array (n,)
    """
    made = network()
    ketamine = np.asarray(settings["ketamine_uM"], float)
    at = (
        np.array([list(ASSUMED).index(str(name)) for name in settings["assumption"]]),
        np.array([KETAMINE_uM.index(float(value)) for value in ketamine]),
    )
    none = (at[0], np.zeros_like(at[1]))
    times, *shares = _wash_in()
    blocked, blocked_interneuron = (
        np.array([np.interp(seconds - DRUG_S, times, share) for share in of_kind[at]]) for of_kind in shares
    )
    part = _parts(seconds)
    rows = [
        _film(made.releases_s[one, 0], made.releases_s[one, other], 1 - held, seconds, part)
        for one, other, held in zip(*at, blocked, strict=True)
    ]
    film_s = np.diff(seconds, prepend=seconds[0]) * clock.frames_per_s  # biological in a film second
    seen = np.isin(part, ZOOMS + SECONDS)
    firing = np.where(part < SECONDS[1], made.interneuron_Hz[none][:, None], made.interneuron_Hz[at][:, None])
    channels = {name: np.stack([row[name] for row in rows]) for name in rows[0]} | {
        "gaba": GABA * firing * film_s * seen,
        "ketamine_there": np.where(seconds > DRUG_S, ketamine[:, None], 0.0),
        "blocked_on_interneuron": blocked_interneuron,
    }

    everywhere = np.ones(len(ketamine))
    alone = model.currents([0.0, 5.0], [0.0])
    drugged = model.currents([0.0, 5.0], [0.0], made.blocked[at])
    ampa, through = made.ampa_fC[at] / made.ampa_fC[none], made.nmda_fC[at] / made.nmda_fC[none]
    cleared_s = float(model.clearance_s(CLEARED))
    facts = {
        "release_Hz": made.pyramidal_Hz[at],
        "release_Hz_none": made.pyramidal_Hz[none],
        "interneuron_Hz": made.interneuron_Hz[at],
        "interneuron_Hz_none": made.interneuron_Hz[none],
        "blocked": made.blocked[at],
        "blocked_interneuron": made.blocked_interneuron[at],
        "ampa_of_none": ampa,
        "nmda_of_none": through,
        "shift": np.divide(ampa, through, out=everywhere.copy(), where=through > 0),  # 1 where nobody fires
        "nmda_left": drugged.nmda_fC[:, 1] / alone.nmda_fC[1],
        "nmda_peak_of_ampa": alone.nmda_pA[0] / alone.ampa_pA[0] * everywhere,
        "nmda_charge_of_ampa": alone.nmda_fC[1] / alone.ampa_fC[1] * everywhere,
        "plugged": (1 - alone.unplugged[0]) * everywhere,
        "clear_ms": 1000 * cleared_s * everywhere,
        "clear_of_none": _clearance_of_none(seconds, channels["gone"]),
    }
    return channels, facts


def _clearance_of_none(seconds: Floats, gone: Floats) -> Floats:
    """Compare how long a release takes to be cleared with ketamine and without, as the film shows it."""
    took = []
    for part, release in zip(ZOOMS, RELEASE_S, strict=True):
        frames = np.flatnonzero(_parts(seconds) == part)
        took.append(seconds[frames[(gone[:, frames] >= CLEARED).argmax(axis=-1)]] - release)
    return np.asarray(took[1] / took[0])


def _parts(seconds: Floats) -> NDArray[np.intp]:
    """Give the stretch of the clock that each frame ends in."""
    ends = np.array([stretch.end_s for stretch in clock.stretches[:-1]])
    return np.searchsorted(ends + NEAR_s, seconds)


def _film(before: Floats, drug: Floats, free: Floats, seconds: Floats, part: NDArray[np.intp]) -> dict[str, Floats]:
    """Follow the synapse that is shown; `free` is the share of NMDA receptors without ketamine in each frame.

    What lasts less than a frame is given by its highest value in it, what flows by what passes in it.
    """
    trains = (before[np.isfinite(before)] + BEFORE_S, drug[np.isfinite(drug)] + WITH_S)
    releases = np.concatenate([RELEASE_S[:1], *trains, RELEASE_S[1:]])
    frame = np.minimum(np.searchsorted(seconds, releases), len(seconds) - 1)
    now, then = model.currents(seconds, releases), model.currents(releases, releases)
    fluid, crest = model.glutamate(seconds, releases), model.glutamate(releases + model.PEAK_S, releases)

    def highest(ends: Floats, reached: Floats) -> Floats:
        found = ends.copy()
        np.maximum.at(found, frame, reached)
        return found

    drawn = np.where(np.isin(part, SECONDS), *DRAWN) * clock.frames_per_s * np.isin(part, ZOOMS + SECONDS)

    def passing(each: Floats) -> Floats:
        """Turn what passes in each frame, in releases, into particles of a film second; none where time is skipped."""
        return drawn * each

    begins = np.array([clock.frame(stretch.start_s) for stretch in clock.stretches])[part]  # the frame before
    released = np.maximum(fluid.released - fluid.released[begins], 1.0)
    taken_up, away = (total - total[begins] for total in (fluid.taken_up, fluid.away))
    slow = np.isin(part, ZOOMS)
    one_fC = model.currents([5.0], [0.0]).ampa_fC[0]
    calcium = float(nmda.calcium_share(model.VOLTAGE_mV))
    open_share = float(now.unplugged[0])
    active = now.nmda_active * free
    nmda_fC = _steps(now.nmda_fC) * free
    full = np.ones(len(seconds))
    for zoom, release in zip(ZOOMS, RELEASE_S, strict=True):
        shown = model.glutamate(seconds, [release])
        full = np.where((part == zoom) & (shown.released > 0), shown.vesicle, full)
    return {
        "spike": np.bincount(frame, minlength=len(seconds)).astype(float),
        "vesicle_full": full,
        "cleft_mM": highest(fluid.cleft_mM, crest.cleft_mM),
        "ampa_pA": highest(now.ampa_pA, then.ampa_pA),
        "nmda_pA": highest(now.nmda_pA, then.nmda_pA) * free,
        "ampa_open": np.minimum(highest(now.ampa_active, then.ampa_active), 1.0),
        "nmda_blocked": 1 - free,
        "nmda_shut": free - active,
        "nmda_plugged": active * (1 - open_share),
        "nmda_conducting": active * open_share,
        "release_flux": passing(_steps(fluid.released - fluid.vesicle)),
        "uptake_flux": passing(_steps(fluid.taken_up)),
        "away_flux": passing(_steps(fluid.away)),
        "ampa_sodium": IONS * passing(_steps(now.ampa_fC) / one_fC),
        "nmda_sodium": IONS * passing(nmda_fC / one_fC) * (1 - calcium),
        "nmda_calcium": IONS * passing(nmda_fC / one_fC) * calcium,
        "in_cleft": slow * fluid.cleft / released,
        "beside": slow * fluid.beside / released,
        "taken_up": slow * taken_up / released,
        "drifted": slow * away / released,
        "gone": slow * (taken_up + away) / released,
        "ampa_fC": now.ampa_fC - now.ampa_fC[begins],
        "nmda_fC": np.cumsum(nmda_fC) - np.cumsum(nmda_fC)[begins],
    }


def _steps(total: Floats) -> Floats:
    """Give what has been added in each frame."""
    return np.diff(total, prepend=total[0])


# --- how it is shown and told ----------------------------------------------------------------

NMDA_STATES: Final = ("nmda_blocked", "nmda_shut", "nmda_plugged", "nmda_conducting")
"""Blocked first and open last, so that the receptor through which ions are drawn is the one blocked last."""

BRAKE: Final = (
    "#interneuron",
    "#gaba-way",
    "#gaba-path",
    "#pyramidal",
    "#equal",
    "#label-interneuron",
    "#label-pyramidal",
)
"""What differs between the assumptions."""

SYNAPSE: Final = ("#ending", "#vesicles", "#vesicle", "#vesicle-content", "#cleft-glutamate", "#spine", "#ways")
RECEPTORS: Final = ("#ion-ways", "#ampa-receptors", "#nmda-receptors", "#label-ampa", "#label-nmda")
CHARGES: Final = ("#charges", "#label-ampa", "#label-nmda", "#label-charge", "#label-means")
UPTAKE: Final = ("#astrocyte", "#transporters", "#label-astrocyte", "#label-transporter")
CURRENTS: Final = ("#ampa-curve", "#nmda-curve")


def _particles() -> list[Actor]:
    """Give everything that flows."""
    made: list[Actor] = [Flow("#gaba-path", "gaba", glyph="gaba", per_s=1.0, travel_s=1.25, size=19)]
    made += [
        Flow(f"#release-{way}", "release_flux", glyph="glutamate", per_s=1 / 3, travel_s=0.4, size=19)
        for way in ("left", "middle", "right")
    ]
    made += [
        Flow(f"#uptake-{way}", "uptake_flux", glyph="glutamate", per_s=1 / 3, travel_s=1.0, size=19)
        for way in ("upper", "middle", "lower")
    ]
    made.append(Flow("#away-path", "away_flux", glyph="glutamate", per_s=1.0, travel_s=1.4, size=19))
    made += [
        Flow(f"#ampa-path-{i}", "ampa_sodium", glyph="sodium", per_s=1 / 4, travel_s=0.7, size=24) for i in range(1, 5)
    ]
    made += [
        Flow(f"#nmda-{ion}", f"nmda_{ion}", glyph=ion, per_s=1.0, travel_s=0.8, size=size)
        for ion, size in (("sodium", 24), ("calcium", 28))
    ]
    return made


scene = Scene(
    name="glutamate",
    title="The glutamate pathway: one synapse",
    art="glutamate.svg",
    narrow="0 0 960 1776",
    clock=clock,
    respond=respond,
    controls=[
        Control(
            "ketamine_uM",
            "Ketamine at the receptor",
            nodes=KETAMINE_uM,
            start=1,
            unit="µM",
            spacing="log",
            snap=True,
            about="Concentration right at the receptors, from the jump in the middle of the film on. It is not a dose. One study takes about 1 µM for the human brain.",
        ),
        Choice(
            "assumption",
            "Assumed",
            list(ASSUMED),
            about="Which cells’ NMDA receptors ketamine blocks at lower concentration. The first is the hypothesis of disinhibition; direct comparisons point both ways.",
        ),
    ],
    actors=[
        *_particles(),
        Spikes("#spike", cells=("spike",), fade_s=0.4),
        Glow("#axon-spike", "spike"),
        Count("#vesicle-content", "vesicle_full", of=7),
        Count("#cleft-glutamate", "cleft_mM", of=30, full=0.8),
        Count("#ketamine-cloud", "ketamine_there", of=20, full=10.0),
        Share("#interneuron-receptors", of=6, states={"blocked_on_interneuron": "state-trapped"}),
        Share("#pyramidal-receptors", of=6, states={"nmda_blocked": "state-trapped"}),
        Show("#equal", when={"assumption": ("both equally sensitive",)}),
        Share("#ampa-receptors", of=4, states={"ampa_open": "state-open"}),
        Share(
            "#nmda-receptors",
            of=6,
            states=dict(
                zip(NMDA_STATES, ("state-trapped", "state-closed", "state-plugged", "state-open"), strict=True)
            ),
            fast=NMDA_STATES[:1:-1],
            aside=0.0,
        ),
        Trace("#glutamate-box", "cleft_mM", at=(0.0, 1.0), area=True),
        Trace("#ampa-box", "ampa_pA", at=(0.0, 10.0), area=True),
        Trace("#nmda-box", "nmda_pA", at=(0.0, 1.0), area=True),
        Readout("#release-before", template="{release_Hz_none:1} releases/s"),
        Readout("#release-label", template="{release_Hz:1} with {ketamine_uM:g} µM"),
        Readout("#interneuron-label", template="{interneuron_Hz_none:1} → {interneuron_Hz:1} Hz"),
        Readout("#ampa-label", template="{ampa_of_none:percent}"),
        Readout("#nmda-label", template="{nmda_of_none:percent}"),
    ],
    charts=[
        Chart(
            "Charge per second, by concentration",
            [Line("ampa_of_none", "AMPA", "sodium-ink"), Line("nmda_of_none", "NMDA", "calcium-ink", dash="dash")],
            unit="% of that without ketamine",
            scale=100,
            range=(0, 200),
            over="ketamine_uM",
            level=100,
            level_label="without",
            note="Mean of 160 synapses, one for each pyramidal cell. With pyramidal cells spared, both leave the chart.",
        ),
        Chart(
            "Charge since this part of the film began",
            [Line("ampa_fC", "AMPA", "sodium-ink"), Line("nmda_fC", "NMDA", "calcium-ink", dash="dash")],
            unit="fC",
            range=(0, 450),
            note="Of the synapse that is shown. With pyramidal cells spared, NMDA leaves the chart.",
        ),
        Chart(
            "Where the glutamate of one release is",
            [
                Line("in_cleft", "in the cleft", "glutamate", stack=True),
                Line("beside", "beside it", "lipid-line", stack=True),
                Line("taken_up", "taken up", "brain", stack=True),
                Line("drifted", "drifted away", "glutamate-ink", stack=True),
            ],
            unit="% of the release",
            scale=100,
            range=(0, 100),
            note="In the two slow parts of the film only.",
        ),
    ],
    story=[
        Step(
            "One spike, one release",
            "A spike reaches the axon’s ending, and a vesicle empties glutamate into the cleft. It drifts out, and the astrocyte’s transporters take it up. No ketamine is there.",
            window_s=FIRST_SEEN,
            values={"ketamine_uM": 0},
            focus=[*SYNAPSE, *UPTAKE, "#glutamate-curve", "#pyramidal", "#spike"],
            claims=["release-follows-firing"],
            outcome="After {clear_ms:0} ms nine tenths are gone: taken up, or drifted away. The time constants are assumed, as no measured ones were read.",
        ),
        Step(
            "Two kinds of receptor",
            "AMPA receptors open and shut within milliseconds. NMDA receptors stay active for longer, but near −55 mV magnesium plugs most of their open pores.",
            window_s=FIRST_SEEN,
            values={"ketamine_uM": 0},
            focus=[*SYNAPSE, *RECEPTORS, *CURRENTS],
            claims=["nmda-magnesium", "nmda-calcium"],
            ask=Ask(
                "How large is the NMDA current’s peak, beside AMPA’s?",
                ["Less than a fifth", "A fifth to a half", "More than a half"],
                fact="nmda_peak_of_ampa",
                bins=(0.2, 0.5),
                because="{nmda_peak_of_ampa:percent}: magnesium plugs {plugged:percent} of the open pores. But it lasts fifty times as long: in 20 ms less charge than AMPA, in the end {nmda_charge_of_ampa:1} times as much, in this fitted network.",
            ),
        ),
        Step(
            "Ketamine comes to the receptors",
            "Now 5 µM ketamine comes. After three minutes, first a second is shown, then one release, as slowly as the first. Compare the two.",
            window_s=TAKES_HOLD_SEEN,
            values={"ketamine_uM": 5},
            focus=[*SYNAPSE, *RECEPTORS, *CURRENTS, "#ketamine-cloud"],
            claims=["nmda-share-falls", "ketamine-nmda-antagonist"],
            ask=Ask(
                "How much of the NMDA charge of one release is left?",
                ["Less than a third", "One to two thirds", "More than two thirds"],
                fact="nmda_left",
                bins=(1 / 3, 2 / 3),
                because="{nmda_left:percent}: 5 µM is assumed to block half of these receptors. One slice study took 1 µM to block half already.",
            ),
        ),
        Step(
            "Does it stop the reuptake?",
            "“Blocking the receptor raises the availability of glutamate”, one reads. One way would be that ketamine stops the transporters. Watch how one release is cleared with 10 µM there.",
            window_s=AGAIN_SEEN,
            values={"ketamine_uM": 10},
            focus=[*SYNAPSE, *UPTAKE, "#ketamine-cloud", "#glutamate-curve"],
            claims=["glutamate-not-by-reuptake", "glutamate-not-direct"],
            ask=Ask(
                "How long does clearing take, beside without ketamine?",
                ["Shorter", "As long", "Longer"],
                fact="clear_of_none",
                bins=(0.9, 1.1),
                because="As long, {clear_ms:0} ms: the model gives ketamine no hold on transporters. That is assumed; no measurement was read. In this model, more glutamate must come from more release.",
            ),
        ),
        Step(
            "The brake is lifted",
            "Suppose ketamine blocks interneurons at lower concentration than pyramidal cells. With 1 µM less GABA reaches the pyramidal cell. Compare the two seconds, without and with.",
            window_s=SECONDS_SEEN,
            values={"ketamine_uM": 1},
            claims=["disinhibition", "glutamate-enhances-communication"],
            ask=Ask(
                "What happens to the charge through AMPA receptors?",
                ["It falls", "It hardly changes", "It rises"],
                fact="ampa_of_none",
                bins=(0.9, 1.1),
                because="It rises to {ampa_of_none:percent}, with {release_Hz:1} releases a second instead of {release_Hz_none:1}. NMDA charge rises as well, to {nmda_of_none:percent}; only its share falls. The circuit was fitted to rise here; that it does is no prediction.",
            ),
        ),
        Step(
            "Three times as much",
            "With 3 µM more is still released than without. But of the NMDA receptors that meet it, more than a third now hold ketamine.",
            window_s=SECONDS_SEEN,
            values={"ketamine_uM": 3},
            claims=["ampa-throughput", "nmda-share-falls", "ampa-needed"],
            ask=Ask(
                "And the charge through NMDA receptors?",
                ["It falls", "It hardly changes", "It rises"],
                fact="nmda_of_none",
                bins=(0.9, 1.1),
                because="It falls to {nmda_of_none:percent}, while AMPA rises to {ampa_of_none:percent}: a {shift:1}-fold shift towards AMPA. Up to 2 µM it did not fall. That the shift is what helps is a hypothesis.",
            ),
        ),
        Step(
            "Too much, and both fall",
            "At 10 µM most NMDA receptors of the pyramidal cells are blocked, too. They lose the drive by which they fire.",
            window_s=SECONDS_SEEN,
            values={"ketamine_uM": 10},
            claims=["one-micromolar-up-ten-down", "inverted-u-glutamate", "microdialysis-not-synapse"],
            outcome="{release_Hz:1} releases a second instead of {release_Hz_none:1}: AMPA falls to {ampa_of_none:percent}, NMDA to {nmda_of_none:percent}. A little does the opposite of a lot: the circuit was fitted for this fall, too.",
        ),
        Step(
            "Equal sensitivity",
            "Now both kinds of cell are taken to be equally sensitive: of each, as many receptors hold ketamine. Everything else is as in “The brake is lifted”, with 1 µM.",
            window_s=SECONDS_SEEN,
            values={"ketamine_uM": 1, "assumption": "both equally sensitive"},
            focus=[*BRAKE, "#axon-spike", "#spike", "#rates", *CHARGES, "#ampa-curve"],
            claims=["selectivity-disputed", "inverted-u-needs-selectivity"],
            ask=Ask(
                "What happens to the charge through AMPA receptors?",
                ["It falls", "It hardly changes", "It rises"],
                fact="ampa_of_none",
                bins=(0.9, 1.1),
                because="It falls to {ampa_of_none:percent}: no surge. It all hangs on the first step, and which cells are hit first is disputed. Try the other assumptions.",
            ),
        ),
        Step(
            "What was measured",
            "In rats, from low to high injected amounts: up, no change, down. In people an early rise is plausible; later none was found. Nothing here moves by these signs.",
            window_s=SECONDS_SEEN,
            values={"ketamine_uM": 1},
            focus=["#measured"],
            claims=["glutamate-rise-in-people", "glutamate-nulls-in-people", "more-glutamate-rebalances"],
            outcome="The early rise: one study of patients, no placebo. In healthy people results differ. That pathways of anxiety are rebalanced is not shown.",
        ),
    ],
    words=[
        Sentence("It is assumed: {assumption}."),
        Sentence(
            "No ketamine comes: both seconds have the same {release_Hz:1} releases.", when={"ketamine_uM": (0, 0)}
        ),
        Sentence(
            "With {ketamine_uM:g} µM ketamine the synapses release {release_Hz:1} times a second on average, without it {release_Hz_none:1} times; interneurons fire {interneuron_Hz:1} instead of {interneuron_Hz_none:1} times.",
            when={"ketamine_uM": (0.0001, 1000)},
        ),
        Sentence(
            "Per second {ampa_of_none:percent} of the charge without ketamine passes AMPA receptors and {nmda_of_none:percent} passes NMDA receptors, of which {blocked:percent} are blocked.",
            when={"ketamine_uM": (0.0001, 1000)},
        ),
        Sentence(
            "A release is cleared in {clear_ms:0} ms, with and without ketamine: that it leaves transporters alone is assumed."
        ),
        Sentence(
            "Measured, as signs: in rats, with rising amounts, up three times, no change, down; in people up in the first hour, no change at three hours and on the next day."
        ),
    ],
    now="At {time} ({phase}): {ampa_pA:1} pA through AMPA, {nmda_pA:1} pA through NMDA receptors at most; {nmda_blocked:percent} of the NMDA receptors hold ketamine.",
    leaves_out=[
        "Every spike releases one vesicle, always: failures, empty stores, facilitation, and receptors on the ending that curb release are left out.",
        "Receptors answer to a release with the circuit’s fixed time constants; they do not follow the glutamate drawn in the cleft.",
        "How fast glutamate is cleared and how much of it the astrocyte takes are assumed: no measured values were read. No current depends on them.",
        "Glutamate that leaks to receptors outside the synapse, and its way back as glutamine, are left out.",
        "The voltage at the receptors is held at −55 mV, near the threshold of the network’s cells; a real spine moves it by its own current, which would free more NMDA receptors.",
        "The circuit was fitted so that firing rises at 1 µM and falls at 10 µM; surge and fall of AMPA current follow from that.",
        "Releases and charges are counted in one second of the spiking network; the microcircuit and the lessons also show the rate model fitted to it, which differs slightly.",
        "Sizes of currents come from conductances that were fitted for the network, not measured at a synapse.",
        "One kind of interneuron, one circuit, no distance: see the microcircuit. The three minutes are skipped; block settles within them.",
        "Ketamine acts on NMDA receptors only, and evenly on those of a kind.",
    ],
    scale_note="Not to scale: sizes, numbers, distances. The cell shown is the one of 160 nearest to their mean; each part starts at rest. In the slow view a release is 20 particles of glutamate, in the seconds 8, and ions follow in proportion to computed charge; flashes show a frame’s highest value. Ions are drawn through one NMDA receptor for all. Ketamine is drawn in proportion up to 10 µM.",
    legend=[
        ("glutamate", "Glutamate: as many as are computed to be released, in the cleft, and taken up"),
        ("gaba", "GABA: five for each spike of an average interneuron"),
        (
            "ketamine",
            "Ketamine: outside, in proportion to the concentration up to 10 µM; in receptors, the blocked share",
        ),
        ("sodium", "Sodium, in proportion to the computed charge"),
        ("calcium", "Calcium, likewise"),
    ],
)

play = scene.play
