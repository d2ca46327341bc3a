"""Runs are kept as they were asked for and move along their own small table."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from approvals import runs
from approvals.audit import verify
from approvals.runs import RUN_TRANSITIONS, Run, RunStatus
from campaign.channel import Channel
from campaign.errors import BadInput, Refused, UnknownName
from campaign.plan import ChannelPlan, Placement
from campaign.segment import Predicate, Segment, Segmentation
from tests.approvals.gate import AT, by_hand, start

SEGMENT = Segment(
    segment_id="owners", name="Owners", predicate=Predicate(), needs="A lower payment", size=10, share=1.0,
    value_usd=1000,
)  # fmt: skip
PARTED = Segmentation(segments=(SEGMENT,), learnt_from="40 rows", origin_note="All reported.", mind="house")
PLAN = ChannelPlan(
    placements=(
        Placement(
            placement_id="owners.email", segment_id="owners", segment="Owners", channel=Channel.EMAIL,
            format="email.letter", goal="application", cadence="every 2 weeks", budget_usd=10, theme="equity",
            states=("CA",), expected_leads=(1, 2, 3),
        ),
    ),
    budget_usd=10, rate_assumption=6.1, attribution_days=90, mind="house",
)  # fmt: skip
FORBIDDEN = [
    (source, to)
    for source, to in itertools.product(RUN_TRANSITIONS, RUN_TRANSITIONS)
    if source != to and to not in RUN_TRANSITIONS[source]
]


def test_a_run_comes_back_as_it_was_kept(engine: Engine):
    run = start(engine)
    assert runs.get_run(engine, "run-1") == run
    assert run.status == "planning"


def test_starting_the_same_run_again_changes_nothing(engine: Engine):
    run = start(engine)
    runs.set_run_status(engine, "run-1", "parked", at=AT)
    events = verify(engine).events
    assert runs.start_run(engine, run, by="marketing", at=AT).status == "parked"
    later = run.model_copy(update={"as_of": AT + timedelta(hours=2), "created_at": AT + timedelta(hours=2)})
    assert runs.start_run(engine, later, by="marketing", at=AT).as_of == run.as_of
    assert verify(engine).events == events


def test_another_run_of_the_same_name_is_refused(engine: Engine):
    run = start(engine)
    with pytest.raises(BadInput, match="Run `run-1` is there already"):
        runs.start_run(engine, run.model_copy(update={"sheet_id": "s2"}), by="marketing", at=AT)


def test_runs_are_listed_newest_first(engine: Engine):
    first = start(engine)
    second = first.model_copy(update={"run_id": "run-2", "created_at": AT + timedelta(days=1)})
    runs.start_run(engine, second, by="marketing", at=AT)
    assert [run.run_id for run in runs.list_runs(engine)] == ["run-2", "run-1"]


def test_an_unknown_run_names_the_near_one(engine: Engine):
    start(engine)
    with pytest.raises(UnknownName, match=r"no run `run1` in this workspace\. Did you mean `run-1`\?"):
        runs.get_run(engine, "run1")


def test_what_the_agents_answered_is_kept_and_logged(engine: Engine):
    start(engine)
    assert runs.load_segmentation(engine, "run-1") is None
    assert runs.load_plan(engine, "run-1") is None
    runs.save_segmentation(engine, "run-1", PARTED, at=AT)
    runs.save_plan(engine, "run-1", PLAN, at=AT)
    assert runs.load_segmentation(engine, "run-1") == PARTED
    assert runs.load_plan(engine, "run-1") == PLAN
    assert verify(engine).events == 3


@pytest.mark.parametrize(
    ("edit", "load", "name"),
    [
        ("segmentation = replace(segmentation, 'Owners', 'Others')", runs.load_segmentation, "segments"),
        ("segmentation = NULL", runs.load_segmentation, "segments"),
        ("plan = replace(plan, 'owners', 'others')", runs.load_plan, "placements"),
    ],
)
def test_an_audience_edited_by_hand_is_refused(
    engine: Engine, edit: str, load: Callable[[Engine, str], object], name: str
):
    start(engine)
    runs.save_segmentation(engine, "run-1", PARTED, at=AT)
    runs.save_plan(engine, "run-1", PLAN, at=AT)
    by_hand(engine, f"UPDATE runs SET {edit}")
    with pytest.raises(Refused, match=f"The {name} of run `run-1` are not what the audit log recorded"):
        load(engine, "run-1")


@pytest.mark.parametrize(
    ("source", "to"), [(source, to) for source, targets in RUN_TRANSITIONS.items() for to in sorted(targets)]
)
def test_a_run_moves_along_its_table(engine: Engine, source: RunStatus, to: RunStatus):
    reach(engine, source)
    runs.set_run_status(engine, "run-1", to, at=AT, reason="as planned")
    assert runs.get_run(engine, "run-1").status == to


@pytest.mark.parametrize(("source", "to"), FORBIDDEN)
def test_a_run_moves_nowhere_else(engine: Engine, source: RunStatus, to: RunStatus):
    reach(engine, source)
    with pytest.raises(Refused, match=f"is {source} and cannot become {to}"):
        runs.set_run_status(engine, "run-1", to, at=AT)
    assert runs.get_run(engine, "run-1").status == source


def test_moving_a_run_to_where_it_stands_leaves_no_trace(engine: Engine):
    start(engine)
    events = verify(engine).events
    runs.set_run_status(engine, "run-1", "planning", at=AT)
    assert verify(engine).events == events


def reach(engine: Engine, status: RunStatus) -> Run:
    run = start(engine)
    if status != "planning":
        runs.set_run_status(engine, "run-1", status, at=AT)
    return run
