"""Namesakes are told apart by what parts them, in an id and in words, and never by a number."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.facets import MARK, apart, facet, in_words
from agents.house.segmentation import HouseSegmentationMind
from agents.meaning import segment_ids
from agents.minds import SegmentFacts
from agents.partition import Path, opposite
from campaign.segment import Condition

PURCHASE = Condition(column="purpose", operator="is", value="purchase")
LARGE = Condition(column="original_amount", operator="at_least", value=500_000)
POOL = (
    Condition(column="rate_gap_bps", operator="at_least", value=50),
    Condition(column="rate_gap_bps", operator="at_least", value=100),
    Condition(column="rate_gap_bps", operator="at_least", value=0),
    Condition(column="ltv", operator="at_least", value=60),
    Condition(column="ltv", operator="at_least", value=80),
    LARGE,
    PURCHASE,
    Condition(column="product", operator="is", value="jumbo"),
    Condition(column="status", operator="one_of", value=("funded", "elsewhere")),
    Condition(column="sends", operator="at_least", value=2),
)


@pytest.mark.parametrize(
    ("condition", "part", "said"),
    [
        (PURCHASE, "purchase", "bought"),
        (opposite(PURCHASE), "not_purchase", "not bought"),
        (LARGE, "larger_loans", "larger loans"),
        (opposite(LARGE), "smaller_loans", "smaller loans"),
        (POOL[7], "jumbo", "jumbo"),
        (POOL[8], "funded_or_elsewhere", "funded or elsewhere"),
        (POOL[9], "sends_at_least_2_0", "sends at least 2 0"),
    ],
)
def test_a_condition_in_an_id_and_in_words(condition: Condition, part: str, said: str) -> None:
    assert facet(condition) == part
    assert in_words(part) == said


def test_what_parts_a_segment_from_its_namesake_is_named_and_not_what_they_share() -> None:
    shared = POOL[3]
    assert apart("larger", (shared, opposite(PURCHASE)), [(shared, PURCHASE)]) == f"larger{MARK}not_purchase"


def cuts_nobody_off(path: Path, cut: Condition) -> bool:
    """Whether one side of a cut of the rate gap would be empty after the cuts before it."""
    before = [step for step in path if step.column == cut.column == "rate_gap_bps"]
    return any(
        cut.value <= step.value if step.operator == "at_least" else cut.value >= step.value for step in before
    )


def leaves(choices: list[int]) -> list[Path]:
    found: list[Path] = [()]
    for turn, choice in enumerate(choices):
        place, cut = choice % len(found), POOL[(choice // 7 + turn) % len(POOL)]
        path = found[place]
        if any(step.column == cut.column and cut.column != "rate_gap_bps" for step in path) or cut in path:
            continue
        if opposite(cut) in path or cuts_nobody_off(path, cut):
            continue
        found[place : place + 1] = [(*path, cut), (*path, opposite(cut))]
    return found


@example([3523, 2184, 3877, 4558, 1789, 8083]).via(
    "every condition of the third namesake stands in one of the first two"
)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
def test_ids_and_names_are_unique_and_nobody_is_the_second_group(choices: list[int]) -> None:
    paths = leaves(choices)
    ids = segment_ids(paths, [100 + place for place in range(len(paths))], 50)
    assert len(set(ids)) == len(ids)
    facts = tuple(SegmentFacts(segment_id=one, predicate="-", share=0.2, profile={}) for one in ids)
    names = [naming.name for naming in HouseSegmentationMind().describe(facts)]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "group" in name]
