"""The rate trigger over synthetic loans beside one query written by hand and beside vectorised pandas.

Run `python -m benchmarks.trigger_scan [LOANS ...]` (1,000,000 unless said otherwise). Each runs in a process
of its own over the same Parquet and answers the same: loans, savings and other sums by reason. Times are the
best of three (of one for pandas), reading the files included: on the clock, and of all processors together,
which is what counts where others work on the machine. Memory is the most that the process held.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.trigger_loans import synthetic_book

CACHE = Path(__file__).parent.parent / ".benchmarks"
BY_HAND = Path(__file__).with_name("trigger_scan_by_hand.sql")
MOMENT = datetime(2026, 2, 26, 18, tzinfo=UTC)
RUNS = 3
OFFERS = (
    (2, "conventional", 360, 6.0, 0.5, 1895, 700, 80, 75_000, 832_750),
    (3, "conventional", 360, 6.25, 0.5, 1895, 660, 95, 75_000, 832_750),
    (4, "conventional", 180, 5.375, 0, 1895, 700, 80, 75_000, 832_750),
    (5, "jumbo", 360, 6.125, 0.5, 2495, 720, 80, 832_751, 2_500_000),
    (6, "fha", 360, 5.75, 0, 4500, 620, 96.5, 75_000, 541_287),
    (7, "va", 360, 5.5, 0.5, 3500, 620, 100, 75_000, 832_750),
    (8, "usda", 360, 5.75, 0, 3900, 640, 100, 75_000, 400_000),
)  # fmt: skip
"""row, product, months, rate, points, fees, least score, largest ratio, smallest and largest amount."""
Answer = list[dict[str, Any]]


def ours(folder: Path) -> Callable[[], Answer]:
    """The product's own scan, on a book whose tables are the Parquet files."""
    import ibis

    from campaign.lender import parse_lender
    from tools.book.engine import TABLES, Book
    from tools.triggers.scan import scan
    from tools.workspace import EXAMPLE_LENDER

    lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
    connection = ibis.duckdb.connect()
    for table in ("loans", "contacts", "consents", "events", "suppressions"):
        connection.raw_sql(f"CREATE VIEW {table} AS FROM '{folder}/{table}-*.parquet'")
    connection.create_table("column_origins", schema=ibis.schema(dict(TABLES["column_origins"])))
    book = Book(connection, "duckdb://", TABLES)

    def answer() -> Answer:
        found = scan(book, _sheet(), lender, at=MOMENT, only=("rate",))
        summed = found.group_by("reason").aggregate(
            loans=found.count(), benefit=found.benefit_bps.sum(), balance=found.balance_usd.sum(),
            saving=found.monthly_saving_usd.sum(), even=found.break_even_months.sum(),
            lifetime=found.lifetime_interest_change_usd.sum(), ltv=found.ltv.sum(),
        )  # fmt: skip
        return list(summed.order_by("reason").to_pyarrow().to_pylist())

    return answer


def by_hand(folder: Path) -> Callable[[], Answer]:
    """One query, written by hand."""
    import duckdb

    connection = duckdb.connect()
    for table in ("loans", "contacts", "consents", "events", "suppressions"):
        connection.execute(f"CREATE VIEW {table} AS FROM '{folder}/{table}-*.parquet'")
    given = {"moment": MOMENT.replace(tzinfo=None), "today": date(2026, 2, 26)}

    def answer() -> Answer:
        found = connection.execute(BY_HAND.read_text(encoding="utf-8"), given).to_arrow_table()
        return list(found.to_pylist())

    return answer


def _sheet() -> Any:
    from campaign.rates import RateOffer, RateSheet

    opens = MOMENT - timedelta(days=1)
    offers = tuple(
        RateOffer(
            row=row,
            product=product,
            term_months=months,
            rate=rate,
            points=points,
            fees_usd=fees,
            apr=rate,
            example_amount_usd=400_000,
            lock_days=45,
            min_fico=fico,
            max_ltv=ltv,
            min_amount=low,
            max_amount=high,
            effective_at=opens,
            expires_at=opens + timedelta(days=7),
        )
        for row, product, months, rate, points, fees, fico, ltv, low, high in OFFERS
    )
    return RateSheet(sheet_id="bench", source="benchmark", offers=offers)


def in_pandas(folder: Path) -> Callable[[], Answer]:
    """The same in vectorised pandas."""
    from benchmarks.trigger_scan_in_pandas import scan_in_pandas

    return lambda: scan_in_pandas(folder, OFFERS, MOMENT)


CONTENDERS = {"ours": ours, "by hand": by_hand, "pandas": in_pandas}


def run(name: str, folder: Path) -> None:
    """Time one contender in this process and print what it found as JSON."""
    answer = CONTENDERS[name](folder)
    clock, processors = [], []
    for _ in range(1 if name == "pandas" else RUNS):
        started, worked = time.perf_counter(), time.process_time()
        found = answer()
        clock.append(time.perf_counter() - started)
        processors.append(time.process_time() - worked)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": min(clock), "processors": min(processors), "megabytes": held, "answer": found}
    print(json.dumps(told, default=float))


def main(sizes: list[int], names: list[str]) -> int:
    """Compare the contenders at each size and print the ratios."""
    for loans in sizes:
        folder = synthetic_book(CACHE, loans)
        print(f"{loans:,} loans")
        told: dict[str, dict[str, Any]] = {}
        for name in names:
            command = [sys.executable, "-m", "benchmarks.trigger_scan", "--run", name, str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            told[name] = json.loads(done.stdout.splitlines()[-1])
            one = told[name]
            ratios = [told["ours"][of] / one[of] for of in ("seconds", "processors")]
            print(
                f"  {name:8} {one['seconds']:7.2f} s {one['processors']:7.2f} s of processors "
                f"{one['megabytes']:7,.0f} MB; ours takes {ratios[0]:.2f} and {ratios[1]:.2f} of it; "
                f"the same loans: {_agree(told['ours'], one)}",
                flush=True,
            )
    return 0


def _agree(one: dict[str, Any], other: dict[str, Any]) -> str:
    ours, theirs = ({row["reason"]: row["loans"] for row in told["answer"]} for told in (one, other))
    off = {reason for reason in ours.keys() | theirs.keys() if ours.get(reason) != theirs.get(reason)}
    return "yes" if not off else f"no, but for {', '.join(sorted(off))}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        numbers = [int(one) for one in sys.argv[1:] if one.isdigit()] or [1_000_000]
        sys.exit(main(numbers, [one for one in CONTENDERS if one not in sys.argv[1:]]))
