"""The words and values that make a price lawful: from records only, each with where it came from.

Texts with slots are the insert library: only these may be added to copy without a person writing them.
They cure nothing; whatever they are added to is screened again.
"""

from __future__ import annotations

from campaign.errors import BadInput
from campaign.rates import Product, RateOffer
from policies.identity import identity_claims, legend_groups
from policies.offers import finance_charges, offer_claims, offer_terms

__all__ = [
    "finance_charges",
    "identity_claims",
    "legend_groups",
    "offer_claims",
    "offer_terms",
    "rate_assumptions",
    "rate_example",
    "rate_paragraph",
]

RATE_EXAMPLE = (
    "Example: {{loan_amount}} {{term_years}}-year fixed-rate loan, {{max_ltv}} loan-to-value, {{points}}, "
    "{{rate}} rate ({{apr}} APR), {{payment_count}} monthly payments of {{monthly_payment}}."
)
RATE_ASSUMPTIONS = (
    "Assumes a {{min_fico}} credit score, a single-family primary residence and a {{lock_days}}-day "
    "rate lock."
)
RATE_CHARGES = "Prepaid finance charges in this example, points included: {{finance_charges}}."
TAXES_INSURANCE = (
    "Payments do not include amounts for taxes and insurance premiums; "
    "the actual payment obligation will be greater."
)
MORTGAGE_INSURANCE = (
    "Payments do not include amounts for mortgage insurance premiums; "
    "the actual payment obligation will be higher."
)
RATE_CHANGE = (
    "Rates are subject to change without notice and may not be available at commitment, lock-in or closing. "
    "Rate shown as of {{as_of}}."
)
VALID_THROUGH = "For applications received through {{valid_through}}."
APPROVAL = (
    "All loans are subject to credit approval, underwriting and property requirements. "
    "This is not a commitment to lend."
)
NMLS_LINE = "{{company_name}}, NMLS ID #{{company_nmls}}. {{consumer_access}}"
LEGAL_FOOTER = (
    "{{company_name}}, NMLS ID #{{company_nmls}} ({{consumer_access}}), {{company_address}}. {{legends}} "
    "{{equal_housing}}."
)
CANSPAM_FOOTER = (
    "This is an advertisement. {{company_name}}, {{company_address}}. Unsubscribe: {{unsubscribe_url}}"
)
REFI_COST = "Refinancing may increase the total finance charges over the life of the loan."
NONAFFIL_GOV = "{{company_name}} is not affiliated with or endorsed by any government agency."
FHA_DISCLAIMER = (
    "{{company_name}} is not acting on behalf of or at the direction of HUD, FHA, or the federal government."
)

_LOAN_WORDS: dict[Product, str] = {
    "conventional": "fixed-rate loan",
    "jumbo": "fixed-rate jumbo loan",
    "fha": "FHA-insured fixed-rate loan",
    "va": "VA-guaranteed fixed-rate loan",
    "usda": "USDA-guaranteed fixed-rate loan",
}


def rate_example(offer: RateOffer) -> str:
    """The labelled example for one offer (12 CFR 1026.24(d)(2)), with only the slots its record can fill.

    Raises:
        BadInput: the product's rate can change, and a rate sheet holds no index, margin or caps to show.
    """
    words = _LOAN_WORDS.get(offer.product)
    if words is None:
        raise BadInput(
            f"Row {offer.row} of the rate sheet offers `{offer.product}`, whose rate can change.",
            "Write that example by hand, with its index, margin and payments.",
        )
    text = RATE_EXAMPLE.replace("fixed-rate loan", words)
    return text if offer.max_ltv is not None else text.replace("{{max_ltv}} loan-to-value, ", "")


def rate_assumptions(offer: RateOffer) -> str:
    """What the price of an offer rests on, with only the slots that its record can fill."""
    if offer.min_fico is not None:
        return RATE_ASSUMPTIONS
    return RATE_ASSUMPTIONS.replace("a {{min_fico}} credit score, ", "")


def rate_paragraph(offer: RateOffer) -> str:
    """Everything that must stand beside a stated price of one offer, in the order people read it.

    Raises:
        BadInput: as `rate_example`.
    """
    insures = offer.mi_annual_percent > 0 or offer.product in ("fha", "usda")
    insured = [MORTGAGE_INSURANCE] if insures else []
    return " ".join(
        [
            rate_example(offer),
            TAXES_INSURANCE,
            *insured,
            rate_assumptions(offer),
            RATE_CHARGES,
            RATE_CHANGE,
            APPROVAL,
        ]
    )
