"""Notices by webhook: signed JSON to the one address that the lender configured.

Headers and signature are those of Standard Webhooks 1.0 (standardwebhooks.com), so that receivers can check
them with any of its libraries: `webhook-id`, `webhook-timestamp`, and `webhook-signature` with an
HMAC-SHA256 over all three, the body included. The id is that of the matter: whoever gets it twice knows it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from campaign.errors import BadInput, Refused

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 3
_PREFIX = "whsec_"
_SHORTEST_SECRET = 16
_AGAIN = "It is tried again at the next `vallum notify`."


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where notices are posted.

    Attributes:
        url: https, or http on this machine. secret: what they are signed with.
        timeout: seconds to wait for each step of an answer.
        wait: called with the seconds to wait before another attempt.
    """

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    timeout: float = 10.0
    wait: Callable[[float], None] = time.sleep

    @property
    def host(self) -> str:
        """How sentences name it: an address may itself be a secret."""
        return urlsplit(self.url).hostname or ""

    def post(self, document: Mapping[str, Any], *, key: str, at: datetime) -> str:
        """Post one document.

        An answer of 5xx, or none, is tried again a few times. Redirects are not followed.

        Args:
            key: the matter, hashed into the id. at: aware; the signed timestamp.

        Returns:
            The answer and the host, as evidence.

        Raises:
            Refused: the other side does not take it.
        """
        import httpx

        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json", **self.sign(body, key=key, at=at)}
        # no proxy and no .netrc: nothing is contacted but the configured address
        with httpx.Client(timeout=self.timeout, follow_redirects=False, trust_env=False) as client:
            for attempt in range(1, ATTEMPTS + 1):
                answer = self._attempt(client, body, headers)
                if isinstance(answer, int) and answer < 500:
                    return self._judge(answer)
                if attempt < ATTEMPTS:
                    self.wait(2.0**attempt)
        said = f"answered {answer}" if isinstance(answer, int) else f"cannot be reached ({answer})"
        raise Refused(f"The webhook at `{self.host}` {said}, {ATTEMPTS} times.", _AGAIN)

    def sign(self, body: bytes, *, key: str, at: datetime) -> dict[str, str]:
        """The three headers that prove who sent a body, and when."""
        name = f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        stamp = str(int(at.timestamp()))
        return {
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, name, stamp, body),
        }

    def _attempt(self, client: httpx.Client, body: bytes, headers: Mapping[str, str]) -> int | str:
        """The status of one attempt, or why there is none; what the other side writes is not read."""
        import httpx

        try:
            with client.stream("POST", self.url, content=body, headers=dict(headers)) as answer:
                return answer.status_code
        except (httpx.TransportError, httpx.InvalidURL) as error:
            return type(error).__name__

    def _judge(self, status: int) -> str:
        if status // 100 == 2:
            return f"{status} from {self.host}"
        if status // 100 == 3:
            raise Refused(
                f"The webhook at `{self.host}` answered {status}, a way to another address; it is not taken.",
                "Set the environment variable to the address where it leads.",
            )
        raise Refused(
            f"The webhook at `{self.host}` refused the notice ({status}).",
            "Check its address and its secret; it is tried again at the next `vallum notify`.",
        )


def signature(secret: bytes, name: str, stamp: str, body: bytes) -> str:
    """What Standard Webhooks 1.0 signs a body with: `v1,` and the HMAC-SHA256 in base64."""
    signed = hmac.new(secret, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def webhook(
    url: str, secret: str, *, names: tuple[str, str], wait: Callable[[float], None] = time.sleep
) -> Webhook:
    """A webhook from what the environment holds.

    Args:
        secret: `whsec_` and base64, or any words of 16 characters or more.
        names: of the two environment variables, for sentences; their values are never shown.
        wait: as of `Webhook`.

    Raises:
        BadInput: one is missing, the address is neither https nor on this machine, or the secret is none.
    """
    for name, value in zip(names, (url, secret), strict=True):
        if not value.strip():
            raise BadInput(
                f"`{name}`, named in lender.toml for the webhook, is not set in the environment.", "Set it."
            )
    if fault := _unfit(url.strip()):
        raise BadInput(f"`{names[0]}` {fault}.", "Set it to an address with https.")
    return Webhook(url.strip(), _key(secret.strip(), names[1]), wait=wait)


def _unfit(url: str) -> str:
    """What is wrong with an address, as the end of a sentence."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "holds no web address"
    if (
        not host
        or not url.isascii()
        or not url.isprintable()
        or " " in url
        or parts.scheme not in ("http", "https")
    ):
        return "holds no web address"
    if parts.scheme == "http" and not _is_this_machine(host):
        return f"leads to `{host}` without https"
    return ""


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _key(secret: str, name: str) -> bytes:
    try:
        coded = secret.removeprefix(_PREFIX)
        key = base64.b64decode(coded, validate=True) if coded != secret else secret.encode()
    except binascii.Error as error:
        raise BadInput(
            f"`{name}` begins with `{_PREFIX}` and is no base64 after it.", "Copy it anew."
        ) from error
    if len(key) < _SHORTEST_SECRET:
        raise BadInput(
            f"`{name}` holds {len(key)} bytes; a secret has at least {_SHORTEST_SECRET}.",
            "Make a longer one.",
        )
    return key
