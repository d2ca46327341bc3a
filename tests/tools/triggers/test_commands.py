"""`vallum triggers`: the fixed document, what people read, and what it says where it cannot answer."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.errors import BadInput, Unreadable
from campaign.lender import parse_lender
from tests.conformance.book_engines import filled_book
from tools.market.example_sheets import example_sheet
from tools.market.series import shipped_market
from tools.market.sheets import save_sheet
from tools.triggers.commands import triggers
from tools.triggers.reasons import ELIGIBLE, RATE_REASONS
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace

DAY = "2026-02-26"
GIVEN = datetime(2025, 6, 1)
FIXED = {
    "loan_id", "contact_id", "trigger", "eligible", "reason", "note_rate", "offer_rate", "benefit_bps", "balance_usd",
    "monthly_saving_usd", "break_even_months",
}  # fmt: skip
LOAN = {
    "contact_id": "C1", "status": "funded", "product": "conventional", "lien": 1, "occupancy": "principal",
    "rate_type": "fixed", "note_rate": 7.25, "term_months": 360, "original_amount": 400_000.0, "property_value": 600_000.0,
    "fico": 760, "state": "CA", "funded_date": date(2024, 3, 1), "imported_from": "t",
}  # fmt: skip
TABLES: dict[str, list[dict[str, Any]]] = {
    "contacts": [
        {"contact_id": "C1", "kind": "borrower", "email": "ann@example.com", "state": "CA"},
        {"contact_id": "C2", "kind": "borrower", "email": "bob@example.com", "state": "CA"},
        {"contact_id": "C3", "kind": "lead", "email": "cat@example.com", "state": "CA"},
    ],
    "loans": [
        LOAN | {"loan_id": "L1"}, LOAN | {"loan_id": "L2", "contact_id": "C2"},
        LOAN | {"loan_id": "L3", "note_rate": 6.0}, LOAN | {"loan_id": "L4", "status": "withdrawn"},
    ],
    "consents": [
        {"contact_id": who, "channel": "email", "granted": True, "at": GIVEN} for who in ("C1", "C3")
    ],
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    made = make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    with filled_book(made.book_url, TABLES):
        pass
    return made


@pytest.fixture
def priced(workspace: Workspace) -> Workspace:
    save_sheet(workspace, example_sheet(date(2026, 2, 26), workspace.lender, shipped_market()))
    return workspace


def test_the_document_has_the_fixed_form_and_the_eligible_alone(priced: Workspace) -> None:
    told = triggers(everyone=False, as_of=DAY, as_json=True).document
    assert json.loads(json.dumps(told)) == told
    assert set(told["counts"]) == {ELIGIBLE, *RATE_REASONS}
    assert sum(told["counts"].values()) == 3
    assert {reason: loans for reason, loans in told["counts"].items() if loans} == {
        "eligible": 1, "no_consent": 1, "rate_gap": 1,
    }  # fmt: skip
    assert all(row.keys() >= FIXED and row["eligible"] for row in told["borrowers"])
    assert [row["loan_id"] for row in told["borrowers"] if row["trigger"] == "rate"] == ["L1"]
    assert {row["trigger"] for row in told["borrowers"]} == {"rate", "equity", "anniversary", "quiet_lead"}


def test_figures_are_those_of_the_loan_and_the_sheet(priced: Workspace) -> None:
    row = triggers(everyone=False, as_of=DAY, as_json=True).document["borrowers"][0]
    rate, months = row["offer_rate"] / 1200, 360
    offered = row["balance_usd"] * rate / (1 - (1 + rate) ** -months)
    owed, monthly = 400_000.0, 400_000 * (7.25 / 1200) / (1 - (1 + 7.25 / 1200) ** -360)
    for _ in range(23):
        owed = owed * (1 + 7.25 / 1200) - monthly
    assert row["balance_usd"] == pytest.approx(owed, abs=0.006)
    assert row["payment_usd"] == pytest.approx(monthly, abs=0.006)
    assert row["monthly_saving_usd"] == pytest.approx(monthly - offered, abs=0.02)
    assert row["benefit_bps"] == pytest.approx((7.25 - row["offer_rate"]) * 100)
    assert row["lifetime_interest_change_usd"] == pytest.approx(offered * 360 - monthly * 337, abs=10)
    assert (row["break_even_months"] - 1) * row["monthly_saving_usd"] < row["costs_usd"]


def test_everyone_is_told_on_demand_and_people_read_the_same(priced: Workspace) -> None:
    answer = triggers(everyone=True, as_of=DAY, as_json=False)
    assert {(row["loan_id"], row["reason"]) for row in answer.document["borrowers"] if row["trigger"] == "rate"} == {
        ("L1", "eligible"), ("L2", "no_consent"), ("L3", "rate_gap"),
    }  # fmt: skip
    titles = [str(part.title) for part in answer.view() if not isinstance(part, str)]
    assert titles[:2] == ["The rate trigger, loan by loan", "rate: 3"]


def test_without_a_sheet_in_force_there_is_no_scan(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="No rate sheet is in force"):
        triggers(everyone=False, as_of=DAY, as_json=True)


INQUIRY = """
[triggers.credit_inquiry]
basis = "services_current_loan"
firm_offer = true
recorded_by = "Ruth Calder"
recorded_on = 2026-03-05
"""


def test_alerts_on_inquiries_are_off_and_it_says_why(priced: Workspace) -> None:
    told = triggers(everyone=False, as_of=DAY, as_json=True).document["credit_inquiry"]
    assert told.startswith("off: no condition of the trigger-lead law")
    (priced.home / "lender.toml").write_text(
        (priced.home / "lender.toml").read_text(encoding="utf-8") + INQUIRY, encoding="utf-8"
    )
    told = triggers(everyone=False, as_of=DAY, as_json=True).document["credit_inquiry"]
    assert told.startswith("permitted by")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("[triggers]\nguard_day = 90\n", "guard_day"),
        ("[triggers]\nmin_saving_usd = -5\n", "min_saving_usd"),
        ("[triggers.bps]\nsilver = 50\n", "silver"),
        (INQUIRY.replace("true", "false"), "firm_offer"),
        (INQUIRY.replace("services_current_loan", "curiosity"), "basis"),
    ],
)
def test_a_line_that_cannot_stand_is_named(lines: str, fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8") + "\n" + lines)


def test_lines_by_product_decide(priced: Workspace) -> None:
    (priced.home / "lender.toml").write_text(
        (priced.home / "lender.toml").read_text(encoding="utf-8") + "\n[triggers.bps]\nconventional = 400\n",
        encoding="utf-8",
    )
    assert triggers(everyone=False, as_of=DAY, as_json=True).document["counts"]["rate_gap"] == 3
