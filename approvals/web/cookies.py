"""Cookies as this page sets them: out of reach of scripts, and of forms that other sites send."""

from __future__ import annotations

from fastapi import Response


def keep(answer: Response, name: str, value: str, *, seconds: int, secure: bool) -> None:
    """Have a browser send a value back for some time.

    Args:
        secure: over https only.
    """
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="strict", secure=secure)


def drop(answer: Response, name: str, *, secure: bool) -> None:
    """Have a browser forget it; the flags are those it was kept with, or browsers keep it."""
    answer.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=secure)
