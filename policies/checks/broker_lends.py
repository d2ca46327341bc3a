"""Words of a lender from whoever, in a state that the piece reaches, may only arrange loans."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.finding import Severity
from policies.checks import existence
from policies.matching import Pattern, anywhere, joined, outside, spans
from policies.roster import roster_of, spelling
from policies.rule import Rule
from policies.seen import Hit, Seen
from policies.stated_ids import company_names

_TAIL = 80


class Keys(existence.Keys):
    """As for `existence`.

    Attributes:
        after_name: what may not follow the company's own name (`Stillwater lends`); the match begins there.
        in_trade_names: words that make a trade name of a broker sound like a lender's; it warns.
    """

    after_name: tuple[Pattern, ...] = ()
    in_trade_names: tuple[Pattern, ...] = ()


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """Claims to lend by a broker, or by a lender where its licence is a broker's."""
    where = _where_it_brokers(seen)
    if not where:
        return
    for hit in existence.run(rule, seen):
        yield Hit(hit.field, hit.start, hit.end, words={"where": where}, severity=hit.severity)
    yield from _said_of_it(rule.keys, seen, where)
    if seen.lender.kind == "broker":
        yield from _names(rule.keys, seen, where)


def _where_it_brokers(seen: Seen) -> str:
    if seen.lender.kind == "broker":
        return "anywhere"
    held = seen.lender.licenses
    return ", ".join(state for state in seen.states if state in held and held[state].brokers_only)


def _said_of_it(keys: Keys, seen: Seen, where: str) -> Iterator[Hit]:
    """Claims in the third person: the company's name and what follows it."""
    names = [spelling(name) for name in company_names(seen)]
    for reading in seen.readings:
        found = []
        for start, end in joined(match.span() for name in names for match in name.finditer(reading.text)):
            tail = reading.text[end : end + _TAIL]
            if said := next((hit for one in keys.after_name if (hit := one.match(tail))), None):
                found.append((start, end + said.end()))
        for start, end in outside(found, spans(keys.permitted, reading.text)):
            yield seen.hit(reading, start, end, where=where)


def _names(keys: Keys, seen: Seen, where: str) -> Iterator[Hit]:
    """The first use of each trade name that sounds like a lender's."""
    trade = {name for name in company_names(seen) if anywhere(keys.in_trade_names, name)}
    trade -= {name for name in trade if any(name != other and name in other for other in trade)}
    for name in (one for one in roster_of(seen.lender).company if one in trade):
        for reading in seen.readings:
            if match := spelling(name).search(reading.text):
                hit = seen.hit(reading, *match.span(), where=where)
                yield Hit(hit.field, hit.start, hit.end, words=hit.words, severity=Severity.WARN)
                break
