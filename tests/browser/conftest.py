"""A browser, the surfaces one after the other, and pages that are watched."""

import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from .chromium import launch
from .player import WIDE, Player, probes
from .surfaces import COMMAND, Lab, Served, SingleFile, Site, Surface, Voila
from .watch import Watch

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

SCENES = {
    "nmda": ("01_nmda_antagonism", 0),
    "microcircuit": ("02_gaba_pathway", 0),
    "glutamate": ("03_glutamate_pathway", 0),
    "hypotheses": ("03_glutamate_pathway", 1),
    "journey": ("04_routes_and_onset", 0),
    "onset": ("04_routes_and_onset", 1),
}
"""Every scene: the notebook that shows it, and its place among the scenes there."""

LINKED = "90_linked"
"""A notebook of the tests' own: a slider of ipywidgets linked to a control."""

TWICE = "91_twice"
"""Another one: a scene, a long text, and the scene again."""

ALL = ("site", "single file", "voila", "lab")
PAGES = ALL[:3]
LIVE = ALL[2:]

Open = Callable[..., Player]


def pytest_sessionstart() -> None:
    """End servers also where a run is ended from outside, as by a time limit: as if by Ctrl+C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what takes a `surface` on every one, unless the test names its own; likewise scenes."""
    marks = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    for name, values in (("surface", ALL), ("scene", tuple(SCENES))):
        if name in metafunc.fixturenames and name not in marks:
            metafunc.parametrize(name, values, indirect=True, scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what opens a browser; at once, since `-m` chooses before the order below is made."""
    item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take surface by surface, so that one server runs at a time."""

    def rank(item: pytest.Item) -> int:
        name = getattr(item, "callspec", None) and item.callspec.params.get("surface")
        return ALL.index(name) if name in ALL else -1

    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    places = [i for i, item in enumerate(items) if item in set(ours)]
    for place, item in zip(places, sorted(ours, key=rank), strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of the notebooks, which a server may write to, and one that shows a scene twice."""
    folder = tmp_path_factory.mktemp("lessons")
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, folder)
    scene = "from explainer.scenes import nmda\nnmda.play()"
    text = "\n\n".join(["And so on."] * 60)
    title, *texts = (nbformat.v4.new_markdown_cell(t) for t in ("# Twice", text, text))
    scenes = [nbformat.v4.new_code_cell(scene) for _ in range(2)]
    write(folder / f"{TWICE}.ipynb", title, scenes[0], texts[0], scenes[1], texts[1])
    return folder


def write(path: Path, *cells: nbformat.NotebookNode) -> None:
    """Write a notebook of the tests' own."""
    about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=about), path)


@pytest.fixture(scope="session")
def built(lessons: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static site."""
    folder = tmp_path_factory.mktemp("built") / "site"
    line = [*COMMAND, "site", str(folder), "--notebooks", str(lessons)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`explainer site` failed:\n{done.stdout}\n{done.stderr}"
    return folder


@pytest.fixture(scope="session")
def live(lessons: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks for the servers, and one in which a scene is linked to another widget."""
    folder = tmp_path_factory.mktemp("live") / "notebooks"
    shutil.copytree(lessons, folder)
    cells = [
        nbformat.v4.new_code_cell(
            "import ipywidgets\nfrom explainer.scenes import nmda\n"
            "scene = nmda.play()\n"
            "slider = ipywidgets.FloatSlider(3, min=0, max=10, step=0.1, description='linked')\n"
            "link = ipywidgets.jslink((slider, 'value'), (scene, 'ketamine_uM'))\nslider"
        ),
        nbformat.v4.new_code_cell("scene"),
        nbformat.v4.new_code_cell("scene.set(ketamine_uM=10)\nNone"),
    ]
    write(folder / f"{LINKED}.ipynb", *cells[:2])
    write(folder / f"{LINKED}_and_set.ipynb", *cells)
    return folder


@pytest.fixture(scope="session")
def surface(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surface]:
    """One of the surfaces; what it starts is ended before the next."""
    made: Surface
    if request.param in LIVE:
        kind: type[Served] = Voila if request.param == "voila" else Lab
        made = kind(request.getfixturevalue("live"), tmp_path_factory.mktemp(request.param))
    else:
        made = {"site": Site, "single file": SingleFile}[request.param](request.getfixturevalue("built"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def scene(request: pytest.FixtureRequest) -> str:
    """Name of a scene."""
    return str(request.param)


def open_page(browser: Browser, local: Callable[[str], bool], **settings: object) -> tuple[Page, Watch]:
    """Open an empty page that is watched."""
    context = browser.new_context(**{"viewport": WIDE, "color_scheme": "light", **settings})  # type: ignore[arg-type]
    context.add_init_script(probes())
    watch = Watch(context, local)
    return context.new_page(), watch


@pytest.fixture
def open_scene(browser: Browser, surface: Surface, scene: str) -> Iterator[Open]:
    """Open a scene on a page of its own, or what another notebook shows; settings are those of a browser context."""
    opened: list[Watch] = []

    def open_it(stem: str = "", nth: int = 0, cells: int = 0, **settings: object) -> Player:
        page, watch = open_page(browser, surface.local, **settings)
        opened.append(watch)
        stem, nth = (stem, nth) if stem else SCENES[scene]
        surface.show(page, stem, nth, cells)
        return Player(page, watch, nth=nth).wait("ready").come()

    yield open_it
    try:
        for watch in opened:
            watch.check()
    finally:
        for watch in opened:
            watch.context.close()


def _shared(
    browser: Browser, surface: Surface, scene: str, *marks: str, **settings: object
) -> Iterator[Player]:
    page, watch = open_page(browser, surface.local, **settings)
    stem, nth = SCENES[scene]
    surface.show(page, stem, nth)
    yield Player(page, watch, nth=nth).wait("ready").come().wait(*marks, "charts")
    watch.context.close()


@pytest.fixture(scope="session")
def _lively(browser: Browser, surface: Surface, scene: str) -> Iterator[Player]:
    yield from _shared(browser, surface, scene, "moving")  # by itself: nobody has touched it


@pytest.fixture(scope="session")
def _calm(browser: Browser, surface: Surface, scene: str) -> Iterator[Player]:
    yield from _shared(browser, surface, scene, reduced_motion="reduce")


@pytest.fixture
def lively(_lively: Player) -> Iterator[Player]:
    """A scene on a page that tests share, as it opens, paused."""
    yield _lively.fresh()
    _lively.watch.check()


@pytest.fixture
def calm(_calm: Player) -> Iterator[Player]:
    """The same for a reader who wants less motion: whatever is shown is shown at once."""
    yield _calm.fresh()
    _calm.watch.check()


@pytest.fixture
def watched_page(browser: Browser, surface: Surface) -> Iterator[Callable[..., Page]]:
    """Open an empty page for a surface; settings are those of a browser context."""
    opened: list[Watch] = []

    def open_it(**settings: object) -> Page:
        page, watch = open_page(browser, surface.local, **settings)
        opened.append(watch)
        return page

    yield open_it
    try:
        for watch in opened:
            watch.check()
    finally:
        for watch in opened:
            watch.context.close()


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page, watched, that has no server at all."""
    page, watch = open_page(browser, lambda _: False)
    yield page
    try:
        watch.check()
    finally:
        watch.context.close()
