"""The chain that binds each event of the audit log to the one before it: what is hashed, in which form."""

from __future__ import annotations

import hashlib
import json
from json.encoder import encode_basestring
from typing import Any

GENESIS = "0" * 64
COLUMNS = ("event", "subject", "by", "at", "details", "previous")
"""What an event's hash covers besides its number, in the order of `event_hash`."""


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed: sorted keys, no spaces, real characters."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def event_hash(seq: int, event: str, subject: str, by: str, at: str, details: str, previous: str) -> str:
    """The hash of one event: SHA-256 over the canonical JSON of its number and its columns.

    Put together by hand, which takes a quarter of the time that a dictionary takes; a test holds it to
    `canonical`.

    Raises:
        TypeError: a column holds no text. UnicodeEncodeError: it holds characters that nothing can store.
    """
    text = encode_basestring
    content = (
        f'{{"at":{text(at)},"by":{text(by)},"details":{text(details)},"event":{text(event)},'
        f'"previous":{text(previous)},"seq":{seq},"subject":{text(subject)}}}'
    )
    return hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a text, for whatever the log keeps only the hash of."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
