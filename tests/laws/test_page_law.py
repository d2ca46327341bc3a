"""The approvers' page attacked: no session but one's own, and no form but our own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from approvals import accounts
from approvals.audit import verify
from approvals.database import reading
from approvals.store import load_piece
from tests.approvals.gate import a_piece, by_hand, status_of
from tests.approvals.web.desk import PASSWORD, SITE, STAFFED, Desk, Visitor, saying, secret, value
from tests.page import opened_desk

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


@dataclass
class Besieged:
    """A desk that no attack changes, so that one is enough for all of them."""

    desk: Desk
    forms: dict[str, dict[str, str]]
    visitor: Visitor
    other: Visitor


@pytest.fixture(scope="module")
def besieged(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    database = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("besieged") / "desk.db"))
    with opened_desk(database) as desk:
        desk.fill(a_piece("letter"))
        yield Besieged(desk, forms(desk), desk.person(), desk.person("Ida Root"))


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
def test_no_form_but_our_own_does_anything(besieged: Besieged, path: str, attack: str):
    desk, visitor, fields = besieged.desk, besieged.visitor, besieged.forms[path]
    door = secret(desk.visitor().get("/login").text)
    secrets = {
        "no secret": "",
        "wrong secret": "x" * 43,
        "another session's": besieged.other.csrf(),
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
