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
from tools.book.aggregates import column_facts, count_rows
from tools.book.predicates import compile_predicate, label_segments
from tools.book.view import AGENT_COLUMNS, consumer_loans
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from tools.book.engine import Book

LEAST_SHARE = 0.03
_SLACK = 1.2


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


def _partners(book: Book) -> dict[str, int]:
    partners = book.table("partners")
    rows = partners.group_by("kind").aggregate(people=partners.count()).to_pyarrow().to_pylist()
    return {str(row["kind"]): int(row["people"]) for row in sorted(rows, key=lambda row: str(row["kind"]))}
