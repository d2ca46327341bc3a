"""What changes the market leaves evidence, where there is a log to leave it in."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text

from approvals.audit import verify
from campaign.lender import parse_lender
from tests.approvals.terminal.office import Vallum
from tools.market.example_sheets import example_sheet
from tools.market.rate_sheets import write_rate_sheet
from tools.market.series import shipped_market
from tools.workspace import EXAMPLE_LENDER

NOVEMBER = ("--as-of", "2026-11-25")
RECORD = (
    "fed",
    "record",
    "2026-10-28",
    "--lower",
    "4",
    "--upper",
    "4.25",
    "--source",
    "Fed statement",
    *NOVEMBER,
)
SURVEY = "observation_date,MORTGAGE30US\n2026-10-15,7.31\n"


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "MORTGAGE30US.csv"
    path.write_text(SURVEY, encoding="utf-8")
    return path


def told(office: Engine, event: str) -> list[tuple[str, str, str]]:
    query = text("SELECT subject, by, details FROM audit_events WHERE event = :event ORDER BY seq")
    with office.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query, {"event": event})]


def test_figures_are_read_once_with_who_brought_them_and_from_where(vallum: Vallum, office: Engine, survey):
    first = vallum("rates", "update", str(survey), "--by", "Ruth Calder", *NOVEMBER, "--json")
    assert first.code == 0
    assert first.document["added"] == {"rate_30y": 1}
    assert vallum("rates", "update", str(survey), *NOVEMBER, "--json").document["unchanged"] == 1
    ((subject, by, details),) = told(office, "market.figures_read")
    assert (subject, by) == ("market", "Ruth Calder")
    assert '"Freddie Mac PMMS, MORTGAGE30US.csv"' in details
    assert verify(office).verified
    shown = vallum("rates", "show", *NOVEMBER, "--json").document
    assert shown["survey"]["rate_30y"] == 7.31
    assert shown["snapshot"] == first.document["snapshot"]


def test_weeks_left_out_of_the_survey_are_named(vallum: Vallum, office: Engine, survey):
    assert vallum("rates", "update", str(survey), *NOVEMBER, "--json").document["survey_gaps"] == []
    survey.write_text(SURVEY + "2026-11-12,7.02\n", encoding="utf-8")
    assert (
        "No survey is held between 2026-10-15 and 2026-11-12"
        in vallum("rates", "update", str(survey), *NOVEMBER).out
    )


def test_a_15_year_rate_without_its_30_year_one_is_named_each_time(
    vallum: Vallum, office: Engine, survey, tmp_path
):
    alone = tmp_path / "MORTGAGE15US.csv"
    alone.write_text(SURVEY.replace("30US", "15US").replace("7.31", "6.61"), encoding="utf-8")
    waits = "Not used until the 30-year rate of the same week is held: 15-year rate of 2026-10-15."
    assert waits in vallum("rates", "update", str(alone), *NOVEMBER).out
    again = vallum("rates", "update", str(alone), *NOVEMBER).out
    assert waits in again
    assert "Nothing new, nothing changed." in again
    assert len(told(office, "market.figures_read")) == 1
    both = vallum("rates", "update", str(survey), *NOVEMBER, "--json").document
    assert both["waiting_15y"] == []
    assert vallum("rates", "show", *NOVEMBER, "--json").document["survey"]["rate_15y"] == 6.61


def test_a_decision_is_recorded_once_and_a_contradiction_is_said(vallum: Vallum, office: Engine):
    assert "Recorded. 2026-10-28: hike +25 bps, 4.00 to 4.25 %" in vallum(*RECORD).out
    assert "Known already" in vallum(*RECORD).out
    assert [subject for subject, _, _ in told(office, "market.decision_read")] == ["fomc 2026-10-28"]
    other = vallum(*[{"4": "3.75", "4.25": "4"}.get(word, word) for word in RECORD])
    assert "It contradicts what was held: 4.00 to 4.25 %" in other.out
    assert verify(office).verified
    assert vallum("fed", "next", *NOVEMBER, "--json").document["unknown_since"] == []


def test_what_cannot_be_kept_is_no_event(vallum: Vallum, office: Engine, survey, tmp_path):
    (tmp_path / "market").write_text("a file where the folder should be")
    refused = vallum("rates", "update", str(survey), *NOVEMBER)
    assert refused.code == 2
    assert "cannot be written" in refused.err
    assert told(office, "market.figures_read") == []


def test_without_a_database_there_is_no_log_and_none_is_made(vallum: Vallum, tmp_path, monkeypatch, survey):
    home = tmp_path / "fresh"
    home.mkdir()
    (home / "lender.toml").write_text(EXAMPLE_LENDER.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("VALLUM_HOME", str(home))
    assert vallum("rates", "update", str(survey), *NOVEMBER).code == 0
    assert sorted(path.name for path in home.iterdir()) == ["lender.toml", "market"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rates", "update"), "There is nothing to update from"),
        (("rates", "update", "nowhere.csv"), "nowhere.csv: cannot be read"),
        (("rates", "update", "f.csv", "--series", "gold"), "`gold` is no series"),
        (("fed", "record", "soon", "--lower", "4", "--upper", "4", "--source", "x"), "`soon` is no day"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(vallum: Vallum, office: Engine, arguments, words):
    refused = vallum(*arguments, *NOVEMBER)
    assert (refused.code, refused.out) == (2, "")
    assert words in refused.err
    assert refused.err.count("\n") == 1


def test_the_addresses_of_lender_toml_are_asked_where_nothing_is_named(
    vallum: Vallum, office: Engine, tmp_path
):
    lender = tmp_path / "lender.toml"
    lender.write_text(
        lender.read_text("utf-8") + '\n[rates]\nsurvey_url = "http://127.0.0.1:9/s.csv"\n', "utf-8"
    )
    refused = vallum("rates", "update", *NOVEMBER)
    assert refused.code == 2
    assert "http://127.0.0.1:9/s.csv cannot be reached" in refused.err


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "today.csv"
    priced = example_sheet(
        date(2026, 10, 8), parse_lender(EXAMPLE_LENDER.read_text("utf-8")), shipped_market()
    )
    path.write_text(write_rate_sheet(priced), encoding="utf-8")
    return path


def test_a_sheet_is_kept_with_who_brought_it_and_shown(vallum: Vallum, office: Engine, sheet, tmp_path):
    kept = vallum("rates", "import", str(sheet), "--by", "Ruth Calder", "--as-of", "2026-10-09", "--json")
    assert kept.document["state"] == "in force"
    assert kept.document["file"].startswith(str(tmp_path / "rates"))
    ((subject, by, details),) = told(office, "market.sheet_read")
    assert (subject, by) == (f"sheet {kept.document['sheet_id']}", "Ruth Calder")
    assert '"rate_30y":7.375' in details
    assert verify(office).verified
    shown = vallum("rates", "show", "--as-of", "2026-10-09", "--json").document["sheet"]
    assert shown["sheet_id"] == kept.document["sheet_id"]
    assert all(offer["in_force"] for offer in shown["offers"])
    assert "7.474" in vallum("rates", "import", str(sheet), "--as-of", "2026-10-09").out
    assert vallum("rates", "import", str(sheet), *NOVEMBER, "--json").document["state"] == "expired"


def test_a_sheet_imported_behind_a_later_one_is_said_to_be_superseded(
    vallum: Vallum, office: Engine, sheet, tmp_path
):
    later = tmp_path / "later.csv"
    moved = sheet.read_text("utf-8").replace("2026-10-08", "2026-10-09").replace("2026-10-15", "2026-10-11")
    later.write_text(moved, encoding="utf-8")
    after = vallum("rates", "import", str(later), "--as-of", "2026-10-09", "--json").document
    earlier = vallum("rates", "import", str(sheet), "--as-of", "2026-10-09", "--json").document
    assert (after["state"], after["superseded_by"]) == ("in force", None)
    assert (earlier["state"], earlier["superseded_by"]) == ("superseded", after["sheet_id"])
    assert not any(offer["in_force"] for offer in earlier["offers"])
    told = " ".join(vallum("rates", "import", str(sheet), "--as-of", "2026-10-12").out.split())
    assert "and is superseded." in told
    assert f"The sheet {after['sheet_id']} (" in told
    assert "took its place" in told
    shown = vallum("rates", "show", "--as-of", "2026-10-12", "--json").document
    assert shown["sheet"] is None
    assert f"the last one, `{after['sheet_id']}`" in shown["sheet_missing"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00", "is no UTF-8 text"), (b"", "`product` is missing"), (None, "cannot be read")],
)
def test_a_file_that_is_no_sheet_is_refused(vallum: Vallum, office: Engine, tmp_path, content, words):
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    before = sorted((tmp_path / "rates").glob("*"))
    refused = vallum("rates", "import", str(path), "--as-of", "2026-02-26")
    assert (refused.code, words in refused.err) == (2, True)
    assert sorted((tmp_path / "rates").glob("*")) == before
    assert told(office, "market.sheet_read") == []
