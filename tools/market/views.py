"""The market as documents for scripts and as tables for people; weak, inferred and unknown figures say so."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from campaign.market_hours import statement_at
from campaign.rates import FedMeeting, RateOffer, RateSheet, SurveyRate
from tools.market.sheets import closes, opens, state_of

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from campaign.market import MarketSnapshot
    from tools.market.series import Market

WEEK = 7
"""Days after which a survey week is said to be old."""
_MARKS = {"weak": "weak: seen in quotations only", "inferred": "inferred from the effective rate"}


def survey_document(week: SurveyRate, on: date) -> dict[str, Any]:
    """A survey week, with its age in days on the day it is looked at."""
    return {**week.model_dump(mode="json"), "age_days": (on - week.week).days}


def fed_document(market: Market, at: datetime, zone: tzinfo) -> dict[str, Any]:
    """The target range as known at a moment, the meetings since whose outcome is not, and the next one."""
    out = market.outcomes_out(at, zone)
    known, ahead = market.target_range(out), market.next_meeting(out)
    return {
        "target_range": None if known is None else meeting_document(known),
        "unknown_since": [meeting.decides.isoformat() for meeting in market.unknown_since(out)],
        "next": None if ahead is None else meeting_document(ahead),
    }


def meeting_document(meeting: FedMeeting) -> dict[str, Any]:
    """A meeting as JSON values."""
    return meeting.model_dump(mode="json")


def sheet_document(sheet: RateSheet, at: datetime, *, stands: bool = True) -> dict[str, Any]:
    """A sheet as JSON values, each offer marked with whether it is in force; of one that gave way none is."""
    offers = [
        {**offer.model_dump(mode="json"), "in_force": stands and offer.holds(at)} for offer in sheet.offers
    ]
    return {**sheet.model_dump(mode="json"), "offers": offers}


def market_document(
    market: Market, sheet: RateSheet | None, missing: str, *, at: datetime, zone: tzinfo
) -> dict[str, Any]:
    """The survey, the Fed's range and the sheet in force; without one, the sentence that says so."""
    on = at.astimezone(zone).date()
    return {
        "as_of": at.isoformat(),
        "survey": survey_document(market.survey(on), on),
        "fed": fed_document(market, at, zone),
        "sheet": None if sheet is None else sheet_document(sheet, at),
        "sheet_missing": missing or None,
        "snapshot": snapshot_at(market, at, zone).model_dump(mode="json"),
    }


def market_view(
    market: Market, sheet: RateSheet | None, missing: str, *, at: datetime, zone: tzinfo
) -> list[Any]:
    """The same for people: lines, then the sheet's offers."""
    shown, on = missing if sheet is None else sheet_table(sheet, at), at.astimezone(zone).date()
    told = [*survey_lines(market.survey(on), on), *reading_lines(market, on), *fed_lines(market, at, zone)]
    return [*told, f"Market snapshot {snapshot_at(market, at, zone).snapshot_id} of {on}.", shown]


def snapshot_at(market: Market, at: datetime, zone: tzinfo) -> MarketSnapshot:
    """The market of the lender's day, without what the Fed says later that day."""
    return market.snapshot(at.astimezone(zone).date(), outcomes=market.outcomes_out(at, zone))


def survey_lines(week: SurveyRate, on: date) -> list[str]:
    """The survey in one line or two."""
    terms = (("30-year", week.provenance), ("15-year", week.provenance_15y))
    weak = " and ".join(term for term, provenance in terms if provenance == "weak")
    marks = f" ({weak} {_MARKS['weak']})" if weak else ""
    fifteen = "" if week.rate_15y is None else f", 15-year {week.rate_15y:.2f} %"
    lines = [f"Survey of {week.week}: 30-year {week.rate_30y:.2f} %{fifteen}. Source: {week.source}{marks}."]
    if (on - week.week).days > WEEK:
        lines.append(f"  It is {(on - week.week).days} days old: no later week is known here.")
    return lines


def reading_lines(market: Market, on: date) -> list[str]:
    """The ten-year and the daily index, with their age where it is more than a week."""
    snapshot = market.snapshot(on)
    lines = []
    for reading, name in ((snapshot.treasury_10y, "Ten-year Treasury"), (snapshot.daily, "Daily index")):
        if reading is not None:
            span = "week to " if reading.weekly else ""
            old = (on - reading.day).days
            age = f", {old} days old" if old > WEEK else ""
            lines.append(
                f"{name}: {reading.percent:.2f} %, {span}{reading.day}{age}. Source: {reading.source}."
            )
    return lines


def fed_lines(market: Market, at: datetime, zone: tzinfo) -> list[str]:
    """The Fed's range, what is not known since, and the next meeting."""
    out = market.outcomes_out(at, zone)
    lines, ahead = range_lines(market, out), market.next_meeting(out)
    if ahead is not None:
        lines.append(f"Next Fed meeting: {ahead.decides}, {when(ahead, at, zone)}.")
    return lines


