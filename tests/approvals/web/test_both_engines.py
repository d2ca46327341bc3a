"""A morning at the desk on each of the two databases: what a page reads and writes is the same on both."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals import accounts
from approvals.audit import verify
from approvals.releases import releases_due
from approvals.store import load_piece
from tests.approvals.gate import a_piece, ledger, status_of
from tests.approvals.web.desk import OFFICERS, QUICK, STAFFED, Desk, form, saying, signed


def test_a_morning_at_the_desk(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounts, "HASHER", QUICK)
    desk = Desk(engine)
    desk.fill(*[signed(one) for one in OFFICERS], a_piece("warned", body="The best."), a_piece("own"))
    visitor = desk.person()
    for asked in ("", "?by=piece", "?text=best", "?originator=bo+ash&state=ID", "?rule=test.best", "?late=1",
                  "?verdict=pass", "?rate_low=5", "?by=piece&after=2"):  # fmt: skip
        visitor.text(f"/queue{asked}")
    first = load_piece(engine, f"letter.{OFFICERS[0].nmls}")
    assert "4 pieces" in saying(visitor.text(f"/classes/{first.class_key}"))
    page = visitor.text(f"/batch?class={first.class_key}")
    assert visitor.send("/batch", {**form(page), "answer": "approve"}).status_code == 303
    assert visitor.act("warned", "comment", words="Who says so?").status_code == 303
    assert visitor.act("warned", "assign", to="Max Orr").status_code == 303
    assert visitor.act("warned", "return", reason="Name a source.").status_code == 303
    editor = desk.person("Max Orr")
    edit = form(editor.text("/edit/own"))
    assert editor.send("/edit/own", {**edit, "text.body": "Talk with us soon."}).status_code == 303
    assert "Talk with us soon." in visitor.text("/pieces/own")
    books = ledger(engine, desk.rules, STAFFED)
    for release in releases_due(engine):
        books.claim(release, "file", at=desk.at)
    live = visitor.text("/recall?text=Cornelia")
    assert visitor.send("/recall", {**form(live), "reason": "She left."}).status_code == 200
    assert status_of(engine, f"letter.{OFFICERS[2].nmls}") == "recalled"
    assert visitor.send("/pause", {"reason": "Lunch."}).status_code == 303
    assert visitor.send("/resume").status_code == 303
    visitor.send("/logout")
    assert verify(engine).verified
