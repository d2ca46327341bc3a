"""Anchors of the audit log: whatever is rewritten, cut, removed or forged is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.anchor_files import made_anchor, read_anchors
from approvals.anchors import anchors_of, copies_at
from approvals.audit import verify
from approvals.signing import SigningKey, signing_key
from campaign.errors import BadInput
from tests.approvals.anchoring import happen, said, three_anchors
from tests.approvals.gate import AT
from tests.approvals.tampering import rewrite, rows_of
from tools.workspace import Workspace


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
