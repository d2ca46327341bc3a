"""Pieces of a desk that went out."""

from __future__ import annotations

from approvals.releases import releases_due
from tests.approvals.gate import a_piece, ledger
from tests.approvals.web.desk import STAFFED, Desk


def publish(desk: Desk, *piece_ids: str) -> None:
    desk.fill(*[a_piece(piece_id, body=f"Talk with {piece_id}.") for piece_id in piece_ids])
    send_out(desk, *piece_ids)


def send_out(desk: Desk, *piece_ids: str) -> None:
    """Approve pieces that wait, and deliver them."""
    visitor = desk.person("Ana Sole")
    for piece_id in piece_ids:
        visitor.act(piece_id, "approve")
    books = ledger(desk.engine, desk.rules, STAFFED)
    for release in releases_due(desk.engine):
        books.claim(release, "file", at=desk.at)
        books.submitting(release, "file", at=desk.at)
        books.deliver(release, "file", target="outbox/1.eml", at=desk.at)
