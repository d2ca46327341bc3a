"""The rules as they stood: each version of the rule pack is written into the log once, in words.

A later Vallum has other rules; an examiner asks for those under which a piece was screened. Patterns and
examples stay out: what the law is, why it matters and what was said is what has to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import Session

from approvals.audit import events_of, record
from approvals.audit_rows import TABLE
from approvals.database import reading, writing
from campaign.noun import Noun
from policies.packs import Pack
from policies.rule import Rule
from policies.rulebook import dates, reach

KEPT = "rules.kept"


class KeptRule(Noun):
    """One rule of one version, as its file stated it.

    Attributes:
        id, severity, confidence, citation, why, message, fix: as `policies.rule.Rule`.
        read: day on which a person last compared it with its source. source: how it was known.
        holds_for, dates: where and when it applies, in words.
    """

    id: str
    severity: str
    confidence: str
    citation: str
    read: str
    source: str
    holds_for: str
    dates: str
    why: str
    message: str
    fix: str | None = None


def note_rules(engine: Engine, pack: Pack, *, by: str, at: datetime) -> bool:
    """Keep a version of the rules, once.

    Returns:
        True where it was new.
    """
    subject = rules_subject(pack.version)
    known = select(TABLE.c.seq).where(TABLE.c.subject == subject).limit(1)
    with reading(engine) as session:
        if session.execute(known).first():
            return False
    with writing(engine) as session:
        if session.execute(known).first():
            return False  # another process was first
        rules = [one.model_dump(mode="json") for one in kept_rules(pack.rules)]
        details = {"version": pack.version, "rules": rules}
        record(session, event=KEPT, subject=subject, by=by, at=at, details=details)
    return True


def rules_at(session: Session, version: str) -> tuple[KeptRule, ...]:
    """Every rule of a version, by id; none where that version was never kept.

    Raises:
        Refused: the event that holds them was changed.
    """
    events = [event for event in events_of(session, [rules_subject(version)]) if event.event == KEPT]
    return tuple(KeptRule.model_validate(one) for event in events[:1] for one in event.details["rules"])


def kept_rules(rules: Iterable[Rule]) -> tuple[KeptRule, ...]:
    """Rules in the form in which they are kept."""
    return tuple(
        KeptRule(
            id=rule.id, severity=rule.severity, confidence=rule.confidence, citation=rule.citation,
            read=rule.read.isoformat(), source=rule.source, holds_for=reach(rule), dates=dates(rule),
            why=rule.why, message=rule.message, fix=rule.fix,
        )
        for rule in rules
    )  # fmt: skip


def rules_subject(version: str) -> str:
    """How the log names a version of the rules."""
    return f"rules {version}"
