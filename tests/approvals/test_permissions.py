"""Who may do what to a piece that stands where: the whole product, in the table, at the gate and at its doors."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import cli
from approvals import accounts, acts, decisions, switch, waivers
from approvals.audit import verify
from approvals.database import open_database, reading, writing
from approvals.editing import edit
from approvals.expiry import expire_approved, supersede_pending
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.people import Actor, who_is
from approvals.permissions import PERMISSIONS, Action, may, permit
from approvals.pieces import load_piece
from approvals.recalls import recall
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.condition import Condition
from campaign.errors import NotPermitted, Refused
from campaign.lender import Lender
from policies import packs
from tests.approvals.cast import (
    EVERYONE,
    EXPECTED,
    NOBODY,
    SPEAKER,
    STAFFED,
    expected,
    send_away,
)
from tests.approvals.gate import (
    AT,
    LENDER,
    Rules,
    a_piece,
    by_hand,
    gate_of,
    ledger,
    recall_live,
    start,
    submit,
)
from tests.approvals.web.desk import QUICK, Desk, value

SOON = AT + timedelta(hours=1)
LATER = AT + timedelta(hours=5)
RULES = Rules(blocks={"guaranteed"}, warns={"best", "fine"})
ONE_APPROVAL = LENDER.model_copy(update={"people": STAFFED.people})
WORDS = "copper kettle on the sill"
BAND = Condition(low=6, high=7, before=LATER)


# what a piece has to go through to stand somewhere, each by the people and parts that do it every day


def approved(engine: Engine) -> None:
    decisions.approve(gate_of(engine, RULES, ONE_APPROVAL), "letter", by="Ruth Calder", at=AT)


def claimed(engine: Engine) -> None:
    approved(engine)
    assert ledger(engine, RULES, ONE_APPROVAL).claim(releases_due(engine)[0], "r1", at=AT)


def delivered(engine: Engine) -> None:
    claimed(engine)
    books, (release,) = ledger(engine, RULES, ONE_APPROVAL), releases_due(engine)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target="letter-1", at=AT)


def taken_back(engine: Engine) -> None:
    delivered(engine)
    assert recall_live(engine, "run-1", reason="the rate moved", at=AT) == 1


def expired(engine: Engine) -> None:
    approved(engine)
    assert expire_approved(engine, "run-1", reason="the rate moved", at=AT) == 1


def put(status: str) -> Callable[[Engine], None]:
    return lambda engine: by_hand(engine, "UPDATE pieces SET status = :status", status=status)


def gate(engine: Engine) -> Gate:
    return gate_of(engine, RULES, ONE_APPROVAL)


WAYS: dict[Status, Callable[[Engine], object]] = {
    Status.DRAFTED: put("drafted"),  # nothing is ever seen to stand in these two
    Status.SCREENED: put("screened"),
    Status.BLOCKED: lambda engine: None,
    Status.PENDING: lambda engine: None,
    Status.RETURNED: lambda engine: decisions.return_for_changes(
        gate(engine), "letter", by="Ruth Calder", at=AT, reason="Shorter."
    ),
    Status.WITHDRAWN: lambda engine: acts.withdraw(
        gate(engine), "letter", by="Max Orr", at=AT, reason="Not this week."
    ),
    Status.APPROVED: approved,
    Status.APPROVED_CONDITIONALLY: lambda engine: decisions.approve(
        gate(engine), "letter", by="Ruth Calder", at=AT, condition=BAND
    ),
    Status.REJECTED: lambda engine: decisions.reject(
        gate(engine), "letter", by="Ruth Calder", at=AT, reason="Too long."
    ),
    Status.RELEASED: claimed,
    Status.PUBLISHED: delivered,
    Status.SUPERSEDED: lambda engine: supersede_pending(engine, "run-1", reason="a newer plan", at=AT),
    Status.EXPIRED: expired,
    Status.RECALLED: taken_back,
}


def build(path: Path, status: Status, *, spoken: bool, rules: Rules = RULES) -> None:
    """A database with one piece that stands there, a finding waived in it, and everybody's stand-in at work."""
    engine = open_database(f"sqlite:///{path}")
    start(engine)
    words = "The best of fine letters" + (", guaranteed." if status is Status.BLOCKED else ".")
    submit(engine, a_piece(body=words, originator=SPEAKER if spoken else None), rules, lender=STAFFED)
    send_away(gate_of(engine, RULES, STAFFED))
    waivers.waive(
        gate(engine), "letter", "test.best", reason="It quotes an award.", until=AT.date(), by="Ruth Calder",
        at=AT,
    )  # fmt: skip
    WAYS[status](engine)
    assert load_piece(engine, "letter").status is status
    engine.dispose()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Status, bool], Path]:
    """A database per status, made once."""
    folder = tmp_path_factory.mktemp("standing")

    def find(status: Status, spoken: bool) -> Path:
        path = folder / f"{status}-{spoken}.db"
        if not path.exists():
            build(path, status, spoken=spoken)
        return path

    return find


