"""Edits: new bytes carry nothing over, everyone who touched them is an author, every value stands where it is bound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals import decisions
from approvals.audit import verify
from approvals.editing import LONGEST_FIELD, edit, edited
from approvals.pieces import history, load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from approvals.terminal.edit_files import fields_of
from approvals.waivers import waive
from campaign.approval_rules import ApprovalRule
from campaign.claim import Claim, Provenance
from campaign.errors import BadInput, NotInForce, NotPermitted, Refused, Unreadable
from campaign.lender import Lender
from campaign.master import Master, render
from campaign.piece import FieldText, Piece
from policies.engine import screen
from policies.packs import load_pack
from tests.approvals.gate import (
    AT,
    LENDER,
    STAFFED,
    WRITER,
    Rules,
    a_piece,
    approve,
    by_hand,
    gate_of,
    ledger,
    start,
    status_of,
    submit,
)
from tests.databases import one_engine


def value(slot: str, kind: str, text: str) -> Claim:
    origin = Provenance(source="rate_sheet", reference="sheet s1 row 3")
    return Claim.model_validate({"slot": slot, "kind": kind, "text": text, "provenance": origin})


CLAIMS = (
    value("rate", "rate", "6.125%"),
    value("apr", "apr", "6.25%"),
    value("term_years", "term", "30"),
    value("loan_amount", "amount", "$400,000"),
    value("name", "name", "Bo"),
)


def bound(**fields: FieldText) -> Piece:
    master = Master(master_id="m.a", placement_id="m", variant="a", fields=fields, angle="x", author=WRITER)
    made = render(master, {claim.slot: claim for claim in CLAIMS})
    return Piece(
        piece_id="letter", channel="email", fields=made.fields, bindings=made.bindings, claims=CLAIMS,
        authors=(WRITER,),
    )  # fmt: skip


LETTER = bound(subject="At {{rate}}", body="{{loan_amount}} over {{term_years}} years at {{rate}} ({{apr}}).")
AD = bound(headlines=("At {{rate}}", "By {{name}}", "Talk"), body="Talk with {{name}}.")


# on paper


def stands(piece: Piece) -> None:
    """Every binding shows its value, none over another's letters."""
    texts = {claim.slot: claim.text for claim in piece.claims or ()}
    fields = dict(piece.texts())
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in piece.bindings:
        assert fields[one.field][one.start : one.end] == texts[one.slot], one
        assert all(one.end <= start or one.start >= end for start, end in spans.get(one.field, [])), (
            "one value over another"
        )
        spans.setdefault(one.field, []).append((one.start, one.end))


BITS = [
    "6.125%",
    "6.25%",
    "30",
    "$400,000",
    "Bo",
    "1",
    "0",
    ",",
    ".",
    "%",
    " ",
    "years ",
    "at ",
    "Boise",
    "$",
]
TEXTS = st.lists(st.sampled_from(BITS), max_size=12).map("".join) | st.text(max_size=12)


@given(TEXTS, TEXTS, st.sampled_from(["subject", "body", "both"]))
def test_every_binding_of_an_edited_piece_shows_its_value(subject: str, body: str, which: str):
    fields = {"subject": subject, "body": body} if which == "both" else {which: subject}
    if all(LETTER.fields[name] == text for name, text in fields.items()):
        return
    made = edited(LETTER, fields, author="Max Orr")
    stands(made)
    for name in set(LETTER.fields) - set(fields):
        assert [one for one in made.bindings if one.field == name] == [
            one for one in LETTER.bindings if one.field == name
        ]
    assert {one.slot for one in made.bindings} <= {one.slot for one in LETTER.bindings}, "no new value"


@given(st.lists(TEXTS, max_size=4).map(tuple))
def test_every_binding_of_an_edited_list_shows_its_value(headlines: tuple[str, ...]):
    if headlines == AD.fields["headlines"]:
        return
    made = edited(AD, {"headlines": headlines}, author="Max Orr")
    stands(made)
    assert [one for one in made.bindings if one.field == "body"] == [
        one for one in AD.bindings if one.field == "body"
    ]


