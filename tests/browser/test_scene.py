"""A scene on every surface: it moves, it answers its controls, and it asks nobody."""

from explainer.player import Choice, Control
from explainer.player.words import write

from .conftest import SCENES
from .harness import scene_named
from .player import Player, changed, inward, shortened
from .watch import message_type

PLACES = (0.3, 0.6, 0.9)
"""Shares of the film at which a control may be seen to act: not every one acts all the time."""


def test_it_moves_and_a_key_stops_all_of_it(lively):
    player = lively  # it has moved by itself before; the page waited for that
    player.press("Space")
    player.page.wait_for_timeout(200)
    assert player.playing, "Space does not play"
    first, clock = player.measure("picture"), player.text(".clock")
    player.page.wait_for_timeout(400)
    then, later = player.measure("picture"), player.text(".clock")
    assert changed(first, then), "no part of the picture changed in 0.4 s of playing"
    assert later != clock, f"the clock stands at {clock} while the film plays"

    player.press("Space")
    player.settle()
    assert not player.playing
    before = player.measure("still")
    player.page.wait_for_timeout(600)
    moved = changed(before, player.measure("still"))
    assert not moved, "paused, these still change:\n" + shortened(moved)

    player.press("Space")
    player.page.wait_for_timeout(400)
    assert player.playing
    assert changed(before, player.measure("still")), "Space does not go on playing"
    assert all(player.measure("charts")), "a chart has no line"


def looks(player: Player) -> list[dict[str, str]]:
    """Give the picture at several places of the film."""
    found = []
    for place in PLACES:
        player.scrub(place)
        found.append(player.measure("picture"))
    return found


def test_every_control_changes_picture_words_and_charts(lively, scene):
    controls = scene_named(scene).controls
    assert len(lively.sliders) + len(lively.choices) == len(controls), "a control is missing on the page"
    lively.free(scene_named(scene))
    for slider in lively.sliders:
        name = slider.evaluate("(input) => input.labels[0].textContent")
        before, words, charts, told = looks(lively), lively.words, lively.measure("charts"), valuetext(slider)
        key = inward(slider)
        for _ in range(8):
            slider.press(key)
        lively.settle()
        lively.page.wait_for_timeout(250)
        assert valuetext(slider) != told, f"{name}: aria-valuetext stays {told!r}"
        assert valuetext(slider) == slider.evaluate(
            "(input) => input.closest('.control').querySelector('output').value"
        )
        assert lively.words != words, f"{name}: the words stay {words!r}"
        assert any(map(changed, before, looks(lively))), f"{name} changes nothing in the picture at {PLACES}"
        assert lively.measure("charts") != charts, f"{name} changes no chart"
    choices = [control for control in controls if isinstance(control, Choice)]
    for choice, control in zip(lively.choices, choices, strict=True):
        name = choice.locator("legend").inner_text()
        before, words, charts = looks(lively), lively.words, lively.measure("charts")
        choice.locator("input:checked").press("ArrowRight")
        lively.settle()
        lively.page.wait_for_timeout(250)
        assert lively.words != words, f"{name}: the words stay {words!r}"
        assert any(map(changed, before, looks(lively))), f"{name} changes nothing in the picture at {PLACES}"
        assert control.view or lively.measure("charts") != charts, f"{name} changes no chart"


def test_a_slider_reaches_both_ends_of_its_range(lively, scene):
    controls = [c for c in scene_named(scene).controls if isinstance(c, Control)]
    lively.free(scene_named(scene))
    for slider, control in zip(lively.sliders, controls, strict=True):
        for key, node in (("Home", control.nodes[0]), ("End", control.nodes[-1])):
            slider.press(key)
            wanted = f"{write(float(node), control.form)} {control.unit}"
            assert valuetext(slider).replace("\u00a0", " ") == wanted.replace("\u00a0", " ")


def valuetext(slider: object) -> str:
    return slider.get_attribute("aria-valuetext") or ""  # type: ignore[attr-defined]


def test_words_on_the_page_are_those_of_python(lively, scene):
    model = scene_named(scene)
    assert lively.words == model.describe({})
    assert lively.root.locator(".plate").get_attribute("aria-label") == f"{model.title}. {model.describe({})}"
    for plot in lively.root.locator(".chart-plot").all():
        assert model.describe({}) in (plot.get_attribute("aria-label") or ""), (
            "a chart's alternative text says something else"
        )


def test_playing_and_changing_send_nothing_to_the_kernel(lively, surface, scene):
    lively.free(scene_named(scene))
    lively.settle()
    lively.watch.sent.clear()
    lively.watch.requests.clear()
    lively.press("Space")
    for _ in range(10):
        lively.page.wait_for_timeout(200)
        for slider in lively.sliders:
            slider.press(inward(slider))
    for choice in lively.choices:
        choice.locator("input:checked").press("ArrowRight")
    lively.press("PageDown", "1")
    lively.page.wait_for_timeout(800)
    kinds = [message_type(frame) for frame in lively.watch.sent]
    assert kinds.count("comm_msg") == 0, f"messages to the kernel: {kinds}"
    if surface.name == "lab":
        assert lively.watch.sockets, "JupyterLab has no socket; this test listens at the wrong place"
    else:
        assert not lively.watch.sockets, f"a page with only scenes opened {lively.watch.sockets}"
        assert not lively.watch.requests, f"playing asked for {lively.watch.requests}"


def test_the_lesson_around_it_is_there(lively, surface, scene):
    """Text and plain charts of the notebook, as each surface shows them."""
    assert lively.page.get_by_role("heading", level=1).count() >= 1, (
        f"{SCENES[scene][0]} has no title on {surface.name}"
    )
