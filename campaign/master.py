"""A master: copy written once with slots, and its rendering into a piece (law 2).

A slot is written `{{name}}`. A claim slot takes the text of a `Claim`; a personal slot (`first_name`,
`unsubscribe_url`, `originator_*`) stays as it is until delivery, after the model has long answered (law 5).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from campaign.claim import Binding, Claim
from campaign.noun import Noun
from campaign.piece import FieldText

SLOT = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
PERSONAL_SLOTS = frozenset({"first_name", "unsubscribe_url"})


class Master(Noun):
    """Copy with slots, for one placement and one variant.

    Attributes:
        master_id: `<placement_id>.<variant>`.
        placement_id, variant: what it is for; variants are `a`, `b`.
        fields: as in a piece, with slots.
        angle: one line for the approver: what this variant tries.
        author: who wrote it (`vallum house writer` or `model <name>`).
    """

    master_id: str
    placement_id: str
    variant: str
    fields: dict[str, FieldText]
    angle: str
    author: str

    def slots(self) -> frozenset[str]:
        """Every slot the master uses."""
        texts = (
            text for value in self.fields.values() for text in ((value,) if isinstance(value, str) else value)
        )
        return frozenset(name for text in texts for name in SLOT.findall(text))


class Rendered(Noun):
    """A master with its claims filled in.

    Attributes:
        fields: text as it will look, personal slots still open.
        bindings: where each claim stands.
        missing: claim slots for which no claim was given, alphabetical; their `{{slot}}` is left in the text.
    """

    fields: dict[str, FieldText]
    bindings: tuple[Binding, ...]
    missing: tuple[str, ...]


def render(master: Master, claims: Mapping[str, Claim], *, own: Collection[str] = ()) -> Rendered:
    """Fill the claim slots of a master.

    Claims may themselves hold no slots: a value is a value. Personal slots stay open, and so do those of
    `own`, which hold each reader's own numbers.
    """
    open_slots = PERSONAL_SLOTS | set(own)
    fields: dict[str, FieldText] = {}
    bindings: list[Binding] = []
    for name, value in master.fields.items():
        if isinstance(value, str):
            fields[name] = _fill(value, name, claims, bindings)
        else:
            fields[name] = tuple(
                _fill(entry, f"{name}[{index}]", claims, bindings) for index, entry in enumerate(value)
            )
    missing = tuple(slot for slot in master.slots() if slot not in claims and slot not in open_slots)
    return Rendered(fields=fields, bindings=tuple(bindings), missing=tuple(sorted(missing)))


def _fill(text: str, field: str, claims: Mapping[str, Claim], bindings: list[Binding]) -> str:
    """Fill one text, appending where each claim came to stand."""
    parts: list[str] = []
    length = position = 0
    for match in SLOT.finditer(text):
        slot = match[1]
        before = text[position : match.start()]
        claim = claims.get(slot)
        shown = claim.text if claim is not None else match[0]
        parts += [before, shown]
        start = length + len(before)
        length = start + len(shown)
        position = match.end()
        if claim is not None:
            bindings.append(Binding(field=field, start=start, end=length, slot=slot))
    return "".join([*parts, text[position:]])
