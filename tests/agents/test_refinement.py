"""Joining: no segment too small, no two alike, the lender's own trigger never undone."""

from __future__ import annotations

from collections.abc import Sequence

from agents.partition import Path, opposite
from agents.refinement import settle
from campaign.segment import Condition

GAP = Condition(column="rate_gap_bps", operator="at_least", value=50)
EQUITY = Condition(column="ltv", operator="below", value=60)
LARGE = Condition(column="current_balance", operator="at_least", value=500_000)
OURS = Condition(column="status", operator="is", value="funded")
LOW = opposite(GAP)
FIVE: tuple[Path, ...] = (
    (GAP, LARGE),
    (GAP, opposite(LARGE)),
    (LOW, EQUITY),
    (LOW, opposite(EQUITY), OURS),
    (LOW, opposite(EQUITY), opposite(OURS)),
)


def sizes(**small: int) -> object:
    def count(paths: Sequence[Path]) -> list[int]:
        return [small.get(path[-1].column, 500) if len(path) > 1 else 900 for path in paths]

    return count


def never(one: Path, two: Path) -> bool:
    return False


def test_large_and_different_segments_stand_as_they_are() -> None:
    settled = settle(FIVE, sizes=sizes(), alike=never, least=100, keep=GAP)  # type: ignore[arg-type]
    assert settled.paths == FIVE
    assert settled.notes == ()


def test_one_that_is_too_small_joins_its_neighbour_with_a_note() -> None:
    settled = settle(FIVE, sizes=sizes(status=40), alike=never, least=100, keep=GAP)  # type: ignore[arg-type]
    assert settled.paths == (*FIVE[:3], (LOW, opposite(EQUITY)))
    assert "fewer than 100 loans" in settled.notes[0]


def test_neighbours_that_behave_alike_are_joined() -> None:
    def large_alike(one: Path, two: Path) -> bool:
        return one[-1].column == "current_balance"

    settled = settle(FIVE, sizes=sizes(), alike=large_alike, least=100, keep=GAP)  # type: ignore[arg-type]
    assert settled.paths == ((GAP,), *FIVE[2:])
    assert "do not differ" in settled.notes[0]


def test_the_last_three_stand_even_where_they_behave_alike_and_the_note_says_so() -> None:
    settled = settle(FIVE, sizes=sizes(), alike=lambda one, two: True, least=100, keep=GAP)  # type: ignore[arg-type]
    assert len(settled.paths) == 3
    assert any("kept apart to have three" in note for note in settled.notes)


def test_the_trigger_is_never_undone_for_want_of_a_difference() -> None:
    two: tuple[Path, ...] = ((GAP,), (LOW,))
    settled = settle(two, sizes=sizes(), alike=lambda one, two: True, least=100, keep=GAP)  # type: ignore[arg-type]
    assert settled.paths == two
    assert any("Only 2 of the usual three segments" in note for note in settled.notes)


def test_joining_ends_with_everyone_where_nothing_is_large_enough() -> None:
    settled = settle(FIVE, sizes=lambda paths: [1] * len(paths), alike=never, least=100, keep=GAP)
    assert settled.paths == ((),)
