"""What a browser sent: the fields of one form, read once, no larger than a form of ours can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

MOST_BYTES = 256 * 1024
MOST_FIELDS = 400
FORM = "application/x-www-form-urlencoded"


class Sent:
    """The fields of a form; a field that is not there is empty."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """A field's text with its ends trimmed, line ends as everywhere else; empty where it is missing."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """A field's text as typed, with one kind of line end."""
        return (self._fields.get(name) or [""])[-1].replace("\r\n", "\n").replace("\r", "\n")

    def starting(self, prefix: str) -> dict[str, str]:
        """The fields whose names start so, by the rest of their names."""
        return {name[len(prefix) :]: self.raw(name) for name in self._fields if name.startswith(prefix)}


async def read_sent(request: Request) -> None:
    """Read the form of a request into `request.state.sent`.

    Raises:
        HTTPException: 413 too large, 415 no form, 422 not readable.
    """
    request.state.sent = Sent({})
    if request.method in ("GET", "HEAD"):
        return
    body = await _body(request)
    if body and request.headers.get("content-type", "").partition(";")[0].strip().casefold() != FORM:
        raise HTTPException(415, "This page takes forms only.")
    try:
        text = body.decode("ascii")  # what is no ASCII comes percent-encoded
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise HTTPException(422, "The form cannot be read; load the page again and send it anew.") from error
    request.state.sent = Sent(fields)


async def _body(request: Request) -> bytes:
    too_large = HTTPException(
        413, f"What was sent is larger than {MOST_BYTES // 1024} KB; send less at once."
    )
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MOST_BYTES:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise too_large
    except ClientDisconnect as gone:
        raise HTTPException(422, "The form did not arrive whole.") from gone
    return bytes(body)
