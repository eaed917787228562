"""Cards of text that go with the setting, on the toy scene."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from explainer import evidence
from explainer.player import Ask, Card, Choice, Control, Step

from . import harness
from .conftest import open_page
from .player import PHONE, Player
from .test_rooms_and_curves import shown
from .toy import HOUR_S, toy

CLAIM = "nmda-magnesium"
ASKED = Ask("How much leaves the bag?", ["Little", "Half", "All"], fact="share", bins=(0.3, 0.7), because="As given.")


def declared() -> dict[str, Any]:
    """Give two cards for either part, side by side, and a story that asks."""
    cards = [
        Card(
            *("All of it", {"part": ("whole",)}, 1),
            rows=[("Claim", "{share:percent} leaves."), ("Against", "Little.")],
            claims=[CLAIM],
            badge="no model here",
        ),
        Card("A half", {"part": ("half",)}, 1, [("Claim", "{share:percent} leaves the bag.")]),
        Card("Always", column=2, rows=[("Claim", "It is there.")], claims=[CLAIM]),
    ]
    story = [
        Step("See", "See the half.", window_s=(0, HOUR_S), values={"part": "half"}, claims=[CLAIM]),
        Step("Guess", "Now guess.", window_s=(0, HOUR_S), ask=ASKED),
    ]
    return {"cards": cards, "story": story}


@pytest.fixture(scope="module")
def mounted(browser: Browser) -> Iterator[Player]:
    """The toy with cards, on a page that tests share."""
    page, watch = open_page(browser, lambda _: False)
    yield shown(page, **declared())
    watch.check()
    watch.context.close()


@pytest.fixture
def player(mounted: Player) -> Player:
    return mounted.fresh()


def titles(player: Player) -> list[str]:
    return player.root.locator(".text-card h3").all_inner_texts()


def choose(player: Player, option: int) -> None:
    player.choices[0].locator("input").nth(option).check()
    player.frames(3)


def test_cards_belong_to_the_setting(player):
    for option, title in ((0, "All of it"), (1, "A half"), (0, "All of it")):
        choose(player, option)
        assert titles(player) == [title, "Always"]
    assert player.root.locator(".badge").all_inner_texts() == ["no model here"]


def test_rows_of_a_card_are_pairs_and_their_numbers_are_computed(player):
    terms = player.root.locator(".text-card dt").all_inner_texts()
    texts = player.root.locator(".text-card dd").all_inner_texts()
    assert terms == ["Claim", "Against", "Claim"]
    assert texts == ["100\N{NO-BREAK SPACE}% leaves.", "Little.", "It is there."]
    player.sliders[0].fill("0.25")
    player.frames(3)
    assert player.text(".text-card dd") == "25\N{NO-BREAK SPACE}% leaves."


def test_a_claim_of_a_card_opens_its_evidence_and_takes_the_focus_back(player):
    opener = player.root.locator(".text-card .claim").first
    opener.click()
    dialog = player.root.locator("dialog[open]")
    assert evidence.claims()[CLAIM].sources
    assert dialog.locator(".sources li").count() == len(evidence.claims()[CLAIM].sources)
    player.page.keyboard.press("Escape")
    assert opener.evaluate("(button) => document.activeElement === button")


def test_who_reads_a_card_keeps_the_place_when_a_step_ends(player):
    player.press("PageDown")
    player.frames(4)
    player.pause()
    player.scrub(0.32)
    claim = player.root.locator(".text-card .claim").first
    player.press("Space")
    claim.focus()
    player.page.wait_for_timeout(700)
    assert not player.playing
    assert claim.evaluate("(button) => document.activeElement === button")


def live(player: Player) -> str:
    return player.root.locator("[aria-live]").inner_text()


def test_other_cards_are_announced_once_and_politely(player):
    choose(player, 1)
    player.settle()
    assert player.root.locator("[aria-live]").get_attribute("aria-live") == "polite"
    assert "Cards below: A half; Always." in live(player)
    player.sliders[0].fill("0.5")
    player.settle()
    assert "Cards below" not in live(player), "the same cards are told again"
    choose(player, 0)
    player.settle()
    assert "Cards below: All of it, no model here; Always." in live(player)


def test_cards_wait_for_a_prediction(player):
    """They may say what is asked; nor may a claim give it away."""
    player.press("PageDown", "PageDown")
    player.frames(4)
    assert player.mark("asking")
    assert titles(player) == ["All of it", "Always"]
    assert player.root.locator(".held").all_inner_texts() == ["Shown after your prediction."] * 2
    assert player.root.locator(".text-card :is(dd, .claim)").count() == 0
    player.press("1")
    player.frames(4)
    assert player.root.locator(".held").count() == 0
    assert player.root.locator(".text-card dd").count() == 3
    assert player.root.locator(".text-card .claim").count() == 2
    player.press("PageUp")
    player.frames(4)
    assert titles(player) == ["A half", "Always"], "a step sets the choice"


def boxes(player: Player, selector: str) -> list[dict[str, float]]:
    found = player.root.locator(selector).all()
    return [box for one in found if (box := one.bounding_box())]


def test_cards_stand_below_the_picture_side_by_side_and_below_each_other_on_a_phone(player):
    left, right = boxes(player, ".text-card")
    (told,) = boxes(player, ".told")
    (side,) = boxes(player, ".story")
    assert left["y"] == right["y"] >= told["y"] + told["height"]
    assert left["x"] + left["width"] < right["x"]
    assert right["x"] + right["width"] <= side["x"], "they are not below the picture"
    (charts,) = boxes(player, ".charts")
    assert charts["y"] >= max(box["y"] + box["height"] for box in (left, right))
    player.page.set_viewport_size(PHONE)
    player.frames(6)
    first, second = boxes(player, ".text-card")
    assert second["y"] >= first["y"] + first["height"]
    assert first["x"] == second["x"]
    assert player.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    order = ("stage", "timebar", "story", "controls", "told", "cards", "charts")
    tops = [boxes(player, f".{name}")[0]["y"] for name in order]
    assert tops == sorted(tops)


def test_cards_on_a_projector_stand_between_words_and_charts(player):
    player.press("p")
    player.frames(6)
    left, right = boxes(player, ".text-card")
    assert left["y"] == right["y"]
    (told,), (charts,) = boxes(player, ".told"), boxes(player, ".charts")
    assert told["y"] + told["height"] <= left["y"] < charts["y"]
    small = player.root.locator(".cards *").evaluate_all(
        """(parts) => parts.filter((part) => part.textContent && part.clientHeight > 2)
             .map((part) => parseFloat(getComputedStyle(part).fontSize)).filter((size) => size < 24)"""
    )
    assert small == []


def test_a_scene_without_cards_has_no_place_for_them(blank):
    player = shown(blank)
    assert player.root.locator(".cards").count() == 0
    rows = player.root.locator(".desk").evaluate("(desk) => getComputedStyle(desk).gridTemplateAreas")
    assert "cards" not in rows


def test_cards_are_printed(player):
    player.page.emulate_media(media="print")
    assert player.root.locator(".text-card dd").first.is_visible()
    player.page.emulate_media(media="screen")


def test_a_view_changes_cards_without_a_kernel(blank):
    """A view is no axis: there is nothing to fetch, and the model is not asked."""
    controls = [
        Control("amount", "Amount", nodes=[0, 0.25, 0.5, 0.75, 1], start=1, unit="of all"),
        Choice("part", "Part", ["whole", "half"]),
        Choice("account", "Account", ["one", "other"], view=True),
    ]
    cards = [Card(name.title(), {"account": (name,)}, rows=[("Claim", "{account}")]) for name in ("one", "other")]
    harness.load(blank)
    blank.evaluate("(p) => { harness.mount(p); }", toy(controls=controls, cards=cards).play().published())
    player = Player(blank, None).wait("ready").fresh()
    assert titles(player) == ["One"]
    player.choices[1].locator("input").nth(1).check()
    player.frames(2)
    assert titles(player) == ["Other"]
    assert player.text(".text-card dd") == "other"
