"""However an archive is broken, checking it ends in one sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.examination.checking import check
from campaign.errors import BadInput, Unreadable

WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
FILE, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
BODY = FILE + b"\0" * 26 + b"p/MANIFEST.json"


def archive(way: int = zipfile.ZIP_DEFLATED) -> bytearray:
    """One folder with a file that would be the manifest, and another."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", way) as opened:
        opened.writestr("p/MANIFEST.json", "a manifest " * 20)
        opened.writestr("p/\N{LATIN SMALL LETTER U WITH DIAERESIS}.txt", bytes(range(256)))
    return bytearray(written.getvalue())


def of_name(content: bytearray) -> None:
    content[content.rindex(b"p/\xc3\xbc.txt") + 2] = 0xFF


def of_place(content: bytearray) -> None:
    struct.pack_into("<I", content, content.index(END) + 16, 0xFFFF)


def of_password(content: bytearray) -> None:
    for header, at in ((FILE, 6), (ENTRY, 8)):
        content[content.index(header) + at] |= 1


def of_packing(content: bytearray) -> None:
    for header, at in ((FILE, 8), (ENTRY, 10)):
        struct.pack_into("<H", content, content.index(header) + at, 9)


def of_version(content: bytearray) -> None:
    content[content.index(ENTRY) + 6] = 99


def of_checksum(content: bytearray) -> None:
    content[content.index(ENTRY) + 16] ^= 1


def of_stream(content: bytearray) -> None:
    content[len(BODY)] ^= 0xFF


def of_length(content: bytearray) -> None:
    content[:] = archive(zipfile.ZIP_STORED)
    struct.pack_into("<II", content, content.index(ENTRY) + 20, 10_000, 10_000)


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (of_name, "codec can't decode byte"),
        (of_place, "Invalid argument"),
        (of_password, "is encrypted"),
        (of_packing, "compression method is not supported"),
        (of_version, "zip file version"),
        (of_checksum, "Bad CRC-32"),
        (of_stream, "while decompressing"),
        (of_length, "it ends too early"),
    ],
)
def test_each_way_to_break_an_archive_is_told(tmp_path: Path, breaks: Callable[[bytearray], None], said: str):
    content, place = archive(), tmp_path / "broken.zip"
    breaks(content)
    place.write_bytes(content)
    with pytest.raises(BadInput, match="no package that can be read") as stopped:
        check(place)
    assert said in str(stopped.value)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_stream_is_told_however_it_was_packed(tmp_path: Path, way: int):
    content, place = archive(way), tmp_path / "broken.zip"
    content[len(BODY) : len(BODY) + 20] = b"\xff" * 20
    place.write_bytes(content)
    with pytest.raises(BadInput, match="no package that can be read"):
        check(place)


def test_a_file_without_a_name_is_no_manifest(tmp_path: Path):
    place = tmp_path / "nameless.zip"
    with zipfile.ZipFile(place, "w") as opened:
        opened.writestr(zipfile.ZipInfo(""), "x")
    with pytest.raises(Unreadable, match=r"holds no MANIFEST\.json"):
        check(place)


@given(
    way=st.sampled_from(WAYS),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.none() | st.integers(0, 10_000),
)
def test_no_change_of_bytes_escapes(
    tmp_path_factory: pytest.TempPathFactory, way: int, changes: list[tuple[int, int]], cut: int | None
):
    content = archive(way)
    for place, value in changes:
        content[place % len(content)] = value
    broken = tmp_path_factory.getbasetemp() / "broken.zip"
    broken.write_bytes(content if cut is None else content[: cut % len(content)])
    with pytest.raises((BadInput, Unreadable)):
        check(broken)
