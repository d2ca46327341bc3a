"""Personal slots: the last thing to enter a letter, long after any model has answered (law 5).

Names come from customer records, which anyone may have typed into: they are shown as a name or not at all.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from campaign.master import PERSONAL_SLOTS, SLOT

NO_NAME = "there"
_LONGEST_NAME = 40
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def greeting_name(first_name: str) -> str:
    """The name to greet a person by, or `there` where the record holds no plain name.

    Letters, their accents, spaces, apostrophes and hyphens are a name; anything else (digits, markup, a web
    address, a line break) is not shown. Names typed in capitals are set as names are.
    """
    name = unicodedata.normalize("NFC", " ".join(first_name.split()))
    if not name or len(name) > _LONGEST_NAME or not name[0].isalpha():
        return NO_NAME
    if not all(_in_a_name(letter) for letter in name):
        return NO_NAME
    return name.title() if name.isupper() and len(name) > 2 else name


def deliverable(address: str) -> bool:
    """Whether an e-mail address can be written to without SMTPUTF8, and holds nothing but an address."""
    return len(address) <= 254 and ".." not in address and _ADDRESS.fullmatch(address) is not None


def slot_of(address: str) -> str:
    """A recipient's slot within a release: the same for two contacts who share a mailbox (32 hex digits)."""
    return hashlib.sha256(f"email:{address.strip().casefold()}".encode()).hexdigest()[:32]


def unsubscribe_token(contact_id: str, release_id: str) -> str:
    """What stands in an unsubscribe address instead of a person (32 hex digits)."""
    return hashlib.sha256(f"unsubscribe:{release_id}:{contact_id}".encode()).hexdigest()[:32]


def merge(text: str, values: Mapping[str, str]) -> str:
    """Fill the personal slots of a text; a value is never read for slots again."""
    return SLOT.sub(lambda match: values.get(match[1], match[0]), text)


def open_slots(text: str) -> tuple[str, ...]:
    """Whatever in an approved text still waits for a value that is not personal."""
    others = tuple(name for name in SLOT.findall(text) if name not in PERSONAL_SLOTS)
    rest = SLOT.sub("", text)
    return others + (("{{",) if "{{" in rest or "}}" in rest else ())


def is_rendering_of(merged: str, approved: str, values: Mapping[str, str]) -> bool:
    """Whether a text is the approved one letter for letter, personal values aside (law 1).

    Walks both texts from the left, independently of `merge`.
    """
    rest, position = merged, 0
    for match in SLOT.finditer(approved):
        for part in (approved[position : match.start()], values.get(match[1], match[0])):
            if not rest.startswith(part):
                return False
            rest = rest[len(part) :]
        position = match.end()
    return rest == approved[position:]


def _in_a_name(letter: str) -> bool:
    return letter in " '’-" or unicodedata.category(letter)[0] in "LM"
