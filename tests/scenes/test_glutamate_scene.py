"""What the scene of one synapse says, against the circuit and the synapse run directly, and against hand values.

The film: a release at 2 ms; a second without ketamine from 1 s; ketamine comes at 2 s; a second with it from
182 s; a release at 184.002 s.
"""

import numpy as np
import pytest

from explainer.models import circuit, nmda
from explainer.models import glutamate as model
from explainer.player import Flow
from explainer.player.words import write
from explainer.scenes.glutamate import ASSUMED, KETAMINE_uM, network, scene

SAME = 1e-9  # the same equations, solved exactly both times
FIRST, EQUAL, REVERSED = list(ASSUMED)[:3]
SECONDS = scene.clock.seconds
CELLS = circuit.PYRAMIDAL


def run(amount, assumption=FIRST):
    """Run the circuit at one setting; give each pyramidal cell's spike times, and both mean rates."""
    found = circuit.spikes([amount], ASSUMED[assumption])
    trains = [np.sort(found.time_s[found.cell == cell]) for cell in range(CELLS)]
    return trains, found.pyramidal_Hz[0], found.interneuron_Hz[0]


def charge(train, blocked):
    """Follow one synapse release by release: its charge in fC, tails and all."""
    active, last, nmda_fC = 0.0, 0.0, 0.0
    free = 1 / (1 + np.exp(0.062 * 55) / 3.57)
    for moment in train:
        left = active * np.exp(-(moment - last) / 0.1)
        nmda_fC += 0.265 * 55 * free * (1 - blocked) * 100 * (active - left)
        active, last = left + 0.5 * (1 - left), moment
    return 0.171 * 55 * 2 * len(train), nmda_fC + 0.265 * 55 * free * (1 - blocked) * 100 * active


@pytest.mark.parametrize(
    ("amount", "assumption"), [(1.0, FIRST), (3.0, FIRST), (10.0, FIRST), (1.0, EQUAL), (0.0, EQUAL)]
)
def test_facts_against_the_circuit_run_directly(amount, assumption):
    facts = scene.facts_at([{"ketamine_uM": amount, "assumption": assumption}])[0]
    trains, pyramidal, interneuron = run(amount, assumption)
    bare, pyramidal_none, interneuron_none = run(0.0)
    blocked = amount / (amount + 5.0)
    with_it = np.mean([charge(train, blocked) for train in trains], axis=0)
    without = np.mean([charge(train, 0.0) for train in bare], axis=0)
    ampa, through = with_it / without
    wanted = {
        "release_Hz": pyramidal,
        "release_Hz_none": pyramidal_none,
        "interneuron_Hz": interneuron,
        "interneuron_Hz_none": interneuron_none,
        "blocked": blocked,
        "ampa_of_none": ampa,
        "nmda_of_none": through,
        "shift": ampa / through,
        "nmda_left": 1 - blocked,
    }
    assert {name: facts[name] for name in wanted} == pytest.approx(wanted, rel=1e-6)


def columns(*settings):
    full = [{**scene.start, **values} for values in settings]
    return {name: np.array([values[name] for values in full]) for name in scene.start}


@pytest.fixture(scope="module")
def channels():
    """Of no ketamine, 1 and 10 µM, and of equal sensitivity."""
    found, _ = scene.respond(
        columns({"ketamine_uM": 0}, {"ketamine_uM": 1}, {"ketamine_uM": 10}, {"ketamine_uM": 1, "assumption": EQUAL}),
        SECONDS,
    )
    return found


def within(begin, end):
    """Say which frames lie in a stretch of time, its beginning not included."""
    seconds = scene.clock.seconds
    return (seconds > begin + 1e-9) & (seconds <= end + 1e-9)


def test_spikes_drawn_are_those_of_one_cell_of_the_network(channels):
    made = network()
    for row, column in ((0, 0), (1, KETAMINE_uM.index(1)), (2, KETAMINE_uM.index(10))):
        with_it = channels["spike"][row][within(182, 183)]
        times = made.releases_s[0, column]
        assert with_it.sum() == np.isfinite(times).sum()
        frames = np.searchsorted(SECONDS[within(182, 183)] - 182, times[np.isfinite(times)])
        assert with_it[frames].min() >= 1
        assert np.any([np.array_equal(times[np.isfinite(times)], train) for train in run(KETAMINE_uM[column])[0]])
    without = channels["spike"][:, within(1, 2)]
    assert np.all(without == without[0])  # the same second before, whatever comes


