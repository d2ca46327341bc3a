"""One piece with all an approver has to know before they put their name to it, and the acts open to them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from approvals.acts import remarks_of
from approvals.classes import approved_before
from approvals.database import reading
from approvals.fair_lending_views import piece_lines
from approvals.permissions import PERMISSIONS, Action, permit
from approvals.pieces import (
    StoredPiece,
    find_piece,
    history,
    load_piece,
    rows_of,
    stored_piece,
    waiver_name,
)
from approvals.queue import listing
from approvals.recalls import receipts_of
from approvals.requirements import Requirements
from approvals.runs import load_plan
from approvals.web.asking import Asked, asked_of, piece_path
from approvals.web.page import Page, Visit
from approvals.web.piece_acts import ACTS, SETTLING, as_shown
from approvals.web.previews import claims_table, difference, findings_panel, piece_preview
from campaign.errors import BadInput, Refused, VallumError

Revision = Annotated[int | None, Query(ge=1, le=2**31)]
_ON_A_PIECE = frozenset(act for act in Action if PERMISSIONS[act].statuses is not None)


class PiecePages:
    """The routes `/pieces/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/pieces/{piece_id:path}")(self.show)
        self.router.post("/pieces/{piece_id:path}")(self.act)

    def show(self, request: Request, piece_id: str, revision: Revision = None) -> Response:
        """A revision of a piece, the latest where none is named."""
        visit = self._page.visit(request)
        asked = asked_of(request.query_params.multi_items(), visit.at)
        return self._shown(request, piece_id, revision, asked)

    def act(self, request: Request, piece_id: str) -> Response:
        """Do what a form asks, then go on to the next piece, or say on this page why it was not done."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        asked = asked_of(sent.starting("q.").items(), visit.at)
        act = sent.one("act")
        try:
            if act not in ACTS:
                raise BadInput(f"`{act}` is nothing that can be done to a piece.", "Load the page anew.")
            stored = load_piece(visit.gate.engine, piece_id)
            as_shown(stored, sent)
            done = ACTS[act](visit, stored, sent)
        except (BadInput, Refused) as stopped:
            return self._shown(request, piece_id, None, asked, trouble=stopped)
        here = asked.link(piece_path(piece_id))
        return self._page.go(request, self._next(visit, piece_id, asked) if act in SETTLING else here, done)

    def _next(self, visit: Visit, piece_id: str, asked: Asked) -> str:
        """Where to go on: the next piece of the same list, or the list where there is none."""
        with reading(visit.gate.engine) as session:
            row = find_piece(session, piece_id).row_id
        following = listing(visit.gate.engine, asked.filter, after=row or 0, limit=1)
        return asked.link(piece_path(following[0].piece) if following else "/queue", by="piece")

    def _shown(
        self,
        request: Request,
        piece_id: str,
        revision: int | None,
        asked: Asked,
        *,
        trouble: VallumError | None = None,
    ) -> Response:
        visit = self._page.visit(request)
        stored = load_piece(visit.gate.engine, piece_id, revision)
        permit(visit.actor, Action.VIEW, stored.status, stored.title)
        return self._page.render(
            request, "piece.html", trouble=trouble, stored=stored, piece=stored.piece, asked=asked,
            looks=piece_preview(stored, visit.gate.lender), findings=findings_panel(stored),
            claims=claims_table(stored, visit.gate.lender.zone), **_around(visit, stored),
        )  # fmt: skip


def _around(visit: Visit, stored: StoredPiece) -> dict[str, Any]:
    """What is known of a revision beside itself."""
    engine, piece_id = visit.gate.engine, stored.piece.piece_id
    with reading(engine) as session:
        revisions = [row.revision for row in rows_of(session, piece_id)]
        before = next((one for one in reversed(revisions) if one < stored.piece.revision), None)
        previous = stored_piece(session, find_piece(session, piece_id, before)) if before else None
        approved = approved_before(session, stored)
        needs = Requirements(session, visit.gate.lender).of(stored)
    latest = stored.piece.revision == revisions[-1]
    offered = frozenset(act for act in Action if latest and visit.may(act, stored.status, stored.speaker))
    plan = load_plan(engine, stored.run_id)
    return {
        "revisions": revisions,
        "latest": latest,
        "offered": offered,
        "for_decision": offered & _ON_A_PIECE,
        "needs": needs,
        "waivers": [(waiver_name(one), one) for one in stored.waivers],
        "fair_lending": piece_lines(plan.fair_lending if plan else None, stored.placement_id),
        "from_previous": difference(previous, stored) if previous else None,
        "approved": approved,
        "from_approved": difference(approved, stored) if approved else None,
        "receipts": receipts_of(engine, piece_id),
        "remarks": remarks_of(engine, piece_id),
        "history": history(engine, piece_id),
        "people": [person.name for person in visit.gate.lender.people],
    }
