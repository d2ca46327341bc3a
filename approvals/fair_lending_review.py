"""The fair-lending review: the one place that opens the demographic records, and what leaves it is ratios.

Everything is counted on the book's own engine, in one grouped query for all selections of a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from approvals import runs
from approvals.fair_lending_counts import BASES, MINORITY, TRACT, count_groups, count_tracts
from approvals.fair_lending_search import candidates, measured
from campaign.errors import BadInput, UnknownName
from campaign.fair_lending import FairLendingLines, FairLendingResult, FairLendingReview, TargetingResult
from campaign.plan import ChannelPlan, Placement
from campaign.segment import Segmentation
from policies.fair_lending import FOUR_FIFTHS, Screen, compare, judge
from policies.neighbours import less_disparate
from policies.proportions import Share
from policies.tract_reach import TractReach
from tools.book.aggregates import worked_out
from tools.book.engine import Book
from tools.book.monitoring import monitored_beside
from tools.book.predicates import SEGMENT_ID, compile_predicate, label_segments
from tools.book.recipients import PERSONAL_CHANNELS, contactable
from tools.book.view import Offers, consumer_loans

if TYPE_CHECKING:
    from sqlalchemy import Engine

NO_RECORDS = "No monitoring records were imported, so fair lending cannot be reviewed."
_WORTH, _KNOWN = "worth_usd", "monitored"
Worth = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What a review needs, bound once by whoever opens the workspace.

    Attributes:
        open_book: opens the book for this review alone. monitoring: the demographic records.
        worth: expected dollars of each row of the agents' view, as an Ibis column.
        lines: where the lender draws the lines.
    """

    open_book: Callable[[], AbstractContextManager[Book]]
    monitoring: Path
    worth: Worth
    lines: FairLendingLines

    @property
    def screen(self) -> Screen:
        """The lender's lines on counts."""
        return replace(FOUR_FIFTHS, ratio=self.lines.ratio, least_group=self.lines.least_group)

    @property
    def has_records(self) -> bool:
        """Whether demographic records were ever imported here."""
        return self.monitoring.is_file()

    def review(
        self, parted: Segmentation, plan: ChannelPlan, *, offers: Offers, at: datetime
    ) -> FairLendingReview:
        """Review every segment, placement and targeting setting of a plan.

        Args:
            offers: today's best offers, which the view compares rates with. at: aware.

        Raises:
            BadInput: no demographic records were imported. Busy: another process holds them.
        """
        if not self.has_records:
            raise BadInput(NO_RECORDS, "Import them with `vallum book import monitoring.csv`.")
        with self.open_book() as book, self._counting(book, parted, offers, at) as rows:
            chosen = _selections(rows, parted, plan)
            counted = count_groups(rows, chosen)
            reach = count_tracts(rows, chosen)
            results = {name: self._result(counted[name], reach.get(name)) for name in chosen}
            for segment in parted.segments:
                name = f"segment {segment.segment_id}"
                if segment.predicate.conditions and self._under(results[name]):
                    results[name] = self._with_alternatives(rows, segment.predicate, results[name])
            known = float(rows[_KNOWN].mean().execute() or 0.0)
        return _reviewed(results, parted, plan, known)

    @contextmanager
    def _counting(self, book: Book, parted: Segmentation, offers: Offers, at: datetime) -> Iterator[Any]:
        """The consumers' loans with their records beside them, kept by the engine for this block."""
        view = consumer_loans(book, offers, at=at)
        view = label_segments(view.mutate(**{_WORTH: self.worth(view)}), parted.segments)
        view = view.select("loan_id", "contact_id", "state", SEGMENT_ID, _WORTH, *_cut_on(parted))
        places = book.table("loans").select("loan_id", TRACT)
        mail = contactable(book, channel="email", at=at).select(mailed="contact_id").distinct()
        with monitored_beside(book, self.monitoring) as records:
            demographic = records.select("loan_id", *BASES, MINORITY).mutate(**{_KNOWN: True})
            joined = view.left_join(demographic, "loan_id").drop("loan_id_right").left_join(places, "loan_id")
            joined = joined.drop("loan_id_right").left_join(mail, joined.contact_id == mail.mailed)
            rows = joined.mutate(mailed=joined.mailed.notnull(), **{_KNOWN: joined[_KNOWN].fill_null(False)})
            with worked_out(book, rows) as kept:
                yield kept

    def _result(
        self, counted: Mapping[str, Mapping[str, Share]], reach: TractReach | None
    ) -> FairLendingResult:
        result = judge(compare(counted, self.screen), self.screen)
        if reach is None or reach.ratio is None:
            return result
        said = reach.verdict(warn_below=self.lines.reach_ratio, block_below=self.lines.reach_disparity)
        if said not in ("look", "disparity"):
            return result.model_copy(update={"reach_ratio": reach.ratio})
        words = f" Majority-minority tracts get {reach.ratio:.2f} of their proportional share."
        verdict = result.verdict if result.verdict == "disparity" else said
        update = {"reach_ratio": reach.ratio, "verdict": verdict, "sentence": result.sentence + words}
        return result.model_copy(update=update)

    def _under(self, result: FairLendingResult) -> bool:
        told = result.verdict in ("disparity", "look")
        return told and result.ratio is not None and result.ratio < self.screen.ratio

    def _with_alternatives(self, rows: Any, predicate: Any, result: FairLendingResult) -> FairLendingResult:
        """The search for a less discriminatory neighbour: its counts never leave this room."""
        tried = candidates(rows, predicate)
        named = {f"c{place}": compile_predicate(one.predicate, rows) for place, one in enumerate(tried)}
        named["now"] = compile_predicate(predicate, rows)
        counted = count_groups(rows, named)
        ratios = {name: self._lowest(counted[name]) for name in named}
        before = ratios.pop("now")
        if before is None:
            return result
        found = less_disparate(
            measured(rows, tried, named, _WORTH, ratios), before=before, line=self.screen.ratio
        )
        return result.model_copy(update={"alternatives": found})

    def _lowest(self, counted: Mapping[str, Mapping[str, Share]]) -> float | None:
        """The lowest ratio among groups that bear on a verdict; None where one is too small."""
        bearing = [one for one in compare(counted, self.screen) if one.counts]
        said = [one.ratio for one in bearing if one.verdict != "too_few" and one.ratio is not None]
        return min(said) if said and len(said) == len(bearing) else None


