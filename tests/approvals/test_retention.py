"""How long records are kept: every period with its source, and the day the clock starts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals.last_shown import last_shown
from approvals.pieces import StoredPiece, history
from approvals.retention import KINDS, keep_until, months_after, periods
from approvals.statuses import Status
from campaign.finding import Finding, Severity
from campaign.lender import Lender, parse_lender
from campaign.licensing import LenderKind
from campaign.piece import CostSplit, Partner
from tests.approvals.gate import AT, LATER, a_piece, published, recall_live, with_rate
from tools.workspace import EXAMPLE_LENDER

LENDER = parse_lender(EXAMPLE_LENDER.read_text("utf-8"))
PUBLISHED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
AFTER = datetime(2031, 5, 3, 18, 0, tzinfo=UTC)  # five years after the brief's last day


def stored(lender: Lender = LENDER, findings: tuple[Finding, ...] = (), **more: Any) -> StoredPiece:
    piece = a_piece(**{"states": ("ID",), **more})
    return StoredPiece(
        piece=piece, status=Status.PUBLISHED, findings=findings, run_id="r", placement_id="p", master_id="m",
        segment="s", angle="a", pack_version="v", sheet_id="s1", submitted_at=AT, content_hash=piece.content_hash,
    )  # fmt: skip


def test_every_period_has_a_source_and_an_id_of_its_own():
    table = periods()
    assert len({one.id for one in table}) == len(table)
    assert all(len(one.source) > 8 and len(one.what) > 8 for one in table)
    assert {one.known for one in table} == {"verified", "secondary", "memory", "house"}
    default = next(one for one in table if one.id == "house.default")
    assert (default.months, set(default.records)) == (60, set(KINDS))
    covered = {state for one in table if one.id.startswith(("state.", "fl.")) for state in one.states}
    from campaign.licensing import STATES

    assert covered == set(STATES)


def test_the_house_keeps_five_years_and_names_the_longest_law():
    kept = keep_until(stored(), LENDER, PUBLISHED)
    assert (kept.starts, kept.until) == (date(2026, 3, 2), date(2031, 3, 2))
    assert kept.because.startswith("every record of a piece: 60 months (the house's own rule")
    assert "the longest by law is text of preselected marketing" in kept.because
    assert kept.because.endswith("25 months (12 CFR 1002.12(b)(7), from memory)")
    assert kept.rules[:2] == ("house.default", "state.others")
    assert {"regn.evidence", "ecoa.preselected"} <= set(kept.rules)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"states": ("NV", "FL")}, {"state.nv", "fl.ad-record"}),
        ({"states": ()}, {"state.ma", "state.ca", "state.ny", "fl.ad-record", "state.others"}),
        ({"partner": Partner(name="Gail Sorensen", kind="real_estate_agent")}, {"respa.arrangements"}),
        ({"cost_split": CostSplit(total_usd=100, lender_pays_usd=50, lender_space_share=0.5)}, {"respa.arrangements"}),
        ({"audience": "partner"}, {"respa.arrangements"}),
        ({"channel": "sms"}, {"tsr.records", "ecoa.preselected"}),
        ({"products": ("fha",)}, {"fha.ad-retention"}),
        ({"products": ()}, {"fha.ad-retention"}),
        ({"targeting": {"list": "pre-screened bureau list"}}, {"fcra.prescreened"}),
    ],
)  # fmt: skip
def test_what_applies_to_which_piece(more: dict[str, Any], expected: set[str]):
    assert expected <= set(keep_until(stored(**more), LENDER, PUBLISHED).rules)


@pytest.mark.parametrize(
    ("more", "absent"),
    [
        ({"states": ("ID",)}, "state.nv"),
        ({"channel": "google_search"}, "ecoa.preselected"),
        ({"audience": "originator"}, "regn.evidence"),
        ({"products": ("va",)}, "fha.ad-retention"),
        ({}, "fcra.prescreened"),
        ({}, "regz.evidence"),
        ({}, "respa.arrangements"),
    ],
)
def test_what_does_not_apply(more: dict[str, Any], absent: str):
    assert absent not in keep_until(stored(**more), LENDER, PUBLISHED).rules


def test_the_law_is_named_where_it_is_as_long_as_the_house_rule():
    kept = keep_until(stored(audience="partner"), LENDER, PUBLISHED)
    assert kept.because.startswith("documents of an arrangement")
    assert kept.because.endswith("60 months (12 CFR 1024.14, 1024.15)")


def test_a_price_and_a_finding_bring_their_own_periods():
    priced = stored().model_copy(update={"piece": with_rate("rate", valid_until=LATER)})
    assert "regz.evidence" in keep_until(priced, LENDER, PUBLISHED).rules
    found = Finding(
        rule="fcra.firm-offer", severity=Severity.WARN, citation="15 USC 1681a(l)", field="body", message="m"
    )
    assert "fcra.prescreened" in keep_until(stored(findings=(found,)), LENDER, PUBLISHED).rules


@pytest.mark.parametrize(
    ("kind", "bound"),
    [("independent_mortgage_bank", True), ("broker", True), ("bank_occ", False), ("credit_union", False)],
)
def test_state_periods_bind_licensees(kind: LenderKind, bound: bool):
    lender = Lender(name="Cedar", nmls="1999901", address="410 Juniper Street", kind=kind)
    rules = keep_until(stored(states=("NV",)), lender, PUBLISHED).rules
    assert ("state.nv" in rules) is bound
    assert ("regn.evidence" in rules) is (kind != "bank_occ")


def test_kinds_of_records_have_their_own_longest():
    piece = stored(states=("NV",))
    periods_of = {kind: keep_until(piece, LENDER, PUBLISHED, records=(kind,)) for kind in KINDS}
    assert "ecoa.preselected" in periods_of["creative"].rules
    assert "ecoa.preselected" not in periods_of["delivery"].rules
    assert keep_until(piece, LENDER, PUBLISHED).until == max(one.until for one in periods_of.values())


def test_the_clock_starts_on_the_lenders_day_and_with_the_answer_where_nothing_went_out():
    late = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)  # 22:30 of the day before in Boise
    assert keep_until(stored(), LENDER, late).starts == date(2026, 3, 2)
    assert keep_until(stored(), LENDER, None).starts == date(2026, 2, 26)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_are_never_counted_short(day: date, months: int):
    later = months_after(day, months)
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    assert first + timedelta(days=day.day - 1) >= later or later.day == 1
    assert later >= first
    assert later.day in (day.day, 1)
    assert (later.year - day.year) * 12 + later.month - day.month in (months, months + 1)


def test_a_leap_day_and_a_years_end():
    assert months_after(date(2024, 2, 29), 60) == date(2029, 3, 1)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 3, 1)
    assert months_after(date(2026, 10, 31), 1) == date(2026, 12, 1)


def test_what_stands_is_shown_until_the_campaign_ends_or_it_is_taken_down(engine: Engine):
    ends = AT + timedelta(days=60)
    assert last_shown("email", [AT, LATER], ends=ends, events=()) == LATER
    assert last_shown("google_search", [AT], ends=ends, events=()) == ends
    assert last_shown("google_search", [ends + timedelta(1)], ends=ends, events=()) == ends + timedelta(1)
    assert last_shown("meta", [], ends=ends, events=()) is None
    published(engine)
    recall_live(engine, "run-1", reason="the price moved", at=LATER)
    events = history(engine, "letter")
    assert last_shown("web", [AT], ends=ends, events=events) == LATER
