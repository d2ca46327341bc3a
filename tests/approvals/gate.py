"""A small lender's gate to test with: pieces, rules that really read them, and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from approvals import decisions, deliveries, recalls, releases, runs, store
from approvals.gate import Gate
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.brief import Brief
from campaign.claim import Binding, Claim, Provenance
from campaign.finding import Finding, Severity
from campaign.lender import Lender, Person
from campaign.piece import Piece, Speaker
from campaign.release import Decision, Release

AT = datetime(2026, 2, 26, 17, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
WRITER = "Wren Hale"
LENDER = Lender(name="Cedar & Main Mortgage, LLC", nmls="1999901", address="410 Juniper Street, Boise, ID")
PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Sam Ott", role="compliance"),
    Person(name="Ada Stone", role="admin"),
    Person(name="Lou Field", role="loan_officer"),
    Person(name="Pat Reed", role="loan_officer"),
    Person(name="Max Orr", role="marketer"),
    Person(name=WRITER, role="compliance"),
)
LOU = Speaker(name="Lou Field", nmls="2000001")


def staffed(*rules: ApprovalRule) -> Lender:
    """The lender with everybody listed, who asks what these rules ask."""
    return LENDER.model_copy(update={"people": PEOPLE, "approvals": rules})


STAFFED = staffed()


@dataclass
class Rules:
    """A rule pack that reads: words it blocks, words it warns of; changing it makes another version."""

    version: str = "pack-1"
    blocks: set[str] = field(default_factory=lambda: {"guaranteed"})
    warns: set[str] = field(default_factory=lambda: {"best"})
    asked: int = 0

    def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
        self.asked += 1
        found = []
        for name, words in piece.texts():
            for severity, listed in ((Severity.BLOCK, self.blocks), (Severity.WARN, self.warns)):
                found += [
                    Finding(
                        rule=f"test.{word}", severity=severity, citation="12 CFR 1026.24", field=name,
                        start=words.index(word), end=words.index(word) + len(word), excerpt=word,
                        message=f"Says {word}.", fix=f"Leave {word} out.",
                    )
                    for word in sorted(listed)
                    if word in words
                ]  # fmt: skip
        return tuple(found)


def a_piece(piece_id: str = "letter", revision: int = 1, body: str = "Talk with us.", **more: Any) -> Piece:
    more.setdefault("authors", (WRITER,))
    more.setdefault("channel", "email")
    return Piece(piece_id=piece_id, revision=revision, fields={"body": body}, **more)


def with_rate(piece_id: str, *, valid_until: datetime, rate: str = "6.125%") -> Piece:
    """A piece that shows a rate, bound to a row of a sheet."""
    source = Provenance(source="rate_sheet", reference="sheet s1 row 3")
    claim = Claim(
        slot="rate", kind="rate", text=rate, value=6.125, provenance=source, valid_until=valid_until
    )
    binding = Binding(field="body", start=6, end=6 + len(rate), slot="rate")
    return a_piece(piece_id, body=f"Today {rate} note rate.", claims=(claim,), bindings=(binding,))


def start(engine: Engine, run_id: str = "run-1") -> runs.Run:
    brief = Brief(
        goal="Spring purchase season", budget_usd=10_000, starts=date(2026, 3, 1), ends=date(2026, 5, 1)
    )
    run = runs.Run(run_id=run_id, brief=brief, as_of=AT, sheet_id="s1", created_at=AT)
    return runs.start_run(engine, run, by="marketing", at=AT)


def submit(
    engine: Engine,
    piece: Piece,
    rules: Rules | None = None,
    *,
    run_id: str = "run-1",
    turn: int = 0,
    lender: Lender = LENDER,
) -> Status:
    rules = rules or Rules()
    return store.submit(
        engine, piece, run_id=run_id, placement_id="owners.email", master_id="owners.email.a", segment="Owners",
        angle="A plain question", findings=rules.screen(piece, AT), pack_version=rules.version, sheet_id="s1",
        survey_rate=5.98, round=turn, lender=lender, at=AT,
    )  # fmt: skip


def gate_of(engine: Engine, rules: Rules | None = None, lender: Lender = LENDER, **more: Any) -> Gate:
    rules = rules or Rules()
    return Gate(engine, lender, rules, rules.screen, **more)


def approve(engine: Engine, piece_id: str = "letter", rules: Rules | None = None, **more: Any) -> Decision:
    gate = gate_of(engine, rules, more.pop("lender", LENDER))
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, **more}
    return decisions.approve(gate, piece_id, **asked)


def reject(engine: Engine, piece_id: str = "letter", **more: Any) -> Decision:
    gate = gate_of(engine, None, more.pop("lender", LENDER))
    asked: dict[str, Any] = {"by": "Ruth Calder", "at": AT, "reason": "Too long.", **more}
    return decisions.reject(gate, piece_id, **asked)


def ledger(
    engine: Engine, rules: Rules | None = None, lender: Lender = LENDER, **more: Any
) -> releases.SqlLedger:
    return releases.SqlLedger(gate_of(engine, rules, lender, **more))


def approved(engine: Engine, piece: Piece | None = None) -> Release:
    """One approved piece and its release."""
    piece = piece or a_piece()
    start(engine)
    assert submit(engine, piece) is Status.PENDING
    approve(engine, piece.piece_id)
    return next(due for due in releases.releases_due(engine) if due.piece.piece_id == piece.piece_id)


def published(engine: Engine, target: str = "outbox/letter.eml") -> None:
    """One approved piece that went out whole."""
    release, books = approved(engine), ledger(engine)
    assert books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target=target, at=AT)
    deliveries.close_release(engine, release, at=AT)


def recall_live(engine: Engine, run_id: str, *, reason: str, at: datetime) -> int:
    """What a newer plan does to what is live; files that went out are left as they are."""
    return len(recalls.recall_run(engine, run_id, reason=reason, at=at, take_down=str))


def by_hand(engine: Engine, statement: str, **values: Any) -> None:
    """What someone with the database open could do."""
    with engine.connect() as connection:
        connection.execute(text(statement), values)
        connection.commit()


def status_of(engine: Engine, piece_id: str = "letter", revision: int | None = None) -> Status:
    return store.load_piece(engine, piece_id, revision).status
