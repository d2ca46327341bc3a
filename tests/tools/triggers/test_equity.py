"""The equity trigger: what else is owed on a home, and the difference between no offer and little room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tools.triggers.small_books import DAY, book_of, reasons, rows_of
from tools.triggers.reasons import ELIGIBLE

LINE = {"product": "heloc", "term_months": 240, "rate": 8.0, "max_ltv": 85, "min_fico": 680}
CASH_OUT = {"row": 3, "max_ltv": 85, "min_fico": 680}
HOME = {"contact_id": "Ann", "property_value": 800_000.0, "current_balance": 400_000.0}
SECOND = {"contact_id": "Ann", "lien": 2, "current_balance": 100_000.125}
CREDIT = {"contact_id": "Ann", "product": "heloc", "current_balance": 60_000.0}


def room(offer: dict[str, Any], *others: dict[str, Any]) -> float | None:
    """Dollars that the holder of the first loan could take out."""
    usd: float | None = rows_of(book_of([HOME, *others]), "equity", offer)[0]["room_usd"]
    return usd


@pytest.mark.parametrize(("offer", "alone"), [(LINE, 280_000.0), (CASH_OUT, 240_000.0)])
def test_what_is_owed_behind_the_first_loan_leaves_less_room(offer: dict[str, Any], alone: float) -> None:
    assert room(offer) == alone
    assert room(offer, SECOND, CREDIT | {"status": "elsewhere"}) == pytest.approx(alone - 160_000.13)


def test_what_is_no_lien_on_the_day_takes_no_room() -> None:
    others = (
        SECOND | {"contact_id": "Bob"}, SECOND | {"status": "withdrawn"}, SECOND | {"current_balance": 0.0},
        CREDIT | {"funded_date": DAY + timedelta(days=1)}, HOME,
    )  # fmt: skip
    assert room(LINE, *others) == 280_000


def test_a_line_of_the_sheet_may_not_exceed_its_own_amount_after_the_liens() -> None:
    assert room(LINE | {"max_amount": 150_000}, SECOND) == 150_000


def test_room_that_other_liens_use_up_is_small() -> None:
    assert reasons("equity", [HOME, SECOND | {"current_balance": 240_000}], LINE)[0] == "small_room"


def test_without_a_row_for_the_borrower_there_is_no_offer_however_much_room() -> None:
    loans = [
        HOME | {"contact_id": "A"}, HOME | {"contact_id": "B", "fico": 640}, HOME | {"contact_id": "C", "fico": None},
        HOME | {"contact_id": "D", "current_balance": 700_000.0},
    ]  # fmt: skip
    assert reasons("equity", loans, LINE, CASH_OUT) == [ELIGIBLE, "no_offer", "no_offer", "small_room"]


def test_a_loan_that_may_not_be_replaced_gets_no_larger_one() -> None:
    homes = [HOME | {"contact_id": name} for name in "ABCD"]
    homes[1] |= {"funded_date": DAY - timedelta(days=30)}
    homes[2] |= {"note_rate": 5.5}
    homes[3] |= {"prepayment_penalty": True}
    assert reasons("equity", homes, CASH_OUT) == [ELIGIBLE, "no_offer", "no_offer", "no_offer"]
    assert reasons("equity", homes, CASH_OUT, LINE) == [ELIGIBLE] * 4


def test_a_home_bought_after_the_day_carries_nothing_on_it() -> None:
    assert reasons("equity", [HOME | {"funded_date": DAY + timedelta(days=1)}], LINE) == ["seasoning"]
