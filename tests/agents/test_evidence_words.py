"""The evidence in words: what was compared, how large the difference is, who stands out."""

from __future__ import annotations

import pytest

from agents.evidence_words import compared, standing_out, strength
from agents.provenance import TESTED
from campaign.segment import Difference, Predicate, Segment


def difference(column: str = "purpose", **more: object) -> Difference:
    given: dict[str, object] = {
        "column": column, "test": "chi-square, Holm-corrected", "statistic": 9.0, "p_value": 0.001,
        "effect": 0.2, "holdout_rows": 500, "origin": "real",
    }  # fmt: skip
    return Difference.model_validate(given | more)


def segment(name: str, *found: Difference) -> Segment:
    return Segment(
        segment_id=name, name=name, predicate=Predicate(), needs="", size=1, share=0.5, value_usd=0,
        differences=found,
    )  # fmt: skip


@pytest.mark.parametrize("column", TESTED)
def test_every_tested_column_is_said_in_words(column: str) -> None:
    said = compared(difference(column))
    assert "_" not in said
    assert len(said.split()) >= 4


@pytest.mark.parametrize(
    ("test", "effect", "said"),
    [
        ("chi-square", 0.31, "strong"), ("chi-square", 0.12, "clear"), ("chi-square", 0.03, "slight"),
        ("Kruskal-Wallis", 0.15, "strong"), ("Kruskal-Wallis", 0.07, "clear"), ("Kruskal-Wallis", 0, "slight"),
    ],
)  # fmt: skip
def test_strength_by_the_bounds_of_each_effect_size(test: str, effect: float, said: str) -> None:
    assert strength(difference(test=f"{test}, Holm-corrected", effect=effect)) == said


def test_what_chance_may_explain_is_no_difference() -> None:
    assert strength(difference(p_value=0.011, effect=0.5)) == "none shown"


def test_each_column_is_shown_once_with_who_stands_out_and_the_cuts_come_last() -> None:
    cut = difference("ltv", effect=0.9, in_predicate=True)
    one, two = segment("one", difference(effect=0.1), cut), segment("two", difference(effect=0.3))
    shown = [(held.name, found.column, found.effect) for held, found in standing_out((one, two))]
    assert shown == [("two", "purpose", 0.3), ("one", "ltv", 0.9)]
