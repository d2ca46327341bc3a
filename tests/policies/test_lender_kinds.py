"""Which legends a piece must show follows from what kind of lender speaks."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from campaign.finding import Finding, Severity
from campaign.lender import Lender, LenderKind
from policies.disclosures import identity_claims
from policies.engine import screen
from policies.packs import Pack, load_pack
from tests.policies.example_pieces import lender_of_the_house, shown

BANK = {"name": "Cedar & Main Bank", "short_name": "Cedar & Main", "equal_housing": "Equal Housing Lender"}
NAMES: dict[LenderKind, dict[str, Any]] = {
    "independent_mortgage_bank": {},
    "broker": {},
    "bank_fdic": BANK,
    "bank_member": BANK | {"name": "Cedar & Main Bank & Trust"},
    "bank_occ": BANK | {"name": "Cedar & Main Bank, N.A."},
    "savings_association": BANK | {"name": "Cedar & Main Federal Savings Bank"},
    "credit_union": BANK | {"name": "Cedar & Main Federal Credit Union"},
}
STATE_LICENSED = ("independent_mortgage_bank", "broker")
STATE_RULES = {
    "CA": "ca.license-legend",
    "NY": "ny.license-legend",
    "MA": "ma.license-number",
    "IL": "il.consumer-access",
    "TX": "tx.license-id",
    "GA": "ga.license-id",
}


@cache
def pack() -> Pack:
    return load_pack()


def findings(kind: LenderKind, text: str, **more: Any) -> dict[str, Finding]:
    lender = {"kind": kind, **NAMES[kind], **more.pop("lender", {})}
    example = {"lender": lender, "channel": "linkedin", "fields": {"body": text}, **more}
    piece = shown(example)
    return {one.rule: one for one in screen(piece.piece, piece.lender, pack(), at=piece.at)}


def lender_of(kind: LenderKind, **changes: Any) -> Lender:
    return Lender.model_validate(lender_of_the_house().model_dump() | {"kind": kind} | changes)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        ("independent_mortgage_bank", Severity.WARN),
        ("broker", Severity.WARN),
        ("bank_fdic", Severity.BLOCK),
        ("bank_member", Severity.BLOCK),
        ("bank_occ", Severity.WARN),
        ("savings_association", Severity.BLOCK),
        ("credit_union", Severity.BLOCK),
    ],
)
def test_missing_equal_housing_weighs_by_kind(kind: LenderKind, severity: Severity) -> None:
    found = findings(kind, "Talk to us about buying.")
    assert found["equal-housing.missing"].severity is severity
    shown_there = findings(kind, "Talk to us about buying. Equal Housing Lender.")
    assert "equal-housing.missing" not in shown_there


@pytest.mark.parametrize(
    "name", ["Cedar & Main Savings Bank", "Cedar & Main Federal Savings", "Cedar & Main, FSB"]
)
def test_a_federal_savings_association_is_bound_where_a_national_bank_is_not(name: str) -> None:
    found = findings("bank_occ", "Talk to us about buying.", lender={"name": name})
    assert found["equal-housing.missing"].severity is Severity.BLOCK


def test_a_short_text_leaves_the_legend_to_its_page() -> None:
    found = findings("bank_fdic", "Talk to us. Reply STOP to opt out.", channel="sms")
    assert found["equal-housing.missing"].severity is Severity.WARN


@pytest.mark.parametrize("kind", NAMES)
def test_identifiers_in_advertising_are_a_duty_of_state_licensees(kind: LenderKind) -> None:
    found = findings(kind, "Ask for Dana Whitfield at Cedar & Main. Equal Housing Lender.")
    duties = {"nmls.company-id-missing", "nmls.originator-id-missing"}
    assert (duties <= set(found)) == (kind in STATE_LICENSED)
    assert duties.isdisjoint(found) == (kind not in STATE_LICENSED)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize(("state", "rule"), STATE_RULES.items())
def test_state_legends_are_a_duty_of_state_licensees(kind: LenderKind, state: str, rule: str) -> None:
    found = findings(kind, "Talk to us about buying.", states=[state])
    assert (rule in found) == (kind in STATE_LICENSED)


@pytest.mark.parametrize("kind", NAMES)
def test_a_state_without_a_licence_stops_state_licensees_alone(kind: LenderKind) -> None:
    found = findings(kind, "Talk to us about buying.", states=["OR"])
    assert ("state.unlicensed" in found) == (kind in STATE_LICENSED)


def test_a_licence_is_judged_on_the_day_of_the_piece() -> None:
    licenses = {
        "ID": {
            "number": "MBL-1999901",
            "type": "Mortgage Broker/Lender License",
            "regulator": "Idaho Department of Finance",
            "expires": date(2026, 11, 24),
        }
    }
    last_day = findings("independent_mortgage_bank", "Talk to us.", lender={"licenses": licenses})
    assert "state.unlicensed" not in last_day
    licenses["ID"]["expires"] = date(2026, 11, 23)
    day_after = findings("independent_mortgage_bank", "Talk to us.", lender={"licenses": licenses})
    assert day_after["state.unlicensed"].severity is Severity.BLOCK


def test_new_york_asks_a_broker_and_a_banker_for_different_words() -> None:
    banker = "Licensed Mortgage Banker - NYS Department of Financial Services"
    broker = "Registered Mortgage Broker - NYS Department of Financial Services"
    license_ = {
        "number": "RMB 199990",
        "type": "Registered Mortgage Broker",
        "regulator": "NYS Department of Financial Services",
        "expires": date(2026, 12, 31),
    }
    held = {"licenses": {"NY": license_}}
    asked = "ny.license-legend"
    assert asked in findings("broker", banker, states=["NY"], lender=held)
    assert asked not in findings("broker", broker, states=["NY"], lender=held)
    assert asked in findings("independent_mortgage_bank", broker, states=["NY"])
    assert asked not in findings("independent_mortgage_bank", banker, states=["NY"])


@pytest.mark.parametrize("kind", NAMES)
def test_only_a_broker_may_not_say_that_it_lends(kind: LenderKind) -> None:
    found = findings(kind, "We lend in the whole valley.")
    assert ("state.broker-as-lender" in found) == (kind == "broker")


# A broker holds a broker's licence in these; the example lender's record there is a lender's.
_LENDERS_LICENCE = ("CA", "MA", "NY")
LICENSED = [
    (kind, state)
    for kind in STATE_LICENSED
    for state in sorted(lender_of_the_house().licenses)
    if kind != "broker" or state not in _LENDERS_LICENCE
]


@pytest.mark.parametrize(("kind", "state"), LICENSED)
def test_the_words_made_from_the_record_satisfy_the_rules(kind: LenderKind, state: str) -> None:
    lender = lender_of(kind)
    claims = identity_claims(lender, (state,), on=date(2026, 11, 24))
    said = " ".join(
        claims[slot].text
        for slot in ("company_name", "company_address", "legends", "equal_housing", "consumer_access")
        if slot in claims
    )
    text = f"{said} NMLS ID #{lender.nmls}."
    found = findings(kind, text, states=[state])
    duties = {
        rule for rule in found if rule.split(".")[0] in (state.lower(), "nmls", "equal-housing", "state")
    }
    assert {rule for rule in duties if found[rule].severity is not Severity.INFO} == set()
