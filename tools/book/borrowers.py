"""The contacts that a loan file names: an export of a loan system holds the borrower beside the loan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from tools.book.conversion import Converted, convert, id_of_address
from tools.book.mapping import HeaderMapping

_NAMES_A_PERSON = ("email", "first_name", "last_name", "phone")


def borrower_id(raw: Any, mapping: HeaderMapping) -> Any:
    """The id of the borrower that each row of a loan file names, or None where the file names none.

    It is the file's own contact id, else made of the e-mail address, so that two loans of one borrower meet,
    else made of the loan's number. Null in rows that name nobody.
    """
    if not mapping.borrower.keys() & set(_NAMES_A_PERSON):
        return None
    if "contact_id" in mapping.columns:
        return raw[f"c{mapping.columns['contact_id'][0]}"].nullif("")
    loan = raw[f"c{mapping.columns['loan_id'][0]}"]
    numbered = ibis.ifelse(
        _names_someone(raw, mapping), ibis.literal("borrower-") + loan, ibis.null("string")
    )
    if "email" not in mapping.borrower:
        return numbered
    return ibis.coalesce(id_of_address(raw[f"c{mapping.borrower['email'][0]}"]), numbered)


def borrowers_of(raw: Any, mapping: HeaderMapping, borrower: Any, *, zone: ZoneInfo) -> Converted:
    """The borrowers named in a staged loan file, as contacts.

    Args:
        raw: the staged text. mapping: of the loan file. borrower: as `borrower_id` gives it.
        zone: where dates without an offset are meant.
    """
    people = replace(mapping, table="contacts", columns=mapping.borrower, borrower={})
    named = raw.filter(borrower.notnull())
    return convert(named, people, zone=zone, given={"contact_id": borrower, "kind": ibis.literal("borrower")})


def _names_someone(raw: Any, mapping: HeaderMapping) -> Any:
    places = [place for name in _NAMES_A_PERSON for place in mapping.borrower.get(name, ())]
    return ibis.or_(*(raw[f"c{place}"] != "" for place in places))
