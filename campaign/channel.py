"""Channels as everyone above the transport needs to know them: formats, limits, cadence.

Limits are characters unless named otherwise. Sources: Google responsive search ads 30/90 and 3 to 15
headlines (Adobe ad-settings page, Google bulk template); Meta 125/40/30 before the fold (practice);
LinkedIn 3,000 (scheduler help pages); e-mail subject and pre-header lengths are practice, not rules.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from campaign.noun import Noun


class Channel(StrEnum):
    """Where a piece appears. The first seven are planned; the rest can be screened."""

    GOOGLE_SEARCH = "google_search"
    META = "meta"
    EMAIL = "email"
    LINKEDIN = "linkedin"
    ZILLOW = "zillow"
    LENDINGTREE = "lendingtree"
    BANKRATE = "bankrate"
    SMS = "sms"
    FLYER = "flyer"
    WEB = "web"


PLANNED = (
    Channel.GOOGLE_SEARCH,
    Channel.META,
    Channel.EMAIL,
    Channel.LINKEDIN,
    Channel.ZILLOW,
    Channel.LENDINGTREE,
    Channel.BANKRATE,
)


class FieldLimit(Noun):
    """How much one field of a format holds.

    Attributes:
        field: name as in a piece's `fields` (`headlines` and `descriptions` are lists).
        characters: most characters in one entry, as rendered.
        least: fewest entries (0 = optional).
        most: most entries.
    """

    field: str
    characters: int = Field(gt=0)
    least: int = 1
    most: int = 1


class Format(Noun):
    """One shape a piece can take in a channel.

    Attributes:
        name: `channel.shape`, for example `google_search.rsa`.
        channel: where it appears.
        limits: its fields, in reading order.
        tight: True where the legends of several states cannot stand together, so that pieces are
            made per group of states.
        frequency_cap_days: fewest days between two contacts of one person, 0 where the platform decides.
    """

    name: str
    channel: Channel
    limits: tuple[FieldLimit, ...]
    tight: bool = False
    frequency_cap_days: int = 0

    def limit(self, field: str) -> FieldLimit | None:
        """The limit of `field`, or None where the format has no such field."""
        return next((limit for limit in self.limits if limit.field == field), None)


def _fields(*rows: tuple[str, int] | tuple[str, int, int, int]) -> tuple[FieldLimit, ...]:
    return tuple(
        FieldLimit(field=row[0], characters=row[1], least=row[2], most=row[3])
        if len(row) == 4
        else FieldLimit(field=row[0], characters=row[1])
        for row in rows
    )


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format(
            name="google_search.rsa",
            channel=Channel.GOOGLE_SEARCH,
            limits=_fields(("headlines", 30, 3, 15), ("descriptions", 90, 2, 4)),
            tight=True,
        ),
        Format(
            name="meta.feed",
            channel=Channel.META,
            limits=_fields(("body", 2200), ("headline", 40), ("description", 30)),
        ),
        Format(
            name="email.letter",
            channel=Channel.EMAIL,
            limits=_fields(("subject", 60), ("preheader", 90), ("body", 6000), ("cta", 40), ("footer", 4000)),
            frequency_cap_days=14,
        ),
        Format(name="linkedin.post", channel=Channel.LINKEDIN, limits=_fields(("body", 3000))),
        Format(
            name="zillow.offer",
            channel=Channel.ZILLOW,
            limits=_fields(("headline", 80), ("body", 1500), ("footer", 2500)),
        ),
        Format(
            name="lendingtree.offer",
            channel=Channel.LENDINGTREE,
            limits=_fields(("headline", 80), ("body", 1500), ("footer", 2500)),
        ),
        Format(
            name="bankrate.offer",
            channel=Channel.BANKRATE,
            limits=_fields(("headline", 80), ("body", 1500), ("footer", 2500)),
        ),
    )
}


def format_of(channel: Channel) -> Format:
    """The format this version writes for a planned channel.

    Raises:
        KeyError: the channel is screened but not planned.
    """
    return next(form for form in FORMATS.values() if form.channel == channel)
