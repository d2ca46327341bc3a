"""Waivers: a person lets a rule pass for one text and a time; anything less is refused, and what lapsed is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from campaign.errors import Unreadable
from campaign.finding import Finding, Severity
from campaign.moment import end_of_day, parse_moment
from campaign.waiver import Waiver
from policies.commands import _lender
from policies.engine import FAILS_CLOSED
from policies.waiving import idle, read_waivers, waive
from tests.policies.checked_files import BLOCKED, CLEAN, GUARANTEE, LENDER, found, run, told, write

GIVEN: dict[str, Any] = {
    "rule": GUARANTEE,
    "piece": "*.txt",
    "reason": "Agreed with counsel on file 12.",
    "by": "Dana Whitfield",
    "issued": date(2026, 11, 1),
    "until": date(2026, 12, 31),
}


def as_toml(**given: Any) -> str:
    lines = (
        f"{key} = {value if isinstance(value, date) else json.dumps(value)}" for key, value in given.items()
    )
    return "\n".join(["[[waivers]]", *lines, ""])


def waiver_for(file: Path, folder: Path, **changes: Any) -> Path:
    """A file with one waiver of a file's present content."""
    content = run(file).document["pieces"][0]["content"]
    return write(
        folder, "waivers.toml", "# by compliance\n" + as_toml(**{**GIVEN, "content": content, **changes})
    )


def test_a_waiver_in_force_counts_as_no_block_and_is_shown(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    assert run(file).exit_code == 1
    answer = run(file, waivers=waiver_for(file, tmp_path))
    assert (answer.exit_code, answer.document["verdict"]) == (0, "pass")
    (finding,) = found(answer)
    assert finding["waiver"] == {
        "state": "in force", "by": "Dana Whitfield", "reason": GIVEN["reason"], "until": "2026-12-31",
        "place": f"{tmp_path}/waivers.toml:2",
    }  # fmt: skip
    shown = told(answer)
    assert f"{file}:1:1: waived {GUARANTEE} by Dana Whitfield until 2026-12-31: {GIVEN['reason']}" in shown
    assert "1 waived" in shown.splitlines()[-1]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-10-31", "not in force before 2026-11-01"),
        ("2026-11-01", None),
        ("2026-12-31", None),
        ("2027-01-01T00:00:00", "expired on 2026-12-31"),
    ],
)
def test_it_holds_from_its_first_day_to_the_end_of_its_last(
    tmp_path: Path, day: str, state: str | None
) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    answer = run(file, waivers=waiver_for(file, tmp_path), as_of=day)
    assert answer.exit_code == (1 if state else 0)
    (finding,) = found(answer)
    assert finding["waiver"]["state"] == (state or "in force")
    if state:
        said = (
            f"waivers.toml:2: waiver of {GUARANTEE} by Dana Whitfield does not hold for {file}:1:1: {state}."
        )
        assert said in told(answer)


