"""The house mind of copywriting: picks and fits a wording a person wrote, the same way every time.

Its lines are in `phrases/`. A revision takes the next wording; what the last draft was told is searched for a
few words and never followed as an instruction.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from agents.house.phrases import LIST_FIELDS, Line, Wording, focus_of, wordings
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
    choices = wordings(assignment.theme, assignment.form.channel, variant)
    turn = _turn(f"{assignment.segment_id} {variant}")
    wording = choices[(turn + assignment.round) % len(choices)]
    fields: dict[str, FieldText] = {}
    for name, lines in wording.fields.items():
        texts = _fitted(lines, assignment, wish, turn)
        if name == "headlines":
            texts.append(_focus(assignment, turn, "headline"))
        fields[name] = tuple(texts) if name in LIST_FIELDS else "\n\n".join(texts)
    return Draft(fields=fields, angle=_angle(wording, assignment, wish), author=AUTHOR)


def _fitted(lines: tuple[Line, ...], assignment: Assignment, wish: Wish, turn: int) -> list[str]:
    left_out = {"unpriced" if wish.priced else "priced"}
    if wish.shorter:
        left_out |= {"longer", "focus"}
    kind = "letter" if assignment.form.channel is Channel.EMAIL else "post"
    return [
        _focus(assignment, turn, kind) if line.when == "focus" else line.text
        for line in lines
        if line.when not in left_out
    ]


def _focus(assignment: Assignment, turn: int, kind: str) -> str:
    words = f"{assignment.segment_id} {assignment.segment} {assignment.needs}"
    focus = focus_of(assignment.predicate, words, turn)
    return {"letter": focus.letter, "post": focus.post, "headline": focus.headline}[kind]


def _angle(wording: Wording, assignment: Assignment, wish: Wish) -> str:
    """What the approver is told, with what changed since the last round."""
    if not assignment.round:
        return wording.angle
    changes = ["another wording"]
    changes += ["without a price"] if wish.dropped_price else []
    changes += ["shorter"] if wish.shorter else []
    return f"{wording.angle} (revised: {', '.join(changes)})"[:_LONGEST_ANGLE]


def _turn(words: str) -> int:
    """A number that is always the same for the same words."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big")
