"""Disposal: not before its day, of content and not of hashes, and never of what is evidence or on hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from approvals.acts import remark
from approvals.anchors import anchor, anchors_of
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.disposal import dispose
from approvals.holds import hold, lift
from approvals.pieces import history, load_piece
from approvals.runs import get_run, load_plan
from approvals.signing import signing_key
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.lender import Person, parse_lender
from tests.approvals.gate import (
    AT,
    a_piece,
    approve,
    by_hand,
    gate_of,
    published,
    start,
    submit,
)
from tools.workspace import EXAMPLE_LENDER, Workspace

LENDER = parse_lender(EXAMPLE_LENDER.read_text("utf-8"))
AFTER = datetime(2031, 5, 3, 18, 0, tzinfo=UTC)  # five years after the brief's last day


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
    published(engine)
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
    published(engine)
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
    published(engine, str(ours))
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
    published(engine, str(path))
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
    published(engine)
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
    published(engine)
    by_hand(engine, "UPDATE releases SET closed_at = NULL")
    with pytest.raises(Refused, match=r"may go out \(published\)"):
        disposed(engine, place)


def test_an_admin_disposes_and_compliance_does_not(engine: Engine, place: Workspace):
    people = (Person(name="Ruth Calder", role="compliance"), Person(name="Ida Root", role="admin"))
    staffed = LENDER.model_copy(update={"people": people})
    published(engine)
    with pytest.raises(NotPermitted, match="Cannot dispose"):
        disposed(engine, place, lender=staffed, by="Ruth Calder")
    with pytest.raises(NotPermitted, match="not among the people"):
        disposed(engine, place, lender=staffed, by="Nobody")
    assert disposed(engine, place, lender=staffed, by="ida root").revisions == 1


def test_a_hold_keeps_a_run_until_it_is_lifted(engine: Engine, place: Workspace):
    published(engine)
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
