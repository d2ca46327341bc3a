"""The name an e-mail comes from: it must say who sends it (15 USC 7704(a)(1))."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.noun import Noun
from policies.roster import plain
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names, originator_names


class Keys(Noun):
    """`fields`: names of fields that hold the sender."""

    fields: tuple[str, ...] = ("from", "from_name", "sender", "reply_to")


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """A sender's field that names neither the company nor one of its originators."""
    keys: Keys = rule.keys
    known = (*company_names(seen), *originator_names(seen))
    domain = seen.lender.url.split("//")[-1].split("/")[0].removeprefix("www.").lower()
    for reading in seen.readings:
        if reading.field not in keys.fields:
            continue
        name = plain(reading.text)
        if not any(one in name for one in known) and not (
            domain and reading.text.endswith((f"@{domain}", f"@{domain}>"))
        ):
            yield seen.hit(reading, 0, len(reading.text))
