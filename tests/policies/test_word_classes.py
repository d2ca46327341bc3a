"""Classes of words stand for every word in them, and a name nobody gave is refused."""

from __future__ import annotations

import pytest

from policies.matching import compile_pattern
from policies.word_classes import WORD_CLASSES, spell_out


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bon <<assistance>>\b", "people on food stamps"),
        (r"\b<<age>>\b", "borrowers over 70"),
        (r"\bfrom (?:the )?<<part of town>>\b", "files from the third ward"),
        (r"\b<<turned away>>\b", "please look elsewhere"),
        (r"\b<<closes>>\b", "once it funds"),
    ],
)
def test_a_class_stands_for_its_words(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).search(text) is not None


def test_every_class_compiles_alone_and_has_no_capturing_group() -> None:
    for name in WORD_CLASSES:
        assert compile_pattern(f"<<{name}>>").groups == 0


def test_an_unknown_class_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="no word class: `weather`"):
        spell_out(r"\b<<weather>>\b")


@pytest.mark.parametrize(
    "text", ["a grant for women", "women: at 3.5% less, a grant", "a u.s. grant, at last for women"]
)
def test_two_things_are_found_in_one_sentence_in_either_order(text: str) -> None:
    assert compile_pattern(r"\bgrant\b <..> \bwomen\b").search(text) is not None


@pytest.mark.parametrize("text", ["a grant. women too", "a grant\nfor women", "a grant?\n\nwomen"])
def test_the_end_of_a_sentence_parts_them(text: str) -> None:
    assert compile_pattern(r"\bgrant\b <..> \bwomen\b").search(text) is None


def test_more_than_two_things_in_either_order_are_refused() -> None:
    with pytest.raises(ValueError, match="more than two"):
        spell_out("a <..> b <..> c")
