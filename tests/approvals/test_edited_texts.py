"""Edits on paper: every value stands where it is bound, and a number that is no value is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.editing import LONGEST_FIELD, edited
from approvals.terminal.edit_files import fields_of
from campaign.errors import BadInput, Unreadable
from campaign.piece import FieldText, Piece
from policies.engine import screen
from policies.packs import load_pack
from tests.approvals.bound_texts import AD, LETTER
from tests.approvals.gate import AT, LENDER, WRITER


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
