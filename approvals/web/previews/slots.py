"""Slots that are filled for each recipient, shown as marked examples: a letter is read, not its braces."""

from __future__ import annotations

from markupsafe import Markup, escape

from campaign.claim import SlotRange
from campaign.master import SLOT
from campaign.piece import Piece

EXAMPLES = {"first_name": "Jordan", "unsubscribe_url": "https://unsubscribe.example/one-click"}
_MONEY = frozenset({"payment", "fees", "amount", "saving"})
_PERCENT = frozenset({"rate", "apr", "percent", "points"})


def example_of(piece: Piece, slot: str) -> str:
    """What stands in a slot in an example; empty where nothing is known that could fill it."""
    if slot in EXAMPLES:
        return EXAMPLES[slot]
    held = next((one for one in piece.ranges if one.slot == slot), None)
    if held is not None:
        return f"{_figure(held, held.low)} to {_figure(held, held.high)}"
    if piece.originator is not None:
        return {"originator_name": piece.originator.name, "originator_nmls": piece.originator.nmls}.get(
            slot, ""
        )
    return ""


def chipped(piece: Piece, text: str) -> Markup:
    """A text of a piece, escaped, each open slot as a chip that says it is an example."""
    parts: list[Markup] = []
    position = 0
    for match in SLOT.finditer(text):
        parts += [escape(text[position : match.start()]), _chip(piece, match[1], match[0])]
        position = match.end()
    return Markup("").join([*parts, escape(text[position:])])


def plain(piece: Piece, text: str) -> str:
    """The same without marks, for measuring."""
    return SLOT.sub(lambda match: example_of(piece, match[1]) or match[0], text)


def open_slots(piece: Piece) -> tuple[str, ...]:
    """Every slot of a piece that is filled at delivery, in the order of its texts."""
    return tuple(dict.fromkeys(slot for _, text in piece.texts() for slot in SLOT.findall(text)))


def _chip(piece: Piece, slot: str, written: str) -> Markup:
    shown = example_of(piece, slot)
    if not shown:
        return Markup('<span class="pv-chip pv-empty" title="Nothing fills this slot">{}</span>').format(
            written
        )
    return Markup(
        '<span class="pv-chip" title="Example: {} is filled in for each recipient">'
        '<span class="unseen">example </span>{}</span>'
    ).format(slot, shown)


def _figure(held: SlotRange, value: float) -> str:
    if held.kind in _MONEY:
        return f"${value:,.0f}"
    if held.kind in _PERCENT:
        return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
    return f"{value:g}"
