"""Writing to people who did not agree, or who said stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import re2

from campaign.noun import Noun
from policies.matching import Pattern, anywhere
from policies.rule import Rule
from policies.seen import Hit, Seen

_REGISTRY = re2.compile(r"(?:https?://)?(?:www\.)?nmlsconsumeraccess\.org\S*")


class Keys(Noun):
    """What is asked.

    Attributes:
        asks: `sms_written` prior express written consent; `email_not_opted_out` no request to stop on record.
        opt_out: for e-mail, words that offer the way out.
        mechanism: for e-mail, an internet-based way to use it.
        hindrance: conditions that may not be put on it.
    """

    asks: Literal["sms_written", "email_not_opted_out"]
    opt_out: tuple[Pattern, ...] = ()
    mechanism: tuple[Pattern, ...] = ()
    hindrance: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each thing that is missing."""
    keys: Keys = rule.keys
    record = seen.piece.consent
    if keys.asks == "sms_written":
        if record is None or record.sms_written is not True:
            yield Hit("consent", words={"problem": "No prior express written consent is on record"})
        return
    if record is not None and record.email_opted_out:
        yield Hit("consent", words={"problem": "The recipient has opted out"})
    if not anywhere(keys.opt_out, seen.text):
        yield Hit(seen.first_field, words={"problem": "The piece offers no way to opt out"})
    elif not any(anywhere(keys.mechanism, _own(text)) for _, text in seen.piece.texts()):
        yield Hit(seen.first_field, words={"problem": "The way to opt out does not work over the internet"})
    elif anywhere(keys.hindrance, seen.text):
        yield Hit(seen.first_field, words={"problem": "Opting out asks for more than an address"})


def _own(text: str) -> str:
    """The text without the licensing registry's address, where nobody can unsubscribe."""
    kept: str = _REGISTRY.sub("", text.lower())
    return kept
