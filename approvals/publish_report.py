"""What one round of publishing came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaign.release import Publication, Withheld


@dataclass(frozen=True, slots=True)
class Contacted:
    """Somebody a letter went to, for the book's events: who, when, and by which campaign."""

    contact_id: str
    at: datetime
    campaign: str


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one round of publishing came to.

    Attributes:
        publications: everything that went out now, with its evidence.
        withheld: everything that did not, counted, with the reason.
        waiting: ids of releases of which a later round may send more.
        contacted: whom letters went to, for the book's events.
    """

    publications: tuple[Publication, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    waiting: tuple[str, ...] = ()
    contacted: tuple[Contacted, ...] = ()
