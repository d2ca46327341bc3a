"""`vallum rates` and `vallum fed`: what the market did, and what this lender offers."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tools.market.series import Market
    from tools.workspace import Workspace

rates = typer.Typer(help="The rate survey and the lender's rate sheets.", no_args_is_help=True)
fed = typer.Typer(help="Fed meetings and their decisions.", no_args_is_help=True)

_AS_OF = typer.Option(None, "--as-of", metavar="DATE", help="A date or an ISO time instead of now.")
_JSON = typer.Option(False, "--json", help="Print one JSON document.")


@rates.command("show")
def show_rates(as_of: str | None = _AS_OF, as_json: bool = _JSON) -> Answer:
    """Show the survey, the Fed's range and the sheet in force."""
    from tools.market.series import open_market
    from tools.market.sheets import sheet_or_reason
    from tools.market.views import market_document, market_view

    workspace = _workspace()
    zone = workspace.lender.zone
    at = _moment(as_of, zone)
    market = open_market(workspace)
    sheet, missing = sheet_or_reason(workspace, at)
    document = market_document(market, sheet, missing, at=at, zone=zone)
    return Answer(document, lambda: market_view(market, sheet, missing, at=at, zone=zone), as_json)


@fed.command("calendar")
def calendar(
    as_of: str | None = _AS_OF,
    first: str | None = typer.Option(
        None, "--from", metavar="DATE", help="First day; a year back by default."
    ),
    last: str | None = typer.Option(
        None, "--to", metavar="DATE", help="Last day; the calendar's end by default."
    ),
    as_json: bool = _JSON,
) -> Answer:
    """List Fed meetings with what was known of them."""
    from tools.market.views import calendar_table, fed_document, fed_lines, meeting_document

    zone, market = _zone(), _market()
    at = _moment(as_of, zone)
    on = at.astimezone(zone).date()
    begins = _day(first) if first else date(on.year - 1, on.month, 1)
    ends = _day(last) if last else date.max
    known = market.meetings_known(market.outcomes_out(at, zone))
    listed = tuple(meeting for meeting in known if begins <= meeting.decides <= ends)
    document = {
        "as_of": at.isoformat(),
        **fed_document(market, at, zone),
        "meetings": [meeting_document(meeting) for meeting in listed],
    }
    return Answer(document, lambda: [calendar_table(listed), *fed_lines(market, at, zone)], as_json)


@fed.command("next")
def next_meeting(as_of: str | None = _AS_OF, as_json: bool = _JSON) -> Answer:
    """Say when the Fed decides next, and what is known until then."""
    from tools.market.fed_views import next_document, next_lines

    zone, market = _zone(), _market()
    at = _moment(as_of, zone)
    return Answer(next_document(market, at, zone), lambda: next_lines(market, at, zone), as_json)


@fed.command("moves")
def moves(
    since: str | None = typer.Option(None, "--since", metavar="DATE", help="First day of a meeting."),
    as_of: str | None = _AS_OF,
    as_json: bool = _JSON,
) -> Answer:
    """Show how mortgage rates moved in the weeks around past meetings."""
    from tools.market.fed_views import moves_document, moves_view

    zone, market = _zone(), _market()
    until = _moment(as_of, zone).astimezone(zone).date()
    first = _day(since) if since else None
    document = moves_document(market, since=first, until=until)
    return Answer(document, lambda: moves_view(market, since=first, until=until), as_json)


def _market() -> Market:
    """What the workspace knows; outside of one, what is shipped."""
    from campaign.errors import NoWorkspace
    from tools.market.series import open_market, shipped_market

    try:
        return open_market(_workspace())
    except NoWorkspace:
        return shipped_market()


def _workspace() -> Workspace:
    from tools.workspace import open_workspace

    return open_workspace(os.environ, cwd=Path.cwd())


def _zone() -> ZoneInfo:
    """The lender's zone; Eastern, where the Fed meets, outside a workspace."""
    from zoneinfo import ZoneInfo

    from campaign.errors import NoWorkspace

    try:
        return _workspace().lender.zone
    except NoWorkspace:
        return ZoneInfo("America/New_York")


def _moment(as_of: str | None, zone: ZoneInfo) -> datetime:
    from campaign.moment import parse_moment

    return parse_moment(as_of, zone) if as_of else datetime.now(UTC)


def _day(text: str) -> date:
    from campaign.errors import BadInput

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"`{text}` is no date.", "Write a date as 2026-11-24.") from error
