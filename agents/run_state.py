"""What a parked run remembers: ids and words only, because a checkpoint outlives the classes of today."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict


def later_round(known: dict[str, int], written: dict[str, int]) -> dict[str, int]:
    """Merge what parallel branches wrote: the later round of a master stands."""
    return {**known, **{name: max(count, known.get(name, 0)) for name, count in written.items()}}


class Heard(TypedDict):
    """What an inbox answered to a parked run.

    `accept` wakes the run, `ignore` leaves it parked, `remark` leaves it parked and its words are kept.
    """

    kind: Literal["accept", "ignore", "remark"]
    words: str


class RunState(TypedDict, total=False):
    """What a parked run remembers."""

    run_id: str
    """Which run; everything else is loaded by it."""
    segments: list[str]
    """Segment ids, largest first."""
    placements: list[str]
    """Placement ids of the plan."""
    rounds: Annotated[dict[str, int], later_round]
    """Master id -> the round it was last written in, 0 for the first draft."""
    heard: Heard
    """What an inbox answered last."""
    remarks: int
    """How many remarks of an inbox were kept."""
