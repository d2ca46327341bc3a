"""What an agent thinks with: one small interface per agent, two minds behind each.

The house mind (`agents/house/`) is deterministic and needs no key; the model mind (`agents/llm/`) asks a
language model. Either only proposes: the evidence, the solver and the policy node decide. Everything a
mind is given is an aggregate or a slot name; no personal field can reach it (law 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import Field

from campaign.channel import Format
from campaign.noun import Noun
from campaign.piece import FieldText
from campaign.segment import Condition

MindName = Literal["house", "model"]
Theme = Literal["rate_review", "equity", "purchase", "relationship"]
Angle = Theme | Literal["rate_alert"]
"""What copy may speak of; a rate alert follows from a borrower's own rate and is no mind's to choose."""


class ColumnFacts(Noun):
    """What may be known of one column of the agents' view: never a row.

    Attributes:
        column, unit, meaning: as documented in the view.
        quantiles: 5, 25, 50, 75, 95 % for numbers. shares: for words, cells below the smallest size dropped.
    """

    column: str
    unit: str
    meaning: str
    quantiles: tuple[float, ...] = ()
    shares: dict[str, float] = Field(default_factory=dict)


class BookFacts(Noun):
    """What a segmentation mind sees: how many loans, at which moment, and its columns in aggregate."""

    loans: int
    offered_rate_30y: float
    columns: tuple[ColumnFacts, ...]


class SegmentFacts(Noun):
    """What a mind sees of one segment: its predicate in words, share, and typical values."""

    segment_id: str
    predicate: str
    share: float
    profile: dict[str, str]


class Naming(Noun):
    """A name and a needs hypothesis for one segment."""

    segment_id: str
    name: str = Field(min_length=3, max_length=48)
    needs: str = Field(min_length=8, max_length=240)


class ThemeChoice(Noun):
    """The angle one segment is spoken to with, and why."""

    segment_id: str
    theme: Theme
    why: str = Field(max_length=240)


class Assignment(Noun):
    """One piece of writing to be done.

    Attributes:
        placement_id, segment_id, segment, needs, theme: whom it speaks to and from which angle.
        form: the format with its limits; the writer fills the fields of `fields_wanted` only, the rest
            (footers, legends, disclosures) is added from records afterwards.
        fields_wanted: for example `subject`, `preheader`, `body`, `cta`.
        room: field -> characters left for the writer's words after what the law adds there.
        slots: slot name -> what it will hold, for example `rate` -> `today's note rate with % sign`.
        price_slots: slots that may only be used together (`rate` needs `apr` beside it).
        voice, banned_words: the lender's brand.
        predicate: who is in the segment, in words, so that copy can speak of what sets it apart.
        round: 0 for a first draft, then one per revision.
        corrections: rule messages or a person's reason, to be answered by the next draft.
    """

    placement_id: str
    segment_id: str
    segment: str
    needs: str
    theme: Angle
    form: Format
    fields_wanted: tuple[str, ...]
    room: dict[str, int]
    slots: dict[str, str]
    price_slots: tuple[str, ...] = ("rate", "apr")
    voice: str = ""
    banned_words: tuple[str, ...] = ()
    predicate: str = ""
    round: int = 0
    corrections: tuple[str, ...] = ()


class Draft(Noun):
    """One variant as a mind wrote it: the wanted fields, with slots for every number.

    Attributes:
        fields: text per wanted field. angle: one line for the approver. author: who wrote it.
    """

    fields: dict[str, FieldText]
    angle: str = Field(max_length=160)
    author: str


class SegmentationMind(Protocol):
    """Proposes cuts and names; never sees a row."""

    @property
    def name(self) -> MindName:
        """Which mind this is; shown wherever its work is."""
        ...

    def propose_cuts(self, facts: BookFacts) -> tuple[Condition, ...]:
        """Candidate cuts, each `column at_least value` or `column is/one_of word`."""
        ...

    def describe(self, segments: tuple[SegmentFacts, ...]) -> tuple[Naming, ...]:
        """A name and needs for each segment."""
        ...


class PlanningMind(Protocol):
    """Proposes the angle for each segment."""

    @property
    def name(self) -> MindName:
        """Which mind this is; shown wherever its work is."""
        ...

    def themes(self, segments: tuple[SegmentFacts, ...]) -> tuple[ThemeChoice, ...]:
        """One theme per segment."""
        ...


class CopyMind(Protocol):
    """Writes drafts with slots."""

    @property
    def name(self) -> MindName:
        """Which mind this is; shown wherever its work is."""
        ...

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        """Two variants that try different things."""
        ...


@dataclass(frozen=True)
class Minds:
    """The three minds of one street, and one sentence on which they are."""

    segmenting: SegmentationMind
    planning: PlanningMind
    writing: CopyMind
    note: str
