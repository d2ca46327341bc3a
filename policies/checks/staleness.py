"""A quoted price that has aged: taken too long ago for its channel, past its own last day, or past its claim.

A bare date counts to the end of that day in the lender's zone. Dates of an index or of a survey are not the
price's; how old an index may be is another rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import re2
from pydantic import Field

from campaign.claim import Binding, Claim
from campaign.finding import Severity
from campaign.moment import end_of_day
from campaign.noun import Noun
from policies.reading import Reading
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.spoken import spoken_date
from policies.stated_dates import StatedDate

_NOT_THE_PRICE = re2.compile(
    r"\b(?:prime|sofr|libor|treasury|index|survey|freddie mac|pmms|averaged?|fhfa)\b(?:[^.;\n]|\.\d){0,60}$"
)
_OFFER_ENDS = re2.compile(
    r"\b(?:valid|offer|good|appl(?:y|ications?)|available|availability|prices?|priced|pricing|rates?|expires?"
    r"|lock(?:ed)?|hold|through|validas?|oferta|solicitudes)\b"
)


class Keys(Noun):
    """How old a price may be.

    Attributes:
        hours: by channel; elsewhere the lender's own limit (`rates.stale_after_hours`).
    """

    hours: dict[str, int] = Field(default_factory=dict)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Every sign that a quoted price no longer holds, as `{reason}`."""
    yield from _expired_claims(seen)
    if not any(figure.value is not None for _, figure in seen.stated("rate", "apr")):
        return
    keys: Keys = rule.keys
    hours = keys.hours.get(seen.piece.channel, seen.lender.rates.stale_after_hours)
    for reading in seen.readings:
        for stated in seen.dates[reading.field]:
            yield from _judge(seen, reading, stated, hours)


def _judge(seen: Seen, reading: Reading, stated: StatedDate, hours: int) -> Iterator[Hit]:
    start, _ = reading.sentence(stated.start, stated.end)
    before = reading.text[max(start, stated.start - 90) : stated.start]
    zone = seen.lender.zone
    if stated.kind == "taken" and not _NOT_THE_PRICE.search(before):
        if _taken(seen, stated) + timedelta(hours=hours) < seen.at:
            reason = (
                f"the price was taken then, and in {seen.piece.channel} it may be at most {hours} hours old"
            )
            yield seen.hit(reading, stated.start, stated.end, reason=reason)
        elif stated.day > seen.today + timedelta(days=1):
            hit = seen.hit(reading, stated.start, stated.end, reason="the price is dated in the future")
            yield replace(hit, severity=Severity.WARN)
    elif stated.kind == "until" and end_of_day(stated.day, zone) < seen.at and _OFFER_ENDS.search(before):
        reason = f"its own last day, {spoken_date(stated.day)}, has passed"
        yield seen.hit(reading, stated.start, stated.end, reason=reason)


def _taken(seen: Seen, stated: StatedDate) -> datetime:
    """When a price was taken; a clock time counts where the piece is judged at an hour and not for a day."""
    whole_day = seen.at.astimezone(seen.lender.zone).time() >= time(23, 59)
    if stated.clock is None or whole_day:
        return end_of_day(stated.day, seen.lender.zone)
    return datetime.combine(stated.day, stated.clock, tzinfo=seen.lender.zone).astimezone(UTC)


def _expired_claims(seen: Seen) -> Iterator[Hit]:
    """Bound values whose own validity has passed."""
    claims = {claim.slot: claim for claim in seen.piece.claims or ()}
    for binding in seen.piece.bindings:
        claim = claims.get(binding.slot)
        if claim is not None and claim.valid_until is not None and claim.valid_until <= seen.at:
            yield _expired(seen, binding, claim, claim.valid_until)


def _expired(seen: Seen, binding: Binding, claim: Claim, until: datetime) -> Hit:
    local = until.astimezone(seen.lender.zone)
    reason = f"`{claim.slot}` held until {spoken_date(local.date())}, {local:%H:%M}"
    return Hit(binding.field, binding.start, binding.end, words={"reason": reason})
