"""Findings: what a rule saw in a piece, where, why it matters, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from campaign.noun import Noun

Confidence = Literal["high", "medium", "low"]


class Severity(StrEnum):
    """How much a finding stops."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Finding(Noun):
    """One thing a rule saw.

    Attributes:
        rule: rule id, `regime.name`.
        severity: `block` may not run as it is, `warn` a person must look, `info` recorded.
        confidence: how sure the rule is, apart from severity.
        citation: the provision, for example `12 CFR 1026.24(c)`.
        field: field of the piece (`headlines[2]` for list entries), or `targeting`, `cost_split`, `consent`.
        start, end: span in the original field; 0, 0 where the finding is about something absent.
        excerpt: the words at that span.
        message: what was found and why it matters.
        fix: what to do instead, or None.
    """

    rule: str
    severity: Severity
    confidence: Confidence = "high"
    citation: str
    field: str
    start: int = 0
    end: int = 0
    excerpt: str = ""
    message: str
    fix: str | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """The finding in the contract's form (design, section 5), without `confidence`."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "citation": self.citation,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "excerpt": self.excerpt,
            "message": self.message,
            "fix": self.fix,
        }


Verdict = Literal["block", "warn", "pass"]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The worst of the findings: `block` over `warn` over `pass`; `info` never counts."""
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return "block"
    return "warn" if Severity.WARN in severities else "pass"
