"""What an examiner finds in a package: every piece as published, and everything that stands behind it."""

from __future__ import annotations

import csv
import json
import zipfile

from approvals.database import reading
from approvals.examination.export import Package
from approvals.examination.names import safe_name
from approvals.pieces import load_piece
from tests.approvals.examination.house import LATER, MAILBOXES, House
from tests.approvals.examination.reading import document, page, table
from tests.approvals.gate import AT, a_piece
from tests.approvals.web.inert import seen
from tools.market.rate_sheets import read_rate_sheet


def test_a_package_is_a_folder_and_its_zip(package: Package):
    with zipfile.ZipFile(package.archive) as archive:
        assert archive.testzip() is None
        packed = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    lying = {
        path.relative_to(package.folder).as_posix(): path.read_bytes()
        for path in package.folder.rglob("*")
        if path.is_file()
    }
    assert packed == lying
    assert {"index.html", "style.css", "MANIFEST.json", "log/segment.jsonl", "log/proof.json"} <= set(lying)
    assert set(package.manifest.files) == set(lying) - {"MANIFEST.json"}


def test_the_index_lists_every_piece(package: Package):
    index = seen((package.folder / "index.html").read_text("utf-8"))
    for name in ("letter", "ad", "edited", "waived", "loud", "rate"):
        assert name in index
        assert (package.folder / "pieces" / f"{safe_name(name)}.html").is_file()
    assert "6 pieces, of which 2 went out" in index
    assert "3 deliveries made, 1 in doubt" in index


def test_a_published_piece_with_all_that_stands_behind_it(package: Package):
    told = document(package, "letter")
    assert (told["piece"], told["run"], told["published_revision"]) == ("letter", "run-1", 1)
    one = told["revisions"][0]
    assert one["piece"]["fields"]["body"] == "Hi {{first_name}},\n\nthe best time?"
    assert [(found["rule"], found["citation"]) for found in one["findings"]] == [
        ("test.best", "12 CFR 1026.24")
    ]
    assert [(made["by"], made["answer"], made["reason"]) for made in one["decisions"]] == [
        ("Ruth Calder", "approve", "Plain and true.")
    ]
    assert [said["words"] for said in one["remarks"]] == ["Read it twice."]
    assert one["recipients"] == {"delivered": 2, "submitting": 1}
    assert [made["evidence"] for made in one["deliveries"]] == [
        f"outbox/{MAILBOXES[0]}.eml", f"outbox/{MAILBOXES[1]}.eml", "",
    ]  # fmt: skip
    assert one["withheld"][0]["count"] == 17
    assert one["licenses"]["CA"]["number"] == "41DBO-199990"
    assert one["record_contradicts_log"] == ""
    assert one["retention"]["creative"]["until"] == "2031-02-26"
    assert [event["event"] for event in one["events"]][:3] == [
        "piece.drafted",
        "piece.screened",
        "piece.pending",
    ]


def test_its_page_says_the_same_to_people(package: Package):
    text = " ".join(seen(page(package, "letter")).split())
    for words in (
        "As published, revision 1", "A question", "the best time?", "12 CFR 1026.24", "Leave best out.",
        "Plain and true.", "Read it twice.", "no consent", "41DBO-199990", "2 delivered, 1 submitting",
        "ltv < 60", "0.81", "every 2 weeks", "2031-02-26", "piece.approved", "Targeting: states",
    ):  # fmt: skip
        assert words in text, words
    assert '<mark class="pv-found pv-warn" data-ends="1">best</mark>' in page(package, "letter")
    assert "Jordan" in page(package, "letter"), "the letter itself is shown, with marked examples"


def test_recalls_rejections_revisions_and_waivers(package: Package):
    ad = document(package, "ad")
    assert ad["revisions"][0]["recalls"][0]["kind"] == "file"
    assert ad["revisions"][0]["last_shown"] == "2026-02-26T19:00:00+00:00"
    edited = document(package, "edited")
    assert [one["status"] for one in edited["revisions"]] == ["superseded", "pending"]
    assert edited["revisions"][0]["decisions"][0]["reason"] == "Too loud."
    assert "Too loud." in seen(page(package, "edited"))
    assert "<del>" in page(package, "edited")
    waived = document(package, "waived")
    assert waived["revisions"][0]["waivers"][0]["reason"] == "An answer is guaranteed, no loan."
    assert [event["event"] for event in waived["waivers"]] == ["waiver.given"]
    assert "An answer is guaranteed, no loan." in seen(page(package, "waived"))
    rate = document(package, "rate")
    assert rate["revisions"][0]["piece"]["claims"][0]["provenance"]["reference"] == "sheet s1 row 3"
    assert "sheet s1 row 3" in seen(page(package, "rate"))


