"""Whatever evidence lacks is refused, and the message names the file, the entry and the remedy.

Each case is a sound entry with one thing spoilt. What the message must say stands beside it.
"""

import contextlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from explainer.evidence import EvidenceError, Parameter, card, claims, parameters, references
from explainer.evidence.claim import read_claims
from explainer.evidence.parameter import read_parameters
from explainer.evidence.reference import read_references, source_keys
from explainer.evidence.units import SUFFIX, unit_in

KEYS = {"jahr1990", "gilling2009"}
FITTED = {
    "value": 3.57,
    "unit": "mM",
    "kind": "fitted",
    "meaning": "magnesium that plugs half of the open channels at 0 mV",
    "source": "jahr1990",
    "locator": "abstract",
    "checked_by": "",
}
ASSUMED = {
    "value": 1.0,
    "unit": "mM",
    "kind": "assumed",
    "meaning": "where the slider starts",
    "note": "round",
}
CLAIM = {
    "text": "Magnesium plugs the pore.",
    "grade": "contested",
    "sources": ["jahr1990"],
    "against": "Not near zero magnesium.",
    "meets": "01_nmda_antagonism",
}
CORRECTED = {**CLAIM, "grade": "corrected", "instead": "Something else is known."}
WORK = {"author": "Jahr and Stevens", "year": "1990", "how_known": "abstract read"}
GONE = object()


def toml(name, fields, **changes):
    """Write one entry; JSON's numbers, texts and lists are TOML's too."""
    kept = {field: value for field, value in {**fields, **changes}.items() if value is not GONE}
    return "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in kept.items())]) + "\n"


def bib(key, **changes):
    kept = {field: value for field, value in {**WORK, **changes}.items() if value is not GONE}
    return f"@article{{{key},\n" + ",\n".join(f"  {k} = {{{v}}}" for k, v in kept.items()) + "\n}\n"


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / "evidence" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(read, path, entry, *remedy):
    with pytest.raises(EvidenceError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"evidence/{path.name} [{entry}]: ")
    for words in remedy:
        assert words in message
    assert str(path.parent.parent) not in message  # nothing of this machine


