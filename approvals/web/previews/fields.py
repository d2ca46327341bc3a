"""The fields of a piece as people call them, and how much room is left in them."""

from __future__ import annotations

import re

from campaign.channel import FORMATS, Channel
from campaign.piece import Piece

_NAMES = {
    "subject": "Subject",
    "preheader": "Preheader",
    "headline": "Headline",
    "headlines": "Headline",
    "description": "Description",
    "descriptions": "Description",
    "body": "Body",
    "cta": "Button",
    "footer": "Footer",
    "landing_url": "Landing page",
    "targeting": "Targeting",
    "cost_split": "Cost split",
    "consent": "Consent",
}
_ENTRY = re.compile(r"(.+)\[(\d+)\]")


def field_name(field: str) -> str:
    """A field as people call it: `headlines[2]` is `Headline 3`."""
    if entry := _ENTRY.fullmatch(field):
        return f"{field_name(entry[1])} {int(entry[2]) + 1}"
    return _NAMES.get(field, field.replace("_", " ").capitalize())


def base_field(field: str) -> str:
    """The field that an entry belongs to: `headlines[2]` is of `headlines`."""
    return field.partition("[")[0]


def room(channel: str, field: str, text: str) -> str:
    """How much of a field's limit a text takes: `28 of 30 characters`."""
    limits = [
        limit.characters
        for form in FORMATS.values()
        if form.channel == channel
        for limit in form.limits
        if limit.field == base_field(field)
    ]
    return f"{len(text)} of {limits[0]:,} characters" if limits else f"{len(text):,} characters"


def text_of(piece: Piece, field: str) -> str:
    """A field as one text; empty where the piece has none, the first entry of a list."""
    value = piece.fields.get(field, "")
    return value if isinstance(value, str) else next(iter(value), "")


def texts_of(piece: Piece, field: str) -> tuple[str, ...]:
    """A field as a list of texts; a single one is a list of one."""
    value = piece.fields.get(field, ())
    return (value,) if isinstance(value, str) else value


def known_channel(name: str) -> Channel | None:
    """The channel of that name, None for one this version does not know."""
    return Channel(name) if name in {channel.value for channel in Channel} else None
