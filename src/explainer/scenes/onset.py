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
from explainer.player.surface import Floats, Part, Respond, Response, Settings

LANES: Final = ("iv", "im", "nasal")
IV_ARMS: Final = {"over 40 min": "iv_infusion", "push": "iv_push"}
DISPOSITIONS: Final = {"one for all routes": "perez_ruixo_2021", "racemic, arterial": "kamp_2020"}
NASAL_ARMS: Final = {"perez_ruixo_2021": "nasal_84mg", "kamp_2020": "nasal_racemic_50mg"}

SHOWN: Final = 6
"""People drawn one by one; the band is of all."""

LEVEL_ng_per_mL: Final = 50.0
"""Where volunteers' ratings of altered perception begin to rise with racemic ketamine in blood (Bowdle 1998)."""

_P: Final = parameters("pharmacokinetics")
PEOPLE: Final = pharmacokinetics.people(int(_P["people_count"].value), np.random.default_rng(1970))
BAND_SPREADS: Final = 1.2816
"""Spreads of the logarithm to either side of its mean; of a normal distribution eight of ten lie within."""

FINE_min: Final = np.arange(0, 180.1, 0.125)
"""Where peaks and crossings of the typical person are looked for."""

Pick = Callable[[Floats], Floats]


def route(lane: str) -> Respond:
    """Give the answer of one lane: its arm in the typical person and in all of `PEOPLE`.

    Returns
    -------
    callable ``(settings, seconds) -> (channels, facts)``
        Settings hold ``disposition``, ``effect_half_time_min`` and what the lane depends on,
        ``iv_given``, ``muscle_half_time_min`` or ``swallowed_fraction``, arrays (n,). Names of
        channels, arrays (n, time), and of facts, arrays (n,), begin with the lane.
    """

    def respond(settings: Settings, seconds: Floats) -> Response:
        of, minutes = np.asarray(settings["disposition"]), np.asarray(seconds, float) / 60
        channels: dict[str, Floats] = {}
        facts: dict[str, Floats] = {}
        for disposition, model in DISPOSITIONS.items():
            for arm, rows in _arms(lane, model, of == disposition, settings):
                if not rows.any():
                    continue
                some = {name: np.asarray(values)[rows] for name, values in settings.items()}
                over_time, single = _lane(arm, model, some, minutes)
                for into, found in ((channels, over_time), (facts, single)):
                    for name, values in found.items():
                        into.setdefault(f"{lane}_{name}", np.zeros((of.size, *values.shape[1:])))[rows] = values
        if lane == LANES[0]:
            channels["level"] = np.full((of.size, minutes.size), LEVEL_ng_per_mL)
        return channels, facts

    return respond


ROUTES: Final = [
    Part(route("iv"), over=("iv_given", "disposition", "effect_half_time_min")),
    Part(route("im"), over=("disposition", "muscle_half_time_min", "effect_half_time_min")),
    Part(route("nasal"), over=("disposition", "swallowed_fraction", "effect_half_time_min")),
]


