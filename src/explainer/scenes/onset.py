"""The race of three routes: the same drug at the effect site, by vein, by muscle and by nose."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from explainer.evidence import parameters
from explainer.models import effects, pharmacokinetics
from explainer.player import (
    Ask,
    Chart,
    Choice,
    Clock,
    Control,
    Flag,
    Glow,
    Line,
    Readout,
    Scene,
    Sentence,
    Step,
    Stretch,
    Trace,
)
from explainer.player.actors import Actor
from explainer.player.surface import Floats, Response, Settings

LANES: Final = ("iv", "im", "nasal")
IV_ARMS: Final = {"over 40 min": "iv_infusion", "push": "iv_push"}
DISPOSITIONS: Final = {"one for all routes": "perez_ruixo_2021", "racemic, arterial": "kamp_2020"}
NASAL_ARMS: Final = {"perez_ruixo_2021": "nasal_84mg", "kamp_2020": "nasal_racemic_50mg"}

SHOWN: Final = 8
"""People drawn one by one; the band is of all."""

LEVEL_ng_per_mL: Final = 50.0
"""Where volunteers' ratings of altered perception begin to rise with racemic ketamine in blood (Bowdle 1998)."""

_P: Final = parameters("pharmacokinetics")
PEOPLE: Final = pharmacokinetics.people(int(_P["people_count"].value), np.random.default_rng(1847))
AROUND_5TH: Final = slice(round(0.01 * PEOPLE.count) - 1, round(0.09 * PEOPLE.count))
AROUND_95TH: Final = slice(PEOPLE.count - AROUND_5TH.stop, PEOPLE.count - AROUND_5TH.start)
"""Ranks whose mean is an edge of the band: one person alone would make it jump from setting to setting."""

FINE_min: Final = np.arange(0, 180.1, 0.25)
"""Where peaks and crossings of the typical person are looked for."""

Pick = Callable[[Floats], Floats]


def respond(settings: Settings, seconds: Floats) -> Response:
    """Follow three arms, in the typical person and in all of `PEOPLE`, at every setting.

    Parameters
    ----------
    settings : mapping of name to array (n,)
        ``iv_given``, ``disposition``, ``muscle_half_time_min``, ``swallowed_fraction``,
        ``effect_half_time_min``.
    seconds : array (time,)
        Frames, as `clock.seconds`.

    Returns
    -------
    channels : mapping of name to array (n, time)
    facts : mapping of name to array (n,)
    """
    count, minutes = len(np.asarray(settings["iv_given"])), np.asarray(seconds, float) / 60
    channels: dict[str, Floats] = {}
    facts: dict[str, Floats] = {}

    def put(into: dict[str, Floats], name: str, rows: NDArray[np.bool_], values: Floats) -> None:
        into.setdefault(name, np.zeros((count, *values.shape[1:])))[rows] = values

    for disposition in DISPOSITIONS:
        for iv_given in IV_ARMS:
            of_both = np.asarray(settings["disposition"]) == disposition
            rows = of_both & (np.asarray(settings["iv_given"]) == iv_given)
            if not rows.any():
                continue
            model = DISPOSITIONS[disposition]
            some = {name: np.asarray(values)[rows] for name, values in settings.items()}
            for lane, arm in zip(LANES, (IV_ARMS[iv_given], "im", NASAL_ARMS[model]), strict=True):
                lane_channels, lane_facts = _lane(arm, model, some, minutes)
                for name, values in lane_channels.items():
                    put(channels, f"{lane}_{name}", rows, values)
                for name, values in lane_facts.items():
                    put(facts, f"{lane}_{name}", rows, values)
            little = _P["intramuscular_child_fraction"].value
            grid, pick = _over(muscle_half_time_min=some["muscle_half_time_min"])
            rate = np.log(2) / grid["muscle_half_time_min"]
            put(channels, "im_blood_if_less", rows, pick(
                pharmacokinetics.blood_ng_per_mL("im", minutes, model, absorption_per_min=rate, bioavailability=little)
            ))  # fmt: skip
    channels["level"] = np.full((count, len(minutes)), LEVEL_ng_per_mL)
    return channels, facts