def test_tables_hold_the_same(package: Package):
    pieces = table(package, "pieces")
    assert [row["piece"] for row in pieces] == ["letter", "ad", "edited", "edited", "waived", "loud", "rate"]
    assert pieces[0]["delivered"] == "2"
    assert pieces[0]["in_doubt"] == "1"
    assert {row["record_stands"] for row in pieces} == {"yes"}
    assert [row["excerpt"] for row in table(package, "findings")][:2] == ["best", "best"]
    assert table(package, "claims")[0]["shown"] == "6.125%"
    assert {row["slot"] for row in table(package, "deliveries")} == {*MAILBOXES, "file"}
    assert table(package, "withheld")[0]["reason"] == "no consent"
    assert len(table(package, "retention")) == 7 * 5
    assert [row["reason"] for row in table(package, "decisions")] == ["Plain and true.", "", "Too loud."]


def test_rules_rates_and_runs_as_they_stood(package: Package, furnished: House):
    rules = json.loads(next((package.folder / "rules").glob("*.json")).read_text("utf-8"))
    assert rules["version"] == furnished.rules.version
    assert {"regz.apr-missing", "can-spam.opt-out"} <= {rule["id"] for rule in rules["rules"]}
    kept = next((package.folder / "sheets").glob("*.csv")).read_text("utf-8")
    sheet = read_rate_sheet(kept, "sheet", zone=furnished.gate.lender.zone)
    assert sheet.sheet_id == furnished.sheet_id
    run = json.loads(next((package.folder / "runs").glob("*.json")).read_text("utf-8"))
    assert run["run"]["brief"]["goal"] == "Spring season"
    assert run["plan"]["fair_lending"]["segments"]["owners"]["verdict"] == "look"
    assert run["faults"] == []


def test_the_log_in_it_reaches_to_an_anchor(package: Package):
    proof = json.loads((package.folder / "log" / "proof.json").read_text("utf-8"))
    segment = (package.folder / "log" / "segment.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in segment.splitlines()]
    assert [row["seq"] for row in rows] == list(range(proof["first"], proof["last"] + 1))
    assert proof["anchor"]["hash"] == rows[-1]["hash"]
    with (package.folder / "log" / "events.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert {"piece.approved", "delivery.made", "waiver.given", "run.planned", "recall.made"} <= {
        row["what"] for row in told
    }


def test_after_disposal_a_package_says_what_was_removed(furnished: House):
    from datetime import UTC, datetime

    from approvals.database import writing
    from approvals.deliveries import close
    from approvals.disposal import dispose
    from approvals.expiry import supersede_pending

    supersede_pending(furnished.engine, "run-1", reason="over", at=LATER)
    with writing(furnished.engine) as session:
        close(session, load_release(furnished), LATER)
    after = datetime(2031, 6, 1, tzinfo=UTC)
    dispose(furnished.gate, furnished.workspace, "run-1", by="Ida Root", at=after)
    made = furnished.export(at=after)
    assert "best time" not in page(made, "letter")
    assert "Its content was removed" in seen(page(made, "letter"))
    told = document(made, "letter")["revisions"][0]
    assert told["disposed"]["event"] == "piece.disposed"
    assert told["record_contradicts_log"] == ""
    assert told["content_hash"] == load_piece(furnished.engine, "letter").content_hash
    assert told["decisions"][0]["by"] == "Ruth Calder"


def load_release(house: House) -> str:
    from sqlmodel import select

    from approvals.records import ReleaseRow

    with reading(house.engine) as session:
        return session.exec(select(ReleaseRow.release_id).where(ReleaseRow.piece_id == "letter")).one()


def test_on_both_engines(house: House):
    house.submit(a_piece("letter", body="The best words.", states=("CA",)))
    house.approve("letter")
    house.publish("letter", *MAILBOXES[:2])
    house.submit(a_piece("other"))
    made = house.export(at=AT)
    assert document(made, "letter")["revisions"][0]["recipients"] == {"delivered": 2}
    assert made.manifest.pieces == 2
