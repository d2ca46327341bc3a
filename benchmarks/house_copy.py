"""What the gate says of the house's own copy: `python -m benchmarks.house_copy [BRIEFS]`.

Twenty random briefs (goal, products, budget, period; seeded) are planned and written on the example book on
four days of different rates. No piece may reach the queue with a blocking finding, and a rule that fires on
more than a twentieth of all pieces is listed, for a person to say whether it is right.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.demo_book import fill_the_book
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.running import advance
from approvals import queue
from approvals.pieces import StoredPiece
from approvals.statuses import Status
from campaign.brief import Brief
from campaign.finding import Severity
from campaign.moment import end_of_day
from tools.workspace import EXAMPLE_LENDER, make_workspace

DAYS = (date(2026, 1, 15), date(2026, 2, 26), date(2026, 6, 11), date(2026, 10, 8))
PRODUCTS = ("conventional", "jumbo", "fha", "va", "usda", "heloc", "arm")
GOALS = (
    "Help owners who would save by refinancing",
    "Stay close to past clients until they buy again",
    "Win first-time buyers before the spring market",
    "Speak to owners about home improvement",
    "Bring quiet leads back to a conversation",
    "Keep the pre-approved warm until they find a house",
)
SHARE = 0.05


def main(briefs: int = 20) -> int:
    """Print pieces, blocks that reached the queue, and rules that fire often."""
    chance = random.Random(20261125)
    pieces: list[StoredPiece] = []
    for number, day in enumerate(DAYS):
        count = briefs // len(DAYS) + (number < briefs % len(DAYS))
        pieces += _written_on(day, [_brief(chance, day) for _ in range(count)])
    queued = [one for one in pieces if one.status is not Status.BLOCKED]
    wrong = [one for one in queued if any(found.severity is Severity.BLOCK for found in one.findings)]
    blocked = [one for one in pieces if one.status is Status.BLOCKED]
    fired = Counter(
        rule for one in pieces for rule in {(found.rule, found.severity) for found in one.findings}
    )
    print(f"{briefs} briefs, {len(pieces):,} pieces, {len(blocked)} blocked and kept out of the queue")
    print(f"pieces in the queue with a blocking finding: {len(wrong)}")
    for (rule, severity), times in fired.most_common():
        often = "  more than a twentieth" if times > SHARE * len(pieces) and severity != "info" else ""
        print(f"  {severity:5} {rule:36} {times:6,} = {times / len(pieces):6.1%}{often}")
    for one in blocked[:10]:
        rules = sorted({found.rule for found in one.findings if found.severity is Severity.BLOCK})
        print(f"  blocked: {one.piece.piece_id} by {', '.join(rules)}")
    return 1 if wrong else 0


def _brief(chance: random.Random, day: date) -> Brief:
    starts = day + timedelta(days=chance.randint(1, 20))
    return Brief(
        goal=chance.choice(GOALS),
        budget_usd=round(chance.uniform(8_000, 150_000), -2),
        starts=starts,
        ends=starts + timedelta(days=chance.randint(30, 120)),
        products=tuple(sorted(chance.sample(PRODUCTS, chance.choice((0, 0, 1, 2, 3))))),
    )


def _written_on(day: date, briefs: list[Brief]) -> Iterator[StoredPiece]:
    def say(line: str) -> None:
        print(f"  {day}: {line}", file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder), EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
        at = end_of_day(day, workspace.lender.zone)
        fill_the_book(workspace, (), at=at, progress=say)
        street = open_street(workspace, at=at, environment=dict(os.environ), progress=say)
        for brief in briefs:
            run = start_planning(street, brief)
            advance(street, run.run_id, checkpoints=workspace.checkpoints)
            yield from queue.queue(street.engine, run_id=run.run_id, statuses=tuple(Status))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
