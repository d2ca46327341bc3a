"""One recipient's rendering of an approved piece, as rules may be asked about it (law 1).

Personal slots are filled at delivery alone. What they hold comes from the lender's own records, so each is
bound like any claim, and the spans of the claims after it move along.
"""

from __future__ import annotations

from collections.abc import Mapping

from campaign.claim import Binding, Claim, ClaimKind, Provenance
from campaign.master import SLOT
from campaign.piece import FieldText, Piece

_KINDS: dict[str, ClaimKind] = {"first_name": "name", "unsubscribe_url": "url"}


def personalised(piece: Piece, values: Mapping[str, str]) -> Piece:
    """Fill a piece's personal slots.

    Args:
        piece: as approved. values: personal slot -> what stands there for one recipient, never empty.
    """
    fields: dict[str, FieldText] = {}
    bindings: list[Binding] = []
    for name, value in piece.fields.items():
        if isinstance(value, str):
            fields[name] = _fill(piece, name, value, values, bindings)
        else:
            fields[name] = tuple(
                _fill(piece, f"{name}[{place}]", entry, values, bindings) for place, entry in enumerate(value)
            )
    claims = piece.claims
    if claims is not None:
        claims = (*claims, *(_claim(slot, text) for slot, text in values.items()))
    return piece.model_copy(update={"fields": fields, "bindings": tuple(bindings), "claims": claims})


def _fill(piece: Piece, field: str, text: str, values: Mapping[str, str], bindings: list[Binding]) -> str:
    moved = [binding for binding in piece.bindings if binding.field == field]
    parts: list[str] = []
    position = shift = 0
    for match in SLOT.finditer(text):
        if match[1] not in values:
            continue
        shown = values[match[1]]
        parts += [text[position : match.start()], shown]
        bindings += [_moved(one, shift) for one in moved if position <= one.start < match.start()]
        start = match.start() + shift
        bindings.append(Binding(field=field, start=start, end=start + len(shown), slot=match[1]))
        position = match.end()
        shift += len(shown) - len(match[0])
    bindings += [_moved(one, shift) for one in moved if one.start >= position]
    return "".join([*parts, text[position:]])


def _moved(binding: Binding, shift: int) -> Binding:
    return binding.model_copy(update={"start": binding.start + shift, "end": binding.end + shift})


def _claim(slot: str, text: str) -> Claim:
    return Claim(
        slot=slot,
        kind=_KINDS[slot],
        text=text,
        provenance=Provenance(source="recipient", reference="the recipient's record, merged at delivery"),
    )
