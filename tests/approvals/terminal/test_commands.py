"""The gate's commands, typed as a person types them, in a workspace of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from approvals.database import open_database
from approvals.terminal import commands, decision_commands, evidence_commands
from campaign.answer import Answer
from campaign.errors import BadInput, NoWorkspace, Refused, UnknownName
from policies import packs
from tests.approvals.gate import AT, Rules, a_piece, by_hand, start, submit, with_rate
from tests.approvals.terminal.office import AS_OF, PACK, READ_ONCE
from tools.workspace import EXAMPLE_LENDER


def gate_app() -> typer.Typer:
    app = typer.Typer()
    for command in (commands.queue, commands.show, decision_commands.approve, decision_commands.reject):
        app.command()(command)
    app.add_typer(evidence_commands.audit, name="audit")
    return app


def vallum(*arguments: str) -> Answer:
    answer = typer.main.get_command(gate_app()).main(args=list(arguments), standalone_mode=False)
    assert isinstance(answer, Answer)
    json.dumps(answer.document)
    return answer


def document(*arguments: str) -> Any:
    return vallum(*arguments, "--json").document


def shown(answer: Answer) -> str:
    from rich.console import Console

    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as capture:
        for part in answer.view():
            console.print(part, markup=False)
    return capture.get()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> str:
    """A workspace with pending, warned and blocked pieces, screened under the rules in force."""
    (tmp_path / "lender.toml").write_text(EXAMPLE_LENDER.read_text("utf-8"), "utf-8")
    (tmp_path / "vallum.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path))
    monkeypatch.setattr(packs, "load_pack", READ_ONCE)
    url = f"sqlite:///{tmp_path / 'vallum.db'}"
    engine = open_database(url)
    start(engine)
    rules = Rules(version=PACK)
    submit(engine, a_piece("clean", states=("CA", "NY")), rules)
    submit(engine, a_piece("warned", body="The best loan. [not markup]"), rules)
    submit(engine, a_piece("loud", body="guaranteed"), rules)
    submit(engine, with_rate("rate", valid_until=AT), rules)
    engine.dispose()
    return url


def test_the_queue_has_its_fixed_form(home: str):
    listed = document("queue")
    assert listed["pending"] == 3
    assert [item["piece"] for item in listed["items"]] == ["clean", "warned", "rate", "loud"]
    assert set(listed["items"][0]) == {
        "piece", "revision", "channel", "segment", "states", "status", "verdict", "rules",
    }  # fmt: skip
    assert document("queue", "--status", "blocked")["items"][0]["verdict"] == "block"
    assert document("queue", "--run", "run-1")["pending"] == 3


def test_the_queue_is_read_by_people(home: str):
    said = shown(vallum("queue"))
    assert "CA NY" in said
    assert "3 pending; 4 listed" in said
    assert shown(vallum("queue", "--status", "approved")).strip() == "Nothing waits for a decision."


def test_a_piece_shows_itself_its_findings_its_numbers_and_its_history(home: str):
    said = shown(vallum("show", "warned"))
    for expected in (
        "The best loan. [not markup]",
        "test.best",
        "12 CFR 1026.24",
        "Leave best out.",
        "piece.screened",
    ):
        assert expected in said
    numbers = shown(vallum("show", "rate"))
    assert "sheet s1 row 3" in numbers
    assert "2026-02-26 17:00 UTC" in numbers


def test_a_piece_as_a_document(home: str):
    told = document("show", "rate")
    assert told["fields"] == {"body": "Today 6.125% note rate."}
    assert told["claims"][0]["provenance"]["reference"] == "sheet s1 row 3"
    assert told["claims"][0]["stands"] == [{"field": "body", "start": 6, "end": 12}]
    assert [event["event"] for event in told["history"]] == [
        "piece.drafted",
        "piece.screened",
        "piece.pending",
    ]
    assert told["decision"] is None


def test_approving_several_pieces_answers_for_each(home: str):
    answer = vallum("approve", "clean", "loud", "warned", "clean", "--by", "Ruth Calder", *AS_OF, "--json")
    assert answer.exit_code == 1
    assert [made["piece"] for made in answer.document["decided"]] == ["clean", "warned"]
    assert answer.document["refused"] == [
        {
            "piece": "loud",
            "reason": "Cannot approve `loud rev 1`: `test.guaranteed` blocks it.",
            "remedy": "Leave guaranteed out.",
        }
    ]
    said = shown(vallum("reject", "rate", "--by", "Ruth Calder", "--reason", "Shorter.", *AS_OF))
    assert "Rejected `rate rev 1` by Ruth Calder" in said
    assert document("queue")["pending"] == 0


def test_the_author_is_refused_and_the_answer_is_no(home: str):
    answer = vallum("approve", "clean", "--by", "wren hale", *AS_OF)
    assert answer.exit_code == 1
    assert "you wrote this revision. Ask another approver." in shown(answer)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("approve", "clean", "clan", "--by", "Ruth Calder"), UnknownName, "Did you mean `clean`"),
        (("approve", "clean", "--by", " "), BadInput, "names nobody"),
        (("reject", "clean", "--by", "Ruth Calder"), BadInput, "needs a reason"),
        (("approve", "clean", "--by", "Ruth Calder", "--as-of", "soon"), BadInput, "`soon` is no date"),
        (("show", "nothing"), UnknownName, "no piece `nothing`"),
        (("queue", "--status", "wonderful"), BadInput, "`wonderful` is no status. Use one of drafted"),
        (("queue", "--run", "run-9"), UnknownName, "Did you mean `run-1`"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    home: str, arguments: tuple[str, ...], error: type[Exception], said: str
):
    with pytest.raises(error, match=said):
        vallum(*arguments)
    before = document("audit", "verify")["events"]  # the first gate to open notes settings and rules
    with pytest.raises(error, match=said):
        vallum(*arguments)
    assert document("audit", "verify")["events"] == before
    assert document("queue")["pending"] == 3


def test_without_as_of_a_value_of_an_earlier_day_has_lapsed(home: str):
    """The clock is read at the edge, and silence never means the moment that suits."""
    answer = vallum("approve", "rate", "--by", "Ruth Calder")
    assert answer.exit_code == 1
    assert "held until 2026-02-26 17:00 UTC" in shown(answer)


def test_the_log_is_verified_and_a_change_is_the_answer_no(home: str):
    assert vallum("audit", "verify").exit_code == 0
    assert "every one as it was written" in shown(vallum("audit", "verify"))
    engine = open_database(home)
    by_hand(engine, "UPDATE audit_events SET details = '{}' WHERE seq = 3")
    engine.dispose()
    answer = vallum("audit", "verify", "--json")
    assert answer.exit_code == 1
    assert (answer.document["verified"], answer.document["first_broken"]) == (False, 3)
    assert "Event 3 (`piece.screened` of `clean rev 1`) was changed" in shown(vallum("audit", "verify"))


def test_a_piece_with_a_changed_history_is_not_shown_as_if_it_stood(home: str):
    engine = open_database(home)
    by_hand(engine, "UPDATE audit_events SET \"by\" = 'Nobody' WHERE subject = 'clean rev 1'")
    engine.dispose()
    with pytest.raises(Refused, match="of the audit log was changed"):
        vallum("show", "clean")


def test_without_a_workspace_the_remedy_is_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(NoWorkspace, match="Run `vallum init`"):
        vallum("queue")
