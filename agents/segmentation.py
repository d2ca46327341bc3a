"""The segmentation agent: part the book's consumers into three to five groups that need different things.

The mind proposes cuts and names. Which cuts are used is decided by a sample of the book, which neighbours are
joined by a second part of it, how the groups differ is read from a third that neither step saw, and their
sizes and values come from the book's own engine (laws 3 to 5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from agents.cuts import pool
from agents.evidence import counts, differences
from agents.house.segmentation import HouseSegmentationMind
from agents.learning import length, outcomes
from agents.meaning import segment_ids
from agents.minds import SegmentationMind
from agents.partition import Growth, Path, grow, label, simplify
from agents.portraits import portray
from agents.profiles import SMALLEST_CELL
from agents.provenance import observed
from agents.refinement import Refused, Rules, Settled, settle
from agents.study import LEAST_SHARE, Study, study
from campaign.lender import Lender
from campaign.rates import RateSheet
from campaign.segment import Condition, Segment, Segmentation
from tools.book.aggregates import count_rows

if TYPE_CHECKING:
    from tools.book.engine import Book

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
    with study(book, sheet=sheet, lender=lender, at=at, seed=seed) as studied:
        facts = studied.facts
        candidates = pool(
            mind.propose_cuts(facts),
            HouseSegmentationMind().propose_cuts(facts),
            studied.trigger,
            studied.closed,
        )
        settled = part_sample(studied, candidates.cuts, lender.capacity.max_segments)
        drafts = _with_evidence(studied, settled, _drafts(settled, lender.rates.trigger_bps))
        segments, naming_notes = portray(studied, drafts, book=book, lender=lender, at=at, mind=mind)
    return Segmentation(
        segments=segments,
        learnt_from=studied.learnt_from,
        origin_note=studied.origins.note(),
        mind=mind.name,
        notes=(*candidates.notes, *settled.notes, *_unproven(segments), *naming_notes),
        partners=_partners(book),
        officers=count_rows(book.table("loan_officers")),
    )


def part_sample(studied: Study, cuts: Sequence[Condition], most: int) -> Settled:
    """Grow the partition on the rows that teach, and join on the rows that decide.

    The lender's trigger comes first where both sides of it are large enough to stand. Leaves of the sample
    are asked to be a little larger than segments must be, since the whole book decides in the end.

    Args:
        studied: its reporting rows are not touched. cuts: candidates. most: segments.
    """
    qualify = studied.sizes([(studied.trigger,)])[0]
    first = studied.trigger if min(qualify, studied.loans - qualify) >= studied.least else None
    rows = studied.drawn.learning
    growth = Growth(
        most_leaves=most,
        least_rows=max(math.ceil(_SLACK * LEAST_SHARE * length(rows)), SMALLEST_CELL),
        first=first,
    )
    taught = outcomes(rows, behaviour=bool(studied.behaviour))

    def grown(start: Sequence[Path], refused: Refused) -> tuple[Path, ...]:
        return grow(rows, taught, cuts, replace(growth, refused=refused), start=start)

    return settle(grown, Rules(studied.sizes, studied.alike, studied.least, keep=studied.trigger))


def _drafts(settled: Settled, trigger_bps: float) -> tuple[Segment, ...]:
    """The segments by id and predicate, before anything else is known of them."""
    ids = segment_ids(settled.paths, settled.sizes, trigger_bps)
    return tuple(
        Segment(
            segment_id=segment_id,
            name=segment_id,
            predicate=simplify(path),
            needs="",
            size=size,
            share=0,
            value_usd=0,
        )
        for segment_id, path, size in zip(ids, settled.paths, settled.sizes, strict=True)
    )


def _with_evidence(studied: Study, settled: Settled, drafts: Sequence[Segment]) -> tuple[Segment, ...]:
    """Each segment against all others, on the rows that only report."""
    rows = studied.drawn.reporting
    groups = label(settled.paths, rows, length(rows))
    tested = observed(rows, studied.origins, {step.column for path in settled.paths for step in path})
    return tuple(
        draft.model_copy(update={"differences": differences(tested, (groups == index).astype(np.int64))})
        for index, draft in enumerate(drafts)
    )


def _unproven(segments: Sequence[Segment]) -> tuple[str, ...]:
    """One sentence for each segment that differs on nothing but what it was cut on."""
    return tuple(
        f"`{segment.segment_id}` is shown to differ only on what the cuts rest on: nothing else was observed "
        "for enough of its loans, or differs."
        for segment in segments
        if not any(counts(found) and not found.in_predicate for found in segment.differences)
    )


def _partners(book: Book) -> dict[str, int]:
    partners = book.table("partners")
    rows = partners.group_by("kind").aggregate(people=partners.count()).to_pyarrow().to_pylist()
    return {str(row["kind"]): int(row["people"]) for row in sorted(rows, key=lambda row: str(row["kind"]))}
