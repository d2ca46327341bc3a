"""A day at the lender, typed command by command, handed over: no reader of the package learns who was written to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from email import policy
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import cli
from campaign.lender import parse_lender
from policies import packs
from tools.book.generator import generate_book
from tools.workspace import EXAMPLE_LENDER

WHEN = ("--as-of", "2026-02-26")
Typed = Callable[..., Any]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.setattr(packs, "load_pack", cache(packs.load_pack))
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        got = cli.main([*arguments, "--json"])
        said = capsys.readouterr()
        assert got == code, said.err
        assert "Traceback" not in said.err
        return json.loads(said.out) if said.out else said.err

    return run


def test_a_day_handed_over(typed: Typed, tmp_path: Path):
    lender = parse_lender(EXAMPLE_LENDER.read_text("utf-8"))
    made = generate_book(tmp_path / "book", loans=700, seed=11, lender=lender, as_of=date(2026, 2, 26))
    typed("init")
    typed("book", "import", *map(str, made.files.values()), *WHEN)
    typed("plan", "--budget", "3000", "--from", "2026-03-02", "--to", "2026-05-29", *WHEN)
    run = typed("runs", "list")["runs"][0]["run"]
    waiting = typed("queue")["items"]
    chosen = [
        next(one["piece"] for one in waiting if one["channel"] == name) for name in ("email", "google_search")
    ]
    typed("approve", *chosen, "--by", "Ruth Calder", *WHEN)
    assert typed("publish", *WHEN)["published"]
    assert (tmp_path / "home" / "anchors" / "00000001.json").is_file(), "publishing anchors the log"

    written_to = {
        address.addr_spec for path in (tmp_path / "home").rglob("*.eml") for address in _recipients(path)
    }
    assert len(written_to) > 5
    told = typed("audit", "export", "--run", run, "--out", "packages", "--by", "Ruth Calder", *WHEN)
    folder = Path(told["folder"])
    content = "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file())
    assert [address for address in written_to if address in content] == []
    ledger = typed("ledger", "--run", run)
    assert len(ledger["published"]) > len(written_to)

    assert typed("audit", "export", "--check", told["folder"])["stands"]
    assert typed("audit", "export", "--check", told["zip"], "--key", "home/anchors/public.pem")["stands"]
    (folder / "index.html").write_text("nothing", "utf-8")
    assert typed("audit", "export", "--check", told["folder"], code=1)["faults"] == [
        "`index.html` was changed."
    ]
    assert "is there already" in typed("audit", "export", "--run", run, "--out", "packages", *WHEN, code=2)

    assert typed("audit", "search", "--event", "examination.exported")["events"][0]["by"] == "Ruth Calder"
    assert typed("audit", "search", "settings", "--limit", "1")["events"][0]["event"] == "settings.changed"
    typed("audit", "anchor", *WHEN)
    report = typed("audit", "verify", "--anchors", "home/anchors")
    assert report["verified"]
    assert report["anchors"] >= 2
    assert "to be kept until 2031" in typed(
        "audit", "dispose", "--run", run, "--by", "Ida Root", *WHEN, code=1
    )
    held = ("audit", "hold", "--run", run, "--by", "Ruth Calder", "--reason", "Examination 2031", *WHEN)
    assert typed(*held) == {"run": run, "held": True}
    assert "holds it since" in typed(
        "audit", "dispose", "--run", run, "--by", "Ida", "--as-of", "2040-01-01", code=1
    )
    assert typed(*held, "--lift") == {"run": run, "held": False}
    (tmp_path / "home" / "anchors" / "00000001.json").unlink()
    assert not typed("audit", "verify", code=1)["verified"]


def _recipients(path: Path) -> Any:
    letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return letter["To"].addresses
