"""A borrower's own numbers as a rate alert may show them: which, how worked out, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from campaign.claim import ClaimKind, SlotRange
from campaign.personal import Figure


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """One number that every letter fills in for itself.

    Attributes:
        slot: name in copy. column: of the trigger scan. kind: what it is; its unit follows from it.
        formula, source: in words, for the approver. step: approved ranges reach to the next multiple of it.
        priced: whether it rests on an offer, and so may stand only beside that offer's price.
    """

    slot: str
    column: str
    kind: ClaimKind
    formula: str
    source: str
    step: float
    priced: bool


OWN_NUMBERS = (
    OwnNumber("your_rate", "note_rate", "rate", "note rate", "loans.note_rate", 0.125, priced=False),
    OwnNumber(
        "your_saving",
        "monthly_saving_usd",
        "saving",
        "present principal and interest less that of the new loan, a month",
        "loans, rate sheet",
        25,
        priced=True,
    ),
    OwnNumber(
        "your_break_even",
        "break_even_months",
        "term",
        "points and fees over the monthly saving, in whole months",
        "rate sheet, loans",
        6,
        priced=True,
    ),
)


def approved_ranges(
    lowest: Mapping[str, float], highest: Mapping[str, float], *, priced: bool
) -> tuple[SlotRange, ...]:
    """The ranges an approver is asked for: what the readers of today have, to the next round number.

    A range is at least one step wide, so that the only reader of a group is not shown to the approver.

    Args:
        lowest, highest: by column of the scan. priced: whether the letter shows the offer's price.
    """
    return tuple(
        SlotRange(
            slot=one.slot,
            kind=one.kind,
            formula=one.formula,
            source=one.source,
            low=math.floor(lowest[one.column] / one.step) * one.step,
            high=math.floor(highest[one.column] / one.step + 1) * one.step,
        )
        for one in OWN_NUMBERS
        if priced or not one.priced
    )


def figures_of(values: Mapping[str, float]) -> dict[str, Figure]:
    """One borrower's numbers by slot, as they stand in the letter.

    Args:
        values: by column of the scan; a number that is not there fills no slot.
    """
    return {one.slot: _WRITTEN[one.kind](values[one.column]) for one in OWN_NUMBERS if one.column in values}


def _percent(value: float) -> Figure:
    return Figure(f"{round(value, 3):g}%", value)


def _dollars(value: float) -> Figure:
    return Figure(f"${value:,.0f}", value)


def _months(value: float) -> Figure:
    whole = math.ceil(value)
    return Figure(f"{whole} month{'' if whole == 1 else 's'}", whole)


_WRITTEN = {"rate": _percent, "saving": _dollars, "term": _months}
