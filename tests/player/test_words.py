"""How numbers are written. Every expected text is typed from the table of formats, none by the code."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.player.words import Sentence, bound, describe, fill, places, write

WRITTEN = [
    # value, format, text, why
    (0.0372, "percent", "4\N{NO-BREAK SPACE}%", "the table's example"),
    (0.0372, "2", "0.04", "the table's example"),
    (0.0372, "g", "0.037", "the table's example"),
    (0.0372, "signed", "0", "the table's example"),
    # percent
    (0.0, "percent", "0\N{NO-BREAK SPACE}%", "nothing is nothing, not less than one"),
    (0.004, "percent", "less than 1\N{NO-BREAK SPACE}%", "a small share is not said to be none"),
    (1e-30, "percent", "less than 1\N{NO-BREAK SPACE}%", "however small"),
    (0.005, "percent", "1\N{NO-BREAK SPACE}%", "half of one counts as one"),
    (0.125, "percent", "13\N{NO-BREAK SPACE}%", "12.5 goes up"),
    (0.1249, "percent", "12\N{NO-BREAK SPACE}%", "12.49 goes down"),
    (0.9949, "percent", "99\N{NO-BREAK SPACE}%", "99.49 goes down"),
    (0.995, "percent", "more than 99\N{NO-BREAK SPACE}%", "nearly all is not said to be all"),
    (0.99994, "percent", "more than 99\N{NO-BREAK SPACE}%", "however near that can be told apart"),
    (0.99999999, "percent", "100\N{NO-BREAK SPACE}%", "all, but for how a computer rounds"),
    (-0.997, "percent", "−100\N{NO-BREAK SPACE}%", "what has gone down is not near anything"),
    (1.0, "percent", "100\N{NO-BREAK SPACE}%", "the whole"),
    (2.5, "percent", "250\N{NO-BREAK SPACE}%", "more than the whole"),
    (-0.2, "percent", "−20\N{NO-BREAK SPACE}%", "the true minus"),
    (-0.125, "percent", "−13\N{NO-BREAK SPACE}%", "half away from zero, as above it"),
    (-0.0, "percent", "0\N{NO-BREAK SPACE}%", "zero has no sign"),
    # whole numbers with a sign
    (-0.2, "signed", "0", "zero has no sign"),
    (-0.5, "signed", "−1", "half away from zero"),
    (0.5, "signed", "+1", "half away from zero"),
    (-70.0, "signed", "−70", "a membrane potential"),
    (-70, "signed", "−70", "an int is a number too"),
    (40.0, "signed", "+40", "a sign on both sides of zero"),
    # so many decimals
    (0.5, "0", "1", "half up, not to even"),
    (1.5, "0", "2", "half up"),
    (2.5, "0", "3", "half up, not to even"),
    (-2.5, "0", "−3", "half away from zero"),
    (-0.4, "0", "0", "zero has no sign"),
    (0.25, "1", "0.3", "half up, not to even"),
    (-0.04, "1", "0.0", "zero has no sign, and keeps its decimal"),
    (7.0, "1", "7.0", "keeps its decimal"),
    (0.96, "1", "1.0", "carries over"),
    (0.125, "2", "0.13", "half up, not to even"),
    (-3.14159, "2", "−3.14", "the true minus"),
    (1234.5, "0", "1235", "no separator of thousands"),
    # two significant digits
    (0.0, "g", "0", "no digits at all"),
    (3.0, "g", "3", "no idle decimals"),
    (0.5, "g", "0.5", "no idle decimals"),
    (0.95, "g", "0.95", "two digits below one"),
    (0.956, "g", "0.96", "two digits below one"),
    (0.996, "g", "1", "carries over to one"),
    (1.25, "g", "1.3", "half up"),
    (9.94, "g", "9.9", "two digits"),
    (9.96, "g", "10", "carries over to ten, whose zero stays"),
    (10.0, "g", "10", "a zero before the point stays"),
    (10.4, "g", "10", "two digits"),
    (99.6, "g", "100", "carries over to a hundred"),
    (100.0, "g", "100", "zeros before the point stay"),
    (150.0, "g", "150", "above a hundred: whole"),
    (0.001, "g", "0.001", "an exact power of ten"),
    (0.00314, "g", "0.0031", "zeros after the point are no digits"),
    (-0.35, "g", "−0.35", "the true minus"),
    (-1.0, "g", "−1", "the true minus"),
    # what is no number
    (math.nan, "percent", "–", "not known"),
    (math.nan, "1", "–", "not known"),
    (math.inf, "g", "–", "without end"),
    (-math.inf, "signed", "–", "without end"),
    # options
    ("MK-801", "text", "MK-801", "as it is: a name's hyphen is no minus"),
    ("0.1", "text", "0.1", "an option that looks like a number"),
    ("red", "percent", "red", "an option is never turned into a number"),
]


@pytest.mark.parametrize(("value", "form", "text", "why"), WRITTEN, ids=[f"{w[0]}-{w[1]}" for w in WRITTEN])
def test_written_by_hand(value, form, text, why):
    assert write(value, form) == text, why


def test_the_minus_is_a_minus():
    assert write(-3, "0") == "\N{MINUS SIGN}3"
    assert write(math.nan, "0") == "\N{EN DASH}"


def read(text):
    return float(text.removesuffix("\N{NO-BREAK SPACE}%").replace("\N{MINUS SIGN}", "-"))


SIZES = st.floats(1e-9, 1e9).flatmap(lambda size: st.sampled_from([size, -size]))


@given(SIZES)
def test_a_number_read_back_is_off_by_half_a_digit_at_most(value):
    for form, half in (("0", 0.5), ("signed", 0.5), ("1", 0.05), ("2", 0.005)):
        text = write(value, form)
        assert abs(read(text) - value) <= half * (1 + 1e-6) + abs(value) * 1e-15
        assert "-" not in text
        assert not text.startswith("−0") or read(text) != 0
    share = write(value, "percent")
    if share == "less than 1\N{NO-BREAK SPACE}%":
        assert abs(value) < 0.005
    elif share == "more than 99\N{NO-BREAK SPACE}%":
        assert 0.995 <= value < 1
    else:
        assert abs(read(share) - value * 100) <= 0.5 * (1 + 1e-6) + abs(value) * 1e-13


@given(SIZES)
def test_two_digits_are_two_digits(value):
    text = write(value, "g")
    assert abs(read(text) - value) <= abs(value) * 0.05 * (1 + 1e-6)
    if abs(value) < 99.5:
        assert len(text.strip("−0.").replace(".", "").strip("0")) <= 2
    if "." in text:
        assert not text.endswith(("0", "."))


def test_places_in_order():
    assert places("{a:percent} of {drug}, then {b:1} and {a:g}.") == [
        ("a", "percent"),
        ("drug", "text"),
        ("b", "1"),
        ("a", "g"),
    ]
    assert places("nothing here") == []


@pytest.mark.parametrize("template", ["{a:3}", "{a:percents}", "{a:G}", "{a:d} of {b:percent}"])
def test_an_unknown_format_names_the_place_and_all_formats(template):
    wrong = template.split("}")[0].strip("{")
    with pytest.raises(ValueError, match="no such format") as caught:
        places(template)
    assert f"{{{wrong}}}" in str(caught.value)
    assert "percent, 0, 1, 2, g, signed, text" in str(caught.value)


@pytest.mark.parametrize("template", ["{a:percent", "a}", "{}", "{a b}", "{a:.2f}", "{{a}}", "{a:}", "{a!r}"])
def test_a_stray_brace_names_the_template_and_the_remedy(template):
    with pytest.raises(ValueError, match="brace") as caught:
        places(template)
    assert repr(template) in str(caught.value)
    assert "write {name:format}" in str(caught.value)


def test_fill():
    values = {"open": 0.25, "drug": "MK-801", "voltage_mV": -70.0, "unused": 1.0}
    assert fill("{open:percent} open at {voltage_mV:signed} mV in {drug}; {open:2}.", values) == (
        "25\N{NO-BREAK SPACE}% open at −70\N{NO-BREAK SPACE}mV in MK\N{NON-BREAKING HYPHEN}801; 0.25."
    )
    with pytest.raises(KeyError, match="missing"):
        fill("{missing:1}", values)


BOUND = [
    # text, where a line may not break (_), why
    ("10 µM ketamine", "10_µM ketamine", "a number and its unit"),
    ("from 0.33 to 2.5 µM.", "from 0.33 to 2.5_µM.", "the last number has the unit"),
    ("1 mM for 1 ms", "1_mM for 1_ms", "twice"),
    ("86 %, 4 % left", "86_%, 4_% left", "shares"),
    ("after 2 minutes", "after 2 minutes", "a long word may begin a line"),
    ("3 h, 2 days, 1 week", "3_h, 2_days, 1_week", "long times"),
    ("Step 3 shows", "Step 3 shows", "the number ends; s is the beginning of a word"),
    ("in 5 mice", "in 5 mice", "m too"),
    ("MK-801 and GluN2A-1", "MK~801 and GluN2A~1", "a name and its number"),
    ("post-2 and −70 mV", "post-2 and −70_mV", "a minus is no hyphen"),
    ("2 × faster", "2_× faster", "times"),
]


@pytest.mark.parametrize(("text", "expected", "why"), BOUND)
def test_what_is_read_as_one_stays_on_one_line(text, expected, why):
    wanted = expected.replace("_", "\N{NO-BREAK SPACE}").replace("~", "\N{NON-BREAKING HYPHEN}")
    assert bound(text) == wanted, why
    assert bound(wanted) == wanted, "twice is as once"


CONDITIONS = [
    # when, whether it is said at a = 2, drug = red
    ({}, True),
    ({"a": (2, 3)}, True),  # both ends belong to the range
    ({"a": (1, 2)}, True),
    ({"a": (2, 2)}, True),
    ({"a": (2.0001, 3)}, False),
    ({"a": (0, 1.9999)}, False),
    ({"drug": "red"}, True),
    ({"drug": "blue"}, False),
    ({"a": (0, 9), "drug": "red"}, True),
    ({"a": (0, 9), "drug": "blue"}, False),  # all must hold
    ({"a": (5, 9), "drug": "red"}, False),
    ({"drug": "red", "a": (5, 9)}, False),
]


@pytest.mark.parametrize(("when", "said"), CONDITIONS)
def test_a_sentence_is_said_where_all_its_conditions_hold(when, said):
    assert Sentence("Here.", when).applies({"a": 2.0, "drug": "red"}) is said


def test_sentences_that_apply_are_joined_in_order():
    sentences = (
        Sentence("One is {a:g}."),
        Sentence("Two.", {"a": (5, 9)}),
        Sentence("Three is {drug}.", {"drug": "red"}),
    )
    assert describe(sentences, {"a": 2.0, "drug": "red"}) == "One is 2. Three is red."
    assert describe(sentences, {"a": 7.0, "drug": "blue"}) == "One is 7. Two."
    assert describe((), {}) == ""
