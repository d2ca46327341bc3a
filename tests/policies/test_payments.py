"""Level payments: against a schedule paid down month by month."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import BadInput
from policies.payments import monthly_payment, remaining_balance

amounts = st.floats(1_000, 5_000_000)
rates = st.one_of(st.just(0.0), st.floats(0.01, 20))
terms = st.integers(1, 480)


@pytest.mark.parametrize(
    ("amount", "rate", "months", "payment"),
    [
        (400_000, 6.125, 360, 2430.44),
        (240_000, 5.25, 180, 1929.31),
        (350_000, 6.0, 360, 2098.43),
        (1_200, 0, 12, 100),
    ],
)
def test_known_payments_come_out(amount, rate, months, payment):
    assert round(monthly_payment(amount, rate, months), 2) == payment


@given(amounts, rates, terms, st.data())
def test_paying_month_by_month_leaves_what_the_formula_says(amount, rate, months, data):
    payment = monthly_payment(amount, rate, months)
    paid = data.draw(st.integers(0, months))
    balance = amount
    for _ in range(paid):
        balance = balance * (1 + rate / 1200) - payment
    assert remaining_balance(amount, rate, months, paid) == pytest.approx(balance, abs=amount * 1e-8)


@given(amounts, rates, terms)
def test_a_loan_ends_at_nothing_and_begins_whole(amount, rate, months):
    assert remaining_balance(amount, rate, months, 0) == pytest.approx(amount)
    assert remaining_balance(amount, rate, months, months) == pytest.approx(0, abs=1e-6)


def test_more_payments_than_the_loan_has_are_refused():
    with pytest.raises(BadInput, match="13 payments"):
        remaining_balance(1_200, 0, 12, 13)
