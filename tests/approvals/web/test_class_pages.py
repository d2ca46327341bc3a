"""A class on one page: the master, who differs, the odd ones first, a sample of one's own."""

from __future__ import annotations

import re

from approvals.store import load_piece
from tests.approvals.gate import a_piece
from tests.approvals.web.desk import OFFICERS, Desk, saying, signed


def key_of(desk: Desk) -> str:
    return load_piece(desk.engine, f"letter.{OFFICERS[0].nmls}").class_key


def test_a_class_shows_its_master_and_what_each_shows(desk: Desk):
    desk.fill()
    said = saying(desk.person().text(f"/classes/{key_of(desk)}"))
    assert "E-mail, Owners: 4 pieces" in said
    assert "Talk with {{originator_name}}." in said
    assert f"letter.2000003 longest originator name ID {OFFICERS[2].name}" in said
    assert f"letter.2000002 shortest originator name ID {OFFICERS[1].name}" in said
    assert "One answer for 4 pieces. Each needs one person with the role compliance or admin." in said


def test_the_sample_stays_on_loading_again_and_changes_on_demand(desk: Desk):
    officers = [
        OFFICERS[0].model_copy(update={"nmls": str(2_100_000 + n), "name": f"Officer {n:02}"})
        for n in range(40)
    ]
    desk.lender = desk.lender.model_copy(update={"originators": tuple(officers)})
    desk.fill(*[signed(one) for one in officers])
    key = load_piece(desk.engine, f"letter.{officers[0].nmls}").class_key
    visitor = desk.person()

    def sample(page: str) -> list[str]:
        part = page[page.index('id="sample"') :]
        return re.findall(r'href="/pieces/([^"?]+)\?', part[: part.index("</ul>")])

    first = sample(visitor.text(f"/classes/{key}"))
    assert len(first) == 5
    assert sample(visitor.text(f"/classes/{key}")) == first
    assert sample(visitor.text(f"/classes/{key}?draw=1")) != first
    assert sample(desk.person("Ana Sole").text(f"/classes/{key}")) != first


def test_the_table_of_a_large_class_is_turned_like_pages(desk: Desk):
    officers = [
        OFFICERS[0].model_copy(update={"nmls": str(2_100_000 + n), "name": f"Officer {n:02}"})
        for n in range(60)
    ]
    desk.lender = desk.lender.model_copy(update={"originators": tuple(officers)})
    desk.fill(*[signed(one) for one in officers])
    key = load_piece(desk.engine, f"letter.{officers[0].nmls}").class_key
    visitor = desk.person()
    first, second = (visitor.text(f"/classes/{key}?page={n}") for n in (1, 2))
    tables = [page[page.index('id="all"') :] for page in (first, second)]
    assert [page[: page.index("</table>")].count("data-open") for page in tables] == [50, 10]
    assert '<a href="?page=2&amp;draw=0#all" rel="next">Next page</a>' in first
    assert '<a href="?page=1&amp;draw=0#all" rel="prev">Page before</a>' in second


def test_a_class_of_one_is_read_as_its_piece(desk: Desk):
    desk.fill(a_piece("letter"))
    answer = desk.person().get(f"/classes/{load_piece(desk.engine, 'letter').class_key}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pieces/letter")


def test_who_may_not_decide_is_not_offered_to(desk: Desk):
    desk.fill()
    page = desk.person("Max Orr").text(f"/classes/{key_of(desk)}")
    assert "/batch?" not in page
    assert "Your role does not decide on classes." in saying(page)


def test_a_class_tells_what_differs_from_the_last_approved(desk: Desk):
    desk.fill(a_piece("before", body="Talk with us soon."), *[signed(one) for one in OFFICERS])
    visitor = desk.person()
    visitor.act("before", "approve")
    page = visitor.text(f"/classes/{key_of(desk)}")
    assert "What differs from the last approved before rev 1" in saying(page)
    assert "<del" in page
    assert "<ins" in page
