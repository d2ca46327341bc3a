"""A promised saving is held to its own figures: payments, costs and the months until they come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.comparisons import disagreement
from policies.engine import screen
from policies.figures import read_figures
from policies.packs import load_pack
from policies.reading import fold
from policies.spoken import dollars
from tests.policies.example_pieces import shown

PACK = load_pack()
SHOWN = (
    "Example: on a $310,000 balance, 26 years remaining, going from a 7.25% to a 6.125% rate takes the payment from "
    "$2,400 to $2,130 a month, with $4,860 in closing costs: save {saving} a month and break even in {months}."
)


def told(text: str) -> str | None:
    folded = fold(text)
    return disagreement(folded, read_figures(folded))


@pytest.mark.parametrize(
    ("saving", "months", "severity"),
    [("$270", "18 months", "warn"), ("$370", "18 months", "block"), ("$270", "9 months", "block")],
    ids=["adds up", "saves too much", "comes back too soon"],
)
def test_a_comparison_that_does_not_add_up_blocks_though_it_is_set_out(
    saving: str, months: str, severity: str
) -> None:
    case = shown({"body": SHOWN.format(saving=saving, months=months), "products": ["conventional"]})
    found = [
        one
        for one in screen(case.piece, case.lender, PACK, at=case.at)
        if one.rule == "udaap.savings-unsubstantiated"
    ]
    assert {one.severity for one in found} == {severity}
    assert all(("no calculation" in one.message) == (severity == "warn") for one in found)


@given(old=st.integers(1_000, 6_000), saving=st.integers(50, 900), off=st.integers(-400, 400))
def test_two_payments_and_what_lies_between_them(old: int, saving: int, off: int) -> None:
    text = f"Go from {dollars(old)} to {dollars(old - saving)} a month. You save {dollars(saving + off)} a month."
    if saving + off <= 0:
        return
    wrong = abs(off) > max(1.0, 0.02 * (saving + off))
    assert (told(text) is not None) == wrong


@given(costs=st.integers(1_500, 12_000), saving=st.integers(60, 800), months=st.integers(1, 60))
def test_costs_over_the_saving_are_the_months_to_break_even(costs: int, saving: int, months: int) -> None:
    text = (
        f"Save {dollars(saving)} a month. With costs of {dollars(costs)} you break even in {months} months."
    )
    wrong = abs(costs / saving - months) > max(1.0, 0.02 * months)
    assert (told(text) is not None) == wrong


@pytest.mark.parametrize(
    "text",
    [
        "Save $270 a month.",
        "Pay $2,400 a month, or $2,130 a month over thirty years.",
        "Save $270 a month or $410 a month: from $2,400 to $2,130.",
        "Some break even in 18 months, others in 30 months; save $270 a month with costs of $4,860.",
    ],
    ids=["one figure", "no saving", "two savings", "two break-evens"],
)
def test_figures_of_which_it_cannot_be_told_what_belongs_together_are_let_be(text: str) -> None:
    assert told(text) is None
