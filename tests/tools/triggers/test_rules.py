"""One loan at a time: what the law, the calendar and the loan's own end leave out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from campaign.errors import Unreadable
from campaign.lender import parse_lender
from tests.tools.triggers.small_books import DAY, book_of, reasons, rows_of
from tools.triggers.reasons import ELIGIBLE, Trigger
from tools.workspace import EXAMPLE_LENDER

ARM = {"product": "arm", "rate_type": "adjustable", "arm_reset_date": DAY + timedelta(days=60)}
VETERAN = {"product": "va", "first_payment_date": date(2023, 6, 1)}


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
        parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8") + "\n[triggers.bps]\nconventional = -1000\n")
