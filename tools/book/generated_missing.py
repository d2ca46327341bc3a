"""Loan columns that a public loan file lacks, drawn from the published distributions beside what it has.

A reported amount decides which drawn purpose and lien stand beside it (small amounts are mostly subordinate
liens), a reported year the day of funding. What is drawn stays fictitious.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tools.book.distributions import Numbers, Words, draw_words, quantiles
from tools.book.generated_loans import (
    Days,
    Loans,
    draw_scores,
    draw_terms,
    first_payment,
    group_of,
    with_variants,
)

YEAR_UNKNOWN = 2024
"""Activity year of a file that names none."""
ORDER_NOISE = 0.5
"""Spread of the noise, in natural logarithms of dollars, with which drawn terms follow reported amounts."""
_TERMS = ("product", "purpose", "lien", "term_months")


def draw_missing(
    known: Loans, missing: frozenset[str], rng: Generator, states: tuple[str, ...], as_of: date
) -> Loans:
    """The missing columns of a file's loans, each as long as the known ones.

    Args:
        known: `original_amount` (dollars, `nan` where unknown), `activity_year` (0 where unknown) and every
            reported column of `loans`.
        missing: columns to draw. rng: the source of chance. states: postal codes that may be drawn.
        as_of: every loan is funded before this day.
    """
    amount = known["original_amount"].astype(float)
    day = _funded(known["activity_year"].astype(int), rng, as_of)
    terms = _beside(draw_terms(day, rng), amount, rng) | {
        name: known[name] for name in _TERMS if name in known and name not in missing
    }
    if "product" in missing:
        terms["product"] = with_variants(terms, np.nan_to_num(amount), day, rng)
    adjustable = np.isin(terms["product"], ("arm", "heloc"))
    drawn: Loans = {
        **terms,
        "state": draw_words("state", np.full(day.size, "all"), rng, only=states),
        "occupancy": draw_words("occupancy", _purpose(terms), rng),
        "rate_type": np.where(adjustable, "adjustable", "fixed"),
        "status": np.full(day.size, "funded"),
        "fico": draw_scores(_product(terms), rng),
        "funded_date": day,
        "first_payment_date": first_payment(day),
    }
    return {name: drawn[name] for name in drawn if name in missing}


def _beside(terms: Loans, amount: Numbers, rng: Generator) -> Loans:
    """The same drawn terms, ordered by the amounts with noise: shares stay, small loans get small kinds."""
    held, groups = quantiles(), group_of(terms).tolist()
    usual = {group: float(np.median(held["amount", group].values)) for group in set(groups)}
    sizes = np.log([usual[group] for group in groups])
    sizes = sizes + rng.normal(0, ORDER_NOISE, sizes.size)
    wanted = np.log(np.maximum(np.nan_to_num(amount, nan=200_000.0), 1_000))
    order = np.empty(sizes.size, dtype=np.int64)
    order[np.argsort(wanted, kind="stable")] = np.argsort(sizes, kind="stable")
    return {name: column[order] for name, column in terms.items()}


def _funded(years: NDArray[np.int64], rng: Generator, as_of: date) -> Days:
    """A day within each year, before `as_of`."""
    year = np.where(years > 0, years, YEAR_UNKNOWN)
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    day = start + (rng.random(year.size) * 365).astype("timedelta64[D]")
    return np.asarray(np.minimum(day, np.datetime64(as_of, "D") - 1))


def _purpose(terms: Loans) -> Words:
    """The purpose, `other` where a reported one is empty."""
    purpose = terms["purpose"].astype(str)
    return np.where(purpose == "", "other", purpose)


def _product(terms: Loans) -> Words:
    """The product, `conventional` where a reported one is empty."""
    product = terms["product"].astype(str)
    return np.where(product == "", "conventional", product)
