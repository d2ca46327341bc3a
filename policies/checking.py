"""Checking manuscripts and batches: screened, mended where that is mechanical, and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.answer import Answer
from campaign.errors import BadInput, VallumError
from campaign.finding import Finding, Severity, Verdict, verdict
from campaign.lender import Lender
from policies.cases import moment_of, read_case
from policies.engine import screen
from policies.fixing import mended
from policies.manuscripts import Manuscript, Settings
from policies.packs import load_pack
from policies.reports import sarif, text_lines

UNREADABLE = "engine.unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A manuscript with what the rules found, and how many mechanical fixes were made."""

    manuscript: Manuscript
    findings: tuple[Finding, ...]
    fixes: int = 0

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings."""
        return verdict(self.findings)


def settings_of(channel: str, states: tuple[str, ...], products: tuple[str, ...], audience: str) -> Settings:
    """What the command line says of plain files."""
    return Settings(channel, tuple(state.upper() for state in states), products, audience)


def screened(manuscripts: Sequence[Manuscript], lender: Lender, *, at: datetime) -> tuple[Checked, ...]:
    """Ask every rule about every manuscript."""
    pack = load_pack()
    return tuple(
        Checked(one, screen(one.piece, lender, pack, at=_moment(one, lender, at))) for one in manuscripts
    )


def fixed(
    checked: Sequence[Checked], lender: Lender, *, at: datetime, write: Callable[[Path, str], None]
) -> tuple[Checked, ...]:
    """Mend what is mechanical in files that are one text, and screen again.

    Raises:
        BadInput: a file cannot be written.
    """
    return tuple(_fixed(one, lender, at=at, write=write) for one in checked)


def _fixed(one: Checked, lender: Lender, *, at: datetime, write: Callable[[Path, str], None]) -> Checked:
    path = one.manuscript.path
    body, count = mended(one.manuscript.piece, one.findings, lender, on=at.astimezone(lender.zone).date())
    if path is None or not count:
        return one
    try:
        write(path, body)
    except OSError as error:
        raise BadInput(f"`{path}` cannot be written: {error.strerror}.", "Check its permissions.") from error
    piece = one.manuscript.piece.model_copy(update={"fields": {"body": body}})
    (again,) = screened((replace(one.manuscript, piece=piece),), lender, at=at)
    return replace(again, fixes=count)


def answer(checked: Sequence[Checked], *, form: str) -> Answer:
    """The report in one of its forms; exit 1 where anything blocks."""
    worst = verdict(finding for one in checked for finding in one.findings)
    code = 1 if worst == "block" else 0
    if form == "sarif":
        return Answer(sarif(load_pack(), checked), view=lambda: (), as_json=True, exit_code=code)
    document = {
        "verdict": worst,
        "pieces": [_result(one.manuscript.piece.piece_id, one.findings) for one in checked],
    }
    return Answer(document, lambda: text_lines(checked), as_json=form == "json", exit_code=code)


def batch(lines: Sequence[str], lender: Lender, *, at: datetime) -> Answer:
    """Judge cases line by line: as many answers as lines, unreadable ones included."""
    pack = load_pack()
    results = []
    for number, line in enumerate(lines, start=1):
        try:
            case = read_case(line, f"line {number}")
        except VallumError as stopped:
            results.append(_unreadable(line, number, str(stopped)))
            continue
        findings = screen(case.piece(), lender, pack, at=moment_of(case, at, lender.zone))
        results.append(_result(case.id, findings))
    blocked = any(result["verdict"] == "block" for result in results)
    return Answer(results, view=lambda: (), as_json=True, exit_code=1 if blocked else 0, lines=True)


def _result(piece_id: str | int | None, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "id": piece_id,
        "verdict": verdict(findings),
        "findings": [finding.as_json() for finding in findings],
    }


def _unreadable(line: str, number: int, sentence: str) -> dict[str, Any]:
    finding = Finding(
        rule=UNREADABLE,
        severity=Severity.BLOCK,
        citation="house rule: the gate fails closed",
        field="case",
        message=f"{sentence} What cannot be read may not pass.",
        fix="Mend the line and check it again.",
    )
    return _result(_id_in(line, number), (finding,))


def _id_in(line: str, number: int) -> str | int:
    """The id that an unreadable case still shows, else its line number."""
    import json

    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return number
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and found else number


def _moment(one: Manuscript, lender: Lender, at: datetime) -> datetime:
    return moment_of(one.case, at, lender.zone) if one.case else at
