"""Notices by e-mail: through the lender's mail server, or as `.eml` files where none is configured."""

from __future__ import annotations

import hashlib
import os
import smtplib
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from campaign.errors import BadInput, Refused
from tools.mail_server import MailServer, unreachable
from tools.notices.message import Message, html, inert, plain


def compose(message: Message, *, to: str, sender: str, sender_name: str, at: datetime) -> EmailMessage:
    """The notice as a letter to one mailbox.

    Args:
        to, sender: e-mail addresses. sender_name: how the sender is shown. at: aware.
    """
    identity = hashlib.sha256(f"{message.key}/{to.casefold()}".encode()).hexdigest()[:40]
    letter = EmailMessage(policy=SMTP)
    letter["Date"] = format_datetime(at.astimezone(UTC))
    letter["From"] = Address(display_name=inert(sender_name, 80), addr_spec=sender)
    letter["To"] = Address(addr_spec=to)
    letter["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2].lower()}>"
    letter["Subject"] = inert(message.subject)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    letter.set_content(plain(message), cte="quoted-printable")
    letter.add_alternative(html(message), subtype="html", cte="quoted-printable")
    letter.set_boundary(f"=_{identity[:32]}")
    return letter


def send(letter: EmailMessage, server: MailServer) -> str:
    """Hand one letter to the mail server.

    Returns:
        Its Message-ID, as evidence.

    Raises:
        Refused: the server cannot be reached, refuses it, or does not say what became of it.
    """
    try:
        with closing(server.open()) as opened:
            opened.send_message(letter)
            with suppress(smtplib.SMTPException, OSError):
                opened.quit()  # the letter is taken; what the server thinks of a goodbye changes nothing
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(
            f"The notice to `{letter['To']}` was not sent: the mail server `{server.place}` {_why(error)}.",
            "It is tried again at the next `vallum notify`.",
        ) from error
    return str(letter["Message-ID"])


def put(letter: EmailMessage, folder: Path, at: datetime) -> str:
    """Write one letter as a file that appears whole.

    Returns:
        Its path, as evidence.

    Raises:
        BadInput: the folder cannot be written.
    """
    identity = str(letter["Message-ID"])[1:13]
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{identity}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(letter.as_bytes())
        Path(draft).replace(path)
    except OSError as error:
        raise BadInput(
            f"`{folder}` cannot be written: {error.strerror}.", "Free the disk or mend the folder's rights."
        ) from error
    return str(path)


def _why(error: smtplib.SMTPException | OSError) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"refused the recipient ({_said(*next(iter(error.recipients.values())))})"
    if isinstance(error, smtplib.SMTPAuthenticationError) or not isinstance(
        error, smtplib.SMTPResponseException
    ):
        return unreachable(error)
    return f"answered {_said(error.smtp_code, error.smtp_error)}"


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {inert(text)}"
