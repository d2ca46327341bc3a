"""The approvers' page attacked: no session but one's own, no form but our own, no script but ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from approvals import accounts
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.runs import Run, start_run
from approvals.store import load_piece, submit
from approvals.web.sent import MOST_BYTES
from campaign.brief import Brief
from campaign.claim import Binding, Claim, Provenance
from campaign.finding import Finding, Severity
from campaign.lender import Person
from campaign.piece import Partner, Piece, Speaker
from tests.approvals.gate import AT, a_piece, by_hand, status_of
from tests.approvals.web.desk import PASSWORD, SITE, STAFFED, Desk, Visitor, saying, secret, value
from tests.approvals.web.inert import ADDRESS, HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.page import Opening

POSTS = (
    "/logout",
    "/account",
    "/pieces/letter",
    "/edit/letter",
    "/batch",
    "/pause",
    "/resume",
    "/recall",
    "/audit",
)


def forms(desk: Desk) -> dict[str, dict[str, str]]:
    """For every address that takes forms, one that would be done if it were let in."""
    stored = load_piece(desk.engine, "letter")
    seen = {"seen": stored.content_hash, "pack": stored.pack_version}
    return {
        "/logout": {},
        "/account": {
            "password": PASSWORD,
            "new": "a lantern under the stairs",
            "again": "a lantern under the stairs",
        },
        "/pieces/letter": {**seen, "act": "approve"},
        "/edit/letter": {**seen, "text.body": "Talk with them."},
        "/batch": {
            "digest": value(desk.person("Ana Sole").text("/batch?piece=letter"), "digest"),
            "answer": "approve",
        },
        "/pause": {"reason": "Because."},
        "/resume": {"reason": "Because."},
        "/recall": {"count": "0", "reason": "Because."},
        "/audit": {},
    }


def state(desk: Desk) -> tuple[int, str]:
    return verify(desk.engine).events, str(status_of(desk.engine))


def test_the_list_of_addresses_that_take_forms_is_whole(desk: Desk):
    app: Any = desk.visitor().client.app
    taking = {route.path for route in every_route(app) if "POST" in (route.methods or ())}
    assert {re.sub(r"\{.*\}", "letter", path) for path in taking} == {*POSTS, "/login"}


def every_route(app: Any) -> list[Any]:
    found, open_ones = [], list(app.routes)
    while open_ones:
        route = open_ones.pop()
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            open_ones += inner
        elif hasattr(route, "methods"):
            found.append(route)
    return found


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "attack",
    [
        "no secret",
        "wrong secret",
        "another session's",
        "the door's",
        "no origin",
        "other origin",
        "null origin",
        "other port",
        "no session",
    ],
)
def test_no_form_but_our_own_does_anything(desk: Desk, path: str, attack: str):
    desk.fill(a_piece("letter"))
    fields = forms(desk)[path]
    visitor, other = desk.person(), desk.person("Ida Root")
    door = secret(desk.visitor().get("/login").text)
    secrets = {
        "no secret": "",
        "wrong secret": "x" * 43,
        "another session's": other.csrf(),
        "the door's": door,
    }
    origins = {
        "no origin": None,
        "other origin": "http://evil.test",
        "null origin": "null",
        "other port": f"{SITE}:81",
    }
    sent = {**fields, "csrf": secrets.get(attack, visitor.csrf())}
    sender = desk.visitor() if attack == "no session" else visitor
    before = state(desk)
    answer = sender.send(path, sent, origin=origins.get(attack, SITE))
    assert answer.status_code == 403
    assert "nothing was done" in saying(answer.text)
    assert state(desk) == before
    assert visitor.get("/account").status_code == 200


def test_the_same_form_is_done_where_it_is_our_own(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    assert visitor.send("/pieces/letter", forms(desk)["/pieces/letter"]).status_code == 303
    assert status_of(desk.engine) == "approved"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(desk: Desk, method: str):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    before = state(desk)
    for path in (*POSTS, "/queue"):
        answer = visitor.client.request(method, path, headers={"origin": SITE}, data={"csrf": visitor.csrf()})
        assert answer.status_code in (403, 405)
    assert state(desk) == before


def test_reading_changes_nothing(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    before = state(desk)
    for path in ("/", "/queue", "/pieces/letter?act=approve", "/batch?piece=letter&answer=approve", "/edit/letter",
                 "/pause", "/recall", "/account"):  # fmt: skip
        visitor.get(path)
    assert visitor.get("/logout").status_code == 405
    assert state(desk) == before


def test_a_cookie_replayed_after_logout_opens_nothing(desk: Desk):
    visitor = desk.person()
    stolen = visitor.client.cookies["vallum"]
    csrf = visitor.csrf()
    visitor.send("/logout")
    thief = desk.visitor()
    thief.client.cookies.set("vallum", stolen)
    assert thief.get("/queue").headers["location"].startswith("/login")
    assert thief.send("/pause", {"csrf": csrf, "reason": "Because."}).status_code == 403


@pytest.mark.parametrize(
    "forged", ["", "x", "a" * 43, "../../etc/passwd", "' OR 1=1 --", "%00", "a" * 20_000]
)
def test_a_forged_cookie_opens_nothing(desk: Desk, forged: str):
    desk.person()
    thief = desk.visitor()
    thief.client.cookies.set("vallum", forged)
    assert thief.get("/queue").headers["location"].startswith("/login")


def test_what_the_database_holds_is_no_cookie(desk: Desk):
    from sqlmodel import select

    from approvals.desk_records import LoginRow

    desk.person()
    with reading(desk.engine) as session:
        kept = session.exec(select(LoginRow)).one()
    thief = desk.visitor()
    for stolen in (kept.token, kept.csrf):
        thief.client.cookies.set("vallum", stolen)
        assert thief.get("/queue").headers["location"].startswith("/login")


def test_logging_in_gives_a_new_session_whatever_cookie_was_brought(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    victim = desk.visitor()
    victim.client.cookies.set("vallum", "planted-by-someone-else")
    victim.log_in("Ruth Calder")
    assert "planted-by-someone-else" not in [
        cookie.value for cookie in victim.client.cookies.jar if cookie.domain
    ]


def test_nobody_is_logged_in_by_another_s_form(desk: Desk):
    accounts.set_password(desk.gate(), "Ida Root", PASSWORD, by="Ida Root", at=desk.at)
    mine = secret(desk.visitor().get("/login").text)
    victim = desk.visitor()
    sent = {"csrf": mine, "name": "Ida Root", "password": PASSWORD}
    for origin in (SITE, "http://evil.test"):
        assert victim.client.post("/login", data=sent, headers={"origin": origin}).status_code == 403


def test_nothing_but_the_door_is_open(desk: Desk):
    desk.fill(a_piece("letter"))
    stranger = desk.visitor()
    asked = {
        re.sub(r"\{.*?\}", "1", route.path)
        for route in every_route(stranger.client.app)
        if "GET" in route.methods
    }
    assert len(asked) > 12
    for path in asked - {"/login"}:
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), path


# passwords


def test_guessing_is_locked_by_name_whether_there_is_such_a_person_or_not(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    app = desk.app()
    told = {}
    for name in ("Ruth Calder", "Nobody Here"):
        answers = []
        for guess in range(12):
            answer = desk.visitor(f"10.0.{guess}.1", app).log_in(name, f"guess number {guess}")
            answers.append((answer.status_code, saying(answer.text).replace(name, "NAME")))
        told[name] = answers
    assert told["Ruth Calder"] == told["Nobody Here"]
    codes = [code for code, _ in told["Ruth Calder"]]
    assert codes == [403] * accounts.FREE_FAILURES + [429] * (12 - accounts.FREE_FAILURES)
    assert "There were too many failed attempts. Try again in 1 minute." in told["Ruth Calder"][-1][1]


def test_guessing_is_locked_by_address_over_many_names(desk: Desk):
    app = desk.app()
    codes = [desk.visitor("10.9.9.9", app).log_in(f"Person {n}", "x" * 12).status_code for n in range(30)]
    assert codes[:20] == [403] * 20
    assert set(codes[20:]) == {429}
    assert desk.visitor("10.9.9.8", app).log_in("Person 99", "x" * 12).status_code == 403


def test_a_subscriber_s_many_addresses_are_one(desk: Desk):
    app = desk.app()
    codes = [
        desk.visitor(f"2001:db8:7::{n:x}", app).log_in(f"Guest {n}", "x" * 12).status_code for n in range(21)
    ]
    assert codes == [403] * 20 + [429]
    assert desk.visitor("2001:db8:8::1", app).log_in("Guest 99", "x" * 12).status_code == 403


def test_the_right_password_is_not_looked_at_while_it_is_locked(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    visitor = desk.visitor()
    for _ in range(accounts.FREE_FAILURES):
        visitor.log_in("Ruth Calder", "not the password")
    assert visitor.log_in("Ruth Calder").status_code == 429
    restarted = desk.visitor()
    assert restarted.log_in("Ruth Calder").status_code == 429
    desk.wait(minutes=1)
    assert restarted.log_in("Ruth Calder").status_code == 303
    with reading(desk.engine) as session:
        names = [event.event for event in events_of(session, ["Ruth Calder"])]
    assert names.count("login.failed") == accounts.FREE_FAILURES
    assert names.count("login.locked") == 1
    assert verify(desk.engine).verified


# bodies and addresses


@pytest.mark.parametrize("path", ["/login", "/pieces/letter", "/edit/letter", "/batch"])
@pytest.mark.parametrize("way", ["declared", "lied about", "in chunks", "many fields"])
def test_an_oversized_body_is_one_sentence(desk: Desk, path: str, way: str):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    large = b"reason=" + b"x" * MOST_BYTES
    headers = {"origin": SITE, "content-type": "application/x-www-form-urlencoded"}
    if way == "declared":
        answer = visitor.client.post(path, content=large, headers=headers)
    elif way == "lied about":
        answer = visitor.client.post(path, content=b"a=1", headers={**headers, "content-length": "9" * 30})
    elif way == "in chunks":
        answer = visitor.client.post(path, content=iter([large[:1000]] * 300), headers=headers)
    else:
        answer = visitor.client.post(
            path, content=b"&".join(b"a%d=" % n for n in range(500)), headers=headers
        )
    assert answer.status_code == (422 if way == "many fields" else 413)
    if way != "many fields":
        assert f"What was sent is larger than {MOST_BYTES // 1024} KB; send less at once." in saying(
            answer.text
        )
    assert status_of(desk.engine) == "pending"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"csrf": "x"}', "application/json"),
        (
            b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"reason=%ff%fe", "application/x-www-form-urlencoded"),
        (b"reason=\xff", "application/x-www-form-urlencoded"),
        (b"\x00" * 100, "text/plain"),
    ],
)
def test_what_is_no_form_is_not_read_as_one(desk: Desk, content: bytes, kind: str):
    visitor = desk.person()
    answer = visitor.client.post("/pause", content=content, headers={"origin": SITE, "content-type": kind})
    assert answer.status_code in (415, 422)
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py", "/static//etc/passwd",
     "/static/%2fetc/passwd", "/static/..%5capp.py", "/static/%00", "/static/desk.css/../../page.py", "/static/",
     "/static"],
)  # fmt: skip
def test_no_path_leads_out_of_the_static_files(site: str, path: str):
    from http.client import HTTPConnection

    connection = HTTPConnection(site.removeprefix("http://"), timeout=10)
    connection.putrequest("GET", path)  # as it stands: nothing on the way tidies it
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status in (303, 400, 404, 405)
    assert b"import" not in body
    assert b"root:" not in body


# texts that act


NASTY = HOSTILE + " {{1234*5678}} ${1234*5678} {% if 1 %25} {{ ''.__class__.__mro__ }} {{ config }}"


def nasty_desk(desk: Desk) -> None:
    """Hostile text in every field that a person or a file can fill."""
    name = f"Eve {HOSTILE}"[:110]
    people = (*STAFFED.people, Person(name=name, role="compliance"))
    desk.lender = STAFFED.model_copy(
        update={
            "people": people,
            "name": f"Lender {NASTY}",
            "url": 'https://x.test/"><script>window.hit=1</script>',
        }
    )
    brief = Brief(goal=NASTY, budget_usd=10_000, starts=AT.date(), ends=AT.date() + timedelta(days=60))
    run = Run(run_id="run-1", brief=brief, as_of=AT, sheet_id=NASTY, created_at=AT)
    start_run(desk.engine, run, by=NASTY, at=AT)
    claim = Claim(
        slot="rate", kind="rate", text=NASTY, value=6.125, valid_until=AT + timedelta(days=2),
        provenance=Provenance(source="rate_sheet", reference=NASTY, inputs={NASTY: NASTY}),
    )  # fmt: skip
    fields = {"subject": NASTY, "preheader": NASTY, "headline": NASTY, "body": NASTY, "cta": NASTY, "footer": NASTY,
              "landing_url": ADDRESS, "description": NASTY}  # fmt: skip
    many: dict[str, Any] = {"headlines": (NASTY, NASTY), "descriptions": (NASTY,)}
    for channel in ("email", "google_search", "meta", "linkedin", "zillow", "sms", "flyer", "web", NASTY):
        piece = Piece(
            piece_id="nasty." + (channel if channel != NASTY else "other"), channel=channel, authors=(NASTY,),
            products=(NASTY,), states=(NASTY,), fields=many if channel == "google_search" else fields,
            originator=Speaker(name=NASTY, nmls=NASTY), partner=Partner(name=NASTY, kind=NASTY),
            targeting={NASTY: [NASTY]}, claims=(claim,),
            bindings=() if channel == "google_search" else (Binding(field="body", start=0, end=len(NASTY), slot="rate"),),
        )  # fmt: skip
        finding = Finding(
            rule=NASTY, severity=Severity.WARN, citation=NASTY, field=next(iter(piece.fields)), start=0, end=9,
            excerpt=NASTY[:9], message=NASTY, fix=NASTY,
        )  # fmt: skip
        submit(
            desk.engine, piece, run_id="run-1", placement_id=NASTY, master_id=NASTY, segment=NASTY, angle=NASTY,
            findings=(finding,), pack_version=NASTY, sheet_id=NASTY, survey_rate=6.0, lender=desk.lender, at=AT,
        )  # fmt: skip
    desk.rules.version = NASTY


def nasty_acts(visitor: Visitor) -> None:
    """Hostile words in everything a person can say."""
    visitor.act("nasty.email", "comment", words=NASTY)
    visitor.act("nasty.meta", "waive", rule=NASTY, reason=NASTY, until="2026-03-10")
    visitor.act("nasty.linkedin", "approve", reason=NASTY)
    visitor.act("nasty.zillow", "reject", reason=NASTY)
    visitor.act("nasty.sms", "return", reason=NASTY)
    visitor.act("nasty.flyer", "withdraw", reason=NASTY)
    shown = visitor.get("/edit/nasty.web").text
    seen = {name: value(shown, name) for name in ("csrf", "seen", "pack")}
    visitor.send("/edit/nasty.web", {**seen, "text.body": "x " + NASTY, "reason": NASTY})
    visitor.send("/pause", {"reason": NASTY})


PLACES = [
    "/queue", "/queue?by=piece&status=any", "/queue?text=X", "/queue?verdict=X", "/queue?run=X", "/queue?status=X",
    "/pieces/nasty.email", "/pieces/nasty.google_search", "/pieces/nasty.meta", "/pieces/nasty.linkedin",
    "/pieces/nasty.zillow", "/pieces/nasty.sms", "/pieces/nasty.flyer", "/pieces/nasty.web", "/pieces/nasty.web?revision=1",
    "/pieces/nasty.other", "/pieces/X", "/edit/nasty.web", "/edit/nasty.google_search", "/batch?channel=email",
    "/batch?text=X", "/recall?text=X", "/recall", "/pause", "/account", "/nowhere/X", "/classes/X", "/runs",
    "/runs/run-1", "/ledger", "/audit", "/letters/nasty.email/1",
]  # fmt: skip


def test_no_text_acts_in_a_browser(desk: Desk, open_page: Opening):
    nasty_desk(desk)
    nasty_acts(desk.person())
    page = open_page(desk.lender.people[-1].name)
    spoken = watch(page)
    from urllib.parse import quote

    found = {}
    for place in PLACES:
        answer = page.goto(place.replace("X", quote(NASTY[:180], safe="")))
        assert answer is not None
        if answer.status >= 500 or (answer.status >= 400) is not ("X" in place.partition("?text=")[0]):
            found[place] = answer.status
        if not place.startswith("/letters"):  # which shows the letter alone
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for element in page.query_selector_all("main [title], main a, main summary")[:12]:
            element.dispatch_event("mouseover")
        acted = page.evaluate(
            "({hit: window.hit, scripts: [...document.scripts].map((one) => one.getAttribute('src')),"
            " planted: document.querySelectorAll('[onload],[onerror],[onmouseover],img[src=x],a[href^=javascript]').length})"
        )
        expected = [] if place.startswith("/letters") else ["/static/desk.js"]
        if acted.get("hit") is not None or acted["planted"] or acted["scripts"] != expected:
            found[place] = acted
        if "7006652" in page.content():
            found[place] = "something was worked out"
    assert found == {}
    assert spoken == []


def watch(page: Page) -> list[str]:
    """Everything that a script would cause, or that the policy had to stop."""
    spoken: list[str] = []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: spoken.append(popup.url))
    page.on(
        "console", lambda said: spoken.append(said.text) if "Content Security Policy" in said.text else None
    )
    page.on(
        "request",
        lambda request: None if request.url.startswith(page.url[:20]) else spoken.append(request.url),
    )
    return spoken


def test_templates_in_copy_are_shown_and_not_worked_out(desk: Desk):
    desk.fill(a_piece("letter", body="Pay {{7*7}} or {% if 1 %}so{% endif %} {{ person }} {{csrf}}."))
    visitor = desk.person()
    for path in ("/pieces/letter", "/edit/letter"):
        page = visitor.text(path)
        assert "{% if 1 %}so{% endif %}" in page
        assert "{{7*7}}" in page
        assert "Pay 49" not in saying(page)


def test_a_sentence_for_the_next_page_cannot_be_planted(desk: Desk):
    from base64 import urlsafe_b64encode

    visitor = desk.person()
    carried = urlsafe_b64encode(b"Approved 3,600 pieces.").decode()
    session = visitor.client.cookies["vallum"]
    for planted in (carried, f"{carried}.", f"{carried}.{'0' * 64}", "x.y", "\u00e9.\u00e9"):
        cookies = f"vallum={session}; vallum_notice={planted}".encode("latin-1")
        answer = visitor.client.get("/queue", headers=[(b"cookie", cookies)])
        assert answer.status_code == 200
        assert 'class="notice done"' not in answer.text


def test_every_answer_carries_the_shield(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    answers = [
        visitor.get(path) for path in ("/queue", "/nowhere", "/static/desk.js", "/static/nothing", "/login")
    ]
    answers += [visitor.send("/pause", {"csrf": "x"}), desk.visitor().get("/queue")]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"


# the clock and the record


def test_a_clock_set_back_opens_no_session_again(desk: Desk):
    visitor = desk.person()
    desk.wait(hours=11)
    assert visitor.get("/queue").status_code == 303
    desk.at = datetime(2026, 1, 1, tzinfo=UTC)
    assert visitor.get("/queue").status_code == 303


def test_a_role_taken_away_while_a_form_is_open_counts_when_it_is_sent(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    fields = forms(desk)["/pieces/letter"]
    shown = visitor.csrf()
    demoted = tuple(
        one.model_copy(update={"role": "loan_officer"}) if one.name == "Ruth Calder" else one
        for one in STAFFED.people
    )
    desk.lender = STAFFED.model_copy(update={"people": demoted})
    answer = visitor.send("/pieces/letter", {**fields, "csrf": shown})
    assert answer.status_code == 403
    assert status_of(desk.engine) == "pending"


def test_a_session_row_edited_by_hand_gives_nobody_another_name(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person("Max Orr")
    by_hand(desk.engine, "UPDATE logins SET person = 'Somebody Else'")
    answer = visitor.get("/queue")
    assert answer.status_code == 403
    assert visitor.get("/queue").status_code == 303
