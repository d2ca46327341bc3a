"""The street as a whole: it parks for people, wakes as often as asked, and does nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.minds import Assignment, Draft
from agents.opening import open_street
from agents.planning_runs import start_planning
from agents.running import advance, checkpointer
from agents.workflow import build
from approvals import audit, decisions, queue
from approvals.statuses import Status
from tests.agents.briefs import BRIEF

EVERY = tuple(Status)


def run_to_queue(street, workspace, brief=BRIEF):
    run = start_planning(street, brief)
    assert advance(street, run.run_id, checkpoints=workspace.checkpoints) == "parked"
    return run.run_id


def snapshot(street, workspace):
    files = sorted(
        path.as_posix() for folder in (workspace.outbox, workspace.ads) for path in folder.rglob("*")
    )
    pieces = [
        (item.piece.piece_id, item.piece.revision, item.status)
        for item in queue.queue(street.engine, statuses=EVERY)
    ]
    return audit.verify(street.engine).events, pieces, files


def approve(street, item):
    return decisions.approve(
        street.gate,
        item.piece.piece_id,
        by="Ruth Calder",
        at=street.at,
    )


def test_a_run_parks_with_every_piece_screened(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    count = queue.tally(street.engine, run_id)
    assert count.pieces == count.pending + count.blocked > 0
    channels = {item.piece.channel for item in queue.queue(street.engine, run_id=run_id)}
    assert channels == {"google_search", "meta", "email", "linkedin", "zillow", "lendingtree", "bankrate"}


def test_the_house_writer_is_never_blocked(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    blocked = queue.queue(street.engine, run_id=run_id, statuses=(Status.BLOCKED,))
    assert [(item.piece.piece_id, [f.rule for f in item.findings]) for item in blocked] == []


def test_waking_five_times_changes_nothing_until_somebody_decides(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    before = snapshot(street, workspace)
    for _ in range(5):
        advance(street, run_id, checkpoints=workspace.checkpoints)
    assert snapshot(street, workspace) == before


def test_the_interrupt_speaks_the_agent_inbox_form(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    with checkpointer(workspace.checkpoints) as saver:
        state = build(street).compile(checkpointer=saver).get_state({"configurable": {"thread_id": run_id}})
    (request,) = state.interrupts[0].value
    assert set(request) == {"action_request", "config", "description"}
    assert set(request["config"]) == {"allow_accept", "allow_edit", "allow_respond", "allow_ignore"}
    assert not request["config"]["allow_edit"], "an edit past the queue would be an approval of other bytes"
    assert all(isinstance(value, str) for value in request["action_request"]["args"].values())


def test_partial_decisions_publish_the_approved_and_park_again(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    pending = queue.queue(street.engine, run_id=run_id)
    search = next(item for item in pending if item.piece.channel == "google_search")
    letter = next(item for item in pending if item.piece.channel == "email")
    approve(street, search)
    decisions.reject(
        street.gate,
        letter.piece.piece_id,
        by="Ruth Calder",
        reason="Please shorten it.",
        at=street.at,
    )
    assert advance(street, run_id, checkpoints=workspace.checkpoints) == "parked"
    everything = {
        (item.piece.piece_id, item.piece.revision): item
        for item in queue.queue(street.engine, run_id=run_id, statuses=EVERY)
    }
    assert everything[search.piece.piece_id, 1].status is Status.PUBLISHED
    revised = everything[letter.piece.piece_id, 2]
    assert revised.status is Status.PENDING
    assert revised.piece.fields["body"] != letter.piece.fields["body"]
    ads = list(workspace.ads.rglob("*.csv"))
    assert len(ads) == 1
    assert not list(workspace.outbox.rglob("*.eml"))


def test_the_two_letters_of_a_placement_share_its_people(opened, workspace):
    street = opened()
    run_id = run_to_queue(street, workspace)
    pending = queue.queue(street.engine, run_id=run_id)
    placement = next(item.placement_id for item in pending if item.piece.channel == "email")
    letters = [item for item in pending if item.placement_id == placement]
    assert len(letters) == 2
    for item in letters:
        approve(street, item)
    advance(street, run_id, checkpoints=workspace.checkpoints)
    sent = [
        {path.name.split(".")[0] for path in folder.iterdir()}
        for folder in workspace.outbox.iterdir()
        if folder.is_dir()
    ]
    assert len(sent) == 2
    assert all(sent), "each variant went to somebody"
    assert not sent[0] & sent[1], "nobody got both"


class Hopeless:
    """A mind whose every draft promises approval."""

    name = "model"

    def __init__(self, house):
        self.house = house
        self.rounds: list[int] = []

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        drafts = self.house.write(assignment)
        if assignment.form.name != "linkedin.post":
            return drafts
        self.rounds.append(assignment.round)
        return tuple(
            draft.model_copy(update={"fields": {**draft.fields, "body": "Guaranteed approval for everyone."}})
            for draft in drafts
        )


def test_rounds_run_out_and_the_piece_stays_blocked_in_the_queue(opened, workspace):
    street = opened()
    hopeless = Hopeless(street.minds.writing)
    street = replace(street, minds=replace(street.minds, writing=hopeless))
    run_id = run_to_queue(street, workspace)
    blocked = queue.queue(street.engine, run_id=run_id, statuses=(Status.BLOCKED,))
    assert blocked
    assert {item.piece.channel for item in blocked} == {"linkedin"}
    assert {item.round for item in blocked} == {street.lender.capacity.revision_rounds}
    assert all("udaap.guaranteed-approval" in {f.rule for f in item.findings} for item in blocked)
    assert set(hopeless.rounds) == set(range(street.lender.capacity.revision_rounds + 1))


def test_the_same_brief_takes_up_the_same_run(opened, workspace):
    street = opened()
    first = run_to_queue(street, workspace)
    before = snapshot(street, workspace)
    assert run_to_queue(opened(), workspace) == first
    assert snapshot(street, workspace) == before


@pytest.mark.server
def test_a_run_parks_and_wakes_on_postgresql(opened, workspace, postgres_url):
    team = replace(workspace, database_url=postgres_url)
    at = opened().at
    street = open_street(team, at=at, environment={}, progress=quiet)
    run_id = run_to_queue(street, team)
    item = next(i for i in queue.queue(street.engine, run_id=run_id) if i.piece.channel == "google_search")
    approve(street, item)
    woken = open_street(team, at=at, environment={}, progress=quiet)
    advance(woken, run_id, checkpoints=team.checkpoints)
    assert queue.tally(woken.engine, run_id).published == 1
    assert not (team.home / "checkpoints.db").exists()
    for opened_street in (street, woken):
        opened_street.engine.dispose()


def quiet(_: str) -> None:
    return
