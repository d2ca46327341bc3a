"""Random books for the triggers: everything that a real one may hold, and the edges where engines differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from campaign.lender import Lender
from campaign.rates import RateOffer, RateSheet
from tools.book.schemas import EVENT_KINDS, OCCUPANCIES, PURPOSES, STATUSES

Row = dict[str, Any]
Tables = dict[str, list[Row]]
DAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 22, tzinfo=UTC)
KINDS = ("borrower", "borrower", "borrower", "lead", "lead", "agent", "builder", None)
PRODUCTS = ("conventional",) * 4 + ("jumbo", "fha", "fha", "va", "va", "usda", "heloc", "arm", "arm", None)
REASONS = ("bounced", "Do Not Solicit", "do_not_solicit", "complained", None)
CAMPAIGNS = (
    "rate_alert", "rate_alert.may", "equity_alert", "newsletter", "quiet_lead_alert", "anniversary_alert",
    "arm_reset_alert", "mi_removal_alert", "preapproval_expiry_alert", None,
)  # fmt: skip


def random_book(seed: int, loans: int) -> Tables:
    """The tables of a book, the same for the same seed."""
    chance = Random(seed)
    contacts = [_contact(chance, number) for number in range(loans * 4 // 5)]
    ids = [row["contact_id"] for row in contacts] + ["nobody"]
    return {
        "contacts": contacts,
        "loans": [_loan(chance, number, ids) for number in range(loans)],
        "consents": _unique(
            [_consent(chance, ids) for _ in range(loans * 3)], ("contact_id", "channel", "at")
        ),
        "events": _unique([_event(chance, ids) for _ in range(loans * 2)], ("contact_id", "at", "kind")),
        "suppressions": [_suppression(chance, ids) for _ in range(loans // 6)],
        "column_origins": _origins(),
    }


def random_sheet(seed: int) -> RateSheet:
    """Offers with and without each condition, some with a tie, some not in force, one line of credit."""
    chance = Random(seed)
    products = ("conventional", "conventional", "conventional", "jumbo", "fha", "va", "usda", "arm", "heloc")
    offers = tuple(_offer(chance, row, chance.choice(products)) for row in range(2, 16))
    return RateSheet(sheet_id=f"random{seed}", source="random", offers=offers)


def lenders(base: Lender) -> tuple[Lender, ...]:
    """The example lender, and one whose lines lie elsewhere and who offers adjustable loans to veterans."""
    policy = base.triggers.model_copy(
        update={
            "bps": {"conventional": 75.0, "va": 25.0, "fha": 25.0},
            "offers": {"va": ("va", "arm"), "usda": (), "heloc": ("conventional",)},
            "guard_days": 0, "min_saving_usd": 0.0, "max_break_even_months": 24, "days_between_alerts": 90,
            "anniversary_days": 31, "equity_min_usd": 0.0, "quiet_days": 14,
            "preapproval_notice_days": 60,
        }
    )  # fmt: skip
    expired = {state: held for state, held in base.licenses.items() if state != "CA"}
    return base, base.model_copy(update={"triggers": policy, "licenses": expired})


def _mostly(chance: Random, usual: Any, *odd: Any) -> Any:
    """The usual value in seven cases of eight, else one of the odd ones, so that all reasons are reached."""
    return usual if chance.random() < 0.875 else chance.choice(odd)


def _contact(chance: Random, number: int) -> Row:
    mail = _mostly(
        chance, f"ann{number}@example.com", f" Ann{number // 7}@Example.COM ", "one@example.com", None
    )
    phone = chance.choice((f"(208) 555-{number:04}", f"+1 208.555.{number % 50:04}", "call me", None))
    return {
        "contact_id": f"C{number:04}", "kind": _mostly(chance, chance.choice(("borrower", "lead")), *KINDS), "first_name": "Ann", "last_name": "Example",
        "email": mail, "phone": phone, "state": chance.choice(("CA", "ID", "OH", None)), "zip": None,
        "timezone": None, "loan_officer_nmls": None, "source": None,
        "created_at": chance.choice((_moment(chance), None)), "language": None, "imported_from": "reported",
    }  # fmt: skip


def _loan(chance: Random, number: int, ids: Sequence[str]) -> Row:
    product = chance.choice(PRODUCTS)
    status = chance.choice((*STATUSES, *("funded", "elsewhere") * 3))
    since = 150 if status == "preapproved" else 4_000
    funded = _mostly(chance, DAY - timedelta(days=chance.randrange(-30, since)), _edge(chance), None)
    amount = _mostly(chance, round(chance.lognormvariate(12.6, 0.6), 2), None, 0.0, 75_000.0)
    value = None if amount is None else round(amount * chance.uniform(0.9, 3), 2)
    return {
        "loan_id": f"L{number:05}", "contact_id": chance.choice((*chance.sample(list(ids), 8), None)),
        "status": status, "product": product,
        "purpose": chance.choice(PURPOSES), "lien": _mostly(chance, 1, 2, None),
        "occupancy": chance.choice((*OCCUPANCIES, "principal", "principal", None)),
        "note_rate": _rate(chance), "rate_type": _mostly(chance, "fixed", "adjustable", None),
        "term_months": _mostly(chance, chance.choice((360, 360, 180)), 240, 300, 479, 13, 1, None),
        "original_amount": amount,
        "current_balance": _mostly(chance, amount and round(amount * chance.uniform(0.3, 1), 2), None, None, 0.0),
        "property_value": _mostly(chance, value, 0.0, None),
        "fico": _mostly(chance, chance.choice((700, 760, 850)), None, 620, 660, 699),
        "state": _mostly(chance, chance.choice(("NY", "TX", "ID")), "CA", "OH", None), "county_fips": None, "census_tract": None,
        "funded_date": funded, "first_payment_date": chance.choice((None, _first(chance, funded))),
        "arm_reset_date": chance.choice((None, DAY, DAY + timedelta(days=chance.randrange(-100, 400)))),
        "mi_monthly_usd": chance.choice((None, 0.0, round(chance.uniform(20, 300), 2))),
        "prepayment_penalty": _mostly(chance, False, None, True),
        "activity_year": chance.choice((None, 2018, 2025)) if funded is None else None,
        "imported_from": _mostly(chance, "reported", "filled"),
    }  # fmt: skip


def _rate(chance: Random) -> float | None:
    eighths = round(chance.gauss(6.4, 1.2) * 8) / 8
    return _mostly(
        chance,
        eighths,
        round(chance.uniform(0.01, 12), 3),
        round(chance.uniform(0.01, 12), 3),
        0.0,
        0.0005,
        None,
    )


def _edge(chance: Random) -> date:
    """A day on which a rule turns: a month's end, a leap day, a guard's or a season's last day."""
    turns = (180, 181, 179, 210, 209, 211)
    days = (
        date(2024, 2, 29),
        date(2023, 12, 31),
        date(2025, 8, 31),
        date(2025, 9, 30),
        date(2020, 4, 7),
        date(2022, 4, 5),
        date(2019, 4, 1),
        DAY,
    )
    return chance.choice((*days, *(DAY - timedelta(days=one) for one in turns)))


