"""Two texts word by word: what went, what came, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from markupsafe import Markup

Kind = Literal["same", "added", "removed"]
_WORDS = re.compile(r"(\S+)(\s*)")
_OPENING = re.compile(r"\s*")
_SAID = {
    "same": Markup("{}"),
    "added": Markup('<ins><span class="unseen">[added: </span>{}<span class="unseen">]</span></ins>'),
    "removed": Markup('<del><span class="unseen">[removed: </span>{}<span class="unseen">]</span></del>'),
}
LARGEST = 9_000_000
"""Words of one text times words of the other up to which they are compared: under a second."""


class Stretch(NamedTuple):
    """Some words that stayed, came or went."""

    kind: Kind
    words: str


def stretches(before: str, after: str) -> tuple[Stretch, ...]:
    """How one text became the other.

    `same` and `removed` joined are the text before, `same` and `added` the text after, to the character.
    Texts too long and too different to be compared are told as one removal and one addition.
    """
    parts: list[Stretch] = []
    removed = added = ""
    for kind, words in _moves(before, after):
        if kind == "removed":
            removed += words
        elif kind == "added":
            added += words
        elif words:
            parts += [*_parted(removed, added), Stretch("same", words)]
            removed = added = ""
    return tuple(_joined([*parts, *_parted(removed, added)]))


def told(parts: Sequence[Stretch]) -> Markup:
    """The stretches as markup, each change said in words to those who hear the page."""
    return Markup("").join(_SAID[part.kind].format(part.words) for part in parts)


def _moves(before: str, after: str) -> Iterator[Stretch]:
    """Words are compared; the blanks behind each go with it, and are compared where the word stayed."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    yield from _blanks(_opening(before), _opening(after))
    if len(old) * len(new) > LARGEST:
        yield Stretch("removed", before[len(_opening(before)) :])
        yield Stretch("added", after[len(_opening(after)) :])
        return
    matcher = SequenceMatcher(None, [word for word, _ in old], [word for word, _ in new], autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        gone, come = old[old_start:old_end], new[new_start:new_end]
        if kind == "equal":
            for (word, behind), (_, behind_now) in zip(gone, come, strict=True):
                yield Stretch("same", word)
                yield from _blanks(behind, behind_now)
        else:
            yield Stretch("removed", "".join(word + behind for word, behind in gone))
            yield Stretch("added", "".join(word + behind for word, behind in come))


def _opening(text: str) -> str:
    found = _OPENING.match(text)
    return found[0] if found else ""


def _blanks(was: str, now: str) -> tuple[Stretch, ...]:
    return (Stretch("same", was),) if was == now else (Stretch("removed", was), Stretch("added", now))


def _parted(removed: str, added: str) -> Iterator[Stretch]:
    """A removal and an addition without the blanks that open or close them both."""
    opening = _shared(removed, added)
    closing = _shared(removed[opening:][::-1], added[opening:][::-1])
    yield Stretch("same", removed[:opening])
    yield Stretch("removed", removed[opening : len(removed) - closing])
    yield Stretch("added", added[opening : len(added) - closing])
    yield Stretch("same", removed[len(removed) - closing :])


def _shared(one: str, other: str) -> int:
    """How many blanks two texts begin with alike."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count] and one[count].isspace():
        count += 1
    return count


def _joined(parts: Sequence[Stretch]) -> Iterator[Stretch]:
    """Neighbours of one kind as one stretch; empty ones are left out."""
    waiting = Stretch("same", "")
    for part in parts:
        if not part.words:
            continue
        if part.kind == waiting.kind:
            waiting = Stretch(part.kind, waiting.words + part.words)
            continue
        if waiting.words:
            yield waiting
        waiting = part
    if waiting.words:
        yield waiting
