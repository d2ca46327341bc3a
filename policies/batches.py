"""Batches: cases line by line, as many answers as lines, in the contract's form."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from campaign.answer import Answer
from campaign.errors import VallumError
from campaign.finding import Verdict
from campaign.lender import Lender
from campaign.waiver import Waiver
from policies.cases import moment_of, read_case
from policies.checking import findings_as_json, unreadable, waived
from policies.engine import screen
from policies.packs import load_pack
from policies.waiving import Waiving


def batch(
    lines: Sequence[str],
    lender: Lender,
    waivers: Sequence[Waiver] = (),
    *,
    at: datetime,
    clock: Callable[[], float] | None = None,
) -> Answer:
    """Judge cases line by line; a line that cannot be read blocks.

    Args:
        lines: a JSON case each. lender: who advertises. waivers: all that were given.
        at: aware moment of the judgement, where a case has none of its own.
        clock: seconds, for cutting off a rule that does not end.
    """
    pack = load_pack()
    results = []
    for number, line in enumerate(lines, start=1):
        try:
            case = read_case(line, f"line {number}")
        except VallumError as stopped:
            lost = unreadable(str(stopped), "Mend the line and check it again.")
            results.append(_result(_id_in(line, number), Waiving((lost,))))
            continue
        moment = moment_of(case, at, lender.zone)
        piece = case.piece()
        findings = screen(piece, lender, pack, at=moment, clock=clock)
        results.append(_result(case.id, waived(piece, findings, waivers, lender, moment, (case.id,))))
    blocked = any(result["verdict"] == "block" for result in results)
    return Answer(results, view=lambda: (), as_json=True, exit_code=1 if blocked else 0, lines=True)


def _result(piece_id: str | int, waiving: Waiving) -> dict[str, Any]:
    verdict: Verdict = waiving.verdict
    return {"id": piece_id, "verdict": verdict, "findings": findings_as_json(waiving)}


def _id_in(line: str, number: int) -> str | int:
    """The id that an unreadable case still shows, as text, else its line number."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return number
    found = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(found, int | float) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and _is_whole(found) else number


def _is_whole(text: str) -> bool:
    """Whether a text can be written at all: not empty, no half of a character in it."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
