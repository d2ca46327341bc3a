"""Hints at a rate that carry no percent sign: "the high 5s", "locking at six and a half", "6.125 fixed".

12 CFR 1026.24(c) asks for an APR wherever a rate is stated in any form. Each alternative captures the hint
itself, and the words around it are what make it one.
"""

from __future__ import annotations

import re2

from policies.amounts import NUMBER_WORDS

UNITS = "|".join(word for word, value in NUMBER_WORDS.items() if value < 20)
_EIGHTHS = r"(?:an? |one |three |five |seven )?(?:half|quarter|quarters|eighths?)"
HINT = re2.compile(
    r"\b(?:rates?|mortgages?|loans?|money|financing|refi|arms?|apr)\b[^.!?\n%$]{0,40}?"
    r"\b(?:in (?:the )?)?(?:(?:low|mid|high|upper|middle)(?:-to-(?:low|mid"
    r"|high))?[- ])?(?:the )?([2-9]'?s|(?:two|three|four|five|six|seven|eight|nine)s|fives|sixes)\b"
    r"|\b((?:sub|below|under)[- ][2-9](?:\.\d+)?)\b(?:[- ](?:rates?|mortgages?|money|financing)\b)"
    r"|\brates?[^.!?\n%$]{0,30}?\b((?:sub|below|under|starting at|from|as low as|start at|begin at"
    r"|at)[- ][2-9](?:\.\d{1,3}))\b"
    r"|\b((?:low|mid|high|upper)[- ](?:[2-9]'?s|fours|fives|sixes|sevens))\b"
    r"|\b(?:pric(?:es|ed|ing)|quot(?:es|ed|ing)|lock(?:s|ed|ing)?)(?: \w+){0,3}"
    r" ((?:at |near |around )?[2-9]\.\d{2,3}|[2-9] [1357]/[248])\b"
    r"|\b([2-9]\.\d{2,3}) (?:fixed|apr|rate|30[- ]y)"
    r"|\b([2-9]\.\d{3}) (?:on|for|today|this|right now|with)\b"
    r"|\brates? (?:\w+ ){0,2}(?:starting|that start|start|starts|beginning|that begin|begin) with (?:an? )?"
    r"([2-9]|five|six|four)\b"
    rf"|\b(?:rates?|lock\w*|notes?|refi\w*|priced?|mortgages?|loans?)\b[^.!?\n%$]{{0,40}}?"
    rf"\b((?:two|three|four|five|six|seven|eight|nine) point (?:(?:oh|{UNITS})[ -]?){{1,4}})\b"
    r"|\b(?:an?|the|your) (two|three|four|five|six|seven|eight|[2-9]) (?:in|at|out) (?:the )?front\b"
    r"|\b(?:in|into|back in|out of) the ((?:low |mid |high |upper )?"
    r"(?:threes|fours|fives|sixes|sevens|eights))\b"
    r"|\b(?:pric(?:es|ed|ing)|rates?|money|mortgages?|quot\w+)\b[^.!?\n%$]{0,30}?"
    r"\b((?:under|below|into the) (?:twos?|threes?|fours?|fives?|six(?:es)?|sevens?|eights?))"
    r"(?:[.,!?;:\n]|$| (?:for|since|again|today|this|now|on)\b)"
    r"|\b(?:rates?|loans?|lock\w*|writing|quot\w+|pric\w+|lend\w*|money)\b[^%$\n]{0,60}?"
    r"\b(?:over|under|around|about|near|at|above|below) ((?:two|three|four|five|six|seven|eight|nine)"
    rf" (?:and|&) {_EIGHTHS})\b"
    r"|\b(?:clos(?:e|ed|ing)|lock(?:ed|ing)?|writ(?:e|ing)|fund(?:ed|ing)?|quot(?:e|ed|ing)|lend(?:ing)?"
    r"|refinanc(?:e|ed|ing))(?: \w+){0,3} at ((?:two|three|four|five|six|seven|eight|nine)"
    rf"(?: (?:and|&) {_EIGHTHS}| flat| even))\b"
    r"|\b(?:sheet|rates?|board|desk|pricing|loans?|mortgages?|interest)\b[^.!?\n%$]{0,30}?"
    r"\b([2-9] [1357]/[248])\b"
    r"|\b((?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve)(?: y (?:medio|cuarto|(?:un|tres|cinco|siete)"
    r" (?:cuartos?|octavos?)))? por ?ciento)\b"
    r"|\b((?:three|four|five|six|seven|eight) and (?:an |one[- ]|three[- ]|five[- ]|seven[- ])?"
    r"eighths?)\b"
    r"(?:[^\n]{0,60}\b(?:number|rates?|loans?|mortgages?|purchase|refi\w*|today's)\b)"
    r"|\b(?:conventional|fha|va|usda|jumbo|conforming|(?:30|15|20)-year|arm|fixed)(?: fixed)?[: ]+"
    r"([3-9]\.\d{2,3})\b"
    r"|\brates?(?: \w+){0,2} (?:hit|touched|reached|fell to|dropped to|slid to|are|were|is|now|opened at) "
    r"([3-9]\.\d{2,3})\b"
    r"|\b(?:rates?(?: \w+){0,2}|number on (?:our|the) (?:board|sheet|sign)(?: is| reads)?) ?:? ?"
    r"([3-9]\.(?:\d{3}|[49]9))\b"
)
