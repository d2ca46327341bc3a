"""Loading the pack: one file per rule, `packs/<regime>/<rule>.yaml`, its path being its id.

Anything a file should not hold is refused with file and line: an unknown key, a key twice, a kind nobody
wrote, a pattern that does not compile.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from campaign.errors import UnknownName, Unreadable
from policies.checks import KEYS, KINDS, triggers
from policies.matching import patterns_in
from policies.rule import Rule
from policies.sieve import Sieve

PACKS = Path(__file__).parent / "packs"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMON = tuple(name for name in Rule.model_fields if name not in ("id", "keys"))


@dataclass(frozen=True)
class Pack:
    """The rules in force.

    Attributes:
        version: 12 hex digits over every rule file and the code that reads them; approvals name it.
        rules: in the order of their ids.
    """

    version: str
    rules: tuple[Rule, ...]

    @cached_property
    def triggers(self) -> tuple[tuple[Rule, frozenset[Any] | None], ...]:
        """Each rule with the patterns without any of which it is silent, where that is known."""
        return tuple((rule, triggers(rule)) for rule in self.rules)

    @cached_property
    def sieve(self) -> Sieve:
        """All patterns of the rules, to be asked of a text together."""
        return Sieve(pattern for rule in self.rules for pattern in patterns_in(rule.keys))

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            UnknownName: no rule has it.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        near = get_close_matches(rule_id, [rule.id for rule in self.rules], n=1)
        raise UnknownName(
            f"No rule is called `{rule_id}`.",
            f"Did you mean `{near[0]}`?" if near else "See `vallum policy list`.",
        )


def load_pack(folder: Path = PACKS) -> Pack:
    """Read every rule file below a folder.

    Args:
        folder: holds one folder per regime.

    Raises:
        Unreadable: a file is no rule, with its line; or the folder holds none.
    """
    files = sorted(folder.glob("*/*.yaml"))
    if not files:
        raise Unreadable(
            str(folder), "holds no rule files.", "Install Vallum again; it ships with its rules."
        )
    digest = _digest_of_code()
    rules = []
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.parent.name}/{file.name}\0{len(content)}\0".encode() + content)
        rules.append(read_rule(content.decode("utf-8", "replace"), file, id_of(file)))
    return Pack(digest.hexdigest()[:12], tuple(sorted(rules, key=lambda rule: rule.id)))


def _digest_of_code() -> hashlib._Hash:
    """A hash begun with the room's code: a word class or a kind that changes is a newer pack too."""
    digest = hashlib.sha256()
    room = Path(__file__).parent
    for source in sorted(room.rglob("*.py")):
        digest.update(source.relative_to(room).as_posix().encode() + b"\0" + source.read_bytes())
    return digest


def id_of(file: Path) -> str:
    """The id that a rule file's path gives: `packs/regz/apr-missing.yaml` is `regz.apr-missing`."""
    return f"{file.parent.name}.{file.stem}"


def read_rule(text: str, file: Path, rule_id: str) -> Rule:
    """Read one rule file.

    Args:
        text: its content.
        file: its path, for messages.
        rule_id: the id its path gives.

    Raises:
        Unreadable: with `file:line`, what is there, and what should be.
    """
    place = f"{file.parent.name}/{file.name}"
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Unreadable(
            f"{place}:{line}", f"is no YAML: {getattr(error, 'problem', error)}.", "Mend that line."
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(f"{place}:1", "is no rule.", "Start from another rule of its kind.")
    lines = _lines(node, place)
    raw: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, the C one
    kind = raw.get("kind")
    if kind not in KINDS:
        raise Unreadable(
            f"{place}:{lines.get('kind', 1)}",
            f"unknown kind `{kind}`.",
            _did_you_mean(str(kind), tuple(KINDS)),
        )
    own = KEYS[kind]
    for key in raw:
        if key not in _COMMON and key not in own.model_fields:
            known = (*_COMMON, *own.model_fields)
            raise Unreadable(f"{place}:{lines[key]}", f"unknown key `{key}`.", _did_you_mean(key, known))
    try:
        keys = own.model_validate({key: value for key, value in raw.items() if key in own.model_fields})
        common = {key: value for key, value in raw.items() if key in _COMMON}
        return Rule.model_validate({"id": rule_id, **common, "keys": keys})
    except ValidationError as error:
        raise _refused(error, place, lines) from error


def _refused(error: ValidationError, place: str, lines: dict[str, int]) -> Unreadable:
    """A validation failure as one sentence with its line."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    line = next(
        (lines[name] for depth in range(len(path), 0, -1) if (name := ".".join(path[:depth])) in lines), 1
    )
    dotted = ".".join(path)
    if first["type"] == "extra_forbidden":
        return Unreadable(f"{place}:{line}", f"unknown key `{dotted}`.", "Remove it or mend its name.")
    if first["type"] == "missing":
        return Unreadable(f"{place}:{line}", f"`{dotted}` is missing.", "Add it.")
    what = first["msg"].removeprefix("Value error, ")
    return Unreadable(f"{place}:{line}", f"`{dotted}`: {what}.", "Mend the value.")


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return (
        f"Did you mean `{near[0]}`?"
        if near
        else f"Known are {', '.join(f'`{one}`' for one in sorted(known))}."
    )


def _lines(node: yaml.MappingNode, place: str, above: str = "") -> dict[str, int]:
    """The line of every key and list entry, by dotted name; a key given twice is refused."""
    lines: dict[str, int] = {}
    for key, value in node.value:
        name = f"{above}{key.value}"
        if name in lines:
            raise Unreadable(f"{place}:{key.start_mark.line + 1}", f"`{name}` is given twice.", "Keep one.")
        lines[name] = key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            lines.update(_lines(value, place, f"{name}."))
        elif isinstance(value, yaml.SequenceNode):
            for index, entry in enumerate(value.value):
                lines[f"{name}.{index}"] = entry.start_mark.line + 1
    return lines
