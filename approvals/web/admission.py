"""Who is let in: a session that stands, a person who is still listed, and a form that this page itself made.

Every route passes here (`create_app` hangs it on the whole application); only the door itself is open.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from approvals.database import reading
from approvals.gate import Gate
from approvals.logins import Login, log_out, session_of
from approvals.people import Actor, who_is
from approvals.web.page import Page, Visit
from campaign.errors import NotPermitted

DOOR = "/login"
READING = ("GET", "HEAD")


class LogInFirst(Exception):
    """Nobody is logged in; the door comes first."""


class Admission:
    """Lets a request in, or says why not; leaves a `Visit` in `request.state.visit`.

    Args:
        page: knows the gate, the clock and how cookies are sent.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def __call__(self, request: Request) -> None:
        """Look at one request, whose form has been read.

        Raises:
            LogInFirst: there is no session. HTTPException: the form is not one of ours.
            NotPermitted: the person is not listed any more.
        """
        page = self._page
        sending = request.method not in READING
        if sending and not same_origin(request, https=page.secure_cookies):
            raise HTTPException(403, "This form came from another site; nothing was done.")
        gate, at = page.open_gate(), page.clock()
        token = request.cookies.get(page.session_cookie, "")
        login = session_of(gate.engine, token, at=at) if token else None
        if login is not None:
            request.state.visit = Visit(gate, at, _actor(gate, login, token, at), login)
        if request.url.path == DOOR:
            return
        if login is None and sending:
            raise HTTPException(
                403, "You are not logged in any more; nothing was done. Log in, then send it again."
            )
        if login is None:
            raise LogInFirst
        if sending and not hmac.compare_digest(request.state.sent.one("csrf").encode(), login.csrf.encode()):
            raise HTTPException(
                403, "This form belongs to another session; nothing was done. Load the page anew."
            )


def same_origin(request: Request, *, https: bool) -> bool:
    """Whether a form was sent from this very page: browsers say so and scripts cannot make them lie."""
    origin = urlsplit(request.headers.get("origin", ""))
    if https and origin.scheme != "https":
        return False
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


def _actor(gate: Gate, login: Login, token: str, at: datetime) -> Actor:
    """The person as lender.toml has them now; whoever is not there any more is logged out at once."""
    try:
        with reading(gate.engine) as session:
            return who_is(session, gate.lender, login.person, at)
    except NotPermitted:
        log_out(gate.engine, token, at=at)
        raise