def _arms(lane: str, model: str, rows: NDArray[np.bool_], settings: Settings) -> list[tuple[str, NDArray[np.bool_]]]:
    """List the arms of a lane in one disposition, each with the rows of the settings that ask for it."""
    if lane == "iv":
        return [(arm, rows & (np.asarray(settings["iv_given"]) == given)) for given, arm in IV_ARMS.items()]
    return [("im" if lane == "im" else NASAL_ARMS[model], rows)]


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
    dissociation = effects.dissociation_share(arm, minutes, model, half_time_min=half, **uptake)
    channels = {
        "blood": blood,
        "effect": effect,
        "blood_share": blood / blood.max(axis=-1, keepdims=True),
        "effect_share": effect / effect.max(axis=-1, keepdims=True),
        "effect_low": low,
        "effect_high": high,
        "dissociation_share": dissociation / dissociation.max(axis=-1, keepdims=True),
    }
    if arm == "im":
        little: pharmacokinetics.Uptake = {**uptake, "bioavailability": _P["intramuscular_child_fraction"].value}
        less = pharmacokinetics.blood_ng_per_mL(arm, minutes, model, **little)
        channels["blood_if_less"] = less + np.zeros_like(effect)
    for number in range(SHOWN):
        one = everyone[..., number, :]
        channels[f"person_{number + 1}"] = one
        channels[f"person_share_{number + 1}"] = one / one.max(axis=-1, keepdims=True)

    fine = pharmacokinetics.effect_site_ng_per_mL(arm, FINE_min, model, half_time_min=half, **uptake)
    at_effect = pharmacokinetics.landmarks(FINE_min, fine)
    low_peak, high_peak = _edges(everyone.max(axis=-1, keepdims=True))
    facts = {
        "peak_min": at_effect.peak_min,
        "half_min": at_effect.first_min,
        "peak_ng_per_mL": at_effect.peak,
        "peak_low_ng_per_mL": low_peak[..., 0],
        "peak_high_ng_per_mL": high_peak[..., 0],
        "half_s": 60 * at_effect.first_min,
        "peak_s": 60 * at_effect.peak_min,
    }
    if arm in IV_ARMS.values():
        in_blood = pharmacokinetics.landmarks(FINE_min, pharmacokinetics.blood_ng_per_mL(arm, FINE_min, model))
        facts["blood_peak_min"] = in_blood.peak_min + np.zeros_like(half)
        facts["blood_peak_ng_per_mL"] = in_blood.peak + np.zeros_like(half)
    return {name: pick(values) for name, values in channels.items()}, {n: pick(v) for n, v in facts.items()}


def _edges(everyone: Floats) -> tuple[Floats, Floats]:
    """Give the band of most people; `everyone` is (..., people, time).

    From the mean and the spread of the logarithm: ranks would jump from one person to the next
    between settings. Where nobody has anything yet, the band is at 0.
    """
    there = everyone.min(axis=-2) > 0
    logs = np.log(np.where(there[..., None, :], everyone, 1.0))
    middle, spread = logs.mean(axis=-2), BAND_SPREADS * logs.std(axis=-2)
    return np.exp(middle - spread) * there, np.exp(middle + spread) * there


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

clock = Clock([Stretch(0, 180 * 60, 15.0, "Three hours")], frames_per_s=12, unit="min", tick_s=1800)

FEW: Final = {"iv": "IV", "im": "IM", "nasal": "nasal"}
COLOURS: Final = {"iv": "blood", "im": "muscle", "nasal": "mucosa"}
DASHES: Final = {"iv": "solid", "im": "dash", "nasal": "dot"}

SHARED: Final = ("#key", "#axis")
"""What stays lit with a lane."""

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
        Readout(f"#{lane}-half-said", template=f"half {{{lane}_half_min:g}} min"),
        Readout(f"#{lane}-peak-said", template=f"peak {{{lane}_peak_min:g}} min · {{{lane}_peak_ng_per_mL:0}} ng/mL"),
    ]


def _routes(of: str, label: str = "", faint: bool = False) -> list[Line]:
    """Give one line for each route, told apart by colour and dash; a `label` is said once, for all of them."""
    once = [label, "", ""] if label else list(FEW.values())
    return [
        Line(f"{lane}_{of}", said, COLOURS[lane], dash=DASHES[lane], faint=faint)
        for lane, said in zip(LANES, once, strict=True)
    ]


def _people(lane: str) -> Chart:
    """Show how people differ on one route."""
    return Chart(
        f"People: {FEW[lane]}",
        [
            Line(f"{lane}_effect_low", "band of most people", COLOURS[lane], to=f"{lane}_effect_high"),
            *(
                Line(f"{lane}_person_{i + 1}", "" if i else f"{SHOWN} of them, one by one", COLOURS[lane], faint=True)
                for i in range(SHOWN)
            ),
            Line(f"{lane}_effect", "the typical person", COLOURS[lane]),
        ],
        unit="ng/mL at the effect site",
        range=(0, 300),
        note="The band is made from mean and spread of the logarithm. What is above 300 ng/mL leaves the chart.",
        deck="People",
        tab=FEW[lane],
    )