def test_the_cell_drawn_is_near_the_mean():
    made = network()
    counts = np.isfinite(made.releases_s).sum(axis=-1)
    assert np.abs(counts - made.pyramidal_Hz).max() <= 2


def test_currents_follow_the_model(channels):
    """At frames in which nothing is released, the highest value is that at the frame's end."""
    made, row = network(), 1
    times = made.releases_s[0, KETAMINE_uM.index(1)]
    quiet = within(182, 183) & (channels["spike"][row] == 0)
    direct = model.currents(SECONDS[quiet] - 182, times, 1 / 6)
    assert channels["ampa_pA"][row][quiet] == pytest.approx(direct.ampa_pA, abs=1e-6)
    assert channels["nmda_pA"][row][quiet] == pytest.approx(direct.nmda_pA, abs=1e-3)  # before: a rest of the last
    fluid = model.glutamate(SECONDS[quiet] - 182, times)
    assert channels["cleft_mM"][row][quiet] == pytest.approx(fluid.cleft_mM, abs=1e-9)


def test_a_release_shorter_than_a_frame_is_not_missed(channels):
    """Its highest value is shown in its frame, however short it is."""
    for row in range(4):
        hit = (channels["spike"][row] > 0) & (within(1, 2) | within(182, 183))
        assert channels["ampa_pA"][row][hit].min() >= 0.171 * 55 * (1 - SAME)
        assert channels["cleft_mM"][row][hit].min() >= 0.774
        assert channels["ampa_open"][row][hit].min() == 1


def test_particles_are_what_was_released(channels):
    """Eight for each release in the seconds, twenty in the zooms; what sets out arrives or has drifted away."""
    per_film_s = scene.clock.frames_per_s
    for begin, end, each in ((0, 0.02, 20), (1, 2, 8), (182, 183, 8), (184, 184.02, 20)):
        some = within(begin, end)
        count = channels["spike"][1][some].sum()
        released = channels["release_flux"][1][some].sum() / per_film_s
        gone = (channels["uptake_flux"] + channels["away_flux"])[1][some].sum() / per_film_s
        assert released == pytest.approx(each * count, rel=1e-3)
        assert 0.9 * released <= gone <= released * (1 + SAME)


def test_ions_are_the_charge(channels):
    """Half an ion for each particle of glutamate at one AMPA charge of a release, 18.81 fC; the rest in proportion."""
    per_film_s, one_fC = scene.clock.frames_per_s, 18.81
    for begin, end, each in ((1, 2, 8), (182, 183, 8), (184, 184.02, 20)):
        some = within(begin, end)
        last = int(np.flatnonzero(some)[-1])
        for row in range(4):
            ampa = channels["ampa_sodium"][row][some].sum() / per_film_s
            through = (channels["nmda_sodium"] + channels["nmda_calcium"])[row][some].sum() / per_film_s
            assert ampa == pytest.approx(each / 2 * channels["ampa_fC"][row][last] / one_fC, rel=1e-6)
            assert through == pytest.approx(each / 2 * channels["nmda_fC"][row][last] / one_fC, rel=1e-6)
    calcium = channels["nmda_calcium"][1] / np.maximum(channels["nmda_sodium"] + channels["nmda_calcium"], 1e-30)[1]
    assert calcium.max() == pytest.approx(float(nmda.calcium_share(-55.0)), abs=1e-9)


def test_charge_counts_from_where_a_part_begins(channels):
    """At the end of the second with ketamine: what its own releases brought, less what is blocked."""
    made = network()
    last = int(np.flatnonzero(within(182, 183))[-1])
    for row, (line, amount, blocked) in enumerate(((0, 0.0, 0.0), (0, 1.0, 1 / 6), (0, 10.0, 2 / 3), (1, 1.0, 1 / 6))):
        direct = model.currents([1.0], made.releases_s[line, KETAMINE_uM.index(amount)], blocked)
        assert channels["ampa_fC"][row][last] == pytest.approx(direct.ampa_fC[0], rel=1e-6)
        assert channels["nmda_fC"][row][last] == pytest.approx(direct.nmda_fC[0], rel=1e-3, abs=0.1)


