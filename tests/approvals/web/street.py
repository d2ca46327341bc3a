"""A run with everything a run can have, for the pages that show runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from approvals import runs
from campaign.brief import Brief
from campaign.channel import Channel
from campaign.fair_lending import FairLendingResult, FairLendingReview, LessDisparate, TargetingResult
from campaign.plan import CalendarEntry, ChannelPlan, Placement
from campaign.segment import Condition, Predicate, Segment, Segmentation
from tests.approvals.gate import AT
from tests.approvals.web.forecasts import a_forecast

OWNERS = Predicate(conditions=(Condition(column="ltv", operator="below", value=60),))
RESULT = FairLendingResult(
    verdict="look", sentence="The ratio that decides is 0.76.", ratio=0.76, interval=(0.6, 0.9), reach_ratio=0.9,
    alternatives=(
        LessDisparate(predicate=OWNERS, change="wider", ratio_before=0.76, ratio=0.9, value_kept=0.95, size_kept=1.1),
    ),
)  # fmt: skip


def placement(segment: str, channel: Channel, usd: float, **more: Any) -> Placement:
    held: dict[str, Any] = {
        "placement_id": f"{segment.lower()}.{channel}", "segment_id": segment.lower(), "segment": segment,
        "channel": channel, "format": "email.letter", "goal": "application", "cadence": "every 2 weeks",
        "budget_usd": usd, "theme": "rate_review", "states": ("CA", "ID"), "expected_leads": (1, 2, 3), **more,
    }  # fmt: skip
    return Placement(**held)


def a_plan(words: str = "Plain words") -> ChannelPlan:
    """A plan with `words` wherever an agent or a file may write what it likes."""
    placements = (
        placement("Owners", Channel.EMAIL, 400, cadence=words, goal=words, theme=words, states=(words,)),
        placement(words, Channel.GOOGLE_SEARCH, 600, placement_id=words, segment_id=words),
    )
    said = RESULT.model_copy(update={"sentence": words})
    review = FairLendingReview(
        segments={"owners": said, words: said}, placements={words: said}, known_share=0.9, note=words,
        targeting=(TargetingResult(states=(words,), result=FairLendingResult(verdict="fine", sentence=words)),),
    )  # fmt: skip
    return ChannelPlan(
        placements=placements, budget_usd=1200, rate_assumption=6.0, attribution_days=90, mind="house", notes=(words,),
        calendar=(CalendarEntry(on=date(2026, 3, 2), placement_id=words, what=words),), fair_lending=review,
        forecast=a_forecast(words),
    )  # fmt: skip


def parted(words: str = "Plain words") -> Segmentation:
    predicate = Predicate(conditions=(Condition(column="status", operator="is", value=words),))
    owners = Segment(
        segment_id="owners", name=words, predicate=predicate, needs=words, size=10, share=0.5, value_usd=100,
        profile={words: words},
    )  # fmt: skip
    return Segmentation(
        segments=(owners,), learnt_from=words, origin_note=words, mind="house", notes=(words,)
    )


def a_run(engine: Engine, run_id: str = "run-1", words: str = "Plain words", **more: Any) -> runs.Run:
    """A run with its brief, its segments and its reviewed plan."""
    brief = Brief(
        goal=words, budget_usd=1200, starts=date(2026, 3, 1), ends=date(2026, 5, 1), products=(words,)
    )
    held: dict[str, Any] = {
        "run_id": run_id, "brief": brief, "as_of": AT, "sheet_id": words, "created_at": AT, "offered_rate": 6.0,
        "survey_rate": 5.98, **more,
    }  # fmt: skip
    run = runs.start_run(engine, runs.Run(**held), by="marketing", at=AT)
    runs.save_segmentation(engine, run_id, parted(words), at=AT)
    runs.save_review(engine, run_id, a_plan(words), at=AT)
    return run
