"""Terms in one language and their disclosures in another (12 CFR 1026.24(i)(7))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import re2

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen

_SPANISH = re2.compile(
    r"\b(?:el|la|los|las|de|del|al|que|su|sus|por|para|con|sin|una?|es|en|y|mes|pago|pagos|casa"
    r"|prestamo|hipoteca|tasa|interes|anos|inicial|enganche|credito|vivienda|compre|venga|llame"
    r"|nuestro|nuestra)\b"
)
_ENGLISH = re2.compile(
    r"\b(?:the|of|and|to|with|for|your|you|is|are|rate|payments?|loan|not|include|taxes|insurance"
    r"|greater|example|monthly|will|be|as|on|home|apply|subject|terms|only|this|we|our)\b"
)
_WORD = re.compile(r"[a-z]+")


class Keys(Noun):
    """Nothing besides the common keys."""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """The first term stated in Spanish where the APR or the repayment terms are stated in English only."""
    del rule
    if _SPANISH.search(seen.text) is None:
        return
    terms = [
        (reading, figure, _language(reading.text[slice(*reading.sentence(figure.start, figure.end))]))
        for reading, figure in seen.stated("payment", "term", "rate", "apr", "points", "down_payment")
    ]
    spanish = [one for one in terms if one[2] == "es"]
    english = [one for one in terms if one[2] == "en"]
    if not spanish or not english:
        return
    disclosed = {figure.kind for _, figure, _ in english} - {figure.kind for _, figure, _ in spanish}
    triggers = [one for one in spanish if one[1].kind != "apr"]
    if disclosed & {"apr", "rate"} and triggers:
        reading, figure, _ = triggers[0]
        yield seen.hit(reading, figure.start, figure.end)


@lru_cache(maxsize=64)
def _language(sentence: str) -> str:
    """`es` or `en` by the small words of a sentence, empty where it has too few to tell."""
    if len(_WORD.findall(sentence)) < 3:
        return ""
    spanish, english = len(_SPANISH.findall(sentence)), len(_ENGLISH.findall(sentence))
    if spanish == english:
        return ""
    return "es" if spanish > english else "en"
