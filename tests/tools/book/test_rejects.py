"""The rejects file: what was refused, where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.errors import BadInput
from tools.book.rejects import Reject, write_rejects


def test_rejects_are_listed_by_line(tmp_path: Path) -> None:
    path = write_rejects(
        tmp_path / "new",
        "loans",
        [Reject(9, "state", "ZZ", "is no US state"), Reject(2, "", 'a,"b"', "is short")],
    )
    assert path is not None
    assert path.read_text(encoding="utf-8").splitlines() == [
        "line,column,value,reason",
        '2,,"a,""b""",is short',
        "9,state,ZZ,is no US state",
    ]


def test_long_values_are_cut(tmp_path: Path) -> None:
    path = write_rejects(tmp_path, "loans", [Reject(2, "state", "x" * 10_000, "is no US state")])
    assert path is not None
    assert len(path.read_text(encoding="utf-8")) < 250


def test_nothing_refused_leaves_no_file(tmp_path: Path) -> None:
    write_rejects(tmp_path, "loans", [Reject(2, "state", "ZZ", "is no US state")])
    assert write_rejects(tmp_path, "loans", []) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        write_rejects(tmp_path / "file" / "rejects", "loans", [Reject(2, "state", "ZZ", "is no US state")])
