"""A body in rooms: ketamine by vein, by muscle and by nose, counted from room to room on one clock."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from explainer.evidence import parameters
from explainer.models import pharmacokinetics as model
from explainer.player import (
    Ask,
    Chart,
    Choice,
    Clock,
    Control,
    Crowd,
    Flag,
    Glow,
    Line,
    Readout,
    Scene,
    Sentence,
    Step,
    Stretch,
    Trace,
    Turn,
    Way,
)
from explainer.player.actors import Actor
from explainer.player.surface import Floats, Response, Settings

_P = {name: entry.value for name, entry in parameters("pharmacokinetics").items()}

MINUTE_S = 60.0
END_MIN, INFUSION_MIN = 180.0, _P["infusion_lasts_min"]

USUAL_HALF_TIME_MIN = float(np.log(2)) / _P["intramuscular_per_min"]
ADULT, CHILD = _P["intramuscular_fraction"], _P["intramuscular_child_fraction"]

FIRST = _P["nasal_first_fraction"]
SWALLOWED = 1 - FIRST * (1 + 2 * _P["nasal_later_ratio"]) / 3
"""Of three devices together, as published: the later ones leave more to be swallowed."""

LATER_MIN = 10.0
"""When the muscle is looked at."""

ALL_PERCENT = (0.0, 100.0)

FINE_MIN = np.concatenate([np.arange(0.0, 200.0, 0.125), np.arange(200.0, 721.0)])
"""Minutes among which the landmarks are looked for; long enough for every curve to fall to half."""

ARM_OF = {"over 40 min": "iv_infusion", "push": "iv_push"}
TRAVEL_S = 0.16
"""Film time that a particle takes: two minutes, so that what is given at once has arrived at `GIVEN_S`."""

GIVEN_S = 2 * MINUTE_S
"""When steps begin that speak of what is given at once."""

HALF_LEAVES = "Half leaves the muscle in"

LANES = {"iv": "vein", "im": "muscle", "nasal": "nose"}
"""Stem of a lane's channels and facts, and the name of its parts in the picture."""

clock = Clock(
    [
        Stretch(0.0, INFUSION_MIN * MINUTE_S, 40 / 12, "Pump runs, if any", "shade-drug"),
        Stretch(INFUSION_MIN * MINUTE_S, END_MIN * MINUTE_S, 140 / 12, "Afterwards"),
    ],
    frames_per_s=12,
    unit="min",
    tick_s=30 * MINUTE_S,
)


def respond(settings: Settings, seconds: Floats) -> Response:
    """Follow the three arms at every setting.

    Parameters
    ----------
    settings : mapping of name to array (n,)
        ``iv_given``, ``swallowed_fraction``, ``muscle_half_time_min``, ``intramuscular_fraction``.
    seconds : array (time,)
        Frames, as `clock.seconds`.

    Returns
    -------
    channels : mapping of name to array (n, time)
        For every lane the share of the dose that has gone each way until now, net (``iv_to_rest``); the
        part in each room in % (``iv_blood_part``); blood and effect site in ng/mL and in % of their own
        peak (``iv_blood_of_peak_percent``).
    facts : mapping of name to array (n,)
    """
    minutes = np.asarray(seconds, float) / MINUTE_S
    channels: dict[str, Floats] = {}
    facts: dict[str, Floats] = {}

    def keep(lane: str, found: Response, where: NDArray[np.intp]) -> None:
        """Keep what was computed once for each different setting of a lane, for every setting."""
        rows = int(where.max()) + 1
        for kept, new, shape in zip((channels, facts), found, ((rows, minutes.size), (rows,)), strict=True):
            kept.update({f"{lane}_{name}": np.broadcast_to(value, shape)[where] for name, value in new.items()})

    ways, where = np.unique(np.asarray(settings["iv_given"]), return_inverse=True)
    each = [_vein(ARM_OF[str(way)], minutes) for way in ways]
    keep("iv", (_stacked([found for found, _ in each]), _stacked([found for _, found in each])), where)

    pairs = np.stack([np.asarray(settings[name], float) for name in ("muscle_half_time_min", "intramuscular_fraction")])
    (half_time_min, fraction), where = np.unique(pairs, axis=1, return_inverse=True)
    keep("im", _muscle(half_time_min, fraction, minutes), np.ravel(where))

    swallowed, where = np.unique(np.asarray(settings["swallowed_fraction"], float), return_inverse=True)
    keep("nasal", _nose(swallowed, minutes), where)

    halves = np.stack([facts[f"{lane}_blood_half_min"] for lane in LANES])
    facts["first_to_half"] = np.argmin(halves, axis=0).astype(float)
    facts["effect_half_time_min"] = np.full(halves.shape[1], _P["effect_half_time_min"])
    return channels, facts


