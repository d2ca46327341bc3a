"""Files a workspace keeps of the market: named by number and content, there whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from campaign.errors import BadInput, Unreadable


def write_whole(path: Path, text: str) -> Path:
    """Write a file so that a reader beside us never sees half of it.

    Raises:
        BadInput: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise BadInput(
            f"`{path.parent}` cannot be written: {error.strerror}.", "Free space or mend its permissions."
        ) from error
    return path


def keep_next(folder: Path, text: str, ending: str) -> Path:
    """Keep a text behind those already kept, as `0007-<hash of its content>.<ending>`.

    Raises:
        BadInput: the folder cannot be written.
    """
    number = max((int(path.name[:4]) for path in kept_paths(folder, ending)), default=0) + 1
    return write_whole(folder / f"{number:04d}-{_named(text)}.{ending}", text)


def kept_texts(folder: Path, ending: str) -> Iterator[tuple[Path, str]]:
    """What is kept, in the order in which it came.

    Raises:
        Unreadable: a file cannot be read, or its content is not the one it is named by.
    """
    for path in kept_paths(folder, ending):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(str(path), "cannot be read as UTF-8 text.", _REMEDY) from error
        if path.stem[5:] != _named(text):
            raise Unreadable(str(path), "was changed after it was kept.", _REMEDY)
        yield path, text


def kept_paths(folder: Path, ending: str) -> list[Path]:
    """The kept files of a folder, in the order in which they came."""
    return sorted(folder.glob(f"[0-9][0-9][0-9][0-9]-*.{ending}"))


_REMEDY = "Restore it from a backup, or remove it and import its figures again."


def _named(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
