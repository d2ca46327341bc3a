"""The pre-commit hook: its definition is whole, and its entry does on files what pre-commit expects."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.policies.checked_files import BLOCKED, CLEAN, LENDER, write

ROOT = Path(__file__).parent.parent
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_the_definition_has_what_pre_commit_demands() -> None:
    assert (HOOK["id"], HOOK["language"]) == ("vallum-check", "python")
    assert {"id", "name", "entry", "language", "files", "types", "description"} <= HOOK.keys()


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ads/a.txt", True),
        ("a.md", True),
        ("b.html", True),
        ("c.htm", True),
        ("d.eml", True),
        ("e.py", False),
    ],
)
def test_it_is_asked_about_copy_only(name: str, taken: bool) -> None:
    assert (re.search(HOOK["files"], name) is not None) is taken


def commit(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """The entry as pre-commit runs it: arguments, then the staged names, in the repository's folder."""
    program, *arguments = HOOK["entry"].split()
    assert program == "vallum"
    args = ["--lender", str(LENDER), "--state", "ID", "--as-of", "2026-11-24"]
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments, *args, *names],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_entry_stops_a_commit_that_blocks_and_lets_a_clean_one_through(tmp_path: Path) -> None:
    write(tmp_path, "clean.txt", CLEAN)
    write(tmp_path, "with space.html", f"<p>{CLEAN}</p>")
    write(tmp_path, "-bad.md", BLOCKED)
    passed = commit(tmp_path, "clean.txt", "with space.html")
    assert (passed.returncode, passed.stderr) == (0, "")
    stopped = commit(tmp_path, "clean.txt", "with space.html", "./-bad.md")
    assert stopped.returncode == 1
    assert "-bad.md:1:1: block udaap.guaranteed-approval" in stopped.stdout
