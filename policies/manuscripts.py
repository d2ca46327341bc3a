"""Manuscripts: texts as files hold them, read into pieces that rules can be asked about.

A plain text, Markdown or HTML file is a piece with a body; an e-mail has a subject and a body; a CSV holds a
piece per row; a `.json` or `.jsonl` file holds cases. Spans in findings are those of the field.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from campaign.errors import BadInput, Unreadable
from campaign.piece import FieldText, Piece
from policies.cases import Case, case_of, read_case

PLAIN = (".txt", ".md", ".markdown", ".html", ".htm")
KNOWN = (*PLAIN, ".eml", ".csv", ".json", ".jsonl")
LISTS = ("headlines", "descriptions")
_CASE_COLUMNS = ("id", "channel", "audience", "states", "products")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is said of plain files on the command line: where they appear, to whom, of what they speak."""

    channel: str
    states: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    audience: str = "consumer"


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A piece and where it was read.

    Attributes:
        place: file name, or `file:line` of a row or a case.
        piece: what rules are asked about.
        case: the case behind it, for its own moment of sending; None where there is none.
        path: the file, where its whole text is the piece's body and so may be mended; else None.
    """

    place: str
    piece: Piece
    case: Case | None = None
    path: Path | None = None


def read_manuscripts(
    names: Sequence[str], settings: Settings, *, standard_input: Callable[[], str]
) -> tuple[Manuscript, ...]:
    """Read files, folders (every known kind below them) and `-`.

    Raises:
        BadInput: a name is neither a file nor a folder, or a folder holds nothing that can be read.
        Unreadable: a file is not what its name says.
    """
    found: list[Manuscript] = []
    for name in names:
        if name == "-":
            found.append(_plain("-", standard_input(), settings, path=None))
            continue
        for path in _files(Path(name)):
            found += _read(path, settings)
    return tuple(found)


def case_lines(text: str) -> list[str]:
    """The lines of a file of cases, so that answers and lines are as many.

    Only a line feed ends a line: JSON strings may hold the other characters that Unicode breaks lines at.
    """
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines[:-1] if not lines[-1] else lines)]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        below = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in KNOWN)
        if not below:
            raise BadInput(
                f"Folder `{path}` holds no text that can be checked.", f"Known are {', '.join(KNOWN)}."
            )
        return below
    if not path.is_file():
        raise BadInput(f"`{path}` is neither a file nor a folder.", "Check the path.")
    return [path]


def _read(path: Path, settings: Settings) -> Iterator[Manuscript]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), f"cannot be read: {error.strerror}.", "Check its permissions.") from error
    kind = path.suffix.lower()
    if kind == ".eml":
        yield _letter(str(path), content, settings)
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(str(path), "is no UTF-8 text.", "Save it as UTF-8.") from error
    if kind == ".csv":
        yield from _rows(str(path), text, settings)
    elif kind == ".json":
        yield _case(str(path), read_case(text, str(path)))
    elif kind == ".jsonl":
        for number, line in enumerate(case_lines(text), start=1):
            if line.strip():
                yield _case(f"{path}:{number}", read_case(line, f"{path}:{number}"))
    else:
        yield _plain(str(path), text, settings, path=path)


def _plain(place: str, text: str, settings: Settings, *, path: Path | None) -> Manuscript:
    return Manuscript(place, _piece(place, {"body": text}, settings), path=path)


def _letter(place: str, content: bytes, settings: Settings) -> Manuscript:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html", "plain"))
    if body is None:
        raise Unreadable(place, "is no e-mail with a readable text.", "Save the message as .eml.")
    try:
        text = body.get_content()
    except (LookupError, ValueError) as error:
        raise Unreadable(place, f"its text cannot be decoded: {error}.", "Save it as UTF-8.") from error
    fields: dict[str, FieldText] = {"subject": str(message["subject"] or ""), "body": text}
    letter = Settings("email", settings.states, settings.products, settings.audience)
    return Manuscript(place, _piece(place, fields, letter))


def _rows(place: str, text: str, settings: Settings) -> Iterator[Manuscript]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            where = f"{place}:{rows.line_num}"
            if None in row:
                raise Unreadable(where, "has more cells than the header.", "Quote cells that hold commas.")
            yield _case(where, case_of(_case_row(row, where, settings), where))
    except csv.Error as error:
        raise Unreadable(f"{place}:{rows.line_num}", f"is no CSV: {error}.", "Mend that line.") from error


def _case_row(row: dict[str, str | None], where: str, settings: Settings) -> dict[str, Any]:
    """A row as a case: known columns, the rest fields; `;` parts states, `|` the entries of a list field."""
    said = {name.strip(): value for name, value in row.items() if value}
    fields = {
        name: tuple(part.strip() for part in value.split("|")) if name in LISTS else value
        for name, value in said.items()
        if name not in _CASE_COLUMNS
    }
    return {
        "id": said.get("id") or where,
        "channel": said.get("channel") or settings.channel,
        "audience": said.get("audience") or settings.audience,
        "states": tuple(part.strip() for part in said.get("states", "").split(";") if part.strip())
        or settings.states,
        "products": tuple(part.strip() for part in said.get("products", "").split(";") if part.strip())
        or settings.products,
        "fields": fields,
    }


def _case(place: str, case: Case) -> Manuscript:
    return Manuscript(place, case.piece(), case=case)


def _piece(place: str, fields: dict[str, FieldText], settings: Settings) -> Piece:
    return case_of(
        {
            "id": place,
            "channel": settings.channel,
            "audience": settings.audience,
            "states": settings.states,
            "products": settings.products,
            "fields": fields,
        },
        place,
    ).piece()
