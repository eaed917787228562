"""The story and its predictions, with nothing but a keyboard."""

from playwright.sync_api import expect

from .harness import scene_named
from .player import Player

AFTER_THE_FILM_MS = 20_000  # a step's film is shorter than this, also on a busy machine

WAITED_FOR = 3  # predictions whose film is watched to its end: one right, one not made, one wrong


def veiled(player: Player) -> bool:
    return player.measure("veiled")


def dimmed(player: Player) -> int:
    return player.root.locator(".plate .dim").count()


def test_from_the_first_key_to_the_last(open_scene, scene, surface):
    model = scene_named(scene)
    player = open_scene().wait("charts")
    page, steps = player.page, model.story
    player.root.get_by_label("Speed of the film").select_option("2")
    cells = page.locator(".jp-Cell").count()
    if surface.name != "lab":  # the page as it is when nothing has been touched but scrolled by
        player.root.scroll_into_view_if_needed()
        player.root.evaluate(
            "(root) => { document.activeElement.blur(); root.scrollIntoView({ behavior: 'instant' }); }"
        )
        page.keyboard.press("PageDown")
    else:
        player.press("PageDown")

    answered = 0
    for number, step in enumerate(steps):
        assert player.counter == f"Step {number + 1} of {len(steps)}", f"Page Down led to {player.counter!r}"
        assert player.text(".step-head :is(h3, h4)") == step.title
        assert bool(dimmed(player)) == bool(step.focus), (
            f"{step.title!r}: focus {step.focus}, {dimmed(player)} parts dimmed"
        )
        if step.ask is None:
            assert not veiled(player), f"{step.title!r} asks nothing and hides its outcome"
        else:
            answered += 1
            ask(player, step, model.spec["story"][number], answered)
        page.keyboard.press("PageDown")
    assert player.counter.startswith("A story in"), f"after the last step: {player.counter!r}"
    assert answered >= 3, f"only {answered} predictions are asked for"
    assert page.locator(".jp-Cell").count() == cells, "a key of the story changed the notebook"


def ask(player: Player, step: object, told: dict, answered: int) -> None:
    """Go through one prediction, `told` as the page has it: hidden, answered, told."""
    title, page = step.title, player.page  # type: ignore[attr-defined]
    right = told["ask"]["options"][told["ask"]["right"]]
    expect(player.root.locator(".ask")).to_be_visible()
    assert veiled(player), f"{title!r}: charts or readouts show before the prediction"
    assert player.words.startswith("Predict first"), f"{title!r}: the words give it away: {player.words!r}"
    assert player.text(".now") == "", f"{title!r}: the words of the moment give it away"
    assert player.root.locator(".outcome").is_hidden()
    assert player.root.locator(".claim").count() == 0, f"{title!r}: a claim gives it away"
    assert not player.playing
    player.frames(4)  # the clock may still show where the step before was left
    clock = player.text(".clock")
    player.press("Space", "ArrowRight", "ArrowRight")
    player.frames(4)
    assert player.text(".clock") == clock, f"{title!r}: keys ran the film past the prediction"

    if answered == 2:  # once without an answer: a warning first, then the outcome
        page.keyboard.press("PageDown")
        assert veiled(player), "the first Page Down gives the outcome away"
        expect(player.root.locator(".drift")).to_contain_text("Choose an answer first")
        page.keyboard.press("PageDown")
        expected = f"The model says: {right}."
    else:
        wrong = answered == 3
        options = [o.inner_text().split("\n") for o in player.root.locator(".option").all()]
        names = [lines[-1] for lines in options]
        pick = next(i for i, name in enumerate(names) if (name == right) != wrong)
        page.keyboard.press(str(pick + 1))
        expected = (
            f"You said: {names[pick]}. The model says: {right}."
            if wrong
            else f"You said: {right}. So does the model."
        )
    assert not veiled(player), f"{title!r}: answered, and still hidden"
    if answered > WAITED_FOR:
        return
    verdict = player.root.locator(".verdict")
    expect(verdict).to_have_text(expected, timeout=AFTER_THE_FILM_MS)
    assert not player.playing, f"{title!r}: the verdict comes before the film has shown it"
    assert player.root.locator(".option.right").inner_text().split("\n")[1] == right
    assert not player.words.startswith("Predict")
    heard = player.root.locator("[aria-live]").inner_text()
    assert heard, "nothing is said aloud"


