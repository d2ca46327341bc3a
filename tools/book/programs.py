"""What a loan program's name says about product and term, so that no trigger is silently blind to `C30`."""

from __future__ import annotations

from typing import Any

import ibis

from tools.book.values import Reading, filled, looked_up
from tools.book.vocabulary import words_of

_TOKENS = (
    ("fha", r"\bfha|^f\d{2}\b|203\s?\(?[bk]"),
    ("va", r"\bva\b|\bva\d{2}|\birrrl\b|^v\d{2}\b"),
    ("usda", r"\busda|\brhs\b|rural"),
    ("heloc", r"heloc|home equity line|line of credit"),
    ("arm", r"\barm\b|\d{1,2}\s?/\s?[16]m?\b|adjustable|sofr"),
    ("jumbo", r"jumbo|non[ -]?conforming|^j\d{2}\b"),
    ("conventional", r"\bconv|conforming|fannie|freddie|\bfnma|\bfhlmc|\bdu\b|^c\d{2}\b|high bal"
                     r"|^\d{2}\s?-?\s?y(ea)?r?s?\b|fixed|home ?ready|home ?possible"),
)  # fmt: skip
_TERM = r"(?:^|[^0-9/])(10|15|20|25|30|40)(?:\s?-?\s?y(?:ea)?rs?|\s?y\b|$|\s|-|f)"
_CODE_TERM = r"^[a-z]+\s?(10|15|20|25|30|40)\b"
_SETTLED = ("fha", "va", "usda", "heloc")


def read_product(loan_type: Any, program: Any) -> Reading:
    """The product that a loan type and a program name mean together.

    A government loan type or a line of credit stands as it is; otherwise a recognised program is the more
    exact of the two. A filled cell that neither says anything known is refused rather than left empty.
    """
    typed, named = _typed(loan_type), _named(program)
    guessed = ibis.coalesce(typed, _named(loan_type))
    value = ibis.cases((guessed.isin(_SETTLED), guessed), (named.notnull(), named), else_=guessed)
    said = filled(loan_type) | filled(program)
    why = ibis.ifelse(said & value.isnull(), ibis.literal("is no product known here"), ibis.null("string"))
    return Reading(value, why)


def term_of(program: Any) -> Any:
    """Months that a program name says (`C30`, `30YR FIXED`), null where it says none."""
    name = program.lower()
    years = ibis.coalesce(name.re_extract(_TERM, 1).nullif(""), name.re_extract(_CODE_TERM, 1).nullif(""))
    return years.try_cast("int64") * 12


def _typed(cell: Any) -> Any:
    spoken = cell.lower().re_replace(r"[^a-z0-9]", "")
    return looked_up(words_of("product"), spoken)


def _named(cell: Any) -> Any:
    name = cell.lower()
    return ibis.cases(
        *((name.re_search(pattern), ibis.literal(product)) for product, pattern in _TOKENS),
        else_=ibis.null("string"),
    )
