"""The rate-shock forecast says the same whatever engine the book is on."""

from __future__ import annotations

from datetime import date

import pytest

from agents.rate_shock import SHIFTS, forecast_rates
from campaign.lender import parse_lender
from campaign.rate_forecast import RateForecast
from campaign.rates import SurveyRate
from campaign.segment import Condition, Predicate, Segment
from tests.conformance.book_engines import filled_book
from tests.conformance.trigger_books import AT, lenders, random_book, random_sheet
from tools.market.series import Market
from tools.workspace import EXAMPLE_LENDER

LENDER = lenders(parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8")))[0]
SEED, LOANS = 0, 700
MARKET = Market(
    weeks=(SurveyRate(week=date(AT.year, 1, 1), rate_30y=6.2, rate_15y=5.5, source="by hand", provenance="published"),),
    treasury=(), daily=(), meetings=(),
)  # fmt: skip


def segment(name: str, operator: str) -> Segment:
    gap = Condition.model_validate({"column": "rate_gap_bps", "operator": operator, "value": 25})
    return Segment(
        segment_id=name, name=name, predicate=Predicate(conditions=(gap,)), needs="", size=1, share=0.5, value_usd=1
    )  # fmt: skip


def forecast(url: str) -> RateForecast:
    with filled_book(url, random_book(SEED, LOANS)) as book:
        return forecast_rates(
            book, sheet=random_sheet(SEED), lender=LENDER, market=MARKET,
            segments=(segment("above", "at_least"), segment("below", "below")), at=AT,
        )  # fmt: skip


@pytest.mark.server
def test_postgresql_says_what_duckdb_says(postgres_url: str) -> None:
    on_file, on_server = forecast("duckdb://"), forecast(postgres_url)
    assert on_server == on_file
    assert len(on_file.shocks) == len(SHIFTS)
    assert on_file.own_loans > 50
    assert on_file.left_out > 0
    assert on_file.shocks[0].triggers != on_file.shocks[-1].triggers
    assert on_file.shocks[0].segments != on_file.shocks[-1].segments
