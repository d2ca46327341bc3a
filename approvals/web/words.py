"""How the page says things: one Jinja environment that escapes everything, and the filters of this trade."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from approvals.people import ROLES, Actor

CHANNELS = {
    "google_search": "Google Search",
    "meta": "Facebook and Instagram",
    "email": "E-mail",
    "linkedin": "LinkedIn",
    "zillow": "Zillow",
    "lendingtree": "LendingTree",
    "bankrate": "Bankrate",
    "sms": "Text message",
    "flyer": "Flyer",
    "web": "Web page",
}


def environment(*folders: Path) -> Environment:
    """The templates of some folders: all is escaped, and a name that does not exist is a fault."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        ago=ago, bps=bps, channel=channel, counted=counted, day=day, few=few, lately=lately, left=left,
        moment=moment, roles=roles, spoken=spoken,
    )  # fmt: skip
    return made


def channel(name: str) -> str:
    """A channel as people call it."""
    return CHANNELS.get(name, spoken(name))


def spoken(name: str) -> str:
    """A name of the code in plain words: `approved_conditionally` is `approved conditionally`."""
    return str(name).replace("_", " ")


def bps(shift: float) -> str:
    """A move of rates: `−25 bps`, or that there is none."""
    return f"{shift:+g} bps".replace("-", "\N{MINUS SIGN}") if shift else "no move"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 piece`, `3,600 pieces`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def few(names: Collection[str], most: int = 4, noun: str = "state") -> str:
    """A few names, or how many there are."""
    if not names:
        return "all"
    return " ".join(names) if len(names) <= most else counted(len(names), noun)


def roles(actor: Actor) -> str:
    """What someone may act as."""
    if actor.role is None:
        return "all roles"
    named = [spoken(role) for role in ROLES if role in actor.roles]
    return ", ".join(named)


@pass_context
def moment(context: Context, at: datetime) -> str:
    """A moment in the lender's zone: `26 Feb 2026, 14:05 EST`."""
    return f"{_local(context, at):%-d %b %Y, %H:%M %Z}"


def day(on: date) -> str:
    """A day: `26 Feb 2026`."""
    return f"{on:%-d %b %Y}"


@pass_context
def lately(context: Context, at: datetime) -> str:
    """A moment of the recent past in few words: `26 Feb 14:05`."""
    return f"{_local(context, at):%-d %b %H:%M}"


@pass_context
def ago(context: Context, then: datetime) -> str:
    """How long something has been so: `3 h`."""
    return _length(context["at"] - then)


@pass_context
def left(context: Context, due: datetime) -> str:
    """How long until a limit, or since: `3 h left`, `2 d over`."""
    rest: timedelta = due - context["at"]
    return f"{_length(abs(rest))} {'over' if rest < timedelta(0) else 'left'}"


def _length(time: timedelta) -> str:
    minutes = max(0, int(time.total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60
    return f"{days} d" if days > 1 else f"{hours} h" if hours else f"{minutes} min"


def _local(context: Context, at: datetime) -> datetime:
    zone = context.get("zone")
    return at if zone is None else at.astimezone(zone)