def _lane(arm: str, model: str, some: Settings, minutes: Floats) -> tuple[Mapping[str, Floats], Mapping[str, Floats]]:
    """Follow one arm at the settings that matter to it; give rows for all of them."""
    wait = some["effect_half_time_min"]
    if arm == "im":
        grid, pick = _over(muscle_half_time_min=some["muscle_half_time_min"], wait=wait)
        uptake: pharmacokinetics.Uptake = {"absorption_per_min": np.log(2) / grid["muscle_half_time_min"]}
    elif arm.startswith("nasal"):
        grid, pick = _over(swallowed_fraction=some["swallowed_fraction"], wait=wait)
        uptake = {"swallowed_fraction": grid["swallowed_fraction"]}
    else:
        grid, pick = _over(wait=wait)
        uptake = {}
    half = grid["wait"]

    blood = pharmacokinetics.blood_ng_per_mL(arm, minutes, model, **uptake)
    effect = pharmacokinetics.effect_site_ng_per_mL(arm, minutes, model, half_time_min=half, **uptake)
    everyone = pharmacokinetics.effect_site_ng_per_mL(arm, minutes, model, half_time_min=half, of=PEOPLE, **uptake)
    blood = blood + np.zeros_like(effect)  # it has no delay, but a row for each
    low, high = _edges(everyone)
    channels = {
        "blood": blood,
        "effect": effect,
        "blood_share": blood / blood.max(axis=-1, keepdims=True),
        "effect_share": effect / effect.max(axis=-1, keepdims=True),
        "effect_low": low,
        "effect_high": high,
        "dissociation": effects.dissociation_share(arm, minutes, model, half_time_min=half, **uptake),
    }
    for number in range(SHOWN):
        one = everyone[..., number, :]
        channels[f"person_{number + 1}"] = one
        channels[f"person_share_{number + 1}"] = one / one.max(axis=-1, keepdims=True)

    fine_blood = pharmacokinetics.blood_ng_per_mL(arm, FINE_min, model, **uptake)
    fine = pharmacokinetics.effect_site_ng_per_mL(arm, FINE_min, model, half_time_min=half, **uptake)
    in_blood = pharmacokinetics.landmarks(FINE_min, fine_blood + np.zeros_like(fine))
    at_effect = pharmacokinetics.landmarks(FINE_min, fine)
    low_peak, high_peak = _edges(everyone.max(axis=-1, keepdims=True))
    facts = {
        "blood_peak_min": in_blood.peak_min,
        "blood_half_min": in_blood.first_min,
        "blood_peak_ng_per_mL": in_blood.peak,
        "peak_min": at_effect.peak_min,
        "half_min": at_effect.first_min,
        "above_half_min": at_effect.above_min,
        "peak_ng_per_mL": at_effect.peak,
        "peak_low_ng_per_mL": low_peak[..., 0],
        "peak_high_ng_per_mL": high_peak[..., 0],
        "half_s": 60 * at_effect.first_min,
        "peak_s": 60 * at_effect.peak_min,
    }
    return {name: pick(values) for name, values in channels.items()}, {n: pick(v) for n, v in facts.items()}


def _edges(everyone: Floats) -> tuple[Floats, Floats]:
    """Give the band in which nine of ten people lie; `everyone` is (..., people, time)."""
    bounds = [edge for around in (AROUND_5TH, AROUND_95TH) for edge in (around.start, around.stop - 1)]
    ranked = np.partition(everyone, bounds, axis=-2)
    return ranked[..., AROUND_5TH, :].mean(axis=-2), ranked[..., AROUND_95TH, :].mean(axis=-2)


