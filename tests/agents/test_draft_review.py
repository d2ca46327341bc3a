"""No draft with a number of its own, an unknown slot or half a price becomes a master (law 2)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.copywriting import pieces_of
from agents.desk import lay_desk
from agents.house.copywriting import AUTHOR
from agents.minds import Draft
from campaign.piece import FieldText
from tests.agents.desks import AT, CANDIDATES, GOOD, LETTER, OTHER, example_lender, sheet, written

DESK = lay_desk(LETTER, CANDIDATES, lender=example_lender(), sheet=sheet(), at=AT)
BROKEN: list[tuple[str, dict[str, FieldText]]] = [
    ("number `6`", {**GOOD, "body": "Rates from 6.1 {{rate}} ({{apr}} APR)."}),
    ("number `½`", {**GOOD, "body": "Half is ½."}),
    ("writes `percent`", {**GOOD, "body": "Six percent is what we offer."}),
    ("address `www.`", {**GOOD, "body": "See www.elsewhere.example for more."}),
    ("uses `originator_phone`", {**GOOD, "body": "Call {{originator_phone}}."}),
    ("opens no slot", {**GOOD, "body": "Dear {{First_Name}}, hello."}),
    ("without `apr`", {**GOOD, "body": "Ours is {{rate}}. Ask us."}),
    ("in the same sentence", {**GOOD, "body": "Ours is {{rate}}. The APR is {{apr}}."}),
    ("without `apr`, `rate`", {**GOOD, "body": "The fees are {{fees}}."}),
    ("states a price in `subject`", {**GOOD, "subject": "{{rate}} ({{apr}} APR) for you"}),
    ("uses `cheap`", {**GOOD, "body": "A cheap loan, they say."}),
    ("takes 61 of 60 characters", {**GOOD, "subject": "x" * 61}),
    ("leaves `cta` empty", {**GOOD, "cta": "  "}),
    ("were wanted", {**GOOD, "footer": "No footer needed."}),
    ("were wanted", {"subject": "Only this"}),
    ("wrong form", {**GOOD, "cta": ("Ask", "Us")}),
]


@pytest.mark.parametrize(("why", "fields"), BROKEN)
def test_a_broken_draft_is_dropped_with_its_reason(why: str, fields: dict[str, FieldText]) -> None:
    first, second = written(fields, OTHER)
    assert first.author == AUTHOR
    assert why in first.angle
    assert "House wording" in first.angle
    assert second.author == "model test-1"


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("entries in `descriptions`", {"descriptions": ("One.", "Two.", "Three.")}),
        ("exclamation mark", {"headlines": ("Refinance Now!", "Ask Us", "Talk to Us")}),
        ("same twice", {"headlines": ("Ask Us", "ask us", "Talk to Us")}),
        ("characters in `headlines`", {"headlines": ("A" * 31, "Ask Us", "Talk to Us")}),
        ("no slot of this piece", {"headlines": ("Rates at {{rate}}", "Ask Us", "Talk to Us")}),
    ],
)
def test_search_ads_are_held_to_their_own_rules(why: str, change: dict[str, FieldText]) -> None:
    good: dict[str, FieldText] = {"headlines": ("Ask Us", "Talk to Us", "Hello"), "descriptions": ("One.",)}
    first, second = written({**good, **change}, good, form="google_search.rsa")
    assert why in first.angle
    assert second.author == "model test-1"


def _reviewed(body: str) -> tuple[str | None, dict[str, FieldText]]:
    fields: dict[str, FieldText] = {**GOOD, "body": body}
    return DESK.refusal(Draft(fields=fields, angle="", author="model")), fields


SLOTS = st.sampled_from(["{{rate}}", "{{apr}}", "{{ rate }}", "{{first_name}}", "{{as_of}}", "{{fees}}"])
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(before=WORDS, digit=st.characters(categories=("Nd", "Nl", "No")), after=WORDS)
def test_no_draft_with_a_digit_survives(before: str, digit: str, after: str) -> None:
    reason, _ = _reviewed(f"{before}{digit}{after}")
    assert reason is not None


@settings(max_examples=60, deadline=None)
@given(name=st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True), space=st.sampled_from(["", " "]))
def test_no_draft_with_an_unknown_slot_survives(name: str, space: str) -> None:
    if name in DESK.assignment.slots:
        return
    reason, _ = _reviewed(f"Ask {{{{{space}{name}{space}}}}} about it.")
    assert reason is not None


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.one_of(SLOTS, WORDS, st.just(". ")), max_size=8))
def test_what_survives_shows_no_number_without_a_claim(parts: list[str]) -> None:
    reason, fields = _reviewed(" ".join(["Hi", *parts]))
    if reason is not None:
        return
    first, _ = written(fields, OTHER)
    (piece,) = pieces_of(first, LETTER, CANDIDATES, lender=example_lender(), sheet=sheet(), at=AT)
    texts = dict(piece.texts())
    for field, text in texts.items():
        held = [binding for binding in piece.bindings if binding.field == field]
        for position, character in enumerate(text):
            if character.isnumeric():
                assert any(b.start <= position < b.end for b in held)
    if "6.125%" in texts["body"]:
        assert "APR" in texts["body"]
        assert "360 monthly payments" in texts["body"]
