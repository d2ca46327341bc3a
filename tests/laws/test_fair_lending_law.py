"""Law 4 on a whole run: what agents hold after the review, and what minds are asked, names and counts nobody."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from agents.planning_runs import start_planning
from agents.running import advance, checkpointer
from agents.workflow import build
from approvals import audit, runs
from approvals.audit import events_of
from approvals.database import reading
from tests.agents.briefs import BRIEF

ROOT = Path(__file__).parents[2]
BASES = ("race", "ethnicity", "sex", "age_band")


class Listening:
    """A mind that keeps every question it is asked, and lets the house answer."""

    def __init__(self, house: Any, heard: list[str]) -> None:
        self.house, self.heard, self.name = house, heard, house.name

    def __getattr__(self, name: str):
        answer = getattr(self.house, name)
        if not callable(answer):
            return answer

        def asked(*args: object, **more: object) -> object:
            self.heard.append(repr((args, more)))
            return answer(*args, **more)

        return asked


@pytest.fixture
def labels(workspace) -> set[str]:
    with duckdb.connect(str(workspace.monitoring), read_only=True) as records:
        found = {
            str(row[0])
            for basis in BASES
            for row in records.execute(f"SELECT DISTINCT {basis} FROM monitoring").fetchall()
            if row[0]
        }
    assert {"White", "Female", "Hispanic or Latino"} <= found
    return found - {"Joint"}  # an ordinary word


def test_no_label_and_no_count_reaches_plan_state_or_prompt(opened, workspace, labels):
    street, heard = opened(), []
    minds = {
        name: Listening(getattr(street.minds, name), heard) for name in ("segmenting", "planning", "writing")
    }
    street = replace(street, minds=replace(street.minds, **minds))
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    plan = runs.load_plan(street.engine, run.run_id)
    assert plan is not None
    assert plan.fair_lending is not None
    assert set(plan.fair_lending.segments) == {
        one.segment_id for one in runs.load_segmentation(street.engine, run.run_id).segments
    }
    assert set(plan.fair_lending.placements) == {one.placement_id for one in plan.placements}
    assert plan.fair_lending.known_share > 0.9
    with checkpointer(workspace.checkpoints) as saver:
        state = (
            build(street).compile(checkpointer=saver).get_state({"configurable": {"thread_id": run.run_id}})
        )
    with reading(street.engine) as session:
        told = [
            event
            for event in events_of(session, [f"run {run.run_id}"])
            if event.event == "run.fair_lending_reviewed"
        ]
    assert len(told) == 1, "reviewed once, however often the node runs"
    held = {
        "plan": plan.fair_lending.model_dump_json(),
        "state": json.dumps(state.values, default=str),
        "prompts": "\n".join(heard),
        "log": json.dumps(told[0].details),
    }
    assert heard
    for where, said in held.items():
        assert not [label for label in labels if label in said], where
    assert not [basis for basis in BASES if basis in held["plan"] + held["log"] + held["state"]]
    assert audit.verify(street.engine).verified


def test_the_results_form_has_room_for_ratios_and_shares_only():
    from campaign.fair_lending import FairLendingResult, LessDisparate

    kinds = {
        name: str(one.annotation)
        for kind in (FairLendingResult, LessDisparate)
        for name, one in kind.model_fields.items()
    }
    assert not [name for name, kind in kinds.items() if "int" in kind.replace("interval", "").split("[")[0]]


def test_no_agent_counts_groups():
    counting = {
        "approvals.fair_lending_counts",
        "approvals.fair_lending_search",
        "policies.proportions",
        "policies.fair_lending",
    }
    for path in sorted((ROOT / "agents").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        named |= {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert not named & counting, path
