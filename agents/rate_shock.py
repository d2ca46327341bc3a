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
from tools.triggers.scan import OF_LOANS, scan
from tools.triggers.what_if import PRICED, eligible_at, standing_loans

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
LEADS: Trigger = "quiet_lead"
_LABEL, _TODAY, _PARTS = "after_{}", "today", ("now", "then", "entered", "left")


def forecast_rates(
    book: Book,
    *,
    sheet: RateSheet,
    lender: Lender,
    market: Market,
    segments: Sequence[Segment] = (),
    at: datetime,
    shifts: Sequence[float] = SHIFTS,
) -> RateForecast:
    """What each move of rates would do to a book.

    Args:
        sheet: today's prices, in force at `at`. lender: its triggers and licences.
        market: survey and meetings; nothing after `at` is read. segments: of the standing plan.
        at: aware. shifts: the moves, basis points, falling most first; 0 is today.

    Raises:
        BadInput: the survey held here starts after `at`.
    """
    on = at.astimezone(lender.zone).date()
    survey = market.survey(on)
    with worked_out(book, consumer_loans(book, offered_rates(sheet, at), at=at)) as view:
        cells, left_out = loan_cells(view)
        moved = segment_movements(view, segments, shifts)
    triggered = trigger_movements(book, sheet, lender, at=at, shifts=shifts)
    shocks = []
    for shift in shifts:
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


def segment_movements(
    view: Any, segments: Sequence[Segment], shifts: Sequence[float] = SHIFTS
) -> dict[float, tuple[Movement, ...]]:
    """Who enters and leaves each segment, by move; the segments keep their predicates.

    Args:
        view: the agents' view at today's prices. segments: mutually exclusive. shifts: basis points.
    """
    if not segments:
        return dict.fromkeys(shifts, ())
    labels = {
        _LABEL.format(place): segment_of(_moved(view, shift), segments) for place, shift in enumerate(shifts)
    }
    labels[_TODAY] = segment_of(_moved(view, 0.0), segments)
    told = view.mutate(**labels)
    rows = told.group_by(list(labels)).aggregate(loans=told.count()).to_pyarrow().to_pylist()
    return {
        shift: tuple(
            _movement(segment.name, segment.segment_id, rows, _TODAY, _LABEL.format(place))
            for segment in segments
        )
        for place, shift in enumerate(shifts)
    }


def trigger_movements(
    book: Book, sheet: RateSheet, lender: Lender, *, at: datetime, shifts: Sequence[float] = SHIFTS
) -> dict[float, tuple[Movement, ...]]:
    """Who enters and leaves each trigger, by move of the lender's sheet; dates move with no price."""
    found = {}
    with (
        standing_loans(book, lender, at=at) as standing,
        worked_out(book, eligible_at(standing, sheet, lender, at=at, only=OF_LOANS)) as now,
    ):
        still = _dated(now) | _leads(scan(book, sheet, lender, at=at, only=(LEADS,)))
        for shift in shifts:
            then = eligible_at(standing, sheet, lender, at=at, shift_bps=shift)
            moved = still | _turned(now.select("loan_id", *PRICED), then)
            found[shift] = tuple(moved[name] for name in TRIGGERS)
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


def _dated(now: Any) -> dict[str, Movement]:
    """The triggers of loans that no price moves, as they are today."""
    names = [name for name in OF_LOANS if name not in PRICED]
    (row,) = now.aggregate(**{name: now[name].sum() for name in names}).to_pyarrow().to_pylist()
    return {name: _still(name, row[name]) for name in names}


def _leads(found: Any) -> dict[str, Movement]:
    (row,) = found.aggregate(leads=found.eligible.sum()).to_pyarrow().to_pylist()
    return {LEADS: _still(LEADS, row["leads"])}


def _still(name: str, count: int | None) -> Movement:
    return Movement(name=name, now=int(count or 0), then=int(count or 0), entered=0, left=0)


def _turned(now: Any, then: Any) -> dict[str, Movement]:
    """Who is taken by each trigger that prices move, before and after, matched on the engine."""
    later = then.rename({f"then_{name}": name for name in PRICED})
    both = now.inner_join(later, "loan_id")
    counts = {}
    for name in PRICED:
        before, after = both[name], both[f"then_{name}"]
        counts[f"{name} now"], counts[f"{name} then"] = before.sum(), after.sum()
        counts[f"{name} entered"], counts[f"{name} left"] = (after & ~before).sum(), (before & ~after).sum()
    (row,) = both.aggregate(**counts).to_pyarrow().to_pylist()
    return {
        name: Movement(name=name, **{part: int(row[f"{name} {part}"] or 0) for part in _PARTS})
        for name in PRICED
    }


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
