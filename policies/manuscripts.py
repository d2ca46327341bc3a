"""Reading what is to be checked: files, folders and standard input become manuscripts.

A plain text, Markdown or HTML file is a piece with a body; an e-mail has a subject and a body; a CSV holds a
piece per row; a `.json` or `.jsonl` file holds cases. Spans in findings are those of the field. What cannot
be read is told apart from what is no text, and neither stops the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import BadInput, Unreadable, VallumError
from policies.cases import read_case
from policies.decoding import MOST_BYTES, decoded
from policies.folders import printable, texts_at
from policies.letters import read_letter
from policies.manuscript import LeftOut, Manuscript, Read, Settings, Unread, of_case, piece_of, plain
from policies.piece_tables import read_rows


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that was named to be checked.

    Attributes:
        manuscripts: pieces, in the order of the names.
        unread: what should have been one and could not be read.
        left_out: what is no text, lies hidden or is empty.
    """

    manuscripts: tuple[Manuscript, ...]
    unread: tuple[Unread, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def read_manuscripts(
    names: Sequence[str], settings: Settings, *, standard_input: Callable[[], bytes]
) -> Desk:
    """Read files, folders (every known kind below them) and `-`.

    Raises:
        BadInput: the settings name what does not exist, or nothing could be read at all.
    """
    piece_of("the options", {"body": ""}, settings)
    taken: set[Path] = set()
    read = [one for name in dict.fromkeys(names) for one in _named(name, settings, standard_input, taken)]
    desk = Desk(
        tuple(one for one in read if isinstance(one, Manuscript)),
        tuple(one for one in read if isinstance(one, Unread)),
        tuple(one for one in read if isinstance(one, LeftOut)),
    )
    if not desk.manuscripts:
        raise _nothing(desk)
    return desk


def case_lines(text: str) -> list[str]:
    """The lines of a file of cases, so that answers and lines are as many.

    Only a line feed ends a line: JSON strings may hold the other characters that Unicode breaks lines at.
    """
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines[:-1] if not lines[-1] else lines)]


def _nothing(desk: Desk) -> VallumError:
    """Why nothing was checked."""
    if len(desk.unread) == 1 and not desk.left_out:
        return desk.unread[0].error
    reasons = [str(one.error) for one in desk.unread]
    reasons += [f"{one.place}: {one.reason}." for one in desk.left_out]
    return BadInput("Nothing could be checked.", "\n".join(reasons))


def _named(
    name: str, settings: Settings, standard_input: Callable[[], bytes], taken: set[Path]
) -> Iterator[Read]:
    """What a name stands for; a file that another name has brought already is not read twice."""
    if name == "-":
        yield from _attempt("-", lambda: _text("-", standard_input(), settings))
        return
    path = Path(name)
    try:
        for one in texts_at(path):
            if not isinstance(one, Path):
                yield one
            elif one.absolute() not in taken:
                taken.add(one.absolute())
                yield from _file(one, settings)
    except VallumError as error:
        yield Unread(printable(path), error)


def _file(path: Path, settings: Settings) -> Iterator[Read]:
    place = printable(path)
    return _attempt(place, lambda: _read(place, path.suffix.lower(), _content(path), settings))


def _attempt(place: str, reading: Callable[[], Iterator[Read]]) -> Iterator[Read]:
    try:
        yield from reading()
    except VallumError as error:
        yield Unread(place, error)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(
            printable(path), f"cannot be read: {error.strerror}.", "Check its permissions."
        ) from error


def _read(place: str, kind: str, content: bytes, settings: Settings) -> Iterator[Read]:
    if not content.strip():
        yield LeftOut(place, "is empty")
    elif kind == ".eml":
        yield from read_letter(place, content, settings)
    elif kind == ".csv":
        yield from read_rows(place, decoded(content, place)[0], settings)
    elif kind == ".json":
        yield from _cases(place, decoded(content, place)[0])
    elif kind == ".jsonl":
        yield from _case_lines(place, decoded(content, place)[0])
    else:
        yield from _text(place, content, settings)


def _text(place: str, content: bytes, settings: Settings) -> Iterator[Read]:
    text, encoding = decoded(content, place)
    if not text.strip():
        yield LeftOut(place, "is empty")
    else:
        yield plain(place, text, settings, whole=True, encoding=encoding)


def _cases(place: str, text: str) -> Iterator[Read]:
    """One case, or a list of them."""
    if not text.lstrip("\ufeff \t\r\n").startswith("["):
        yield of_case(read_case(text, place), place, None)
        return
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(place, f"is no JSON: {error}.", "Write a case, or a list of cases.") from error
    for number, raw in enumerate(listed, start=1):
        where = f"{place}[{number}]"
        try:
            if not isinstance(raw, dict):
                raise Unreadable(where, "is no case.", "Write a JSON object.")
            case = read_case(json.dumps(raw), where)
            yield Manuscript(where, case.piece(), place, case=case)
        except VallumError as error:
            yield Unread(where, error)


def _case_lines(place: str, text: str) -> Iterator[Read]:
    for number, line in enumerate(case_lines(text), start=1):
        where = f"{place}:{number}"
        if not line.strip():
            continue
        try:
            yield of_case(read_case(line, where), place, number)
        except VallumError as error:
            yield Unread(where, error)
