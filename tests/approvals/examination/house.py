"""A workspace whose run went through the whole gate, to make packages of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from approvals import acts, decisions, recalls, releases, runs, store, waivers
from approvals.deliveries import withhold
from approvals.examination.export import Package, export
from approvals.examination.scope import Scope
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import next_revision
from approvals.rules_log import note_rules
from approvals.settings_log import note_settings
from campaign.brief import Brief
from campaign.fair_lending import FairLendingResult, FairLendingReview
from campaign.lender import Person, parse_lender
from campaign.piece import Piece
from campaign.plan import ChannelPlan, Placement
from campaign.release import Withheld
from campaign.segment import Condition, Predicate, Segment, Segmentation
from policies.packs import Pack, load_pack
from tests.approvals.gate import AT, Rules, a_piece, with_rate
from tools.market.example_sheets import example_sheet
from tools.market.series import shipped_market
from tools.market.sheets import save_sheet
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace

PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Ida Root", role="admin"),
    Person(name="Max Orr", role="marketer"),
)
LENDER = parse_lender(EXAMPLE_LENDER.read_text("utf-8")).model_copy(update={"people": PEOPLE})
LATER = AT + timedelta(days=3)
MAILBOXES = ("a" * 32, "b" * 32, "c" * 32)
RUN = Scope(run_id="run-1")


@dataclass
class House:
    """The gate of a workspace, and what a test does with it."""

    engine: Engine
    workspace: Workspace
    gate: Gate
    rules: Rules
    sheet_id: str
    out: Path

    def submit(self, piece: Piece, placement: str = "owners.email", run_id: str = "run-1") -> None:
        store.submit(
            self.engine, piece, run_id=run_id, placement_id=placement, master_id=f"{placement}.a", segment="Owners",
            angle="A plain question", findings=self.rules.screen(piece, AT), pack_version=self.rules.version,
            sheet_id=self.sheet_id, survey_rate=5.98, lender=LENDER, at=AT,
        )  # fmt: skip

    def approve(self, name: str, **more: Any) -> None:
        decisions.approve(self.gate, name, by="Ruth Calder", at=AT, **more)

    def publish(self, name: str, *slots: str, folder: str = "outbox", doubt: str = "") -> str:
        release = next(one for one in releases.releases_due(self.engine) if one.piece.piece_id == name)
        books = releases.SqlLedger(self.gate)
        for slot in slots:
            assert books.claim(release, slot, at=AT)
            books.submitting(release, slot, at=AT)
            target = str(self.workspace.home / folder / f"{slot}.eml")
            if slot != doubt:
                books.deliver(release, slot, target=target, at=AT + timedelta(minutes=5))
        return release.release_id

    def export(self, scope: Scope = RUN, **more: Any) -> Package:
        return export(
            self.gate, self.workspace, scope, **{"out": self.out, "by": "Ruth Calder", "at": LATER, **more}
        )

    def add(self, piece: Piece) -> None:
        """A piece that only has to be there."""
        self.submit(piece.model_copy(update={"revision": next_revision(self.engine, piece.piece_id)}))


def build(engine: Engine, home: Path, pack: Pack | None = None) -> House:
    """An empty house: lender, people, rules of this version, a rate sheet, one run with its plan."""
    workspace = replace(make_workspace(home, EXAMPLE_LENDER.read_text("utf-8"), {}), lender=LENDER)
    pack = pack or load_pack()
    rules = Rules(version=pack.version)
    gate = Gate(engine, LENDER, pack, rules.screen)
    sheet = example_sheet(date(2026, 2, 26), LENDER, shipped_market())
    save_sheet(workspace, sheet)
    note_settings(engine, LENDER, by="vallum", at=AT)
    note_rules(engine, pack, by="vallum", at=AT)
    house = House(engine, workspace, gate, rules, sheet.sheet_id, home.parent / "packages")
    start(house, "run-1")
    return house


def start(house: House, run_id: str) -> None:
    """One run with its segments, its plan and its fair-lending review."""
    brief = Brief(goal="Spring season", budget_usd=10_000, starts=date(2026, 3, 1), ends=date(2026, 5, 1))
    run = runs.Run(
        run_id=run_id,
        brief=brief,
        as_of=AT,
        sheet_id=house.sheet_id,
        offered_rate=6.0,
        survey_rate=5.98,
        created_at=AT,
    )
    engine = house.engine
    runs.start_run(engine, run, by="marketing", at=AT)
    predicate = Predicate(conditions=(Condition(column="ltv", operator="below", value=60),))
    owners = Segment(
        segment_id="owners", name="Owners", predicate=predicate, needs="A plain answer", size=709, share=0.2,
        value_usd=1_000,
    )  # fmt: skip
    runs.save_segmentation(
        engine,
        run_id,
        Segmentation(segments=(owners,), learnt_from="x", origin_note="y", mind="house"),
        at=AT,
    )
    look = FairLendingResult(verdict="look", sentence="The lowest ratio is 0.81.", ratio=0.81)
    places = [
        Placement(
            placement_id=f"owners.{channel}", segment_id="owners", segment="Owners", channel=channel, format=form,
            goal="application", cadence="every 2 weeks", budget_usd=250, theme="equity", states=("CA", "NY"),
            expected_leads=(1, 2, 3),
        )
        for channel, form in (("email", "email.letter"), ("google_search", "google_search.rsa"))
    ]  # fmt: skip
    review = FairLendingReview(placements={"owners.email": look}, segments={"owners": look}, known_share=0.9)
    plan = ChannelPlan(
        placements=tuple(places), budget_usd=10_000, rate_assumption=6.0, attribution_days=90, mind="house",
        fair_lending=review,
    )  # fmt: skip
    runs.save_plan(engine, run_id, plan, at=AT)


def furnish(house: House) -> House:
    """Pieces of every fate: published, recalled, rejected and edited, waived, blocked, waiting."""
    letter = Piece(
        piece_id="letter", channel="email", states=("CA", "NY"), products=("conventional",),
        fields={"subject": "A question", "preheader": "Short", "body": "Hi {{first_name}},\n\nthe best time?"},
        targeting={"states": ["CA", "NY"]}, authors=("Wren Hale",),
    )  # fmt: skip
    house.submit(letter)
    acts.remark(house.gate, "letter", "Read it twice.", by="Max Orr", at=AT)
    house.approve("letter", reason="Plain and true.")
    release = house.publish("letter", *MAILBOXES, doubt=MAILBOXES[2])
    withhold(
        house.engine,
        Withheld(
            release_id=release, channel="email", placement_id="owners.email", reason="no consent", count=17
        ),
        at=AT,
    )
    ad = Piece(
        piece_id="ad", channel="google_search", states=("CA",), authors=("Wren Hale",),
        fields={"headlines": ("Ask us", "Plain loans", "The best"), "descriptions": ("We look.", "You choose.")},
    )  # fmt: skip
    house.submit(ad, "owners.google_search")
    house.approve("ad")
    house.publish("ad", "file", folder="google_ads")
    recalls.recall(
        house.gate, Filter(channel="google_search"), by="Ruth Calder", at=AT + timedelta(hours=2),
        reason="The price moved.", take_down=lambda target: f"{target}.pause",
    )  # fmt: skip
    house.submit(a_piece("edited", body="Call now, friend."))
    decisions.reject(house.gate, "edited", by="Ruth Calder", at=AT, reason="Too loud.")
    house.submit(a_piece("edited", 2, body="Call when you like."))
    house.submit(a_piece("waived", body="A guaranteed answer."))
    waivers.waive(
        house.gate, "waived", "test.guaranteed", reason="An answer is guaranteed, no loan.",
        until=date(2026, 3, 30), by="Ruth Calder", at=AT,
    )  # fmt: skip
    house.submit(a_piece("loud", body="Approval guaranteed."))
    house.submit(with_rate("rate", valid_until=LATER))
    return house
