"""Who is told, and by which way: the mailboxes and the webhook that lender.toml configures, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from campaign.errors import BadInput
from campaign.lender import Lender
from campaign.lender_settings import Account
from tools.mail_server import MailServer
from tools.notices import mail
from tools.notices.message import Message
from tools.notices.webhook import Webhook, webhook

_TIMEOUT = 20.0
_NOBODY = "vallum@localhost"  # letters that stay on this machine need no domain


class Target(Protocol):
    """Somebody who is told."""

    @property
    def name(self) -> str:
        """The person; empty where it is nobody listed."""

    @property
    def shown(self) -> str:
        """How reports name the place: an address, or a webhook's host."""

    def tell(self, message: Message, document: Mapping[str, Any], at: datetime) -> str:
        """Send one notice, in the form that fits.

        Returns:
            Evidence that it went.

        Raises:
            Refused, BadInput: it did not.
        """


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One person's mailbox, reached through the lender's mail server or as a file."""

    name: str
    shown: str
    account: Account
    sender_name: str
    environment: Mapping[str, str]
    folder: Path

    def tell(self, message: Message, document: Mapping[str, Any], at: datetime) -> str:
        """See `Target.tell`."""
        del document
        account = self.account
        sender = account.from_address or ("" if account.host else _NOBODY)
        if not sender:
            raise BadInput("`channels.email.from_address` in lender.toml is empty.", "Say who writes.")
        letter = mail.compose(message, to=self.shown, sender=sender, sender_name=self.sender_name, at=at)
        return mail.send(letter, self._server()) if account.host else mail.put(letter, self.folder, at)

    def _server(self) -> MailServer:
        account = self.account
        for name in (account.username_env, account.password_env):
            if name and not self.environment.get(name):
                raise BadInput(
                    f"`{name}`, named in lender.toml for the mail server, is not set in the environment.",
                    "Set it.",
                )
        return MailServer(
            account.host, account.port, timeout=_TIMEOUT,
            username=self.environment.get(account.username_env, ""),
            password=self.environment.get(account.password_env, ""),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hook:
    """The lender's webhook, with its address and secret looked up when it is needed."""

    names: tuple[str, str]
    environment: Mapping[str, str]
    wait: Callable[[float], None]
    name: str = ""

    @property
    def shown(self) -> str:
        """The name of the variable: the address itself may be a secret."""
        return f"webhook ${self.names[0]}"

    def tell(self, message: Message, document: Mapping[str, Any], at: datetime) -> str:
        """See `Target.tell`."""
        return self._open().post(document, key=message.key, at=at)

    def _open(self) -> Webhook:
        address, secret = (self.environment.get(name, "") for name in self.names)
        return webhook(address, secret, names=self.names, wait=self.wait)


def targets(
    lender: Lender, environment: Mapping[str, str], folder: Path, wait: Callable[[float], None]
) -> Iterator[Target]:
    """Everyone who is told, in the order of lender.toml.

    Args:
        environment: where the names that lender.toml gives for credentials are looked up.
        folder: for letters where no mail server is configured.
        wait: called with the seconds to wait before a webhook is asked again.
    """
    settings = lender.notices
    account = lender.channels.get("email", Account())
    sender_name = f"{lender.short_name or lender.name} approvals"
    for name, address in settings.recipients(lender.people):
        yield Mailbox(name, address, account, sender_name, environment, folder)
    if settings.webhook_url_env:
        yield Hook((settings.webhook_url_env, settings.webhook_secret_env), environment, wait)


def target_id(target: Target) -> str:
    """What the table of notices knows a target by (16 hex digits)."""
    return sha256(target.shown.casefold().encode()).hexdigest()[:16]
