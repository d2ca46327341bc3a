"""The publication ledger and the audit log as pages: what went out, what is in doubt, what was noted."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from approvals import deliveries, releases
from approvals.audit import record
from approvals.database import writing
from approvals.releases import note_tried
from campaign.release import Withheld
from tests.approvals.gate import AT, LATER, a_piece, approve, by_hand, ledger, start, submit
from tests.approvals.web.desk import Desk, saying


def went_out(desk: Desk, *names: str, slots: int = 1) -> list[str]:
    """Pieces that were approved and published; the ids of their releases."""
    start(desk.engine)
    made = []
    for name in names:
        submit(desk.engine, a_piece(name))
        approve(desk.engine, name)
        one = next(due for due in releases.releases_due(desk.engine) if due.piece.piece_id == name)
        books = ledger(desk.engine)
        for number in range(slots):
            books.claim(one, f"s{number}", at=AT)
            books.submitting(one, f"s{number}", at=AT)
            books.deliver(one, f"s{number}", target=f"/outbox/{name}/{number}.eml", at=AT)
        note_tried(desk.engine, [one], at=AT)
        made.append(one.release_id)
    return made


def test_the_audit_log_is_read_by_those_who_may(desk):
    start(desk.engine)
    assert desk.person("Ruth Calder").get("/audit").status_code == 200
    marketer = desk.person("Max Orr")
    assert marketer.get("/audit").status_code == 403
    assert marketer.send("/audit").status_code == 403
    assert marketer.get("/ledger").status_code == 200


def test_the_ledger_tells_what_went_out_and_leads_to_its_recall(desk):
    (release,) = went_out(desk, "letter", slots=3)
    held = Withheld(
        release_id=release,
        channel="email",
        placement_id="owners.email",
        reason="daily limit reached",
        count=40,
    )
    deliveries.withhold(desk.engine, held, at=LATER)
    page = desk.person()
    text = page.text("/ledger")
    said = saying(text)
    for part in ("letter", "E-mail", "published", "out 3", "0.eml", "all 3", "40: daily limit reached"):
        assert part in said, part
    recall = re.search(r'href="(/recall\?piece=[^"]+)"', text)
    assert recall
    assert "1 live piece" in saying(page.text(recall[1]))
    assert f"/ledger/{release}" in text


def test_who_may_not_recall_is_offered_no_recall(desk):
    went_out(desk, "letter")
    assert "/recall?piece=" not in desk.person("Olive Penn").text("/ledger")


def test_what_is_in_doubt_is_said_first(desk):
    start(desk.engine)
    submit(desk.engine, a_piece("letter"))
    approve(desk.engine)
    (one,) = releases.releases_due(desk.engine)
    books = ledger(desk.engine)
    books.claim(one, "s1", at=AT)
    books.submitting(one, "s1", at=AT)
    went_out(desk, "other")
    page = desk.person()
    said = saying(page.text("/ledger"))
    assert said.index("1 delivery in doubt") < said.index("letter")
    shown = page.text("/ledger?show=in_doubt")
    assert "/pieces/letter" in shown
    assert "/pieces/other" not in shown


def test_the_ledger_is_filtered_and_goes_on(desk):
    names = [f"letter{number:02d}" for number in range(30)]
    went_out(desk, *names)
    page, found = desk.person(), []
    path = "/ledger?run=run-1&channel=email"
    for _ in range(3):
        text = page.text(path)
        found += re.findall(r'href="/pieces/(letter\d\d)\?', text)
        more = re.search(r'<a href="([^"]+)" rel="next"', text)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert sorted(found) == names
    assert "Nothing fits" in page.text("/ledger?channel=meta")
    assert "Nothing fits" in page.text("/ledger?run=run-9")


@pytest.mark.parametrize(
    "path",
    [
        "/ledger?show=everything", "/ledger?run=" + "x" * 201, "/ledger?after=a&tried=soon", "/ledger?after=a&tried=2026-02-26",
        "/ledger?channel=%00", "/runs?at=soon&run=x", "/audit?starts=soon", "/audit?before=-1", "/audit?before=9999999999999999999999",
        "/audit?words=" + "x" * 201,
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_refused_in_a_sentence(desk, path):
    start(desk.engine)
    answer = desk.person().get(path)
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_a_release_shows_each_delivery_with_its_evidence_page_by_page(desk):
    (release,) = went_out(desk, "letter", slots=60)
    page = desk.person()
    text = page.text(f"/ledger/{release}")
    assert "/outbox/letter/0.eml" in text
    more = re.search(r'<a href="(\?after=[^"]+)" rel="next"', text)
    assert more
    rest = page.text(f"/ledger/{release}{more[1]}")
    slots = re.findall(r'<th scope="row" class="mono">(s\d+)</th>', text + rest)
    assert sorted(slots) == sorted(f"s{number}" for number in range(60))


def test_the_audit_log_is_searched_by_everything_it_holds(desk):
    desk.fill(a_piece("letter"), a_piece("other"))
    page = desk.person()
    page.act("letter", "reject", reason="Too long for a phone.")
    desk.wait(days=2)
    page = desk.person()
    page.act("other", "reject", reason="Says nothing.")
    rejected = saying(page.text("/audit?event=piece.rejected"))
    assert "Too long for a phone." in rejected
    assert rejected.index("Says nothing.") < rejected.index("Too long for a phone."), "the newest first"
    assert "Says nothing." not in saying(page.text("/audit?words=phone"))
    assert "Too long" not in saying(page.text("/audit?event=piece.rejected&starts=2026-02-28"))
    assert "Says nothing." not in saying(page.text("/audit?event=piece.rejected&until=2026-02-27"))
    assert "Too long" in saying(page.text("/audit?subject=letter&by=ruth"))
    assert "Nothing fits" in saying(page.text("/audit?by=nobody"))


def test_an_event_leads_to_what_it_happened_to(desk):
    (release,) = went_out(desk, "letter")
    page = desk.person()
    text = page.text("/audit")
    for path in ("/pieces/letter?revision=1", "/runs/run-1", f"/ledger/{quote(release, safe='')}"):
        assert f'href="{path}"' in text, path
        assert page.get(path).status_code == 200


def test_the_log_goes_on_page_by_page_to_its_beginning(desk):
    desk.fill(*[a_piece(f"p{number}") for number in range(25)])
    page, numbers, path = desk.person(), [], "/audit"
    for _ in range(6):
        text = page.text(path)
        numbers += [int(found) for found in re.findall(r'data-name="event">(\d+)<', text)]
        more = re.search(r'<a href="([^"]+)" rel="next"', text)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert numbers == list(range(numbers[0], 0, -1))
    assert numbers[0] > 75


def test_the_log_is_verified_on_demand_and_says_where_it_does_not_stand(desk):
    desk.fill(a_piece("letter"))
    page = desk.person()
    assert "The log stands." in saying(page.send("/audit").text)
    by_hand(desk.engine, "UPDATE audit_events SET by = 'Somebody else' WHERE seq = 2")
    said = saying(page.send("/audit").text)
    assert "The log does not stand." in said
    assert "Event 2" in said


def test_the_last_anchor_is_told(desk):
    start(desk.engine)
    page = desk.person()
    assert "No anchor was made yet." in page.text("/audit")
    with writing(desk.engine) as session:
        noted = {"number": 3, "events": 12, "anchor": "ab" * 32, "key": "k"}
        record(session, event="log.anchored", subject="anchors", by="vallum", at=AT, details=noted)
    assert "anchor 3 over 12 events, abababababababab" in saying(page.text("/audit"))
