"""Loans of the example book: fictitious, with rates, sizes and purposes in the shape of real lending.

Rates, amounts, loan-to-value ratios, products, purposes, terms, occupancy, liens and states come from the
published distributions, rates around the survey of their year. The generator's own making, from no published
source: vintages, statuses, scores, the share of adjustable loans.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tools.book.distributions import (
    Numbers,
    Words,
    draw_numbers,
    draw_words,
    measured,
    numbers_at,
    state_amounts,
)
from tools.market.example_sheets import CONFORMING_LIMITS_USD
from tools.market.series import shipped_market

Days = NDArray[np.datetime64]
Loans = dict[str, NDArray[np.generic]]

VINTAGES = {
    2015: 0.010, 2016: 0.010, 2017: 0.010, 2018: 0.010, 2019: 0.020, 2020: 0.090, 2021: 0.110,
    2022: 0.040, 2023: 0.230, 2024: 0.280, 2025: 0.190, 2026: 0.150,
}  # fmt: skip
"""Weight of a full year; a year still running counts by its days. The example lender grew from 2023 on."""
STATUSES = {
    "funded": 0.885, "elsewhere": 0.06, "applied": 0.015, "preapproved": 0.02, "withdrawn": 0.014,
    "denied": 0.006,
}  # fmt: skip
LOCK_DAYS = 45
"""Days from the rate lock to funding."""
CHANCE = 1.0
"""Percentage points by which borrowers of one week differ, for the order in which they get their rates."""
BELOW_WHOLE = 0.6
"""Of the recent loans at a whole percent or a hundredth below it, the share below (HMDA public data 2024)."""
MEASURED_YEARS = (2022, 2023, 2024)
TEMPERED = 0.7
"""Power of a state's scale: the distribution of all states holds part of their difference already."""
ADJUSTABLE = 0.02
VA_SPREAD = -0.375
"""Percentage points of the median VA loan of 2021 below the others (HMDA public data, aggregates)."""
SCORES = {
    "conventional": (755, 42), "jumbo": (768, 32), "fha": (690, 48), "va": (725, 52), "usda": (708, 44),
    "heloc": (758, 40), "arm": (765, 35),
}  # fmt: skip
HELD = ("funded", "elsewhere")
"""Statuses of loans that were paid out, here or by another lender."""


def draw_loans(count: int, rng: Generator, states: tuple[str, ...], as_of: date) -> Loans:
    """Draw the columns of `loans` that describe the loan itself, all arrays of one length.

    Args:
        count: loans. rng: the source of chance. states: postal codes that may come.
        as_of: the book's day; nothing happens after it.
    """
    status = rng.choice(list(STATUSES), size=count, p=list(STATUSES.values()))
    decided = np.isin(status, HELD)
    day = np.where(decided, _funded(count, rng, as_of), _lately(count, rng, as_of))
    state = draw_words("state", np.full(count, "all"), rng, only=states)
    terms = draw_terms(day, rng)
    amount = draw_amounts(terms, state, day, rng)
    product = with_variants(terms, amount, day, rng)
    loans: Loans = {"status": status, "state": state, "day": day, **terms, "product": product}
    loans["occupancy"] = draw_words("occupancy", terms["purpose"].astype(str), rng)
    loans["original_amount"] = amount
    loans["note_rate"] = draw_rates(loans, rng)
    loans["property_value"] = draw_values(loans, rng)
    loans["fico"] = draw_scores(product, rng)
    return loans


def draw_terms(day: Days, rng: Generator) -> Loans:
    """Product, purpose, lien, term and rate type of loans made on given days, from the published shares."""
    year = _year(day)
    vintage = np.select([year <= 2021, year == 2022], ["to_2021", "2022"], "2023_on")
    both = np.char.partition(draw_words("product_purpose", vintage, rng), "/")
    product, purpose = both[:, 0], both[:, 2]
    beside = np.isin(purpose, ("improvement", "other"))
    every = np.full(day.size, "improvement_or_other")
    lien = np.where(beside, draw_words("lien", every, rng), "1").astype(np.int64)
    open_end = draw_words("open_end", np.full(day.size, "second"), rng) == "1"
    product = np.where(lien == 2, np.where(open_end, "heloc", "conventional"), product)
    measured_as = np.where(lien == 2, np.where(open_end, "heloc", "second"), product)
    measured_as = np.where(measured_as == "usda", "fha", measured_as)
    term = draw_words("term_months", measured_as, rng).astype(np.int64)
    return {"product": product, "purpose": purpose, "lien": lien, "term_months": term}


