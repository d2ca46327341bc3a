"""The triggers once more, slowly and plainly: one loan after the other, payments made one by one.

Written from docs/triggers.md and not from the code, so that a mistake would have to be made twice.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

from campaign.lender import Lender
from campaign.rates import RateOffer, RateSheet
from tests.conformance.people_reference import People, by_contact

Row = dict[str, Any]
Tables = dict[str, list[Row]]
HOLDERS = {"conventional": "conventional", "jumbo": "conventional jumbo", "arm": "conventional jumbo",
           "fha": "fha", "va": "va", "usda": "usda"}  # fmt: skip


def half_up(value: float, places: int) -> float:
    return math.floor(value * 10**places + 0.5) / 10**places


def level(amount: float, rate: float, months: int) -> float:
    return amount * rate / 1200 / (1 - (1 + rate / 1200) ** -months)


def months_passed(first: date, on: date) -> int:
    months = (on.year - first.year) * 12 + on.month - first.month - (first.day > on.day)
    return max(months, 0)


def months_later(day: date, months: int) -> date:
    """First of the month so many months after a day's."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


class Reference:
    """One book, one sheet and one lender at one moment."""

    def __init__(self, tables: Tables, sheet: RateSheet, lender: Lender, at: datetime) -> None:
        self.tables, self.lender, self.policy = tables, lender, lender.triggers
        self.now = at.astimezone(UTC).replace(tzinfo=None)
        self.on = at.astimezone(lender.zone).date()
        in_force = [offer for offer in sheet.offers if offer.effective_at <= at < offer.expires_at]
        self.offers = sorted(in_force, key=lambda offer: (offer.rate, offer.points, offer.row))
        self.contacts = {row["contact_id"]: row for row in tables["contacts"]}
        self.owed_behind: dict[str | None, float] = {}
        self.people = People(tables, self.policy, self.now)
        self.of = {name: by_contact(tables[name]) for name in ("events", "consents", "loans")}

    def rows(self) -> list[Row]:
        """Every loan and lead that a trigger looks at, with reason and figures."""
        found = []
        everything = [self.facts(loan) for loan in self.tables["loans"]]
        for facts in everything:
            held = facts["status"] in ("funded", "elsewhere") and facts["begun"]
            if held and (facts["kind"] == "heloc" or facts["lien"] != 1):
                who, owed = facts["contact_id"], facts["balance"] or 0.0
                self.owed_behind[who] = self.owed_behind.get(who, 0.0) + owed
        for facts in everything:
            found += [self.told(facts, trigger, reason) for trigger, reason in self.own_reasons(facts)]
        for contact in self.tables["contacts"]:
            if contact["kind"] == "lead":
                facts = {"loan_id": None, "contact_id": contact["contact_id"], "contact": contact}
                facts |= {"state": contact["state"]}
                found.append(self.told(facts, "quiet_lead", self.quiet(contact)))
        return found

    def facts(self, loan: Row) -> Row:
        filled = loan["imported_from"] == "filled"
        made_up = ("product", "term_months", "funded_date", "current_balance") if filled else ()
        f = {name: None if name in made_up else value for name, value in loan.items()}
        f["contact"] = self.contacts.get(loan["contact_id"])
        f["kind"] = f["product"] or "conventional"
        f["state"] = loan["state"] or (f["contact"] or {}).get("state")
        f["lien"] = 1 if loan["lien"] is None else loan["lien"]
        age = None
        if f["funded_date"]:
            age = months_passed(f["funded_date"], self.on)
        elif loan["activity_year"]:
            age = max((self.on.year - loan["activity_year"]) * 12 + self.on.month - 7, 0)
        f["latest"] = f["funded_date"] or (loan["activity_year"] and date(loan["activity_year"], 12, 31))
        f["left"] = None if age is None or f["term_months"] is None else max(f["term_months"] - age, 0)
        f["balance"] = self.balance(f, age)
        f["ltv"] = None
        if f["balance"] is not None and f["property_value"]:
            f["ltv"] = half_up(100 * f["balance"] / f["property_value"], 4)
        f["licensed"] = f["state"] in self.lender.licensed_states(self.on)
        f["begun"] = not f["latest"] or f["latest"] <= self.on
        f["paid_off"] = f["left"] == 0 or f["balance"] == 0
        f["seasoned"] = self.seasoned(f)
        f["offer"] = self.best(f)
        self.compare(f)
        return f

    def balance(self, f: Row, age: int | None) -> float | None:
        if f["current_balance"] is not None:
            return half_up(f["current_balance"], 2)
        amount, rate, term = f["original_amount"], f["note_rate"], f["term_months"]
        if amount is None:
            return None
        if f["kind"] == "heloc" or None in (rate, term, age) or rate < 0.001:
            return half_up(amount, 2)
        assert age is not None
        owed, payment = amount, level(amount, rate, term)
        for _ in range(min(age, term)):
            owed = owed * (1 + rate / 1200) - payment
        return half_up(owed, 2)

    def seasoned(self, f: Row) -> bool:
        if not f["begun"]:
            return False
        if f["status"] == "funded" and not (
            f["latest"] and f["latest"] <= self.on - timedelta(days=self.policy.guard_days)
        ):
            return False
        if f["kind"] not in ("va", "fha"):
            return True
        first = f["first_payment_date"] or (f["latest"] and months_later(f["latest"], 2))
        if first is None:
            return False
        if f["kind"] == "va":
            return bool(first + timedelta(days=210) <= self.on)
        six_back = months_later(self.on, -6)
        last = (months_later(self.on, -5) - timedelta(days=1)).day
        six_back = six_back.replace(day=min(self.on.day, last))
        return bool(f["latest"] and f["latest"] + timedelta(days=210) <= self.on and first <= six_back)

    def replaces(self, f: Row, offer: RateOffer) -> bool:
        given = self.policy.offers.get(f["kind"])
        named = HOLDERS.get(f["kind"], "").split() if given is None else given
        return f["kind"] != "heloc" and offer.product in named

    def open(self, f: Row) -> bool:
        return bool(f["licensed"] and f["lien"] == 1 and f["kind"] != "heloc")

    def best(self, f: Row) -> RateOffer | None:
        if not self.open(f) or f["left"] is None or f["balance"] is None:
            return None
        for offer in self.offers:
            if self.replaces(f, offer) and self.fits(f, offer):
                return offer
        return None

    def fits(self, f: Row, offer: RateOffer) -> bool:
        low, high = offer.min_amount or 0, math.inf if offer.max_amount is None else offer.max_amount
        if f["left"] > offer.term_months or not low <= f["balance"] <= high:
            return False
        if offer.product == "va" and offer.term_months > f["term_months"] + 120:
            return False
        to_adjustable = offer.product == "arm" and f["kind"] == "va" and f["rate_type"] != "adjustable"
        fall = None if f["note_rate"] is None else half_up((f["note_rate"] - offer.rate) * 100, 4)
        if to_adjustable and (fall is None or fall < 200):
            return False
        if f["kind"] == "va" and offer.points > 0:
            most = 90 if offer.points > 1 else 100
            if f["ltv"] is None or f["ltv"] > most:
                return False
        return self.qualifies(f, offer) and (
            offer.max_ltv is None or (f["ltv"] is not None and f["ltv"] <= offer.max_ltv)
        )

    def qualifies(self, f: Row, offer: RateOffer) -> bool:
        if offer.min_fico is not None and (f["fico"] is None or f["fico"] < offer.min_fico):
            return False
        return not offer.states or f["state"] in offer.states

    def compare(self, f: Row) -> None:
        f |= dict.fromkeys(("benefit", "now", "then", "costs", "saving", "even", "more"))
        offer, balance, left = f["offer"], f["balance"], f["left"]
        if balance is not None and left and f["note_rate"] is not None and f["note_rate"] >= 0.001:
            f["now"] = half_up(level(balance, f["note_rate"], left), 2)
        if offer is None:
            return
        if f["note_rate"] is not None:
            f["benefit"] = half_up((f["note_rate"] - offer.rate) * 100, 4)
        f["then"] = half_up(level(balance, offer.rate, offer.term_months), 2)
        f["costs"] = half_up(max(offer.fees_usd + balance * offer.points / 100, 0), 2)
        if f["now"] is None:
            return
        f["saving"] = half_up(f["now"] - f["then"], 2)
        f["more"] = half_up(f["then"] * offer.term_months - f["now"] * left, 2)
        if f["saving"] > 0:
            f["even"] = math.ceil(half_up(f["costs"] / f["saving"], 4))

    def own_reasons(self, f: Row) -> list[tuple[str, str | None]]:
        if f["status"] == "preapproved":
            return [("preapproval_expiry", self.preapproval(f))]
        if f["status"] not in ("funded", "elsewhere"):
            return []
        asked = [("rate", self.rate(f)), ("equity", self.equity(f))]
        if f["kind"] == "arm" or (f["rate_type"] == "adjustable" and f["kind"] != "heloc"):
            asked.append(("arm_reset", self.reset(f)))
        if f["mi_monthly_usd"]:
            asked.append(("mi_removal", self.insurance(f)))
        if f["status"] == "funded":
            asked.append(("anniversary", self.anniversary(f)))
        return asked

    def rate(self, f: Row) -> str | None:
        checks = (
            (f["note_rate"] is None or f["note_rate"] < 0.001, "rate_unknown"),
            (f["left"] is None, "term_unknown"),
            (f["balance"] is None, "balance_unknown"),
            (f["paid_off"], "paid_off"),
            (f["lien"] != 1, "not_first_lien"),
            (f["kind"] == "heloc", "credit_line"),
            (f["prepayment_penalty"], "prepayment_penalty"),
            (not f["licensed"], "not_licensed"),
            (not f["seasoned"], "seasoning"),
            (f["offer"] is None, "no_offer"),
        )
        for holds, reason in checks:
            if holds:
                return reason
        least = self.policy.bps.get(f["kind"], self.lender.rates.trigger_bps)
        if f["kind"] in ("va", "fha") and f["rate_type"] != "adjustable":
            least = max(least, 50)
        if f["benefit"] < least:
            return "rate_gap"
        if f["saving"] < self.policy.min_saving_usd or f["saving"] <= 0:
            return "small_saving"
        if f["kind"] == "va" and f["even"] > 36:
            return "recoupment"
        return "break_even" if f["even"] > self.policy.max_break_even_months else None

    def reset(self, f: Row) -> str | None:
        day = f["arm_reset_date"]
        if f["paid_off"]:
            return "paid_off"
        if day is None:
            return "reset_unknown"
        if day < self.on:
            return "reset_passed"
        if (day - self.on).days > self.policy.arm_reset_days:
            return "reset_far"
        if f["lien"] != 1:
            return "not_first_lien"
        if f["prepayment_penalty"]:
            return "prepayment_penalty"
        if not f["licensed"]:
            return "not_licensed"
        if not f["seasoned"]:
            return "seasoning"
        return "no_offer" if f["offer"] is None else None

    def insurance(self, f: Row) -> str | None:
        if f["paid_off"]:
            return "paid_off"
        if not f["begun"]:
            return "seasoning"
        if f["kind"] in ("fha", "va", "usda"):
            return "government_insurance"
        if f["occupancy"] not in (None, "principal"):
            return "not_principal_residence"
        if f["ltv"] is None:
            return "value_unknown"
        return "ltv_high" if f["ltv"] > 80 else None

    def equity(self, f: Row) -> str | None:
        f["way"], f["room"] = None, None
        if f["lien"] != 1:
            return "not_first_lien"
        if f["kind"] == "heloc":
            return "credit_line"
        if f["balance"] is None:
            return "balance_unknown"
        if f["ltv"] is None:
            return "value_unknown"
        if not f["licensed"]:
            return "not_licensed"
        if not f["begun"]:
            return "seasoning"
        if not any(self.may_take_out(f, offer) for offer in self.offers):
            return "no_offer"
        lines = [offer for offer in self.offers if offer.product == "heloc"]
        for offer in (*lines, *(offer for offer in self.offers if offer.product != "heloc")):
            room = self.room(f, offer)
            if room is not None and room >= self.policy.equity_min_usd:
                f["way"], f["room"] = offer, room
                return None
        return "small_room"

    def room(self, f: Row, offer: RateOffer) -> float | None:
        if not self.may_take_out(f, offer):
            return None
        line, cap = offer.product == "heloc", self.policy.cash_out_max_ltv
        most = cap if offer.max_ltv is None else offer.max_ltv if line else min(offer.max_ltv, cap)
        lent = f["property_value"] * most / 100 - (f["balance"] if line else 0) - self.behind(f)
        if offer.max_amount is not None:
            lent = min(lent, offer.max_amount)
        if offer.min_amount is not None and lent < offer.min_amount:
            return None
        if line:
            return half_up(lent, 2)
        return half_up(lent - f["balance"], 2)

    def may_take_out(self, f: Row, offer: RateOffer) -> bool:
        if offer.product == "heloc" or not self.qualifies(f, offer):
            return self.qualifies(f, offer)
        dear = f["note_rate"] is None or f["note_rate"] < offer.rate
        return self.replaces(f, offer) and f["seasoned"] and not f["prepayment_penalty"] and not dear

    def behind(self, f: Row) -> float:
        """What the contact owes on lines of credit and subordinate liens."""
        return self.owed_behind.get(f["contact_id"], 0.0) if f["contact_id"] else 0.0

    def anniversary(self, f: Row) -> str | None:
        day = f["funded_date"]
        f["due"] = day and self.comes_round(day)
        if f["paid_off"]:
            return "paid_off"
        if day is None:
            return "funding_unknown"
        if f["due"] is None:
            return "not_yet"
        return "first_year" if day.year >= f["due"].year else None

    def comes_round(self, funded: date) -> date | None:
        for ahead in range(self.policy.anniversary_days + 1):
            day = self.on + timedelta(days=ahead)
            leap = (funded.month, funded.day) == (2, 29)
            next_day = day + timedelta(days=1)
            same = (funded.month, funded.day) == (day.month, day.day)
            if same or (leap and (day.month, day.day) == (2, 28) and next_day.month == 3):
                return day
        return None

    def preapproval(self, f: Row) -> str | None:
        told = [
            event["at"] for event in self.of["events"].get(f["contact_id"], ())
            if event["kind"] == "application" and event["at"] <= self.now
        ]  # fmt: skip
        zone = self.lender.zone
        day = max(told).replace(tzinfo=UTC).astimezone(zone).date() if told else f["funded_date"]
        f["due"] = None
        if day is None:
            return "start_unknown"
        end = day + timedelta(days=self.policy.preapproval_days)
        if end < self.on:
            return "expired"
        if end > self.on + timedelta(days=self.policy.preapproval_notice_days):
            return "not_yet"
        f["due"] = end
        return None

    def quiet(self, contact: Row) -> str | None:
        who, since = contact["contact_id"], self.now - timedelta(days=self.policy.quiet_days)
        loans = self.of["loans"].get(who, ())
        if any(loan["status"] not in ("withdrawn", "denied") for loan in loans):
            return "has_loan"
        moments = [
            event["at"] for event in self.of["events"].get(who, ())
            if event["kind"] not in ("sent", "bounce", "unsubscribe")
        ]  # fmt: skip
        moments += [contact["created_at"]] if contact["created_at"] else []
        return "not_quiet" if any(since < moment <= self.now for moment in moments) else None

    def told(self, f: Row, trigger: str, own: str | None) -> Row:
        reason = own or self.people.reason(f["contact"], f["contact_id"], trigger)
        row: Row = {
            "loan_id": f["loan_id"], "contact_id": f["contact_id"], "trigger": trigger,
            "eligible": reason == "eligible", "reason": reason, "state": f["state"],
        }  # fmt: skip
        for shown, name in (("note_rate", "note_rate"), ("balance_usd", "balance"), ("status", "status"),
                            ("product", "product"), ("term_months", "term_months"), ("months_left", "left"),
                            ("ltv", "ltv")):  # fmt: skip
            row[shown] = f.get(name)
        row |= dict.fromkeys(("offer_rate", "offer_row", "benefit_bps", "payment_usd", "offer_payment_usd",
                              "monthly_saving_usd", "costs_usd", "break_even_months",
                              "lifetime_interest_change_usd", "room_usd", "due_on"))  # fmt: skip
        if trigger in ("rate", "arm_reset", "anniversary"):
            row |= {
                "offer_rate": f["offer"] and f["offer"].rate, "offer_row": f["offer"] and f["offer"].row,
                "benefit_bps": f["benefit"], "payment_usd": f["now"], "offer_payment_usd": f["then"],
                "monthly_saving_usd": f["saving"], "costs_usd": f["costs"], "break_even_months": f["even"],
                "lifetime_interest_change_usd": f["more"],
            }  # fmt: skip
        if trigger == "arm_reset":
            row["due_on"] = f["arm_reset_date"]
        if trigger == "mi_removal":
            row["monthly_saving_usd"] = half_up(f["mi_monthly_usd"], 2)
        if trigger == "equity":
            row |= {"offer_row": f["way"] and f["way"].row, "offer_rate": f["way"] and f["way"].rate}
            row["room_usd"] = f["room"]
        if trigger in ("anniversary", "preapproval_expiry"):
            row["due_on"] = f["due"]
        return row
