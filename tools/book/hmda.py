"""Public loan files (HMDA)."""

from __future__ import annotations
from collections.abc import Sequence
from typing import Any
from tools.book.conversion import Converted


def known_hmda_headers(cells: Sequence[str]) -> int:
    return 0


def convert_hmda(raw: Any, header: Sequence[str], file: str, source: str) -> tuple[Converted, Any]:
    raise NotImplementedError
