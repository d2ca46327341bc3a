"""The workspace's rate sheets: each one CSV named by its content, and the one in force at a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from campaign.errors import BadInput, Unreadable
from campaign.rates import RateSheet
from tools.market.kept_files import write_whole
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.workspace import Workspace


def save_sheet(workspace: Workspace, sheet: RateSheet) -> Path:
    """Keep a sheet; one that is already there stays as it is, and counts as imported last.

    The file appears whole or not at all, so that a reader beside us never sees half a sheet.

    Raises:
        BadInput: the folder cannot be written.
    """
    kept = workspace.rates / f"{sheet.sheet_id}.csv"
    if not kept.exists():
        return write_whole(kept, write_rate_sheet(sheet))
    try:
        kept.touch()
    except OSError as error:
        raise BadInput(f"`{kept}` cannot be written: {error.strerror}.", "Mend its permissions.") from error
    return kept


def sheets(workspace: Workspace) -> tuple[RateSheet, ...]:
    """Every sheet kept, in the order in which they open.

    Of two that open together the lender's own comes after an example, and the one imported last after one
    that it corrects.

    Raises:
        Unreadable: a kept file was changed so that it cannot be read.
    """
    paths = sorted(workspace.rates.glob("*.csv"), key=lambda path: path.stat().st_mtime_ns)
    kept = [_read(path, workspace) for path in paths]
    return tuple(sorted(kept, key=lambda sheet: (opens(sheet), not sheet.source.startswith("example, "))))


def latest_sheet(workspace: Workspace, at: datetime) -> RateSheet:
    """The sheet in force at a moment: of those with an offer in force, the one that opened last.

    Args:
        workspace: where sheets are kept. at: aware moment.

    Raises:
        BadInput: none is in force; the message names the last one.
        Unreadable: a kept file cannot be read.
    """
    kept = sheets(workspace)
    sheet = in_force(kept, at)
    if sheet is not None:
        return sheet
    day = at.astimezone(workspace.lender.zone)
    raise BadInput(
        f"No rate sheet is in force on {day:%Y-%m-%d %H:%M %Z}; {_last(kept, at, workspace)}.", _REMEDY
    )


def in_force(kept: tuple[RateSheet, ...], at: datetime) -> RateSheet | None:
    """Of sheets in the order in which they open, the last with an offer in force; None where none has."""
    return next((sheet for sheet in reversed(kept) if any(offer.holds(at) for offer in sheet.offers)), None)


def sheet_or_reason(workspace: Workspace, at: datetime) -> tuple[RateSheet | None, str]:
    """The sheet in force, or None and the sentence that says why there is none.

    Raises:
        Unreadable: a kept file cannot be read; that is no reason but a fault to be mended.
    """
    try:
        return latest_sheet(workspace, at), ""
    except Unreadable:
        raise
    except BadInput as none_in_force:
        return None, str(none_in_force)


_REMEDY = "Import one with `vallum rates import SHEET`."


def opens(sheet: RateSheet) -> datetime:
    """When the first offer of a sheet comes into force."""
    return min(offer.effective_at for offer in sheet.offers)


def closes(sheet: RateSheet) -> datetime:
    """When the last offer of a sheet has ended."""
    return max(offer.expires_at for offer in sheet.offers)


def _last(kept: tuple[RateSheet, ...], at: datetime, workspace: Workspace) -> str:
    if not kept:
        return "none was ever imported"
    past = [sheet for sheet in kept if closes(sheet) <= at]
    named = max(past, key=closes) if past else kept[0]
    moment = closes(named) if past else opens(named)
    which, verb = ("last", "expired") if past else ("first", "opens")
    shown = f"{moment.astimezone(workspace.lender.zone):%Y-%m-%d %H:%M}"
    return f"the {which} one, `{named.sheet_id}` ({named.source}), {verb} {shown}"


def _read(path: Path, workspace: Workspace) -> RateSheet:
    try:
        return read_rate_sheet(path.read_text(encoding="utf-8"), path.name, zone=workspace.lender.zone)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(path), "cannot be read as UTF-8 text.", "Import the sheet again.") from error
