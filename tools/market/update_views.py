"""What an import of market figures changed, as a document and for people; every contradiction is shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tools.market.fed_views import recorded_lines
from tools.market.figures import SERIES, Series
from tools.market.views import meeting_document, reading_lines, snapshot_at, survey_lines

if TYPE_CHECKING:
    from rich.table import Table

    from tools.market.series import Market
    from tools.market.updating import MarketUpdate, Revision

NAMES: dict[Series, str] = {
    "rate_30y": "30-year survey", "rate_15y": "15-year survey",
    "treasury_10y": "ten-year Treasury", "daily": "daily index",
    "target_lower": "target range, lower end", "target_upper": "target range, upper end",
}  # fmt: skip
_A_WEEK_MOVED = timedelta(days=8)
MOST_SHOWN = 30
"""Revisions listed for people; a document holds them all."""


def update_document(update: MarketUpdate, at: datetime, zone: tzinfo) -> dict[str, Any]:
    """An import as JSON values: counts by series, revisions with both values, the market as it stands."""
    return {
        "sources": list(update.sources),
        "added": _counts([figure.series for figure in update.added]),
        "confirmed": _counts([figure.series for figure in update.confirmed]),
        "revised": [_revision_document(revision) for revision in update.revised],
        "unchanged": update.unchanged,
        "waiting_15y": [figure.day.isoformat() for figure in update.waiting],
        "unread_columns": list(update.unread),
        "decided": [_meeting(update, decision.decides) for decision in update.decided],
        "unexplained_changes": [day.isoformat() for day in update.unexplained],
        "survey_gaps": [[str(last), str(following)] for last, following in _gaps(update.market)],
        "files": [str(path) for path in update.kept],
        "snapshot": snapshot_at(update.market, at, zone).model_dump(mode="json"),
    }


def update_view(update: MarketUpdate, at: datetime, zone: tzinfo) -> list[Any]:
    """The same for people."""
    lines: list[Any] = [f"Read {', '.join(update.sources)}."]
    for series in SERIES:
        new = [figure for figure in update.added if figure.series == series]
        if new:
            last = new[-1]
            days = f"{new[0].day} to {last.day}" if len(new) > 1 else f"{last.day}"
            lines.append(f"  {NAMES[series]}: {len(new):,} new, {days}, the last {last.percent:g} %.")
    for figure in update.confirmed:
        lines.append(
            f"  {NAMES[figure.series]}: {figure.percent:g} % on {figure.day} was weak and is confirmed."
        )
    if update.unchanged:
        lines.append(f"  Figures as they were held: {update.unchanged:,}.")
    if update.unread:
        lines.append(f"  Not read, as none of our series: {', '.join(update.unread)}.")
    if update.revised:
        lines += [_revisions_table(update.revised), *_more(update.revised)]
    lines += _fed_lines(update)
    lines += [
        f"  No survey is held between {last} and {following}; give those weeks too."
        for last, following in _gaps(update.market)
    ]
    lines += _waiting_lines(update)
    lines += [f"Kept as {path}." for path in update.kept] or ["Nothing new, nothing changed."]
    return [*lines, *_standing(update.market, at, zone)]


def _waiting_lines(update: MarketUpdate) -> list[str]:
    days = [figure.day for figure in update.waiting]
    if not days:
        return []
    many = f"{len(days):,} 15-year rates, {days[0]} to {days[-1]}"
    named = many if len(days) > 1 else f"15-year rate of {days[0]}"
    return [f"  Not used until the 30-year rate of the same week is held: {named}."]


def _fed_lines(update: MarketUpdate) -> list[str]:
    lines = []
    for decision in update.decided:
        before, now = (one.meeting(decision.decides) for one in (update.before, update.market))
        lines += recorded_lines(before, now, again=False)
    for day in update.unexplained:
        lines.append(f"  The target range changed on {day} without a meeting on the calendar:")
        lines.append("  record the decision with `vallum fed record DATE --unscheduled`.")
    return lines


def _gaps(market: Market) -> list[tuple[date, date]]:
    """Neighbours of the survey with a week or more missing between them; a holiday moves one by a day."""
    weeks = [one.week for one in market.weeks]
    return [(last, following) for last, following in pairwise(weeks) if following - last > _A_WEEK_MOVED]


def _meeting(update: MarketUpdate, day: date) -> dict[str, Any] | None:
    found = update.market.meeting(day)
    return None if found is None else meeting_document(found)


def _standing(market: Market, at: datetime, zone: tzinfo) -> list[str]:
    snapshot = snapshot_at(market, at, zone)
    weeks = survey_lines(snapshot.survey, snapshot.on) if snapshot.survey else []
    readings = reading_lines(market, snapshot.on)
    return [*weeks, *readings, f"Market snapshot {snapshot.snapshot_id} of {snapshot.on}."]


def _counts(series: list[Series]) -> dict[str, int]:
    return dict(Counter(series))


def _revision_document(revision: Revision) -> dict[str, Any]:
    now, was = revision.now, revision.was
    return {
        "series": now.series, "day": now.day.isoformat(), "was": was.percent, "was_source": was.source,
        "now": now.percent, "now_source": now.source,
    }  # fmt: skip


def _revisions_table(revised: tuple[Revision, ...]) -> Table:
    from rich.table import Table

    title = "Contradicts what was held; the newer value stands"
    table = Table(title=title, title_justify="left")
    for name in ("series", "day", "was %", "from", "now %", "from"):
        table.add_column(name)
    for revision in revised[:MOST_SHOWN]:
        now, was = revision.now, revision.was
        table.add_row(
            NAMES[now.series], str(now.day), f"{was.percent:g}", was.source, f"{now.percent:g}", now.source
        )
    return table


def _more(revised: tuple[Revision, ...]) -> list[str]:
    more = len(revised) - MOST_SHOWN
    return [f"  and {more:,} more; --json shows them all."] if more > 0 else []
