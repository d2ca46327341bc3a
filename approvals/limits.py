"""Time limits: until when a piece should be decided, what is late or soon will be, and who gets it then.

A limit decides nothing. What is past it still waits; it is told of, and it is put on another desk, once.
"""

from __future__ import annotations

from datetime import datetime

from campaign.calendar import add_business_hours
from campaign.lender import Lender


def due_at(submitted_at: datetime, hours: float | None, lender: Lender) -> datetime | None:
    """The moment until which a piece should be decided.

    Args:
        submitted_at: aware. hours: business hours that the approval rules give; None where there is no limit.

    Returns:
        An aware moment in UTC, None where there is no limit.
    """
    if hours is None:
        return None
    return add_business_hours(submitted_at, hours, lender.calendar, lender.zone)
