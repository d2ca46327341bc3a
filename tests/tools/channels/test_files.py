"""Files appear whole, after the ledger has been told, and under names that are safe everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.errors import BadInput, NotInForce
from tools.channels.files import adopt, file_name, place


def test_nothing_is_in_sight_until_the_ledger_knows(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "letter.eml"
    seen: list[bool] = []
    place(path, b"content", lambda: seen.append(path.exists()))
    assert seen == [False]
    assert path.read_bytes() == b"content"
    assert [entry.name for entry in path.parent.iterdir()] == ["letter.eml"]


def test_a_refusal_of_the_ledger_leaves_no_trace(tmp_path: Path) -> None:
    def refuse() -> None:
        raise NotInForce("The rate moved.")

    with pytest.raises(NotInForce):
        place(tmp_path / "letter.eml", b"content", refuse)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_publisher_staged_is_finished_by_the_next(tmp_path: Path) -> None:
    def die() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        place(tmp_path / "ab.12.eml", b"content", die)
    assert not list(tmp_path.glob("*.eml"))
    assert adopt(tmp_path, "ab.*.eml") == tmp_path / "ab.12.eml"
    assert (tmp_path / "ab.12.eml").read_bytes() == b"content"
    assert adopt(tmp_path, "ab.*.eml") == tmp_path / "ab.12.eml"
    assert adopt(tmp_path, "cd.*.eml") is None


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where a folder should be")
    with pytest.raises(BadInput, match=r"`.*letter.eml` cannot be written: .*\. Free the disk") as caught:
        place(tmp_path / "outbox" / "letter.eml", b"content", lambda: None)
    assert caught.value.__cause__ is not None


def test_names_stay_readable_and_never_climb_out_or_collide() -> None:
    assert file_name("rate_review.email.a.r1.ab12") == "rate_review.email.a.r1.ab12"
    assert "/" not in file_name("../../etc/passwd")
    assert not file_name("..").startswith(".")
    assert file_name("a/b") != file_name("a_b")
    assert file_name("a/b") != file_name("a:b")
    assert len(file_name("x" * 400)) < 120
