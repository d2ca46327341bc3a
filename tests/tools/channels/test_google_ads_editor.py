"""The import file: parents first, everything paused, limits held, and no place for what is forbidden."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import BadInput, Refused
from tests.conformance.examples import ad_piece, ads_job
from tests.conformance.ledgers import AT, MemoryLedger, release_of
from tools.channels.google_ads_editor import COLUMNS, GoogleAdsEditor, editor_file
from tools.channels.places import STATE_NAMES, location


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def kinds(rows: list[dict[str, str]]) -> list[str]:
    def kind(row: dict[str, str]) -> str:
        for column, name in (
            ("Campaign Type", "campaign"), ("Location", "location"), ("Ad Group Type", "ad group"),
            ("Ad type", "ad"),
        ):  # fmt: skip
            if row[column]:
                return name
        return "negative" if "Negative" in row["Criterion Type"] else "keyword"

    return [kind(row) for row in rows]


def test_the_file_is_what_the_importer_reads() -> None:
    content = editor_file(release_of(ad_piece()), ads_job())
    assert content.startswith(b"\xef\xbb\xbfCampaign,")
    assert b"\r\n" in content
    rows = rows_of(content)
    assert kinds(rows) == [
        "campaign", "location", "location", "ad group", "keyword", "keyword", "negative", "ad",
    ]  # fmt: skip
    assert [row["Location"] for row in rows[1:3]] == [
        "California, United States",
        "Washington, United States",
    ]
    assert {row["Campaign"] for row in rows} == {"vallum-12ab34cd Rate review CA WA"}


def test_everything_that_could_spend_is_paused() -> None:
    rows = rows_of(editor_file(release_of(ad_piece()), ads_job()))
    assert rows[0]["Campaign Status"] == "Paused"
    assert rows[-1]["Status"] == "Paused"
    assert (rows[0]["Budget"], rows[0]["Budget type"]) == ("25.50", "Daily")
    assert rows[0]["EU political ads"] == "Doesn't have EU political ads"
    assert rows[0]["Networks"] == "Google Search"


def test_a_pinned_legend_stands_in_position_two_and_nothing_else_is_pinned() -> None:
    ad = rows_of(editor_file(release_of(ad_piece()), ads_job(pinned=(1,))))[-1]
    assert ad["Description 2"] == "Cedar & Main NMLS #1999901. Equal Housing"
    pinned = {column: ad[column] for column in COLUMNS if column.endswith("position") and ad[column]}
    assert pinned == {"Description 2 position": "2"}


@pytest.mark.parametrize(
    "targeting",
    [{"zip_codes": ["83702"]}, {"age_min": 25}, {"genders": ["female"]}, {"audience_predicate": "x"}],
)
def test_an_ad_that_is_aimed_at_people_is_refused(targeting: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=f"`{next(iter(targeting))}`, which a loan ad may not be"):
        editor_file(release_of(ad_piece(targeting=targeting)), ads_job())


def test_no_column_can_hold_an_age_a_gender_a_list_or_a_place_below_a_state() -> None:
    words = " ".join(COLUMNS).lower()
    assert not [
        word for word in ("age", "gender", "zip", "audience", "radius", "parental") if f" {word}" in words
    ]
    with pytest.raises(BadInput, match="no postal code"):
        location("83702")
    with pytest.raises(BadInput, match="no postal code"):
        editor_file(release_of(ad_piece().model_copy(update={"states": ()})), ads_job(states=("83702",)))
    assert len(STATE_NAMES) == 51


@pytest.mark.parametrize(
    ("piece", "job", "why"),
    [
        (ad_piece(headlines=("one", "two")), ads_job(), "has 2 headlines; the ad takes 3 to 15"),
        (ad_piece(headlines=("a" * 31, "b", "c")), ads_job(), r"`headlines\[0\]` .* is 31 characters"),
        (ad_piece(headlines=("家" * 16, "b", "c")), ads_job(), "is 32 characters"),
        (ad_piece(descriptions=("d" * 91, "e")), ads_job(), r"`descriptions\[0\]` .* limit is 90"),
        (ad_piece(headlines=("one", "", "three", "four")), ads_job(), "as approved"),
        (ad_piece(), ads_job(states=("CA", "TX")), "approved for CA, WA only"),
        (ad_piece(), ads_job(states=()), "approved for CA, WA only"),
        (ad_piece(), ads_job(final_url=""), "no page to lead to"),
        (ad_piece(), ads_job(daily_budget_usd=0), "has no budget"),
    ],
)
def test_what_the_platform_would_cut_or_spend_wrongly_is_refused(piece: Any, job: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        editor_file(release_of(piece), job)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=14), min_size=3,
                max_size=15))  # fmt: skip
def test_whatever_is_approved_is_read_back_as_approved(headlines: list[str]) -> None:
    content = editor_file(release_of(ad_piece(headlines=tuple(headlines))), ads_job())
    ad = rows_of(content)[-1]
    assert [ad[f"Headline {n}"] for n in range(1, len(headlines) + 1)] == headlines


def test_a_refused_piece_claims_nothing_and_writes_nothing(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    outcome = GoogleAdsEditor(tmp_path / "ads").deliver(
        release_of(ad_piece(headlines=("one", "two"))), ads_job(), ledger=ledger, at=AT
    )
    assert "takes 3 to 15" in outcome.withheld[0].reason
    assert ledger.states == {}
    assert not (tmp_path / "ads").exists()
