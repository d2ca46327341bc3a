"""The whole street walks on a book in PostgreSQL, and what it counts there is what DuckDB counts.

The sample that segments are learned from is drawn by each engine's own hash, so that two engines may cut
differently; what was cut says the same everywhere.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from agents.assignments import plan_of, segmentation_of
from agents.meetings import answer_market
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.publishing_runs import publish_and_wake
from agents.rate_alerts import alert
from agents.running import advance
from approvals import decisions, queue
from campaign.moment import end_of_day
from campaign.plan import ALERT_MARK
from tests.agents.briefs import BRIEF, DAY
from tests.street import quiet
from tools.book.engine import Book, open_book
from tools.book.importing import import_file
from tools.book.predicates import SEGMENT_ID, label_segments
from tools.book.view import consumer_loans
from tools.market.offers import offered_rates
from tools.triggers.alerts import alert_groups, due_alerts
from tools.triggers.figures import approved_ranges
from tools.workspace import Workspace, make_workspace

BY = "Ruth Calder"
LATER = date(2026, 10, 8)
SENT = 12
"""Letters a day, so that the test does not write hundreds."""


@pytest.fixture
def on_server(filled: Path, postgres_url: str, tmp_path: Path) -> Workspace:
    """The example book, imported from the same files into a server."""
    words = (filled / "lender.toml").read_text(encoding="utf-8")
    words = words.replace("emails_per_day = 500", f"emails_per_day = {SENT}")
    workspace = make_workspace(tmp_path / "server", words, {"VALLUM_BOOK_URL": postgres_url})
    shutil.copytree(filled / "example", workspace.home / "example")
    at = end_of_day(DAY, workspace.lender.zone)
    with open_book(workspace.book_url) as book:
        for path in sorted((workspace.home / "example").glob("*.csv")):
            if path.stem != "origins":
                import_file(
                    book, path, rejects=workspace.rejects, monitoring=workspace.monitoring, at=at,
                    zone=workspace.lender.zone,
                )  # fmt: skip
    return workspace


@pytest.mark.server
def test_a_campaign_is_planned_alerted_and_replanned_on_postgresql(
    on_server: Workspace, filled: Path
) -> None:
    at = end_of_day(DAY, on_server.lender.zone)
    street = open_street(on_server, at=at, environment={}, progress=quiet)
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=on_server.checkpoints)
    alerts = alert(street, checkpoints=on_server.checkpoints)
    assert alerts is not None
    for item in queue.queue(street.engine, run_id=alerts.run_id):
        decisions.approve(street.gate, item.piece.piece_id, by=BY, at=at)
    report = publish_and_wake(street, alerts.run_id, checkpoints=on_server.checkpoints)
    assert len(report.publications) == SENT

    parted = segmentation_of(street.engine, run.run_id)
    offers = offered_rates(street.sheet, at)

    def counted(book: Book) -> dict[str, int]:
        labelled = label_segments(consumer_loans(book, offers, at=at), parted.segments)
        rows = labelled.group_by(SEGMENT_ID).aggregate(loans=labelled.count()).to_pyarrow().to_pylist()
        return {row[SEGMENT_ID]: row["loans"] for row in rows}

    with open_book(f"duckdb://{filled / 'book.duckdb'}", write=False) as book:
        assert counted(book) == {one.segment_id: one.size for one in parted.segments}
        with due_alerts(book, street.sheet, street.lender, offers=offers, at=at) as due:
            groups = alert_groups(due, parted.segments)
    written = {one.placement_id: one for one in plan_of(street.engine, alerts.run_id).placements}
    assert set(written) == {f"{one.segment_id}{ALERT_MARK}r{one.offer_row}" for one in groups}
    for one in groups:
        placed = written[f"{one.segment_id}{ALERT_MARK}r{one.offer_row}"]
        assert placed.states == one.states
        priced = any(figure.slot == "your_saving" for figure in placed.figures)
        assert placed.figures == approved_ranges(one.lowest, one.highest, priced=priced)
    street.engine.dispose()

    later = open_street(
        on_server, at=end_of_day(LATER, on_server.lender.zone), environment={}, progress=quiet
    )
    replanned = answer_market(later, run.run_id, checkpoints=on_server.checkpoints).replanned
    assert replanned.new is not None
    assert replanned.difference is not None
    assert replanned.waiting_pieces > 0
    later.engine.dispose()
