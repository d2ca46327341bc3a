"""What a recall takes back: all that its filter finds, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.filters import Filter
from approvals.recalls import live
from approvals.statuses import Status
from campaign.claim import Claim, Provenance
from campaign.piece import Piece, Speaker
from tests.approvals.gate import LATER, a_piece, status_of, submit, with_rate
from tests.approvals.taking_back import out, take_back
from tests.databases import one_engine


def licensed(piece_id: str, state: str) -> Piece:
    made = with_rate(piece_id, valid_until=LATER, rate="6.125%")
    origin = Provenance(source="licence", reference=f"lender.toml licenses.{state}")
    legend = Claim(slot="legends", kind="legend", text="note", provenance=origin)
    (rate,) = made.bindings
    note = rate.model_copy(update={"start": 13, "end": 17, "slot": "legends"})
    return made.model_copy(
        update={"claims": (*(made.claims or ()), legend), "bindings": (rate, note), "states": (state,)}
    )


@pytest.fixture
def published(started: Engine) -> Engine:
    """Pieces of every kind that are live, and one that only waits."""
    lou = Speaker(name="Lou Field", nmls="2000001")
    seven = with_rate("seven", valid_until=LATER, rate="7.000%")
    seven = seven.model_copy(
        update={"claims": tuple(one.model_copy(update={"value": 7.0}) for one in seven.claims or ())}
    )
    for piece in (
        licensed("ca", "CA"), licensed("ny", "NY"), seven, a_piece("lou", originator=lou, states=("CA",)),
        a_piece("warned", body="The best."), a_piece("post", channel="linkedin", products=("fha",)),
    ):  # fmt: skip
        out(started, piece, ("r1", f"m-{piece.piece_id}"))
    out(started, a_piece("second"), ("r1", "claimed"), run="run-2")
    submit(started, a_piece("waits", states=("CA",)))
    return started


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["ca", "ny", "seven", "lou", "warned", "post", "second"]),
    ({"claim": "rate"}, ["ca", "ny", "seven"]),
    ({"rate_low": 6.0, "rate_high": 6.25}, ["ca", "ny"]),
    ({"rate_low": 6.126}, ["seven"]),
    ({"licence": "NY"}, ["ny"]),
    ({"state": "CA"}, ["ca", "lou"]),
    ({"originator": "lou field"}, ["lou"]),
    ({"originator": "2000001"}, ["lou"]),
    ({"rule": "test.best"}, ["warned"]),
    ({"verdict": "warn"}, ["warned"]),
    ({"channel": "linkedin"}, ["post"]),
    ({"product": "fha"}, ["post"]),
    ({"run": "run-2"}, ["second"]),
    ({"piece": "seven"}, ["seven"]),
    ({"text": "The Best"}, ["warned"]),
    ({"claim": "rate", "state": "CA"}, ["ca"]),
]


def test_what_a_recall_would_take_back_is_told_before(published: Engine):
    wrong = {
        str(asked): names
        for asked, wanted in FILTERS
        if (names := live(published, Filter.model_validate(asked))) != tuple(f"{one} rev 1" for one in wanted)
    }
    assert wrong == {}


@one_engine
@pytest.mark.parametrize(("asked", "wanted"), FILTERS[1:])
def test_a_recall_takes_back_what_its_filter_finds_and_nothing_else(
    published: Engine, asked: dict[str, Any], wanted: list[str]
):
    before = {name: status_of(published, name) for name in (*FILTERS[0][1], "waits")}
    made = take_back(published, Filter.model_validate(asked))
    assert [one.piece_id for one in made.receipts] == wanted
    after = {name: status_of(published, name) for name in before}
    assert after == {name: Status.RECALLED if name in wanted else status for name, status in before.items()}
    assert verify(published).verified


def test_an_older_revision_that_is_live_is_found_beside_the_newer_that_waits(started: Engine):
    out(started, a_piece(states=("CA",)), ("r1", "m-1"))
    submit(started, a_piece(revision=2, states=("NY",)))
    assert live(started, Filter(state="CA")) == ("letter rev 1",)
    take_back(started, Filter(state="CA"))
    assert status_of(started, revision=1) is Status.RECALLED
    assert status_of(started, revision=2) is Status.PENDING
