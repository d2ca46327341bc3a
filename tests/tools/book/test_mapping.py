"""Headers of each system, mapped without guessing."""

from __future__ import annotations

import pytest

from campaign.errors import UnknownName, Unreadable
from tools.book.mapping import map_header, table_named_by
from tools.book.schemas import BOOK_TABLES, SCHEMAS

ENCOMPASS = (
    "Fields.364,Fields.4000,Fields.4002,Fields.1240,Fields.14,Fields.15,Fields.3,Fields.4,Fields.2,Fields.1172,"
    "Fields.1401,Fields.19,Fields.748,Fields.1393,Fields.VASUMM.X23,Fields.1811,Fields.3238"
)
LABELS = (
    "Loan Number,Loan Amount,Note Rate,Loan Term,Loan Type,Loan Purpose,FICO,Occupancy,Closing Date,Milestone"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Lead Status,Create Date,Contact owner,"
    "State/Region,Postal Code,Marketing contact status"
)
SALESFORCE = "Id,FirstName,LastName,Company,Email,Phone,LeadSource,Status,CreatedDate,State,PostalCode,HasOptedOutOfEmail"
TOTAL_EXPERT = (
    "external_id,first_name,last_name,email,zip_code,phone_cell,ok_to_email,ok_to_call,creation_date"
)
TOTAL_EXPERT_WHOLE = (
    "first_name,last_name,email,email_work,address,address_2,city,state,zip_code,phone_cell,phone_home,"
    "phone_office,birthday,ok_to_mail,ok_to_email,ok_to_call,source,external_id,contact_groups,list_date,"
    "close_date,last_contacted_date,creation_date,owner"
)
TOTAL_EXPERT_LOAN = (
    "loan_number,loan_rate,loan_term,loan_amount,appraised_value,loan_program,loan_status,closing_date"
)


@pytest.mark.parametrize("schema", BOOK_TABLES, ids=lambda schema: schema.name)
def test_our_own_header_is_known_whole_and_by_itself(schema):
    mapping = map_header(schema.headers, "export.csv", table=None)
    assert mapping.table == schema.name
    assert mapping.columns.keys() == set(schema.headers)
    assert mapping.unread == ()


@pytest.mark.parametrize(
    ("header", "table", "columns"),
    [
        (ENCOMPASS, "loans", {"loan_id", "state", "note_rate", "term_months", "original_amount", "product", "program",
                              "purpose", "funded_date", "status", "fico", "occupancy"}),
        (ENCOMPASS.replace("Fields.", ""), "loans", {"loan_id", "note_rate", "term_months", "original_amount"}),
        (LABELS, "loans", {"loan_id", "original_amount", "note_rate", "term_months", "product", "purpose", "fico"}),
        (HUBSPOT, "contacts", {"contact_id", "first_name", "email", "phone", "kind", "state", "zip", "created_at"}),
        (SALESFORCE, "contacts", {"contact_id", "first_name", "email", "phone", "source", "created_at", "zip"}),
        (TOTAL_EXPERT, "contacts", {"contact_id", "first_name", "email", "zip", "phone", "created_at"}),
        (TOTAL_EXPERT_WHOLE, "contacts", {"contact_id", "first_name", "email", "zip", "phone", "created_at"}),
        (TOTAL_EXPERT_LOAN, "loans", {"loan_id", "note_rate", "term_months", "property_value", "program", "status"}),
    ],
)  # fmt: skip
def test_a_systems_header_is_recognised(header, table, columns):
    mapping = map_header(header.split(","), "export.csv", table=None)
    assert mapping.table == table
    assert columns <= mapping.columns.keys()


def test_a_loan_file_names_its_borrower():
    assert map_header(ENCOMPASS.split(","), "x.csv", table=None).borrower == {
        "first_name": (1,), "last_name": (2,), "email": (3,), "zip": (5,), "loan_officer_nmls": (16,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "permissions"),
    [
        (HUBSPOT, ("Marketing contact status",)),
        (SALESFORCE, ("HasOptedOutOfEmail",)),
        (TOTAL_EXPERT, ("ok_to_email", "ok_to_call")),
        ("contact_id,email,DNC,Do Not Call,Email Opt Out", ("DNC", "Do Not Call", "Email Opt Out")),
    ],
)
def test_permission_is_never_guessed(header, permissions):
    mapping = map_header(header.split(","), "contacts.csv", table="contacts")
    assert mapping.permissions == permissions
    read = {place for places in mapping.columns.values() for place in places}
    assert not read & {header.split(",").index(name) for name in permissions}


def test_a_header_twice_fills_gaps_in_the_order_of_the_synonyms():
    mapping = map_header(["contact_id", "Phone", "MobilePhone", "Email", "Email"], "contacts.csv", table=None)
    assert mapping.columns["phone"] == (2, 1)
    assert mapping.columns["email"] == (3, 4)


@pytest.mark.parametrize(
    ("name", "table"),
    [("loans.csv", "loans"), ("loans-2026-02.csv.gz", "loans"), ("Loan_Officers.csv", "loan_officers"),
     ("my loans.csv", None), ("export.csv", None)],
)  # fmt: skip
def test_a_file_may_be_named_after_its_table(name, table):
    assert table_named_by(name) == table


def test_what_is_no_table_says_what_its_headers_are():
    with pytest.raises(
        Unreadable, match=r"letter\.csv: is no table of the book; its headers are `Dear Sir`, `Yours`"
    ):
        map_header(["Dear Sir", "Yours"], "letter.csv", table=None)


def test_a_missing_column_is_named_with_the_nearest_header():
    with pytest.raises(
        Unreadable, match=r"has no column `loan_id`, which `loans` needs\. Its nearest header is `loanid2`"
    ):
        map_header(["loanid2", "note_rate"], "loans.csv", table=None)


def test_a_public_loan_file_is_told_to_be_one():
    header = ["activity_year", "loan_type", "loan_purpose", "loan_amount", "interest_rate", "loan_term"]
    with pytest.raises(Unreadable, match="--form hmda"):
        map_header(header, "lar.csv", table=None)


def test_a_table_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName, match="no table `loan`"):
        map_header(["loan_id"], "x.csv", table="loan")


def test_hidden_columns_are_never_read_from_a_file():
    hidden = {column.name for schema in SCHEMAS.values() for column in schema.columns if column.hidden}
    assert hidden == {"imported_from", "activity_year", "tract_minority_percent"}
    mapping = map_header(["loan_id", "note_rate", *sorted(hidden)], "loans.csv", table=None)
    assert set(mapping.unread) == hidden
