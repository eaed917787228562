"""Lessons executed once by the server, their pages kept in memory for everyone.

A page of scenes needs no kernel once it is written, so nothing is gained by a kernel for each reader:
a lesson is executed when the server starts, and again when its file has changed. A lesson with other
live widgets is executed too, which shows that it needs kernels and gives the page that readers get
for whom there is no kernel.
"""

import asyncio
import contextlib
import dataclasses
import gzip
import hashlib
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import nbformat

from . import search
from .collection import Frame, Lesson
from .errors import LessonFailed
from .execution import Run, attempt
from .logbook import NAME
from .pages import apart, render

LOG = logging.getLogger(NAME)

SERVED_CELL_TIMEOUT_S = 120
AGAIN_S = 30
"""A lesson that failed is tried again after this time, when somebody asks for it."""

RUNS_AT_ONCE = 2
"""So many lessons are executed at the same time."""

BUSY = (
    "All places for live widgets are taken just now. This is the page as it was computed once: "
    "scenes and charts work, the live widgets do not. Reload it in a minute for a place."
)

OFF = (
    "This server runs no kernels for live widgets. This is the page as it was computed once: "
    "scenes and charts work, the live widgets do not."
)

Made = TypeVar("Made")


@dataclasses.dataclass(frozen=True)
class Body:
    """Bytes as they are sent, plain and compressed; `compressed` is empty where it would gain nothing."""

    plain: bytes
    compressed: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Body":
        """Compress once."""
        compressed = gzip.compress(plain, 6, mtime=0)
        return cls(plain, compressed if len(compressed) < 0.95 * len(plain) else b"")

    @property
    def etag(self) -> str:
        """Name of this content."""
        return hashlib.sha256(self.plain).hexdigest()[:32]


@dataclasses.dataclass(frozen=True)
class Page:
    """A lesson's page: its HTML, what its scenes fetch later, by file name, and what can be found in it."""

    html: Body
    data: dict[str, Body]
    found: list[search.Part]
    needs_kernel: bool = False
    failed: bool = False


