"""A stated loan-to-value or down payment is held to the price and the dollars beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.engine import screen
from policies.figures import read_figures
from policies.loan_to_value import wrong_share
from policies.packs import load_pack
from policies.reading import fold
from policies.spoken import dollars
from tests.policies.example_pieces import shown

PACK = load_pack()
OFFER = {
    "loan_amount": 330000, "note_rate": 6.125, "apr": 6.201, "term_months": 360, "points": 0,
    "finance_charges_usd": 2640, "monthly_payment": 2005.11,
}  # fmt: skip


def right(text: str) -> float | None:
    folded = fold(text)
    found = wrong_share(folded, read_figures(folded))
    return round(found.right, 3) if found else None


@given(price=st.integers(100, 900), share=st.integers(50, 97), stated=st.integers(50, 97))
def test_the_loan_over_the_price_is_the_loan_to_value(price: int, share: int, stated: int) -> None:
    home, loan = price * 1000, price * share * 10
    text = f"Example: a {dollars(home)} home, a {dollars(loan)} loan, {stated}% loan-to-value."
    assert right(text) == (None if share == stated else share)


@given(price=st.integers(100, 900), share=st.integers(3, 40), stated=st.integers(3, 40))
def test_the_cash_over_the_price_is_the_down_payment(price: int, share: int, stated: int) -> None:
    home, cash = price * 1000, price * share * 10
    text = f"On a {dollars(home)} home you bring {dollars(cash)} down, which is {stated}% down."
    assert right(text) == (None if share == stated else share)


@pytest.mark.parametrize(
    "text",
    [
        "A $320,000 loan at 80% loan-to-value.",
        "3% down on a $300,000 house is $9,000 down; 20% down is another matter.",
        "A $400,000 home or a $500,000 home, a $320,000 loan, 80% loan-to-value.",
        "A $400,000 home, a loan of $480,000, 80% loan-to-value.",
    ],
    ids=["no price", "two shares", "two prices", "a loan above the price"],
)
def test_figures_of_which_it_cannot_be_told_what_belongs_together_are_let_be(text: str) -> None:
    assert right(text) is None


@pytest.mark.parametrize(
    ("products", "offer", "severity"),
    [
        (["conventional"], [OFFER], {"block"}),
        (["conventional"], None, {"warn"}),
        (["fha"], [OFFER], set()),
    ],
    ids=["with its record", "words alone", "the insurance premium may be financed"],
)
def test_a_record_makes_it_certain(
    products: list[str], offer: list[object] | None, severity: set[str]
) -> None:
    body = "Example: a $412,500 home, a $330,000 loan, 75% loan-to-value."
    case = shown({"body": body, "products": products} | ({"offer": offer} if offer else {}))
    found = [
        one
        for one in screen(case.piece, case.lender, PACK, at=case.at)
        if one.rule == "regz.terms-not-available"
    ]
    assert {one.severity for one in found} == severity
    assert all("the dollars beside it come to 80.0%" in one.message for one in found)
