"""Pieces, recipients and jobs that channel tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.piece import Piece
from tools.channels.email_job import EmailJob
from tools.channels.search_ads_job import SearchAdsJob

LETTER = {
    "subject": "{{first_name}}, a fresh look at your rate",
    "preheader": "What today's rate would mean for you & yours",
    "body": "Hi {{first_name}},\n\nTwo things are worth a look:\n- your rate <today>\n- your term\n\n"
    "Best,\nDana",
    "cta": "See your numbers",
    "footer": "This is an advertisement. Cedar & Main Mortgage, LLC. NMLS #1999901\n"
    "Unsubscribe: {{unsubscribe_url}}",
}
AD: dict[str, Any] = {
    "headlines": ("Review your home loan", "Talk with a loan officer", "Refinance options"),
    "descriptions": (
        "See whether a lower rate would pay off for you.",
        "Cedar & Main NMLS #1999901. Equal Housing",
    ),
}


@dataclass(frozen=True)
class Person:
    """A recipient as the book gives it."""

    contact_id: str
    email: str
    first_name: str


PEOPLE = (
    Person("c-1", "ann@one.example", "Ann"),
    Person("c-2", "zoe@two.example", "ZOË"),
    Person("c-3", "noname@three.example", ""),
)


def letter_piece(**changes: str) -> Piece:
    """An e-mail as approved, with fields changed or added."""
    return Piece(
        piece_id="rate_review.email.a", channel="email", states=("CA", "WA"), fields={**LETTER, **changes}
    )


def ad_piece(**changes: Any) -> Piece:
    """A search ad as approved."""
    targeting = changes.pop("targeting", None)
    return Piece(
        piece_id="rate_review.google_search.a",
        channel="google_search",
        states=("CA", "WA"),
        fields={**AD, **changes},
        targeting=targeting,
    )


def email_job(recipients: Any = PEOPLE, **changes: Any) -> EmailJob:
    """A job as the publisher makes it."""
    values: dict[str, Any] = {
        "recipients": recipients,
        "from_name": "Cedar & Main",
        "from_address": "home@cedarandmain.example",
        "reply_to": "dana.whitfield@cedarandmain.example",
        "unsubscribe_base": "https://www.cedarandmain.example/unsubscribe/",
        "landing_url": "https://www.cedarandmain.example",
        "daily_limit": 500,
    }
    return EmailJob(**{**values, **changes})


def ads_job(**changes: Any) -> SearchAdsJob:
    """A job as the publisher makes it."""
    values: dict[str, Any] = {
        "campaign": "vallum-12ab34cd Rate review CA WA",
        "ad_group": "rate review",
        "daily_budget_usd": 25.5,
        "states": ("CA", "WA"),
        "keywords": ("refinance mortgage", "lower my mortgage payment"),
        "negatives": ("jobs",),
        "final_url": "https://www.cedarandmain.example",
        "pinned": (1,),
    }
    return SearchAdsJob(**{**values, **changes})
