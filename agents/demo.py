"""The main job, start to finish: from a book to a replanned campaign, with a scripted approver.

Every step may be stopped and repeated: the book is imported once per source, runs are found again by what
they depend on, decisions already made are not made twice, and publishing is idempotent by key.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.assignments import plan_of, segmentation_of
from agents.demo_book import EXAMPLE_LOANS, columns_by_origin, fill_the_book
from agents.documents import plan_document, publication_document, segment_document, withheld_document
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.replanning import Replan, replan
from agents.running import advance
from approvals import audit, decisions, queue
from approvals.deliveries import publications, withheld_of
from approvals.filters import Filter
from approvals.rules_log import note_rules
from approvals.settings_log import note_settings
from approvals.statuses import Status
from campaign.brief import Brief
from campaign.errors import BadInput
from campaign.moment import end_of_day
from tools.book.aggregates import count_rows
from tools.workspace import make_workspace

if TYPE_CHECKING:
    from agents.workflow import Street
    from approvals.runs import Run
    from tools.workspace import Workspace

FIRST_DAY = date(2026, 2, 26)
"""The survey's low of early 2026: 5.98 %."""
LATER_DAY = date(2026, 10, 8)
"""The last survey week known: 7.40 %, after the rise of the Fed's range in September."""
APPROVER = "Ruth Calder"
MARK = "demo.json"
BRIEF = Brief(
    goal="Help owners who would save by refinancing, and stay close to everyone else this spring",
    budget_usd=60_000,
    starts=date(2026, 3, 2),
    ends=date(2026, 5, 29),
)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration did; `agents.demo_document` and `agents.demo_view` show it."""

    workspace: Workspace
    street: Street
    run: Run
    source: str
    first: Mapping[str, Any]
    replanned: Replan
    audit: audit.AuditReport


def demonstrate(
    home: Path,
    lender_text: str,
    *,
    loans: tuple[Path, ...],
    environment: Mapping[str, str],
    progress: Callable[[str], None],
) -> DemoReport:
    """Run the whole street once on a book, then replan it after the rates rose.

    Args:
        home: the workspace folder; an earlier demonstration there is continued, or begun anew where it
            was finished or ran on another book.
        lender_text: the lender to speak for.
        loans: public HMDA loan files; none means the generated example book.
        environment: for store URLs, the model and the channels.
        progress: told one line per step.

    Raises:
        BadInput: the folder holds a workspace that is no demonstration, or a file cannot be read.
    """
    source = ", ".join(path.name for path in loans) or f"example book of {EXAMPLE_LOANS:,} loans"
    for path in loans:
        if not path.is_file():
            raise BadInput(f"`{path}` is no file.", "Give the path of a HMDA loan file.")
    _clear_the_table(home, source, progress)
    workspace = make_workspace(home, lender_text, environment)
    first = end_of_day(FIRST_DAY, workspace.lender.zone)
    fill_the_book(workspace, loans, at=first, progress=progress)
    street = open_street(workspace, at=first, environment=environment, progress=progress)
    note_settings(street.engine, street.lender, by="vallum", at=first)
    note_rules(street.engine, street.pack, by="vallum", at=first)
    run = start_planning(street, BRIEF)
    shown = _mark_of(home).get("first") or _first_part(workspace, street, run, source)
    _mark(home, source, finished=False, first=shown)
    later = open_street(
        workspace, at=end_of_day(LATER_DAY, workspace.lender.zone), environment=environment, progress=progress
    )
    replanned = replan(later, run.run_id, checkpoints=workspace.checkpoints)
    _mark(home, source, finished=True, first=shown)
    return DemoReport(workspace, street, run, source, shown, replanned, audit.verify(street.engine))


def _first_part(workspace: Workspace, street: Street, run: Run, source: str) -> dict[str, Any]:
    """From the brief to publication; returns its part of the document, before the replan changes it."""
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    _decide(street, run.run_id)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    count = queue.tally(street.engine, run.run_id)
    with street.open_book() as book:
        sizes = {name: count_rows(book.table(name)) for name in ("contacts", "loans")}
        columns = columns_by_origin(book)
    pending = queue.listing(street.engine, Filter(run=run.run_id, statuses=(Status.PENDING,)))
    return {
        "book": {"source": source, **sizes, "columns": columns},
        "segments": segment_document(segmentation_of(street.engine, run.run_id)),
        "plan": plan_document(plan_of(street.engine, run.run_id)),
        "pieces": {
            "drafted": count.pieces,
            "blocked": count.blocked,
            "queued": count.pieces - count.blocked,
        },
        "decisions": {
            "approved": count.approvals,
            "rejected": count.rejections,
            "pending": count.pending,
        },
        "published": publication_document(publications(street.engine, run_id=run.run_id)),
        "withheld": withheld_document(withheld_of(street.engine, run_id=run.run_id)),
        "queue": [item.piece for item in pending],
    }


def _clear_the_table(home: Path, source: str, progress: Callable[[str], None]) -> None:
    """Begin anew unless the folder holds this very demonstration, unfinished."""
    if state := _mark_of(home):
        if state["source"] == source and not state["finished"]:
            return
        progress(f"clearing the earlier demonstration in {home}")
        shutil.rmtree(home)
    elif home.exists() and any(home.iterdir()):
        raise BadInput(
            f"`{home}` holds files of your own, and the demonstration starts from nothing.",
            "Set VALLUM_HOME to another folder.",
        )
    home.mkdir(parents=True, exist_ok=True)
    _mark(home, source, finished=False)


def _mark_of(home: Path) -> dict[str, Any]:
    mark = home / MARK
    found: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8")) if mark.is_file() else {}
    return found


def _mark(home: Path, source: str, *, finished: bool, first: Mapping[str, Any] | None = None) -> None:
    state = {"source": source, "finished": finished, "first": first}
    (home / MARK).write_text(json.dumps(state), encoding="utf-8")


def _decide(street: Street, run_id: str) -> None:
    """The scripted approver: rejects one letter with a reason, approves letters and ads, leaves the rest.

    Decisions already made are left alone, so that a demonstration taken up again makes none twice.
    """
    everything = queue.queue(street.engine, run_id=run_id, statuses=tuple(Status))
    if any(item.decision is not None for item in everything):
        return
    pending = [item for item in everything if item.status is Status.PENDING]
    letters = [item for item in pending if item.piece.channel == "email"]
    searches = [item for item in pending if item.piece.channel == "google_search"]
    rejected, *approved = letters
    decisions.reject(
        street.gate,
        rejected.piece.piece_id,
        by=APPROVER,
        reason="Too long for a first letter; please shorten it.",
        at=street.at,
    )
    for item in [*approved, *searches]:
        decisions.approve(street.gate, item.piece.piece_id, by=APPROVER, at=street.at)
