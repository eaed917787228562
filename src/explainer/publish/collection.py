"""The lessons of a folder, in reading order, and what every page says about them."""

import json
from dataclasses import dataclass
from pathlib import Path

from .errors import PublishError

COLLECTION = "How ketamine works"
START = "00_start_here"
DEFAULT_FOLDER = Path("notebooks")
PACKAGED = Path(__file__).parents[1] / "notebooks"  # a wheel brings the lessons along
FOLDER_HELP = "folder of the notebooks (default: ./notebooks, else those that came with the package)"


@dataclass(frozen=True)
class Lesson:
    """One notebook of the collection."""

    path: Path
    title: str

    @property
    def stem(self) -> str:
        """Name without folder and ending."""
        return self.path.stem

    @property
    def is_start(self) -> bool:
        """Whether this is the map of the collection, shown as its index."""
        return self.stem == START


@dataclass(frozen=True)
class Link:
    """A lesson as a page refers to it."""

    stem: str
    title: str
    href: str


@dataclass(frozen=True)
class Frame:
    """What surrounds every page: the way home, the lessons, the addresses of scripts and styles.

    `assets` maps a logical name such as ``page.css`` to an address, or, where `inline` is true,
    to the text that belongs in the page itself.
    """

    home: str
    lessons: tuple[Link, ...]
    assets: dict[str, str]
    inline: bool = False
    from_disk: str = ""  # the folder of single-file pages, for a reader who opened this one from disk
    notice: str = ""  # what a reader must know first
    name: str = COLLECTION
    search: str = ""  # address of what the search box looks through, or its text where `inline`; none hides the box
    download: str = ""  # address of this lesson as one file
    contents: str = ""  # address of a page that lists every page and its headings
    description: str = ""  # in a sentence or two, for search engines and previews
    canonical: str = ""  # the page's absolute address
    picture: str = ""  # absolute address of a picture for previews, 1280 by 720
    policy: str = ""  # Content-Security-Policy that the page itself carries; none where a header does

    def around(self, stem: str) -> tuple[Link | None, Link | None]:
        """Give the lessons before and after `stem`; none outside the collection."""
        stems = [link.stem for link in self.lessons]
        if stem not in stems:
            return None, None
        at = stems.index(stem)
        before = self.lessons[at - 1] if at else None
        after = self.lessons[at + 1] if at + 1 < len(stems) else None
        return before, after


def default_folder() -> Path:
    """Give the folder of the notebooks where none is named: the one here, else the package's own."""
    return PACKAGED if PACKAGED.is_dir() and not DEFAULT_FOLDER.is_dir() else DEFAULT_FOLDER


def find_lessons(folder: Path) -> list[Lesson]:
    """Read the notebooks of `folder` by name, without its sub-folders.

    Raises
    ------
    PublishError
        If the folder is missing or holds no notebook, or a file is not a notebook.
    """
    if not folder.is_dir():
        raise PublishError(f"No folder {str(folder)!r} here; name the folder that holds the notebooks.")
    lessons = [Lesson(path, title_of(path)) for path in sorted(folder.glob("*.ipynb"))]
    if not lessons:
        raise PublishError(f"No notebook (*.ipynb) in {str(folder)!r}; name the folder that holds them.")
    return lessons


def title_of(path: Path) -> str:
    """Give a notebook's title: its metadata's, else its first heading, else its file name."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        named = notebook.get("metadata", {}).get("title")
        cells = notebook["cells"]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise PublishError(f"{str(path)!r} is not a notebook; restore it or move it elsewhere.") from None
    if named:
        return str(named)
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            for line in "".join(cell.get("source", "")).splitlines():
                if line.startswith("# "):
                    return line[2:].strip().replace("*", "").replace("`", "")
    return path.stem.replace("_", " ")
