"""Deciding in a terminal: one piece, several, a class, or all that a filter finds."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.options_of_commands import (
    AsJson,
    AsOf,
    Assignee,
    By,
    ChannelName,
    ClaimName,
    ClassKey,
    Licence,
    OriginatorName,
    PartnerName,
    ProductName,
    RateHigh,
    RateLow,
    Reason,
    RuleId,
    Run,
    SegmentName,
    StateCode,
    Text,
    VerdictName,
    at_work,
    filter_of,
)
from campaign.answer import Answer

Pieces = Annotated[list[str] | None, typer.Argument(help="Piece ids; or none, with options that find them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be decided, and decide nothing.")]
Digest = Annotated[str | None, typer.Option(help="Decide only if it is still what the dry run showed.")]
NextDraft = Annotated[str, typer.Option("--reason", help="What the next draft must do.")]


def approve(
    by: By,
    pieces: Pieces = None,
    reason: Reason = "",
    run: Run = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    product: ProductName = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    partner: PartnerName = None,
    claim: ClaimName = None,
    licence: Licence = None,
    rate_from: RateLow = None,
    rate_to: RateHigh = None,
    assignee: Assignee = None,
    of_class: ClassKey = None,
    text: Text = None,
    dry_run: DryRun = False,
    digest: Digest = None,
    if_rate: Annotated[str, typer.Option(help="Only if the 30-year rate falls in a band, `6.00-6.25`.")] = "",
    measure: Annotated[str, typer.Option(help="`offered` (the sheet's) or `survey`.")] = "offered",
    before: Annotated[str | None, typer.Option(help="Until when the band must be met.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Approve exactly these bytes of some pieces, of a class, or of all that a filter finds."""
    from approvals.asked_decisions import AskedDecision, condition_of, decide

    wanted = filter_of(
        run=run, channel=channel, segment=segment, state=state, product=product, rule=rule, verdict=verdict,
        originator=originator, partner=partner, claim=claim, licence=licence, rate_low=rate_from,
        rate_high=rate_to, assignee=assignee, class_key=of_class, text=text,
    )  # fmt: skip
    with at_work(as_of) as (gate, at):
        condition = condition_of(gate, if_rate, measure, before)
        asked = AskedDecision("approve", by, at, reason, condition, dry_run, digest)
        return decide(gate, asked, pieces or (), wanted, as_json=as_json)


def reject(
    by: By,
    pieces: Pieces = None,
    reason: NextDraft = "",
    run: Run = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    product: ProductName = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    partner: PartnerName = None,
    claim: ClaimName = None,
    licence: Licence = None,
    rate_from: RateLow = None,
    rate_to: RateHigh = None,
    assignee: Assignee = None,
    of_class: ClassKey = None,
    text: Text = None,
    dry_run: DryRun = False,
    digest: Digest = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Turn pieces down, with the reason their next draft answers."""
    from approvals.asked_decisions import AskedDecision, decide

    wanted = filter_of(
        run=run, channel=channel, segment=segment, state=state, product=product, rule=rule, verdict=verdict,
        originator=originator, partner=partner, claim=claim, licence=licence, rate_low=rate_from,
        rate_high=rate_to, assignee=assignee, class_key=of_class, text=text,
    )  # fmt: skip
    with at_work(as_of) as (gate, at):
        asked = AskedDecision("reject", by, at, reason, None, dry_run, digest)
        return decide(gate, asked, pieces or (), wanted, as_json=as_json)


def return_(
    by: By,
    pieces: Pieces = None,
    reason: NextDraft = "",
    run: Run = None,
    channel: ChannelName = None,
    segment: SegmentName = None,
    state: StateCode = None,
    product: ProductName = None,
    rule: RuleId = None,
    verdict: VerdictName = None,
    originator: OriginatorName = None,
    partner: PartnerName = None,
    claim: ClaimName = None,
    licence: Licence = None,
    rate_from: RateLow = None,
    rate_to: RateHigh = None,
    assignee: Assignee = None,
    of_class: ClassKey = None,
    text: Text = None,
    dry_run: DryRun = False,
    digest: Digest = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> Answer:
    """Send pieces back for changes, to be edited or written anew."""
    from approvals.asked_decisions import AskedDecision, decide

    wanted = filter_of(
        run=run, channel=channel, segment=segment, state=state, product=product, rule=rule, verdict=verdict,
        originator=originator, partner=partner, claim=claim, licence=licence, rate_low=rate_from,
        rate_high=rate_to, assignee=assignee, class_key=of_class, text=text,
    )  # fmt: skip
    with at_work(as_of) as (gate, at):
        asked = AskedDecision("return", by, at, reason, None, dry_run, digest)
        return decide(gate, asked, pieces or (), wanted, as_json=as_json)
