"""The widget in a notebook: traits, words, refusals, what it sends and what it leaves in a page.

Messages are caught where ipywidgets hands them to the kernel; no kernel and no page is needed.
"""

import base64
import gzip
import json
from importlib import resources

import comm
import numpy as np
import pytest
import traitlets

from explainer.player import Choice, Control, SceneError, Sentence, widget

AMOUNT = Control("amount_mM", "Amount", nodes=[0, 1, 2], start=1, unit="mM")
PUBLISHED = "application/vnd.explainer.scene+json"
VIEW = "application/vnd.jupyter.widget-view+json"


class Caught(comm.DummyComm):
    """A line to a page that writes down what is sent."""

    def __init__(self, **options):
        self.sent = []
        super().__init__(**options)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        self.sent.append((msg_type, data, buffers))

    def from_page(self, **data):
        self.handle_msg({"content": {"data": data}, "buffers": []})

    def taken(self):
        """Give what was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent


@pytest.fixture
def played(toy, monkeypatch):
    """Give a maker of widgets of one toy scene, which talk to a `Caught`."""
    monkeypatch.setattr("comm.create_comm", lambda **options: Caught(**options))
    scene = toy()
    return scene.play


def bundle(shown):
    data, metadata = shown._repr_mimebundle_()
    json.dumps([data, metadata], allow_nan=False)
    return data


# --- traits and values -----------------------------------------------------------------------------


def test_a_trait_for_every_control(played):
    shown = played()
    assert shown.amount_mM == 1.0
    assert shown.drug == "red"
    for name in ("amount_mM", "drug"):
        assert shown.trait_metadata(name, "sync") is True  # without it jslink finds nothing
    assert shown.values == {"amount_mM": 1.0, "drug": "red"}
    assert played(amount_mM=2, drug="blue").values == {"amount_mM": 2.0, "drug": "blue"}


def test_facts_are_those_of_the_values(played):
    shown = played(amount_mM=1.5)
    assert shown.facts == {"end": 1.5, "rest": 7.5}
    shown.drug = "blue"
    assert shown.facts == {"end": 3.0, "rest": 6.0}


def test_set_sets_and_gives_the_widget_back(played):
    shown = played()
    assert shown.set(amount_mM=3, drug="blue") is shown
    assert shown.values == {"amount_mM": 3.0, "drug": "blue"}
    assert shown.set() is shown
    for same in (2, 2.0, np.float64(2), np.int64(2)):
        assert shown.set(amount_mM=same).amount_mM == 2.0
    shown.amount_mM = 3
    assert shown.amount_mM == 3.0


REFUSED = [
    ({"amount": 2}, ("'amount'", "'amount_mM'?", "There are: amount_mM, drug.")),
    ({"amount_mM": 4.01}, ("amount_mM", "between 0 and 4 mM", "4.01")),
    ({"amount_mM": -1}, ("amount_mM", "between 0 and 4 mM", "-1")),
    ({"amount_mM": float("nan")}, ("amount_mM", "between 0 and 4 mM", "nan")),
    ({"amount_mM": "lots"}, ("amount_mM", "from 0 to 4", "'lots'")),
    ({"amount_mM": None}, ("amount_mM", "from 0 to 4", "None")),
    ({"drug": "green"}, ("drug", "'red', 'blue'", "'green'")),
    ({"drug": 1}, ("drug", "'red', 'blue'", "1")),
    ({"drug": None}, ("drug", "'red', 'blue'", "None")),
]


@pytest.mark.parametrize(("values", "said"), REFUSED)
def test_what_cannot_be_set_is_refused_with_what_can(played, values, said):
    shown = played()
    for attempt in (lambda: shown.set(**values), lambda: played(**values)):
        with pytest.raises(SceneError) as caught:
            attempt()
        for words in said:
            assert words in str(caught.value)
    assert shown.values == {"amount_mM": 1.0, "drug": "red"}


def test_a_refused_value_sets_none_of_its_company(played):
    shown = played()
    with pytest.raises(SceneError):
        shown.set(drug="blue", amount_mM=9)
    assert shown.values == {"amount_mM": 1.0, "drug": "red"}


@pytest.mark.parametrize(("values", "said"), REFUSED[1:4] + REFUSED[6:])
def test_a_trait_refuses_what_is_out_of_range(played, values, said):
    shown = played()
    ((name, value),) = values.items()
    with pytest.raises(traitlets.TraitError) as caught:
        setattr(shown, name, value)
    for words in said:
        assert words in str(caught.value)
    assert shown.values == {"amount_mM": 1.0, "drug": "red"}


def test_a_misspelt_trait_is_refused(played):
    """Else it would become a mere attribute, and nothing would move."""
    shown = played()
    with pytest.raises(SceneError, match="Did you mean 'amount_mM'"):
        shown.amont_mM = 2
    shown.report = True
    shown.layout.width = "90%"


def test_an_option_that_is_a_number(toy):
    """Who writes 1 means "1"."""
    magnesium = Choice("magnesium_mM", "Magnesium", ["0", "0.1", "1"])

    def respond(values, seconds):
        amount = values["amount_mM"] + values["magnesium_mM"].astype(float)
        return {"rise": amount[:, None] + seconds}, {"end": amount}

    scene = toy(controls=[AMOUNT, magnesium], words=[Sentence("{end:1}")], respond=respond)
    shown = scene.play(magnesium_mM=1)
    assert shown.describe() == "A toy. 2.0"
    for written, option in ((0, "0"), ("0.1", "0.1"), (0.1, "0.1"), (1, "1"), ("1", "1"), (np.int64(0), "0")):
        assert shown.set(magnesium_mM=written).magnesium_mM == option
        shown.magnesium_mM = "1"
        shown.magnesium_mM = written
        assert shown.magnesium_mM == option
        assert scene.play(magnesium_mM=written).magnesium_mM == option
    with pytest.raises(SceneError, match=r"'0', '0\.1', '1'"):
        shown.set(magnesium_mM=2)


def test_where_a_control_snaps_other_values_are_refused_with_the_list(toy):
    snapping = Control("amount_mM", "Amount", [0, 1, 2], 1, "mM", snap=True)
    shown = toy(controls=[snapping, Choice("drug", "Drug", ["red", "blue"])]).play(amount_mM=2)
    shown.amount_mM = 0
    with pytest.raises(traitlets.TraitError, match=r"one of 0, 1, 2 mM, got 1\.5"):
        shown.amount_mM = 1.5
    with pytest.raises(SceneError, match=r"one of 0, 1, 2 mM, got 0\.5"):
        shown.set(amount_mM=0.5)
    assert shown.amount_mM == 0
    assert shown.describe() == "A toy. 0\N{NO-BREAK SPACE}mM of red end at 0.0."


def test_a_view_is_a_trait_as_any_other_and_needs_no_slab(toy):
    look = Choice("look", "Look", ["near", "far"], view=True)
    amount, drug = Control("amount_mM", "Amount", [0, 1, 2], 1, "mM"), Choice("drug", "Drug", ["red", "blue"])
    scene = toy(controls=[amount, look, drug])
    shown = scene.play(look="far", drug="blue")
    assert shown.values == {"amount_mM": 1.0, "look": "far", "drug": "blue"}
    assert (shown.first, len(shown.others)) == (1, 2)
    assert shown.published()["first"]["look"] == "far"
    shown.look = "near"
    with pytest.raises(traitlets.TraitError, match="'near', 'far'"):
        shown.look = "above"
    assert shown.facts == {"end": 2.0, "rest": 7.0}


@pytest.mark.parametrize("name", ["blur", "get_state", "add_class", "model_id", "hold_sync"])
def test_a_control_cannot_take_a_name_of_the_widget(toy, name):
    with pytest.raises(SceneError, match=f"'toy'.*'{name}'.*use another"):
        toy(controls=[Control(name, "A", [0, 1], 0, "mM")], words=[], respond=counted(name)).play()


def counted(name):
    def respond(values, seconds):
        return {"rise": values[name][:, None] + seconds}, {"end": values[name]}

    return respond


def test_two_widgets_of_one_scene_are_independent(played):
    one, two = played(), played(amount_mM=2)
    one.set(amount_mM=4, drug="blue")
    assert two.values == {"amount_mM": 2.0, "drug": "red"}
    two.amount_mM = 3
    assert one.values == {"amount_mM": 4.0, "drug": "blue"}
    assert one.model_id != two.model_id


def test_two_scenes_do_not_share_their_controls(toy):
    one, two = toy().play(), toy(title="Another").play()
    one.set(amount_mM=4)
    assert two.amount_mM == 1
    assert "A toy" in repr(one)
    assert "Another" in repr(two)


# --- words -----------------------------------------------------------------------------------------


def test_words_are_in_step_with_the_values(played):
    shown = played()
    assert shown.describe() == "A toy. 1\N{NO-BREAK SPACE}mM of red end at 1.0."
    shown.amount_mM = 2.5
    assert shown.describe() == "A toy. 2.5\N{NO-BREAK SPACE}mM of red end at 2.5."
    shown.set(drug="blue")
    assert shown.describe() == repr(shown) == "A toy. 2.5\N{NO-BREAK SPACE}mM of blue end at 5.0."
    assert bundle(shown)["text/plain"] == "A toy. 2.5\N{NO-BREAK SPACE}mM of blue end at 5.0."


def test_words_follow_what_the_page_reports(played):
    shown = played()
    shown.comm.from_page(method="update", state={"amount_mM": 3.5, "drug": "blue"}, buffer_paths=[])
    assert shown.values == {"amount_mM": 3.5, "drug": "blue"}
    assert shown.describe() == "A toy. 3.5\N{NO-BREAK SPACE}mM of blue end at 7.0."


# --- what travels ----------------------------------------------------------------------------------


def updates(sent):
    assert {kind for kind, _, _ in sent} <= {"comm_msg"}
    assert {data["method"] for _, data, _ in sent} <= {"update", "echo_update"}
    return [data["state"] for _, data, _ in sent]


def test_all_slabs_travel_the_one_on_screen_first(played):
    shown = played(drug="blue")
    slabs = shown.scene.surface.slabs
    assert len(slabs) == 2
    assert shown.first == 1
    assert shown.surface == slabs[1]
    assert shown.others == [slabs[0], b""]  # never the same bytes twice
    again = played()
    assert (again.first, again.surface, again.others) == (0, slabs[0], [b"", slabs[1]])


def test_one_opening_and_then_only_what_changed(played):
    shown = played()
    ((kind, data, buffers),) = shown.comm.taken()
    assert kind == "comm_open"
    assert data["state"]["spec"]["title"] == "A toy"
    assert data["state"]["amount_mM"] == 1.0
    assert {tuple(path) for path in data["buffer_paths"]} == {("surface",), ("others", 0), ("others", 1)}
    assert [bytes(b) for b in buffers].count(shown.surface) == 1

    assert played().comm is not shown.comm
    assert shown.comm.taken() == []  # another widget's opening is its own
    shown.set(amount_mM=2)
    assert updates(shown.comm.taken()) == [{"amount_mM": 2.0}]
    shown.drug = "blue"  # the page has the slab already
    assert updates(shown.comm.taken()) == [{"drug": "blue"}]
    shown.set(amount_mM=2, drug="blue")  # nothing new
    assert shown.describe()
    assert shown.facts
    assert bundle(shown)
    with pytest.raises(SceneError):
        shown.set(amount_mM=9)
    assert shown.comm.taken() == []


def test_plotly_is_sent_when_asked_for_and_is_the_installed_one(played):
    shown, other = played(), played()
    shown.comm.taken(), other.comm.taken()
    shown.comm.from_page(method="custom", content={"want": "plotly"})
    ((kind, data, buffers),) = shown.comm.taken()
    assert kind == "comm_msg"
    assert data == {"method": "custom", "content": {"plotly": "gzip"}}
    installed = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    assert len(buffers) == 1
    assert gzip.decompress(buffers[0]) == installed
    assert len(buffers[0]) < len(installed) / 2
    assert other.comm.taken() == []


OTHER = [{"want": "more"}, {"got": "plotly"}, "plotly", ["want", "plotly"], None, {}]


@pytest.mark.parametrize("content", OTHER)
def test_other_questions_are_not_answered(played, content):
    shown = played()
    shown.comm.taken()
    shown.comm.from_page(method="custom", content=content)
    assert shown.comm.taken() == []


def test_plotly_that_is_not_there_names_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    widget.plotly_js.cache_clear()
    with pytest.raises(FileNotFoundError, match="install plotly"):
        widget.plotly_js()
    monkeypatch.undo()
    assert widget.plotly_js().name == "plotly.min.js"


# --- what a page without a kernel gets -------------------------------------------------------------


@pytest.mark.parametrize(("set_to", "there"), [(None, False), ("", False), ("1", True)])
def test_pages_are_published_only_when_asked_for(played, monkeypatch, set_to, there):
    monkeypatch.delenv("EXPLAINER_PUBLISH", raising=False)
    if set_to is not None:
        monkeypatch.setenv("EXPLAINER_PUBLISH", set_to)
    shown = bundle(played())
    assert (PUBLISHED in shown) is there
    assert "text/plain" in shown
    assert shown[VIEW]["model_id"]


def test_what_is_published_plays_without_a_kernel(played):
    shown = played(drug="blue")
    shown.set(amount_mM=2.5)
    page = json.loads(json.dumps(shown.published(), allow_nan=False))
    assert page["scene"] == "toy"
    assert page["first"].keys() == {"spec", "first", "amount_mM", "drug", "surface"}
    assert page["first"]["amount_mM"] == 2.5
    assert page["first"]["drug"] == "blue"
    assert page["first"]["first"] == 1
    assert page["first"]["spec"]["name"] == "toy"
    slabs = shown.scene.surface.slabs
    assert base64.b64decode(page["first"]["surface"], validate=True) == slabs[1]
    assert page["rest"].keys() == {"others"}
    assert [base64.b64decode(text, validate=True) for text in page["rest"]["others"]] == [slabs[0], b""]


def code_of(source: str) -> list[str]:
    """Give the lines of a script or style sheet that are no comments, as they count."""
    in_comment, code = False, []
    for line in map(str.strip, source.splitlines()):
        in_comment = in_comment or line.startswith("/*")
        if line and not in_comment and not line.startswith("//"):
            code.append(line)
        in_comment = in_comment and not line.endswith("*/")
    return code


def test_the_front_end_travels_with_the_widget(played):
    shown = played()
    folder = resources.files("explainer.player")
    state = shown.get_state()
    script, tokens, rules = (
        folder.joinpath(name).read_text("utf-8") for name in ("player.js", "tokens.css", "player.css")
    )
    assert [text for text in script.split("`")[1::2] if "\n" in text] == []  # where indentation would be text
    assert state["_esm"].splitlines() == code_of(script)
    assert len(code_of(script)) > 1000
    assert state["_css"].splitlines() == code_of(tokens) + code_of(rules)
    assert len(code_of(rules)) > 200
