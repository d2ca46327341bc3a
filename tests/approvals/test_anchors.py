"""Anchors: what chain and head cannot tell, a signed checkpoint does; and anchors hold each other."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.anchor_files import Anchor, AnchorSequence, made_anchor, read_anchors
from approvals.anchors import anchor, anchor_due, anchor_when_due, anchors_of, copies_at, keep_anchored
from approvals.audit import record, verify
from approvals.database import writing
from approvals.signing import SigningKey, public_key, signing_key
from campaign.errors import BadInput, Refused, Unreadable
from tests.approvals.gate import AT, LENDER, by_hand
from tests.approvals.tampering import Row, rewrite, rows_of
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text("utf-8"), {})


def happen(engine: Engine, times: int, what: str = "piece.approved") -> None:
    with writing(engine) as session:
        for number in range(times):
            record(
                session, event=what, subject=f"piece {number}", by="Ruth Calder", at=AT, details={"n": number}
            )


def sign(engine: Engine, place: Workspace, *, hours: int = 0) -> Anchor:
    key = signing_key(place.keys)
    return anchor(engine, place.anchors, key, lender=LENDER, at=AT + timedelta(hours=hours))


def three_anchors(engine: Engine, place: Workspace) -> None:
    for hours in range(3):
        happen(engine, 4)
        sign(engine, place, hours=hours)


def said(engine: Engine, place: Workspace) -> tuple[str, ...]:
    report = verify(engine, anchors_of(place))
    assert report.verified == (not report.faults)
    assert report.reason == (report.faults[0] if report.faults else "")
    return report.faults


def test_anchors_follow_each_other_and_the_log_is_held_to_them(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    happen(engine, 2)
    report = verify(engine, anchors_of(place))
    assert (report.verified, report.events, report.anchors) == (True, 17, 3)
    kept = anchors_of(place)
    assert [one.number for one in kept.anchors] == [1, 2, 3]
    assert [one.events for one in kept.anchors] == [4, 9, 14]
    assert kept.anchors[1].previous == kept.anchors[0].digest
    assert sorted(path.name for path in place.anchors.iterdir()) == [
        "00000001.json", "00000002.json", "00000003.json", "public.pem",
    ]  # fmt: skip
    told = json.loads((place.anchors / "00000001.json").read_text("utf-8"))
    assert set(told) == {"number", "events", "hash", "at", "lender", "previous", "key", "signature"}
    assert told["lender"] == "Cedar & Main Mortgage, LLC (NMLS 1999901)"


def test_nothing_new_makes_no_new_anchor(engine: Engine, place: Workspace):
    happen(engine, 3)
    first = sign(engine, place)
    assert sign(engine, place, hours=1) == first
    happen(engine, 1)
    assert sign(engine, place, hours=2).number == 2


def test_an_empty_log_is_not_anchored(engine: Engine, place: Workspace):
    with pytest.raises(Refused, match="no event yet"):
        sign(engine, place)


def test_a_rewritten_tail_head_included_is_found(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    rows = rows_of(engine)
    rows[11] = rows[11]._replace(by="Nobody")
    rewrite(engine, rows)
    assert verify(engine).verified, "the chain and the head alone cannot tell"
    report = verify(engine, anchors_of(place))
    assert (report.verified, report.first_broken, report.events) == (False, 10, 9)
    assert (report.event, report.subject) == ("log.anchored", "anchors")
    assert "10 to 14 was rewritten" in report.reason
    assert "anchor 3 of 2026-02-26 19:00 UTC" in report.reason
    assert "`piece.approved` of `piece 3`" in report.reason


def test_a_log_that_was_cut_back_to_an_older_state_is_found(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    rewrite(engine, rows_of(engine)[:6])
    assert verify(engine).verified
    report = verify(engine, anchors_of(place))
    assert (report.verified, report.events, report.first_broken) == (False, 6, 7)
    assert "was cut back: anchor 2" in report.reason
    assert "saw 9 events and it holds 6" in report.reason


def test_a_log_cut_back_and_written_on_is_found(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    rewrite(engine, rows_of(engine)[:6])
    happen(engine, 30, "piece.rejected")
    assert verify(engine).verified
    report = verify(engine, anchors_of(place))
    assert (report.verified, report.first_broken) == (False, 5)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
@pytest.mark.parametrize(
    ("gone", "words"), [(1, "Anchor 1 is missing"), (2, "Anchor 2 is missing"), (3, "Anchor 3 is missing")]
)
def test_a_removed_anchor_is_missed(engine: Engine, place: Workspace, gone: int, words: str):
    three_anchors(engine, place)
    (place.anchors / f"{gone:08d}.json").unlink()
    assert any(words in fault for fault in said(engine, place))


def test_all_anchors_gone_are_missed_too(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    shutil.rmtree(place.anchors)
    assert len(said(engine, place)) == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    ("field", "value"),
    [("events", 3), ("hash", "f" * 64), ("lender", "Another"), ("at", "2026-02-27T00:00:00Z"),
     ("previous", "e" * 64), ("signature", "AAAA"), ("signature", "no base64!"), ("key", "0" * 16)],
)  # fmt: skip
def test_a_changed_anchor_is_found_by_its_signature(
    engine: Engine, place: Workspace, number: int, field: str, value: object
):
    three_anchors(engine, place)
    path = place.anchors / f"{number:08d}.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {field: value}), "utf-8")
    assert any(f"anchor {number}" in fault.casefold() for fault in said(engine, place))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
@pytest.mark.parametrize("content", ["", "{}", "not json", '{"number": 2}', "\udcff"])
def test_an_anchor_that_cannot_be_read_is_named(engine: Engine, place: Workspace, content: str):
    three_anchors(engine, place)
    path = place.anchors / "00000002.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert any("`00000002.json` cannot be read" in fault for fault in said(engine, place))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
def test_two_anchors_that_changed_places_are_found(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    one, two = place.anchors / "00000001.json", place.anchors / "00000002.json"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert any("files were exchanged" in fault for fault in said(engine, place))


def test_anchors_forged_with_another_key_are_found(engine: Engine, place: Workspace, tmp_path: Path):
    """The log and all anchors rewritten by someone who cannot read the key."""
    three_anchors(engine, place)
    rewrite(engine, [row._replace(by="Nobody") for row in rows_of(engine)])
    forge(engine, place.anchors, signing_key(tmp_path / "their keys"), place.anchors)
    assert any("this workspace signs with" in fault for fault in said(engine, place))


def test_a_forger_who_holds_everything_is_found_by_copies_kept_elsewhere(
    engine: Engine, place: Workspace, tmp_path: Path
):
    three_anchors(engine, place)
    elsewhere = Path(shutil.copytree(place.anchors, tmp_path / "elsewhere"))
    rewrite(engine, [row._replace(by="Nobody") for row in rows_of(engine) if row.event != "log.anchored"])
    forge(engine, place.anchors, signing_key(place.keys), place.anchors)
    assert said(engine, place) == ()
    report = verify(engine, copies_at(elsewhere, place))
    assert (report.verified, report.first_broken) == (False, 1)
    shutil.rmtree(place.keys)
    assert not verify(engine, copies_at(elsewhere, place)).verified


def forge(engine: Engine, folder: Path, key: SigningKey, into: Path) -> None:
    """Anchors over the log as it is now, as the workspace would have made them."""
    from approvals.anchor_files import keep_anchor

    shutil.rmtree(folder)
    rows, before = rows_of(engine), None
    for events in (4, 8):
        before = made_anchor(
            key, before, events=events, log_hash=rows[events - 1].hash, lender="Cedar", at=AT
        )  # fmt: skip
        keep_anchor(into, before, key.public)


def test_copies_need_not_reach_to_the_first_nor_to_the_last(engine: Engine, place: Workspace, tmp_path: Path):
    three_anchors(engine, place)
    copies = tmp_path / "copies"
    copies.mkdir()
    shutil.copy(place.anchors / "00000002.json", copies)
    report = verify(engine, copies_at(copies, place))
    assert (report.verified, report.anchors) == (True, 1)
    single = verify(engine, copies_at(copies / "00000002.json", place))
    assert (single.verified, single.anchors) == (True, 1)
    rewrite(engine, rows_of(engine)[:8])
    assert not verify(engine, copies_at(copies, place)).verified


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
def test_a_gap_among_copies_is_a_removed_anchor(engine: Engine, place: Workspace, tmp_path: Path):
    three_anchors(engine, place)
    copies = Path(shutil.copytree(place.anchors, tmp_path / "copies"))
    (copies / "00000002.json").unlink()
    assert "Anchor 2 is missing; anchor 3 follows 1." in verify(engine, copies_at(copies, place)).faults


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
def test_copies_without_a_key_say_so(engine: Engine, place: Workspace, tmp_path: Path):
    three_anchors(engine, place)
    copies = Path(shutil.copytree(place.anchors, tmp_path / "copies"))
    (copies / "public.pem").unlink()
    assert any("no `public.pem`" in fault for fault in read_anchors(copies, whole=False).faults)
    (copies / "public.pem").write_text("-----BEGIN NOTHING-----", "utf-8")
    assert any("cannot be read" in fault for fault in read_anchors(copies, whole=False).faults)
    with pytest.raises(BadInput, match="cannot be read"):
        copies_at(tmp_path / "nowhere", place)


def test_a_log_that_does_not_stand_is_not_anchored(engine: Engine, place: Workspace):
    happen(engine, 6)
    sign(engine, place)
    happen(engine, 6)
    by_hand(engine, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 9")
    with pytest.raises(Refused, match=r"not anchored\. Event 9 .* was changed"):
        sign(engine, place)
    assert len(anchors_of(place).anchors) == 1
    by_hand(engine, "UPDATE audit_events SET \"by\" = 'Ruth Calder' WHERE seq = 9")
    assert sign(engine, place).number == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
def test_anchors_that_do_not_stand_are_not_added_to(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    (place.anchors / "00000002.json").unlink()
    happen(engine, 1)
    with pytest.raises(Refused, match="Anchor 2 is missing"):
        sign(engine, place)


def test_an_anchor_whose_note_was_lost_by_a_crash_is_gone_on_from(engine: Engine, place: Workspace):
    """Killed between the file and the commit: the file is a true statement, and the next one follows it."""
    happen(engine, 3)
    sign(engine, place)
    rewrite(engine, rows_of(engine)[:3])
    assert said(engine, place) == ()
    happen(engine, 1)
    assert sign(engine, place).number == 2
    assert said(engine, place) == ()


def test_two_who_anchor_at_once_make_one_anchor(engine: Engine, place: Workspace):
    from concurrent.futures import ThreadPoolExecutor

    happen(engine, 5)
    signing_key(place.keys)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: sign(engine, place), range(4)))
    assert {one.number for one in made} == {1}
    assert said(engine, place) == ()


@pytest.mark.parametrize(
    ("last", "events", "hours", "due"),
    [(0, 0, 0, False), (0, 1, 0, True), (10, 10, 100, False), (10, 11, 100, False), (10, 12, 23, False),
     (10, 12, 24, True), (10, 1009, 1, False), (10, 1010, 1, True), (10, 1010, -5, True), (10, 12, -5, False)],
)  # fmt: skip
def test_when_it_is_time(tmp_path: Path, last: int, events: int, hours: int, due: bool):
    before = None
    if last:
        key = signing_key(tmp_path)
        before = made_anchor(key, None, events=last, log_hash="a" * 64, lender="Cedar", at=AT)
    assert anchor_due(before, events, AT + timedelta(hours=hours)) is due


def test_anchoring_when_due_and_telling_what_stops_it(engine: Engine, place: Workspace):
    assert anchor_when_due(engine, place, at=AT) is None
    happen(engine, 3)
    assert anchor_when_due(engine, place, at=AT) is not None
    assert anchor_when_due(engine, place, at=AT + timedelta(hours=48)) is None, "only its own note came since"
    happen(engine, 1)
    assert anchor_when_due(engine, place, at=AT + timedelta(hours=1)) is None
    told: list[str] = []
    keep_anchored(engine, place, at=AT + timedelta(hours=25), tell=told.append)
    assert (len(anchors_of(place).anchors), told) == (2, [])
    happen(engine, 1)
    by_hand(engine, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 7")
    keep_anchored(engine, place, at=AT + timedelta(hours=60), tell=told.append)
    assert len(told) == 1
    assert "Event 7" in told[0]


def test_the_key_is_made_once_and_for_its_owner_alone(place: Workspace):
    first = signing_key(place.keys)
    assert signing_key(place.keys).public.key_id == first.public.key_id
    path = place.keys / "signing.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert place.keys.stat().st_mode & 0o077 == 0
    assert [one.name for one in place.keys.iterdir()] == ["signing.pem"]
    path.chmod(0o644)
    with pytest.raises(Refused, match="can be read by others"):
        signing_key(place.keys)
    path.chmod(0o600)
    path.write_text("nothing", "utf-8")
    with pytest.raises(Unreadable, match="holds no key"):
        signing_key(place.keys)


def test_a_signature_is_for_one_purpose_and_one_text(place: Workspace):
    key = signing_key(place.keys)
    signature = key.sign("anchor", "text")
    assert key.public.signed("anchor", "text", signature)
    assert not key.public.signed("package", "text", signature)
    assert not key.public.signed("anchor", "texts", signature)
    (place.home / "public.pem").write_text(key.public.pem, "utf-8")
    assert public_key(place.home / "public.pem").signed("anchor", "text", signature)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files alone
def test_another_key_than_the_one_that_signed_before_is_refused(engine: Engine, place: Workspace):
    three_anchors(engine, place)
    shutil.rmtree(place.keys)
    happen(engine, 1)
    with pytest.raises(Refused, match="this workspace signs with"):
        sign(engine, place)


def test_no_anchors_are_no_fault(engine: Engine, place: Workspace):
    happen(engine, 1)
    assert anchors_of(place) == AnchorSequence(whole=True)
    assert verify(engine, anchors_of(place)).verified


def test_rows_are_read_back_as_they_were(engine: Engine):
    happen(engine, 2)
    before = rows_of(engine)
    assert isinstance(before[0], Row)
    rewrite(engine, before)
    assert rows_of(engine) == before
