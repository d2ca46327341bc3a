"""The publisher: carries each release through its channel, and reports what went out and what did not.

The one module that may open `tools.channels`. It decides nothing about copy or people: the ledger says
what may go out, the book says to whom, the plan says with how much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from approvals import deliveries, runs
from approvals.audiences import Readers, contacted, own_figures
from approvals.publish_report import Contacted, PublishReport
from approvals.recipients_of_release import (
    Share,
    alerted_too,
    doubtful_slots,
    reason_for_the_other_half,
    recovered,
    rested_slots,
    sent_on_the_day_of,
    settled_slots,
    variant_of,
)
from approvals.releases import SqlLedger
from campaign.channel import FORMATS, Channel
from campaign.lender import Account, Lender
from campaign.plan import Placement
from campaign.release import Publication, Release, Withheld
from campaign.segment import Predicate
from tools.book.engine import Book
from tools.book.view import Offers
from tools.channels.email import EmailTransport
from tools.channels.email_job import EmailJob
from tools.channels.google_ads_editor import GoogleAdsEditor
from tools.channels.google_ads_recall import write_removal
from tools.channels.interface import Outcome, withhold
from tools.channels.outbox import OutboxFolder
from tools.channels.personal import slot_of
from tools.channels.search_ads_job import search_ads_job
from tools.channels.smtp import Smtp

Progress = Callable[[str], None]
_TELL_EVERY = 25


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one round of publishing works with; the arguments of `publish`."""

    releases: Sequence[Release]
    ledger: SqlLedger
    lender: Lender
    readers: Readers
    placements: Mapping[str, Mapping[str, Placement]]
    predicates: Mapping[str, Mapping[str, Predicate]]
    outbox: Path
    ads: Path
    environment: Mapping[str, str]
    at: datetime
    progress: Progress
    contacted: list[Contacted] = field(default_factory=list)


def publish(
    releases: Sequence[Release],
    *,
    ledger: SqlLedger,
    lender: Lender,
    book: Book,
    offers: Offers,
    placements: Mapping[str, Mapping[str, Placement]],
    predicates: Mapping[str, Mapping[str, Predicate]],
    outbox: Path,
    ads: Path,
    environment: Mapping[str, str],
    at: datetime,
    progress: Progress | None = None,
) -> PublishReport:
    """Carry out releases; doing it again, or after a death at any step, sends nothing twice.

    Args:
        releases: passes that are due, in order.
        ledger: asked for each slot; a release whose approval is void is withheld, the others go on.
        lender: sender, limits and accounts.
        book, offers, predicates: who is in a segment today (run id -> segment id -> predicate).
        placements: run id -> placement id -> placement, for budgets and keywords.
        outbox, ads: folders for letters without a mail server, and for import files.
        environment: where the names that `lender.toml` gives for credentials are looked up.
        at: aware moment of publishing.
        progress: told a line for every few releases, and for every thousand people.

    Raises:
        BadInput: a folder or the database cannot be written; running again goes on from there.
    """
    told = progress or (lambda _line: None)
    with ExitStack() as kept:
        readers = Readers(book, lender, ledger.sheet, offers, at=at, kept=kept)
        desk = _Desk(
            releases, ledger, lender, readers, placements, predicates, outbox, ads, environment, at, told
        )
        return _round(desk)


def _round(desk: _Desk) -> PublishReport:
    """Each release in turn, what came of it written down before the next."""
    publications: list[Publication] = []
    withheld: list[Withheld] = []
    waiting: list[str] = []
    for number, release in enumerate(desk.releases, start=1):
        if number % _TELL_EVERY == 1 or number == len(desk.releases):
            desk.progress(f"publishing: {number} of {len(desk.releases)}, `{release.piece.piece_id}`")
        outcome = _carry_out(desk, release)
        publications += outcome.publications
        withheld += outcome.withheld
        if outcome.remains:
            waiting.append(release.release_id)
        else:
            deliveries.close_release(desk.ledger.engine, release, at=desk.at)
        _keep(desk, outcome)
    return PublishReport(tuple(publications), tuple(withheld), tuple(waiting), tuple(desk.contacted))


def take_down(delivered: str) -> str:
    """Write the file that takes back a search ad that went out as a file, and say where it is.

    Raises:
        BadInput: the file that went out is gone, or the folder cannot be written.
    """
    return str(write_removal(Path(delivered)))


def _carry_out(desk: _Desk, release: Release) -> Outcome:
    """One release through its channel."""
    placement = desk.placements.get(release.run_id, {}).get(release.placement_id)
    if placement is None:
        return _held(release, f"its placement is not in the plan of run `{release.run_id}`")
    if release.piece.channel == Channel.EMAIL:
        return _write_letters(desk, release, placement)
    if release.piece.channel == Channel.GOOGLE_SEARCH:
        return _write_ads_file(desk, release, placement)
    reason = f"no transport for `{release.piece.channel}` yet; the approved text is in the queue"
    return _held(release, reason)


