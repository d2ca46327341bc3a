"""The rulebook for people: every rule in a line, or one rule with its reasons and examples."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from campaign.answer import Answer

if TYPE_CHECKING:
    from policies.coverage import Covered
    from policies.packs import Pack
    from policies.proving import Proof
    from policies.rule import Example, Rule

SEVERITIES = {
    "block": "may not run as it is",
    "warn": "a person must look",
    "info": "recorded, stops nothing",
}
SOURCES = {
    "verified": "compared with the source",
    "memory": "written from memory of the source, so it never blocks",
    "house": "the house's own rule",
}
ENGINE = {
    "engine.unreadable": (
        "What the gate cannot read may not pass: a broken case, a file that is no text, a text without end.",
        "Mend what the message names, or check the text in parts.",
    ),
}
"""Findings of the engine itself: id -> why they are there, what to do. They cannot be waived."""


def listing(pack: Pack, *, as_json: bool) -> Answer:
    """Every rule with its severity and citation."""
    document = {
        "version": pack.version,
        "rules": [
            {"rule": rule.id, "severity": rule.severity.value, "kind": rule.kind, "citation": rule.citation}
            for rule in pack.rules
        ],
    }
    width = max(len(rule.id) for rule in pack.rules)

    def view() -> Sequence[str]:
        lines = [f"{rule.id:<{width}}  {rule.severity.value:<5}  {rule.citation}" for rule in pack.rules]
        return [*lines, f"{len(pack.rules)} rules, pack {pack.version}."]

    return Answer(document, view, as_json)


def explanation(pack: Pack, name: str, *, as_json: bool) -> Answer:
    """One rule: what, why, where, when, what to do instead, and its executed examples.

    Raises:
        UnknownName: no rule is called that, with the nearest that is.
    """
    if name in ENGINE:
        why, fix = ENGINE[name]
        engine = {"rule": name, "severity": "block", "why": why, "fix": fix}
        return Answer(engine, lambda: [f"{name} (block)", f"  Why: {why}", f"  Instead: {fix}"], as_json)
    rule = pack.rule(name)
    document: dict[str, Any] = {
        "rule": rule.id,
        **rule.model_dump(mode="json", exclude={"id", "keys", "examples"}),
        "examples": {"fail": list(rule.examples.fail), "pass": list(rule.examples.passing)},
    }
    return Answer(document, lambda: _told(rule), as_json)


def proofs(proved: Sequence[Proof], *, as_json: bool) -> Answer:
    """What became of the rules' examples: counts, and every fault; exit 1 where there is one."""
    faults = [f"{one.rule}: {fault}" for one in proved for fault in one.faults]
    counts = {
        "rules": len(proved),
        "failing": sum(one.failing for one in proved),
        "passing": sum(one.passing for one in proved),
        "todo": sum(one.todo for one in proved),
        "faults": faults,
    }
    summary = (
        f"{counted(len(proved), 'rule')}, {counts['failing']} failing and {counts['passing']} passing "
        f"examples, each alone and within the pack: {counted(len(faults), 'fault')}; "
        f"{counts['todo']} known misses not executed."
    )
    return Answer(counts, lambda: [*faults, summary], as_json, exit_code=1 if faults else 0)


def coverage(covered: Sequence[Covered], *, as_json: bool) -> Answer:
    """The map of the law: what rules implement, regime by regime, and why the rest is not."""
    listed = [one for one in covered if one.status == "listed"]
    document: dict[str, Any] = {
        "rules": len(covered),
        "implemented": len(covered) - len(listed),
        "listed": len(listed),
        "map": [asdict(one) for one in covered],
    }
    return Answer(document, lambda: _mapped(covered, listed), as_json)


def _mapped(covered: Sequence[Covered], listed: Sequence[Covered]) -> Sequence[str]:
    lines = []
    for regime, group in groupby(covered, key=lambda one: one.id.split(".")[0]):
        rules = list(group)
        done = sum(one.status == "implemented" for one in rules)
        lines.append(f"{regime:<14} {done:>3} of {len(rules):>3}")
        lines += [f"    {one.id}: {one.reason}" for one in rules if one.status == "listed"]
    why = Counter(one.reason.split(":")[0].replace("_", " ") for one in listed)
    reasons = ", ".join(f"{number} {name}" for name, number in sorted(why.items()))
    done = len(covered) - len(listed)
    return [*lines, f"{done} of {counted(len(covered), 'rule')} implemented; listed: {reasons or 'none'}."]


def _told(rule: Rule) -> Sequence[str]:
    return [
        f"{rule.id} ({rule.severity}: {SEVERITIES[rule.severity]}; confidence {rule.confidence})",
        f"  Law: {rule.citation}",
        f"  Why: {rule.why}",
        f"  Holds for: {reach(rule)}.",
        f"  Dates: {dates(rule)}.",
        f"  Says: {rule.message}",
        *([f"  Instead: {rule.fix}"] if rule.fix else []),
        "  Fails:",
        *(f"    - {shown(example)}" for example in rule.examples.fail),
        "  Passes:",
        *(f"    - {shown(example)}" for example in rule.examples.passing),
    ]


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 rule`, `2 rules`."""
    many = f"{noun}es" if noun.endswith("x") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def reach(rule: Rule) -> str:
    """Where a rule holds, in words."""
    holds = {name: value for name, value in rule.applies.model_dump(mode="json").items() if value}
    parts = [
        f"{name.replace('_', ' ')}: {value if isinstance(value, str) else ', '.join(value)}"
        for name, value in holds.items()
    ]
    return "; ".join(parts) or "every piece"


def dates(rule: Rule) -> str:
    """When a rule is in force, and when it was last compared with its source."""
    spans = [f"from {rule.valid_from}"] if rule.valid_from else []
    spans += [f"to {rule.valid_to}"] if rule.valid_to else []
    stands = f"stands {' '.join(spans)}" if spans else "no date of its own"
    return f"{stands}; read {rule.read} ({SOURCES[rule.source]})"


def shown(example: Example) -> str:
    """An example on one line."""
    if isinstance(example, str):
        return " ".join(example.split())
    return json.dumps(example, ensure_ascii=False, default=str)
