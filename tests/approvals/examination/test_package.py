"""What an examiner finds in a package: every piece as published, and everything that stands behind it."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from approvals.anchors import anchors_of
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.examination.export import Package
from approvals.examination.names import safe_name
from approvals.examination.scope import Scope, scope_of
from approvals.pieces import load_piece
from campaign.errors import BadInput, NotPermitted, Refused, UnknownName
from tests.approvals.examination.house import LATER, MAILBOXES, RUN, House, start
from tests.approvals.gate import AT, a_piece, by_hand
from tests.approvals.web.inert import seen
from tools.market.rate_sheets import read_rate_sheet


def document(package: Package, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        (package.folder / "pieces" / f"{safe_name(name)}.json").read_text("utf-8")
    )
    return read


def page(package: Package, name: str) -> str:
    return (package.folder / "pieces" / f"{safe_name(name)}.html").read_text("utf-8")


def table(package: Package, name: str) -> list[dict[str, str]]:
    with (package.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


def test_the_same_state_and_moment_give_the_same_bytes(furnished_home: Path, tmp_path: Path, pack: Any):
    import shutil

    from tests.approvals.examination.conftest import opened

    made = []
    shutil.copytree(furnished_home, tmp_path / "first" / "home")
    first = opened(tmp_path / "first" / "home", pack)
    from approvals.signing import signing_key

    signing_key(first.workspace.keys)
    first.engine.dispose()
    shutil.copytree(tmp_path / "first" / "home", tmp_path / "second" / "home")
    for name in ("first", "second"):
        house = opened(tmp_path / name / "home", pack)
        made.append(house.export(out=tmp_path / name / "out"))
        house.engine.dispose()
    one, two = made
    # evidence is named from the workspace on, and the segment holds the log as it is: both were copied
    assert one.archive.read_bytes() == two.archive.read_bytes()
    assert one.manifest == two.manifest


def test_an_export_is_an_event_with_the_manifests_hash(furnished: House):
    made = furnished.export()
    with reading(furnished.engine) as session:
        noted = events_of(session, ["package run run-1"])[-1]
    assert (noted.event, noted.by, noted.seq) == ("examination.exported", "Ruth Calder", made.event)
    assert noted.details == {"scope": "run run-1", "pieces": 6, "manifest": made.manifest.digest}
    import hashlib

    assert hashlib.sha256((made.folder / "MANIFEST.json").read_bytes()).hexdigest() == made.manifest.digest
    report = verify(furnished.engine, anchors_of(furnished.workspace))
    assert (report.verified, report.anchors) == (True, 1)


def test_only_those_who_may_export_do(furnished: House):
    with pytest.raises(NotPermitted, match="Cannot export"):
        furnished.export(by="Max Orr")
    with pytest.raises(NotPermitted, match="not among the people"):
        furnished.export(by="Nobody")
    assert not furnished.out.exists()
    assert furnished.export(by=None).manifest.by == "vallum"


@pytest.mark.parametrize("kind", ["folder", "zip", "link"])
def test_what_is_there_already_is_not_overwritten(furnished: House, kind: str):
    target = furnished.out / RUN.folder
    furnished.out.mkdir()
    if kind == "folder":
        target.mkdir()
    elif kind == "zip":
        target.with_name(f"{target.name}.zip").write_bytes(b"theirs")
    else:
        target.symlink_to("nowhere")
    before = sorted(path.name for path in furnished.out.iterdir())
    events = verify(furnished.engine).events
    with pytest.raises(BadInput, match="is there already"):
        furnished.export()
    assert sorted(path.name for path in furnished.out.iterdir()) == before
    assert verify(furnished.engine).events == events


def test_a_failed_export_leaves_nothing_behind(furnished: House):
    by_hand(furnished.engine, "UPDATE pieces SET noun = 'x' WHERE piece_id = 'rate'")
    with pytest.raises(BadInput, match="cannot be read"):
        furnished.export()
    assert list(furnished.out.iterdir()) == []


def test_what_a_killed_export_left_goes_with_the_next(furnished: House):
    left = furnished.out / f".{RUN.folder}.abc.part"
    left.mkdir(parents=True)
    (left / "half").write_text("x", "utf-8")
    furnished.export()
    assert sorted(path.name for path in furnished.out.iterdir()) == [RUN.folder, f"{RUN.folder}.zip"]


def test_a_log_that_does_not_stand_vouches_for_nothing(furnished: House):
    by_hand(furnished.engine, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE seq = 5")
    with pytest.raises(Refused, match="Event 5"):
        furnished.export()


def test_a_record_that_contradicts_the_log_is_shown_as_such(furnished: House):
    by_hand(
        furnished.engine, "UPDATE pieces SET noun = replace(noun, 'when you', 'as you') WHERE revision = 2"
    )
    made = furnished.export()
    assert document(made, "edited")["revisions"][1]["record_contradicts_log"].startswith("its stored record")
    assert "its stored record was changed" in seen(page(made, "edited"))
    assert "The record of edited is not what the log says" in seen(
        (made.folder / "index.html").read_text("utf-8")
    )


def test_what_is_not_kept_is_said(furnished: House):
    next(furnished.workspace.rates.glob("*.csv")).unlink()
    by_hand(furnished.engine, "UPDATE runs SET plan = replace(plan, 'every 2 weeks', 'daily')")
    made = furnished.export()
    index = seen((made.folder / "index.html").read_text("utf-8"))
    assert f"Rate sheet {furnished.sheet_id} is not kept here" in index
    run = json.loads(next((made.folder / "runs").glob("*.json")).read_text("utf-8"))
    assert run["plan"] is None
    assert "not what the audit log recorded" in run["faults"][0]


def test_a_sheet_that_was_changed_is_not_passed_off(furnished: House):
    path = next(furnished.workspace.rates.glob("*.csv"))
    path.write_text(path.read_text("utf-8").replace(",1895,", ",1795,", 1), "utf-8")
    assert not (furnished.export().folder / "sheets").exists()


def test_days_take_what_happened_in_them(house: House):
    house.submit(a_piece("early"))
    start(house, "run-2")
    scope = Scope(starts=date(2026, 2, 26), until=date(2026, 2, 26))
    made = house.export(scope)
    assert made.folder.name == "examination-2026-02-26-to-2026-02-26"
    assert made.manifest.pieces == 1
    for days in ((date(2026, 2, 20), date(2026, 2, 25)), (date(2026, 2, 27), date(2026, 3, 9))):
        with pytest.raises(Refused, match="No piece is in scope"):
            house.export(Scope(starts=days[0], until=days[1]))
    house.approve("early")
    house.publish("early", "r1")
    assert house.export(Scope(starts=date(2026, 2, 20), until=date(2026, 3, 9))).manifest.pieces == 1


def test_a_run_that_is_not_there(house: House):
    with pytest.raises(UnknownName, match="Did you mean `run-1`"):
        house.export(Scope(run_id="run-9"))
    with pytest.raises(Refused, match="No piece is in scope"):
        house.export()
    assert not house.workspace.anchors.exists()
    assert not house.out.exists()


@pytest.mark.parametrize(
    "asked",
    [(None, None, None), ("run-1", "2026-01-01", "2026-01-02"), (None, "2026-01-01", None), (None, None, "2026-01-01"),
     (None, "2026-01-02", "2026-01-01")],
)  # fmt: skip
def test_a_scope_is_a_run_or_days(asked: tuple[str | None, str | None, str | None], furnished: House):
    with pytest.raises(BadInput, match="is no scope"):
        scope_of(*asked, furnished.gate.lender.zone)


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
