"""One pass over a text that says which of a thousand patterns are worth trying on it.

The closer look costs a search for each pattern; the pass costs about as much as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

from policies.pattern_parts import alternatives

_MEMORY = 1 << 28
_AUTOMATA = 4
_ALWAYS = ""


class Sieve:
    """Many patterns, asked of a text together.

    Args:
        patterns: compiled RE2 patterns.
    """

    def __init__(self, patterns: Iterable[Any]) -> None:
        self._patterns = frozenset(patterns)
        self._always: set[Any] = set()
        self._whole: dict[str, list[Any]] = {}
        self._joint: dict[str, list[tuple[frozenset[str], Any]]] = {}
        for pattern in self._patterns:
            self._take(pattern)
        self._whole_parts, self._joint_parts = frozenset(self._whole), frozenset(self._joint)
        parts = {part for ways in self._joint.values() for way, _ in ways for part in way} | self._whole_parts
        self._sets = [_Parts(some) for some in _dealt(sorted(parts))]

    def ruled_out(self, text: str) -> frozenset[Any]:
        """The patterns that can match nowhere in a text, nor in any part of it.

        Args:
            text: folded, as the patterns will meet it.
        """
        held = set().union(*(parts.held_by(text) for parts in self._sets))
        alone = held & self._whole_parts
        together = (self._joint[part] for part in held & self._joint_parts)
        joint = [pattern for ways in together for way, pattern in ways if way <= held]
        return self._patterns.difference(self._always, joint, *map(self._whole.__getitem__, alone))

    def _take(self, pattern: Any) -> None:
        ways = alternatives(pattern.pattern)
        if ways is None:
            self._always.add(pattern)
            return
        for way in ways:
            rarest = max(way, key=lambda part: (len(part), part))
            if len(way) == 1:
                self._whole.setdefault(rarest, []).append(pattern)
            else:
                self._joint.setdefault(rarest, []).append((way, pattern))


class _Parts:
    """Some parts as one automaton."""

    def __init__(self, parts: list[str]) -> None:
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        self._parts = [_ALWAYS, *parts]
        self._set = re2.Set.SearchSet(options)
        for part in self._parts:
            self._set.Add(part)
        self._set.Compile()

    def held_by(self, text: str) -> list[str]:
        """The parts that a text holds; all where the automaton ran out of memory and cannot say."""
        found = self._set.Match(text)
        parts = self._parts
        return [parts[number] for number in found] if found else parts


def _dealt(parts: list[str]) -> list[list[str]]:
    """Neighbours in the alphabet together: smaller automata meet fewer combinations, so learn sooner."""
    size = max(1, -(-len(parts) // _AUTOMATA))
    return [parts[start : start + size] for start in range(0, len(parts), size)]
