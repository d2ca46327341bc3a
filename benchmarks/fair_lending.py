"""The fair-lending check: against its peer on the same counts, and how long a large book takes.

Run `python -m benchmarks.fair_lending [LOANS]`. The peer, `fair-lending-screener`, is installed into an
environment of its own in a temporary folder. It computes odds of denial from rows and, by logistic regression
with no controls, their interval; ours come from counts. It has no adverse-impact ratio, no four-fifths line,
no Holm correction, no exact test and no tract reach, so those are not compared; its tests are Wald tests of
the odds ratio, ours the pooled z test of the rates, so the p-values are shown and not expected to agree.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

from policies import proportions
from policies.proportions import Share

TABLES = {
    "half": (Share(120, 400), Share(480, 800)),
    "near four fifths": (Share(4_060, 6_380), Share(7_890, 10_000)),
    "alike": (Share(700, 1_000), Share(1_405, 2_000)),
    "small group": (Share(20, 60), Share(500, 1_000)),
    "rare": (Share(40, 3_000), Share(150, 6_000)),
}
"""Approved of decided: group, reference."""
_PEER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
from fair_lending_screener.disparity import adjusted_denial_disparity
answers = {}
for name, (a, m, b, n) in json.loads(sys.argv[1]).items():
    rows = [("G", 0)] * a + [("G", 1)] * (m - a) + [("R", 0)] * b + [("R", 1)] * (n - b)
    frame = pd.DataFrame(rows, columns=["derived_race", "is_denied"])
    found = adjusted_denial_disparity(frame, "G", "R", controls=[], data_year=2024)
    low, high = found.confidence_interval_95
    answers[name] = [found.unadjusted_odds_ratio, found.adjusted_odds_ratio, low, high, found.p_value]
print(json.dumps(answers))
"""


def main(loans: int) -> int:
    """Print the largest difference from the peer, then seconds for a book."""
    with tempfile.TemporaryDirectory() as folder:
        _against_peer(Path(folder))
        return _timed(Path(folder), loans)


def _against_peer(folder: Path) -> None:
    python = folder / "peer" / "bin" / "python"
    made = subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], capture_output=True)
    command = [str(python), "-m", "pip", "install", "-q", "fair-lending-screener==0.2.2"]
    if made.returncode or subprocess.run(command, capture_output=True).returncode:
        print("The peer `fair-lending-screener` could not be installed here; nothing was compared.")
        return
    asked = {name: (a.chosen, a.total, b.chosen, b.total) for name, (a, b) in TABLES.items()}
    done = subprocess.run([str(python), "-c", _PEER, json.dumps(asked)], capture_output=True, text=True)
    if done.returncode:
        print(f"The peer stopped: {done.stderr.strip().splitlines()[-1]}")
        return
    largest = 0.0
    print(f"{'table':18}{'odds of denial':>16}{'peer':>10}{'interval':>20}{'peer':>20}{'z':>11}{'Wald':>11}")
    for name, (raw, odds, low, high, p_value) in json.loads(done.stdout).items():
        one, base = (Share(share.total - share.chosen, share.total) for share in TABLES[name])
        ours, interval = proportions.odds_ratio(one, base), proportions.odds_interval(one, base)
        assert ours is not None
        assert interval is not None
        gaps = ours / odds, interval[0] / low, interval[1] / high
        largest = max(largest, *(abs(gap - 1) for gap in gaps))
        assert abs(ours - raw) < 1e-4, "the peer rounds its unadjusted odds to four decimals"
        print(
            f"{name:18}{ours:>16.4f}{odds:>10.4f}{f'{interval[0]:.4f}-{interval[1]:.4f}':>20}"
            f"{f'{low:.4f}-{high:.4f}':>20}{proportions.z_p_value(one, base):>11.2g}{p_value:>11.2g}"
        )
    print(f"largest relative difference of odds and interval: {largest:.2g}")


def _timed(folder: Path, loans: int) -> int:
    from agents.expected_value import worth
    from approvals.fair_lending_review import Reviewer
    from campaign.channel import Channel
    from campaign.fair_lending import FairLendingLines
    from campaign.lender import parse_lender
    from campaign.moment import end_of_day
    from campaign.plan import ChannelPlan, Placement
    from campaign.segment import Condition, Predicate, Segment, Segmentation
    from tools.book.engine import open_book
    from tools.book.generator import generate_book
    from tools.book.importing import import_file
    from tools.market.example_sheets import example_sheet
    from tools.market.offers import offered_rates
    from tools.market.series import shipped_market
    from tools.workspace import EXAMPLE_LENDER

    day, lender = date(2026, 2, 26), parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"))
    at, url = end_of_day(day, lender.zone), f"duckdb://{folder / 'book.duckdb'}"
    made = generate_book(folder / "book", loans=loans, seed=20260226, lender=lender, as_of=day)
    with open_book(url) as book:
        for path in made.files.values():
            import_file(
                book, path, rejects=folder, monitoring=folder / "monitoring.duckdb", at=at, zone=lender.zone
            )  # fmt: skip
    bounds = (50.0, 25.0, 0.0, -50.0)
    segments = tuple(
        Segment(
            segment_id=f"part_{place}", name=f"part {place}", needs="", size=1, share=0.2, value_usd=1,
            predicate=Predicate(
                conditions=(Condition(column="rate_gap_bps", operator="at_least", value=bound),)
            ),
        )
        for place, bound in enumerate(bounds)
    )  # fmt: skip
    rest = segments[0].model_copy(update={"segment_id": "part_4", "predicate": Predicate()})
    parted = Segmentation(segments=(*segments, rest), learnt_from="", origin_note="", mind="house")
    channels = (Channel.EMAIL, Channel.META, Channel.GOOGLE_SEARCH, Channel.ZILLOW)
    placements = tuple(
        Placement(
            placement_id=f"{one.segment_id}.{channel.value}", segment_id=one.segment_id, segment=one.name,
            channel=channel, format="", goal="", cadence="", budget_usd=1, theme="equity",
            states=lender.licensed_states(day)[: place + 2], expected_leads=(1, 2, 3),
        )
        for one in parted.segments
        for place, channel in enumerate(channels)
    )  # fmt: skip
    plan = ChannelPlan(
        placements=placements, budget_usd=20, rate_assumption=6, attribution_days=90, mind="house"
    )
    offers = offered_rates(example_sheet(day, lender, shipped_market()), at)
    opened = partial(open_book, url, write=False)
    reviewer = Reviewer(opened, folder / "monitoring.duckdb", worth, FairLendingLines())
    started = time.perf_counter()
    review = reviewer.review(parted, plan, offers=offers, at=at)
    seconds = time.perf_counter() - started
    print(f"{loans:,} loans, {len(parted.segments)} segments, {len(placements)} placements: {review.verdict}")
    print(f"review, seconds {seconds:.2f}   limit 2.00, ratio {seconds / 2:.2f}")
    return 0 if seconds < 2 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
