"""Which HTTP status answers which kind of stop."""

from __future__ import annotations

from campaign.errors import BadInput, Busy, NotPermitted, Refused, TooManyAttempts, UnknownName, VallumError

STATUS: tuple[tuple[type[VallumError], int], ...] = (
    (TooManyAttempts, 429),
    (NotPermitted, 403),
    (Refused, 409),
    (UnknownName, 404),
    (Busy, 503),
    (BadInput, 422),
)


def status_of(stopped: VallumError) -> int:
    """The status code for a kind of stop."""
    return next((code for kind, code in STATUS if isinstance(stopped, kind)), 500)
