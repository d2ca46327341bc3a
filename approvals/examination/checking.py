"""Holding a package to its manifest, its log and its anchor: without a workspace, a database or a network."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from approvals.anchor_files import Anchor, anchor_faults
from approvals.examination.manifest import NAME, Manifest, file_faults, leads_out, signature_fault
from approvals.examination.proof import segment_fault
from approvals.signing import PublicKey, public_key_of
from campaign.errors import BadInput, Unreadable
from campaign.noun import Noun

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
KEY, PROOF, SEGMENT = "anchors/public.pem", "log/proof.json", "log/segment.jsonl"


class PackageReport(Noun):
    """What a check of a package found.

    Attributes:
        stands: nothing was changed, removed or added since it was signed, and its part of the log stands.
        faults: what does not, a sentence each. key: id of the key that signed it; whoever trusts the package
            compares it with what the lender told them by another way.
        files, pieces, events: how many it holds.
    """

    scope: str = ""
    lender: str = ""
    stands: bool
    faults: tuple[str, ...] = ()
    key: str = ""
    files: int = 0
    pieces: int = 0
    events: int = 0


class _Package(Protocol):
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
        if path.is_symlink() or not path.resolve().is_relative_to(self._path.resolve()):
            return b""  # what a link leads to is no part of the package
        with _legible(path):
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
def _opened(place: Path) -> Iterator[_Package]:
    if place.is_dir():
        yield _Folder(place)
        return
    with _legible(place):
        archive = zipfile.ZipFile(place)
    with archive:
        yield _Archive(archive, place)


def check(place: Path, trusted: PublicKey | None = None) -> PackageReport:
    """Check a package.

    Args:
        place: its folder, or its ZIP. trusted: the key it has to be signed with; None takes the one inside,
            which tells what was changed since it was signed and not by whom it was signed.

    Raises:
        BadInput: there is no such package. Unreadable: it holds no manifest that can be read.
    """
    with _opened(place) as package:
        return _checked(package, place, trusted)


def _checked(package: _Package, place: Path, trusted: PublicKey | None) -> PackageReport:
    names = list(package.names())
    manifest = _manifest(package, names, place)
    found = {name: hashlib.sha256(package.read(name)).hexdigest() for name in set(names)}
    faults = [f"`{name}` leads out of the package." for name in names if leads_out(name)]
    faults += [f"`{name}` stands twice." for name in sorted(set(names)) if names.count(name) > 1]
    faults += file_faults(manifest, found)
    key = trusted or _key_inside(package, names, faults)
    if key is not None:
        faults += filter(None, (signature_fault(manifest, key),))
        if not faults:
            faults += _log_faults(package, manifest, key)
    return PackageReport(
        scope=manifest.scope,
        lender=manifest.lender,
        stands=not faults,
        faults=tuple(faults),
        key=manifest.key,
        files=len(manifest.files),
        pieces=manifest.pieces,
        events=manifest.last - manifest.first + 1,
    )


def _manifest(package: _Package, names: list[str], place: Path) -> Manifest:
    if NAME not in names:
        raise Unreadable(str(place), f"holds no {NAME}.", "Name the folder or the ZIP of a package.")
    try:
        return Manifest.model_validate_json(package.read(NAME))
    except ValidationError as error:
        raise Unreadable(
            f"{place}: {NAME}", "cannot be read: it was changed.", "Ask for the package anew."
        ) from error


def _key_inside(package: _Package, names: list[str], faults: list[str]) -> PublicKey | None:
    try:
        return public_key_of(package.read(KEY) if KEY in names else b"", KEY)
    except Unreadable as unreadable:
        faults.append(str(unreadable))
        return None


def _log_faults(package: _Package, manifest: Manifest, key: PublicKey) -> Iterator[str]:
    """Whether the log in it hangs together and ends with the event that its anchor saw.

    Whoever signs a package with a key of their own may leave out, or write into it, whatever they like.
    """
    absent = [name for name in (PROOF, SEGMENT) if name not in manifest.files]
    if absent:
        yield from (f"`{name}` is missing." for name in absent)
        return
    try:
        proof = json.loads(package.read(PROOF))
        anchor = Anchor.model_validate(proof["anchor"])
    except (KeyError, ValueError, TypeError, RecursionError):
        yield f"`{PROOF}` names no anchor."
        return
    yield from anchor_faults((anchor,), key)
    with io.TextIOWrapper(
        io.BytesIO(package.read(SEGMENT)), encoding="utf-8", errors="surrogateescape"
    ) as lines:
        if fault := segment_fault(lines, manifest.first, anchor):
            yield fault