PACK = load_pack()


def loose_numbers(piece: Piece) -> list[str]:
    """What the rule of the real pack calls numbers without a source."""
    found = screen(piece, LENDER, PACK, at=AT)
    return [one.excerpt for one in found if one.rule == "claim.unbound"]


@pytest.mark.parametrize(
    ("body", "loose"),
    [
        ("$400,000 over 30 years at 6.125% (6.25%), on Friday.", []),
        ("Now 6.125% (6.25%): $400,000 over 30 years.", []),
        ("$400,000 over 30 years at 6.126% (6.25%).", ["6.126%"]),
        ("$400,000 over 30 years at 16.125% (6.25%).", ["16.125%"]),
        ("$1,400,000 over 30 years at 6.125% (6.25%).", ["$1,400,000"]),
        ("$400,000 over 300 years at 6.125% (6.25%).", ["300"]),
        ("$400,000 over 30,000 days at 6.125% (6.25%).", ["30,000"]),
        ("At 6.125%, really 6.125%.", ["6.125%", "6.125%"]),  # which of the two was meant, nobody knows
        ("A point of 2 less.", ["2"]),
        ("Save {{saving}}.", ["{{saving}}"]),
        ("Talk with us.", []),
    ],
)
def test_a_number_that_is_no_value_any_more_is_found_by_the_real_rules(body: str, loose: list[str]):
    made = edited(LETTER, {"body": body}, author="Max Orr")
    stands(made)
    assert loose_numbers(made) == loose
    assert loose_numbers(LETTER) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Talk with Boise.", 0),
        ("Write to Bo.", 1),
        ("Talk with Bo Ash.", 1),
        ("TalkwithBo", 0),
        ("Bo, talk", 1),
    ],
)
def test_a_value_within_a_longer_word_is_not_that_value(body: str, found: int):
    made = edited(AD, {"body": body}, author="Max Orr")
    assert len([one for one in made.bindings if one.field == "body"]) == found


def test_a_value_may_not_wander_to_a_field_that_did_not_show_it():
    """The subject never showed the amount: there it is a number like any other."""
    made = edited(LETTER, {"subject": "At 6.125% for $400,000"}, author="Max Orr")
    assert loose_numbers(made) == ["$400,000"]


@pytest.mark.parametrize(
    ("before", "by", "after"),
    [
        ((WRITER,), "Max Orr", (WRITER, "Max Orr")),
        ((WRITER, "Max Orr"), "Max Orr", (WRITER, "Max Orr")),
        ((WRITER, "max  ORR"), "Max Orr", (WRITER, "max  ORR")),
        ((), "Max Orr", ("Max Orr",)),
    ],
)
def test_authors_add_up(before: tuple[str, ...], by: str, after: tuple[str, ...]):
    piece = LETTER.model_copy(update={"authors": before})
    assert edited(piece, {"subject": "Hello"}, author=by).authors == after


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Nothing in `letter` would change"),
        ({"subject": "At 6.125%"}, "Nothing in `letter` would change"),
        ({"footer": "x"}, "`letter` has no field `footer`. It has subject, body"),
        ({"body": ("x", "y")}, "`body` of `letter` is one text. Give it in that form"),
        ({"body": "x" * (LONGEST_FIELD + 1)}, f"`body` is longer than {LONGEST_FIELD} characters"),
    ],
)
def test_what_is_no_edit_is_one_sentence(fields: dict[str, FieldText], said: str):
    with pytest.raises(BadInput, match=said):
        edited(LETTER, fields, author="Max Orr")


def test_a_list_stays_a_list():
    with pytest.raises(BadInput, match="`headlines` of `letter` is a list of texts"):
        edited(AD, {"headlines": "At 6.125%"}, author="Max Orr")
    assert edited(AD, {"headlines": ("One",)}, author="Max Orr").fields["headlines"] == ("One",)


# at the gate


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    start(engine)
    submit(engine, LETTER)
    return engine