scene = Scene(
    name="onset",
    title="Three routes race to where ketamine acts",
    art="onset.svg",
    narrow="0 0 960 1500",
    clock=clock,
    respond=ROUTES,
    controls=[
        Choice(
            "iv_given",
            "IV given",
            list(IV_ARMS),
            about="The trials for mood and anxiety infuse over 40 minutes. A push, all at once, is how anaesthesia begins; of this amount it is a thought experiment.",
        ),
        Choice(
            "disposition",
            "Model of the body",
            list(DISPOSITIONS),
            about="One model fitted to vein, nose and gut together (esketamine, venous blood), or another for racemic ketamine in arterial blood. Within one, routes can be compared.",
        ),
        Control(
            "muscle_half_time_min",
            "Half leaves the muscle in",
            nodes=[2, 3, 4.5, np.log(2) / _P["intramuscular_per_min"].value, 11, 18, 30],
            start=float(np.log(2) / _P["intramuscular_per_min"].value),
            unit="min",
            spacing="log",
            about="Assumed: with the one model for all routes, blood then peaks after about 20 minutes. With the other, 6.9 min has no ground (that takes about 30): do not compare its muscle peak. In adults nothing measured was found.",
        ),
        Control(
            "swallowed_fraction",
            "Nasal spray",
            nodes=[0, 0.28, 0.48, 0.6, 0.69, 0.77, 0.82, 0.86, 0.9],
            start=0.6,
            unit="swallowed",
            form="percent",
            about="60 % is the published mean over three devices, 46 % that of the first. Most of what is swallowed is lost in gut and liver.",
        ),
        Control(
            "effect_half_time_min",
            "Effect’s lag (half-time)",
            nodes=[1, 1.2, 1.45, 1.8, 2.3, 3, 4.2, 6, 9, 15],
            start=3,
            unit="min",
            spacing="log",
            about="Mostly guessed: open simulators use 0.08 to 5.2 per minute, half-times of nine minutes to eight seconds. At 0 it would be the blood’s own curve, which is drawn dashed.",
        ),
    ],
    actors=[
        *(Trace(f"#{lane}-past", "level", at=(0, LEVEL_ng_per_mL), area=True) for lane in LANES),
        *(actor for lane in LANES for actor in _runners(lane)),
        Readout("#im-depot", template="in {muscle_half_time_min:g} min"),
        Readout("#nasal-swallowed", template="{swallowed_fraction:percent}"),
        *(Glow(part, "iv_blood_peak_min", at=(0, 40)) for part in ("#infusion", "#by-drip", "#arm-drip")),
        *(Glow(part, "iv_blood_peak_min", at=(40, 0)) for part in ("#push", "#by-push", "#arm-push")),
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
            [*_routes("effect"), *_routes("blood", "the same in blood", faint=True)],
            unit="ng/mL",
            range=(0, 300),
            level=LEVEL_ng_per_mL,
            level_label="50 ng/mL",
            note="At 50 ng/mL of racemic ketamine in blood, volunteers’ ratings of altered perception begin to rise. In the one model for all routes, vein and muscle are racemic, followed as esketamine. What is above 300 ng/mL leaves the chart.",
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
            note="93 % in adults is recalled from an old study, 41 % was found in children. What is above 300 ng/mL leaves the chart.",
            deck="Curves",
            tab="Less absorbed",
        ),
        *(_people(lane) for lane in LANES),
        Chart(
            "Dissociation, as a description only",
            _routes("dissociation_share"),
            unit="% of the curve’s own peak",
            scale=100,
            range=(0, 100),
            note="Each is drawn to its own peak, since heights are no evidence. It describes the time and names no mechanism. Acute tolerance is tuned so that it fades as reported after a nasal spray.",
        ),
    ],
    story=[
        Step(
            "Three ways in, one clock",
            "Vein, muscle or nose. Each ridge is the level where ketamine acts, as a share of its own peak: when, not how much.",
            window_s=(0, 10 * 60),
            claims=["routes-three", "anxiety-trials-routes"],
            outcome="Dashed: blood. Faint: six people. Ring: half of the muscle’s own peak. Here flags are of the place of effect; in the scene above, of blood.",
        ),
        Step(
            "Is IV the fastest?",
            "So it is often said. But in the trials for mood and anxiety a pump gives it over 40 minutes, evenly.",
            window_s=(0, 60 * 60),
            focus=["#lane-iv", *SHARED],
            claims=["iv-instant", "infusion-peaks-at-end"],
            ask=Ask(
                "When does this infusion reach half of its own peak?",
                ["Within 5 min", "After 5 to 15 min", "After over 15 min"],
                fact="iv_half_min",
                bins=(5, 15),
                because="After {iv_half_min:0} minutes; blood peaks at {iv_blood_peak_min:0}, when the pump stops, the effect at the flag. Muscle takes {im_half_min:0}, nose {nasal_half_min:0} minutes to half.",
            ),
        ),
        Step(
            "A push is another matter",
            "The same amount all at once: of this “IV is fastest” is true. So begins anaesthesia; the trials gave it otherwise.",
            window_s=(0, 60 * 60),
            values={"iv_given": "push"},
            focus=["#lane-iv", *SHARED],
            claims=["anaesthetic-onset-not-transferable", "effect-delay-guessed"],
            outcome="The peak after {iv_peak_min:0} minutes is too slow: in people under anaesthesia a push had its peak of effect after about two minutes. The lag is mostly guessed.",
        ),
        Step(
            "A muscle is a depot",
            "An injection into a muscle does not go “directly into the bloodstream”. It leaves a store, which blood empties ever more slowly.",
            window_s=(0, 90 * 60),
            focus=["#lane-im", *SHARED],
            claims=["im-directly-into-blood", "im-depot", "im-is-slower-iv"],
            ask=Ask(
                "Of the same amount, which muscle gives the highest peak?",
                ["Half leaves in 3 min", "Half leaves in 7 min", "Half leaves in 20 min"],
                fact="im_peak_ng_per_mL",
                settings=[{"muscle_half_time_min": 3}, {"muscle_half_time_min": 7}, {"muscle_half_time_min": 20}],
                because="Fast uptake: earlier and higher. With {muscle_half_time_min:1} min it peaks after {im_peak_min:0} min, before the infusion. That speed is assumed: move the control.",
            ),
        ),
        Step(
            "From the nose into a vein",
            "A spray does not go straight to the brain. The lining of the nose passes it to veins; the rest is swallowed, and gut and liver take most of that.",
            window_s=(0, 90 * 60),
            focus=["#lane-nasal", *SHARED],
            claims=["nasal-straight-to-brain", "nasal-swallowed", "spravato-is-esketamine"],
            ask=Ask(
                "When does it reach half of its own peak?",
                ["Within 5 min", "After 5 to 15 min", "After over 15 min"],
                fact="nasal_half_min",
                bins=(5, 15),
                because="After {nasal_half_min:0} minutes; the peak comes at {nasal_peak_min:0}. The sprays alone take 10 minutes, and what was swallowed arrives late and keeps the ridge broad.",
            ),
        ),
        Step(
            "A smaller share is not a worse route",
            "Of an infusion all reaches the blood, of these sprays about half. In this nasal arm more was given, and of another drug. Followed as if both were esketamine, the infusion peaks at {iv_peak_ng_per_mL:0} ng/mL.",
            window_s=(0, 90 * 60),
            claims=["bioavailability-better", "absorption-height-not-time", "im-bioavailability-spread"],
            ask=Ask(
                "How high is the nasal peak?",
                ["Below half of that", "Half to all of it", "Higher"],
                fact="nasal_peak_ng_per_mL",
                bins=(59, 118),
                because="{nasal_peak_ng_per_mL:0} ng/mL. Were less absorbed at the same speed, the curve would be lower, not later: see “Less absorbed” below, of the muscle. What is swallowed instead also comes later.",
            ),
        ),
        Step(
            "Never measure with two rulers",
            "Models fitted to venous and to arterial blood disagree. With the venous one this infusion peaks in blood at 125 ng/mL. With the other, the nasal arm too is another: racemic ketamine.",
            window_s=(0, 90 * 60),
            values={"disposition": "racemic, arterial"},
            focus=["#lane-iv", *SHARED],
            claims=["one-disposition", "nasal-racemic-unsettled"],
            ask=Ask(
                "How high with the arterial one?",
                ["Up to 150 ng/mL", "150 to 200 ng/mL", "Above 200 ng/mL"],
                fact="iv_blood_peak_ng_per_mL",
                bins=(150, 200),
                because="{iv_blood_peak_ng_per_mL:0} ng/mL, about twice. Beside a venous nasal curve, IV would seem twice as strong. The muscle’s speed suits the first model only: leave its peak aside.",
            ),
        ),
        Step(
            "People differ",
            "The faint lines are six of 200 people, made up from published spreads. By nose the highest of their peaks is more than twice the lowest: see “People” below, “nasal”.",
            window_s=(0, 180 * 60),
            claims=["people-differ", "enzymes-both", "doses-individual"],
            outcome="Most nasal peaks lie between {nasal_peak_low_ng_per_mL:0} and {nasal_peak_high_ng_per_mL:0} ng/mL, of the infusion between {iv_peak_low_ng_per_mL:0} and {iv_peak_high_ng_per_mL:0}. No curve here is any one person’s.",
        ),
        Step(
            "First is not best",
            "No route has been shown to work better. Infusion is the best controlled and most studied. Benefit is no function of these curves.",
            window_s=(0, 180 * 60),
            claims=["iv-most-effective", "benefit-not-concentration"],
            outcome="Dissociation (last chart below) fades while drug is there. A day later almost none is left; trials still find less anxiety, on average, against placebo or midazolam; most of these trials are at high risk of bias.",
        ),
    ],
    words=[
        Sentence(
            "Into a vein over 40 minutes: the effect site reaches half of its own peak after {iv_half_min:g} min and the peak after {iv_peak_min:g} min, {iv_peak_ng_per_mL:0} ng/mL.",
            when={"iv_given": "over 40 min"},
        ),
        Sentence(
            "Into a vein by push, a thought experiment: the effect site reaches half of its own peak after {iv_half_min:g} min and the peak after {iv_peak_min:g} min, {iv_peak_ng_per_mL:0} ng/mL.",
            when={"iv_given": "push"},
        ),
        Sentence(
            "Into a muscle, which half leaves in {muscle_half_time_min:g} min: half of the peak after {im_half_min:g} min, the peak after {im_peak_min:g} min, {im_peak_ng_per_mL:0} ng/mL."
        ),
        Sentence(
            "Into the nose, with {swallowed_fraction:percent} swallowed: half after {nasal_half_min:g} min, the peak after {nasal_peak_min:g} min, {nasal_peak_ng_per_mL:0} ng/mL."
        ),
        Sentence("The effect lags behind the blood with a half-time of {effect_half_time_min:g} min."),
        Sentence(
            "All are followed with one model, of esketamine in venous blood.",
            when={"disposition": "one for all routes"},
        ),
        Sentence(
            "All are followed with a model of racemic ketamine in arterial blood.",
            when={"disposition": "racemic, arterial"},
        ),
    ],
    now="At {time}: IV {iv_effect_share:percent} of its own peak, IM {im_effect_share:percent}, nasal {nasal_effect_share:percent}; at the effect site {iv_effect:0}, {im_effect:0} and {nasal_effect:0} ng/mL.",
    legend=[("ketamine", "when it is given")],
    leaves_out=[
        "With the one model for all routes, what goes into vein and muscle is followed as if it were esketamine, though these arms are racemic.",
        "After a push the one model for all routes is too slow, whatever the lag: in people under anaesthesia the peak of effect was seen after about two minutes. A push of this amount is a thought experiment.",
        "With the racemic, arterial model the muscle’s start at 6.9 min has no ground (to peak at 20 minutes takes about 30): its muscle peak must not be compared. The nasal arm is another one there, of racemic ketamine.",
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
