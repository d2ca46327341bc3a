"""Names of files, made of ids that anyone may have typed: no id leads out of the package or collides."""

from __future__ import annotations

import re

from approvals.chain import text_hash

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60


def safe_name(name: str) -> str:
    """An id as a file's name: plain characters of it, and eight digits of its hash that keep it apart."""
    plain = _UNSAFE.sub("-", name).strip(".-_")[:_LONGEST].rstrip(".-_")
    return f"{plain or 'x'}-{text_hash(name)[:8]}"
