"""E-mail through the lender's own SMTP server: one connection, TLS where offered.

Until `DATA` nothing has gone out. After it only a 2xx answer is success, 4xx means later, 5xx means never,
and no answer means unknown: the letter is in doubt and not sent again (RFC 5321, 4.2.1 and 4.5.3.2).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from campaign.release import Release
from tools.channels.email import Answer, Courier, EmailTransport
from tools.channels.interface import Stay
from tools.channels.letters import Letter
from tools.mail_server import MailServer, unreachable

_LOST = "in doubt: the mail server's answer was lost after sending had begun; it is not sent again"
_CLOSING = 421
_MOST_LOSSES = 3
_NOT_ABOUT_THE_ADDRESS = re.compile(r"\b5\.7\.\d+\b")


class Smtp(EmailTransport):
    """Letters handed to one server.

    Args:
        host, port: the server; port 465 speaks TLS from the first byte, others by STARTTLS.
        username, password: for the log-in, which happens under TLS only; empty where none is needed.
        tls: how certificates are checked; by default against the system's authorities.
        timeout: seconds to wait for any answer.
    """

    name: ClassVar[str] = "e-mail by SMTP"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._server = MailServer(host, port, username, password, tls, timeout)

    @contextmanager
    def courier(self, release: Release) -> Iterator[Courier]:
        """A connection that is opened at the first letter and kept for the release."""
        del release
        postman = _Postman(self._server)
        try:
            yield postman
        finally:
            postman.close()


class _Postman:
    """One connection, opened when needed; given up after three losses in a row."""

    def __init__(self, mail_server: MailServer) -> None:
        self._connect, self._place = mail_server.open, mail_server.place
        self._server: smtplib.SMTP | None = None
        self._losses = 0

    def ready(self) -> Stay | None:
        if self._losses >= _MOST_LOSSES:
            return self._down("drops every connection")
        if self._server is not None:
            return None
        try:
            self._server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            return self._down(unreachable(error))
        return None

    def _down(self, what: str) -> Stay:
        return Stay(f"the mail server `{self._place}` {what}; run `vallum publish` later", later=True)

    def found(self, slot: str) -> str:
        del slot
        return ""

    def carry(self, letter: Letter, begin: Callable[[], None]) -> Answer:
        try:
            refused = self._envelope(letter)
        except (smtplib.SMTPException, OSError):
            self._lose()
            return Answer("later", "retry later: the connection was lost before sending began")
        if refused is not None:
            return refused
        begin()
        return self._content(letter)

    def _envelope(self, letter: Letter) -> Answer | None:
        """Sender and recipient; nothing where both are taken."""
        server = self._open_server()
        server.rset()
        code, text = server.mail(letter.sender)
        if code >= 500:
            said = _said(code, text, letter)
            return Answer("down", f"the mail server `{self._place}` refuses the sender ({said})")
        if code // 100 == 2:
            code, text = server.rcpt(letter.to)
        if code // 100 == 2:
            return None
        return self._refusal(code, text, letter, about_address=True)

    def _content(self, letter: Letter) -> Answer:
        server = self._open_server()
        try:
            code, text = server.data(letter.content)
        except smtplib.SMTPDataError as error:
            # Refused before the first byte of the letter was sent.
            return self._refusal(error.smtp_code, error.smtp_error, letter)
        except (smtplib.SMTPException, OSError):
            self._lose()
            return Answer("lost", _LOST)
        if code // 100 == 2:
            self._losses = 0
            return Answer("accepted", letter.message_id)
        if code // 100 in (4, 5):
            return self._refusal(code, text, letter)
        self._lose()
        return Answer("lost", _LOST)

    def _refusal(
        self, code: int, text: bytes | str, letter: Letter, *, about_address: bool = False
    ) -> Answer:
        said = _said(code, text, letter)
        if code == _CLOSING:
            self._lose()
        # 5.7.x to a recipient is about relaying or policy, often a setting: it must not cost the address.
        setting = about_address and _NOT_ABOUT_THE_ADDRESS.search(said)
        if code >= 500 and not setting:
            return Answer("never", f"refused for good by the mail server ({code})", said)
        return Answer("later", f"retry later: the mail server answered {code}", said)

    def _open_server(self) -> smtplib.SMTP:
        if self._server is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._server

    def _lose(self) -> None:
        self._losses += 1
        self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        """Say goodbye where the other side still listens."""
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()
            self._server = None


def _said(code: int, text: bytes | str, letter: Letter) -> str:
    """The server's words for the ledger, without the recipient's address, on one line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    short = " ".join(words.split())[:200]
    return f"{code} {re.sub(re.escape(letter.to), '<recipient>', short, flags=re.IGNORECASE)}"
