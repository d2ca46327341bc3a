"""What a sheet offers one borrower: the plain definition, and what it must never do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.rates import RateOffer, RateSheet

AT = datetime(2026, 2, 26, 15, tzinfo=UTC)
BORROWER: dict[str, Any] = {"state": "CA", "fico": 720, "ltv": 75.0, "amount": 400_000.0}


def row(number: int, **more: Any) -> RateOffer:
    held: dict[str, Any] = {
        "row": number, "product": "conventional", "term_months": 360, "rate": 6.0, "points": 0.5, "fees_usd": 1500,
        "apr": 6.1, "example_amount_usd": 400_000, "lock_days": 45, "effective_at": AT - timedelta(days=1),
        "expires_at": AT + timedelta(days=1), **more,
    }  # fmt: skip
    return RateOffer(**held)


def sheet(*offers: RateOffer) -> RateSheet:
    return RateSheet(sheet_id="s1", source="by hand", offers=offers)


def best(*offers: RateOffer, **borrower: Any) -> int | None:
    found = sheet(*offers).best_for("conventional", 360, AT, **{**BORROWER, **borrower})
    return found.row if found else None


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        ({"min_fico": 700}, {"fico": 700}, {"fico": 699}),
        ({"max_ltv": 80}, {"ltv": 80.0}, {"ltv": 80.01}),
        ({"min_amount": 100_000}, {"amount": 100_000.0}, {"amount": 99_999.99}),
        ({"max_amount": 500_000}, {"amount": 500_000.0}, {"amount": 500_000.01}),
        ({"states": ("CA", "NY")}, {"state": "NY"}, {"state": "TX"}),
    ],
)
def test_both_ends_of_a_limit_are_within_and_what_is_not_known_fits_no_row_that_asks(limit, inside, outside):
    unknown = dict.fromkeys(inside)
    assert best(row(2, **limit), **inside) == 2
    assert best(row(2, **limit), **outside) is None
    assert best(row(2, **limit), **unknown) is None
    assert best(row(2), **unknown) == 2


def test_the_lowest_rate_then_the_lowest_points_then_the_first_row():
    cheap = {"rate": 5.875}
    assert (
        best(row(2), row(3, **cheap, points=1.0), row(4, **cheap, points=0.25), row(5, **cheap, points=0.25))
        == 4
    )


def test_a_row_that_is_not_in_force_is_no_offer():
    ended, ahead = {"expires_at": AT}, {"effective_at": AT + timedelta(seconds=1)}
    assert best(row(2, **ended), row(3, **ahead)) is None
    assert [
        offer.row
        for offer in sheet(row(2, **ended), row(3), row(4, product="fha")).offers_for("conventional", AT)
    ] == [3]


ROWS = st.builds(
    row,
    st.integers(2, 99),
    rate=st.sampled_from([5.875, 6.0, 6.125]),
    points=st.sampled_from([0.0, 0.5]),
    min_fico=st.none() | st.sampled_from([620, 700, 740]),
    max_ltv=st.none() | st.sampled_from([75.0, 80.0, 97.0]),
    min_amount=st.none() | st.just(200_000.0),
    max_amount=st.none() | st.just(800_000.0),
    states=st.sampled_from([(), ("CA",), ("NY", "TX")]),
)


@given(
    st.lists(ROWS, max_size=8, unique_by=lambda offer: offer.row),
    st.none() | st.integers(600, 800),
    st.none() | st.floats(20, 110),
    st.none() | st.floats(1, 1e6),
)
def test_no_borrower_does_better_with_less(rows, fico, ltv, amount):
    """A better score or a lower ratio never makes an offer worse, and no row beats the one that is found."""
    asked = {"state": "CA", "fico": fico, "ltv": ltv, "amount": amount}
    found = sheet(*rows).best_for("conventional", 360, AT, **asked)
    fitting = [offer for offer in rows if offer.fits(**asked)]
    assert (found is None) == (not fitting)
    if found is None:
        return
    assert all((found.rate, found.points, found.row) <= (one.rate, one.points, one.row) for one in fitting)
    better = sheet(*rows).best_for("conventional", 360, AT, **{**asked, "fico": 850, "ltv": 10.0})
    assert better is not None
    assert better.rate <= found.rate
