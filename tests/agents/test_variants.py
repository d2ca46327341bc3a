"""One master in many names: the roster decides who signs where, and nothing else in the words changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.planning_runs import start_planning
from agents.running import advance
from approvals import queue
from approvals.statuses import Status
from tests.agents.briefs import BRIEF


@pytest.fixture
def signed(opened, workspace):
    street = opened()
    run = start_planning(street, BRIEF.model_copy(update={"per_officer": True}))
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return street, queue.queue(street.engine, run_id=run.run_id, statuses=tuple(Status))


def test_each_officer_signs_letters_and_posts_where_they_are_licensed(signed):
    street, pieces = signed
    in_names = [item for item in pieces if item.piece.originator is not None]
    assert {item.piece.channel for item in in_names} == {"email", "meta", "linkedin"}
    roster = {one.nmls: one for one in street.lender.originators}
    assert {item.piece.originator.nmls for item in in_names} == set(roster)
    for item in in_names:
        speaker = item.piece.originator
        assert set(item.piece.states) <= set(roster[speaker.nmls].states)
        assert f"{speaker.name}, NMLS ID #{speaker.nmls}\n{street.lender.name}" in item.piece.fields["body"]
        assert item.verdict != "block", item.findings


def test_the_variants_of_a_master_are_one_class(signed):
    _, pieces = signed
    by_master: dict[str, set[str]] = {}
    for item in pieces:
        if item.piece.originator is not None:
            by_master.setdefault(item.master_id, set()).add(item.class_key)
    assert by_master
    assert {master: len(keys) for master, keys in by_master.items()} == dict.fromkeys(by_master, 1)


def test_an_officer_whose_licence_lapsed_signs_nothing(opened, workspace):
    street = opened()
    day = street.at.astimezone(street.lender.zone).date()
    first, *others = street.lender.originators
    lapsed = first.model_copy(update={"expires": day.replace(year=day.year - 1)})
    lender = street.lender.model_copy(update={"originators": (lapsed, *others)})
    street = replace(street, lender=lender)
    run = start_planning(street, BRIEF.model_copy(update={"per_officer": True}))
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    names = {
        item.piece.originator.nmls
        for item in queue.queue(street.engine, run_id=run.run_id, statuses=tuple(Status))
        if item.piece.originator
    }
    assert names == {one.nmls for one in others}
