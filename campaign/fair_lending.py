"""What the fair-lending check tells the rest of the house: ratios and a verdict, never a count or a label."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaign.noun import Noun
from campaign.segment import Predicate

FairLendingVerdict = Literal["fine", "look", "disparity", "too_few"]
DENOMINATOR = (
    "Each rate is the share of a group's consumer loans in the whole book that is chosen: being reached with "
    "an offer is the benefit, and everyone in the book could have been."
)
"""A smaller denominator (those already eligible) would hide what the choice itself does to a group."""


class LessDisparate(Noun):
    """A neighbouring predicate that treats groups more alike, for a person to consider.

    Attributes:
        predicate: the neighbour. change: what is different, in words.
        ratio_before, ratio: lowest adverse-impact ratio, of the segment and of the neighbour.
        value_kept, size_kept: expected value and loans of the neighbour, over those of the segment.
    """

    predicate: Predicate
    change: str
    ratio_before: float
    ratio: float
    value_kept: float
    size_kept: float

    def __str__(self) -> str:
        return (
            f"`{self.predicate}` ({self.change}) would have a lowest ratio of {self.ratio:.2f} instead of "
            f"{self.ratio_before:.2f}, keep {self.value_kept:.0%} of the expected value and reach "
            f"{self.size_kept:.0%} as many loans."
        )


class FairLendingResult(Noun):
    """How one selection (a segment, a placement, a targeting setting) treats groups.

    Attributes:
        verdict: `fine`, `look` (a person should), `disparity`, or `too_few` (nothing can be said).
        sentence: why, for people.
        ratio: adverse-impact ratio of the group that decides the verdict; None where none could be judged.
        interval: its 95 % confidence interval. p_value: of that difference, after Holm's correction.
        ratios: of every comparison that could be judged, lowest first.
        reach_ratio: majority-minority tracts' share of the reach over their share of the footprint.
        alternatives: neighbouring predicates with less disparity; offered, never applied.
    """

    verdict: FairLendingVerdict
    sentence: str
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = Field(default=None, ge=0, le=1)
    ratios: tuple[float, ...] = ()
    reach_ratio: float | None = None
    alternatives: tuple[LessDisparate, ...] = ()


class TargetingResult(Noun):
    """How one targeting setting of a plan treats groups; `states` is the setting."""

    states: tuple[str, ...]
    result: FairLendingResult


class FairLendingReview(Noun):
    """What the review says of a plan, for agents and approvers alike (law 4: no count of a group, no label).

    Attributes:
        segments: by segment id. placements: by placement id. targeting: one per setting.
        known_share: share of the consumers' loans that have a demographic record, 0 to 1.
        note: why nothing was reviewed; empty where it was.
    """

    segments: dict[str, FairLendingResult] = Field(default_factory=dict)
    placements: dict[str, FairLendingResult] = Field(default_factory=dict)
    targeting: tuple[TargetingResult, ...] = ()
    known_share: float = Field(default=0, ge=0, le=1)
    note: str = ""

    def named(self) -> dict[str, FairLendingResult]:
        """Every result by what it is of, in order: `segment ...`, `placement ...`, `targeting ...`."""
        return {
            **{f"segment {name}": result for name, result in self.segments.items()},
            **{f"placement {name}": result for name, result in self.placements.items()},
            **{f"targeting {' '.join(one.states)}": one.result for one in self.targeting},
        }

    @property
    def verdict(self) -> FairLendingVerdict:
        """The worst of all; `too_few` where nothing was reviewed."""
        said = {result.verdict for result in self.named().values()} or {"too_few"}
        order: tuple[FairLendingVerdict, ...] = ("disparity", "look", "too_few")
        return next((word for word in order if word in said), "fine")


class FairLendingLines(Noun):
    """Where a lender draws the lines of the review (`[fair_lending]` in lender.toml).

    Attributes:
        ratio: adverse-impact ratio below which a significant difference is a disparity.
        reach_ratio: proportional share of majority-minority tracts below which a person should look.
        reach_disparity: the share below which it is a disparity; None draws no such line.
        least_group: fewest of a group that are compared.
    """

    ratio: float = Field(default=0.8, ge=0.5, le=1)
    reach_ratio: float = Field(default=0.8, ge=0.5, le=1)
    reach_disparity: float | None = Field(default=None, gt=0, le=1)
    least_group: int = Field(default=30, ge=10)