def draw_amounts(terms: Loans, state: Words, day: Days, rng: Generator) -> Numbers:
    """Dollars lent by product and purpose; first liens are scaled by what homes of the state and year cost.

    The amounts were measured over 2022 to 2024 and all states, so that a state's scale is tempered, and other
    years follow the conforming limit, which follows home prices.
    """
    group = group_of(terms)
    first = terms["lien"].astype(int) == 1
    known = state_amounts()
    scale = np.array([known.get(str(code), 1.0) for code in state]) ** TEMPERED
    scale = scale * conforming_limits(day) / np.mean([CONFORMING_LIMITS_USD[year] for year in MEASURED_YEARS])
    amount = draw_numbers("amount", group, rng) * np.where(first, scale, 1.0)
    amount = np.clip(amount, np.where(first, 60_000, 15_000), 4_500_000)
    return np.asarray(np.round(amount + rng.uniform(-4_500, 4_500, amount.size), -3))


def with_variants(terms: Loans, amount: Numbers, day: Days, rng: Generator) -> Words:
    """The product: jumbo where the amount passes the year's conforming limit, and a few adjustable loans."""
    product = terms["product"].astype(str)
    limit = conforming_limits(day)
    plain = (product == "conventional") & (terms["lien"].astype(int) == 1)
    product = np.where(plain & (amount > limit), "jumbo", product)
    adjustable = plain & (terms["term_months"].astype(int) == 360) & (rng.random(amount.size) < ADJUSTABLE)
    return np.where(adjustable, "arm", product)


def conforming_limits(day: Days) -> Numbers:
    """The one-unit baseline limit of each day's year, dollars; beyond the years held, that of the nearest."""
    limits = CONFORMING_LIMITS_USD
    year = np.clip(_year(day), min(limits), max(limits))
    return np.array([float(limits[one]) for one in year.tolist()])


def draw_rates(loans: Loans, rng: Generator) -> Numbers:
    """Note rates, percent, within a year as measured around that year's mean survey rate.

    Which loan of the year gets which rate follows the survey of the week of its lock, its product and term,
    and chance, so that the market shows and the measured distribution stays as it is.
    """
    lock = _back(loans["day"], LOCK_DAYS)
    years = _year(loans["day"].astype("datetime64[D]"))
    base, first = survey_on(lock, 30), loans["lien"].astype(int) == 1
    short = np.where(loans["term_months"].astype(int) <= 180, survey_on(lock, 15) - base, 0)
    apart = np.where(first, short + np.where(loans["product"] == "va", VA_SPREAD, 0), 0)
    order = base + apart + rng.normal(0, CHANCE, base.size)
    recent = np.where(years <= 2021, "first_to_2021", "first_2022_on")
    group = np.where(first, recent, np.where(loans["product"] == "heloc", "heloc", "second"))
    rate = np.empty(base.size)
    for year in np.unique(years):
        middle = _mean_survey(int(year), str(loans["day"].max()))
        for kind in np.unique(group[years == year]):
            here = (years == year) & (group == kind)
            level = (np.argsort(np.argsort(order[here])) + rng.random()) / here.sum()
            rate[here] = middle + numbers_at("rate_spread", str(kind), level)
    return _quoted(np.clip(rate, 1.75, 14.0), years, rng)


def _quoted(rate: Numbers, years: NDArray[np.int64], rng: Generator) -> Numbers:
    """Rates as lenders quote them: eighths, and since 2022 often a hundredth below a whole percent."""
    eighths = np.round(rate * 8) / 8
    below = (eighths == np.round(eighths)) & (years >= 2022) & (rng.random(rate.size) < BELOW_WHOLE)
    return np.asarray(np.where(below, eighths - 0.01, eighths))