def _write_letters(desk: _Desk, release: Release, placement: Placement) -> Outcome:
    predicate = desk.predicates.get(release.run_id, {}).get(placement.segment_id)
    if predicate is None:
        return _held(release, f"segment `{placement.segment_id}` is not in run `{release.run_id}`")
    transport = _mail(desk)
    if isinstance(transport, str):
        return _held(release, transport)
    if unfit := desk.readers.unfit(placement, runs.get_run(desk.ledger.engine, release.run_id).sheet_id):
        return _held(release, unfit)
    states = release.piece.states or _placed_in(desk, placement)
    readers = desk.readers.of(release, placement, predicate, states)
    share = Share(
        readers, release.placement_id, variant_of(release), slot_of,
        told=lambda number: desk.progress(f"publishing: `{release.piece.piece_id}`, {number} people read"),
    )  # fmt: skip
    engine = desk.ledger.engine
    in_doubt = doubtful_slots(engine, release)
    outcome = transport.deliver(release, _email_job(desk, release, share), ledger=desk.ledger, at=desk.at)
    found = recovered(engine, release, in_doubt)
    reason = reason_for_the_other_half(release, share, desk.releases)
    kept = (withhold(release, reason, count=share.kept),) if reason else ()
    published = (*found, *outcome.publications)
    desk.contacted.extend(contacted(release, published, share.contacts))
    return replace(outcome, publications=published, withheld=(*outcome.withheld, *kept))


def _mail(desk: _Desk) -> EmailTransport | str:
    """The way e-mail goes, or why it cannot."""
    account = _account(desk)
    if not account.host:
        return OutboxFolder(desk.outbox)
    names = [name for name in (account.username_env, account.password_env) if name]
    missing = next((name for name in names if not desk.environment.get(name)), "")
    if missing:
        return f"`{missing}`, named in lender.toml for the mail server, is not set in the environment"
    return Smtp(
        account.host,
        account.port,
        username=desk.environment.get(account.username_env, ""),
        password=desk.environment.get(account.password_env, ""),
    )


def _email_job(desk: _Desk, release: Release, share: Share) -> EmailJob:
    lender, engine = desk.lender, desk.ledger.engine
    speaker = release.piece.originator
    reply_to = next((one.email for one in lender.originators if speaker and one.nmls == speaker.nmls), "")
    days = FORMATS["email.letter"].frequency_cap_days
    return EmailJob(
        recipients=share,
        from_name=lender.short_name or lender.name,
        from_address=_account(desk).from_address,
        reply_to=reply_to,
        unsubscribe_base=f"{lender.url.rstrip('/')}/unsubscribe/",
        landing_url=lender.url,
        daily_limit=lender.capacity.emails_per_day,
        sent_today=sent_on_the_day_of(engine, Channel.EMAIL.value, desk.at, lender.zone),
        already=settled_slots(engine, release),
        rested=rested_slots(engine, release, lender, days=days, at=desk.at),
        objection=lambda rendering: desk.ledger.objection_to(release.piece, rendering, at=desk.at),
        rest_reason=f"written to within the last {days} days" + alerted_too(release, lender),
        figures=own_figures,
    )


def _write_ads_file(desk: _Desk, release: Release, placement: Placement) -> Outcome:
    brief = runs.get_run(desk.ledger.engine, release.run_id).brief
    job = search_ads_job(
        release,
        placement,
        states=release.piece.states or _placed_in(desk, placement),
        all_states=_placed_in(desk, placement),
        days=(brief.ends - brief.starts).days + 1,
        final_url=desk.lender.url,
    )
    return GoogleAdsEditor(desk.ads).deliver(release, job, ledger=desk.ledger, at=desk.at)


def _placed_in(desk: _Desk, placement: Placement) -> tuple[str, ...]:
    """Where a placement is shown; one that names no state goes wherever the lender is licensed today."""
    today = desk.at.astimezone(desk.lender.zone).date()
    return placement.states or desk.lender.licensed_states(today)


def _account(desk: _Desk) -> Account:
    return desk.lender.channels.get(Channel.EMAIL.value, Account())


def _held(release: Release, reason: str) -> Outcome:
    return Outcome(withheld=(withhold(release, reason),), remains=True)


def _keep(desk: _Desk, outcome: Outcome) -> None:
    """Write down what was withheld, once: saying the same again every day adds nothing."""
    new = [held for held in outcome.withheld if held.reason not in outcome.in_books]
    known = set(deliveries.withheld_of(desk.ledger.engine)) if new else set()
    for held in new:
        if held not in known:
            deliveries.withhold(desk.ledger.engine, held, at=desk.at)
