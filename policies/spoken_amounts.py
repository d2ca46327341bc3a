"""Payments that copy spells out: "nineteen hundred dollars a month", "mil novecientos dolares al mes".

A payment in words triggers what one in digits does (12 CFR 1026.24(d)(1)); English and Spanish.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from policies.amounts import NUMBER_WORDS, SAVED_BEFORE, PaymentKind

_SPANISH = dict(
    zip(
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
        "diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco "
        "veintiseis veintisiete veintiocho veintinueve".split(),
        range(1, 30),
        strict=True,
    )
) | {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300,
    "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600, "setecientos": 700,
    "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_VALUES = NUMBER_WORDS | _SPANISH
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "mil": 1000}
_WORD = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))
_LEAST, _LEAST_UNNAMED = 100, 900  # "we help a hundred a month" speaks of no dollars
_PAYMENT = re2.compile(
    rf"\b((?:{_WORD})(?:(?:[ -]| and | y )(?:{_WORD})\b)*) (dollars|bucks|dolares)?,? ?"
    r"(?:(?:a|per|each|every) (?:month|week|mo)\b|monthly\b|al mes\b|por mes\b|cada mes\b|mensuales\b)"
)


def read_spoken_payments(text: str) -> Iterator[tuple[PaymentKind, float, int, int]]:
    """Payments and monthly savings in words of a folded text: kind, dollars and the span of the words."""
    for match in _PAYMENT.finditer(text):
        value = _value(match.group(1))
        start, end = match.span(1)
        if value >= (_LEAST if match.group(2) else _LEAST_UNNAMED):
            saved = SAVED_BEFORE.search(text[max(0, start - 60) : start]) is not None
            yield ("saving" if saved else "payment"), value, start, end


def _value(words: str) -> float:
    """The number of a run of words: each scale multiplies what stands before it."""
    total = part = 0
    for word in words.replace("-", " ").split():
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if _SCALES[word] == 1000:
                total, part = total + part, 0
        else:
            part += _VALUES.get(word, 0)
    return float(total + part)
