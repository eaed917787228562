"""How many kernels a server may run: what fits this machine, or what its caller asks for."""

from dataclasses import dataclass
from pathlib import Path

import psutil

from .errors import PublishError

KERNEL_MB = 120
"""Room for one kernel, in MB: one that has run a scene takes about 85."""

MOST_KERNELS = 40
"""No default goes above this: two cores start about one kernel a second."""

GROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container or a systemd unit may take
GROUP_OF_THIS_PROCESS = Path("/proc/self/cgroup")
GROUP_LIMITS = ("memory.max", "memory.high", "memory/memory.limit_in_bytes")


@dataclass(frozen=True)
class Limits:
    """What kernels may take.

    Attributes
    ----------
    kernels : int
        Most kernels at a time, those kept ready among them.
    pool : int
        Kernels kept ready for the next reader of a page with live widgets.
    memory_MB : float
        What all kernels may take together.
    """

    kernels: int
    pool: int
    memory_MB: float


def memory_available_MB() -> float:
    """Give the memory this process may take: what is free, or what its container or unit allows if less."""
    available = float(psutil.virtual_memory().available)
    for path in _groups():
        for name in GROUP_LIMITS:
            try:
                available = min(available, float((path / name).read_text(encoding="ascii")))
            except (OSError, ValueError):  # no such limit, or none set: "max"
                continue
    return available / 1e6


def _groups() -> list[Path]:
    """Give the folders of the group that this process is in, and of those around it."""
    try:
        lines = GROUP_OF_THIS_PROCESS.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    mine = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/").strip("/")
    inner = GROUPS / mine
    return [inner, *(folder for folder in inner.parents if GROUPS in (folder, *folder.parents))]


def limits(kernels: int | None = None, pool: int | None = None, memory_MB: float | None = None) -> Limits:
    """Complete what was asked for with what fits.

    Raises
    ------
    PublishError
        For a value that is impossible, here or together with the others.
    """
    available = memory_available_MB()
    if memory_MB is None:
        memory_MB = available / 2
    elif not 0 <= memory_MB <= available:  # also refuses what is not a number
        raise PublishError(f"--memory {memory_MB:g} MB cannot be had; give a number from 0 to {available:.0f}.")
    fitting = int(memory_MB / KERNEL_MB)
    if kernels is None:
        kernels = min(fitting, MOST_KERNELS)
    elif kernels < 0:
        raise PublishError(f"--kernels {kernels} is not possible; give 0 (no live widgets) or more.")
    elif kernels > fitting:
        raise PublishError(
            f"--kernels {kernels} would take about {kernels * KERNEL_MB} MB, and kernels have {memory_MB:.0f} MB; "
            f"give at most {fitting}, or more --memory."
        )
    if pool is None:
        pool = min(1, kernels)
    elif not 0 <= pool <= kernels:
        raise PublishError(f"--pool {pool} is not possible with {kernels} kernels; give a number from 0 to {kernels}.")
    return Limits(kernels, pool, memory_MB)
