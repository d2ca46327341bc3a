"""Reports of a check for people and scripts: lines that an editor can jump to, and one JSON document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from campaign.finding import Finding
from policies.checking import UNREADABLE, findings_as_json, unreadable
from policies.excerpts import Spot, marked, spot
from policies.rulebook import counted

if TYPE_CHECKING:
    from policies.checking import Checked, Report

_NOUNS = {"block": "block", "warn": "warning", "info": "note"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def text_lines(report: Report) -> list[str]:
    """What a person reads: `place:line:column: severity rule: message`, the words, law and fix; a summary.

    Characters that could move a terminal's cursor or turn its writing direction are shown as `?`.
    """
    lines = [line for one in report.checked for line in _piece_lines(one)]
    for lost in report.unread:
        lines.append(f"{lost.place}: block {UNREADABLE}: {str(lost.error).removeprefix(f'{lost.place}: ')}")
    lines += _waiver_lines(report)
    lines.append(_summary(report))
    return [_UNPRINTABLE.sub("?", line) for line in lines]


def document(report: Report) -> dict[str, Any]:
    """The report for scripts: a verdict, a result a piece, what was left out, waivers that met nothing."""
    pieces: list[dict[str, Any]] = [
        {
            "id": one.manuscript.piece.piece_id,
            "file": one.manuscript.file,
            "line": one.manuscript.line,
            "content": one.manuscript.piece.content_hash,
            "verdict": one.verdict,
            "findings": findings_as_json(one.waiving),
        }
        for one in report.checked
    ]
    for lost in report.unread:
        finding = unreadable(lost.error.fact, lost.error.remedy)
        pieces.append(
            {"id": lost.place, "file": lost.place, "line": None, "content": None, "verdict": "block"}
            | {"findings": [finding.as_json()]}
        )
    return {
        "verdict": report.verdict,
        "pieces": pieces,
        "left_out": [{"file": one.place, "reason": one.reason} for one in report.left_out],
        "idle_waivers": [{"place": one.place, "rule": one.rule, "piece": one.piece} for one in report.idle],
    }


def place_of(one: Checked, finding: Finding) -> tuple[str, Spot | None]:
    """Where to jump: `file:line:column` where the text is the file's, else the field with line and column."""
    manuscript = one.manuscript
    text = dict(manuscript.piece.texts()).get(finding.field)
    if text is None or finding.start == finding.end:
        return manuscript.place + ("" if manuscript.whole else f" {finding.field}"), None
    found = spot(text, finding.start, finding.end)
    field = "" if manuscript.whole else f" {finding.field}"
    return f"{manuscript.place}{field}:{found.line}:{found.column}", found


def _piece_lines(one: Checked) -> Iterator[str]:
    for finding in one.waiving.standing:
        place, found = place_of(one, finding)
        yield f"{place}: {finding.severity} {finding.rule}: {' '.join(finding.message.split())}"
        if found:
            yield from (f"    {line}" for line in marked(found))
        yield f"    law: {finding.citation}"
        if finding.fix:
            yield f"    fix: {' '.join(finding.fix.split())}"
    for finding, waiver in one.waiving.waived:
        place, _ = place_of(one, finding)
        yield f"{place}: waived {finding.rule} by {waiver.by} until {waiver.until}: {waiver.reason}"


def _waiver_lines(report: Report) -> Iterator[str]:
    """What became of waivers that took nothing away."""
    for one in report.checked:
        for finding, waiver, why in dict.fromkeys(one.waiving.refused):
            place, _ = place_of(one, finding)
            line = f"{waiver.place}: waiver of {waiver.rule} by {waiver.by} does not hold for {place}: {why}."
            if why.startswith("given"):
                line += f" The text is now `{one.manuscript.piece.content_hash}`."
            yield line
    for waiver in report.idle:
        yield f"{waiver.place}: waiver of {waiver.rule} for `{waiver.piece}` meets no finding; take it out."


def _summary(report: Report) -> str:
    counts = Counter(one.severity.value for piece in report.checked for one in piece.waiving.standing)
    verdicts = Counter(one.verdict for one in report.checked)
    waived = sum(len(one.waiving.waived) for one in report.checked)
    fixes = sum(one.fixes for one in report.checked)
    also = [
        ", ".join(counted(counts[name], noun) for name, noun in _NOUNS.items()),
        *([f"{waived} waived"] if waived else []),
        *([f"{counted(fixes, 'fix')} made"] if fixes else []),
        *([f"{len(report.unread)} could not be read"] if report.unread else []),
        *([f"{len(report.left_out)} left out, no text or hidden"] if report.left_out else []),
    ]
    return (
        f"{len(report.checked)} checked: {verdicts['block']} blocked, {verdicts['warn']} to look at, "
        f"{verdicts['pass']} pass ({'; '.join(also)})."
    )
