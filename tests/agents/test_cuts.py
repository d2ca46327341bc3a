"""Proposed cuts: what may be tried, what may not and why, and the house's own always among them."""

from __future__ import annotations

import pytest

from agents.cuts import pool, refusal
from agents.house.segmentation import HouseSegmentationMind
from agents.minds import BookFacts, ColumnFacts
from campaign.segment import Condition, Operator

TRIGGER = Condition(column="rate_gap_bps", operator="at_least", value=50)
HOUSE = (Condition(column="ltv", operator="at_least", value=60),)


@pytest.mark.parametrize(
    ("column", "operator", "value", "said"),
    [
        ("race", "is", "White", "no such column"),
        ("zip", "is", "83702", "no such column"),
        ("state", "is", "CA", "may not part people"),
        ("loan_id", "is", "L1", "may not part people"),
        ("ltv", "is", "high", "cut at a number"),
        ("ltv", "at_least", float("inf"), "cut at a number"),
        ("purpose", "at_least", 3.0, "by naming"),
        ("purpose", "one_of", (), "by naming"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    column: str, operator: Operator, value: float | str | tuple[str, ...], said: str
) -> None:
    cut = Condition(column=column, operator=operator, value=value)
    assert said in str(refusal(cut))
    made = pool((cut,), HOUSE, TRIGGER, {})
    assert made.cuts == (TRIGGER, *HOUSE)
    assert len(made.notes) == 1
    assert f"`{column}" in made.notes[0]


def test_a_split_is_tried_once_whichever_way_it_is_written() -> None:
    below = Condition(column="ltv", operator="below", value=60)
    assert pool((below,), HOUSE, TRIGGER, {}).cuts == (TRIGGER, *HOUSE)


def test_a_closed_column_is_not_cut_and_said_once_but_the_trigger_always_stands() -> None:
    lower = Condition(column="ltv", operator="below", value=40)
    wider = Condition(column="rate_gap_bps", operator="at_least", value=100)
    made = pool((wider, *HOUSE, lower), HOUSE, TRIGGER, {"ltv": "made up for 60 % of these loans."})
    assert made.cuts == (TRIGGER, wider)
    assert made.notes == ("No cut on `ltv`: made up for 60 % of these loans.",)
    assert pool((), (), TRIGGER, {"rate_gap_bps": "made up."}).cuts == (TRIGGER,)


def test_the_house_proposes_thresholds_a_person_can_say() -> None:
    facts = BookFacts(
        loans=1_000,
        offered_rate_30y=6.0,
        columns=(
            ColumnFacts(
                column="current_balance", unit="dollars", meaning="-",
                quantiles=(61_000, 187_300, 287_400, 431_000, 910_000),
            ),
            ColumnFacts(column="ltv", unit="percent", meaning="-", quantiles=(30, 50, 70, 80, 95)),
            ColumnFacts(column="product", unit="", meaning="-", shares={"fha": 0.2, "usda": 0.01}),
        ),
    )  # fmt: skip
    cuts = [str(cut) for cut in HouseSegmentationMind().propose_cuts(facts)]
    assert "current_balance >= 300000" in cuts
    assert "ltv >= 60" in cuts
    assert "product = 'fha'" in cuts
    assert "product = 'usda'" not in cuts
    assert not any("months_since_funding" in cut for cut in cuts)
