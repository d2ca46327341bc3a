"""The channel plan: budgets that add up, licensed states only, themes the figures allow, dates that exist."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.channel_planning import plan_channels
from agents.house.channel_planning import HousePlanningMind
from agents.minds import MindName, SegmentFacts, Theme, ThemeChoice
from agents.response_curves import lead_interval
from campaign.brief import Brief
from campaign.channel import PLANNED, Channel
from campaign.errors import BadInput, NotInForce
from campaign.lender import Lender, parse_lender
from campaign.plan import ChannelPlan
from campaign.segment import Condition, Predicate, Segment, Segmentation
from tools.market.example_sheets import example_sheet
from tools.market.series import shipped_market
from tools.workspace import EXAMPLE_LENDER

AT = datetime(2026, 2, 26, 23, tzinfo=UTC)
LENDER = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
SHEET = example_sheet(date(2026, 2, 26), LENDER, shipped_market())
TRIGGER = Condition(column="rate_gap_bps", operator="at_least", value=50)


def segment(segment_id: str, size: int, each: float, *conditions: Condition, **more: object) -> Segment:
    given: dict[str, object] = {
        "segment_id": segment_id,
        "name": segment_id.replace("_", " ").capitalize(),
        "predicate": Predicate(conditions=conditions),
        "needs": "Likely to want figures.",
        "size": size,
        "share": 0.2,
        "contactable": {"email": size // 3},
        "value_usd": size * each,
        "states": ("CA", "NY", "OH"),
        "products": ("conventional",),
    }
    return Segment.model_validate(given | more)


SEGMENTS = (
    segment("refinance_candidates", 5_000, 220.0, TRIGGER),
    segment("equity_rich", 2_000, 70.0),
    segment("settled_owners", 2_500, 60.0),
    segment("prospects", 500, 150.0),
)


def parted(*segments: Segment) -> Segmentation:
    return Segmentation(
        segments=segments or SEGMENTS, learnt_from="a sample", origin_note="generated", mind="house"
    )


def brief(budget: float = 25_000, **more: object) -> Brief:
    given: dict[str, object] = {
        "goal": "Spring campaign",
        "budget_usd": budget,
        "starts": date(2026, 3, 2),
        "ends": date(2026, 5, 31),
    }
    return Brief.model_validate(given | more)


def plan(segmentation: Segmentation | None = None, asked: Brief | None = None, **more: Any) -> ChannelPlan:
    given: dict[str, Any] = {
        "lender": LENDER,
        "sheet": SHEET,
        "at": AT,
        "mind": HousePlanningMind(),
    }
    return plan_channels(segmentation or parted(), asked or brief(), **(given | more))


def spent(made: ChannelPlan, *, channel: Channel | None = None, segment_id: str = "") -> float:
    return sum(
        placement.budget_usd
        for placement in made.placements
        if (channel is None or placement.channel == channel)
        and (not segment_id or placement.segment_id == segment_id)
    )


def capped(floor: float) -> Lender:
    return LENDER.model_copy(
        update={"capacity": LENDER.capacity.model_copy(update={"channel_floor_usd": floor})}
    )


def test_each_channel_keeps_its_floor_and_all_stays_within_the_budget() -> None:
    made = plan()
    assert spent(made) <= 25_000
    assert spent(made) >= 23_900
    for channel in PLANNED:
        assert spent(made, channel=channel) >= 500
    assert all(placement.budget_usd == int(placement.budget_usd) for placement in made.placements)


def test_money_that_would_not_come_back_is_held_back_and_said_so() -> None:
    modest, lavish = plan(asked=brief(40_000)), plan(asked=brief(400_000))
    assert spent(lavish) < 100_000
    assert spent(lavish) >= spent(modest)
    assert any(f"${400_000 - spent(lavish):,.0f} of the budget is held back" in note for note in lavish.notes)


def test_no_channel_takes_more_than_its_share() -> None:
    made = plan(asked=brief(200_000))
    assert all(spent(made, channel=channel) <= 0.45 * 200_000 for channel in PLANNED)


def test_the_same_question_has_the_same_answer() -> None:
    assert plan() == plan()


def test_floors_shrink_together_where_the_budget_cannot_hold_them() -> None:
    made = plan(asked=brief(2_100))
    assert spent(made) <= 2_100
    assert all(spent(made, channel=channel) >= 299 for channel in PLANNED)
    assert any("floor is $300" in note for note in made.notes)


def test_a_segment_worth_nothing_gets_nothing() -> None:
    made = plan(parted(*SEGMENTS, segment("idle", 3_000, 0.0)))
    assert spent(made, segment_id="idle") == 0
    assert spent(made, segment_id="refinance_candidates") > 0


def test_money_follows_the_refinance_segment_when_it_shrinks() -> None:
    small = segment("refinance_candidates", 700, 220.0, TRIGGER)
    before = spent(plan(), segment_id="refinance_candidates")
    after = spent(plan(parted(small, *SEGMENTS[1:])), segment_id="refinance_candidates")
    assert after < before / 2


def test_letters_are_limited_by_the_people_who_agreed_to_them() -> None:
    made = plan(lender=capped(0.0))
    people = {one.segment_id: one.contactable["email"] for one in SEGMENTS}
    for placement in made.placements:
        if placement.channel == Channel.EMAIL:
            assert 0 < placement.budget_usd <= people[placement.segment_id] * 7 * 0.012 + 1


def test_nobody_who_may_be_written_to_means_no_letters_and_a_note() -> None:
    silent = tuple(one.model_copy(update={"contactable": {"email": 0}}) for one in SEGMENTS)
    made = plan(parted(*silent))
    assert not any(placement.channel == Channel.EMAIL for placement in made.placements)
    assert any("email" in note for note in made.notes)


def test_placements_speak_to_licensed_states_only() -> None:
    assert all(placement.states == ("CA", "NY") for placement in plan().placements)


def test_a_licence_that_has_run_out_leaves_its_state_out() -> None:
    later = datetime(2027, 1, 2, 12, tzinfo=UTC)
    sheet = example_sheet(date(2027, 1, 2), LENDER, shipped_market())
    with pytest.raises(BadInput, match="licensed state"):
        plan(sheet=sheet, at=later)


def test_a_segment_without_licensed_states_is_left_out_with_a_note() -> None:
    made = plan(parted(*SEGMENTS, segment("far_away", 900, 200.0, states=("OH",))))
    assert not spent(made, segment_id="far_away")
    assert any("`far_away` has nobody in a licensed state" in note for note in made.notes)


def test_a_brief_for_one_product_leaves_out_those_who_do_not_hold_it() -> None:
    veterans = segment("va_owners", 900, 200.0, products=("va",))
    made = plan(parted(*SEGMENTS, veterans), brief(products=("va",)))
    assert {placement.segment_id for placement in made.placements} == {"va_owners"}


def test_house_themes_follow_the_meaning_of_the_segment() -> None:
    themes = {placement.segment_id: placement.theme for placement in plan().placements}
    assert themes == {
        "refinance_candidates": "rate_review",
        "equity_rich": "equity",
        "settled_owners": "relationship",
        "prospects": "purchase",
    }


class Eager:
    """A mind that would speak of savings to everybody, and to people who do not exist."""

    name: MindName = "model"

    def themes(self, segments: tuple[SegmentFacts, ...]) -> tuple[ThemeChoice, ...]:
        theme: Theme = "rate_review"
        named = (*(one.segment_id for one in segments), "nobody")
        return tuple(ThemeChoice(segment_id=name, theme=theme, why="Savings sell.") for name in named)


def test_a_rate_review_is_only_for_people_at_the_trigger() -> None:
    made = plan(mind=Eager())
    assert made.mind == "model"
    speaking = {one.segment_id for one in made.placements if one.theme == "rate_review"}
    assert speaking == {"refinance_candidates"}
    assert any("`rate_review` for `equity_rich` dropped" in note for note in made.notes)
    assert any("`nobody` dropped" in note for note in made.notes)


def test_the_plan_rests_on_the_best_conventional_rate() -> None:
    best = SHEET.best("conventional", 360, AT)
    assert best is not None
    assert plan().rate_assumption == best.rate


def test_a_sheet_that_has_run_out_is_refused() -> None:
    with pytest.raises(NotInForce, match="in force") as caught:
        plan(at=datetime(2026, 6, 1, tzinfo=UTC))
    assert "vallum rates import" in caught.value.remedy


def test_a_brief_for_partners_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="`partner`"):
        plan(asked=brief(audience="partner"))


def test_expected_leads_hold_the_middle_and_widen_beyond_chance() -> None:
    for placement in plan().placements:
        low, middle, high = placement.expected_leads
        assert low <= middle <= high
    low, middle, high = lead_interval(100.0)
    assert middle == 100.0
    assert high - low > 2 * 1.2816 * 10
    assert lead_interval(0.0) == (0.0, 0.0, 0.0)


def test_the_notes_say_that_the_curves_are_assumptions_and_why_ninety_days() -> None:
    made = plan()
    assert made.attribution_days == 90
    assert any("assumptions" in note for note in made.notes)
    assert any("60 to 120 days" in note for note in made.notes)


def test_a_plan_made_late_is_dated_from_its_day_on() -> None:
    early, late = plan(), plan(asked=brief(starts=date(2026, 2, 2)))
    assert min(entry.on for entry in early.calendar) >= date(2026, 3, 2)
    today = AT.astimezone(LENDER.zone).date()
    assert late.calendar
    assert min(entry.on for entry in late.calendar) >= today
    assert late.notes[0].startswith(f"{(today - date(2026, 2, 2)).days} of the 119 days are over")
    assert not any("are over" in note for note in early.notes)


def test_a_plan_whose_period_is_over_has_no_dates() -> None:
    made = plan(asked=brief(starts=date(2026, 1, 5), ends=date(2026, 2, 6)))
    assert made.calendar == ()
    assert made.notes[0].startswith("The period ended on 2026-02-06")
