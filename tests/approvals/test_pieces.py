"""Stored pieces are read back as validated nouns, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals.pieces import load_piece, noun_hash
from approvals.queue import queue
from campaign.errors import Unreadable
from tests.approvals.gate import a_piece, approve, by_hand, start, submit


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pieces SET noun = 'not JSON'",
        "UPDATE pieces SET noun = '{}'",
        "UPDATE pieces SET status = 'wonderful'",
        "UPDATE findings SET noun = '{\"rule\": 3}'",
        "UPDATE decisions SET noun = '[]'",
    ],
)
def test_a_record_changed_beyond_reading_is_one_sentence(engine: Engine, statement: str):
    start(engine)
    submit(engine, a_piece(body="The best loan."))
    approve(engine)
    by_hand(engine, statement)
    with pytest.raises(Unreadable, match=r"`letter rev 1`: its stored record was changed and cannot be read"):
        load_piece(engine, "letter")


def test_the_queue_of_whole_pieces_says_the_same(engine: Engine):
    start(engine)
    submit(engine, a_piece())
    by_hand(engine, "UPDATE pieces SET noun = '{}'")
    with pytest.raises(Unreadable):
        queue(engine)


def test_the_hash_of_a_record_covers_its_authors():
    mine, yours = a_piece(authors=("A",)), a_piece(authors=("B",))
    assert mine.content_hash == yours.content_hash
    assert noun_hash(mine.model_dump_json()) != noun_hash(yours.model_dump_json())
