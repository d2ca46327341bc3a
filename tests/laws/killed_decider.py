"""Somebody at the gate who is killed by the kernel at a chosen step: run as a process of its own by the law tests.

Reads one JSON object a line (`database`, `act`, `moment`, `folder`), forks, does the act in the child and sends
it SIGKILL when the moment comes: before each statement, before and after each commit, and at each file that is
opened or renamed in the folder. Answers `killed`, `lived` or `failed`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event

from approvals import acts, decisions, editing, waivers
from approvals.bulk import batch_of, decide_batch
from approvals.database import open_database
from approvals.filters import Filter
from approvals.gate import Gate
from approvals.pieces import load_piece, waiver_name
from approvals.publishing import take_down
from approvals.recalls import recall
from campaign.approval_rules import ApprovalRule
from campaign.lender import Person
from tests.approvals.gate import AT, LATER, LENDER, Rules, a_piece, gate_of, start, submit, with_rate
from tests.laws.killed_publisher import Doom, answer_of

PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Sam Ott", role="compliance"),
    Person(name="Max Orr", role="marketer"),
)
PAIRS = ApprovalRule(name="Rates by two", claims=("rate",), people=2)
LENDER_OF_ALL = LENDER.model_copy(update={"people": PEOPLE, "approvals": (PAIRS,)})
NEWER = Rules("pack-2", blocks={"guaranteed", "best"}, warns={"Talk"})
WAIVED_UNTIL = (AT + timedelta(days=20)).date()


def gate(engine: Engine, rules: Rules | None = None) -> Gate:
    return gate_of(engine, rules, LENDER_OF_ALL)


def approve(engine: Engine, name: str = "plain") -> None:
    decisions.approve(gate(engine), name, by="Ruth Calder", at=AT)


def endorse(engine: Engine, name: str = "dear") -> None:
    """The first approval of two."""
    approve(engine, name)


def complete(engine: Engine) -> None:
    """The second approval of two."""
    decisions.approve(gate(engine), "begun", by="Sam Ott", at=AT)


def decide_class(engine: Engine) -> None:
    wanted = Filter(class_key=load_piece(engine, "of-class-0", 1).class_key)
    digest = batch_of(engine, wanted).digest
    decide_batch(gate(engine), wanted, "approve", digest=digest, by="Ruth Calder", at=AT)


def edit(engine: Engine) -> None:
    seen = load_piece(engine, "approved", 1).content_hash
    editing.edit(gate(engine), "approved", {"body": "Call us."}, by="Max Orr", at=AT, seen=seen)


def write_anew(engine: Engine) -> None:
    submit(engine, with_rate("approved", valid_until=LATER).model_copy(update={"revision": 2}))


def waive(engine: Engine, name: str = "blocked") -> None:
    waivers.waive(
        gate(engine), name, "test.guaranteed", reason="As it was agreed.", until=WAIVED_UNTIL, by="Sam Ott",
        at=AT,
    )  # fmt: skip


def revoke(engine: Engine) -> None:
    given = load_piece(engine, "waived").waivers
    name = waiver_name(given[0]) if given else "none"
    waivers.revoke(gate(engine), name, reason="A mistake.", by="Sam Ott", at=AT)


def rescreen(engine: Engine) -> None:
    acts.rescreen(gate(engine, NEWER), "warned", by="Ruth Calder", at=AT)


def look_again(engine: Engine) -> None:
    """An approval that newer rules refuse, which keeps what they found."""
    decisions.approve(gate(engine, NEWER), "warned", by="Ruth Calder", at=AT)


def recall_all(engine: Engine) -> None:
    recall(gate(engine), Filter(), by="Ruth Calder", at=AT, reason="Wrong.", take_down=take_down)


ACTS: dict[str, Callable[[Engine], None]] = {
    act.__name__: act
    for act in (
        approve, endorse, complete, decide_class, edit, write_anew, waive, revoke, rescreen, look_again, recall_all
    )
}  # fmt: skip


def watch(doom: Doom, engine: Engine) -> None:
    """Every statement, and both sides of every commit, are moments."""

    def moment(*_: object) -> None:
        doom.moment()

    event.listen(engine, "before_cursor_execute", moment)
    event.listen(engine, "commit", moment)
    event.listen(engine.pool, "checkin", moment)


def act_until(order: dict[str, str | int]) -> None:
    engine = open_database(str(order["database"]))
    doom = Doom(int(order["moment"]))
    watch(doom, engine)
    doom.watch_files(Path(str(order["folder"])))
    ACTS[str(order["act"])](engine)


def warm_up() -> None:
    """Do everything once here, so that no child has to prepare what it only inherits."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/vallum.db")
        start(engine)
        submit(engine, a_piece("plain", claims=()), lender=LENDER_OF_ALL)
        approve(engine)
        engine.dispose()


def main() -> None:
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            act_until(order)
            os._exit(0)
        sys.stdout.write(answer_of(child) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
