"""Deliveries move along their own table, conditionally."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Engine

from approvals.database import writing
from approvals.deliveries import (
    DELIVERY_TRANSITIONS,
    DeliveryState,
    advance,
    close_release,
    delivery_key,
    in_doubt,
    publications,
    withheld_of,
    withhold,
)
from approvals.releases import releases_due
from campaign.errors import UnknownName
from campaign.release import Withheld
from tests.approvals.gate import AT, LATER, approved, by_hand, ledger

PAIRS = list(itertools.product(DeliveryState, DeliveryState))


def test_every_state_has_a_row_and_a_sentence():
    assert set(DELIVERY_TRANSITIONS) == set(DeliveryState)
    assert all(state.meaning.endswith(".") for state in DeliveryState)


def test_nothing_leads_out_of_delivered_or_abandoned_and_nothing_leads_back_from_submitting_to_claimed():
    assert DELIVERY_TRANSITIONS[DeliveryState.DELIVERED] == frozenset()
    assert DELIVERY_TRANSITIONS[DeliveryState.ABANDONED] == frozenset()
    assert DeliveryState.CLAIMED not in DELIVERY_TRANSITIONS[DeliveryState.SUBMITTING]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("source", "to"), PAIRS)
def test_a_delivery_moves_exactly_where_the_table_says(
    engine: Engine, source: DeliveryState, to: DeliveryState
):
    release = approved(engine)
    ledger(engine).claim(release, "r1", at=AT)
    by_hand(engine, "UPDATE deliveries SET state = :state", state=source.value)
    with writing(engine) as session:
        moved = advance(session, delivery_key(release, "r1"), to, at=AT)
    assert moved is (to in DELIVERY_TRANSITIONS[source])
    assert ledger(engine).state(release, "r1") is (to if moved else source)


def test_what_was_held_back_is_listed_by_run(engine: Engine):
    release = approved(engine)
    held = Withheld(
        release_id=release.release_id,
        channel="zillow",
        placement_id="owners.zillow",
        reason="no transport",
        count=3,
    )
    withhold(engine, held, at=AT)
    assert withheld_of(engine) == withheld_of(engine, run_id="run-1") == (held,)


def test_a_closed_release_is_no_longer_due(engine: Engine):
    release = approved(engine)
    close_release(engine, release, at=AT)
    close_release(engine, release, at=LATER)
    assert releases_due(engine) == ()


@pytest.mark.parametrize("ask", [publications, in_doubt, withheld_of])
def test_an_unknown_run_is_refused(engine: Engine, ask):
    with pytest.raises(UnknownName):
        ask(engine, run_id="nowhere")