def change(engine: Engine, body: str = "Talk with us.", **more: Any) -> Any:
    asked: dict[str, Any] = {"by": "Max Orr", "at": AT, **more}
    lender, rules = asked.pop("lender", STAFFED), asked.pop("rules", None)
    return edit(gate_of(engine, rules, lender), "letter", {"body": body}, **asked)


def test_an_edit_is_a_new_revision_screened_anew(waiting: Engine):
    made = change(waiting, "The best loans.", reason="Shorter.")
    assert (made.piece.revision, made.status) == (2, Status.PENDING)
    assert [one.rule for one in made.findings] == ["test.best"]
    assert made == load_piece(waiting, "letter")
    assert status_of(waiting, revision=1) is Status.SUPERSEDED
    told = [event for event in history(waiting, "letter") if event.event == "piece.edited"]
    assert [(one.by, one.details["fields"], one.details["reason"]) for one in told] == [
        ("Max Orr", ["body"], "Shorter.")
    ]
    assert verify(waiting).verified


@one_engine
def test_an_edit_that_a_rule_blocks_is_blocked(waiting: Engine):
    assert change(waiting, "It is guaranteed.").status is Status.BLOCKED


@one_engine
def test_the_rules_in_force_judge_it_whatever_the_last_revision_was_judged_by(waiting: Engine):
    made = change(waiting, rules=Rules(version="pack-2", warns={"Talk"}))
    assert (made.pack_version, made.verdict) == ("pack-2", "warn")


def test_no_approval_is_carried_over(waiting: Engine):
    approve(waiting)
    (release,) = releases_due(waiting)
    made = change(waiting)
    assert (made.status, made.decision) == (Status.PENDING, None)
    assert releases_due(waiting) == ()
    with pytest.raises(NotInForce, match="its piece is superseded"):
        ledger(waiting).claim(release, "file", at=AT)


def test_what_is_out_stays_out_and_the_next_revision_waits(waiting: Engine):
    approve(waiting)
    ledger(waiting).claim(releases_due(waiting)[0], "r1", at=AT)
    assert change(waiting).status is Status.PENDING
    assert status_of(waiting, revision=1) is Status.RELEASED


def test_no_first_of_two_approvals_and_no_waiver_is_carried_over(engine: Engine):
    pairs = STAFFED.model_copy(update={"approvals": (ApprovalRule(name="Pairs", people=2),)})
    start(engine)
    submit(engine, a_piece(body="It is guaranteed."))
    waive(
        gate_of(engine, lender=STAFFED), "letter", "test.guaranteed", reason="It quotes the statute.",
        until=AT.date(), by="Ruth Calder", at=AT,
    )  # fmt: skip
    assert not approve(engine, lender=pairs).settles
    made = change(engine, "It is guaranteed!", lender=pairs)
    assert (made.status, made.endorsements, made.waivers) == (Status.BLOCKED, (), ())
    made = change(engine, "It is not.", lender=pairs)
    assert (made.status, made.endorsements) == (Status.PENDING, ())
    assert not approve(engine, by="Ada Stone", lender=pairs).settles


def test_whoever_edits_approves_no_revision_from_there_on(waiting: Engine):
    change(waiting, by="ruth calder")
    change(waiting, "Write to us.", by="Max Orr")
    assert load_piece(waiting, "letter").piece.authors == (WRITER, "Ruth Calder", "Max Orr")
    for name in ("Ruth Calder", WRITER):
        with pytest.raises(NotPermitted, match="you wrote this revision"):
            approve(waiting, by=name, lender=STAFFED)
    assert approve(waiting, by="Ada Stone", lender=STAFFED).settles


@one_engine
def test_undoing_an_edit_does_not_undo_its_author(waiting: Engine):
    change(waiting, by="Ruth Calder")
    change(waiting, str(LETTER.fields["body"]), by="Max Orr")
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(waiting, by="Ruth Calder", lender=STAFFED)


