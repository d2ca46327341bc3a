"""The sieve may let too much through, and never too little: what it rules out can match nowhere."""

from __future__ import annotations

import json

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from policies.matching import anywhere, compile_pattern, patterns_in, sift, spans
from policies.packs import load_pack
from policies.pattern_parts import alternatives
from policies.reading import read_field
from policies.sieve import Sieve

PACK = load_pack()
PATTERNS = {pattern.pattern: pattern for rule in PACK.rules for pattern in patterns_in(rule.keys)}


def example_texts() -> list[str]:
    found = []
    for rule in PACK.rules:
        for example in (*rule.examples.fail, *rule.examples.passing):
            written = (
                example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, default=str)
            )
            found.append(read_field("body", written).text)
    return found


@pytest.mark.parametrize("step", range(4))
def test_no_pattern_of_the_pack_is_ruled_out_where_it_matches(step: int) -> None:
    texts = example_texts()[step::4]
    for text in texts:
        ruled_out = PACK.sieve.ruled_out(text)
        wrong = [pattern.pattern for pattern in ruled_out if pattern.search(text) is not None]
        assert wrong == [], text


def test_a_text_rules_out_nearly_all_of_the_pack() -> None:
    text = read_field("body", "Talk to us about buying in Boise. We answer questions on Saturdays, too.").text
    assert len(PACK.sieve.ruled_out(text)) > 0.9 * len(PATTERNS)


def test_what_holds_for_the_whole_piece_holds_for_each_of_its_fields() -> None:
    patterns = [
        compile_pattern(source) for source in (r"^re: ", r"offer$", r"\bend(?:;|$)", r"a [^.]{0,40} b")
    ]
    fields = ["re: hello", "an offer", "the end", "a long way to b"]
    ruled_out = Sieve(patterns).ruled_out("\n\n".join(fields))
    for field, pattern in zip(fields, patterns, strict=True):
        assert pattern not in ruled_out
        assert anywhere((pattern,), sift(field, ruled_out))
        assert spans((pattern,), sift(field, ruled_out)) == spans((pattern,), field)


def test_a_pattern_that_the_sieve_never_saw_is_always_tried() -> None:
    stranger = compile_pattern("stranger")
    text = sift("a stranger came", Sieve([compile_pattern("friend")]).ruled_out("a stranger came"))
    assert anywhere((stranger,), text)


@pytest.mark.parametrize("source", ["(?s)a.b", r"\pL+", r"a\z", r"[[:alpha:]]x", "", ".*"])
def test_what_cannot_be_taken_apart_is_always_asked(source: str) -> None:
    assert alternatives(source) is None


def test_parts_are_what_must_be_there() -> None:
    assert alternatives(r"cash [^.]{0,40} back|\bmoney\b") == (
        frozenset({"cash ", " back"}),
        frozenset({r"\bmoney\b"}),
    )
    assert alternatives(r"(?:free (?:\w+ ){0,4}gift)?now") == (frozenset({"now"}),)


def test_a_short_part_beside_a_longer_one_only_costs_time() -> None:
    assert alternatives("no [^.]{0,40} closing costs") == (frozenset({" closing costs"}),)


LETTERS = st.sampled_from(
    ["a", "b", "c", "ab", " ", r"\b", r"\d", "[ab]", "[^c]", ".", "^", "$", "1", r"\s", r"\w"]
)
QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "{0,2}", "{2}", "{1,5}", "{3,}", "+?"])


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    atoms = st.one_of(LETTERS, inner.map(lambda body: f"(?:{body})"), inner.map(lambda body: f"({body})"))
    pieces = st.tuples(atoms, QUANTIFIERS).map(
        lambda pair: pair[0] + (pair[1] if pair[0] not in (r"\b", "^", "$") else "")
    )
    branches = st.lists(pieces, min_size=1, max_size=4).map("".join)
    return st.lists(branches, min_size=1, max_size=3).map("|".join)


SOURCES = st.recursive(st.sampled_from(["a", "b", "a b", "1"]), joined, max_leaves=6)
TEXTS = st.text(alphabet="abc 1.\n", max_size=14)


@given(SOURCES, TEXTS, TEXTS, TEXTS)
def test_any_pattern_that_matches_a_part_of_a_text_passes_the_sieve(
    source: str, before: str, text: str, after: str
) -> None:
    pattern = re2.compile(source)
    if pattern.search(text) is not None:
        assert pattern not in Sieve([pattern]).ruled_out(f"{before}\n\n{text}\n\n{after}")
