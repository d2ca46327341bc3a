import os
from datetime import date, datetime
from pathlib import Path

import pytest

from campaign.errors import BadInput, Unreadable
from tools.market.example_sheets import example_sheet
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.market.series import shipped_market
from tools.market.sheets import latest_sheet, save_sheet, sheets
from tools.workspace import EXAMPLE_LENDER, Workspace, make_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})


def noon(workspace: Workspace, year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=workspace.lender.zone)


def test_a_kept_sheet_comes_back_as_it_was(workspace: Workspace) -> None:
    sheet = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    kept = save_sheet(workspace, sheet)
    assert kept.name == f"{sheet.sheet_id}.csv"
    assert latest_sheet(workspace, noon(workspace, 2026, 2, 27)) == sheet


def test_keeping_a_sheet_twice_keeps_one(workspace: Workspace) -> None:
    sheet = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    assert save_sheet(workspace, sheet) == save_sheet(workspace, sheet)
    assert len(sheets(workspace)) == 1
    assert [path.suffix for path in workspace.rates.iterdir()] == [".csv"]


def test_of_two_in_force_the_later_one_counts(workspace: Workspace) -> None:
    for day in (date(2026, 2, 26), date(2026, 3, 2)):
        save_sheet(workspace, example_sheet(day, workspace.lender, shipped_market()))
    later = latest_sheet(workspace, noon(workspace, 2026, 3, 3))
    earlier = latest_sheet(workspace, noon(workspace, 2026, 3, 1))
    assert later.offers[0].effective_at > earlier.offers[0].effective_at


def test_the_lenders_own_sheet_goes_before_an_example_of_the_same_day(workspace: Workspace) -> None:
    example = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    text = write_rate_sheet(example).replace("example, priced", "priced")
    own = read_rate_sheet(text.replace(",6,0.5,", ",6.25,0.5,", 1).replace(",6.092,", ",,"), "o.csv",
                          zone=workspace.lender.zone)  # fmt: skip
    save_sheet(workspace, own)
    save_sheet(workspace, example)
    assert latest_sheet(workspace, noon(workspace, 2026, 2, 27)).sheet_id == own.sheet_id


def test_of_two_that_open_together_the_one_imported_last_counts(workspace: Workspace) -> None:
    text = write_rate_sheet(example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())).replace(
        "example, ", ""
    )
    bare = text.replace(",6.092,", ",,")
    first, second = (
        read_rate_sheet(bare.replace(",6,0.5,", f",{rate},0.5,", 1), "o.csv", zone=workspace.lender.zone)
        for rate in ("6.25", "6.375")
    )
    at = noon(workspace, 2026, 2, 27)
    # both orders: neither the name nor the content of a sheet may decide
    for earlier, later in ((first, second), (second, first)):
        os.utime(save_sheet(workspace, earlier), ns=(1, 1))
        save_sheet(workspace, later)
        assert latest_sheet(workspace, at).sheet_id == later.sheet_id


def test_an_expired_sheet_is_named(workspace: Workspace) -> None:
    sheet = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    save_sheet(workspace, sheet)
    with pytest.raises(BadInput, match=f"the last one, `{sheet.sheet_id}` .* expired 2026-03-05 00:00"):
        latest_sheet(workspace, noon(workspace, 2026, 3, 5))


def test_a_sheet_still_ahead_is_named(workspace: Workspace) -> None:
    sheet = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    save_sheet(workspace, sheet)
    with pytest.raises(BadInput, match=f"the first one, `{sheet.sheet_id}` .* opens 2026-02-26 00:00"):
        latest_sheet(workspace, noon(workspace, 2026, 2, 20))


def test_a_workspace_without_sheets_says_so(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="none was ever imported"):
        latest_sheet(workspace, noon(workspace, 2026, 2, 26))


def test_a_damaged_file_is_named(workspace: Workspace) -> None:
    kept = save_sheet(workspace, example_sheet(date(2026, 2, 26), workspace.lender, shipped_market()))
    kept.write_bytes(b"\xff\xfe")
    with pytest.raises(Unreadable, match="cannot be read as UTF-8"):
        sheets(workspace)
