"""Rate alerts through the whole street: a class per segment and offer, each reader's own figures, never twice."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import timedelta
from email import message_from_bytes, policy
from io import StringIO
from pathlib import Path

import pytest

from agents.assignments import plan_of
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.publishing_runs import publish_and_wake
from agents.rate_alerts import alert
from agents.replanning import run_to_replan
from agents.running import advance
from approvals import decisions, queue, runs
from approvals.classes import waiting_classes
from approvals.filters import Filter
from approvals.pieces import load_piece
from approvals.statuses import Status
from campaign.moment import end_of_day
from campaign.plan import ALERT_MARK
from campaign.rates import RateSheet
from tests.agents.briefs import BRIEF, DAY
from tests.street import quiet
from tools.book.engine import open_book
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.market.sheets import save_sheet
from tools.triggers.scan import counts, scan
from tools.workspace import make_workspace

BY = "Ruth Calder"


@pytest.fixture(scope="module")
def alerted_once(filled, tmp_path_factory) -> Path:
    """A workspace with a standing campaign and one day's alerts waiting; copied for each test."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("alerts") / "home"))
    workspace = make_workspace(home, (home / "lender.toml").read_text(encoding="utf-8"), {})
    at = end_of_day(DAY, workspace.lender.zone)
    street = open_street(workspace, at=at, environment={}, progress=quiet)
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    assert alert(street, checkpoints=workspace.checkpoints) is not None
    street.engine.dispose()
    return home


@pytest.fixture
def home(alerted_once, tmp_path) -> Path:
    return Path(shutil.copytree(alerted_once, tmp_path / "home"))


@pytest.fixture
def street(opened):
    return opened()


@pytest.fixture
def run(street):
    return next(one for one in runs.list_runs(street.engine) if one.brief.purpose == "rate_alert")


def scanned(street) -> dict[str, dict]:
    """The eligible loans by contact, all of them."""
    with street.open_book() as book:
        found = scan(book, street.sheet, street.lender, at=street.at, only=("rate",))
        rows = found.filter(found.eligible).to_pyarrow().to_pylist()
    by_contact: dict[str, list[dict]] = {}
    for row in rows:
        by_contact.setdefault(row["contact_id"], []).append(row)
    return {contact: max(found, key=_saving) for contact, found in by_contact.items()}


def _saving(row: dict) -> float:
    return float(row["monthly_saving_usd"])


def approve_all(street, run) -> None:
    for item in queue.queue(street.engine, run_id=run.run_id):
        decisions.approve(street.gate, item.piece.piece_id, by=BY, at=street.at)


