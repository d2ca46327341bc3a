"""What listings answer in a terminal: the queue, its classes, one class, a difference, what went out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from approvals.fair_lending_views import queue_lines
from approvals.statuses import Status
from approvals.terminal.tables import few, styled, table
from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.bulk import Batch
    from approvals.classes import ClassView, Member, PieceClass
    from approvals.filters import Filter
    from approvals.pieces import StoredPiece
    from approvals.queue import Counts, QueueItem
    from approvals.switch import Pause
    from campaign.fair_lending import FairLendingReview
    from campaign.release import Publication, Withheld

NO_REVIEWS: Mapping[str, FairLendingReview] = MappingProxyType({})


def pending_first(wanted: Filter) -> tuple[Filter, ...]:
    """The filter in two parts where it asks for what waits beside other things: pending comes first."""
    rest = tuple(status for status in wanted.statuses if status is not Status.PENDING)
    if Status.PENDING not in wanted.statuses or not rest:
        return (wanted,)
    return (
        wanted.model_copy(update={"statuses": (Status.PENDING,)}),
        wanted.model_copy(update={"statuses": rest}),
    )


def queue_answer(
    items: Sequence[QueueItem],
    count: Counts,
    reviews: Mapping[str, FairLendingReview] = NO_REVIEWS,
    *,
    as_json: bool,
) -> Answer:
    """The queue: `pending` counts what waits for a person; blocked pieces are listed with it.

    Args:
        reviews: run id -> its fair-lending review, of which the verdict is told.
    """
    document = {
        "pending": count.pending,
        "items": [_item_document(item) for item in items],
        "fair_lending": {run_id: review.verdict for run_id, review in reviews.items()},
    }

    def view() -> Sequence[Any]:
        if not items:
            return ["Nothing waits for a decision."]
        lines = table("piece", "rev", "segment", "states", "status", "verdict", "rules")
        for item in items:
            lines.add_row(
                item.piece, str(item.revision), item.segment, few(item.states), item.status.in_words,
                styled(item.verdict, item.verdict), ", ".join(item.rules),
            )  # fmt: skip
        told = f"{count.pending} pending; {len(items)} listed. Read one with `vallum show PIECE`."
        return [lines, told, *queue_lines(reviews)]

    return Answer(document, view, as_json)


def classes_answer(classes: Sequence[PieceClass], count: Counts, *, as_json: bool) -> Answer:
    """The queue by classes: one line, one decision."""
    document = {
        "pending": count.pending,
        "classes": [one.model_dump(mode="json", exclude={"row"}) for one in classes],
    }

    def view() -> Sequence[Any]:
        if not classes:
            return ["Nothing waits for a decision."]
        lines = table("class", "pending", "blocked", "channel", "segment", "verdict", "rules")
        for one in classes:
            lines.add_row(
                one.class_key, str(one.pending), str(one.blocked), one.channel, one.segment,
                styled(one.verdict, one.verdict), ", ".join(one.rules),
            )  # fmt: skip
        told = f"{count.pending} pending in {len(classes)} classes. Read one with `vallum show-class CLASS`."
        return [lines, told]

    return Answer(document, view, as_json)


def class_answer(view: ClassView, batch: Batch, *, as_json: bool) -> Answer:
    """One class: the master, who differs how, and the digest to decide it by."""
    document = view.model_dump(mode="json", exclude={"first", "before"})
    document |= {"digest": batch.digest, "pending": batch.count, "first": view.first.piece.piece_id}
    document["before"] = view.before.piece.piece_id if view.before else None

    def told() -> Sequence[Any]:
        master = [f"{name}: {_joined(value)}" for name, value in view.template.items()]
        odd = table("piece", "odd", "states", *view.slots)
        for member in (*view.outliers, *view.sample):
            odd.add_row(*_member_row(member, view.slots))
        return [
            f"{batch.count} pieces, one master; they differ in {', '.join(view.slots) or 'nothing shown'}.",
            *master,
            odd,
            f"Decide with `vallum approve --class {view.key} --digest {batch.digest} --by NAME`.",
        ]

    return Answer(document, told, as_json)


def diff_answer(before: StoredPiece | None, after: StoredPiece, *, as_json: bool) -> Answer:
    """What a revision changed, by field."""
    old = dict(before.piece.texts()) if before else {}
    new = dict(after.piece.texts())
    changed = {
        name: {"before": old.get(name, ""), "after": new.get(name, "")}
        for name in dict.fromkeys((*old, *new))
        if old.get(name, "") != new.get(name, "")
    }
    document = {
        "piece": after.piece.piece_id,
        "before": before.piece.revision if before else None,
        "after": after.piece.revision,
        "changed": changed,
    }

    def view() -> Sequence[Any]:
        if not changed:
            return ["Nothing was changed."]
        lines: list[str] = []
        for name, both in changed.items():
            lines.append(f"{name}:")
            parts = difflib.ndiff(both["before"].split(), both["after"].split())
            lines.append(" ".join(_word(part) for part in parts if part[0] != "?"))
        return lines

    return Answer(document, view, as_json)


def ledger_answer(
    out: Sequence[Publication],
    withheld: Sequence[Withheld],
    in_doubt: Sequence[str],
    pause: Pause | None,
    *,
    as_json: bool,
) -> Answer:
    """What went out, what did not, what someone has to look at, and whether publishing runs."""
    document = {
        "paused": pause.model_dump(mode="json") if pause else None,
        "published": [one.model_dump(mode="json") for one in out],
        "withheld": [one.model_dump(mode="json") for one in withheld],
        "in_doubt": list(in_doubt),
    }

    def view() -> Sequence[Any]:
        lines = table("release", "channel", "at", "evidence")
        for one in out:
            lines.add_row(one.release_id, one.channel, f"{one.at:%Y-%m-%d %H:%M} UTC", one.target)
        told = [f"Withheld: {one.count} of `{one.release_id}`: {one.reason}." for one in withheld]
        told += [f"In doubt: `{key}` was being handed over when its publisher stopped." for key in in_doubt]
        if pause:
            told.append(f"Nothing goes out: {pause.in_words}.")
        return [lines, *told]

    return Answer(document, view, as_json)


def _item_document(item: QueueItem) -> dict[str, Any]:
    """The fixed form that scripts rely on."""
    return item.model_dump(mode="json", exclude={"row", "class_key", "assignee", "due_at", "submitted_at"})


def _member_row(member: Member, slots: Sequence[str]) -> list[str]:
    shown = [member.slots.get(slot, "") for slot in slots]
    return [member.piece_id, member.odd or "by chance", few(member.states), *shown]


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " | ".join(value)


def _word(part: str) -> str:
    marks = {"-": "[-", "+": "[+"}
    return f"{marks[part[0]]}{part[2:]}]" if part[0] in marks else part[2:]
