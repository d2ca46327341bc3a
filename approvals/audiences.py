"""Whom one e-mail release speaks to today: a segment's people, or those of them who are due a rate alert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from approvals.publish_report import Contacted
from campaign.channel import Channel
from campaign.lender import Lender
from campaign.personal import Figure
from campaign.plan import ALERT_MARK, Placement
from campaign.rates import RateSheet
from campaign.release import Publication, Release
from campaign.segment import Predicate
from tools.book.engine import Book
from tools.book.recipients import Recipient, recipients
from tools.book.view import Offers
from tools.triggers.alerts import AlertRecipient, alert_recipients, due_alerts
from tools.triggers.figures import figures_of


class Readers:
    """Where readers are looked up: the book at one moment, under the prices that are offered then.

    Args:
        sheet: the prices in force, None for none. offers: the best of them, as the agents' view takes them.
        kept: what holds on to work that several letters share, until the round of publishing is over.
    """

    def __init__(
        self,
        book: Book,
        lender: Lender,
        sheet: RateSheet | None,
        offers: Offers,
        *,
        at: datetime,
        kept: ExitStack,
    ) -> None:
        self._book, self._lender, self._sheet, self._offers = book, lender, sheet, offers
        self._at, self._kept = at, kept
        self._due: Any = None

    def of(
        self, release: Release, placement: Placement, predicate: Predicate, states: Sequence[str]
    ) -> Iterator[Recipient]:
        """Everyone one release speaks to.

        Args:
            predicate: the placement's segment. states: where it may be shown.
        """
        if placement.offer_row is not None:
            return self._due_an_alert(placement.offer_row, predicate, states)
        officer = release.piece.originator.nmls if release.piece.originator else ""
        return recipients(
            self._book, predicate, self._offers,
            channel=Channel.EMAIL.value, states=states, at=self._at, officer=officer,
        )  # fmt: skip

    def unfit(self, placement: Placement, sheet_id: str) -> str:
        """Why a letter about a row of a sheet has no readers under these prices; empty where it may have.

        Args:
            sheet_id: of the prices that the placement was planned on.
        """
        held = self._sheet.sheet_id if self._sheet else "none"
        if placement.offer_row is None or held == sheet_id:
            return ""
        return (
            f"it speaks of row {placement.offer_row} of rate sheet `{sheet_id}`, and `{held}` is in force; "
            "run `vallum alerts`"
        )

    def _due_an_alert(self, row: int, predicate: Predicate, states: Sequence[str]) -> Iterator[Recipient]:
        if self._sheet is None:
            return
        if self._due is None:
            scanned = due_alerts(self._book, self._sheet, self._lender, offers=self._offers, at=self._at)
            self._due = self._kept.enter_context(scanned)
        yield from alert_recipients(
            self._book, self._due, predicate, offer_row=row, states=states, at=self._at
        )


def own_figures(person: object) -> Mapping[str, Figure]:
    """One person's own numbers, where the letter has slots for them."""
    return figures_of(person.numbers) if isinstance(person, AlertRecipient) else {}


def contacted(
    release: Release, publications: Iterable[Publication], contacts: Mapping[str, str]
) -> tuple[Contacted, ...]:
    """The people behind deliveries, whom the ledger knows by their slots alone.

    Args:
        contacts: slot -> contact id, of everyone the release was read out to.
    """
    kind = "rate_alert " if ALERT_MARK in release.placement_id else ""
    return tuple(
        Contacted(contacts[slot], one.at, f"{kind}{release.run_id}")
        for one in publications
        if (slot := one.key.removeprefix(f"{release.release_id}/")) in contacts
    )
