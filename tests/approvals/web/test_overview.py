"""Runs, the publication ledger and the audit log as pages: what they tell, to whom, and what they let through."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from approvals import deliveries, releases
from approvals.audit import record
from approvals.database import writing
from approvals.releases import note_tried
from campaign.release import Withheld
from tests.approvals.gate import AT, LATER, a_piece, approve, by_hand, ledger, start, submit
from tests.approvals.web.desk import Desk, saying
from tests.approvals.web.inert import HOSTILE, faults, seen
from tests.approvals.web.street import a_run

PATHS = ("/runs", "/runs/run-1", "/ledger", "/audit")


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


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_them_without_logging_in(desk, path):
    a_run(desk.engine)
    assert desk.visitor().get(path).status_code == 303


@pytest.mark.parametrize("path", PATHS)
def test_they_need_neither_scripts_nor_styles_of_their_own(desk, path):
    a_run(desk.engine)
    page = desk.person().text(path)
    main = page[page.index("<main") : page.index("</main>")]
    assert faults(main) == []


def test_the_audit_log_is_read_by_those_who_may(desk):
    start(desk.engine)
    assert desk.person("Ruth Calder").get("/audit").status_code == 200
    marketer = desk.person("Max Orr")
    assert marketer.get("/audit").status_code == 403
    assert marketer.send("/audit").status_code == 403
    assert marketer.get("/ledger").status_code == 200


def test_the_list_of_runs_tells_what_was_asked_for_and_how_it_stands(desk):
    a_run(desk.engine, words="Spring season")
    submit(desk.engine, a_piece("x"))
    said = saying(desk.person().text("/runs"))
    for part in ("run-1", "Spring season", "$1,200", "6.000 %", "1 pending", "26 Feb 2026"):
        assert part in said, part


def test_runs_go_on_page_by_page_without_losing_one(desk):
    for number in range(1, 36):
        a_run(desk.engine, f"run-{number:02d}", created_at=AT + timedelta(minutes=number // 3))
    page, seen_runs = desk.person(), []
    path = "/runs"
    for _ in range(5):
        text = page.text(path)
        seen_runs += re.findall(r'<a href="/runs/(run-\d+)" class="mono', text)
        more = re.search(r'<a href="([^"]+)" rel="next"', text)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert sorted(seen_runs) == [f"run-{number:02d}" for number in range(1, 36)]


def test_a_run_shows_its_brief_its_money_its_market_and_its_review(desk):
    a_run(desk.engine)
    submit(desk.engine, a_piece("x"))
    said = saying(desk.person().text("/runs/run-1"))
    for part in (
        "$1,000 of $1,200", "Google Search $600 60%", "E-mail $400 40%", "4 leads expected (between 2 and 6)",
        "6.000 % offered, 5.98 % in the survey", "a person should look", "would have a lowest ratio of 0.90",
        "The weekly survey's 30-year rate began at", "1 pending", "Plain words",
    ):  # fmt: skip
        assert part in said, part


def test_the_chart_of_a_run_reaches_two_years_back_or_as_far_as_asked(desk):
    a_run(desk.engine)
    page = desk.person()
    assert "From 26 February 2024 to 26 February 2026." in saying(page.text("/runs/run-1"))
    asked = saying(page.text("/runs/run-1?from=2020-01-01&to=2021-01-01"))
    assert "From 1 January 2020 to 1 January 2021." in asked
    assert page.get("/runs/run-1?from=2021-01-01&to=2020-01-01").status_code == 422
    assert page.get("/runs/run-1?from=yesterday").status_code == 422
    assert page.get("/runs/run-1?from=0001-01-01").status_code == 422


def test_the_chart_knows_nothing_of_what_came_after_today(desk):
    a_run(desk.engine)
    page = desk.person().text("/runs/run-1?to=2026-12-31")
    assert "18 Mar 2026: ahead" in seen(page)
    assert "5 Mar 2026" not in page[page.index("<caption>Weekly survey") :]


def test_a_run_without_a_plan_says_so(desk):
    start(desk.engine)
    assert "No plan was made yet." in saying(desk.person().text("/runs/run-1"))


def test_a_plan_changed_by_hand_is_said_and_not_shown(desk):
    a_run(desk.engine)
    by_hand(desk.engine, "UPDATE runs SET plan = replace(plan, '600.0', '60000.0')")
    page = desk.person().text("/runs/run-1")
    assert "are not what the audit log recorded" in saying(page)
    assert "$60,000" not in page


def test_an_unknown_run_and_an_unknown_release_are_not_found(desk):
    start(desk.engine)
    page = desk.person()
    assert page.get("/runs/nothing").status_code == 404
    assert page.get("/ledger/nothing").status_code == 404


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


def test_hostile_words_in_briefs_plans_and_details_are_shown_and_do_nothing(desk):
    name = HOSTILE[:200]
    a_run(desk.engine, words=HOSTILE)
    a_run(desk.engine, name, words=HOSTILE, replaces=name)
    submit(desk.engine, a_piece(name), run_id=name)
    approve(desk.engine, name)
    (one,) = releases.releases_due(desk.engine)
    books = ledger(desk.engine)
    books.claim(one, HOSTILE, at=AT)
    books.submitting(one, HOSTILE, at=AT)
    books.deliver(one, HOSTILE, target=HOSTILE, at=AT)
    held = Withheld(release_id=one.release_id, channel=HOSTILE, placement_id=HOSTILE, reason=HOSTILE)
    deliveries.withhold(desk.engine, held, at=AT)
    with writing(desk.engine) as session:
        record(session, event=HOSTILE, subject=f"{HOSTILE} rev 1", by=HOSTILE, at=AT,
               details={HOSTILE: [HOSTILE, {HOSTILE: 1}], "reason": HOSTILE, "from": HOSTILE, "to": HOSTILE})  # fmt: skip
    page = desk.person()
    page.act(name, "comment", words=HOSTILE)
    shown = {
        path: page.text(path)
        for path in (
            "/runs", "/runs/run-1", f"/runs/{quote(name, safe='')}", "/ledger", f"/ledger/{quote(one.release_id, safe='')}",
            "/audit", f"/audit?words={quote(HOSTILE[:60])}",
        )
    }  # fmt: skip
    for path, text in shown.items():
        main = text[text.index("<main") : text.index("</main>")]
        assert faults(main) == [], path
        assert "<script>window" not in text, path
        assert "<script>window.hit = 1</script>" in seen(main), path
