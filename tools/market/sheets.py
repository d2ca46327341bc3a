"""The workspace's rate sheets: each one CSV named by its content, and the one in force at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from campaign.errors import BadInput, Unreadable
from campaign.rates import RateSheet
from tools.market.kept_files import write_whole
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.workspace import Workspace

State = Literal["in force", "superseded", "expired", "ahead"]


def save_sheet(workspace: Workspace, sheet: RateSheet) -> Path:
    """Keep a sheet; one that is already there stays as it is, and counts as imported last.

    The file appears whole or not at all, so that a reader beside us never sees half a sheet. One that was
    changed, or cannot be read, is written anew.

    Raises:
        BadInput: the folder cannot be written.
    """
    kept = workspace.rates / f"{sheet.sheet_id}.csv"
    if not _is_whole(kept, sheet, workspace):
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
    return tuple(sorted(kept, key=lambda sheet: (opens(sheet), not _is_example(sheet))))


def latest_sheet(workspace: Workspace, at: datetime) -> RateSheet:
    """The sheet in force at a moment: of those that have opened, the last, while it holds.

    Args:
        workspace: where sheets are kept. at: aware moment.

    Raises:
        BadInput: none is in force; the message names the last one and when it ended.
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
    """Of sheets in the order in which they open, the last that has opened, while it holds; None else.

    Whoever gives a new sheet takes the prices before it back: an earlier one never comes into force again,
    however long it was to last. An example is priced where none is in force and opens at the midnight before,
    so that it follows a sheet that ended on its day.
    """
    last = _opened_last(kept, at)
    if last is None or _holds(last, at):
        return last
    ended = _ended(last, at)
    examples = [one for one in kept if _is_example(one) and _holds(one, at)]
    return next((one for one in reversed(examples) if opens(one) <= ended < opens(one) + _A_DAY), None)


def state_of(sheet: RateSheet, kept: tuple[RateSheet, ...], at: datetime) -> tuple[State, RateSheet | None]:
    """How a kept sheet stands at a moment; where it is superseded, also the sheet that took its place.

    Args:
        sheet: one of `kept`. kept: all, in the order in which they open. at: aware moment.
    """
    standing = in_force(kept, at)
    if standing is not None and standing.sheet_id == sheet.sheet_id:
        return "in force", None
    if closes(sheet) <= at:
        return "expired", None
    later = _opened_last(kept, at)
    if opens(sheet) > at or later is None or later.sheet_id == sheet.sheet_id:
        return "ahead", None
    return "superseded", later


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
_A_DAY = timedelta(days=1)


def opens(sheet: RateSheet) -> datetime:
    """When the first offer of a sheet comes into force."""
    return min(offer.effective_at for offer in sheet.offers)


def closes(sheet: RateSheet) -> datetime:
    """When the last offer of a sheet has ended."""
    return max(offer.expires_at for offer in sheet.offers)


def _opened_last(kept: tuple[RateSheet, ...], at: datetime) -> RateSheet | None:
    return next((sheet for sheet in reversed(kept) if opens(sheet) <= at), None)


def _holds(sheet: RateSheet, at: datetime) -> bool:
    return any(offer.holds(at) for offer in sheet.offers)


def _ended(sheet: RateSheet, at: datetime) -> datetime:
    """When the offers of an opened sheet last ended by a moment at which none of them holds."""
    return max(offer.expires_at for offer in sheet.offers if offer.expires_at <= at)


def _is_example(sheet: RateSheet) -> bool:
    return sheet.source.startswith("example, ")


def _last(kept: tuple[RateSheet, ...], at: datetime, workspace: Workspace) -> str:
    if not kept:
        return "none was ever imported"
    last = _opened_last(kept, at)
    named, moment = (kept[0], opens(kept[0])) if last is None else (last, _ended(last, at))
    which, verb = ("first", "opens") if last is None else ("last", "expired")
    shown = f"{moment.astimezone(workspace.lender.zone):%Y-%m-%d %H:%M}"
    return f"the {which} one, `{named.sheet_id}` ({named.source}), {verb} {shown}"


def _is_whole(kept: Path, sheet: RateSheet, workspace: Workspace) -> bool:
    try:
        return kept.exists() and _read(kept, workspace).sheet_id == sheet.sheet_id
    except BadInput:
        return False


def _read(path: Path, workspace: Workspace) -> RateSheet:
    try:
        return read_rate_sheet(path.read_text(encoding="utf-8"), path.name, zone=workspace.lender.zone)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(path), "cannot be read as UTF-8 text.", "Import the sheet again.") from error
