"""The Agent Inbox: its request in the documented form, and every form of answer through a real graph."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.types import Command
from pydantic import ConfigDict, TypeAdapter, with_config

from agents import inbox
from agents.inbox import heard, request
from agents.planning_runs import start_planning
from agents.running import advance, checkpointer
from agents.workflow import build
from approvals import audit, decisions, queue
from approvals.database import reading
from approvals.parked import INBOX, Parked, RunRemark, keep_remark, parked
from approvals.queue import QueueItem
from approvals.statuses import Status
from tests.agents.briefs import BRIEF
from tests.approvals.gate import AT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # moved to another distribution, which is not needed here for their form
    from langgraph.prebuilt.interrupt import HumanInterrupt, HumanResponse

EVERY = tuple(Status)
EMPTY = Parked(pending={}, warned=0, returned=0, unsent=0, first=(), remarks=())


def strict(form: Any) -> TypeAdapter[Any]:
    """The published form with no key more and no key less, in its parts as well."""
    for part in get_type_hints(form).values():
        if isinstance(part, type) and hasattr(part, "__total__"):
            with_config(ConfigDict(extra="forbid", strict=True))(part)
    return TypeAdapter(with_config(ConfigDict(extra="forbid", strict=True))(form))


def line(piece: str, segment: str) -> QueueItem:
    return QueueItem(
        row=1, piece=piece, revision=1, channel="email", segment=segment, states=(), status=Status.PENDING,
        verdict="pass", rules=(), class_key="c", submitted_at=AT,
    )  # fmt: skip


def test_the_request_has_the_published_form():
    waiting = EMPTY.model_copy(
        update={"pending": {"email": 3, "meta": 2}, "warned": 1, "first": (line("a", "b"),)}
    )
    (made,) = request("run-1", waiting)
    assert strict(HumanInterrupt).validate_python(made) == made
    assert json.loads(json.dumps(made)) == made
    assert made["action_request"] == {"action": "decide_in_queue", "args": {"run": "run-1", "pending": "5"}}
    assert made["config"] == {
        "allow_accept": True, "allow_respond": True, "allow_ignore": True, "allow_edit": False,
    }  # fmt: skip
    assert "3 email, 2 meta; 1 carry warnings." in made["description"]


@pytest.mark.parametrize(
    "hostile", ["![x](http://e.example/t.png)", "[a](javascript:b)", "`\n# <b>h</b>", "</code><img src=x>"]
)
def test_names_and_remarks_are_shown_literally(hostile):
    waiting = EMPTY.model_copy(
        update={"first": (line("p", hostile),), "remarks": (RunRemark(at=AT, words=hostile),)}
    )
    (made,) = request("run-1", waiting)
    outside = re.sub(r"`[^`\n]*`", "", made["description"])
    assert "<" not in outside
    assert "](" not in outside
    assert outside.count("#") == 2


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ([{"type": "accept", "args": None}], "accept", ""),
        ([{"type": "accept", "args": {"action": "decide_in_queue", "args": {"run": "r"}}}], "accept", ""),
        ([{"type": "ignore", "args": None}], "ignore", ""),
        ([{"type": "response", "args": "Approve all of it."}], "remark", "Approve all of it."),
        ({"type": "response", "args": "Two\nlines"}, "remark", "Two lines"),
        ("approve", "remark", "approve"),
        (None, "ignore", ""),
        ([{"type": "response", "args": "  "}], "ignore", ""),
        ([{"type": "approve"}], "remark", '[{"type": "approve"}]'.strip("[]")),
        ({"decisions": [{"type": "approve"}]}, "remark", '{"decisions": [{"type": "approve"}]}'),
        ([{"type": "accept"}, {"type": "accept"}], "remark", '[{"type": "accept"}, {"type": "accept"}]'),
        (True, "remark", "true"),
    ],
)  # fmt: skip
def test_every_form_of_answer_is_heard(answer, kind, words):
    assert heard(answer) == {"kind": kind, "words": words}


def test_an_edit_is_kept_as_a_remark_whole():
    edit = [{"type": "edit", "args": {"action": "decide_in_queue", "args": {"run": "r", "pending": "0"}}}]
    said = heard(edit)
    assert said["kind"] == "remark"
    assert json.loads(said["words"]) == edit[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(anything)
def test_whatever_comes_back_is_heard_and_never_wakes_by_accident(answer):
    said = heard(answer)
    assert said["kind"] in ("ignore", "remark")
    assert len(said["words"]) <= inbox.LONGEST
    assert bool(said["words"]) == (said["kind"] == "remark")


def standing(street) -> list[tuple[str, int, Status]]:
    return [
        (item.piece.piece_id, item.piece.revision, item.status)
        for item in queue.queue(street.engine, statuses=EVERY)
    ]


@pytest.fixture
def run(opened, workspace):
    """A parked run, and a way to answer it as an inbox does: through the compiled graph itself."""
    street = opened()
    run_id = start_planning(street, BRIEF).run_id
    assert advance(street, run_id, checkpoints=workspace.checkpoints) == "parked"
    config = {"configurable": {"thread_id": run_id}}

    def answer(*responses: HumanResponse | Any) -> list[Any]:
        with checkpointer(workspace.checkpoints) as saver:
            graph = build(street).compile(checkpointer=saver)
            for response in responses:
                graph.invoke(Command(resume=response), config, durability="sync")
            return [one.value for one in graph.get_state(config).interrupts]

    return street, run_id, answer


def approve_one(street, run_id: str, channel: str) -> str:
    item = next(one for one in queue.queue(street.engine, run_id=run_id) if one.piece.channel == channel)
    decisions.approve(street.gate, item.piece.piece_id, by="Ruth Calder", at=street.at)
    return item.piece.piece_id


RESPONSE = HumanResponse(type="response", args="Approve everything. Also: [x](http://e.example)")
EDIT = HumanResponse(type="edit", args={"action": "decide_in_queue", "args": {"pending": "0"}})
IGNORE = HumanResponse(type="ignore", args=None)
ACCEPT = HumanResponse(type="accept", args=None)


def test_no_answer_decides_and_nothing_that_was_typed_is_lost(run):
    street, run_id, answer = run
    before, events = standing(street), audit.verify(street.engine).events
    (((again),),) = answer([RESPONSE], [EDIT], [IGNORE], "yes, publish")
    assert standing(street) == before
    words = [remark.words for remark in parked(street.engine, run_id).remarks]
    assert words == [
        "Approve everything. Also: [x](http: //e.example)", json.dumps(EDIT), "yes, publish",
    ]  # fmt: skip
    assert audit.verify(street.engine).events == events + 3
    assert "yes, publish" in again["description"]
    with reading(street.engine) as session:
        kept = [
            event for event in audit.events_of(session, [f"run {run_id}"]) if event.event == "run.remarked"
        ]
    assert {event.by for event in kept} == {INBOX}


def test_only_accept_wakes_the_run_and_then_the_decisions_count(run):
    street, run_id, answer = run
    name = approve_one(street, run_id, "google_search")
    answer([IGNORE], [RESPONSE])
    assert (name, 1, Status.APPROVED) in standing(street)
    answer([ACCEPT])
    assert (name, 1, Status.PUBLISHED) in standing(street)


def test_words_typed_after_a_decision_was_made_are_kept_once_and_the_run_still_wakes(run, workspace):
    street, run_id, answer = run
    waiting, listed = parked(street.engine, run_id), queue.queue(street.engine, run_id=run_id)
    assert sum(waiting.pending.values()) == len([one for one in listed if one.status is Status.PENDING])
    assert (waiting.unsent, len(waiting.first), waiting.keeps_open) == (0, 5, True)
    name = approve_one(street, run_id, "google_search")
    answer([RESPONSE])
    keep_remark(street.engine, run_id, "a step that is repeated", number=1, at=street.at)
    assert (len(parked(street.engine, run_id).remarks), parked(street.engine, run_id).unsent) == (1, 1)
    assert advance(street, run_id, checkpoints=workspace.checkpoints) == "parked"
    assert (name, 1, Status.PUBLISHED) in standing(street)
    assert (len(parked(street.engine, run_id).remarks), parked(street.engine, run_id).unsent) == (1, 0)
