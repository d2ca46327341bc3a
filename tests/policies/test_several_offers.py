"""A piece that shows several offers: what stands beside a rate must belong to that rate's record."""

from __future__ import annotations

import pytest

from policies.engine import screen
from policies.packs import load_pack
from tests.policies.example_pieces import shown

PACK = load_pack()
OFFERS = [
    {
        "loan_amount": 420000, "note_rate": 6.25, "apr": 6.326, "term_months": 360, "points": 0.0,
        "finance_charges_usd": 3360, "monthly_payment": 2586.01,
    },
    {
        "loan_amount": 420000, "note_rate": 5.875, "apr": 6.092, "term_months": 360, "points": 1.5,
        "finance_charges_usd": 9660, "monthly_payment": 2484.46,
    },
]  # fmt: skip
TEXT = (
    "Examples on a $420,000 30-year fixed-rate loan. With {first} points: a 6.250% rate (6.326% APR), 360 monthly "
    "payments of {payment}. With {second} points: a 5.875% rate (6.092% APR), 360 monthly payments of {other}. "
    "Payments do not include amounts for taxes and insurance premiums; the actual payment obligation will be "
    "greater. 80% LTV, 760 score, single-family home you live in, 45-day lock, as of November 24, 2026. Rates are "
    "subject to change without notice and may not be available at commitment, lock-in or closing."
)


def found(**words: str) -> set[str]:
    case = shown({"body": TEXT.format(**words), "offer": OFFERS, "products": ["conventional"]})
    stops = screen(case.piece, case.lender, PACK, at=case.at)
    return {one.rule for one in stops if one.severity != "info"}


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ({"first": "0", "payment": "$2,586.01", "second": "1.5", "other": "$2,484.46"}, set()),
        ({"first": "0", "payment": "$2,484.46", "second": "1.5", "other": "$2,586.01"}, {"regz.apr-math"}),
        (
            {"first": "1.5", "payment": "$2,586.01", "second": "0", "other": "$2,484.46"},
            {"regz.terms-not-available"},
        ),
    ],
    ids=["each its own", "payments swapped", "points swapped"],
)
def test_each_rate_keeps_its_own_payment_and_points(words: dict[str, str], rules: set[str]) -> None:
    assert found(**words) == rules
