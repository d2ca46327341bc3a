"""Passwords and sessions, hashed as in earnest, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from approvals import accounts, logins
from approvals.audit import events_of, verify
from approvals.database import reading
from approvals.desk_records import AccountRow, LoginRow
from campaign.errors import BadInput, NotPermitted, TooManyAttempts
from tests.approvals.gate import AT, LENDER, STAFFED, by_hand, gate_of

PASSWORD = "copper kettle on the sill"
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "HASHER", QUICK)
    monkeypatch.setattr(accounts, "NOBODY", QUICK.hash("nobody has this"))


def give(engine: Engine, name: str = "Ruth Calder", password: str = PASSWORD, **more: str) -> str:
    return accounts.set_password(
        gate_of(engine, lender=STAFFED), name, password, by=more.get("by", name), at=AT
    )


def enter(engine: Engine, name: str = "Ruth Calder", password: str = PASSWORD, at=AT, lender=STAFFED) -> str:
    return accounts.log_in(engine, lender, name, password, at=at, address="10.1.2.3")


def whose(engine: Engine, token: str) -> str:
    login = logins.session_of(engine, token, at=AT)
    assert login is not None
    return login.person


def told(engine: Engine, subject: str = "Ruth Calder") -> list[str]:
    with reading(engine) as session:
        return [event.event for event in events_of(session, [subject])]


def test_a_password_opens_a_session_and_neither_is_kept(engine: Engine):
    assert give(engine, "ruth  calder") == "Ruth Calder"
    token = enter(engine)
    assert whose(engine, token) == "Ruth Calder"
    with reading(engine) as session:
        account = session.exec(select(AccountRow)).one()
        login = session.exec(select(LoginRow)).one()
    assert account.password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in account.password
    assert token not in (login.token, login.csrf)
    assert len(token) >= 43  # 256 bits in six-bit signs
    assert told(engine) == ["account.password_set", "login.opened"]
    assert verify(engine).verified


def test_nobody_s_hash_costs_what_everybody_s_does():
    assert not accounts.HASHER.check_needs_rehash(accounts.NOBODY)


@pytest.mark.parametrize("typed", ["Ruth Calder", "RUTH CALDER", " ruth\tcalder "])
def test_a_name_is_read_as_everywhere_else(engine: Engine, quick: None, typed: str):
    give(engine)
    assert enter(engine, typed)


def test_the_same_signs_from_another_keyboard_are_the_same_password(engine: Engine, quick: None):
    give(engine, password="café crème brûlée")
    assert enter(engine, password="cafe\u0301 cre\u0300me bru\u0302le\u0301e")


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ruth Calder", "wrong"), ("Ruth Calder", PASSWORD + " "), ("Max Orr", PASSWORD), ("Nobody", PASSWORD), ("", ""),
     ("Ruth Calder", "x" * 100_000)],
)  # fmt: skip
def test_whatever_is_wrong_reads_the_same(engine: Engine, quick: None, name: str, password: str):
    give(engine)
    with pytest.raises(NotPermitted, match=r"^The name or the password is wrong\. "):
        enter(engine, name, password)


def test_an_unknown_name_is_not_written_into_the_log(engine: Engine, quick: None):
    give(engine)
    with pytest.raises(NotPermitted):
        enter(engine, PASSWORD, "")  # people type their password there
    assert told(engine, accounts.STRANGER) == ["login.failed"]
    assert told(engine, PASSWORD) == []


def test_guessing_is_locked_for_longer_and_longer_and_the_right_password_too(engine: Engine, quick: None):
    give(engine)
    at, waits = AT, []
    for _ in range(9):
        for _ in range(20):
            try:
                enter(engine, password="wrong", at=at)
            except TooManyAttempts:
                break
            except NotPermitted:
                continue
        with pytest.raises(TooManyAttempts, match=r"Try again in \d+ minutes?\."):
            enter(engine, at=at)
        before = at
        while True:
            at += timedelta(seconds=30)
            try:
                enter(engine, password="wrong", at=at)
            except TooManyAttempts:
                continue
            except NotPermitted:
                break
        waits.append((at - before).total_seconds() / 60)
    assert waits == [1, 2, 4, 8, 15, 15, 15, 15, 15]
    assert told(engine).count("login.locked") == 10
    assert enter(engine, at=at + timedelta(minutes=15))
    assert verify(engine).verified


def test_a_success_forgets_the_failures_before_it(engine: Engine, quick: None):
    give(engine)
    for _ in range(3):
        for _ in range(accounts.FREE_FAILURES - 1):
            with pytest.raises(NotPermitted):
                enter(engine, password="wrong")
        assert enter(engine)


def test_guesses_side_by_side_are_counted_one_by_one(engine: Engine, quick: None):
    give(engine)

    def guess(number: int) -> str:
        try:
            enter(engine, password=f"guess {number}")
        except TooManyAttempts:
            return "locked"
        except NotPermitted:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count("wrong") == accounts.FREE_FAILURES
    assert answers.count("locked") == 24 - accounts.FREE_FAILURES


def test_a_hash_of_old_parameters_is_renewed_at_the_next_login(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(accounts, "HASHER", QUICK)
    give(engine)
    monkeypatch.undo()
    enter(engine)
    with reading(engine) as session:
        kept = session.exec(select(AccountRow)).one().password
    assert not argon2.PasswordHasher().check_needs_rehash(kept)
    assert enter(engine)


def test_a_hash_changed_by_hand_opens_nothing(engine: Engine, quick: None):
    give(engine)
    by_hand(engine, "UPDATE accounts SET password = 'letmein'")
    with pytest.raises(NotPermitted):
        enter(engine, password="letmein")


def test_whoever_is_taken_off_the_list_cannot_log_in(engine: Engine, quick: None):
    give(engine)
    with pytest.raises(NotPermitted):
        enter(engine, lender=STAFFED.model_copy(update={"people": STAFFED.people[1:]}))


def test_where_nobody_is_listed_whoever_has_a_password_logs_in(engine: Engine, quick: None):
    accounts.set_password(gate_of(engine), "Wren Hale", PASSWORD, by="Wren Hale", at=AT)
    token = enter(engine, "Wren Hale", lender=LENDER)
    assert whose(engine, token) == "Wren Hale"
    with pytest.raises(NotPermitted):
        enter(engine, "Somebody Else", lender=LENDER)


@pytest.mark.parametrize("by", ["Max Orr"])
def test_nobody_but_an_admin_sets_the_password_of_another(engine: Engine, quick: None, by: str):
    with pytest.raises(NotPermitted, match="`Max Orr` cannot set the password of `Ruth Calder`"):
        give(engine, by=by)


def test_only_listed_people_get_a_password(engine: Engine, quick: None):
    with pytest.raises(NotPermitted, match="`Nobody Here` is not among the people"):
        give(engine, "Nobody Here")


@pytest.mark.parametrize(
    "password", ["short", "x" * 201, "aaaaaaaaaaaaaaaaaaaa", "121212121212", "i am ruthcalder 1"]
)
def test_a_password_that_is_easily_guessed_is_refused(engine: Engine, quick: None, password: str):
    with pytest.raises(BadInput):
        give(engine, password=password)


def test_a_new_password_ends_every_session_and_the_lock(engine: Engine, quick: None):
    give(engine)
    tokens = [enter(engine), enter(engine)]
    for _ in range(accounts.FREE_FAILURES):
        with pytest.raises(NotPermitted):
            enter(engine, password="wrong")
    give(engine, password="a lantern under the stairs")
    assert [logins.session_of(engine, token, at=AT) for token in tokens] == [None, None]
    assert enter(engine, password="a lantern under the stairs")
    with pytest.raises(NotPermitted):
        enter(engine)


@pytest.mark.parametrize(
    ("after", "stands"),
    [(timedelta(minutes=29), True), (logins.IDLE, False), (logins.LONGEST, False), (-timedelta(minutes=4), True),
     (-timedelta(minutes=6), False), (-timedelta(days=400), False)],
)  # fmt: skip
def test_a_session_has_an_end_and_no_clock_set_back_brings_it_back(
    engine: Engine, quick: None, after: timedelta, stands: bool
):
    give(engine)
    token = enter(engine)
    assert (logins.session_of(engine, token, at=AT + after) is not None) is stands


def test_a_session_that_is_used_lasts_the_day_and_no_longer(engine: Engine, quick: None):
    give(engine)
    token, at = enter(engine), AT
    while at + timedelta(minutes=25) < AT + logins.LONGEST:
        at += timedelta(minutes=25)
        assert logins.session_of(engine, token, at=at) is not None
    assert logins.session_of(engine, token, at=AT + logins.LONGEST) is None


def test_logging_out_is_recorded_once(engine: Engine, quick: None):
    give(engine)
    token = enter(engine)
    for _ in range(2):
        logins.log_out(engine, token, at=AT)
    assert logins.session_of(engine, token, at=AT) is None
    assert told(engine)[-1] == "login.ended"
    assert told(engine).count("login.ended") == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\udcff", "' OR 1=1 --"])
def test_a_token_of_nobody_s_making_names_no_session(engine: Engine, quick: None, token: str):
    give(engine)
    enter(engine)
    assert logins.session_of(engine, token, at=AT) is None


def test_sessions_long_over_are_cleared_away(engine: Engine, quick: None):
    give(engine)
    enter(engine)
    enter(engine, at=AT + timedelta(days=1))
    with reading(engine) as session:
        assert len(session.exec(select(LoginRow)).all()) == 1
