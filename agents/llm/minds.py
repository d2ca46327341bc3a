"""The three model minds. Each asks, checks, and falls back to the house mind with a note."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from agents.llm.answers import (
    ProposedCut,
    ProposedCuts,
    ProposedDraft,
    ProposedDrafts,
    ProposedNames,
    ProposedThemes,
)
from agents.llm.endpoint import Endpoint
from agents.llm.failures import NoAnswer
from agents.minds import (
    Assignment,
    BookFacts,
    CopyMind,
    Draft,
    MindName,
    Minds,
    Naming,
    PlanningMind,
    SegmentationMind,
    SegmentFacts,
    ThemeChoice,
)
from campaign.piece import FieldText
from campaign.segment import Condition

PROMPTS = Path(__file__).parent / "prompts"
N = TypeVar("N")
Tell = Callable[[str], None]
_PERSONAL = re.compile(r"\S+@\S+|\d[\d\-\s().]{2,}\d")


def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")


def redact(words: str) -> str:
    """A person's remark without addresses and long numbers: a model needs neither to mend copy (law 5)."""
    return _PERSONAL.sub("[removed]", words)


@dataclass(frozen=True)
class ModelSegmentationMind:
    """Proposes cuts and names by a model; `house` answers where it cannot."""

    endpoint: Endpoint
    house: SegmentationMind
    tell: Tell
    name: MindName = "model"

    def propose_cuts(self, facts: BookFacts) -> tuple[Condition, ...]:
        """Cuts that fit the form; the evidence decides whether any is used."""
        try:
            answer = self.endpoint.ask(_prompt("cuts"), facts.model_dump(mode="json"), ProposedCuts)
        except NoAnswer as nothing:
            self.tell(f"segmentation: house cuts used, since {nothing}")
            return self.house.propose_cuts(facts)
        return tuple(cut for cut in map(_condition, answer.cuts) if cut is not None)

    def describe(self, segments: tuple[SegmentFacts, ...]) -> tuple[Naming, ...]:
        """A name and needs for every segment; one the model forgot keeps the house's."""
        by_house = {naming.segment_id: naming for naming in self.house.describe(segments)}
        try:
            answer = self.endpoint.ask(_prompt("names"), _listed(segments), ProposedNames)
        except NoAnswer as nothing:
            self.tell(f"segmentation: house names used, since {nothing}")
            return tuple(by_house.values())
        for proposed in answer.names:
            naming = _valid(Naming, proposed.model_dump())
            if (
                naming is None
                or naming.segment_id not in by_house
                or re.search(r"\d", naming.name + naming.needs)
            ):
                self.tell(f"segmentation: the model's name for `{proposed.segment_id}` was dropped")
            else:
                by_house[naming.segment_id] = naming
        return tuple(by_house.values())


@dataclass(frozen=True)
class ModelPlanningMind:
    """Proposes themes by a model; `house` answers where it cannot."""

    endpoint: Endpoint
    house: PlanningMind
    tell: Tell
    name: MindName = "model"

    def themes(self, segments: tuple[SegmentFacts, ...]) -> tuple[ThemeChoice, ...]:
        """One theme per segment; one the model forgot keeps the house's."""
        chosen = {choice.segment_id: choice for choice in self.house.themes(segments)}
        try:
            answer = self.endpoint.ask(_prompt("themes"), _listed(segments), ProposedThemes)
        except NoAnswer as nothing:
            self.tell(f"channel planning: house themes used, since {nothing}")
            return tuple(chosen.values())
        for proposed in answer.themes:
            choice = _valid(ThemeChoice, proposed.model_dump())
            if choice is None or choice.segment_id not in chosen:
                self.tell(f"channel planning: the model's theme for `{proposed.segment_id}` was dropped")
            else:
                chosen[choice.segment_id] = choice
        return tuple(chosen.values())


@dataclass(frozen=True)
class ModelCopyMind:
    """Writes drafts by a model; `house` writes where it cannot."""

    endpoint: Endpoint
    house: CopyMind
    tell: Tell
    name: MindName = "model"

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        """The model's drafts in our form; they are validated like any other."""
        material = assignment.model_dump(mode="json")
        material["corrections"] = [redact(words) for words in assignment.corrections]
        try:
            answer = self.endpoint.ask(_prompt("drafts"), material, ProposedDrafts)
        except NoAnswer as nothing:
            self.tell(f"copywriting: house draft for `{assignment.placement_id}`, since {nothing}")
            return self.house.write(assignment)
        return tuple(
            Draft(
                fields=_fields(draft, assignment),
                angle=draft.angle[:160],
                author=f"model {self.endpoint.model}",
            )
            for draft in answer.drafts
        )


def with_model(environment: Mapping[str, str], house: Minds, tell: Tell) -> Minds:
    """Put the model in front of the house minds."""
    endpoint = Endpoint(environment)
    return Minds(
        segmenting=ModelSegmentationMind(endpoint, house.segmenting, tell),
        planning=ModelPlanningMind(endpoint, house.planning, tell),
        writing=ModelCopyMind(endpoint, house.writing, tell),
        note=f"The model `{endpoint.model}` proposes; the house minds answer where it cannot.",
    )


def _listed(segments: tuple[SegmentFacts, ...]) -> dict[str, Any]:
    return {"groups": [segment.model_dump(mode="json") for segment in segments]}


def _condition(cut: ProposedCut) -> Condition | None:
    if cut.operator == "at_least":
        value: float | str | tuple[str, ...] | None = cut.number
    elif cut.operator == "is":
        value = cut.words[0] if cut.words else None
    else:
        value = tuple(cut.words) or None
    if value is None:
        return None
    return _valid(Condition, {"column": cut.column, "operator": cut.operator, "value": value})


def _valid(noun: type[N], values: dict[str, Any]) -> N | None:
    try:
        return noun(**values)
    except ValidationError:
        return None


def _fields(draft: ProposedDraft, assignment: Assignment) -> dict[str, FieldText]:
    fields: dict[str, FieldText] = {}
    for part in draft.fields:
        limit = assignment.form.limit(part.field)
        many = limit is not None and limit.most > 1
        fields[part.field] = tuple(part.entries) if many else " ".join(part.entries)
    return fields
