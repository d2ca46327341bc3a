from pathlib import Path
from typing import Any

import pytest

from campaign.answer import Answer
from campaign.errors import BadInput, NoWorkspace
from tools.market.commands import calendar, show_rates
from tools.workspace import EXAMPLE_LENDER, make_workspace


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    return tmp_path / "home"


def seen(answer: Answer) -> str:
    from io import StringIO

    from rich.console import Console

    console = Console(file=StringIO(), width=200)
    for part in answer.view():
        console.print(part, markup=False)
    file: Any = console.file
    return str(file.getvalue())


def test_rates_show_says_what_is_weak_old_inferred_unknown_and_missing(home: Path) -> None:
    answer = show_rates(as_of="2026-11-25", as_json=False)
    assert answer.exit_code == 0
    assert answer.document["survey"]["provenance"] == "weak"
    assert answer.document["survey"]["age_days"] == 48
    assert answer.document["fed"]["unknown_since"] == ["2026-10-28"]
    assert answer.document["sheet"] is None
    text = " ".join(seen(answer).split())
    for words in (
        "30-year and 15-year weak",
        "48 days old",
        "inferred from the effective rate",
        "outcome of 2026-10-28 is not known here",
        "No rate sheet is in force",
    ):
        assert words in text


def test_the_calendar_marks_what_is_inferred_and_unknown() -> None:
    answer = calendar(as_of="2026-11-25", first="2026-07-01", last="2026-12-31", as_json=False)
    statuses = {meeting["decides"]: meeting["status"] for meeting in answer.document["meetings"]}
    assert statuses == {
        "2026-07-29": "decided",
        "2026-09-16": "decided",
        "2026-10-28": "unknown",
        "2026-12-09": "future",
    }
    text = seen(answer)
    assert text.count("(inferred from the effective rate)") == 3
    assert "outcome not known here" in text


def test_the_calendar_needs_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "nowhere"))
    answer = calendar(as_of="2026-02-26", first=None, last=None, as_json=True)
    assert answer.document["next"]["decides"] == "2026-03-18"


def test_rates_need_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(NoWorkspace):
        show_rates(as_of="2026-02-26", as_json=True)


def test_a_day_before_the_survey_is_refused(home: Path) -> None:
    with pytest.raises(BadInput, match="starts on 2000-01-07"):
        show_rates(as_of="1999-01-01", as_json=True)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="`soon` is no date"):
        calendar(as_of="2026-02-26", first="soon", last=None, as_json=False)