@one_engine
@pytest.mark.parametrize(
    "by_pen",
    [
        "UPDATE pieces SET noun = replace(noun, 'Wren Hale', 'Somebody')",
        "UPDATE pieces SET noun = replace(noun, ' years at ', ' days at ')",
        "UPDATE pieces SET content_hash = 'x'",
        "UPDATE findings SET noun = replace(noun, 'best', 'rest')",
    ],
)
def test_an_edit_does_not_give_what_was_changed_by_hand_a_clean_history(engine: Engine, by_pen: str):
    start(engine)
    body = f"{LETTER.fields['body']} The best."
    submit(engine, LETTER.model_copy(update={"fields": {**LETTER.fields, "body": body}}))
    by_hand(engine, by_pen)
    before = verify(engine).events
    with pytest.raises(Refused, match="Cannot edit `letter rev 1`: "):
        change(engine)
    assert verify(engine).events == before


def test_an_edit_of_something_else_than_was_seen_is_refused(waiting: Engine):
    seen = load_piece(waiting, "letter").content_hash
    change(waiting, seen=seen)
    with pytest.raises(Refused, match="`letter` changed meanwhile; it is `letter rev 2` now"):
        change(waiting, "Write to us.", seen=seen)
    with pytest.raises(Refused, match="changed meanwhile"):
        decisions.approve(gate_of(waiting), "letter", by="Ruth Calder", at=AT, seen=seen)


@one_engine
def test_an_edit_that_would_change_nothing_leaves_nothing(waiting: Engine):
    before = verify(waiting).events
    with pytest.raises(BadInput, match="would change"):
        change(waiting, str(LETTER.fields["body"]))
    assert (verify(waiting).events, load_piece(waiting, "letter").piece.revision) == (before, 1)


def test_hostile_words_are_words(waiting: Engine):
    hostile = "<script>alert(1)</script> {% raw %} '; DROP TABLE pieces; -- \x00\u202e"
    made = change(waiting, hostile)
    assert load_piece(waiting, "letter").piece.fields["body"] == hostile
    assert made.piece.content_hash == made.content_hash


@one_engine
def test_where_nobody_is_listed_the_editor_is_an_author_all_the_same(waiting: Engine):
    lender: Lender = LENDER
    change(waiting, by="Anyone At All", lender=lender)
    with pytest.raises(NotPermitted, match="you wrote this revision"):
        approve(waiting, by="anyone at all")


# new texts as people give them


def test_texts_come_from_options_and_a_file_and_an_option_wins(tmp_path: Path):
    file = tmp_path / "edit.json"
    file.write_text(json.dumps({"body": "from file", "headlines": ["a", "b"]}), "utf-8")
    assert fields_of(["body=a=b", " cta =Talk"], file) == {
        "body": "a=b", "headlines": ("a", "b"), "cta": "Talk",
    }  # fmt: skip
    assert fields_of(["body="], None) == {"body": ""}


@pytest.mark.parametrize(
    ("options", "said"),
    [(["body"], "`body` names no field"), (["=text"], "`=text` names no field"), ([], "No field is named")],
)
def test_an_option_without_a_field_is_bad_input(options: list[str], said: str):
    with pytest.raises(BadInput, match=said):
        fields_of(options, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "edit.json: is no JSON."),
        (b"\xff\xfe", "edit.json: is no JSON."),
        (b"[1]", "edit.json: is no JSON object."),
        (b'{"body": 1}', "edit.json: body: is neither a text nor a list of texts."),
        (b'{"body": ["a", 1]}', "edit.json: body: is neither a text nor a list of texts."),
        (b'{"body": null}', "edit.json: body: is neither"),
        (b"{}", "No field is named."),
        (b"[" * 100_000, "edit.json: is no JSON."),
        (None, "edit.json: is no JSON."),
    ],
)
def test_a_file_that_is_no_edit_says_where(tmp_path: Path, content: bytes | None, said: str):
    file = tmp_path / "edit.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput) as stopped:
        fields_of([], file)
    assert said in str(stopped.value)
    assert isinstance(stopped.value, Unreadable) or "No field" in said
