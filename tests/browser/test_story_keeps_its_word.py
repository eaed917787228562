"""What a step tells holds: nothing of later steps is given away, and what it invites to do can be done."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from . import harness
from .conftest import open_page
from .player import PHONE, Player
from .test_story import to_step

SCENE = harness.scene_named("nmda")
STEPS = SCENE.spec["story"]
LAST_S = SCENE.clock.film_s


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page, watch = open_page(browser, lambda _: False, reduced_motion="reduce")
    harness.load(page, charts=True)
    page.evaluate("(p) => { globalThis.shown = harness.mount(p); }", harness.published("nmda"))
    Player(page, watch).wait("ready", "charts")
    yield page
    watch.check()
    watch.context.close()


@pytest.fixture
def player(page: Page) -> Player:
    return Player(page, None).fresh()


def number(title: str) -> int:
    return next(i for i, step in enumerate(STEPS) if step["title"].startswith(title))


def answered(player: Player, step: int) -> Player:
    to_step(player, step)
    if player.measure("veiled"):
        player.press("1")
    player.settle()
    return player


def chosen(player: Player, name: str) -> float | str:
    return player.page.evaluate("(name) => shown.model.get(name)", name)


def choose(player: Player, legend: str, option: str) -> None:
    player.root.locator("fieldset.choice", has_text=legend).locator(f"input[value='{option}']").check()
    player.settle()


# what the outcome invites to


def test_play_again_keeps_the_setting_that_a_reader_has_chosen(player):
    answered(player, number("Three drugs"))
    choose(player, "Drug", "memantine")
    player.root.get_by_role("button", name="Play again").click()
    player.settle()
    assert chosen(player, "drug") == "memantine"
    assert player.root.locator("[id$=drug-name]").text_content() == "memantine"
    expect(player.root.locator(".drift")).to_contain_text("You have changed the setting")


def test_back_to_the_steps_setting_brings_the_words_back_too(player):
    answered(player, number("Three drugs"))
    told = player.words
    choose(player, "Drug", "memantine")
    assert player.words != told
    player.root.get_by_role("button", name="Back to this step").click()
    player.settle()
    assert (chosen(player, "drug"), player.words) == ("MK-801", told)


def test_an_answer_is_about_the_steps_own_setting(player):
    step = number("Every opening")
    to_step(player, step)
    player.sliders[0].press("Home")
    choose(player, "Drug", "memantine")
    assert chosen(player, "ketamine_uM") == 0
    player.press("1")
    player.settle()
    assert {name: chosen(player, name) for name in STEPS[step]["values"]} == STEPS[step]["values"]
    assert player.root.locator(".drift").is_hidden()
    expect(player.root.locator(".outcome")).to_contain_text(STEPS[step]["ask"]["because"])


# what is still to come


def last_drawn(player: Player) -> list[float]:
    """Give where each chart's curves end: film seconds, or the number of the event."""
    return player.root.evaluate(
        """(root) => [...root.querySelectorAll(".chart-plot")].map((plot) =>
             Math.max(0, ...plot.data.flatMap((trace) => [...trace.x].filter((x) => x !== null))))"""
    )


@pytest.mark.parametrize("step", [0, 1, 2, 4, 5])
def test_charts_draw_no_further_than_the_step(player, step):
    answered(player, step)
    player.page.wait_for_timeout(200)
    end = STEPS[step]["to"]
    film = end / (len(SCENE.clock.seconds) - 1) * LAST_S
    events = sum(at <= end for at in SCENE.spec["charts"][0]["at"])
    assert last_drawn(player) == pytest.approx([events, film, film])


def test_left_alone_charts_draw_everything(player):
    answered(player, 1)
    player.press("r")
    player.settle()
    player.page.wait_for_timeout(200)
    assert last_drawn(player) == pytest.approx([13, LAST_S, LAST_S])


def test_a_gap_parts_events_that_do_not_follow_each_other(player):
    x = player.root.evaluate("(root) => [...root.querySelector('.chart-plot').data[0].x]")
    assert x == [*range(1, 12), None, 12, None, 13]
    labels = player.root.evaluate("(root) => root.querySelector('.chart-plot').layout.xaxis.ticktext")
    assert labels == ["0", *(str(i) for i in range(1, 11)), "W", "L"]


