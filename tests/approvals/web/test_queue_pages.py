"""The queue: classes first, pieces on demand, filters, and never more than a page of either."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from approvals.store import load_piece
from tests.approvals.gate import a_piece, by_hand
from tests.approvals.web.desk import OFFICERS, Desk, saying, signed


def opened(page: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)" data-open', page)


def test_four_letters_of_four_officers_are_one_line(desk: Desk):
    desk.fill(*[signed(officer) for officer in OFFICERS], a_piece("other", body="Ask the best."))
    page = desk.person().text("/queue")
    key = load_piece(desk.engine, f"letter.{OFFICERS[0].nmls}").class_key
    assert len(opened(page)) == 2
    assert opened(page)[0] == f"/classes/{key}"
    assert "5 pending" in saying(page)
    assert "warns test.best" in saying(page)


def test_single_pieces_are_listed_on_demand(desk: Desk):
    desk.fill()
    page = desk.person().text("/queue?by=piece")
    assert [path.partition("?")[0] for path in opened(page)] == [
        f"/pieces/letter.{one.nmls}" for one in OFFICERS
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=Cornelia", {"letter.2000003"}),
        ("originator=bo+ash", {"letter.2000002"}),
        ("originator=2000002", {"letter.2000002"}),
        ("verdict=warn", {"warned"}),
        ("rule=test.best", {"warned"}),
        ("verdict=block", {"blocked"}),
        ("channel=email&state=ID&verdict=pass", {f"letter.{one.nmls}" for one in OFFICERS}),
        ("channel=sms", set()),
        ("segment=Owners&verdict=warn", {"warned"}),
        ("segment=Others", set()),
        ("run=run-1&verdict=warn", {"warned"}),
        ("assignee=max+orr", {"warned"}),
        ("claim=name", {f"letter.{one.nmls}" for one in OFFICERS}),
        ("rate_low=5&rate_high=7", set()),
        ("status=blocked", {"blocked"}),
        ("status=approved", set()),
        ("status=any&verdict=block", {"blocked"}),
        ("late=1", {"warned"}),
        ("piece=warned", {"warned"}),
    ],
)
def test_every_filter_finds_what_it_says(desk: Desk, asked: str, found: set[str]):
    letters = [signed(officer) for officer in OFFICERS]
    desk.fill(*letters, a_piece("warned", body="The best."), a_piece("blocked", body="It is guaranteed."))
    by_hand(desk.engine, "UPDATE pieces SET assignee = 'max orr', due_at = :due WHERE piece_id = 'warned'",
            due=(desk.at - timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S.000000"))  # fmt: skip
    page = desk.person().text(f"/queue?by=piece&{asked}")
    assert {path.partition("?")[0].removeprefix("/pieces/") for path in opened(page)} == found


def test_a_filter_narrows_the_classes_too(desk: Desk):
    desk.fill(*[signed(officer) for officer in OFFICERS], a_piece("warned", body="The best."))
    visitor = desk.person()
    assert len(opened(visitor.text("/queue?verdict=warn"))) == 1
    assert len(opened(visitor.text("/queue?originator=bo+ash"))) == 1
    assert "Nothing fits this filter." in visitor.text("/queue?text=zebra")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("verdict=loud", "`loud` is nothing that `verdict` can be."),
        ("status=eaten", "`eaten` is no status."),
        ("rate_low=many", "`many` is nothing that `rate_low` can be."),
        ("rate_low=-3", "`-3` is nothing that `rate_low` can be."),
        ("text=" + "x" * 201, "What stands in `text` cannot be looked for."),
        ("text=%00", "What stands in `text` cannot be looked for."),
        ("after=-1", "The address of this page cannot be read."),
        ("after=99999999999999999999", "The address of this page cannot be read."),
    ],
)
def test_a_filter_that_makes_no_sense_is_one_sentence(desk: Desk, asked: str, said: str):
    answer = desk.person().get(f"/queue?{asked}")
    assert answer.status_code == 422
    assert said in saying(answer.text)


def test_an_unknown_run_is_not_found(desk: Desk):
    answer = desk.person().get("/queue?run=nowhere")
    assert answer.status_code == 404
    assert "There is no run `nowhere` in this workspace." in saying(answer.text)


@pytest.mark.parametrize("by", ["piece", "class"])
def test_a_page_holds_fifty_and_the_next_goes_on_after_them(desk: Desk, by: str):
    desk.fill(*[a_piece(f"p{n:03}", body=f"Talk with us, {n}.") for n in range(120)])
    visitor = desk.person()
    seen: list[str] = []
    path = f"/queue?by={by}"
    for expected in (50, 50, 20):
        page = visitor.text(path)
        assert len(opened(page)) == expected
        seen += opened(page)
        following = re.search(r'<a href="([^"]+)" rel="next">Next page</a>', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert path == ""
    assert len(set(seen)) == 120


def test_the_filter_stays_in_the_links_of_its_lines(desk: Desk):
    desk.fill(a_piece("warned", body="The best."))
    page = desk.person().text("/queue?by=piece&verdict=warn&text=best")
    assert 'href="/pieces/warned?verdict=warn&amp;text=best"' in page


def test_nothing_to_do_is_said(desk: Desk):
    assert "Nothing waits for a decision." in desk.person().text("/queue")
