"""Anchors as files: signed checkpoints of the audit log, each naming the one before it.

Whoever can write the database can rewrite the log from some event on, head included. An anchor is a
statement, signed and kept elsewhere, of how the log stood; a log that no longer holds what it says was
rewritten.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from pydantic import AwareDatetime, Field, ValidationError

from approvals.chain import GENESIS, canonical, text_hash
from approvals.signing import PUBLIC, PublicKey, SigningKey, public_key
from campaign.errors import BadInput, Unreadable
from campaign.noun import Noun

_PURPOSE = "anchor"
_NAME = re.compile(r"\d{8}\.json")
_HEX = r"^[0-9a-f]{64}$"


class Anchor(Noun):
    """How the log stood at one moment.

    Attributes:
        number: of the anchor, from 1. events, hash: length of the log, and hash of its last event.
        at: aware moment. lender: whose log it is. previous: digest of the anchor before, zeros for the first.
        key: id of the key that signed it. signature: over everything else, base64.
    """

    number: int = Field(ge=1)
    events: int = Field(ge=1)
    hash: str = Field(pattern=_HEX)
    at: AwareDatetime
    lender: str
    previous: str = Field(pattern=_HEX)
    key: str
    signature: str = ""

    @property
    def signed_text(self) -> str:
        """What the signature covers."""
        return canonical(self.model_dump(mode="json", exclude={"signature"}))

    @property
    def digest(self) -> str:
        """How the next anchor and the log name this one, its signature included."""
        return text_hash(canonical(self.model_dump(mode="json")))

    @property
    def title(self) -> str:
        """How sentences name it."""
        return f"anchor {self.number} of {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class AnchorSequence:
    """The anchors of a folder, or of copies of it.

    Attributes:
        anchors: those that can be read, in order.
        faults: what is wrong with them among themselves, a sentence each; empty where all stands.
        whole: they have to reach from the first to the last that the log names.
    """

    anchors: tuple[Anchor, ...] = ()
    faults: tuple[str, ...] = ()
    whole: bool = False

    @property
    def last(self) -> Anchor | None:
        """The newest of them."""
        return self.anchors[-1] if self.anchors else None


def read_anchors(place: Path, *, whole: bool, trusted: PublicKey | None = None) -> AnchorSequence:
    """Every anchor of a folder with what is wrong among them; a fault is a sentence and never raises.

    Args:
        place: a folder, or one file. whole: the folder holds all that were ever made, so the first is 1.
        trusted: the key that they have to be signed with; else the `public.pem` beside them decides.

    Raises:
        BadInput: there is no such folder or file, or it cannot be read.
    """
    faults: list[str] = []
    try:
        files = [place] if place.is_file() else sorted(place.iterdir())
        found = [_read(path, faults) for path in files if place.is_file() or _NAME.fullmatch(path.name)]
    except OSError as error:
        raise BadInput(
            f"`{place}` cannot be read: {error.strerror}.", "Name a folder of anchors with --anchors."
        ) from error
    anchors = sorted((one for one in found if one), key=lambda one: one.number)
    key = _key_beside(place if place.is_dir() else place.parent, anchors, trusted, faults)
    faults += anchor_faults(anchors, key) if key else ()
    faults += _sequence_faults(anchors, whole=whole)
    return AnchorSequence(tuple(anchors), tuple(faults), whole)


def made_anchor(
    key: SigningKey, before: Anchor | None, *, events: int, log_hash: str, lender: str, at: datetime
) -> Anchor:
    """The anchor that follows another one, signed."""
    unsigned = Anchor(
        number=before.number + 1 if before else 1,
        events=events,
        hash=log_hash,
        at=at.astimezone(UTC),
        lender=lender,
        previous=before.digest if before else GENESIS,
        key=key.public.key_id,
    )
    return unsigned.model_copy(update={"signature": key.sign(_PURPOSE, unsigned.signed_text)})


def keep_anchor(folder: Path, anchor: Anchor, key: PublicKey) -> Path:
    """Write an anchor, whole or not at all, and the public key beside it.

    Raises:
        BadInput: the folder cannot be written.
    """
    path = folder / file_name(anchor)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / PUBLIC).exists():
            _place(folder / PUBLIC, key.pem)
        _place(path, anchor_text(anchor))
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be written: {error.strerror}.", "Mend the folder's permissions."
        ) from error
    return path


def anchor_text(anchor: Anchor) -> str:
    """An anchor's file."""
    return json.dumps(anchor.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def file_name(anchor: Anchor) -> str:
    """`00000012.json`."""
    return f"{anchor.number:08d}.json"


def _read(path: Path, faults: list[str]) -> Anchor | None:
    try:
        anchor = Anchor.model_validate_json(path.read_bytes())
    except ValidationError:
        faults.append(f"The anchor file `{path.name}` cannot be read: it was changed.")
        return None
    if _NAME.fullmatch(path.name) and path.name != file_name(anchor):
        faults.append(f"The anchor file `{path.name}` holds anchor {anchor.number}: files were exchanged.")
        return None
    return anchor


def _key_beside(
    folder: Path, anchors: Sequence[Anchor], trusted: PublicKey | None, faults: list[str]
) -> PublicKey | None:
    """The key to check signatures with, None where there is none or nothing to check."""
    try:
        beside = public_key(folder / PUBLIC) if (folder / PUBLIC).exists() else None
    except Unreadable:
        faults.append(f"The public key `{PUBLIC}` beside the anchors cannot be read: it was changed.")
        return trusted
    if beside and trusted and beside.key_id != trusted.key_id:
        faults.append(
            f"The public key beside the anchors is `{beside.key_id}`; this workspace signs with "
            f"`{trusted.key_id}`."
        )
    key = trusted or beside
    if anchors and key is None:
        faults.append(f"There is no `{PUBLIC}` beside the anchors, so their signatures cannot be checked.")
    return key


def anchor_faults(anchors: Sequence[Anchor], key: PublicKey) -> Iterator[str]:
    """Anchors that a key did not sign, a sentence each."""
    for one in anchors:
        if one.key != key.key_id:
            yield f"Anchor {one.number} is signed with another key (`{one.key:.16}`) than `{key.key_id}`."
        elif not key.signed(_PURPOSE, one.signed_text, one.signature):
            yield f"The signature of anchor {one.number} is not the workspace's: it was forged or changed."


def _sequence_faults(anchors: Sequence[Anchor], *, whole: bool) -> Iterator[str]:
    if whole and anchors and anchors[0].number > 1:
        yield f"Anchor 1 is missing; the first one there is anchor {anchors[0].number}."
    if anchors and anchors[0].number == 1 and anchors[0].previous != GENESIS:
        yield "Anchor 1 does not begin the sequence: it was changed."
    for before, after in pairwise(anchors):
        if after.number != before.number + 1:
            yield f"Anchor {before.number + 1} is missing; anchor {after.number} follows {before.number}."
        elif after.previous != before.digest:
            yield f"Anchor {after.number} does not follow anchor {before.number}: one of them was changed."
        elif after.events < before.events:
            yield f"Anchor {after.number} saw fewer events than anchor {before.number}."


def _place(path: Path, content: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
