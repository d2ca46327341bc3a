"""Whether somebody may be written to, once more, slowly and plainly; written from docs/triggers.md."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from campaign.trigger_policy import TriggerPolicy

Row = dict[str, Any]


class People:
    """The contacts of one book at one moment, in UTC without a zone."""

    def __init__(self, tables: dict[str, list[Row]], policy: TriggerPolicy, now: datetime) -> None:
        self.policy, self.now = policy, now
        self.suppressions = tables["suppressions"]
        self.contacts = {row["contact_id"]: row for row in tables["contacts"]}
        self.of = {name: by_contact(tables[name]) for name in ("events", "consents", "loans")}
        self.boxes: dict[str | None, list[str]] = {}
        for row in tables["contacts"]:
            self.boxes.setdefault(address(row["email"]), []).append(row["contact_id"])

    def reason(self, contact: Row | None, who: str, trigger: str) -> str:
        """Why somebody may not be written to, or `eligible`."""
        if contact is None:
            return "no_contact"
        if contact["kind"] in ("agent", "builder", "planner"):
            return "partner"
        if contact["email"] is None:
            return "no_address"
        reasons = [row["reason"] or "" for row in self.suppressions if self.hits(row, contact)]
        if any(re.sub("[^a-z]", "", reason.lower()) == "donotsolicit" for reason in reasons):
            return "do_not_solicit"
        if reasons:
            return "suppressed"
        if not self.consents(who) or not self.consents(*self.mailbox(contact)):
            return "no_consent"
        if trigger != "preapproval_expiry" and self.applied(who):
            return "recent_application"
        since = self.now - timedelta(days=self.policy.days_between_alerts)
        alerts = (
            event for event in self.of["events"].get(who, ())
            if event["kind"] == "sent" and since < event["at"] <= self.now
        )  # fmt: skip
        named = any((event["campaign"] or "").startswith(f"{trigger}_alert") for event in alerts)
        return "recent_alert" if named else "eligible"

    def hits(self, row: Row, contact: Row) -> bool:
        if row["contact_id"] == contact["contact_id"]:
            return True
        other = self.contacts.get(row["contact_id"])
        if (
            other
            and address(other["email"]) is not None
            and address(other["email"]) == address(contact["email"])
        ):
            return True
        blocked = address(row["address"])
        return blocked is not None and blocked in (address(contact["email"]), address(contact["phone"]))

    def mailbox(self, contact: Row) -> list[str]:
        """Ids of all who have a contact's address."""
        box = address(contact["email"])
        return self.boxes[box] if box is not None else [contact["contact_id"]]

    def consents(self, *people: str) -> bool:
        yes, no = [], []
        for who in people:
            said, unsaid = self.words(who)
            yes += said
            no += unsaid
        return bool(yes) and (not no or max(yes) > max(no))

    def words(self, who: str) -> tuple[list[datetime], list[datetime]]:
        yes, no = [], []
        for row in self.of["consents"].get(who, ()):
            if row["channel"].lower() == "email":
                if not row["granted"]:
                    no.append(row["at"])
                elif row["at"] <= self.now:
                    yes.append(row["at"])
        for row in self.of["events"].get(who, ()):
            if row["kind"] == "unsubscribe":
                no += [row["at"]] if (row["channel"] or "email").lower() == "email" else []
        return yes, no

    def applied(self, who: str) -> bool:
        since = self.now - timedelta(days=self.policy.application_days)
        if any(loan["status"] == "applied" for loan in self.of["loans"].get(who, ())):
            return True
        return any(
            row["kind"] in ("application", "lock") and since < row["at"] <= self.now
            for row in self.of["events"].get(who, ())
        )


def by_contact(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["contact_id"], []).append(row)
    return found


def address(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.strip().lower()
    return plain if "@" in plain else re.sub("[^0-9]", "", plain)[-10:] or None
