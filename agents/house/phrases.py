"""The house writer's lines, kept as text apart from code: one file per theme and channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from campaign.channel import Channel
from campaign.noun import Noun

When = Literal["always", "longer", "priced", "unpriced", "focus"]
LIST_FIELDS = frozenset({"headlines", "descriptions"})
_FOLDER = Path(__file__).parent / "phrases"


class Line(Noun):
    """One paragraph or entry, and when it is used.

    Attributes:
        when: `longer` is left out where a shorter text is asked for, `priced` where no price is shown,
            `unpriced` where one is; `focus` stands for the line that sets a segment apart.
        text: with slots; empty for `focus`.
    """

    when: When
    text: str = ""


class Wording(Noun):
    """One idea in one channel: lines by field, and what an approver is told it tries."""

    angle: str
    fields: dict[str, tuple[Line, ...]]


class Focus(Noun):
    """A line for what sets a segment apart.

    Attributes:
        name: what it speaks of.
        themes: where it is to the point; none means everywhere.
        when: searched for in a segment's predicate, then in its id and name.
        letter, post, headline: the line in a letter, in public, and in a search ad.
    """

    name: str
    themes: tuple[str, ...] = ()
    when: str
    letter: str
    post: str
    headline: str


@lru_cache(maxsize=64)
def wordings(theme: str, channel: Channel, variant: str) -> tuple[Wording, ...]:
    """Everything the house writer has for a theme, a channel and a variant, in the order of the file."""
    text = (_FOLDER / theme / f"{channel.value}.yaml").read_text(encoding="utf-8")
    return tuple(_wording(row) for row in yaml.safe_load(text)[variant])


@lru_cache(maxsize=1)
def focuses() -> tuple[Focus, ...]:
    """Every focus, in the order in which a name is searched for them."""
    rows = yaml.safe_load((_FOLDER / "focus.yaml").read_text(encoding="utf-8"))
    return tuple(Focus(**row) for row in rows)


def focus_of(theme: str, predicate: str, words: str) -> Focus | None:
    """What sets a segment apart: the deepest condition that a focus knows, else what its name says.

    Args:
        theme: the angle the copy takes.
        predicate: the segment's predicate in words; its later conditions are the narrower ones.
        words: id and name.
    """
    fitting = [focus for focus in focuses() if not focus.themes or theme in focus.themes]
    found = [(last, focus) for focus in fitting if (last := _last(focus, predicate)) >= 0]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    return next((focus for focus in fitting if re.search(focus.when, words, re.IGNORECASE)), None)


def _last(focus: Focus, predicate: str) -> int:
    return max((match.start() for match in re.finditer(focus.when, predicate)), default=-1)


def _wording(row: dict[str, Any]) -> Wording:
    fields = {name: tuple(_lines(value)) for name, value in row.items() if name != "angle"}
    return Wording(angle=row["angle"], fields=fields)


def _lines(value: str | dict[str, str] | list[Any]) -> Iterator[Line]:
    for item in value if isinstance(value, list) else [value]:
        if item == "focus":
            yield Line(when="focus")
        elif isinstance(item, dict):
            yield from (Line(when=when, text=text) for when, text in item.items())
        else:
            yield Line(when="always", text=item)
