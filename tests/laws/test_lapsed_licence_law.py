"""Law 1 under the rules as they ship: a licence that lapses after the approval takes the letter with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals import decisions, store
from approvals.audit import verify
from approvals.gate import Gate
from approvals.publishing import PublishReport
from approvals.releases import SqlLedger
from approvals.statuses import Status
from campaign.lender import Account, Lender
from campaign.piece import FieldText, Piece
from policies.engine import screen
from policies.packs import Pack, load_pack
from tests.approvals.gate import status_of
from tests.approvals.signed import LENDER, signed
from tests.conformance.examples import LETTER
from tests.conformance.publishing_house import AT, RUN, House, crowd

NAME = "owners.email.a"
ACCOUNT = Account(from_address="home@cedarandmain.example")
SITE = "https://www.cedarandmain.example"
LICENSED = LENDER.model_copy(update={"channels": {"email": ACCOUNT}, "url": SITE})
FOOTER = (
    "This is an advertisement. {{company_name}}, NMLS ID #{{company_nmls}}. {{legends}}\n"
    "{{equal_housing}}. {{company_address}}\nwww.nmlsconsumeraccess.org\nUnsubscribe: {{unsubscribe_url}}"
)
FIELDS: dict[str, FieldText] = {**LETTER, "footer": FOOTER}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def letter() -> Piece:
    return signed(states=("CA",), piece_id=NAME, fields=FIELDS, claims=(), originator=None, lender=LICENSED)


def lapsed(state: str) -> Lender:
    """The record in which one licence ended the day before."""
    licences = dict(LICENSED.licenses)
    licences[state] = licences[state].model_copy(update={"expires": date(2026, 2, 25)})
    return LICENSED.model_copy(update={"licenses": licences})


def gate_of(engine: Engine, lender: Lender, pack: Pack) -> Gate:
    return Gate(engine, lender, pack, lambda piece, at: screen(piece, lender, pack, at=at))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> House:
    house = House(tmp_path_factory.mktemp("licence") / "home", LICENSED).build(crowd(6), [])

    def approve(engine: Engine) -> None:
        gate, piece = gate_of(engine, LICENSED, pack), letter()
        found = gate.screen(piece, AT)
        store.submit(
            engine, piece, run_id=RUN, placement_id="owners.email", master_id=NAME, segment="Owners",
            angle="A plain question", findings=found, pack_version=pack.version, sheet_id="s1",
            survey_rate=5.98, lender=LICENSED, at=AT,
        )  # fmt: skip
        decisions.approve(gate, NAME, by="Ruth Calder", at=AT)

    house.ask(approve)
    return house


def publish(house: House, lender: Lender, pack: Pack) -> PublishReport:
    house.lender = lender
    return house.publish(make_ledger=lambda gate: SqlLedger(gate_of(gate.engine, lender, pack)))


@pytest.mark.parametrize("lender", [LICENSED, lapsed("WY")], ids=["all_hold", "another_state_lapsed"])
def test_while_the_licence_holds_it_goes_out(
    built: House, tmp_path: Path, pack: Pack, lender: Lender
) -> None:
    house = built.copy(tmp_path / "home")
    report = publish(house, lender, pack)
    assert report.publications, report.withheld
    assert house.letters()


def test_once_it_lapsed_nobody_gets_the_letter(built: House, tmp_path: Path, pack: Pack) -> None:
    house = built.copy(tmp_path / "home")
    report = publish(house, lapsed("CA"), pack)
    assert report.publications == ()
    assert house.letters() == []
    assert any("`state.unlicensed` now finds" in one.reason for one in report.withheld)
    assert house.ask(lambda engine: status_of(engine, NAME)) is Status.EXPIRED
    assert publish(house, LICENSED, pack).publications == (), (
        "a licence that is renewed brings no approval back"
    )
    assert house.ask(verify).verified
