"""A class as it is decided: its master, who differs and how, the odd ones first, some by chance to open."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from approvals.classes import class_view
from approvals.database import reading
from approvals.fair_lending_views import piece_lines
from approvals.permissions import Action, permit
from approvals.requirements import Requirements
from approvals.runs import load_plan
from approvals.web.asking import piece_path
from approvals.web.page import Page, Visit
from approvals.web.previews import claims_table, difference, findings_panel, piece_preview

ON_ONE_PAGE = 50


class ClassPages:
    """The route `/classes/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/classes/{key}")(self.show)

    def show(
        self,
        request: Request,
        key: str,
        draw: Annotated[int, Query(ge=0, le=2**31)] = 0,
        page: Annotated[int, Query(ge=1, le=2**31)] = 1,
    ) -> Response:
        """One class; `draw` takes another sample, `page` turns those of the slot table."""
        visit = self._page.visit(request)
        shown = class_view(visit.gate, key, at=visit.at, seed=_seed(visit, draw))
        first = shown.first
        permit(visit.actor, Action.VIEW, first.status, first.title)
        if len(shown.members) == 1:  # a class of one is read as the piece it is
            return self._page.go(request, piece_path(first.piece.piece_id))
        plan = load_plan(visit.gate.engine, first.run_id)
        with reading(visit.gate.engine) as session:
            needs = Requirements(session, visit.gate.lender).of(first)
        start = (page - 1) * ON_ONE_PAGE
        return self._page.render(
            request, "class.html", shown=shown, first=first, draw=draw, page=page,
            members=shown.members[start : start + ON_ONE_PAGE],
            more=len(shown.members) > start + ON_ONE_PAGE, needs=needs,
            looks=piece_preview(first, visit.gate.lender), findings=findings_panel(first),
            claims=claims_table(first, visit.gate.lender.zone),
            fair_lending=piece_lines(plan.fair_lending if plan else None, first.placement_id),
            from_approved=difference(shown.before, first) if shown.before else None,
        )  # fmt: skip


def _seed(visit: Visit, draw: int) -> int:
    """A sample of one's own in every session, the same when the page is loaded again."""
    return int(sha256(f"{visit.login.csrf} {draw}".encode()).hexdigest()[:8], 16)
