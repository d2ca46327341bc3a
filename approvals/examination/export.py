"""Making an examination package: a folder and its ZIP, there whole or not at all, and noted in the log."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from approvals.anchors import anchor, anchors_of
from approvals.audit import record
from approvals.audit_check import Break, check
from approvals.database import reading, writing
from approvals.examination.building import Building
from approvals.examination.manifest import Manifest
from approvals.examination.scope import Scope, rows_in
from approvals.gate import Gate
from approvals.people import who_is
from approvals.permissions import Action, permit
from approvals.screens import GATE
from approvals.signing import SigningKey, signing_key
from campaign.errors import BadInput, Refused
from tools.workspace import Workspace

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can name: the same bytes on every day


@dataclass(frozen=True, slots=True)
class Package:
    """A finished package.

    Attributes:
        folder, archive: where it lies. manifest: what it holds. event: number of the event that notes it.
    """

    folder: Path
    archive: Path
    manifest: Manifest
    event: int


def export(
    gate: Gate, workspace: Workspace, scope: Scope, out: Path, *, by: str | None, at: datetime
) -> Package:
    """Make a package below a folder; the same state at the same moment gives the same bytes.

    The log is verified and anchored first, so that an anchor has seen all that the package holds.

    Args:
        out: where to put it, made where missing. by: who asks; None is whoever holds this machine, who could
            read the records themselves. at: aware moment.

    Raises:
        NotPermitted: `by` may not export. Refused: the log does not stand, or nothing is in scope.
        BadInput: the target is there already, or cannot be written.
    """
    who = _who(gate, by, at)
    folder, archive = out / scope.folder, out / f"{scope.folder}.zip"
    _must_be_free(folder, archive)
    with reading(gate.engine) as session:
        rows_in(session, scope, gate.lender.zone)  # what cannot be exported is not anchored either
    key = signing_key(workspace.keys)
    anchor(gate.engine, workspace.anchors, key, lender=gate.lender, at=at)
    with _beside(out, scope.folder) as scratch:
        made = scratch / scope.folder
        made.mkdir()
        manifest = _written(gate, workspace, scope, made, key, by=who, at=at)
        packed = _packed(made, scratch / archive.name)
        event = _noted(gate, scope, manifest, by=who, at=at)
        _must_be_free(folder, archive)
        made.rename(folder)
        packed.rename(archive)
    return Package(folder, archive, manifest, event)


def _who(gate: Gate, by: str | None, at: datetime) -> str:
    if by is None:
        return GATE
    with reading(gate.engine) as session:
        actor = who_is(session, gate.lender, by, at)
        permit(actor, Action.EXPORT, None, "an examination package")
        return actor.name


def _written(
    gate: Gate, workspace: Workspace, scope: Scope, folder: Path, key: SigningKey, *, by: str, at: datetime
) -> Manifest:
    """Everything in scope, read in one transaction that finds the log to stand."""
    anchors = anchors_of(workspace).anchors
    with reading(gate.engine) as session:
        whole = check(session, anchors)
        if isinstance(whole, Break):
            raise Refused(f"Nothing can be vouched for: {whole.fault}", "Run `vallum audit verify`.")
        building = Building(gate, workspace, session, folder, scope, at, by, whole, key, anchors)
        return building.write(rows_in(session, scope, gate.lender.zone))


def _noted(gate: Gate, scope: Scope, manifest: Manifest, *, by: str, at: datetime) -> int:
    details = {"scope": scope.in_words, "pieces": manifest.pieces, "manifest": manifest.digest}
    subject = f"package {scope.in_words}"
    with writing(gate.engine) as session:
        return record(session, event="examination.exported", subject=subject, by=by, at=at, details=details)


def _must_be_free(*targets: Path) -> None:
    for target in targets:
        if os.path.lexists(target):
            raise BadInput(
                f"`{target}` is there already.", "Move it away, or choose another folder with --out."
            )


@contextmanager
def _beside(out: Path, name: str) -> Iterator[Path]:
    """A folder on the same disk, gone afterwards whatever happens; what a killed export left goes too."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f".{name}.*.part"):
            shutil.rmtree(left, ignore_errors=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=out))
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield scratch
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unwritable(out: Path, error: OSError) -> BadInput:
    return BadInput(f"`{out}` cannot be written: {error.strerror}.", "Free space or mend its permissions.")


def _packed(folder: Path, archive: Path) -> Path:
    """The folder as a ZIP whose bytes depend on its files alone."""
    with zipfile.ZipFile(archive, "x", compression=zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, date_time=_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                made.writestr(entry, path.read_bytes())
    return archive
