"""The right answer of a prediction is computed: it moves with the step's setting, and is never typed."""

import json

import numpy as np
import pytest

from explainer.player import Ask, Step

# The toy's facts: end = amount (twice that for blue), rest = 9 − end.
AMOUNTS = ["None to one", "One to two", "Two to five", "More"]


def answer(toy, ask, **values):
    story = [
        Step("Before", "See.", window_s=(0, 10), values={"amount_mM": 4}),
        Step("Guess", "See {end:1}.", window_s=(2, 6), values=values, ask=ask, outcome="It is {rest:1}."),
    ]
    return toy(story=story).spec["story"][1]


BINS = [
    # amount, drug, fact, right: worked out in the head
    (0.0, "red", "end", 0),
    (0.9, "red", "end", 0),
    (1.1, "red", "end", 1),
    (1.9, "red", "end", 1),
    (2.1, "red", "end", 2),
    (4.0, "red", "end", 2),
    (0.4, "blue", "end", 0),  # 0.8
    (0.9, "blue", "end", 1),  # 1.8: the drug of the step counts
    (1.1, "blue", "end", 2),  # 2.2
    (3.0, "blue", "end", 3),  # 6
    (0.0, "red", "rest", 3),  # 9
    (4.0, "blue", "rest", 1),  # 1
]


@pytest.mark.parametrize(("amount", "drug", "fact", "right"), BINS)
def test_the_bin_that_holds_the_fact(toy, amount, drug, fact, right):
    ask = Ask("How much?", AMOUNTS, fact=fact, bins=[1, 2, 5] if fact == "end" else [0.5, 2, 5])
    assert answer(toy, ask, amount_mM=amount, drug=drug)["ask"]["right"] == right


def test_the_start_counts_where_a_step_sets_nothing(toy):
    ask = Ask("How much?", AMOUNTS, fact="end", bins=[0.5, 2, 5])
    assert answer(toy, ask)["ask"]["right"] == 1  # the toy starts at 1, red
    assert answer(toy, ask, drug="blue")["ask"]["right"] == 2  # 2 begins the next bin


SETTINGS = [
    # options, the step's own setting, which has the most, which the least
    ([{"amount_mM": 1}, {"amount_mM": 3}, {"amount_mM": 2}], {}, 1, 0),
    ([{"amount_mM": 3}, {"amount_mM": 2}, {"amount_mM": 1}], {}, 0, 2),
    ([{"drug": "red"}, {"drug": "blue"}, {"amount_mM": 4}], {"amount_mM": 3}, 1, 0),  # 3, 6, 4
    ([{"drug": "red"}, {"drug": "blue"}, {"amount_mM": 4}], {"amount_mM": 1}, 2, 0),  # 1, 2, 4
    ([{}, {"drug": "red"}, {"amount_mM": 2.2}], {"amount_mM": 3, "drug": "blue"}, 0, 1),  # 6, 3, 4.4
]


@pytest.mark.parametrize(("options", "values", "most", "least"), SETTINGS)
def test_the_setting_with_the_most_or_the_least(toy, options, values, most, least):
    names = ["a", "b", "c"]
    asked = [Ask("Which?", names, fact="end", settings=options, most=which) for which in (True, False)]
    assert [answer(toy, ask, **values)["ask"]["right"] for ask in asked] == [most, least]
    other = Ask("Which?", names, fact="rest", settings=options)  # 9 − end: the other way round
    assert answer(toy, other, **values)["ask"]["right"] == least


def test_texts_are_filled_at_the_setting_of_the_step(toy):
    ask = Ask(
        "How much?", AMOUNTS, fact="end", bins=[1, 2, 5], because="{amount_mM:g} of {drug} make {end:1}."
    )
    told = answer(toy, ask, amount_mM=1.5, drug="blue")
    assert told["text"] == "See 3.0."
    assert told["outcome"] == "It is 6.0."
    assert told["ask"]["because"] == "1.5 of blue make 3.0."
    assert told["ask"]["question"] == "How much?"
    assert told["ask"]["options"] == AMOUNTS
    assert told["values"] == {"amount_mM": 1.5, "drug": "blue"}
    assert (told["from"], told["to"]) == (2, 6)  # a frame a second
    assert "fact" not in told["ask"]


def test_an_outcome_may_tell_the_fact_at_each_option(toy):
    ask = Ask(
        "Which?",
        ["a", "b"],
        fact="end",
        settings=[{"drug": "red"}, {"drug": "blue"}],
        because="One makes {end_1:1}, the other {end_2:1}, and here {end:1}.",
    )
    told = answer(toy, ask, amount_mM=1.5)
    assert told["ask"]["because"] == "One makes 1.5, the other 3.0, and here 1.5."
    slip = Ask("Which?", ["a", "b"], fact="end", settings=ask.settings, because="It makes {end_3:1}.")
    with pytest.raises(ValueError, match=r"'end_3'.*end_1, end_2"):
        answer(toy, slip)


def test_an_answer_that_the_model_cannot_give_is_refused(toy):
    """Between the nodes a model may fail where no sampling has looked."""

    def respond(values, seconds):
        amount = values["amount_mM"]
        end = np.where(amount == 1.5, np.nan, amount)
        return {"rise": amount[:, None] + seconds}, {"end": end, "rest": amount}

    ask = Ask("How much?", AMOUNTS, fact="end", bins=[1, 2, 5])
    story = [Step("Guess", "See.", window_s=(0, 10), values={"amount_mM": 1.5}, ask=ask)]
    scene = toy(story=story, respond=respond)
    with pytest.raises(ValueError, match=r"step 'Guess'.*'end'.*not a finite number"):
        scene.spec  # noqa: B018  it is computed


def test_what_travels_is_json(toy):
    ask = Ask("How much?", AMOUNTS, fact="end", bins=[1, 2, 5])
    story = [Step("Guess", "See.", window_s=(0, 10), ask=ask)]
    spec = toy(story=story).spec
    assert json.loads(json.dumps(spec, allow_nan=False))["story"][0]["ask"]["right"] == 1
    assert spec["alt"] == "1\N{NO-BREAK SPACE}mM of red end at 1.0."
