"""Acts about one piece, as typed: what is printed, and how the command ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from approvals.audit import verify
from approvals.pieces import load_piece
from approvals.statuses import Status
from tests.approvals.gate import LATER
from tests.approvals.terminal.office import AS_OF, MAX, RUTH, Vallum, events, stands


def test_a_condition_is_a_band_and_a_deadline(office: Engine, vallum: Vallum):
    for asked, said in (
        (("--if-rate", "6.00-6.25"), "A conditional approval needs a band and a deadline."),
        (("--before", "2026-03-01"), "A conditional approval needs a band and a deadline."),
        (("--measure", "survey"), "A conditional approval needs a band and a deadline."),
        (("--if-rate", "6.25-6.00", "--before", "2026-03-01"), "`6.25-6.00` of `offered` is no condition."),
        (("--if-rate", "6", "--before", "2026-03-01"), "`6` of `offered` is no condition."),
        (("--if-rate", "6-7", "--measure", "hope", "--before", "2026-03-01"), "`6-7` of `hope` is no"),
        (("--if-rate", "6-7", "--before", "soon"), "`soon` is no date."),
        (("--if-rate", "6-7", "--before", "2026-02-01"), "has passed."),
    ):
        told = vallum("approve", "clean", *asked, *RUTH)
        assert (told.code, said in told.err) == (2, True), (asked, told)
    told = vallum("approve", "clean", "--if-rate", "6.00-6.25", "--before", "2026-03-01", *RUTH, "--json")
    assert told.document["decided"][0]["condition"] == {
        "measure": "offered", "since": None, "low": 6.0, "high": 6.25, "before": "2026-03-02T04:59:59Z",
    }  # fmt: skip
    assert stands(office, "clean") is Status.APPROVED_CONDITIONALLY


def test_a_piece_is_withdrawn_with_its_reason(office: Engine, vallum: Vallum):
    assert vallum("withdraw", "clean", *MAX).err == (
        "vallum: Withdrawing `clean` needs a reason. Say why it is taken out.\n"
    )
    told = vallum("withdraw", "clean", "--reason", "Not now.", *MAX, "--json")
    assert (told.code, told.document) == (0, {"piece": "clean", "status": "withdrawn"})
    assert stands(office, "clean") is Status.WITHDRAWN


def test_an_edit_is_screened_by_the_rules_in_force(office: Engine, vallum: Vallum, tmp_path: Path):
    told = vallum("edit", "clean", "--field", "body=Approval is guaranteed!", *MAX, "--json").document
    assert (told["revision"], told["status"]) == (2, "blocked")
    assert told["rules"]
    file = tmp_path / "new.json"
    file.write_text('{"body": "Talk with us today."}', "utf-8")
    assert vallum("edit", "clean", "--file", str(file), *MAX).out.startswith("`clean rev 3` is ")
    assert load_piece(office, "clean").piece.fields == {"body": "Talk with us today."}
    assert load_piece(office, "clean").piece.authors[-1] == "Max Orr"
    for asked, said in (
        (("--field", "footer=x"), "has no field `footer`"),
        (("--field", "x"), "names no field"),
        ((), "No field is named."),
        (("--file", str(tmp_path / "gone.json")), "is no JSON."),
    ):
        refused = vallum("edit", "clean", *asked, *MAX)
        assert (refused.code, said in refused.err) == (2, True), refused


def test_a_piece_is_handed_over_and_remarked_on(office: Engine, vallum: Vallum):
    assert vallum("assign", "clean", "--to", "ruth calder", *MAX).out == "`clean` is with Ruth Calder.\n"
    listed = vallum("queue", "--assignee", "Ruth Calder", "--json").document["items"]
    assert [item["piece"] for item in listed] == ["clean"]
    assert vallum("assign", "clean", *MAX).out == "`clean` is with everyone.\n"
    assert vallum("comment", "clean", "Is this [bold]ours[/bold]?", *MAX).out == "Kept with `clean rev 1`.\n"
    assert "Is this [bold]ours[/bold]?" in vallum("show", "clean").out
    assert vallum("comment", "clean", " ", *MAX).code == 2


def test_a_finding_is_waived_and_the_waiver_revoked(office: Engine, vallum: Vallum):
    asked = ("waive", "loud", "test.guaranteed", "--reason", "It quotes the statute.", "--until")
    assert vallum(*asked, "soon", *RUTH).err == "vallum: `soon` is no day. Write a day as 2026-12-31.\n"
    assert vallum(*asked, "2026-02-28", *MAX).code == 1
    told = vallum(*asked, "2026-02-28", *RUTH)
    assert told.out == "`test.guaranteed` may pass in `loud` until 2026-02-28.\n"
    assert stands(office, "loud") is Status.PENDING
    (waiver,) = vallum("show", "loud", "--json").document["waivers"]
    assert f"waiver {waiver['waiver']}" in " ".join(vallum("show", "loud").out.split())
    told = vallum("revoke", waiver["waiver"], "--reason", "It does not.", *RUTH)
    assert told.out == "The waiver of `test.guaranteed` in `loud` is revoked.\n"
    assert stands(office, "loud") is Status.BLOCKED
    assert vallum("revoke", waiver["waiver"], *RUTH).code == 2


def test_the_rules_in_force_read_a_piece_again(office: Engine, vallum: Vallum):
    """The blocked word is the test's own; the real rules ask a letter for what it does not have."""
    told = vallum("rescreen", "warned", *RUTH, "--json")
    assert told.code == 0
    stored = load_piece(office, "warned")
    assert told.document == {"piece": "warned", "status": stored.status.value}
    assert "test.best" not in {one.rule for one in stored.findings}


@pytest.mark.parametrize(
    "command",
    [
        ("approve", "clean"), ("reject", "clean", "--reason", "Longer."), ("withdraw", "clean", "--reason", "No."),
        ("edit", "clean", "--field", "body=x"), ("comment", "clean", "Well."), ("assign", "clean"),
        ("waive", "warned", "test.best", "--until", "2026-02-28", "--reason", "Plainly true."),
        ("rescreen", "clean"), ("pause", "--reason", "A wrong rate."), ("resume",),
        ("return", "clean", "--reason", "Longer."),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_every_act_names_a_person_and_an_unknown_one_is_nobody(
    office: Engine, vallum: Vallum, command: tuple[str, ...]
):
    before = events(office)
    missing = vallum(*command, *AS_OF)
    assert (missing.code, "by" in missing.err) == (2, True)
    stray = vallum(*command, "--by", "Ann Stray", *AS_OF)
    assert stray.code == 1
    assert "`Ann Stray` is not among the people of lender.toml." in stray.err + stray.out
    nobody = vallum(*command, "--by", "42", *AS_OF)
    assert (nobody.code, "names nobody" in nobody.err) == (2, True)
    assert events(office) == before
    assert verify(office).verified


def test_a_command_acts_at_the_moment_it_is_given(office: Engine, vallum: Vallum):
    late = (LATER + timedelta(seconds=1)).isoformat()
    told = vallum("approve", "rate", "--by", "Ruth Calder", "--as-of", late)
    assert told.code == 1
    assert "its `rate` (6.125%) held until" in told.out
