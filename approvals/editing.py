"""Edits by people: a new revision with its author, screened again; no approval is carried over (law 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from approvals.audit import record
from approvals.database import writing
from approvals.decisions import find_seen
from approvals.evidence import must_stand
from approvals.gate import Gate
from approvals.names import fold
from approvals.people import who_is
from approvals.permissions import Action, permit
from approvals.pieces import StoredPiece, find_piece, noun_hash, stored_piece
from approvals.statuses import Status
from approvals.store import enter, supersede
from campaign.claim import Binding
from campaign.errors import BadInput
from campaign.piece import FieldText, Piece

LONGEST_FIELD = 20_000
_JOINED = re.compile(r"\w\w|\d[.,]\d")


def edit(
    gate: Gate,
    piece_id: str,
    fields: Mapping[str, FieldText],
    *,
    by: str,
    at: datetime,
    reason: str = "",
    seen: str | None = None,
) -> StoredPiece:
    """Change fields of the latest revision, which makes the next one.

    A value that still stands in the new text exactly once stays bound to its claim; any other number is bound
    to nothing, and the rules say so (law 2).

    Args:
        fields: field name -> its new text; a list field takes a tuple. What is not named stays.
        seen: content hash of what was edited; None takes the latest, whatever it says.

    Returns:
        The new revision, screened: `blocked` or `pending`.

    Raises:
        NotPermitted: they may not. Refused: the piece is settled, or its record was changed.
        BadInput: an unknown field, a text where a list is, nothing changed, or a field longer than 20,000
            characters.
    """
    with writing(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        row = find_seen(session, piece_id, seen)
        stored = stored_piece(session, row)
        permit(actor, Action.EDIT, stored.status, stored.title, speaker=stored.speaker)
        must_stand(session, row, stored, f"Cannot edit `{stored.title}`")
        piece = edited(stored.piece, fields, author=actor.name)
        after = stored.model_copy(
            update={
                "piece": piece, "status": Status.DRAFTED, "findings": gate.screen(piece, at),
                "pack_version": gate.pack.version, "submitted_at": at, "content_hash": piece.content_hash,
                "decision": None, "endorsements": (), "waivers": (), "due_at": None,
            }
        )  # fmt: skip
        supersede(session, row, after.title, at)
        enter(session, after, gate.lender)
        details = {"fields": sorted(fields), "reason": reason, "was": noun_hash(row.noun)}
        record(session, event="piece.edited", subject=after.title, by=actor.name, at=at, details=details)
        session.flush()
        return stored_piece(session, find_piece(session, piece_id))


def edited(piece: Piece, fields: Mapping[str, FieldText], *, author: str) -> Piece:
    """The next revision of a piece with some fields changed, bound anew.

    Raises:
        BadInput: as `edit`.
    """
    changed = {name: _fitting(piece, name, value) for name, value in fields.items()}
    after = {**piece.fields, **changed}
    if after == piece.fields:
        raise BadInput(f"Nothing in `{piece.piece_id}` would change.", "Give a field another text.")
    authors = (
        piece.authors if fold(author) in {fold(one) for one in piece.authors} else (*piece.authors, author)
    )
    draft = piece.model_copy(update={"fields": after, "revision": piece.revision + 1, "authors": authors})
    kept = [one for one in piece.bindings if _root(one.field) not in changed]
    return draft.model_copy(update={"bindings": (*kept, *_bound_anew(draft, piece, changed))})


def _fitting(piece: Piece, name: str, value: FieldText) -> FieldText:
    if name not in piece.fields:
        raise BadInput(f"`{piece.piece_id}` has no field `{name}`.", f"It has {', '.join(piece.fields)}.")
    if isinstance(value, str) != isinstance(piece.fields[name], str):
        kind = "one text" if isinstance(piece.fields[name], str) else "a list of texts"
        raise BadInput(f"`{name}` of `{piece.piece_id}` is {kind}.", "Give it in that form.")
    texts = (value,) if isinstance(value, str) else value
    if any(len(text) > LONGEST_FIELD for text in texts):
        raise BadInput(f"`{name}` is longer than {LONGEST_FIELD} characters.", "Shorten it.")
    return value


def _bound_anew(draft: Piece, before: Piece, changed: Iterable[str]) -> list[Binding]:
    """Bindings of the changed fields, by the text of each value that stood there before."""
    texts = {claim.slot: claim.text for claim in before.claims or ()}
    found: list[Binding] = []
    for field, text in draft.texts():
        if _root(field) not in changed:
            continue
        slots = {one.slot for one in before.bindings if _root(one.field) == _root(field)}
        for slot in sorted(slots, key=lambda slot: (-len(texts.get(slot, "")), slot)):
            shown = texts.get(slot, "")
            if not shown or text.count(shown) != 1:
                continue
            start = text.index(shown)
            end = start + len(shown)
            if not _stands_alone(text, start, end):
                continue
            if all(end <= one.start or start >= one.end for one in found if one.field == field):
                found.append(Binding(field=field, start=start, end=end, slot=slot))
    return sorted(found, key=lambda one: (one.field, one.start))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a value is no part of a longer word or number (`6.125%` in `16.125%`, `30` in `30,000`)."""
    return not (
        _JOINED.match(text[max(start - 2, 0) : start + 1][::-1]) or _JOINED.match(text[end - 1 : end + 2])
    )


def _root(field: str) -> str:
    return field.partition("[")[0]
