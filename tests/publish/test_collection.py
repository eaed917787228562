"""Lessons, their titles and their neighbours."""

from explainer.publish.collection import Frame, Link, find_lessons, title_of


def test_lessons_come_in_the_order_of_their_names(write):
    for stem in ("02_b", "00_start_here", "01_a"):
        folder = write(stem, f"# {stem}").parent
    lessons = find_lessons(folder)
    assert [lesson.stem for lesson in lessons] == ["00_start_here", "01_a", "02_b"]
    assert [lesson.is_start for lesson in lessons] == [True, False, False]


def test_a_title_is_the_first_heading(write):
    path = write("a", "no heading\n\n## a smaller one", "text\n# The *title*\n# Another")
    assert title_of(path) == "The title"


def test_a_title_falls_back_on_the_name(write):
    assert title_of(write("03_only_text", "text")) == "03 only text"


def test_neighbours():
    links = tuple(Link(stem, stem, stem) for stem in "abc")
    frame = Frame("/", links, {})
    assert frame.around("a") == (None, links[1])
    assert frame.around("b") == (links[0], links[2])
    assert frame.around("c") == (links[1], None)
    assert frame.around("z") == (None, None)
