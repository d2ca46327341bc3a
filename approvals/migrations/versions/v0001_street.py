"""The tables of the street: runs, masters, pieces and all that is decided about them.

There is no way back down: what the gate has recorded is evidence, and a copy is what restores it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REVISION = (["piece_id", "revision"], ["pieces.piece_id", "pieces.revision"])


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    """Make every table, and the head of an empty audit log."""
    _make_runs()
    _make_pieces()
    _make_gate()
    _make_log()


def _make_runs() -> None:
    op.create_table(
        "runs",
        *_words("run_id", "status"),
        _moment("created_at"),
        *_text("noun"),
        sa.Column("segmentation", sa.Text()),
        sa.Column("plan", sa.Text()),
        sa.PrimaryKeyConstraint("run_id"),
    )
    _index("runs", "status")
    op.create_table(
        "masters",
        *_words("run_id", "master_id"),
        sa.Column("round", sa.Integer(), nullable=False),
        *_text("noun"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        sa.PrimaryKeyConstraint("run_id", "master_id"),
    )


def _make_pieces() -> None:
    op.create_table(
        "pieces",
        sa.Column("row_id", sa.Integer(), primary_key=True),
        *_words("piece_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_words("run_id", "placement_id", "master_id", "channel", "segment", "states"),
        *_text("angle"),
        sa.Column("round", sa.Integer(), nullable=False),
        *_words("status", "content_hash", "pack_version", "sheet_id"),
        sa.Column("survey_rate", sa.Float()),
        _moment("submitted_at"),
        *_text("noun"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        sa.UniqueConstraint("piece_id", "revision", name="one_row_per_revision"),
    )
    _index("pieces", "piece_id", "run_id", "status")
    op.create_table(
        "findings",
        *_words("piece_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("rule", "severity"),
        *_text("noun"),
        sa.ForeignKeyConstraint(*_REVISION),
        sa.PrimaryKeyConstraint("piece_id", "revision", "position"),
    )


def _make_gate() -> None:
    op.create_table(
        "decisions",
        *_words("piece_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_words("answer", "by"),
        _moment("at"),
        *_words("content_hash"),
        *_text("noun"),
        sa.ForeignKeyConstraint(*_REVISION),
        sa.PrimaryKeyConstraint("piece_id", "revision"),
    )
    op.create_table(
        "releases",
        *_words("release_id", "piece_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_words("run_id", "content_hash"),
        _moment("tried_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.ForeignKeyConstraint(*_REVISION),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        sa.PrimaryKeyConstraint("release_id"),
        sa.UniqueConstraint("piece_id", "revision", name="one_release_per_revision"),
    )
    _index("releases", "run_id")
    op.create_table(
        "deliveries",
        *_words("key", "release_id", "channel", "placement_id", "state"),
        *_text("target", "reason"),
        _moment("changed_at"),
        sa.ForeignKeyConstraint(["release_id"], ["releases.release_id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    _index("deliveries", "release_id", "state")
    op.create_table(
        "withheld",
        sa.Column("row_id", sa.Integer(), primary_key=True),
        *_words("release_id"),
        _moment("at"),
        *_text("noun"),
    )
    _index("withheld", "release_id")


def _make_log() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *_text("event", "subject", "by", "at", "details", "previous", "hash"),
        sa.PrimaryKeyConstraint("seq"),
    )
    _index("audit_events", "subject")
    head = op.create_table(
        "audit_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        *_text("hash"),
        sa.PrimaryKeyConstraint("head_id"),
    )
    op.bulk_insert(head, [{"head_id": 1, "events": 0, "hash": "0" * 64}])
