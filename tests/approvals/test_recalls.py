"""Recalls: a receipt for each piece of what was done about it, and nothing more of it from that moment on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from approvals import deliveries
from approvals.audit import verify
from approvals.filters import Filter
from approvals.pieces import history
from approvals.recalls import live, receipts_of
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import BadInput, NotInForce, Refused
from campaign.piece import Piece
from campaign.release import Release
from tests.approvals.gate import AT, LATER, a_piece, approve, ledger, status_of, submit
from tests.approvals.taking_back import RULES, out, take_back
from tests.conformance.examples import AD, ads_job
from tests.databases import one_engine
from tools.channels.google_ads_editor import editor_file


def ad(piece_id: str = "ad", **more: Any) -> Piece:
    return a_piece(piece_id, channel="google_search", **more).model_copy(update={"fields": AD})


def as_file(folder: Path, release: Release) -> Path:
    path = folder / f"{release.piece.piece_id}.csv"
    path.write_bytes(editor_file(release, ads_job()))
    return path


# receipts


@one_engine
@pytest.mark.parametrize("state", ["claimed", "postponed", "abandoned"])
@pytest.mark.parametrize("channel", ["email", "google_search", "meta"])
def test_what_never_left_is_stopped(started: Engine, channel: str, state: str):
    out(started, a_piece(channel=channel), ("r1", state))
    (receipt,) = take_back(started).receipts
    assert (receipt.kind, receipt.went_out, receipt.target) == ("stopped", 0, "")
    assert receipt.said == "Nothing had gone out, and nothing more can."
    assert status_of(started) is Status.RECALLED


def test_letters_that_are_out_are_counted_and_those_in_doubt_named(started: Engine):
    out(started, a_piece(), ("r1", "m-1"), ("r2", "m-2"), ("r3", "submitting"), ("r4", "claimed"))
    (receipt,) = take_back(started).receipts
    assert (receipt.kind, receipt.went_out, receipt.channel) == ("instruction", 2, "email")
    assert receipt.said == (
        "2 letters are out and cannot be unsent; no more will go. In doubt are 1 more: look them up at the mail "
        "server. Write to those who have it."
    )


@one_engine
def test_a_search_ad_is_taken_down_by_a_file_made_from_the_one_that_went_out(started: Engine, tmp_path: Path):
    release = out(started, ad(states=("CA", "WA")), ("file", "claimed"))
    path = as_file(tmp_path, release)
    books = ledger(started, RULES)
    books.submitting(release, "file", at=AT)
    books.deliver(release, "file", target=str(path), at=AT)
    (receipt,) = take_back(started).receipts
    assert (receipt.kind, receipt.went_out, receipt.target) == ("file", 1, str(tmp_path / "ad.remove.csv"))
    assert receipt.said.startswith(f"Import `{receipt.target}` in Google Ads Editor and post it; throw")
    rows = Path(receipt.target).read_text(encoding="utf-8-sig").splitlines()
    assert [row.endswith("Removed") for row in rows] == [False, False, True]
    assert AD["headlines"][0] in rows[-1]


@one_engine
@pytest.mark.parametrize("became", ["gone", "saved otherwise"])
def test_where_the_file_cannot_be_made_a_person_is_told(started: Engine, tmp_path: Path, became: str):
    release = out(started, ad(states=("CA", "WA")), ("file", str(tmp_path / "ad.csv")))
    if became == "saved otherwise":
        (tmp_path / "ad.csv").write_bytes(as_file(tmp_path, release).read_text("utf-8-sig").encode("utf-16"))
    out(started, a_piece("letter"), ("r1", "m-1"))
    ad_receipt, letter_receipt = take_back(started).receipts
    assert (ad_receipt.kind, ad_receipt.target) == ("instruction", "")
    assert ad_receipt.said.endswith("Pause the campaign and remove the ad in Google Ads by hand.")
    assert letter_receipt.went_out == 1
    assert {status_of(started, name) for name in ("ad", "letter")} == {Status.RECALLED}


@one_engine
def test_a_file_that_was_being_written_is_looked_for(started: Engine):
    out(started, ad(), ("file", "submitting"))
    (receipt,) = take_back(started).receipts
    assert (receipt.kind, receipt.went_out) == ("instruction", 0)
    assert receipt.said == (
        "Its import file was being written: throw it away if it lies in the folder, or take the ad down."
    )


@one_engine
def test_a_channel_that_is_changed_by_hand_says_so(started: Engine):
    out(started, a_piece("post", channel="linkedin"), ("file", "post 81"))
    (receipt,) = take_back(started).receipts
    assert (receipt.kind, receipt.said) == (
        "instruction", "Take it down at linkedin by hand, and note the time.",
    )  # fmt: skip


def test_receipts_are_kept_with_the_piece_and_in_the_log(started: Engine):
    out(started, a_piece(), ("r1", "m-1"))
    made = take_back(started, reason="  The rate\nmoved. ")
    assert receipts_of(started, "letter") == made.receipts
    assert receipts_of(started, "other") == ()
    assert (made.by, made.at, made.reason, made.filter) == (
        "Max Orr", LATER, "The rate moved.", "released or published",
    )  # fmt: skip
    told = history(started, "letter")[-1]
    assert (told.event, told.by, told.details["recall"]) == ("piece.recalled", "Max Orr", made.recall_id)
    assert told.details["receipt"] == made.receipts[0].said
    with started.connect() as connection:
        noted = connection.execute(
            text("SELECT subject, details FROM audit_events WHERE event = 'recall.made'")
        ).all()
    assert [row.subject for row in noted] == [f"recall {made.recall_id}"]
    assert '"pieces":1' in noted[0].details
    assert verify(started).verified


def test_a_piece_published_and_recalled_twice_keeps_both_receipts(started: Engine):
    out(started, a_piece(), ("r1", "m-1"))
    first = take_back(started)
    out(started, a_piece(revision=2), ("r1", "m-2"))
    second = take_back(started)
    assert first.recall_id != second.recall_id
    assert [one.revision for one in receipts_of(started, "letter")] == [1, 2]


# from that moment on


def test_nothing_more_of_it_is_claimed_or_handed_over_and_what_was_is_told(started: Engine):
    release = out(started, a_piece(), ("r1", "m-1"), ("r2", "claimed"), ("r3", "submitting"))
    take_back(started)
    books = ledger(started, RULES)
    for ask in (books.claim, books.submitting):
        with pytest.raises(NotInForce, match="its piece is recalled"):
            ask(release, "r2", at=LATER)
    books.deliver(release, "r3", target="m-3", at=LATER)
    assert [one.target for one in deliveries.publications(started)] == ["m-1", "m-3"]
    assert status_of(started) is Status.RECALLED
    assert releases_due(started) == ()
    assert verify(started).verified


@one_engine
def test_what_nothing_came_of_is_not_live(started: Engine):
    """Approved pieces are withdrawn or expire; a recall is about what a channel may have."""
    submit(started, a_piece())
    approve(started)
    submit(started, a_piece("another"))
    assert live(started, Filter()) == ()
    with pytest.raises(Refused, match="Nothing live fits: released or published"):
        take_back(started, Filter(statuses=(Status.APPROVED, Status.PENDING)))
    assert (status_of(started), status_of(started, "another")) == (Status.APPROVED, Status.PENDING)


def test_nothing_live_is_the_answer_no_and_leaves_no_trace(started: Engine):
    out(started, a_piece(states=("CA",)), ("r1", "m-1"))
    before = verify(started).events
    with pytest.raises(Refused) as stopped:
        take_back(started, Filter(state="NY", claim="rate"))
    assert str(stopped.value) == (
        "Nothing live fits: released or published, state NY, claim rate. See `vallum ledger`."
    )
    assert (verify(started).events, status_of(started)) == (before, Status.PUBLISHED)
    take_back(started)
    with pytest.raises(Refused, match="Nothing live fits"):
        take_back(started)


@one_engine
@pytest.mark.parametrize("reason", ["", " ", "-"])
def test_a_recall_needs_a_reason_and_says_so(started: Engine, reason: str):
    out(started, a_piece(), ("r1", "m-1"))
    with pytest.raises(BadInput) as stopped:
        take_back(started, reason=reason)
    assert str(stopped.value) == "Recalling `what is live` needs a reason. Say what is wrong with it."
    assert status_of(started) is Status.PUBLISHED


def test_all_of_it_or_nothing(started: Engine):
    out(started, a_piece("first"), ("r1", "m-1"))
    out(started, ad("second"), ("file", "ad.csv"))
    before = verify(started).events

    def ends(delivered: str) -> str:
        raise SystemExit(delivered)

    with pytest.raises(SystemExit):
        take_back(started, take_down=ends)
    assert {status_of(started, name) for name in ("first", "second")} == {Status.PUBLISHED}
    assert verify(started).events == before
    assert receipts_of(started, "first") == ()
