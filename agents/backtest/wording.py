"""What a backtest says in words: its result, exact definitions, and whom each choice favours."""

from __future__ import annotations

from agents.backtest.judging import PIECES_FOR_ENTRANTS, PIECES_OF_A_PLAN, STALE_BPS
from agents.backtest.replay import Backtest, Lane
from agents.backtest.windows import UNDATED
from approvals.web.words import counted


def headline(result: Backtest) -> str:
    """The result in one sentence."""
    vallum, monthly, quarterly = result.lanes
    return (
        f"Of {counted(len(result.market), 'day')}, a quarterly plan was wrong on {_share(quarterly)}, a "
        f"monthly plan on {_share(monthly)} and Vallum on {_share(vallum)}: a stale rate in live copy, "
        "or an open refinance window with nothing live for its borrowers."
    )


def definitions(result: Backtest) -> dict[str, str]:
    """What is counted, exactly: word -> meaning."""
    terms = result.terms
    return {
        "Day": (
            "a calendar day, judged as it ended. Copy shows the 30-year survey rate of the day it was "
            f"planned on and goes live {counted(terms.approval_days, 'business day')} later, for every "
            "planner alike; old copy stays until the new replaces it."
        ),
        "Stale": (
            f"live copy shows a rate more than {STALE_BPS:g} bps from the latest weekly survey, and the "
            "business day after the move has passed. The move is the first day of the stretch for "
            "which that rate has stood outside, even where the copy went live later."
        ),
        "Window": (
            f"open on a day when at least {100 * terms.window_share:g} % of the seasoned borrowers, and one "
            f"at least, hold a note rate {terms.trigger_bps:g} bps or more above that day's survey rate "
            "of their term (15-year up to 180 months, else 30-year)."
        ),
        "Missed": (
            "the window is open and as many borrowers as make a window are not served: nothing is "
            "live, or what is live was planned when they did not yet stand that far above the market, "
            "or had not seasoned. Stale copy serves those it was planned for."
        ),
        "Vallum": (
            "looks on every working day and survey day; plans when the market stands more than "
            f"{terms.tolerance_bps:g} bps from its newest copy, when as many borrowers as make a window "
            "are not in its plan, and when nothing is live. It pulls stale copy "
            f"{_when(terms.recall_days)}, and holds back copy that went stale while it was approved."
        ),
        "Pulls by hand": "a calendar that takes stale copy down as Vallum does, and waits for its next date.",
        "List of the day": "copy of the quarter, sent to whoever triggers on the day.",
        "Pieces": (
            f"{PIECES_OF_A_PLAN} for a plan, {PIECES_FOR_ENTRANTS} for its refinance part where only "
            "borrowers entered, as the street drafts them on the example book; each has to be approved."
        ),
    }


def assumptions(result: Backtest) -> tuple[str, ...]:
    """What the replay cannot know, and whom it helps."""
    return (
        "The survey is weekly, so nobody is wrong within a week: a daily price would cost the "
        "calendars more days, and Vallum some. On weekly rates a Fed meeting by itself moves no one; "
        "the next survey does.",
        "Every price is the survey's, with no margin of this lender.",
        "No borrower leaves: who refinanced, sold or paid off since is not known. Windows of past lows "
        "are too wide in a file of loans as they were made, and too narrow in a book of those that are "
        "left. All planners are measured on the same windows.",
        "That stale copy counts as service, and that calendars never run out of copy, favours the "
        "calendars. So does charging Vallum whole plans where a few letters would do.",
        "A list drawn up anew on every working day, and copy pulled at once, favour Vallum: it is what "
        "it does. So does a short approval: ask again with --approval-days.",
        f"With a tolerance of {STALE_BPS:g} bps or less and a recall within a business day, Vallum has no "
        "stale day by construction. What that costs stands beside: days with nothing live, and pieces.",
        "Approvals given on condition before a meeting, which would spare Vallum those days, are left out.",
        _dated(result),
    )


def share_of(lane: Lane) -> float:
    """The share of days on which a planner was wrong, 0 to 1."""
    return lane.tally.wrong_days / len(lane.days)


def _dated(result: Backtest) -> str:
    known = (
        "A loan counts from the first day of the eighth month after the month of its funding; where "
        "only a year is known, that is July of the year"
    )
    if result.windows.undated:
        known += (
            f", and the {counted(result.windows.undated, 'loan')} without a year stand at {UNDATED:%B %Y}"
        )
    return f"{known}."


def _when(recall_days: int) -> str:
    return f"within {counted(recall_days, 'business day')}" if recall_days else "at once"


def _share(lane: Lane) -> str:
    return f"{lane.tally.wrong_days:,} ({share_of(lane):.0%})"
