"""The sentence that tells, on the next page, what became of a form: carried once, in a cookie we signed.

Signed with the session's own secret, because a cookie can be set from a neighbouring host and what stands
on this page is believed.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from fastapi import Request, Response

from approvals.logins import Login
from approvals.web.cookies import keep

NOTICE_COOKIE = "vallum_notice"
_LONGEST = 600  # a browser drops cookies of more than 4 KB


def say(response: Response, login: Login, sentence: str, *, secure: bool) -> None:
    """Show a sentence on the page that comes next."""
    carried = urlsafe_b64encode(sentence[:_LONGEST].encode()).decode()
    signed = f"{carried}.{_mark(login, carried)}"
    keep(response, NOTICE_COOKIE, signed, seconds=60, secure=secure)


def read_notice(request: Request, login: Login) -> str:
    """The sentence to show, empty where there is none or it is not ours."""
    carried, _, mark = request.cookies.get(NOTICE_COOKIE, "").partition(".")
    if not hmac.compare_digest(_mark(login, carried).encode(), mark.encode()):
        return ""
    try:
        return urlsafe_b64decode(carried).decode()
    except (NotBase64, UnicodeDecodeError):
        return ""


def _mark(login: Login, carried: str) -> str:
    return hmac.new(login.csrf.encode(), f"notice {carried}".encode(), hashlib.sha256).hexdigest()
