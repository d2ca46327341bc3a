"""The rulebook for people: every rule in a line, or one rule with its reasons and examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campaign.answer import Answer

if TYPE_CHECKING:
    from policies.packs import Pack
    from policies.rule import Example, Rule


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


def explanation(rule: Rule, *, as_json: bool) -> Answer:
    """One rule: what, why, where, and its executed examples."""
    document: dict[str, Any] = {
        "rule": rule.id,
        **rule.model_dump(mode="json", exclude={"id", "keys", "examples"}),
        "examples": {"fail": list(rule.examples.fail), "pass": list(rule.examples.passing)},
    }
    holds = {name: value for name, value in rule.applies.model_dump().items() if value}
    where = "; ".join(
        f"{name.replace('_', ' ')}: {value if isinstance(value, str) else ', '.join(value)}"
        for name, value in holds.items()
    )

    def view() -> Sequence[str]:
        return [
            f"{rule.id} ({rule.severity}, confidence {rule.confidence}, source {rule.source})",
            f"  {rule.citation}; read {rule.read}",
            f"  Why: {rule.why}",
            f"  Says: {rule.message}",
            *([f"  Instead: {rule.fix}"] if rule.fix else []),
            f"  Holds for: {where or 'every piece'}.",
            "  Fails:",
            *(f"    - {_shown(example)}" for example in rule.examples.fail),
            "  Passes:",
            *(f"    - {_shown(example)}" for example in rule.examples.passing),
        ]

    return Answer(document, view, as_json)


def _shown(example: Example) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, default=str)
