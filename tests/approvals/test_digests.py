"""What a digest says: every number that matters to the one who reads it, and no word of any piece."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from approvals.digests import digest, digest_document, limit_document, limit_notice
from approvals.limits import Due, DuePiece
from approvals.workload import ClassLoad, DeskLoad, Lapse, Workload
from campaign.lender import Person
from tests.approvals.gate import AT, LENDER
from tools.notices.message import html, plain

HOSTILE = "</li><script>x</script>\r\nBcc: all@x.example"
DENVER = LENDER.model_copy(
    update={"timezone": "America/Denver", "people": (Person(name="Ruth Calder", role="compliance"),)}
)
LATE = Due(
    count=23,
    pieces=(
        DuePiece(
            piece="letter", revision=2, run="r", channel="email", segment="Owners", assignee="ruth calder",
            due_at=AT - timedelta(hours=1),
        ),
    ),
)  # fmt: skip
FULL = Workload(
    at=AT, pending=3_600, blocked=4, classes=52, oldest=AT - timedelta(days=2), late=LATE, in_doubt=3,
    largest=(ClassLoad(class_key="c1", first="letter", channel="email", segment="Owners", pending=300),),
    paused="Ruth Calder: wrong rate sheet", conditional=8, desks={"ruth calder": DeskLoad(pending=40, late=2)},
    lapsing=(Lapse(piece="note", revision=1, before=AT + timedelta(hours=3), condition="the rate falls"),),
)  # fmt: skip


def test_a_digest_says_everything_that_waits():
    message = digest(FULL, DENVER, name="ruth  CALDER")
    assert message.subject == (
        "Approvals: 3,600 pending, 23 past their limit, 4 blocked, 3 in doubt, 1 soon lapsing, publishing paused"
    )
    told = plain(message)
    for said in (
        "All publishing is paused by Ruth Calder: wrong rate sheet.",
        "Thursday, February 26, 2026, 10:00",
        "On your desk, ruth CALDER\n- 40 pending, 2 of them past their limit.",
        "letter rev 2, email, limit 2026-02-26 09:00 MST, on the desk of Ruth Calder\n- and 22 more",
        "Pending: 3,600 in 52 classes\n- The oldest came on 2026-02-24 10:00 MST.",
        "300 x email, Owners (first: letter)\n- and 51 smaller classes",
        "note rev 1, until 2026-02-26 13:00 MST: the rate falls",
        "3 deliveries were being handed over when a publisher stopped.",
        "4 pieces are blocked by a rule.",
        "7 more are approved on a condition.",
    ):
        assert said in told, said


def test_a_desk_is_told_to_whoever_has_it_alone():
    assert "On your desk" not in plain(digest(FULL, DENVER, name=""))
    assert "On your desk" not in plain(digest(FULL, DENVER, name="Max Orr"))


def test_a_quiet_digest_is_short():
    message = digest(Workload(at=AT, pending=1, classes=1), LENDER, name="")
    assert message.subject == "Approvals: 1 pending"
    assert [section.heading for section in message.sections] == ["Pending: 1 in 1 class"]


@pytest.mark.parametrize(
    ("load", "waits"),
    [
        (Workload(at=AT), False),
        (Workload(at=AT, conditional=3), False),
        (Workload(at=AT, pending=1), True),
        (Workload(at=AT, blocked=1), True),
        (Workload(at=AT, in_doubt=1), True),
        (Workload(at=AT, paused="Ruth: why"), True),
        (Workload(at=AT, lapsing=FULL.lapsing), True),
    ],
)
def test_what_counts_as_waiting(load, waits):
    assert load.waits is waits


def test_a_notice_of_a_limit_names_the_first_pieces_and_counts_the_rest():
    message = limit_notice("passed", LATE, DENVER, AT)
    assert message.subject == "Approvals: 23 pieces are past their limit"
    assert "- and 22 more" in plain(message)
    one = Due(count=1, pieces=LATE.pieces)
    assert limit_notice("near", one, DENVER, AT).subject == "Approvals: 1 piece nears its limit"


def test_a_post_holds_ids_and_numbers_alone():
    named = FULL.model_copy(
        update={
            "largest": (
                ClassLoad(class_key="c1", first="letter", channel="email", segment=HOSTILE, pending=3),
            ),
            "late": Due(count=1, pieces=(LATE.pieces[0].model_copy(update={"segment": HOSTILE}),)),
        }
    )
    for document in (digest_document(named), limit_document("passed", named.late, AT)):
        told = json.dumps(document)
        for word in ("script", "Owners", "Ruth", "ruth", "wrong rate", "the rate falls"):
            assert word not in told
    data = digest_document(FULL)["data"]
    assert (data["pending"], data["passed"]["count"], data["in_doubt"], data["paused"]) == (
        3_600,
        23,
        3,
        True,
    )
    assert data["lapsing"] == {
        "count": 1,
        "pieces": [{"piece": "note", "revision": 1, "before": (AT + timedelta(hours=3)).isoformat()}],
    }
    assert limit_document("near", LATE, AT)["type"] == "approvals.limit_near"


def test_hostile_names_are_told_as_plain_letters():
    named = FULL.model_copy(
        update={
            "paused": HOSTILE,
            "largest": (ClassLoad(class_key="c", first=HOSTILE, channel="email", segment=HOSTILE, pending=3),),
            "late": Due(count=1, pieces=(LATE.pieces[0].model_copy(update={"piece": HOSTILE, "assignee": HOSTILE}),)),
            "lapsing": (Lapse(piece=HOSTILE, revision=1, before=AT, condition=HOSTILE),),
            "desks": {HOSTILE.casefold().replace("\r\n", " "): DeskLoad(pending=1)},
        }
    )  # fmt: skip
    lender = LENDER.model_copy(update={"short_name": HOSTILE})
    message = digest(named, lender, name=HOSTILE)
    assert "<script" not in html(message)
    assert "\nBcc" not in plain(message)
    assert "On your desk, </li><script>x</script> Bcc" in plain(message)
