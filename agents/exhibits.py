"""What people read in a terminal: segments, plans, publications and differences as tables."""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.evidence_words import compared, standing_out, strength

if TYPE_CHECKING:
    from campaign.plan import ChannelPlan
    from campaign.segment import Segmentation


def segment_tables(parted: Segmentation) -> list[Any]:
    """Segments for people: who, how many, what they are like, how they differ."""
    table = table_of("Segments", "segment", "who", ">loans", ">share", ">value, 12 months")
    for segment in parted.segments:
        table.add_row(
            segment.name,
            str(segment.predicate),
            f"{segment.size:,}",
            f"{segment.share:.1%}",
            f"${segment.value_usd:,.0f}",
        )
    profiles = [
        f"  {segment.name}: " + "; ".join(f"{column} {words}" for column, words in segment.profile.items())
        for segment in parted.segments
    ]
    evidence = table_of(
        "Why they differ (each against everyone else, on loans that shaped no segment)",
        "compared", "who stands out most", "difference", ">effect", ">p", ">loans", "origin",
    )  # fmt: skip
    for segment, found in standing_out(parted.segments):
        evidence.add_row(
            compared(found),
            segment.name,
            strength(found),
            f"{found.effect:.3f}",
            _p(found.p_value),
            f"{found.holdout_rows:,}",
            found.origin + (", by construction" if found.in_predicate else ""),
        )
    tests = sorted({found.test for segment in parted.segments for found in segment.differences})
    evidence.caption = f"Tests: {'; '.join(tests)}." if tests else None
    notes = [f"  {note}" for note in (parted.learnt_from, parted.origin_note, *parted.notes)]
    return [table, *profiles, "", evidence, *notes]


def plan_tables(plan: ChannelPlan) -> list[Any]:
    """The plan for people: money by segment and channel."""
    channels = list(dict.fromkeys(placement.channel.value for placement in plan.placements))
    table = table_of(
        f"Plan: ${plan.budget_usd:,.0f}", "segment", *(f">{channel}" for channel in channels), ">total"
    )
    for segment in dict.fromkeys(placement.segment for placement in plan.placements):
        spent = {p.channel.value: p.budget_usd for p in plan.placements if p.segment == segment}
        cells = [f"${spent[channel]:,.0f}" if channel in spent else "" for channel in channels]
        table.add_row(segment, *cells, f"${sum(spent.values()):,.0f}")
    low = sum(placement.expected_leads[0] for placement in plan.placements)
    middle = sum(placement.expected_leads[1] for placement in plan.placements)
    high = sum(placement.expected_leads[2] for placement in plan.placements)
    return [
        table,
        f"  Expected leads: {middle:,.0f} (between {low:,.0f} and {high:,.0f}); attribution window "
        f"{plan.attribution_days} days; rests on a 30-year rate of {plan.rate_assumption:.3f} %.",
        *(f"  {note}" for note in plan.notes),
    ]


def publication_tables(published: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What went out, for people: one line per placement (`published` as in `publication_document`)."""
    if not published:
        return ["Nothing was published: nothing approved is due."]
    table = table_of("Published", "placement", "channel", ">pieces", ">sent", "where")
    by_placement: dict[str, list[Mapping[str, Any]]] = {}
    for entry in published:
        by_placement.setdefault(entry["placement"], []).append(entry)
    for placement, entries in by_placement.items():
        where = entries[0]["target"]
        if len(entries) > 1:
            where = os.path.commonpath([entry["target"] for entry in entries]) + "/"
        sent = sum(entry["count"] for entry in entries)
        table.add_row(placement, entries[0]["channel"], str(len(entries)), f"{sent:,}", where)
    return [table]


def withheld_lines(withheld: Sequence[Mapping[str, Any]]) -> list[str]:
    """What did not go out, by reason (`withheld` as in `withheld_document`)."""
    return [f"  Withheld ({entry['channel']}): {entry['count']:,}: {entry['reason']}" for entry in withheld]


def table_of(title: str, *columns: str) -> Any:
    """A plain table; columns that begin with `>` are right-aligned."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    return table


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
