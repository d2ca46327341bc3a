"""Word classes: the people, incomes, refusals and gifts that many rules ask about, named once.

A pattern writes `<<assistance>>` and means every such word, so that a word learnt by one rule is known to
all. Each class is one alternation of folded words, without a boundary at either end and without groups that
capture.
"""

from __future__ import annotations

from types import MappingProxyType

import re2

from policies import people_words as people

_VALUE = (
    r"(?:\$ ?\d[\d,]*|\d+ dollars|\w+[ -]dollar bills?|(?:gift|visa|dinner|gas|amazon|starbucks|prepaid"
    r"|e-?gift) ?(?:cards?|certificates?)|cash|bonus(?:es)?|rewards?|venmo|zelle|tickets?"
    r"|(?:weekend )?getaway|vacation|cruise|free (?:month|year|leads?)"
    r"|basis points|commission|prizes?|raffle|drawing)"
)
_REFERS = (
    r"(?:(?:refer|mention|recommend|introduce|send|steer|point|pass|direct|connect)(?:s|red|ed|ing|ring)?|sent"
    r"|introductions?|referrals?)"
)
_CLOSES = (
    r"(?:clos(?:e|es|ed|ing)|funds?|funded|funding|settl(?:es|ed)|signs?|gets? (?:the|their) keys"
    r"|goes through)"
)
_CASH_OUT = (
    r"(?:cash[- ]?(?:back|out)|cash (?:in hand|at (?:closing|the table))|money back|get cash|walk "
    r"(?:away|out) with (?:cash|money|\$ ?\d[\d,]*)|(?:\$ ?\d[\d,]*|cash|money)(?: \w+){0,3} "
    r"(?:in(?:to)? your (?:pocket|account|bank|hands?)|in hand|back in)|pocket (?:\$|cash|the "
    r"difference|the money))"
)
_HARDSHIP = (
    r"(?:bad credit|poor credit|low credit|no credit|behind on|maxed[- ]out|in debt|in over your head"
    r"|broke|drowning|struggling|bankrupt(?:cy)?|foreclosure|in default|late on|short on cash|living "
    r"paycheck to paycheck|overdrawn|unemployed|laid off|in collections)"
)

WORD_CLASSES = MappingProxyType(
    {
        "people": people.PEOPLE,
        "group": people.GROUP,
        "assistance": people.ASSISTANCE,
        "age": people.AGE,
        "family": people.FAMILY,
        "faith": people.FAITH,
        "race": people.RACE,
        "origin": people.ORIGIN,
        "disability": people.DISABILITY,
        "accent": people.ACCENT,
        "protected": f"(?:{people.ASSISTANCE}|{people.AGE}|{people.FAMILY}|{people.ORIGIN}"
        f"|{people.DISABILITY}|{people.ACCENT})",
        "turned away": people.TURNED_AWAY,
        "turned people": people.TURNED_PEOPLE,
        "refused": people.REFUSED,
        "limited": people.LIMITED,
        "suited": people.SUITED,
        "part of town": people.PART_OF_TOWN,
        "area": people.AREA,
        "locals": people.LOCALS,
        "benefit": people.BENEFIT,
        "beneficiaries": people.BENEFICIARIES,
        "value": _VALUE,
        "refers": _REFERS,
        "closes": _CLOSES,
        "cash out": _CASH_OUT,
        "hardship": _HARDSHIP,
    }
)
_NAMED = re2.compile(r"<<([a-z ]+)>>")
_SAME_SENTENCE = r"(?:[^.!?\n]|[.!?][a-z0-9])*?"


def spell_out(pattern: str) -> str:
    """Write a pattern in plain RE2: classes as their words, ` ... ` as the rest of a sentence.

    Args:
        pattern: `<<age>>` is a class of words; `A ... B` finds both in one sentence, in this order, and
            `A <..> B` in either.

    Raises:
        ValueError: there is no class of that name, or more than one `<..>`.
    """
    for name in _NAMED.findall(pattern):
        if name not in WORD_CLASSES:
            raise ValueError(f"`{pattern}` names no word class: `{name}`")
        pattern = pattern.replace(f"<<{name}>>", WORD_CLASSES[name])
    sides = pattern.replace(" ... ", _SAME_SENTENCE).split(" <..> ")
    if len(sides) == 1:
        return sides[0]
    if len(sides) > 2:
        raise ValueError(f"`{pattern}` asks for more than two things in either order")
    one, other = (f"(?:{side})" for side in sides)
    return f"{one}{_SAME_SENTENCE}{other}|{other}{_SAME_SENTENCE}{one}"
