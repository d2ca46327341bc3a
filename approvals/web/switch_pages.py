"""The kill switch: one button stops all publishing, and says who stopped it and why until it goes on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from approvals.switch import pause, resume
from approvals.web.page import Page
from campaign.errors import BadInput, Refused, VallumError


class SwitchPages:
    """The routes `/pause` and `/resume`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/pause")(self.show)
        self.router.post("/pause")(self.stop)
        self.router.post("/resume")(self.go_on)

    def show(self, request: Request) -> Response:
        """Whether anything goes out."""
        return self._shown(request)

    def stop(self, request: Request) -> Response:
        """Stop everything."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        try:
            pause(visit.gate, by=visit.name, at=visit.at, reason=sent.one("reason"))
        except (BadInput, Refused) as stopped:
            return self._shown(request, stopped)
        return self._page.go(request, "/pause", "All publishing is paused.")

    def go_on(self, request: Request) -> Response:
        """Let publishing go on."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        try:
            resume(visit.gate, by=visit.name, at=visit.at, reason=sent.one("reason"))
        except (BadInput, Refused) as stopped:
            return self._shown(request, stopped)
        return self._page.go(request, "/pause", "Publishing goes on.")

    def _shown(self, request: Request, trouble: VallumError | None = None) -> Response:
        return self._page.render(request, "pause.html", trouble=trouble)
