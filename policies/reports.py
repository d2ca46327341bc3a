"""Reports of a check: lines that an editor can jump to, and SARIF 2.1.0 for code-scanning tools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campaign.finding import Finding, Severity

if TYPE_CHECKING:
    from policies.checking import Checked
    from policies.packs import Pack
    from policies.rule import Rule

_LEVELS = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def text_lines(checked: Sequence[Checked]) -> list[str]:
    """One line a finding, `place:line:column: severity rule: message (citation)`, then a summary."""
    lines: list[str] = []
    for one in checked:
        for finding in one.findings:
            lines.append(f"{_place(one, finding)}: {finding.severity} {finding.rule}: {finding.message}")
            tail = f"    {finding.citation}" + (f" | {finding.fix}" if finding.fix else "")
            lines.append(tail)
    counts = Counter(finding.severity.value for one in checked for finding in one.findings)
    verdicts = Counter(one.verdict for one in checked)
    fixes = sum(one.fixes for one in checked)
    lines.append(
        f"{len(checked)} checked: {verdicts['block']} blocked, {verdicts['warn']} to look at, "
        f"{verdicts['pass']} pass ({counts['block']} blocks, {counts['warn']} warnings, "
        f"{counts['info']} notes" + (f"; {fixes} fixes made)." if fixes else ").")
    )
    return lines


def _place(one: Checked, finding: Finding) -> str:
    """Where to jump: line and column in a plain file, the field elsewhere."""
    texts = dict(one.manuscript.piece.texts())
    text = texts.get(finding.field)
    if text is None or (finding.start == finding.end == 0):
        return f"{one.manuscript.place}: {finding.field}"
    line = text.count("\n", 0, finding.start) + 1
    column = finding.start - (text.rfind("\n", 0, finding.start) + 1) + 1
    field = "" if one.manuscript.path else f" {finding.field}"
    return f"{one.manuscript.place}:{line}:{column}{field}"


def sarif(pack: Pack, checked: Sequence[Checked]) -> dict[str, Any]:
    """The report as a SARIF 2.1.0 log (OASIS standard): one run, one result a finding."""
    used = sorted({finding.rule for one in checked for finding in one.findings})
    known = {rule.id: rule for rule in pack.rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vallum",
                        "semanticVersion": f"0.1.0+{pack.version}",
                        "rules": [_sarif_rule(rule_id, known.get(rule_id)) for rule_id in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _sarif_result(one, finding, used.index(finding.rule))
                    for one in checked
                    for finding in one.findings
                ],
            }
        ],
    }


def _sarif_rule(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": rule_id}
    return {
        "id": rule_id,
        "shortDescription": {"text": rule.why},
        "help": {"text": rule.citation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(one: Checked, finding: Finding, index: int) -> dict[str, Any]:
    place = one.manuscript.place.split(":", 1)[0]
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": "stdin" if place == "-" else place.replace("\\", "/")}
        },
        "logicalLocations": [
            {"name": finding.field, "fullyQualifiedName": f"{one.manuscript.place}/{finding.field}"}
        ],
    }
    if one.manuscript.path and finding.end > finding.start:
        location["physicalLocation"]["region"] = {
            "charOffset": finding.start,
            "charLength": finding.end - finding.start,
        }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        "properties": {"citation": finding.citation, "fix": finding.fix},
    }
