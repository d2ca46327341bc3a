"""One pass over a text that says which of a thousand patterns are worth trying on it.

The closer look costs a search for each pattern; the pass costs about as much as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

from policies.pattern_parts import alternatives

_MEMORY = 1 << 28
_ALWAYS = ""


class Sieve:
    """Many patterns, asked of a text together.

    Args:
        patterns: compiled RE2 patterns.
    """

    def __init__(self, patterns: Iterable[Any]) -> None:
        self._patterns = frozenset(patterns)
        self._always: set[Any] = set()
        self._whole: dict[int, list[Any]] = {}
        self._joint: dict[int, list[tuple[frozenset[int], Any]]] = {}
        numbers: dict[str, int] = {}
        for pattern in self._patterns:
            self._take(pattern, numbers)
        self._sentinel = numbers.setdefault(_ALWAYS, len(numbers))
        self._set = _compiled(numbers)

    def ruled_out(self, text: str) -> frozenset[Any]:
        """The patterns that can match nowhere in a text, nor in any part of it.

        Args:
            text: folded, as the patterns will meet it.
        """
        held = frozenset(self._set.Match(text))
        if self._sentinel not in held:
            # The automaton ran out of memory and says nothing; then everything is tried.
            return frozenset()
        possible = set(self._always)
        for number in held:
            possible.update(self._whole.get(number, ()))
            possible.update(pattern for parts, pattern in self._joint.get(number, ()) if parts <= held)
        return self._patterns - possible

    def _take(self, pattern: Any, numbers: dict[str, int]) -> None:
        ways = alternatives(pattern.pattern)
        if ways is None:
            self._always.add(pattern)
            return
        for way in ways:
            parts = frozenset(numbers.setdefault(part, len(numbers)) for part in way)
            rarest = numbers[max(way, key=lambda part: (len(part), part))]
            if len(parts) == 1:
                self._whole.setdefault(rarest, []).append(pattern)
            else:
                self._joint.setdefault(rarest, []).append((parts, pattern))


def _compiled(numbers: dict[str, int]) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    parts = re2.Set.SearchSet(options)
    for part in numbers:
        parts.Add(part)
    parts.Compile()
    return parts
