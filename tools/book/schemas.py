"""What the book keeps: one documented schema per table, the same on every engine.

Rates are percent a year, money is dollars, moments are UTC without an offset. Columns marked `hidden` are
ours: they are never read from a file. Demographics are apart from the book (law 4).
"""

from __future__ import annotations

from campaign.errors import UnknownName
from campaign.rates import PRODUCTS
from tools.book.table_schema import Column, TableSchema

STATUSES = ("funded", "applied", "preapproved", "withdrawn", "denied", "elsewhere")
PURPOSES = ("purchase", "refinance", "cash_out", "improvement", "other")
OCCUPANCIES = ("principal", "second", "investment")
CONTACT_KINDS = ("borrower", "lead", "agent", "builder", "planner")
PARTNER_KINDS = ("agent", "builder", "planner")
EVENT_KINDS = (
    "sent", "open", "click", "visit", "reply", "call", "application", "lock", "funding", "unsubscribe",
    "bounce",
)  # fmt: skip
IMPORTED_FROM = Column("imported_from", "text", "name of the import the row came with", hidden=True)


def _table(
    name: str,
    key: tuple[str, ...],
    required: tuple[str, ...],
    *columns: Column,
    hidden: tuple[Column, ...] = (),
) -> TableSchema:
    return TableSchema(name, (*columns, *hidden, IMPORTED_FROM), key, required)


_CONTACTS = _table(
    "contacts",
    ("contact_id",),
    ("contact_id",),
    Column("contact_id", "id", "the contact, unique in the book"),
    Column("kind", "word", "what the contact is to the lender", CONTACT_KINDS),
    Column("first_name", "text", "for delivery only"),
    Column("last_name", "text", "for delivery only"),
    Column("email", "email", "address, for delivery only"),
    Column("phone", "phone", "number as written, for delivery only"),
    Column("state", "state", "postal code of the state the contact lives in"),
    Column("zip", "zip", "five digits, for delivery only"),
    Column("timezone", "zone", "IANA name; empty where unknown"),
    Column("loan_officer_nmls", "nmls", "NMLS id of the loan officer who knows the contact"),
    Column("source", "text", "where the lender met the contact"),
    Column("created_at", "moment", "when the contact was first recorded, UTC"),
    Column("language", "language", "preferred language, for delivery only"),
)
_LOANS = _table(
    "loans",
    ("loan_id",),
    ("loan_id",),
    Column("loan_id", "id", "the loan, unique in the book"),
    Column("contact_id", "id", "the borrower"),
    Column("status", "word", "`elsewhere`: a prospect's loan held by another lender", STATUSES),
    Column("product", "word", "kind of loan", PRODUCTS),
    Column("purpose", "word", "what it was taken for", PURPOSES),
    Column("lien", "lien", "1 first, 2 subordinate"),
    Column("occupancy", "word", "how the home is used", OCCUPANCIES),
    Column("note_rate", "rate", "percent a year"),
    Column("rate_type", "word", "whether the rate may change", ("fixed", "adjustable")),
    Column("term_months", "months", "months from first payment to maturity"),
    Column("original_amount", "money", "dollars lent"),
    Column("current_balance", "money", "dollars owed; empty where not reported"),
    Column("property_value", "money", "dollars, latest known"),
    Column("fico", "score", "credit score for the decision, 300 to 850"),
    Column("state", "state", "postal code of the property's state"),
    Column("county_fips", "county", "five digits; fair-lending check only"),
    Column("census_tract", "tract", "eleven digits; fair-lending check only"),
    Column("funded_date", "date", "day the money was paid out"),
    Column("first_payment_date", "date", "day of the first payment"),
    Column("arm_reset_date", "date", "day the rate may first change"),
    Column("mi_monthly_usd", "money", "mortgage insurance, dollars a month"),
    Column("prepayment_penalty", "boolean", "whether paying early costs a penalty"),
    hidden=(
        Column(
            "activity_year",
            "year",
            "calendar year of the public record, where only that is known",
            hidden=True,
        ),
    ),
)
_OFFICERS = _table(
    "loan_officers",
    ("nmls",),
    ("nmls",),
    Column("nmls", "nmls", "the officer's own NMLS id"),
    Column("name", "text", "as on the licence"),
    Column("email", "email", "work address"),
    Column("phone", "phone", "work number"),
    Column("states", "states", "postal codes of licensed states, joined by `;`"),
    Column("hired_on", "date", "first day with the lender"),
    Column("branch", "text", "branch name"),
)
_PARTNERS = _table(
    "partners",
    ("partner_id",),
    ("partner_id",),
    Column("partner_id", "id", "the referral partner, unique in the book"),
    Column("kind", "word", "trade of the partner", PARTNER_KINDS),
    Column("name", "text", "person"),
    Column("company", "text", "firm"),
    Column("email", "email", "work address"),
    Column("phone", "phone", "work number"),
    Column("state", "state", "postal code"),
    Column("license", "text", "licence number of the trade"),
    Column("loan_officer_nmls", "nmls", "NMLS id of the officer who knows the partner"),
)
_EVENTS = _table(
    "events",
    ("contact_id", "at", "kind", "channel", "campaign"),
    ("contact_id", "at", "kind"),
    Column("contact_id", "id", "who acted"),
    Column("at", "moment", "when, UTC"),
    Column("kind", "word", "what happened", EVENT_KINDS),
    Column("channel", "text", "where it happened"),
    Column("campaign", "text", "which campaign it answers"),
)
_CONSENTS = _table(
    "consents",
    ("contact_id", "channel", "at"),
    ("contact_id", "channel", "granted", "at"),
    Column("contact_id", "id", "who consented or refused"),
    Column("channel", "text", "for which channel"),
    Column("granted", "boolean", "true: may be addressed; false: refused"),
    Column("at", "moment", "when, UTC"),
    Column("source", "text", "form, call or paper that shows it"),
)
_SUPPRESSIONS = _table(
    "suppressions",
    ("contact_id", "address", "reason"),
    (),
    Column("contact_id", "id", "who may not be addressed"),
    Column("address", "text", "e-mail address or number that may not be addressed"),
    Column("reason", "text", "why"),
    Column("at", "moment", "since when, UTC"),
)
MONITORING = _table(
    "monitoring",
    ("loan_id",),
    ("loan_id",),
    Column("loan_id", "id", "the loan the record belongs to"),
    Column("race", "text", "as reported"),
    Column("ethnicity", "text", "as reported"),
    Column("sex", "text", "as reported"),
    Column("age_band", "text", "years, as reported"),
    hidden=(
        Column(
            "tract_minority_percent", "rate", "minority share of the tract's population, percent", hidden=True
        ),
    ),
)
BOOK_TABLES = (_CONTACTS, _LOANS, _OFFICERS, _PARTNERS, _EVENTS, _CONSENTS, _SUPPRESSIONS)
SCHEMAS: dict[str, TableSchema] = {schema.name: schema for schema in (*BOOK_TABLES, MONITORING)}

ORIGINS_TYPES = {"source": "string", "table_name": "string", "column_name": "string", "origin": "string"}
IMPORTS_TYPES = {
    "source": "string",
    "table_name": "string",
    "file": "string",
    "taken": "int64",
    "rejected": "int64",
    "imported_at": "timestamp",
}


def schema_of(name: str) -> TableSchema:
    """The schema of a table.

    Raises:
        UnknownName: the book has no such table.
    """
    if name not in SCHEMAS:
        raise UnknownName(f"The book has no table `{name}`.", f"Its tables: {', '.join(SCHEMAS)}.")
    return SCHEMAS[name]
