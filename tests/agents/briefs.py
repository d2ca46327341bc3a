"""The brief that the street's tests plan for, the days they do it on, and a meeting that lies between."""

from __future__ import annotations

from datetime import date

from campaign.brief import Brief

DAY = date(2026, 2, 26)
LATER = date(2026, 10, 8)
BRIEF = Brief(
    goal="Help owners who would save", budget_usd=20_000, starts=date(2026, 3, 2), ends=date(2026, 5, 29)
)
MEETING = date(2026, 3, 18)
MOVES = (-24.0, -18.0, -13.0, *(float(move) for move in range(-8, 10)), 17.0, 27.0, 55.0)
"""What rates did after past meetings, basis points: made up, so that each case has some."""
