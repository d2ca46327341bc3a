"""The queue: classes first, single pieces on demand, never more of either than one page holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from approvals.classes import waiting_classes
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.queue import Counts, counts, listing
from approvals.statuses import Status
from approvals.web.asking import ANY, asked_of
from approvals.web.choices import choices, run_choices
from approvals.web.page import Page
from approvals.web.words import CHANNELS

ON_ONE_PAGE = 50
VERDICTS = {"block": "blocked", "warn": "with warnings", "pass": "clean"}
_PASSING = (Status.DRAFTED, Status.SCREENED)
After = Annotated[int, Query(ge=0, le=2**53)]


class QueuePages:
    """The routes `/` and `/queue`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/")(self.start)
        self.router.get("/queue")(self.queue)

    def start(self) -> Response:
        """The queue is where the work is."""
        return RedirectResponse("/queue", status_code=303)

    def queue(self, request: Request, by: str = "", after: After = 0) -> Response:
        """What waits, by class or piece by piece."""
        visit = self._page.visit(request)
        asked = asked_of(request.query_params.multi_items(), visit.at)
        engine, most = visit.gate.engine, ON_ONE_PAGE + 1
        of_pieces = by == "piece" or bool(asked.fields.get("status"))
        found = (
            listing(engine, asked.filter, after=after, limit=most)
            if of_pieces
            else waiting_classes(engine, _narrowed(asked.filter), after=after, limit=most)
        )
        lines, number = found[:ON_ONE_PAGE], counts(engine, asked.filter.run)
        return self._page.render(
            request, "queue.html", asked=asked, lines=lines, of_pieces=of_pieces, after=after,
            more=lines[-1].row if len(found) > ON_ONE_PAGE else None,
            counts=number, choices=_choices(visit.gate, number),
        )  # fmt: skip


def _choices(gate: Gate, number: Counts) -> dict[str, dict[str, str]]:
    """What the filter's lists offer, with how much waits of each."""
    return {
        "status": {
            "": "waiting or blocked",
            **{one.value: one.in_words for one in Status if one not in _PASSING},
            ANY: "any status",
        },
        "channel": {"": "any channel", **_counted(CHANNELS, number.by_channel)},
        "verdict": {"": "any verdict", **_counted(VERDICTS, number.by_verdict)},
        "run": run_choices(gate.engine),
        "state": choices(sorted(gate.lender.licenses), "any state"),
        "assignee": choices((person.name for person in gate.lender.people), "anyone's"),
    }


def _counted(names: Mapping[str, str], numbers: Mapping[str, int]) -> dict[str, str]:
    """Choices with how much waits of each, where something does."""
    return {
        value: f"{words} ({numbers[value]:,})" if numbers.get(value) else words
        for value, words in names.items()
    }


def _narrowed(wanted: Filter) -> Filter | None:
    """None where nothing is asked, which is answered from the counts alone."""
    return None if wanted == Filter() else wanted
