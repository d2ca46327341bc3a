"""Conditional approvals: a band, a deadline, and a rate that has to come true before anything goes out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.conditional import realised, unfulfilled
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.condition import Condition
from campaign.errors import BadInput, NotInForce
from campaign.lender import Person
from campaign.rates import RateOffer, RateSheet
from tests.approvals.gate import (
    AT,
    LENDER,
    a_piece,
    approve,
    by_hand,
    ledger,
    start,
    status_of,
    submit,
)
from tests.databases import one_engine

DEADLINE = AT + timedelta(hours=6)
SOON = AT + timedelta(hours=1)


def band(low: float = 6.0, high: float = 6.25, *, before: datetime = DEADLINE, **more: Any) -> Condition:
    return Condition(low=low, high=high, before=before, **more)


def offer(rate: float, **more: Any) -> RateOffer:
    told: dict[str, Any] = {
        "row": 2, "product": "conventional", "term_months": 360, "rate": rate, "points": 0, "fees_usd": 1895,
        "apr": rate + 0.1, "example_amount_usd": 400_000, "lock_days": 45, "effective_at": AT,
        "expires_at": AT + timedelta(days=9), **more,
    }  # fmt: skip
    return RateOffer(**told)


def sheet(*offers: RateOffer) -> RateSheet:
    return RateSheet(sheet_id="s2", source="new.csv", offers=offers)


# which rate


def test_offered_is_the_lowest_thirty_year_conventional_rate_in_force():
    offers = (
        offer(6.5),
        offer(6.125),
        offer(5.5, term_months=180),
        offer(5.75, product="fha"),
        offer(5.9, effective_at=SOON + timedelta(seconds=1)),
        offer(5.8, expires_at=AT + timedelta(minutes=59)),
    )
    assert realised(band(), sheet(*offers), 5.0, SOON) == 6.125
    assert realised(band(), sheet(*offers[2:]), 5.0, SOON) is None
    assert realised(band(), sheet(), 5.0, SOON) is None
    assert realised(band(), None, 5.0, SOON) is None
    assert realised(band(measure="survey"), sheet(*offers), 5.0, SOON) == 5.0
    assert realised(band(measure="survey"), sheet(*offers), None, SOON) is None


EIGHTHS = st.integers(40, 60).map(lambda eighths: eighths / 8)


@given(
    low=EIGHTHS,
    width=st.integers(0, 6),
    rate=EIGHTHS | st.floats(5, 8),
    late=st.integers(-3, 3).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_a_condition_is_met_within_the_band_its_ends_included_and_before_the_deadline(
    low: float, width: int, rate: float, late: timedelta
):
    asked = band(low, low + width / 8, measure="survey")
    reason, never = unfulfilled([asked], None, rate, DEADLINE + late)
    in_time, within = late < timedelta(0), low <= rate <= low + width / 8
    assert (reason == "") is (in_time and within)
    assert never is not in_time


@pytest.mark.parametrize(
    ("rate", "met"), [(5.999, False), (6.0, True), (6.125, True), (6.25, True), (6.2501, False)]
)
def test_the_ends_of_the_band_count(rate: float, met: bool):
    reason, never = unfulfilled([band()], sheet(offer(rate)), None, SOON)
    assert ((reason == ""), never) == (met, False)
    if not met:
        assert reason == (
            f"the offered rate is {rate:.3f}%, and its condition is that the offered 30-year rate lies "
            "between 6.000% and 6.250% before 2026-02-26 23:00 UTC"
        )


def test_a_rate_that_is_not_known_is_waited_for():
    assert unfulfilled([band()], None, 6.1, SOON) == (
        "the offered rate that its condition asks about is not known", False,
    )  # fmt: skip
    reason, never = unfulfilled([band()], None, None, DEADLINE)
    assert (reason.startswith("its condition was not met in time"), never) == (True, True)


def test_all_conditions_have_to_hold_in_whatever_order_they_were_given():
    survey = band(5.9, 6.0, measure="survey")
    for both in ((band(), survey), (survey, band())):
        assert unfulfilled(both, sheet(offer(6.1)), 5.95, SOON) == ("", False)
        assert unfulfilled(both, sheet(offer(6.1)), 6.05, SOON)[0].startswith("the survey rate is 6.050%")
        assert unfulfilled(both, sheet(offer(6.3)), 5.95, SOON)[0].startswith("the offered rate is 6.300%")
    assert unfulfilled((), None, None, SOON) == ("", False)


def test_one_deadline_that_passed_ends_it_whatever_the_others_wait_for():
    early = band(measure="survey", before=SOON)
    for both in ((band(), early), (early, band())):
        reason, never = unfulfilled(both, None, 6.1, SOON)
        assert (never, "survey" in reason) == (True, True)


# what is no condition


@pytest.mark.parametrize(
    "told",
    [
        {"low": 6.25, "high": 6.0},
        {"low": -0.1},
        {"high": 30.1},
        {"low": float("nan")},
        {"high": float("inf")},
        {"measure": "wished"},
        {"before": DEADLINE.replace(tzinfo=None)},
    ],
)
def test_what_can_never_or_always_be_met_is_no_condition(told: dict[str, Any]):
    with pytest.raises(ValidationError):
        Condition.model_validate({"low": 6.0, "high": 6.25, "before": DEADLINE, **told})


def test_a_deadline_is_said_in_the_zone_it_names():
    boise = datetime(2026, 2, 26, 16, 0, tzinfo=timezone(timedelta(hours=-7)))
    assert band(before=boise).in_words.endswith("before 2026-02-26 23:00 UTC")


@one_engine
@pytest.mark.parametrize("before", [AT, AT - timedelta(days=1)])
def test_a_deadline_that_passed_is_refused_before_anything_is_written(waiting: Engine, before: datetime):
    zoned = before.astimezone(timezone(timedelta(hours=-7)))
    with pytest.raises(BadInput, match=f"The deadline {before:%Y-%m-%d %H:%M} UTC has passed"):
        approve(waiting, condition=band(before=zoned))
    assert status_of(waiting) is Status.PENDING


# at release


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    start(engine)
    submit(engine, a_piece())
    return engine


def claim(engine: Engine, at: datetime, *, rate: float | None = None, **more: Any) -> bool:
    (release,) = releases_due(engine)
    offered = sheet(offer(rate)) if rate is not None else None
    return ledger(engine, sheet=offered, **more).claim(release, "r1", at=at)


def test_what_was_approved_for_a_band_goes_out_when_the_rate_is_there(waiting: Engine):
    made = approve(waiting, condition=band())
    assert load_piece(waiting, "letter").decision == made
    assert status_of(waiting) is Status.APPROVED_CONDITIONALLY
    assert claim(waiting, SOON, rate=6.125)
    assert status_of(waiting) is Status.RELEASED
    assert verify(waiting).verified


def test_outside_the_band_it_waits_and_goes_out_later(waiting: Engine):
    approve(waiting, condition=band())
    before = verify(waiting).events
    for rate in (5.875, 6.375, None):
        with pytest.raises(NotInForce) as stopped:
            claim(waiting, SOON, rate=rate)
        assert stopped.value.remedy == "Publish again when it is."
    assert (verify(waiting).events, status_of(waiting)) == (before, Status.APPROVED_CONDITIONALLY)
    assert claim(waiting, DEADLINE - timedelta(seconds=1), rate=6.0)


@one_engine
@pytest.mark.parametrize("rate", [6.125, 6.5, None])
def test_at_the_deadline_it_expires_with_its_reason_wherever_the_rate_is(waiting: Engine, rate: float | None):
    approve(waiting, condition=band())
    with pytest.raises(NotInForce, match="its condition was not met in time"):
        claim(waiting, DEADLINE, rate=rate)
    assert status_of(waiting) is Status.EXPIRED
    told = history(waiting, "letter")[-1]
    assert (told.event, told.by) == ("piece.expired", "vallum")
    assert told.details["reason"] == (
        "its condition was not met in time: the offered 30-year rate lies between 6.000% and 6.250% "
        "before 2026-02-26 23:00 UTC"
    )
    assert releases_due(waiting) == ()


def test_once_through_the_gate_the_band_is_not_asked_again(waiting: Engine):
    """The rate is asked as the release goes out; what it shows has claims of its own that age."""
    approve(waiting, condition=band())
    assert claim(waiting, SOON, rate=6.125)
    (release,) = releases_due(waiting)
    books = ledger(waiting, sheet=sheet(offer(7.0)))
    assert books.claim(release, "r2", at=DEADLINE + timedelta(days=1))


def test_the_survey_is_asked_where_the_survey_was_named(waiting: Engine):
    approve(waiting, condition=band(measure="survey"))
    with pytest.raises(NotInForce, match="the survey rate that its condition asks about is not known"):
        claim(waiting, SOON, rate=6.125)
    assert claim(waiting, SOON, rate=7.0, survey=6.1)


def test_one_approver_with_a_condition_makes_the_whole_approval_conditional(waiting: Engine):
    people = (Person(name="Ruth Calder", role="compliance"), Person(name="Ada Stone", role="admin"))
    pairs = LENDER.model_copy(update={"people": people, "approvals": (ApprovalRule(name="Pairs", people=2),)})
    approve(waiting, lender=pairs, condition=band())
    approve(waiting, lender=pairs, by="Ada Stone")
    assert status_of(waiting) is Status.APPROVED_CONDITIONALLY
    assert load_piece(waiting, "letter").conditions == (band(),)
    with pytest.raises(NotInForce, match=r"the offered rate is 6\.375%"):
        claim(waiting, SOON, rate=6.375, lender=pairs)
    assert claim(waiting, SOON, rate=6.25, lender=pairs)


@one_engine
@pytest.mark.parametrize(
    "by_pen",
    [
        "UPDATE decisions SET noun = replace(noun, '6.25', '9.25')",
        "UPDATE decisions SET noun = replace(noun, '2026-02-26T23', '2027-02-26T23')",
        "UPDATE pieces SET status = 'approved'",
    ],
)
def test_a_condition_loosened_by_hand_lets_nothing_out(waiting: Engine, by_pen: str):
    approve(waiting, condition=band())
    by_hand(waiting, by_pen)
    with pytest.raises(NotInForce, match="audit log"):
        claim(waiting, SOON, rate=6.125)
    assert status_of(waiting) is not Status.RELEASED
