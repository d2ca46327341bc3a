"""A lender without a price in force gets no street: nobody's average stands in for what it offers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from agents.opening import open_street, sheet_in_force
from campaign.errors import BadInput
from tests.agents.briefs import DAY
from tests.street import quiet
from tools.market.example_sheets import DAYS_IN_FORCE, example_sheet
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet
from tools.market.series import open_market, shipped_market
from tools.market.sheets import save_sheet
from tools.workspace import EXAMPLE_LENDER, make_workspace

EXAMPLE = EXAMPLE_LENDER.read_text(encoding="utf-8")
NOON = datetime(2026, 2, 26, 19, tzinfo=UTC)


@pytest.fixture
def real(tmp_path):
    """A workspace of a lender that is not the example."""
    changed = EXAMPLE.replace('nmls = "1999901"', 'nmls = "1999955"', 1)
    assert changed != EXAMPLE
    return make_workspace(tmp_path / "home", changed, {})


def own_sheet(workspace, on):
    priced = write_rate_sheet(example_sheet(on, workspace.lender, shipped_market()))
    return read_rate_sheet(
        priced.replace("example, priced off", "our desk, beside"), "own.csv", zone=workspace.lender.zone
    )


def opened(workspace, at=NOON):
    return open_street(workspace, at=at, environment={}, progress=quiet)


def test_a_lender_that_never_gave_a_sheet_is_told_and_gets_no_prices(real):
    with pytest.raises(BadInput, match=r"No rate sheet is in force .*none was ever imported"):
        opened(real)
    assert not real.rates.exists()
    assert not (real.home / "vallum.db").exists()


def test_a_sheet_that_ran_out_stops_the_street_and_is_named(real):
    sheet = own_sheet(real, DAY)
    save_sheet(real, sheet)
    street = opened(real)
    assert street.sheet.sheet_id == sheet.sheet_id
    street.engine.dispose()
    with pytest.raises(BadInput, match=f"the last one, `{sheet.sheet_id}`"):
        opened(real, NOON + timedelta(days=DAYS_IN_FORCE))
    with pytest.raises(BadInput, match=f"the first one, `{sheet.sheet_id}`"):
        opened(real, NOON - timedelta(days=1))
    assert [path.stem for path in real.rates.iterdir()] == [sheet.sheet_id]


def test_only_the_fictitious_lender_is_priced_off_the_survey(tmp_path):
    workspace = make_workspace(tmp_path / "home", EXAMPLE, {})
    sheet = sheet_in_force(workspace, open_market(workspace), NOON)
    assert sheet.source == "example, priced off the survey of 2026-02-26"
    assert [path.stem for path in workspace.rates.iterdir()] == [sheet.sheet_id]


def test_a_survey_that_is_too_old_is_not_this_weeks(tmp_path):
    """The street runs on the sheet; what waits for the survey's rate does not take an old one for it."""
    workspace = make_workspace(tmp_path / "home", EXAMPLE, {})
    late = datetime(2026, 11, 25, 19, tzinfo=UTC)
    street = opened(workspace, late)
    assert street.market.survey(date(2026, 11, 25)).week == date(2026, 10, 8)
    assert (street.survey, street.gate.survey) == (None, None)
    street.engine.dispose()
