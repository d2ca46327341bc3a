"""One book under study: its loans valued on the engine, a sample drawn, and what is known of its columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agents.evidence import differ
from agents.expected_value import with_value
from agents.learning import Columns, Sample, draw, length
from agents.minds import BookFacts, ColumnFacts
from agents.partition import Path, label
from agents.profiles import SMALLEST_CELL
from agents.provenance import Origins, observed, origins
from campaign.errors import BadInput, NotInForce
from campaign.lender import Lender
from campaign.rates import Product, RateOffer, RateSheet
from campaign.segment import Condition, Predicate
from tools.book.aggregates import column_facts, worked_out
from tools.book.predicates import compile_predicate
from tools.book.view import AGENT_COLUMNS, consumer_loans
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from tools.book.engine import Book

LEAST_SHARE = 0.03
_AS_LENT = 0.9


@dataclass(frozen=True)
class Study:
    """One book under study: what every step of segmentation needs.

    Attributes:
        valued: the agents' view with expected values, kept by the engine while the study lasts.
        loans: its rows. by_source: the same by import.
        offers: today's best offer by product and term.
        origins: which columns are real. drawn: the bounded sample.
        trigger: the lender's refinance trigger as a condition.
    """

    valued: Any
    loans: int
    by_source: dict[str, int]
    offers: Mapping[tuple[Product, int], RateOffer]
    origins: Origins
    drawn: Sample
    trigger: Condition

    @property
    def least(self) -> int:
        """Fewest loans in a segment."""
        return max(math.ceil(LEAST_SHARE * self.loans), SMALLEST_CELL)

    @property
    def behaviour(self) -> str:
        """Where clicks and applications come from, in one word; empty where they may not teach anything."""
        if self.origins.all_generated:
            return "generated"
        return "" if self.origins.of("clicks") == "generated" else "observed"

    @property
    def learnt_from(self) -> str:
        """One sentence: what taught the cuts, on how many loans, and on how many others they were tested."""
        acted = f", and clicks and applications ({self.behaviour})" if self.behaviour else ""
        learning, deciding, reporting = (
            f"{length(part):,}" for part in (self.drawn.learning, self.drawn.deciding, self.drawn.reporting)
        )
        return (
            f"Cuts learnt on {learning} sampled loans from the revenue expected of each within "
            "twelve months by refinancing, equity and the next home (published prepayment by rate incentive "
            f"and loan age, Freddie Mac; margins assumed){acted}; neighbours joined or left apart on "
            f"{deciding} others; differences reported on {reporting} more that neither step saw."
        )

    @property
    def facts(self) -> BookFacts:
        """What a mind may know: the columns that may part people, in aggregate."""
        columns = [name for name, column in AGENT_COLUMNS.items() if column.may_cut]
        offer = self.offers.get(("conventional", 360)) or next(iter(self.offers.values()))
        return BookFacts(
            loans=self.loans,
            offered_rate_30y=offer.rate,
            columns=tuple(
                ColumnFacts(
                    column=one.column,
                    unit=one.unit,
                    meaning=one.meaning,
                    quantiles=one.quantiles,
                    shares=one.shares or {},
                )
                for one in column_facts(self.valued, columns, smallest_cell=SMALLEST_CELL)
            ),
        )

    @property
    def closed(self) -> dict[str, str]:
        """Columns that this book may not be cut on, each with the reason.

        Rates and amounts are always cut on. Where one observed column alone is left beside them, it is kept
        as the witness, since nothing else could show that the segments differ.
        """
        always = observed(self.drawn.learning, self.origins, {self.trigger.column, "original_amount"})
        left = [one.column for one in always if one.varies and not one.in_predicate]
        witness = left[0] if len(left) == 1 else None
        kept = {witness: "kept as the one column that can show that the segments differ."} if witness else {}
        return kept | self.origins.closed(self.by_source)

    def sizes(self, paths: Sequence[Path]) -> list[int]:
        """Loans in each leaf, counted on the engine in one query."""
        parts = {
            f"leaf_{index}": compile_predicate(Predicate(conditions=path), self.valued).sum()
            if path
            else self.valued.count()
            for index, path in enumerate(paths)
        }
        counted = self.valued.aggregate(**parts).to_pyarrow().to_pylist()[0]
        return [int(counted[f"leaf_{index}"]) for index in range(len(paths))]

    def alike(self, one: Path, two: Path) -> bool:
        """Whether two neighbours differ on nothing that was observed, on the rows that decide."""
        rows = self.drawn.deciding
        groups = label((one, two), rows, length(rows))
        return not differ(observed(rows, self.origins, {one[-1].column}), groups)


@contextmanager
def study(book: Book, *, sheet: RateSheet, lender: Lender, at: datetime, seed: int) -> Iterator[Study]:
    """Open a study: value the loans, find out what is real, draw the sample.

    Args:
        book: open. sheet: today's offers. lender: its trigger. at: aware moment. seed: of the sample.

    Raises:
        BadInput: the book holds no loans of consumers.
        NotInForce: no offer of the sheet holds at `at`.
    """
    offers = offered_rates(sheet, at)
    if not offers:
        raise NotInForce(
            f"No offer of rate sheet `{sheet.sheet_id}` is in force at {at:%Y-%m-%d %H:%M} UTC.",
            "Run `vallum rates import SHEET` with the sheet of that day.",
        )
    with worked_out(book, with_value(consumer_loans(book, offers, at=at))) as valued:
        rows = valued.group_by("source").aggregate(loans=valued.count()).to_pyarrow().to_pylist()
        by_source = {str(row["source"]): int(row["loans"]) for row in rows}
        if not by_source:
            raise BadInput("The book holds no loans of consumers.", "Run `vallum book import FILE` first.")
        drawn = draw(valued, seed=seed)
        told = origins(book, tuple(sorted(by_source)))
        yield Study(
            valued=valued,
            loans=sum(by_source.values()),
            by_source=by_source,
            offers=offers,
            origins=replace(told, as_lent=_as_lent(drawn.learning)),
            drawn=drawn,
            trigger=Condition(column="rate_gap_bps", operator="at_least", value=lender.rates.trigger_bps),
        )


def _as_lent(rows: Columns) -> bool:
    """Whether nearly every balance is the amount lent, since nothing tells what was paid back."""
    owed, lent = (rows[name].astype(float) for name in ("current_balance", "original_amount"))
    return bool((owed == lent).mean() >= _AS_LENT)
