"""The names of triggers, and the one reason for in or out that each loan gets, in the order of asking."""

from __future__ import annotations

from typing import Literal, get_args

Trigger = Literal[
    "rate", "arm_reset", "mi_removal", "equity", "anniversary", "preapproval_expiry", "quiet_lead"
]
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)

ELIGIBLE = "eligible"
OF_THE_LOAN = (
    "rate_unknown", "term_unknown", "balance_unknown", "paid_off", "not_first_lien", "credit_line",
    "prepayment_penalty",
)  # fmt: skip
OF_ELIGIBILITY = ("not_licensed", "seasoning", "no_offer")
OF_BENEFIT = ("rate_gap", "small_saving", "recoupment", "break_even")
OF_THE_CONTACT = (
    "no_contact", "partner", "no_address", "do_not_solicit", "suppressed", "no_consent",
    "recent_application", "recent_alert",
)  # fmt: skip
RATE_REASONS = (*OF_THE_LOAN, *OF_ELIGIBILITY, *OF_BENEFIT, *OF_THE_CONTACT)
"""Every reason for which the rate trigger leaves a loan out; the first that holds is given."""

OWN_REASONS: dict[Trigger, tuple[str, ...]] = {
    "rate": (*OF_THE_LOAN, *OF_ELIGIBILITY, *OF_BENEFIT),
    "arm_reset": (
        "paid_off", "reset_unknown", "reset_passed", "reset_far", "not_first_lien", "prepayment_penalty",
        "not_licensed", "seasoning", "no_offer",
    ),
    "mi_removal": (
        "paid_off", "seasoning", "government_insurance", "not_principal_residence", "value_unknown",
        "ltv_high",
    ),
    "equity": (
        "not_first_lien", "credit_line", "balance_unknown", "value_unknown", "not_licensed", "seasoning",
        "no_offer", "small_room",
    ),
    "anniversary": ("paid_off", "funding_unknown", "first_year", "not_yet"),
    "preapproval_expiry": ("start_unknown", "expired", "not_yet"),
    "quiet_lead": ("has_loan", "not_quiet"),
}  # fmt: skip
"""The reasons a trigger has besides those of the contact, in the order of asking."""
