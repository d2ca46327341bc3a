"""What a segment is about: the same meaning has the same id, whatever the rates are."""

from __future__ import annotations

import pytest

from agents.house.segmentation import HouseSegmentationMind
from agents.meaning import at_trigger, segment_ids
from agents.minds import SegmentFacts
from agents.partition import opposite
from campaign.segment import Condition, Predicate

GAP = Condition(column="rate_gap_bps", operator="at_least", value=50)
EQUITY = Condition(column="ltv", operator="below", value=60)
OURS = Condition(column="status", operator="is", value="funded")
LARGE = Condition(column="current_balance", operator="at_least", value=500_000)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ((GAP,), "refinance_candidates"),
        ((opposite(GAP), EQUITY), "equity_rich"),
        ((opposite(GAP), opposite(EQUITY)), "settled_owners"),
        ((opposite(GAP), opposite(OURS)), "prospects"),
        ((opposite(GAP), OURS, LARGE), "larger_loans"),
        ((Condition(column="months_since_funding", operator="below", value=12),), "recent_buyers"),
        ((Condition(column="rate_gap_bps", operator="at_least", value=0), opposite(GAP)), "near_trigger"),
        ((), "settled_owners"),
    ],
)
def test_a_path_has_one_meaning(path: tuple[Condition, ...], meant: str) -> None:
    assert segment_ids([path], [100], 50) == (meant,)


def test_the_largest_group_at_the_trigger_is_the_candidates() -> None:
    paths = [(GAP, LARGE), (GAP, opposite(LARGE)), (opposite(GAP),)]
    assert segment_ids(paths, [100, 900, 500], 50) == (
        "refinance_larger_loans",
        "refinance_candidates",
        "settled_owners",
    )


def test_two_groups_of_one_meaning_are_told_apart_by_what_parts_them() -> None:
    paths = [(opposite(GAP), EQUITY, opposite(LARGE)), (opposite(GAP), EQUITY, LARGE)]
    assert segment_ids(paths, [10, 20], 50) == ("equity_rich_with_smaller_loans", "equity_rich")
    assert segment_ids(paths, [20, 10], 50) == ("equity_rich", "equity_rich_with_larger_loans")


def test_only_a_lower_bound_at_the_trigger_counts() -> None:
    assert at_trigger(Predicate(conditions=(GAP,)), 50)
    assert not at_trigger(Predicate(conditions=(GAP,)), 75)
    assert not at_trigger(Predicate(conditions=(opposite(GAP),)), 50)


def test_every_id_gets_a_name_and_a_hypothesis_without_numbers() -> None:
    ids = ("refinance_candidates", "equity_rich_with_smaller_loans", "refinance_va_owners", "something_new")
    facts = tuple(SegmentFacts(segment_id=one, predicate="-", share=0.2, profile={}) for one in ids)
    namings = HouseSegmentationMind().describe(facts)
    assert [naming.segment_id for naming in namings] == list(ids)
    assert len({naming.name for naming in namings}) == len(ids)
    assert all(naming.needs.startswith("Likely") for naming in namings)
    assert not any(letter.isdigit() for naming in namings for letter in naming.name + naming.needs)
