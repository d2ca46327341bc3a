"""The tables of the gate people work at: classes and counts, second approvals, waivers, remarks, logins.

There is no way back down: what the gate has recorded is evidence, and a copy is what restores it.
"""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REVISION = (["piece_id", "revision"], ["pieces.piece_id", "pieces.revision"])


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    """Make every table, and the columns by which pieces are listed."""
    _widen_pieces()
    _make_queue()
    _make_decisions()
    _make_page()
    _fill()


def _widen_pieces() -> None:
    for name, kind in (
        ("class_key", sa.String()),
        ("verdict", sa.String()),
        ("rules", sa.Text()),
        ("assignee", sa.String()),
    ):
        usual = "pass" if name == "verdict" else ""
        op.add_column("pieces", sa.Column(name, kind, nullable=False, server_default=usual))
    op.add_column("pieces", _moment("due_at", nullable=True))
    op.add_column("pieces", _moment("escalated_at", nullable=True))
    op.create_index("ix_pieces_class", "pieces", ["class_key", "status", "row_id"])
    op.create_index("ix_pieces_waiting", "pieces", ["status", "row_id"])
    op.create_index("ix_pieces_master", "pieces", ["master_id", "row_id"])
    op.create_index("ix_pieces_due", "pieces", ["status", "due_at", "escalated_at"])


def _make_queue() -> None:
    op.create_table(
        "classes",
        *_words("class_key", "run_id"),
        *_counts("first_row", "pending", "blocked"),
        sa.PrimaryKeyConstraint("class_key"),
    )
    _index("classes", "run_id")
    op.create_index("ix_classes_waiting", "classes", ["first_row"])
    op.create_table(
        "tallies",
        *_words("run_id", "channel", "verdict", "status"),
        *_counts("n"),
        sa.PrimaryKeyConstraint("run_id", "channel", "verdict", "status"),
    )
    op.create_table(
        "facets",
        *_words("facet", "value"),
        sa.Column("row_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["row_id"], ["pieces.row_id"]),
        sa.PrimaryKeyConstraint("facet", "value", "row_id"),
    )
    op.create_index("ix_facets_row_id", "facets", ["row_id"])


def _make_decisions() -> None:
    op.create_table(
        "endorsements",
        *_words("piece_id"),
        *_counts("revision"),
        *_words("by"),
        *_text("noun"),
        sa.ForeignKeyConstraint(*_REVISION),
        sa.PrimaryKeyConstraint("piece_id", "revision", "by"),
    )
    op.create_table(
        "waivers",
        *_words("waiver_id", "piece_id", "content_hash", "rule"),
        *_text("noun"),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("waiver_id"),
    )
    _index("waivers", "piece_id")
    op.create_table(
        "remarks",
        sa.Column("row_id", sa.Integer(), primary_key=True),
        *_words("piece_id"),
        *_counts("revision"),
        _moment("at"),
        *_text("noun"),
        sa.ForeignKeyConstraint(*_REVISION),
    )
    _index("remarks", "piece_id")
    op.create_table(
        "receipts",
        *_words("recall_id", "release_id"),
        _moment("at"),
        *_text("noun"),
        sa.ForeignKeyConstraint(["release_id"], ["releases.release_id"]),
        sa.PrimaryKeyConstraint("recall_id", "release_id"),
    )


def _make_page() -> None:
    op.create_table(
        "accounts",
        *_words("person"),
        *_text("password"),
        *_counts("failures"),
        _moment("locked_until", nullable=True),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "logins",
        *_words("token", "person", "csrf"),
        _moment("opened_at"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("token"),
    )
    _index("logins", "person")
    op.create_table(
        "notices",
        *_words("key"),
        *_text("target"),
        _moment("at"),
        sa.PrimaryKeyConstraint("key"),
    )


def _fill() -> None:
    """What is there already becomes listed and counted, each revision as a class of its own."""
    book = op.get_bind()
    found: defaultdict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for name, number, rule, severity in book.execute(
        sa.text("SELECT piece_id, revision, rule, severity FROM findings ORDER BY position")
    ):
        found[name, number].append((rule, severity))
    for row_id, name, number, states in book.execute(
        sa.text("SELECT row_id, piece_id, revision, states FROM pieces")
    ).all():
        rules = list(dict.fromkeys(rule for rule, _ in found[name, number]))
        graves = {severity for _, severity in found[name, number]}
        verdict = "block" if "block" in graves else "warn" if "warn" in graves else "pass"
        values = {"row": row_id, "key": f"{name} rev {number}", "verdict": verdict, "rules": " ".join(rules)}
        change = "UPDATE pieces SET class_key = :key, verdict = :verdict, rules = :rules WHERE row_id = :row"
        book.execute(sa.text(change), values)
        facets = [("state", state) for state in states.split()] + [("rule", rule) for rule in rules]
        for facet, value in facets:
            add = "INSERT INTO facets (facet, value, row_id) VALUES (:facet, :value, :row)"
            book.execute(sa.text(add), {"facet": facet, "value": value, "row": row_id})
    book.execute(
        sa.text(
            "INSERT INTO tallies (run_id, channel, verdict, status, n) "
            "SELECT run_id, channel, verdict, status, count(*) FROM pieces "
            "GROUP BY run_id, channel, verdict, status"
        )
    )
    book.execute(
        sa.text(
            "INSERT INTO classes (class_key, run_id, first_row, pending, blocked) "
            "SELECT class_key, min(run_id), min(row_id), "
            "sum(CASE status WHEN 'pending' THEN 1 ELSE 0 END), "
            "sum(CASE status WHEN 'blocked' THEN 1 ELSE 0 END) FROM pieces GROUP BY class_key"
        )
    )
