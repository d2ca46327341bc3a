"""Dates as copy states them: when a price was taken, until when it holds.

A bare day stands for its end in the lender's zone; a stated clock time is kept. Written for US copy, in
English (month before day) and Spanish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

import re2

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SPANISH = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
_DATE = re2.compile(
    rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (20\d\d)\b)?"
    rf"|\b(\d{{1,2}}) ({_MONTH}|de (?:{_SPANISH})(?: del?)?),? (20\d\d)\b"
    rf"|\b(\d{{1,2}})[/-](\d{{1,2}})[/-](20\d\d|\d\d)\b|\b(20\d\d)-(\d\d)-(\d\d)\b"
)
_CLOCK = re2.compile(r"^,?(?: at)? (\d{1,2})(?::(\d\d))? ?(a\.?m\.?|p\.?m\.?|\b)")
_CLOCK_BEFORE = re2.compile(r"\b(\d{1,2})(?::(\d\d))? ?(a\.?m\.?|p\.?m\.?)[ a-z]{0,6}(?: on)?,? ?$")
_TAKEN = re2.compile(
    r"(?:as of|effective|priced|updated|rates? (?:for|on|from)|dated|current(?: as of)?"
    r"|quoted(?: on)?|accurate (?:on|as of)|published|posted|pricing(?: of| from| on)?|"
    r"al dia|a partir del?|vigentes? (?:al|el|desde el)|con fecha(?: del?)?|tasas? (?:al|del)"
    r"|precios? (?:al|del)|(?:cifras|datos) (?:al|del)|(?:cotizad|calculad)[oa]s? (?:al|el)|good on"
    r"|(?:this|today)[^.]{0,10}morning,?|today,?|shown (?:for|on)"
    r"|in effect(?: on)?|set(?: on)?|last checked|timestamp:?|captured|pulled"
    r"|(?:pric(?:es?|ing)|rates?|quotes?|sheet|figures?|terms) (?:\w+ )?"
    r"(?:date|day|time|stamp|sheet|of|from|dated)"
    r"|date(?: of)? (?:this )?(?:pric(?:e|ing)|rate|quote|sheet)|issued|calculated(?: on)?|run(?: on)?"
    r"|snapshot(?: of| from)?|stamped"
    r"|(?:figures|numbers|prices|rates?|terms) (?:are|is|were|was) (?:for|from|of))[ :(]*"
    r"(?:[a-z']+,? ){0,5}(?:\d{1,2}(?::\d\d)? ?(?:a\.?m\.?|p\.?m\.?)?[a-z ,]{0,12})?$"
)
_UNTIL = re2.compile(
    r"(?:through|thru|until|till|expires?(?: on)?|valid (?:through|until|to)|ends?|by|before"
    r"|good (?:through|until|thru)|received by|locked by|hasta(?: el)?|no later than)[ :]*"
    r"(?:[a-z']+,? ){0,4}$"
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """One date in copy.

    Attributes:
        kind: `taken` a price was taken then ("as of"), `until` it holds through then, `other`.
        day: the date; where the year is not written, the one that brings it closest to `near`.
        clock: local time where stated.
        start, end: span in the folded text.
    """

    kind: Literal["taken", "until", "other"]
    day: date
    clock: time | None
    start: int
    end: int


def read_dates(text: str, *, near: date) -> Iterator[StatedDate]:
    """Every date of a folded text; one that is on no calendar is left out.

    Args:
        text: folded text.
        near: the day from which a missing year is understood.
    """
    for match in _DATE.finditer(text):
        day = _day(match, near)
        if day is None:
            continue
        start, end = match.span()
        before = text[max(0, start - 60) : start].rsplit("\n\n", 1)[-1]
        clock = _clock(before, text[end : end + 24])
        yield StatedDate(_kind(before), day, clock, start, end)


def _kind(before: str) -> Literal["taken", "until", "other"]:
    if _TAKEN.search(before):
        return "taken"
    return "until" if _UNTIL.search(before) else "other"


def _day(match: re2._Match, near: date) -> date | None:
    groups = match.groups()
    if groups[0]:
        month, day, year = _month(groups[0]), int(groups[1]), int(groups[2]) if groups[2] else None
    elif groups[3]:
        month, day, year = _month(groups[4]), int(groups[3]), int(groups[5])
    elif groups[6]:
        month, day, year = int(groups[6]), int(groups[7]), int(groups[8])
        year += 2000 if year < 100 else 0
    else:
        year, month, day = int(groups[9]), int(groups[10]), int(groups[11])
    try:
        if year is not None:
            return date(year, month, day)
        nearest = (date(near.year + step, month, day) for step in (-1, 0, 1))
        return min(nearest, key=lambda one: abs((one - near).days))
    except ValueError:
        return None


def _month(word: str) -> int:
    if word.startswith("de "):
        return _SPANISH.split("|").index(word.split()[1]) + 1
    return next(index for index, name in enumerate(_MONTHS, 1) if name.startswith(word[:3]))


def _clock(before: str, after: str) -> time | None:
    found = _CLOCK.search(after) or _CLOCK_BEFORE.search(before)
    if not found or not found.group(3):
        return None
    hour = int(found.group(1)) % 12 + (12 if found.group(3).startswith("p") else 0)
    minute = int(found.group(2) or 0)
    return time(hour, minute) if minute < 60 else None
