"""Two texts word by word: what went, what came, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from markupsafe import Markup

_TOKEN = re.compile(r"\s*\S+|\s+\Z")
_SAID = {
    "same": Markup("{}"),
    "added": Markup('<ins><span class="unseen">[added: </span>{}<span class="unseen">]</span></ins>'),
    "removed": Markup('<del><span class="unseen">[removed: </span>{}<span class="unseen">]</span></del>'),
}
LARGEST = 1_500_000
"""Words of one text times words of the other up to which they are compared one by one: under two seconds."""


class Stretch(NamedTuple):
    """Some words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    words: str


def stretches(before: str, after: str) -> tuple[Stretch, ...]:
    """How one text became the other.

    `same` and `removed` joined are the text before, `same` and `added` the text after, to the character.
    Texts too long and too different to be compared are told as one removal and one addition.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    opening = _shared(old, new)
    closing = _shared(old[opening:][::-1], new[opening:][::-1])
    old_middle, new_middle = old[opening : len(old) - closing], new[opening : len(new) - closing]
    parts = [Stretch("same", "".join(old[:opening])), *_middle(old_middle, new_middle)]
    parts.append(Stretch("same", "".join(old[len(old) - closing :])))
    return tuple(part for part in parts if part.words)


def told(parts: Sequence[Stretch]) -> Markup:
    """The stretches as markup, each change said in words to those who hear the page."""
    return Markup("").join(_SAID[part.kind].format(part.words) for part in parts)


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    if len(old) * len(new) > LARGEST:
        yield Stretch("removed", "".join(old))
        yield Stretch("added", "".join(new))
        return
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield Stretch("same", "".join(old[old_start:old_end]))
            continue
        yield Stretch("removed", "".join(old[old_start:old_end]))
        yield Stretch("added", "".join(new[new_start:new_end]))


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens two texts begin with alike."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))
