from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.lender import parse_lender
from policies.apr import apr_of_level_loan
from tools.market.example_sheets import MARGINS, example_sheet
from tools.market.offer_apr import offer_apr
from tools.market.offers import offered_rates
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.market.series import shipped_market
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("on", "rate"), [(date(2026, 2, 26), 6.0), (date(2026, 10, 8), 7.375)])
def test_the_conventional_offer_stands_beside_the_survey(on: date, rate: float) -> None:
    sheet = example_sheet(on, LENDER, shipped_market())
    offers = offered_rates(sheet, sheet.offers[0].effective_at)
    assert offers["conventional", 360].rate == rate
    assert str(shipped_market().survey(on).week) in sheet.source


@settings(max_examples=40, deadline=None)
@given(st.dates(date(2018, 1, 4), date(2026, 11, 25)))
def test_every_example_sheet_is_a_sheet_of_the_fixed_form(on: date) -> None:
    sheet = example_sheet(on, LENDER, shipped_market())
    assert read_rate_sheet(write_rate_sheet(sheet), "kept.csv", zone=LENDER.zone) == sheet
    assert {(offer.product, offer.term_months) for offer in sheet.offers} == {
        (margin.product, margin.term_months) for margin in MARGINS
    }
    for offer in sheet.offers:
        assert offer.rate * 8 == int(offer.rate * 8)
        assert offer.apr > offer.rate
        assert offer.min_amount is not None
        assert offer.max_amount is not None
        assert offer.min_amount <= offer.example_amount_usd <= offer.max_amount


def test_a_sheet_lasts_seven_days_from_midnight_at_the_lender_over_a_clock_change() -> None:
    (offer, *_) = example_sheet(date(2026, 3, 5), LENDER, shipped_market()).offers
    opens, closes = (moment.astimezone(LENDER.zone) for moment in (offer.effective_at, offer.expires_at))
    assert (opens, closes) == (
        datetime(2026, 3, 5, tzinfo=LENDER.zone),
        datetime(2026, 3, 12, tzinfo=LENDER.zone),
    )
    assert offer.expires_at - offer.effective_at == timedelta(days=7, hours=-1)


def test_the_apr_of_an_uninsured_offer_is_that_of_a_level_loan() -> None:
    (offer, *_) = example_sheet(date(2026, 2, 26), LENDER, shipped_market()).offers
    charges = offer.example_amount_usd * offer.points / 100 + offer.fees_usd
    level = apr_of_level_loan(offer.example_amount_usd, offer.rate, offer.term_months, charges)
    assert offer.apr == round(level, 3)


def test_insurance_for_the_whole_term_costs_a_little_more_than_its_yearly_percent() -> None:
    without = offer_apr(amount=300_000, rate=6, term_months=360, points=0, fees_usd=0)
    insured = offer_apr(amount=300_000, rate=6, term_months=360, points=0, fees_usd=0, mi_annual_percent=0.5)
    assert without == 6
    assert 0.5 <= insured - without <= 0.55


def test_a_better_score_and_a_lower_ratio_get_a_better_price() -> None:
    sheet = example_sheet(date(2026, 2, 26), LENDER, shipped_market())
    at = sheet.offers[0].effective_at

    def rate(fico: int, ltv: float) -> float | None:
        found = sheet.best_for("conventional", 360, at, state="CA", fico=fico, ltv=ltv, amount=400_000)
        return found.rate if found else None

    assert [rate(fico, 75) for fico in (760, 720, 680, 640, 600)] == [6.0, 6.125, 6.375, 6.75, None]
    assert [rate(760, ltv) for ltv in (75, 85, 95)] == [6.0, 6.375, None]
    assert rate(640, 80) is None
    for product in ("conventional", "jumbo", "fha", "va", "usda"):
        assert len([margin for margin in MARGINS if margin.product == product]) >= 2
