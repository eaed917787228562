"""For readers who want less motion, nothing moves by itself, and nothing is lost."""

from playwright.sync_api import expect

from .harness import scene_named
from .player import changed, shortened
from .test_story import to_step


def test_nothing_moves_by_itself_and_everything_can_be_reached(calm, scene):
    player = calm
    assert player.mark("moving") is None, "it has played by itself"
    before = player.measure("still")
    player.page.wait_for_timeout(1200)
    moved = changed(before, player.measure("still"))
    assert not moved, "these move by themselves:\n" + shortened(moved)

    clock = player.text(".clock")
    player.press("ArrowRight", "ArrowRight")
    player.frames(3)
    assert player.text(".clock") != clock, "→ does not step through the film"
    player.press("ArrowLeft", "ArrowLeft")
    player.frames(3)
    assert player.text(".clock") == clock, "← does not step back"

    for number, step in enumerate(scene_named(scene).story):
        to_step(player, number)
        if step.ask:
            if player.measure("veiled"):
                player.press("1")
            expect(player.root.locator(".verdict"), f"{step.title!r} keeps its outcome").to_be_visible()
        assert not player.playing, f"{step.title!r} plays by itself"
