"""What a server does when something under it breaks: it goes on, says so once, and leaves nothing behind."""

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.publish.served import ELSEWHERE, LIVE, V1, Running, collection, is_kernel, write

pytestmark = pytest.mark.slow

OPTIONS = ("--kernels", "3", "--pool", "1", "--memory", "900")


def lessons(parent: Path) -> Path:
    """Make the folder, with a lesson whose kernel dies while it is executed."""
    folder = collection(parent)
    write(folder / "live.ipynb", "# Live", LIVE)
    write(folder / "dying.ipynb", "# Dying", "print('still here')", "import os\nos.kill(os.getpid(), 9)", "# After it")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose log goes to a disk that is full, in a home that cannot be written."""
    parent = tmp_path_factory.mktemp("faults")
    homeless = {"HOME": "/proc/nowhere", "IPYTHONDIR": "/proc/nowhere/ipython"}
    running = Running(lessons(parent), parent / "scratch", (*OPTIONS, "--log", "/dev/full"), environment=homeless)
    try:
        yield running.start()
    finally:
        running.stop()


def settled(server: Running, count: int) -> None:
    server.until(lambda: server.health()["kernels"]["in_use"] == count, f"{count} kernels are in use", 30)


def test_a_log_that_finds_the_disk_full_is_said_once_and_all_goes_on(server):
    for _ in range(5):
        assert server.get("voila/render/plain.ipynb").status == 200
    assert server.log.count("/dev/full") == 1, server.log
    assert "No space left on device" in server.log
    assert "plain: executed" in server.log, "the terminal has lost its log too"


def test_a_notebook_that_raises_has_its_text_and_a_box_that_tells_nothing(server):
    answer = server.get("voila/render/raising.ipynb")
    assert answer.status == 500
    page = answer.body.decode()
    assert "before" in page
    assert "After it" in page
    assert page.count('role="alert"') == 1
    assert "FileNotFoundError" not in page
    assert ELSEWHERE not in page
    assert re.search(rf"raising: raised FileNotFoundError: .*{ELSEWHERE}.* in cell 2", server.log)


def test_a_kernel_that_dies_while_a_lesson_is_executed_costs_that_lesson_only(server):
    answer = server.get("voila/render/dying.ipynb")
    assert answer.status == 500
    assert b"still here" in answer.body
    assert b"After it" in answer.body
    assert "dying: lost its kernel in cell 3" in server.log
    told = server.health()
    assert told["status"] == "degraded"
    assert told["lessons"] == {"dying": "failed", "live": "live", "plain": "ready", "raising": "failed"}
    assert server.get("voila/render/plain.ipynb").status == 200


def test_a_notebook_that_breaks_while_it_is_served_leaves_the_page_that_was(server):
    path = server.folder / "plain.ipynb"
    before, whole = server.get("voila/render/plain.ipynb"), path.read_bytes()
    for broken in (b"", b"{", b"[]", whole[: len(whole) // 2], b"\xff" * 100):
        path.write_bytes(broken)
        assert server.get("voila/render/plain.ipynb").body == before.body
    assert "plain.ipynb is not a notebook; restore it" in server.log
    path.unlink()
    path.mkdir()
    assert server.get("voila/render/plain.ipynb").body == before.body
    path.rmdir()
    assert server.get("voila/render/plain.ipynb").body == before.body
    write(path, "# Plain", "print('mended')")
    after = server.get("voila/render/plain.ipynb")
    assert after.status == 200
    assert b"mended" in after.body
    assert server.health()["lessons"]["plain"] == "ready"


def test_a_connection_that_is_cut_finds_its_kernel_again(server):
    reader = server.reader()
    first = reader.connect(V1)
    first.answers()
    first.socket.sock.close()  # without a word, as a network does
    again = reader.connect(V1)
    again.answers()
    again.close()
    server.leave(reader.page)
    settled(server, 0)


def test_a_readers_kernel_that_is_killed_is_given_up_and_the_next_reader_gets_another(server):
    reader = server.reader()
    link = reader.connect()
    link.answers()
    (process,) = [k for k in server.kernels if reader.kernel in " ".join(k.cmdline())]
    process.kill()
    settled(server, 0)
    link.close()
    other = server.reader()
    assert other.kernel != reader.kernel
    fresh = other.connect()
    fresh.answers()
    fresh.close()
    server.leave(other.page)
    settled(server, 0)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_with_pages_open_and_leaves_no_kernel(how, tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "live.ipynb", "# Live", LIVE)
    server = Running(folder, tmp_path / "scratch", OPTIONS).start()
    try:
        readers = [server.reader(), server.reader()]
        links = [reader.connect() for reader in readers]
        for link in links:
            link.answers()
        kernels = server.kernels
        assert len(kernels) >= 2
        runtime = Path(re.search(r"-f (\S+)/voila_", " ".join(kernels[0].cmdline()))[1])
        assert runtime.is_dir()
        started = time.monotonic()
        assert server.stop(how) == 0
        assert time.monotonic() - started < 10
        assert not [kernel for kernel in kernels if is_kernel(kernel)], "kernels are left"
        assert not runtime.exists(), f"{runtime} is left"
        assert "stopped" in server.log
        assert "Traceback" not in server.log
    finally:
        server.stop()


def test_killed_it_leaves_no_kernel_and_starts_again_at_its_port(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "live.ipynb", "# Live", LIVE)
    server = Running(folder, tmp_path / "scratch", OPTIONS).start()
    try:
        link = server.reader().connect()
        link.answers()
        kernels = server.kernels
        server.stop(signal.SIGKILL)
        _, left = psutil.wait_procs(kernels, timeout=15)
        assert not left, "kernels outlive their server"
        again = Running(folder, tmp_path / "scratch", OPTIONS, port=server.port).start()
        server.process = again.process
        fresh = again.reader().connect()
        fresh.answers()
    finally:
        server.stop()


def test_where_nothing_can_be_written_it_finds_a_place_of_its_own(tmp_path):
    places = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "TMPDIR", "HOME", "XDG_RUNTIME_DIR")
    environment = dict.fromkeys(places, "/proc/nowhere")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "live.ipynb", "# Live", LIVE)
    server = Running(folder, tmp_path / "scratch", OPTIONS, environment=environment)
    try:
        server.start()
        assert server.health()["status"] == "ok", server.log
        server.reader().connect().answers()
    finally:
        server.stop()


def test_asked_to_end_while_lessons_are_executed_it_ends_and_leaves_no_kernel(tmp_path):
    folder = collection(tmp_path)
    write(folder / "00_slow.ipynb", "# Slow", "import time\ntime.sleep(600)")
    running = Running(folder, tmp_path / "scratch", OPTIONS).start(wait=False)
    running.until(lambda: running.health().get("lessons", {}).get("00_slow") == "running", "it is executed")
    running.until(lambda: running.kernels, "its kernel is there")
    time.sleep(1)
    kernels = running.kernels
    assert running.stop(within_s=10) == 0, running.log
    _, alive = psutil.wait_procs(kernels, timeout=5)
    assert not alive, "a kernel goes on without its server"


def test_pages_whose_kernels_die_while_they_are_made_come_to_an_end_and_keep_nobody_waiting(tmp_path):
    folder = collection(tmp_path)
    marker = tmp_path / "run once"
    dies = (
        "import os, pathlib\n"
        f"marker = pathlib.Path({str(marker)!r})\n"
        "os.kill(os.getpid(), 9) if marker.exists() else marker.touch()"
    )
    write(folder / "live.ipynb", "# Live", "import ipywidgets\nipywidgets.IntSlider()", dies)
    running = Running(folder, tmp_path / "scratch", OPTIONS).start()
    try:
        assert running.health()["lessons"]["live"] == "live"
        for _ in range(5):  # one more than are made at a time
            started = time.monotonic()
            answer = running.get("voila/render/live.ipynb")
            assert b"could not be made to its end" in answer.body
            assert time.monotonic() - started < 40
        settled(running, 0)
        marker.unlink()
        assert b"could not be made" not in running.get("voila/render/live.ipynb").body
    finally:
        running.stop()


def test_what_a_live_widgets_callback_raises_stays_in_the_kernel(tmp_path):
    folder = collection(tmp_path)
    source = (
        "import ipywidgets\nslider = ipywidgets.IntSlider()\n"
        "words = ipywidgets.Label()\n"
        "slider.observe(lambda change: setattr(words, 'value', f'called {slider.value}'), 'value')\n"
        f"slider.observe(lambda change: open('{ELSEWHERE}'), 'value')\nslider"
    )
    write(folder / "live.ipynb", "# Live", source)
    running = Running(folder, tmp_path / "scratch", OPTIONS).start()
    try:
        reader = running.reader()
        model = re.search(rb'"model_id":\s*"([0-9a-f]{32})"', reader.page.body)
        assert model
        for protocol in ("", V1):
            link = reader.connect(protocol)
            state = {"method": "update", "state": {"value": 5 if protocol else 6}, "buffer_paths": []}
            asked = link.send("comm_msg", {"comm_id": model[1].decode(), "data": state})
            told = []
            while not told or told[-1][0] != "status" or told[-1][2].get("execution_state") != "idle":
                told.append(link.receive())
                if told[-1][1] != asked:
                    told.pop()
            assert "called" in str(told), "the callbacks were not called"
            for word in (ELSEWHERE, "FileNotFoundError", "ipykernel", "site-packages", "Traceback"):
                assert word not in str(told), f"{word!r} in {told}"
            link.close()
    finally:
        running.stop()


def test_a_server_without_kernels_promises_none(tmp_path):
    folder = collection(tmp_path)
    write(folder / "live.ipynb", "# Live", LIVE)
    running = Running(folder, tmp_path / "scratch", ("--kernels", "0")).start()
    try:
        answer = running.get("voila/render/live.ipynb")
        assert answer.status == 503
        assert b"runs no kernels for live widgets" in answer.body
        assert b"for a place" not in answer.body
        assert not running.kernels
    finally:
        running.stop()
