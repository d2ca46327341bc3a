"""Folders and file names: which files below them are texts, and which are left out and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from campaign.errors import BadInput, Unreadable
from policies.manuscript import LeftOut, Unread

PLAIN = (".txt", ".md", ".markdown", ".html", ".htm")
KNOWN = (*PLAIN, ".eml", ".csv", ".json", ".jsonl")


def printable(path: Path) -> str:
    """A path as it can be written anywhere, bytes that are no UTF-8 as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def texts_at(path: Path) -> Iterator[Path | Unread | LeftOut]:
    """The texts that a name stands for: a file itself, or every known kind below a folder, in order.

    Links to folders are not followed, so that no loop is walked; hidden files and folders are left out.

    Raises:
        BadInput: there is nothing of that name, or the folder holds no text.
    """
    if not path.is_dir():
        yield _file(path)
        return
    found = sorted(_below(path), key=lambda one: one.place if not isinstance(one, Path) else printable(one))
    if all(isinstance(one, LeftOut) for one in found):
        raise BadInput(
            f"Folder `{printable(path)}` holds no text that can be checked.", f"Known are {', '.join(KNOWN)}."
        )
    yield from found


def _file(path: Path) -> Path:
    if not path.exists():
        raise BadInput(f"`{printable(path)}` is neither a file nor a folder.", "Check the path.")
    if path.suffix.lower() not in KNOWN and path.suffix:
        raise Unreadable(
            printable(path),
            f"`{path.suffix}` is no kind of text that can be checked.",
            f"Save it as one of {', '.join(KNOWN)}.",
        )
    return path


def _below(folder: Path) -> Iterator[Path | Unread | LeftOut]:
    refused: list[Unread] = []

    def refuse(error: OSError) -> None:
        place = printable(Path(error.filename))
        refused.append(Unread(place, Unreadable(place, f"cannot be opened: {error.strerror}.")))

    for name, folders, files in os.walk(folder, onerror=refuse):
        here = Path(name)
        kept = []
        for inner in folders:
            if inner.startswith("."):
                yield LeftOut(printable(here / inner), "hidden")
            elif (here / inner).is_symlink():
                yield LeftOut(printable(here / inner), "a link to a folder")
            else:
                kept.append(inner)
        folders[:] = kept
        yield from (_sorted_out(here / one) for one in files)
    yield from refused


def _sorted_out(path: Path) -> Path | Unread | LeftOut:
    if path.name.startswith("."):
        return LeftOut(printable(path), "hidden")
    if path.suffix.lower() not in KNOWN:
        return LeftOut(printable(path), f"{path.suffix or 'no ending'} is no kind of text")
    if not path.is_file():
        sentence = Unreadable(printable(path), "is no file, or a link that leads nowhere.", "Remove it.")
        return Unread(printable(path), sentence)
    return path
