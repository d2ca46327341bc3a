"""What one round of publishing came to."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.release import Publication, Withheld


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one round of publishing came to.

    Attributes:
        publications: everything that went out now, with its evidence.
        withheld: everything that did not, counted, with the reason.
        waiting: ids of releases of which a later round may send more.
    """

    publications: tuple[Publication, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    waiting: tuple[str, ...] = ()
