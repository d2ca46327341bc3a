"""Joining: no segment too small, no two alike, the lender's own trigger never undone."""

from __future__ import annotations

from collections.abc import Sequence

from agents.partition import Path, opposite
from agents.refinement import Alike, Grow, Refused, Rules, Settled, Sizes, settle
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


def sizes(**small: int) -> Sizes:
    def count(paths: Sequence[Path]) -> list[int]:
        return [small.get(path[-1].column, 500) if len(path) > 1 else 900 for path in paths]

    return count


def growing(*more: tuple[Path, Path, Path]) -> Grow:
    """Grows the five leaves; when asked to go on, parts one of the given leaves unless that was refused."""

    def grow(start: Sequence[Path], refused: Refused) -> tuple[Path, ...]:
        if not start:
            return FIVE
        for leaf, one, two in more:
            if leaf in start and (leaf, one[-1].column) not in refused:
                place = list(start).index(leaf)
                return (*start[:place], one, two, *start[place + 1 :])
        return tuple(start)

    return grow


def settled_by(alike: Alike, count: Sizes, *, grow: Grow | None = None) -> Settled:
    return settle(grow or growing(), Rules(count, alike, least=100, keep=GAP))


def never(one: Path, two: Path) -> bool:
    return False


def test_large_and_different_segments_stand_as_they_are() -> None:
    settled = settled_by(never, sizes())
    assert settled.paths == FIVE
    assert settled.notes == ()


def test_one_that_is_too_small_joins_its_neighbour_with_a_note() -> None:
    settled = settled_by(never, sizes(status=40))
    assert settled.paths == (*FIVE[:3], (LOW, opposite(EQUITY)))
    assert "fewer than 100 loans" in settled.notes[0]


def test_neighbours_that_behave_alike_are_joined() -> None:
    def large_alike(one: Path, two: Path) -> bool:
        return one[-1].column == "current_balance"

    settled = settled_by(large_alike, sizes())
    assert settled.paths == ((GAP,), *FIVE[2:])
    assert "differ on no other column" in settled.notes[0]


def test_the_last_three_stand_even_where_they_behave_alike_and_the_note_says_so() -> None:
    settled = settled_by(lambda one, two: True, sizes())
    assert len(settled.paths) == 3
    assert any("kept apart to have three" in note for note in settled.notes)


def test_the_trigger_is_never_undone_for_want_of_a_difference() -> None:
    two: tuple[Path, ...] = ((GAP,), (LOW,))
    settled = settled_by(lambda one, two: True, sizes(), grow=lambda start, refused: tuple(start) or two)
    assert settled.paths == two
    assert any("Only 2 of the usual three segments" in note for note in settled.notes)


def test_joining_ends_with_everyone_where_nothing_is_large_enough() -> None:
    settled = settled_by(never, lambda paths: [1] * len(paths))
    assert settled.paths == ((),)


def test_what_was_joined_leaves_room_and_the_tree_grows_again_elsewhere() -> None:
    by_equity: tuple[Path, Path, Path] = ((GAP,), (GAP, EQUITY), (GAP, opposite(EQUITY)))

    def large_alike(one: Path, two: Path) -> bool:
        return one[-1].column == "current_balance"

    settled = settled_by(large_alike, sizes(), grow=growing(by_equity))
    assert settled.paths == (*by_equity[1:], *FIVE[2:])
    assert len(settled.notes) == 1


def test_a_split_that_was_undone_is_not_tried_again() -> None:
    again: tuple[Path, Path, Path] = ((GAP,), (GAP, LARGE), (GAP, opposite(LARGE)))

    def large_alike(one: Path, two: Path) -> bool:
        return one[-1].column == "current_balance"

    settled = settled_by(large_alike, sizes(), grow=growing(again))
    assert settled.paths == ((GAP,), *FIVE[2:])
