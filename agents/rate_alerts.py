"""Rate alerts: the borrowers whose own rate stands above what we would offer them, through the whole street.

A run of its own: the standing campaign's segments, one letter for each segment and offer, written with slots
that each reader's own numbers fill at delivery, screened, approved as a class, and sent within its ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.assignments import segmentation_of
from agents.planning_runs import start_anew
from agents.rendering import QUOTED
from agents.running import advance
from agents.standing import standing_campaign, take_back
from approvals import runs
from campaign.brief import Brief
from campaign.channel import Channel, format_of
from campaign.plan import ALERT_MARK, ChannelPlan, Placement
from tools.market.offers import offered_rates
from tools.triggers.alerts import AlertGroup, alert_groups, due_alerts
from tools.triggers.figures import approved_ranges

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.runs import Run
    from campaign.rates import RateSheet
    from campaign.segment import Segment, Segmentation

LEAST_BUDGET_USD = 1.0
"""A brief has a budget; letters to one's own borrowers cost next to nothing."""


def alert(street: Street, *, checkpoints: str) -> Run | None:
    """Queue one letter for each segment and offer with borrowers who are due an alert today.

    An alert of an earlier day or on other prices is taken back first, so that nobody approves stale figures.
    Done again on the same day and sheet it goes on with the same run.

    Args:
        street: opened at the moment of the scan. checkpoints: as for `agents.running.advance`.

    Returns:
        The run, or None where nobody is due an alert.
    """
    parted = standing_segments(street)
    groups = due_groups(street, parted.segments) if parted else ()
    if parted is None or not groups:
        _end_earlier(street, None)
        return None
    run = start_anew(street, _brief(street))
    if run.status == "planning":
        runs.save_segmentation(street.engine, run.run_id, parted, at=street.at)
        plan = alert_plan(groups, parted.segments, street.sheet, budget_usd=run.brief.budget_usd)
        runs.save_plan(street.engine, run.run_id, plan, at=street.at)
    _end_earlier(street, run)
    advance(street, run.run_id, checkpoints=checkpoints)
    return runs.get_run(street.engine, run.run_id)


def due_groups(street: Street, segments: Sequence[Segment]) -> tuple[AlertGroup, ...]:
    """The segments and offers with borrowers who are due an alert now."""
    offers = offered_rates(street.sheet, street.at)
    with (
        street.open_book() as book,
        due_alerts(book, street.sheet, street.lender, offers=offers, at=street.at) as due,
    ):
        return alert_groups(due, segments)


def standing_segments(street: Street) -> Segmentation | None:
    """The segments of the newest standing campaign; None where there is none."""
    standing = standing_campaign(street.engine)
    return None if standing is None else segmentation_of(street.engine, standing.run_id)


def alert_plan(
    groups: Sequence[AlertGroup], segments: Sequence[Segment], sheet: RateSheet, *, budget_usd: float
) -> ChannelPlan:
    """One placement for each group: a letter, with the ranges that its readers' numbers lie in."""
    names = {segment.segment_id: segment.name for segment in segments}
    rows = {offer.row: offer for offer in sheet.offers}
    return ChannelPlan(
        placements=tuple(
            Placement(
                placement_id=f"{group.segment_id}{ALERT_MARK}r{group.offer_row}",
                segment_id=group.segment_id,
                segment=names[group.segment_id],
                channel=Channel.EMAIL,
                format=format_of(Channel.EMAIL).name,
                goal="application",
                cadence="once, while the price holds",
                budget_usd=0,
                theme="rate_alert",
                states=group.states,
                expected_leads=(0, 0, 0),
                offer_row=group.offer_row,
                figures=approved_ranges(
                    group.lowest, group.highest, priced=rows[group.offer_row].product in QUOTED
                ),
            )
            for group in groups
        ),
        budget_usd=budget_usd,
        rate_assumption=min(offer.rate for offer in sheet.offers),
        attribution_days=90,
        mind="house",
        notes=tuple(
            f"{names[group.segment_id]}, row {group.offer_row} of the sheet: {_people(group.people)} due one."
            for group in groups
        ),
    )


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count:,} people are"


def _brief(street: Street) -> Brief:
    day = street.at.astimezone(street.lender.zone).date()
    return Brief(
        goal=f"Rate alerts of {day}, on sheet {street.sheet.sheet_id}",
        purpose="rate_alert",
        budget_usd=LEAST_BUDGET_USD,
        starts=day,
        ends=day + timedelta(days=1),
    )


def _end_earlier(street: Street, run: Run | None) -> None:
    """Take back what waits, or was approved and not sent, of earlier alerts."""
    reason = f"Run `{run.run_id}` alerts on newer figures." if run else "Nobody is due an alert any more."
    for other in runs.list_runs(street.engine):
        earlier = other.brief.purpose == "rate_alert" and (run is None or other.run_id != run.run_id)
        if earlier and other.status != "superseded":
            take_back(street.engine, other, at=street.at, reason=reason)
