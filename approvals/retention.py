"""How long the records of a piece are kept: the longest period that applies, each with its source.

The periods stand in `tables/retention.csv`; `known` says whether a source was read (`verified`), was quoted
by another (`secondary`), is from `memory`, or is the house's own rule. The clock starts on the last day on
which something was shown (12 CFR 1014.5), in the lender's zone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from approvals.pieces import StoredPiece
from campaign.lender import Lender
from campaign.noun import Noun

TABLE = Path(__file__).parent / "tables" / "retention.csv"
RecordKind = Literal["creative", "approval", "pricing", "targeting", "delivery"]
KINDS: tuple[RecordKind, ...] = ("creative", "approval", "pricing", "targeting", "delivery")
"""What is kept of a piece: its texts and revisions with what rules found; who approved, waived and said what;
rates and claims; whom it was for; what went out."""
_PRICES = frozenset({"rate", "apr", "payment", "points", "fees"})
_KNOWN = {"memory": ", from memory", "secondary": ", as quoted by others", "verified": "", "house": ""}


class Period(Noun):
    """One period of the table, and where it applies; what is empty applies everywhere.

    Attributes:
        id: `regime.name`. months: from the last day something was shown.
        records: kinds of record. channels, audiences, products, states, lenders: any one of them.
        when: `price` (a rate, APR, payment, points or fees are stated), `prescreened`, `partner`.
        what, source, known: what it is about, where it stands, and how that is known.
    """

    id: str
    months: int = Field(gt=0)
    records: tuple[RecordKind, ...] = Field(min_length=1)
    channels: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    lenders: tuple[str, ...] = ()
    when: Literal["", "price", "prescreened", "partner"] = ""
    what: str
    source: str
    known: Literal["verified", "secondary", "memory", "house"]

    @property
    def in_words(self) -> str:
        """As a sentence's end."""
        return f"{self.what}: {self.months} months ({self.source}{_KNOWN[self.known]})"


class Retention(Noun):
    """Until when some records of a piece are kept.

    Attributes:
        starts: the day the clock starts. until: the last day of keeping, in the lender's zone.
        because: the period that decides, in words. rules: ids of every period that applies, longest first.
    """

    starts: date
    until: date
    because: str
    rules: tuple[str, ...]


def keep_until(
    stored: StoredPiece,
    lender: Lender,
    published_at: datetime | None,
    *,
    records: Iterable[RecordKind] = KINDS,
) -> Retention:
    """The longest period that applies to a piece.

    Args:
        published_at: the last moment anyone was shown it; None for what was never published, whose clock
            starts with the last answer to it.
        records: kinds of record that are asked about; the longest of them decides.
    """
    asked = frozenset(records)
    decided = stored.decision.at if stored.decision else stored.submitted_at
    starts = (published_at or decided).astimezone(lender.zone).date()
    facts = _Facts.of(stored, lender, starts)
    fitting = [one for one in periods() if asked & set(one.records) and facts.meets(one)]
    # of equally long ones the law comes before the house's own rule
    ranked = sorted(fitting, key=lambda one: (-one.months, one.known == "house", one.id))
    longest, by_law = ranked[0], next((one for one in ranked if one.known != "house"), None)
    because = longest.in_words
    if by_law is not None and by_law is not longest:
        because += f"; the longest by law is {by_law.in_words}"
    return Retention(
        starts=starts, until=months_after(starts, longest.months), because=because,
        rules=tuple(one.id for one in ranked),
    )  # fmt: skip


@cache
def periods() -> tuple[Period, ...]:
    """The table."""
    lists = ("records", "channels", "audiences", "products", "states", "lenders")
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Period.model_validate(
                {
                    name: tuple(filter(None, cell.split(";"))) if name in lists else cell
                    for name, cell in row.items()
                }
            )
            for row in csv.DictReader(file)
        )


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, the first of the next one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)


class _Facts(Noun):
    """What the table asks about a piece."""

    channel: str
    audience: str
    products: tuple[str, ...]
    states: tuple[str, ...]
    kind: str
    flags: frozenset[str]

    @classmethod
    def of(cls, stored: StoredPiece, lender: Lender, on: date) -> _Facts:
        piece = stored.piece
        said = {
            "price": any(claim.kind in _PRICES for claim in piece.claims or ()) or bool(piece.offers),
            "partner": bool(piece.partner or piece.cost_split) or piece.audience == "partner",
            "prescreened": "prescreen" in str(piece.targeting or "").casefold().replace("-", "")
            or any(finding.rule.startswith("fcra.") for finding in stored.findings),
        }
        return cls(
            channel=piece.channel, audience=piece.audience, products=piece.products,
            states=piece.states or lender.licensed_states(on), kind=lender.kind,
            flags=frozenset(name for name, holds in said.items() if holds),
        )  # fmt: skip

    def meets(self, period: Period) -> bool:
        """Whether a period applies; a piece that names no product may be of any."""
        return (
            (not period.channels or self.channel in period.channels)
            and (not period.audiences or self.audience in period.audiences)
            and (not period.products or not self.products or bool(set(self.products) & set(period.products)))
            and (not period.states or bool(set(self.states) & set(period.states)))
            and (not period.lenders or self.kind in period.lenders)
            and (not period.when or period.when in self.flags)
        )
