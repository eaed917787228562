"""Nothing overlaps, nothing is cut off, everything can be read: in every step of the story, at every size."""

import itertools
from collections.abc import Iterator

import pytest

from .conftest import PAGES
from .harness import scene_named
from .player import PHONE, WIDE, Player, shortened
from .test_story import to_step

SMALLEST_PX = 11
SMALLEST_ON_A_WALL_PX = 24
HAIR_PX = 0.5  # letters are not whole pixels

FITTING = (
    "button:not(.claim), .controls label, .controls legend, .controls output, figcaption, .tag, .title, "
    ".step-head :is(h3, h4), .counter, .clock, .pace, .phase-name"
)
"""What must hold its text. A claim is shortened on purpose; its card says all of it."""


def states(player: Player, scene: str) -> Iterator[str]:
    """Go through all that a reader may see: free play, every step, before and after its prediction."""
    player.settle()
    yield "before the story"
    for number, step in enumerate(scene_named(scene).story):
        to_step(player, number)
        if step.ask and player.measure("veiled"):
            player.frames(2)
            yield f"step {number + 1}, asking"
            player.press("1")
        player.frames(3)
        yield f"step {number + 1}"


def overlaps(labels: list[dict]) -> list[str]:
    """List the pairs of labels of one picture that lie on each other."""
    found = []
    for one, two in itertools.combinations(labels, 2):
        if one["picture"] != two["picture"]:
            continue
        (al, at, ar, ab), (bl, bt, br, bb) = one["box"], two["box"]
        across, down = min(ar, br) - max(al, bl), min(ab, bb) - max(at, bt)
        if across > 0 and down > 0:
            found.append(
                f"“{one['text']}” ({one['where']}) and “{two['text']}” ({two['where']}) "
                f"overlap by {across:.1f} × {down:.1f} px"
            )
    return found


def outside(labels: list[dict]) -> list[str]:
    """List the labels that stick out of their picture."""
    found = []
    for label in labels:
        (left, top, right, bottom), (fl, ft, fr, fb) = label["box"], label["frame"]
        sides = {"left": fl - left, "top": ft - top, "right": right - fr, "bottom": bottom - fb}
        side = max(sides, key=lambda name: sides[name])
        if sides[side] > HAIR_PX:
            found.append(
                f"“{label['text']}” ({label['where']}) sticks out at the {side} by {sides[side]:.1f} px"
            )
    return found


def arrange(player: Player, kind: str) -> None:
    """Bring the page to the size and look of a test."""
    player.page.set_viewport_size(PHONE if kind == "phone" else WIDE)
    if kind == "projector":
        player.press("p")
    player.root.evaluate(
        "(root) => root.querySelectorAll('details').forEach((details) => { details.open = true; })"
    )


@pytest.mark.parametrize("kind", ["wide", "projector"])
def test_labels_and_buttons_have_room(calm, scene, kind):
    arrange(calm, kind)
    found = [f"{state}: {fault}" for state in states(calm, scene) for fault in crowded(calm, state)]
    assert not found, f"{kind}, {len(found)} findings:\n" + shortened(distinct(found), 25)


def crowded(player: Player, state: str) -> list[str]:
    """List what overlaps, sticks out or is cut off now."""
    labels = player.measure("labels")
    assert labels, f"no label is seen in {state}"
    return [*overlaps(labels), *outside(labels), *player.measure("clipped", FITTING)]


@pytest.mark.parametrize("surface", PAGES, indirect=True, scope="session")
def test_on_a_phone_all_has_room_and_can_be_read(calm, scene):
    arrange(calm, "phone")
    found = []
    for state in states(calm, scene):
        width, room = calm.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        if width > room:
            found.append(f"{state}: the page is {width} px wide on a screen of {room} px")
        texts = calm.page.locator("body").evaluate("(body) => probe.texts(body)")
        found += [f"{state}: {fault}" for fault in (*too_small(texts, SMALLEST_PX), *crowded(calm, state))]
    assert not found, f"{len(found)} findings:\n" + shortened(distinct(found), 25)


def test_on_a_projector_all_can_be_read_from_the_last_row(calm, scene):
    arrange(calm, "projector")
    found = []
    for state in states(calm, scene):
        found += [f"{state}: {line}" for line in too_small(calm.measure("texts"), SMALLEST_ON_A_WALL_PX)]
        calm.press("?")
        found += [f"help: {line}" for line in too_small(calm.measure("texts"), SMALLEST_ON_A_WALL_PX)]
        calm.page.keyboard.press("Escape")
    assert not found, f"{len(found)} findings:\n" + shortened(distinct(found), 40)


def too_small(texts: list[dict], least: float) -> list[str]:
    """List texts below a size on the screen."""
    return [f"“{t['text']}” ({t['where']}) is {t['size']:.1f} px" for t in texts if t["size"] < least - 0.05]


def distinct(lines: list[str]) -> list[str]:
    """Keep the first state in which a fault is seen, and say in how many more."""
    first: dict[str, str] = {}
    times: dict[str, int] = {}
    for line in lines:
        state, _, fault = line.partition(": ")
        first.setdefault(fault, state)
        times[fault] = times.get(fault, 0) + 1
    return [
        f"{state}{f' (and {times[fault] - 1} more)' if times[fault] > 1 else ''}: {fault}"
        for fault, state in first.items()
    ]
