"""What a draft must be before it becomes a master: known slots, no number of its own, no limit broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from agents.legal_parts import OFFER_SLOTS, slots_in
from agents.minds import Assignment, Draft
from campaign.channel import FORMATS, FieldLimit, Format
from campaign.claim import Claim
from campaign.master import PERSONAL_SLOTS, SLOT, Master, render
from campaign.piece import FieldText

Complete = Callable[[Mapping[str, FieldText]], dict[str, FieldText]]
LONGEST_FIRST_NAME = 20
"""Characters kept free for a name that is merged at delivery."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LINK = re.compile(r"https?:|www\.|\w@\w|\b[\w-]+\.(?:com|net|org|example)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper\s?cent\b|\bbasis points?\b|\bbps\b", re.IGNORECASE)


def refusal(
    draft: Draft, assignment: Assignment, claims: Mapping[str, Claim], complete: Complete
) -> str | None:
    """Why a draft may not become a master; None where it may.

    Args:
        draft: what a mind wrote.
        assignment: what it was asked for.
        claims: the real values, so that lengths are those of the rendered text.
        complete: adds the law's part to a draft's fields.

    Returns:
        A clause that follows "it", for example "writes the number `6` outside a slot".
    """
    return (
        _shape(draft, assignment)
        or _slots(draft, assignment)
        or next(_numbers(draft.fields), None)
        or _prices(draft, assignment)
        or _words(draft, assignment)
        or too_long(complete(draft.fields), FORMATS[assignment.form.name], claims)
    )


def texts_of(fields: Mapping[str, FieldText]) -> Iterator[tuple[str, str]]:
    """Each text with the field it stands in; list fields give one per entry."""
    for name, value in fields.items():
        for text in (value,) if isinstance(value, str) else value:
            yield name, text


def _shape(draft: Draft, assignment: Assignment) -> str | None:
    """The wanted fields and no others, lists where the format has lists, no entry empty or twice."""
    if set(draft.fields) != set(assignment.fields_wanted):
        return f"fills {_named(draft.fields)} where {_named(assignment.fields_wanted)} were wanted"
    for name, value in draft.fields.items():
        limit = assignment.form.limit(name)
        if isinstance(value, str) == (limit is not None and limit.most > 1):
            return f"gives `{name}` in the wrong form"
        entries = (value,) if isinstance(value, str) else value
        if not all(entry.strip() for entry in entries):
            return f"leaves `{name}` empty"
        if len({entry.casefold() for entry in entries}) < len(entries):
            return f"says the same twice in `{name}`"
    return None


def _slots(draft: Draft, assignment: Assignment) -> str | None:
    unknown = slots_in(draft.fields) - set(assignment.slots)
    if unknown:
        return f"uses {_named(unknown)}, no slot of this piece"
    for name, text in texts_of(draft.fields):
        if "{" in (plain := SLOT.sub("", text)) or "}" in plain:
            return f"has a brace in `{name}` that opens no slot"
    return None


def _numbers(fields: Mapping[str, FieldText]) -> Iterator[str]:
    """Numbers, percentages and links that came from no record."""
    for name, text in texts_of(fields):
        plain = SLOT.sub("", text)
        if digit := next((character for character in plain if character.isnumeric()), None):
            yield f"writes the number `{digit}` outside a slot in `{name}`"
        if found := _PERCENT.search(plain):
            yield f"writes `{found[0]}` outside a slot in `{name}`"
        if found := _LINK.search(plain):
            yield f"writes the address `{found[0]}` outside a slot in `{name}`"


def _prices(draft: Draft, assignment: Assignment) -> str | None:
    """A price belongs in the body, whole: every price slot in the sentence that has one of them."""
    pair = set(assignment.price_slots)
    stated = slots_in(draft.fields) & OFFER_SLOTS
    if stated and not pair <= stated:
        return f"states {_named(stated)} without {_named(pair - stated)}"
    for name, text in texts_of(draft.fields):
        if name != "body" and set(SLOT.findall(text)) & OFFER_SLOTS:
            return f"states a price in `{name}`, which may be seen without its disclosures"
        for sentence in _SENTENCE.split(text):
            found = set(SLOT.findall(sentence)) & pair
            if found and found != pair:
                return f"states {_named(found)} without {_named(pair - found)} in the same sentence"
    return None


def _words(draft: Draft, assignment: Assignment) -> str | None:
    for name, text in texts_of(draft.fields):
        for word in assignment.banned_words:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
                return f"uses `{word}`, a word the lender never uses, in `{name}`"
        if name == "headlines" and "!" in text:
            return "has an exclamation mark in a headline"
    return None


def too_long(fields: Mapping[str, FieldText], form: Format, claims: Mapping[str, Claim]) -> str | None:
    """Whether complete fields, rendered with real values, break a limit of their format."""
    blank = Master(master_id="", placement_id="", variant="", fields=dict(fields), angle="", author="")
    rendered = render(blank, claims).fields
    for limit in form.limits:
        if (reason := _over(limit, rendered.get(limit.field))) is not None:
            return reason
    return None


def _over(limit: FieldLimit, value: FieldText | None) -> str | None:
    entries = () if value is None else (value,) if isinstance(value, str) else value
    if not limit.least <= len(entries) <= limit.most:
        return f"has {len(entries)} entries in `{limit.field}`, not {limit.least} to {limit.most}"
    longest = max((_length(entry) for entry in entries), default=0)
    if longest > limit.characters:
        return f"takes {longest} of {limit.characters} characters in `{limit.field}`"
    return None


def _length(text: str) -> int:
    """Characters as shown; a slot filled at delivery counts as the longest name it is likely to hold."""
    open_slots = [name for name in SLOT.findall(text) if name in PERSONAL_SLOTS]
    return len(SLOT.sub("", text)) + LONGEST_FIRST_NAME * len(open_slots)


def _named(names: Iterator[str] | Mapping[str, object] | tuple[str, ...] | set[str] | frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
