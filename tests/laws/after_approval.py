"""A house whose piece was approved with everything an approval can rest on, to be changed before it publishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from approvals import decisions, store, waivers
from approvals.gate import Gate
from approvals.publishing import PublishReport
from approvals.releases import SqlLedger
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.claim import Binding, Claim, Provenance
from campaign.lender import Lender, Person
from campaign.piece import Piece
from campaign.rates import RateOffer, RateSheet
from tests.approvals.gate import Rules, status_of
from tests.conformance.examples import AD
from tests.conformance.publishing_house import AT, LENDER, RUN, House, ad

PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Sam Ott", role="compliance"),
    Person(name="Ada Stone", role="admin"),
    Person(name="Max Orr", role="marketer"),
)
PAIRS = ApprovalRule(name="Rates by two", claims=("rate",), people=2)
STAFFED = LENDER.model_copy(update={"people": PEOPLE, "approvals": (PAIRS,)})
SHOWN = "From 6.125% today, approval guaranteed."
NAME = "owners.google_search.a.CA-WA"
UNTIL = AT + timedelta(hours=5)
DAYS = 3
Answer = TypeVar("Answer")


def dear() -> Piece:
    """A search ad with a rate of the sheet and a word that compliance has to waive."""
    source = Provenance(source="rate_sheet", reference="sheet s1 row 2")
    claim = Claim(slot="rate", kind="rate", text="6.125%", value=6.125, provenance=source, valid_until=UNTIL)
    start = SHOWN.index("6.125%")
    bound = Binding(field="descriptions[0]", start=start, end=start + len("6.125%"), slot="rate")
    made = ad("a", claims=(claim,), bindings=(bound,))
    return made.model_copy(update={"fields": {**AD, "descriptions": (SHOWN, AD["descriptions"][1])}})


def sheet(rate: float) -> RateSheet:
    offer = RateOffer(
        row=2, product="conventional", term_months=360, rate=rate, points=0, fees_usd=1895, apr=rate + 0.1,
        example_amount_usd=400_000, lock_days=45, effective_at=AT - timedelta(days=1),
        expires_at=AT + timedelta(days=9),
    )  # fmt: skip
    return RateSheet(sheet_id=f"sheet-{rate}", source="new.csv", offers=(offer,))


@dataclass
class Shop:
    """The house, and everything around its gate that may change.

    Attributes:
        lender, rules, sheet, survey: as they stand now.
    """

    house: House
    lender: Lender = STAFFED
    rules: Rules = field(default_factory=Rules)
    sheet: RateSheet | None = None
    survey: float | None = None

    def gate(self, engine: Engine) -> Gate:
        return Gate(engine, self.lender, self.rules, self.rules.screen, self.sheet, self.survey)

    def act(self, what: Callable[[Gate], Answer]) -> Answer:
        """Do something at the gate."""
        return self.house.ask(lambda engine: what(self.gate(engine)))

    def submit(self, piece: Piece) -> None:
        def enter(gate: Gate) -> None:
            store.submit(
                gate.engine, piece, run_id=RUN, placement_id="owners.google_search",
                master_id="owners.google_search.a", segment="Owners", angle="A plain question",
                findings=gate.screen(piece, AT), pack_version=gate.pack.version, sheet_id="s1",
                survey_rate=5.98, lender=gate.lender, at=AT,
            )  # fmt: skip

        self.act(enter)

    def approve(self, *people: str, at: datetime = AT, **more: Any) -> None:
        for by in people:
            self.act(lambda gate, by=by: decisions.approve(gate, NAME, by=by, at=at, **more))

    def waive(self) -> None:
        until = (AT + timedelta(days=DAYS)).date()
        self.act(
            lambda gate: waivers.waive(
                gate, NAME, "test.guaranteed", reason="As it was agreed.", until=until, by="Sam Ott", at=AT
            )
        )

    def publish(self, at: datetime = AT, **more: Any) -> PublishReport:
        """Through the real publisher, under the gate as it stands now."""

        def books(gate: Gate) -> SqlLedger:
            return SqlLedger(
                replace(gate, pack=self.rules, screen=self.rules.screen, sheet=self.sheet, survey=self.survey)
            )

        self.house.lender = self.lender
        return self.house.publish(at=at, make_ledger=books, **more)

    def status(self, revision: int = 1) -> Status:
        return self.house.ask(lambda engine: status_of(engine, NAME, revision))


def build(home: Path) -> Shop:
    """Two people approved it, on a waiver."""
    shop = Shop(House(home, STAFFED).build([], []))
    shop.submit(dear())
    shop.waive()
    shop.approve("Ruth Calder", "Ada Stone")
    return shop
