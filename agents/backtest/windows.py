"""How many borrowers stood above the market on any day, counted once on the book's own engine.

The book is read as counts by term, note rate and month of funding; from those every day of every year is
answered by looking up two sums. A loan counts from its seasoning on, so that one funded in 2024 triggers
nothing in 2019, and it never leaves: what borrowers did in the meantime is not known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.backtest.market_days import MarketDay
from campaign.errors import BadInput
from tools.book.view import SHORT_TERM_MONTHS, consumer_loans

if TYPE_CHECKING:
    from tools.book.engine import Book

SEASONING_MONTHS = 8
"""A loan counts from the first day of the eighth month after the month of its funding: never before 210 days,
which is what VA asks of a refinanced loan (38 U.S.C. 3709(c))."""
UNDATED = date(2024, 7, 1)
"""When a loan without any date or year counts as funded: the year that an import takes for a public file that
names none, and its middle, as the agents' view takes it."""


class LoanCount(NamedTuple):
    """Loans that are alike.

    Attributes:
        short: whether the term is 15 years or less. thousandths: note rate, thousandths of a percent.
        month: of funding, counted from year 0. loans: how many.
    """

    short: bool
    thousandths: int
    month: int
    loans: int


@dataclass(frozen=True, slots=True)
class _Term:
    """Loans of one kind of term: `sums[m, r]` are seasoned in month `first + m` and have rate `r` or more."""

    first: int
    rates: tuple[int, ...]
    sums: NDArray[np.int64]

    def above(self, month: int, thousandths: int) -> int:
        """Seasoned loans at or above a rate."""
        row = min(max(month - self.first, 0), self.sums.shape[0] - 1)
        return int(self.sums[row, bisect_left(self.rates, thousandths)])


@dataclass(frozen=True, slots=True)
class Windows:
    """The refinance window of a book.

    Attributes:
        loans: first-lien fixed-rate loans counted. undated: those of them whose funding is not known.
        trigger_bps: how far above the market a borrower has to stand.
    """

    long: _Term
    short: _Term
    loans: int
    undated: int
    trigger_bps: float

    def seasoned(self, on: MarketDay) -> int:
        """Borrowers who could refinance at some rate."""
        return self.long.above(_month(on.day), 0) + self.short.above(_month(on.day), 0)

    def open_for(self, on: MarketDay) -> int:
        """Borrowers who stand the trigger or more above the market of a day."""
        return self._above(on, on, on)

    def uncovered(self, on: MarketDay, planned: MarketDay) -> int:
        """Those of them who did not when a plan was made: unseasoned, or not far enough above its market."""
        return self.open_for(on) - self._above(planned, on, planned)

    def _above(self, seasoned: MarketDay, one: MarketDay, other: MarketDay) -> int:
        month = _month(seasoned.day)
        long = max(self._line(one.rate), self._line(other.rate))
        short = max(self._line(one.rate_15y), self._line(other.rate_15y))
        return self.long.above(month, long) + self.short.above(month, short)

    def _line(self, rate: float) -> int:
        return ceil(round(rate * 1000 + self.trigger_bps * 10, 4))


def windows_of(counts: Sequence[LoanCount], *, trigger_bps: float, undated: int = 0) -> Windows:
    """The sums that answer every day.

    Args:
        counts: of alike loans, in any order. trigger_bps: basis points above the market of a loan's term.
        undated: loans among them whose month is a guess.
    """
    return Windows(
        long=_summed([one for one in counts if not one.short]),
        short=_summed([one for one in counts if one.short]),
        loans=sum(one.loans for one in counts),
        undated=undated,
        trigger_bps=trigger_bps,
    )


def read_windows(book: Book, *, until: date, trigger_bps: float) -> Windows:
    """Count a book's first-lien fixed-rate loans, the lender's own and its prospects' elsewhere.

    Args:
        book: open. until: last day to be asked about.

    Raises:
        BadInput: there is no such loan.
    """
    # on a 31st the view's whole months are calendar months, so that the month of funding is known again
    year_end = datetime(until.year, 12, 31, 12, tzinfo=UTC)
    view = consumer_loans(book, {}, at=year_end)
    kept = view.filter(
        view.status.isin(("funded", "elsewhere")),
        (view.lien.fill_null(1) == 1),
        view["product"].fill_null("").notin(("heloc", "arm")),
        (view.rate_type.fill_null("fixed") == "fixed"),
        view.note_rate > 0,
    )
    alike = kept.group_by(
        short=(kept.term_months <= SHORT_TERM_MONTHS).fill_null(False),
        thousandths=(kept.note_rate * 1000).round().cast("int64"),
        months=kept.months_since_funding,
    ).aggregate(loans=kept.count())
    rows = alike.to_pyarrow().to_pylist()
    if not rows:
        raise BadInput(
            "The book holds no first-lien fixed-rate loan.", "Import one with `vallum book import`."
        )
    return windows_of(
        [_count_of(row, _month(year_end.date())) for row in rows],
        trigger_bps=trigger_bps,
        undated=sum(row["loans"] for row in rows if row["months"] is None),
    )


def _count_of(row: dict[str, Any], last: int) -> LoanCount:
    funded = _month(UNDATED) if row["months"] is None else last - int(row["months"])
    return LoanCount(row["short"], int(row["thousandths"]), funded, int(row["loans"]))


def _summed(counts: Sequence[LoanCount]) -> _Term:
    if not counts:
        return _Term(0, (), np.zeros((1, 1), dtype=np.int64))
    rates = sorted({one.thousandths for one in counts})
    first = min(one.month for one in counts) + SEASONING_MONTHS - 1
    last = max(one.month for one in counts) + SEASONING_MONTHS
    sums = np.zeros((last - first + 1, len(rates) + 1), dtype=np.int64)
    where = {rate: place for place, rate in enumerate(rates)}
    for one in counts:
        sums[one.month + SEASONING_MONTHS - first, where[one.thousandths]] += one.loans
    by_month = sums.cumsum(axis=0)
    return _Term(first, tuple(rates), by_month[:, ::-1].cumsum(axis=1)[:, ::-1])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
