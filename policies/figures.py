"""Numbers as copy states them: rates, APRs, points, amounts, payments, terms, each with its place.

Read once per field from the folded text (`reading.py`); every rule about numbers asks here, so that two
rules never disagree about what a percentage is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from policies.amounts import read_amounts, read_payments, read_points, read_terms
from policies.percentages import read_percentages
from policies.spoken_amounts import read_spoken_payments

_SHORT = 4_000
FigureKind = Literal[
    "rate", "apr", "market", "other_rate", "points", "amount", "loan_amount", "payment", "term",
    "percent", "down_payment", "ltv", "saving",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated number.

    Attributes:
        kind: what it is: `rate` an offered rate, `apr`, `market` a survey average, `other_rate` a margin,
            an index, a cap, a maximum or the reader's own rate; `percent` any other percentage;
            `points` of the loan amount; `amount` dollars, `loan_amount` dollars borrowed; `payment`
            dollars per period, `saving` dollars per period less than before; `term` months; `down_payment`
            and `ltv` percent.
        value: percent, dollars, points or months; None where no single value is stated ("the high 5s").
        start, end: span in the folded text.
        count: for a payment, how many of them, where stated.
    """

    kind: FigureKind
    value: float | None
    start: int
    end: int
    count: int | None = None


def read_figures(text: str) -> tuple[Figure, ...]:
    """Every number of a folded text that a mortgage rule may ask about, in order of place."""
    return _read_short(text) if len(text) <= _SHORT else _read(text)


@lru_cache(maxsize=1024)
def _read_short(text: str) -> tuple[Figure, ...]:
    """Kept a while: the pieces of a campaign share their footers and most of their sentences."""
    return _read(text)


def _read(text: str) -> tuple[Figure, ...]:
    found = [
        *(Figure(*read) for read in read_percentages(text)),
        *(Figure(*read) for read in read_amounts(text)),
        *(Figure(*read) for read in read_points(text)),
        *(Figure(*read) for read in read_terms(text)),
        *(Figure(*read) for read in read_payments(text)),
        *(Figure(*read) for read in read_spoken_payments(text)),
    ]
    return tuple(sorted(found, key=lambda figure: (figure.start, figure.end, figure.kind)))


def of_kind(figures: tuple[Figure, ...], *kinds: FigureKind) -> tuple[Figure, ...]:
    """The figures of some kinds, in order."""
    return tuple(figure for figure in figures if figure.kind in kinds)
