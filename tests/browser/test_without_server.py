"""Once a scene is there, nothing needs the kernel, the server or the network."""

import re

from playwright.sync_api import expect

from .harness import scene_named
from .player import inward


def test_everything_goes_on_when_kernel_and_server_are_gone(open_scene, surface, scene):
    player = open_scene().wait("moving", "charts")
    player.page.wait_for_load_state("networkidle")  # the data of the other choices have come
    player.settle()
    player.watch.check()
    player.watch.excuses.extend(surface.lost_connection)
    surface.cut(player.page)

    player.pause()
    player.scrub(0.3)  # not every stretch of a film has something to show
    before, clock = player.measure("picture"), player.text(".clock")
    player.press("Space")
    assert player.moves(before), "the film does not play"
    expect(player.root.locator(".clock"), "the clock stands still").not_to_have_text(clock)
    player.pause()
    clock = player.text(".clock")
    player.scrub(0.6)
    assert player.text(".clock") != clock, "time cannot be scrubbed"

    model = scene_named(scene)
    player.free(model)
    for slider in player.sliders:
        told = slider.get_attribute("aria-valuetext")
        key = inward(slider)
        slider.press(key)
        slider.press(key)
        assert slider.get_attribute("aria-valuetext") != told, "a slider does not act"
    sampled = [choice for choice in player.choices if choice.get_attribute("data-name") in dict(model.surface.choices)]
    for slab in range(len(model.surface.slabs)):  # every combination of choices, on the picture itself
        number, texts = slab, []
        for choice, (_, options) in reversed(list(zip(sampled, model.surface.choices, strict=True))):
            number, place = divmod(number, len(options))
            radio = choice.locator(f'input[value="{options[place]}"]')
            if not radio.is_checked():
                radio.click()
            texts.append(options[place])
            expect(radio, f"{options[place]!r} cannot be chosen").to_be_checked()
        expect(player.root, f"the data for {texts} are missing").not_to_have_attribute("aria-busy", "true")
        assert not player.root.locator(".explainer-error").locator("visible=true").count(), (
            f"{texts} cannot be shown"
        )

    surface.dismiss(player.page)
    turn(player, surface, "Step 1", "r", "PageDown")
    if model.story[0].ask:
        verdict, patience_ms = player.root.locator(".verdict"), 8000 if surface.interrupts else 20_000
        until(player, surface, lambda: expect(verdict).to_be_visible(timeout=patience_ms), "1")
    turn(player, surface, "Step 2", "PageDown")
    player.page.wait_for_timeout(1500)  # time for a front end to notice, and to log what it must


def turn(player, surface, to, *keys):
    """Press keys that turn the story to a step."""
    counter = player.root.locator(".counter").first
    until(player, surface, lambda: expect(counter).to_have_text(re.compile(f"^{to} "), timeout=3000), *keys)


def until(player, surface, holds, *keys):
    """Press keys and see what they do; again where a dialog of the surface's own may have taken them."""
    tries = 5 if surface.interrupts else 1
    for left in reversed(range(tries)):
        player.press(*keys)
        try:
            holds()
            return
        except AssertionError:
            if not left:
                raise
            surface.dismiss(player.page)
