"""Lessons that a server executes once and hands to everyone."""

import asyncio
import gzip
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from explainer.publish import served
from explainer.publish.collection import Frame, find_lessons
from explainer.publish.errors import LessonFailed
from explainer.publish.execution import Run
from explainer.publish.outputs import SCENE, WIDGET
from explainer.publish.served import Body, ServedLesson, ServedLessons

ASSETS = dict.fromkeys(("page.js", "page.css", "player.js", "player.css", "plotly.min.js", "search.js"), "asset")
PATIENCE_S = 60
SECRET = "/home/somebody/secret.csv"


class Runs:
    """Stands in for running a notebook: counts, and gives what a test has laid out."""

    def __init__(self) -> None:
        self.count = 0
        self.outputs: list[Any] = [new_output("stream", name="stdout", text="first")]
        self.problem = ""
        self.kernel_fails = 0
        self.unreadable = False

    def __call__(self, lesson: object, timeout_s: float) -> Run:
        self.count += 1
        if self.unreadable:
            raise LessonFailed(f"{SECRET} is not a notebook.")
        cell = new_code_cell("1", outputs=self.outputs, execution_count=1)
        if self.kernel_fails >= self.count:
            return Run(new_notebook(cells=[cell]), "lost its kernel in cell 1", kernel_failed=True)
        return Run(new_notebook(cells=[cell]), self.problem)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    made = Runs()
    monkeypatch.setattr(served, "attempt", made)
    return made


@pytest.fixture
def path(write: Callable[..., Path]) -> Path:
    return write("01_a", "# A")


Work = Callable[[ServedLessons, ServedLesson], Coroutine[Any, Any, None]]


def serving(path: Path, work: Work) -> None:
    """Let a test work with the lessons of one folder."""

    async def run() -> None:
        lessons = ServedLessons(
            find_lessons(path.parent), Frame("/", (), ASSETS), lambda name: f"/below/data/{name}"
        )
        one = lessons.find("01_a")
        assert one is not None
        await work(lessons, one)

    # In a thread of its own: where a browser is open in this process, its loop runs in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


async def html(lessons: ServedLessons, one: ServedLesson) -> str:
    page = await lessons.page(one, PATIENCE_S)
    assert page is not None
    return page.html.plain.decode()


def touch(path: Path) -> None:
    """Give a file a later time, whatever the clock of its file system can tell apart."""
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000_000))


def test_a_lesson_is_executed_once_for_everyone(path, runs):
    async def work(lessons, one):
        assert lessons.statuses == {"01_a": "waiting"}
        pages = await asyncio.gather(*(html(lessons, one) for _ in range(40)))
        assert all("first" in page for page in pages)
        await lessons.prepare()
        assert "first" in await html(lessons, one)
        assert runs.count == 1
        assert lessons.statuses == {"01_a": "ready"}

    serving(path, work)


def test_a_changed_file_is_executed_again(path, runs):
    async def work(lessons, one):
        await lessons.prepare()
        runs.outputs = [new_output("stream", name="stdout", text="second")]
        assert "first" in await html(lessons, one)
        touch(path)
        assert "second" in await html(lessons, one)
        assert runs.count == 2

    serving(path, work)


@pytest.mark.parametrize("loss", ["deleted", "broken"])
def test_a_lost_file_leaves_the_last_page(path, runs, loss):
    async def work(lessons, one):
        await lessons.prepare()
        if loss == "deleted":
            path.unlink()
        else:
            runs.unreadable = True
            touch(path)
        assert "first" in await html(lessons, one)
        assert lessons.statuses == {"01_a": "ready" if loss == "deleted" else "failed"}
        assert not one.page.failed

    serving(path, work)


