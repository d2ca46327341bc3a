"""Retention: the longest period that applies, with its source; disposal only after it, and never of the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from approvals.acts import remark
from approvals.anchors import anchor, anchors_of
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.disposal import dispose
from approvals.holds import hold, lift
from approvals.last_shown import last_shown
from approvals.pieces import StoredPiece, history, load_piece
from approvals.retention import KINDS, keep_until, months_after, periods
from approvals.runs import get_run, load_plan
from approvals.signing import signing_key
from approvals.statuses import Status
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.finding import Finding, Severity
from campaign.lender import Lender, Person, parse_lender
from campaign.licensing import LenderKind
from campaign.piece import CostSplit, Partner
from tests.approvals.gate import (
    AT,
    LATER,
    a_piece,
    approve,
    approved,
    by_hand,
    gate_of,
    ledger,
    recall_live,
    start,
    submit,
    with_rate,
)
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace

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
    publish(engine)
    recall_live(engine, "run-1", reason="the price moved", at=LATER)
    events = history(engine, "letter")
    assert last_shown("web", [AT], ends=ends, events=events) == LATER


# disposal


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text("utf-8"), {})


def publish(engine: Engine, target: str = "outbox/letter.eml") -> None:
    release = approved(engine)
    books = ledger(engine)
    assert books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target=target, at=AT)
    from approvals.deliveries import close_release

    close_release(engine, release, at=AT)


def disposed(engine: Engine, place: Workspace, **more: Any) -> Any:
    gate = gate_of(engine, None, more.pop("lender", LENDER))
    return dispose(gate, place, "run-1", **{"by": "Ida Root", "at": AFTER, **more})


def all_text(engine: Engine, besides: str = "audit_events") -> str:
    """Everything that stands in any table but the log."""
    from sqlalchemy import inspect

    with engine.connect() as connection:
        names = [name for name in inspect(engine).get_table_names() if name != besides]
        return "\n".join(
            str(row) for name in names for row in connection.execute(text(f"SELECT * FROM {name}"))
        )


def test_disposal_is_refused_before_the_date_with_the_date_and_the_reason(engine: Engine, place: Workspace):
    publish(engine)
    with pytest.raises(Refused) as refused:
        disposed(engine, place, at=datetime(2031, 2, 26, 20, 0, tzinfo=UTC))
    assert (
        "`letter rev 1` is to be kept until 2031-02-26, every record of a piece: 60 months"
        in refused.value.fact
    )
    assert refused.value.remedy == "Ask again from 2031-02-27 on."
    assert load_piece(engine, "letter").piece.fields == {"body": "Talk with us."}
    assert disposed(engine, place, at=datetime(2031, 2, 27, 20, 0, tzinfo=UTC)).revisions == 1


def test_content_goes_and_hashes_people_and_the_log_stay(engine: Engine, place: Workspace):
    start(engine)
    submit(engine, a_piece("letter", body="The best words, best gone."))
    approve(engine, "letter", reason="It is fine.")
    recall_all(engine)
    gate = gate_of(engine)
    remark(gate, "letter", "A remark to forget.", by="Ruth Calder", at=AT)
    before, key = load_piece(engine, "letter"), signing_key(place.keys)
    anchor(engine, place.anchors, key, lender=LENDER, at=AT)
    assert "best gone" in all_text(engine)

    done = disposed(engine, place)
    assert (done.revisions, done.files) == (1, 0)
    assert "best gone" not in all_text(engine)
    assert "to forget" not in all_text(engine)
    after = load_piece(engine, "letter")
    assert (after.piece.fields, after.findings) == ({}, ())
    assert (after.content_hash, after.status) == (before.content_hash, before.status)
    assert after.decision == before.decision
    assert after.piece.authors == before.piece.authors
    report = verify(engine, anchors_of(place))
    assert (report.verified, report.anchors) == (True, 1)
    last = history(engine, "letter")[-1]
    assert (last.event, last.by) == ("piece.disposed", "Ida Root")
    assert last.details["content_hash"] == before.content_hash
    assert last.details["record"] == history(engine, "letter")[0].details["record"]
    assert last.details["kept_until"] == "2031-02-26"


def recall_all(engine: Engine) -> None:
    from approvals.expiry import expire_approved

    expire_approved(engine, "run-1", reason="The price moved.", at=AT)


def test_the_run_is_closed_and_a_second_time_finds_nothing(engine: Engine, place: Workspace):
    publish(engine)
    disposed(engine, place)
    assert get_run(engine, "run-1").status == "finished"
    events = verify(engine).events
    assert disposed(engine, place).revisions == 0
    assert verify(engine).events == events
    assert load_plan(engine, "run-1") is None
    with reading(engine) as session:
        told = [event.event for event in events_of(session, ["run run-1"])]
    assert told[-2:] == ["run.disposed", "run.finished"]


def test_files_of_the_workspace_are_removed_and_nothing_else(
    engine: Engine, place: Workspace, tmp_path: Path
):
    ours, theirs = place.outbox / "rel" / "letter.eml", tmp_path / "elsewhere.eml"
    ours.parent.mkdir(parents=True)
    for path in (ours, theirs):
        path.write_text("a letter", "utf-8")
    publish(engine, str(ours))
    key = "SELECT max(key) FROM deliveries"
    sneaky = str(place.outbox / ".." / ".." / "elsewhere.eml")
    for number, target in enumerate((str(theirs), sneaky, "<message-id@host>", "outbox/relative.eml")):
        by_hand(
            engine,
            "INSERT INTO deliveries (key, release_id, channel, placement_id, state, target, reason, changed_at) "
            f"SELECT ({key}) || :n, release_id, channel, placement_id, state, :target, reason, changed_at FROM deliveries "
            f"WHERE key = ({key})",
            n=str(number), target=target,
        )  # fmt: skip
    assert disposed(engine, place).files == 1
    assert not ours.exists()
    assert theirs.exists()


def test_files_left_over_by_a_killed_disposal_go_the_next_time(engine: Engine, place: Workspace):
    path = place.outbox / "rel" / "letter.eml"
    publish(engine, str(path))
    assert disposed(engine, place).files == 0
    path.parent.mkdir(parents=True)
    path.write_text("a letter", "utf-8")
    assert disposed(engine, place).files == 1


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE pieces SET noun = replace(noun, 'us.', 'us!')", "its stored record was changed"),
        ("UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 2", "Event 2"),
        ("DELETE FROM decisions", "its decision is not the one"),
    ],
)
def test_what_contradicts_the_log_is_evidence_and_is_kept(
    engine: Engine, place: Workspace, statement: str, words: str
):
    publish(engine)
    by_hand(engine, statement)
    with pytest.raises(Refused, match=words):
        disposed(engine, place)


def test_what_can_still_go_out_is_not_disposed_of(engine: Engine, place: Workspace):
    start(engine)
    submit(engine, a_piece())
    with pytest.raises(Refused, match="is pending"):
        disposed(engine, place)
    approve(engine)
    with pytest.raises(Refused, match=r"more of `letter rev 1` may go out \(approved\)"):
        disposed(engine, place)
    recall_all(engine)
    assert disposed(engine, place).revisions == 1


def test_an_audience_that_is_served_over_days_keeps_its_letter(engine: Engine, place: Workspace):
    publish(engine)
    by_hand(engine, "UPDATE releases SET closed_at = NULL")
    with pytest.raises(Refused, match=r"may go out \(published\)"):
        disposed(engine, place)


def test_an_admin_disposes_and_compliance_does_not(engine: Engine, place: Workspace):
    people = (Person(name="Ruth Calder", role="compliance"), Person(name="Ida Root", role="admin"))
    staffed = LENDER.model_copy(update={"people": people})
    publish(engine)
    with pytest.raises(NotPermitted, match="Cannot dispose"):
        disposed(engine, place, lender=staffed, by="Ruth Calder")
    with pytest.raises(NotPermitted, match="not among the people"):
        disposed(engine, place, lender=staffed, by="Nobody")
    assert disposed(engine, place, lender=staffed, by="ida root").revisions == 1


def test_a_hold_keeps_a_run_until_it_is_lifted(engine: Engine, place: Workspace):
    publish(engine)
    gate = gate_of(engine, None, LENDER)
    asked = {"by": "Ruth Calder", "at": AFTER}
    with pytest.raises(BadInput, match="needs a reason"):
        hold(gate, "run-1", reason=" - ", **asked)
    with pytest.raises(Refused, match="not held"):
        lift(gate, "run-1", reason="over", **asked)
    hold(gate, "run-1", reason="State examination 2031", **asked)
    with pytest.raises(Refused, match="held already"):
        hold(gate, "run-1", reason="again", **asked)
    with pytest.raises(Refused, match=r"Ruth Calder holds it since 2031-05-03 \(State examination 2031\)"):
        disposed(engine, place)
    lift(gate, "run-1", reason="The examination is closed.", by="Ida Root", at=AFTER)
    assert disposed(engine, place).revisions == 1