class ServedLesson:
    """One lesson with its page, as far as it has been executed."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.status = "waiting"
        self.page: Page | None = None
        self.before: Page | None = None  # for readers who have just loaded it
        self.running: asyncio.Task[None] | None = None
        self.version: tuple[int, int] | None = None
        self.tried_s = 0.0

    def version_now(self) -> tuple[int, int] | None:
        """Tell one state of the file from another; None where there is no file."""
        try:
            about = self.lesson.path.stat()
        except OSError:
            return None
        return about.st_mtime_ns, about.st_size

    @property
    def current(self) -> bool:
        """Whether there is a page and nothing asks for another."""
        if self.page is None:
            return False
        if self.status == "failed" and time.monotonic() - self.tried_s > AGAIN_S:
            return False
        return self.version_now() in (self.version, None)


class ServedLessons:
    """The lessons of a server.

    Parameters
    ----------
    lessons : list of Lesson
    frame : Frame
        What surrounds every page.
    data : callable
        Gives the address under which a data file of this name is served.
    notice : str
        What a page with live widgets says to a reader who has no kernel: `BUSY` or `OFF`.
    """

    def __init__(
        self, lessons: list[Lesson], frame: Frame, data: Callable[[str], str], notice: str = BUSY
    ) -> None:
        self.frame = frame
        self._notice = notice
        self._data = data
        self._lessons = {lesson.stem: ServedLesson(lesson) for lesson in lessons}
        self._slots = asyncio.Semaphore(RUNS_AT_ONCE)
        self._index: Body | None = None

    def find(self, stem: str) -> ServedLesson | None:
        """Give a lesson by its name, or None."""
        return self._lessons.get(stem)

    def data(self, name: str) -> Body | None:
        """Give a data file of one of the pages, or None."""
        for served in self._lessons.values():
            for page in (served.page, served.before):
                if page and name in page.data:
                    return page.data[name]
        return None

    @property
    def index(self) -> Body:
        """What the search box looks through: the lessons executed so far."""
        if self._index is None:
            pages = {link: self._lessons[link.stem].page for link in self.frame.lessons}
            found = search.index((link, page.found) for link, page in pages.items() if page)
            self._index = Body.of(found.encode())
        return self._index

    @property
    def statuses(self) -> dict[str, str]:
        """State of each lesson: waiting, running, ready, live or failed."""
        return {stem: served.status for stem, served in self._lessons.items()}

    @property
    def live(self) -> bool:
        """Whether a lesson needs kernels."""
        return any(served.page and served.page.needs_kernel for served in self._lessons.values())

    async def prepare(self) -> None:
        """Execute every lesson, one after the other."""
        for served in self._lessons.values():
            with contextlib.suppress(Exception):  # it is in the log; the others go on
                await self._current(served)

    async def page(self, served: ServedLesson, patience_s: float) -> Page | None:
        """Give a lesson's page: the one before, or None, if it is not there in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._current(served)), patience_s)
        return served.page

    def _current(self, served: ServedLesson) -> "asyncio.Future[None]":
        if served.running is None or served.running.done():
            if served.current:
                done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                done.set_result(None)
                return done
            served.running = asyncio.ensure_future(self._make(served))
        return served.running

    async def _make(self, served: ServedLesson) -> None:
        stem = served.lesson.stem
        async with self._slots:
            version, started = served.version_now(), time.monotonic()
            if served.page is None:
                served.status = "running"
            problem = ""
            try:
                page, problem = await in_thread(lambda: self._written(served))
            except Exception as error:  # a page that cannot be written must not end the server
                LOG.exception("%s: its page could not be written", stem)
                problem = str(error)
                served.status = "failed"
                if served.page is None:
                    raise
                page = served.page
            finally:
                served.version, served.tried_s = version, time.monotonic()
            if problem:
                LOG.error("%s: %s", stem, problem)
            if page is not served.page:
                served.before, served.page = served.page, page
                self._index = None
            served.status = "failed" if problem else "live" if page.needs_kernel else "ready"
            if not problem:
                size = len(page.html.compressed or page.html.plain) / 1000
                kind = ", needs a kernel for each reader" if page.needs_kernel else ""
                LOG.info("%s: executed in %.1f s, %.0f kB%s", stem, time.monotonic() - started, size, kind)

    def _written(self, served: ServedLesson) -> tuple[Page, str]:
        """Execute a lesson and write its page; where it is not the notebook that failed, the page before stays."""
        lesson = served.lesson
        try:
            run = attempt(lesson, SERVED_CELL_TIMEOUT_S)
            if run.kernel_failed:
                LOG.warning("%s: %s; trying once more", lesson.stem, run.problem)
                run = attempt(lesson, SERVED_CELL_TIMEOUT_S)
        except LessonFailed as error:
            run = Run(nbformat.v4.new_notebook(), str(error), kernel_failed=True)
        if run.kernel_failed and served.page:
            return served.page, run.problem
        frame = self.frame
        if run.needs_kernel and not run.problem:
            frame = dataclasses.replace(frame, notice=self._notice)
        return _written(lesson, run, frame, self._data), run.problem


def _written(lesson: Lesson, run: Run, frame: Frame, address: Callable[[str], str]) -> Page:
    data: dict[str, Body] = {}

    def publish(name: str, content: bytes) -> str:
        data[name] = Body.of(content)
        return address(name)

    notebook = apart(run.notebook, publish)
    if run.problem:
        _cover(notebook, run.ended_at)
    html = render(lesson, notebook, frame)
    return Page(Body.of(html.encode()), data, search.parts(html), run.needs_kernel, bool(run.problem))


def _cover(notebook: nbformat.NotebookNode, ended_at: int) -> None:
    """Show where a run ended, but nothing of what was said: it may hold paths and names."""
    covered = nbformat.v4.new_output("error", ename="ExecutionError", evalue="", traceback=[])
    code = [cell for cell in notebook.cells[ended_at:] if cell.cell_type == "code"]
    if not code:
        notebook.cells.append(nbformat.v4.new_code_cell(outputs=[covered]))
    else:
        code[0].outputs = [output for output in code[0].outputs if output.output_type != "error"] + [covered]


async def in_thread(work: Callable[[], Made]) -> Made:
    """Do work in a thread that does not keep the server from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Made] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        if not done.done():
            act()

    def run() -> None:
        try:
            made = work()
        except StopIteration as error:  # which no future takes
            tell = partial(done.set_exception, RuntimeError(str(error)))
        except BaseException as error:
            tell = partial(done.set_exception, error)
        else:
            tell = partial(done.set_result, made)
        with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(settle, tell)

    threading.Thread(target=run, daemon=True).start()
    return await done
