"""How a lender works: its people, its voice, when its prices are too old, what it can operate, what sends."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from campaign.noun import Noun

Role = Literal["marketer", "loan_officer", "compliance", "admin"]
_LETTERS = r"[\w!#$%&'*+/=?^`{|}~-]"
_MAILBOX = re.compile(rf"(?=.{{3,254}}$){_LETTERS}+(\.{_LETTERS}+)*@(\w[\w-]*\.)*\w[\w-]*", re.ASCII)


def mailbox(address: str) -> str:
    """An e-mail address that mail servers without special skills can write to, as it is.

    Raises:
        ValueError: it is none.
    """
    if not _MAILBOX.fullmatch(address):
        raise ValueError(f"`{address:.60}` is no e-mail address")
    return address


class Person(Noun):
    """Someone who may act on the queue. Where a lender lists people, nobody else may decide."""

    name: str
    role: Role
    email: str = ""

    @field_validator("email")
    @classmethod
    def _can_be_written_to(cls, value: str) -> str:
        return mailbox(value) if value else value


class Brand(Noun):
    """How the lender speaks: voice in a few adjectives, words it never uses."""

    voice: str = "plain, warm, exact"
    banned_words: tuple[str, ...] = ()


class RatePolicy(Noun):
    """When a price in copy is too old.

    Attributes:
        tolerance_bps: a move of the market beyond this voids copy that shows a rate (1/8 point by default).
        stale_after_hours: age of a quoted price at which a piece may no longer go out.
        trigger_bps: how far a borrower's rate must stand above today's offer to speak of refinancing.
        survey_url, treasury_url, daily_url, target_url: addresses of CSV files that `vallum rates update`
            reads: survey, ten-year Treasury, a daily index, the Fed's target range.
    """

    tolerance_bps: float = Field(default=12.5, gt=0, le=200)
    stale_after_hours: int = Field(default=24, gt=0, le=24 * 60)
    trigger_bps: float = Field(default=50, gt=0, le=500)
    survey_url: str = ""
    treasury_url: str = ""
    daily_url: str = ""
    target_url: str = ""

    @field_validator("survey_url", "treasury_url", "daily_url", "target_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^\s/]", value):
            raise ValueError(f"`{value:.60}` is no address that starts with https://")
        return value


class Capacity(Noun):
    """What the team can operate.

    Attributes:
        max_segments: segments at once. revision_rounds: how often a piece goes back before it stays blocked.
        emails_per_day: letters a day. channel_floor_usd: what each planned channel keeps at least, dollars.
        budget_usd: what a brief that names no budget may spend, dollars.
    """

    max_segments: int = Field(default=5, ge=3, le=5)
    revision_rounds: int = Field(default=2, ge=0, le=5)
    emails_per_day: int = Field(default=500, ge=0)
    channel_floor_usd: float = Field(default=500, ge=0)
    budget_usd: float = Field(default=60_000, gt=0)


class Account(Noun):
    """How to reach a channel. Credentials are named by environment variable, never written here.

    Attributes:
        host, port: SMTP server for e-mail; empty host means files in the workspace's outbox.
        from_address: sender of e-mail, on a domain the lender controls.
        username_env, password_env: names of environment variables.
        account_id: the platform's account number, where it has one.
    """

    host: str = ""
    port: int = Field(default=587, gt=0, lt=65536)
    from_address: str = ""
    username_env: str = ""
    password_env: str = ""
    account_id: str = ""
