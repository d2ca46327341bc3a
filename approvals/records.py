"""Rows as the database keeps them: dumb, and built only from nouns that were validated before.

A table row validates nothing, so no row is made from loose values: the noun goes in as JSON text beside
the columns that queries need. The schema itself is made by `migrations/`; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcMoment(TypeDecorator[datetime]):
    """Keeps every moment aware and in UTC on engines that forget zones as on those that keep them."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC. Raises ValueError for a moment without a zone: it could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Read back aware, in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class RunRow(SQLModel, table=True):
    """One run of the street; `noun` is a `Run`, `segmentation` and `plan` its results."""

    __tablename__ = "runs"

    run_id: str = Field(primary_key=True)
    status: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)
    segmentation: str | None = Field(default=None, sa_type=Text)
    plan: str | None = Field(default=None, sa_type=Text)


class MasterRow(SQLModel, table=True):
    """The latest round of one master in one run; `noun` is a `Master`."""

    __tablename__ = "masters"

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    master_id: str = Field(primary_key=True)
    round: int = 0
    noun: str = Field(sa_type=Text)


class PieceRow(SQLModel, table=True):
    """One revision of one piece; `noun` is a `Piece`, `status` changes only through `statuses.move`.

    `class_key`, `verdict` and `rules` (ids, a space between them) are worked out from the noun and its
    findings, for listings alone: whoever decides works them out again.
    """

    __tablename__ = "pieces"
    __table_args__ = (
        UniqueConstraint("piece_id", "revision", name="one_row_per_revision"),
        Index("ix_pieces_waiting", "status", "row_id"),
        Index("ix_pieces_master", "master_id", "row_id"),
        Index("ix_pieces_class", "class_key", "status", "row_id"),
        Index("ix_pieces_due", "status", "due_at", "escalated_at"),
    )

    row_id: int | None = Field(default=None, primary_key=True)
    piece_id: str = Field(index=True)
    revision: int
    run_id: str = Field(index=True, foreign_key="runs.run_id")
    placement_id: str
    master_id: str
    channel: str
    segment: str
    states: str
    angle: str = Field(sa_type=Text)
    round: int
    status: str = Field(index=True)
    content_hash: str
    pack_version: str
    sheet_id: str
    survey_rate: float | None = None
    submitted_at: datetime = Field(sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)
    class_key: str = ""
    verdict: str = "pass"
    rules: str = Field(default="", sa_type=Text)
    due_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    assignee: str = ""


_OF_REVISION = (("piece_id", "revision"), ("pieces.piece_id", "pieces.revision"))


class FindingRow(SQLModel, table=True):
    """One finding of the last screen of a revision; `noun` is a `Finding`."""

    __tablename__ = "findings"
    __table_args__ = (ForeignKeyConstraint(*_OF_REVISION),)

    piece_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    rule: str
    severity: str
    noun: str = Field(sa_type=Text)


class DecisionRow(SQLModel, table=True):
    """One answer of one person; `noun` is a `Decision`. A revision is decided once."""

    __tablename__ = "decisions"
    __table_args__ = (ForeignKeyConstraint(*_OF_REVISION),)

    piece_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    answer: str
    by: str
    at: datetime = Field(sa_type=UtcMoment)
    content_hash: str
    noun: str = Field(sa_type=Text)


class ReleaseRow(SQLModel, table=True):
    """The pass of one approved revision; closed once nothing of it remains to be delivered.

    `tried_at` is the moment of the last attempt to publish it, whatever came of it.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("piece_id", "revision", name="one_release_per_revision"),
        ForeignKeyConstraint(*_OF_REVISION),
    )

    release_id: str = Field(primary_key=True)
    piece_id: str
    revision: int
    run_id: str = Field(index=True, foreign_key="runs.run_id")
    content_hash: str
    tried_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    closed_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class DeliveryRow(SQLModel, table=True):
    """One slot of one release on its way out; the key is what makes a second delivery impossible."""

    __tablename__ = "deliveries"

    key: str = Field(primary_key=True)
    release_id: str = Field(index=True, foreign_key="releases.release_id")
    channel: str
    placement_id: str
    state: str = Field(index=True)
    target: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    changed_at: datetime = Field(sa_type=UtcMoment)


class WithheldRow(SQLModel, table=True):
    """Something that did not go out; `noun` is a `Withheld`."""

    __tablename__ = "withheld"

    row_id: int | None = Field(default=None, primary_key=True)
    release_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)


class AnswerRow(SQLModel, table=True):
    """What the market asked, and who answers it; `noun` is a `KeptAnswer`. The key makes it once."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_kind", "kind", "due_at"),)

    key: str = Field(primary_key=True)
    kind: str
    due_at: datetime = Field(sa_type=UtcMoment)
    finished_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)


class AuditRow(SQLModel, table=True):
    """One event of the audit log, text throughout, so that what is hashed is what is stored."""

    __tablename__ = "audit_events"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text, index=True)
    by: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    details: str = Field(sa_type=Text)
    previous: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)


class AuditHeadRow(SQLModel, table=True):
    """How long the log is and how it ends, kept apart, so that a cut tail shows. One row."""

    __tablename__ = "audit_head"

    head_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    events: int
    hash: str = Field(sa_type=Text)
