"""What to look at: one filter for the queue, bulk decisions and recalls, in the terminal and on the page."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, and_, exists, func, literal, or_
from sqlmodel import col

from approvals.desk_records import FacetRow
from approvals.facets import rate_text
from approvals.names import fold
from approvals.records import PieceRow
from approvals.statuses import Status
from campaign.finding import Verdict
from campaign.noun import Noun

WAITING = (Status.PENDING, Status.BLOCKED)


class Filter(Noun):
    """Conditions that must all hold; what is left out is not asked.

    Attributes:
        statuses: where a revision stands, any of them; none means anywhere.
        piece, run, channel, segment, verdict, assignee, class_key, placement: as the record has them.
        state, product, rule, originator, partner, claim, licence: one of the piece's; `originator` is a name
            or an NMLS id, `claim` a kind (`rate`) or a slot, `licence` the state of a licence it shows.
        rate_low, rate_high: some rate or APR that it shows, or may show a recipient, lies there, percent,
            both ends included.
        overdue_at: its limit has passed at this moment.
        text: its id or its words hold this, letter case aside.
    """

    statuses: tuple[Status, ...] = WAITING
    piece: str | None = None
    run: str | None = None
    channel: str | None = None
    segment: str | None = None
    placement: str | None = None
    state: str | None = None
    product: str | None = None
    rule: str | None = None
    verdict: Verdict | None = None
    originator: str | None = None
    partner: str | None = None
    claim: str | None = None
    licence: str | None = None
    rate_low: float | None = Field(default=None, ge=0, le=30)
    rate_high: float | None = Field(default=None, ge=0, le=30)
    assignee: str | None = None
    class_key: str | None = None
    overdue_at: datetime | None = None
    text: str | None = None

    @property
    def in_words(self) -> str:
        """The filter as the log and a confirmation say it."""
        asked = self.model_dump(exclude_none=True, exclude={"statuses"})
        parts = [f"{name.replace('_', ' ')} {value}" for name, value in asked.items()]
        stands = " or ".join(status.in_words for status in self.statuses) or "any status"
        return ", ".join([stands, *parts])


def conditions(wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    """The filter as conditions on `pieces`."""
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        found.append(col(PieceRow.status).in_([status.value for status in wanted.statuses]))
    columns = {
        PieceRow.piece_id: wanted.piece, PieceRow.run_id: wanted.run, PieceRow.channel: wanted.channel,
        PieceRow.segment: wanted.segment, PieceRow.verdict: wanted.verdict,
        PieceRow.class_key: wanted.class_key, PieceRow.placement_id: wanted.placement,
        PieceRow.assignee: None if wanted.assignee is None else fold(wanted.assignee),
    }  # fmt: skip
    found += [col(column) == value for column, value in columns.items() if value is not None]
    facets = {
        "state": wanted.state and wanted.state.upper(), "product": wanted.product, "rule": wanted.rule,
        "originator": wanted.originator and fold(wanted.originator), "claim": wanted.claim,
        "partner": wanted.partner and fold(wanted.partner),
        "licence": wanted.licence and wanted.licence.upper(),
    }  # fmt: skip
    found += [_has(name, col(FacetRow.value) == value) for name, value in facets.items() if value]
    return (*found, *_ranges(wanted))


def _ranges(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.rate_low is not None or wanted.rate_high is not None:
        low, high = wanted.rate_low or 0.0, 99.0 if wanted.rate_high is None else wanted.rate_high
        found.append(_has("rate", col(FacetRow.value).between(rate_text(low), rate_text(high))))
    if wanted.overdue_at is not None:
        found.append(col(PieceRow.due_at) < wanted.overdue_at)
    if wanted.text:
        words: Any = wanted.text
        found.append(or_(col(PieceRow.piece_id).icontains(words, autoescape=True), _says(wanted.text)))
    return found


def _says(words: str) -> ColumnElement[bool]:
    """Whether a piece's fields hold some words, letter case aside.

    The record is JSON with its keys in order, and a quotation mark within a text is escaped: what stands
    between these two keys is the fields and nothing else.
    """
    kept = json.dumps(words, ensure_ascii=False)[1:-1]
    for sign in "/%_":
        kept = kept.replace(sign, f"/{sign}")
    within = literal('%"fields":{%').concat(func.lower(kept)).concat('%},"originator":%')
    return func.lower(col(PieceRow.noun)).like(within, escape="/")


def _has(facet: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    of_row = and_(col(FacetRow.row_id) == col(PieceRow.row_id), col(FacetRow.facet) == facet, condition)
    return exists().where(of_row)
