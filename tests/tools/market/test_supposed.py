"""Supposed prices move by eighths, keep all else, and are never shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from campaign.lender import parse_lender
from campaign.moment import end_of_day
from tools.market.example_sheets import example_sheet
from tools.market.offer_apr import offer_apr
from tools.market.series import shipped_market
from tools.market.supposed import supposed_sheet
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
DAY = date(2026, 2, 26)
AT = end_of_day(DAY, LENDER.zone)
UNTIL = AT + timedelta(days=30)


@pytest.fixture(scope="module")
def sheet():
    return example_sheet(DAY, LENDER, shipped_market())


@pytest.mark.parametrize(
    ("shift_bps", "moved_by"), [(25, 0.25), (-12.5, -0.125), (5, 0.0), (-7, -0.125), (0, 0.0)]
)
def test_every_rate_moves_to_the_nearest_eighth(sheet, shift_bps, moved_by):
    moved = supposed_sheet(sheet, shift_bps=shift_bps, until=UNTIL)
    assert [after.rate - before.rate for before, after in zip(sheet.offers, moved.offers, strict=True)] == [
        moved_by
    ] * len(sheet.offers)


def test_the_apr_is_worked_out_anew_and_the_rest_stays(sheet):
    moved = supposed_sheet(sheet, shift_bps=50, until=UNTIL)
    for before, after in zip(sheet.offers, moved.offers, strict=True):
        assert after.apr == offer_apr(
            amount=after.example_amount_usd,
            rate=after.rate,
            term_months=after.term_months,
            points=after.points,
            fees_usd=after.fees_usd,
            mi_annual_percent=after.mi_annual_percent,
        )
        kept = {"rate", "apr", "expires_at"}
        assert after.model_dump(exclude=kept) == before.model_dump(exclude=kept)


def test_it_is_marked_named_apart_and_holds_until_the_deadline(sheet):
    moved = supposed_sheet(sheet, shift_bps=25, until=UNTIL)
    assert moved.supposed
    assert not sheet.supposed
    assert moved.sheet_id != sheet.sheet_id
    assert sheet.sheet_id in moved.source
    assert all(offer.holds(UNTIL - timedelta(seconds=1)) for offer in moved.offers)


def test_no_move_takes_a_rate_out_of_what_a_sheet_can_hold(sheet):
    for shift in (-5_000, 5_000):
        moved = supposed_sheet(sheet, shift_bps=shift, until=UNTIL)
        assert all(1 <= offer.rate <= 19.999 for offer in moved.offers)
