"""E-mail as files: `.eml` letters in a folder, for a lender who has named no mail server yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from campaign.release import Release
from tools.channels.email import Answer, Courier, EmailTransport
from tools.channels.files import file_name, write_whole
from tools.channels.letters import Letter


class OutboxFolder(EmailTransport):
    """One folder per release, one file per recipient: `outbox/<release>/<recipient>.<rendering>.eml`.

    Both parts of the name are hashes, so that the evidence in the ledger names the exact words. A file is
    written in one step and looked up first, so nothing about it is ever in doubt: what is found is adopted.
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

    def ready(self) -> str:
        return ""

    def carry(self, letter: Letter, begin: Callable[[], None]) -> Answer:
        del begin
        there = sorted(self._path.glob(f"{letter.slot}.*.eml"))
        path = there[0] if there else self._path / f"{letter.slot}.{letter.rendering_hash[:16]}.eml"
        if not there:
            write_whole(path, letter.content)
        return Answer("accepted", str(path))
