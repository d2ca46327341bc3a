"""A licensee's name, address, telephone and number, where a state wants all of them in an advertisement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from campaign.noun import Noun
from policies.checks import company_id, postal_address
from policies.roster import spelling
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names

_DIGITS = re.compile(r"\D")


class Keys(Noun):
    """`state`: whose licence; its number serves as well as the NMLS id."""

    state: str = Field(min_length=2, max_length=2)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit naming what is missing; silent where the lender holds no licence there."""
    keys: Keys = rule.keys
    lender = seen.lender
    held = lender.licenses.get(keys.state)
    if held is None or keys.state not in seen.states:
        return
    shown = {
        f"the name {lender.name}": any(spelling(name).search(seen.text) for name in company_names(seen)),
        f"the address {lender.address}": postal_address.stands_in(seen, street_only=True),
        f"the telephone number {lender.phone}".rstrip(): _telephone(seen),
        f"the number {lender.nmls}": not company_id.lacking(seen) or held.number.lower() in seen.text,
    }
    missing = [what for what, there in shown.items() if not there]
    if missing:
        yield Hit(seen.first_field, words={"missing": " and ".join(missing)})


def _telephone(seen: Seen) -> bool:
    """Whether a telephone number of the company, a branch or the piece's originator stands there."""
    lender, speaker = seen.lender, seen.piece.originator
    numbers = [lender.phone, *(branch.phone for branch in lender.branches)]
    numbers += [one.phone for one in lender.originators if speaker and one.name == speaker.name]
    digits = _DIGITS.sub("", seen.text)
    return any(wanted[-10:] in digits for number in numbers if len(wanted := _DIGITS.sub("", number)) >= 10)
