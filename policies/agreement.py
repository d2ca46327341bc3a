"""When a stated number agrees with a record: at the precision in which copy states it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import re2

from campaign.piece import OfferTerms
from policies.figures import Figure, of_kind
from policies.reading import Reading
from policies.seen import Seen

_DECIMALS = re2.compile(r"\.(\d+)")
_NEIGHBOURHOOD = 160
_CHARGE_BEFORE = re2.compile(
    r"\b(?:premiums?|fees?|financed|requires?|needs?|grant|credit|mip|pmi|taxes?|enganche|prima)\b"
    r"(?:[^.,;\n%]|,\d){0,24}$"
)
_RATE_AFTER = re2.compile(r"^ ?\(?(?:note |interest |fixed )?(?:rate|interest|fixed|apr)\b|^ ?/")
_MONTH_AFTER = re2.compile(r"^\s*(?:(?:a|per|each|every|/)\s*(?:month|mo)\b|monthly\b)")
_UNIT_COST = re2.compile(
    r"^(?: (?:a|per|each|every) month| ?/ ?mo(?:nth)?| monthly)?,? ?"
    r"(?:per|for each|for every|on each) \$?1,?000\b"
)
_COUNT_OF = re2.compile(r"\b(\d{1,3}) (?:more |monthly |remaining )?(?:payments? )?(?:of|at) $")
_ON_THIS_LOAN = re2.compile(r"^ on this loan\b")
_PER = re2.compile(r"\b(?:per|each|every) $")
_LIMIT = re2.compile(
    r"(?:up to|as much as|maximum|minimum|more than|over|above|from|between|\d ?(?:to|and|-)) ?$"
)
_LOAN_BEFORE = re2.compile(r"\bloan(?: with fee| amount| size)?[ :|\n]{0,3}$")
_LOAN_AFTER = re2.compile(
    r"^ (?:balloon|\d\d-year|rate-and-term|cash-out refi|refinance\b|purchase (?:loan|at \d))"
)
_ROUND_MONEY = re2.compile(r"\d(?:\.\d+)? ?(?:k|m|mm|thousand|million)\b")


def agrees(reading: Reading, figure: Figure, value: float) -> bool:
    """Whether a stated percentage or number of points is the record's, rounded as copy rounded it.

    Two decimals at least: "6%" does not stand for 6.125 %.
    """
    if figure.value is None:
        return False
    found = _DECIMALS.search(reading.text[figure.start : figure.end])
    decimals = max(2, len(found.group(1)) if found else 0)
    return abs(figure.value - value) <= 0.5 * 10.0**-decimals + 1e-9


def agrees_in_dollars(reading: Reading, figure: Figure, value: float) -> bool:
    """Whether a stated amount is the record's, to the dollar, or as rounded in "$1.2 million"."""
    if figure.value is None:
        return False
    rounded = _ROUND_MONEY.search(reading.text[figure.start : figure.end]) is not None
    return abs(figure.value - value) <= (0.005 * value if rounded else 1.0)


def rates_of(offer: OfferTerms) -> Iterator[float]:
    """Every rate at which a record's interest accrues or, bought down, is paid."""
    if offer.note_rate is not None:
        yield offer.note_rate
    for rate, _, _ in offer.series:
        yield rate


def stated_rates(seen: Seen) -> Iterator[tuple[Reading, Figure]]:
    """The rates a piece offers, without the percentages of premiums, fees and conditions."""
    for reading, rate in seen.stated("rate"):
        before = reading.text[max(0, rate.start - 40) : rate.start]
        charge = _CHARGE_BEFORE.search(before) and not _RATE_AFTER.search(
            reading.text[rate.end : rate.end + 20]
        )
        if rate.value is not None and not charge:
            yield reading, rate


def stated_payments(seen: Seen) -> Iterator[tuple[Reading, Figure]]:
    """The payments a piece states: also "336 of $2,305.12", and where "a month" stands on the next line.

    A cost per $1,000 borrowed is none; see `unit_costs`.
    """
    for reading, figure in seen.stated("payment", "amount"):
        after = reading.text[figure.end : figure.end + 36]
        if figure.value is None or _UNIT_COST.search(after):
            continue
        if figure.kind == "amount" and any(
            other.start == figure.start for other in of_kind(seen.figures[reading.field], "payment")
        ):
            continue
        counted = _COUNT_OF.search(reading.text[max(0, figure.start - 32) : figure.start])
        if figure.kind == "amount" and counted:
            yield reading, replace(figure, kind="payment", count=int(counted.group(1)))
        elif figure.kind == "payment" or _ON_THIS_LOAN.search(after) or _next_line_month(after):
            yield reading, figure


def _next_line_month(after: str) -> bool:
    return "\n" in after and _MONTH_AFTER.search(after) is not None


def unit_costs(seen: Seen) -> Iterator[tuple[Reading, Figure]]:
    """Payments stated as dollars per $1,000 borrowed (comment 24(d)(2)-2)."""
    for reading, figure in seen.stated("payment"):
        if figure.value is not None and _UNIT_COST.search(reading.text[figure.end : figure.end + 36]):
            yield reading, figure


def borrowed_amounts(seen: Seen) -> Iterator[tuple[Reading, Figure]]:
    """The loan amounts a piece states, also as rows of a table or of an example say them."""
    for reading, figure in seen.stated("loan_amount", "amount"):
        before = reading.text[max(0, figure.start - 40) : figure.start]
        after = reading.text[figure.end : figure.end + 40]
        if figure.value is None or _PER.search(before) or _LIMIT.search(before):
            continue
        if figure.kind == "loan_amount" or _LOAN_BEFORE.search(before) or _LOAN_AFTER.search(after):
            yield reading, figure


def rate_beside(seen: Seen, reading: Reading, apr: Figure) -> Figure | None:
    """The stated rate that an APR belongs to: the nearest in its field, within two lines."""
    near = [
        rate
        for rate in of_kind(seen.figures[reading.field], "rate")
        if rate.value is not None and abs(rate.start - apr.start) <= _NEIGHBOURHOOD
    ]
    return min(near, key=lambda rate: abs(rate.start - apr.start), default=None)


def fitting(reading: Reading, rate: Figure, offers: Iterable[OfferTerms]) -> tuple[OfferTerms, ...]:
    """The records that a stated rate belongs to."""
    return tuple(offer for offer in offers if any(agrees(reading, rate, value) for value in rates_of(offer)))


def beside_their_rate(
    seen: Seen, reading: Reading, figure: Figure, offers: tuple[OfferTerms, ...]
) -> tuple[OfferTerms, ...]:
    """The records that a figure belongs to: those of the only rate in its sentence, else all."""
    first, last = reading.sentence(figure.start, figure.end)
    rates = [
        rate
        for rate in of_kind(seen.figures[reading.field], "rate")
        if rate.value is not None and first <= rate.start < last
    ]
    alone = len({rate.value for rate in rates}) == 1
    return (fitting(reading, rates[0], offers) if alone else ()) or offers


def stated_rates_agree(seen: Seen, offers: tuple[OfferTerms, ...]) -> bool:
    """Whether every rate the piece states is one of its records' (true where it states none)."""
    return all(fitting(reading, rate, offers) for reading, rate in stated_rates(seen))
