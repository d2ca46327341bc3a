"""Runs as pages: what they tell, to whom, and what they let through."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from approvals import deliveries, releases
from approvals.audit import record
from approvals.database import writing
from campaign.brief import Brief, Supposition
from campaign.condition import Condition
from campaign.release import Withheld
from tests.approvals.gate import AT, a_piece, approve, by_hand, ledger, start, submit
from tests.approvals.web.desk import saying
from tests.approvals.web.inert import HOSTILE, faults, seen
from tests.approvals.web.street import a_run

PATHS = ("/runs", "/runs/run-1", "/ledger", "/audit")


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


def test_a_run_that_took_the_place_of_another_shows_what_changed(desk):
    a_run(desk.engine, "run-1")
    a_run(desk.engine, "run-2", replaces="run-1", offered_rate=6.5)
    said = saying(desk.person().text("/runs/run-2"))
    for part in (
        "What changed from run-1",
        "It costs the same: $1,000.",
        "Expected leads: 4 (2 to 6) where 4",
    ):
        assert part in said, part
    assert "What changed" not in saying(desk.person().text("/runs/run-1"))


def test_a_run_for_a_case_says_when_it_goes_out(desk):
    condition = Condition(low=6.0, high=6.25, before=AT + timedelta(days=9), since=AT + timedelta(days=2))
    case = Supposition(name="down", meeting=AT.date(), shift_bps=-12.5, condition=condition)
    brief = Brief(goal="If so", budget_usd=10, starts=AT.date(), ends=AT.date(), supposing=case)
    a_run(desk.engine, brief=brief)
    said = saying(desk.person().text("/runs/run-1"))
    assert "Only if the offered 30-year rate lies between 6.000% and 6.250% after" in said


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
