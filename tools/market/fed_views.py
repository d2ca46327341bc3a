"""The Fed as documents and for people: what comes next, what was recorded, how rates moved around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from campaign.market_hours import NEW_YORK, statement_at
from tools.market.meeting_moves import (
    QUANTILES,
    MeetingMove,
    correlation_with_decision,
    correlation_with_treasury,
    distribution,
    moves_around,
    other_weeks,
)
from tools.market.views import (
    days_left,
    fed_document,
    meeting_document,
    outcome,
    range_lines,
    range_of,
    when,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.table import Table

    from campaign.rates import FedMeeting
    from tools.market.series import Market

WEEKS = (1, 2, 4)
"""Survey weeks after a meeting that are looked at."""
_GROUPS = ("every meeting", "hike", "hold", "cut")


def next_document(market: Market, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The meeting whose statement comes next, when, and what is known of the range until then."""
    awaited = market.awaited(at)
    document: dict[str, Any] = {"as_of": at.isoformat(), **fed_document(market, at, zone), "next": None}
    if awaited is not None:
        document["next"] = {
            **meeting_document(awaited),
            "statement_at": statement_at(awaited.decides).isoformat(),
            "days_left": days_left(awaited, at, zone),
        }
    return document


def next_lines(market: Market, at: datetime, zone: ZoneInfo) -> list[str]:
    """The same for people, with the statement in New York's time and in the lender's."""
    awaited, out = market.awaited(at), market.outcomes_out(at, zone)
    if awaited is None:
        last = market.meetings[-1].decides
        return [f"No meeting is known after {last}.", *range_lines(market, out)]
    statement = statement_at(awaited.decides).astimezone(NEW_YORK)
    here = statement.astimezone(zone)
    local = "" if here.utcoffset() == statement.utcoffset() else f", {here:%H:%M %Z} at the lender"
    after = market.awaited(statement)
    lines = [
        f"Next Fed meeting: {awaited.starts} to {awaited.decides}, {when(awaited, at, zone)}.",
        f"  Statement {statement:%A %Y-%m-%d %H:%M %Z}{local}.",
        *range_lines(market, out),
    ]
    for meeting in market.unknown_since(out):
        lines.append(f"  Record it with `vallum fed record {meeting.decides} --lower --upper --source`.")
    if after is not None:
        lines.append(f"The meeting after that decides on {after.decides}.")
    return lines


def recorded_document(before: FedMeeting | None, now: FedMeeting | None, again: bool) -> dict[str, Any]:
    """A recorded decision, what was held of it before, and whether that said the same."""
    return {
        "meeting": None if now is None else meeting_document(now),
        "before": None if before is None else meeting_document(before),
        "unchanged": again,
    }


def recorded_lines(before: FedMeeting | None, now: FedMeeting | None, again: bool) -> list[str]:
    """The same for people; a decision that contradicts what was held says so."""
    if now is None:
        return []
    told = f"{now.decides}: {outcome(now)}, {range_of(now)} ({now.source})."
    if again:
        return [f"Known already. {told}"]
    lines = [f"Recorded. {told}"]
    if before is not None and before.status == "decided" and range_of(before) != range_of(now):
        lines.append(
            f"  It contradicts what was held: {range_of(before)} ({before.source}). The newer stands."
        )
    return lines


def moves_document(market: Market, *, since: date | None, until: date) -> dict[str, Any]:
    """How the 30-year survey rate moved after meetings, in basis points, by weeks and by decision."""
    return {
        "since": since and since.isoformat(),
        "until": until.isoformat(),
        "follows": FOLLOWS,
        "weeks_after": {str(weeks): _week_document(market, weeks, since, until) for weeks in WEEKS},
    }


FOLLOWS = (
    "Mortgage rates follow the ten-year Treasury, not the funds rate; this is what was, not what will be."
)


def _week_document(market: Market, weeks: int, since: date | None, until: date) -> dict[str, Any]:
    moves = moves_around(market, weeks_after=weeks, since=since, until=until)
    return {
        "by_decision": {name: asdict(distribution(_of(moves, name))) for name in _GROUPS},
        "other_weeks": asdict(distribution(other_weeks(market, moves, weeks_after=weeks))),
        "correlation_with_treasury": correlation_with_treasury(moves),
        "correlation_with_decision": correlation_with_decision(moves),
        "moves": [_move_document(move) for move in moves],
    }


def moves_view(market: Market, *, since: date | None, until: date) -> list[Any]:
    """The same for people: a table per number of weeks, and what the moves went along with."""
    shown: list[Any] = []
    for weeks in WEEKS:
        moves = moves_around(market, weeks_after=weeks, since=since, until=until)
        shown += [_moves_table(market, weeks, moves), *_together(moves), ""]
    return [*shown, FOLLOWS, _COLLECTED]


_COLLECTED = (
    "Since November 2022 a survey is of applications from Thursday to Wednesday: the first one after a "
    "meeting was mostly collected before its statement."
)


def _moves_table(market: Market, weeks: int, moves: Sequence[MeetingMove]) -> Table:
    from rich.table import Table

    after = f"{weeks} week{'s' if weeks > 1 else ''} after"
    title = f"30-year survey {after} the last before a meeting, bps"
    table = Table(title=title, title_justify="left")
    table.add_column("meetings")
    for name in ("count", *(f"{share:.0%}" for share in QUANTILES)):
        table.add_column(name, justify="right")
    for group in _GROUPS:
        table.add_row(group, *_cells(_of(moves, group)))
    table.add_row("other weeks", *_cells(other_weeks(market, moves, weeks_after=weeks)))
    return table


def _together(moves: Sequence[MeetingMove]) -> list[str]:
    with_treasury, with_decision = correlation_with_treasury(moves), correlation_with_decision(moves)
    if with_treasury is None or with_decision is None:
        return ["Too few meetings to say what the moves went along with."]
    return [
        f"Correlation of these moves with the ten-year's {with_treasury:+.2f}, "
        f"with the Fed's decision {with_decision:+.2f}."
    ]


def _cells(moves: Sequence[MeetingMove] | Sequence[float]) -> list[str]:
    found = distribution(moves)
    return [f"{found.count:,}", *(f"{found.quantiles[share]:+.1f}" for share in QUANTILES if found.count)]


def _of(moves: Sequence[MeetingMove], group: str) -> list[MeetingMove]:
    return [move for move in moves if group in (_GROUPS[0], move.direction)]


def _move_document(move: MeetingMove) -> dict[str, Any]:
    document = {**asdict(move), "decides": move.decides.isoformat()}
    return {**document, **{name: getattr(move, name).model_dump(mode="json") for name in ("before", "after")}}
