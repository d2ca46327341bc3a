"""Deciding many at once, as typed: what was shown is decided, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from approvals.statuses import Status
from campaign.lender import Lender
from tests.approvals.gate import Rules, a_piece, submit
from tests.approvals.terminal.office import PACK, RUTH, Vallum, events, stands


def test_a_dry_run_says_how_many_and_decides_nothing(office: Engine, vallum: Vallum):
    before = events(office)
    told = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json")
    assert told.code == 0
    document = told.document
    assert (document["would"], document["count"], document["pieces"]) == (
        "approve", 3, ["clean", "warned", "rate"],
    )  # fmt: skip
    assert document["filter"] == "pending, run run-1"
    said = vallum("reject", "--run", "run-1", *RUTH, "--dry-run").out
    assert said == (
        "Would reject 3 pieces of 3 classes (pending, run run-1).\n"
        f"Decide exactly these with `--digest {document['digest']}`.\n"
    )
    assert vallum("approve", "--state", "TX", *RUTH, "--dry-run").code == 1
    assert events(office) == before
    assert stands(office, "clean") is Status.PENDING


def test_what_was_shown_is_decided_and_nothing_else(office: Engine, vallum: Vallum, lender: Lender):
    digest = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json").document["digest"]
    submit(office, a_piece("late"), Rules(version=PACK), lender=lender)
    told = vallum("approve", "--run", "run-1", "--digest", digest, *RUTH)
    assert told.code == 1
    assert told.err == ("vallum: What waits is no longer what was shown: 4 pieces now. Look at it again.\n")
    assert stands(office, "clean") is Status.PENDING
    digest = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json").document["digest"]
    told = vallum("approve", "--run", "run-1", "--digest", digest, "--reason", "Fine.", *RUTH, "--json")
    assert told.code == 0
    assert [one["piece"] for one in told.document["decided"]] == ["clean", "warned", "rate", "late"]
    assert {one["by"] for one in told.document["decided"]} == {"Ruth Calder"}
    assert stands(office, "other") is Status.PENDING


@pytest.mark.parametrize(("command", "status"), [("reject", Status.REJECTED), ("return", Status.RETURNED)])
def test_a_no_to_many_needs_a_reason(office: Engine, vallum: Vallum, command: str, status: Status):
    told = vallum(command, "--claim", "rate", *RUTH)
    assert told.code == 2
    assert re.match(r"vallum: (Rejecting|Returning) `pending, claim rate` needs a reason\.", told.err)
    assert vallum(command, "--claim", "rate", "--reason", "Another rate.", *RUTH).code == 0
    assert stands(office, "rate") is status
    assert stands(office, "clean") is Status.PENDING


@pytest.mark.parametrize("command", ["approve", "reject", "return"])
def test_nobody_means_the_whole_queue_or_two_things_at_once(office: Engine, vallum: Vallum, command: str):
    before = events(office)
    for asked, said in (
        ((), "Nothing says which pieces."),
        (("clean", "--run", "run-1"), "Pieces are named, and options that find pieces are given besides."),
        (("clean", "--digest", "0" * 32), "Pieces are named, and options"),
        (("clean", "nobody"), "There is no piece `nobody`"),
    ):
        told = vallum(command, *asked, "--reason", "Because.", *RUTH)
        assert (told.code, said in told.err) == (2, True), told
    assert events(office) == before


def test_naming_pieces_dry_says_which(office: Engine, vallum: Vallum):
    told = vallum("return", "clean", "rate", "clean", "--dry-run", *RUTH)
    assert told.out == "Would return clean rev 1, rate rev 1.\n"
    assert stands(office, "clean") is Status.PENDING


def test_a_batch_tells_what_it_left_alone(office: Engine, vallum: Vallum, lender: Lender):
    mine = a_piece("mine", authors=("Ruth Calder",))
    submit(office, mine, Rules(version=PACK), run_id="run-2", lender=lender)
    told = vallum("approve", "--run", "run-2", *RUTH)
    assert told.code == 1
    assert "Approved `other rev 1` by Ruth Calder" in told.out
    assert "Cannot approve `mine rev 1`: you wrote this revision. Ask another approver." in told.out
