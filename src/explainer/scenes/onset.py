"""The race of three routes: the same drug at the effect site, by vein, by muscle and by nose."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from explainer.evidence import parameters
from explainer.models import effects, pharmacokinetics
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
