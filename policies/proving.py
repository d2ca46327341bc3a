"""Rules put to the proof: every example executed, with the rule alone and within the whole pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign.errors import VallumError
from campaign.finding import Finding, Severity
from campaign.lender import Lender
from policies.engine import FAILS_CLOSED, screen
from policies.example_pieces import shown
from policies.packs import Pack
from policies.rule import Example, Rule
from policies.rulebook import shown as on_one_line

_STOPS = (Severity.WARN, Severity.BLOCK)


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one rule's examples.

    Attributes:
        rule: its id. failing, passing, todo: how many examples it has of each; `todo` are known misses.
        faults: what did not come out as the file says, a sentence each.
    """

    rule: str
    failing: int
    passing: int
    todo: int
    faults: tuple[str, ...]


def proved(rules: Sequence[Rule], pack: Pack, lender: Lender) -> tuple[Proof, ...]:
    """Execute the examples of rules.

    Args:
        rules: to be proved. pack: the whole, in which they must hold as well. lender: the example lender.
    """
    return tuple(_proof(rule, pack, lender) for rule in rules)


def _proof(rule: Rule, pack: Pack, lender: Lender) -> Proof:
    faults: list[str] = []
    for name, judging in (("alone", Pack("alone", (rule,))), ("within the pack", pack)):
        for example in rule.examples.fail:
            faults += [f"{name}: {fault}" for fault in _not_caught(rule, example, judging, lender)]
        for example in rule.examples.passing:
            faults += [f"{name}: {fault}" for fault in _not_passed(example, judging, lender)]
    held = rule.examples
    return Proof(rule.id, len(held.fail), len(held.passing), len(held.todo), tuple(faults))


def _not_caught(rule: Rule, example: Example, pack: Pack, lender: Lender) -> Iterator[str]:
    found = _findings(example, pack, lender)
    if isinstance(found, str):
        yield found
    elif not any(one.rule == rule.id and one.severity in (*_STOPS, rule.severity) for one in found):
        yield f"silent about {on_one_line(example)}"
    elif any(one.rule == rule.id and one.citation == FAILS_CLOSED for one in found):
        yield f"could not finish on {on_one_line(example)}"


def _not_passed(example: Example, pack: Pack, lender: Lender) -> Iterator[str]:
    found = _findings(example, pack, lender)
    if isinstance(found, str):
        yield found
        return
    for one in found:
        if one.severity is Severity.BLOCK:
            yield f"{one.rule} blocks {on_one_line(example)}, which should pass"


def _findings(example: Example, pack: Pack, lender: Lender) -> tuple[Finding, ...] | str:
    try:
        piece = shown(example, lender)
    except VallumError as error:
        return f"no case: {error}"
    return screen(piece.piece, piece.lender, pack, at=piece.at)