def test_gaba_is_the_interneurons_rate(channels):
    """Five particles for each spike of an average interneuron, in the two seconds."""
    for row, amount, assumption in ((0, 0.0, FIRST), (1, 1.0, FIRST), (2, 10.0, FIRST), (3, 1.0, EQUAL)):
        for begin, at in ((1, 0.0), (182, amount)):
            drawn = channels["gaba"][row][within(begin, begin + 1)].sum() / scene.clock.frames_per_s
            assert drawn == pytest.approx(5 * run(at, assumption)[2], rel=1e-6)


def test_nothing_flows_in_skipped_time(channels):
    skipped = within(0.02, 1) | within(2, 182) | within(183, 184)
    for actor in scene.actors:
        if isinstance(actor, Flow):
            assert channels[actor.signal][:, skipped].max() == 0, actor.part


def test_ketamine_does_nothing_to_uptake_and_to_ampa_receptors(channels):
    """One release is the same with ketamine and without it, but for the NMDA receptors."""
    before, after = np.flatnonzero(SECONDS <= 0.02 + 1e-9), np.flatnonzero(SECONDS >= 184 - 1e-9)
    for name in ("cleft_mM", "ampa_pA", "in_cleft", "beside", "taken_up", "vesicle_full"):
        assert channels[name][:, after] == pytest.approx(channels[name][:, before], abs=1e-6), name
    left = channels["nmda_pA"][:, after[-1]] / channels["nmda_pA"][:, before[-1]]
    assert left == pytest.approx([1, 5 / 6, 1 / 3, 5 / 6], abs=2e-3)  # a rest of the second before
    facts = scene.facts_at([{"ketamine_uM": amount} for amount in KETAMINE_uM])
    assert [f["clear_of_none"] for f in facts] == pytest.approx([1.0] * len(KETAMINE_uM), abs=SAME)


def test_block_comes_within_the_three_minutes(channels):
    blocked = channels["nmda_blocked"]
    assert blocked[:, SECONDS <= 2].max() == 0
    assert blocked[:, -1] == pytest.approx([0, 1 / 6, 2 / 3, 1 / 6], abs=1e-3)
    assert np.all(np.diff(blocked, axis=-1) >= -1e-12)


def test_receptors_of_both_cells_hold_what_the_circuit_says():
    """Followed at every frame at once; equal where both are taken to be equally sensitive."""
    settings = [(FIRST, 1.0), (EQUAL, 1.0), (REVERSED, 3.0)]
    shown, _ = scene.respond(columns(*({"ketamine_uM": k, "assumption": a} for a, k in settings)), SECONDS)
    for row, (assumption, amount) in enumerate(settings):
        direct = circuit.wash_in(SECONDS - 2, amount, ASSUMED[assumption])
        assert shown["nmda_blocked"][row] == pytest.approx(direct.blocked_pyramidal, abs=1e-4)
        assert shown["blocked_on_interneuron"][row] == pytest.approx(direct.blocked_interneuron, abs=1e-4)
    ratio = shown["blocked_on_interneuron"][:, -1] / shown["nmda_blocked"][:, -1]
    assert ratio[0] > 2
    assert ratio[1] == pytest.approx(1, abs=1e-3)
    assert ratio[2] < 0.6


def test_a_release_is_followed_in_the_slow_parts_until_it_is_gone(channels):
    places = [channels[name] for name in ("in_cleft", "beside", "taken_up", "drifted")]
    total = np.sum(places, axis=0)
    for begin in (0.0, 184.0):
        after = within(begin + 0.0035, begin + 0.02)
        assert total[:, after] == pytest.approx(1, abs=2e-3)  # all has left the vesicle
    assert total[:, within(0.02, 184)].max() == 0


def test_the_block_is_not_seen_before_it_is_asked_for(channels):
    """The step about what is left begins before ketamine has taken hold."""
    begins = scene.clock.frame(scene.story[2].window_s[0])
    assert channels["nmda_blocked"][:, : begins + 1].max() == 0


