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
from campaign.errors import BadInput, Busy, NotPermitted, Refused, TooManyAttempts, UnknownName, VallumError

STATUS: tuple[tuple[type[VallumError], int], ...] = (
    (TooManyAttempts, 429),
    (NotPermitted, 403),
    (Refused, 409),
    (UnknownName, 404),
    (Busy, 503),
    (BadInput, 422),
)
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


def status_of(stopped: VallumError) -> int:
    """The status code for a kind of stop."""
    return next((code for kind, code in STATUS if isinstance(stopped, kind)), 500)


def tell_faults(app: FastAPI, page: Page) -> None:
    """Have the application show every stop on a page of ours."""

    def stopped(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, VallumError)
        return fault_page(page, request, status_of(fault), fault.fact, fault.remedy)

    def refused(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, HTTPException)
        said = _SAID.get(fault.status_code, fault.detail)
        return fault_page(page, request, fault.status_code, said)

    def misread(request: Request, _: Exception) -> Response:
        return fault_page(
            page, request, 422, "The address of this page cannot be read.", "Mend it, or go back."
        )

    def at_the_door(request: Request, _: Exception) -> Response:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(DOOR if wanted == "/" else f"{DOOR}?next={quote(wanted, safe='')}", 303)

    def crashed(request: Request, _: Exception) -> Response:
        said = "Nothing half-done was kept. The server's own log says where it was."
        answer = fault_page(page, request, 500, "A fault in Vallum itself stopped this page.", said)
        answer.headers.update(HEADERS)  # this one answers from outside of the shield
        return answer

    app.add_exception_handler(VallumError, stopped)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(LogInFirst, at_the_door)
    app.add_exception_handler(Exception, crashed)


def fault_page(page: Page, request: Request, status: int, fact: str, remedy: str = "") -> Response:
    """One sentence of fact, one of remedy."""
    title = TITLES.get(status, "Stopped")
    answer = page.render(request, "fault.html", status=status, title=title, fact=fact, remedy=remedy)
    if status in (429, 503):
        answer.headers["Retry-After"] = "60"
    return answer