def test_a_changed_text_or_another_state_is_not_waived(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    waivers = waiver_for(file, tmp_path)
    assert run(file, waivers=waivers, state=["ID", "TX"]).exit_code == 1
    write(tmp_path, "a.txt", BLOCKED.replace("every application.", "every application, always."))
    answer = run(file, waivers=waivers)
    assert answer.exit_code == 1
    assert found(answer)[0]["waiver"]["state"] == "given for another text"
    now = answer.document["pieces"][0]["content"]
    assert f"given for another text. The text is now `{now}`." in told(answer)


def test_it_waives_one_rule_of_the_named_piece_only(tmp_path: Path) -> None:
    both = write(tmp_path, "a.txt", BLOCKED.replace("NMLS ID #1999901", "NMLS"))
    answer = run(both, waivers=waiver_for(both, tmp_path))
    assert answer.exit_code == 1
    assert "waiver" not in found(answer, "nmls.company-id-missing")[0]
    other = write(tmp_path, "b.txt", BLOCKED)
    elsewhere = waiver_for(other, tmp_path, piece="flyers/*.txt")
    assert run(other, waivers=elsewhere).exit_code == 1


def test_a_waiver_that_meets_nothing_is_told(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", CLEAN)
    answer = run(file, waivers=waiver_for(file, tmp_path))
    assert answer.exit_code == 0
    assert [one["rule"] for one in answer.document["idle_waivers"]] == [GUARANTEE]
    assert f"waivers.toml:2: waiver of {GUARANTEE} for `*.txt` meets no finding; take it out." in told(answer)


def test_a_case_of_a_batch_is_waived_by_its_id(tmp_path: Path) -> None:
    footer = CLEAN.split("\n\n")[1]
    case = {
        "id": "c-1",
        "channel": "web",
        "states": ["ID"],
        "fields": {"body": "Guaranteed approval.", "footer": footer},
    }
    cases = write(tmp_path, "cases.jsonl", json.dumps(case) + "\n")
    waivers = waiver_for(cases, tmp_path, piece="c-1")
    (stopped,) = run(batch=str(cases)).document
    (passed,) = run(batch=str(cases), waivers=waivers).document
    assert (stopped["verdict"], passed["verdict"]) == ("block", "pass")
    assert [one["waiver"]["state"] for one in passed["findings"] if "waiver" in one] == ["in force"]


CONTENT = "0" * 64
FULL = GIVEN | {"content": CONTENT}


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        (
            {"rule": "udaap.guaranteed"},
            2,
            "called `udaap.guaranteed`. Did you mean `udaap.guaranteed-approval`?",
        ),
        ({"rule": "engine.unreadable"}, 2, "`engine.unreadable` cannot be waived"),
        ({"by": "  "}, 5, "`by`"),
        ({"reason": "ok"}, 4, "`reason`"),
        ({"until": date(2026, 10, 1)}, 7, "it ends on 2026-10-01, before it is issued"),
        ({"until": "some day"}, 7, "`until`"),
        ({"content": "abc"}, 8, "`content`"),
        ({"rule": 5}, 2, "`rule`"),
        ({"rule": ""}, 2, "no rule is called ``"),
        ({"forever": True}, 9, "`forever` is no key of a waiver"),
    ],
)
def test_a_waiver_that_is_none_is_refused_with_its_line(
    changes: dict[str, Any], line: int, said: str
) -> None:
    with pytest.raises(Unreadable) as stopped:
        read_waivers(as_toml(**(FULL | changes)), "w.toml", {GUARANTEE})
    assert str(stopped.value).startswith(f"w.toml:{line}: ")
    assert said in str(stopped.value)


@pytest.mark.parametrize("key", list(FULL))
def test_nothing_of_a_waiver_may_be_missing(key: str) -> None:
    text = as_toml(**FULL) + as_toml(**{name: value for name, value in FULL.items() if name != key})
    with pytest.raises(Unreadable, match=rf"^w.toml:9: `{key}` is missing"):
        read_waivers(text, "w.toml", {GUARANTEE})


@pytest.mark.parametrize(
    "text", ["waivers = 5", "[waivers]\nrule = 1", "rule = 'x'", "[[waiver]]\n", "waivers = [{}]"]
)
def test_a_file_that_holds_something_else_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match=r"w\.toml.*Begin each waiver"):
        read_waivers(text, "w.toml", {GUARANTEE})


def test_an_unread_file_of_waivers_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    for waivers in (
        tmp_path / "absent.toml",
        write(tmp_path, "w.toml", b"\xff"),
        write(tmp_path, "x.toml", "a = "),
    ):
        with pytest.raises(Unreadable):
            run(file, waivers=waivers)


def finding(rule: str = GUARANTEE, citation: str = "12 CFR 1014.3") -> Finding:
    return Finding(rule=rule, severity=Severity.BLOCK, citation=citation, field="body", message="It does.")


def test_what_could_not_be_judged_cannot_be_waived() -> None:
    zone = _lender(LENDER).zone
    waiver = Waiver.model_validate(FULL)
    crashed = finding(citation=FAILS_CLOSED)
    done = waive(
        (crashed, finding()),
        (waiver,),
        names=("a.txt",),
        content=CONTENT,
        at=end_of_day(date(2026, 11, 24), zone),
        zone=zone,
    )
    assert (done.standing, done.waived, done.verdict) == ((crashed,), ((finding(), waiver),), "block")
    assert idle((waiver,), (done,)) == ()


def test_of_two_waivers_the_one_that_holds_counts() -> None:
    zone = _lender(LENDER).zone
    old = Waiver.model_validate(FULL | {"until": date(2026, 11, 2)})
    new = Waiver.model_validate(FULL | {"place": "w.toml:9"})
    at = parse_moment("2026-11-24", zone)
    done = waive((finding(),), (old, new), names=("./drafts/a.txt",), content=CONTENT, at=at, zone=zone)
    assert (done.standing, done.waived, done.refused) == ((), ((finding(), new),), ())