def days_left(meeting: FedMeeting, at: datetime, zone: tzinfo) -> int:
    """Days from the lender's day at a moment to the one on which it hears the statement."""
    return (statement_at(meeting.decides).astimezone(zone).date() - at.astimezone(zone).date()).days


def when(meeting: FedMeeting, at: datetime, zone: tzinfo) -> str:
    """The same in words."""
    left = days_left(meeting, at, zone)
    return "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"


def range_lines(market: Market, on: date) -> list[str]:
    """The Fed's range as known on a day, and the meetings since whose outcome is not."""
    known = market.target_range(on)
    lines = []
    if known is not None:
        lines.append(
            f"Fed target range: {range_of(known)} since the meeting of {known.decides}{_mark(known)}."
        )
    for meeting in market.unknown_since(on):
        lines.append(f"  The outcome of {meeting.decides} is not known here.")
    return lines


def kept_sheet_document(
    sheet: RateSheet, file: Path, kept: tuple[RateSheet, ...], at: datetime
) -> dict[str, Any]:
    """A sheet that was imported: its offers, its file, how it stands, and what superseded it."""
    state, later = state_of(sheet, kept, at)
    shown = sheet_document(sheet, at, stands=state == "in force")
    return {**shown, "file": str(file), "state": state, "superseded_by": later and later.sheet_id}


def kept_sheet_view(
    sheet: RateSheet, file: Path, kept: tuple[RateSheet, ...], at: datetime, *, zone: tzinfo
) -> list[Any]:
    """The same for people, times in the lender's zone."""
    state, later = state_of(sheet, kept, at)
    lines = [f"Kept as {file}. It holds from {_on_clock(opens(sheet), zone)} to "
             f"{_on_clock(closes(sheet), zone)} and is {state}."]  # fmt: skip
    if later is not None:
        lines.append(
            f"  The sheet {later.sheet_id} ({later.source}), which opened {_on_clock(opens(later), zone)}, "
            "took its place; an earlier one does not come back."
        )
    return [sheet_table(sheet, at, stands=state == "in force"), *lines]


def _on_clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def sheet_table(sheet: RateSheet, at: datetime, *, stands: bool = True) -> Table:
    """The offers of a sheet; of one that does not stand none is in force."""
    from rich.table import Table

    table = Table(title=f"Rate sheet {sheet.sheet_id}: {sheet.source}", title_justify="left")
    for name in ("product", "months", "rate %", "APR %", "points", "fees $", "lock", "min FICO", "max LTV %"):
        table.add_column(name, justify="left" if name == "product" else "right")
    table.add_column("in force")
    for offer in sheet.offers:
        table.add_row(*_offer_cells(offer), "yes" if stands and offer.holds(at) else "no")
    return table


def calendar_table(meetings: tuple[FedMeeting, ...]) -> Table:
    """Meetings with what they decided."""
    from rich.table import Table

    table = Table(title="Federal Open Market Committee", title_justify="left")
    for name in ("decides", "outcome", "target range", "source"):
        table.add_column(name)
    for meeting in meetings:
        table.add_row(
            str(meeting.decides), outcome(meeting), range_of(meeting), meeting.source + _mark(meeting)
        )
    return table


def _offer_cells(offer: RateOffer) -> tuple[str, ...]:
    return (
        offer.product,
        str(offer.term_months),
        f"{offer.rate:.3f}",
        f"{offer.apr:.3f}",
        f"{offer.points:g}",
        f"{offer.fees_usd:,.0f}",
        f"{offer.lock_days} d",
        "" if offer.min_fico is None else str(offer.min_fico),
        "" if offer.max_ltv is None else f"{offer.max_ltv:g}",
    )


def outcome(meeting: FedMeeting) -> str:
    """What a meeting decided, in a few words."""
    if meeting.status == "decided":
        moved = f" {meeting.change_bps:+d} bps" if meeting.change_bps else ""
        decided = meeting.direction or "decided, from a range not known here"
        return f"{decided}{moved}" + ("" if meeting.scheduled else " (unscheduled)")
    words = {
        "future": "ahead",
        "unknown": "outcome not known here",
        "no_rate_decision": "no rate decision",
        "cancelled": "did not take place",
    }
    return words[meeting.status]


def range_of(meeting: FedMeeting) -> str:
    """The target range after a meeting, percent; nothing where it is not known."""
    if meeting.lower_after is None or meeting.upper_after is None:
        return ""
    return f"{meeting.lower_after:.2f} to {meeting.upper_after:.2f} %"


def _mark(meeting: FedMeeting) -> str:
    return f" ({_MARKS['inferred']})" if meeting.provenance == "inferred" else ""