K = "half_block_mM"
PARAMETERS = {
    "name without unit": (toml("half_block", FITTED), "half_block", "ends in _mM"),
    "name with another unit": (toml("half_block_uM", FITTED), "half_block_uM", "ends in _mM"),
    "name ends in a longer unit": (toml("rate_per_s", FITTED, unit="s"), "rate_per_s", "ends in _s"),
    "name is its unit": (toml("_mM", FITTED), "_mM", "ends in _mM"),
    "name cannot be typed": (
        toml('"half-block_mM"', FITTED),
        "half-block_mM",
        "letters, digits and underscores",
    ),
    "unknown unit": (toml("dose_kg", FITTED, unit="kg"), "dose_kg", "'kg'", "Use one of mV", "units.py"),
    "no unit": (toml(K, FITTED, unit=GONE), K, "'unit' is missing", "one of mV"),
    "unit not a text": (toml(K, FITTED, unit=3), K, 'unit = "..."'),
    "unknown kind": (
        toml(K, FITTED, kind="guessed"),
        K,
        "'guessed'",
        "measured, fitted, derived, assumed, illust",
    ),
    "no kind": (toml(K, FITTED, kind=GONE), K, "'kind' is missing", "one of measured"),
    "unknown field": (toml(K, FITTED, locater="p. 3"), K, "'locater'", "Did you mean 'locator'?"),
    "no value": (toml(K, FITTED, value=GONE), K, "value = 1.0"),
    "value a text": (toml(K, FITTED, value="3.57"), K, "value = 1.0"),
    "value a truth": (toml(K, FITTED, value=True), K, "value = 1.0"),
    "value a list": (toml(K, FITTED, value=[1, 2]), K, "value = 1.0"),
    "value infinite": (toml(K, FITTED).replace("3.57", "inf"), K, "value = 1.0"),
    "value no number": (toml(K, FITTED).replace("3.57", "nan"), K, "value = 1.0"),
    "value too large": (toml(K, FITTED, value=10**400), K, "value = 1.0"),
    "no meaning": (toml(K, FITTED, meaning=" "), K, "'meaning' is missing", "in words"),
    "fitted without source": (toml(K, FITTED, source=GONE), K, "'source' is missing", "references.bib"),
    "fitted without locator": (toml(K, FITTED, locator=""), K, "'locator' is missing", "page, table, figure"),
    "measured without source": (
        toml(K, FITTED, kind="measured", source=""),
        K,
        "'source' is missing",
        "measured",
    ),
    "measured without locator": (
        toml(K, FITTED, kind="measured", locator=GONE),
        K,
        "'locator' is missing",
        "page",
    ),
    "assumed without note": (toml(K, ASSUMED, note=GONE), K, "'note' is missing", "why this value"),
    "derived without note": (toml(K, ASSUMED, kind="derived", note=""), K, "'note' is missing", "derived"),
    "illustrative without note": (
        toml(K, ASSUMED, kind="illustrative", note=GONE),
        K,
        "'note' is missing",
        "illus",
    ),
    "unknown source": (toml(K, FITTED, source="jahr1991"), K, "references.bib", "Did you mean 'jahr1990'?"),
    "far-off source": (toml(K, FITTED, source="zzz"), K, "references.bib", "Known: gilling2009, jahr1990"),
    "assumed from unknown source": (toml(K, ASSUMED, source="jahr1991"), K, "Did you mean 'jahr1990'?"),
    "duplicate": (toml("typical_mM", ASSUMED) + toml(K, FITTED) * 2, K, "each name stands once"),
    "duplicate field": (toml(K, FITTED) + "value = 2\n", K, "each name stands once"),
    "broken TOML": (toml("typical_mM", ASSUMED) + toml(K, FITTED) + "value = = 1\n", K, "Mend the line"),
    "broken at the top": ("what\n" + toml(K, FITTED), "before the first entry", "Mend the line"),
    "absurd nesting": (f"[{K}]\nvalue = " + "[" * 9999, K, "Mend the line"),
    "not text": (b"[half_block_mM]\nmeaning = '\xff'", "before the first entry", "Mend the line"),
    "outside any entry": ("value = 3\n", "value", "[value]"),
}
CLAIMS = {
    "no grade": (
        toml("c", CLAIM, grade=GONE),
        "c",
        "'grade' is missing",
        "established, supported, contested",
    ),
    "unknown grade": (
        toml("c", CLAIM, grade="sure"),
        "c",
        "'sure'",
        "established, supported, contested, hypothesis",
    ),
    "id not kebab-case": (toml("Mg_plug", CLAIM), "Mg_plug", "joined by hyphens"),
    "no text": (toml("c", CLAIM, text=GONE), "c", "'text' is missing", "as a reader meets it"),
    "text a list": (toml("c", CLAIM, text=["a"]), "c", 'text = "..."'),
    "no sources, no note": (
        toml("c", CLAIM, sources=[]),
        "c",
        "'note' is missing",
        "why no source",
        "give sources",
    ),
    "unknown source": (toml("c", CLAIM, sources=["gilling209"]), "c", "Did you mean 'gilling2009'?"),
    "source named twice": (toml("c", CLAIM, sources=["jahr1990"] * 2), "c", "duplicate", "Name each once"),
    "sources a text": (toml("c", CLAIM, sources="jahr1990"), "c", 'sources = ["...", "..."]'),
    "contested with nothing against": (
        toml("c", CLAIM, against=GONE),
        "c",
        "'against' is missing",
        "contested",
    ),
    "supported with nothing against": (toml("c", CLAIM, against="", grade="supported"), "c", "supported"),
    "hypothesis with nothing against": (toml("c", CLAIM, against="", grade="hypothesis"), "c", "hypothesis"),
    "corrected with nothing against": (
        toml("c", CORRECTED, against=""),
        "c",
        "'against' is missing",
        "corrected",
    ),
    "corrected without instead": (
        toml("c", CORRECTED, instead=GONE),
        "c",
        "'instead' is missing",
        "is known",
    ),
    "instead without correction": (toml("c", CLAIM, instead="x"), "c", 'grade = "corrected"'),
    "no such statement": (toml("c", CLAIM, answers=["S52"]), "c", "'S52'", "S01 to S51"),
    "statement misnumbered": (toml("c", CLAIM, answers=["S5"]), "c", "'S5'", "S01 to S51"),
    "statement with a tail": (toml("c", CLAIM, answers=["S050"]), "c", "'S050'", "S01 to S51"),
    "met nowhere": (toml("c", CLAIM, meets=GONE), "c", "'meets' is missing", "the notebook"),
    "unknown field": (toml("c", CLAIM, answer=["S05"]), "c", "Did you mean 'answers'?"),
    "duplicate": (toml("b", CLAIM) + toml("c", CLAIM) * 2, "c", "each name stands once"),
    "broken TOML": (toml("b", CLAIM) + "[c\n", "b", "Mend the line"),
}
WORKS = {
    "does not say how it is known": (
        bib("a1", how_known=GONE),
        "a1",
        "what was seen of it",
        "recalled, not seen",
    ),
    "unknown field": (bib("a1", jurnal="Nature"), "a1", "'jurnal'", "Did you mean 'journal'?"),
    "DOI with address": (bib("a1", doi="https://doi.org/10.1038/nn1044"), "a1", "bare, from the 10. on"),
    "no DOI": (bib("a1", doi="10.1038"), "a1", "bare, from the 10. on"),
    "no address": (bib("a1", url="PMC279756"), "a1", "from https:// on"),
    "nothing to cite": (bib("a1", author=GONE), "a1", "nothing to cite", "author and year"),
    "LaTeX": (bib("a1", title=r"G\'alvez"), "a1", "'title'", "UTF-8"),
    "key twice": (bib("a0") + bib("a1") * 2, "a1", "each key stands once"),
    "DOI twice": (
        bib("a0", doi="10.1038/NN1044") + bib("a1", doi="10.1038/nn1044"),
        "a1",
        "duplicate",
        "'a0'",
    ),
    "broken": (bib("a0") + "@article{a1, year = 1990\n author = {x}}\n", "a1", "Mend the entry"),
    "cut off": (bib("a0") + "@article{a1, year = {1990}", "a1", "Mend the entry"),
    "a brace too few": (bib("a0", note="{of") + bib("a1"), "a1", "Mend the entry"),
    "two on one line": (bib("a0").rstrip() + bib("a1"), "a1", "start each @ on a new line"),
    "not text": (b"@article{a1, note={\xff}}", "before the first entry", "Mend the entry"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_value_is_refused(written, case):
    content, entry, *remedy = PARAMETERS[case]
    refused(lambda path: read_parameters(path, KEYS), written("x.toml", content), entry, *remedy)


@pytest.mark.parametrize("case", CLAIMS)
def test_a_claim_is_refused(written, case):
    content, entry, *remedy = CLAIMS[case]
    refused(lambda path: read_claims(path, KEYS), written("claims.toml", content), entry, *remedy)


@pytest.mark.parametrize("case", WORKS)
def test_a_work_is_refused(written, case):
    content, entry, *remedy = WORKS[case]
    refused(read_references, written("x.bib", content), entry, *remedy)


@pytest.mark.parametrize("unit", SUFFIX)
def test_every_unit_can_be_used_in_a_name(written, unit):
    name = f"something{SUFFIX[unit]}"
    path = written("x.toml", toml(name, ASSUMED, unit=unit))
    assert read_parameters(path, KEYS)[name].unit == unit


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("half_block_mM", "mM"),
        ("clearance_L_per_h", "L/h"),
        ("rate_per_uM_per_s", "/uM/s"),
        ("rate_per_s", "/s"),
        ("rate_s", "s"),
        ("steepness_per_mV", "/mV"),
        ("flow_mL_per_min", None),
        ("mM", None),
        ("_mM", None),
        ("halfblockmM", None),
        ("", None),
    ],
)
def test_the_longest_ending_is_the_unit(name, unit):
    assert unit_in(name) == unit