@pytest.mark.parametrize("unreadable", [False, True])
def test_what_a_failure_said_stays_in_the_log(path, runs, unreadable, caplog):
    runs.problem = f"raised FileNotFoundError: {SECRET} in cell 1"
    runs.unreadable = unreadable
    runs.outputs.append(new_output("error", ename="FileNotFoundError", evalue=SECRET, traceback=[SECRET]))
    caplog.set_level("INFO", served.LOG.name)
    served.LOG.propagate = True

    async def work(lessons, one):
        page = await html(lessons, one)
        assert one.page.failed
        assert lessons.statuses == {"01_a": "failed"}
        assert 'role="alert"' in page
        assert SECRET not in page
        assert "FileNotFoundError" not in page
        assert ("first" in page) is not unreadable

    serving(path, work)
    assert f"01_a: {'' if unreadable else 'raised FileNotFoundError: '}{SECRET}" in caplog.text


def test_a_lesson_that_failed_is_tried_again_after_a_while(path, runs, monkeypatch):
    runs.problem = "raised ValueError: x in cell 1"

    async def work(lessons, one):
        await html(lessons, one)
        runs.problem = ""
        await html(lessons, one)
        assert runs.count == 1
        monkeypatch.setattr(served, "AGAIN_S", 0)
        await html(lessons, one)
        assert runs.count == 2
        assert lessons.statuses == {"01_a": "ready"}

    serving(path, work)


@pytest.mark.parametrize(("failures", "status"), [(1, "ready"), (2, "failed")])
def test_a_kernel_that_fails_is_replaced_once(path, runs, failures, status):
    runs.kernel_fails = failures

    async def work(lessons, one):
        await lessons.prepare()
        assert runs.count == 2
        assert lessons.statuses == {"01_a": status}

    serving(path, work)


def test_a_page_that_cannot_be_written_ends_nothing(path, runs, monkeypatch):
    monkeypatch.setattr(served, "apart", lambda *_: 1 / 0)

    async def work(lessons, one):
        with pytest.raises(ZeroDivisionError):  # not even the page that says so; the server answers 500
            await lessons.page(one, PATIENCE_S)
        monkeypatch.undo()
        monkeypatch.setattr(served, "attempt", runs)
        assert "first" in await html(lessons, one)

    serving(path, work)


def test_a_reader_does_not_wait_for_ever(path, monkeypatch):
    import threading

    hold = threading.Event()

    def slow(lesson: object, timeout_s: float) -> Run:
        hold.wait(PATIENCE_S)
        return Run(new_notebook())

    monkeypatch.setattr(served, "attempt", slow)

    async def work(lessons, one):
        assert await lessons.page(one, 0.1) is None
        assert lessons.statuses == {"01_a": "running"}
        hold.set()
        assert await lessons.page(one, PATIENCE_S) is not None

    serving(path, work)


def test_a_reader_who_would_wait_for_a_changed_lesson_gets_the_page_before(path, runs, monkeypatch):
    import threading

    hold = threading.Event()

    async def work(lessons, one):
        await lessons.prepare()
        monkeypatch.setattr(served, "attempt", lambda *_: hold.wait(PATIENCE_S) and Run(new_notebook()))
        touch(path)
        page = await lessons.page(one, 0.1)
        assert "first" in page.html.plain.decode()
        hold.set()
        assert "first" not in await html(lessons, one)

    serving(path, work)


def test_a_kernel_that_fails_again_leaves_the_page_before(path, runs):
    async def work(lessons, one):
        await lessons.prepare()
        runs.kernel_fails = 99
        touch(path)
        assert "first" in await html(lessons, one)
        assert lessons.statuses == {"01_a": "failed"}
        assert not one.page.failed

    serving(path, work)


def test_one_lesson_that_cannot_be_written_leaves_the_others(path, runs, write, monkeypatch):
    write("02_b", "# B")
    apart = served.apart

    def only_b(notebook, publish):
        if runs.count == 1:
            raise ZeroDivisionError
        return apart(notebook, publish)

    monkeypatch.setattr(served, "apart", only_b)

    async def work(lessons, one):
        await lessons.prepare()
        assert lessons.statuses == {"01_a": "failed", "02_b": "ready"}

    serving(path, work)


