"""How long the queue takes to show: `python -m benchmarks.approvals_page [PENDING ...]` (1,000 and 100,000).

A database is filled with so many pending pieces, 12 to a class, and served on loopback; each page is asked
for thirty times by somebody who is logged in. The terminal's listing is the same question without the page.
Filling takes about five seconds per thousand pieces.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import uvicorn
from sqlalchemy import Engine

from approvals.accounts import log_in, set_password
from approvals.database import open_database, writing
from approvals.gate import Gate
from approvals.pieces import StoredPiece
from approvals.queue import listing
from approvals.runs import Run, start_run
from approvals.statuses import Status
from approvals.store import enter
from approvals.web.app import create_app
from approvals.web.commands import listening_at
from campaign.brief import Brief
from campaign.claim import Binding
from campaign.lender import Lender, Originator, Person
from campaign.piece import Piece, Speaker
from policies.identity import originator_claims
from policies.packs import load_pack

AT = datetime(2026, 2, 26, 17, 0, tzinfo=UTC)
OFFICERS = tuple(
    Originator(nmls=str(3_000_000 + n), name=f"Officer Number {n}", states=("ID",)) for n in range(12)
)
LENDER = Lender(
    name="Cedar & Main Mortgage, LLC", nmls="1999901", address="410 Juniper Street, Boise, ID",
    people=(Person(name="Ruth Calder", role="compliance"),), originators=OFFICERS,
)  # fmt: skip
PASSWORD = "copper kettle on the sill"
PAGES = {
    "classes": "/queue",
    "single pieces": "/queue?by=piece",
    "... of one officer": "/queue?by=piece&originator=officer+number+7",
    "... with words that none has": "/queue?by=piece&text=zebra",
    "classes of one channel": "/queue?channel=email",
}
TERMINAL = "terminal's listing of 50"
TIMES = 30


def main(*sizes: int) -> int:
    """Print median and 95th percentile of each page at each size, and how they compare."""
    medians: dict[int, dict[str, float]] = {}
    for size in sizes or (1_000, 100_000):
        with tempfile.TemporaryDirectory() as folder, _filled(Path(folder) / "vallum.db", size) as engine:
            medians[size] = _measured(engine, size)
    first, last = min(medians), max(medians)
    for name, median in medians[last].items():
        print(f"{name}: {last:,} pending take {median / medians[first][name]:.2f} times {first:,}")
    return 0


def _measured(engine: Engine, size: int) -> dict[str, float]:
    gate = Gate(engine, LENDER, load_pack(), lambda _piece, _at: ())
    set_password(gate, "Ruth Calder", PASSWORD, by="Ruth Calder", at=AT)
    token = log_in(engine, LENDER, "Ruth Calder", PASSWORD, at=AT)
    with (
        _served(gate) as site,
        httpx.Client(base_url=site, cookies={"vallum": token}, trust_env=False) as client,
    ):
        found = {name: _timed(size, name, partial(_show, client, path)) for name, path in PAGES.items()}
    found[TERMINAL] = _timed(size, TERMINAL, partial(listing, engine, limit=50))
    return found


def _show(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200


def _timed(size: int, name: str, ask: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    median, high = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{size:>9,} {name:32} median {median:6.1f} ms, p95 {high:6.1f} ms")
    return median


@contextmanager
def _filled(path: Path, size: int) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{path}")
    brief = Brief(goal="Spring", budget_usd=10_000, starts=date(2026, 3, 1), ends=date(2026, 5, 1))
    start_run(
        engine, Run(run_id="run", brief=brief, as_of=AT, sheet_id="s1", created_at=AT), by="benchmark", at=AT
    )
    with writing(engine) as session:
        for number in range(size):
            enter(session, _stored(*divmod(number, len(OFFICERS))), LENDER)
            session.flush()
            session.expunge_all()
    yield engine
    engine.dispose()


def _stored(master: int, place: int) -> StoredPiece:
    officer = OFFICERS[place]
    claim, opening = (
        originator_claims(LENDER, officer)["originator_name"],
        f"About matter {master}, talk with ",
    )
    end = len(opening) + len(claim.text)
    piece = Piece(
        piece_id=f"m{master}.{officer.nmls}", channel="email", states=("ID",), claims=(claim,),
        fields={"subject": "A word", "body": f"{opening}{claim.text}."}, authors=("house",),
        bindings=(Binding(field="body", start=len(opening), end=end, slot=claim.slot),),
        originator=Speaker(name=officer.name, nmls=officer.nmls),
    )  # fmt: skip
    return StoredPiece(
        piece=piece, status=Status.DRAFTED, run_id="run", placement_id="owners.email", segment="Owners",
        master_id=f"owners.email.{master}", angle="A question", pack_version="pack", sheet_id="s1",
        submitted_at=AT, content_hash=piece.content_hash,
    )  # fmt: skip


@contextmanager
def _served(gate: Gate) -> Iterator[str]:
    app = create_app(lambda: gate, clock=lambda: AT, secure_cookies=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
    listening = listening_at("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
