"""Logging in and out as a browser does it."""

from __future__ import annotations

import pytest
from sqlmodel import select

from approvals import accounts
from approvals.audit import verify
from approvals.database import reading
from approvals.desk_records import LoginRow
from tests.approvals.web.desk import PASSWORD, SITE, STAFFED, Desk, secret


def test_whoever_is_not_logged_in_is_led_to_the_door_and_back(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    visitor = desk.visitor()
    answer = visitor.get("/account?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Faccount%3Fx%3D1"
    entered = visitor.log_in("ruth  CALDER", next="/account?x=1")
    assert (entered.status_code, entered.headers["location"]) == (303, "/account?x=1")
    assert "Ruth Calder" in visitor.text("/account")


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere", "javascript:x"]
)
def test_the_door_leads_nowhere_else(desk: Desk, wanted: str):
    visitor = desk.person()
    assert visitor.client.get("/login", params={"next": wanted}).headers["location"] == "/"
    stranger = desk.visitor()
    assert f'value="{wanted}"' not in stranger.client.get("/login", params={"next": wanted}).text


def test_the_cookie_is_for_this_page_alone(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    answer = desk.visitor().log_in("Ruth Calder")
    kept = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("vallum="))
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    assert "Path=/;" in kept
    assert "Domain" not in kept
    assert "Secure" not in kept


def test_over_https_the_cookie_is_secure_and_the_browser_is_told_to_stay_there(desk: Desk):
    desk.secure = True
    visitor = desk.visitor()
    answer = visitor.get("/login")
    door = answer.headers["set-cookie"]
    assert door.startswith("__Host-vallum-door=")
    assert "Secure" in door
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_wrong_password_and_an_unknown_name_read_the_same(desk: Desk):
    accounts.set_password(desk.gate(), "Ruth Calder", PASSWORD, by="Ruth Calder", at=desk.at)
    pages = []
    for name in ("Ruth Calder", "Nobody Here", "Max Orr"):
        answer = desk.visitor().log_in(name, "not the password")
        assert answer.status_code == 403
        pages.append(answer.text.replace(name, "NAME").replace(secret(answer.text), "SECRET"))
    assert pages[0] == pages[1] == pages[2]
    assert "The name or the password is wrong." in pages[0]


def test_a_session_ends_where_it_is_kept(desk: Desk):
    visitor = desk.person()
    answer = visitor.send("/logout")
    assert answer.headers["location"] == "/login"
    with reading(desk.engine) as session:
        assert session.exec(select(LoginRow)).all() == []
    assert visitor.get("/account").headers["location"].startswith("/login")


@pytest.mark.parametrize(("minutes", "times", "stands"), [(29, 3, True), (31, 1, False), (25, 25, False)])
def test_a_session_ends_when_it_is_idle_and_when_the_day_is_over(
    desk: Desk, minutes: int, times: int, stands: bool
):
    visitor = desk.person()
    for _ in range(times):
        desk.wait(minutes=minutes)
        answer = visitor.get("/account")
    assert answer.status_code == (200 if stands else 303)


def test_a_person_taken_off_the_list_is_out_at_the_next_request(desk: Desk):
    visitor = desk.person("Max Orr")
    desk.lender = STAFFED.model_copy(update={"people": STAFFED.people[:1]})
    answer = visitor.get("/account")
    assert answer.status_code == 403
    assert "`Max Orr` is not among the people of lender.toml." in answer.text
    desk.lender = STAFFED
    assert visitor.get("/account").status_code == 303


@pytest.mark.parametrize(("name", "shown"), [("Ruth Calder", True), ("Olive Penn", False)])
def test_only_who_may_read_the_log_is_led_there(desk: Desk, name: str, shown: bool):
    visitor = desk.person(name)
    assert ('href="/audit"' in visitor.text("/account")) is shown
    assert visitor.get("/audit").status_code == (200 if shown else 403)


def test_a_role_taken_away_counts_at_the_next_request(desk: Desk):
    visitor = desk.person("Ida Root")
    assert "admin" in visitor.text("/account")
    demoted = tuple(
        person.model_copy(update={"role": "marketer"}) if person.name == "Ida Root" else person
        for person in STAFFED.people
    )
    desk.lender = STAFFED.model_copy(update={"people": demoted})
    assert "marketer" in visitor.text("/account")


def test_a_new_password_ends_every_session(desk: Desk):
    one, other = desk.person(), desk.visitor()
    assert other.log_in("Ruth Calder").status_code == 303
    fresh = "a lantern under the stairs"
    answer = one.send("/account", {"password": PASSWORD, "new": fresh, "again": fresh})
    assert answer.headers["location"] == "/login"
    assert [visitor.get("/account").status_code for visitor in (one, other)] == [303, 303]
    assert other.log_in("Ruth Calder").status_code == 403
    assert other.log_in("Ruth Calder", fresh).status_code == 303
    assert verify(desk.engine).verified


@pytest.mark.parametrize(
    ("password", "new", "again", "status", "said"),
    [
        (
            "wrong wrong wrong",
            "a lantern under the stairs",
            "a lantern under the stairs",
            403,
            "password is wrong",
        ),
        (PASSWORD, "a lantern under the stairs", "a lantern", 422, "The two new passwords differ."),
        (PASSWORD, "short", "short", 422, "A password has 12 to 200 characters; this one has 5."),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", 422, "too easy to guess"),
        (PASSWORD, "x ruth calder 1", "x ruth calder 1", 422, "too easy to guess"),
    ],
)
def test_a_new_password_that_will_not_do_is_refused_in_a_sentence(
    desk: Desk, password: str, new: str, again: str, status: int, said: str
):
    visitor = desk.person()
    answer = visitor.send("/account", {"password": password, "new": new, "again": again})
    assert answer.status_code == status
    assert said in answer.text
    assert visitor.get("/account").status_code == 200


def test_the_page_says_what_may_run_on_it(desk: Desk):
    answer = desk.visitor().get("/login")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert " style=" not in answer.text


def test_nothing_is_told_of_the_application_itself(desk: Desk):
    visitor = desk.person()
    for path in ("/docs", "/redoc", "/openapi.json", "/nowhere"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "There is no such page." in answer.text


def test_a_fault_of_ours_is_one_sentence_too(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    from fastapi.testclient import TestClient

    visitor = desk.person()
    calm = TestClient(
        visitor.client.app, base_url=SITE, raise_server_exceptions=False, cookies=visitor.client.cookies
    )
    monkeypatch.setattr(desk, "gate", lambda: 1 / 0)
    answer = calm.get("/account")
    assert answer.status_code == 500
    assert "A fault in Vallum itself stopped this page." in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["content-security-policy"]