# the table


@contextmanager
def seen_by(engine: Engine, lender: Lender, name: str) -> Iterator[Actor]:
    with reading(engine) as session:
        yield who_is(session, lender, name, AT)


def test_the_table_speaks_of_every_action_and_of_known_roles_only():
    assert set(PERMISSIONS) == set(Action)
    assert {action.value for action in Action} == set(EXPECTED)


@pytest.mark.parametrize("spoken", [True, False], ids=["in_a_name", "in_nobodys_name"])
def test_the_table_answers_as_expected_over_the_whole_product(
    standing: Callable[[Status, bool], Path], spoken: bool
):
    engine = open_database(f"sqlite:///{standing(Status.PENDING, spoken)}")
    speaker = SPEAKER.name if spoken else ""
    asked = 0
    for name in (one for one in EVERYONE if one != NOBODY):
        with seen_by(engine, STAFFED, name) as actor:
            for action, status in product(Action, Status):
                wanted = expected(name, action, status, spoken=spoken)
                assert may(actor, action, status, speaker=speaker) is wanted, (name, action, status)
                try:
                    permit(actor, action, status, "letter rev 1", speaker=speaker)
                    assert wanted, (name, action, status)
                except Refused as stopped:
                    assert not wanted, (name, action, status)
                    a_clear_sentence(stopped, f"Cannot {action.in_words} `letter rev 1`: ")
                asked += 1
    engine.dispose()
    assert asked == 9 * 20 * 14


def test_where_nobody_is_listed_everyone_may_whatever_a_status_allows(engine: Engine):
    with seen_by(engine, LENDER, "Anyone At All") as actor:
        for action, status in product(Action, Status):
            where = EXPECTED[action][1]
            assert may(actor, action, status) is (where is None or status in where.split())


def test_an_unknown_name_is_nobody(engine: Engine):
    with pytest.raises(NotPermitted) as stopped, seen_by(engine, STAFFED, NOBODY):
        pass
    a_clear_sentence(stopped.value, f"`{NOBODY}` is not among the people of lender.toml.")


def test_an_act_about_no_piece_is_not_asked_where_a_piece_has_to_stand(engine: Engine):
    with seen_by(engine, STAFFED, "Ruth Calder") as actor:
        assert not may(actor, Action.APPROVE)
        assert may(actor, Action.PAUSE)


def test_a_marketer_who_fills_in_for_one_officer_does_not_own_what_speaks_in_their_own_name(engine: Engine):
    """A name on a piece makes it a loan officer's own, and only a loan officer's."""
    actor = Actor(name="Max Orr", role="marketer", stand_ins=(("Lou Field", "loan_officer"),))
    assert may(actor, Action.APPROVE, Status.PENDING, speaker="lou  FIELD")
    assert not may(actor, Action.APPROVE, Status.PENDING, speaker="Max Orr")
    assert not may(actor, Action.APPROVE, Status.PENDING, speaker="")


def a_clear_sentence(stopped: Refused, begins: str = "") -> None:
    assert stopped.fact.startswith(begins), stopped.fact
    assert stopped.fact.endswith("."), stopped.fact
    assert "\n" not in stopped.fact
    assert stopped.remedy.endswith("."), stopped.remedy


# every act at the gate


def approve(gate: Gate, by: str) -> object:
    return decisions.approve(gate, "letter", by=by, at=SOON)


def approve_conditionally(gate: Gate, by: str) -> object:
    return decisions.approve(gate, "letter", by=by, at=SOON, condition=BAND)


def reject(gate: Gate, by: str) -> object:
    return decisions.reject(gate, "letter", by=by, at=SOON, reason="Too long.")


def return_(gate: Gate, by: str) -> object:
    return decisions.return_for_changes(gate, "letter", by=by, at=SOON, reason="Too long.")


def edit_it(gate: Gate, by: str) -> object:
    return edit(gate, "letter", {"body": "Write to us."}, by=by, at=SOON)


def comment(gate: Gate, by: str) -> object:
    return acts.remark(gate, "letter", "I like it.", by=by, at=SOON)


def withdraw(gate: Gate, by: str) -> object:
    return acts.withdraw(gate, "letter", by=by, at=SOON, reason="Not this week.")