def letters(home: Path) -> list:
    found = sorted((home / "outbox").rglob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def keep_sheet(workspace, offers) -> None:
    """Import a sheet of these offers, in this order of rows."""
    text = write_rate_sheet(RateSheet(sheet_id="given", source="by hand", offers=tuple(offers)))
    rows = [{**row, "apr": ""} for row in csv.DictReader(text.splitlines())]
    given = StringIO()
    table = csv.DictWriter(given, fieldnames=rows[0])
    table.writeheader()
    table.writerows(rows)
    save_sheet(workspace, read_rate_sheet(given.getvalue(), "given.csv", zone=workspace.lender.zone))


def test_one_class_waits_for_each_segment_and_offer(street, run):
    placements = plan_of(street.engine, run.run_id).placements
    assert len(placements) > 3
    assert len({(one.segment_id, one.offer_row) for one in placements}) == len(placements)
    waiting = waiting_classes(street.engine, Filter(run=run.run_id), limit=None)
    assert len(waiting) == len(placements)
    assert all(one.blocked == 0 for one in waiting)
    rows = {offer.row: offer for offer in street.sheet.offers}
    for item in queue.queue(street.engine, run_id=run.run_id):
        placed = next(one for one in placements if one.placement_id == item.placement_id)
        assert ALERT_MARK in item.placement_id
        assert item.piece.products == (rows[placed.offer_row].product,)
        assert {one.slot for one in item.piece.ranges} <= {"your_rate", "your_saving", "your_break_even"}
        shows = {binding.slot for binding in item.piece.bindings}
        assert ("rate" in shows) == ("your_saving" in {one.slot for one in item.piece.ranges})


def test_the_same_day_again_is_the_same_run(street, run, workspace):
    again = alert(street, checkpoints=workspace.checkpoints)
    assert again is not None
    assert again.run_id == run.run_id
    assert sum(one.brief.purpose == "rate_alert" for one in runs.list_runs(street.engine)) == 1


def test_an_alert_is_no_campaign_to_replan(street, run):
    assert run_to_replan(street.engine, None, at=street.at).run_id != run.run_id


def test_each_letter_shows_its_reader_s_own_figures_and_nobody_gets_two(street, run, workspace, home):
    due = scanned(street)
    emails = addresses(street)
    approve_all(street, run)
    report = publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    assert report.publications
    written = letters(home)
    assert len(written) == len(report.publications)
    assert len({letter["To"] for letter in written}) == len(written)
    priced = 0
    for letter in written:
        row = next(due[one] for one in emails[letter["To"]] if one in due)
        said = letter.get_body(("plain",)).get_content()
        assert f"{row['note_rate']:g}%" in said
        if "lower" in said and "about $" in said:
            priced += 1
            saving = int(re.search(r"about \$([\d,]+) lower", said)[1].replace(",", ""))
            assert abs(saving - row["monthly_saving_usd"]) <= 0.5
            months = int(re.search(r"about (\d+) months? to earn", said)[1])
            assert months >= row["break_even_months"] > months - 1
    assert priced > len(written) / 3
    again = publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    assert not again.publications


def addresses(street) -> dict[str, list[str]]:
    """Contact ids by e-mail address."""
    with street.open_book() as book:
        rows = book.table("contacts").select("contact_id", "email").to_pyarrow().to_pylist()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["email"], []).append(row["contact_id"])
    return found


def test_a_daily_limit_is_spent_on_alerts_first(home):
    given = home / "lender.toml"
    words = given.read_text(encoding="utf-8")
    given.write_text(re.sub(r"emails_per_day = .*", "emails_per_day = 12", words), encoding="utf-8")
    limited = make_workspace(home, given.read_text(encoding="utf-8"), {})
    at = end_of_day(DAY, limited.lender.zone)
    street = open_street(limited, at=at, environment={}, progress=quiet)
    assert street.lender.capacity.emails_per_day == 12
    for run in runs.list_runs(street.engine):
        approve_all(street, run)
    report = publish_and_wake(street, None, checkpoints=limited.checkpoints)
    written = [one for one in report.publications if one.channel == "email"]
    assert len(written) == 12
    assert all(ALERT_MARK in one.placement_id for one in written)
    waits = {one.placement_id for one in report.withheld if "daily limit" in one.reason}
    assert any(ALERT_MARK not in placement for placement in waits)
    street.engine.dispose()


def test_whoever_was_alerted_is_left_alone_for_the_lender_s_interval(street, run, workspace, opened, home):
    approve_all(street, run)
    sent = publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    people = {one.contact_id for one in sent.contacted}
    assert len(people) == len(sent.publications)
    next_day = opened(DAY + timedelta(days=1))
    with next_day.open_book() as book:
        told = counts(scan(book, next_day.sheet, next_day.lender, at=next_day.at, only=("rate",)))
    assert told["recent_alert"] >= len(people)
    assert not set(scanned(next_day)) & people
    later = opened(DAY + timedelta(days=next_day.lender.triggers.days_between_alerts + 1))
    assert set(scanned(later)) & people


