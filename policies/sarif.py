"""Reports as SARIF 2.1.0 (OASIS standard with errata 01), for code-scanning pages and review tools."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from campaign.finding import Finding, Severity
from policies.checking import UNREADABLE, unreadable
from policies.excerpts import spot
from policies.reading import fold
from policies.rule_pages import page

if TYPE_CHECKING:
    from campaign.waiver import Waiver
    from policies.checking import Checked, Report
    from policies.packs import Pack
    from policies.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "vallum/v1"
_LEVELS = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFO: "note"}
_SPACE = re.compile(r"\s+")


def sarif(pack: Pack, report: Report, *, version: str, pages: str | None) -> dict[str, Any]:
    """A log with one run and one result a finding; waived findings are there, suppressed.

    Args:
        pack: whose rules are described. report: what was found.
        version: of Vallum. pages: address under which rule pages stand, with a slash at its end; None where
            they stand nowhere. Each rule carries its page as text besides.
    """
    seen: Counter[str] = Counter()
    results = [result for one in report.checked for result in _results(one, seen)]
    results += [_lost(one.place, unreadable(one.error.fact, one.error.remedy)) for one in report.unread]
    known = {rule.id: rule for rule in pack.rules}
    used = sorted({result["ruleId"] for result in results})
    for result in results:
        result["ruleIndex"] = used.index(result["ruleId"])
    driver = {
        "name": "vallum",
        "semanticVersion": f"{version}+{pack.version}",
        "rules": [_rule(name, known.get(name), pages) for name in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str, rule: Rule | None, pages: str | None) -> dict[str, Any]:
    if rule is None:
        return {
            "id": name,
            "shortDescription": {"text": "The gate fails closed: what cannot be judged may not pass."},
            "defaultConfiguration": {"level": "error"},
        }
    return {
        "id": name,
        "shortDescription": {"text": rule.why},
        "help": {"text": f"{rule.citation}. {rule.why}", "markdown": page(rule)},
        **({"helpUri": f"{pages}{name}.md"} if pages else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"citation": rule.citation, "confidence": rule.confidence, "tags": [rule.kind]},
    }


def _results(one: Checked, seen: Counter[str]) -> list[dict[str, Any]]:
    reasons = {finding: why for finding, _, why in one.waiving.refused}
    results = []
    for finding in one.waiving.standing:
        extra = {"waiver": reasons[finding]} if finding in reasons else {}
        results.append(_result(one, finding, seen, extra))
    for finding, waiver in one.waiving.waived:
        results.append(_result(one, finding, seen, {}) | {"suppressions": [_suppression(waiver)]})
    return results


def _result(one: Checked, finding: Finding, seen: Counter[str], extra: dict[str, str]) -> dict[str, Any]:
    fix = {"fix": finding.fix} if finding.fix else {}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(one, finding)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(one, finding, seen)},
        "properties": {"citation": finding.citation, "field": finding.field, **fix, **extra},
    }


def _lost(place: str, finding: Finding) -> dict[str, Any]:
    return {
        "ruleId": UNREADABLE,
        "level": "error",
        "message": {"text": f"{finding.message} {finding.fix or ''}".strip()},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _address(place)}}}],
    }


def _fingerprint(one: Checked, finding: Finding, seen: Counter[str]) -> str:
    """The same while the words stay, wherever they move; words found twice are told apart by their order."""
    manuscript = one.manuscript
    named = manuscript.line is None or manuscript.piece.piece_id != manuscript.place
    piece = f"{manuscript.file}\0{manuscript.piece.piece_id if named else ''}"
    words = _SPACE.sub(" ", fold(finding.excerpt[:1_000])).strip()
    what = "\0".join((finding.rule, piece, finding.field, words))
    seen[what] += 1
    return hashlib.sha256(f"{what}\0{seen[what]}".encode()).hexdigest()


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": f"{waiver.reason} ({waiver.by}, until {waiver.until})",
        "properties": {"by": waiver.by, "until": waiver.until.isoformat(), "place": waiver.place},
    }


def _location(one: Checked, finding: Finding) -> dict[str, Any]:
    manuscript = one.manuscript
    physical: dict[str, Any] = {"artifactLocation": {"uri": _address(manuscript.file)}}
    text = dict(manuscript.piece.texts()).get(finding.field)
    if manuscript.whole and text is not None and finding.end > finding.start:
        found = spot(text, finding.start, finding.end)
        physical["region"] = {
            "startLine": found.line,
            "startColumn": found.column,
            "endLine": found.last_line,
            "endColumn": found.last_column,
            "charOffset": finding.start,
            "charLength": finding.end - finding.start,
            "snippet": {"text": finding.excerpt},
        }
    elif manuscript.line is not None or manuscript.whole:
        physical["region"] = {"startLine": manuscript.line or 1}
    name = f"{manuscript.piece.piece_id}/{finding.field}"
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"name": finding.field, "fullyQualifiedName": name}],
    }


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.unread,
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": {"text": f"{one.place} was left out: {one.reason}."},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": _address(one.place)}}}],
            }
            for one in report.left_out
        ]
        + [
            {
                "level": "warning",
                "message": {"text": f"{one.place}: waiver of {one.rule} meets no finding."},
            }
            for one in report.idle
        ],
    }


def _address(file: str) -> str:
    """A file's name as a URI reference."""
    if file == "-":
        return "stdin"
    return Path(file).as_uri() if Path(file).is_absolute() else quote(Path(file).as_posix())
