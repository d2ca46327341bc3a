"""What tests of the gate's commands begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import cli
from approvals.database import open_database
from campaign.lender import Lender, parse_lender
from campaign.piece import Partner, Piece, Speaker
from policies import packs
from tests.approvals.gate import LATER, Rules, a_piece, start, submit, with_rate
from tests.approvals.terminal.office import PACK, READ_ONCE, TOML, Said, Vallum


@pytest.fixture
def vallum(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Vallum:
    """The command line itself; reading the rules anew for each of a hundred commands would only cost time."""
    monkeypatch.setattr(packs, "load_pack", READ_ONCE)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = cli.main(list(arguments))
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> Iterator[Engine]:
    """A workspace with people, and three pieces that wait, one that is blocked, one of another run."""
    (tmp_path / "lender.toml").write_text(TOML, "utf-8")
    (tmp_path / "vallum.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path))
    engine = open_database(f"sqlite:///{tmp_path / 'vallum.db'}")
    start(engine)
    start(engine, "run-2")
    lender, rules = parse_lender(TOML), Rules(version=PACK)

    def waits(piece: Piece, run: str = "run-1") -> None:
        submit(engine, piece, rules, run_id=run, lender=lender)

    waits(a_piece("clean", states=("CA", "NY"), originator=Speaker(name="Lou Field", nmls="2000001")))
    waits(a_piece("warned", body="The best loan.", products=("fha",)))
    waits(a_piece("loud", body="guaranteed"))
    waits(with_rate("rate", valid_until=LATER))
    waits(a_piece("other", partner=Partner(name="Kay Ford")), "run-2")
    yield engine
    engine.dispose()


@pytest.fixture
def lender() -> Lender:
    return parse_lender(TOML)
