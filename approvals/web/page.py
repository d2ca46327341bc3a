"""What every page is made with: who looks, when, at which gate, and the frame their answer is shown in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from approvals.gate import Gate
from approvals.logins import Login
from approvals.people import Actor
from approvals.permissions import Action, may
from approvals.statuses import Status
from approvals.switch import pause_in_force
from approvals.web.cookies import drop
from approvals.web.fragments import TEMPLATES
from approvals.web.notices import NOTICE_COOKIE, read_notice, say
from approvals.web.sent import Sent
from approvals.web.status_codes import status_of
from campaign.errors import VallumError


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of someone who is logged in.

    Attributes:
        gate: as lender.toml stands now. at: the one moment of this request.
        actor: who looks, with the roles they have now. login: their session.
    """

    gate: Gate
    at: datetime
    actor: Actor
    login: Login

    @property
    def name(self) -> str:
        """In whose name the gate acts."""
        return self.actor.name

    def may(self, action: str, status: Status | None = None, speaker: str = "") -> bool:
        """Whether to offer an act; the gate asks the same table again when it is done."""
        return may(self.actor, Action(action), status, speaker=speaker)


class Page:
    """The frame of every page, with what routes need to fill it.

    Templates extend `base.html` and fill its blocks `title` and `main`. The content security policy allows
    neither inline scripts nor inline styles nor `style=` attributes: classes go into a file of `static/`.

    Args:
        open_gate: the gate as lender.toml stands at the moment of asking.
        clock: now, aware.
        secure_cookies: the page is served over https only.
    """

    def __init__(
        self, open_gate: Callable[[], Gate], *, clock: Callable[[], datetime], secure_cookies: bool
    ) -> None:
        self.open_gate = open_gate
        self.clock = clock
        self.secure_cookies = secure_cookies
        # the prefix makes browsers refuse a cookie of that name from a neighbouring host
        self.session_cookie = "__Host-vallum" if secure_cookies else "vallum"

    def visit(self, request: Request) -> Visit:
        """Who looks at what; every route but logging in has one."""
        visit: Visit = request.state.visit
        return visit

    def sent(self, request: Request) -> Sent:
        """The fields of the form that came with a request."""
        sent: Sent = request.state.sent
        return sent

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int | None = None,
        trouble: VallumError | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A page from a template.

        Args:
            template: name below `templates/`. trouble: what stopped the request, to be said on the page.
            status: of the HTTP answer; None is that of the trouble, 200 without any.
            context: what else the template shows; texts are escaped there.
        """
        visit: Visit | None = getattr(request.state, "visit", None)
        said = read_notice(request, visit.login) if visit else ""
        shown = TEMPLATES.get_template(template).render(
            visit=visit,
            person=visit.actor if visit else None,
            csrf=visit.login.csrf if visit else "",
            at=visit.at if visit else self.clock(),
            zone=visit.gate.lender.zone if visit else None,
            here=request.url.path,
            sent=getattr(request.state, "sent", Sent({})),
            said=said,
            trouble=trouble,
            paused=pause_in_force(visit.gate.engine) if visit else None,
            **context,
        )
        answer = HTMLResponse(shown, status_code=status or (status_of(trouble) if trouble else 200))
        if said:
            drop(answer, NOTICE_COOKIE, secure=self.secure_cookies)
        return answer

    def go(self, request: Request, path: str, sentence: str = "") -> Response:
        """Send the browser to another page of ours, with a sentence to show there."""
        answer = RedirectResponse(path, status_code=303)
        if sentence:
            say(answer, self.visit(request).login, sentence, secure=self.secure_cookies)
        return answer
