"""Who writes what: the branches of the fan-out, and what each needs loaded by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from approvals import runs
from approvals.statuses import Status
from campaign.errors import UnknownName
from campaign.finding import Severity

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from approvals.store import StoredPiece
    from campaign.plan import ChannelPlan, Placement
    from campaign.release import Release
    from campaign.segment import Predicate, Segment, Segmentation


class Writing(TypedDict):
    """One branch of the fan-out: what to write, and what the last draft was told."""

    run_id: str
    placement_id: str
    variant: str
    """`a` or `b`; empty for both."""
    round: int
    corrections: list[str]


def segmentation_of(engine: Engine, run_id: str) -> Segmentation:
    """The run's segments.

    Raises:
        UnknownName: the segmentation agent has not answered yet.
    """
    found = runs.load_segmentation(engine, run_id)
    if found is None:
        raise UnknownName(f"Run `{run_id}` has no segments yet.", f"Run `vallum runs resume {run_id}`.")
    return found


def plan_of(engine: Engine, run_id: str) -> ChannelPlan:
    """The run's channel plan.

    Raises:
        UnknownName: the planning agent has not answered yet.
    """
    found = runs.load_plan(engine, run_id)
    if found is None:
        raise UnknownName(f"Run `{run_id}` has no plan yet.", f"Run `vallum runs resume {run_id}`.")
    return found


def placement(engine: Engine, run_id: str, placement_id: str) -> tuple[Placement, Segment]:
    """One placement of a run's plan with the segment it speaks to."""
    placed = next(found for found in plan_of(engine, run_id).placements if found.placement_id == placement_id)
    segments = segmentation_of(engine, run_id).segments
    return placed, next(found for found in segments if found.segment_id == placed.segment_id)


def placements(engine: Engine, run_ids: Iterable[str]) -> dict[str, dict[str, Placement]]:
    """Run id -> placement id -> placement."""
    return {
        run_id: {found.placement_id: found for found in plan_of(engine, run_id).placements}
        for run_id in run_ids
    }


def urgent_first(due: Sequence[Release], placed: Mapping[str, Mapping[str, Placement]]) -> list[Release]:
    """Releases in the order in which a daily limit is spent on them: rate alerts, then where the money is."""

    def place(release: Release) -> tuple[bool, float]:
        found = placed.get(release.run_id, {}).get(release.placement_id)
        return found is None or found.offer_row is None, -found.budget_usd if found else 0.0

    return sorted(due, key=place)


def predicates(engine: Engine, run_ids: Iterable[str]) -> dict[str, dict[str, Predicate]]:
    """Run id -> segment id -> predicate."""
    return {
        run_id: {found.segment_id: found.predicate for found in segmentation_of(engine, run_id).segments}
        for run_id in run_ids
    }


def revisions(run_id: str, waiting: Sequence[StoredPiece], rounds: int) -> list[Writing]:
    """The next round of every master with a piece among `waiting`, while rounds are left."""
    branches: dict[str, Writing] = {}
    for item in waiting:
        if item.round >= rounds:
            continue
        branch = branches.setdefault(
            item.master_id,
            Writing(
                run_id=run_id,
                placement_id=item.placement_id,
                variant=item.master_id.rsplit(".", 1)[-1],
                round=item.round + 1,
                corrections=[],
            ),
        )
        branch["corrections"] += [words for words in _corrections(item) if words not in branch["corrections"]]
    return list(branches.values())


def _corrections(item: StoredPiece) -> list[str]:
    """What the next draft has to answer: a person's reason, or the messages of what blocks."""
    if item.status is Status.REJECTED and item.decision is not None:
        return [item.decision.reason]
    return [finding.message for finding in item.findings if finding.severity is Severity.BLOCK]
