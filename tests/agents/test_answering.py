"""The worker's acts on a real workspace: every campaign that moved is answered, and none before its time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from agents.answering import Acts
from agents.claims import Question
from agents.planning_runs import start_planning
from agents.replanning import run_to_replan
from agents.running import advance
from agents.scenarios import prepare_scenarios
from agents.standing import case_runs
from agents.worker_desk import agenda_of, standing_run
from approvals import queue, runs
from tests.agents.briefs import BRIEF, LATER, MEETING, MOVES
from tests.street import quiet
from tools.market.sheets import sheets


@pytest.fixture
def planned(opened, workspace):
    """Two campaigns that stand side by side, planned at the end of a day."""
    street = opened()
    second = BRIEF.model_copy(update={"goal": "Help buyers", "budget_usd": 9_000})
    made = [start_planning(street, brief) for brief in (BRIEF, second)]
    for run in made:
        advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return street, made


def acts(street, workspace) -> Acts:
    return Acts(workspace, street.engine, {}, quiet)


def asked(street, at: datetime) -> Question:
    basis = standing_run(street.engine, at)
    return Question(key="sheet x", kind="sheet", about="x", at=at, basis=basis)


def test_every_campaign_that_moved_is_replanned(planned, opened, workspace):
    street, made = planned
    at = opened(LATER).at
    outcome = acts(street, workspace).replan(asked(street, at))
    standing = [run for run in runs.list_runs(street.engine) if run.status != "superseded"]
    assert {run.replaces for run in standing} == {run.run_id for run in made}
    assert set(outcome.runs) == {run.run_id for run in (*made, *standing)}
    assert all(runs.load_plan(street.engine, run.run_id).forecast is not None for run in standing)
    again = acts(street, workspace).replan(asked(street, at))
    assert "Nothing to replan" in again.said
    assert {run.run_id for run in runs.list_runs(street.engine)} == set(outcome.runs)


def test_a_campaign_is_nothing_before_its_own_moment(planned, workspace):
    street, made = planned
    before = street.at - timedelta(hours=6)
    assert standing_run(street.engine, before) == ""
    assert standing_run(street.engine, street.at) in {run.run_id for run in made}
    noon = agenda_of(workspace, street.engine, before)
    assert not [one for one in noon.due if one.kind in ("fomc", "sheet")]
    older = run_to_replan(street.engine, None, at=street.at)
    assert older.as_of == street.at


def test_a_case_is_over_at_its_deadline_with_no_price_in_force(planned, workspace, tmp_path):
    street, _ = planned
    made = prepare_scenarios(street, MEETING, checkpoints=workspace.checkpoints, moves=MOVES)
    for path in workspace.rates.glob("*.csv"):
        path.rename(tmp_path / path.name)
    assert sheets(workspace) == ()
    lender = workspace.lender.model_copy(update={"nmls": "1888888"})
    elsewhere = replace(workspace, lender=lender)
    at = made[0].brief.supposing.condition.before
    said = (
        Acts(elsewhere, street.engine, {}, quiet)
        .sweep(Question(key="sweep x", kind="sweep", about="x", at=at))
        .said
    )
    assert "The time of the case `down` of 2026-03-18 is over." in said
    assert case_runs(street.engine) == ()
    assert all(queue.tally(street.engine, run.run_id).pending == 0 for run in made)


class Survey(BaseHTTPRequestHandler):
    """A survey's file that grows while the server runs."""

    rows: ClassVar[list[str]] = ["observation_date,MORTGAGE30US", "2026-10-15,7.31"]

    def do_GET(self) -> None:
        body = "\n".join([*self.rows, ""]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Survey) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/survey.csv"
        serving.shutdown()


def test_a_survey_that_is_late_is_asked_for_again(address, opened, workspace):
    street = opened(LATER)
    rates = workspace.lender.rates.model_copy(update={"survey_url": address})
    asking = replace(workspace, lender=workspace.lender.model_copy(update={"rates": rates}))
    question = Question(
        key="survey 2026-10-22", kind="survey", about="2026-10-22", at=street.at + timedelta(days=14)
    )
    first = Acts(asking, street.engine, {}, quiet).read_survey(question)
    assert first.failed
    assert "The survey of 2026-10-22 is not held here; the last one held is of 2026-10-15" in first.said
    Survey.rows.append("2026-10-22,7.20")
    second = Acts(asking, street.engine, {}, quiet).read_survey(question)
    assert (second.failed, second.said) == (
        False,
        "The survey of 2026-10-22 puts the 30-year rate at 7.20 %.",
    )
