"""How a longer roster slows the gate: `python -m benchmarks.policies_by_roster FILE [LENDER]`.

Screens the same cases for a lender of 3 originators and for the same with 300 originators, 200 branches and
200 trade names, by turns, and prints the ratio of the fastest rounds.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign.lender import Lender, parse_lender
from campaign.moment import end_of_day
from campaign.piece import Piece
from policies.cases import read_case
from policies.engine import screen
from policies.packs import Pack, load_pack

AS_OF = date(2026, 11, 24)
ROUNDS = 5


def grown(lender: Lender, originators: int, branches: int) -> Lender:
    """The lender with invented people, branches and trade names added."""
    more = lender.model_dump()
    more["originators"] += tuple(
        {"name": f"Robin{number} Ashdown{number % 97}", "nmls": str(3_000_000 + number), "states": ("ID",)}
        for number in range(originators - len(lender.originators))
    )
    more["branches"] = tuple(
        {
            "name": f"{lender.short_name} Office {number}",
            "nmls": str(4_000_000 + number),
            "address": f"{number} Main Street, Boise, ID 83702",
            "states": ("ID",),
        }
        for number in range(1, branches + 1)
    )
    more["trade_names"] = tuple(f"Ashdown{number} Home Loans" for number in range(branches))
    return Lender.model_validate(more)


def main(cases: str, lender_file: str = "") -> None:
    """Time both lenders on every case of a file."""
    file = Path(cases)
    record = Path(lender_file) if lender_file else file.with_name("lender.toml")
    small = parse_lender(record.read_text(encoding="utf-8"), record.name)
    large, pack = grown(small, 300, 200), load_pack()
    pieces = [read_case(line, file.name).piece() for line in file.read_text(encoding="utf-8").splitlines()]
    fastest = {id(lender): float("inf") for lender in (small, large)}
    for _ in range(ROUNDS):
        for lender in (small, large):
            fastest[id(lender)] = min(fastest[id(lender)], _seconds(pieces, lender, pack))
    for lender in (small, large):
        rate = len(pieces) / fastest[id(lender)]
        people, offices = len(lender.originators), len(lender.branches)
        print(f"{people:4} originators, {offices:4} branches: {rate:7.0f} pieces/s")
    print(f"ratio {fastest[id(large)] / fastest[id(small)]:.2f}")


def _seconds(pieces: list[Piece], lender: Lender, pack: Pack) -> float:
    at = end_of_day(AS_OF, lender.zone)
    start = time.perf_counter()
    for piece in pieces:
        screen(piece, lender, pack, at=at)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*sys.argv[1:])
