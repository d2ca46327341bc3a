"""One recipient's rendering of an approved piece, as rules may be asked about it (law 1).

Personal slots are filled at delivery alone. What they hold comes from the lender's own records, so each is
bound like any claim, and the spans of the claims after it move along. A number has a range that was approved
with the piece; `strays` says where a rendering is not the approved template filled within its ranges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from campaign.claim import Binding, Claim, ClaimKind, Provenance, SlotRange
from campaign.master import PERSONAL_SLOTS, SLOT
from campaign.piece import FieldText, Piece

_NUMBER = re.compile(r"([-\u2212]?)[$€£]?(\d[\d,]*)(\.\d+)?")
_KINDS: dict[str, ClaimKind] = {"first_name": "name", "unsubscribe_url": "url"}


class Figure(NamedTuple):
    """One recipient's number: as shown, and as it is, in the unit of its slot's range."""

    text: str
    value: float


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

    Filling the approved piece once more with what the rendering says it was filled with has to give exactly
    that rendering, so that nothing else can differ.

    Args:
        approved: the piece with its slots open. rendering: what one recipient would get.

    Returns:
        The end of a sentence; empty where the rendering keeps within the approval.
    """
    own = [claim for claim in rendering.claims or () if claim.provenance.source == "recipient"]
    ranges = {one.slot: one for one in approved.ranges}
    for claim in own:
        held = ranges.get(claim.slot)
        if held is None and claim.slot not in PERSONAL_SLOTS:
            return f"its `{claim.slot}` ({claim.text}) is no slot that was approved"
        if held is not None and (strayed := _out_of_range(claim, held)):
            return strayed
    values = {claim.slot: claim.text for claim in own} if rendering.claims is not None else _shown(rendering)
    numbers = {claim.slot: claim.value for claim in own if claim.slot in ranges and claim.value is not None}
    again = personalised(approved, values, numbers)
    if again.fields != rendering.fields:
        return "its words are not those of the approved template"
    return "" if again == rendering else "it is not the approved template with these values filled in"


def _out_of_range(claim: Claim, held: SlotRange) -> str:
    """Why a recipient's number is not one that was approved; empty where it is."""
    if claim.value is None or not held.low <= claim.value <= held.high:
        return f"its `{claim.slot}` ({claim.text}) lies outside of {held.low:g} to {held.high:g}"
    if claim.kind != held.kind:
        return f"its `{claim.slot}` is a {claim.kind}, and a {held.kind} was approved"
    if not _says(claim.text, claim.value, claim.kind):
        return f"its `{claim.slot}` ({claim.text}) does not say {claim.value:g}"
    return ""


def _says(text: str, value: float, kind: ClaimKind) -> bool:
    """Whether a text shows one number, and that number to its last place; months may be shown as years."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return False
    sign, digits, places = found[0]
    shown = float(f"{'-' if sign else ''}{digits.replace(',', '')}{places}")
    off = 0.5 * 10.0 ** -max(len(places) - 1, 0) + 1e-9
    meant = (value, value / 12) if kind == "term" else (value,)
    return any(abs(shown - one) <= off for one in meant)


def _shown(rendering: Piece) -> dict[str, str]:
    """What bare text shows in its personal slots, where no claim says so."""
    texts = dict(rendering.texts())
    return {
        one.slot: texts.get(one.field, "")[one.start : one.end]
        for one in rendering.bindings
        if one.slot in PERSONAL_SLOTS
    }


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
