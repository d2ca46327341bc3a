"""Where a key stands in a TOML file, so that a fault in it can be told with its line."""

from __future__ import annotations

import re


def line_of(text: str, path: list[str]) -> int | None:
    """The line where a key of a TOML file stands, counted from 1; None where it cannot be told.

    `[lender]` keys come without their table, as `parse_lender` flattens them; a number in the path counts
    tables of one name (`[[originators]]`).
    """
    lines = text.splitlines()
    start = 0
    for depth in range(len(path), 0, -1):
        names = [part for part in path[:depth] if not part.isdigit()]
        found = _headers(lines, ".".join(names))
        if found:
            counted = [int(part) for part in path[:depth] if part.isdigit()]
            start = found[min(counted[-1] if counted else 0, len(found) - 1)]
            break
    key = next((part for part in reversed(path) if not part.isdigit()), "")
    wanted = re.compile(rf"^\s*{re.escape(key)}\s*=")
    for index in range(start, len(lines)):
        if wanted.match(lines[index]):
            return index + 1
    return start + 1 if start else None


def _headers(lines: list[str], table: str) -> list[int]:
    header = re.compile(rf"^\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
    return [index for index, line in enumerate(lines) if header.match(line)]
