"""Which percentage is a rate of interest, which is an APR, and which is neither, in a folded text.

12 CFR 1026.24(c) asks for an APR wherever a rate of finance charge is stated, in digits or words, as a
range or a hint ("the high 5s"). Down payments, loan-to-value, market averages, taxes and growth are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import re2

from policies.amounts import NUMBER_WORDS
from policies.rate_hints import HINT, UNITS

PercentKind = Literal["rate", "apr", "market", "other_rate", "percent", "down_payment", "ltv"]

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
SPOKEN_NUMBER = (
    rf"(?:(?:{_TENS})(?:[- ](?:{UNITS}))?|{UNITS})(?:[- ](?:and|&)[- ](?:(?:a|an|one|three|five"
    rf"|seven)[- ])?(?:half|quarters?|eighths?)| point (?:(?:{UNITS})[ -]?){{1,4}})?"
)
_SIGN = r"(?: ?%| ?percent\b| ?per cent\b| ?pct\b| ?por ciento\b)"
_PERCENT = re2.compile(
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?(?: \d/\d)?|\.\d+){_SIGN}"
    rf"|\b(?P<spoken>{SPOKEN_NUMBER}){_SIGN}"
)
_APR = r"(?:apr\b|annual percentage rate|a\.p\.r\.|tasa de porcentaje anual|tasa anual)"
_APR_AFTER = re2.compile(
    rf"^[\s(/,]*(?:(?:variable|fixed|initial|introductory|intro|current|maximum|max|composite)[ /]+)?{_APR}"
)
_APR_AFTER_TAKEN = re2.compile(rf"^[\s(/,]*{_APR}[\s:=]*(?:of |is |at )?\d[\d.]*{_SIGN}")
_APR_BEFORE = re2.compile(
    rf"{_APR}(?:\))?[\s:=(|,-]*(?:(?:of|is|at|as low as|from|starting at|starts at|to|was|del?"
    rf"|currently|ranges from|ranging from|between|and|would be|up to|starting from)[ :]*){{0,2}}$"
)
_RATE_APR_HEAD = re2.compile(rf"\brate\b[^%.!?]{{0,30}}\b{_APR}[^%]{{0,60}}?\d[\d.]*{_SIGN}[^%]{{0,30}}$")
_SLASH_PAIR = re2.compile(rf"\brate ?/ ?{_APR}[^%]{{0,12}}\d[\d.]*{_SIGN} ?[/|] ?$")
_PAIR_FIRST = re2.compile(rf"\brate ?/ ?{_APR}[^%]{{0,12}}$")
_BARE_PAIR = re2.compile(rf"^ ?[/|-] ?\d[\d.]*{_SIGN}[\s(]*{_APR}")
_MAXIMUM = re2.compile(r"(?:maximum|max|ceiling|lifetime|cap)[^.%]{0,40}$")

_DOWN_AFTER = re2.compile(
    r"^ ?(?:or more |or less |minimum )?(?:down\b|downpayment|de enganche|de pago inicial|inicial)"
)
_DOWN_BEFORE = re2.compile(
    r"(?:down ?payments?(?: of| as low as| from| is| at|:)?|put(?:ting)?(?: down)?"
    r"|down(?: as low as| from)?|enganche(?: de)?)[ :]*(?:as little as |only |just |a )?$"
)
_LTV_AFTER = re2.compile(
    r"^[- ]?(?:c?ltv\b|loan[- ]to[- ]value|combined loan|financing\b|of (?:the |your )?(?:home'?s? "
    r"|property'?s? )?(?:value|appraised))"
)
_LTV_BEFORE = re2.compile(
    r"(?:c?ltv|loan[- ]to[- ]value(?: ratio)?|finance up to|financing (?:of )?up to|finance"
    r"|equity up to|up to)(?: of| up to|:| is)?[ :(]*$"
)
_NEVER_AFTER = re2.compile(
    r"^ ?(?:of\b|off\b|more\b|less\b|fewer\b|higher\b|lower\b|larger\b|smaller\b|commit|equity\b"
    r"|interest in\b|cash[- ]?back|lender credit|credit\b|discount\b|price cut|"
    r"rebate|refund|guarantee|satisfaction|online|free\b|digital|mobile|remote|natural|occup|vacan"
    r"|tax\b|income tax|property tax|"
    r"funding fee|upfront|up-front|up front|annual mip|mip\b|pmi\b|guarantee fee|origination|fee\b"
    r"|point|growth|appreciation|gain|increase|decrease|drop|rise|decline|jump|"
    r"year over year|year-over-year|from a year|since\b|in the (?:past|last)|this year|approval"
    r"|approved|commission|match|percentile|margin|to 3%|chance|service|va\b disabil|disab|"
    r"to (?:the )?agent|local|owned|utiliz|dti|debt|forgiv|interest[- ]only|smile)"
)
_NEVER_BEFORE = re2.compile(
    r"(?:\bup|\bdown|\brose|\bfell|\bgrew|\bgain(?:ed)?|\bsav(?:e|es|ing)"
    r"|\breduc\w+(?: \w+){0,3} by|\blower(?:ed|s)? (?:\w+ ){0,4}by|\bcut (?:\w+ ){0,3}by"
    r"|\bincreas\w+(?: \w+){0,2} by|\binflation\b[^.%]{0,30}|\bunemployment|"
    r"\btax(?:es)?(?: rates?)?(?: (?:of|run|runs|is|are|at|average|averages|averaging|around|about"
    r"|near|here))*|\bfee(?: of)?|\b(?:funding|guarantee|upfront|financing) fee\b[^.%]{0,40}"
    r"|\bmip(?: of)?|\bpmi(?: of)?|\bdti(?: of)?|\bdebt-to-income(?: ratio)?(?: of)?|\bmore than"
    r"|\bcommission(?: of)?|\bcredit of|\bdiscount of|\bequity(?: of)?|\btip|\bby|"
    r"\breturns? of|\byield(?:s|ing|ed)?(?: of| at)?|\b(?:home|house|list|sale|asking|median"
    r"|stock) (?:prices?|values?) (?:\w+ ){0,3}|\butilization (?:\w+ ){0,2})[ :]*(?:about |nearly "
    r"|roughly |only |just |over )?$"
)
_OTHER_AFTER = re2.compile(
    r"^ ?(?:margin\b|index\b|floor\b|cap\b|adjustment cap|lifetime cap|maximum\b|\((?:index|margin))"
)
_OTHER_BEFORE = re2.compile(
    r"(?:margin(?: of| is|:)?|plus(?: an?)?|prime(?: rate)? ?[+-]|prime(?: rate)? (?:plus|minus)"
    r"|index(?: of| is| was|:)?|sofr(?:[^.%]{0,25})|treasury(?:[^.%]{0,25})|nearest"
    r"|prime(?: rate)?(?: \(|,? (?:is|was|currently|of|stood at|at))?(?: currently)?|"
    r"caps?(?: of| is|:)?|maximum(?: of| is| rate)?(?: of| is|:)?|exceed|floor(?: of| is|:)?"
    r"|per adjustment|rounded to|adjust (?:up )?by(?: up to)?|more than|"
    r"your (?:current |existing |present |old )?(?:mortgage |interest |note )?rate (?:is|was"
    r"|starts with|begins with|of|at|above|over)(?: above| over| at)?|(?:above|over|north of"
    r"|higher than))[ :(]*(?:about |an? )?$"
)
_EIGHTHS_WRITTEN = re2.compile(r"^(?:[2-9](?:\.\d{3}| \d/[248])|[4-8]\.[49]9) ?%?$")
_ALONE = re2.compile(r"^[^a-z]*[2-9]\.\d{1,3} ?%[^a-z]*$")
_BAND = re2.compile(r"^(?:low|mid|high|upper)[- ](?:to[- ])?")
_STOPS = ("\n", ". ", "! ", "? ")
_LONGEST_SENTENCE = 300
_FORECAST = re2.compile(
    r"\b(?:rates?|mortgages?|they)\b[^.!?\n]{0,30}\b(?:will|going|headed|heading|could|may|might|hit|reach"
    r"|climb|rise|fall|drop|bound|expected|predicts?)\b[^.!?\n]{0,25}$"
)
_LATER = re2.compile(
    r"^[^.!?\n]{0,12}\b(?:by|before|next|this|soon|within|in) (?:\w+ ){0,2}"
    r"(?:spring|summer|fall|autumn|winter"
    r"|year|month|christmas|election|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|20\d\d|months|weeks)\b"
)
_PAST_YEAR = re2.compile(r"\b(?:in|since|during|by|back in) (?:19\d\d|20[01]\d|202[0-4])\b")
_OFFERED_BEFORE = re2.compile(
    r"\b(?:from|as low as|starting at|start at|starts at|now|only|just"
    r"|(?:move in|buy|borrow|lock(?:ed)?|financ\w+|close|refi\w*|own|begin|live)(?: \w+){0,2} at)[ :]*$"
)
_NO_RATE = re2.compile(r"\b(?:neither|not|none|no)\b[^.]{0,24}\b(?:interest|mortgage|loan) rates?\b")
_PRICE_DOWN = re2.compile(
    r"^ ?of the (?:purchase |sale )?price\b(?: (?:for|with|at|down|and|if|when|in)\b|[.,;:]|$)"
)
_ASKED_DOWN = re2.compile(
    r"\b(?:fha|bring|put|minimum|requires?|asks?(?: for)?|needs?|only|just)(?: \w+){0,3} ?$"
)
_FELL = re2.compile(
    r"\b(?:is|are|was|were|edged|went|ticked|moved|trended|slid) (?:\w+ly )?down"
    r"(?: by| about| nearly| roughly)? $"
)
_FELL_FROM = re2.compile(r"\d ?%[^%]{0,60}\b(?:down|up) from $")
_DOWN = re2.compile(r"\bdown\b|\bdown ?payments?\b|\benganche\b|\bof the (?:purchase |sale )?price\b")
_RATED = re2.compile(r"\b(?:rates?|interest|fixed|apr|points?|tasa|interes)\b")
_MARKET = re2.compile(
    r"\b(?:freddie mac|pmms|survey|national average|average|averaged|averages|averaging"
    r"|mortgage news daily|fed(?:eral)? funds|historical|all-time|record (?:low|high)|in (?:19\d\d"
    r"|20[01]\d|202[0-5])|last (?:week|month|year)|peaked|market rates?)\b"
)
_OURS = re2.compile(
    r"\b(?:our|ours|we|we're|us|offer(?:ing)? you|today only|your rate|you (?:can|could) (?:get"
    r"|lock)|lock (?:in|it))\b"
)
_RATE_WORDS = re2.compile(
    r"\b(?:rates?|interest|fixed|arm|refi|refinanc\w*|mortgages?|loans?|lock\w*|financ\w+|borrow\w*"
    r"|note|apr|heloc|line of credit|pricing|priced|tasa|interes|buydown|purchase|teaser|intro\w*"
    r"|points?|writing|offering|money|tasas|intereses|hipotecas?|prestamos?)\b"
)


def spoken_percent(words: str) -> float:
    """The number that words such as "five and seven-eighths" or "six point one two five" state."""
    whole, _, fraction = words.replace("&", "and").replace(" and ", "|").replace("-and-", "|").partition("|")
    if " point " in whole:
        whole, _, digits = whole.partition(" point ")
        decimals = "".join(str(NUMBER_WORDS[word]) for word in digits.replace("-", " ").split())
        return float(f"{_whole(whole)}.{decimals}")
    return _whole(whole) + _fraction(fraction)


def _whole(words: str) -> int:
    return sum(NUMBER_WORDS[word] for word in words.replace("-", " ").split())


def _fraction(words: str) -> float:
    parts = words.replace("-", " ").split()
    if not parts:
        return 0.0
    unit = {"half": 0.5, "quarter": 0.25, "quarters": 0.25, "eighth": 0.125, "eighths": 0.125}[parts[-1]]
    return unit * (NUMBER_WORDS.get(parts[0], 1) if len(parts) > 1 else 1)


def _digits(text: str) -> float:
    whole, _, fraction = text.replace(",", "").partition(" ")
    if not fraction:
        return float(whole)
    above, _, below = fraction.partition("/")
    return float(whole) + (int(above) / int(below) if int(below) else 0.0)


_TOUCHED: tuple[tuple[Any, Any, PercentKind], ...] = (
    (_DOWN_BEFORE, _DOWN_AFTER, "down_payment"),
    (None, _LTV_AFTER, "ltv"),
    (_OTHER_BEFORE, _OTHER_AFTER, "other_rate"),
    (_NEVER_BEFORE, _NEVER_AFTER, "percent"),
)


def read_percentages(text: str) -> Iterator[tuple[PercentKind, float | None, int, int]]:
    """Every percentage and every hint at one, with what it is (see `figures.Figure.kind`)."""
    percents = list(_PERCENT.finditer(text))
    for match in percents:
        words = match.group("spoken")
        value = spoken_percent(words) if words else _digits(match.group("digits"))
        yield _kind(text, match.start(), match.end(), value), value, match.start(), match.end()
    stated = [match.span() for match in percents]
    for match in HINT.finditer(text):
        start, end = match.span(match.lastindex)
        kind = "apr" if _APR_AFTER.search(text[end : end + 30]) else _market_or_rate(text, start, end)
        if not any(first < end + 2 and start < last for first, last in stated):
            yield kind, None, start, end


def _kind(text: str, start: int, end: int, value: float) -> PercentKind:
    """What one percentage is, by the words that touch it, then by the sentence around it."""
    before, after = text[max(0, start - 110) : start], text[end : end + 60]
    if (kind := _apr(before, after)) is not None:
        return kind
    near = before[-60:].rsplit("\n\n", 1)[-1]
    if _FELL_FROM.search(before):
        return _market_or_rate(text, start, end)
    if _FELL.search(near):
        return "percent"
    if _PRICE_DOWN.search(after) and _ASKED_DOWN.search(near):
        return "down_payment"
    for pattern_before, pattern_after, touched in _TOUCHED:
        if pattern_after.search(after) or (pattern_before is not None and pattern_before.search(near)):
            return touched
    if value >= 25 or value == 0:
        return "ltv" if _LTV_BEFORE.search(near) else "percent"
    return _market_or_rate(text, start, end)


def _apr(before: str, after: str) -> PercentKind | None:
    if _APR_AFTER.search(after) and not _APR_AFTER_TAKEN.search(after):
        return "other_rate" if _MAXIMUM.search(before) else "apr"
    if _BARE_PAIR.search(after) or _PAIR_FIRST.search(before):
        return None
    if _APR_BEFORE.search(before):
        return "other_rate" if _MAXIMUM.search(before[-60:]) else "apr"
    if _SLASH_PAIR.search(before) or _RATE_APR_HEAD.search(before):
        return "apr"
    return None


def _market_or_rate(text: str, start: int, end: int) -> PercentKind:
    """A rate of ours, a market figure, or no rate, by the sentence around it."""
    first, last = max(0, start - _LONGEST_SENTENCE), end + _LONGEST_SENTENCE
    left = max(first - 1, *(text.rfind(mark, first, start) for mark in _STOPS)) + 1
    stops = [place for mark in _STOPS if (place := text.find(mark, end, last)) >= 0]
    sentence = text[left : min([*stops, end + 200])]
    if _FORECAST.search(text[left:start]) and _LATER.search(text[end : end + 40]):
        return "percent"  # what rates may do is a forecast, and other rules ask about that
    if _NO_RATE.search(sentence) or (_DOWN.search(sentence) and not _RATED.search(sentence)):
        return "percent"
    if _PAST_YEAR.search(sentence) and not _OURS.search(sentence):
        return "percent"
    if _MARKET.search(sentence) and not _OURS.search(sentence):
        return "market"
    around = text[max(0, left - 80) : min([*stops, end + 200]) + 40]
    offered = "." in text[start:end] and _OFFERED_BEFORE.search(text[max(0, start - 30) : start]) is not None
    looks = offered or _EIGHTHS_WRITTEN.search(text[start:end]) is not None or _ALONE.search(text) is not None
    looks = looks or _BAND.search(text[start:end]) is not None
    return "rate" if looks or _RATE_WORDS.search(around) else "percent"
