"""Making a package: the same bytes from the same state, by those who may, whole or not at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from approvals.anchors import anchors_of
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.examination.scope import Scope, scope_of
from campaign.errors import BadInput, NotPermitted, Refused, UnknownName
from tests.approvals.examination.house import RUN, House, start
from tests.approvals.examination.reading import document, page
from tests.approvals.gate import a_piece, by_hand
from tests.approvals.web.inert import seen


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
