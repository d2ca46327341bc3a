"""How many decisions a day's copy needs: `python -m benchmarks.approvals_classes [OFFICERS] [MASTERS]`.

The house writer's letters and posts are signed by every loan officer of a made-up roster (300 by default,
one to five states each), screened under the whole rulebook and submitted. What waits is decided class by
class; the peer is the same gate without classes, where each piece is a decision of its own.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.assignments import placement as placement_of
from agents.demo_book import fill_the_book
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.rendering import pieces_of
from agents.running import advance
from agents.variants import is_signed
from agents.workflow import Street
from approvals import store
from approvals.bulk import batch_of, decide_batch
from approvals.classes import PieceClass, waiting_classes
from approvals.filters import Filter
from approvals.runs import start_run
from approvals.statuses import Status
from campaign.brief import Brief
from campaign.lender import Originator, Person
from campaign.moment import end_of_day
from tools.workspace import EXAMPLE_LENDER, make_workspace

DAY = date(2026, 2, 26)
FIRST = "Ann Ben Carla Dov Elena Farid Grace Hoa Ines Jamal Kemi Luca Mira Noor Olaf Petra".split()
LAST = (
    "Abara Brandt Castellanos Dubois Eriksen Fujita Gallagher-Montenegro Hu Ito Jansen Kaur Lindqvist".split()
)


def main(officers: int = 300, masters: int = 12) -> int:
    """Print pieces, classes and decisions, and what deciding took."""
    with tempfile.TemporaryDirectory() as folder:
        street, run_id = _planned(Path(folder) / "home", officers)
        began = time.perf_counter()
        count = _submit_signed(street, run_id, masters)
        submitted = time.perf_counter() - began
        classes = _waiting(street)
        pending = sum(one.pending for one in classes)
        blocked = sum(one.blocked for one in classes)
        began = time.perf_counter()
        decided = sum(_decide(street, one) for one in classes if one.pending)
        took = time.perf_counter() - began
    print(f"{officers} loan officers x {masters} masters = {count:,} pieces, submitted in {submitted:.0f} s")
    print(f"pending {pending:,}, blocked {blocked:,}, in {len(classes)} classes")
    print(f"decisions by class: {len(classes)} (aim: at most 60); by piece: {pending:,}")
    print(f"{decided:,} pieces decided in {took:.1f} s, {took / max(decided, 1) * 500:.2f} s per 500")
    return 0 if decided == pending else 1


def _planned(home: Path, officers: int) -> tuple[Street, str]:
    workspace = make_workspace(home, EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    at = end_of_day(DAY, workspace.lender.zone)
    fill_the_book(workspace, (), at=at, progress=lambda _: None)
    street = open_street(workspace, at=at, environment={}, progress=lambda _: None)
    people = (Person(name="Ruth Calder", role="compliance"),)
    lender = street.lender.model_copy(update={"originators": _roster(street, officers), "people": people})
    brief = Brief(
        goal="Stay close to past clients",
        budget_usd=60_000,
        starts=DAY,
        ends=date(2026, 5, 29),
        per_officer=True,
    )
    small = replace(street, lender=street.lender.model_copy(update={"people": people}))
    run = start_planning(small, brief)
    advance(small, run.run_id, checkpoints=workspace.checkpoints)
    street = replace(street, lender=lender)
    again = run.model_copy(update={"run_id": f"{run.run_id}-all", "status": "planning"})
    start_run(street.engine, again, by="benchmark", at=at)
    return street, run.run_id


def _roster(street: Street, officers: int) -> tuple[Originator, ...]:
    chance = random.Random(20261125)
    states = sorted(street.lender.licenses)
    return tuple(
        Originator(
            name=f"{chance.choice(FIRST)} {chance.choice(LAST)}", nmls=str(3_000_000 + number),
            states=tuple(sorted(chance.sample(states, chance.randint(1, 5)))),
        )
        for number in range(officers)
    )  # fmt: skip


def _submit_signed(street: Street, run_id: str, masters: int) -> int:
    chosen = [one for one in store.masters_of(street.engine, run_id) if is_signed(one)][:masters]
    assert len(chosen) == masters, f"only {len(chosen)} masters are signed"
    count = 0
    for master in chosen:
        placement, segment = placement_of(street.engine, run_id, master.placement_id)
        for piece in pieces_of(
            master, placement, segment, lender=street.lender, sheet=street.sheet, at=street.at
        ):
            store.submit(
                street.engine, piece.model_copy(update={"piece_id": f"all.{piece.piece_id}"}),
                run_id=f"{run_id}-all", placement_id=master.placement_id, master_id=master.master_id,
                segment=segment.name, angle=master.angle, findings=street.screen(piece, street.at),
                pack_version=street.pack.version, sheet_id=street.sheet.sheet_id, survey_rate=None,
                lender=street.lender, at=street.at,
            )  # fmt: skip
            count += 1
    return count


def _waiting(street: Street) -> tuple[PieceClass, ...]:
    found = waiting_classes(street.engine, Filter(), limit=100_000)
    return tuple(one for one in found if one.run_id.endswith("-all"))


def _decide(street: Street, one: PieceClass) -> int:
    wanted = Filter(class_key=one.class_key, statuses=(Status.PENDING,))
    digest = batch_of(street.engine, wanted).digest
    done = decide_batch(street.gate, wanted, "approve", digest=digest, by="Ruth Calder", at=street.at)
    assert not done.refused, done.refused[:1]
    return len(done.decided)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
