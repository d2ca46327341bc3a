"""A letter as its reader gets it, in a frame that can do nothing.

The frame's document is the very HTML that is sent, inline styles included, which the page's own content
security policy would not let a `srcdoc` frame show: so it comes from an address of its own, under a policy
that allows styles and nothing else, and that sandboxes it even where it is opened by itself.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from approvals.permissions import Action, permit
from approvals.pieces import load_piece
from approvals.web.page import Page
from approvals.web.previews.fields import text_of
from approvals.web.previews.slots import EXAMPLES, example_of
from campaign.master import SLOT
from campaign.piece import Piece
from tools.documents.letter import LetterText, letter_html

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
        "form-action 'none'; sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_FIELDS = ("subject", "body", "preheader", "headline", "cta", "footer")
_CHIP = (
    '<span title="Example, filled in for each recipient" style="background:#fdf1d8;color:#222222;'
    'border-bottom:2px dotted #7a4d00;padding:0 2px;">'
)


def letter_path(piece_id: str, revision: int) -> str:
    """The address of a letter's document."""
    return f"/letters/{quote(piece_id, safe='')}/{revision}"


class Letters:
    """The route `/letters/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/letters/{piece_id:path}/{revision}")(self.show)

    def show(self, request: Request, piece_id: str, revision: Annotated[int, Path(ge=1)]) -> HTMLResponse:
        """The document of one letter."""
        visit = self._page.visit(request)
        stored = load_piece(visit.gate.engine, piece_id, revision)
        permit(visit.actor, Action.VIEW, stored.status, stored.title)
        return HTMLResponse(letter_document(stored.piece, visit.gate.lender.url), headers=HEADERS)


def letter_document(piece: Piece, landing_url: str) -> str:
    """The letter of a piece as one HTML document, personal slots filled with marked examples.

    Links open nowhere: the frame may neither leave itself nor open a window.

    Args:
        landing_url: where the button leads, as the publisher has it from lender.toml; empty leaves it out.
    """
    opening, closing = _unused_pair(piece)

    def filling(text: str) -> str:
        def example(slot: str, written: str) -> str:
            shown = example_of(piece, slot)
            # an address stays whole, so that the letter makes it the link that it will be
            return EXAMPLES[slot] if slot == "unsubscribe_url" else f"{opening}{shown or written}{closing}"

        return SLOT.sub(lambda match: example(match[1], match[0]), text)

    texts = {field: filling(text_of(piece, field)) for field in _FIELDS}
    text = LetterText(**texts, landing_url=landing_url, unsubscribe_url=EXAMPLES["unsubscribe_url"])
    html = letter_html(text)
    html = html.replace("<head>", '<head>\n<base target="_blank">', 1)
    title, rest = html.split("</title>", 1)
    title = title.replace(opening, "").replace(closing, "")
    return f"{title}</title>{rest.replace(opening, _CHIP).replace(closing, '</span>')}"


def _unused_pair(piece: Piece) -> tuple[str, str]:
    """Two characters that stand nowhere in a piece: whoever writes them cannot make a mark of their own."""
    used = set("".join(text for _, text in piece.texts())) | set(
        piece.originator.name if piece.originator else ""
    )
    private = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in used)
    return next(private), next(private)
