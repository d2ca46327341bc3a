"""Taking a search ad back: exactly the ad that went out is removed, its campaign paused, and nothing else is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import BadInput
from tests.conformance.examples import ad_piece, ads_job
from tests.conformance.ledgers import release_of
from tools.channels.google_ads_editor import COLUMNS, editor_file
from tools.channels.google_ads_recall import BY_HAND, removal, write_removal


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def filled(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


OUT = editor_file(release_of(ad_piece()), ads_job())


def test_two_rows_pause_the_campaign_and_remove_the_ad():
    campaign, ad = rows_of(removal(OUT))
    went_out = rows_of(OUT)
    assert filled(campaign) == {"Campaign": went_out[0]["Campaign"], "Campaign Status": "Paused"}
    assert (ad["Status"], ad["Ad type"]) == ("Removed", "Responsive search ad")
    named = ("Campaign", "Ad Group", "Final URL", "Headline 1", "Headline 2", "Headline 3", "Description 1")
    assert all(ad[name] == went_out[-1][name] != "" for name in named)


def test_the_form_is_that_of_the_file_that_went_out():
    content = removal(OUT)
    assert content.startswith(b"\xef\xbb\xbfCampaign,")
    assert content.count(b"\r\n") == 3
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert tuple(next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))) == COLUMNS


def test_nothing_is_spent_added_or_enabled_by_it():
    content = removal(OUT)
    for row in rows_of(content):
        for name in (
            "Budget",
            "Keyword",
            "Location",
            "Bid Strategy Type",
            "Ad Group Status",
            "Campaign Type",
        ):
            assert row[name] == ""
    assert b"Enabled" not in content


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=14), min_size=3,
                max_size=15))  # fmt: skip
def test_whatever_the_ad_says_the_same_ad_is_named(headlines: list[str]):
    out = editor_file(release_of(ad_piece(headlines=tuple(headlines))), ads_job())
    ad = rows_of(removal(out))[-1]
    assert [ad[f"Headline {n}"] for n in range(1, len(headlines) + 1)] == headlines
    assert [ad[f"Headline {n}"] for n in range(len(headlines) + 1, 16)] == [""] * (15 - len(headlines))


def test_a_formula_that_the_file_did_not_hold_is_not_made():
    """The names are copied, so a cell begins with `=` only where the ad that went out does."""
    out = rows_of(OUT)
    cells = {value for row in rows_of(removal(OUT)) for value in row.values()}
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell and cell not in {
        value for row in out for value in row.values()
    }]  # fmt: skip


def test_it_stands_beside_the_file_and_writing_it_again_changes_nothing(tmp_path: Path):
    delivered = tmp_path / "owners.r1.0bd8.csv"
    delivered.write_bytes(OUT)
    path = write_removal(delivered)
    assert path == tmp_path / "owners.r1.0bd8.remove.csv"
    first = path.read_bytes()
    assert write_removal(delivered).read_bytes() == first == removal(OUT)
    assert delivered.read_bytes() == OUT, "what went out is evidence and stays as it was"


def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path):
    with pytest.raises(BadInput) as stopped:
        write_removal(tmp_path / "gone.csv")
    assert str(stopped.value) == f"`gone.remove.csv` cannot be written (No such file or directory). {BY_HAND}"


HEADER = ",".join(COLUMNS).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfeC\x00a\x00m\x00p\x00",  # saved anew by a spreadsheet, as UTF-16
        "Campaign;Campaign Type\r\nx;Search\r\n".encode("utf-8-sig"),
        b"PK\x03\x04 a workbook",
        HEADER + b"\r\n",
        b"\r\n".join(line for line in OUT.split(b"\r\n") if b"Responsive" not in line),
        b"\r\n".join(line for line in OUT.split(b"\r\n") if b"Maximize clicks" not in line),
        HEADER + b"\r\n" + b"x" * 200_000 + b"\r\n",
    ],
    ids=["empty", "utf-16", "semicolons", "workbook", "header", "no ad", "no campaign", "huge cell"],
)
def test_a_file_that_somebody_saved_otherwise_is_one_sentence_and_no_half_removal(
    tmp_path: Path, content: bytes
):
    delivered = tmp_path / "ad.csv"
    delivered.write_bytes(content)
    with pytest.raises(BadInput) as stopped:
        write_removal(delivered)
    assert str(stopped.value) == f"`ad.csv` is no longer the file that went out. {BY_HAND}"
    assert not (tmp_path / "ad.remove.csv").exists()
