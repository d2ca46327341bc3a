"""If a piece says this, it must also say that: the form of most disclosure duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
from policies.checks.targeting import settings_of
from policies.figures import FigureKind
from policies.matching import Pattern, Window, anywhere, outside, possible, spans, window
from policies.reading import Reading, fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What obliges, and to what.

    Attributes:
        when: patterns that oblige.
        when_stated: kinds of figures that oblige (`rate`, `apr`, `payment` ...).
        when_targeted: patterns for names and values of audience settings (folded) that oblige.
        when_partner: patterns for a partner's kind and name (folded) that oblige.
        permitted: contexts in which a match obliges to nothing.
        unless: words anywhere in the piece that lift the duty.
        needs: what must be said, by the name the message uses; one pattern of each list suffices.
        within: where it must be said, counted from what obliges.
        each: one finding for each occurrence; otherwise the first alone.
        block_in: states where it blocks, whatever the rule's severity.
        warn_when, warn_needs: a lesser form of the same duty, which only warns.
        only_stated: kinds of figures of which the piece must state one for any duty to arise.
        only_with: words of which the piece must hold one, anywhere, for any duty to arise.
        aside: words that answer another duty and so count for none of `needs`.
    """

    when: tuple[Pattern, ...] = ()
    when_stated: tuple[FigureKind, ...] = ()
    when_targeted: tuple[Pattern, ...] = ()
    when_partner: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    needs: dict[str, tuple[Pattern, ...]]
    within: Window = "piece"
    each: bool = False
    block_in: tuple[str, ...] = ()
    warn_when: tuple[Pattern, ...] = ()
    warn_needs: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    only_stated: tuple[FigureKind, ...] = ()
    only_with: tuple[Pattern, ...] = ()
    aside: tuple[Pattern, ...] = ()


def triggers(keys: Keys) -> tuple[Pattern, ...] | None:
    """The words that oblige, where nothing but words does."""
    by_record = keys.when_stated or keys.when_targeted or keys.when_partner
    return None if by_record else (*keys.when, *keys.warn_when)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """What obliges without what it obliges to; `{missing}` in the message names it."""
    keys: Keys = rule.keys
    field = _recorded(keys, seen)
    if not (field or keys.when_stated or possible((*keys.when, *keys.warn_when), seen.text)):
        return
    if keys.unless and anywhere(keys.unless, seen.text):
        return
    if keys.only_with and not anywhere(keys.only_with, seen.text):
        return
    if field:
        missing = _missing(keys, seen.text)
        if missing:
            yield Hit(
                field, words={"missing": missing, "match": f"The {field}"}, severity=_severity(keys, seen)
            )
        return
    if keys.only_stated and not any(True for _ in seen.stated(*keys.only_stated)):
        return
    found = _some(keys, seen)
    if not found and keys.warn_when:
        lesser = keys.model_copy(
            update={"when": keys.warn_when, "when_stated": (), "needs": keys.warn_needs, "block_in": ()}
        )
        found = [replace(hit, severity=Severity.WARN) for hit in _some(lesser, seen)]
    yield from found


def _some(keys: Keys, seen: Seen) -> list[Hit]:
    """Every unmet duty where each counts, else the first."""
    return list(_unmet(keys, seen)) if keys.each else list(islice(_unmet(keys, seen), 1))


def _unmet(keys: Keys, seen: Seen) -> Iterator[Hit]:
    known: dict[str, str] = {}
    for reading, start, end in _obliging(keys, seen):
        around = window(reading, start, end, keys.within, seen.text)
        if around not in known:
            known[around] = _missing(keys, _without(keys.aside, around))
        if missing := known[around]:
            yield replace(seen.hit(reading, start, end, missing=missing), severity=_severity(keys, seen))


def _without(aside: tuple[Pattern, ...], text: str) -> str:
    for pattern in aside:
        text = pattern.sub("", text)
    return text


def _missing(keys: Keys, around: str) -> str:
    return " and ".join(name for name, patterns in keys.needs.items() if not anywhere(patterns, around))


def _severity(keys: Keys, seen: Seen) -> Severity | None:
    return None if set(keys.block_in).isdisjoint(seen.states) else Severity.BLOCK


def _recorded(keys: Keys, seen: Seen) -> str:
    """The record that obliges: `targeting`, `partner`, or none."""
    if keys.when_targeted and any(anywhere(keys.when_targeted, text) for text in settings_of(seen)):
        return "targeting"
    partner = seen.piece.partner
    named = partner and anywhere(keys.when_partner, fold(f"{partner.kind} {partner.name}").replace("_", " "))
    return "partner" if named else ""


def _obliging(keys: Keys, seen: Seen) -> Iterator[tuple[Reading, int, int]]:
    for reading in seen.readings:
        found = spans(keys.when, reading.text)
        found += [
            (figure.start, figure.end)
            for figure in seen.figures[reading.field]
            if figure.kind in keys.when_stated
        ]
        if found:
            for start, end in outside(sorted(found), spans(keys.permitted, reading.text)):
                yield reading, start, end
