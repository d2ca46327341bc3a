"""Who is told that work waits, how, and how early: the `[notices]` table of lender.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from pydantic import Field, ValidationInfo, field_validator

from campaign.lender_settings import Person, Role, mailbox
from campaign.noun import Noun

_ENVIRONMENT_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


class NoticeSettings(Noun):
    """How the team hears of what waits.

    Attributes:
        email: who gets the digest and the notices; None means everyone with the role compliance or admin,
            or named in `escalate_to`, who has an e-mail address, an empty list nobody.
        webhook_url_env: name of the environment variable that holds the address to post to; empty for none.
        webhook_secret_env: name of the one that holds the secret its posts are signed with.
        before_hours: business hours before a limit at which it is told of.
        digest_hours: hours between two digests.
        escalate_to: who gets what is past its limit: roles or people's names, tried in this order.
    """

    email: tuple[str, ...] | None = None
    webhook_url_env: str = ""
    webhook_secret_env: str = ""
    before_hours: float = Field(default=2, ge=0, le=400)
    digest_hours: float = Field(default=24, ge=1, le=24 * 14)
    escalate_to: tuple[str, ...] = ("admin",)

    @field_validator("email")
    @classmethod
    def _mailboxes(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for address in value or ():
            mailbox(address)
        return value

    @field_validator("webhook_url_env", "webhook_secret_env")
    @classmethod
    def _a_name_not_a_value(cls, value: str) -> str:
        if value and not _ENVIRONMENT_NAME.fullmatch(value):
            raise ValueError(
                "is no name of an environment variable, in capitals; the value stays out of files"
            )
        return value

    @field_validator("webhook_secret_env")
    @classmethod
    def _signed(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("webhook_url_env") and not value:
            raise ValueError("names the secret that posts are signed with; a webhook needs one")
        return value

    def knows(self, name: str, people: Iterable[Person]) -> bool:
        """Whether an entry of `escalate_to` is a role, held by anybody or not, or one of the people."""
        return name in get_args(Role) or bool(self.heard_by(name, people))

    def heard_by(self, name: str, people: Iterable[Person]) -> tuple[Person, ...]:
        """The people behind one entry of `escalate_to`: all of a role, or the one of that name."""
        if name in get_args(Role):
            return tuple(person for person in people if person.role == name)
        wanted = name.casefold().strip()
        return tuple(person for person in people if person.name.casefold() == wanted)

    def recipients(self, people: Iterable[Person]) -> tuple[tuple[str, str], ...]:
        """Name and address of everyone who gets mail; the name is empty for an address of nobody listed."""
        named = [person for person in people if person.email]
        if self.email is None:
            late = {one.name for entry in self.escalate_to for one in self.heard_by(entry, named)}
            return tuple(
                (one.name, one.email)
                for one in named
                if one.role in ("compliance", "admin") or one.name in late
            )
        names = {one.email.casefold(): one.name for one in named}
        return tuple((names.get(address.casefold(), ""), address) for address in self.email)
