"""Claims: every number in copy, with where it came from (law 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

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
        "rate_sheet", "calculation", "licence", "lender", "originator", "market", "lender_policy", "recipient"
    ]
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
