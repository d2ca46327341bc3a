"""Logging in and out, and one's own password."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from approvals.accounts import set_password
from approvals.logins import LONGEST, log_out
from approvals.web.admission import DOOR
from approvals.web.cookies import drop, keep
from approvals.web.door import Door
from approvals.web.page import Page
from campaign.errors import BadInput, NotPermitted

Wanted = Annotated[str, Query(alias="next")]
"""The page to go on to, as the address bar names it."""


class SignIn:
    """The routes `/login`, `/logout` and `/account`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._door = Door(page)
        # before there is a session, a form is held to a cookie of its own
        self._cookie = "__Host-vallum-door" if page.secure_cookies else "vallum_door"
        self.router = APIRouter()
        self.router.get(DOOR)(self.ask)
        self.router.post(DOOR)(self.enter)
        self.router.post("/logout")(self.leave)
        self.router.get("/account")(self.account)
        self.router.post("/account")(self.renew)

    def ask(self, request: Request, wanted: Wanted = "/") -> Response:
        """Ask for name and password; whoever is in already goes on."""
        if getattr(request.state, "visit", None):
            return RedirectResponse(_local(wanted), status_code=303)
        return self._form(request, wanted)

    def enter(self, request: Request) -> Response:
        """Open a session, or ask again."""
        sent = self._page.sent(request)
        kept = request.cookies.get(self._cookie, "")
        if not kept or not hmac.compare_digest(kept.encode(), sent.one("csrf").encode()):
            raise HTTPException(403, "This form is too old; load the page anew and log in again.")
        name, wanted = sent.one("name"), sent.one("next")
        try:
            token = self._door.enter(request, name, sent.raw("password"))
        except NotPermitted as stopped:
            return self._form(request, wanted, name=name, trouble=stopped)
        answer = RedirectResponse(_local(wanted), status_code=303)
        seconds = int(LONGEST.total_seconds())
        keep(answer, self._page.session_cookie, token, seconds=seconds, secure=self._page.secure_cookies)
        drop(answer, self._cookie, secure=self._page.secure_cookies)
        return answer

    def leave(self, request: Request) -> Response:
        """End the session, here and in the database."""
        visit = self._page.visit(request)
        log_out(visit.gate.engine, request.cookies.get(self._page.session_cookie, ""), at=visit.at)
        answer = RedirectResponse(DOOR, status_code=303)
        drop(answer, self._page.session_cookie, secure=self._page.secure_cookies)
        return answer

    def account(self, request: Request) -> Response:
        """One's name, roles and password."""
        return self._page.render(request, "account.html")

    def renew(self, request: Request) -> Response:
        """Take a new password; every session ends, this one too."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        try:
            if sent.raw("new") != sent.raw("again"):
                raise BadInput("The two new passwords differ.", "Type the same one twice.")
            self._door.confirm(request, sent.raw("password"))
            set_password(visit.gate, visit.name, sent.raw("new"), by=visit.name, at=visit.at)
        except (BadInput, NotPermitted) as stopped:
            return self._page.render(request, "account.html", trouble=stopped)
        answer = RedirectResponse(DOOR, status_code=303)
        drop(answer, self._page.session_cookie, secure=self._page.secure_cookies)
        return answer

    def _form(
        self, request: Request, wanted: str, *, name: str = "", trouble: NotPermitted | None = None
    ) -> Response:
        token = request.cookies.get(self._cookie) or secrets.token_urlsafe(32)
        answer = self._page.render(
            request, "login.html", trouble=trouble, token=token, wanted=_local(wanted), name=name
        )
        keep(answer, self._cookie, token, seconds=3600, secure=self._page.secure_cookies)
        return answer


def _local(path: str) -> str:
    """A path on this very page, whatever was asked for: a link must not lead away through the door."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"
