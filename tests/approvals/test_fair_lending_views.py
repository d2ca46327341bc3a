"""What approvers and scripts read of the review: the exit code, the lines, and what could be chosen instead."""

from __future__ import annotations

import json

import pytest

from approvals.fair_lending_views import piece_lines, review_answer
from campaign.fair_lending import FairLendingResult, FairLendingReview, LessDisparate
from campaign.segment import Condition, Predicate

FINE = FairLendingResult(verdict="fine", sentence="Groups are reached alike.", ratio=0.97, ratios=(0.97,))
NEIGHBOUR = LessDisparate(
    predicate=Predicate(conditions=(Condition(column="ltv", operator="at_least", value=50.0),)),
    change="ltv from 60",
    ratio_before=0.61,
    ratio=0.88,
    value_kept=0.94,
    size_kept=1.1,
)
BAD = FairLendingResult(
    verdict="disparity",
    sentence="One group is reached at 0.61 of the rate of another.",
    ratio=0.61,
    interval=(0.5, 0.74),
    p_value=0.001,
    ratios=(0.61,),
    alternatives=(NEIGHBOUR,),
)


def review(result: FairLendingResult) -> FairLendingReview:
    return FairLendingReview(segments={"owners": result}, placements={"owners.email": FINE}, known_share=0.9)


@pytest.mark.parametrize(("result", "code"), [(FINE, 0), (BAD, 1)])
def test_a_disparity_is_exit_1(result: FairLendingResult, code: int) -> None:
    answer = review_answer("2026-02-26-4b061c", review(result), as_json=True)
    assert answer.exit_code == code
    document = json.loads(json.dumps(answer.document))
    assert document["verdict"] == result.verdict
    assert document["segments"]["owners"]["ratio"] == result.ratio


def test_what_could_be_chosen_instead_is_told_with_its_numbers() -> None:
    lines = " ".join(map(str, piece_lines(review(BAD), "owners.email")))
    assert "0.61" in lines
    assert "0.88" in lines
    assert "94%" in lines
    assert "ltv" in lines


def test_nothing_is_told_where_nothing_was_reviewed() -> None:
    assert piece_lines(None, "owners.email") == []
    assert piece_lines(FairLendingReview(note="No monitoring records."), "x") == [
        "Fair lending: No monitoring records."
    ]
