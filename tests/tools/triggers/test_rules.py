"""One loan at a time: what the law, the calendar and the loan's own end leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from campaign.errors import Unreadable
from campaign.lender import Lender, parse_lender
from campaign.rates import RateOffer, RateSheet
from tests.conformance.book_engines import filled_book
from tests.conformance.trigger_books import Tables
from tools.triggers.reasons import ELIGIBLE, Trigger
from tools.triggers.scan import scan
from tools.workspace import EXAMPLE_LENDER

TEXT = EXAMPLE_LENDER.read_text(encoding="utf-8")
LENDER: Lender = parse_lender(TEXT)
DAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 22, tzinfo=UTC)
LOAN = {
    "status": "funded", "product": "conventional", "lien": 1,
    "occupancy": "principal", "rate_type": "fixed", "note_rate": 7.5, "term_months": 360, "original_amount": 400_000.0,
    "current_balance": 380_000.0, "property_value": 600_000.0, "fico": 760, "state": "CA", "funded_date": date(2023, 4, 3),
    "imported_from": "reported",
}  # fmt: skip
OFFER = {
    "row": 2, "product": "conventional", "term_months": 360, "rate": 6.0, "points": 0, "fees_usd": 1_000,
    "apr": 6, "example_amount_usd": 400_000, "lock_days": 30, "effective_at": AT - timedelta(days=1),
    "expires_at": AT + timedelta(days=1),
}  # fmt: skip
ARM = {"product": "arm", "rate_type": "adjustable", "arm_reset_date": DAY + timedelta(days=60)}
VETERAN = {"product": "va", "first_payment_date": date(2023, 6, 1)}


Row = Mapping[str, Any]


def book_of(loans: Sequence[Row]) -> Tables:
    """A book in which each loan has a contact of its own, unless the row names one."""
    rows = [
        LOAN | {"loan_id": f"L{place:02}", "contact_id": f"C{place:02}"} | dict(loan)
        for place, loan in enumerate(loans)
    ]
    people = sorted({row["contact_id"] for row in rows})
    return {
        "contacts": [{"contact_id": who, "kind": "borrower", "email": f"{who}@example.com"} for who in people],
        "loans": rows,
        "consents": [
            {"contact_id": who, "channel": "email", "granted": True, "at": datetime(2025, 6, 1)} for who in people
        ],
    }  # fmt: skip


def rows_of(tables: Tables, trigger: Trigger, *offers: Row) -> list[dict[str, Any]]:
    """What the scan says, in the order of loans or contacts."""
    priced = tuple(RateOffer(**OFFER | dict(one)) for one in offers or ({},))
    sheet = RateSheet(sheet_id="s", source="s", offers=priced)
    with filled_book("duckdb://", tables) as book:
        rows = scan(book, sheet, LENDER, at=AT, only=(trigger,)).to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: (row["loan_id"] or "", row["contact_id"]))


def reasons(trigger: Trigger, loans: Sequence[Row], *offers: Row) -> list[str]:
    return [row["reason"] for row in rows_of(book_of(loans), trigger, *offers)]


def test_a_reset_waits_for_the_same_age_as_any_refinance() -> None:
    young = {"funded_date": DAY - timedelta(days=60)}
    veteran = {"product": "va", "first_payment_date": DAY - timedelta(days=15)}
    told = reasons("arm_reset", [ARM, ARM | young, ARM | young | veteran], {}, {"row": 3, "product": "va"})
    assert told == [ELIGIBLE, "seasoning", "seasoning"]


@pytest.mark.parametrize(
    ("points", "at_most"), [(1.125, 90), (1, 100), (0.5, 100), (0, 1_000), (-0.5, 1_000)]
)
def test_points_lower_the_rate_of_a_va_loan_within_a_ratio_alone(points: float, at_most: float) -> None:
    ratios = (90, 90.5, 100, 100.5)
    loans = [VETERAN | {"property_value": 38_000_000 / ratio} for ratio in ratios]
    expected = [ELIGIBLE if ratio <= at_most else "no_offer" for ratio in ratios]
    assert reasons("rate", loans, {"product": "va", "points": points}) == expected


@pytest.mark.parametrize(("points", "expected"), [(1.125, "no_offer"), (0.5, "no_offer"), (0, ELIGIBLE)])
def test_points_ask_for_a_known_ratio_of_va_loans_alone(points: float, expected: str) -> None:
    unknown = {"property_value": None}
    offers = ({"points": points}, {"row": 3, "product": "va", "points": points})
    assert reasons("rate", [VETERAN | unknown, unknown], *offers) == [expected, ELIGIBLE]


INSURED = {"mi_monthly_usd": 100.0}
PAID, MATURED = {"current_balance": 0.0}, {"current_balance": None, "funded_date": date(1995, 4, 3)}


@pytest.mark.parametrize("trigger", ["anniversary", "mi_removal", "arm_reset"])
def test_a_loan_that_is_paid_off_is_left_alone(trigger: Trigger) -> None:
    loan = INSURED | (ARM if trigger == "arm_reset" else {})
    told = reasons(trigger, [loan, loan | PAID, loan | MATURED])
    assert told == [ELIGIBLE, "paid_off", "paid_off"]


@pytest.mark.parametrize("trigger", ["rate", "arm_reset", "mi_removal"])
def test_a_loan_made_after_the_day_is_not_held_on_it(trigger: Trigger) -> None:
    loan = INSURED | (ARM if trigger == "arm_reset" else {})
    ours, theirs = loan | {"status": "funded"}, loan | {"status": "elsewhere"}
    later = {"funded_date": DAY + timedelta(days=1)}
    this_year = {"funded_date": None, "activity_year": DAY.year}
    told = reasons(trigger, [ours, theirs, ours | later, theirs | later, theirs | this_year])
    assert told == [ELIGIBLE, ELIGIBLE, "seasoning", "seasoning", "seasoning"]


def test_a_loan_held_elsewhere_may_be_as_new_as_the_day() -> None:
    new = {"funded_date": DAY}
    assert reasons("rate", [new, new | {"status": "elsewhere"}]) == ["seasoning", ELIGIBLE]


def test_a_lead_whose_application_came_to_nothing_has_no_loan() -> None:
    told = {"funded": "has_loan", "elsewhere": "has_loan", "applied": "has_loan", "preapproved": "has_loan",
            "withdrawn": ELIGIBLE, "denied": ELIGIBLE}  # fmt: skip
    tables = book_of([{"status": status} for status in told])
    tables["contacts"] = [row | {"kind": "lead"} for row in tables["contacts"]]
    assert [row["reason"] for row in rows_of(tables, "quiet_lead")] == list(told.values())


def test_a_rate_need_not_stand_below_the_offer_to_fall() -> None:
    with pytest.raises(Unreadable, match=r"triggers.bps.conventional.*greater than or equal to 0"):
        parse_lender(TEXT + "\n[triggers.bps]\nconventional = -1000\n")
