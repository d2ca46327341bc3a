"""The book as CSV: exactly the published headers, every column documented."""

from __future__ import annotations

import pytest

from campaign.errors import UnknownName
from tools.book.schemas import SCHEMAS, schema_of

HEADERS = {
    "contacts": "contact_id kind first_name last_name email phone state zip timezone loan_officer_nmls source "
    "created_at language",
    "loans": "loan_id contact_id status product purpose lien occupancy note_rate rate_type term_months original_amount "
    "current_balance property_value fico state county_fips census_tract funded_date first_payment_date "
    "arm_reset_date mi_monthly_usd prepayment_penalty",
    "loan_officers": "nmls name email phone states hired_on branch",
    "partners": "partner_id kind name company email phone state license loan_officer_nmls",
    "events": "contact_id at kind channel campaign",
    "consents": "contact_id channel granted at source",
    "suppressions": "contact_id address reason at",
    "monitoring": "loan_id race ethnicity sex age_band",
}


def test_the_tables_are_those_of_the_contract() -> None:
    assert set(SCHEMAS) == set(HEADERS)


@pytest.mark.parametrize("table", sorted(HEADERS))
def test_the_header_is_that_of_the_contract(table: str) -> None:
    assert list(SCHEMAS[table].headers) == HEADERS[table].split()


@pytest.mark.parametrize("table", sorted(HEADERS))
def test_every_column_says_what_it_means_and_the_key_exists(table: str) -> None:
    schema = SCHEMAS[table]
    assert all(column.meaning for column in schema.columns)
    assert {*schema.key, *schema.required} <= set(schema.headers)
    assert all(column.words for column in schema.columns if column.kind == "word")


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"no table `lones`\. Its tables: contacts, loans"):
        schema_of("lones")
    with pytest.raises(UnknownName, match="`loans` has no column `rate`"):
        SCHEMAS["loans"].column("rate")
