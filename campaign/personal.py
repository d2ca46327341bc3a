"""One recipient's rendering of an approved piece, as rules may be asked about it (law 1).

Personal slots are filled at delivery alone. What they hold comes from the lender's own records, so each is
bound like any claim, and the spans of the claims after it move along. A number has a range that was approved
with the piece; `strays` says where a rendering is not the approved template filled within its ranges.
"""

from __future__ import annotations

from collections.abc import Mapping

from campaign.claim import Binding, Claim, ClaimKind, Provenance
from campaign.master import PERSONAL_SLOTS, SLOT
from campaign.piece import FieldText, Piece

_KINDS: dict[str, ClaimKind] = {"first_name": "name", "unsubscribe_url": "url"}


def personalised(
    piece: Piece, values: Mapping[str, str], numbers: Mapping[str, float] | None = None
) -> Piece:
    """Fill a piece's personal slots.

    Args:
        piece: as approved. values: personal slot -> what stands there for one recipient, never empty.
        numbers: numeric slot -> the number behind its text, in the unit of the slot's range.
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
        worth = numbers or {}
        claims = (*claims, *(_claim(piece, slot, text, worth.get(slot)) for slot, text in values.items()))
    return piece.model_copy(update={"fields": fields, "bindings": tuple(bindings), "claims": claims})


def strays(approved: Piece, rendering: Piece) -> str:
    """How a rendering is not what was approved: another text around the slots, or a number out of its range.

    Args:
        approved: the piece with its slots open. rendering: what one recipient would get.

    Returns:
        The end of a sentence; empty where the rendering keeps within the approval.
    """
    if _emptied(rendering) != dict(approved.fields):
        return "its words are not those of the approved template"
    ranges = {one.slot: one for one in approved.ranges}
    for claim in rendering.claims or ():
        if claim.provenance.source != "recipient" or claim.slot in PERSONAL_SLOTS:
            continue
        held = ranges.get(claim.slot)
        if held is None:
            return f"its `{claim.slot}` ({claim.text}) is no slot that was approved"
        if claim.value is None or not held.low <= claim.value <= held.high:
            return f"its `{claim.slot}` ({claim.text}) lies outside of {held.low:g} to {held.high:g}"
        if (shown := held.kind) != claim.kind:
            return f"its `{claim.slot}` is a {claim.kind}, and a {shown} was approved"
    return ""


def _emptied(rendering: Piece) -> dict[str, FieldText]:
    """The fields with every recipient's value taken out again."""
    own = {
        claim.slot for claim in rendering.claims or () if claim.provenance.source == "recipient"
    } | PERSONAL_SLOTS
    fields: dict[str, FieldText] = {}
    for name, value in rendering.fields.items():
        if isinstance(value, str):
            fields[name] = _empty(rendering, name, value, own)
        else:
            fields[name] = tuple(
                _empty(rendering, f"{name}[{place}]", entry, own) for place, entry in enumerate(value)
            )
    return fields


def _empty(rendering: Piece, field: str, text: str, own: set[str]) -> str:
    for binding in sorted(rendering.bindings, key=lambda one: one.start, reverse=True):
        if binding.field == field and binding.slot in own:
            text = f"{text[: binding.start]}{{{{{binding.slot}}}}}{text[binding.end :]}"
    return text


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


def _claim(piece: Piece, slot: str, text: str, value: float | None) -> Claim:
    ranges = {one.slot: one for one in piece.ranges}
    held = ranges.get(slot)
    source = "the recipient's record, merged at delivery"
    return Claim(
        slot=slot,
        kind=held.kind if held else _KINDS[slot],
        text=text,
        value=value,
        provenance=Provenance(
            source="recipient", reference=f"{held.formula}, from {held.source}" if held else source
        ),
    )
