"""The audit log, searched: who did what to what, when and why, and whether the log still stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from approvals.anchor_notes import last_anchor_note
from approvals.audit_check import AuditReport, verify
from approvals.audit_search import AuditPage, AuditQuery, query_of, search
from approvals.permissions import Action, permit
from approvals.web.address import link, words
from approvals.web.overview.audit_words import audit_line
from approvals.web.page import Page, Visit
from campaign.errors import Refused

ON_ONE_PAGE = 50
FIELDS = ("words", "subject", "by", "event", "starts", "until")
Before = Annotated[int | None, Query(ge=1, le=2**53)]


class AuditPages:
    """The route `/audit`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/audit")(self.listed)
        self.router.post("/audit")(self.check)

    def listed(self, request: Request, before: Before = None) -> Response:
        """Events that fit, the newest first."""
        return self._shown(request, request.query_params, before)

    def check(self, request: Request) -> Response:
        """Recompute the whole chain and say what was found."""
        visit = self._page.visit(request)
        _permit(visit)
        return self._shown(request, {}, None, verify(visit.gate.engine))

    def _shown(
        self,
        request: Request,
        given: Mapping[str, str],
        before: int | None,
        report: AuditReport | None = None,
    ) -> Response:
        visit = self._page.visit(request)
        _permit(visit)
        asked = {name: words(given, name) or "" for name in FIELDS}
        query = query_of(zone=visit.gate.lender.zone, **asked)
        found, broken = _found(visit, query, before)
        more = link("/audit", **asked, before=found.before) if found.before else None
        return self._page.render(
            request, "overview/audit.html", asked=asked, narrow=any(asked.values()), later=before is not None,
            lines=[audit_line(event) for event in found.events], more=more, report=report, broken=broken,
            anchor=None if broken else last_anchor_note(visit.gate.engine),
        )  # fmt: skip


def _permit(visit: Visit) -> None:
    permit(visit.actor, Action.READ_AUDIT, None, "the audit log")


def _found(visit: Visit, query: AuditQuery, before: int | None) -> tuple[AuditPage, Refused | None]:
    """A page of the log; where an event on it was changed, that is what there is to see."""
    try:
        return search(visit.gate.engine, query, before=before, limit=ON_ONE_PAGE), None
    except Refused as broken:
        return AuditPage(events=()), broken
