"""The manifest: the hash of every file of a package, signed, so that one changed byte shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import AwareDatetime

from approvals.chain import canonical
from approvals.signing import PublicKey, SigningKey
from campaign.noun import Noun

NAME = "MANIFEST.json"
PURPOSE = "examination package"


class Manifest(Noun):
    """What a package is, and what it holds.

    Attributes:
        form: of the package, 1. lender: whose. scope: what it is about, in words. pieces: how many.
        at, by: when it was made, and by whom.
        events, log_hash: length of the log then, and the hash of its last event. first, last: numbers of the
            first and the last row in `log/segment.jsonl`.
        files: SHA-256 by path, `/` between folders, every file but the manifest.
        key: id of the key. signature: over all the rest, base64.
    """

    form: int = 1
    lender: str
    scope: str
    at: AwareDatetime
    by: str
    pieces: int
    events: int
    log_hash: str
    first: int
    last: int
    files: dict[str, str]
    key: str
    signature: str = ""

    @property
    def signed_text(self) -> str:
        """What the signature covers."""
        return canonical(self.model_dump(mode="json", exclude={"signature"}))

    @property
    def digest(self) -> str:
        """How the log names the package."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The manifest's file."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def signed_manifest(key: SigningKey, files: Mapping[str, str], **more: Any) -> Manifest:
    """The manifest of some files, signed."""
    unsigned = Manifest(files=dict(sorted(files.items())), key=key.public.key_id, **more)
    return unsigned.model_copy(update={"signature": key.sign(PURPOSE, unsigned.signed_text)})


def hashes_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by path."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def signature_fault(manifest: Manifest, key: PublicKey) -> str:
    """What is wrong with a manifest's signature; empty where it is that key's."""
    if manifest.key != key.key_id:
        return f"{NAME} names the key `{manifest.key:.16}`; this is `{key.key_id}`."
    if not key.signed(PURPOSE, manifest.signed_text, manifest.signature):
        return f"{NAME} was changed after it was signed."
    return ""


def file_faults(manifest: Manifest, found: Mapping[str, str]) -> Iterable[str]:
    """Files that are missing, changed or were added, a sentence each."""
    for name, expected in manifest.files.items():
        if name not in found:
            yield f"`{name}` is missing."
        elif found[name] != expected:
            yield f"`{name}` was changed."
    yield from (f"`{name}` was added." for name in sorted(set(found) - set(manifest.files) - {NAME}))


def leads_out(name: str) -> bool:
    """Whether a path in an archive would lie outside of the package."""
    parts = PurePosixPath(name).parts
    return name.startswith(("/", "\\")) or ".." in parts or "\\" in name or ":" in name