def _first(chance: Random, funded: date | None) -> date | None:
    if funded is None:
        return DAY - timedelta(days=chance.randrange(0, 900))
    return chance.choice(
        (funded + timedelta(days=45), DAY - timedelta(days=chance.choice((209, 210, 211, 182))))
    )


def _moment(chance: Random) -> datetime:
    days = chance.choice((0, 29, 30, 31, 59, 60, 61, 75, 76, 77, 89, 90, chance.randrange(-5, 400)))
    second = chance.choice((0, 0, 1, -1, 3_600, -5 * 3_600))
    return (AT - timedelta(days=days, seconds=second)).replace(tzinfo=None)


def _consent(chance: Random, ids: Sequence[str]) -> Row:
    return {
        "contact_id": chance.choice(ids), "channel": chance.choice(("email", "Email", "email", "sms")),
        "granted": chance.random() < 0.8, "at": _moment(chance), "source": None, "imported_from": "reported",
    }  # fmt: skip


def _event(chance: Random, ids: Sequence[str]) -> Row:
    return {
        "contact_id": chance.choice(ids), "at": _moment(chance),
        "kind": chance.choice((*EVENT_KINDS, "sent", "sent", "sent")),
        "channel": chance.choice(("email", "Email", "sms", None)), "campaign": chance.choice(CAMPAIGNS),
        "imported_from": "reported",
    }  # fmt: skip


def _suppression(chance: Random, ids: Sequence[str]) -> Row:
    number = chance.randrange(60)
    addresses = (f"ANN{number}@example.com", f"208-555-{number:04}", "none", None)
    who, address = chance.choice(((chance.choice(ids), None), (None, chance.choice(addresses))))
    return {
        "contact_id": who, "address": address, "reason": chance.choice(REASONS), "at": _moment(chance),
        "imported_from": "reported",
    }  # fmt: skip


def _origins() -> list[Row]:
    """One import whose products, terms and days of funding were made up beside reported amounts."""
    made_up = dict.fromkeys(("product", "term_months", "funded_date", "current_balance"), "generated")
    return [
        {"source": "filled", "table_name": "loans", "column_name": name, "origin": origin}
        for name, origin in (made_up | {"original_amount": "real"}).items()
    ]


def _offer(chance: Random, row: int, product: Any) -> RateOffer:
    opens = AT - timedelta(days=chance.choice((0, 1, 1, 1)))
    low = chance.choice((None, 75_000.0, 100_000.0))
    return RateOffer(
        row=row, product=product, term_months=chance.choice((180, 240, 360, 360, 360, 480)),
        rate=round(chance.choice((5.5, 5.75, 6.0, 6.125, 5.99, chance.uniform(4.5, 7))), 3),
        points=chance.choice((0, 0.5, 1.125, -0.75)), fees_usd=chance.choice((0, 1_895, 4_321.99, 9_876.5)), apr=6,
        example_amount_usd=300_000, lock_days=30, min_fico=chance.choice((None, 620, 700)),
        max_ltv=chance.choice((None, 80, 96.5, 58.1)), min_amount=low,
        max_amount=chance.choice((None, 400_000.0, 832_750.0)),
        states=chance.choice(((), (), ("CA", "ID"))), effective_at=opens,
        expires_at=chance.choice((AT, *(AT + timedelta(days=3),) * 7)) if opens < AT else AT + timedelta(days=1),
    )  # fmt: skip


def _unique(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    return list({tuple(str(row[name]) for name in key): row for row in rows}.values())
