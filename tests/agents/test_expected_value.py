"""Expected revenue of a loan: published behaviour times stated assumptions, worked by hand."""

from __future__ import annotations

import ibis
import pytest

from agents.expected_value import with_value
from agents.reference_tables import figures
from tools.market.prepayment import annual_prepayment

LOAN = {
    "status": "funded",
    "rate_gap_bps": 110.0,
    "current_balance": 300_000.0,
    "original_amount": 320_000.0,
    "ltv": 60.0,
    "months_since_funding": 30,
}
TYPES = {
    "status": "string",
    "rate_gap_bps": "float64",
    "current_balance": "float64",
    "original_amount": "float64",
    "ltv": "float64",
    "months_since_funding": "int64",
}
GIVEN = figures("value_assumptions")


def valued(**changed: object) -> dict[str, float]:
    row = LOAN | changed
    table = ibis.memtable({name: [row[name]] for name in TYPES}, schema=TYPES)
    found: dict[str, float] = with_value(table).to_pyarrow().to_pylist()[0]
    return found


def test_refinancing_is_worth_the_payoffs_beyond_turnover() -> None:
    extra = annual_prepayment(110) - GIVEN["cold_turnover"]
    expected = extra * GIVEN["own_capture"] * 300_000 * GIVEN["revenue_margin"]
    assert valued()["refinance_usd"] == pytest.approx(expected)


def test_equity_counts_up_to_the_limit_on_the_homes_value() -> None:
    room = 300_000 * (80 / 60 - 1)
    rate = (
        GIVEN["equity_draw_rate"] * GIVEN["equity_draw_share"] * GIVEN["own_capture"] * GIVEN["equity_margin"]
    )
    assert valued()["equity_usd"] == pytest.approx(room * rate)
    assert valued(ltv=85.0)["equity_usd"] == 0


def test_moving_follows_the_age_of_the_loan() -> None:
    young, older = (valued(months_since_funding=months)["next_home_usd"] for months in (3, 30))
    assert older == pytest.approx(0.0804 * GIVEN["next_home_capture"] * 320_000 * GIVEN["revenue_margin"])
    assert young < older


@pytest.mark.parametrize("gap", [-300.0, -1.0, None])
def test_without_an_incentive_refinancing_brings_next_to_nothing(gap: float | None) -> None:
    assert valued(rate_gap_bps=gap)["refinance_usd"] <= 10


def test_prospects_are_worth_what_they_may_fund_and_nothing_to_refinance() -> None:
    open_one = valued(status="preapproved", rate_gap_bps=None)
    assert open_one["refinance_usd"] == 0
    assert open_one["next_home_usd"] == pytest.approx(
        GIVEN["preapproved_funds"] * 320_000 * GIVEN["revenue_margin"]
    )


def test_what_is_missing_counts_for_nothing_and_never_for_null() -> None:
    nothing = dict.fromkeys(
        ("rate_gap_bps", "current_balance", "original_amount", "ltv", "months_since_funding")
    )
    found = valued(**nothing)
    assert [found[name] for name in ("refinance_usd", "equity_usd", "next_home_usd")] == [0, 0, 0]


def test_a_business_loan_counts_as_the_largest_consumer_loan() -> None:
    huge = valued(current_balance=90_000_000.0, original_amount=90_000_000.0)
    most = valued(current_balance=GIVEN["largest_amount"], original_amount=GIVEN["largest_amount"])
    assert huge["refinance_usd"] == most["refinance_usd"]
    assert huge["next_home_usd"] == most["next_home_usd"]
