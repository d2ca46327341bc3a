"""Holding a package to its manifest, its log and its anchor: without a workspace, a database or a network."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from approvals.anchor_files import Anchor, anchor_faults
from approvals.examination.manifest import NAME, Manifest, file_faults, leads_out, signature_fault
from approvals.examination.package_files import PackageFiles, opened
from approvals.examination.proof import segment_fault
from approvals.signing import PublicKey, public_key_of
from campaign.errors import Unreadable
from campaign.noun import Noun

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


def check(place: Path, trusted: PublicKey | None = None) -> PackageReport:
    """Check a package.

    Args:
        place: its folder, or its ZIP. trusted: the key it has to be signed with; None takes the one inside,
            which tells what was changed since it was signed and not by whom it was signed.

    Raises:
        BadInput: there is no such package. Unreadable: it holds no manifest that can be read.
    """
    with opened(place) as package:
        return _checked(package, place, trusted)


def _checked(package: PackageFiles, place: Path, trusted: PublicKey | None) -> PackageReport:
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


def _manifest(package: PackageFiles, names: list[str], place: Path) -> Manifest:
    if NAME not in names:
        raise Unreadable(str(place), f"holds no {NAME}.", "Name the folder or the ZIP of a package.")
    try:
        return Manifest.model_validate_json(package.read(NAME))
    except ValidationError as error:
        raise Unreadable(
            f"{place}: {NAME}", "cannot be read: it was changed.", "Ask for the package anew."
        ) from error


def _key_inside(package: PackageFiles, names: list[str], faults: list[str]) -> PublicKey | None:
    try:
        return public_key_of(package.read(KEY) if KEY in names else b"", KEY)
    except Unreadable as unreadable:
        faults.append(str(unreadable))
        return None


def _log_faults(package: PackageFiles, manifest: Manifest, key: PublicKey) -> Iterator[str]:
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
