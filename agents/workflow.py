"""The street: one graph from brief to publication, readable at its foot.

Nodes are thin: they load nouns by id, call one function, and keep what it returns in the gate's records.
State holds ids and words only, because a checkpoint outlives the classes it was written with. The approval
node reads, interrupts once and returns, since it runs again from its first line on every resume; decisions
live in the queue, and whoever stands above the gate wakes the run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt

from agents import channel_planning, copywriting, inbox, segmentation
from approvals import publishing, queue, releases, runs, store
from approvals.statuses import Status
from campaign.lender import Lender
from campaign.rates import RateSheet
from policies.engine import screen
from policies.packs import Pack
from tools.market.offers import offered_rates

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.minds import Minds
    from campaign.finding import Finding
    from campaign.piece import Piece
    from tools.book.engine import Book


class RunState(TypedDict, total=False):
    """What a parked run remembers."""

    run_id: str
    """Which run; everything else is loaded by it."""
    segments: list[str]
    """Segment ids, largest first."""
    placements: list[str]
    """Placement ids of the plan."""
    written: Annotated[list[str], operator.add]
    """`<master id> round <n>`, one entry per piece of writing done."""


class Writing(TypedDict):
    """One branch of the fan-out: what to write, and what the last draft was told."""

    run_id: str
    placement_id: str
    variant: str
    """`a` or `b`; empty for both."""
    round: int
    corrections: list[str]


@dataclass(frozen=True)
class Street:
    """Everything the nodes work with, opened by whoever runs the graph.

    Attributes:
        engine: the gate's records. open_book: opens the book for the length of a node.
        lender, sheet, pack: who offers what, under which rules.
        at: the moment everything is judged at, aware.
        minds: what the agents think with.
        outbox, ads: where files for people go. environment: where channel credentials are named.
        seed: of the sample that segmentation learns from.
        progress: told one line per step.
    """

    engine: Engine
    open_book: Callable[[], Book]
    lender: Lender
    sheet: RateSheet
    pack: Pack
    at: datetime
    minds: Minds
    outbox: Any
    ads: Any
    environment: dict[str, str]
    seed: int
    progress: Callable[[str], None]

    def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
        """Judge one piece under this street's rules."""
        return screen(piece, self.lender, self.pack, at=at)

    def segmentation(self, state: RunState) -> RunState:
        """Part the book into segments."""
        with self.open_book() as book:
            parted = segmentation.segment_book(
                book,
                sheet=self.sheet,
                lender=self.lender,
                at=self.at,
                mind=self.minds.segmenting,
                seed=self.seed,
            )
        runs.save_segmentation(self.engine, state["run_id"], parted)
        self.progress(f"segmentation: {len(parted.segments)} segments")
        return {"segments": [segment.segment_id for segment in parted.segments]}

    def channel_planning(self, state: RunState) -> RunState:
        """Spread the brief's budget over segments and channels."""
        run = runs.get_run(self.engine, state["run_id"])
        plan = channel_planning.plan_channels(
            runs.load_segmentation(self.engine, run.run_id),
            run.brief,
            lender=self.lender,
            sheet=self.sheet,
            at=self.at,
            mind=self.minds.planning,
        )
        runs.save_plan(self.engine, run.run_id, plan)
        self.progress(f"channel planning: {len(plan.placements)} placements")
        return {"placements": [placement.placement_id for placement in plan.placements]}

    def copywriting(self, branch: Writing) -> RunState:
        """Write one placement's masters, or the next round of one of them."""
        placement, segment = runs.placement(self.engine, branch["run_id"], branch["placement_id"])
        masters = copywriting.write_masters(
            placement,
            segment,
            lender=self.lender,
            sheet=self.sheet,
            at=self.at,
            mind=self.minds.writing,
            round=branch["round"],
            corrections=tuple(branch["corrections"]),
        )
        wanted = tuple(master for master in masters if branch["variant"] in ("", master.variant))
        store.save_masters(self.engine, branch["run_id"], wanted, round=branch["round"])
        return {"written": [f"{master.master_id} round {branch['round']}" for master in wanted]}

    def compliance(self, state: RunState) -> Command[Literal["copywriting", "approval"]]:
        """Screen what was written; what is blocked goes back with its findings while rounds are left."""
        run_id = state["run_id"]
        for master, round_number in store.masters_of(self.engine, run_id):
            placement, segment = runs.placement(self.engine, run_id, master.placement_id)
            for piece in copywriting.pieces_of(
                master, placement, segment, lender=self.lender, sheet=self.sheet, at=self.at
            ):
                store.submit(
                    self.engine,
                    piece,
                    run_id=run_id,
                    master=master,
                    segment=segment.name,
                    findings=self.screen(piece, self.at),
                    pack_version=self.pack.version,
                    sheet_id=self.sheet.sheet_id,
                    round=round_number,
                    at=self.at,
                )
        self.progress("compliance: every piece screened")
        revisions = self._revisions(run_id, Status.BLOCKED)
        return Command(goto=revisions or "approval")

    def approval(
        self, state: RunState
    ) -> Command[Literal["copywriting", "publishing", "approval", "__end__"]]:
        """Wait for people. Reads, interrupts once, returns; deciding happens in the queue."""
        run_id = state["run_id"]
        waiting = queue.queue(self.engine, run_id=run_id, statuses=(Status.PENDING,))
        if waiting and not self._next(run_id):
            interrupt(inbox.request(run_id, waiting))
        return Command(goto=self._next(run_id) or ("approval" if self._pending(run_id) else END))

    def publishing(self, state: RunState) -> Command[Literal["approval"]]:
        """Carry out the releases that are due; what cannot go out is withheld with its reason."""
        publish_due(self, state["run_id"])
        return Command(goto="approval")

    def _pending(self, run_id: str) -> bool:
        return bool(queue.queue(self.engine, run_id=run_id, statuses=(Status.PENDING,)))

    def _next(self, run_id: str) -> list[Send] | str | None:
        """What the decisions made so far ask for: revising before publishing, None for waiting."""
        if revisions := self._revisions(run_id, Status.REJECTED):
            return revisions
        return "publishing" if releases.releases_due(self.engine, run_id=run_id) else None

    def _revisions(self, run_id: str, status: Status) -> list[Send]:
        """One branch per master with a piece in `status` that still has rounds left."""
        branches: dict[tuple[str, str], Writing] = {}
        for item in queue.queue(self.engine, run_id=run_id, statuses=(status,)):
            if item.round >= self.lender.capacity.revision_rounds:
                continue
            branch = branches.setdefault(
                (item.placement_id, item.variant),
                Writing(
                    run_id=run_id,
                    placement_id=item.placement_id,
                    variant=item.variant,
                    round=item.round + 1,
                    corrections=[],
                ),
            )
            branch["corrections"] += [
                words for words in item.corrections if words not in branch["corrections"]
            ]
        return [Send("copywriting", branch) for branch in branches.values()]


