"""A whole small house that publishes: a book, a gate with approved pieces, and everything `publish` needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from approvals import decisions, releases, runs, store
from approvals.database import open_database
from approvals.gate import Gate
from approvals.publishing import PublishReport, publish
from approvals.releases import SqlLedger
from campaign.brief import Brief
from campaign.channel import Channel
from campaign.finding import Finding, Severity
from campaign.lender import Account, Capacity, Lender
from campaign.piece import Piece
from campaign.plan import Placement
from campaign.release import Release
from campaign.segment import Predicate
from tests.conformance.examples import AD, LETTER
from tools.book.engine import open_book
from tools.book.importing import import_file

AT = datetime(2026, 2, 26, 17, 0, tzinfo=UTC)
RUN = "run-1"
Answer = TypeVar("Answer")
LENDER = Lender(
    name="Cedar & Main Mortgage, LLC",
    short_name="Cedar & Main",
    nmls="1999901",
    address="410 Juniper Street, Suite 200, Boise, ID 83702",
    url="https://www.cedarandmain.example",
    timezone="America/Boise",
    channels={"email": Account(from_address="home@cedarandmain.example")},
)


@dataclass(frozen=True)
class Pack:
    version: str = "pack-1"


class Screen:
    """Rules that block a word from a moment on, as a newer pack or a stale rate would."""

    def __init__(self, word: str = "", since: datetime = AT) -> None:
        self._word, self._since = word, since

    def __call__(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                rule="rate.stale", severity=Severity.BLOCK, citation="house rule", field=name,
                message="quotes a rate that is too old.",
            )
            for name, text in piece.texts()
            if self._word and self._word in text and at >= self._since
        )  # fmt: skip


def letter(variant: str, **more: Any) -> Piece:
    fields = {**LETTER, "subject": f"{LETTER['subject']} ({variant})", **more.pop("fields", {})}
    return _piece(f"owners.email.{variant}", "email", fields, **more)


def ad(variant: str, states: tuple[str, ...] = ("CA", "WA"), **more: Any) -> Piece:
    return _piece(f"owners.google_search.{variant}.{'-'.join(states)}", "google_search", AD, states, **more)


def post() -> Piece:
    return _piece("owners.meta.a", "meta", {"body": "Talk with us.", "headline": "Home loans"})


def _piece(
    piece_id: str, channel: str, fields: Any, states: tuple[str, ...] = ("CA", "WA"), **more: Any
) -> Piece:
    return Piece(
        piece_id=piece_id, channel=channel, states=states, fields=fields, authors=("house writer",), **more
    )


@dataclass
class House:
    """One workspace's folder with its gate and book.

    Attributes:
        home: the folder. lender, environment: as `publish` takes them.
        screen: the rules in force. database: URL of the gate's records; empty for a file in the folder.
    """

    home: Path
    lender: Lender = LENDER
    environment: Mapping[str, str] = field(default_factory=dict)
    screen: Screen = field(default_factory=Screen)
    database: str = ""

    @property
    def url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'vallum.db'}"

    def build(self, people: Sequence[tuple[str, str]], pieces: Sequence[Piece]) -> House:
        """Make the book of (first name, address) and approve the pieces."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._book(people)
        engine = open_database(self.url)
        brief = Brief(goal="Spring", budget_usd=9000, starts=date(2026, 3, 1), ends=date(2026, 5, 29))
        run = runs.Run(run_id=RUN, brief=brief, as_of=AT, sheet_id="s1", created_at=AT)
        runs.start_run(engine, run, by="marketing", at=AT)
        engine.dispose()
        self.approve(*pieces)
        return self

    def approve(self, *pieces: Piece, at: datetime = AT) -> None:
        engine = open_database(self.url)
        for piece in pieces:
            placement = ".".join(piece.piece_id.split(".")[:2])
            store.submit(
                engine, piece, run_id=RUN, placement_id=placement, master_id=f"{placement}.a",
                segment="Owners", angle="A plain question", findings=(), pack_version="pack-1",
                sheet_id="s1", survey_rate=5.98, round=0, lender=self.lender, at=at,
            )  # fmt: skip
            gate = Gate(engine, self.lender, Pack(), self.screen)
            decisions.approve(gate, piece.piece_id, by="Ruth Calder", at=at)
        engine.dispose()

    def copy(self, home: Path) -> House:
        """The same house in another folder."""
        shutil.copytree(self.home, home)
        return House(home, self.lender, self.environment, self.screen)

    def publish(
        self,
        *,
        at: datetime = AT,
        make_ledger: Callable[..., SqlLedger] = SqlLedger,
        progress: Callable[[str], None] | None = None,
        only: Sequence[Release] | None = None,
        predicates: Mapping[str, Predicate] | None = None,
    ) -> PublishReport:
        """As the publishing node does it, with what is due or with `only` these."""
        engine = open_database(self.url)
        try:
            with open_book(f"duckdb://{self.home / 'book.duckdb'}", write=False) as book:
                return publish(
                    releases.releases_due(engine) if only is None else only,
                    ledger=make_ledger(Gate(engine, self.lender, Pack(), self.screen)),
                    lender=self.lender,
                    book=book,
                    offers={},
                    placements={RUN: {placed.placement_id: placed for placed in placements()}},
                    predicates={RUN: predicates if predicates is not None else {"owners": Predicate()}},
                    outbox=self.home / "outbox",
                    ads=self.home / "google_ads",
                    environment=self.environment,
                    at=at,
                    progress=progress,
                )
        finally:
            engine.dispose()

    def due(self) -> tuple[Release, ...]:
        return self.ask(releases.releases_due)

    def ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """What the gate's database says."""
        engine = open_database(self.url)
        try:
            return question(engine)
        finally:
            engine.dispose()

    def letters(self) -> list[Path]:
        return sorted((self.home / "outbox").rglob("*.eml"))

    def ads_files(self) -> list[Path]:
        return sorted((self.home / "google_ads").glob("*.csv"))

    def with_mail_server(self, port: int, **account: str) -> House:
        channel = Account(host="127.0.0.1", port=port, from_address="home@cedarandmain.example", **account)
        self.lender = self.lender.model_copy(update={"channels": {"email": channel}})
        return self

    def with_daily_limit(self, emails: int) -> House:
        self.lender = self.lender.model_copy(update={"capacity": Capacity(emails_per_day=emails)})
        return self

    def _book(self, people: Sequence[tuple[str, str]]) -> None:
        tables = {
            "contacts": ["contact_id,kind,first_name,email,state"],
            "loans": [
                "loan_id,contact_id,status,product,purpose,note_rate,term_months,original_amount,state"
            ],
            "consents": ["contact_id,channel,granted,at,source"],
        }
        for number, (name, address) in enumerate(people):
            state = "CA" if number % 2 else "WA"
            tables["contacts"].append(f"c{number},borrower,{name},{address},{state}")
            tables["loans"].append(f"l{number},c{number},funded,conventional,purchase,7.1,360,400000,{state}")
            tables["consents"].append(f"c{number},email,true,2025-01-01,web form")
        with open_book(f"duckdb://{self.home / 'book.duckdb'}") as book:
            for table, lines in tables.items():
                path = self.home / f"{table}.csv"
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                import_file(
                    book, path, rejects=self.home / "rejects", monitoring=self.home / "monitoring.duckdb",
                    at=AT - timedelta(days=1), zone=self.lender.zone,
                )  # fmt: skip


def placements() -> tuple[Placement, ...]:
    return tuple(
        Placement(
            placement_id=f"owners.{channel}",
            segment_id="owners",
            segment="Owners",
            channel=channel,
            format=form,
            goal="application",
            cadence="once",
            budget_usd=9000,
            theme="rate_review",
            states=("CA", "WA"),
            expected_leads=(1, 2, 3),
        )
        for channel, form in (
            (Channel.EMAIL, "email.letter"),
            (Channel.GOOGLE_SEARCH, "google_search.rsa"),
            (Channel.META, "meta.feed"),
        )
    )


def crowd(size: int) -> list[tuple[str, str]]:
    return [("Ann", f"person{number}@x.example") for number in range(size)]