def _cut_on(parted: Segmentation) -> tuple[str, ...]:
    """The columns that the segments rest on, which is all the search for neighbours needs."""
    every = (one for segment in parted.segments for one in segment.predicate.conditions)
    return tuple(dict.fromkeys(one.column for one in every if one.column != "state"))


def _selections(rows: Any, parted: Segmentation, plan: ChannelPlan) -> dict[str, Any]:
    """Who is chosen, as one boolean expression per selection, by name."""
    chosen = {f"segment {one.segment_id}": rows[SEGMENT_ID] == one.segment_id for one in parted.segments}
    for placed in plan.placements:
        chosen[f"placement {placed.placement_id}"] = _placed(rows, placed)
    for states in _settings(plan):
        chosen[f"targeting {' '.join(states)}"] = rows.state.isin(list(states))
    return {name: held.fill_null(False) for name, held in chosen.items()}


def _placed(rows: Any, placed: Placement) -> Any:
    """Loans a placement can reach: its segment, its states, and for letters those who may be written to."""
    held = (rows[SEGMENT_ID] == placed.segment_id) & rows.state.isin(list(placed.states))
    return held & rows.mailed if placed.channel.value in PERSONAL_CHANNELS else held


def _settings(plan: ChannelPlan) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(tuple(sorted(placed.states)) for placed in plan.placements if placed.states))


def _reviewed(
    results: Mapping[str, FairLendingResult], parted: Segmentation, plan: ChannelPlan, known: float
) -> FairLendingReview:
    return FairLendingReview(
        segments={one.segment_id: results[f"segment {one.segment_id}"] for one in parted.segments},
        placements={one.placement_id: results[f"placement {one.placement_id}"] for one in plan.placements},
        targeting=tuple(
            TargetingResult(states=states, result=results[f"targeting {' '.join(states)}"])
            for states in _settings(plan)
        ),
        known_share=known,
    )


def review_run(
    engine: Engine, run_id: str, reviewer: Reviewer, *, offers: Offers, at: datetime
) -> FairLendingReview:
    """The review of a run, attached to its plan and logged once; a run reviewed before keeps what was said.

    Raises:
        UnknownName: there is no such run, or it has no plan yet. Busy: another process holds the records.
    """
    parted, plan = runs.load_segmentation(engine, run_id), runs.load_plan(engine, run_id)
    if parted is None or plan is None:
        raise UnknownName(f"Run `{run_id}` has no plan yet.", f"Run `vallum runs resume {run_id}`.")
    if plan.fair_lending is not None:
        return plan.fair_lending
    review = FairLendingReview(note=NO_RECORDS)
    if reviewer.has_records:
        review = reviewer.review(parted, plan, offers=offers, at=at)
    runs.save_review(engine, run_id, plan.model_copy(update={"fair_lending": review}), at=at)
    return review
