"""The house mind of copywriting: picks and fits a wording a person wrote, the same way every time.

Its lines are in `phrases/`. A revision takes the next wording; what the last draft was told is searched for a
few words and never followed as an instruction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.facets import MARK
from agents.house.phrases import LIST_FIELDS, Focus, Line, Wording, focus_of, wordings
from agents.minds import Assignment, Draft, MindName
from campaign.channel import Channel
from campaign.piece import FieldText

AUTHOR = "vallum house writer"
_PRICE = re.compile(r"\b(rates?|apr|pric\w+|points?|payments?|trigger)\b", re.IGNORECASE)
_TONE = re.compile(
    r"\b(tone|push\w*|long\w*|word(y|iness)|short\w*|soft\w*|aggressive|sales\w*|hard[- ]sell|length)\b",
    re.IGNORECASE,
)
_LONGEST_ANGLE = 160


@dataclass(frozen=True, slots=True)
class Wish:
    """How one draft is to be fitted: with a price or without, whole or short."""

    priced: bool
    shorter: bool
    dropped_price: bool


class HouseCopyMind:
    """Writes two variants from the house phrases; `a` and `b` never share an idea."""

    name: MindName = "house"

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        """Variants a and b of this round.

        Args:
            assignment: whom it is for, in which format, and what the last draft was told.
        """
        return tuple(_draft(assignment, variant, _wish(assignment)) for variant in ("a", "b"))


def _wish(assignment: Assignment) -> Wish:
    told = " ".join(assignment.corrections)
    available = all(slot in assignment.slots for slot in assignment.price_slots)
    dropped = available and _PRICE.search(told) is not None
    return Wish(
        priced=available and not dropped,
        shorter=_TONE.search(told) is not None,
        dropped_price=dropped,
    )


def _draft(assignment: Assignment, variant: str, wish: Wish) -> Draft:
    """One variant: segments that share a theme begin at different wordings, rounds go on from there."""
    channel = assignment.form.channel
    choices = wordings(assignment.theme, channel, variant)
    wording = choices[(_turn(assignment.segment_id, variant) + assignment.round) % len(choices)]
    focus = focus_of(assignment.theme, assignment.predicate, f"{assignment.segment_id} {assignment.segment}")
    fields: dict[str, FieldText] = {}
    for name, lines in wording.fields.items():
        texts = list(_fitted(lines, wish, focus, channel))
        if name == "headlines" and focus is not None:
            texts.append(focus.headline)
        fields[name] = tuple(texts) if name in LIST_FIELDS else "\n\n".join(texts)
    return Draft(fields=fields, angle=_angle(wording, assignment, wish), author=AUTHOR)


def _fitted(lines: tuple[Line, ...], wish: Wish, focus: Focus | None, channel: Channel) -> Iterator[str]:
    """The lines that this draft uses, with the segment's own line where one stands."""
    left_out = {"unpriced" if wish.priced else "priced"}
    if wish.shorter:
        left_out |= {"longer", "focus"}
    for line in lines:
        if line.when in left_out:
            continue
        if line.when != "focus":
            yield line.text
        elif focus is not None:
            yield focus.letter if channel is Channel.EMAIL else focus.post


def _angle(wording: Wording, assignment: Assignment, wish: Wish) -> str:
    """What the approver is told, with what changed since the last round."""
    if not assignment.round:
        return wording.angle
    changes = ["another wording"]
    changes += ["without a price"] if wish.dropped_price else []
    changes += ["shorter"] if wish.shorter else []
    return f"{wording.angle} (revised: {', '.join(changes)})"[:_LONGEST_ANGLE]


def _turn(segment_id: str, variant: str) -> int:
    """Where a segment begins: always the same, and further on for its namesakes (`..._with_...`)."""
    base, _, part = segment_id.partition(MARK)
    further = 2 if part else 1
    return int.from_bytes(hashlib.sha256(f"{base} {variant}".encode()).digest()[:4], "big") + further
