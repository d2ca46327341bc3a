"""What stopped a request: one sentence on a page, and the status code of its kind."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from approvals.web.admission import DOOR, LogInFirst
from approvals.web.page import Page
from approvals.web.shield import HEADERS
from approvals.web.status_codes import status_of
from campaign.errors import VallumError

TITLES = {
    403: "Not yours to do",
    404: "Nothing here",
    405: "Nothing to do here",
    409: "The answer is no",
    413: "Too large",
    415: "No form",
    422: "Cannot be used",
    429: "Too many attempts",
    500: "A fault in Vallum",
    503: "Busy",
}
_SAID = {
    404: "There is no such page.",
    405: "This page is only to be read.",
}


class Faults:
    """Answers every stop with a page of ours.

    Args:
        page: the frame.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def hang_on(self, app: FastAPI) -> None:
        """Have an application answer so."""
        app.add_exception_handler(VallumError, self.stopped)
        app.add_exception_handler(HTTPException, self.refused)
        app.add_exception_handler(RequestValidationError, self.misread)
        app.add_exception_handler(LogInFirst, self.at_the_door)
        app.add_exception_handler(Exception, self.crashed)

    def stopped(self, request: Request, fault: Exception) -> Response:
        """What the gate refuses, with its remedy."""
        assert isinstance(fault, VallumError)
        return self._page_of(request, status_of(fault), fault.fact, fault.remedy)

    def refused(self, request: Request, fault: Exception) -> Response:
        """What the page itself refuses."""
        assert isinstance(fault, HTTPException)
        said = _SAID.get(fault.status_code, fault.detail)
        return self._page_of(request, fault.status_code, said)

    def misread(self, request: Request, _: Exception) -> Response:
        """A number in the address that is none."""
        said = "The address of this page cannot be read."
        return self._page_of(request, 422, said, "Mend it, or go back.")

    def at_the_door(self, request: Request, _: Exception) -> Response:
        """Nobody is logged in: the door, which leads on to where they wanted to go."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(DOOR if wanted == "/" else f"{DOOR}?next={quote(wanted, safe='')}", 303)

    def crashed(self, request: Request, _: Exception) -> Response:
        """A fault of ours."""
        said = "Nothing half-done was kept. The server's own log says where it was."
        fact = "A fault in Vallum itself stopped this page."
        answer = self._page_of(request, 500, fact, said)
        answer.headers.update(HEADERS)  # this one answers from outside of the shield
        return answer

    def _page_of(self, request: Request, status: int, fact: str, remedy: str = "") -> Response:
        """One sentence of fact, one of remedy."""
        title = TITLES.get(status, "Stopped")
        answer = self._page.render(
            request, "fault.html", status=status, title=title, fact=fact, remedy=remedy
        )
        if status in (429, 503):
            answer.headers["Retry-After"] = "60"
        return answer
