"""Waivers: what compliance lets pass once, knowing the rule, for one text and for a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from campaign.moment import end_of_day
from campaign.noun import Noun

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Waiver(Noun):
    """One exception to one rule.

    It binds the content hash of the piece (`Piece.content_hash`: texts, channel, states, records), so that a
    changed text, or the same text sent elsewhere, is judged anew.

    Attributes:
        rule: id of the rule that is waived.
        piece: id of the piece, or the name or pattern of the file it stands in (`flyers/*.txt`).
        content: SHA-256 of the piece's content, 64 hex digits.
        reason: why it may pass.
        by: the person who answers for it.
        issued: first day it holds. until: last day it holds, whole, in the lender's zone.
        place: where it is written, for messages.
    """

    rule: Words
    piece: Words
    content: str = Field(pattern=r"^[0-9a-f]{64}$")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
    by: Words
    issued: date
    until: date
    place: str = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.issued:
            raise ValueError(f"it ends on {self.until}, before it is issued on {self.issued}")
        return self

    def why_not(self, content: str, at: datetime, zone: ZoneInfo) -> str:
        """Why it does not hold for this content at this moment, in a few words; empty where it holds.

        Args:
            content: hash of the piece as it is now. at: aware moment. zone: the lender's.
        """
        if content != self.content:
            return "given for another text"
        if at > end_of_day(self.until, zone):
            return f"expired on {self.until}"
        if at.astimezone(zone).date() < self.issued:
            return f"not in force before {self.issued}"
        return ""
