"""One recipient's letter: approved text, personal slots, and the headers that mail systems ask for.

Headers: RFC 5322, RFC 2919 (`List-Id`), RFC 8058 (one-click unsubscribe). No header and no link carries
anything about a person: identities are hashes, and list and sender are the lender's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from urllib.parse import quote

from campaign.errors import Refused
from campaign.personal import Figure, personalised
from campaign.piece import Piece
from campaign.release import Release
from tools.channels.email_job import Addressee, EmailJob
from tools.channels.interface import Stay
from tools.channels.personal import (
    deliverable,
    greeting_name,
    is_rendering_of,
    merge,
    open_slots,
    slot_of,
    unsubscribe_token,
)
from tools.documents.letter import LetterText, letter_html, letter_plain, visible_words, words_of

_FIELDS = ("subject", "preheader", "headline", "body", "cta", "footer")


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header of web addresses: folded between them, never encoded, or mail programs lose the addresses."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: " + str(self).replace(", ", f",{policy.linesep} ") + policy.linesep


_HEADERS = HeaderRegistry()
for _name in ("list-id", "list-unsubscribe", "list-unsubscribe-post"):
    _HEADERS.map_to_type(_name, _Verbatim)
_WRITER = policy.SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be handed over.

    Attributes:
        slot: the recipient's slot in the ledger. sender, to: the envelope's addresses.
        message_id: the same for the same release, recipient and words, so that a second copy is recognisable.
        rendering_hash: SHA-256 over subject, text and HTML.
        content: the message as bytes, CRLF line ends.
    """

    slot: str
    sender: str
    to: str
    message_id: str
    rendering_hash: str
    content: bytes


def unsendable(piece: Piece, job: EmailJob) -> Stay | None:
    """Why no letter can be made of a piece, or nothing where one can: asked once, before any claim."""
    problem = _unfit_text(piece) or _unfit_sender(job)
    return Stay(problem, later=True) if problem else None


def _unfit_sender(job: EmailJob) -> str:
    if not deliverable(job.from_address):
        return "`channels.email.from_address` in lender.toml is no e-mail address"
    if not job.unsubscribe_base.startswith("https://"):
        return "one-click unsubscribe needs an https site, and `lender.url` names none"
    return ""


def _unfit_text(piece: Piece) -> str:
    """What in the approved text keeps it from being a letter."""
    listed = [name for name, value in piece.fields.items() if not isinstance(value, str)]
    strange = listed or [name for name in piece.fields if name not in (*_FIELDS, "landing_url")]
    if strange:
        return f"a letter has no field `{strange[0]}`"
    for name in ("subject", "body"):
        if not _text(piece, name).strip():
            return f"a letter needs a `{name}`"
    filled = {one.slot for one in piece.ranges}
    for name in _FIELDS:
        if waiting := [slot for slot in open_slots(_text(piece, name)) if slot not in filled]:
            return f"`{name}` still waits for a value (`{waiting[0]}`)"
    subject = _text(piece, "subject")
    if len(subject.splitlines()) > 1 or any(ord(letter) < 32 for letter in subject):
        return "the subject holds a line break or a control character"
    if "unsubscribe_url" not in _text(piece, "footer") + _text(piece, "body"):
        return "the text shows no `{{unsubscribe_url}}`"
    return ""


