"""What is there at some settings only, cells that spike, and their raster, on the toy scene."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from explainer.player import Flow, Show, Trace

from .conftest import open_page
from .player import PHONE, WIDE, Player
from .test_rooms_and_curves import shown
from .toy import toy

LAST = 180


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Any]:
    """An empty page that tests share."""
    page, watch = open_page(browser, lambda _: False)
    yield page
    watch.check()
    watch.context.close()


# what is there at some settings only


def there(player: Player, part: str) -> bool:
    """Tell whether a part is rendered."""
    return bool(player.root.locator(f"[id$=-{part}]").evaluate("(part) => part.getClientRects().length > 0"))


def choose(player: Player, option: int) -> None:
    player.choices[0].locator("input").nth(option).check()
    player.frames(3)


@pytest.fixture(scope="module")
def scheme(page: Any) -> Player:
    """A toy in which a curve and a stream are there with one choice only, and a curve with the other."""
    actors = [
        Show("#scheme", when={"part": ("half",)}),
        Show("#curves", when={"part": ("whole",)}),
        Trace("#inset", "level"),
        Flow("#by-way", "level", per_s=20),
    ]
    return shown(page, actors=actors)


def test_a_group_is_there_at_its_settings_only(scheme):
    player = scheme.fresh()
    player.scrub(0.4)
    for option in (0, 1, 0, 1):
        choose(player, option)
        assert [there(player, part) for part in ("scheme", "inset", "by-way", "curves")] == [
            *[option == 1] * 3,
            option == 0,
        ]
    assert player.root.locator(".flow use:not([display])").count() > 5


def test_what_was_away_when_the_layout_changed_stands_in_its_place(scheme):
    """A box that is not rendered has no size that could be taken."""
    player = scheme.fresh()
    choose(player, 0)
    player.page.set_viewport_size(PHONE)
    player.frames(4)
    assert not there(player, "scheme")
    choose(player, 1)
    player.scrub(1)
    curve = player.root.locator(".trace-line").get_attribute("d") or ""
    assert curve.startswith("M1200.0 540.0L")
    assert curve.endswith("L1440.0 540.0")
    width = player.root.locator("clipPath rect").get_attribute("width")
    assert float(width or 0) == pytest.approx(12 + 240, abs=0.2)
    player.page.set_viewport_size(WIDE)
    player.frames(4)
    assert there(player, "scheme")


def test_nothing_that_is_away_shows_before_the_film(page):
    """Also where the scene opens with another choice than it is declared with."""
    seen = page.evaluate(
        """async (p) => {
             const { el, remove } = harness.mount(p);
             const seen = new Set();
             const look = () => {
               const part = el.querySelector("[id$=-scheme]");
               if (part) seen.add(`scheme ${part.getClientRects().length > 0}`);
               const curves = el.querySelector("[id$=-curves]");
               if (curves) seen.add(`curves ${curves.getClientRects().length > 0}`);
             };
             for (let i = 0; i < 40; i++) {
               look();
               await new Promise((go) => setTimeout(go));
             }
             await harness.until(() => el.querySelector("[data-ready]"));
             look();
             remove();
             return [...seen].sort();
           }""",
        shown_with(part="half"),
    )
    assert seen == ["curves false", "scheme true"]


def shown_with(**values: Any) -> dict[str, Any]:
    actors = [Show("#scheme", when={"part": ("half",)}), Show("#curves", when={"part": ("whole",)})]
    return toy(actors=actors).play(**values).published()
