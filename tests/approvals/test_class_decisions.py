"""One decision on a class: it binds every member's own bytes, and none that is of it no more."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from approvals import acts
from approvals.audit import verify
from approvals.bulk import batch_of
from approvals.classes import waiting_classes
from approvals.filters import Filter
from approvals.pieces import history
from approvals.releases import releases_due
from approvals.statuses import Status
from campaign.errors import NotInForce, Refused
from campaign.lender import Lender
from campaign.piece import Piece
from tests.approvals.classes import LETTERS, decide, gate, key_of
from tests.approvals.gate import AT, Rules, by_hand, ledger, start, status_of, submit
from tests.approvals.signed import LENDER, OFFICERS, STATES, signed
from tests.databases import one_engine


def test_one_decision_binds_every_members_own_bytes(signed_by_all: Engine):
    key = key_of(signed_by_all)
    events = verify(signed_by_all).events
    done = decide(signed_by_all, key, reason="The odd ones read well.")
    assert len(done.decided) == 6
    for piece, made in zip(LETTERS, done.decided, strict=True):
        assert (made.piece_id, made.content_hash, made.class_key) == (piece.piece_id, piece.content_hash, key)
        told = history(signed_by_all, piece.piece_id)[-1]
        assert (told.event, told.by, told.details["class"]) == ("piece.approved", "Ruth Calder", key)
        assert told.details["content_hash"] == piece.content_hash
    assert len({made.content_hash for made in done.decided}) == 6
    report = verify(signed_by_all)
    assert (report.verified, report.events) == (True, events + 7)
    assert status_of(signed_by_all, "plain") is Status.PENDING
    books = ledger(signed_by_all, lender=LENDER)
    assert all(books.claim(release, "file", at=AT) for release in releases_due(signed_by_all))


def test_a_member_that_changed_after_the_decision_does_not_go_out(signed_by_all: Engine):
    decide(signed_by_all, key_of(signed_by_all))
    by_hand(
        signed_by_all, "UPDATE pieces SET noun = replace(noun, 'Pay ', 'Get ') WHERE piece_id = :name",
        name=LETTERS[2].piece_id,
    )  # fmt: skip
    books = ledger(signed_by_all, lender=LENDER)
    refused = []
    for release in releases_due(signed_by_all):
        with suppress(NotInForce):
            assert books.claim(release, "file", at=AT)
            continue
        refused.append(release.piece.piece_id)
    assert refused == [LETTERS[2].piece_id]


def licensed(state: str, **more: Any) -> Lender:
    held = LENDER.licenses[state].model_copy(update=more)
    return LENDER.model_copy(update={"licenses": {**LENDER.licenses, state: held}})


def left(name: str) -> Lender:
    return LENDER.model_copy(update={"originators": tuple(one for one in OFFICERS if one.name != name)})


@one_engine
@pytest.mark.parametrize(
    "since",
    [
        licensed(STATES[0], number="MB-9"),
        licensed(STATES[0], legend="Licensed by the state, no. MB-9"),
        licensed(STATES[0], expires=AT.date() - timedelta(days=1)),
        left(OFFICERS[0].name),
        LENDER.model_copy(
            update={"originators": (OFFICERS[0].model_copy(update={"states": ("CA",)}), *OFFICERS[1:])}
        ),
    ],
    ids=["number", "legend", "expired", "left", "fewer states"],
)
def test_members_whose_record_changed_since_are_not_decided_with_the_others(
    signed_by_all: Engine, since: Lender
):
    key = key_of(signed_by_all)
    done = decide(signed_by_all, key, lender=since)
    assert [one.piece_id for one in done.decided] == [piece.piece_id for piece in LETTERS[1:]]
    (refused,) = done.refused
    assert refused.piece_id == LETTERS[0].piece_id
    assert "a record that it shows has changed" in refused.fact
    assert refused.remedy == "Decide it on its own, or have it screened again."
    assert status_of(signed_by_all, refused.piece_id) is Status.PENDING


@one_engine
def test_where_the_lenders_own_record_changed_no_member_is_decided(signed_by_all: Engine):
    moved = LENDER.model_copy(update={"name": "Cedar & Main Home Loans, LLC"})
    done = decide(signed_by_all, key_of(signed_by_all), lender=moved)
    assert (len(done.decided), len(done.refused)) == (0, 6)


@one_engine
def test_a_class_decided_after_a_licence_ran_out_decides_nothing(signed_by_all: Engine):
    done = decide(signed_by_all, key_of(signed_by_all), at=AT + timedelta(days=365))
    assert done.decided == ()


@one_engine
@pytest.mark.parametrize("change", ["came", "went", "changed", "screened"])
def test_a_class_that_is_not_what_was_shown_is_not_decided(signed_by_all: Engine, change: str):
    key, name = key_of(signed_by_all), LETTERS[3].piece_id
    shown = batch_of(signed_by_all, Filter(class_key=key)).digest
    if change == "came":
        submit(signed_by_all, signed(OFFICERS[0], ("NV",)), lender=LENDER)
    elif change == "went":
        acts.withdraw(gate(signed_by_all), name, by="Max Orr", at=AT, reason="Not now.")
    elif change == "changed":
        submit(signed_by_all, signed(OFFICERS[3], ("WY",), piece_id=name, revision=2), lender=LENDER)
    else:
        warning = Rules(warns={OFFICERS[3].name})
        acts.rescreen(gate(signed_by_all, rules=warning), name, by="Ada Stone", at=AT)
    with pytest.raises(Refused, match="no longer what was shown"):
        decide(signed_by_all, key, digest=shown)
    assert releases_due(signed_by_all) == ()


def test_a_stranger_put_into_a_class_by_hand_is_not_decided_with_it(signed_by_all: Engine):
    key = key_of(signed_by_all)
    by_hand(signed_by_all, "UPDATE pieces SET class_key = :key WHERE piece_id = 'plain'", key=key)
    assert batch_of(signed_by_all, Filter(class_key=key)).count == 7
    done = decide(signed_by_all, key)
    assert (len(done.decided), [one.piece_id for one in done.refused]) == (6, ["plain"])


@one_engine
def test_a_member_that_the_decider_wrote_is_left_to_others(signed_by_all: Engine):
    mine = signed(OFFICERS[0], ("NV",)).model_copy(update={"authors": ("Ruth Calder",)})
    submit(signed_by_all, mine, lender=LENDER)
    done = decide(signed_by_all, key_of(signed_by_all))
    assert len(done.decided) == 6
    assert [(one.piece_id, one.fact) for one in done.refused] == [
        (mine.piece_id, f"Cannot approve `{mine.piece_id} rev 1`: you wrote this revision.")
    ]


@one_engine
def test_many_officers_and_masters_are_as_many_decisions_as_masters(engine: Engine):
    """300 x 12 in small: what counts is that a decision is asked for per master, not per name."""
    start(engine)

    def letter(officer: int, master: int) -> Piece:
        fields = {"body": f"Letter {master} by {{{{originator_name}}}}. {{{{legends}}}}"}
        state = STATES[officer % len(STATES)]
        return signed(
            OFFICERS[officer % len(OFFICERS)], (state,), fields=dict(fields), piece_id=f"{master}.{officer}"
        )

    for officer in range(20):
        for master in range(3):
            submit(engine, letter(officer, master), lender=LENDER)
    lines = waiting_classes(engine)
    assert [one.pending for one in lines] == [20, 20, 20]
    assert sum(len(decide(engine, one.class_key).decided) for one in lines) == 60