@pytest.mark.parametrize("step", [1, 3, 4])
def test_words_in_a_step_tell_its_last_moment_and_nothing_of_the_rest(player, step):
    answered(player, step)
    at = {**SCENE.start, **STEPS[step]["values"]}
    later = [s for s in SCENE.describe(at).split(". ") if "ten pulses" in s or "two minutes" in s or "affinity" in s]
    told = [
        player.words,
        player.text(".now"),
        player.root.locator("[aria-live]").inner_text(),
        *(e.get_attribute("aria-label") for e in player.root.locator(".plate, .chart-plot").all()),
    ]
    assert player.words.startswith("At ")
    assert "let ions through" in player.words
    for text in told:
        assert not any(sentence.strip(". ") in text for sentence in later), text
    outcome = STEPS[step]["outcome"] or STEPS[step]["ask"]["because"]
    assert outcome in told[2], "what the step comes to is not said aloud"
    assert outcome in told[3], "nor in the alternative text"


# while a question is open


def test_play_says_that_an_answer_comes_first(player):
    to_step(player, 0)
    play = player.root.locator("button.play")
    expect(play).to_have_attribute("aria-disabled", "true")
    play.click(force=True)  # as a reader may, who does not see that it waits
    expect(player.root.locator(".drift")).to_have_text("Choose an answer first.")
    expect(player.root.locator("[aria-live]")).to_have_text("Choose an answer first.")
    assert not player.playing
    player.press("1")
    expect(play).to_have_attribute("aria-disabled", "false")


def test_a_question_hides_what_is_computed_not_what_is_set(player):
    to_step(player, 0)
    membrane = player.root.locator("[id$=membrane-label]")
    plug = player.root.locator("[id$=magnesium-label]")
    assert membrane.evaluate("(text) => getComputedStyle(text).visibility") == "visible"
    assert membrane.text_content() == "−70\N{NO-BREAK SPACE}mV"
    assert plug.evaluate("(text) => getComputedStyle(text).visibility") == "hidden"


# time


def test_the_pace_is_that_of_the_chosen_speed(player):
    def factor() -> float:
        return float(player.text(".pace").split()[0])

    select = player.root.get_by_label("Speed of the film")
    answered(player, 1)
    once = factor()
    assert "slower" in player.text(".pace")
    select.select_option("0.5")
    player.frames()
    assert factor() == pytest.approx(2 * once, rel=0.06)  # it is told in two digits
    select.select_option("1")


# where things stand


def tops(player: Player, *parts: str) -> list[float]:
    return [player.root.locator(part).first.bounding_box()["y"] for part in parts]


def test_on_a_wide_page_story_and_controls_stand_beside_the_picture_and_are_in_sight(player):
    stage = player.root.locator(".stage").bounding_box()
    top = player.root.bounding_box()["y"]
    for part in (".step-buttons", ".controls"):
        box = player.root.locator(part).bounding_box()
        assert box["x"] >= stage["x"] + stage["width"]
        assert box["y"] + box["height"] - top < 720


def test_on_a_phone_the_story_comes_right_after_the_time(player):
    player.page.set_viewport_size(PHONE)
    player.frames(4)
    stage, time, story, controls, words = tops(player, ".stage", ".timebar", ".story", ".controls", ".words")
    assert stage < time < story < controls < words


@pytest.mark.parametrize("step", [i for i, s in enumerate(STEPS) if len(s["claims"]) > 1])
def test_on_a_projector_every_grade_can_be_seen(player, step):
    player.press("p")
    answered(player, step)
    room = player.root.locator(".step").bounding_box()
    for claim in player.root.locator(".claim").all():
        box = claim.bounding_box()
        assert box["x"] >= room["x"] - 1
        assert box["x"] + box["width"] <= room["x"] + room["width"] + 1
        assert box["y"] + box["height"] <= room["y"] + room["height"] + 1, claim.inner_text()
        assert claim.locator(".grade").is_visible()


def test_on_a_projector_the_time_bar_keeps_its_length(player):
    player.press("p")
    lengths = set()
    for place in (0, 0.05, 0.2, 0.4, 0.62, 0.9):
        player.scrub(place)
        lengths.add(round(player.root.locator(".track").bounding_box()["width"]))
    assert len(lengths) == 1, lengths


def test_on_a_projector_a_number_stands_beside_its_answer(player):
    player.press("p")
    for step in (i for i, s in enumerate(STEPS) if "ask" in s):
        to_step(player, step)
        for option in player.root.locator(".option").all():
            number, text = (option.locator(part).bounding_box() for part in (".number", ".option-text"))
            assert text["y"] < number["y"] + number["height"], option.inner_text()
        player.press("1")


def test_bands_have_a_key(player):
    labels = player.root.locator(".bands-key li").all_inner_texts()
    assert labels == ["Glutamate alone", "Drug, no glutamate", "Drug and ten pulses", "Washed: neither"]