def _stacked(rows: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _vein(arm: str, minutes: Floats) -> Response:
    course = model.course(arm, minutes)
    room = _rooms(course)
    channels = {
        "entered": 1 - room["not_given"],
        **_onwards(room),
        **_parts(room, bag="not_given"),
    }
    curves, facts = _curves(arm, minutes, {})
    facts["pushed"] = np.asarray(float(arm == "iv_push"))
    if arm == "iv_push":
        facts["half_s"] = np.asarray(-1.0)  # it starts at its peak: no flag
    facts |= _last(room)
    return {**channels, **curves}, facts


def _last(room: Mapping[str, Floats]) -> dict[str, Floats]:
    """Give where the drug is when the film ends."""
    return {"blood_last": room["blood"][..., -1], "broken_last": room["broken_down"][..., -1]}


def _muscle(half_time_min: Floats, fraction: Floats, minutes: Floats) -> Response:
    uptake: model.Uptake = {"absorption_per_min": np.log(2) / half_time_min, "bioavailability": fraction}
    course = model.course("im", minutes, **uptake)
    room = _rooms(course)
    taken = course.absorbed_mg["muscle"] / course.dose_mg[..., None]
    channels = {
        "entered": 1 - room["not_given"],
        "taken": taken - room["lost"],
        "to_lost": room["lost"],
        **_onwards(room),
        **_parts(room, muscle="muscle", lost="lost"),
    }
    curves, facts = _curves("im", minutes, uptake)
    usual = model.blood_ng_per_mL(
        "im", FINE_MIN, absorption_per_min=uptake["absorption_per_min"], bioavailability=ADULT
    )
    facts["peak_moved"] = facts["blood_peak_min"] / model.landmarks(FINE_MIN, usual).peak_min
    facts["left_later"] = np.exp2(-LATER_MIN / half_time_min)
    facts |= _last(room)
    return {**channels, **curves}, facts


def _nose(swallowed: Floats, minutes: Floats) -> Response:
    arm = "nasal_84mg"
    uptake: model.Uptake = {"swallowed_fraction": swallowed}
    course = model.course(arm, minutes, **uptake)
    room = _rooms(course)
    taken = {site: course.absorbed_mg[site] / course.dose_mg[..., None] for site in ("nose", "gut")}
    gut = taken["gut"] - room["lost"]
    channels = {
        "to_nose": room["nose"] + taken["nose"],
        "to_gut": room["gut"] + taken["gut"],
        "taken": taken["nose"],
        "to_portal": gut,
        "to_lost": room["lost"],
        **_onwards(room, from_gut=gut),
        **_parts(room, sprays="not_given", nose="nose", gut="gut", lost="lost"),
    }
    curves, facts = _curves(arm, minutes, uptake)
    passes = _P["gut_wall_passed_fraction"] * float(model.disposition_of(model.DISPOSITIONS[0]).passes_liver_fraction())
    facts |= {
        "reaches": model.bioavailability(arm, **uptake),
        "swallowed_lost": np.asarray(1 - passes),
        "wall_lost": np.asarray(1 - _P["gut_wall_passed_fraction"]),
        **_last(room),
    }
    return {**channels, **curves}, facts


def _rooms(course: model.Course) -> dict[str, Floats]:
    """Give the share of the dose in each room, array (..., time)."""
    return {name: amount / course.dose_mg[..., None] for name, amount in course.rooms_mg.items()}


def _onwards(room: Mapping[str, Floats], from_gut: Floats | float = 0.0) -> dict[str, Floats]:
    """Give what has gone from blood to the rest and to the liver, and from there on, net."""
    return {
        "to_rest": room["shallow"] + room["deep"],
        "to_liver": room["liver"] + room["broken_down"] - from_gut,
        "to_broken": room["broken_down"],
    }


def _parts(room: Mapping[str, Floats], **more: str) -> dict[str, Floats]:
    """Give what is in each room, in percent of the dose."""
    shares = {name: room[source] for name, source in more.items()}
    shares |= {"blood": room["blood"], "rest": room["shallow"] + room["deep"]}
    shares |= {"liver": room["liver"], "broken": room["broken_down"]}
    return {f"{name}_part": 100 * np.maximum(share, 0.0) for name, share in shares.items()}


def _curves(arm: str, minutes: Floats, uptake: model.Uptake) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Give blood and effect site over time, and when they reach what."""
    channels: dict[str, Floats] = {}
    facts: dict[str, Floats] = {}
    for name, level in (("blood", model.blood_ng_per_mL), ("effect", model.effect_site_ng_per_mL)):
        marks = model.landmarks(FINE_MIN, level(arm, FINE_MIN, **uptake))
        shown = level(arm, minutes, **uptake)
        channels[f"{name}_ng"] = shown
        channels[f"{name}_of_peak_percent"] = np.minimum(100 * shown / marks.peak[..., None], 100.0)
        facts |= {
            f"{name}_peak_ng": marks.peak,
            f"{name}_peak_min": marks.peak_min,
            f"{name}_half_min": marks.first_min,
            f"{name}_above_min": marks.above_min,
        }
    facts |= {f"{mark}_s": facts[f"blood_{mark}_min"] * MINUTE_S for mark in ("half", "peak")}
    return channels, facts


def _crowd(lane: str, first: str, ways: Mapping[str, tuple[str, str, str]]) -> Crowd:
    """Let a hundred particles of a lane go their ways: path to (source, target, channel)."""
    place = LANES[lane]
    every = {
        **ways,
        "to-rest": ("blood", "rest", "to_rest"),
        "to-liver": ("blood", "liver", "to_liver"),
        "to-broken": ("liver", "broken", "to_broken"),
    }
    rooms = dict.fromkeys([first, *(room for source, target, _ in every.values() for room in (source, target))])
    return Crowd(
        f"#crowd-{place}",
        of=100,
        size=15,
        travel_s=TRAVEL_S,
        rooms=tuple(f"#{room}-{place}" for room in rooms),
        ways=tuple(
            Way(f"#{path}-{place}", f"#{source}-{place}", f"#{target}-{place}", f"{lane}_{channel}")
            for path, (source, target, channel) in every.items()
        ),
    )


def _lane(lane: str, counts: Mapping[str, str]) -> list[Actor]:
    """Give what every lane moves: the counts, the level in the brain, the curves and their flags."""
    place = LANES[lane]
    texts = {**counts, "blood": "blood", "rest": "rest", "liver": "liver", "broken": "broken"}
    box, level, brain = f"#curve-blood-{place}", f"{lane}_blood_of_peak_percent", f"{lane}_effect_of_peak_percent"
    return [
        Turn(f"#brain-level-{place}", brain, to="translate(0 -107)", at=ALL_PERCENT),
        *(Readout(f"#{text}-count-{place}", template=f"{{{lane}_{room}_part:0}} %") for text, room in texts.items()),
        Readout(f"#brain-count-{place}", template=f"{{{brain}:0}} %"),
        Trace(f"#curve-brain-{place}", brain, at=ALL_PERCENT, area=True),
        Trace(box, level, at=ALL_PERCENT),
        *(
            Flag(f"#{mark}-{place}", f"{lane}_{mark}_s", box=box, level=level, at=ALL_PERCENT)
            for mark in ("half", "peak")
        ),
        *(
            Readout(f"#{mark}-words-{place}", template=f"{{{lane}_blood_{mark}_min:0}} min")
            for mark in ("half", "peak")
        ),
    ]


scene = Scene(
    name="journey",
    title="Three ways in, one body: where the drug is",
    art="journey.svg",
    narrow="0 0 960 1680",
    clock=clock,
    respond=respond,
    bits=16,
    controls=[
        Choice(
            "iv_given",
            "Into the vein",
            list(ARM_OF),
            about="The infusion of the trials, or, as a thought experiment, the same amount pushed in at once.",
        ),
        Control(
            "swallowed_fraction",
            "Of each spray, swallowed",
            nodes=[0, 0.3, 0.5, 0.65, 0.75, 0.82, 0.88, 0.92, 0.96, 1],
            start=round(SWALLOWED, 2),
            unit="",
            form="percent",
            about="What runs from the nose down the throat. About 60 % over three devices in one analysis; people differ.",
        ),
        Control(
            "muscle_half_time_min",
            HALF_LEAVES,
            nodes=[2, 3, 4.5, 7, 11, 18, 30],
            start=round(USUAL_HALF_TIME_MIN, 1),
            unit="min",
            spacing="log",
            about="An assumption, tuned to a peak after about twenty minutes; no measured value was found for adults.",
        ),
        Control(
            "intramuscular_fraction",
            "Reaching blood from muscle",
            nodes=[CHILD, 1.0],  # amounts follow it in a straight line
            start=ADULT,
            unit="",
            form="percent",
            about="93 % in adults is recalled from an old study; 41 % was found in children. Which holds is not settled.",
        ),
    ],
    actors=[
        _crowd("iv", "bag", {"given": ("bag", "blood", "entered")}),
        _crowd(
            "im",
            "syringe",
            {
                "given": ("syringe", "muscle", "entered"),
                "taken": ("muscle", "blood", "taken"),
                "to-lost": ("muscle", "lost", "to_lost"),
            },
        ),
        _crowd(
            "nasal",
            "sprays",
            {
                "to-nose": ("sprays", "nose-room", "to_nose"),
                "swallowed": ("sprays", "gut", "to_gut"),
                "taken": ("nose-room", "blood", "taken"),
                "to-portal": ("gut", "liver", "to_portal"),
                "to-lost": ("gut", "lost", "to_lost"),
            },
        ),
        Glow("#bag-art", "iv_pushed", at=(1.0, 0.0)),
        Glow("#bag-label-vein", "iv_pushed", at=(1.0, 0.0)),
        Glow("#arm-vein", "iv_pushed", at=(1.0, 0.0)),
        Glow("#arm-push", "iv_pushed"),
        Glow("#push-art", "iv_pushed"),
        *(
            Turn(f"#press-{i}", "nasal_sprays_part", to="translate(0 -9)", at=(at, at - 100 / 3))
            for i, at in ((2, 200 / 3), (3, 100 / 3))
        ),
        *_lane("iv", {"bag": "bag"}),
        *_lane("im", {"muscle": "muscle", "lost": "lost"}),
        *_lane("nasal", {"nose": "nose", "gut": "gut", "lost": "lost"}),
    ],
    charts=[
        *(
            Chart(
                title,
                [
                    Line(f"iv_{level}_ng", "vein", "blood"),
                    Line(f"im_{level}_ng", "muscle", "muscle", dash="dash"),
                    Line(f"nasal_{level}_ng", "nose", "mucosa", dash="dot"),
                ],
                unit="ng/mL",
                note="One model for all three, so that they may be compared. The amounts given differ.",
                deck="Level",
                tab=tab,
            )
            for title, level, tab in (
                ("Level in the blood", "blood", "in blood"),
                ("Level at the effect site in the brain", "effect", "in brain"),
            )
        ),
        *(
            Chart(
                f"Where it is: {name}",
                [
                    *(Line(f"{lane}_{room}_part", label, colour, stack=True) for room, label, colour in ways),
                    Line(f"{lane}_blood_part", "blood", "blood", stack=True),
                    Line(f"{lane}_rest_part", "the rest", "sodium", stack=True),
                    Line(f"{lane}_liver_part", "liver", "glycine", stack=True),
                    Line(lost, "broken down or lost", "far", stack=True),
                ],
                unit="% of what is given",
                range=(0, 100),
                deck="Given into",
                tab=name,
            )
            for name, lane, ways, lost in (
                (
                    "nose",
                    "nasal",
                    [("sprays", "still to come", "magnesium"), ("nose", "nose", "mucosa"), ("gut", "gut", "gut")],
                    ("nasal_broken_part", "nasal_lost_part"),
                ),
                ("muscle", "im", [("muscle", "muscle", "muscle")], ("im_broken_part", "im_lost_part")),
                ("vein", "iv", [("bag", "still to come", "magnesium")], "iv_broken_part"),
            )
        ),
    ],
    story=[
        Step(
            "Three ways in",
            "The same body three times. Each hexagon is one percent of what its lane is given. The strip shows blood and brain, each as a share of its peak.",
            window_s=(GIVEN_S, 60 * MINUTE_S),
            claims=["routes-three", "iv-instant", "anaesthetic-onset-not-transferable"],
            ask=Ask(
                "In which lane is the blood first at half of its peak?",
                ["By vein, infused", "By muscle", "By nose"],
                fact="first_to_half",
                bins=(0.5, 1.5),
                because="The muscle’s lane: after {im_blood_half_min:0} minutes. The nose takes {nasal_blood_half_min:0}, the infusion {iv_blood_half_min:0}; it is slow on purpose.",
            ),
        ),
        Step(
            "By vein, all of it arrives",
            "From the blood the drug spreads into the rest of the body, and the liver breaks it down.",
            window_s=(GIVEN_S, 80 * MINUTE_S),
            focus=["#lane-vein"],
            claims=["infusion-peaks-at-end", "iv-controlled"],
            ask=Ask(
                "When is the level in the blood highest?",
                ["In the first 10 min", "After 10 to 30 min", "After over 30 min"],
                fact="iv_blood_peak_min",
                bins=(10, 30),
                because="At {iv_blood_peak_min:0} minutes, when the infusion ends: it climbs as long as the pump runs and falls as soon as it stops. The brain’s level follows, with its peak at {iv_effect_peak_min:0}.",
            ),
        ),
        Step(
            "The same amount as a push",
            "A thought experiment: all of it is pushed in at once. The blood starts at its peak and only falls; the brain follows with a delay that is mostly guessed.",
            window_s=(GIVEN_S, 60 * MINUTE_S),
            values={"iv_given": "push"},
            focus=["#lane-vein"],
            claims=["iv-instant", "effect-delay-guessed"],
            outcome="The brain’s level peaks here after {iv_effect_peak_min:0} minutes. In people under anaesthesia the peak of effect after a push was seen after about two: this model is too slow here, its lag assumed, its first minutes too gentle.",
        ),
        Step(
            "A muscle is a store, not a vein",
            "The syringe was emptied at once, but not into the blood. Most of it still lies in the muscle, from where the blood carries it off little by little.",
            window_s=(GIVEN_S, 40 * MINUTE_S),
            focus=["#lane-muscle"],
            claims=["im-directly-into-blood", "im-is-slower-iv"],
            ask=Ask(
                "How much is still in the muscle after ten minutes?",
                ["Nothing", "Up to a quarter", "More than a quarter"],
                fact="im_left_later",
                bins=(0.005, 0.25),
                because="{im_left_later:percent} is still there, and nobody can take it back. The speed is an assumption, tuned to a peak after about twenty minutes.",
            ),
        ),
        Step(
            "A smaller share: lower, but when?",
            f"For adults {ADULT * 100:.0f} % is recalled to reach the blood; in children it was {CHILD * 100:.0f} %. Which holds is not settled. Here it is the smaller share; the rest counts as lost.",
            window_s=(GIVEN_S, 60 * MINUTE_S),
            values={"intramuscular_fraction": CHILD},
            focus=["#lane-muscle"],
            claims=["absorption-height-not-time", "im-bioavailability-spread"],
            ask=Ask(
                "When does the blood reach its peak now?",
                ["Earlier", "At the same time", "Later"],
                fact="im_peak_moved",
                bins=(0.9, 1.1),
                because=f"At {{im_blood_peak_min:0}} minutes, as before; only lower. What moves a peak is the speed of uptake: raise “{HALF_LEAVES}” below, and see.",
            ),
        ),
        Step(
            "Three sprays, two ways",
            "Three devices, five minutes apart. A part enters the lining of the nose and from there the veins; {swallowed_fraction:percent} runs down the throat.",
            window_s=(GIVEN_S, 90 * MINUTE_S),
            focus=["#lane-nose"],
            claims=["nasal-straight-to-brain", "nasal-fraction-falls"],
            ask=Ask(
                "How much of the spray reaches the blood?",
                ["Less than two thirds", "Two thirds to nine tenths", "Nearly all"],
                fact="nasal_reaches",
                bins=(2 / 3, 0.9),
                because="{nasal_reaches:percent}. None of it goes from nose to brain directly here: it takes the way by veins and heart, as on every route.",
            ),
        ),
        Step(
            "What is swallowed",
            "What runs down the throat must pass the wall of the gut, and then the liver, before it can reach the rest of the body.",
            window_s=(10 * MINUTE_S, END_MIN * MINUTE_S),
            focus=["#lane-nose"],
            claims=["nasal-swallowed", "sublingual-avoids-gut", "more-norketamine-by-gut"],
            ask=Ask(
                "How much of the swallowed part never reaches the blood?",
                ["Less than a quarter", "A quarter to two thirds", "More than two thirds"],
                fact="nasal_swallowed_lost",
                bins=(0.25, 2 / 3),
                because="{nasal_swallowed_lost:percent}. The gut wall takes {nasal_wall_lost:percent} of it, the liver most of what is left. The picture counts the first as lost, the second as broken down.",
            ),
        ),
        Step(
            "After three hours",
            "On every way in, the drug ends in the same rooms: some is still in the blood, some in the rest of the body, and more and more is broken down.",
            window_s=(60 * MINUTE_S, END_MIN * MINUTE_S),
            claims=["benefit-not-concentration", "lasts-as-long-as-drug"],
            outcome="The blood still holds {iv_blood_last:percent} by vein, {im_blood_last:percent} by muscle, {nasal_blood_last:percent} by nose. Where there is a benefit, it outlasts the drug.",
        ),
        Step(
            "What this picture does not decide",
            "An earlier or a higher peak is not a better treatment. No route has been shown to work better than the others, and people differ widely.",
            window_s=(GIVEN_S, END_MIN * MINUTE_S),
            claims=["iv-most-effective", "bioavailability-better", "people-differ", "one-disposition"],
            outcome="Peaks here: {iv_blood_peak_ng:0} ng/mL by vein, {im_blood_peak_ng:0} by muscle, {nasal_blood_peak_ng:0} by nose, for different drugs and amounts. Move the controls: what changes a peak, and what its time?",
        ),
    ],
    words=[
        Sentence(
            "Peak in the blood by vein, {iv_given}: {iv_blood_peak_ng:0} ng/mL after {iv_blood_peak_min:0} min.",
            when={"iv_given": "over 40 min"},
        ),
        Sentence(
            "Peak in the blood by vein, as a push: {iv_blood_peak_ng:0} ng/mL, at once.",
            when={"iv_given": "push"},
        ),
        Sentence(
            "By muscle (half leaves the muscle in {muscle_half_time_min:g} min): {im_blood_peak_ng:0} ng/mL after {im_blood_peak_min:0} min."
        ),
        Sentence(
            "By nose ({nasal_reaches:percent} reaches the blood): {nasal_blood_peak_ng:0} ng/mL after {nasal_blood_peak_min:0} min."
        ),
    ],
    now="At {time}, of what was given, the blood holds {iv_blood_part:0} % by vein, {im_blood_part:0} % by muscle and {nasal_blood_part:0} % by nose; the muscle still {im_muscle_part:0} %, nose and gut {nasal_nose_part:0} and {nasal_gut_part:0} %.",
    leaves_out=[
        "One typical person. In the analysis behind it people differ much, in the nose’s uptake by about 60 %, in that of the swallowed part by more than 100 %.",
        "One model for all lanes, fitted to esketamine by vein, nose and gut together. The racemic arms of vein and muscle are followed in it as if they were esketamine.",
        "“Blood” is the model’s first space, far larger than the blood vessels: it holds whatever mixes with blood at once. The first minutes of a push are therefore too gentle.",
        "No drug is counted in the brain. Its level follows the blood with an assumed half-time; what is really there belongs to “blood” and “the rest”.",
        "Muscle: how fast adults take it up is assumed, and the share that reaches the blood is recalled. Why some is lost is not known.",
        f"Nose: of every device the same share is taken to be swallowed; in the analysis it is {100 * (1 - FIRST):.0f} % of the first and more of the later ones. A small direct way to the brain was not looked for.",
        "Breakdown products are not followed, and nothing here says what anybody should be given.",
    ],
    scale_note="Not to scale: sizes and distances. Each hexagon is 1 % of what its own lane is given, and the lanes are given different amounts, those of published arms. How many are in a room is computed and rounded; which one is where is arranged for the eye, and on their way they lag two minutes behind the counts. The fill of a brain is a share of its own peak, not an amount. Flags stand on the blood’s curve: the dot at half of its peak, the pennant at the peak.",
    legend=[("ketamine", "1 % of what is given in its lane")],
)

play = scene.play