def test_sound_entries_are_read_as_they_stand(written):
    path = written("x.toml", toml(K, FITTED) + toml("typical_magnesium_mM", ASSUMED, value=1))
    fitted, assumed = read_parameters(path, KEYS).values()
    assert (fitted.name, fitted.value, fitted.unit, fitted.kind) == (K, 3.57, "mM", "fitted")
    assert (fitted.source, fitted.locator, fitted.note, fitted.checked_by) == ("jahr1990", "abstract", "", "")
    assert isinstance(assumed.value, float)
    with pytest.raises(AttributeError):
        fitted.value = 4.0
    (claim,) = read_claims(
        written("claims.toml", toml("c", CLAIM, grade="established", against="")), KEYS
    ).values()
    assert (claim.id, claim.sources, claim.against, claim.answers) == ("c", ("jahr1990",), "", ())
    (claim,) = read_claims(
        written("claims.toml", toml("c", CORRECTED, sources=[], note="ours")), KEYS
    ).values()
    assert (claim.instead, claim.sources) == ("Something else is known.", ())


@pytest.mark.parametrize(
    ("fields", "citation"),
    [
        ({}, "Jahr & Stevens (1990)."),
        ({"author": "Jahr"}, "Jahr (1990)."),
        ({"author": "Gilling and others"}, "Gilling et al. (1990)."),
        ({"author": "de la Rey, Ann and Wood, B. and Johnson"}, "de la Rey, Wood & Johnson (1990)."),
        ({"author": "{US Food and Drug Administration}"}, "US Food and Drug Administration (1990)."),
        ({"title": "The {NMDA} plug"}, "Jahr & Stevens (1990). The NMDA plug."),
        ({"note": "on the plug"}, "Jahr & Stevens (1990). [on the plug]."),
        ({"title": "T", "note": "N", "journal": "Nature"}, "Jahr & Stevens (1990). T. Nature."),
        ({"journal": "Nature", "volume": "596"}, "Jahr & Stevens (1990). Nature 596."),
        ({"journal": "Neuron", "volume": "7", "pages": "605-9"}, "Jahr & Stevens (1990). Neuron 7:605-9."),
        ({"author": GONE, "year": GONE, "note": "on a site"}, "[on a site]."),
    ],
)
def test_a_citation_leaves_out_what_is_not_known(written, fields, citation):
    assert read_references(written("x.bib", bib("a1", **fields)))["a1"].citation == citation


