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
