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
    r"(?:\$ ?(?:\d{1,4}|\d,\d{3})(?:\.\d\d)?(?:[^\d,.]|[,.](?:\D|$)|$)|\d+ (?:dollars|bucks)"
    r"|\w+[ -]dollar bills?"
    r"|(?:(?:a|one|two|three|five) )?(?:hundred|thousand|fifty|twenty)(?: dollars| bucks)"
    r"|(?:gift|visa|dinner|gas|amazon|starbucks|prepaid|e-?gift|debit) ?(?:cards?|certificates?)"
    r"|gift baskets?|cash|bonus(?:es)?|rewards?|venmo|zelle|paypal|tickets?"
    r"|(?:weekend )?getaway|vacation|cruise|free (?:month|year|leads?)|tv|ipads?|grill"
    r"|basis points|bps|commission|prizes?|raffle|drawing|sweepstakes|a (?:cut|share|slice|piece"
    r"|percentage) of)"
)
_ACQUAINTANCE = (
    r"(?:friends?|buyers?|sellers?|clients?|customers?|borrowers?|neighbou?rs?|co-?workers?|colleagues?"
    r"|cousins?|brother-in-law|sister-in-law|in-laws?|uncles?|aunts?|brothers?|sisters?|relatives?"
    r"|relations?|someone|somebody|anyone|anybody|people|them"
    r"|pals?|bud"
    r"|family members?|famil(?:ies)|leads?|persons?|names?(?: and numbers?)?|homeowners?|homebuyers?"
    r"|teammates?|kin|referrals?)"
)
_SETTLEMENT = (
    r"(?:title|escrow|settlement|(?:home ?owners? |home |hazard )?insur(?:ance|e|ing)|apprais(?:al|er"
    r"|als)|valuation"
    r"|closing (?:company|agent|office|service)|home warranty|homeowner'?s(?: policy| coverage)?|closings?)"
)
_KIN = (
    r"(?:affiliat\w+|(?:our|a|its|my) sister|subsidiar(?:y|ies)|parent company|joint venture|in-house"
    r"|wholly[- ]owned|jointly[- ]owned|part(?:ly|ially)?[- ]own\w*|part owners?|co-?own\w*"
    r"|common ownership"
    r"|family of companies|a cedar & main (?:company|business|affiliate)|sibling company|our own|(?:that "
    r"|which )?(?:we|our (?:\w+ )?(?:owners?|parent"
    r"|founders?|president|principals?)) (?:also |jointly |partly )?(?:own|owns|hold|holds"
    r"|have a (?:stake|share)"
    r"|has a (?:stake|share))|owned by (?:us|our \w+|the same|cedar)|same (?:owners?|ownership|parent)"
    r"|ownership interest|half own|is ours(?: too)?|shares? (?:our |the same )owners?"
    r"|(?:wife|husband|brother|sister|father|mother)'s (?:company|agency|firm|business))"
)
_FREELY = (
    r"(?:free|courtesy of|compliments of|put it on our|on our account|handled,? by us|has your name on it"
    r"|picks? up"
    r" the (?:tab|bill|check)|complimentary|no[- ]cost|gratis|at no (?:cost|charge)|no charge|on us"
    r"|on the house"
    r"|our treat|my treat"
    r"|on our (?:dime|tab|nickel)|(?:is|are) (?:ours|covered|included|paid)|covered|we(?:'ll"
    r"| will)? (?:pay|cover|buy"
    r"|pick up|sponsor|foot|split|reimburse|fund)|i(?:'ll| will)? (?:pay|cover|buy|pick up|sponsor|split)"
    r"|paid for|costs? you nothing)"
)
_PERK = (
    r"(?:tickets?|playoffs?|box seats|courtside(?: seats)?|suite at|seats?|passes|golf(?: \w+)?"
    r"|spa(?: day)?|trips?|cruise"
    r"|getaway|weekend in|vacation|concert|raffle|drawing|door prizes?|ipads?|giveaway|swag|gift ?cards?"
    r"|gift baskets?"
    r"|hockey|suite \d+|photographers?|transaction software|(?:free )?leads?|lead lists?|crm(?: seats?)?"
    r"|software|subscriptions?|memberships?|headshots?"
    r"|portraits?"
    r"|photograph\w*|(?:professional |listing )?photos?|(?:listing |drone )?videos?|drone|staging"
    r"|listing flyers?|flyers?"
    r"|websites?|single-property sites?|(?:yard )?signs?|signage|business cards|lockboxes|postage"
    r"|mailers?|postcards?"
    r"|brochures?|advertising|ads|marketing (?:budget|materials?|spend|dollars|help)|client (?:parties"
    r"|party|events?)"
    r"|appreciation (?:part(?:y|ies)|events?)|catering|open house (?:food|snacks|catering)|mls dues"
    r"|coaching)"
)
_TREAT = (
    r"(?:lunch|dinner|breakfast|brunch|drinks|wine|cocktails|happy hour|steak|meals?|appetizers|bbq|tacos"
    r"|pizza"
    r"|ce (?:class|credits?|hours?)|continuing education)"
)
_REFERS = (
    r"(?:(?:refer|mention|recommend|introduc|send|steer|pass|connect|bring|share|tell)(?:e|es|s|red|ed"
    r"|ing|ring)?|(?:point|direct)(?:ed|ing)?|sent"
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
_PAPER = (
    r"(?:application|loan|mortgage|file|refinance|closing|signing|documents?|docs|disclosures?|paperwork"
    r"|papers|account"
    r"|payments?|refund|escrow(?: account)?|check|disbursement|statement|pre-?approval|approval|request"
    r"|rate lock|appraisal"
    r"|wire|signature|title|funds|balance|credit|response|reply|case|claim)"
)
_HARDSHIP = (
    r"(?:bad credit|poor credit|low credit|no credit|behind on|maxed[- ]out|in debt|in over your head"
    r"|broke|drowning|struggling|bankrupt(?:cy)?|foreclosure|in default|late on|short on cash|living "
    r"paycheck to paycheck|overdrawn|unemployed|laid off|in collections)"
)

_AGENCY = (
    r"(?:va|fha|hud|usda|ginnie mae|uncle sam|washington's housing office|veterans (?:affairs"
    r"|administration)"
    r"|(?:federal |u\.?s\.? |national )?government|federal housing administration|housing department"
    r"|(?:u\.?s\.? )?(?:department|dept\.?) of (?:veterans affairs|housing(?: and urban development)?"
    r"|agriculture)"
    r"|rural development|federal homeownership \w+)"
)
_ATTRIBUTE = (
    f"(?:{_HARDSHIP}|{people.FAMILY}|{people.DISABILITY}|{people.ACCENT}|retired|retirees?|seniors?"
    f"|(?:over|under|past) [2-9]\\d"
    r"|(?:\d\d|sixty|seventy)(?: (?:or|and) (?:over|older|better))|(?:too much |credit card |medical "
    r"|student )debts?|(?:past-due|unpaid) bills"
    r"|collections|late payments|past due|a low score|low scores?|veterans?|hispanic|latin[oa]s?|black"
    r"|african[- ]american|asian|muslim|jewish|christian"
    r"|catholic|gay|lesbian|immigrants?|undocumented|money (?:is )?tight|bruised credit|bankruptc(?:y"
    r"|ies)|debts?|(?:no|fair|damaged|less[- ]than"
    r"[- ]perfect|imperfect|shaky|rough) credit|self-employed|paycheck to paycheck|unemployment"
    r"|house rich|a teacher|a nurse)"
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
        "acquaintance": _ACQUAINTANCE,
        "settlement": _SETTLEMENT,
        "kin": _KIN,
        "freely": _FREELY,
        "perk": _PERK,
        "treat": _TREAT,
        "refers": _REFERS,
        "closes": _CLOSES,
        "cash out": _CASH_OUT,
        "hardship": _HARDSHIP,
        "attribute": _ATTRIBUTE,
        "paper": _PAPER,
        "agency": _AGENCY,
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
