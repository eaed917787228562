"""Where no name but this machine's own can be resolved, by browser, server or kernel: every surface is complete."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import ALL, LINKED, NOTEBOOKS, open_page
from .player import SLOW_MS, Player
from .surfaces import COMMAND, Lab, Served, SingleFile, Site, Surface, Voila

LESSON = "01_nmda_antagonism"

DEAF = '''
"""Takes name resolution from every Python of these tests, and writes down who asked for what."""
import os
import socket

LOCAL = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname()}

def refusing(resolve):
    def refused(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        if name in LOCAL:
            return resolve(host, *rest, **more)
        with open(os.environ["EXPLAINER_ASKED"], "a") as told:
            told.write(f"{name}\\n")
        raise socket.gaierror(socket.EAI_AGAIN, "no name is resolved here")
    return refused

for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
    setattr(socket, name, refusing(getattr(socket, name)))
'''


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Block resolution for whatever is started from here; gives the file of names that were asked for."""
    folder = tmp_path_factory.mktemp("deaf")
    (folder / "sitecustomize.py").write_text(DEAF)
    told = folder / "asked"
    told.touch()
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        patch.setenv("EXPLAINER_ASKED", str(told))
        trial = [sys.executable, "-c", "import socket; socket.create_connection(('example.org', 80))"]
        tried = subprocess.run(trial, capture_output=True, text=True, check=False)
        assert "no name is resolved here" in tried.stderr, "resolution is not blocked; this would test nothing"
        assert told.read_text() == "example.org\n"
        told.write_text("")
        yield told


@pytest.fixture(scope="module")
def few(live: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lesson with scenes and charts, and a notebook with a slider of ipywidgets."""
    folder = tmp_path_factory.mktemp("few") / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / f"{LESSON}.ipynb", folder)
    shutil.copy(live / f"{LINKED}.ipynb", folder)
    return folder


@pytest.fixture
def far(request: pytest.FixtureRequest, asked: Path, few: Path, tmp_path: Path) -> Iterator[Surface]:
    """A surface of its own, started where no name is resolved."""
    made: Surface
    if request.param in ("site", "single file"):
        folder = few.parent / "site"
        if not folder.exists():
            line = [*COMMAND, "site", str(folder), "--notebooks", str(few)]
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        made = {"site": Site, "single file": SingleFile}[request.param](folder)
    else:
        kind: type[Served] = {"voila": Voila, "lab": Lab}[request.param]
        made = kind(few, tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("far", ALL, indirect=True)
def test_a_surface_is_complete_where_no_name_is_resolved(browser, far, asked):
    page, watch = open_page(browser, far.local)
    try:
        far.show(page, LESSON)
        player = Player(page, watch).wait("ready").come().wait("moving", "charts")
        assert player.words
        assert player.root.locator(".chart .main-svg").count(), "the charts are not drawn"
        if far.name != "lab":  # there a reader runs the cells; those of its own charts come further down
            for figure in page.locator("explainer-figure").all():
                figure.scroll_into_view_if_needed()
                expect(figure).to_have_attribute("drawn", "", timeout=SLOW_MS)
            assert page.locator("explainer-figure").count(), "the lesson has no plain chart; this tests less"
        blanks = page.evaluate("[...document.images].filter((i) => !(i.complete && i.naturalWidth)).map((i) => i.src)")
        assert not blanks, f"pictures are missing: {blanks}"
        page.wait_for_load_state("networkidle")
        assert not page.locator(".failed, .explainer-error:visible").count()
        watch.check()
        if far.has_kernel:
            far.show(page, LINKED, cells=2)
            expect(page.locator(".noUi-handle").first).to_be_visible(timeout=SLOW_MS)
            Player(page, watch).wait("ready", "charts")
            watch.check()
    finally:
        watch.context.close()
    assert asked.read_text() == "", f"servers or kernels asked for {set(asked.read_text().split())}"
