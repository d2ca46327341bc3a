"""The house mind of segmentation: cuts a mortgage marketer would try first, and plain names for the result.

It proposes thresholds of the trade (rate gap, loan-to-value, seasoning) and the book's own quartiles of
balance rounded to readable amounts. Whether any of them is used is decided by the book.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from agents.facets import MARK, in_words
from agents.minds import BookFacts, ColumnFacts, MindName, Naming, SegmentFacts
from campaign.segment import Condition

_THRESHOLDS: Final = {
    "rate_gap_bps": (0.0, 50.0, 100.0),
    "ltv": (60.0, 80.0),
    "months_since_funding": (12.0, 36.0, 60.0),
    "term_months": (300.0,),
}
_QUARTILES: Final = ("current_balance", "original_amount")
_LOAN_HOLDERS: Final = ("funded", "elsewhere")
_WORDS: Final = ("purpose", "occupancy", "product", "rate_type")
_LEAST_SHARE: Final = 0.03
_LONGEST: Final = 48

_TEXTS: Final = {
    "refinance_candidates": (
        "Refinance candidates",
        "Likely to want an honest look at whether today's rate pays for itself on their own loan.",
    ),
    "refinance_equity_rich": (
        "Refinance candidates with equity",
        "Likely to weigh a lower rate against taking some equity out, and to want both worked out.",
    ),
    "refinance_recent_buyers": (
        "Recent buyers at high rates",
        "Likely bought when rates were higher and want to know when refinancing starts to make sense.",
    ),
    "refinance_larger_loans": (
        "Refinance candidates, larger loans",
        "Likely to notice small rate differences, since each one is multiplied by a larger balance.",
    ),
    "refinance_prospects": (
        "Refinance prospects with other lenders",
        "Likely to compare offers on price first, since they have no history with us.",
    ),
    "equity_rich": (
        "Owners with equity",
        "Likely to think about repairs, tuition or debts and to want to keep their present rate.",
    ),
    "recent_buyers": (
        "Recent buyers",
        "Likely to be settling in and to value help that asks for nothing yet.",
    ),
    "settled_owners": (
        "Settled owners",
        "Likely to be content with their loan; a yearly review and a referral fit better than an offer.",
    ),
    "near_trigger": (
        "Owners close to a refinance",
        "Likely to gain if rates fall a little further; wants to be told when, and not before.",
    ),
    "prospects": (
        "Prospects",
        "Likely to be still choosing a home or a lender and to want a clear next step.",
    ),
    "rivals_owners": (
        "Owners with other lenders",
        "Likely to compare us with the lender they have and to ask what would be different here.",
    ),
    "investors": (
        "Investors",
        "Likely to look at the return of the next property and at how quickly a loan closes.",
    ),
    "second_homes": ("Second-home owners", "Likely to plan around two households and to value one contact."),
    "adjustable_owners": (
        "Owners with adjustable rates",
        "Likely to want to know what their first adjustment means and which choices they have before it.",
    ),
    "shorter_terms": (
        "Owners on shorter terms",
        "Likely to care about being debt-free on schedule more than about a lower payment.",
    ),
    "larger_loans": (
        "Owners with larger loans",
        "Likely to expect a named person and careful figures rather than a campaign.",
    ),
    "past_refinancers": (
        "Owners who refinanced before",
        "Likely to know the steps and to want only the numbers that changed since.",
    ),
    "cash_out_owners": (
        "Owners who took cash out",
        "Likely to have had a project in mind and to know what borrowing against a home involves.",
    ),
    "home_buyers": (
        "Owners who bought with us",
        "Likely to come back for the next home if we stay in touch.",
    ),
    "fha_owners": (
        "Owners with FHA loans",
        "Likely to ask whether a conventional loan would end their mortgage insurance.",
    ),
    "va_owners": ("Owners with VA loans", "Likely to ask what their benefit still allows them to do."),
    "jumbo_owners": (
        "Owners with jumbo loans",
        "Likely to expect a named person and careful figures rather than a campaign.",
    ),
}


class HouseSegmentationMind:
    """Proposes the trade's own thresholds and names segments in plain words."""

    name: MindName = "house"

    def propose_cuts(self, facts: BookFacts) -> tuple[Condition, ...]:
        """Candidate cuts from business thresholds, rounded quartiles and the words that are common enough."""
        columns = {column.column: column for column in facts.columns}
        cuts = [
            Condition(column=name, operator="at_least", value=value)
            for name, values in _THRESHOLDS.items()
            if name in columns
            for value in values
        ]
        for name in _QUARTILES:
            if name in columns:
                cuts += _quartile_cuts(columns[name])
        for name in _WORDS:
            if name in columns:
                cuts += _word_cuts(columns[name])
        if "status" in columns:
            cuts.append(Condition(column="status", operator="is", value="funded"))
            cuts.append(Condition(column="status", operator="one_of", value=_LOAN_HOLDERS))
        return tuple(cuts)

    def describe(self, segments: tuple[SegmentFacts, ...]) -> tuple[Naming, ...]:
        """A plain name and a needs hypothesis for each segment, by its meaning."""
        return tuple(_naming(segment.segment_id) for segment in segments)


def _quartile_cuts(column: ColumnFacts) -> Iterator[Condition]:
    """The middle three of the five quantiles, to one or two leading figures."""
    for value in sorted({_readable(quantile) for quantile in column.quantiles[1:4] if quantile > 0}):
        yield Condition(column=column.column, operator="at_least", value=value)


def _readable(value: float) -> float:
    """Rounded so that a person can say it: 287,400 becomes 300,000; 131,000 becomes 150,000."""
    unit = 10.0 ** math.floor(math.log10(value)) / 2.0
    return round(value / unit) * unit


def _word_cuts(column: ColumnFacts) -> Iterator[Condition]:
    common = (word for word, share in sorted(column.shares.items()) if share >= _LEAST_SHARE)
    for word in common:
        yield Condition(column=column.column, operator="is", value=word)


def _naming(segment_id: str) -> Naming:
    known, _, part = segment_id.partition(MARK)
    if known in _TEXTS:
        name, needs = _TEXTS[known]
    else:
        plain = known.removeprefix("refinance_").replace("_", " ")
        name = f"Refinance candidates: {plain}" if known.startswith("refinance_") else plain.capitalize()
        needs = "Likely to want figures for their own loan before anything else."
    if part:
        name = f"{name}, {in_words(part)}"
    return Naming(segment_id=segment_id, name=name[:_LONGEST], needs=needs)
