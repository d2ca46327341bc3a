"""The forecast on a real book: who enters and leaves is what a fresh count at moved prices finds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

import cli
from agents.forecast_runs import run_to_forecast
from agents.rate_shock import SHIFTS, segment_movements
from approvals import runs
from approvals.audit import verify
from approvals.database import open_database
from campaign.moment import end_of_day
from campaign.plan import ChannelPlan
from campaign.segment import Condition, Predicate, Segment, Segmentation
from tests.agents.briefs import BRIEF, DAY, LATER
from tools.book.engine import Book, open_book
from tools.book.predicates import compile_predicate
from tools.book.view import consumer_loans
from tools.market.offers import offered_rates
from tools.market.sheets import latest_sheet
from tools.triggers.reasons import TRIGGERS
from tools.triggers.scan import scan
from tools.triggers.what_if import PRICED
from tools.workspace import Workspace, make_workspace


def where(*conditions: tuple[str, str, float]) -> Predicate:
    return Predicate(
        conditions=tuple(
            Condition.model_validate({"column": column, "operator": operator, "value": value})
            for column, operator, value in conditions
        )
    )


def segment(segment_id: str, predicate: Predicate) -> Segment:
    return Segment(
        segment_id=segment_id, name=segment_id.capitalize(), predicate=predicate, needs="A lower payment", size=1,
        share=0.3, value_usd=1,
    )  # fmt: skip


SEGMENTS = (
    segment("above", where(("rate_gap_bps", "at_least", 50))),
    segment("low", where(("rate_gap_bps", "below", 50), ("offered_rate", "below", 6))),
    segment("rest", where(("rate_gap_bps", "below", 50), ("offered_rate", "at_least", 6))),
)


class Told(NamedTuple):
    """What `vallum forecast` answered, once for all tests of this file."""

    workspace: Workspace
    document: dict[str, Any]
    picture: str


@pytest.fixture(scope="module")
def told(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The command on a small book, with a run whose segments rates move."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("forecast") / "home"))
    workspace = make_workspace(home, (home / "lender.toml").read_text(encoding="utf-8"), {})
    engine, at = open_database(workspace.database_url), end_of_day(DAY, workspace.lender.zone)
    run = runs.Run(run_id="spring", brief=BRIEF, as_of=at, sheet_id="s1", created_at=at)
    runs.start_run(engine, run, by="marketing", at=at)
    parted = Segmentation(segments=SEGMENTS, learnt_from="rows", origin_note="Made up.", mind="house")
    runs.save_segmentation(engine, "spring", parted, at=at)
    plan = ChannelPlan(placements=(), budget_usd=1, rate_assumption=6, attribution_days=90, mind="house")
    runs.save_plan(engine, "spring", plan, at=at)
    engine.dispose()
    document, drawn = home / "answer.json", home / "shock.svg"
    with pytest.MonkeyPatch.context() as patched, document.open("w", encoding="utf-8") as out:
        patched.setenv("VALLUM_HOME", str(home))
        patched.setattr("sys.stdout", out)
        assert cli.main(["forecast", "--as-of", str(DAY), "--plot", str(drawn), "--json"]) == 0
    return Told(workspace, json.loads(document.read_text(encoding="utf-8")), drawn.read_text("utf-8"))


@pytest.fixture(scope="module")
def book(told: Told) -> Iterator[Book]:
    with open_book(told.workspace.book_url, write=False) as opened:
        yield opened


def movement(document: dict[str, Any], kind: str, name: str) -> dict[float, dict[str, int]]:
    return {
        shock["shift_bps"]: next(one for one in shock[kind] if one["name"] == name)
        for shock in document["shocks"]
    }


def test_every_move_from_a_point_down_to_a_point_up_is_told(told):
    shocks = told.document["shocks"]
    assert [shock["shift_bps"] for shock in shocks] == list(SHIFTS)
    assert SHIFTS == (-100, -75, -50, -25, 0, 25, 50, 75, 100)
    assert [shock["rate"] for shock in shocks] == pytest.approx([5.98 + shift / 100 for shift in SHIFTS])
    assert told.document["own_loans"] > 500


def test_what_comes_in_falls_as_rates_rise(told):
    counts = [shock["applications_90"] for shock in told.document["shocks"]]
    middles = [middle for _, middle, _ in counts]
    assert middles == sorted(middles, reverse=True)
    assert middles[0] > 1.5 * middles[-1]
    assert all(low < middle < high for low, middle, high in counts)
    assert all(shock["applications_30"][1] < shock["applications_90"][1] for shock in told.document["shocks"])


@pytest.mark.parametrize("kind", ["triggers", "segments"])
def test_who_is_in_after_a_move_is_who_was_and_entered_and_did_not_leave(told, kind):
    for shock in told.document["shocks"]:
        for one in shock[kind]:
            assert one["then"] == one["now"] + one["entered"] - one["left"], (shock["shift_bps"], one)
            if shock["shift_bps"] == 0:
                assert one["entered"] == one["left"] == 0


def test_segments_are_those_of_the_run_and_part_everyone_at_every_rate(told, book):
    assert told.document["run"] == "spring"
    with_rates = {
        shock["shift_bps"]: sum(one["then"] for one in shock["segments"]) for shock in told.document["shocks"]
    }
    assert len(set(with_rates.values())) == 1
    assert {one["name"] for one in told.document["shocks"][0]["segments"]} == {"Above", "Low", "Rest"}


@pytest.mark.parametrize("shift", [-75.0, 50.0])
def test_a_segment_after_a_move_is_what_a_count_on_moved_offers_finds(told, book, shift):
    """The peer prices every offer anew and builds the whole view again."""
    at = end_of_day(DAY, told.workspace.lender.zone)
    offers = offered_rates(latest_sheet(told.workspace, at), at)
    moved = {key: one.model_copy(update={"rate": one.rate + shift / 100}) for key, one in offers.items()}
    view = consumer_loans(book, moved, at=at)
    for one in SEGMENTS:
        counted = view.filter(compile_predicate(one.predicate, view)).count().execute()
        assert movement(told.document, "segments", one.name)[shift]["then"] == counted


@pytest.mark.parametrize("shift", [-50.0, 0.0, 100.0])
def test_a_trigger_after_a_move_is_what_a_scan_at_moved_prices_finds(told, book, shift):
    workspace = told.workspace
    at = end_of_day(DAY, workspace.lender.zone)
    found = (
        scan(book, latest_sheet(workspace, at), workspace.lender, at=at, shift_bps=shift)
        .to_pyarrow()
        .to_pylist()
    )
    for trigger in TRIGGERS:
        eligible = sum(row["eligible"] for row in found if row["trigger"] == trigger)
        assert movement(told.document, "triggers", trigger)[shift]["then"] == eligible, trigger


def test_rates_move_the_rate_trigger_both_ways_and_no_date(told):
    rate = movement(told.document, "triggers", "rate")
    assert rate[-100]["entered"] > 0
    assert rate[-100]["left"] == 0
    assert rate[100]["left"] > 0
    for trigger in set(TRIGGERS) - set(PRICED):
        assert len({one["then"] for one in movement(told.document, "triggers", trigger).values()}) == 1


def test_the_run_keeps_it_and_the_log_verifies(told):
    engine = open_database(told.workspace.database_url)
    plan = runs.load_plan(engine, "spring")
    assert plan is not None
    assert plan.forecast is not None
    assert plan.forecast.model_dump(mode="json") == {
        name: value for name, value in told.document.items() if name != "run"
    }
    assert verify(engine).verified


def test_the_picture_is_an_svg_with_meetings(told):
    assert ElementTree.fromstring(told.picture).tag.endswith("svg")
    assert "Fed" in told.picture
    assert "10 Dec 2025" in told.picture


def test_what_it_rests_on_and_cannot_show_is_said(told):
    said = " ".join(told.document["assumptions"] + told.document["limits"])
    for words in ("20%", "replace them", "2020Q2", "30-year fixed", "5 of the 8 years"):
        assert words in said, words


def test_without_segments_none_are_counted(book):
    assert segment_movements(None, ()) == dict.fromkeys(SHIFTS, ())


def test_a_case_that_is_only_supposed_is_not_the_standing_plan(told):
    engine = open_database(told.workspace.database_url)
    at = end_of_day(LATER, told.workspace.lender.zone)
    alerting = BRIEF.model_copy(update={"purpose": "rate_alert"})
    later = runs.Run(run_id="alert", brief=alerting, as_of=at, sheet_id="s1", created_at=at)
    runs.start_run(engine, later, by="marketing", at=at)
    found = run_to_forecast(engine, None)
    assert found is not None
    assert found.run_id == "spring"


def test_a_folder_that_is_not_there_is_said_before_anything_is_counted(told, capsys, monkeypatch):
    monkeypatch.setenv("VALLUM_HOME", str(told.workspace.home))
    code = cli.main(
        ["forecast", "--as-of", str(DAY), "--plot", str(told.workspace.home / "no" / "shock.svg")]
    )
    assert code == 2
    assert (
        capsys.readouterr().err
        == f"vallum: `{told.workspace.home / 'no'}` is no folder. Name a file in an existing folder.\n"
    )
