"""The rate-shock forecast: who enters and leaves, and what comes in, from one point down to one point up.

The lender's sheet is taken to move with the survey. Everything is counted on the book's own engine; what is
read is counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import exp
from typing import Any

import ibis

from agents.payoff_volume import LoanCells, loan_cells, volume
from agents.reference_tables import figures
from campaign.lender import Lender
from campaign.rate_forecast import Movement, RateForecast, Shock
from campaign.rates import RateSheet
from campaign.segment import Segment
from tools.book.aggregates import worked_out
from tools.book.engine import Book
from tools.book.predicates import segment_of
from tools.book.view import AGENT_COLUMNS, consumer_loans
from tools.market.offers import offered_rates
from tools.market.series import Market
from tools.triggers.reasons import TRIGGERS, Trigger
from tools.triggers.scan import scan

SHIFTS = tuple(float(bps) for bps in range(-100, 125, 25))
LIMITS = (
    "Payoffs are refinances, sales and payments in full together; what exceeds the payoffs of loans without "
    "an incentive is taken for refinancing.",
    "The response was fitted to 30-year fixed loans of one investor. It is applied to every fixed first "
    "lien, the shorter ones against the survey's 15-year rate; lines of credit and adjustable loans are left "
    "out.",
    "Loans made from 2020Q2 to 2022Q1 were not in the data, nor were credit score, balance, season, or how "
    "often a loan has passed up an incentive before.",
    "Fitted to 2015, the interval of a year held 5 of the 8 years that followed: not 2020, 2021 and 2023.",
)
PRICED: tuple[Trigger, ...] = ("rate", "arm_reset", "equity")
"""Triggers that look at what is offered; the others look at days, balances and values."""
_LABEL, _KEY = "after_{}", ("trigger", "loan_id", "contact_id")


def forecast_rates(
    book: Book,
    *,
    sheet: RateSheet,
    lender: Lender,
    market: Market,
    segments: Sequence[Segment] = (),
    at: datetime,
) -> RateForecast:
    """What each move of rates would do to a book.

    Args:
        sheet: today's prices, in force at `at`. lender: its triggers and licences.
        market: survey and meetings; nothing after `at` is read. segments: of the standing plan.
        at: aware.

    Raises:
        BadInput: the survey held here starts after `at`.
    """
    on = at.astimezone(lender.zone).date()
    survey = market.survey(on)
    with worked_out(book, consumer_loans(book, offered_rates(sheet, at), at=at)) as view:
        cells, left_out = loan_cells(view)
        moved = segment_movements(view, segments)
    triggered = trigger_movements(book, sheet, lender, at=at)
    shocks = []
    for shift in SHIFTS:
        expected = volume(cells, market, on=on, shift_bps=shift)
        shocks.append(
            Shock(
                shift_bps=shift,
                rate=round(survey.rate_30y + shift / 100, 4),
                triggers=triggered[shift],
                segments=moved[shift],
                **expected._asdict(),
            )
        )
    return RateForecast(
        as_of=at,
        on=on,
        survey_week=survey.week,
        survey_rate=survey.rate_30y,
        sheet_id=sheet.sheet_id,
        own_loans=_held(cells, own=True),
        rival_loans=_held(cells, own=False),
        left_out=left_out,
        shocks=tuple(shocks),
        assumptions=_assumptions(),
        limits=LIMITS,
    )


def segment_movements(view: Any, segments: Sequence[Segment]) -> dict[float, tuple[Movement, ...]]:
    """Who enters and leaves each segment, by move; the segments keep their predicates.

    Args:
        view: the agents' view at today's prices. segments: mutually exclusive.
    """
    if not segments:
        return dict.fromkeys(SHIFTS, ())
    labels = {
        _LABEL.format(place): segment_of(_moved(view, shift), segments) for place, shift in enumerate(SHIFTS)
    }
    told = view.mutate(**labels)
    rows = told.group_by(list(labels)).aggregate(loans=told.count()).to_pyarrow().to_pylist()
    today = _LABEL.format(SHIFTS.index(0.0))
    return {
        shift: tuple(
            _movement(segment.name, segment.segment_id, rows, today, _LABEL.format(place))
            for segment in segments
        )
        for place, shift in enumerate(SHIFTS)
    }


def trigger_movements(
    book: Book, sheet: RateSheet, lender: Lender, *, at: datetime
) -> dict[float, tuple[Movement, ...]]:
    """Who enters and leaves each trigger, by move of the lender's sheet; dates move with no price."""
    found = {}
    with worked_out(book, _eligible(book, sheet, lender, at, 0.0, TRIGGERS)) as now:
        still = _turned(now, now, TRIGGERS)
        before = now.filter(now.trigger.isin(PRICED))
        for shift in SHIFTS:
            moved = still
            if shift:
                # kept apart, since an expression of two scans takes longer to compile than both of them
                with worked_out(book, _eligible(book, sheet, lender, at, shift, PRICED)) as then:
                    moved = still | _turned(before, then, PRICED)
            found[shift] = tuple(moved.values())
    return found