def _over(**columns: Floats) -> tuple[Mapping[str, Floats], Pick]:
    """Lay columns of settings out so that each combination is followed once.

    Returns
    -------
    grid : mapping of name to array
        Values that broadcast with each other: one axis for each column where the settings fill a
        grid, else the columns as they are.
    pick : callable
        Gives the rows of the settings from what was followed over the grid.
    """
    found = {name: np.unique(column, return_inverse=True) for name, column in columns.items()}
    rows = len(next(iter(columns.values())))
    if np.prod([len(values) for values, _ in found.values()]) > rows:
        return {name: np.asarray(column, float) for name, column in columns.items()}, lambda answer: answer
    axes = range(len(found))
    grid = {
        name: values.astype(float).reshape([-1 if axis == own else 1 for axis in axes])
        for own, (name, (values, _)) in enumerate(found.items())
    }
    which = tuple(inverse for _, inverse in found.values())
    return grid, lambda answer: answer[which]


# --- how it is shown and told ----------------------------------------------------------------

clock = Clock([Stretch(0, 180 * 60, 15.0, "Three hours from the start")], frames_per_s=12, unit="min", tick_s=1800)

FEW: Final = {"iv": "IV", "im": "IM", "nasal": "nasal"}
COLOURS: Final = {"iv": "blood", "im": "muscle", "nasal": "mucosa"}
DASHES: Final = {"iv": "solid", "im": "dash", "nasal": "dot"}

IN_MODELS: Final = (200.0, 240.0)
"""Between the infusion's and the push's peak in blood of the joint model (125, 182 ng/mL) and Kamp's (253, 1400)."""


def _runners(lane: str) -> list[Actor]:
    """Give the curves and flags of a lane: people at the back, the effect site in front."""
    effect = f"#{lane}-effect"
    return [
        *(Trace(f"#{lane}-people", f"{lane}_person_share_{i + 1}", faint=True) for i in range(SHOWN)),
        Trace(effect, f"{lane}_effect_share", area=True, above=0.5),
        Trace(f"#{lane}-blood", f"{lane}_blood_share"),
        Flag(f"#{lane}-half", f"{lane}_half_s", box=effect, level=f"{lane}_effect_share"),
        Flag(f"#{lane}-peak", f"{lane}_peak_s", box=effect, level=f"{lane}_effect_share"),
        Readout(f"#{lane}-half-said", template=f"half at {{{lane}_half_min:g}} min"),
        Readout(f"#{lane}-peak-said", template=f"peak at {{{lane}_peak_min:g}} min"),
    ]


def _routes(of: str, label: str = "{}", faint: bool = False) -> list[Line]:
    """Give one line for each route, told apart by colour and dash."""
    return [
        Line(f"{lane}_{of}", label.format(FEW[lane]), COLOURS[lane], dash=DASHES[lane], faint=faint) for lane in LANES
    ]


def _people(lane: str) -> Chart:
    """Show how people differ on one route."""
    return Chart(
        f"People: {FEW[lane]}",
        [
            Line(f"{lane}_effect_low", "nine of ten people", COLOURS[lane], to=f"{lane}_effect_high"),
            *(
                Line(f"{lane}_person_{i + 1}", "" if i else "eight of them", COLOURS[lane], faint=True)
                for i in range(SHOWN)
            ),
            Line(f"{lane}_effect", "the typical person", COLOURS[lane]),
        ],
        unit="ng/mL at the effect site",
        range=(0, 300),
        deck="People",
        tab=FEW[lane],
    )


