"""Places for readers of pages with live widgets, and kernels kept ready for them."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_server._tz import utcnow
from traitlets.config import Config

from explainer.publish import kernels as module
from explainer.publish.kernels import ReaderKernels
from explainer.publish.limits import KERNEL_MB, Limits

PLENTY_MB = 100 * KERNEL_MB


class Imagined(ReaderKernels):
    """Counts as the real one does, without processes."""

    started = 0

    def __init__(self):
        super().__init__()
        self.sizes = {}

    async def _start(self, **given):
        self.started += 1
        kernel = f"kernel-{self.started}"
        self._kernels[kernel] = self
        return kernel

    async def _warm(self, kernel):
        pass

    def is_alive(self):
        return True

    def _sizes(self):
        return self.sizes

    async def shutdown_kernel(self, kernel_id, **_):
        self.remove_kernel(kernel_id)


def imagined(limits, work, monkeypatch, wanted=False):
    monkeypatch.setattr(module, "REFILL_AFTER_S", 0)
    monkeypatch.setattr(module, "WATCH_EVERY_S", 0.01)

    async def run():
        made = Imagined()
        made.limits, made.wanted = limits, wanted
        await work(made)

    apart(run)


def apart(run):
    """Run in a thread of its own: where a browser is open in this process, its loop runs in the main one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


async def rest():
    """Let what goes on in the background come to its end."""
    for _ in range(20):
        await asyncio.sleep(0.001)


def test_no_more_readers_than_places(monkeypatch):
    async def work(made):
        with made.place() as first, made.place() as second, made.place() as third:
            assert first
            assert second
            assert third is None
        for left in (1, 0):
            with made.place() as free:
                assert free
                await made.start_kernel(kernel_name="python3")
                with made.place() as another:  # the first is counted once, not as arriving and as there
                    assert bool(another) is bool(left)
        with made.place() as free:
            assert not free
        made.remove_kernel("kernel-1")
        assert made.in_use == 1
        with made.place() as free:
            assert free

    imagined(Limits(2, 0, PLENTY_MB), work, monkeypatch)


def test_a_place_is_given_back_when_its_page_fails(monkeypatch):
    async def work(made):
        def fail():
            with made.place() as free:
                assert free
                return 1 / 0

        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                fail()
        assert made.in_use == 0

    imagined(Limits(1, 0, PLENTY_MB), work, monkeypatch)


def test_pages_are_made_in_turn(monkeypatch):
    async def work(made):
        for _ in range(module.PAGES_AT_ONCE):
            assert await made.turn(1)
        assert not await made.turn(0.01)
        made.turns.release()
        assert await made.turn(1)

    imagined(Limits(9, 0, PLENTY_MB), work, monkeypatch)


def test_no_place_where_there_is_no_memory(monkeypatch):
    async def work(made):
        made.sizes = {"kernel-0": 2 * KERNEL_MB}
        with made.place() as free:
            assert not free
        made.sizes = {"kernel-0": KERNEL_MB}
        with made.place() as free:
            assert free

    imagined(Limits(9, 0, 2.5 * KERNEL_MB), work, monkeypatch)


