"""Law 1 after the approval: whatever changes between the answer and the channel, the publisher holds the piece.

Everything goes through the real publisher and the real ledger. Each test also sees that the piece goes out where
nothing has changed, in `test_unchanged_it_goes_out`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from approvals import editing, waivers
from approvals.audit import verify
from approvals.audit_search import AuditQuery, search
from approvals.filters import Filter
from approvals.pieces import load_piece, waiver_name
from approvals.publishing import PublishReport, take_down
from approvals.recalls import recall
from approvals.releases import SqlLedger
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.claim import SlotRange
from campaign.condition import Condition
from campaign.lender import Person
from campaign.release import Publication, Release
from tests.approvals.gate import Rules, a_piece, gate_of
from tests.conformance.publishing_house import AT, House, Screen, crowd, letter
from tests.laws.after_approval import (
    DAYS,
    NAME,
    PAIRS,
    PEOPLE,
    SHOWN,
    STAFFED,
    UNTIL,
    Shop,
    build,
    dear,
    sheet,
)

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("after") / "home").house.home


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("empty") / "home", STAFFED).build([], [])


@pytest.fixture
def fresh(empty: House, tmp_path: Path) -> Shop:
    """A house in which nothing was written yet."""
    return Shop(empty.copy(tmp_path / "fresh"))


@pytest.fixture
def shop(built: Path, tmp_path: Path) -> Shop:
    return Shop(House(built, STAFFED).copy(tmp_path / "home"))


def held(shop: Shop, reason: str, status: Status = Status.EXPIRED, **more: Any) -> PublishReport:
    """Publish, and see that nothing went out, with the reason."""
    report = shop.publish(**more)
    assert report.publications == ()
    assert shop.house.ads_files() == []
    said = [one.reason for one in report.withheld]
    assert any(re.search(reason, one) for one in said), said
    assert shop.status() is status
    assert shop.house.ask(verify).verified
    return report


def goes(shop: Shop, **more: Any) -> None:
    report = shop.publish(**more)
    assert [one.channel for one in report.publications] == ["google_search"], report.withheld
    (file,) = shop.house.ads_files()
    assert SHOWN in file.read_text(encoding="utf-8-sig")
    assert shop.status() is Status.PUBLISHED
    assert shop.house.ask(verify).verified


def test_unchanged_it_goes_out(shop: Shop) -> None:
    shop.sheet = sheet(6.125)
    goes(shop)
    assert shop.publish().publications == ()


def test_an_edit_takes_the_approval_with_it(shop: Shop) -> None:
    old = shop.house.due()
    words = {"headlines": ("Another one", "Talk with us", "Home loans")}
    shop.act(lambda gate: editing.edit(gate, NAME, words, by="Max Orr", at=AT))
    assert shop.publish().publications == ()
    held(shop, "its piece is superseded", Status.SUPERSEDED, only=old)
    assert shop.status(2) is Status.BLOCKED


def test_a_rate_that_moved_is_not_shown(shop: Shop) -> None:
    shop.sheet = sheet(6.5)
    held(shop, "is not on sheet `sheet-6.5`, now in force")


def test_a_rate_that_ran_out_is_not_shown_and_a_clock_set_back_does_not_bring_it_back(shop: Shop) -> None:
    held(shop, "held until", at=UNTIL + HOUR)
    held(shop, "its piece is expired", at=AT, only=[release_of(shop)])


def release_of(shop: Shop) -> Release:
    from approvals.standing import release_of as passed

    return passed(shop.house.ask(lambda engine: load_piece(engine, NAME)))


def test_newer_rules_that_find_more_end_it(shop: Shop) -> None:
    shop.rules = Rules("pack-2", warns={"today"})
    held(shop, "`test.today` now finds")


def test_newer_rules_that_find_the_same_keep_it_and_are_named_with_the_delivery(shop: Shop) -> None:
    shop.rules = Rules("pack-2", warns={"nothing of it"})
    goes(shop)
    made = shop.house.ask(lambda engine: search(engine, AuditQuery(event="delivery.made")))
    assert [event.details["pack"] for event in made.events] == ["pack-2"]


@pytest.mark.parametrize(
    "people",
    [
        [one for one in PEOPLE if one.name != "Ruth Calder"],
        [one for one in PEOPLE if one.name != "Ada Stone"],
        [*PEOPLE[1:], Person(name="Ruth Calder", role="marketer")],
        [*PEOPLE[:2], Person(name="Ada Stone", role="loan_officer")],
        [*PEOPLE[:2], Person(name="Ada Stone", role="compliance")],
    ],
    ids=["first_left", "last_left", "no_longer_compliance", "no_longer_admin", "another_role"],
)
def test_whoever_approved_has_to_be_there_in_that_role(shop: Shop, people: list[Person]) -> None:
    shop.lender = STAFFED.model_copy(update={"people": tuple(people)})
    held(shop, "who approved it, may no longer do so")


@pytest.mark.parametrize(
    "rule",
    [ApprovalRule(name="Three", people=3), ApprovalRule(name="Named", roles=("loan_officer", "compliance", "admin"), people=3)],
)  # fmt: skip
def test_rules_of_approval_that_ask_for_more_end_it(shop: Shop, rule: ApprovalRule) -> None:
    shop.lender = STAFFED.model_copy(update={"approvals": (PAIRS, rule)})
    held(shop, "the lender's rules now ask for")


def test_a_waiver_that_ran_out_blocks_again(fresh: Shop) -> None:
    shop = fresh
    shop.submit(dear().model_copy(update={"bindings": (), "claims": ()}))
    shop.waive()
    shop.approve("Ruth Calder")
    held(shop, "`test.guaranteed` now finds", at=AT + timedelta(days=DAYS + 2))


def test_a_waiver_that_was_revoked_blocks_again(shop: Shop) -> None:
    (waiver,) = shop.house.ask(lambda engine: load_piece(engine, NAME)).waivers
    name = waiver_name(waiver)
    shop.act(lambda gate: waivers.revoke(gate, name, by="Sam Ott", reason="A mistake.", at=AT))
    held(shop, "`test.guaranteed` now finds")


def test_nothing_goes_out_before_it_was_approved(fresh: Shop) -> None:
    """The clock of the publisher was set back; when it is right again, all goes on."""
    shop = fresh
    shop.submit(dear())
    shop.waive()
    shop.approve("Ruth Calder")
    shop.approve("Ada Stone", at=AT + HOUR)
    held(shop, "after the moment of publishing", Status.APPROVED, at=AT)
    assert len(shop.house.due()) == 1
    goes(shop, at=AT + HOUR)


def test_a_condition_that_was_not_met_in_time_stays_unmet_at_any_clock(fresh: Shop) -> None:
    shop, fresh.survey = fresh, 5.9
    shop.submit(dear())
    shop.waive()
    band = Condition(measure="survey", low=6.0, high=6.2, before=AT + 2 * HOUR)
    shop.approve("Ruth Calder", "Ada Stone", condition=band)
    held(shop, "survey rate is 5.900%", Status.APPROVED_CONDITIONALLY)
    shop.survey = 6.1
    held(shop, "was not met in time", at=AT + 2 * HOUR)
    held(shop, "its piece is expired", only=[release_of(shop)])


def test_what_is_recalled_in_the_middle_of_an_audience_reaches_nobody_else(tmp_path: Path) -> None:
    class RecallsAtOnce(SqlLedger):
        def deliver(self, release: Release, slot: str, *, target: str, at: Any) -> Publication:
            made = super().deliver(release, slot, target=target, at=at)
            gate = gate_of(self.engine)
            recall(
                gate,
                Filter(piece=release.piece.piece_id),
                by="Ruth Calder",
                at=at,
                reason="Wrong.",
                take_down=take_down,
            )
            return made

    house = House(tmp_path).build(crowd(12), [letter("a"), letter("b")])
    report = house.publish(make_ledger=RecallsAtOnce)
    assert len(house.letters()) == len(report.publications) == 2, "one of each variant was out"
    assert house.due() == ()
    assert house.publish().publications == ()
    assert house.ask(verify).verified


def test_a_rendering_that_the_rules_block_stays_inside_and_the_others_go(tmp_path: Path) -> None:
    people = [("Ann", "ann@x.example"), ("Guaranteed", "g@x.example"), ("Zoe", "zoe@x.example")]
    house = House(tmp_path, screen=Screen("Guaranteed")).build(people, [letter("a"), letter("b")])
    report = house.publish()
    assert len(house.letters()) == 2
    assert any("`rate.stale` finds" in one.reason for one in report.withheld)


SAVING = SlotRange(
    slot="saving", kind="saving", formula="old payment minus new payment", source="loans.note_rate", low=10, high=400
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "words", "reason"),
    [
        ("$40", 40.0, None, ""),
        ("$10", 10.0, None, ""),
        ("$9", 9.0, None, "lies outside of 10 to 400"),
        ("$401", 401.0, None, "lies outside of 10 to 400"),
        ("$40", None, None, "lies outside of 10 to 400"),
        ("$40", 40.0, "You will save $40 a month.", "its words are not those of the approved template"),
        ("guaranteed", 40.0, None, "does not say 40"),
    ],
)
def test_a_rendering_keeps_within_its_template_and_ranges(
    shop: Shop, text: str, value: float | None, words: str | None, reason: str
) -> None:
    from campaign.personal import personalised

    approved = a_piece(body="You could save {{saving}} a month.", ranges=(SAVING,), claims=())
    numbers = {} if value is None else {"saving": value}
    rendering = personalised(approved, {"saving": text}, numbers)
    if words is not None:
        rendering = rendering.model_copy(update={"fields": {"body": words}})
    said = shop.house.ask(lambda engine: SqlLedger(gate_of(engine)).objection_to(approved, rendering, at=AT))
    assert (reason in said) if reason else said == ""
