"""Segments: short readable predicates over named columns of the agents' view of the book (law 3)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaign.noun import Noun

Operator = Literal["at_least", "below", "is", "is_not", "one_of", "none_of"]
_SIGNS = {"at_least": ">=", "below": "<", "is": "=", "is_not": "<>", "one_of": "in", "none_of": "not in"}


class Condition(Noun):
    """One comparison of one column with one value.

    Attributes:
        column: a column of the agents' view; demographic columns and proxies are not in that view (law 4).
        operator: how the two compare; a missing value fails `at_least`, `is`, `one_of` and passes the others.
        value: a number, a word, or a tuple of words for `one_of` and `none_of`.
    """

    column: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    operator: Operator
    value: float | str | tuple[str, ...]

    def __str__(self) -> str:
        if isinstance(self.value, tuple):
            shown = "(" + ", ".join(f"'{word}'" for word in self.value) + ")"
        elif isinstance(self.value, str):
            shown = f"'{self.value}'"
        else:
            shown = f"{self.value:g}" if abs(self.value) < 1e6 else f"{self.value:.0f}"
        return f"{self.column} {_SIGNS[self.operator]} {shown}"


class Predicate(Noun):
    """A conjunction of conditions; empty means everyone."""

    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return " and ".join(str(condition) for condition in self.conditions) or "everyone"


class Difference(Noun):
    """Evidence that a segment behaves differently, on rows it was not fitted on.

    Attributes:
        column: what was observed.
        test: name of the statistical test.
        statistic, p_value: its result.
        effect: effect size (Cramér's V for shares, eta squared for amounts), 0 to 1.
        holdout_rows: rows the test used.
        origin: `real` where the column was reported, `generated` where the example generator made it.
        in_predicate: True where the partition splits on this column, so the difference is by construction.
    """

    column: str
    test: str
    statistic: float
    p_value: float = Field(ge=0, le=1)
    effect: float = Field(ge=0, le=1)
    holdout_rows: int
    origin: Literal["real", "generated", "derived"]
    in_predicate: bool = False


class Segment(Noun):
    """One part of the partition.

    Attributes:
        segment_id: stable short name in snake case, for example `refinance_candidates`.
        name: what people call it.
        predicate: who is in it.
        needs: what they are likely to need; a hypothesis unless `needs_known`.
        needs_known: True where needs come from a survey or interview.
        size: loans in it. share: of all loans of consumers, 0 to 1.
        contactable: contacts with a known consent and no suppression, by channel.
        value_usd: expected revenue in the next twelve months, dollars.
        profile: column -> what is typical there, as words for people ("median 6.88 %").
        differences: how it differs from the rest, held out.
        states: postal codes where its people are, largest first.
        products: products its offers may speak of.
    """

    segment_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    predicate: Predicate
    needs: str
    needs_known: bool = False
    size: int = Field(ge=0)
    share: float = Field(ge=0, le=1)
    contactable: dict[str, int] = Field(default_factory=dict)
    value_usd: float = Field(ge=0)
    profile: dict[str, str] = Field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    states: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


class Segmentation(Noun):
    """The partition of a book, with how it was made.

    Attributes:
        segments: three to five, mutually exclusive, together everyone.
        learnt_from: one sentence: which behaviour taught the cuts, on how many rows.
        origin_note: one sentence: which of the columns used are real and which are generated.
        mind: `house` or `model`.
        notes: proposals dropped and why, segments merged and why.
        partners: list sizes of referral partners by kind. officers: loan officers on the roster.
    """

    segments: tuple[Segment, ...] = Field(min_length=1, max_length=5)
    learnt_from: str
    origin_note: str
    mind: Literal["house", "model"]
    notes: tuple[str, ...] = ()
    partners: dict[str, int] = Field(default_factory=dict)
    officers: int = 0
