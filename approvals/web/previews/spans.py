"""Words marked inside a text, wherever spans overlap, without a character of the text changing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

KINDS = ("block", "warn", "info")
"""The graver first: where spans overlap, the mark looks like the gravest."""


class Span(NamedTuple):
    """Some characters of a text.

    Attributes:
        start, end: as in `text[start:end]`. number: what is shown behind the last of them.
        kind: one of `KINDS`.
    """

    start: int
    end: int
    number: int
    kind: str


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """The text, escaped, with every span marked; its numbers stand in `data-ends`, not in the text.

    Args:
        spans: in any order; they may overlap. What reaches beyond the text is cut, what is empty is left out.
    """
    within = [span._replace(start=max(0, span.start), end=min(len(text), span.end)) for span in spans]
    within = [span for span in within if span.start < span.end]
    cuts = sorted({0, len(text), *(span.start for span in within), *(span.end for span in within)})
    pieces = [
        _segment(text[start:end], end, [one for one in within if one.start <= start and end <= one.end])
        for start, end in pairwise(cuts)
    ]
    return Markup("").join(pieces)


def _segment(words: str, end: int, over: Sequence[Span]) -> Markup:
    """Characters that lie under the same spans throughout."""
    if not over:
        return escape(words)
    kind = min((span.kind for span in over), key=KINDS.index)
    ends = " ".join(str(span.number) for span in sorted(over, key=lambda one: one.number) if span.end == end)
    told = Markup(' data-ends="{}"').format(ends) if ends else Markup("")
    return Markup('<mark class="pv-found pv-{}"{}>{}</mark>').format(kind, told, words)
