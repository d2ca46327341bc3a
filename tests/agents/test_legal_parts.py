"""What the law adds stands where it must, whatever a mind wrote."""

from __future__ import annotations

import pytest

from agents.legal_parts import FOLD, LAW_DESCRIPTIONS, OFFER_SLOTS, shows_price, with_legal_part
from campaign.channel import FORMATS
from campaign.piece import FieldText
from policies.disclosures import APPROVAL, RATE_CHANGE, REFI_COST, offer_claims, rate_paragraph
from tests.agents.desks import AT, FORMAT_NAMES, example_lender, offer

IDENTITY = frozenset({"company_name", "company_phone", "company_url"})


def completed(
    form: str, theme: str = "purchase", identity: frozenset[str] = IDENTITY, **fields: FieldText
) -> dict[str, FieldText]:
    return with_legal_part(fields, FORMATS[form], theme=theme, offer=offer(), identity=identity)


def test_offer_slots_are_all_that_an_offer_can_fill() -> None:
    assert set(offer_claims(offer(), example_lender(), at=AT)) == OFFER_SLOTS


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_fields_come_in_reading_order(form: str) -> None:
    made = completed(form, **dict.fromkeys(reversed([limit.field for limit in FORMATS[form].limits]), "x"))
    order = [limit.field for limit in FORMATS[form].limits]
    assert [name for name in made if name != "landing_url"] == order


def test_a_short_opening_leaves_the_lender_before_the_fold() -> None:
    body = str(completed("meta.feed", body="A short hook.\n\nThe rest of it.")["body"])
    assert body.startswith("A short hook.\n\n{{company_short_name}}, NMLS ID")
    assert "The rest of it." in body


def test_a_long_opening_stands_behind_the_lender() -> None:
    body = str(completed("meta.feed", body="x" * FOLD)["body"])
    assert body.startswith("{{company_short_name}}, NMLS ID #{{company_nmls}}. {{equal_housing}}.")


def test_search_ads_give_two_descriptions_to_the_law() -> None:
    made = completed("google_search.rsa", headlines=("A", "B", "C"), descriptions=("One.", "Two."))
    assert made["descriptions"] == ("One.", "Two.", *LAW_DESCRIPTIONS)


@pytest.mark.parametrize("word", ["{{rate}}", "{{monthly_payment}}", "{{term_years}}"])
def test_any_term_of_an_offer_brings_the_whole_example(word: str) -> None:
    body = str(completed("email.letter", body=f"Ours is {word}.")["body"])
    assert rate_paragraph(offer()) in body
    assert RATE_CHANGE in body


def test_a_letter_without_a_term_has_no_example_but_its_conditions() -> None:
    made = completed("email.letter", body="Ask us.")
    assert not shows_price({"body": "Ask us."}, FORMATS["email.letter"])
    assert "Example:" not in str(made["body"])
    assert APPROVAL in str(made["footer"])


def test_a_letter_ends_with_advertisement_address_and_way_out() -> None:
    footer = str(completed("email.letter", body="Ask us.")["footer"])
    for words in ("This is an advertisement.", "{{company_address}}", "Unsubscribe: {{unsubscribe_url}}"):
        assert words in footer


def test_a_signature_has_only_lines_on_record() -> None:
    body = str(completed("email.letter", identity=frozenset({"company_name"}), body="Ask us.")["body"])
    assert body.endswith("{{company_name}}, NMLS ID #{{company_nmls}}")


@pytest.mark.parametrize("form", ["zillow.offer", "lendingtree.offer", "bankrate.offer"])
def test_a_rate_offer_holds_its_row_and_example_in_one_field(form: str) -> None:
    body = str(completed(form, headline="A price", body="Look at it.")["body"])
    slots = {slot for slot in OFFER_SLOTS if f"{{{{{slot}}}}}" in body}
    assert OFFER_SLOTS - slots == {"down_payment"}
    assert body.index("{{rate}} rate ({{apr}} APR)") < body.index("Example:")


@pytest.mark.parametrize(("theme", "said"), [("rate_review", True), ("equity", True), ("purchase", False)])
def test_talk_of_refinancing_says_what_it_may_cost(theme: str, said: bool) -> None:
    for form in ("meta.feed", "email.letter", "linkedin.post", "zillow.offer"):
        assert (REFI_COST in str(completed(form, theme, body="Ask."))) == said
