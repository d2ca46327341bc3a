"""Patterns of rules: linear time, one way of compiling, one way of reading them from a file.

RE2 has no look-around, on purpose: no text can stall the gate. Context is asked for by the kinds instead
(`permitted`, `near`, `unless`), where a person can read it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, Literal

import re2
from pydantic import BaseModel, BeforeValidator, SkipValidation

from policies.reading import Reading
from policies.word_classes import spell_out

Window = Literal["words", "sentence", "paragraph", "field", "piece"]
_NEAR_CHARACTERS = 60
_DENIAL_CHARACTERS = 240
_QUOTE = re2.compile('"')
_COMPILED = type(re2.compile(""))
_WARNS = re2.compile(
    r"\b(?:scams?|red flags?|warning signs?|how to (?:tell|spot|recogni[sz]e)|beware|be (?:wary"
    r"|careful|skeptical)"
    r"|misleading|misrepresent\w+|deceptive|watch out|no (?:honest )?lender can (?:know|promise)"
    r"|too good to be true|myths?"
    r"|(?:is not|isn't|not|wasn't|was not) (?:sent )?(?:from|by) us|walk away from|hang up)\b"
)
_DISOWNS = re2.compile(
    r"\b(?:won't|will not|can't|cannot|can not|don't|do not|doesn't|does not|never|nobody"
    r"|no ?one|none of us|no (?:\w+ )?(?:lender|bank)|refuse to)"
    r"(?: [\w']+){0,3} (?:say|tell|claim|promise|guarantee|pretend|know"
    r"|predict|advertise|swear|suggest|imply)s?(?P<gap>(?: [\w']+){0,6}) ?$"
)
_LISTED = re2.compile(r"(?:^|\n) ?(?:[-*o]|\d{1,2}[.)]) ?that [^.\n]*$")
_TURNS = re2.compile(r"\b(?:but|except|only|unless|because|so|no|not)\b")
_HEARSAY = re2.compile(
    r"\b(?:heard|hear|told|tells?|says?|said|read|think|thought|believed?|assumed?|afraid|worr(?:y|ied)|myth"
    r"|rumou?r)\b"
)
_REFUTES = re2.compile(
    r"\b(?:(?:that|this|it|they|he|she)(?:'s| is| was|'re| are| were)? (?:simply |just |flatly |plainly )?"
    r"(?:wrong|false|untrue|a myth|mistaken|not (?:so|true|right|the case)|illegal|unlawful)"
    r"|(?:isn't|wasn't|aren't) (?:so|true|right)|not true)\b"
)
_PERCENT = r"\s*(?:%|per\s?cent\b)"
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def compile_pattern(source: Any) -> Any:
    """Compile one pattern of a rule file.

    Patterns meet folded text: lower case, plain letters. A space matches any run of space or a line break,
    and a space with a question mark none as well; ` ?%` is the sign or the word; `<<age>>` stands for a
    class of words.

    Raises:
        ValueError: RE2 does not take it, or it could never match folded text.
    """
    if not isinstance(source, str):
        raise ValueError(f"`{source}` is no pattern")
    source = spell_out(source)
    plain = source.replace("\\S", "").replace("\\B", "").replace("\\W", "").replace("\\D", "")
    if plain != plain.lower():
        raise ValueError(f"`{source}` holds capital letters, and rules meet lower-case text")
    written = source.replace(" ?%", _PERCENT).replace(" ?", r"\s*").replace(" ", r"\s+")
    try:
        return re2.compile(written, _OPTIONS)
    except re2.error as error:
        raise ValueError(f"`{source}` does not compile: {error}") from error


Pattern = Annotated[SkipValidation[Any], BeforeValidator(compile_pattern)]


def patterns_in(keys: Any) -> Iterator[Any]:
    """Every compiled pattern in a rule's keys, however deep."""
    if isinstance(keys, _COMPILED):
        yield keys
    elif isinstance(keys, Mapping):
        yield from chain.from_iterable(patterns_in(one) for one in keys.values())
    elif isinstance(keys, BaseModel):
        yield from chain.from_iterable(patterns_in(one) for _, one in keys)
    elif isinstance(keys, tuple | list):
        yield from chain.from_iterable(patterns_in(one) for one in keys)


class Sifted(str):
    """A text with the patterns that cannot match in it, so that nobody tries them.

    Attributes:
        ruled_out: what a sieve held back for it, or for a text around it.
        subject: the text as RE2 takes it soonest, see `_subject`.
    """

    __slots__ = ("ruled_out", "subject")
    ruled_out: frozenset[Any]
    subject: str | bytes


