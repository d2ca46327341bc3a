"""What a command answers: one document for scripts, one view for people, one exit code.

Commands return it and `cli.py` alone prints it, so that no room writes to a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished command.

    Attributes:
        document: what `--json` prints: JSON values only (dict, list, str, int, float, bool, None).
        view: makes what a person reads: strings and rich renderables, in order. A callable, so that
            rich is imported only when a person is reading.
        as_json: whether the person asked for the document.
        exit_code: 0 fine, 1 the answer is no, 2 bad input.
        lines: the document is a list to be printed one JSON value a line (`check --batch`, `apr --batch`).
    """

    document: Any
    view: Callable[[], Sequence[Any]]
    as_json: bool = False
    exit_code: int = 0
    lines: bool = False
