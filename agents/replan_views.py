"""What a replan says: why, what changed, what it costs, and what needs a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.exhibits import table_of
from campaign.answer import Answer

if TYPE_CHECKING:
    from agents.meetings import CaseOutcome, MarketAnswer
    from agents.replanning import Replan
    from approvals.recalls import Receipt
    from campaign.plan_difference import Changed, PlanDifference


def market_answer(done: MarketAnswer, *, as_json: bool) -> Answer:
    """What the market did, what became of the cases prepared for it, and of the plan."""
    replanned = done.replanned
    document = {
        "run": replanned.new.run_id if replanned.new else None,
        **replan_document(replanned),
        "cases": [_case_document(one) for one in done.cases],
        "others": [run.run_id for run in done.others],
    }

    def view() -> Sequence[Any]:
        cases = [_case_line(one) for one in done.cases]
        others = [
            f"Run `{run.run_id}` stands too, and its rate moved: `vallum replan --run {run.run_id}`."
            for run in done.others
        ]
        if replanned.new is None:
            return [*cases, f"Nothing to replan. {replanned.move.reason}", *others]
        return [*cases, *replan_tables(replanned), *others]

    return Answer(document, view, as_json)


def replan_document(done: Replan) -> dict[str, Any]:
    """The replan in the contract's form, with the difference and what waits beside it."""
    return {
        "reason": done.move.reason,
        "from_rate": done.move.from_rate,
        "to_rate": done.move.to_rate,
        "superseded": done.superseded,
        "expired": done.expired,
        "recalled": done.recalled,
        "budget_before": {done.names[segment]: usd for segment, usd in done.budget_before.items()},
        "budget_after": {done.names[segment]: usd for segment, usd in done.budget_after.items()},
        "difference": done.difference.model_dump(mode="json") if done.difference else None,
        "waiting": {"pieces": done.waiting_pieces, "classes": done.waiting_classes},
    }


def replan_tables(done: Replan) -> list[Any]:
    """The difference, for people: a minute's reading, the tables below it."""
    told = done.difference
    if told is None:
        return [done.move.reason]
    return [
        f"Why: {done.move.reason}",
        "What changed:",
        *(f"  {sentence}" for sentence in told.in_words),
        f"What it costs: {told.cost}",
        f"What was pulled back: {done.superseded} pending pieces superseded, {done.expired} approvals "
        f"expired, {done.recalled} live pieces recalled.",
        *_receipt_lines(done.receipts),
        f"What needs a decision: {_waiting(done)}",
        *difference_tables(told),
    ]


def difference_tables(told: PlanDifference) -> list[Any]:
    """Segments and channels before and after."""
    segments = table_of(
        "By segment", "segment", ">loans before", ">after", ">$ before", ">$ after", ">change"
    )
    for one in told.segments:
        segments.add_row(one.name, _people(one.people_before), _people(one.people_after), *_dollars(one))
    channels = table_of("By channel", "channel", ">$ before", ">$ after", ">change")
    for one in told.channels:
        channels.add_row(one.name, *_dollars(one))
    return [segments, channels]


def _waiting(done: Replan) -> str:
    if not done.waiting_pieces:
        return "nothing waits."
    return (
        f"{done.waiting_pieces} pieces in {done.waiting_classes} classes wait; see `vallum queue --classes`."
    )


def _receipt_lines(receipts: Sequence[Receipt]) -> list[str]:
    """What is left for a person to do about what was live: the first of each kind stands for all."""
    kinds: dict[tuple[str, str], list[Receipt]] = {}
    for one in receipts:
        kinds.setdefault((one.channel, one.kind), []).append(one)
    return [
        f"  {channel}, {len(alike)} recalled: {alike[0].said}"
        + (f" So for the {len(alike) - 1} others; `vallum show PIECE` has each." if len(alike) > 1 else "")
        for (channel, _), alike in kinds.items()
    ]


def _case_document(one: CaseOutcome) -> dict[str, Any]:
    return {
        "run": one.run.run_id,
        "case": one.case.name,
        "meeting": one.case.meeting.isoformat(),
        "came": one.came,
        "ending": one.ending,
        "recalled": len(one.receipts),
        "released": one.released,
        "superseded": one.superseded,
        "expired": one.expired,
    }


def _case_line(one: CaseOutcome) -> str:
    band = f"{one.case.condition.low:.3f} to {one.case.condition.high:.3f} %"
    named = f"Case `{one.case.name}` of {one.case.meeting} ({band})"
    ended = f"{one.expired} approvals expired, {one.superseded} pieces superseded"
    match one.ending:
        case "came":
            return f"{named} came: {one.released} went out."
        case "left":
            return (
                f"{named} came, and the rate has left it: {len(one.receipts)} live pieces recalled, {ended}."
            )
        case "over":
            return f"{named} came, and its time is over: {ended}; what is live stays."
        case "missed":
            return f"{named} did not come: {ended}."


def _people(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _dollars(one: Changed) -> tuple[str, str, str]:
    return f"{one.usd_before:,.0f}", f"{one.usd_after:,.0f}", f"{one.usd:+,.0f}"