def _moved(view: Any, shift_bps: float) -> dict[str, Any]:
    """The view's columns as they would be after a move of every offer."""
    columns = {name: view[name] for name in AGENT_COLUMNS}
    later = {
        "offered_rate": view.offered_rate + shift_bps / 100,
        "rate_gap_bps": view.rate_gap_bps - shift_bps,
    }
    return columns | later


def _movement(name: str, segment_id: str, rows: Sequence[dict[str, Any]], today: str, later: str) -> Movement:
    """One segment, from loans counted by where they are before and after every move."""
    pairs: Counter[tuple[bool, bool]] = Counter()
    for row in rows:
        pairs[row[today] == segment_id, row[later] == segment_id] += row["loans"]
    stayed, entered, left = pairs[True, True], pairs[False, True], pairs[True, False]
    return Movement(name=name, now=stayed + left, then=stayed + entered, entered=entered, left=left)


def _eligible(
    book: Book, sheet: RateSheet, lender: Lender, at: datetime, shift_bps: float, only: Sequence[Trigger]
) -> Any:
    found = scan(book, sheet, lender, at=at, shift_bps=shift_bps, only=only)
    return found.filter(found.eligible).select(*_KEY)


def _turned(now: Any, then: Any, triggers: Sequence[Trigger]) -> dict[str, Movement]:
    """Each trigger's eligible rows before and after, matched on the engine; by name, in their order."""
    both = ibis.union(now.mutate(now=1, then=0), then.mutate(now=0, then=1))
    matched = both.group_by(list(_KEY)).aggregate(now=both.now.max(), then=both.then.max())
    of_trigger = matched.group_by("trigger").aggregate(
        now=matched.now.sum(),
        then=matched.then.sum(),
        entered=(matched.then > matched.now).sum(),
        left=(matched.then < matched.now).sum(),
    )
    rows = {row["trigger"]: row for row in of_trigger.to_pyarrow().to_pylist()}
    return {name: Movement(name=name, **_counts(rows.get(name))) for name in triggers}


def _counts(row: dict[str, Any] | None) -> dict[str, int]:
    return {name: int(row[name]) if row else 0 for name in ("now", "then", "entered", "left")}


def _held(cells: LoanCells, *, own: bool) -> int:
    return int(cells.loans[cells.own == own].sum())


def _assumptions() -> tuple[str, ...]:
    given, doubt = figures("value_assumptions"), figures("forecast_assumptions")["capture_doubt"]
    return (
        "The move is made today and stays, and every rate of the sheet moves with the survey. Applications "
        "follow at once; payoffs follow two months later, so that those of 30 days are decided already.",
        f"Of own borrowers who refinance {given['own_capture']:.0%} come back, of others' "
        f"{given['rival_capture']:.0%}; {given['next_home_capture']:.0%} of own borrowers who move finance "
        f"the next home here; {given['applied_funds']:.0%} of applications fund. All assumed: replace them "
        "with your own in agents/tables/value_assumptions.csv.",
        f"What this lender wins may be off by a factor of {exp(1.2816 * doubt):.1f} either way at 80 %.",
    )
