"""Identifiers as a state's own act asks for them: the company's and the originator's, and a reference.

The state acts repeat the model act's duty and add to it; one finding then names the state's provision beside
the general one, because that is what its examiner will cite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from campaign.noun import Noun
from policies.checks import company_id, originator_id
from policies.matching import Pattern, anywhere
from policies.reading import fold
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """What the state asks for.

    Attributes:
        company, originator: whether the company's, and a named originator's, number must be shown.
        needs: words by the name the message uses; of each, one pattern must match.
        words: by the same name, what mends it.
        needs_in: channels in which `needs` holds; everywhere where empty.
        licence_of: the state whose licence number must be shown there too.
    """

    company: bool = True
    originator: bool = True
    needs: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    needs_in: tuple[str, ...] = ()
    licence_of: str = ""


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit for each thing that is missing, as `{missing}`."""
    keys: Keys = rule.keys
    if keys.company and company_id.lacking(seen):
        number = f"NMLS ID #{seen.lender.nmls}"
        missing = f"the company's NMLS number {seen.lender.nmls}"
        yield _hit(seen, missing, f'After "{seen.lender.name}", add "{number}".')
    if keys.originator:
        for hit in originator_id.lacking(seen):
            name, known = hit.words["name"], hit.words["nmls"]
            missing = f"the NMLS number {known} of {name}".replace("number  of", "number of")
            fix = f'After "{name}", add "NMLS #{known}".' if known else None
            yield replace(hit, words={"missing": missing}, fix=fix)
    if keys.needs_in and seen.piece.channel not in keys.needs_in:
        return
    held = seen.lender.licenses.get(keys.licence_of)
    if held is not None and fold(held.number) not in seen.text:
        yield _hit(seen, f"the licence number {held.number}", f'Add "{held.type} {held.number}".')
    for name, patterns in keys.needs.items():
        if not any(anywhere(patterns, shown.lower()) for shown in _shown(seen)):
            yield _hit(seen, name, keys.words.get(name))


def _hit(seen: Seen, missing: str, fix: str | None) -> Hit:
    return Hit(seen.first_field, words={"missing": missing}, fix=fix)


def _shown(seen: Seen) -> Iterator[str]:
    """What a reader sees, and on a page the links themselves."""
    yield seen.text
    if seen.piece.channel in ("web", "email"):
        yield from (text for _, text in seen.piece.texts())
