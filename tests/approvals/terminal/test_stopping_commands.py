"""Pausing, recalling and what went out, as typed."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from approvals import decisions
from approvals.releases import releases_due
from approvals.statuses import Status
from approvals.switch import pause_in_force
from campaign.channel import Channel
from campaign.lender import Lender
from tests.approvals.gate import AT, Rules, a_piece, gate_of, ledger, submit
from tests.approvals.terminal.office import MAX, PACK, RUTH, Vallum, events, stands
from tests.conformance.examples import AD, ads_job
from tools.channels.google_ads_editor import editor_file


def live(office: Engine, lender: Lender, piece_id: str, target: str) -> None:
    rules = Rules(version=PACK)
    decisions.approve(gate_of(office, rules, lender), piece_id, by="Ruth Calder", at=AT)
    (release,) = [due for due in releases_due(office) if due.piece.piece_id == piece_id]
    books = ledger(office, rules, lender)
    books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target=target, at=AT)


def test_publishing_is_paused_and_goes_on(office: Engine, vallum: Vallum):
    assert vallum("resume", *RUTH).err == "vallum: Publishing is not paused. There is nothing to do.\n"
    assert vallum("pause", *MAX).err == "vallum: Pausing `publishing` needs a reason. Say what is wrong.\n"
    told = vallum("pause", "--reason", "A wrong rate.", *MAX)
    assert told.out == (
        "Nothing goes out any more: Max Orr paused all publishing at 2026-02-26 17:00 UTC (A wrong rate.).\n"
    )
    assert vallum("ledger", "--json").document["paused"]["by"] == "Max Orr"
    assert "Nothing goes out: Max Orr paused all publishing" in vallum("ledger").out
    assert vallum("resume", *MAX).code == 1
    assert pause_in_force(office) is not None
    assert vallum("resume", *RUTH).out == "Publishing goes on.\n"
    assert vallum("ledger", "--json").document["paused"] is None


def test_a_recall_says_first_what_it_would_take_back(office: Engine, vallum: Vallum, lender: Lender):
    live(office, lender, "clean", "m-1")
    live(office, lender, "other", "m-2")
    before = events(office)
    told = vallum("recall", "--state", "CA", "--dry-run", *MAX)
    assert (told.code, told.out) == (0, "Would recall 1 pieces.\nclean rev 1\n")
    assert vallum("recall", "--everything", "--dry-run", *MAX, "--json").document == {
        "would_recall": ["clean rev 1", "other rev 1"]
    }
    assert vallum("recall", "--state", "TX", "--dry-run", *MAX).code == 1
    for asked, code, said in (
        ((), 2, "Nothing says what to recall. Give a filter, or --everything."),
        (("--state", "TX", "--reason", "x"), 1, "Nothing live fits: released or published, state TX"),
        (("--state", "CA"), 2, "Recalling `what is live` needs a reason. Say what is wrong with it."),
    ):
        refused = vallum("recall", *asked, *MAX)
        assert (refused.code, said in refused.err) == (code, True), refused
    assert events(office) == before
    told = vallum("recall", "--partner", "kay ford", "--reason", "The agreement ended.", *MAX)
    assert told.code == 0
    assert told.out.splitlines()[1].startswith("other rev 1 (email): 1 letter is out")
    assert (stands(office, "other"), stands(office, "clean")) == (Status.RECALLED, Status.PUBLISHED)
    assert "Recalled (rev 1): 1 letter is out" in vallum("show", "other").out
    assert vallum("show", "other", "--json").document["receipts"][0]["piece_id"] == "other"
    told = vallum("recall", "--everything", "--reason", "The rate moved.", *MAX, "--json")
    assert [one["piece_id"] for one in told.document["receipts"]] == ["clean"]


def test_a_recalled_ad_leaves_a_file_beside_the_one_that_went_out(
    office: Engine, vallum: Vallum, lender: Lender, tmp_path: Path
):
    ad = a_piece("ad", channel=Channel.GOOGLE_SEARCH.value, states=("CA", "WA"))
    submit(office, ad.model_copy(update={"fields": AD}), Rules(version=PACK), lender=lender)
    live(office, lender, "ad", str(tmp_path / "ad.csv"))
    release = releases_due(office)[0]
    (tmp_path / "ad.csv").write_bytes(editor_file(release, ads_job()))
    told = vallum("recall", "--channel", "google_search", "--reason", "The rate moved.", *MAX, "--json")
    (receipt,) = told.document["receipts"]
    assert (receipt["kind"], receipt["target"]) == ("file", str(tmp_path / "ad.remove.csv"))
    assert (tmp_path / "ad.remove.csv").is_file()


def test_the_ledger_tells_what_went_out_what_did_not_and_what_is_in_doubt(
    office: Engine, vallum: Vallum, lender: Lender
):
    live(office, lender, "clean", "m-1")
    live(office, lender, "other", "m-2")
    books, rules = ledger(office, Rules(version=PACK), lender), Rules(version=PACK)
    decisions.approve(gate_of(office, rules, lender), "warned", by="Ruth Calder", at=AT)
    (release,) = [due for due in releases_due(office) if due.piece.piece_id == "warned"]
    for slot in ("in doubt", "full"):
        books.claim(release, slot, at=AT)
    books.submitting(release, "in doubt", at=AT)
    books.postpone(release, "full", reason="the mailbox is full", at=AT)
    told = vallum("ledger", "--json").document
    assert sorted(one["target"] for one in told["published"]) == ["m-1", "m-2"]
    assert [one["reason"] for one in told["withheld"]] == ["the mailbox is full"]
    assert told["in_doubt"] == [f"{release.release_id}/in doubt"]
    assert [one["target"] for one in vallum("ledger", "--run", "run-2", "--json").document["published"]] == [
        "m-2"
    ]
    said = " ".join(vallum("ledger").out.split())
    assert "the mailbox is full" in said
    assert "In doubt: " in said
    assert vallum("ledger", "--run", "run-9").code == 2
