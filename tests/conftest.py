"""How tests are shared out between workers: what needs the same server, or the same kernel, stays together."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

SURFACES = ("site", "single file", "voila", "lab")


class BySurface(LoadScopeScheduling):  # type: ignore[misc]
    """Tests on one surface go to one worker, so that each server runs once; others go file by file."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        named = test.partition("[")[2].rstrip("]").split("-")
        return next((surface for surface in SURFACES if surface in named), file)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> BySurface:
    """Give the scheduler; only where there are workers."""
    return BySurface(config, log)
