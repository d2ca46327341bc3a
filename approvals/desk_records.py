"""Rows of the desk people decide at: classes, counts, second approvals, waivers, remarks, logins.

As dumb as those of `records.py`, and made by the same migrations.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from approvals.records import UtcMoment

_OF_REVISION = (("piece_id", "revision"), ("pieces.piece_id", "pieces.revision"))


class EndorsementRow(SQLModel, table=True):
    """One of several approvals that a revision needs, before the last of them; `noun` is a `Decision`."""

    __tablename__ = "endorsements"
    __table_args__ = (ForeignKeyConstraint(*_OF_REVISION),)

    piece_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    by: str = Field(primary_key=True)
    noun: str = Field(sa_type=Text)


class WaiverRow(SQLModel, table=True):
    """One exception that compliance made for one content; `noun` is a `Waiver`."""

    __tablename__ = "waivers"

    waiver_id: str = Field(primary_key=True)
    piece_id: str = Field(index=True)
    content_hash: str
    rule: str
    noun: str = Field(sa_type=Text)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class RemarkRow(SQLModel, table=True):
    """What a person said about a revision; `noun` is a `Remark`."""

    __tablename__ = "remarks"
    __table_args__ = (ForeignKeyConstraint(*_OF_REVISION),)

    row_id: int | None = Field(default=None, primary_key=True)
    piece_id: str = Field(index=True)
    revision: int
    at: datetime = Field(sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)


class ClassRow(SQLModel, table=True):
    """How many revisions of one class wait; `first_row` is the earliest of them all."""

    __tablename__ = "classes"
    __table_args__ = (Index("ix_classes_waiting", "first_row"),)

    class_key: str = Field(primary_key=True)
    run_id: str = Field(index=True)
    first_row: int
    pending: int = 0
    blocked: int = 0


class TallyRow(SQLModel, table=True):
    """How many revisions of one kind there are, kept beside every move, so that counting costs nothing."""

    __tablename__ = "tallies"

    run_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    verdict: str = Field(primary_key=True)
    status: str = Field(primary_key=True)
    n: int = 0


class FacetRow(SQLModel, table=True):
    """One thing that a revision can be found by: a state, a rule, an originator, a claim."""

    __tablename__ = "facets"

    facet: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    row_id: int = Field(
        primary_key=True, foreign_key="pieces.row_id", index=True, sa_column_kwargs={"autoincrement": False}
    )


class AccountRow(SQLModel, table=True):
    """How one person logs in; `person` is the folded name, `password` an argon2 hash."""

    __tablename__ = "accounts"

    person: str = Field(primary_key=True)
    password: str = Field(sa_type=Text)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    changed_at: datetime = Field(sa_type=UtcMoment)


class LoginRow(SQLModel, table=True):
    """One open session of the web page; `token` is the hash of what the cookie holds."""

    __tablename__ = "logins"

    token: str = Field(primary_key=True)
    person: str = Field(index=True)
    csrf: str
    opened_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)


class NoticeRow(SQLModel, table=True):
    """One notice that went out; the key makes a second one of the same matter impossible."""

    __tablename__ = "notices"

    key: str = Field(primary_key=True)
    target: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcMoment)


class ReceiptRow(SQLModel, table=True):
    """What one channel answered to the recall of one release; `noun` is a `Receipt`."""

    __tablename__ = "receipts"

    recall_id: str = Field(primary_key=True)
    release_id: str = Field(primary_key=True, foreign_key="releases.release_id")
    at: datetime = Field(sa_type=UtcMoment)
    noun: str = Field(sa_type=Text)