def sift(text: str, ruled_out: frozenset[Any]) -> Sifted:
    """Put a text and the patterns that cannot match in it together."""
    sifted = Sifted(text)
    sifted.ruled_out = ruled_out
    sifted.subject = _subject(text)
    return sifted


def _subject(text: str) -> str | bytes:
    """Plain ASCII as bytes: its places are the same, and RE2's binding need not count characters."""
    return text.encode() if text.isascii() else text


def _worth_trying(patterns: Iterable[Any], text: str) -> tuple[Iterable[Any], str | bytes]:
    """The patterns that are not ruled out, and what to ask them about."""
    if not isinstance(text, Sifted):
        return patterns, _subject(text)
    ruled_out = text.ruled_out
    return [pattern for pattern in patterns if pattern not in ruled_out], text.subject


def possible(patterns: Iterable[Any], text: str) -> bool:
    """Whether any pattern is worth trying on a text."""
    return bool(_worth_trying(patterns, text)[0])


def spans(patterns: Iterable[Any], text: str) -> list[tuple[int, int]]:
    """Every match of any pattern, in order, overlapping ones joined."""
    asked, subject = _worth_trying(patterns, text)
    if not asked:
        return []
    return joined(
        match.span()
        for pattern in asked
        for match in pattern.finditer(subject)
        if match.end() > match.start()
    )


def anywhere(patterns: Iterable[Any], text: str) -> bool:
    """Whether any pattern matches."""
    asked, subject = _worth_trying(patterns, text)
    return any(pattern.search(subject) is not None for pattern in asked)


def window(reading: Reading, start: int, end: int, size: Window, whole: str) -> str:
    """The text around a span: `words` is 60 characters either way, `piece` everything."""
    if size == "piece":
        return whole
    first, last = _stretch(reading, start, end, size)
    return reading.text[first:last]


def near(patterns: tuple[Any, ...], reading: Reading, start: int, end: int, size: Window, whole: str) -> bool:
    """Whether any pattern matches in the window around a span; asked once for all spans of one sentence."""
    if size == "piece":
        return anywhere(patterns, whole)
    asked, _ = _worth_trying(patterns, reading.text)
    if not asked:
        return False
    first, last = _stretch(reading, start, end, size)
    key = (patterns, first, last)
    if key not in reading.answers:
        reading.answers[key] = anywhere(asked, reading.text[first:last])
    return reading.answers[key]


def _stretch(reading: Reading, start: int, end: int, size: Window) -> tuple[int, int]:
    if size == "words":
        return max(0, start - _NEAR_CHARACTERS), end + _NEAR_CHARACTERS
    if size == "field":
        return 0, len(reading.text)
    return reading.sentence(start, end) if size == "sentence" else reading.paragraph(start, end)


def quoted_as_warning(reading: Reading, start: int, end: int) -> bool:
    """Whether a span stands in quotation marks in a text that warns of such words, as an article does."""
    first, last = reading.paragraph(start, end)
    quotes = reading.matches(_QUOTE)
    before, after = bisect_left(quotes, (first, first)), bisect_left(quotes, (start, start))
    opened = (after - before) % 2 == 1
    return opened and reading.holds(_QUOTE, end, last) and bool(reading.matches(_WARNS))


def disowned(reading: Reading, start: int, end: int) -> bool:
    """Whether a sentence denies that anyone says the span: "we won't tell you rates are about to jump"."""
    first, _ = reading.sentence(start, end)
    if _LISTED.search(reading.text[max(0, start - _DENIAL_CHARACTERS) : start]) is not None:
        return True  # "- that you are certain to be approved": reported, as in a list of what not to believe
    denial = _DISOWNS.search(reading.text[max(first, start - _DENIAL_CHARACTERS) : start])
    return denial is not None and _TURNS.search(denial.group("gap")) is None


def refuted(reading: Reading, start: int, end: int) -> bool:
    """Whether a span is hearsay that its paragraph calls wrong: "you heard that ... That is not so"."""
    first, _ = reading.sentence(start, end)
    _, last = reading.paragraph(start, end)
    return reading.holds(_HEARSAY, first, start) and reading.holds(_REFUTES, end, last)


def unexcused(patterns: Iterable[Any], permitted: Iterable[Any], text: str) -> Iterator[tuple[int, int]]:
    """Every match of any pattern that overlaps no permitted context, which is looked for only then."""
    if found := spans(patterns, text):
        yield from outside(found, spans(permitted, text))


def outside(found: list[tuple[int, int]], excused: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans that overlap no excused span, in the order given."""
    apart = joined(excused)
    for start, end in found:
        before = bisect_left(apart, (end, end)) - 1
        if before < 0 or apart[before][1] <= start:
            yield start, end


def joined(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, overlapping ones joined."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
