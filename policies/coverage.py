"""The map of the rulebook: for every rule of the index a rule file, or the written reason why there is none.

An id in neither place, in both, or in no index at all is an error: silence about a duty must never look like
its absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from campaign.errors import Unreadable
from policies.packs import Pack

MAP = Path(__file__).parent / "coverage.yaml"
Reason = Literal["needs_layout", "needs_records", "confirm_with_counsel", "no_channel", "done_elsewhere"]
_KEYS = {"asks", "reason", "why"}
_SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True)
class Covered:
    """One rule of the index.

    Attributes:
        id: `regime.name`.
        status: `implemented` by a rule file, or `listed` with a reason.
        reason: why it has no file, as `kind: sentence`; empty where it has one.
        kinds: what it asks about: T text, N numbers, L layout, G targeting, R records.
        severity: of the rule file, None without one.
    """

    id: str
    status: Literal["implemented", "listed"]
    reason: str
    kinds: str
    severity: str | None


def read_coverage(pack: Pack, file: Path = MAP) -> tuple[Covered, ...]:
    """The map, held against the rules of a pack.

    Args:
        pack: the rules in force.
        file: id -> `asks` and, without a rule file, `reason` and `why`.

    Returns:
        One entry for each rule of the index, sorted by id.

    Raises:
        Unreadable: the file is no such map, or an id is in neither place, in both, or unknown.
    """
    index = _index(file)
    rules = {rule.id: rule for rule in pack.rules}
    for rule_id in sorted(rules.keys() - index.keys()):
        raise Unreadable(f"packs/{rule_id}", "is a rule of no index.", f"Add `{rule_id}` to {file.name}.")
    return tuple(
        _covered(rule_id, entry, rules[rule_id].severity.value if rule_id in rules else None, file)
        for rule_id, entry in sorted(index.items())
    )


def _index(file: Path) -> dict[str, dict[str, Any]]:
    try:
        index = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Unreadable(
            file.name, f"cannot be read: {error}.", "Mend it, or install Vallum again."
        ) from error
    if not isinstance(index, dict) or not all(isinstance(entry, dict) for entry in index.values()):
        raise Unreadable(file.name, "is no map of rules.", "Write `regime.name: {asks: T}` lines.")
    return index


def _covered(rule_id: str, entry: dict[str, Any], severity: str | None, file: Path) -> Covered:
    """One entry of the map.

    Raises:
        Unreadable: it says too little or too much.
    """
    place = f"{file.name}: {rule_id}"
    if unknown := entry.keys() - _KEYS:
        raise Unreadable(place, f"unknown key `{min(unknown)}`.", f"Known are {', '.join(sorted(_KEYS))}.")
    reason, why = entry.get("reason"), str(entry.get("why", ""))
    if severity is not None and reason is not None:
        raise Unreadable(place, "has a rule file and a reason for having none.", "Remove one of them.")
    if severity is None and reason not in get_args(Reason):
        raise Unreadable(
            place,
            f"has no rule file, and `{reason}` is no reason for that.",
            f"Write the rule, or one of {', '.join(get_args(Reason))} with a sentence as `why`.",
        )
    if severity is None and len(why) < _SHORTEST_REASON:
        raise Unreadable(place, "gives no sentence as `why`.", "Say in a sentence what is missing.")
    return Covered(
        id=rule_id,
        status="listed" if severity is None else "implemented",
        reason=f"{reason}: {why}" if reason else "",
        kinds=str(entry.get("asks", "")),
        severity=severity,
    )
