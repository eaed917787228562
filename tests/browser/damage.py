"""A surface so small that every one of its bytes can be damaged in turn."""

import numpy as np

from explainer.player.surface import Axis, Floats, Response, Settings, Surface, sample


def small_surface() -> Surface:
    """Sample one control, two channels and a fact."""

    def respond(settings: Settings, seconds: Floats) -> Response:
        level = np.outer(settings["dose"], np.sin(seconds))
        return {"level": level, "other": level**2}, {"peak": level.max(axis=1)}

    return sample(respond, [Axis("dose", np.array([0.0, 1, 3]), "linear")], [], np.linspace(0, 3, 20))


def damages(slab: bytes) -> list[bytes]:
    """Give a slab with each single bit of each byte turned, and cut off before each byte."""
    turned = [slab[:i] + bytes([slab[i] ^ 1 << bit]) + slab[i + 1 :] for i in range(len(slab)) for bit in range(8)]
    return turned + [slab[:length] for length in range(len(slab))]
