"""The street: one graph from brief to publication, readable at its foot.

Nodes are thin: they load nouns by id, call one function, and keep what it returns in the gate's records.
State holds ids and words only, because a checkpoint outlives the classes it was written with. The approval
node reads, interrupts once and returns, since it runs again from its first line on every resume; decisions
live in the queue, and whoever stands above the gate wakes the run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send, interrupt

from agents import assignments, channel_planning, copywriting, inbox, segmentation, submissions
from agents.assignments import Writing
from agents.due_releases import publish_due
from agents.run_state import RunState
from agents.variants import signed
from approvals import fair_lending_review, queue, releases, runs, store
from approvals.gate import Gate
from approvals.parked import keep_remark, parked
from approvals.statuses import Status
from campaign.lender import Lender
from campaign.rates import RateSheet
from policies.engine import screen
from policies.packs import Pack
from tools.market.offers import offered_rates
from tools.market.supposed import supposed_sheet

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.minds import Minds
    from approvals.fair_lending_review import Reviewer
    from campaign.finding import Finding
    from campaign.piece import Piece
    from tools.book.engine import Book
    from tools.market.series import Market


@dataclass(frozen=True)
class Street:
    """Everything the nodes work with, opened by whoever runs the graph.

    Attributes:
        engine: the gate's records. open_book: opens the book for the length of a node, for reading.
        change_book: opens it for writing down whom letters went to.
        lender, sheet, pack: who offers what, under which rules.
        at: the moment everything is judged at, aware.
        minds: what the agents think with. reviewer: the fair-lending review; it answers in ratios.
        outbox, ads: where files for people go. environment: where channel credentials are named.
        market: survey, Treasury, Fed. seed: of the sample that segmentation learns from.
        progress: told one line per step. survey: this week's survey rate, percent.
    """

    engine: Engine
    open_book: Callable[[], AbstractContextManager[Book]]
    change_book: Callable[[], AbstractContextManager[Book]]
    lender: Lender
    sheet: RateSheet
    pack: Pack
    at: datetime
    minds: Minds
    reviewer: Reviewer
    outbox: Any
    ads: Any
    environment: dict[str, str]
    market: Market
    seed: int
    progress: Callable[[str], None]
    survey: float | None = None

    @property
    def gate(self) -> Gate:
        """What acts at the gate work with."""
        return Gate(
            self.engine, self.lender, self.pack, self.screen, self.sheet, self.survey, lambda: self.market
        )

    def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
        """Judge one piece under this street's rules."""
        return screen(piece, self.lender, self.pack, at=at)

    def prices(self, run_id: str) -> RateSheet:
        """What a run rests on: the sheet in force, or prices that its brief supposes."""
        case = runs.get_run(self.engine, run_id).brief.supposing
        if case is None:
            return self.sheet
        return supposed_sheet(self.sheet, shift_bps=case.shift_bps, until=case.condition.before)

    def segmentation(self, state: RunState) -> RunState:
        """Part the book into segments; a rate alert came with those of the standing campaign."""
        if kept := runs.load_segmentation(self.engine, state["run_id"]):
            return {"segments": [segment.segment_id for segment in kept.segments]}
        with self.open_book() as book:
            parted = segmentation.segment_book(
                book,
                sheet=self.prices(state["run_id"]),
                lender=self.lender,
                at=self.at,
                mind=self.minds.segmenting,
                seed=self.seed,
            )
        runs.save_segmentation(self.engine, state["run_id"], parted, at=self.at)
        self.progress(f"segmentation: {len(parted.segments)} segments")
        return {"segments": [segment.segment_id for segment in parted.segments]}

    def channel_planning(self, state: RunState) -> RunState:
        """Spread the brief's budget over segments and channels; a rate alert came with its placements."""
        if kept := runs.load_plan(self.engine, state["run_id"]):
            return {"placements": [placement.placement_id for placement in kept.placements]}
        run = runs.get_run(self.engine, state["run_id"])
        plan = channel_planning.plan_channels(
            assignments.segmentation_of(self.engine, run.run_id),
            run.brief,
            lender=self.lender,
            sheet=self.prices(run.run_id),
            at=self.at,
            mind=self.minds.planning,
        )
        runs.save_plan(self.engine, run.run_id, plan, at=self.at)
        self.progress(f"channel planning: {len(plan.placements)} placements")
        return {"placements": [placement.placement_id for placement in plan.placements]}

    def copywriting(self, state: Writing) -> RunState:
        """Write one placement's masters, or the next round of one of them."""
        placement, segment = assignments.placement(self.engine, state["run_id"], state["placement_id"])
        masters = copywriting.write_masters(
            placement,
            segment,
            lender=self.lender,
            sheet=self.prices(state["run_id"]),
            at=self.at,
            mind=self.minds.writing,
            round=state["round"],
            corrections=tuple(state["corrections"]),
        )
        if runs.get_run(self.engine, state["run_id"]).brief.per_officer:
            masters = tuple(signed(master, placement.format) for master in masters)
        wanted = [master for master in masters if state["variant"] in ("", master.variant)]
        store.save_masters(self.engine, wanted, run_id=state["run_id"], at=self.at, round=state["round"])
        return {"rounds": {master.master_id: state["round"] for master in wanted}}

    def compliance(self, state: RunState) -> Command[Literal["copywriting", "decisions"]]:
        """Review the plan and screen what was written; what is blocked goes back while rounds are left."""
        self._review(state["run_id"])
        submitted = submissions.submit_written(self, state["run_id"], state["rounds"])
        self.progress(f"compliance: {submitted} pieces screened")
        return Command(goto=self._revisions(state["run_id"], Status.BLOCKED) or "decisions")

    def decisions(
        self, state: RunState
    ) -> Command[Literal["copywriting", "publishing", "approval", "__end__"]]:
        """Carry on with what people decided in the queue; a run that was not woken parks again."""
        run_id = state["run_id"]
        said = state.get("heard", inbox.WOKEN)
        if said["kind"] == "remark":
            number = state.get("remarks", 0) + 1
            keep_remark(self.engine, run_id, said["words"], number=number, at=self.at)
            return Command(goto="approval", update={"remarks": number})
        if said["kind"] == "ignore":
            return Command(goto="approval")
        steps = self._next(run_id)
        if steps is not None:
            return Command(goto=steps)
        return Command(goto="approval" if parked(self.engine, run_id).keeps_open else "__end__")

    def approval(self, state: RunState) -> Command[Literal["decisions"]]:
        """Wait for people. Reads, interrupts once, returns; deciding happens in the queue."""
        run_id = state["run_id"]
        answer = interrupt(inbox.request(run_id, parked(self.engine, run_id)))
        return Command(goto="decisions", update={"heard": inbox.heard(answer)})

    def publishing(self, state: RunState) -> Command[Literal["decisions"]]:
        """Carry out the releases that are due; what cannot go out is withheld with its reason."""
        publish_due(self, state["run_id"])
        return Command(goto="decisions")

    def _review(self, run_id: str) -> None:
        """Have the plan reviewed for fair lending; the agents receive ratios and a verdict (law 4)."""
        offers = offered_rates(self.prices(run_id), self.at)
        review = fair_lending_review.review_run(self.engine, run_id, self.reviewer, offers=offers, at=self.at)
        self.progress(f"fair lending: {review.note or review.verdict.replace('_', ' ')}")

    def _next(self, run_id: str) -> list[Send] | Literal["publishing"] | None:
        """What the decisions ask for: revising first, then publishing what was not tried now."""
        if revisions := self._revisions(run_id, Status.REJECTED):
            return revisions
        due = releases.releases_due(self.engine, run_id=run_id, untried_at=self.at)
        return "publishing" if due else None

    def _revisions(self, run_id: str, status: Status) -> list[Send]:
        """One branch per master that has a piece in `status` and rounds left."""
        waiting = queue.queue(self.engine, run_id=run_id, statuses=(status,))
        rounds = self.lender.capacity.revision_rounds
        return [Send("copywriting", branch) for branch in assignments.revisions(run_id, waiting, rounds)]