def test_a_doi_is_the_address_unless_another_is_given(written):
    path = written(
        "x.bib", bib("a", doi="10.1038/nn1044") + bib("b", doi="10.1000/x", url="https://x.org/") + bib("c")
    )
    assert [work.url for work in read_references(path).values()] == [
        "https://doi.org/10.1038/nn1044",
        "https://x.org/",
        "",
    ]


@pytest.mark.parametrize("read", [lambda p: read_parameters(p, KEYS), lambda p: read_claims(p, KEYS)])
def test_a_missing_file_is_named_with_those_that_exist(written, read):
    refused(read, written("b.toml", "").with_name("a.toml"), "a", "no such file", "exist: b.toml")


@pytest.mark.parametrize("read", [read_references, source_keys])
def test_missing_references_are_named_with_those_that_exist(written, read):
    refused(read, written("b.bib", "").with_name("a.bib"), "a", "no such file", "exist: b.bib")


@pytest.mark.parametrize("stem", ["nmbda", "../claims", "", "/etc/passwd"])
def test_a_model_without_values_is_refused(stem):
    with pytest.raises(EvidenceError, match=r"no such file.*exist: .*nmda\.toml"):
        parameters(stem)


@pytest.mark.parametrize(
    ("look_up", "file", "meant"),
    [
        (lambda: claims()["nmda-magnezium"], "evidence/claims.toml [nmda-magnezium]", "'nmda-magnesium'"),
        (lambda: card("nmda-magnezium"), "evidence/claims.toml [nmda-magnezium]", "'nmda-magnesium'"),
        (lambda: references()["jahr199"], "evidence/references.bib [jahr199]", "'jahr199"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(look_up, file, meant):
    with pytest.raises(EvidenceError) as caught:
        look_up()
    assert str(caught.value).startswith(file)
    assert f"Did you mean {meant}" in str(caught.value)


# Garbage: near misses made of real field names and real and absurd values.
SCALARS = st.one_of(
    st.sampled_from(["mM", "/s", "fitted", "assumed", "jahr1990", "", " ", "p. 3", "S05"]),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
)
NAMES = st.one_of(st.sampled_from(["half_block_mM", "rate_per_s", "x_mM"]), st.text(min_size=1, max_size=8))
ENTRIES = st.dictionaries(st.sampled_from([*FITTED, "note", "x"]), SCALARS).map(
    lambda some: {**FITTED, **some}
)


def as_toml(value):
    """Write a float as TOML does (inf, nan); the rest as JSON does, with every odd character escaped."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json.dumps(value).replace("\x7f", "\\u007f")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(NAMES, st.one_of(ENTRIES, SCALARS), max_size=3))
@example({"x_mM": {**ASSUMED, "value": 10**400}})
def test_garbage_is_refused_or_valid(written, tables):
    top = [f"{as_toml(name)} = {as_toml(v)}" for name, v in tables.items() if not isinstance(v, dict)]
    for name, fields in tables.items():
        if isinstance(fields, dict):
            top += [f"[{as_toml(name)}]", *(f"{field} = {as_toml(value)}" for field, value in fields.items())]
    with contextlib.suppress(EvidenceError):
        for name, parameter in read_parameters(written("x.toml", "\n".join(top)), KEYS).items():
            assert_valid(name, parameter)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
@example(b"[x_mM]\nvalue = " + b"9" * 5000)
@example(b"[x_mM]\nvalue = 1979-02-30")
def test_noise_is_refused_or_empty(written, noise):
    path: Path = written("x.toml", noise)
    for read in (lambda p: read_parameters(p, KEYS), lambda p: read_claims(p, KEYS), read_references):
        with contextlib.suppress(EvidenceError):
            assert not read(path)


def assert_valid(name, parameter):
    assert isinstance(parameter, Parameter)
    assert parameter.name == name
    assert isinstance(parameter.value, float)
    assert math.isfinite(parameter.value)
    assert name.endswith(SUFFIX[parameter.unit])
    assert parameter.meaning
    if parameter.kind in {"measured", "fitted"}:
        assert parameter.source in KEYS
        assert parameter.locator
    else:
        assert parameter.kind in {"derived", "assumed", "illustrative"}
        assert parameter.note
