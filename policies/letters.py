"""E-mail files: what a mail program shows of them, and the texts attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Literal

from campaign.errors import Unreadable
from campaign.piece import FieldText
from policies.manuscript import LeftOut, Manuscript, Read, Settings, piece_of

View = Literal["html", "plain"]
_HEADERS = ("From", "To", "Subject", "Date", "MIME-Version", "Content-Type")
_TEXTS = ("text/plain", "text/html", "text/markdown")


def read_letter(place: str, content: bytes, settings: Settings) -> Iterator[Read]:
    """An e-mail as its readers see it: a piece for the HTML, one for the plain text where both are there.

    Text files attached are pieces of their own on the settings' channel; attached messages are letters.

    Args:
        place: the file. content: its bytes. settings: states, products and audience of the letter.

    Raises:
        Unreadable: it is no e-mail, or its text cannot be decoded.
    """
    try:
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        yield from _letter(place, place, message, settings)
    except (LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Unreadable(
            place, f"cannot be read as an e-mail ({type(error).__name__}: {error}).", "Save it again as .eml."
        ) from error


def _letter(place: str, file: str, message: EmailMessage, settings: Settings) -> Iterator[Read]:
    if not any(message[name] for name in _HEADERS):
        raise Unreadable(place, "is no e-mail (it has no headers).", "Save the message as .eml.")
    mail = Settings("email", settings.states, settings.products, settings.audience)
    subject = _clean(str(message["subject"] or ""))
    views: dict[str, str] = {}
    for view in ("html", "plain"):
        text = "\n\n".join(_clean(one) for one in _shown(message, view))
        if text.strip() and text not in views.values():
            views[view] = text
    if not views:
        raise Unreadable(place, "is no e-mail with a readable text.", "Save the message as .eml.")
    for number, text in enumerate(views.values()):
        where = f"{place}:text" if number else place
        fields: dict[str, FieldText] = {"subject": subject, "body": text, **_sender(message)}
        yield Manuscript(where, piece_of(where, fields, mail), file)
    yield from _attached(place, file, message, settings)


def _sender(message: EmailMessage) -> dict[str, str]:
    """Who the letter says it comes from and answers go to, as a mail program shows it."""
    named = {"from": message["From"], "reply_to": message["Reply-To"]}
    return {field: _clean(str(said)) for field, said in named.items() if said}


def _shown(part: EmailMessage, view: View) -> Iterator[str]:
    """The texts that a mail program which prefers a view shows, in order."""
    if part.is_attachment() or part.get_content_type() == "message/rfc822":
        return
    if not part.is_multipart():
        if part.get_content_type() in _TEXTS:
            yield _text(part)
        return
    parts = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
    if part.get_content_type() == "multipart/alternative":
        wanted = [one for one in parts if any(_is(inner, view) for inner in one.walk())]
        readable = wanted or [one for one in parts if any(_is(inner, None) for inner in one.walk())]
        parts = readable[-1:]
    for one in parts:
        yield from _shown(one, view)


def _is(part: object, view: View | None) -> bool:
    kind = part.get_content_type() if isinstance(part, EmailMessage) else ""
    return kind in _TEXTS if view is None else kind == f"text/{view}"


def _attached(place: str, file: str, message: EmailMessage, settings: Settings) -> Iterator[Read]:
    unnamed = count(1)
    for part in _leaves(message):
        kind = part.get_content_type()
        if not part.is_attachment() and kind in _TEXTS:
            continue
        where = f"{place}:{_clean(part.get_filename() or f'part {next(unnamed)}')}"
        if kind == "message/rfc822":
            inner = part.get_payload(0)
            assert isinstance(inner, EmailMessage)
            yield from _letter(where, file, inner, settings)
        elif kind in _TEXTS:
            yield Manuscript(where, piece_of(where, {"body": _clean(_text(part))}, settings), file)
        else:
            yield LeftOut(where, f"{kind} is no kind of text")


def _leaves(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something, attached messages unopened."""
    if part.is_multipart() and part.get_content_type() != "message/rfc822":
        for one in part.iter_parts():
            assert isinstance(one, EmailMessage)
            yield from _leaves(one)
    else:
        yield part


def _text(part: EmailMessage) -> str:
    content = part.get_content()
    return content if isinstance(content, str) else bytes(content).decode("utf-8", "replace")


def _clean(text: str) -> str:
    """The text without halves of characters, which broken headers leave behind."""
    return text.encode("utf-8", "replace").decode("utf-8")
