"""A lender with a limit of four hours, and when a piece that came in is late."""

from __future__ import annotations

from datetime import timedelta

from campaign.approval_rules import ApprovalRule
from campaign.lender import Lender, Person
from campaign.notice_settings import NoticeSettings
from tests.approvals.gate import AT, LENDER

RUTH, ADA = Person(name="Ruth Calder", role="compliance"), Person(name="Ada Lim", role="admin")
MAX = Person(name="Max Orr", role="marketer")
FOUR_HOURS = (ApprovalRule(name="everything", hours=4),)
DUE = AT + timedelta(hours=4)  # AT is noon in New York
LATE = DUE + timedelta(minutes=1)


def a_lender(*escalate_to: str, team: tuple[Person, ...] = (RUTH, ADA, MAX)) -> Lender:
    notices = NoticeSettings(escalate_to=escalate_to or ("admin",), before_hours=2)
    return LENDER.model_copy(update={"people": team, "approvals": FOUR_HOURS, "notices": notices})