def publish_due(street: Street, run_id: str | None) -> publishing.PublishReport:
    """Publish every release that is due: the one function behind the node and `vallum publish`."""
    ledger = releases.SqlLedger(street.engine, street.screen, street.pack.version)
    due = releases.releases_due(street.engine, run_id=run_id)
    with street.open_book() as book:
        return publishing.publish(
            due,
            ledger=ledger,
            lender=street.lender,
            book=book,
            offers=offered_rates(street.sheet, street.at),
            placements=runs.placements_of(street.engine, {release.run_id for release in due}),
            predicates=runs.predicates_of(street.engine, {release.run_id for release in due}),
            outbox=street.outbox,
            ads=street.ads,
            environment=street.environment,
            at=street.at,
            progress=street.progress,
        )


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
    graph.add_node("copywriting", street.copywriting)  # placement -> masters (one branch each)
    graph.add_node("compliance", street.compliance)  # masters -> screened pieces; blocked ones go back
    graph.add_node("approval", street.approval)  # parks until people decide
    graph.add_node("publishing", street.publishing)  # approved pieces only
    graph.add_edge(START, "segmentation")
    graph.add_edge("segmentation", "channel_planning")
    graph.add_conditional_edges("channel_planning", fan_out, ["copywriting"])
    graph.add_edge("copywriting", "compliance")
    return graph
