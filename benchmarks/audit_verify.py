"""How long `vallum audit verify` takes: `python -m benchmarks.audit_verify [EVENTS] [DATABASE_URL]`.

A scratch database is filled in bulk with events as the gate writes them (law 6: about 500 bytes each, right
hashes, a right head, an anchor every 100,000), then checked as the command checks it. Filling is not timed.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert, update

from approvals.anchor_files import AnchorSequence, keep_anchor, made_anchor, read_anchors
from approvals.audit import verify
from approvals.audit_rows import HEAD, TABLE
from approvals.chain import COLUMNS, GENESIS, canonical, event_hash, text_hash
from approvals.database import open_database, writing
from approvals.signing import signing_key

EVENTS, BATCH, ANCHOR_EVERY = 1_000_000, 20_000, 100_000
STARTS = datetime(2026, 1, 2, 14, tzinfo=UTC)


def events(number: int) -> Iterator[dict[str, Any]]:
    """Events of pieces that are drafted, screened, queued and approved, each chained to the last."""
    previous = GENESIS
    for seq in range(1, number + 1):
        piece, step = divmod(seq - 1, 4)
        event, frm, to = (
            ("piece.drafted", "", "drafted"),
            ("piece.screened", "drafted", "screened"),
            ("piece.pending", "screened", "pending"),
            ("piece.approved", "pending", "approved"),
        )[step]
        details = {
            "from": frm, "to": to, "reason": "", "content_hash": text_hash(str(piece)), "run": "r20260226",
            "decision": text_hash(f"{piece} {step}"), "findings": [["rate.assumptions-missing", "warn"]],
        }  # fmt: skip
        values = (
            event, f"r20260226-1f4e.owners.email.a.{piece} rev 1", "Ruth Calder",
            (STARTS + timedelta(seconds=seq)).isoformat(), canonical(details), previous,
        )  # fmt: skip
        previous = event_hash(seq, *values)
        yield {"seq": seq, **dict(zip(COLUMNS, values, strict=True)), "hash": previous}


def fill(url: str, number: int, folder: Path) -> AnchorSequence:
    """A log of so many events, and its anchors."""
    engine = open_database(url)
    key, last = signing_key(folder / "keys"), None
    made = events(number)
    while batch := list(islice(made, BATCH)):
        end = batch[-1]
        with writing(engine) as session:
            session.execute(insert(TABLE), batch)
            session.execute(update(HEAD).values(events=end["seq"], hash=end["hash"]))
        if end["seq"] % ANCHOR_EVERY == 0:
            last = made_anchor(
                key, last, events=end["seq"], log_hash=end["hash"], lender="Scratch", at=STARTS
            )  # fmt: skip
            keep_anchor(folder / "anchors", last, key.public)
    engine.dispose()
    return read_anchors(folder / "anchors", whole=False) if last else AnchorSequence()


def main(number: int, url: str) -> None:
    """Fill, check, and print what it took."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        address = url or f"sqlite:///{folder / 'vallum.db'}"
        anchors = fill(address, number, folder)
        engine = open_database(address)
        began, worked = time.perf_counter(), time.process_time()
        report = verify(engine, anchors)
        took, cpu = time.perf_counter() - began, time.process_time() - worked
        engine.dispose()
    assert report.verified, report
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"vallum audit verify: {report.events:,} events, {report.anchors} anchors, {address.split(':')[0]}")
    print(
        f"{took:.1f} s ({cpu:.1f} s of one core), {report.events / took:,.0f} rows a second, {peak:.0f} MiB"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else EVENTS, given[1] if len(given) > 1 else "")
