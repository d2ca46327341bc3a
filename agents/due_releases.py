"""Carrying out what is due: the one function behind the publishing node, `vallum publish` and the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import assignments
from agents.standing import recall_cases_beside
from approvals import publishing, releases
from campaign.channel import Channel
from campaign.errors import Busy
from tools.book.contact_events import note_sent
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.publish_report import PublishReport


def publish_due(street: Street, run_id: str | None) -> PublishReport:
    """Publish every release that is due: the one function behind the node and `vallum publish`."""
    ledger = releases.SqlLedger(street.gate)
    due = releases.releases_due(street.engine, run_id=run_id, untried_at=street.at)
    run_ids = sorted({release.run_id for release in due})
    placements = assignments.placements(street.engine, run_ids)
    with street.open_book() as book:
        report = publishing.publish(
            assignments.urgent_first(due, placements),
            ledger=ledger,
            lender=street.lender,
            book=book,
            offers=offered_rates(street.sheet, street.at),
            placements=placements,
            predicates=assignments.predicates(street.engine, run_ids),
            outbox=street.outbox,
            ads=street.ads,
            environment=street.environment,
            at=street.at,
            progress=street.progress,
        )
    releases.note_tried(street.engine, due, at=street.at)
    _note_contacts(street, report)
    recall_cases_beside(street)
    return report


def _note_contacts(street: Street, report: PublishReport) -> None:
    """Tell the book whom letters went to; where it is held by another process the ledger alone knows."""
    if not report.contacted:
        return
    sent = [(one.contact_id, one.at, one.campaign) for one in report.contacted]
    try:
        with street.change_book() as book:
            note_sent(book, sent, channel=Channel.EMAIL.value)
    except Busy as held:
        street.progress(f"publishing: {len(sent)} contacts are in the ledger only, since {held}")
