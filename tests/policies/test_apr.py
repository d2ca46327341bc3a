"""Appendix J against its own published examples, an independent solver, and what must always hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.appendix_j import PUBLISHED, solved
from campaign.errors import BadInput
from policies.apr import (
    HIGHEST_RATE,
    Advance,
    PaymentSeries,
    annual_percentage_rate,
    apr_of_level_loan,
    worth,
)
from policies.payments import monthly_payment
from policies.unit_periods import (
    UnitPeriod,
    single_payment_unit,
)


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda row: f"{row[0]} {row[2].measure} {row[-1]}")
def test_published_examples_of_appendix_j_come_out(example):
    assert round(solved(example), 2) == example[-1]


def test_a_single_payment_is_measured_by_its_own_term():
    unit = single_payment_unit(date(1978, 1, 3), date(1978, 9, 15))
    assert unit == UnitPeriod("term", 255)
    apr = annual_percentage_rate([Advance(1000)], [PaymentSeries(1080)], float(unit.per_year))
    assert round(apr, 2) == 11.45


def independent_apr(advances, payments, per_year):
    """Bisection in forty decimal digits over every single payment: no shared code, no closed form."""
    flows = [(Decimal(str(a.amount)), a.full_periods, Decimal(str(a.fraction))) for a in advances]
    for series in payments:
        amount = -Decimal(repr(series.amount))
        start, fraction = series.full_periods, Decimal(repr(series.fraction))
        flows += [(amount, start + index, fraction) for index in range(series.count)]
    with localcontext() as context:
        context.prec = 40
        low, high = Decimal(0), Decimal("0.5")
        for _ in range(70):
            rate = (low + high) / 2
            balance = sum(a / ((1 + f * rate) * (1 + rate) ** t) for a, t, f in flows)
            low, high = (rate, high) if balance < 0 else (low, rate)
        return float(rate * 100 * Decimal(str(per_year)))


IRREGULAR = {
    "construction draws": (
        [Advance(60000), Advance(45000, 2, 0.5), Advance(80000.55, 4)],
        [PaymentSeries(1250.75, 359, 7, 19 / 30), PaymentSeries(900.10, 1, 366, 19 / 30)],
        12,
    ),
    "stepped": (
        [Advance(446400)],
        [PaymentSeries(2626.08, 60, 1), PaymentSeries(2786.00, 300, 61)],
        12,
    ),
    "balloon": ([Advance(257920)], [PaymentSeries(1643.38, 83), PaymentSeries(236725.28, 1, 84)], 12),
    "skipped": ([Advance(2135)], [PaymentSeries(100, 9, 3), PaymentSeries(100, 14, 15)], 12),
    "fortnightly": ([Advance(9000)], [PaymentSeries(210, 52, 0, 6 / 14)], 26),
    "daily": ([Advance(5000)], [PaymentSeries(60, 90, 1)], 365),
    "yearly": ([Advance(1000)], [PaymentSeries(1240, 1, 2)], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", IRREGULAR)
def test_irregular_schedules_agree_with_an_independent_solver(name):
    advances, payments, per_year = IRREGULAR[name]
    assert annual_percentage_rate(advances, payments, per_year) == pytest.approx(
        independent_apr(advances, payments, per_year), abs=1e-9
    )


rates = st.floats(0.5, 18)
terms = st.integers(12, 480)
amounts = st.floats(10_000, 5_000_000)


@given(amounts, rates, terms)
def test_without_charges_the_apr_is_the_rate(amount, rate, months):
    assert apr_of_level_loan(amount, rate, months, 0) == pytest.approx(rate, abs=1e-9)


@given(amounts, rates, terms, st.floats(0, 0.05), st.floats(0.001, 0.05))
def test_more_charges_raise_the_apr(amount, rate, months, share, more):
    lower = apr_of_level_loan(amount, rate, months, amount * share)
    assert apr_of_level_loan(amount, rate, months, amount * (share + more)) > lower >= rate - 1e-9


@given(
    advances=st.lists(
        st.builds(Advance, st.floats(100, 1e6), st.integers(0, 5), st.floats(0, 0.99)), min_size=1, max_size=4
    ),
    series=st.lists(
        st.builds(
            PaymentSeries, st.floats(10, 1e5), st.integers(1, 240), st.integers(6, 40), st.floats(0, 0.99)
        ),
        min_size=1,
        max_size=4,
    ),
    per_year=st.sampled_from([1, 4, 12, 24, 26, 52, 365]),
)
@settings(max_examples=200, deadline=None)
def test_payments_discounted_at_the_apr_return_the_advances(advances, series, per_year):
    lent = sum(item.amount for item in advances)
    repaid = sum(item.amount * item.count for item in series)
    if repaid < lent:
        with pytest.raises(BadInput, match="less than"):
            annual_percentage_rate(advances, series, per_year)
        return

    def both_worth(rate):
        received = sum(worth(a.amount, 1, a.full_periods, a.fraction, rate) for a in advances)
        return received, sum(worth(p.amount, p.count, p.full_periods, p.fraction, rate) for p in series)

    try:
        rate = annual_percentage_rate(advances, series, per_year) / 100 / per_year
    except BadInput:
        received, returned = both_worth(HIGHEST_RATE)
        assert received < returned, "a rate within reason solves it, and was not found"
        return
    received, returned = both_worth(rate)
    assert returned == pytest.approx(received, rel=1e-9)


@given(st.floats(100, 1e6), st.integers(1, 600), st.integers(0, 60), st.floats(0, 0.99), st.floats(0, 0.3))
def test_the_closed_form_equals_the_sum_of_its_payments(amount, count, full, fraction, rate):
    one_by_one = sum(amount / ((1 + fraction * rate) * (1 + rate) ** (full + k)) for k in range(count))
    assert worth(amount, count, full, fraction, rate) == pytest.approx(one_by_one, rel=1e-9)


def test_interest_free_repayment_has_an_apr_of_zero():
    assert annual_percentage_rate([Advance(1200)], [PaymentSeries(100, 12)], 12) == 0.0


def test_a_long_first_period_without_its_interest_lowers_the_apr():
    regular = apr_of_level_loan(400_000, 6.125, 360, 4_000)
    dated = apr_of_level_loan(400_000, 6.125, 360, 4_000, date(2027, 2, 1), date(2027, 1, 1))
    assert dated == pytest.approx(regular, abs=1e-12)
    late = apr_of_level_loan(400_000, 6.125, 360, 4_000, date(2027, 2, 1), date(2026, 12, 13))
    by_hand = annual_percentage_rate(
        [Advance(396_000)],
        [PaymentSeries(monthly_payment(400_000, 6.125, 360), 360, 1, 19 / 30)],
        12,
    )
    assert late == by_hand < regular


@pytest.mark.parametrize(
    ("amount", "rate", "months", "charges", "said"),
    [
        (0, 6, 360, 0, "loan amount"),
        (float("nan"), 6, 360, 0, "loan amount"),
        (400_000, -1, 360, 0, "rate"),
        (400_000, float("inf"), 360, 0, "rate"),
        (400_000, 6, 0, 0, "term"),
        (400_000, 6, 360, 400_000, "leave nothing"),
        (400_000, 6, 360, -500_000, "less than"),
    ],
)
def test_terms_that_cannot_be_used_are_named(amount, rate, months, charges, said):
    with pytest.raises(BadInput, match=said):
        apr_of_level_loan(amount, rate, months, charges)


def test_dates_that_cannot_be_used_are_named():
    with pytest.raises(BadInput, match="Only one"):
        apr_of_level_loan(1000, 5, 12, 0, first_payment=date(2027, 1, 1))
    with pytest.raises(BadInput, match="lies before"):
        apr_of_level_loan(1000, 5, 12, 0, date(2027, 1, 1), date(2027, 1, 2))
    with pytest.raises(BadInput, match="falls on the closing"):
        apr_of_level_loan(1000, 5, 12, 0, date(2027, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Advance(-1), "below zero"),
        (lambda: Advance(1, -1), "from the start"),
        (lambda: Advance(1, 0, 1.0), "fraction"),
        (lambda: PaymentSeries(float("inf")), "no number"),
        (lambda: PaymentSeries(1, 0), "payment series"),
        (lambda: annual_percentage_rate([], [PaymentSeries(1)], 12), "Nothing"),
        (lambda: annual_percentage_rate([Advance(1)], [], 12), "Nothing"),
        (lambda: annual_percentage_rate([Advance(1)], [PaymentSeries(2)], 0), "unit-periods a year"),
        (lambda: annual_percentage_rate([Advance(1)], [PaymentSeries(2, 1, 0)], 12), "No annual"),
    ],
)
def test_schedules_that_have_no_rate_say_so_in_a_sentence(build, said):
    with pytest.raises(BadInput, match=said):
        build()
