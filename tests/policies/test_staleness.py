"""`rate.stale`: how old a price may be, by its own dates, its channel and its claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign.claim import Binding, Claim, Provenance
from campaign.finding import Severity
from campaign.lender import RatePolicy, parse_lender
from campaign.moment import parse_moment
from campaign.piece import Piece
from policies.engine import screen
from policies.packs import PACKS, Pack, read_rule

LENDER = parse_lender((Path(__file__).parents[2] / "tools/examples/lender.toml").read_text(encoding="utf-8"))
BOISE = ZoneInfo("America/Boise")
FILE = PACKS / "rate/stale.yaml"
PACK = Pack("test", (read_rule(FILE.read_text(encoding="utf-8"), FILE, "rate.stale"),))
PRICE = "6.125% rate (6.201% APR)"


def found(body, at="2026-11-24", channel="email", lender=LENDER, **more):
    piece = Piece(piece_id="p", channel=channel, states=("ID",), fields={"body": body}, **more)
    return [
        (f.severity, f.excerpt, f.message) for f in screen(piece, lender, PACK, at=parse_moment(at, BOISE))
    ]


@pytest.mark.parametrize(
    "day", ["November 24, 2026", "November 23, 2026", "11/23/2026", "Nov. 23, 2026, 8:00 a.m. MT"]
)
def test_a_price_of_yesterday_holds_throughout_today(day):
    assert found(f"{PRICE} as of {day}.") == []


@pytest.mark.parametrize("day", ["November 22, 2026", "November 2, 2026", "11/22/2026", "2026-11-22"])
@pytest.mark.parametrize("channel", ["email", "web", "zillow", "sms", "google_search"])
def test_an_older_price_blocks(day, channel):
    [(severity, excerpt, message)] = found(f"{PRICE} as of {day}.", channel=channel)
    assert severity is Severity.BLOCK
    assert excerpt == day
    assert "24 hours" in message


def test_the_day_ends_in_the_lenders_zone():
    assert found(f"{PRICE} as of November 23, 2026.", at="2026-11-24T23:59:00-07:00") == []
    assert found(f"{PRICE} as of November 23, 2026.", at="2026-11-25T00:30:00-07:00") != []


def test_a_clock_time_counts_where_the_piece_is_judged_at_an_hour():
    assert found(f"{PRICE} as of November 23, 2026, 9:00 a.m.", at="2026-11-24T08:00:00-07:00") == []
    assert found(f"{PRICE} as of November 23, 2026, 9:00 a.m.", at="2026-11-24T10:00:00-07:00") != []


def test_social_posts_have_three_days_and_print_its_own_last_day():
    assert found(f"{PRICE} as of November 22, 2026.", channel="linkedin") == []
    assert found(f"{PRICE} as of November 20, 2026.", channel="meta") != []
    assert found(f"{PRICE} as of November 20, 2026, valid through December 4, 2026.", channel="flyer") == []
    [(_, excerpt, message)] = found(
        f"{PRICE} as of November 10, 2026, valid through November 23, 2026.", channel="flyer"
    )
    assert excerpt == "November 23, 2026"
    assert "last day" in message


def test_the_lenders_own_limit_counts():
    patient = LENDER.model_copy(update={"rates": RatePolicy(stale_after_hours=72)})
    assert found(f"{PRICE} as of November 22, 2026.", lender=patient) == []


@pytest.mark.parametrize(
    "text",
    [
        "We wrote to you as of November 2, 2026 about the move.",
        "The average 30-year rate was 6.4% as of November 12, 2026 (Freddie Mac survey).",
        "6.75% variable APR, with Prime at 6.75% as of November 18, 2026. Priced November 24, 2026.",
        "6.125% rate (6.201% APR), priced November 24, 2026. Our office opened on June 1, 2009.",
        "6.125% rate (6.201% APR), priced November 24, 2026. The fair ran until November 8, 2026.",
    ],
)
def test_dates_that_are_not_the_prices_are_left_alone(text):
    assert found(text) == []


def test_a_price_dated_ahead_is_for_a_person():
    assert [severity for severity, _, _ in found(f"{PRICE} as of December 24, 2026.")] == [Severity.WARN]


def test_a_bound_value_past_its_own_validity_blocks():
    at = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    claim = Claim(
        slot="rate",
        kind="rate",
        text="6.125%",
        provenance=Provenance(source="rate_sheet", reference="sheet 4f2a row 3"),
        valid_until=at,
    )
    bound = {"claims": (claim,), "bindings": (Binding(field="body", start=4, end=10, slot="rate"),)}
    before, after = ((at + timedelta(seconds=step)).isoformat() for step in (-1, 0))
    assert found("Get 6.125% today, from people you know.", at=before, **bound) == []
    [(severity, excerpt, message)] = found("Get 6.125% today, from people you know.", at=after, **bound)
    assert severity is Severity.BLOCK
    assert excerpt == "6.125%"
    assert "November 24, 2026, 11:00" in message
