"""A rule as its file states it: what it looks for, where it applies, why, and examples that prove it.

The form is closed: a key that nobody declared is refused with its line, so that a misspelt rule is never a
rule that is silently off.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, SkipValidation, model_validator

from campaign.brief import Audience
from campaign.finding import Confidence, Severity
from campaign.lender import LenderKind
from campaign.noun import Noun
from campaign.rates import Product

Credit = Literal["closed_end", "open_end"]
Example = str | dict[str, Any]


class Applies(Noun):
    """Where a rule holds; an empty list means everywhere.

    Attributes:
        audience: who the piece speaks to.
        channels, not_channels: where it is shown, and where it is not asked.
        products: at least one of the piece's products; a piece that names none may be of any.
        states: at least one of the states it reaches.
        credit: `closed_end` loans (Regulation Z, 1026.24) or `open_end` home-equity lines (1026.16).
        lenders: kinds of lender bound by it.
    """

    audience: tuple[Audience, ...] = ()
    channels: tuple[str, ...] = ()
    not_channels: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    states: tuple[str, ...] = ()
    credit: Credit | None = None
    lenders: tuple[LenderKind, ...] = ()


class Examples(Noun):
    """Executed proof: every `fail` gives this finding, no `pass` gives a block from any rule.

    A text stands for an otherwise lawful piece of the example lender with that body; a mapping holds the
    fields, or `fields` with channel, states, products, originator and whatever else a case may hold.
    `todo` lists known misses, counted and not executed.
    """

    fail: tuple[Example, ...] = Field(min_length=3)
    passing: tuple[Example, ...] = Field(min_length=2, alias="pass")
    todo: tuple[Example, ...] = ()


class Rule(Noun):
    """One rule of the pack.

    Attributes:
        id: `regime.name`, from its path.
        kind: module of `policies/checks/` that runs it.
        severity, confidence: how much it stops, and how sure it is.
        applies: where it holds.
        valid_from, valid_to: first and last day on which the law stands as the rule has it; None is open.
        citation: the provision, or the house's own rule.
        read: when a person last compared the rule with its source.
        source: what was read: `verified`, `memory` (not read: never blocks), `house`.
        why: one sentence for the person who asks.
        message: what is said, `{match}` being the words found; other names come from the kind.
        fix: what to do instead; may use the same names.
        keys: what the kind needs besides, validated by the kind.
        examples: executed proof.
    """

    id: str
    kind: str
    severity: Severity
    confidence: Confidence = "high"
    applies: Applies = Applies()
    valid_from: date | None = None
    valid_to: date | None = None
    citation: str = Field(min_length=4)
    read: date
    source: Literal["verified", "memory", "house"] = "verified"
    why: str = Field(min_length=20)
    message: str = Field(min_length=10)
    fix: str | None = None
    keys: SkipValidation[Any] = None
    examples: Examples

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"`valid_to` ({self.valid_to}) lies before `valid_from` ({self.valid_from})")
        return self

    def in_force(self, on: date) -> bool:
        """Whether the law stands as the rule has it on a day, in the lender's zone."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)