def test_what_the_story_tells_is_so():
    def fact(name, **values):
        return scene.facts_at([values])[0][name]

    assert fact("nmda_peak_of_ampa") == pytest.approx(0.5 * 0.265 * 0.1055 / 0.171, rel=1e-3)
    assert fact("nmda_charge_of_ampa") > 3  # small but long
    one = model.currents([0.02], [0.002])
    assert 0.5 < one.nmda_fC[0] / one.ampa_fC[0] < 1  # less within the 20 ms shown
    assert fact("plugged") == pytest.approx(1 - 0.1055, abs=1e-4)
    surge = {"ketamine_uM": 1}
    assert fact("ampa_of_none", **surge) > 1.3
    assert 1 < fact("nmda_of_none", **surge) < fact("ampa_of_none", **surge)
    assert fact("interneuron_Hz", **surge) < fact("interneuron_Hz_none", **surge)  # less GABA
    assert fact("blocked_interneuron", **surge) > 2 * fact("blocked", **surge)
    assert fact("nmda_of_none", ketamine_uM=2) >= 1
    assert fact("ampa_of_none", ketamine_uM=3) > 1.2
    assert fact("nmda_of_none", ketamine_uM=3) < 0.9
    assert 1 / 3 < fact("blocked", ketamine_uM=3) < 0.4
    assert fact("ampa_of_none", ketamine_uM=10) < 0.6
    assert fact("nmda_of_none", ketamine_uM=10) < 0.3
    for assumption in list(ASSUMED)[1:4]:
        assert fact("ampa_of_none", ketamine_uM=1, assumption=assumption) < 0.9
    spared = [fact("ampa_of_none", ketamine_uM=k, assumption=list(ASSUMED)[4]) for k in KETAMINE_uM]
    assert np.all(np.diff(spared) > 0)  # with pyramidal cells spared it only rises


def test_without_ketamine_nothing_changes():
    for assumption in ASSUMED:
        facts = scene.facts_at([{"ketamine_uM": 0, "assumption": assumption}])[0]
        assert facts["release_Hz"] == facts["release_Hz_none"]
        assert (facts["ampa_of_none"], facts["nmda_of_none"], facts["shift"]) == (1, 1, 1)
        assert "No ketamine comes" in scene.describe({"ketamine_uM": 0, "assumption": assumption})


def test_measured_points_move_nothing():
    """The list of measurements is drawn, and no actor touches it."""
    parts = {part for actor in scene.actors for part in actor.parts()}
    assert "#measured" not in parts
    drawn = scene.picture[scene.picture.index('id="measured"') :]
    for name, up, same, down in (
        ("Rat microdialysis", 3, 1, 1),  # 10, 20, 30 up; 50 no effect; 200 down (Moghaddam 1997)
        ("¹³C cycling", 1, 1, 0),  # 30 up, not 80 (Chowdhury 2012)
        ("People, first hour", 1, 0, 0),  # Milak 2016
        ("People, at 3 hours", 0, 1, 0),
        ("People, next day", 0, 1, 0),  # Evans 2018
    ):
        row = drawn[drawn.index(name) :].split("<text", 1)[0].split("</svg>", 1)[0]
        assert [row.count(f'"gl-{sign}"') for sign in ("up", "same", "down")] == [up, same, down], name


def test_numbers_beside_the_picture_are_those_of_the_words():
    said = scene.describe({"ketamine_uM": 3})
    facts = scene.facts_at([{"ketamine_uM": 3}])[0]
    for name in ("ampa_of_none", "nmda_of_none", "blocked"):
        assert write(facts[name], "percent") in said, name


def test_ions_are_drawn_through_the_receptor_blocked_last():
    """As the page orders six units: a fixed shuffle, the last of whose ranks is the fifth unit."""
    order, seed = list(range(6)), 12345
    for i in range(5, 0, -1):
        seed = (seed * 1103515245 + 12345) % 2147483648
        j = seed % (i + 1)
        order[i], order[j] = order[j], order[i]
    last = order[-1]
    start = scene.picture.index(f'id="nmda-{last + 1}"')
    x = float(scene.picture[start:].split("translate(", 1)[1].split()[0])
    for name in ("nmda-sodium", "nmda-calcium"):
        path = scene.picture[scene.picture.index(f'id="{name}"') :].split(' d="', 1)[1].split('"', 1)[0]
        assert f"{x:g} " in path, name
