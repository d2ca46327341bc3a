"""The segmentation agent: part the book's consumers into three to five groups that need different things.

The mind proposes cuts and names. Which cuts are used is decided by a sample of the book, whether the groups
differ by rows the cuts never saw, and their sizes and values by the book's own engine (laws 3 to 5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from tools.book.aggregates import column_facts, count_rows
from tools.book.predicates import compile_predicate, label_segments
from tools.book.view import AGENT_COLUMNS, consumer_loans

from agents.cuts import pool
from agents.evidence import differ, differences
from agents.expected_value import with_value
from agents.house.segmentation import HouseSegmentationMind
from agents.learning import Sample, draw, outcomes
from agents.meaning import segment_ids
from agents.minds import BookFacts, ColumnFacts, SegmentationMind
from agents.partition import Growth, Path, grow, label, simplify
from agents.portraits import portray
from agents.profiles import SMALLEST_CELL
from agents.provenance import Origins, observed, origins
from agents.refinement import Settled, settle
from campaign.errors import BadInput, NotInForce
from campaign.lender import Lender
from campaign.rates import RateSheet
from campaign.segment import Condition, Predicate, Segment, Segmentation
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from tools.book.engine import Book

LEAST_SHARE = 0.03
_SLACK = 1.2


@dataclass(frozen=True)
class _Study:
    """One book under study: what every step below needs.

    Attributes:
        valued: the agents' view with expected values, on the engine. loans: its rows.
        origins: which columns are real. drawn: the bounded sample.
        trigger: the lender's refinance trigger as a condition.
    """

    valued: Any
    loans: int
    origins: Origins
    by_source: dict[str, int]
    drawn: Sample
    trigger: Condition

    @property
    def least(self) -> int:
        """Fewest loans in a segment."""
        return max(math.ceil(LEAST_SHARE * self.loans), SMALLEST_CELL)

    def sizes(self, paths: Sequence[Path]) -> list[int]:
        """Loans in each leaf, counted on the engine in one query."""
        parts = {
            f"leaf_{index}": compile_predicate(Predicate(conditions=path), self.valued).cast("int64").sum()
            if path
            else self.valued.count()
            for index, path in enumerate(paths)
        }
        counted = self.valued.aggregate(**parts).to_pyarrow().to_pylist()[0]
        return [int(counted[f"leaf_{index}"]) for index in range(len(paths))]

    def alike(self, one: Path, two: Path) -> bool:
        """Whether two neighbours differ on nothing that was observed, on held-out rows."""
        rows = self.drawn.held_out
        groups = label((one, two), rows, self.drawn.held_out_rows)
        return not differ(observed(rows, self.origins, {one[-1].column}), groups)


def segment_book(
    book: Book, *, sheet: RateSheet, lender: Lender, at: datetime, mind: SegmentationMind, seed: int
) -> Segmentation:
    """Part the consumers of a book.

    Args:
        book: open, for reading.
        sheet: today's offers, which the rate gap is measured against.
        lender: its refinance trigger (bps), most segments and licences.
        at: aware moment; the last 365 days of events before it count.
        mind: proposes cuts and names.
        seed: of the sample; the same seed gives the same segments.

    Raises:
        BadInput: the book holds no loans of consumers.
        NotInForce: no offer of the sheet holds at `at`.
    """
    study = _study(book, sheet=sheet, lender=lender, at=at, seed=seed)
    facts = _facts(study, sheet, at)
    candidates = pool(
        mind.propose_cuts(facts),
        HouseSegmentationMind().propose_cuts(facts),
        study.trigger,
        study.origins.known(study.by_source),
    )
    paths = _learn(study, candidates.cuts, lender.capacity.max_segments)
    settled = settle(paths, sizes=study.sizes, alike=study.alike, least=study.least, keep=study.trigger)
    drafts = _drafts(settled, lender.rates.trigger_bps)
    segments, naming_notes = portray(
        label_segments(study.valued, drafts),
        _with_evidence(study, settled, drafts),
        book=book, offers=offered_rates(sheet, at), lender=lender, loans=study.loans, at=at, mind=mind,
    )  # fmt: skip
    return Segmentation(
        segments=segments,
        learnt_from=_learnt_from(study),
        origin_note=study.origins.note(),
        mind=mind.name,
        notes=(*candidates.notes, *settled.notes, *naming_notes),
        partners=_partners(book),
        officers=count_rows(book.table("loan_officers")),
    )


def _study(book: Book, *, sheet: RateSheet, lender: Lender, at: datetime, seed: int) -> _Study:
    offers = offered_rates(sheet, at)
    if not offers:
        raise NotInForce(
            f"No offer of rate sheet `{sheet.sheet_id}` is in force at {at:%Y-%m-%d %H:%M} UTC.",
            "Run `vallum rates import SHEET` with the sheet of that day.",
        )
    view = consumer_loans(book, offers, at=at)
    valued = with_value(view)
    rows = valued.group_by("source").aggregate(loans=valued.count()).to_pyarrow().to_pylist()
    by_source = {str(row["source"]): int(row["loans"]) for row in rows}
    if not by_source:
        raise BadInput("The book holds no loans of consumers.", "Run `vallum book import FILE` first.")
    return _Study(
        valued=valued,
        loans=sum(by_source.values()),
        origins=origins(book, tuple(sorted(by_source))),
        by_source=by_source,
        drawn=draw(view, seed=seed),
        trigger=Condition(column="rate_gap_bps", operator="at_least", value=lender.rates.trigger_bps),
    )


def _facts(study: _Study, sheet: RateSheet, at: datetime) -> BookFacts:
    """What the mind may know: the columns that may part people, in aggregate."""
    columns = [name for name, column in AGENT_COLUMNS.items() if column.may_cut]
    offers = offered_rates(sheet, at)
    offer = offers.get(("conventional", 360)) or next(iter(offers.values()))
    return BookFacts(
        loans=study.loans,
        offered_rate_30y=offer.rate,
        columns=tuple(
            ColumnFacts(
                column=one.column,
                unit=one.unit,
                meaning=one.meaning,
                quantiles=one.quantiles,
                shares=one.shares or {},
            )
            for one in column_facts(study.valued, columns, smallest_cell=SMALLEST_CELL)
        ),
    )


def _learn(study: _Study, cuts: Sequence[Condition], most: int) -> tuple[Path, ...]:
    """Grow the partition on the learning part.

    The lender's trigger comes first where both sides of it are large enough to stand.
    """
    qualify = study.sizes([(study.trigger,)])[0]
    first = study.trigger if min(qualify, study.loans - qualify) >= study.least else None
    rows = study.drawn.learning
    behaviour = study.origins.all_generated or study.origins.of("clicks") == "real"
    growth = Growth(
        most_leaves=most,
        least_rows=max(math.ceil(_SLACK * LEAST_SHARE * study.drawn.rows), SMALLEST_CELL),
        first=first,
    )
    return grow(rows, outcomes(rows, behaviour=behaviour), cuts, growth)


def _drafts(settled: Settled, trigger_bps: float) -> tuple[Segment, ...]:
    """The segments by id and predicate, before anything is known of them."""
    ids = segment_ids(settled.paths, settled.sizes, trigger_bps)
    return tuple(
        Segment(
            segment_id=segment_id, name=segment_id, predicate=simplify(path), needs="", size=size, share=0,
            value_usd=0,
        )
        for segment_id, path, size in zip(ids, settled.paths, settled.sizes, strict=True)
    )  # fmt: skip


def _with_evidence(study: _Study, settled: Settled, drafts: Sequence[Segment]) -> tuple[Segment, ...]:
    """Each segment against all others, on the held-out rows."""
    rows = study.drawn.held_out
    groups = label(settled.paths, rows, study.drawn.held_out_rows)
    cut_on = {condition.column for path in settled.paths for condition in path}
    tested = observed(rows, study.origins, cut_on)
    return tuple(
        draft.model_copy(update={"differences": differences(tested, (groups == index).astype(np.int64))})
        for index, draft in enumerate(drafts)
    )


def _learnt_from(study: _Study) -> str:
    behaviour = ""
    if study.origins.all_generated:
        behaviour = ", and clicks and applications (generated)"
    elif study.origins.of("clicks") == "real":
        behaviour = ", and clicks and applications (observed)"
    return (
        f"Learnt on {study.drawn.rows:,} sampled loans from the revenue expected of each within twelve "
        "months by refinancing, equity and the next home (published prepayment by rate incentive and loan age, "
        f"Freddie Mac; margins assumed){behaviour}; tested on {study.drawn.held_out_rows:,} others."
    )


def _partners(book: Book) -> dict[str, int]:
    partners = book.table("partners")
    rows = partners.group_by("kind").aggregate(people=partners.count()).to_pyarrow().to_pylist()
    return {str(row["kind"]): int(row["people"]) for row in sorted(rows, key=lambda row: str(row["kind"]))}