def compose(release: Release, job: EmailJob, addressee: Addressee, *, at: datetime) -> Letter:
    """Make one recipient's letter and prove it against the approved text.

    Raises:
        Refused: the finished bytes do not read as approved, or a rule objects to this rendering.
    """
    token = unsubscribe_token(addressee.contact_id, release.release_id)
    unsubscribe_url = job.unsubscribe_base + token
    figures = _figures(release.piece, job, addressee)
    values = {
        "first_name": greeting_name(addressee.first_name),
        "unsubscribe_url": unsubscribe_url,
        **{slot: figure.text for slot, figure in figures.items()},
    }
    numbers = {slot: figure.value for slot, figure in figures.items()}
    if reason := job.objection(personalised(release.piece, values, numbers)):
        raise _held(reason)
    text = _letter_text(release.piece, job, values)
    plain, html = letter_plain(text), letter_html(text)
    slot = slot_of(addressee.email)
    rendering = json.dumps([text.subject, plain, html], ensure_ascii=False).encode()
    rendering_hash = hashlib.sha256(rendering).hexdigest()
    identity = hashlib.sha256(f"{release.release_id}/{slot}/{rendering_hash}".encode()).hexdigest()[:40]
    message_id = f"<{identity}@{job.from_address.rpartition('@')[2].lower()}>"

    message = EmailMessage(policy=_WRITER)
    _address(message, job, addressee, at)
    message["Message-ID"] = message_id
    message["Subject"] = text.subject
    _list_headers(message, job, unsubscribe_url, token)
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{identity[:32]}")  # chosen, so that the same letter is the same bytes
    content = message.as_bytes()
    prove(content, release.piece, text, values)
    return Letter(slot, job.from_address, addressee.email, message_id, rendering_hash, content)


def _figures(piece: Piece, job: EmailJob, addressee: Addressee) -> dict[str, Figure]:
    """This person's numbers for the slots whose ranges were approved."""
    if not piece.ranges:
        return {}
    known = job.figures(addressee)
    missing = next((one.slot for one in piece.ranges if one.slot not in known), "")
    if missing:
        raise _held(f"no record gives its `{missing}`")
    return {one.slot: known[one.slot] for one in piece.ranges}


def _held(reason: str) -> Refused:
    return Refused(f"This rendering is held: {reason}", "Mend the recipient's record.")


def prove(content: bytes, piece: Piece, text: LetterText, values: Mapping[str, str]) -> None:
    """Read the finished bytes back as a mail program would and hold them against the approval (law 1).

    Raises:
        Refused: a field was changed on the way, or a part shows other words than the approved ones.
    """
    for name in _FIELDS:
        if not is_rendering_of(getattr(text, name), _text(piece, name), values):
            raise _not_as_approved(piece, name)
    message = message_from_bytes(content, policy=policy.SMTP)
    shown = " ".join(str(message["Subject"]).split())
    if shown != " ".join(text.subject.split()):
        raise _not_as_approved(piece, "subject")
    parts = {part.get_content_type(): str(part.get_content()) for part in message.iter_parts()}
    if list(parts) != ["text/plain", "text/html"]:
        raise _not_as_approved(piece, "body")
    if parts["text/plain"].replace("\r\n", "\n") != letter_plain(text).replace("\r\n", "\n"):
        raise _not_as_approved(piece, "body")
    approved = "\n".join((text.preheader, text.headline, text.body, text.cta, text.footer))
    if visible_words(parts["text/html"]) != words_of(approved):
        raise _not_as_approved(piece, "body")


def _not_as_approved(piece: Piece, name: str) -> Refused:
    return Refused(
        f"The letter of `{piece.piece_id}` does not show `{name}` as it was approved.",
        "Write the text in plain letters and approve it again.",
    )


def _letter_text(piece: Piece, job: EmailJob, values: Mapping[str, str]) -> LetterText:
    merged = {name: merge(_text(piece, name), values) for name in _FIELDS}
    return LetterText(
        **merged,
        landing_url=_text(piece, "landing_url") or job.landing_url,
        unsubscribe_url=values["unsubscribe_url"],
    )


def _address(message: EmailMessage, job: EmailJob, addressee: Addressee, at: datetime) -> None:
    message["Date"] = format_datetime(at)
    message["From"] = Address(display_name=" ".join(job.from_name.split()), addr_spec=job.from_address)
    message["To"] = Address(addr_spec=addressee.email)
    if deliverable(job.reply_to):
        message["Reply-To"] = Address(addr_spec=job.reply_to)


def _list_headers(message: EmailMessage, job: EmailJob, unsubscribe_url: str, token: str) -> None:
    domain = job.from_address.rpartition("@")[2].lower()
    mailto = f"mailto:{quote(job.from_address, safe='@')}?subject=unsubscribe%20{token}"
    message["List-Id"] = f"<{job.list_name}.{domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>, <{mailto}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _text(piece: Piece, name: str) -> str:
    value = piece.fields.get(name, "")
    return value if isinstance(value, str) else ""