scene = Scene(
    name="onset",
    title="Three routes race to where ketamine acts",
    art="onset.svg",
    narrow="0 0 960 1500",
    clock=clock,
    respond=respond,
    controls=[
        Choice(
            "iv_given",
            "IV given",
            list(IV_ARMS),
            about="The trials for mood and anxiety infuse over 40 minutes. A push, all at once, is how anaesthesia begins.",
        ),
        Choice(
            "disposition",
            "Model of the body",
            list(DISPOSITIONS),
            about="One model fitted to vein, nose and gut together (esketamine, venous blood), or another for racemic ketamine in arterial blood. Within one, routes can be compared.",
        ),
        Control(
            "muscle_half_time_min",
            "Muscle lets go of half in",
            nodes=[2, 3.7, np.log(2) / _P["intramuscular_per_min"].value, 13, 21, 30],
            start=float(np.log(2) / _P["intramuscular_per_min"].value),
            unit="min",
            spacing="log",
            about="An assumption, chosen so that the level in blood peaks after about 20 minutes. How fast a muscle lets go of ketamine in adults was not found measured.",
        ),
        Control(
            "swallowed_fraction",
            "Nasal spray",
            nodes=[0, 0.3, 0.6, 0.75, 0.84, 0.9],
            start=0.6,
            unit="swallowed",
            form="percent",
            about="60 % is the published mean over three devices, 46 % that of the first. Most of what is swallowed is lost in gut and liver.",
        ),
        Control(
            "effect_half_time_min",
            "Effect’s lag (half-time)",
            nodes=[1, 1.75, 3, 5.2, 9, 15],
            start=3,
            unit="min",
            spacing="log",
            about="Mostly guessed: open simulators use 0.08 to 5.2 per minute, half-times of nine minutes to eight seconds. At 0 it would be the blood’s own curve, which is drawn dashed.",
        ),
    ],
    actors=[
        *(Trace(f"#{lane}-past", "level", at=(0, LEVEL_ng_per_mL), area=True) for lane in LANES),
        *(actor for lane in LANES for actor in _runners(lane)),
        Readout("#iv-arm", template="0.5 mg/kg {iv_given}"),
        Readout("#iv-arm-short", template="{iv_given}"),
        Readout("#im-depot", template="in {muscle_half_time_min:g} min"),
        Readout("#nasal-swallowed", template="{swallowed_fraction:percent}"),
        Glow("#infusion", "iv_blood_peak_min", at=(0, 40)),
        Glow("#push", "iv_blood_peak_min", at=(40, 0)),
        Glow("#nasal-joint", "iv_blood_peak_ng_per_mL", at=IN_MODELS[::-1]),
        Glow("#nasal-racemic", "iv_blood_peak_ng_per_mL", at=IN_MODELS),
        Glow("#more-sprays", "iv_blood_peak_ng_per_mL", at=IN_MODELS),
    ],
    charts=[
        Chart(
            "At the effect site",
            _routes("effect_share"),
            unit="% of the curve’s own peak",
            scale=100,
            range=(0, 100),
            note="Shows when, not how much.",
            deck="Curves",
            tab="Share of own peak",
        ),
        Chart(
            "At the effect site, on one scale",
            [*_routes("effect"), *_routes("blood", "{} in blood", faint=True)],
            unit="ng/mL",
            range=(0, 300),
            level=LEVEL_ng_per_mL,
            level_label="ratings begin to rise",
            note="What is higher leaves the chart. The level: volunteers’ ratings of altered perception, racemic ketamine in blood.",
            deck="Curves",
            tab="Common scale",
        ),
        Chart(
            "IM in blood, if less of it is absorbed",
            [
                Line("im_blood", "93 % absorbed", "muscle"),
                Line("im_blood_if_less", "IM if 41 % is absorbed", "muscle", dash="dot"),
            ],
            unit="ng/mL",
            range=(0, 300),
            note="93 % in adults is recalled from an old study, 41 % was found in children.",
            deck="Curves",
            tab="Less absorbed",
        ),
        *(_people(lane) for lane in LANES),
        Chart(
            "Dissociation, as a description only",
            _routes("dissociation"),
            unit="% of the most there can be",
            scale=100,
            range=(0, 100),
            note="It describes the time and names no mechanism. Acute tolerance is tuned so that it fades as reported after a nasal spray.",
        ),
    ],
    story=[
        Step(
            "Three ways in, one clock",
            "Ketamine goes into a vein, a muscle or the nose. Each ridge is its level where it acts, as a share of that ridge’s own peak: it shows when, not how much.",
            window_s=(0, 10 * 60),
            claims=["routes-three", "anxiety-trials-routes", "route-chosen-by"],
            outcome="A flag marks the moment at which a ridge first reaches half of its own peak, another the peak. Dashed: blood. Faint: eight people.",
        ),
        Step(
            "Is IV the fastest?",
            "So it is often said. But in the trials for mood and anxiety a pump gives it over 40 minutes, evenly.",
            window_s=(0, 60 * 60),
            focus=["#lane-iv", "#axis"],
            claims=["iv-instant", "infusion-peaks-at-end", "iv-controlled"],
            ask=Ask(
                "When does this infusion reach half of its own peak?",
                ["Within 5 minutes", "After 5 to 15 minutes", "After more than 15 minutes"],
                fact="iv_half_min",
                bins=(5, 15),
                because="After {iv_half_min:0} minutes, and blood peaks at {iv_blood_peak_min:0}, when the pump stops. Muscle takes {im_half_min:0}, nose {nasal_half_min:0} minutes to half: both have passed it.",
            ),
        ),
        Step(
            "A push is another matter",
            "The same amount, given all at once: this is what “IV is fastest” is true of. It is how anaesthesia begins, not how the trials gave it.",
            window_s=(0, 60 * 60),
            values={"iv_given": "push"},
            focus=["#lane-iv", "#axis"],
            claims=["iv-instant", "anaesthetic-onset-not-transferable", "effect-delay-guessed"],
            outcome="Blood is highest at once, and the effect site reaches half after {iv_half_min:g} minutes. How far it lags behind blood is mostly guessed: move that control.",
        ),
        Step(
            "A muscle is a depot",
            "An injection into a muscle is not “directly into the bloodstream”. It leaves a store there, which blood empties: fast at first, then ever more slowly.",
            window_s=(0, 90 * 60),
            focus=["#lane-im", "#axis"],
            claims=["im-directly-into-blood", "im-depot", "im-is-slower-iv"],
            ask=Ask(
                "Three muscles get the same amount. Which gives the highest peak?",
                ["One that lets go of half in 3 min", "One that takes 7 min", "One that takes 20 min"],
                fact="im_peak_ng_per_mL",
                settings=[{"muscle_half_time_min": 3}, {"muscle_half_time_min": 7}, {"muscle_half_time_min": 20}],
                because="Fast uptake: earlier and higher. With {muscle_half_time_min:1} min it peaks after {im_peak_min:0} min, before the infusion. That speed is assumed: move the control.",
            ),
        ),
        Step(
            "From the nose into a vein",
            "A spray does not go straight to the brain. The lining of the nose passes it to veins; the rest is swallowed, and gut and liver take most of that.",
            window_s=(0, 90 * 60),
            focus=["#lane-nasal", "#axis"],
            claims=["nasal-straight-to-brain", "nasal-swallowed", "nasal-fraction-falls", "nasal-convenient"],
            ask=Ask(
                "When does it reach half of its own peak?",
                ["Within 5 minutes", "After 5 to 30 minutes", "After more than 30 minutes"],
                fact="nasal_half_min",
                bins=(5, 30),
                because="After {nasal_half_min:0} minutes; the peak comes at {nasal_peak_min:0}. The sprays alone take 10 minutes, and what was swallowed arrives late and keeps the ridge broad.",
            ),
        ),
        Step(
            "A smaller share is not a worse route",
            "Of an infusion all reaches the blood, of these sprays about half. So more is sprayed. The infusion’s peak at the effect site is {iv_peak_ng_per_mL:0} ng/mL.",
            window_s=(0, 90 * 60),
            claims=["bioavailability-better", "absorption-height-not-time", "im-bioavailability-spread", "nasal-racemic-unsettled"],
            ask=Ask(
                "How high is the nasal peak?",
                ["Below 59 ng/mL, half of that", "59 to 118 ng/mL", "Above 118 ng/mL"],
                fact="nasal_peak_ng_per_mL",
                bins=(59, 118),
                because="{nasal_peak_ng_per_mL:0} ng/mL. And less absorbed means lower, not later: see the tab “Less absorbed”. What moves a peak is the speed of uptake.",
            ),
        ),
        Step(
            "Never measure with two rulers",
            "Models fitted to blood from an artery and from a vein disagree. Here the same infusion is followed with both.",
            window_s=(0, 90 * 60),
            values={"disposition": "racemic, arterial"},
            claims=["one-disposition", "domino-depots"],
            ask=Ask(
                "Which gives the higher peak?",
                ["One for all routes (venous)", "Racemic, arterial"],
                fact="iv_peak_ng_per_mL",
                settings=[{"disposition": "one for all routes"}, {"disposition": "racemic, arterial"}],
                because="Arterial: {iv_peak_ng_per_mL:0} ng/mL, about twice. Draw such an IV curve beside a venous nasal one, and IV seems twice as strong.",
            ),
        ),
        Step(
            "People differ",
            "The faint lines are eight people of 200, made up from published spreads. By nose even the order of things differs from person to person.",
            window_s=(0, 180 * 60),
            claims=["people-differ", "doses-individual"],
            outcome="Nine of ten nasal peaks lie between {nasal_peak_low_ng_per_mL:0} and {nasal_peak_high_ng_per_mL:0} ng/mL, of the infusion between {iv_peak_low_ng_per_mL:0} and {iv_peak_high_ng_per_mL:0}. No curve here is any one person’s.",
        ),
        Step(
            "First is not best",
            "No route has been shown to work better: infusion is the best controlled and most studied. Benefit is no function of these curves; it lasts when they are gone.",
            window_s=(0, 180 * 60),
            claims=["iv-most-effective", "benefit-not-concentration", "acute-tolerance", "lasts-as-long-as-drug"],
            outcome="Dissociation fades while drug is still there. Relief is measured from hours to days, when almost none is left. The next lesson is about that time.",
        ),
    ],
    words=[
        Sentence(
            "Into a vein over 40 minutes: the effect site reaches half of its own peak after {iv_half_min:g} min and the peak after {iv_peak_min:g} min, {iv_peak_ng_per_mL:0} ng/mL.",
            when={"iv_given": "over 40 min"},
        ),
        Sentence(
            "Into a vein by push: the effect site reaches half of its own peak after {iv_half_min:g} min and the peak after {iv_peak_min:g} min, {iv_peak_ng_per_mL:0} ng/mL.",
            when={"iv_given": "push"},
        ),
        Sentence(
            "Into a muscle that lets go of half in {muscle_half_time_min:g} min: half after {im_half_min:g} min, the peak after {im_peak_min:g} min, {im_peak_ng_per_mL:0} ng/mL."
        ),
        Sentence(
            "Into the nose, with {swallowed_fraction:percent} swallowed: half after {nasal_half_min:g} min, the peak after {nasal_peak_min:g} min, {nasal_peak_ng_per_mL:0} ng/mL."
        ),
        Sentence("The effect lags behind the blood with a half-time of {effect_half_time_min:g} min."),
        Sentence("All are followed with one model, of esketamine in venous blood.", when={"disposition": "one for all routes"}),
        Sentence("All are followed with a model of racemic ketamine in arterial blood.", when={"disposition": "racemic, arterial"}),
    ],
    now="At {time}: IV {iv_effect_share:percent} of its own peak, IM {im_effect_share:percent}, nasal {nasal_effect_share:percent}; at the effect site {iv_effect:0}, {im_effect:0} and {nasal_effect:0} ng/mL.",
    legend=[("ketamine", "when it is given")],
    leaves_out=[
        "With the one model for all routes, what goes into vein and muscle is followed as if it were esketamine, though these arms are racemic.",
        "The muscle’s speed is assumed, its share in blood (93 %) recalled. No time course of these amounts by muscle was found measured.",
        "The effect site is a lag of one half-time, not a place in the brain that anyone has sampled.",
        "Benefit and relief are not shown: they are no function of these curves.",
        "Dissociation is described, not explained: the tolerance that makes it fade is tuned.",
        "People are made up from published spreads, some of them stand-ins; how the differences go together in one person is unknown. Enzymes, body weight and age are left out.",
        "The model of the body knows arteries, veins and the two mirror forms only through the data to which it was fitted.",
    ],
    scale_note="Each ridge is drawn to its own peak, so heights cannot be compared between ridges: only times can. The small pictures at the left are not to scale.",
)

play = scene.play
