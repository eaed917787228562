"""What the NMDA scene says, against the model run by a protocol written here again, and against hand values.

The protocol: a pulse (1 mM for 1 ms) at 0.1 s without the drug; the drug from 6 to 18 s; ten pulses, one a
second from 8 s; a pulse at 138 s; glutamate held from 139 to 169 s; a pulse at 171 s.
"""

import math

import numpy as np
import pytest

from explainer.models import nmda as model
from explainer.player import Member
from explainer.player.words import write
from explainer.scenes.nmda import scene

SAME = 1e-9  # the same equations, solved exactly both times
THREE_DIGITS = 0.0005  # the hand values carry three

EDGES = [0.0, 0.1, 0.101, 6.0]
GLUTAMATE = [0.0, 1.0, 0.0, 0.0]
for second in range(8, 18):
    EDGES += [second, second + 0.001]
    GLUTAMATE += [1.0, 0.0]
EDGES += [18.0, 138.0, 138.001, 139.0, 169.0, 171.0, 171.001, 172.0]
GLUTAMATE += [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
DRUG = [1.0 if 6.0 <= start < 18.0 else 0.0 for start in EDGES[:-1]]

EARLY = float(scene.clock.seconds[np.argmin(np.abs(scene.clock.seconds - 141))])
"""Two seconds into held glutamate, as near as there is a frame."""


def run(seconds, drug_uM, voltage_mV, magnesium_mM, drug="ketamine", **more):
    amount = np.array(DRUG) * drug_uM
    return model.simulate(seconds, EDGES, GLUTAMATE, amount, voltage_mV, magnesium_mM, blocker=drug, **more)


SETTINGS = [
    # drug µM, mV, magnesium mM, drug
    (3, -30, "1", "ketamine"),
    (10, -20, "1", "ketamine"),
    (0.1, 40, "0", "ketamine"),
    (1.7, -63, "0.1", "memantine"),
    (10, -20, "1", "MK-801"),
    (3, -60, "0", "MK-801"),
]


@pytest.mark.parametrize(("amount", "voltage", "magnesium", "drug"), SETTINGS)
def test_facts_against_the_model_run_directly(amount, voltage, magnesium, drug):
    given = {"ketamine_uM": amount, "voltage_mV": voltage, "magnesium_mM": magnesium, "drug": drug}
    facts = scene.facts_at([given])[0]
    at = [0.12, 8, 9, 17.02, 18, 138, 139, EARLY, 171]
    blocked = dict(zip(at, run(at, amount, voltage, float(magnesium), drug).blocked, strict=True))
    opened = dict(zip(at, run(at, amount, voltage, float(magnesium), drug).open, strict=True))
    alone = dict(zip(at, run(at, 0, voltage, float(magnesium)).open, strict=True))
    wanted = {
        "blocked_waiting": blocked[8],
        "blocked_first": blocked[9],
        "blocked_end": blocked[18],
        "left_last": opened[17.02] / opened[0.12],
        "left_undrugged": alone[17.02] / alone[0.12],
        "kept": blocked[138] / blocked[18],
        "kept_early": blocked[EARLY] / blocked[139],
        "kept_held": blocked[171] / blocked[18],
    }
    assert {name: facts[name] for name in wanted} == pytest.approx(wanted, abs=SAME)
    loose = run(
        [18], amount, voltage, float(magnesium), drug, affinity_uM=2.5 if drug == "ketamine" else None
    )
    assert facts["blocked_end_loose"] == pytest.approx(loose.blocked[0], abs=SAME)


@pytest.mark.parametrize(("amount", "voltage", "magnesium", "drug"), SETTINGS[:5])
def test_channels_against_the_model_run_directly(amount, voltage, magnesium, drug):
    seconds = scene.clock.seconds
    columns = {
        "ketamine_uM": np.array([amount, 0.5]),
        "voltage_mV": np.array([voltage, 0.0]),
        "magnesium_mM": np.array([magnesium, "0"]),
        "drug": np.array([drug, "MK-801"]),
    }
    channels, _ = scene.respond(columns, seconds)
    course = run(seconds, amount, voltage, float(magnesium), drug)
    states = dict(zip(model.STATES, course.occupancy.T, strict=True))
    free = 1 / (1 + float(magnesium) / 3.57 * math.exp(-0.062 * voltage))  # Jahr and Stevens 1990
    trapped_free, trapped_bound = states["C0B"] + states["C1B"], states["C2B"] + states["DB"]
    wanted = {
        "trapped_free": trapped_free,
        "trapped_bound": trapped_bound,
        "open_blocked": states["OB"],
        "conducting": states["O"] * free,
        "plugged": states["O"] * (1 - free),
        "bound_shut": states["C2"] + states["D"],
        "blocked": trapped_free + trapped_bound + states["OB"],
        "relative_current": states["O"] / states["O"][np.argmin(np.abs(seconds - 0.12))],
        "drug_present": np.where((seconds >= 6) & (seconds < 18), amount, 0.0),
    }
    for name, values in wanted.items():
        assert np.abs(channels[name][0] - values).max() <= SAME, name
    pulses = [0.1, *range(8, 18), 138, 171]
    on = np.any([(seconds >= p) & (seconds < p + 0.001) for p in pulses], axis=0)
    on |= (seconds >= 139) & (seconds < 169)
    assert channels["glutamate"][0].tolist() == on.astype(float).tolist()
    alone = run(seconds, 0, voltage, 1.0).open
    assert channels["relative_undrugged"][0] == pytest.approx(
        alone / alone[np.argmin(np.abs(seconds - 0.12))]
    )


FREE = [
    # mV, mM, fraction free, by hand: 1 / (1 + Mg / 3.57 mM · e^(−0.062 V))
    (-70, 1, 0.0445),  # e^4.34 = 76.7; 76.7 / 3.57 = 21.5
    (-60, 1, 0.0796),  # e^3.72 = 41.3; 41.3 / 3.57 = 11.56
    (-30, 1, 0.3572),  # e^1.86 = 6.424; 6.424 / 3.57 = 1.799
    (-20, 1, 0.5081),  # e^1.24 = 3.456; 3.456 / 3.57 = 0.968
    (0, 1, 0.7812),  # 1 / 3.57 = 0.2801
    (40, 1, 0.9771),  # e^−2.48 = 0.0837; 0.0837 / 3.57 = 0.0235
    (-70, 0.1, 0.3176),  # a tenth of 21.5
    (-80, 0, 1.0),  # no magnesium, no plug
]


@pytest.mark.parametrize(("voltage", "magnesium", "free"), FREE)
def test_the_free_share_by_hand(voltage, magnesium, free):
    facts = scene.facts_at([{"voltage_mV": voltage, "magnesium_mM": str(magnesium)}])[0]
    assert facts["unplugged"] == pytest.approx(free, abs=THREE_DIGITS / 5)
    assert facts["plugged_share"] == pytest.approx(1 - free, abs=THREE_DIGITS / 5)


@pytest.mark.parametrize("voltage", [-80, -65, -20, -1, 10, 40])
def test_ions_by_hand(voltage):
    """Constant field; monovalent ions, alike on both sides, are a straight line through 0 mV."""

    def calcium(v):
        u = v / 25.4
        return 3.6 * 4 * u * (1e-4 * math.exp(2 * u) - 1.5) / (math.exp(2 * u) - 1)

    unit = -(calcium(-65) + 150 * -65 / 25.4)  # inward is negative; the two add up to −1 at −65 mV
    facts = scene.facts_at([{"voltage_mV": voltage}])[0]
    assert facts["sodium_per_channel"] == pytest.approx(-150 * voltage / 25.4 / unit, abs=1e-9)
    assert facts["calcium_per_channel"] == pytest.approx(-calcium(voltage) / unit, abs=1e-9)


def test_what_the_story_tells_is_so():
    """Directions that the texts state, each of a fact at the settings they name."""

    def fact(name, **values):
        return scene.facts_at([values])[0][name]

    strong = {"ketamine_uM": 10, "voltage_mV": -20}
    assert fact("unplugged", voltage_mV=-70) < 0.1  # at rest fewer than one in ten
    assert fact("unplugged", voltage_mV=-20) > 5 * fact("unplugged", voltage_mV=-70)
    assert fact("blocked_waiting", **strong) < 1e-3  # a shut gate lets nothing in
    assert fact("blocked_end", **strong) > 2 * fact("blocked_first", **strong)  # use dependence
    assert fact("left_undrugged") > 0.99  # without the drug pulses a second apart do not tire
    assert fact("kept", **strong) > 0.8  # trapped through two minutes of wash
    assert fact("kept_held", **strong) < 0.05  # but out through the open gate
    early = {drug: fact("kept_early", **strong, drug=drug) for drug in model.BLOCKERS}
    assert early["memantine"] < early["ketamine"] < early["MK-801"]
    assert fact("blocked_end", ketamine_uM=10, voltage_mV=-65, magnesium_mM="0") > 2 * fact(
        "blocked_end", ketamine_uM=10, voltage_mV=-65
    )
    assert fact("blocked_end_loose") < fact("blocked_end")
    mk801 = {"drug": "MK-801", **strong}
    assert fact("blocked_end_loose", **mk801) == fact("blocked_end", **mk801)  # the spread is ketamine's


def test_no_drug_no_block():
    columns = {
        "ketamine_uM": np.zeros(3),
        "voltage_mV": np.full(3, -20.0),
        "magnesium_mM": np.array(["1"] * 3),
        "drug": np.array(model.BLOCKERS),
    }
    channels, _ = scene.respond(columns, scene.clock.seconds)
    assert channels["blocked"].max() < 1e-5
    assert channels["drug_present"].max() == 0
    assert np.abs(channels["relative_current"] - channels["relative_undrugged"]).max() < 1e-5
    for drug in model.BLOCKERS:
        said = scene.describe({"ketamine_uM": 0, "drug": drug})
        assert "No drug is present." in said
        assert "ten pulses" not in said


def test_the_clock_holds_every_moment_that_a_fact_is_read_at():
    seconds = scene.clock.seconds
    moments = [0.1, 0.12, 6, 8, 9, 17, 17.02, 18, 138, 138.02, 139, 169, 171, 171.02, 172]
    assert max(np.abs(seconds - t).min() for t in moments) < 1e-9
    assert EARLY == 141  # a frame stands exactly two seconds into held glutamate
    for start in (0.1, *range(8, 18), 138, 171):
        assert np.sum((seconds >= start) & (seconds < start + 0.001)) >= 1  # no pulse falls between frames


def test_the_words_of_the_start_by_hand():
    """At −30 mV and 1 mM the plug leaves 36 %, by hand; the rest are rounded facts."""
    said = scene.describe({}).replace("\N{NO-BREAK SPACE}", "_")
    facts = scene.facts_at([{}])[0]
    assert "At −30_mV with 1_mM magnesium, the plug leaves 36_% of the open channels free." in said
    assert "With 3_µM ketamine" in said
    for name in ("blocked_end", "left_last", "kept", "blocked_end_loose"):
        assert f"{round(100 * facts[name])}_%" in said


# --- the receptor drawn large ------------------------------------------------------------------------

FOLLOWED = next(a.signal for a in scene.actors if isinstance(a.signal, Member))
PULSES = [*range(8, 18), 138]


def walk(values):
    """Give the state of the followed receptor in every frame, by the model's own channels."""
    columns = {name: np.array([value]) for name, value in {**scene.start, **values}.items()}
    channels, _ = scene.respond(columns, scene.clock.seconds)
    edges = np.cumsum([channels[name][0] for name in FOLLOWED.order], axis=0)
    places = (edges <= FOLLOWED.rank).sum(axis=0)
    return [(*FOLLOWED.order, "rest")[place] for place in places]


STRONG = [s for s in scene.story if s.values.get("ketamine_uM") == 10 and s.values["voltage_mV"] == -20]


@pytest.mark.parametrize("step", STRONG, ids=lambda s: s.title)
def test_the_receptor_drawn_large_is_blocked_at_the_first_pulse_and_then_binds_at_every_pulse(step):
    seconds, states = scene.clock.seconds, walk(step.values)
    first = [state for t, state in zip(seconds, states, strict=True) if 8 <= t < 9]
    assert {"conducting", "plugged"} & set(first) or "open_blocked" in first
    assert first[-1] == "trapped_free"
    for pulse in PULSES:
        near = [state for t, state in zip(seconds, states, strict=True) if pulse <= t < pulse + 0.3]
        assert {"trapped_bound", "open_blocked"} & set(near), f"glutamate does not find it at {pulse} s"
    assert states[scene.clock.frame(17.95)] == states[scene.clock.frame(137)] == "trapped_free"


@pytest.mark.parametrize("number", [0, 1])
def test_the_first_steps_end_while_the_receptor_drawn_large_is_open(number):
    """Beside the words on what open channels let through."""
    states = walk(scene.story[number].values)
    last = scene.spec["story"][number]["to"]
    assert states[last] in FOLLOWED.fast
    assert states[last - 3] in FOLLOWED.fast  # and its parts have come to rest


def test_magnesium_decides_at_rest_and_not_at_minus_20_mV():
    """The receptor drawn large is plugged where most open channels are, and conducts where half of them do."""
    for voltage, conducts in ((-70, False), (-65, False), (-20, True), (0, True)):
        free = scene.facts_at([{"voltage_mV": voltage}])[0]["unplugged"]
        assert (FOLLOWED.aside < free) is conducts


def test_a_step_does_not_end_on_what_comes_after_it():
    """No glutamate in the last frame of the step without it, the drug until the end of those that tell of it."""
    seconds, story = scene.clock.seconds, scene.spec["story"]
    columns = {name: np.array([value]) for name, value in scene.start.items()}
    channels, _ = scene.respond(columns, seconds)
    waiting, train, washed, rank = story[2], story[4], story[5], story[8]
    assert channels["glutamate"][0, waiting["from"] : waiting["to"] + 1].max() == 0
    for step in (train, rank):
        assert channels["drug_present"][0, step["to"]] > 0
    assert seconds[washed["to"]] < 139  # glutamate is not yet held on


def test_what_the_page_interpolates_reads_as_what_python_says_at_every_step():
    """A step and a chart or label beside it never say two numbers for one thing."""
    made = scene.surface
    for step in scene.story:
        at = {**scene.start, **step.values}
        true, (_, given) = scene.facts_at([at])[0], made.at(at)
        for name, value in zip(made.facts, given, strict=True):
            assert write(float(value), "percent") == write(true[name], "percent"), (step.title, name)


def test_the_answer_to_three_drugs_tells_all_three():
    ask = next(s["ask"] for s in scene.spec["story"] if s["title"].startswith("Three drugs"))
    for drug in model.BLOCKERS:
        kept = scene.facts_at([{"ketamine_uM": 10, "voltage_mV": -20, "drug": drug}])[0]["kept_early"]
        assert write(kept, "percent") in ask["because"], drug


@pytest.mark.parametrize("number", [3, 8])
def test_what_a_step_tells_is_what_its_last_frame_shows(number):
    """The outcome tells the block at the end of a second, the words beside it that of the frame before."""
    step, told = scene.story[number], scene.spec["story"][number]
    channels, _ = scene.surface.at({**scene.start, **step.values})
    shown = channels[scene.surface.channels.index("blocked"), told["to"]]
    text = told["outcome"] or told["ask"]["because"]
    assert write(float(shown), "percent") in text
