"""Reading any delimited export as text: encoding, preamble, delimiter, line numbers come before meaning."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from campaign.errors import BadInput, Unreadable

_DELIMITERS = (",", "\t", ";", "|")
_HEAD_BYTES = 1 << 18
_HEAD_LINES = 60
_BLOCK_BYTES = 1 << 23
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class MalformedRow:
    """A row that has not as many cells as the header."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class TextFile:
    """A delimited file whose shape is known and whose rows are not read yet.

    Attributes:
        path: where it is. encoding, delimiter: how to read it.
        header: its header cells. header_line: where they stand, counted from 1.
        malformed: filled while `batches` runs. failure: why `batches` broke off, for whoever asked through an
            engine that words it differently.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    malformed: list[MalformedRow] = field(default_factory=list)
    failure: Unreadable | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as trimmed text columns `c0`, `c1` ... and `line`, in blocks that bound the memory.

        Raises:
            Unreadable: the file breaks off or is no delimited text.
        """
        refused: list[tuple[int, str]] = []
        try:
            with _opened(self.path) as stream:
                yield from self._numbered(self._reader(stream, refused), refused)
        except StopIteration:
            return
        except (pa.ArrowInvalid, OSError, EOFError, zlib.error, UnicodeError) as error:
            self.failure = _broken(self.path, error)
            raise self.failure from error

    def _reader(self, stream: Any, refused: list[tuple[int, str]]) -> Any:
        names = [f"c{place}" for place in range(len(self.header))]
        return arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                skip_rows=self.header_line,
                column_names=names,
                encoding=self.encoding,
                use_threads=False,
                block_size=_BLOCK_BYTES,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=lambda row: _refuse(row, refused),
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    def _numbered(self, reader: Any, refused: list[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
        taken = 0
        breaks: list[tuple[int, int]] = []
        for batch in reader:
            records = _record_numbers(taken, batch.num_rows, self.header_line, [row for row, _ in refused])
            inside = _newlines_inside(batch)
            breaks.extend(zip(records[inside > 0].tolist(), inside[inside > 0].tolist(), strict=True))
            lines = pa.array(_lines(records, breaks, refused), pa.int64())
            yield pa.RecordBatch.from_arrays(
                [*(pc.utf8_trim_whitespace(column) for column in batch.columns), lines],
                names=[*batch.schema.names, "line"],
            )
            taken += batch.num_rows
        places = _lines(np.array([row for row, _ in refused], dtype=np.int64), breaks, refused)
        self.malformed.extend(
            MalformedRow(
                int(line), text.split("\n", 1)[0], _why_malformed(text, self.delimiter, len(self.header))
            )
            for line, (_, text) in zip(places, refused, strict=True)
        )


def look_at(path: Path, known: Callable[[Sequence[str]], int]) -> TextFile:
    """Find out how a file is written: its encoding, its delimiter, and which line is the header.

    Args:
        path: a CSV or tab-separated file, plain or `.gz`.
        known: counts the cells of a line that are known headers; the line with most is the header.

    Raises:
        BadInput: there is no such file, or it cannot be opened.
        Unreadable: it is empty, a workbook, or no text.
    """
    head = _head_of(path)
    encoding = _encoding_of(path, head)
    lines = head.decode(encoding, errors="ignore").lstrip("\ufeff")
    best = (-1, 0, ",", [""])
    for delimiter in _DELIMITERS:
        for number, cells in _first_lines(lines, delimiter):
            score = known(cells)
            if score > best[0] or (score == best[0] == 0 and len(cells) > len(best[3])):
                best = (score, number, delimiter, cells)
    return TextFile(path, encoding, best[2], tuple(best[3]), best[1])


def _head_of(path: Path) -> bytes:
    try:
        with _opened(path) as stream:
            head = bytes(stream.read(_HEAD_BYTES))
    except FileNotFoundError as error:
        raise BadInput(f"There is no file `{path}`.", "Check its name.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, error) from error
    if not head.strip():
        raise Unreadable(path.name, "is empty.", "Export it again with its header line.")
    if head.startswith(b"PK\x03\x04"):
        raise Unreadable(path.name, "is a workbook or an archive.", "Save it as CSV (UTF-8) first.")
    return head


def _encoding_of(path: Path, head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head:
        guess = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be" if head[:1] == b"\x00" else ""
        if not guess:
            raise Unreadable(path.name, "is no text.", "Save it as CSV (UTF-8) first.")
        return guess
    return "utf-8" if _is_utf8(path) else "cp1252" if _is(path, "cp1252") else "latin-1"


def _is_utf8(path: Path) -> bool:
    return _is(path, "utf-8")


def _is(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _opened(path) as stream:
            while block := stream.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, error) from error
    return True


def _opened(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix.casefold() == ".gz" else path.open("rb")


def _first_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    try:
        for cells in reader:
            if reader.line_num > _HEAD_LINES:
                return
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        return


def _refuse(row: Any, refused: list[tuple[int, str]]) -> str:
    refused.append((row.number, row.text))
    return "skip"


def _newlines_inside(batch: pa.RecordBatch) -> Any:
    counts = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns:
        counts += pc.count_substring(column, "\n").to_numpy(zero_copy_only=False)
    return counts


def _record_numbers(taken: int, rows: int, skipped: int, refused: list[int]) -> Any:
    """Record number of each valid row: its rank among valid rows, moved on by the refused rows before it."""
    ranks = np.arange(taken, taken + rows, dtype=np.int64)
    gaps = np.array([number - skipped - 1 - place for place, number in enumerate(refused)], dtype=np.int64)
    return ranks + np.searchsorted(gaps, ranks, side="right") + skipped + 1


def _lines(records: Any, breaks: list[tuple[int, int]], refused: list[tuple[int, str]]) -> Any:
    """Line of each record: its number, moved on by the line breaks inside the cells before it."""
    inside = sorted([*breaks, *((number, text.count("\n")) for number, text in refused)])
    moved = np.cumsum([0, *(count for _, count in inside)])
    return records + moved[np.searchsorted([number for number, _ in inside], records, side="left")]


def _why_malformed(text: str, delimiter: str, wanted: int) -> str:
    lost = text.count("\n")
    if lost:
        return f"a quotation mark that opens here is not closed in its row; {lost + 1} lines were lost"
    cells = len(next(csv.reader([text], delimiter=delimiter), []))
    return f"has {cells} cells where the header has {wanted}"


def _broken(path: Path, error: BaseException) -> Unreadable:
    reason = "breaks off or is no delimited text"
    if isinstance(error, gzip.BadGzipFile):
        reason = "is named .gz and is no gzip file"
    elif isinstance(error, PermissionError | IsADirectoryError):
        reason = f"cannot be opened ({error.strerror})"
    return Unreadable(path.name, f"{reason}.", "Export it again.")
