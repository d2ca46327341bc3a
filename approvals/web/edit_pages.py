"""Editing a piece: its fields as they stand, and a new revision that the rules read before anyone else."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from approvals.editing import edit
from approvals.permissions import Action, permit
from approvals.pieces import StoredPiece, load_piece
from approvals.web.asking import piece_path
from approvals.web.page import Page, Visit
from approvals.web.piece_acts import as_shown
from approvals.web.sent import Sent
from campaign.channel import FORMATS, FieldLimit
from campaign.errors import BadInput, Refused, VallumError
from campaign.piece import FieldText, Piece

SPARE = 2
"""Empty lines offered below the entries of a list field."""


class EditPages:
    """The routes `/edit/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/edit/{piece_id:path}")(self.ask)
        self.router.post("/edit/{piece_id:path}")(self.keep)

    def ask(self, request: Request, piece_id: str) -> Response:
        """The fields of the latest revision, to be changed."""
        visit = self._page.visit(request)
        stored = load_piece(visit.gate.engine, piece_id)
        _permit(visit, stored)
        return self._form(request, stored, stored.piece.fields)

    def keep(self, request: Request, piece_id: str) -> Response:
        """Make the next revision, or show the form again with what was typed."""
        visit, sent = self._page.visit(request), self._page.sent(request)
        stored = load_piece(visit.gate.engine, piece_id)
        typed = typed_fields(stored.piece, sent)
        try:
            as_shown(stored, sent)
            before = stored.piece.fields
            changed = {name: text for name, text in typed.items() if text != _plain(before[name])}
            made = edit(
                visit.gate, piece_id, changed, by=visit.name, at=visit.at, reason=sent.one("reason"),
                seen=sent.one("seen"),
            )  # fmt: skip
        except (BadInput, Refused) as stopped:
            return self._form(request, stored, {**stored.piece.fields, **typed}, stopped)
        said = f"`{made.title}` is screened and {made.status.in_words}."
        return self._page.go(request, piece_path(piece_id), said)

    def _form(
        self,
        request: Request,
        stored: StoredPiece,
        fields: dict[str, FieldText],
        trouble: VallumError | None = None,
    ) -> Response:
        return self._page.render(
            request, "edit.html", trouble=trouble, stored=stored, piece=stored.piece, fields=fields,
            limits=limits_of(stored.piece), spare=SPARE,
        )  # fmt: skip


def typed_fields(piece: Piece, sent: Sent) -> dict[str, FieldText]:
    """The fields of a piece as a form sends them back; an entry of a list that is left empty goes."""
    typed: dict[str, FieldText] = {}
    texts, entries = sent.starting("text."), sent.starting("entry.")
    for name, value in piece.fields.items():
        if isinstance(value, str):
            if name in texts:
                typed[name] = texts[name]
            continue
        numbered = [(int(key.rpartition(".")[2]), text) for key, text in entries.items() if _is_of(key, name)]
        if numbered:
            typed[name] = tuple(text for _, text in sorted(numbered) if text.strip())
    return typed


def limits_of(piece: Piece) -> dict[str, FieldLimit]:
    """How much each field of the piece's channel holds."""
    forms = [form for form in FORMATS.values() if form.channel.value == piece.channel]
    return {limit.field: limit for form in forms for limit in form.limits}


def _is_of(key: str, name: str) -> bool:
    field, _, number = key.rpartition(".")
    return field == name and number.isdecimal() and len(number) < 4


def _plain(value: FieldText) -> FieldText:
    """A field's text as a form sends it back untouched."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _permit(visit: Visit, stored: StoredPiece) -> None:
    permit(visit.actor, Action.EDIT, stored.status, stored.title, speaker=stored.speaker)
