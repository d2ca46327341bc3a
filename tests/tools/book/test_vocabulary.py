"""The synonyms: every word leads somewhere, and to one place only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import tools.book.vocabulary as vocabulary
from campaign.lender import STATES
from tools.book.schemas import (
    CONTACT_KINDS,
    EVENT_KINDS,
    OCCUPANCIES,
    PARTNER_KINDS,
    PURPOSES,
    SCHEMAS,
    STATUSES,
)

FILE = Path(vocabulary.__file__).with_name("synonyms.toml")
TABLES = tomllib.loads(FILE.read_text(encoding="utf-8"))
ALLOWED = {
    "status": STATUSES, "purpose": PURPOSES, "occupancy": OCCUPANCIES, "kind": {*CONTACT_KINDS, *PARTNER_KINDS},
    "event": EVENT_KINDS, "state": STATES, "lien": ("1", "2"), "rate_type": ("fixed", "adjustable"),
    "product": ("conventional", "jumbo", "fha", "va", "usda", "heloc", "arm"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(TABLES["words"]))
def test_words_mean_values_that_a_column_may_hold(what: str) -> None:
    assert set(TABLES["words"][what]) <= set(ALLOWED[what])


@pytest.mark.parametrize("what", sorted(TABLES["words"]))
def test_no_word_means_two_values(what: str) -> None:
    spoken = [
        (vocabulary.letters_and_digits(word), ours)
        for ours, words in TABLES["words"][what].items()
        for word in {vocabulary.letters_and_digits(word) for word in words}
    ]
    assert len({word for word, _ in spoken}) == len(spoken)


@pytest.mark.parametrize("table", sorted(set(TABLES) & set(SCHEMAS)))
def test_synonyms_are_of_columns_that_exist(table: str) -> None:
    columns = set(SCHEMAS[table].headers) | ({"program"} if table == "loans" else set())
    assert set(TABLES[table]) <= columns


def test_no_header_about_permission_is_a_synonym_of_a_column() -> None:
    permission = vocabulary.permission_names()
    for table in (*SCHEMAS, "borrower"):
        names = {
            vocabulary.letters_and_digits(name)
            for spoken in vocabulary.names_of(table).values()
            for name in spoken
        }
        assert not names & permission
