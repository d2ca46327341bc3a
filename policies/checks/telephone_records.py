"""What the records say of texting a number: the Do Not Call Registry, and where a lead came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from campaign.finding import Severity
from campaign.noun import Noun
from campaign.piece import Consent
from policies.checks.targeting import settings_of
from policies.matching import Pattern, unexcused
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What is asked.

    Attributes:
        asks: `registry` the National Do Not Call Registry, `lead` the consent behind a bought lead.
        fresh_days: how old a scrub against the registry may be.
        when_targeted: patterns for names and values of audience settings (folded) that say the same.
        permitted: contexts in those settings that say the opposite.
    """

    asks: Literal["registry", "lead"]
    fresh_days: int = 31
    when_targeted: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where a record speaks against it; where nothing is recorded, other rules ask for consent."""
    keys: Keys = rule.keys
    record = seen.piece.consent
    for setting in settings_of(seen):
        if any(unexcused(keys.when_targeted, keys.permitted, setting)):
            yield Hit("targeting", words={"problem": f"The audience is drawn so: {setting[:120]}"})
            return
    if record is None:
        return
    if keys.asks == "lead":
        if record.lead_vendor and not record.lead_certificate:
            yield Hit(
                "consent",
                words={"problem": f"No record of the consent given to {record.lead_vendor} is kept"},
            )
        return
    if record.sms_written or _related(record, seen):
        return
    if record.dnc_listed:
        yield Hit("consent", words={"problem": "The number is on the National Do Not Call Registry"})
    elif record.dnc_checked_on and seen.today - record.dnc_checked_on > timedelta(days=keys.fresh_days):
        problem = f"The number was last held against the registry on {record.dnc_checked_on}"
        yield Hit("consent", words={"problem": problem}, severity=Severity.WARN)


def _related(record: Consent, seen: Seen) -> bool:
    return record.relationship_until is not None and record.relationship_until >= seen.today
