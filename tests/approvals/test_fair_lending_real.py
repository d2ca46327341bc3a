"""The check on public decisions and loans: our figures against the engine's own arithmetic."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from approvals.fair_lending_review import Reviewer
from campaign.fair_lending import FairLendingLines
from campaign.segment import Condition
from policies.fair_lending import compare, judge
from policies.proportions import Share
from tests.approvals.parted import PARTED, PLAN, placement, segment
from tests.conftest import SHARED, missing
from tests.tools.book.books import AT, OFFERS, ZONE
from tools.book.engine import open_book
from tools.book.importing import import_file

pytestmark = pytest.mark.real
DECISIONS = SHARED / "hmda_decisions_2022_2024" / "hmda_decisions_sample.parquet"


@pytest.fixture(scope="module")
def decided() -> dict[str, Share]:
    """Approved of decided, by race, in the national sample."""
    if not DECISIONS.is_file():
        missing("the public decisions are not beside this checkout")
    query = f"SELECT derived_race, sum(approved)::int, count(*) FROM '{DECISIONS}' GROUP BY 1"
    return {race: Share(chosen, total) for race, chosen, total in duckdb.sql(query).fetchall()}


def test_national_decisions_give_the_published_rates(decided):
    # approval rates of the data's own page: White 78.9, Asian 79.1, Black 63.6, Native American 62.8 percent
    assert decided["White"].rate == pytest.approx(0.789, abs=5e-4)
    assert decided["Black or African American"].rate == pytest.approx(0.636, abs=5e-4)
    found = {one.group: one for one in compare({"race": decided}, named={"race": "White"})}
    black, native = found["Black or African American"], found["American Indian or Alaska Native"]
    assert black.ratio == pytest.approx(0.636 / 0.789, abs=1e-3), "0.806: over four fifths, and no chance"
    assert native.ratio == pytest.approx(0.628 / 0.789, abs=1e-3), "0.796: under four fifths"
    assert (black.verdict, native.verdict) == ("look", "disparity")
    assert black.p_value < 1e-100
    assert judge(tuple(found.values())).verdict in ("look", "disparity")


def test_a_real_book_is_reviewed_as_plain_sql_counts_it(real_loans, tmp_path: Path):
    url, monitoring = f"duckdb://{tmp_path / 'book.duckdb'}", tmp_path / "monitoring.duckdb"
    with open_book(url) as book:
        import_file(
            book, real_loans[0], form="hmda", rejects=tmp_path, monitoring=monitoring, at=AT, zone=ZONE
        )  # fmt: skip
    large = segment("large", Condition(column="original_amount", operator="at_least", value=600_000.0))
    parted = PARTED.model_copy(update={"segments": (large, segment("rest"))})
    plan = PLAN.model_copy(
        update={"placements": (placement("large", PLAN.placements[0].channel, "CA", "NY"),)}
    )
    reviewer = Reviewer(
        lambda: open_book(url, write=False), monitoring, lambda view: view.original_amount, FairLendingLines()
    )
    found = reviewer.review(parted, plan, offers=OFFERS, at=AT).segments["large"]
    with duckdb.connect(str(tmp_path / "book.duckdb"), read_only=True) as engine:
        engine.execute(f"ATTACH '{monitoring}' AS m (READ_ONLY)")
        rows = engine.execute(
            "SELECT ethnicity, count(*) FILTER (original_amount >= 600000), count(*) FROM loans "
            "JOIN m.monitoring USING (loan_id) WHERE ethnicity ILIKE '%latino' GROUP BY 1"
        ).fetchall()
        minority, everyone = engine.execute(
            "SELECT count(DISTINCT census_tract) FILTER (tract_minority_percent > 50), count(DISTINCT census_tract) "
            "FROM loans JOIN m.monitoring USING (loan_id)"
        ).fetchone()
    rates = {label: chosen / total for label, chosen, total in rows}
    assert any(
        ratio == pytest.approx(rates["Hispanic or Latino"] / rates["Not Hispanic or Latino"])
        for ratio in found.ratios
    )
    assert found.verdict == "disparity"
    assert found.reach_ratio is not None
    assert 0 < found.reach_ratio < everyone / minority
