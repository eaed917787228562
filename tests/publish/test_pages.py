"""Pages written from notebooks that have been run, read as a browser gets them."""

import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from explainer.publish import assets, csp, pages, site
from explainer.publish.collection import Frame, Link, find_lessons
from explainer.publish.errors import LessonFailed
from explainer.publish.outputs import SCENE, WIDGET

WORDS = "At 1 µM </script><!-- half & more."
SURFACE, OTHER = base64.b64encode(b"first").decode(), base64.b64encode(b"other").decode()
ELSEWHERE = re.compile(r"https?://(?!creativecommons\.org/|www\.w3\.org/|www\.sitemaps\.org/)")


def scene() -> NotebookNode:
    data = {
        "text/plain": WORDS,
        WIDGET: {"model_id": "x"},
        SCENE: {
            "scene": "nmda",
            "first": {"spec": {"title": WORDS}, "surface": SURFACE},
            "rest": {"others": ["", OTHER]},
        },
    }
    return new_output("display_data", data=data)


def code(source: str, *outputs: NotebookNode, tags: tuple[str, ...] = ()) -> NotebookNode:
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def text(words: str) -> NotebookNode:
    return new_output("stream", name="stdout", text=words)


LINKED = Frame(
    "index.html",
    (Link("00_start_here", "Start", "index.html"), Link("01_a", "A & B", "01_a.html")),
    {name: f"assets/{name}" for name in ("page.js", "page.css", "player.js", "player.css", "plotly.min.js")}
    | {"from-disk.js": "assets/from-disk.js"},
    from_disk="single/",
)


@pytest.fixture
def page(write):
    """Render cells as the lesson 01_a."""
    lesson = find_lessons(write("01_a", "# A").parent)[0]

    def page(*cells: NotebookNode, frame: Frame = LINKED) -> str:
        return pages.render(lesson, new_notebook(cells=list(cells)), frame)

    return page


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text of scripts by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.script: str | None = None
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.script = given.get("id") if tag == "script" else None

    def handle_data(self, data):
        if self.script:
            self.scripts[self.script] = self.scripts.get(self.script, "") + data

    def handle_endtag(self, tag):
        self.script = None

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def test_a_scene_is_mounted_with_its_data_and_its_words(page):
    written = page(code("nmda.play()", scene()))
    reader = Reader(written)
    (mount,) = reader.all("explainer-scene")
    first, rest = (json.loads(reader.scripts[mount[part]]) for part in ("first", "rest"))
    assert first == {"spec": {"title": WORDS}, "surface": SURFACE}
    assert rest == {"others": ["", OTHER]}
    assert "At 1 µM &lt;/script&gt;&lt;!-- half &amp; more." in written
    words = written.index("At 1 µM &lt;")
    assert words < written.index(f'id="{mount["first"]}"') < written.index(f'id="{mount["rest"]}"'), "words come first"
    assert "nmda.play()" not in written


def test_two_scenes_do_not_share_data(page):
    reader = Reader(page(code("a", scene()), code("b", scene(), scene())))
    assert len({mount["first"] for mount in reader.all("explainer-scene")}) == 3
    assert len(reader.scripts) == 6


def test_what_the_first_picture_does_not_need_is_moved_apart():
    notebook = new_notebook(cells=[code("a", scene())])
    published = {}

    def publish(name: str, content: bytes) -> str:
        published[name] = content
        return f"below/{name}"

    apart = pages.apart(notebook, publish)
    empty, other = apart.cells[0].outputs[0].data[SCENE]["rest"]["others"]
    assert empty == ""
    assert published == {other["url"].removeprefix("below/"): b"other"}
    assert notebook.cells[0].outputs[0].data[SCENE]["rest"]["others"] == ["", OTHER]


def test_code_is_hidden_unless_it_is_for_looking_inside(page):
    written = page(
        code("hidden = 1", text("shown")),
        code("visible = 2", text("also shown"), tags=("look-inside",)),
        code("answer = 3", tags=("solution",)),
        code("silent = 4"),
        new_markdown_cell("The answer in words.", metadata={"tags": ["solution"]}),
    )
    assert "hidden" not in written
    assert "silent" not in written
    assert "shown" in written
    folds = [fold.get("class") for fold in Reader(written).all("details")]
    assert folds == [None, "source", "solution", "solution"]  # the first is the list of lessons
    assert not [fold for fold in Reader(written).all("details") if "open" in fold]


def test_an_error_is_shown_as_one(page):
    error = new_output("error", ename="ValueError", evalue="<too low>", traceback=["secret"])
    written = page(code("1/0", error))
    assert 'role="alert"' in written
    assert "ValueError: &lt;too low&gt;" in written
    assert "secret" not in written


def test_a_widget_that_needs_a_kernel_says_so(page):
    data = {WIDGET: {"model_id": "x"}, "text/plain": "FloatSlider(value=1.0)"}
    written = page(code("slider", new_output("display_data", data=data)))
    assert "needs a kernel" in written
    assert "FloatSlider(value=1.0)" in written
    assert "voila" not in written


