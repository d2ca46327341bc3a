"""The predicates next to one, and which of them are offered."""

from __future__ import annotations

from campaign.segment import Condition, Predicate
from policies.neighbours import Neighbour, Tried, less_disparate, neighbours

HIGH = Condition(column="fico", operator="at_least", value=740.0)
BUYERS = Condition(column="purpose", operator="is", value="purchase")
BOTH = Predicate(conditions=(HIGH, BUYERS))


def test_every_single_step_and_no_other():
    found = neighbours(BOTH, {"fico": (700.0, 740.0)}, {"purpose": ("purchase", "refinance")})
    assert {str(one.predicate) for one in found} == {
        "purpose = 'purchase'",
        "fico >= 740",
        "fico >= 700 and purpose = 'purchase'",
        "fico >= 740 and purpose in ('purchase', 'refinance')",
    }


def test_a_word_kept_out_is_let_in():
    kept_out = Predicate(
        conditions=(Condition(column="purpose", operator="none_of", value=("other", "refinance")),)
    )
    found = {str(one.predicate) for one in neighbours(kept_out, {}, {})}
    assert found == {"purpose not in ('other')", "purpose not in ('refinance')"}


def test_only_what_keeps_the_value_and_the_size_is_offered_best_first():
    def tried(name: float, ratio: float | None, value: float, size: float) -> Tried:
        moved = Predicate(conditions=(Condition(column="fico", operator="at_least", value=name),))
        return Tried(Neighbour(moved, f"{name}"), ratio, value, size)

    offered = less_disparate(
        [
            tried(1, 0.95, 0.79, 1.0),  # loses too much
            tried(2, 0.95, 2.0, 1.51),  # is another segment
            tried(3, 0.64, 1.0, 1.0),  # hardly better
            tried(4, None, 1.0, 1.0),  # cannot be said
            tried(5, 0.75, 1.0, 1.0),  # better, still below
            tried(6, 0.85, 0.9, 1.1),
            tried(7, 0.82, 0.95, 1.1),
        ],
        before=0.6,
        line=0.8,
    )
    assert [one.change for one in offered] == ["7", "6", "5"]
    assert "0.82 instead of 0.60" in str(offered[0])
    assert "95%" in str(offered[0])
