"""The shapes a model must answer in; their descriptions are part of what it is asked."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ModelAnswer(BaseModel):
    """A closed shape: unknown keys are refused, so that an answer cannot carry more than was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProposedCut(ModelAnswer):
    """One comparison."""

    column: str = Field(description="one of the columns given")
    operator: Literal["at_least", "is", "one_of"]
    number: float | None = Field(description="for at_least; else null")
    words: list[str] = Field(description="for is (one word) and one_of; else empty")


class ProposedCuts(ModelAnswer):
    """Candidate cuts."""

    cuts: list[ProposedCut] = Field(max_length=12)


class ProposedName(ModelAnswer):
    """A name and a needs hypothesis."""

    segment_id: str
    name: str
    needs: str


class ProposedNames(ModelAnswer):
    """One entry per group."""

    names: list[ProposedName]


class ProposedTheme(ModelAnswer):
    """An angle."""

    segment_id: str
    theme: Literal["rate_review", "equity", "purchase", "relationship"]
    why: str


class ProposedThemes(ModelAnswer):
    """One entry per group."""

    themes: list[ProposedTheme]


class ProposedField(ModelAnswer):
    """One field of a piece; list fields have several entries, others one."""

    field: str
    entries: list[str]


class ProposedDraft(ModelAnswer):
    """One variant."""

    fields: list[ProposedField]
    angle: str = Field(description="one line for the approver: what this variant tries")


class ProposedDrafts(ModelAnswer):
    """Two variants."""

    drafts: list[ProposedDraft] = Field(min_length=1, max_length=4)