def test_kernels_are_kept_ready_and_replaced(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        assert (made.ready, made.in_use) == (2, 0)
        assert await made.start_kernel(kernel_name="python3") == "kernel-1"
        await rest()
        assert (made.ready, made.in_use, made.started) == (2, 1, 3)
        assert await made.start_kernel(kernel_name="python3") == "kernel-2"
        await rest()
        assert (made.ready, made.in_use, made.started) == (1, 2, 3)  # three in all

    imagined(Limits(3, 2, PLENTY_MB), work, monkeypatch, wanted=True)


def test_nothing_is_kept_ready_that_nobody_needs(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        assert made.started == 0

    imagined(Limits(3, 2, PLENTY_MB), work, monkeypatch)


def test_the_pool_is_filled_again_when_a_reader_leaves(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        await made.start_kernel(kernel_name="python3")
        await rest()
        assert (made.ready, made.in_use) == (0, 1)  # one in all
        made.remove_kernel("kernel-1")
        await rest()
        assert (made.ready, made.in_use) == (1, 0)

    imagined(Limits(1, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_a_kernel_of_another_kind_takes_the_room_of_a_ready_one(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        assert await made.start_kernel(kernel_name="another") == "kernel-2"
        assert made.list_kernel_ids() == ["kernel-2"]

    imagined(Limits(1, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_a_kernel_that_does_not_get_ready_is_ended(monkeypatch):
    async def work(made):
        async def fail(kernel):
            raise TimeoutError("it does not answer")

        monkeypatch.setattr(made, "_warm", fail)
        made.refill()
        await rest()
        made.refill()
        await rest()
        assert made.started == 1  # not again at once
        assert not made.list_kernel_ids()
        assert made.ready == 0

    imagined(Limits(1, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_a_kernel_counts_as_active_from_when_it_is_a_readers(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        made.last_activity = None  # the imagined kernels are the manager itself
        await made.start_kernel(kernel_name="python3")
        assert (utcnow() - made.last_activity).total_seconds() < 5

    imagined(Limits(1, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_memory_for_those_who_are_arriving_is_not_given_twice(monkeypatch):
    async def work(made):
        with made.place() as first, made.place() as second, made.place() as third:
            assert first
            assert second
            assert third is None

    imagined(Limits(9, 0, 2.5 * KERNEL_MB), work, monkeypatch)


def test_a_kernel_that_is_ready_is_not_culled(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        await made.cull_kernel_if_idle("kernel-1")  # would ask the kernel for what this one has not
        assert made.ready == 1

    imagined(Limits(1, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_a_kernel_that_died_is_not_handed_out(monkeypatch):
    async def work(made):
        made.refill()
        await rest()
        made.is_alive = lambda: False
        assert await made.start_kernel(kernel_name="python3") == "kernel-2"

    imagined(Limits(5, 1, PLENTY_MB), work, monkeypatch, wanted=True)


def test_the_largest_is_ended_where_all_take_too_much(monkeypatch):
    async def work(made):
        for _ in range(3):
            await made.start_kernel(kernel_name="python3")
        watching = asyncio.ensure_future(made.watch())
        made.sizes = {"kernel-1": 100, "kernel-2": 200, "kernel-3": 50}
        await asyncio.sleep(0.05)
        assert made.in_use == 3
        made.sizes = {"kernel-1": 100, "kernel-2": 900, "kernel-3": 50}
        while made.in_use == 3:
            await asyncio.sleep(0.01)
        watching.cancel()
        assert "kernel-2" not in made

    imagined(Limits(5, 0, 1000), work, monkeypatch)


@pytest.mark.slow
def test_a_real_kernel_is_ready_has_imported_and_knows_nothing_of_a_request(monkeypatch):
    monkeypatch.setattr(module, "REFILL_AFTER_S", 0)

    async def ask(made, kernel, expression):
        client = made.get_kernel(kernel).client()
        client.start_channels()
        await client.wait_for_ready()
        reply = await client.execute_interactive("", user_expressions={"x": expression}, store_history=False)
        client.stop_channels()
        return reply["content"]["user_expressions"]["x"]["data"]["text/plain"]

    async def run():
        made = ReaderKernels(config=Config())
        made.limits, made.wanted = Limits(2, 1, 4 * KERNEL_MB), True
        made.refill()
        try:
            deadline = time.monotonic() + 60
            while not made.ready:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            (kernel,) = made.list_kernel_ids()
            env = {"QUERY_STRING": "a=1", "PATH": ""}
            assert await made.start_kernel(kernel_name="python3", path="", env=env) == kernel
            assert await ask(made, kernel, "'explainer.scenes' in __import__('sys').modules") == "True"
            while not made.ready:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            assert 20 < made.memory_MB() < 4 * KERNEL_MB
            made.limits = Limits(2, 0, 4 * KERNEL_MB)
            await made.shutdown_kernel(made._ready[0], now=True)
            fresh = await made.start_kernel(kernel_name="python3", path="", env=env)
            assert await ask(made, fresh, "__import__('os').environ.get('QUERY_STRING')") == "None"
        finally:
            await made.end()
        assert not made.list_kernel_ids()

    apart(run)
