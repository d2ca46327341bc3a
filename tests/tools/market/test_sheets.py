import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from campaign.errors import BadInput, Unreadable
from campaign.rates import RateSheet
from tools.market.example_sheets import example_sheet
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.market.series import shipped_market
from tools.market.sheets import latest_sheet, save_sheet, sheet_or_reason, sheets, state_of
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


def own_sheet(workspace: Workspace, rate: str, opens: str, closes: str) -> RateSheet:
    text = "product,term_months,rate,points,fees_usd,lock_days,effective_at,expires_at\n"
    row = f"conventional,360,{rate},0,1500,30,{opens},{closes}\n"
    return read_rate_sheet(text + row, f"{rate}.csv", zone=workspace.lender.zone)


@pytest.fixture
def two_days(workspace: Workspace) -> tuple[RateSheet, RateSheet]:
    """Monday's sheet, which was to last the week, and Tuesday's, which was for that day alone."""
    monday = own_sheet(workspace, "7.0", "2026-11-23T00:00", "2026-12-01T00:00")
    tuesday = own_sheet(workspace, "7.5", "2026-11-24T00:00", "2026-11-25T00:00")
    for sheet in (tuesday, monday):
        save_sheet(workspace, sheet)
    return monday, tuesday


def test_a_superseded_sheet_does_not_come_back(
    workspace: Workspace, two_days: tuple[RateSheet, RateSheet]
) -> None:
    monday, tuesday = two_days
    assert latest_sheet(workspace, noon(workspace, 2026, 11, 23)) == monday
    assert latest_sheet(workspace, noon(workspace, 2026, 11, 24)) == tuesday
    sheet, reason = sheet_or_reason(workspace, noon(workspace, 2026, 11, 25))
    assert sheet is None
    assert f"the last one, `{tuesday.sheet_id}` (7.5.csv), expired 2026-11-25 00:00" in reason


def test_a_kept_sheet_stands_as_the_others_let_it(
    workspace: Workspace, two_days: tuple[RateSheet, RateSheet]
) -> None:
    monday, tuesday = two_days
    kept = sheets(workspace)
    states = {
        day: [state_of(sheet, kept, noon(workspace, 2026, 11, day)) for sheet in two_days]
        for day in (22, 23, 24, 25)
    }
    assert states == {
        22: [("ahead", None), ("ahead", None)],
        23: [("in force", None), ("ahead", None)],
        24: [("superseded", tuesday), ("in force", None)],
        25: [("superseded", tuesday), ("expired", None)],
    }
    assert state_of(monday, kept, noon(workspace, 2026, 12, 1)) == ("expired", None)


def test_a_sheet_with_hours_between_its_rows_is_not_in_force_in_them(workspace: Workspace) -> None:
    morning = own_sheet(workspace, "7.0", "2026-11-23T09:00", "2026-11-23T11:00")
    evening = own_sheet(workspace, "7.0", "2026-11-23T15:00", "2026-11-23T17:00")
    both = write_rate_sheet(morning) + write_rate_sheet(evening).split("\n", 1)[1]
    sheet = read_rate_sheet(both, "both.csv", zone=workspace.lender.zone)
    save_sheet(workspace, sheet)
    at = noon(workspace, 2026, 11, 23)
    assert "expired 2026-11-23 11:00" in sheet_or_reason(workspace, at)[1]
    assert state_of(sheet, sheets(workspace), at) == ("ahead", None)
    assert latest_sheet(workspace, at + timedelta(hours=4)) == sheet


def test_an_example_follows_an_own_sheet_that_ended_on_its_day_and_no_other(workspace: Workspace) -> None:
    own = own_sheet(workspace, "7.5", "2026-03-03T09:00", "2026-03-03T17:00")
    older, of_the_day = (
        example_sheet(date(2026, 3, day), workspace.lender, shipped_market()) for day in (2, 3)
    )
    evening = noon(workspace, 2026, 3, 3) + timedelta(hours=6)
    for sheet in (own, older):
        save_sheet(workspace, sheet)
    assert sheet_or_reason(workspace, evening)[0] is None
    save_sheet(workspace, of_the_day)
    assert latest_sheet(workspace, evening) == of_the_day
    assert latest_sheet(workspace, noon(workspace, 2026, 3, 3)) == own
    assert latest_sheet(workspace, noon(workspace, 2026, 3, 4)) == of_the_day


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


def test_a_damaged_file_is_named_and_mended_by_importing_it_again(workspace: Workspace) -> None:
    sheet = example_sheet(date(2026, 2, 26), workspace.lender, shipped_market())
    save_sheet(workspace, sheet).write_bytes(b"\xff\xfe")
    with pytest.raises(Unreadable, match=r"cannot be read as UTF-8.*Import the sheet again"):
        sheets(workspace)
    save_sheet(workspace, sheet)
    assert sheets(workspace) == (sheet,)
    kept = save_sheet(workspace, sheet)
    kept.write_text(
        kept.read_text("utf-8").replace(",6,0.5,", ",6.25,0.5,", 1).replace(",6.092,", ",,"), "utf-8"
    )
    assert sheets(workspace) != (sheet,)
    save_sheet(workspace, sheet)
    assert sheets(workspace) == (sheet,)
