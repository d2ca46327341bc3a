"""Law 1 when several act at once, on both databases: one decision, one hand-over, and a sentence for the rest."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from approvals import acts, decisions, editing, waivers
from approvals.audit import verify
from approvals.bulk import batch_of, decide_batch
from approvals.deliveries import in_doubt, publications
from approvals.filters import Filter
from approvals.pieces import history, load_piece
from approvals.releases import SqlLedger, releases_due
from approvals.statuses import Status
from campaign.approval_rules import ApprovalRule
from campaign.errors import BadInput, NotPermitted, Refused
from campaign.lender import Lender
from tests.approvals.gate import (
    AT,
    STAFFED,
    Rules,
    a_piece,
    approve,
    gate_of,
    staffed,
    start,
    status_of,
    submit,
)
from tests.laws.at_once import at_once, parted
from tests.laws.gate_street import SLOTS, Street
from tests.laws.recount import recounted, told

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 5
DECIDING = ("Ruth Calder", "Sam Ott", "Ada Stone")
PAIRS = staffed(ApprovalRule(name="Pairs", people=2))


def approval(engine: Engine, name: str, by: str, lender: Lender = STAFFED) -> Callable[[], object]:
    return lambda: decisions.approve(gate_of(engine, None, lender), name, by=by, at=AT)


def rejection(engine: Engine, name: str, by: str) -> Callable[[], object]:
    gate = gate_of(engine, None, STAFFED)
    return lambda: decisions.reject(gate, name, by=by, reason="Too long.", at=AT)


def count(engine: Engine, table: str, of: str) -> int:
    with engine.connect() as connection:
        query = text(f"SELECT count(*) FROM {table} WHERE piece_id = :name")
        return int(connection.execute(query, {"name": of}).scalar_one())


def in_order(engine: Engine) -> None:
    assert verify(engine).verified
    assert told(engine) == recounted(engine)


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    start(engine)
    for number in range(ROUNDS):
        submit(engine, a_piece(f"letter-{number}"))
    return engine


@pytest.mark.parametrize("second", [approval, rejection])
def test_of_two_who_answer_at_once_one_decides_and_the_other_reads_a_sentence(
    waiting: Engine, second: Callable[..., Callable[[], object]]
) -> None:
    for number in range(ROUNDS):
        name = f"letter-{number}"
        done, refused = parted(
            at_once(approval(waiting, name, "Ruth Calder"), second(waiting, name, "Ada Stone"))
        )
        assert (len(done), len(refused)) == (1, 1)
        assert "not pending" in refused[0].fact
        assert isinstance(refused[0], Refused)
        assert count(waiting, "decisions", name) == 1
        assert count(waiting, "releases", name) == (done[0].answer == "approve")
        assert load_piece(waiting, name).decision == done[0]
        settled = [one for one in history(waiting, name) if "decision" in one.details]
        assert [one.by for one in settled] == [done[0].by]
    in_order(waiting)


def test_a_piece_that_needs_two_gets_two_of_three_at_once(waiting: Engine) -> None:
    for number in range(ROUNDS):
        name = f"letter-{number}"
        acts_now = [approval(waiting, name, by, PAIRS) for by in DECIDING]
        done, refused = parted(at_once(*acts_now))
        assert sorted(one.settles for one in done) == [False, True]
        assert [type(one) for one in refused] == [Refused]
        stored = load_piece(waiting, name)
        assert len({one.by for one in stored.approvals}) == 2
        assert (count(waiting, "endorsements", name), count(waiting, "decisions", name)) == (1, 1)
    in_order(waiting)


def test_one_person_who_answers_twice_at_once_is_one(waiting: Engine) -> None:
    for number in range(ROUNDS):
        name = f"letter-{number}"
        twice = approval(waiting, name, "Ruth Calder", PAIRS)
        done, refused = parted(at_once(twice, twice))
        assert [one.settles for one in done] == [False]
        assert "you approved it already" in refused[0].fact
        assert isinstance(refused[0], NotPermitted)
        assert status_of(waiting, name) is Status.PENDING
    assert releases_due(waiting) == ()
    in_order(waiting)


def test_a_class_is_decided_by_one_of_two_at_once(waiting: Engine) -> None:
    key = load_piece(waiting, "letter-0").class_key
    wanted = Filter(class_key=key)
    batch = batch_of(waiting, wanted)
    assert batch.count == ROUNDS

    def decide(by: str, lender: Lender) -> Callable[[], object]:
        gate = gate_of(waiting, None, lender)
        return lambda: decide_batch(gate, wanted, "approve", digest=batch.digest, by=by, at=AT)

    done, refused = parted(at_once(*[decide(by, PAIRS) for by in DECIDING]))
    assert [len(one.decided) for one in done] == [ROUNDS, ROUNDS]
    assert sorted({made.settles for made in one.decided} == {True} for one in done) == [False, True]
    assert "Nothing waits" in refused[0].fact
    by = {one.decided[0].by for one in done}
    for release in releases_due(waiting):
        assert {one.by for one in load_piece(waiting, release.piece.piece_id).approvals} == by
    assert len(releases_due(waiting)) == ROUNDS
    in_order(waiting)


@pytest.mark.parametrize("act", ["edit", "withdraw", "newer rules"])
def test_what_is_taken_away_while_it_is_approved_goes_nowhere(waiting: Engine, act: str) -> None:
    gate = gate_of(waiting, None, STAFFED)
    newer = gate_of(waiting, Rules("pack-2", blocks={"Talk"}), STAFFED)
    for number in range(ROUNDS):
        name = f"letter-{number}"
        seen = load_piece(waiting, name).content_hash
        other = {
            "edit": lambda name=name: editing.edit(gate, name, {"body": "Call us."}, by="Sam Ott", at=AT),
            "withdraw": lambda name=name: acts.withdraw(gate, name, by="Sam Ott", reason="No.", at=AT),
            "newer rules": lambda name=name: acts.rescreen(newer, name, by="Sam Ott", at=AT),
        }[act]
        both = at_once(
            lambda name=name, seen=seen: decisions.approve(gate, name, by="Ruth Calder", at=AT, seen=seen),
            other,
        )
        refused = [one for one in both if isinstance(one, Refused)]
        assert len(refused) <= 1
        for release in releases_due(waiting):
            with pytest.raises(Refused):  # approved first, and the newer rules void it
                SqlLedger(newer).claim(release, "file", at=AT)
        assert status_of(waiting, name, 1) in (
            Status.SUPERSEDED, Status.WITHDRAWN, Status.BLOCKED, Status.EXPIRED
        )  # fmt: skip
    assert publications(waiting) == ()
    in_order(waiting)


def test_the_same_waiver_twice_at_once_is_one(engine: Engine) -> None:
    start(engine)
    submit(engine, a_piece(body="Approval guaranteed."))
    gate = gate_of(engine, None, STAFFED)

    def waive() -> object:
        return waivers.waive(
            gate,
            "letter",
            "test.guaranteed",
            reason="As it was agreed.",
            until=AT.date(),
            by="Sam Ott",
            at=AT,
        )

    done, refused = parted(at_once(waive, waive))
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], Refused | BadInput)
    assert "refused a statement" not in refused[0].fact
    assert load_piece(engine, "letter").waivers == (done[0],)
    in_order(engine)


def test_after_a_pause_or_a_recall_no_hand_over_begins(waiting: Engine) -> None:
    """Compared by when each act began and ended: what overlaps may be first or second."""
    for number in range(3):
        approve(waiting, f"letter-{number}", lender=STAFFED)
    street = Street(gate_of(waiting, None, STAFFED))
    _, refused = parted(
        at_once(street.publish, street.publish, street.stop_and_go, street.take_back, street.approve)
    )
    assert refused == []
    outs = street.watch.of("out")
    assert len({one.what for one in outs}) == len(outs), "something went out twice"
    for paused, resumed in zip(street.watch.of("pause"), street.watch.of("resume"), strict=True):
        assert not [one for one in outs if paused.ends < one.begins and one.ends < resumed.begins]
    for back in street.watch.of("recall"):
        name = back.what.split()[1]
        assert not [one for one in outs if one.what.split()[1] == name and back.ends < one.begins]
        assert status_of(waiting, name) is Status.RECALLED
    street.publish()
    made = Counter(one.key.partition(".")[0] for one in publications(waiting))
    assert [made[f"letter-{number}"] for number in (1, 3, 4)] == [SLOTS] * 3, "what may go out went out"
    assert in_doubt(waiting) == ()
    in_order(waiting)


DECIDE = """
import sys
from approvals.bulk import batch_of, decide_batch
from approvals.database import open_database
from approvals.filters import Filter
from campaign.errors import Refused
from tests.approvals.gate import AT, STAFFED, gate_of
engine = open_database(sys.argv[1])
gate = gate_of(engine, None, STAFFED)
digest = batch_of(engine, Filter()).digest
print("ready", flush=True)
sys.stdin.readline()
try:
    print(len(decide_batch(gate, Filter(), sys.argv[2], digest=digest, by=sys.argv[3], at=AT, reason="Now.").decided))
except Refused as refused:
    print(refused.fact)
engine.dispose()
"""


def test_of_three_processes_that_decide_a_batch_at_once_one_decides_all_of_it(
    waiting: Engine, database_url: str
) -> None:
    orders = (("approve", "Ruth Calder"), ("reject", "Sam Ott"), ("return", "Ada Stone"))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", DECIDE, database_url, *order], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for order in orders
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = at_once(*[lambda one=one: one.communicate("go\n", timeout=60)[0] for one in processes])
    assert all(process.returncode == 0 for process in processes)
    assert sorted(answers)[0] == f"{ROUNDS}\n"
    assert all("Nothing waits" in answer for answer in sorted(answers)[1:])
    assert len({status_of(waiting, f"letter-{number}") for number in range(ROUNDS)}) == 1
    in_order(waiting)
