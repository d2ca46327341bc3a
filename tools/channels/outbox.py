"""E-mail as files: `.eml` letters in a folder, for a lender who has named no mail server yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from campaign.release import Release
from tools.channels.email import Answer, Courier, EmailTransport
from tools.channels.files import adopt, file_name, place
from tools.channels.interface import Stay
from tools.channels.letters import Letter


class OutboxFolder(EmailTransport):
    """One folder per release, one file per recipient: `outbox/<release>/<recipient>.<rendering>.eml`.

    Both parts of the name are hashes, so that the evidence in the ledger names the exact words. A file can
    be looked up, so nothing about it stays in doubt: what a killed publisher left is found and recorded.
    """

    name: ClassVar[str] = "e-mail outbox folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def courier(self, release: Release) -> Iterator[Courier]:
        """Files into the release's folder."""
        yield _Folder(self._folder / file_name(release.release_id))


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def ready(self) -> Stay | None:
        return None

    def found(self, slot: str) -> str:
        path = adopt(self._path, f"{slot}.*.eml")
        return str(path) if path else ""

    def carry(self, letter: Letter, begin: Callable[[], None]) -> Answer:
        path = self._path / f"{letter.slot}.{letter.rendering_hash[:16]}.eml"
        place(path, letter.content, begin)
        return Answer("accepted", str(path))
