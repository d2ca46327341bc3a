"""Advertising where the lender, or an originator or branch it names, holds no licence today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign.finding import Severity
from campaign.lender import Originator
from campaign.licensing import Branch
from campaign.noun import Noun
from policies.matching import Pattern, unexcused
from policies.roster import mentioned, plain, roster_of, spelling
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Claims of every state.

    Attributes:
        nationwide: words that claim every state, and so need a licence in each.
        permitted: contexts in which they do not.
    """

    nationwide: tuple[Pattern, ...] = ()
    permitted: tuple[Pattern, ...] = ()


_ALL_STATES = 50


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """States reached without a licence in force, for the company, its originators and its branches."""
    keys: Keys = rule.keys
    licensed = seen.lender.licensed_states(seen.today)
    if not licensed and not seen.piece.states:
        # A piece that names no state reaches all licensed ones: with none left, it reaches where it may not.
        yield Hit("targeting", words={"who": seen.lender.name, "states": "any state"})
    beyond = [state for state in seen.piece.states if state not in licensed]
    if beyond:
        yield Hit("targeting", words={"who": seen.lender.name, "states": ", ".join(beyond)})
    within = [state for state in seen.piece.states if state not in beyond]
    yield from _speaker(seen, within)
    named = _named(seen)
    yield from _originators(seen, named, within)
    yield from _branches(seen, named, within)
    if len(licensed) < _ALL_STATES:
        for reading in seen.readings:
            for start, end in unexcused(keys.nationwide, keys.permitted, reading.text):
                yield seen.hit(reading, start, end, who=seen.lender.name, states="every state")


def _speaker(seen: Seen, within: Sequence[str]) -> Iterator[Hit]:
    """The originator whose piece it is must be licensed in each state of it."""
    speaker = seen.piece.originator
    if speaker is None:
        return
    known = roster_of(seen.lender).people.get(plain(speaker.name), ())
    held = {state for one in known for state in one.states} if known else set(speaker.states)
    missing = [state for state in within if state not in held]
    if held and missing:
        yield Hit("targeting", words={"who": speaker.name, "states": ", ".join(missing)})


def _named(seen: Seen) -> tuple[Originator, ...]:
    """Originators of the roster who speak or are named in the copy."""
    roster = roster_of(seen.lender)
    speaker = plain(seen.piece.originator.name) if seen.piece.originator else ""
    names = dict.fromkeys(
        [speaker, *(name for kind, name in mentioned(seen.text, roster) if kind == "originator")]
    )
    return tuple(
        one
        for name in names
        if name and (name == speaker or spelling(name).search(seen.text))
        for one in roster.people.get(name, ())
    )


def _originators(seen: Seen, named: Sequence[Originator], within: Sequence[str]) -> Iterator[Hit]:
    """Lapsed licences and other companies' people; and states in which none of those named is licensed."""
    sound = []
    for one in named:
        if one.sponsor and one.sponsor != seen.lender.nmls:
            words = {
                "who": f"{one.name}, whom NMLS {one.sponsor} sponsors,",
                "states": "any state for this company",
            }
            yield Hit("targeting", words=words)
        elif one.expires and one.expires < seen.today:
            yield Hit("targeting", words={"who": one.name, "states": f"any state since {one.expires}"})
        else:
            sound.append(one)
    if seen.piece.originator is not None or not all(one.states for one in sound):
        return
    missing = [state for state in within if not any(state in one.states for one in sound)]
    if sound and missing:
        who = " or ".join(one.name for one in sound)
        yield Hit("targeting", words={"who": who, "states": ", ".join(missing)})


def _branches(seen: Seen, named: Sequence[Originator], within: Sequence[str]) -> Iterator[Hit]:
    """Branches on the piece, or behind an originator on it, that are not registered in a state of it."""
    roster = roster_of(seen.lender)
    shown: dict[str, Branch] = {
        branch.nmls: branch
        for kind, name in mentioned(seen.text, roster)
        if kind == "branch" and (branch := roster.branches[name]) and spelling(name).search(seen.text)
    }
    ids = [stated.number for stated in seen.ids] + [one.branch for one in named]
    shown |= {number: roster.branch_ids[number] for number in ids if number in roster.branch_ids}
    for branch in shown.values():
        missing = [state for state in within if state not in branch.states]
        if branch.states and missing:
            words = {"who": f"The branch {branch.name}", "states": ", ".join(missing)}
            yield Hit("targeting", words=words, severity=Severity.WARN)
