"""Kernels for readers of pages with live widgets: a limited number, some of them ready beforehand."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psutil
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbclient.util import ensure_async

from .environment import kernel_environment
from .limits import KERNEL_MB, Limits
from .logbook import NAME

LOG = logging.getLogger(NAME)

WARM_UP = "import explainer.scenes, ipywidgets, plotly.graph_objects"
"""What a ready kernel has imported: most of what the first cell of a lesson takes."""

AT_ONCE = 4
"""So many pages with kernels are made at the same time: more would all be late, and outputs might be missed."""

WATCH_EVERY_S = 5
REFILL_AFTER_S = 2


@dataclass
class Arrival:
    """A reader whose kernel is still to come: one place, or none where there was none."""

    places: int


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
        self.turns = asyncio.Semaphore(AT_ONCE)
        self._filling: asyncio.Task[None] | None = None
        self._ending = False

    # readers

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Hold a place while a page is made; gives whether there was one."""
        free = self._arriving + self._warming + self.in_use < self.limits.kernels and self._fits()
        arrival = Arrival(int(free))
        self._arriving += arrival.places
        here = ARRIVAL.set(arrival)
        try:
            yield free
        finally:
            ARRIVAL.reset(here)
            self._arrived(arrival)

    async def turn(self, patience_s: float) -> bool:
        """Wait for the turn to make a page, which is to be given back to `turns`; tells whether it came in time."""
        try:
            await asyncio.wait_for(self.turns.acquire(), patience_s)
        except TimeoutError:
            return False
        return True

    def _arrived(self, arrival: "Arrival | None") -> None:
        """Count a place no longer as an arrival: its kernel is there, or will not come."""
        if arrival:
            self._arriving -= arrival.places
            arrival.places = 0

    @property
    def in_use(self) -> int:
        """Number of kernels that belong to a reader."""
        return len(self._readers)

    @property
    def ready(self) -> int:
        """Number of kernels that wait for a reader."""
        return len(self._ready)

    def _fits(self) -> bool:
        return bool(self._ready) or self.memory_MB() + KERNEL_MB <= self.limits.memory_MB

    async def start_kernel(self, **given: Any) -> str:  # type: ignore[override]
        """Give a kernel that is ready, or start one.

        Nothing of the request gets into it: Voilà would put the query string into its environment.
        """
        name = given.get("kernel_name") or NATIVE_KERNEL_NAME
        while self._ready and name == NATIVE_KERNEL_NAME:
            kernel = self._ready.pop(0)
            if kernel in self and await ensure_async(self.get_kernel(kernel).is_alive()):
                break
        else:
            kernel = await self._start(**given)
        self._readers.add(kernel)
        self._arrived(ARRIVAL.get())
        LOG.info("kernel %s is a reader's now; %d of %d in use", kernel[:8], self.in_use, self.limits.kernels)
        self.refill()
        return kernel

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        removed = super().remove_kernel(kernel_id)
        if kernel_id in self._ready:
            self._ready.remove(kernel_id)
        if kernel_id in self._readers:
            self._readers.remove(kernel_id)
            LOG.info("kernel %s ended; %d in use", kernel_id[:8], self.in_use)
        return removed

    async def _start(self, **given: Any) -> str:
        given["env"] = kernel_environment()
        kernel: str = await super().start_kernel(**given)
        return kernel

    # the pool

    def refill(self) -> None:
        """See to it, in the background, that as many kernels are ready as should be."""
        if self.wanted and not self._ending and (self._filling is None or self._filling.done()):
            self._filling = asyncio.ensure_future(self._fill())

    async def _fill(self) -> None:
        while len(self._ready) < self.limits.pool:
            await asyncio.sleep(REFILL_AFTER_S)  # a reader's own page comes first
            taken = self._arriving + len(self.list_kernel_ids())
            if self._ending or taken >= self.limits.kernels or self.memory_MB() + KERNEL_MB > self.limits.memory_MB:
                return
            self._warming = 1
            try:
                kernel = await self._start(kernel_name=NATIVE_KERNEL_NAME, path="")
                await self._warm(kernel)
                self._ready.append(kernel)
            except Exception as error:  # whatever it was, readers get kernels of their own
                LOG.warning("no kernel could be made ready: %s", error)
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
        sizes = {}
        for kernel in self.list_kernel_ids():
            with suppress(psutil.Error, AttributeError, KeyError):
                process = psutil.Process(self._kernels[kernel].provisioner.process.pid)
                family = [process, *process.children(recursive=True)]
                sizes[kernel] = sum(member.memory_info().rss for member in family) / 1e6
        return sizes

    async def watch(self) -> None:
        """End the largest kernel whenever all together take more than they may, and notice those that died."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            with suppress(Exception):
                self._ready = [kernel for kernel in self._ready if kernel in self]
                sizes = self._sizes()
                if sum(sizes.values()) > self.limits.memory_MB:
                    largest = max(sizes, key=sizes.__getitem__)
                    LOG.warning(
                        "kernel %s ended: %.0f MB, and all together may take %.0f MB",
                        largest[:8], sizes[largest], self.limits.memory_MB,
                    )
                    await ensure_async(self.shutdown_kernel(largest, now=True))

    async def end(self) -> None:
        """End all kernels, at once."""
        self._ending = True
        if self._filling:
            self._filling.cancel()
        await ensure_async(self.shutdown_all(now=True))