def assign(gate: Gate, by: str) -> object:
    return acts.assign(gate, "letter", to="Ruth Calder", by=by, at=SOON)


def rescreen(gate: Gate, by: str) -> object:
    return acts.rescreen(gate, "letter", by=by, at=SOON)


def waive(gate: Gate, by: str) -> object:
    return waivers.waive(
        gate, "letter", "test.fine", reason="It is plainly true.", until=AT.date(), by=by, at=SOON
    )


def revoke(gate: Gate, by: str) -> object:
    with reading(gate.engine) as session:
        name = session.execute(text("SELECT waiver_id FROM waivers")).scalar_one()
    return waivers.revoke(gate, name, reason="No longer true.", by=by, at=SOON)


def recall_it(gate: Gate, by: str) -> object:
    return recall(gate, Filter(), by=by, at=SOON, reason="The rate moved.", take_down=lambda _: "")


ACTS: dict[str, Callable[[Gate, str], object]] = {
    "approve": approve,
    "approve_conditionally": approve_conditionally,
    "reject": reject,
    "return": return_,
    "edit": edit_it,
    "comment": comment,
    "withdraw": withdraw,
    "assign": assign,
    "rescreen": rescreen,
    "waive": waive,
    "revoke": revoke,
    "recall": recall_it,
}


class Bench:
    """One database that is laid anew from another: an engine that has learnt its statements once is quick."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = open_database(f"sqlite:///{path}")
        self._watching = sqlite3.connect(path)

    def lay(self, kept: Path) -> Engine:
        self.close()
        shutil.copy(kept, self.path)
        self._watching = sqlite3.connect(self.path)
        self._laid = self._version()
        return self.engine

    @property
    def untouched(self) -> bool:
        """Whether nobody changed anything since."""
        return self._version() == self._laid

    def close(self) -> None:
        self._watching.close()
        self.engine.dispose()

    def _version(self) -> int:
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("bench") / "vallum.db")
    yield bench
    bench.close()


@pytest.mark.parametrize("spoken", [True, False], ids=["in_a_name", "in_nobodys_name"])
@pytest.mark.parametrize("status", list(Status))
def test_every_act_is_done_for_whom_it_may_and_leaves_no_trace_for_others(
    standing: Callable[[Status, bool], Path], bench: Bench, status: Status, spoken: bool
):
    kept = standing(status, spoken)
    engine = bench.lay(kept)
    for act, name in product(ACTS, EVERYONE if spoken else ("Lou Field", "Dina West", "Ruth Calder", NOBODY)):
        if expected(name, act, status, spoken=spoken):
            _is_done(engine, act, name)
            bench.lay(kept)
            continue
        with pytest.raises(Refused) as stopped:
            ACTS[act](gate_of(engine, RULES, STAFFED), name)
        a_clear_sentence(stopped.value)
        assert bench.untouched, (act, name)


def _is_done(engine: Engine, act: str, name: str) -> None:
    before = verify(engine).events
    ACTS[act](gate_of(engine, RULES, STAFFED), name)
    assert verify(engine).verified, (act, name)
    with reading(engine) as session:
        told = session.execute(text('SELECT "by" FROM audit_events ORDER BY seq')).scalars().all()[before:]
    assert name in told, (act, name, told)


def pause(gate: Gate, by: str) -> object:
    return switch.pause(gate, by=by, at=SOON, reason="A wrong rate.")


def resume(gate: Gate, by: str) -> object:
    return switch.resume(gate, by=by, at=SOON)


def set_a_password(gate: Gate, by: str) -> object:
    return accounts.set_password(gate, "Pat Reed" if by != "Pat Reed" else "Max Orr", WORDS, by=by, at=SOON)


@pytest.mark.parametrize("name", EVERYONE)
@pytest.mark.parametrize(
    ("act", "do"),
    [
        ("pause", pause),
        ("resume", resume),
        ("manage_accounts", set_a_password),
    ],
)
def test_acts_about_no_piece_are_held_to_the_same_table(
    standing: Callable[[Status, bool], Path],
    bench: Bench,
    act: str,
    do: Callable[[Gate, str], object],
    name: str,
):
    engine = bench.lay(standing(Status.PENDING, True))
    if act == "resume":
        switch.pause(gate(engine), by="Max Orr", at=AT, reason="A wrong rate.")
    before = verify(engine).events
    if expected(name, act, "", spoken=True):
        do(gate_of(engine, RULES, STAFFED), name)
        assert verify(engine).events > before
    else:
        with pytest.raises(NotPermitted) as stopped:
            do(gate_of(engine, RULES, STAFFED), name)
        a_clear_sentence(stopped.value)
        assert verify(engine).events == before


def test_what_is_asked_is_asked_again_within_the_transaction(engine: Engine):
    """A role that is gone from lender.toml is gone at once, whatever was shown before."""
    start(engine)
    submit(engine, a_piece())
    lost = STAFFED.model_copy(update={"people": STAFFED.people[:3]})
    with writing(engine) as session:
        assert may(who_is(session, STAFFED, "Ruth Calder", AT), Action.APPROVE, Status.PENDING)
    with pytest.raises(NotPermitted, match="`Ruth Calder` is not among the people"):
        approve(gate_of(engine, None, lost), "Ruth Calder")


# the same at every door

TOML = """[lender]
name = "Cedar & Main Mortgage, LLC"
nmls = "1999901"
address = "410 Juniper Street, Boise, ID"

