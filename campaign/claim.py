"""Claims: every number in copy, with where it came from (law 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from campaign.noun import Noun

ClaimKind = Literal[
    "rate", "apr", "points", "payment", "fees", "amount", "term", "percent", "saving", "score",
    "days", "count", "date", "licence", "address", "phone", "name", "url", "legend",
]  # fmt: skip


class Provenance(Noun):
    """Where a value came from.

    Attributes:
        source: kind of record.
        reference: which one: `sheet 4f2a row 3`, `lender.toml licenses.CA`, `lender.toml lender.nmls`.
        inputs: for a calculation, the values it used, by name.
    """

    source: Literal[
        "rate_sheet", "calculation", "licence", "lender", "originator", "partner", "market",
        "lender_policy", "recipient",
    ]  # fmt: skip
    reference: str
    inputs: dict[str, str] = Field(default_factory=dict)


class Claim(Noun):
    """One typed value that copy may show, through a slot of the same name.

    Attributes:
        slot: the name written in a master as `{{slot}}`.
        kind: what the value is.
        text: exactly what is shown, for example `6.125%` or `$2,430.44`.
        value: the number behind it where there is one: percent, dollars, months, days.
        provenance: where it came from.
        valid_until: aware datetime after which it may not be shown, None where it does not age.
    """

    slot: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: ClaimKind
    text: str = Field(min_length=1)
    value: float | None = None
    provenance: Provenance
    valid_until: datetime | None = None


class Binding(Noun):
    """Where a claim stands in a rendered piece: `fields[field][start:end] == claim.text`.

    Attributes:
        field: field of the piece; entries of list fields are `headlines[0]`, `headlines[1]` ...
        start, end: character span.
        slot: the claim's slot.
    """

    field: str
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    slot: str


class SlotRange(Noun):
    """A number that every recipient's rendering fills in for itself, and between what it was approved.

    Attributes:
        slot: the name written in the piece as `{{slot}}`.
        kind: what the number is; its unit follows from it (percent, dollars, months).
        formula: how it is worked out, in words: `note rate minus the rate offered to this borrower`.
        source: the record its inputs come from: `loans.note_rate, rate sheet`.
        low, high: both ends included.
    """

    slot: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: ClaimKind
    formula: str = Field(min_length=3)
    source: str = Field(min_length=3)
    low: float
    high: float

    @model_validator(mode="after")
    def _runs_upward(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"`{self.slot}` ends at {self.high:g}, below its start {self.low:g}")
        return self
