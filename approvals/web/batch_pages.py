"""One answer to many pieces: what would be decided is counted and shown, and decided exactly so."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from approvals.bulk import BatchDecision, batch_of, decide_batch
from approvals.deciding import Answer
from approvals.permissions import Action, permit
from approvals.statuses import Status
from approvals.web.asking import Asked, asked_of
from approvals.web.page import Page, Visit
from approvals.web.piece_acts import condition_of
from approvals.web.sent import Sent
from approvals.web.words import counted
from campaign.errors import BadInput, Refused, VallumError

NAMED = 12
"""How many of the pieces are named before the rest is only counted."""
ANSWERS: dict[str, Answer] = {
    "approve": "approve",
    "approve_conditionally": "approve",
    "reject": "reject",
    "return": "return",
}
DONE = {"approve": "Approved", "reject": "Rejected", "return": "Returned"}


class BatchPages:
    """The route `/batch`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/batch")(self.ask)
        self.router.post("/batch")(self.decide)

    def ask(self, request: Request, answer: str = "approve") -> Response:
        """What would be decided: how many, which, of how many classes."""
        visit = self._page.visit(request)
        permit(visit.actor, Action.APPROVE, Status.PENDING, "many pieces")
        asked = asked_of(request.query_params.multi_items(), visit.at)
        return self._asked(request, asked, answer if answer in ANSWERS else "approve")

    def decide(self, request: Request) -> Response:
        """Decide what was shown, or say that it is no longer the same."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        asked = asked_of(sent.starting("q.").items(), visit.at)
        chosen = sent.one("answer")
        try:
            done = _decided(visit, asked, sent, chosen)
        except (BadInput, Refused) as stopped:
            shown = chosen if chosen in ANSWERS else "approve"
            return self._asked(request, asked, shown, stopped)
        if done.refused:
            said = _said(done, chosen)
            return self._page.render(request, "batch_done.html", status=409, done=done, outcome=said)
        return self._page.go(request, "/queue", _said(done, chosen))

    def _asked(
        self,
        request: Request,
        asked: Asked,
        answer: str,
        trouble: VallumError | None = None,
    ) -> Response:
        batch = batch_of(self._page.visit(request).gate.engine, asked.filter)
        pending = asked.filter.model_copy(update={"statuses": (Status.PENDING,)})
        return self._page.render(
            request, "batch.html", trouble=trouble, asked=asked, batch=batch, answer=answer,
            named=batch.pieces[:NAMED], in_words=pending.in_words,
        )  # fmt: skip


def _decided(visit: Visit, asked: Asked, sent: Sent, chosen: str) -> BatchDecision:
    if chosen not in ANSWERS:
        raise BadInput(f"`{chosen}` is no answer.", "Approve, reject or return.")
    condition = condition_of(sent, visit) if chosen == "approve_conditionally" else None
    return decide_batch(
        visit.gate, asked.filter, ANSWERS[chosen], digest=sent.one("digest"), by=visit.name, at=visit.at,
        reason=sent.one("reason"), condition=condition,
    )  # fmt: skip


def _said(done: BatchDecision, chosen: str) -> str:
    waiting = sum(not one.settles for one in done.decided)
    words = f"{DONE[ANSWERS[chosen]]} {counted(len(done.decided), 'piece')}"
    rest = f"; {counted(waiting, 'of them waits', 'of them wait')} for somebody else." if waiting else "."
    return words + rest
