"""A page with live widgets, when its kernel is killed, and when its server is killed and started again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from . import surfaces
from .conftest import LINKED, open_page
from .player import SLOW_MS, Player
from .surfaces import Voila
from .watch import Excuse

UNSENT = Excuse(
    r"/labextensions/@jupyter-widgets/",
    r"^Could not send widget sync message",
    "the slider of ipywidgets cannot tell its kernel where it stands",
)
LOST = Excuse(
    r"^(http://localhost:\d+/|$)",
    r"(net::ERR_CONNECTION_(REFUSED|RESET)|WebSocket connection|status of (404|503|400))",
    "the browser logs that Voilà's front end asks for a kernel or a server that is gone",
)


@pytest.fixture
def served(live: Path, tmp_path: Path) -> Iterator[Voila]:
    """A server with one lesson, of a scene and a slider of ipywidgets that is linked to it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(live / f"{LINKED}.ipynb", folder)
    made = Voila(folder, tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def player(browser, served) -> Iterator[Player]:
    """The scene on its page, alive."""
    page, watch = open_page(browser, served.local)
    watch.excuses.extend((LOST, UNSENT))
    served.show(page, LINKED)
    opened = Player(page, watch).wait("ready", "charts").come()
    expect(page.locator(".noUi-handle").first).to_be_visible(timeout=SLOW_MS)
    yield opened
    watch.check()
    watch.context.close()


def goes_on(player: Player) -> None:
    """Expect that the scene plays, obeys its own control, and tells it in words."""
    player.pause()
    player.scrub(0.3)
    before, words = player.measure("picture"), player.words
    player.press("Space")
    assert player.moves(before), "the film does not play"
    player.pause()
    slider = player.sliders[0]
    told = slider.get_attribute("aria-valuetext")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    player.settle()
    assert slider.get_attribute("aria-valuetext") != told
    assert player.words != words


def test_a_page_goes_on_when_its_kernel_is_killed(served, player):
    family = psutil.Process(served.process.pid).children(recursive=True)
    kernels = [one for one in family if "ipykernel_launcher" in " ".join(one.cmdline())]
    assert kernels, "the page has no kernel; this tests nothing"
    for kernel in kernels:
        kernel.kill()
    player.page.wait_for_timeout(2000)  # time to be noticed
    goes_on(player)
    player.page.reload(wait_until="commit")
    player.wait("ready", "charts")
    expect(player.page.locator(".noUi-handle").first).to_be_visible(timeout=SLOW_MS)


def test_a_page_goes_on_while_its_server_is_gone_and_comes_back_with_it(served, player, monkeypatch):
    port = served.port
    served.cut(player.page)
    player.page.wait_for_timeout(1000)
    goes_on(player)
    monkeypatch.setattr(surfaces, "free_port", lambda: port)
    served.start()
    goes_on(player)
    player.page.reload(wait_until="commit")
    player.wait("ready", "charts").come()
    goes_on(player)
    expect(player.page.locator(".noUi-handle").first).to_be_visible(timeout=SLOW_MS)
