"""How an output is chosen and how data stands in a page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.publish.outputs import (
    PLOTLY,
    SCENE,
    WIDGET,
    figure_title,
    output_kind,
    script_json,
    text_ahead,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.sampled_from(["</script>", "<!--<script>", "\u2028", "<" * 9]))
def test_json_in_a_page_reads_back_and_cannot_end_its_script(value):
    written = script_json(value)
    assert json.loads(written) == value
    assert "<" not in written


@pytest.mark.parametrize(
    ("mimes", "kind"),
    [
        ([SCENE, WIDGET, "text/plain"], "scene"),
        ([WIDGET, "text/plain"], "widget"),
        ([PLOTLY, "text/html", "text/plain"], "plotly"),
        (["text/html", "text/plain"], "html"),
        (["text/plain", "image/png"], "png"),
        (["text/plain"], "text"),
        (["application/unheard-of"], "nothing"),
        ([], "nothing"),
    ],
)
def test_the_richest_output_that_a_page_can_show_is_chosen(mimes, kind):
    assert output_kind({"output_type": "display_data", "data": dict.fromkeys(mimes, "")}) == kind


def test_what_a_kernel_warns_of_is_not_for_readers():
    assert output_kind({"output_type": "stream", "name": "stdout"}) == "stdout"
    assert output_kind({"output_type": "stream", "name": "stderr"}) == "nothing"
    assert output_kind({"output_type": "error"}) == "error"


def test_text_ahead_ends_at_the_first_code():
    cells = [{"cell_type": kind} for kind in ("markdown", "raw", "code", "markdown")]
    assert text_ahead(cells) == cells[:2]
    assert text_ahead([]) == []


@pytest.mark.parametrize(
    ("figure", "title"),
    [
        ({"layout": {"title": {"text": "Block"}}}, "Block"),
        ({"layout": {"title": "Block"}}, "Block"),
        ({"layout": {"title": {}}}, "Chart"),
        ({}, "Chart"),
    ],
)
def test_a_figure_has_a_name(figure, title):
    assert figure_title(figure) == title
