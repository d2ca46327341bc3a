"""Who may do what to a piece that stands where: the whole product, at the gate and at its doors."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import cli
from approvals import accounts, acts, decisions, switch, waivers
from approvals.audit import verify
from approvals.database import reading, writing
from approvals.editing import edit
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.people import who_is
from approvals.permissions import Action, may
from approvals.recalls import recall
from approvals.statuses import Status
from campaign.errors import NotPermitted, Refused
from policies import packs
from tests.approvals.cast import EVERYONE, NOBODY, STAFFED, expected
from tests.approvals.gate import AT, Rules, a_piece, gate_of, start, submit
from tests.approvals.standings import BAND, RULES, SOON, Bench, a_clear_sentence, build, gate
from tests.approvals.web.desk import QUICK, Desk, value

WORDS = "copper kettle on the sill"


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
