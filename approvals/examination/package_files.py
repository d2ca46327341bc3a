"""The files of a package, from its folder or its ZIP: read, and never unpacked nor followed out of it."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from campaign.errors import BadInput

_ILLEGIBLE = (
    OSError,  # not there, not ours to read, a place before the file's beginning; a broken stream of bzip2
    zipfile.BadZipFile,  # no archive, a header that contradicts another, a checksum that does not fit
    zlib.error,  # a broken stream
    lzma.LZMAError,  # the same
    EOFError,  # a stream that ends too early
    RuntimeError,  # a password, or (as NotImplementedError) a way of packing that nobody reads
    UnicodeDecodeError,  # a name that says it is UTF-8 and is not
)
"""All that zipfile raises on archives that somebody broke, found by breaking them byte by byte."""


class PackageFiles(Protocol):
    """A folder or an archive."""

    def names(self) -> Iterable[str]:
        """Every file, by its path within the package."""
        ...

    def read(self, name: str) -> bytes:
        """One file."""
        ...


@contextmanager
def _legible(place: Path) -> Iterator[None]:
    """Around each look at the disk and nothing else: no fault of ours is taken for one of the file."""
    try:
        yield
    except _ILLEGIBLE as error:
        raise BadInput(
            f"`{place}` is no package that can be read ({str(error) or 'it ends too early'}).",
            "Name its folder or its ZIP.",
        ) from error


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Iterable[str]:
        for path in sorted(self._path.rglob("*")):
            if path.is_symlink() or not path.is_dir():
                yield path.relative_to(self._path).as_posix()

    def read(self, name: str) -> bytes:
        path = self._path / name
        inside = path.resolve().is_relative_to(self._path.resolve())
        if path.is_symlink() or not inside or not path.is_file():
            return b""  # what a link or a pipe leads to is no part of the package
        with _legible(self._path):
            return path.read_bytes()


class _Archive:
    """An archive is read and never unpacked; its one folder is the package."""

    def __init__(self, archive: zipfile.ZipFile, place: Path) -> None:
        self._archive, self._place = archive, place
        # `is_dir` of an entry looks at the last letter of its name, and falls where it has none
        files = [name for name in archive.namelist() if not name.endswith("/")]
        tops = {name.partition("/")[0] for name in files}
        self._top = f"{next(iter(tops))}/" if len(tops) == 1 else ""
        self._files = files

    def names(self) -> Iterable[str]:
        return [name.removeprefix(self._top) for name in self._files]

    def read(self, name: str) -> bytes:
        with _legible(self._place):
            return self._archive.read(self._top + name)


@contextmanager
def opened(place: Path) -> Iterator[PackageFiles]:
    """A package to be read, its archive closed afterwards.

    Args:
        place: its folder, or its ZIP.

    Raises:
        BadInput: nothing that can be read is there; so does `read` of whatever cannot be read.
    """
    if place.is_dir():
        yield _Folder(place)
        return
    with _legible(place):
        archive = zipfile.ZipFile(place)
    with archive:
        yield _Archive(archive, place)
