"""Making anchors: when it is time, what stops it, and the key they are signed with."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.anchor_files import AnchorSequence, made_anchor
from approvals.anchors import anchor_due, anchor_when_due, anchors_of, keep_anchored
from approvals.audit import verify
from approvals.signing import public_key, signing_key
from campaign.errors import Refused, Unreadable
from tests.approvals.anchoring import happen, said, sign, three_anchors
from tests.approvals.gate import AT, by_hand
from tests.approvals.tampering import Row, rewrite, rows_of
from tools.workspace import Workspace


def test_nothing_new_makes_no_new_anchor(engine: Engine, place: Workspace):
    happen(engine, 3)
    first = sign(engine, place)
    assert sign(engine, place, hours=1) == first
    happen(engine, 1)
    assert sign(engine, place, hours=2).number == 2


def test_an_empty_log_is_not_anchored(engine: Engine, place: Workspace):
    with pytest.raises(Refused, match="no event yet"):
        sign(engine, place)


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
