"""One master, many names: a variant for each loan officer, who signs it where they are licensed.

The words stay those of the master; only slots of identity are filled anew, from the roster and the licence
records, so that the gate can decide all of them as one class.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from campaign.claim import Claim
from campaign.lender import Lender, Originator
from campaign.master import Master
from policies.identity import originator_claims

SIGNED_FORMATS = frozenset({"email.letter", "meta.feed", "linkedin.post"})
"""Formats with room for a loan officer's name and NMLS id beside the company's."""
_COMPANY = "{{company_name}}, NMLS ID #{{company_nmls}}"
_OFFICER = "{{originator_name}}, NMLS ID #{{originator_nmls}}\n"


def signed(master: Master, form: str) -> Master:
    """The master with the loan officer's line above the company's, where the format has room for one."""
    body = master.fields.get("body")
    if form not in SIGNED_FORMATS or not isinstance(body, str) or _COMPANY not in body:
        return master
    fields = {**master.fields, "body": body.replace(_COMPANY, _OFFICER + _COMPANY, 1)}
    return master.model_copy(update={"fields": fields})


def is_signed(master: Master) -> bool:
    """Whether a loan officer's name stands in it."""
    return "originator_name" in master.slots()


def signers(
    lender: Lender, states: tuple[str, ...], at: datetime
) -> Iterator[tuple[Originator, tuple[str, ...], dict[str, Claim]]]:
    """Everyone on the roster who may sign, where, and what stands in their slots.

    Args:
        states: where the placement is shown. at: aware moment; a lapsed licence signs nothing.
    """
    on = at.astimezone(lender.zone).date()
    for officer in lender.originators:
        shared = tuple(state for state in states if state in officer.states or not officer.states)
        lapsed = officer.expires is not None and officer.expires < on
        if shared and not lapsed and (officer.states or lender.is_depository):
            yield officer, shared, originator_claims(lender, officer)