def test_the_ledger_holds_the_interval_where_the_book_forgot(street, run, workspace, opened, home):
    approve_all(street, run)
    publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    before = len(letters(home))
    with open_book(workspace.book_url) as book:
        book.connection.raw_sql("DELETE FROM events WHERE campaign LIKE 'rate_alert%'")
    later = opened(DAY + timedelta(days=20))
    again = alert(later, checkpoints=workspace.checkpoints)
    assert again is not None
    approve_all(later, again)
    publish_and_wake(later, again.run_id, checkpoints=workspace.checkpoints)
    addressed = [letter["To"] for letter in letters(home)]
    assert len(addressed) > before  # whoever is newly due is written to
    assert len(set(addressed)) == len(addressed)


def test_a_figure_outside_of_what_was_approved_is_held(street, run, workspace, home):
    approve_all(street, run)
    with open_book(workspace.book_url) as book:
        book.connection.raw_sql(
            "UPDATE loans SET note_rate = 12.5 WHERE note_rate >= 7 AND product = 'conventional'"
        )
    report = publish_and_wake(street, run.run_id, checkpoints=workspace.checkpoints)
    assert any("lies outside of" in held.reason for held in report.withheld)
    assert not any("12.5%" in letter.get_body(("plain",)).get_content() for letter in letters(home))


def test_a_newer_day_takes_the_place_of_alerts_that_still_wait(street, run, workspace, opened):
    next_day = opened(DAY + timedelta(days=1))
    newer = alert(next_day, checkpoints=workspace.checkpoints)
    assert newer is not None
    assert newer.run_id != run.run_id
    assert runs.get_run(street.engine, run.run_id).status == "superseded"
    assert not queue.queue(street.engine, run_id=run.run_id)
    assert queue.queue(street.engine, run_id=run.run_id, statuses=(Status.SUPERSEDED,))


def test_a_letter_about_a_row_of_another_sheet_is_held(street, run, workspace, opened):
    approve_all(street, run)
    keep_sheet(workspace, street.sheet.offers[::-1])
    later = opened()
    assert later.sheet.sheet_id != street.sheet.sheet_id
    report = publish_and_wake(later, run.run_id, checkpoints=workspace.checkpoints)
    assert not report.publications
    assert report.withheld
    assert all("run `vallum alerts`" in held.reason for held in report.withheld)


def test_prices_that_come_back_the_same_day_are_alerted_on_anew(street, workspace, opened):
    morning, noon = street.sheet.offers[::-1], street.sheet.offers[1:]
    made = []
    for given in (morning, noon, morning, morning):
        keep_sheet(workspace, given)
        made.append(alert(opened(), checkpoints=workspace.checkpoints))
    first, second, third, again = made
    assert len({first.run_id, second.run_id, third.run_id}) == 3
    assert (again.run_id, again.status) == (third.run_id, "parked")
    waits = [queue.tally(street.engine, one.run_id).pending for one in (first, second, third)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0


def test_where_nobody_is_due_any_more_what_waits_is_taken_back(street, run, workspace, opened):
    dear = [one.model_copy(update={"rate": one.rate + 8}) for one in street.sheet.offers]
    first, second = queue.queue(street.engine, run_id=run.run_id)[:2]
    decisions.approve(street.gate, first.piece.piece_id, by=BY, at=street.at)
    keep_sheet(workspace, dear)
    later = opened()
    assert alert(later, checkpoints=workspace.checkpoints) is None
    assert queue.tally(later.engine, run.run_id).pending == 0
    assert load_piece(later.engine, first.piece.piece_id).status is Status.EXPIRED
    assert load_piece(later.engine, second.piece.piece_id).status is Status.SUPERSEDED


def test_without_a_campaign_there_are_no_segments_to_alert(filled, tmp_path):
    home = Path(shutil.copytree(filled, tmp_path / "bare"))
    workspace = make_workspace(home, (home / "lender.toml").read_text(encoding="utf-8"), {})
    at = end_of_day(DAY, workspace.lender.zone)
    street = open_street(workspace, at=at, environment={}, progress=quiet)
    assert alert(street, checkpoints=workspace.checkpoints) is None
    assert not runs.list_runs(street.engine)
    street.engine.dispose()