def test_links_between_notebooks_lead_to_pages(page):
    links = "[a](00_start_here.ipynb) [b](01_a.ipynb#part) [c](./01_a.ipynb) [d](https://example.org/x.ipynb)"
    targets = [link["href"] for link in Reader(page(new_markdown_cell(links))).all("a")]
    assert "index.html" in targets
    assert "01_a.html#part" in targets
    assert "./01_a.html" in targets
    assert "https://example.org/x.ipynb" in targets


def test_the_page_says_what_it_is(page):
    written = page(new_markdown_cell("# A"))
    reader = Reader(written)
    assert reader.all("html")[0]["lang"] == "en"
    assert "<title>A &amp; B · How ketamine works</title>" in written
    assert "not medical advice" in written
    assert "CC BY 4.0" in written
    assert [link.get("rel") for link in reader.all("a") if link.get("rel")] == ["prev", "license"]
    assert {nav["aria-label"] for nav in reader.all("nav")} == {"Lessons", "Previous and next lesson"}


def test_a_page_of_a_site_works_below_any_address(page):
    for _, attrs in Reader(page(new_markdown_cell("# A"), code("a", scene()))).tags:
        for name in ("src", "href"):
            target = attrs.get(name) or ""
            assert not target.startswith("/")
            assert not ELSEWHERE.match(target)


def test_a_single_file_holds_everything(page):
    frame = Frame("index.html", LINKED.lessons, assets.inlined(), inline=True)
    reader = Reader(page(code("a", scene()), frame=frame))
    assert not [script for script in reader.all("script") if "src" in script]
    assert [link["rel"] for link in reader.all("link")] == ["icon"]
    assert "explainer-plotly" in reader.scripts
    assert len(reader.all("explainer-scene")) == 1


def test_the_policy_stands_first_and_allows_the_scripts_that_are_there_and_no_others(page):
    texts = assets.inlined()
    scripts, styles = (texts["player.js"], texts["page.js"]), (texts["page.css"], texts["player.css"])
    single = Frame("index.html", (), texts, inline=True, policy=csp.inline(scripts, styles))
    linked = dataclasses.replace(LINKED, policy=csp.LINKED)
    for frame in (single, linked):
        written = page(code("a", scene()), frame=frame)
        first = Reader(written.partition("<head>")[2]).tags[0]
        assert first == ("meta", {"http-equiv": "Content-Security-Policy", "content": frame.policy})
        assert written.encode().index(b"<meta charset") < 1024, "browsers look no further for it"
        assert "unsafe" not in frame.policy
        silent = re.sub(r"<script.*?</script>", "", written, flags=re.DOTALL)
        assert not re.search(r"\s(style|on\w+)=", silent)
        sources = {name: set(words) for name, *words in map(str.split, frame.policy.split(";"))}
        assert sources["default-src"] == {"'none'"}
        scripts = re.findall("<script(?: type=.module.)?>(.*?)</script>", written, re.DOTALL)
        styles = re.findall("<style>(.*?)</style>", silent, re.DOTALL)
        for kind, texts in (("script-src", scripts), ("style-src", styles)):
            found = {sha(text) for text in texts}
            assert found == {word for word in sources[kind] if word.startswith("'sha256")} - {sha("")}, kind
        assert "data:" not in sources["script-src"], "an address could hold a script"


def sha(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_columns_of_tables_are_aligned_by_classes(page):
    written = page(new_markdown_cell("| a | b |\n|--:|:-:|\n| `style=\"text-align:left\"` | 2 |"))
    assert [cell.get("class") for cell in Reader(written).all("td")] == ["to-right", "to-center"]
    assert "style=&quot;text-align:left&quot;" in written


def test_names_of_files_follow_their_content():
    linked = assets.linked()
    assert f'"./{linked["player.js"].hashed}"' in linked["page.js"].content.decode()
    assert assets.Asset("a.min.js", b"1").hashed != assets.Asset("a.min.js", b"2").hashed
    assert re.fullmatch(r"a\.min\.[0-9a-f]{12}\.js", assets.Asset("a.min.js", b"1").hashed)


def test_nothing_of_ours_names_another_host():
    for path in assets.TEMPLATES.iterdir():
        assert not ELSEWHERE.search(path.read_text()), path.name


@pytest.mark.slow
def test_a_site_is_built_and_survives_a_lesson_that_fails(write, tmp_path, capsys):
    folder = write("01_a", "# A", new_code_cell("print(6 * 7)")).parent
    out = tmp_path / "site"
    site.build(out, find_lessons(folder))
    assert "42" in (out / "01_a.html").read_text()
    assert "01_a.html" in (out / "index.html").read_text()
    assert (out / "single" / "01_a.html").exists()
    assert "[1/1] 01_a" in capsys.readouterr().out

    write("02_b", "# B", new_code_cell("{}['gone']"))
    with pytest.raises(LessonFailed, match=r"02_b\.ipynb raised KeyError: 'gone'"):
        site.build(out, find_lessons(folder))
    assert "42" in (out / "01_a.html").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "site"]
