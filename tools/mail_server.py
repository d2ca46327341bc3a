"""The lender's mail server: how a connection to it is opened, for letters and for notices alike."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field

_IMPLICIT_TLS = 465


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and how one gets in.

    Attributes:
        host, port: the server; port 465 speaks TLS from the first byte, others by STARTTLS.
        username, password: for the log-in, which happens under TLS only; empty where none is needed.
        tls: how certificates are checked; None checks them against the system's authorities.
        timeout: seconds to wait for any answer.
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    timeout: float = 60.0

    @property
    def place(self) -> str:
        """How sentences name it."""
        return f"{self.host}:{self.port}"

    def open(self) -> smtplib.SMTP:
        """A connection that is ready for the first envelope.

        Raises:
            smtplib.SMTPException, OSError: it cannot be reached, or does not let us in.
        """
        tls = self.tls or ssl.create_default_context()
        implicit = self.port == _IMPLICIT_TLS
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=tls)
            if implicit
            else smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        )
        with ExitStack() as on_failure:
            on_failure.callback(server.close)
            self._introduce(server, tls, secure=implicit)
            on_failure.pop_all()
        return server

    def _introduce(self, server: smtplib.SMTP, tls: ssl.SSLContext, *, secure: bool) -> None:
        server.ehlo_or_helo_if_needed()
        if not secure and server.has_extn("starttls"):
            code, _ = server.starttls(context=tls)
            secure = code == 220
            server.ehlo_or_helo_if_needed()
        if self.username:
            if not secure:
                raise smtplib.SMTPNotSupportedError("no TLS for the log-in")
            self._log_in(server)

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self.username, self.password)
        except smtplib.SMTPServerDisconnected as error:
            # Some servers answer a wrong password by hanging up before the next mechanism is tried.
            raise smtplib.SMTPAuthenticationError(535, b"the server hung up") from error


def unreachable(error: smtplib.SMTPException | OSError) -> str:
    """Why a server could not be opened, as the end of a sentence."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"offers no way to log in safely ({error})"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"refused the log-in ({error.smtp_code})"
    return f"cannot be reached ({getattr(error, 'strerror', None) or type(error).__name__})"
