"""What a record's own terms come to, with a buydown in the note and outside it."""

from __future__ import annotations

import pytest

from campaign.piece import OfferTerms
from policies.apr import apr_of_level_loan
from policies.payments import monthly_payment, remaining_balance
from policies.recomputing import IRREGULAR, REGULAR, recomputed_apr, recomputed_payments, series_repays

BOUGHT_DOWN = OfferTerms(
    loan_amount=360_000,
    note_rate=6.625,
    term_months=360,
    finance_charges_usd=3060,
    series=((4.625, 1850.90, 12), (5.625, 2072.36, 12), (6.625, 2305.12, 336)),
)


def arm(first, later, months, amount=450_000):
    start = monthly_payment(amount, first, 360)
    left = remaining_balance(amount, first, 360, months)
    after = monthly_payment(left, later, 360 - months)
    return OfferTerms(
        loan_amount=amount,
        note_rate=first,
        term_months=360,
        finance_charges_usd=3600,
        series=((first, round(start, 2), months), (later, round(after, 2), 360 - months)),
    )


def test_a_level_loan_has_one_apr_and_an_eighth_of_a_point():
    level = OfferTerms(loan_amount=400_000, note_rate=6.125, term_months=360, finance_charges_usd=12_000)
    computed = recomputed_apr(level)
    assert computed is not None
    assert computed.values == (apr_of_level_loan(400_000, 6.125, 360, 12_000),)
    assert computed.tolerance == REGULAR
    assert recomputed_payments(level) == (monthly_payment(400_000, 6.125, 360),)


@pytest.mark.parametrize("payer", ["seller", "Builder", "third party"])
def test_a_third_partys_buydown_leaves_the_note_rates_apr(payer):
    computed = recomputed_apr(BOUGHT_DOWN.model_copy(update={"buydown_paid_by": payer}))
    assert computed is not None
    assert computed.shown == pytest.approx(6.708, abs=5e-4)
    assert len(computed.values) == 1


def test_a_consumers_buydown_makes_the_apr_composite():
    computed = recomputed_apr(BOUGHT_DOWN.model_copy(update={"buydown_paid_by": "consumer"}))
    assert computed is not None
    assert computed.shown < 6.625
    assert computed.tolerance == IRREGULAR


def test_where_the_record_leaves_it_open_either_apr_is_accurate():
    computed = recomputed_apr(BOUGHT_DOWN)
    assert computed is not None
    low, high = sorted(computed.values)
    assert computed.accurate(low)
    assert computed.accurate(high)
    assert not computed.accurate(high + 0.2)


@pytest.mark.parametrize(("first", "later", "months"), [(5.75, 6.375, 60), (5.625, 6.5, 84), (7.0, 6.0, 120)])
def test_an_adjustable_series_repays_its_loan_and_lies_between_its_rates(first, later, months):
    terms = arm(first, later, months)
    assert series_repays(terms)
    computed = recomputed_apr(terms)
    assert computed is not None
    assert min(first, later) < computed.shown < max(first, later) + 0.2
    assert computed.tolerance == IRREGULAR


def test_a_series_that_does_not_repay_its_loan_is_worked_out_again():
    wrong = OfferTerms(loan_amount=450_000, series=((5.75, 2626.08, 60), (6.375, 2686.00, 300)))
    assert not series_repays(wrong)
    assert recomputed_payments(wrong) == pytest.approx((2626.08, 2786.00), abs=0.01)
    assert recomputed_payments(OfferTerms(loan_amount=450_000, series=((5.75, 2626.08, 0),))) == ()


def test_a_balloon_repays_its_loan_and_stays_regular():
    balloon = OfferTerms(
        loan_amount=260_000,
        note_rate=6.5,
        term_months=84,
        finance_charges_usd=2080,
        series=((6.5, 1643.38, 83), (6.5, 236725.28, 1)),
    )
    assert series_repays(balloon)
    computed = recomputed_apr(balloon)
    assert computed is not None
    assert computed.shown == pytest.approx(6.649, abs=5e-4)
    assert computed.tolerance == REGULAR
    assert recomputed_payments(balloon) == (1643.38, 236725.28)


@pytest.mark.parametrize("missing", ["loan_amount", "note_rate", "term_months", "finance_charges_usd"])
def test_what_the_record_does_not_hold_is_not_recomputed(missing):
    whole = {"loan_amount": 400_000, "note_rate": 6.125, "term_months": 360, "finance_charges_usd": 12_000}
    assert recomputed_apr(OfferTerms(**{**whole, missing: None})) is None
