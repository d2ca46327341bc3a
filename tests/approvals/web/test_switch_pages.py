"""The kill switch and the recall, as buttons."""

from __future__ import annotations

import pytest

from approvals.recalls import receipts_of
from approvals.switch import pause_in_force
from tests.approvals.gate import status_of
from tests.approvals.web.desk import Desk, saying, value
from tests.approvals.web.sent_out import publish


def test_one_button_stops_everything_and_every_page_says_so(desk: Desk):
    visitor = desk.person("Max Orr")
    assert "Publishing runs" in saying(visitor.text("/pause"))
    refused = visitor.send("/pause")
    assert refused.status_code == 422
    assert visitor.send("/pause", {"reason": "A wrong rate."}).headers["location"] == "/pause"
    standing = pause_in_force(desk.engine)
    assert standing is not None
    assert standing.by == "Max Orr"
    assert "Publishing is paused: Max Orr, 26 Feb 2026, 12:00 EST, A wrong rate." in saying(
        visitor.text("/queue")
    )
    assert visitor.send("/pause", {"reason": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("name", "status"), [("Max Orr", 403), ("Olive Penn", 403), ("Ruth Calder", 303), ("Ida Root", 303)]
)
def test_only_who_decides_lets_it_go_on(desk: Desk, name: str, status: int):
    desk.person("Max Orr").send("/pause", {"reason": "A wrong rate."})
    visitor = desk.person(name)
    answer = visitor.send("/resume", {"reason": "Mended."})
    assert answer.status_code == status
    assert (pause_in_force(desk.engine) is None) is (status == 303)


def test_a_loan_officer_cannot_stop_it(desk: Desk):
    visitor = desk.person("Olive Penn")
    assert "Your role cannot pause publishing" in saying(visitor.text("/pause"))
    assert visitor.send("/pause", {"reason": "Why not."}).status_code == 403


def test_what_is_live_is_recalled_with_a_receipt_for_each(desk: Desk):
    publish(desk, "one", "two")
    visitor = desk.person()
    page = visitor.text("/recall?text=two")
    assert "1 live piece" in saying(page)
    sent = {"csrf": value(page, "csrf"), "count": value(page, "count"), "q.text": "two"}
    assert visitor.send("/recall", sent).status_code == 422
    answer = visitor.send("/recall", {**sent, "reason": "The rate moved."})
    assert answer.status_code == 200
    assert "Recalled 1 piece" in saying(answer.text)
    assert "1 letter is out and cannot be unsent" in saying(answer.text)
    assert (status_of(desk.engine, "one"), status_of(desk.engine, "two")) == ("published", "recalled")


def test_a_receipt_stands_on_the_page_of_its_piece_for_everyone(desk: Desk):
    publish(desk, "one", "two")
    visitor = desk.person()
    visitor.send("/recall", {"count": "1", "q.piece": "two", "reason": "The rate moved."})
    (receipt,) = receipts_of(desk.engine, "two")
    for reader in (visitor, desk.person("Olive Penn")):
        page = reader.text("/pieces/two")
        taken = page[page.index('aria-labelledby="recalls"') :]
        told = saying(taken[: taken.index("</section>")])
        assert told.endswith(f"rev 1 by hand 1 {receipt.said} {receipt.recall_id}")
        assert "/classes/" not in page, "no class of it waits"
        assert "Taken back" not in reader.text("/pieces/one")


def test_a_recall_of_what_was_not_shown_is_shown_first(desk: Desk):
    publish(desk, "one", "two")
    visitor = desk.person()
    answer = visitor.send("/recall", {"count": "1", "reason": "The rate moved."})
    assert answer.status_code == 409
    assert "What is live is no longer what was shown: 2 pieces now." in saying(answer.text)
    assert status_of(desk.engine, "one") == "published"


def test_who_may_not_recall_is_refused(desk: Desk):
    publish(desk, "one")
    visitor = desk.person("Olive Penn")
    assert "Your role cannot recall" in saying(visitor.text("/recall"))
    answer = visitor.send("/recall", {"count": "1", "reason": "Because."})
    assert answer.status_code == 403
    assert status_of(desk.engine, "one") == "published"
