"""Checking manuscripts: screened, set against waivers, and mended where that is mechanical."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.errors import BadInput
from campaign.finding import Finding, Severity, Verdict, verdict
from campaign.lender import Lender
from campaign.piece import Piece
from campaign.waiver import Waiver
from policies.cases import moment_of
from policies.engine import FAILS_CLOSED, screen
from policies.fixing import mended
from policies.manuscript import LeftOut, Manuscript, Settings, Unread
from policies.manuscripts import Desk
from policies.packs import load_pack
from policies.waiving import Waiving, idle, waive

UNREADABLE = "engine.unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A manuscript with what the rules found, what waivers say, and how many mechanical fixes were made."""

    manuscript: Manuscript
    findings: tuple[Finding, ...]
    waiving: Waiving
    fixes: int = 0

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings that no waiver in force takes away."""
        return self.waiving.verdict


@dataclass(frozen=True, slots=True)
class Report:
    """A whole check.

    Attributes:
        checked: what was judged. unread: what could not be, and blocks. left_out: what is no text.
        idle: waivers that met no finding.
    """

    checked: tuple[Checked, ...]
    unread: tuple[Unread, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    idle: tuple[Waiver, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its pieces; what could not be read blocks."""
        return "block" if self.unread else verdict(f for one in self.checked for f in one.waiving.standing)


def settings_of(channel: str, states: tuple[str, ...], products: tuple[str, ...], audience: str) -> Settings:
    """What the command line says of plain files."""
    return Settings(channel, tuple(state.upper() for state in states), products, audience)


def checked(
    desk: Desk,
    lender: Lender,
    waivers: Sequence[Waiver] = (),
    *,
    at: datetime,
    clock: Callable[[], float] | None = None,
) -> Report:
    """Ask every rule about every manuscript, and set the findings against waivers.

    Args:
        desk: what was read. lender: who advertises. waivers: all that were given.
        at: aware moment of the judgement, where a case has none of its own.
        clock: seconds, for cutting off a rule that does not end.
    """
    pack = load_pack()
    judged = []
    for one in desk.manuscripts:
        moment = moment_of(one.case, at, lender.zone) if one.case else at
        findings = screen(one.piece, lender, pack, at=moment, clock=clock)
        names = (one.piece.piece_id, one.place, one.file)
        judged.append(Checked(one, findings, waived(one.piece, findings, waivers, lender, moment, names)))
    return _report(desk, judged, waivers)


def waived(
    piece: Piece,
    findings: Sequence[Finding],
    waivers: Sequence[Waiver],
    lender: Lender,
    at: datetime,
    names: Sequence[str],
) -> Waiving:
    """A piece's findings set against waivers."""
    if not waivers:
        return Waiving(tuple(findings))
    return waive(findings, waivers, names=names, content=piece.content_hash, at=at, zone=lender.zone)


def fixed(
    report: Report,
    desk: Desk,
    lender: Lender,
    waivers: Sequence[Waiver] = (),
    *,
    at: datetime,
    clock: Callable[[], float] | None = None,
    write: Callable[[Path, bytes], None],
) -> Report:
    """Mend what is mechanical in files that are one text, and check those again.

    Raises:
        BadInput: a file cannot be written.
    """
    after = [_fixed(one, lender, waivers, at=at, clock=clock, write=write) for one in report.checked]
    return _report(desk, after, waivers)


def _report(desk: Desk, judged: Sequence[Checked], waivers: Sequence[Waiver]) -> Report:
    without = idle(waivers, [one.waiving for one in judged])
    return Report(tuple(judged), desk.unread, desk.left_out, without)


def _fixed(
    one: Checked,
    lender: Lender,
    waivers: Sequence[Waiver],
    *,
    at: datetime,
    clock: Callable[[], float] | None = None,
    write: Callable[[Path, bytes], None],
) -> Checked:
    manuscript = one.manuscript
    if not manuscript.whole or manuscript.file == "-":
        return one
    body, count = mended(manuscript.piece, one.waiving.standing, lender, on=at.astimezone(lender.zone).date())
    if not count:
        return one
    before = manuscript.piece.fields["body"]
    if "\r\n" in before:
        body = re.sub(r"(?<!\r)\n", "\r\n", body)
    _keep(manuscript, body, write)
    piece = manuscript.piece.model_copy(update={"fields": {"body": body}})
    again = checked(Desk((replace(manuscript, piece=piece),)), lender, waivers, at=at, clock=clock)
    return replace(again.checked[0], fixes=count)


def _keep(manuscript: Manuscript, body: str, write: Callable[[Path, bytes], None]) -> None:
    """Write a mended file in the encoding it had."""
    try:
        write(Path(manuscript.file), body.encode(manuscript.encoding))
    except OSError as error:
        raise BadInput(
            f"`{manuscript.file}` cannot be written: {error.strerror}.", "Check its permissions."
        ) from error
    except UnicodeEncodeError as error:
        raise BadInput(
            f"`{manuscript.file}` is {manuscript.encoding}, which has no `{error.object[error.start]}`.",
            "Save it as UTF-8 first.",
        ) from error


def unreadable(sentence: str, fix: str) -> Finding:
    """What stands for a piece that could not be read: silence must never mean consent."""
    return Finding(
        rule=UNREADABLE,
        severity=Severity.BLOCK,
        citation=FAILS_CLOSED,
        field="case",
        message=f"{sentence} What cannot be read may not pass.",
        fix=fix,
    )


def findings_as_json(waiving: Waiving) -> list[dict[str, Any]]:
    """Findings in the contract's form; one that a waiver names says so under `waiver`."""
    said: dict[Finding, tuple[Waiver, str]] = {one: (waiver, "in force") for one, waiver in waiving.waived}
    said |= {one: (waiver, why) for one, waiver, why in waiving.refused}
    taken = [one for one, _ in waiving.waived]
    return [
        {**one.as_json(), **({"waiver": _as_json(*said[one])} if one in said else {})}
        for one in (*waiving.standing, *taken)
    ]


def _as_json(waiver: Waiver, state: str) -> dict[str, str]:
    return {
        "state": state,
        "by": waiver.by,
        "reason": waiver.reason,
        "until": waiver.until.isoformat(),
        "place": waiver.place,
    }
