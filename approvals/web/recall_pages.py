"""Taking back what is live: first how much a filter finds, then all of it, with a receipt for each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from approvals.publishing import take_down
from approvals.recalls import LIVE, live, recall
from approvals.web.asking import Asked, asked_of
from approvals.web.choices import choices
from approvals.web.page import Page
from approvals.web.words import CHANNELS, counted
from campaign.errors import BadInput, Refused, VallumError

NAMED = 20


class RecallPages:
    """The route `/recall`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/recall")(self.ask)
        self.router.post("/recall")(self.take_back)

    def ask(self, request: Request) -> Response:
        """What a recall would take back."""
        visit = self._page.visit(request)
        return self._asked(request, asked_of(request.query_params.multi_items(), visit.at))

    def take_back(self, request: Request) -> Response:
        """Recall what was shown, or show how much there is now."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        asked = asked_of(sent.starting("q.").items(), visit.at)
        try:
            now = len(live(visit.gate.engine, asked.filter))
            if sent.one("count") != str(now):
                fact = f"What is live is no longer what was shown: {counted(now, 'piece')} now."
                raise Refused(fact, "Look again.")
            done = recall(
                visit.gate, asked.filter, by=visit.name, at=visit.at, reason=sent.one("reason"),
                take_down=take_down,
            )  # fmt: skip
        except (BadInput, Refused) as stopped:
            return self._asked(request, asked, stopped)
        return self._page.render(request, "recalled.html", done=done)

    def _asked(self, request: Request, asked: Asked, trouble: VallumError | None = None) -> Response:
        gate = self._page.visit(request).gate
        titles = live(gate.engine, asked.filter)
        shown = asked.filter.model_copy(update={"statuses": LIVE})
        return self._page.render(
            request, "recall.html", trouble=trouble, asked=asked, in_words=shown.in_words,
            count=len(titles), named=titles[:NAMED], channels={"": "any", **CHANNELS},
            states=choices(sorted(gate.lender.licenses), "any"), live_status=LIVE[0],
        )  # fmt: skip
