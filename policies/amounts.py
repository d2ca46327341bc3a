"""Dollars, payments, points and terms as copy states them, in a folded text.

What is and is not a payment or a term follows the commentary to 12 CFR 1026.24(d)(1): "$25 weekly" is,
"monthly payments to suit your needs" is not; "30-year mortgage" is, "serving families for 30 years" is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import re2

AmountKind = Literal["amount", "loan_amount"]
PaymentKind = Literal["payment", "saving"]

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

MONEY = r"(?:us)?\$ ?\d[\d,]*(?:\.\d+)?(?: ?(?:k|m|mm|thousand|million)\b)?|\b\d[\d,]*(?:\.\d\d)? dollars\b"
SAVED_BEFORE = re2.compile(
    r"\b(?:sav(?:e|es|ed|ing|ings)|keep|pocket|freed?(?: up)?|lower(?:s|ed)?|reduc(?:e|es|ed|ing)"
    r"|cut(?:ting|s)?|shav(?:e|ing|ed)|drop(?:ped)?|less|trim(?:med)?|ahorr\w+)"
    r"(?: [\w'-]+){0,5}?(?: (?:up to|as much as|by|of|about|roughly|over|more than|an average of"
    r"|nearly|around))* ?$"
)
_PERIOD = r"(?:month|mo|mth|week|wk|biweekly|paycheck|pay period|fortnight)"
_MONEY = re2.compile(MONEY)
_LOAN_AFTER = re2.compile(
    r"^[ ,]*(?:\w+[- ]?(?:yr|year)s?[- ,]*)?(?:(?:conventional|jumbo|fha|va|usda|fixed|rate|first"
    r"|purchase|home|new|arm|"
    r"refinance|cash-out|mortgage|adjustable|conforming|7/6|5/6|10/6|example|sample|hypothetical"
    r"|closed-end)[- ]+){0,5}"
    r"(?:loans?|mortgages?|arms?|borrowed|financed|refinance|balance|credit line|line of credit)\b"
)
_LOAN_BEFORE = re2.compile(
    r"(?:loan amount|loan size|loan|mortgage|borrow(?:ing|ed|s)?|finance|financing|amount financed"
    r"|principal|prestamo)"
    r"(?: (?:of|is|at|for|de|por))?[ :=]*(?:up to |about |just )?$"
)
_LIMIT_BEFORE = re2.compile(
    r"(?:up to|limits? (?:of|to|is)?|as much as|maximum|more than|over|above|from)[ :]*$"
)
_PAYMENT = re2.compile(
    rf"({MONEY})\+?(?: ?(?:/|per|a|each|every|p\.) ?{_PERIOD}\b| (?:monthly|weekly|biweekly"
    rf"|mensuales|al mes|por mes|cada mes)\b|/mo\b| ?p/?m\b)"
    rf"|(?:payments?|pmts?\.?|installments?|instalments?|pagos?|cuotas?)(?: \(?(?:p&i|principal and interest"
    rf"|piti)\)?| \(\d{{2,3}}\))?(?:,? (?:\w+ ){{0,3}}?(?:of|is|are|at|as low as|from|under|just|only"
    rf"|about|would be|be|de|por|around|starting at))?[ :]*({MONEY})"
    rf"|\b(?:pay|paying)(?: (?:only|just|about|under|around))? ({MONEY})(?: (?:each|every|a|per) {_PERIOD})"
    rf"|({MONEY}) (?:(?:monthly|mortgage|house|principal and interest|p&i|minimum|initial"
    rf"|level) ){{1,3}}payments?\b"
    rf"|\b\d{{2,3}} (?:of|at) ({MONEY})"
    rf"|\b(?:monthly )?(?:principal (?:and|&) interest|p&i|p ?& ?i)[ :=]+(?:of |is )?({MONEY})"
    rf"|({MONEY}) ?(?:x|\x{{d7}}) ?(\d{{2,3}})\b"
    rf"|\b(?:yours|your (?:\w+ )?(?:payment|mortgage|note)) (?:could|would|can|may|might|will|is|drops? to"
    rf"|falls? to|goes? to)(?: be)?(?: just| only| about| around| under)? ({MONEY})"
    rf"|\b(?:neighbou?rs?|friends?|renters?|landlords?|they|someone) pays? ({MONEY})"
)
_LARGEST_PAYMENT_USD = 20_000
_OTHER_BILL = re2.compile(
    r"\b(?:dues|hoa|rents?|renting|utilities|electric\w*|daycare|child ?care|tuition|car|groceries|parking"
    r"|subscriptions?|gym|phone|pmi|premiums?|upkeep|maintenance|insurance)(?: \w+){0,3} ?"
    r"(?:of|is|are|at|run|runs|for|:)? ?$"
)
_COUNT_BEFORE = re2.compile(
    r"\b(\d[\d,]*) (?:(?:equal|monthly|mo\.?|level|consecutive|regular|weekly|biweekly|fixed|initial"
    r"|interest-only|principal|and|interest|p&i|pagos|mensuales|de) ){0,4}"
    r"(?:payments?|pmts?\.?|installments?|pagos)? ?(?:of|de|at|:)? ?$"
)
_COUNT_ONLY = re2.compile(
    r"\b(\d{1,3}) (?:(?:equal|monthly|mo\.?|level|consecutive|regular|weekly|biweekly|fixed|remaining"
    r"|quarterly) ){0,3}"
    r"(?:payments|pmts|installments|instalments|pagos)\b"
)
_COUNT_MONTHS = re2.compile(
    rf"\b(\d{{2,3}}) months (?:at|of|paying)(?: \w+)? {MONEY}|\bpayments \((\d{{2,3}})\)"
)
_TIMES = re2.compile(rf"(?:{MONEY}) ?(?:x|\x{{d7}}) ?(\d{{2,3}})\b")
_POINTS = re2.compile(
    r"(\b(?:(?:an?|one) )?point and (?:a|one) (?:half|quarter)\b)"
    r"|(?:\b(\d+(?:\.\d+)?|\.\d+|zero|no|one|two|three|half a"
    r"|one and a half)(?: ?%)?[- ](?:(?:discount|origination|loan)[- ])?(?:points?|pts)\b)"
    r"|(?:\b(?:discount )?points? ?(?:[:=|]|of) ?(\d+(?:\.\d+)?)(?:[^\d.%]|[.,](?:\D|$)|$))"
)
_NOT_POINTS_AFTER = re2.compile(
    r"^ ?(?:to (?:know|consider|remember)|worth|about|above|below|higher|lower|on your (?:score"
    r"|credit)|of (?:interest|view|contact|sale)|plan|checklist|guide|in (?:your|my|our) (?:score"
    r"|credit)|for|(?:is|are|may be|might be|could be|can be) (?:possible|optional|an option))"
)
_NOT_POINTS_BEFORE = re2.compile(r"(?:basis|percentage|bullet|talking|score|credit) $")
_WORD = "|".join(["ten", "fifteen", "twenty", "twenty-five", "thirty", "forty"])
_TERM = re2.compile(rf"\b(\d{{1,3}}|{_WORD})[- ]?(years?|yrs?|months?|mos?|anos)\b")
_TERM_AFTER = re2.compile(
    r"^[- .,]*(?:(?:conventional|conforming|fixed|rate|jumbo|fha|va|usda|term|home|purchase"
    r"|refinance|refi|principal|level|fully|amortizing|"
    r"adjustable|variable|closed-end|equity|note|low|simple|standard|first|second|traditional"
    r"|classic|construction|new|cash-out)[- ,]+){0,5}"
    r"(?:fixed|fixed-rate|mortgages?|loans?|terms?|refi|refinances?|refinancing|amortization"
    r"|amortizations|repayment|arms?|home loan|note|payoff|payback|financing|rate|rates|payments?"
    r"|mortgage)\b"
)
_TERM_BEFORE = re2.compile(
    r"(?:term(?:s)?(?: of|:| is| up to)?|over|repay(?:able|ment|ing)?(?: (?:over|in|period of))?"
    r"|amortized over|paid (?:off )?(?:over|in)|pay(?:ing)? (?:it )?off in|spread over|for up to|"
    r"(?:prestamo|hipoteca|credito)[^.]{0,25} a|plazo(?: de)?|fixed for|mortgage (?:for|of|in)"
    r"|(?:loan|financing) (?:for|of|over)"
    r"|refinanc\w+ (?:in)?to an?|switch to a|loan,|mortgage,|fixed,|fixed at|fixed) (?:an? "
    r"|the )?(?:as many as )?(?:full )?$"
)
_FIXED_PERIOD = re2.compile(r"\bfixed (?:for|during) (?:the |its |your )?(?:first |initial )?$")
_LONGEST_FIXED_PERIOD = 120
_NOT_TERM_AFTER = re2.compile(
    r"^[- ]*(?:old|of (?:experience|service|history|lending|helping|serving|working|business)"
    r"|in (?:business|the)|experience|history|anniversary|veteran|lock|rate lock|rate-lock|treasury"
    r"|average|warranty|survey|lookback|later|ago|career|"
    r"(?:fixed[- ])?(?:fixed |rate |mortgage )*(?:rate )?(?:average|survey|averaged)|plan(?:s"
    r"|ning)?\b|from now|lease|relationship|reserves?|of reserves|of (?:bank|statements|pay"
    r"|payments)|bonds?|yield|note yield|low\b|high\b|resident)"
)


def dollars(text: str) -> float:
    """The dollars that a money text states: `$1,650.50`, `$3 million`, `$500k`, `900 dollars`.

    Raises:
        ValueError: it holds no number.
    """
    found = re2.search(r"\d[\d,]*(?:\.\d+)?", text)
    if found is None:
        raise ValueError(f"`{text}` states no number")
    value = float(found.group().replace(",", ""))
    tail = text[found.end() :].strip()
    scale = 1_000_000 if tail.startswith("m") else 1_000 if tail.startswith(("k", "thousand")) else 1
    return value * scale


def read_amounts(text: str) -> Iterator[tuple[AmountKind, float, int, int]]:
    """Every dollar amount; `loan_amount` where the words around it say that it is borrowed."""
    for match in _MONEY.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 40) : start], text[end : end + 90]
        limit = _LIMIT_BEFORE.search(before)
        borrowed = _LOAN_AFTER.search(after) or _LOAN_BEFORE.search(before)
        yield ("loan_amount" if borrowed and not limit else "amount"), dollars(match.group()), start, end


def read_payments(text: str) -> Iterator[tuple[PaymentKind, float, int, int, int | None]]:
    """Stated payments and monthly savings: dollars, span of the amount, how many where that is said."""
    for match in _PAYMENT.finditer(text):
        group = next(group for group in (1, 2, 3, 4, 5, 6, 7, 9, 10) if match.group(group))
        start, end = match.span(group)
        if group > 8 and dollars(match.group(group)) > _LARGEST_PAYMENT_USD:
            continue  # "your mortgage is $300,000" is a loan
        if _OTHER_BILL.search(text[max(0, start - 50) : start]):
            continue
        counted = _COUNT_BEFORE.search(text[max(0, match.start() - 60) : start])
        times = match.group(8) or (counted.group(1).replace(",", "") if counted else None)
        count = int(times) if times else None
        saved = SAVED_BEFORE.search(text[max(0, start - 60) : start]) is not None
        yield ("saving" if saved else "payment"), dollars(match.group(group)), start, end, count


def read_payment_counts(text: str) -> Iterator[tuple[int, int, int]]:
    """Stated numbers of payments ("360 monthly payments"): the number and its span."""
    for match in _COUNT_ONLY.finditer(text):
        yield int(match.group(1)), match.start(), match.end()
    for match in _COUNT_MONTHS.finditer(text):
        group = 1 if match.group(1) else 2
        yield int(match.group(group)), *match.span(group)
    for match in _TIMES.finditer(text):
        yield int(match.group(1)), match.start(1), match.end(1)


def read_points(text: str) -> Iterator[tuple[Literal["points"], float, int, int]]:
    """Stated discount points; "percentage points" and "5 points to know" are not."""
    for match in _POINTS.finditer(text):
        start, end = match.span()
        if _NOT_POINTS_AFTER.search(text[end : end + 30]) or _NOT_POINTS_BEFORE.search(
            text[max(0, start - 12) : start]
        ):
            continue
        yield "points", _points(match.group(1) or match.group(2) or match.group(3)), start, end


def _points(word: str) -> float:
    fixed = {"no": 0.0, "half a": 0.5, "one and a half": 1.5}
    if " and " in word and "point" in word:
        return 1.5 if word.endswith("half") else 1.25
    if word in fixed:
        return fixed[word]
    return float(NUMBER_WORDS[word]) if word in NUMBER_WORDS else float(word)


def read_terms(text: str) -> Iterator[tuple[Literal["term"], float, int, int]]:
    """Stated repayment periods, months; ages of firms, locks and averages are not."""
    for match in _TERM.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 50) : start], text[end : end + 90]
        number = _term_number(match.group(1))
        months = number if match.group(2).startswith("mo") else number * 12
        if _NOT_TERM_AFTER.search(after) or not (_TERM_AFTER.search(after) or _TERM_BEFORE.search(before)):
            continue
        if months <= _LONGEST_FIXED_PERIOD and _FIXED_PERIOD.search(before):
            continue  # "fixed for 7 years" is how long an adjustable rate holds, not how long one repays
        if 12 <= months <= 480:
            yield "term", float(months), start, end


def _term_number(word: str) -> int:
    return int(word) if word.isdigit() else {"twenty-five": 25}.get(word) or NUMBER_WORDS[word]
