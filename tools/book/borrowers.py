"""The contacts that a loan file names: an export of a loan system holds the borrower beside the loan."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import ibis

from tools.book.conversion import Converted, convert, id_of_address
from tools.book.mapping import HeaderMapping


def borrowers_of(raw: Any, mapping: HeaderMapping, *, zone: ZoneInfo) -> Converted | None:
    """The borrowers named in a staged loan file as contacts, or None where it names none."""
    return None
