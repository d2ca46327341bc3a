"""The brief that the street's tests plan for, and the days they do it on."""

from __future__ import annotations

from datetime import date

from campaign.brief import Brief

DAY = date(2026, 2, 26)
LATER = date(2026, 10, 8)
BRIEF = Brief(
    goal="Help owners who would save", budget_usd=20_000, starts=date(2026, 3, 2), ends=date(2026, 5, 29)
)
