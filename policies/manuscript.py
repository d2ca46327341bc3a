"""A manuscript: a text as a file holds it, read into the piece that rules are asked about."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.errors import VallumError
from campaign.piece import FieldText, Piece
from policies.cases import Case, case_of


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
        place: file name, `file:line` of a row or a case, `file:part` of an e-mail's part.
        piece: what rules are asked about.
        file: name of the file, `-` for standard input.
        line: of the row or case, counted from 1; None where the file is not read by lines.
        case: the case behind it, for its own moment of sending; None where there is none.
        whole: the file's whole text is the piece's body, so spans are the file's, and it may be mended.
        encoding: how the file's bytes were read.
    """

    place: str
    piece: Piece
    file: str
    line: int | None = None
    case: Case | None = None
    whole: bool = False
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Unread:
    """What was to be checked and could not be read: it may not pass."""

    place: str
    error: VallumError


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What lies beside the texts and is none, with the reason in a few words."""

    place: str
    reason: str


Read = Manuscript | Unread | LeftOut


def plain(
    place: str, text: str, settings: Settings, *, whole: bool = False, encoding: str = "utf-8"
) -> Manuscript:
    """A text that is one body.

    Raises:
        Unreadable: the settings name what does not exist.
    """
    piece = piece_of(place, {"body": text}, settings)
    return Manuscript(place, piece, place, whole=whole, encoding=encoding)


def of_case(case: Case, file: str, line: int | None) -> Manuscript:
    """A case read from a file."""
    place = file if line is None else f"{file}:{line}"
    return Manuscript(place, case.piece(), file, line=line, case=case)


def piece_of(place: str, fields: dict[str, FieldText], settings: Settings) -> Piece:
    """A piece of these texts as the settings have it.

    Raises:
        Unreadable: the settings name what does not exist.
    """
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
