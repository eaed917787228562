"""Kernels for readers of pages with live widgets: a limited number, some of them ready beforehand."""

import asyncio
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psutil
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbclient.util import ensure_async

from .environment import kernel_environment
from .limits import KERNEL_MB, Limits
from .logbook import NAME

LOG = logging.getLogger(NAME)

WARM_UP = "import explainer.scenes, ipywidgets, plotly.graph_objects"
"""What a ready kernel has imported: most of what the first cell of a lesson takes."""

PAGES_AT_ONCE = 4
"""So many pages with kernels are made at the same time: more would all be late, and outputs might be missed."""

WATCH_EVERY_S = 5
REMEMBER_S = 1.0
REFILL_AFTER_S = 2
RETRY_AFTER_S = 60


@dataclass
class Arrival:
    """A reader for whom a page is made; `kernel` is empty until there is one."""

    kernel: str = ""


ARRIVAL: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


class ReaderKernels(AsyncMappingKernelManager):
    """Voilà's kernel manager, with a place for each reader and a pool that all lessons share.

    Voilà's own pools are one per notebook and hold kernels that have run it; this one holds kernels that
    have only imported what lessons need, so that its size does not multiply with the collection.
    """

    limits = Limits(kernels=0, pool=0, memory_MB=0)
    wanted = False
    """Whether a lesson needs kernels at all; until one does, none is kept ready."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)  # type: ignore[no-untyped-call]
        self._ready: list[str] = []
        self._readers: set[str] = set()
        self._arriving = self._warming = 0
        self.turns = asyncio.Semaphore(PAGES_AT_ONCE)
        self._weights: dict[str, float] = {}
        self._weighed_s = -REMEMBER_S
        self._filling: asyncio.Task[None] | None = None
        self._not_before_s = 0.0
        self._ending = False

    # readers

    @contextmanager
    def place(self) -> "Iterator[Arrival | None]":
        """Hold a place while a page is made; gives the arrival, or None where there is no place."""
        if self._arriving + self._warming + self.in_use >= self.limits.kernels or not self._fits():
            yield None
            return
        arrival = Arrival()
        self._arriving += 1
        here = ARRIVAL.set(arrival)
        try:
            yield arrival
        finally:
            ARRIVAL.reset(here)
            if not arrival.kernel:
                self._arriving -= 1

    async def turn(self, patience_s: float) -> bool:
        """Wait for the turn to make a page, which is to be given back to `turns`; tells whether it came in time."""
        try:
            await asyncio.wait_for(self.turns.acquire(), patience_s)
        except TimeoutError:
            return False
        return True

    @property
    def in_use(self) -> int:
        """Number of kernels that belong to a reader."""
        return len(self._readers)

    @property
    def ready(self) -> int:
        """Number of kernels that wait for a reader."""
        return len(self._ready)

    def _fits(self) -> bool:
        to_start = self._arriving + self._warming + 1 - self.ready
        return to_start <= 0 or self.memory_MB() + to_start * KERNEL_MB <= self.limits.memory_MB

    async def start_kernel(self, **given: Any) -> str:  # type: ignore[override]
        """Give a kernel that is ready, or start one.

        Nothing of the request gets into it: Voilà would put the query string into its environment.
        """
        kernel = await self._taken(given.get("kernel_name") or NATIVE_KERNEL_NAME) or await self._start(**given)
        self.get_kernel(kernel).last_activity = utcnow()  # type: ignore[attr-defined]  # or it would soon be culled
        self._readers.add(kernel)
        if (arrival := ARRIVAL.get()) and not arrival.kernel:
            arrival.kernel = kernel
            self._arriving -= 1
        LOG.info("kernel %s is a reader's now; %d of %d in use", kernel[:8], self.in_use, self.limits.kernels)
        self.refill()
        return kernel

    async def _taken(self, name: str) -> str | None:
        """Take a kernel that is ready; one of another kind makes room for the one to be started."""
        while self._ready:
            kernel = self._ready.pop(0)
            if name != NATIVE_KERNEL_NAME:
                await ensure_async(self.shutdown_kernel(kernel, now=True))
                return None
            if await self.is_well(kernel):
                return kernel
        return None

    async def is_well(self, kernel: str) -> bool:
        """Whether a kernel lives, or has not been started yet: an empty name."""
        return not kernel or (kernel in self and bool(await ensure_async(self.get_kernel(kernel).is_alive())))

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        removed = super().remove_kernel(kernel_id)
        if kernel_id in self._ready:
            self._ready.remove(kernel_id)
        if kernel_id in self._readers:
            self._readers.remove(kernel_id)
            LOG.info("kernel %s ended; %d in use", kernel_id[:8], self.in_use)
        self.refill()
        return removed

    async def _start(self, **given: Any) -> str:
        given["env"] = kernel_environment()
        kernel: str = await super().start_kernel(**given)
        return kernel

    # the pool

    def refill(self) -> None:
        """See to it, in the background, that as many kernels are ready as should be."""
        wanted = self.wanted and not self._ending and time.monotonic() > self._not_before_s
        if wanted and (self._filling is None or self._filling.done()):
            self._filling = asyncio.ensure_future(self._fill())

    async def _fill(self) -> None:
        while len(self._ready) < self.limits.pool:
            await asyncio.sleep(REFILL_AFTER_S)  # a reader's own page comes first
            taken = self._arriving + len(self.list_kernel_ids())
            if self._ending or taken >= self.limits.kernels or self.memory_MB() + KERNEL_MB > self.limits.memory_MB:
                return
            self._warming, kernel = 1, ""
            try:
                kernel = await self._start(kernel_name=NATIVE_KERNEL_NAME, path="")
                await self._warm(kernel)
                self._ready.append(kernel)
            except Exception as error:  # whatever it was, readers get kernels of their own
                LOG.warning("no kernel could be made ready, to be tried again in %d s: %s", RETRY_AFTER_S, error)
                self._not_before_s = time.monotonic() + RETRY_AFTER_S
                if kernel in self:
                    await ensure_async(self.shutdown_kernel(kernel, now=True))
                return
            finally:
                self._warming = 0

    async def _warm(self, kernel: str) -> None:
        manager = self.get_kernel(kernel)
        client = manager.client()
        client.start_channels()
        try:
            await ensure_async(client.wait_for_ready(timeout=60))
            await ensure_async(client.execute_interactive(WARM_UP, silent=True, store_history=False, timeout=60))
        finally:
            client.stop_channels()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Let those that are ready be."""
        if kernel_id in self._readers:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]
            self.refill()

    # memory

    def memory_MB(self) -> float:
        """Give what all kernels take, their children included."""
        return sum(self._sizes().values())

    def _sizes(self) -> dict[str, float]:
        """Weigh each kernel with its children, in MB; all are looked at once and remembered for a moment."""
        if time.monotonic() - self._weighed_s > REMEMBER_S:
            below: dict[int, list[psutil.Process]] = {}
            for process in psutil.process_iter(["ppid", "memory_info"]):
                below.setdefault(process.info["ppid"], []).append(process)
            mine = {process.pid: process for process in below.get(os.getpid(), ())}
            self._weights = {}
            for kernel in self.list_kernel_ids():
                with suppress(AttributeError, KeyError):
                    family = [mine[self._kernels[kernel].provisioner.process.pid]]
                    for member in family:
                        family.extend(below.get(member.pid, ()))
                    sizes = [member.info["memory_info"] for member in family]
                    self._weights[kernel] = sum(size.rss for size in sizes if size) / 1e6
            self._weighed_s = time.monotonic()
        return {kernel: weight for kernel, weight in self._weights.items() if kernel in self}

    async def watch(self) -> None:
        """End the largest kernel whenever all together take more than they may, and notice those that died."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            try:
                self._ready = [kernel for kernel in self._ready if kernel in self]
                self.refill()
                sizes = self._sizes()
                if sum(sizes.values()) > self.limits.memory_MB:
                    largest = max(sizes, key=sizes.__getitem__)
                    LOG.warning(
                        "kernel %s ended: %.0f MB, and all together may take %.0f MB",
                        largest[:8], sizes[largest], self.limits.memory_MB,
                    )
                    await ensure_async(self.shutdown_kernel(largest, now=True))
            except Exception as error:  # watching goes on
                LOG.warning("kernels could not be watched: %s", error)

    async def end(self) -> None:
        """End all kernels, at once."""
        self._ending = True
        if self._filling:
            self._filling.cancel()
        await ensure_async(self.shutdown_all(now=True))
