"""Whatever people and files typed: no id leads out of a package, no text runs in a browser or a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import acts
from approvals.examination.names import safe_name
from approvals.examination.tables import as_csv, inert, relative
from campaign.piece import Partner, Piece, Speaker
from tests.approvals.examination.house import House, start
from tests.approvals.gate import AT, a_piece, with_rate
from tests.approvals.web.inert import ADDRESS, HOSTILE, read, seen

IDS = (
    "../../outside", "/etc/passwd", "..\\..\\outside", "C:outside", "~", ".", "..", ".hidden", "CON", "a" * 300, "a/b/c",
    "a\nb", "ünïcode ✓", "A", "a", "x.html", "-rf", "%2e%2e%2f", "<b>", "MANIFEST.json",
)  # fmt: skip
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x")')


@given(st.text())
def test_a_name_is_one_plain_part_of_a_path(name: str):
    safe = safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", safe)
    assert Path("folder", safe).resolve() == Path("folder").resolve() / safe
    assert safe == safe_name(name)


def test_names_are_kept_apart_also_where_letter_case_is_not():
    assert len({safe_name(name).casefold() for name in IDS}) == len(IDS)


@given(st.text())
def test_no_cell_begins_a_formula(text: str):
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert inert(text) in (text, f"'{text}")
    written = as_csv([("piece", text)])
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows == [["piece", inert(text)]]


@pytest.mark.parametrize("number", [-1, -0.5, 3])
def test_numbers_stay_numbers(number: float):
    assert as_csv([(number,)]) == f"{number}\r\n"


def test_evidence_is_named_from_the_workspace_on():
    assert relative("/home/x/outbox/r/l.eml", "/home/x") == "outbox/r/l.eml"
    assert relative("/moved/outbox/r/l.eml", "/home/x") == "outbox/r/l.eml"
    assert relative("<message@host>", "/home/x") == "<message@host>"


def test_no_id_leads_out_of_the_package(house: House):
    for name in IDS:
        house.add(a_piece(name, body="Talk."))
    made = house.export()
    files = [path for path in made.folder.parent.rglob("*") if path.is_file()]
    inside = [path for path in files if path.resolve().is_relative_to(made.folder.resolve())]
    assert set(files) - set(inside) == {made.archive}
    assert made.manifest.pieces == len(IDS)
    assert len(list((made.folder / "pieces").glob("*.html"))) == len(IDS)
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) and ".." not in name for name in made.manifest.files)
    assert [one.name for one in made.folder.parent.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slot_is_named_by_itself_whatever_signs_the_id_holds(house: House):
    house.submit(a_piece("a/b", body="Talk."))
    house.approve("a/b")
    house.publish("a/b", "file")
    made = house.export()
    page = next((made.folder / "pieces").glob("*.html")).read_text("utf-8")
    assert "<td><code>file</code></td><td>delivered</td>" in page


def hostile_piece(channel: str) -> Piece:
    return Piece(
        piece_id=f"{HOSTILE}.{channel}", channel=channel, states=(HOSTILE,), products=(HOSTILE,),
        fields={
            "subject": HOSTILE, "preheader": HOSTILE, "headline": HOSTILE, "body": f"{HOSTILE} best {{{{first_name}}}}",
            "headlines": (HOSTILE, "=1+1"), "descriptions": (HOSTILE,), "cta": HOSTILE, "footer": HOSTILE,
            "landing_url": ADDRESS,
        },
        originator=Speaker(name=HOSTILE, nmls=HOSTILE), partner=Partner(name=HOSTILE, kind=HOSTILE),
        targeting={HOSTILE: HOSTILE, "lists": [HOSTILE]}, authors=(HOSTILE, "=1+1"),
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the pages are the same on both
@pytest.mark.parametrize(
    "channel", ["email", "google_search", "meta", "linkedin", "zillow", "sms", "flyer", "web", "odd"]
)
def test_nothing_that_was_typed_runs_in_a_page(house: House, channel: str):
    piece = hostile_piece(channel)
    house.submit(piece)
    acts.remark(house.gate, piece.piece_id, HOSTILE, by="Max Orr", at=AT)
    house.approve(piece.piece_id, reason=HOSTILE)
    house.publish(piece.piece_id, "=1+1")
    made = house.export()
    for path in made.folder.rglob("*.html"):
        markup = path.read_text("utf-8")
        _inert(markup, path.name)
    text = seen(next((made.folder / "pieces").glob("*.html")).read_text("utf-8"))
    assert "</script></title>" in text, "the words are shown, not dropped"
    assert "{{ 7 * 7 }}" in text
    for path in made.folder.rglob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
        cells = [cell for row in rows for cell in row if path.parent.name != "sheets"]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


def _inert(markup: str, name: str) -> None:
    """Nothing acts: what a page's own head holds aside, and a letter's document within its sandbox too."""
    found = read(markup)
    own = {"<meta>", "<link>"}
    allowed = {
        fault for fault in found.faults if fault in own or re.match(r"<(a|iframe|link) (href|srcdoc)=", fault)
    }
    assert set(found.faults) <= allowed, name
    for tag, attribute, value in found.attributes:
        if attribute == "href":
            assert tag != "link" or value.endswith("style.css")
            assert re.match(r"(\.\./)?[A-Za-z0-9._/-]+(#[\w.-]+)?$|#\w+$|https?://", value), (name, value)
        if attribute == "srcdoc":
            letter = read(value)
            acting = {
                fault for fault in letter.faults if "style" not in fault and fault not in ("<meta>", "<base>")
            }
            assert all(fault.startswith("<a href=") and "javascript" not in fault for fault in acting), acting
        if attribute == "sandbox":
            assert value == ""


def test_a_hostile_run_and_plan_are_words(house: House):
    from approvals import runs
    from tests.approvals.web.street import a_plan, parted

    name = "run-2"
    start(house, name)
    runs.save_segmentation(house.engine, name, parted(HOSTILE), at=AT)
    runs.save_review(house.engine, name, a_plan(HOSTILE), at=AT)
    house.submit(with_rate("rate", valid_until=AT), run_id=name)
    from approvals.examination.scope import Scope

    made = house.export(Scope(run_id=name))
    page = next((made.folder / "runs").glob("*.html")).read_text("utf-8")
    _inert(page, "run")
    assert "</script></title>" in seen(page)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_formula_in_a_rate_sheets_source_is_marked(house: House):
    from dataclasses import replace

    from tools.market.rate_sheets import read_rate_sheet
    from tools.market.sheets import save_sheet, sheets

    sheet = sheets(house.workspace)[0]
    (house.workspace.rates / f"{sheet.sheet_id}.csv").unlink()
    save_sheet(house.workspace, sheet.model_copy(update={"source": "=cmd|' /C calc'!A0"}))
    house.submit(a_piece())
    made = house.export()
    kept = next((made.folder / "sheets").glob("*.csv")).read_text("utf-8")
    assert "'=cmd" in kept
    assert read_rate_sheet(kept, "x", zone=house.gate.lender.zone).sheet_id == sheet.sheet_id
    house = replace(house, sheet_id="../../lender")
    house.submit(a_piece("other"))
    assert house.export(out=house.out / "second").manifest.pieces == 2