def test_back_reset_help_card_and_projector(open_scene, scene):
    model = scene_named(scene)
    player = open_scene()
    page = player.page
    to_step(player, 1)
    player.press("PageUp")
    assert player.counter.startswith("Step 1"), f"Page Up led to {player.counter!r}"
    player.press("PageUp")
    assert player.counter.startswith("A story in"), "Page Up on the first step leaves the story"
    player.press("PageUp")
    assert player.counter.startswith("A story in")

    opening = player.measure("values")
    words = model.describe({})
    player.press("PageDown")
    for slider in player.sliders[:1]:
        slider.press("End")
        slider.press("ArrowLeft")
    for choice in player.choices[:1]:
        choice.locator("input:checked").press("ArrowLeft")
    assert player.measure("values") != opening
    player.press("r")
    player.settle()
    assert player.counter.startswith("A story in"), "R leaves the story"
    assert player.measure("values") == opening, "R brings the controls back"
    assert player.words == words, "R brings the words back"
    assert not player.playing, "after R nothing runs"
    assert float(player.root.locator(".scrub").input_value()) == 0, "R brings the film back to its beginning"
    assert dimmed(player) == 0

    player.press("?")
    dialog = player.root.locator("dialog[open]")
    expect(dialog).to_be_visible()
    said = dialog.inner_text()
    for key in ("Space", "←", "→", "Page Up", "Page Down", "1", "P", "F", "R", "?", "Tab"):
        assert key in said, f"the help does not name the key {key}"
    page.keyboard.press("PageDown")
    assert player.counter.startswith("A story in"), "keys act behind the open help"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    player.press("p")
    assert player.mark("theme") == "projector"
    expect(player.root.get_by_role("button", name="Projector")).to_have_attribute("aria-pressed", "true")
    player.press("p")
    assert player.mark("theme") == "light"

    card(player, model)
    pause_after_answer(player, model)


def pause_after_answer(player: Player, model: object) -> None:
    """Answer by key and pause the film, which the answer starts, by the same key as everywhere."""
    steps = model.story  # type: ignore[attr-defined]
    number = max(i for i, step in enumerate(steps) if step.ask)
    to_step(player, number)
    player.page.keyboard.press("1")
    player.frames()
    assert player.playing, "an answer does not start the film"
    player.page.keyboard.press("Space")
    player.frames()
    assert not player.playing, "Space does not pause the film that an answer has started"
    assert player.counter.startswith(f"Step {number + 1} "), (
        f"Space led to {player.counter!r} instead of pausing"
    )


def card(player: Player, model: object) -> None:
    """Open every kind of card that the story has, and close it again."""
    page = player.page
    steps = model.spec["story"]  # type: ignore[attr-defined]
    number = next(i for i, step in enumerate(steps) if step["claims"] and not step.get("ask"))
    to_step(player, number)
    for place, claim in enumerate(steps[number]["claims"]):
        opener = player.root.locator(".claim").nth(place)
        opener.focus()
        page.keyboard.press("Enter")
        dialog = player.root.locator("dialog[open]")
        expect(dialog).to_be_visible()
        said = dialog.inner_text()
        assert claim["grade_label"] in said, f"the card does not show the grade {claim['grade_label']!r}"
        assert claim["text"] in said
        for source in claim["sources"]:
            assert source["citation"] in said, f"the card does not name {source['citation']!r}"
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert opener.evaluate("(button) => button === document.activeElement"), (
            "focus does not return to the claim"
        )
        page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Close").press("Enter")
        expect(dialog).to_be_hidden()


def to_step(player: Player, number: int) -> None:
    """Go to a step of the story, leaving predictions unanswered behind."""
    for _ in range(4 * number + 4):
        if player.counter.startswith(f"Step {number + 1} "):
            return
        player.press("PageDown")
    raise AssertionError(
        f"step {number + 1} cannot be reached with Page Down; it stays at {player.counter!r}"
    )


def test_tab_reaches_everything_and_leads_out_again(lively):
    lively.press("PageDown")  # the story's own buttons are among what must be reached
    lively.pause()
    wanted = lively.measure("stops")
    assert len(wanted) >= len(lively.sliders) + len(lively.choices) + 6, f"only {len(wanted)} stops: {wanted}"
    lively.root.evaluate("(root) => root.focus()")
    forth = walk(lively, "Tab", len(wanted) + 2)
    assert forth[: len(wanted)] == wanted, "Tab does not go through the scene in the order of the page"
    assert forth[len(wanted)] == "outside", f"Tab does not leave the scene: {forth[-2:]}"
    lively.root.locator("summary").last.focus()
    back = walk(lively, "Shift+Tab", len(wanted) + 1)
    assert back == [*reversed(wanted[:-1]), "outside", "outside"], (
        "Shift+Tab does not go the same way back and out"
    )


def walk(player: Player, key: str, count: int) -> list[str]:
    """Press a key and name what has the focus each time."""
    found = []
    for _ in range(count):
        player.page.keyboard.press(key)
        found.append(
            player.root.evaluate(
                """(root) => {
                     const at = document.activeElement;
                     return at !== root && root.contains(at) ? probe.stop(at) : "outside";
                   }"""
            )
        )
    return found
