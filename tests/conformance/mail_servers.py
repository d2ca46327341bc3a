"""A real SMTP server on the loopback, with the faults that real ones have."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What arrived, and how the server should behave.

    Attributes:
        letters: (recipient, bytes) in order of arrival.
        connections: how often a client connected.
        rcpt, data: answers to give instead of accepting, by recipient.
        drops: recipients after whose letter the connection is cut without an answer.
        drops_early: recipients at whose RCPT the connection is cut.
        mail: an answer to MAIL instead of accepting.
    """

    letters: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    drops: set[str] = field(default_factory=set)
    drops_early: set[str] = field(default_factory=set)
    mail: str = ""

    async def handle_EHLO(  # noqa: N802 - the server looks for handlers by these names, here and below
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += not session.ssl
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.drops_early:
            server.transport.abort()
            return "421 never arrives"
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if address in self.data:
            return self.data[address]
        assert isinstance(envelope.original_content, bytes)
        self.letters.append((address, envelope.original_content))
        if address in self.drops:
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Run a server on a free port of the loopback; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