[[approvals]]
name = "Three of us"
roles = ["loan_officer"]
people = 3
""" + "".join(f'\n[[people]]\nname = "{one.name}"\nrole = "{one.role}"\n' for one in STAFFED.people)
WORDS_FOR = {"reason": "It is plainly true.", "rule": "test.fine", "until": AT.date().isoformat()}
TYPED: dict[str, list[str]] = {
    "approve": ["approve", "letter"],
    "reject": ["reject", "letter", "--reason", "Too long."],
    "return": ["return", "letter", "--reason", "Too long."],
    "withdraw": ["withdraw", "letter", "--reason", "Not this week."],
    "assign": ["assign", "letter", "--to", "Ruth Calder"],
    "comment": ["comment", "letter", "I like it."],
    "rescreen": ["rescreen", "letter"],
    "waive": ["waive", "letter", "test.fine", "--reason", WORDS_FOR["reason"], "--until", WORDS_FOR["until"]],
    "edit": ["edit", "letter", "--field", "body=Write to us."],
}
SENT: dict[str, dict[str, str]] = {
    "approve": {}, "reject": {"reason": "Too long."}, "return": {"reason": "Too long."},
    "withdraw": {"reason": "Not this week."}, "assign": {"to": "Ruth Calder"}, "comment": {"words": "I like it."},
    "rescreen": {}, "waive": WORDS_FOR,
}  # fmt: skip
KNOWN = tuple(name for name in EVERYONE if name not in ("Dora Vale", "Dean York", "Pat Reed", NOBODY))


def test_what_is_typed_is_done_for_whom_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """In a terminal, under the rules in force."""
    read_once = cache(packs.load_pack)
    monkeypatch.setattr(packs, "load_pack", read_once)
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path))
    (tmp_path / "lender.toml").write_text(TOML, "utf-8")
    kept = tmp_path / "kept.db"
    build(kept, Status.PENDING, spoken=True, rules=Rules(version=read_once().version, warns={"best", "fine"}))
    for act, name in product(TYPED, (*KNOWN, NOBODY)):
        shutil.copy(kept, tmp_path / "vallum.db")
        code = cli.main([*TYPED[act], "--by", name, "--as-of", SOON.isoformat()])
        told = capsys.readouterr()
        assert (code == 0) is expected(name, act, Status.PENDING, spoken=True), (act, name, told)
        assert code in (0, 1), (act, name, told)


def test_what_a_form_asks_for_is_done_for_whom_it_may(
    standing: Callable[[Status, bool], Path], bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    """On the page, where a stray has no password to log in with; forms that were not offered are sent too."""
    monkeypatch.setattr(accounts, "HASHER", QUICK)
    kept = standing(Status.PENDING, True)
    for name in KNOWN:
        engine = bench.lay(kept)
        desk = Desk(engine, STAFFED, RULES, at=SOON)
        visitor = desk.person(name)
        bench.close()
        logged_in = bench.path.with_name("logged-in.db")
        shutil.copy(bench.path, logged_in)
        for act, fields in SENT.items():
            bench.lay(logged_in)
            wanted = expected(name, act, Status.PENDING, spoken=True)
            answer = visitor.act("letter", act, **fields)
            assert answer.status_code == (303 if wanted else 403), (act, name, answer.status_code)
        bench.lay(logged_in)
        sent = {field: value(visitor.text("/pieces/letter"), field) for field in ("csrf", "seen", "pack")}
        wanted = expected(name, "edit", Status.PENDING, spoken=True)
        answer = visitor.send("/edit/letter", {**sent, "text.body": "Write to us."})
        assert answer.status_code == (303 if wanted else 403), ("edit", name)
