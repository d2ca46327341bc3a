"""Reading a small text file from an address: whole, in time, or not at all."""

from __future__ import annotations

import time

import httpx

from campaign.errors import BadInput, Unreadable

SECONDS = 30.0
"""For the whole download, so that a server that sends a byte at a time does not hold us."""
MOST_BYTES = 20_000_000
_REMEDY = "Try again later, or import a file with `vallum rates update FILE`."


def is_address(text: str) -> bool:
    """Whether a text is an address to download from, and not the name of a file."""
    return text.startswith(("http://", "https://"))


def without_query(address: str) -> str:
    """An address as it may be shown and kept: without user, password and query, which may hold keys."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return address.split("?")[0]
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"


def download(address: str, *, seconds: float = SECONDS) -> str:
    """The text at an address.

    Args:
        address: http or https; redirections are followed. seconds: for all of it.

    Raises:
        BadInput: it cannot be reached, answers with an error, takes too long or is too large.
        Unreadable: it ends too early, or is no UTF-8 text.
    """
    shown = without_query(address)
    try:
        content, promised = _content(address, shown, seconds)
    except httpx.TimeoutException as error:
        raise BadInput(f"{shown} did not answer within {seconds:g} seconds.", _REMEDY) from error
    except httpx.RemoteProtocolError as error:
        raise Unreadable(shown, "ended before all of it had come.", _REMEDY) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise BadInput(f"{shown} cannot be reached: {reason}.", _REMEDY) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(shown, "is no UTF-8 text.", "Name the address of a CSV file.") from error
    if not promised and not text.endswith("\n"):
        raise Unreadable(shown, "ends in the middle of a line.", _REMEDY)
    return text


def _content(address: str, shown: str, seconds: float) -> tuple[bytes, bool]:
    """The bytes, and whether the server said how many there are, so that a cut would have been noticed."""
    ends = time.monotonic() + seconds
    content = bytearray()
    asked = {"accept": "text/csv, text/plain, */*;q=0.5"}
    with (
        httpx.Client(timeout=seconds, follow_redirects=True, max_redirects=5) as client,
        client.stream("GET", address, headers=asked) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            said = f"{answer.status_code} {answer.reason_phrase}".strip()
            raise BadInput(f"{shown} answers `{said}`.", "Check the address.")
        for part in answer.iter_bytes():
            content += part
            if time.monotonic() > ends:
                raise BadInput(f"{shown} did not finish within {seconds:g} seconds.", _REMEDY)
            if len(content) > MOST_BYTES:
                raise BadInput(f"{shown} is larger than {MOST_BYTES:,} bytes.", "Check the address.")
        headers = answer.headers
        return bytes(content), "content-length" in headers or "transfer-encoding" in headers