def fan_out(state: RunState) -> list[Send]:
    """One branch of writing per placement."""
    return [
        Send(
            "copywriting",
            Writing(run_id=state["run_id"], placement_id=placement, variant="", round=0, corrections=[]),
        )
        for placement in state["placements"]
    ]


def build(street: Street) -> StateGraph[RunState]:
    """The street as a graph, ready to be compiled with a checkpointer."""
    graph = StateGraph(RunState)
    graph.add_node("segmentation", street.segmentation)  # book -> segments
    graph.add_node("channel_planning", street.channel_planning)  # segments, budget -> placements
    graph.add_node(
        "copywriting", street.copywriting, input_schema=Writing
    )  # placement -> masters (one branch each)
    graph.add_node("compliance", street.compliance)  # masters -> screened pieces; blocked ones go back
    graph.add_node("decisions", street.decisions)  # what people decided -> revising, publishing, waiting, end
    graph.add_node("approval", street.approval)  # parks until somebody wakes the run
    graph.add_node("publishing", street.publishing)  # approved pieces only
    graph.add_edge(START, "segmentation")
    graph.add_edge("segmentation", "channel_planning")
    graph.add_conditional_edges("channel_planning", fan_out, ["copywriting"])
    graph.add_edge("copywriting", "compliance")
    return graph
