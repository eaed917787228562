"""What `explainer site` writes besides the lessons' pages, and how it refuses."""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from explainer.publish import assets, search, site
from explainer.publish.cli import main
from explainer.publish.collection import Link, find_lessons
from explainer.publish.errors import PublishError

STILL = b"\x89PNG\r\n\x1a\n as small as a still can be"

SPEC = {
    "title": "A film",
    "alt": "What is seen.",
    "controls": [{"label": "Level"}],
    "leaves_out": ["the weather"],
    "story": [
        {
            "title": "First",
            "text": "It begins.",
            "outcome": "SPOILER",
            "ask": {"question": "What now?", "options": ["x"], "right": 0, "because": "SPOILER"},
            "claims": [{"id": "c", "text": "It holds.", "grade_label": "Contested", "against": "It does not."}],
        }
    ],
}
PAGE = f"""<body><header>masthead</header><main>
<h1 id="Top">Top<a class="anchor-link" href="#Top">¶</a></h1><p>Lead &amp; more.<p>Not closed.
<h2 id="Part-of-it">Part <em>of</em> it</h2><table><tr><td>cell<td>next</tr></table>
<div id="scene-1"><script type="application/json" id="scene-1-first">{json.dumps({"spec": SPEC})}</script>
<explainer-scene><div class="in-words"><p>SPOILER</p></div></explainer-scene>
<script type="application/json" id="scene-1-rest">{{"others": ["SPOILER"]}}</script></div>
<p>After the scene.</p><details class="solution"><summary>Solution</summary><p>SPOILER</p></details>
<explainer-figure role="figure" aria-label="A chart"></explainer-figure><style>SPOILER</style>
</main><footer>colophon</footer>"""


def test_what_can_be_found_are_headings_texts_steps_and_claims_but_no_answer():
    assert [(p.heading, p.anchor, p.text) for p in search.parts(PAGE)] == [
        ("Top", "Top", "Lead & more. Not closed."),
        ("Part of it", "Part-of-it", "cell next After the scene. A chart"),
        ("A film", "scene-1", "What is seen. Level the weather"),
        ("Step 1: First", "scene-1", "It begins. What now?"),
        ("Claim · Contested", "scene-1", "It holds. It does not."),
    ]


def test_the_index_of_the_search_is_json_that_may_stand_in_a_page():
    link = Link("a", "A </script> & b", "a.html")
    (entry,) = json.loads(search.index([(link, [search.Part("H", "h", "</script>")])]))
    assert entry == {"title": link.title, "href": "a.html", "parts": [["H", "h", "</script>"]]}


class Targets(HTMLParser):
    """Collects where the elements of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.meta: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        if tag == "meta":
            self.meta[given.get("property") or given.get("name") or given.get("http-equiv")] = given.get("content")
        if given.get("rel") == "canonical":
            self.meta["canonical"] = given["href"]


@pytest.fixture
def built(write, tmp_path, monkeypatch):
    """Build a site of two lessons that need no kernel; gives its folder."""
    monkeypatch.setattr(site, "execute", lambda lesson: nbformat.read(lesson.path, as_version=4))
    monkeypatch.setattr(assets, "plotly_js", lambda: b"// charts\n" * 500)  # the real one takes long to compress
    write("00_start_here", "# The map\n\nWhere all *begins*.", "## A part")
    folder = write("01_a", "# A & B\n\n**How does it [work](x.html)?**\n\n- a list", new_code_cell("")).parent
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "nmda.png").write_bytes(STILL)

    def built(*options: str, out: str = "site") -> Path:
        line = ["site", str(tmp_path / out), "--notebooks", str(folder)]
        assert main([*line, "--pictures", str(tmp_path / "figures"), *options]) == 0
        return tmp_path / out

    return built


def test_without_an_address_every_link_is_relative_and_leads_to_a_file(built):
    out = built()
    for page in [*out.glob("*.html"), *out.glob("single/*.html")]:
        for target in Targets(page.read_text()).found:
            if not re.match(r"data:|#|https://creativecommons", target) and target != "x.html":
                assert not re.match(r"\w+:|/", target), (page.name, target)
                assert (page.parent / target.partition("#")[0]).is_file(), (page.name, target)
    assert not (out / "sitemap.xml").exists()
    assert not (out / "pictures").exists()
    assert "og:image" not in (out / "01_a.html").read_text()
    listed = Targets((out / "sitemap.html").read_text()).found
    assert "01_a.html" in listed
    assert "index.html#A-part" in listed


def test_a_page_says_in_a_preview_what_it_is(built):
    meta = Targets((built("--address", "https://example.org/k") / "01_a.html").read_text()).meta
    assert meta["og:title"] == "A & B"
    assert meta["og:type"] == "article"
    assert meta["description"] == meta["og:description"] == "How does it work?"
    assert meta["canonical"] == meta["og:url"] == "https://example.org/k/01_a.html"
    assert meta["og:image"] == "https://example.org/k/pictures/nmda.png"


def test_with_an_address_there_are_a_sitemap_and_a_picture(built):
    out = built("--address", "https://example.org/k/")
    places = [e.text for e in ElementTree.parse(out / "sitemap.xml").iter() if e.tag.endswith("loc")]
    assert places == ["https://example.org/k/", "https://example.org/k/01_a.html"]
    assert (out / "pictures" / "nmda.png").read_bytes() == STILL
    assert not (out / "robots.txt").exists(), "it would be asked for at the root of the host only"
    robots = built("--address", "https://example.org", out="root") / "robots.txt"
    assert "Sitemap: https://example.org/sitemap.xml" in robots.read_text()
    assert 'href="/k/"' in (out / "404.html").read_text()


@pytest.mark.parametrize("address", ["example.org", "ftp://a/", "https://", "https://a/?q", "https://a b/", "http://[/"])
def test_an_address_that_is_none_is_named(address, write, capsys, tmp_path):
    folder = write("a", "# A").parent
    assert main(["site", str(tmp_path / "out"), "--notebooks", str(folder), "--address", address]) == 2
    assert f"--address {address!r}" in capsys.readouterr().err


def test_a_lesson_can_be_downloaded_as_one_file(built):
    out = built()
    assert 'href="single/01_a.html" download>' in (out / "01_a.html").read_text()
    assert 'href="single/index.html" download>' in (out / "index.html").read_text()
    assert "download>" not in (out / "single" / "01_a.html").read_text()


def test_compressed_files_hold_the_same_and_two_builds_give_the_same_bytes(built):
    one, other = built(out="one"), built(out="other")
    files = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other): path.read_bytes() for path in other.rglob("*") if path.is_file()}
    for path, compressed in files.items():
        if path.suffix == ".gz":
            plain = files[path.with_suffix("")]
            assert gzip.decompress(compressed) == plain
            assert len(compressed) < len(plain)
    names = {str(path) for path in files}
    assert {"index.html.gz", "search.json.gz", "single/01_a.html.gz"} <= names
    assert {path.suffix for path in files} - {".gz", ".html", ".js", ".css", ".json", ""} == set()


def test_a_site_that_cannot_be_put_in_place_leaves_the_one_before(built, tmp_path, monkeypatch, write):
    out = built()
    before = (out / "index.html").read_text()
    really = Path.rename

    def rename(self, target):
        if self.name == "site" and self.parent.name.startswith(".site-"):
            raise OSError(16, "Device or resource busy")
        return really(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PublishError, match=r"could not be replaced: Device or resource busy; name another"):
        site.build(out, find_lessons(write("01_a", "# Other").parent))
    assert (out / "index.html").read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "notebooks", "site"]
