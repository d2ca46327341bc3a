"""Where passwords are asked, no faster than the throttle allows and no more at once than memory bears."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from threading import BoundedSemaphore

from fastapi import Request

from approvals.accounts import log_in
from approvals.logins import log_out
from approvals.names import fold
from approvals.web.page import Page
from approvals.web.throttle import FROM_ONE_ADDRESS, Throttle
from campaign.errors import NotPermitted, TooManyAttempts

AT_ONCE = 2
"""How many passwords are looked at side by side: each takes 64 MiB."""


def neighbourhood(address: str) -> str:
    """What counts as one address: of IPv6 the network that one subscriber is given (RFC 6177)."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return address if known.version == 4 else str(ip_network(f"{address}/64", strict=False))


class Door:
    """One for the whole application, so that failures are counted together.

    Args:
        page: knows the gate and the clock.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._throttle = Throttle()
        self._turns = BoundedSemaphore(AT_ONCE)

    def enter(self, request: Request, name: str, password: str) -> str:
        """The token of a new session.

        Raises:
            NotPermitted, TooManyAttempts: as `accounts.log_in`.
        """
        at, gate = self._page.clock(), self._page.open_gate()
        address = request.client.host if request.client else ""
        who, where = f"name {fold(name)[:120]}", f"address {neighbourhood(address)}"
        self._throttle.check(who, at=at)
        self._throttle.check(where, at=at, share=FROM_ONE_ADDRESS)
        try:
            with self._turns:
                token = log_in(gate.engine, gate.lender, name, password, at=at, address=address)
        except TooManyAttempts:
            raise
        except NotPermitted:
            self._throttle.failed(who, at=at)
            self._throttle.failed(where, at=at)
            raise
        self._throttle.forget(who)
        return token

    def confirm(self, request: Request, password: str) -> None:
        """Ask the password of someone who is logged in once more.

        Raises:
            NotPermitted, TooManyAttempts: as `accounts.log_in`.
        """
        visit = self._page.visit(request)
        token = self.enter(request, visit.name, password)
        log_out(visit.gate.engine, token, at=visit.at)
