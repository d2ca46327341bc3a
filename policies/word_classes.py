"""Word classes: the people, incomes, refusals and gifts that many rules ask about, named once.

A pattern writes `<<assistance>>` and means every such word, so that a word learnt by one rule is known to
all. Each class is one alternation of folded words, without a boundary at either end and without groups that
capture.
"""

from __future__ import annotations

from types import MappingProxyType

import re2

_ASSISTANCE = (
    r"(?:food stamps|snap(?: benefits)?|welfare|(?:public|government|state|housing|rental) "
    r"(?:assistance|aid)|section (?:8|eight)|(?:housing )?vouchers?|ssi|ssdi|social security"
    r"|disability(?: (?:checks?|income|benefits|pay))?|unemployment(?: (?:checks?|benefits"
    r"|insurance))?|medicaid|tanf|wic|(?:a |your )?pensions?|child support|alimony|government checks?"
    r"|(?:public|government|state|welfare) benefits)"
)
_AGE = (
    r"(?:(?:over|above|past|older than|beyond|near(?:ing)?|under|younger than) (?:age )?(?:[2-9]\d"
    r"|thirty|forty|fifty|sixty|seventy|eighty)|(?:in|past) (?:your|their) (?:[3-9]0s|forties|fifties"
    r"|sixties|seventies|eighties)|retired|retirees?|retirement age|pensioners?|elderly|seniors?"
    r"|senior citizens?|grandparents?|too old)"
)
_FAMILY = (
    r"(?:single|unmarried|divorced|widow(?:ed|er|s)?|newlyweds?|pregnant|expecting|on maternity leave"
    r"|single (?:moms?|mothers?|dads?|fathers?|parents?)|(?:small |young |little |school-age "
    r")?(?:children|kids|toddlers)|a (?:new )?baby)"
)
_ORIGIN = (
    r"(?:black|african[- ]american|hispanic|latin[oax]|mexican|asian|chinese|indian|korean|arab|somali"
    r"|vietnamese|native american|white|caucasian|anglo|jewish|christian|muslim|catholic|mormon|hindu"
    r"|sikh|immigrant|foreign(?:er)?|refugee|minority|gay|lesbian|transgender|lgbtq?\+?)s?"
)
_DISABILITY = (
    r"(?:disabled|handicapped|blind|deaf|wheelchair(?: users?)?|disabilit(?:y|ies)|mental(?:ly)? "
    r"ill(?:ness)?)"
)
_TURNED_AWAY = (
    r"(?:(?:don't|do not|no need to|please don't|shouldn't|should not|need not|needn't|not worth|no "
    r"point in) (?:even )?(?:bother |waste (?:your|our) time )?(?:to )?(?:apply(?:ing)?|call(?:ing)? "
    r"(?:us|here|our)|(?:fill(?:ing)? (?:out|in)|submit(?:ting)?|start(?:ing)?|with) (?:an|the|our"
    r"|this) (?:application|form))|(?:save|spare) (?:yourself|us|everyone|your(?:self)?(?: and us)?"
    r"|the)(?: the)? (?:time|trouble|effort|breath|paperwork|application|fee|stamp|call|form|drive"
    r"|trip)|skip (?:the|this|our) (?:form|application|call)|(?:look|go|try|apply|shop) (?:elsewhere"
    r"|somewhere else|another lender|someone else|down the street)|(?:(?:will|would) )?(?:likely"
    r"|probably|almost certainly|usually) (?:say no|decline|turn (?:you|them) down|be (?:declined"
    r"|denied|turned (?:down|away))|not (?:qualify|be approved))|(?:isn't|is not|aren't|are not|not) "
    r"(?:the lender|the right lender|the place|the loan|a (?:good )?(?:fit|match)) for|need not apply"
    r"|(?:we|our \w+) (?:can't|cannot|won't|will not|rarely|seldom) (?:help|lend to|approve|serve"
    r"|work with) (?:you|people|anyone|those|folks|borrowers))"
)
_PART_OF_TOWN = (
    r"(?:(?:south|north|east|west|inner|lower|upper|old|central)[- ]?(?:side|ward|end|town|city|bank"
    r"|hill|district|\w{3,12}side)|[a-z'.]+ (?:ward|heights|projects|barrio|flats|district|quarter"
    r"|gardens homes)|(?:those|certain|some|rough|bad|those kinds? of) (?:blocks?|streets?"
    r"|neighbou?rhoods?|areas?|parts of town|zip codes?)|(?:that|the other|the wrong) (?:side|part"
    r"|end) of (?:town|the (?:tracks|river|highway))|(?:east|west|north|south) of (?:the )?[a-z0-9]+ "
    r"(?:street|avenue|road|tracks|highway|boulevard))"
)
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
_TURNED_PEOPLE = (
    r"(?:immigrants?|foreigners?|refugees?|seniors?|retirees?|pensioners?|the elderly|old people"
    r"|(?:single|divorced|unmarried|pregnant) (?:moms?|mothers?|dads?|parents?|women|men|people"
    r"|couples?)|(?:people|anyone|those|folks|families|buyers|borrowers|applicants|renters) (?:on|with"
    r"|who (?:get|receive|are|have|live on)|receiving|over) (?:\w+ ){0,2}(?:assistance|welfare"
    r"|disabilit(?:y|ies)|vouchers?|section 8|food stamps|accents?|small children|children|kids"
    r"|disabled|\d\d)|blacks|hispanics|latinos|asians|mexicans|muslims|jews|christians|gays|minorities"
    r"|(?:black|hispanic|latino|asian|muslim|jewish|christian|gay|disabled) (?:people|buyers|borrowers"
    r"|families|couples|applicants))"
)
_HARDSHIP = (
    r"(?:bad credit|poor credit|low credit|no credit|behind on|maxed[- ]out|in debt|in over your head"
    r"|broke|drowning|struggling|bankrupt(?:cy)?|foreclosure|in default|late on|short on cash|living "
    r"paycheck to paycheck|overdrawn|unemployed|laid off|in collections)"
)

WORD_CLASSES = MappingProxyType(
    {
        "assistance": _ASSISTANCE,
        "age": _AGE,
        "family": _FAMILY,
        "origin": _ORIGIN,
        "disability": _DISABILITY,
        "protected": f"(?:{_ASSISTANCE}|{_AGE}|{_FAMILY}|{_ORIGIN}|{_DISABILITY})",
        "turned away": _TURNED_AWAY,
        "part of town": _PART_OF_TOWN,
        "turned people": _TURNED_PEOPLE,
        "value": _VALUE,
        "refers": _REFERS,
        "closes": _CLOSES,
        "cash out": _CASH_OUT,
        "hardship": _HARDSHIP,
    }
)
_NAMED = re2.compile(r"<<([a-z ]+)>>")


def spell_out(pattern: str) -> str:
    """Write each class named in a pattern as the words it stands for.

    Raises:
        ValueError: there is no class of that name.
    """
    for name in _NAMED.findall(pattern):
        if name not in WORD_CLASSES:
            raise ValueError(f"`{pattern}` names no word class: `{name}`")
        pattern = pattern.replace(f"<<{name}>>", WORD_CLASSES[name])
    return pattern
