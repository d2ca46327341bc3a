"""Finding pieces and classes, and comparing them, as typed: what is printed, and how the command ends."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from approvals.statuses import Status
from tests.approvals.terminal.office import AS_OF, MAX, RUTH, Vallum, stands


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ((), ["clean", "warned", "rate", "other", "loud"]),
        (("--run", "run-2"), ["other"]),
        (("--status", "blocked"), ["loud"]),
        (("--status", "Pending", "--status", "approved conditionally"), ["clean", "warned", "rate", "other"]),
        (("--channel", "meta"), []),
        (("--state", "ny"), ["clean"]),
        (("--product", "fha"), ["warned"]),
        (("--rule", "test.best"), ["warned"]),
        (("--verdict", "block"), ["loud"]),
        (("--originator", "lou field"), ["clean"]),
        (("--originator", "2000001"), ["clean"]),
        (("--partner", "Kay Ford"), ["other"]),
        (("--claim", "rate"), ["rate"]),
        (("--rate-from", "6.1", "--rate-to", "6.2"), ["rate"]),
        (("--rate-from", "6.2"), []),
        (("--text", "THE BEST"), ["warned"]),
        (("--licence", "CA"), []),
        (("--assignee", "Ruth Calder"), []),
        (("--segment", "Owners", "--verdict", "warn"), ["warned"]),
    ],
)
def test_the_queue_is_narrowed_by_everything_a_piece_can_be_found_by(
    office: Engine, vallum: Vallum, asked: tuple[str, ...], wanted: list[str]
):
    told = vallum("queue", *asked, "--json")
    assert told.code == 0
    assert [item["piece"] for item in told.document["items"]] == wanted


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--verdict", "fine"), "`fine` cannot be asked for as verdict"),
        (("--rate-from", "-1"), "`-1.0` cannot be asked for as rate_low"),
        (("--status", "lost"), "`lost` is no status. Use one of drafted"),
        (("--run", "run-9"), "There is no run `run-9` in this workspace. Did you mean"),
    ],
)
def test_what_cannot_be_looked_for_is_bad_input(
    office: Engine, vallum: Vallum, asked: tuple[str, ...], said: str
):
    told = vallum("queue", *asked)
    assert (told.code, told.out) == (2, "")
    assert said in told.err


def test_classes_are_listed_and_one_is_shown_with_its_digest(office: Engine, vallum: Vallum):
    classes = vallum("queue", "--classes", "--json").document["classes"]
    assert sorted(one["first"] for one in classes) == ["clean", "loud", "other", "rate", "warned"]
    key = next(one["class_key"] for one in classes if one["first"] == "warned")
    assert key in vallum("queue", "--classes").out
    shown = vallum("show-class", key, *AS_OF, "--json").document
    assert (shown["pending"], shown["first"], shown["template"]) == (1, "warned", {"body": "The best loan."})
    said = vallum("show-class", key, *AS_OF).out
    assert f"vallum approve --class {key} --digest {shown['digest']} --by NAME" in " ".join(said.split())
    assert vallum("approve", "--class", key, "--digest", shown["digest"], *RUTH).code == 0
    assert stands(office, "warned") is Status.APPROVED
    told = vallum("show-class", key, *AS_OF)
    assert (told.code, "No piece of a class" in told.err) == (2, True)


def test_a_difference_is_told_word_by_word(office: Engine, vallum: Vallum):
    vallum("edit", "warned", "--field", "body=The finest loan.", *MAX)
    told = vallum("diff", "warned", "--json").document
    assert told == {
        "piece": "warned", "before": 1, "after": 2,
        "changed": {"body": {"before": "The best loan.", "after": "The finest loan."}},
    }  # fmt: skip
    assert vallum("diff", "warned").out == "body:\nThe [-best] [+finest] loan.\n"
    vallum("edit", "warned", "--field", "body=The first loan.", *MAX)
    assert vallum("diff", "warned", "--revision", "1", "--json").document["before"] == 1
    assert vallum("diff", "clean", "--json").document["before"] is None
    for revision in ("0", "9"):
        assert vallum("diff", "warned", "--revision", revision).code == 2
    assert vallum("diff", "warned", "--revision", "3").out == "Nothing was changed.\n"
