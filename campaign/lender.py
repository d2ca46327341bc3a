"""The lender: who advertises, under which licences, in which voice, within which limits."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator

from campaign.errors import Unreadable
from campaign.noun import Noun

LenderKind = Literal["independent_mortgage_bank", "bank_fdic", "bank_occ", "credit_union", "broker"]
Role = Literal["marketer", "loan_officer", "compliance", "admin"]
STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)


class License(Noun):
    """One state's licence, as on the record.

    Attributes:
        number, type, regulator: as printed on the licence.
        expires: last day it is in force.
        legend: words the state wants in advertising, where the lender's counsel has fixed them.
    """

    number: str
    type: str
    regulator: str
    expires: date
    legend: str | None = None


class Originator(Noun):
    """One loan officer on the roster: name, individual NMLS id, licensed states, contact."""

    name: str
    nmls: str = Field(pattern=r"^\d{3,9}$")
    states: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""


class Person(Noun):
    """Someone who may act on the queue. Where a lender lists people, nobody else may decide."""

    name: str
    role: Role
    email: str = ""


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
    """

    tolerance_bps: float = Field(default=12.5, gt=0, le=200)
    stale_after_hours: int = Field(default=24, gt=0, le=24 * 60)
    trigger_bps: float = Field(default=50, gt=0, le=500)


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


class Lender(Noun):
    """Everything about the advertiser that rules and copy rely on, read from `lender.toml`.

    Attributes:
        name, short_name, trade_names: legal name and the names it may advertise under.
        nmls: the company's NMLS id.
        kind: what it is; decides which legends and words it may use.
        address, phone, url: as copy may show them.
        timezone: a bare date means the end of that day there.
        equal_housing: the words it uses, `Equal Housing Opportunity` or `Equal Housing Lender`.
        licenses: by postal code. originators, people: rosters.
    """

    name: str = Field(min_length=2)
    short_name: str = ""
    trade_names: tuple[str, ...] = ()
    nmls: str = Field(pattern=r"^\d{3,9}$")
    kind: LenderKind = "independent_mortgage_bank"
    address: str = Field(min_length=8)
    phone: str = ""
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    timezone: str = "America/New_York"
    equal_housing: str = "Equal Housing Opportunity"
    licenses: dict[str, License] = Field(default_factory=dict)
    brand: Brand = Brand()
    originators: tuple[Originator, ...] = ()
    people: tuple[Person, ...] = ()
    rates: RatePolicy = RatePolicy()
    capacity: Capacity = Capacity()
    channels: dict[str, Account] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("is no time zone of the IANA list, for example `America/New_York`") from error
        return value

    @field_validator("licenses")
    @classmethod
    def _known_states(cls, value: dict[str, License]) -> dict[str, License]:
        for state in value:
            if state not in STATES:
                raise ValueError(f"`{state}` is no postal code of a US state")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The lender's time zone."""
        return ZoneInfo(self.timezone)

    def licensed_states(self, on: date) -> tuple[str, ...]:
        """Postal codes whose licence is in force on a day, alphabetical."""
        return tuple(sorted(state for state, held in self.licenses.items() if held.expires >= on))

    def person(self, name: str) -> Person | None:
        """The person of that name, letter case aside."""
        wanted = name.casefold().strip()
        return next((person for person in self.people if person.name.casefold() == wanted), None)


def parse_lender(text: str, source: str = "lender.toml") -> Lender:
    """Read a `lender.toml`, naming the line of whatever cannot be used.

    Args:
        text: the file's content.
        source: its name, for messages.

    Raises:
        Unreadable: it is no TOML, a key is unknown or missing, or a value cannot be used.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(source, f"is no TOML: {error}.", "Mend that line.") from error
    if not isinstance(tables.get("lender"), dict):
        raise Unreadable(source, "has no `[lender]` table.", "Start from the file that `vallum init` writes.")
    flat: dict[str, Any] = {**tables.pop("lender"), **tables}
    try:
        return Lender.model_validate(flat)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        dotted = ".".join(path)
        line = line_of(text, path)
        place = f"{source}:{line}" if line else source
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            raise Unreadable(
                place, f"`{dotted}` is no key of lender.toml.", "Remove it or mend its name."
            ) from error
        if first["type"] == "missing":
            raise Unreadable(place, f"`{dotted}` is missing.", "Add it.") from error
        raise Unreadable(
            place, f"`{dotted}`: {what} (found `{first['input']!s:.60}`).", "Mend the value."
        ) from error


def line_of(text: str, path: list[str]) -> int | None:
    """The line where a key of a TOML file stands, counted from 1; None where it cannot be told.

    `[lender]` keys come without their table, as `parse_lender` flattens them.
    """
    lines = text.splitlines()
    tables = [".".join(path[:depth]) for depth in range(len(path), 0, -1)]
    start = next((index for name in tables for index in _headers(lines, name)), 0)
    wanted = re.compile(rf"^\s*{re.escape(path[-1])}\s*=")
    for index in range(start, len(lines)):
        if wanted.match(lines[index]):
            return index + 1
    return start + 1 if start else None


def _headers(lines: list[str], table: str) -> list[int]:
    header = re.compile(rf"^\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
    return [index for index, line in enumerate(lines) if header.match(line)]
