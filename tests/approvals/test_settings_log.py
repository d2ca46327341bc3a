"""Changes of configuration are events: which keys, never values; and each version of the rules, once, in words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals.audit import AuditEvent, events_of, verify
from approvals.database import reading
from approvals.rules_log import KeptRule, note_rules, rules_at
from approvals.settings_log import licenses_among, note_gate, note_settings, settings_events
from campaign.lender import Lender, parse_lender
from campaign.lender_settings import Account, Person
from policies.packs import Pack, load_pack
from tests.approvals.gate import AT, Rules, gate_of
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text("utf-8"))


def told(engine: Engine) -> tuple[AuditEvent, ...]:
    with reading(engine) as session:
        return events_of(session, ["lender.toml"])


def note(engine: Engine, lender: Lender) -> tuple[str, ...]:
    return note_settings(engine, lender, by="vallum", at=AT)


def changed(**more: Any) -> Lender:
    return LENDER.model_copy(update=more)


def test_the_first_gate_notes_every_key_and_the_same_record_nothing(engine: Engine):
    assert {"name", "licenses.CA", "rates.tolerance_bps", "channels.email", "originators"} <= set(
        note(engine, LENDER)
    )
    assert note(engine, LENDER) == ()
    assert [event.event for event in told(engine)] == ["settings.changed"]


def test_a_change_names_its_keys(engine: Engine):
    note(engine, LENDER)
    renewed = LENDER.licenses["CA"].model_copy(update={"expires": date(2027, 12, 31)})
    rates = LENDER.rates.model_copy(update={"tolerance_bps": 25.0})
    staffed = changed(
        licenses={**{k: v for k, v in LENDER.licenses.items() if k != "TX"}, "CA": renewed},
        rates=rates,
        people=(Person(name="Ruth Calder", role="compliance"),),
    )
    assert note(engine, staffed) == ("licenses.CA", "licenses.TX", "people", "rates.tolerance_bps")
    assert told(engine)[-1].details["changed"] == [
        "licenses.CA",
        "licenses.TX",
        "people",
        "rates.tolerance_bps",
    ]
    assert note(engine, LENDER) == ("licenses.CA", "licenses.TX", "people", "rates.tolerance_bps")
    assert len(told(engine)) == 3


def test_no_value_of_an_account_is_kept(engine: Engine):
    account = Account(host="mail.example", username_env="SMTP_USER", password_env="hunter2-typed-by-mistake")
    note(engine, changed(channels={"email": account}))
    kept = told(engine)[-1].model_dump_json()
    for value in ("hunter2", "SMTP_USER", "mail.example"):
        assert value not in kept


def test_licences_are_kept_as_they_stood(engine: Engine):
    note(engine, LENDER)
    note_settings(engine, changed(licenses={}), by="vallum", at=AT + timedelta(days=2))
    with reading(engine) as session:
        changes = settings_events(session)
        assert licenses_among(changes, AT - timedelta(seconds=1)) == {}
        assert licenses_among(changes, AT + timedelta(days=1))["CA"] == {
            "number": "41DBO-199990", "type": "California Residential Mortgage Lending Act", "expires": "2026-12-31",
        }  # fmt: skip
        assert licenses_among(changes, AT + timedelta(days=2)) == {}


def test_two_gates_that_open_at_once_note_it_once(engine: Engine):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: note(engine, LENDER), range(4)))
    assert len(told(engine)) == 1
    assert verify(engine).verified


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def test_a_version_of_the_rules_is_kept_once_in_words(engine: Engine, pack: Pack):
    assert note_rules(engine, pack, by="vallum", at=AT)
    assert not note_rules(engine, pack, by="vallum", at=AT)
    with reading(engine) as session:
        kept = rules_at(session, pack.version)
        assert rules_at(session, "another") == ()
    assert [rule.id for rule in kept] == [rule.id for rule in pack.rules]
    one = next(rule for rule in kept if rule.id == "regz.apr-missing")
    assert isinstance(one, KeptRule)
    assert one.citation == pack.rule("regz.apr-missing").citation
    assert one.why == pack.rule("regz.apr-missing").why


def test_a_gate_notes_its_lender_and_its_rules(engine: Engine, pack: Pack):
    note_gate(gate_of(engine, Rules(), LENDER), by="vallum", at=AT)
    with reading(engine) as session:
        assert rules_at(session, pack.version) == (), "rules made for a test are no rulebook"
    gate = gate_of(engine, None, LENDER)
    from dataclasses import replace

    note_gate(replace(gate, pack=pack), by="vallum", at=AT)
    with reading(engine) as session:
        assert len(rules_at(session, pack.version)) == len(pack.rules)
    assert len(told(engine)) == 1
