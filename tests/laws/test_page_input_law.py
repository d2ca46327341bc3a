"""The approvers' page attacked by what is sent to it: guessed passwords, large bodies, paths, planted words."""

from __future__ import annotations

import pytest

from approvals import accounts
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.web.sent import MOST_BYTES
from tests.approvals.gate import a_piece, status_of
from tests.approvals.web.desk import PASSWORD, SITE, Desk, saying


def test_guessing_is_locked_by_name_whether_there_is_such_a_person_or_not(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    told = {}
    for name in ("Ruth Calder", "Nobody Here"):
        answers = []
        for guess in range(12):
            answer = desk.visitor(f"10.0.{guess}.1").log_in(name, f"guess number {guess}")
            answers.append((answer.status_code, saying(answer.text).replace(name, "NAME")))
        told[name] = answers
    assert told["Ruth Calder"] == told["Nobody Here"]
    codes = [code for code, _ in told["Ruth Calder"]]
    assert codes == [403] * accounts.FREE_FAILURES + [429] * (12 - accounts.FREE_FAILURES)
    assert "There were too many failed attempts. Try again in 1 minute." in told["Ruth Calder"][-1][1]


def test_guessing_is_locked_by_address_over_many_names(desk: Desk):
    codes = [desk.visitor("10.9.9.9").log_in(f"Person {n}", "x" * 12).status_code for n in range(30)]
    assert codes[:20] == [403] * 20
    assert set(codes[20:]) == {429}
    assert desk.visitor("10.9.9.8").log_in("Person 99", "x" * 12).status_code == 403


def test_a_subscriber_s_many_addresses_are_one(desk: Desk):
    codes = [desk.visitor(f"2001:db8:7::{n:x}").log_in(f"Guest {n}", "x" * 12).status_code for n in range(21)]
    assert codes == [403] * 20 + [429]
    assert desk.visitor("2001:db8:8::1").log_in("Guest 99", "x" * 12).status_code == 403


def test_the_right_password_is_not_looked_at_while_it_is_locked(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    visitor = desk.visitor()
    for _ in range(accounts.FREE_FAILURES):
        visitor.log_in("Ruth Calder", "not the password")
    assert visitor.log_in("Ruth Calder").status_code == 429
    restarted = desk.visitor(app=desk.app())
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