def test_a_lesson_with_live_widgets_that_fails_is_no_live_page(path, runs):
    runs.outputs = [new_output("display_data", data={WIDGET: {"model_id": "x"}, "text/plain": "FloatSlider()"})]
    runs.problem = "raised ValueError: x in cell 1"

    async def work(lessons, one):
        page = await html(lessons, one)
        assert one.page.failed
        assert served.BUSY not in page

    serving(path, work)


def test_live_widgets_are_noticed_and_their_page_says_what_is_missing(path, runs):
    runs.outputs = [new_output("display_data", data={WIDGET: {"model_id": "x"}, "text/plain": "FloatSlider()"})]

    async def work(lessons, one):
        assert not lessons.live
        page = await html(lessons, one)
        assert one.page.needs_kernel
        assert lessons.live
        assert lessons.statuses == {"01_a": "live"}
        assert served.BUSY in page
        assert "FloatSlider()" in page

    serving(path, work)


def test_a_scene_needs_no_kernel_and_its_data_lie_apart(path, runs):
    def scene(content: str) -> list[Any]:
        data = {"first": {"spec": {"title": "A scene"}}, "rest": {"others": ["", content]}, "scene": "nmda"}
        return [new_output("display_data", data={SCENE: data, WIDGET: {"model_id": "x"}, "text/plain": "words"})]

    runs.outputs = scene("b25l")

    async def work(lessons, one):
        page = await html(lessons, one)
        assert not one.page.needs_kernel
        ((first, body),) = one.page.data.items()
        assert f"/below/data/{first}" in page
        assert body.plain == b"one"
        assert served.BUSY not in page

        runs.outputs = scene("dHdv")
        touch(path)
        await html(lessons, one)
        (second,) = one.page.data
        assert lessons.data(second).plain == b"two"
        assert lessons.data(first).plain == b"one"  # for readers whose page was loaded just before
        assert lessons.data("other.bin") is None

    serving(path, work)


def test_what_the_search_box_looks_through_follows_the_lessons(path, runs, monkeypatch):
    from explainer.publish.collection import Link

    def said(text: str) -> None:
        runs.outputs = [new_output("display_data", data={"text/markdown": text})]

    async def work(lessons, one):
        lessons.frame = Frame("/", (Link("01_a", "A", "/below/01_a"),), ASSETS)
        assert lessons.index.plain == b"[]"
        said("brake")
        await lessons.prepare()
        assert "brake" in lessons.index.plain.decode()
        assert "/below/01_a" in lessons.index.plain.decode()
        said("surge")
        touch(path)
        await html(lessons, one)
        assert "surge" in lessons.index.plain.decode()
        assert "brake" not in lessons.index.plain.decode()

    serving(path, work)


def test_bodies_are_compressed_where_that_gains_something():
    text, noise = b"a" * 1000, os.urandom(1000)
    assert gzip.decompress(Body.of(text).compressed) == text
    assert Body.of(noise).compressed == b""
    assert Body.of(text).etag != Body.of(noise).etag


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{}['gone']", "raised KeyError: 'gone' in cell 3"),
        ("import time; time.sleep(60)", "did not finish within 1 s in cell 3"),
        ("import os; os.kill(os.getpid(), 9)", "lost its kernel in cell 3"),
    ],
)
def test_a_run_says_what_ended_it(write, source, said):
    from explainer.publish.execution import attempt

    path = write("01_a", "# A", new_code_cell("print(6 * 7)"), new_code_cell(source), new_code_cell("never"))
    run = attempt(find_lessons(path.parent)[0], timeout_s=1)
    assert run.problem == said
    assert run.notebook.cells[1].outputs[0].text == "42\n"
    assert not run.notebook.cells[3].outputs


def test_a_kernel_that_is_not_installed_is_named(path):
    import nbformat

    from explainer.publish.execution import attempt

    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec.name = "unheard_of"
    notebook.cells.append(new_code_cell("1"))
    nbformat.write(notebook, path)
    assert attempt(find_lessons(path.parent)[0]).problem == "asks for the kernel 'unheard_of', which is not installed"
