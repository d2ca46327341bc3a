r"""What a pattern needs a text to hold: its stretches without gaps, any of which missing means no match.

A thousand patterns with gaps in them (`cash [^.]{0,40} out`) make an automaton of ever new states; their
gap-free parts (`cash`, `out`) make one that is soon complete, and a text without the parts needs no closer
look. Only what must be there counts, so a part left out costs time and never a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPES = frozenset("bBdDsSwWnt")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_OPENING = re.compile(r"\((?:\?:|\?P<\w+>)?")
_WORD_TAIL = frozenset({r"\w", r"\s", r"\d", "[a-z]", "[0-9]", "[a-z']", " "})
_FEW = 3
_SILENT = frozenset({r"\b", r"\B", r"\s", " ", "^", "$"})
_TELLING = 4


@dataclass(frozen=True, slots=True)
class _Token:
    atom: str
    quantifier: str

    @property
    def text(self) -> str:
        return self.atom + self.quantifier


def alternatives(source: str) -> tuple[frozenset[str], ...] | None:
    """The parts that each way of matching a pattern needs.

    Args:
        source: a pattern in RE2's syntax, as compiled.

    Returns:
        One set of gap-free patterns for each alternative; a text that matches `source` holds every part of
        one of them, and so does a longer text around it. None where nothing can be said: the pattern must
        always be tried.
    """
    try:
        found = tuple(_telling(list(_parts(branch))) for branch in _branches(source))
    except (IndexError, ValueError):
        return None
    return found if all(found) else None


def _telling(parts: list[list[_Token]]) -> frozenset[str]:
    """The parts that few texts hold: short ones beside longer ones only cost time."""
    lengths = {"".join(token.text for token in part): _least_length(part) for part in parts}
    longest = max(lengths.values(), default=0)
    return frozenset(part for part, length in lengths.items() if length >= min(longest, _TELLING) > 0)


def _least_length(tokens: list[_Token]) -> int:
    """The fewest letters, digits and signs that a match of some tokens has."""
    return sum(_least(token) for token in tokens)


def _least(token: _Token) -> int:
    if token.quantifier.startswith(("?", "*", "{0")) or token.atom in _SILENT:
        return 0
    if token.atom.startswith("("):
        return min(_least_length(branch) for branch in _branches(_body(token.atom)))
    return 1


def _branches(source: str) -> Iterator[list[_Token]]:
    branch: list[_Token] = []
    for token in _tokens(source):
        if token.atom == "|":
            yield branch
            branch = []
        else:
            branch.append(token)
    yield branch


def _tokens(source: str) -> Iterator[_Token]:
    """Atoms at the top level with their quantifiers."""
    place = 0
    while place < len(source):
        end = _atom_end(source, place)
        atom = source[place:end]
        quantifier = "" if atom == "|" else _quantifier(source, end)
        yield _Token(atom, quantifier)
        place = end + len(quantifier)


def _quantifier(source: str, place: int) -> str:
    found = _QUANTIFIER.match(source, place)
    return found.group() if found else ""


def _atom_end(source: str, place: int) -> int:
    match source[place]:
        case "\\":
            if source[place + 1].isalnum() and source[place + 1] not in _ESCAPES:
                raise ValueError(f"`{source}` holds an escape that is not taken apart")
            return place + 2
        case "[":
            return _class_end(source, place)
        case "(":
            return _group_end(source, place)
        case _:
            return place + 1


def _class_end(source: str, place: int) -> int:
    place += 2 if source[place + 1] == "^" else 1
    place += source[place] == "]"
    while source[place] != "]":
        if source[place] == "[" and source[place + 1] == ":":
            raise ValueError(f"`{source}` holds a named class")
        place += 2 if source[place] == "\\" else 1
    return place + 1


def _group_end(source: str, place: int) -> int:
    if source.startswith("(?", place) and not source.startswith(("(?:", "(?P<"), place):
        raise ValueError(f"`{source}` holds flags")
    depth = 0
    while True:
        match source[place]:
            case "\\":
                place += 1
            case "[":
                place = _class_end(source, place) - 1
            case "(":
                depth += 1
            case ")":
                depth -= 1
        place += 1
        if depth == 0:
            return place


def _parts(branch: list[_Token]) -> Iterator[list[_Token]]:
    """The gap-free stretches of one alternative."""
    stretch: list[_Token] = []
    for token in [*branch, None]:
        if token is not None and not _is_gap(token):
            stretch.append(token)
            continue
        if stretch:
            yield stretch
        stretch = []
        if token is not None and not token.quantifier and token.atom.startswith("("):
            yield from _inner(token)


def _inner(token: _Token) -> Iterator[list[_Token]]:
    """The parts of a group that must be there and has one alternative only."""
    inside = list(_branches(_body(token.atom)))
    if len(inside) == 1:
        yield from _parts(inside[0])


def _is_gap(token: _Token) -> bool:
    """Whether a token can stretch over other words, or holds one that can, or asks where the text ends."""
    if token.atom in ("^", "$"):
        return True
    if token.atom.startswith("("):
        inside = any(_is_gap(one) for branch in _branches(_body(token.atom)) for one in branch)
        return inside or _is_long(token.quantifier)
    return token.atom not in _WORD_TAIL and _is_long(token.quantifier) and not token.atom.isalnum()


def _is_long(quantifier: str) -> bool:
    if quantifier[:1] in ("*", "+"):
        return True
    most = quantifier.strip("{}?").rpartition(",")[2] if quantifier.startswith("{") else "1"
    return not most or int(most) >= _FEW


def _body(group: str) -> str:
    opening = _OPENING.match(group)
    return group[opening.end() if opening else 1 : -1]