def draw_values(loans: Loans, rng: Generator) -> Numbers:
    """Property values, dollars: the amount over a drawn ratio, of which a second lien takes a part."""
    first = loans["lien"].astype(int) == 1
    group = np.where(first, group_of(loans), "second")
    ratio = np.clip(draw_numbers("ltv", group, rng), 20, 105) / 100
    part = np.where(first, 1.0, rng.uniform(0.12, 0.3, ratio.size))
    return np.asarray(np.round(loans["original_amount"].astype(float) / (ratio * part), -3))


def draw_scores(product: Words, rng: Generator) -> Numbers:
    """Credit scores by product, 580 to 850: normal around a usual value, the generator's own making."""
    middle = np.array([SCORES[str(one)][0] for one in product])
    spread = np.array([SCORES[str(one)][1] for one in product])
    return np.asarray(np.clip(np.round(rng.normal(middle, spread)), 580, 850))


def first_payment(funded: Days) -> Days:
    """The first of the second month after funding, as interest is paid in arrears."""
    month = funded.astype("datetime64[M]") + np.timedelta64(2, "M")
    return np.asarray(month.astype("datetime64[D]"))


def survey_on(days: Days, years: int) -> Numbers:
    """The survey rate of the latest week on or before each day, percent, for loans of 30 or 15 years."""
    weeks = shipped_market().weeks
    published = np.array([week.week for week in weeks], dtype="datetime64[D]")
    rates = [week.rate_15y if years == 15 and week.rate_15y else week.rate_30y for week in weeks]
    place = np.searchsorted(published, days.astype("datetime64[D]"), side="right") - 1
    return np.asarray(np.array(rates)[np.maximum(place, 0)])


def group_of(loans: Loans) -> Words:
    """The measured group of each loan; kinds too rare to be measured are drawn as conventional ones."""
    product = np.where(np.isin(loans["product"], ("jumbo", "arm")), "conventional", loans["product"]).astype(
        str
    )
    names = np.char.add(np.char.add(product, "/"), loans["purpose"].astype(str))
    names = np.where(loans["lien"].astype(int) == 2, np.where(product == "heloc", "heloc", "second"), names)
    plain = np.char.add("conventional/", loans["purpose"].astype(str))
    known = np.array([str(name) for name in np.unique(names) if measured("amount", str(name))])
    return np.where(np.isin(names, known), names, plain)


def _funded(count: int, rng: Generator, as_of: date) -> Days:
    """Days of funding, all before `as_of`."""
    years = [year for year in VINTAGES if year <= as_of.year] or [as_of.year]
    lengths = np.array([min((as_of - date(year, 1, 1)).days, 365) for year in years])
    weights = np.array([VINTAGES.get(year, 1.0) for year in years]) * lengths
    year = rng.choice(years, size=count, p=weights / weights.sum())
    length = np.where(year == as_of.year, max((as_of - date(as_of.year, 1, 1)).days, 1), 365)
    start = np.array([f"{one}-01-01" for one in years], dtype="datetime64[D]")[np.searchsorted(years, year)]
    return np.asarray(start + (rng.random(count) * length).astype("timedelta64[D]"))


def _lately(count: int, rng: Generator, as_of: date) -> Days:
    return np.datetime64(as_of, "D") - (1 + rng.random(count) * 120).astype("timedelta64[D]")


def _mean_survey(year: int, until: str) -> float:
    """Mean 30-year survey rate of a year, percent, of its weeks up to a day."""
    last = min(f"{year}-12-31", until)
    days = np.arange(f"{year}-01-01", np.datetime64(last, "D") + 1, dtype="datetime64[D]")
    return float(survey_on(days, 30).mean())


def _back(days: NDArray[np.generic], count: int) -> Days:
    return np.asarray(days.astype("datetime64[D]") - np.timedelta64(count, "D"), dtype="datetime64[D]")


def _year(days: Days) -> NDArray[np.int64]:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970
