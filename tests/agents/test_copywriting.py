"""The copywriting agent with minds that err: what they may not do, and what stands in its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.copywriting import pieces_of, write_masters
from agents.draft_review import refusal
from agents.house.copywriting import AUTHOR, HouseCopyMind
from agents.legal_parts import with_legal_part
from agents.minds import Assignment, Draft, MindName
from agents.rendering import claims_for
from campaign.errors import BadInput, NotInForce
from campaign.master import Master
from campaign.piece import FieldText
from tests.agents.desks import (
    AT,
    CANDIDATES,
    FORMAT_NAMES,
    SEGMENTS,
    example_lender,
    offer,
    placement,
    sheet,
)

LETTER = placement("rate_review", "email.letter")
GOOD: dict[str, FieldText] = {
    "subject": "A word about refinancing",
    "preheader": "What to look at first.",
    "body": "Hi {{first_name}},\n\nOurs is {{rate}} ({{apr}} APR) as of {{as_of}}. Ask us about it.",
    "cta": "Ask us",
}
OTHER: dict[str, FieldText] = {**GOOD, "body": "Hi {{first_name}},\n\nAsk us about your loan."}


class Scripted:
    """A mind that answers what it was told to, and remembers what it was asked."""

    name: MindName = "model"

    def __init__(self, *fields: dict[str, FieldText]) -> None:
        self.fields = fields
        self.asked: list[Assignment] = []

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        self.asked.append(assignment)
        return tuple(Draft(fields=fields, angle="a try", author="model test-1") for fields in self.fields)


def written(
    *fields: dict[str, FieldText], form: str = "email.letter", **lender: object
) -> tuple[Master, ...]:
    return write_masters(
        placement("rate_review", form),
        CANDIDATES,
        lender=example_lender(**lender),
        sheet=sheet(),
        at=AT,
        mind=Scripted(*fields),
    )


def test_a_good_draft_stands_with_the_laws_part_added() -> None:
    first, second = written(GOOD, OTHER)
    assert (first.author, second.author) == ("model test-1", "model test-1")
    assert first.angle == "a try"
    assert str(first.fields["body"]).startswith(str(GOOD["body"]))
    assert "{{payment_count}} monthly payments of {{monthly_payment}}" in str(first.fields["body"])
    assert "{{unsubscribe_url}}" in str(first.fields["footer"])
    assert "{{monthly_payment}}" not in str(second.fields["body"])


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


def test_a_second_draft_that_says_the_same_is_replaced() -> None:
    first, second = written(GOOD, GOOD)
    assert first.author == "model test-1"
    assert second.author == AUTHOR
    assert "says the same as the other variant" in second.angle


def test_a_mind_that_answers_nothing_leaves_the_house_to_write() -> None:
    assert [master.author for master in written()] == [AUTHOR, AUTHOR]


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_a_mind_sees_slot_names_and_aggregates_only(form: str) -> None:
    mind = Scripted()
    who = SEGMENTS[1].model_copy(update={"profile": {"note_rate": "median 6.88 %"}})
    lender = example_lender()
    write_masters(placement("equity", form, who), who, lender=lender, sheet=sheet(), at=AT, mind=mind)
    (asked,) = mind.asked
    told = asked.model_dump_json()
    for value in ("6.125", "6.375", "2,430", lender.nmls, lender.phone, lender.originators[0].name):
        assert value not in told
    assert set(asked.room) == set(asked.fields_wanted)
    assert ("rate" in asked.slots) == (form == "email.letter")
    assert "footer" not in asked.fields_wanted


def test_the_room_stated_is_the_room_there_is() -> None:
    mind = Scripted()
    placed = placement("purchase", "meta.feed")
    arguments = {"lender": example_lender(), "sheet": sheet(), "at": AT}
    write_masters(placed, CANDIDATES, mind=mind, **arguments)
    room = mind.asked[0].room["body"]
    for extra, author in ((0, "model test-1"), (1, AUTHOR)):
        body = "x" * 20 + "\n\n" + "y" * (room - 22 + extra - 2)
        fields: dict[str, FieldText] = {"body": body, "headline": "h", "description": "d"}
        first, _ = write_masters(placed, CANDIDATES, mind=Scripted(fields), **arguments)
        assert first.author == author, first.angle


def test_without_an_offer_letters_are_written_without_a_price() -> None:
    empty = sheet(offer(4, product="va"))
    made = write_masters(
        LETTER, CANDIDATES, lender=example_lender(), sheet=empty, at=AT, mind=HouseCopyMind()
    )
    assert all("rate" not in master.slots() for master in made)
    for master in made:
        assert pieces_of(master, LETTER, CANDIDATES, lender=example_lender(), sheet=empty, at=AT)


@pytest.mark.parametrize("form", ["zillow.offer", "lendingtree.offer", "bankrate.offer"])
def test_an_offer_format_without_an_offer_says_so(form: str) -> None:
    with pytest.raises(NotInForce, match="no offer in force"):
        write_masters(
            placement("purchase", form),
            CANDIDATES,
            lender=example_lender(),
            sheet=sheet(offer(4, product="va")),
            at=AT,
            mind=HouseCopyMind(),
        )


def test_a_word_the_lender_bans_is_avoided_where_another_wording_has_it_not() -> None:
    brand = example_lender().brand.model_copy(update={"banned_words": ("yardstick",)})
    for master in written(form="zillow.offer", brand=brand):
        assert "yardstick" not in str(master.fields).casefold()


def test_a_word_in_every_wording_stops_with_one_sentence() -> None:
    brand = example_lender().brand.model_copy(update={"banned_words": ("loan", "home", "refinance")})
    with pytest.raises(BadInput, match=r"No wording for `refinance_candidates\.email` can stand"):
        written(brand=brand)


def test_a_theme_of_refinancing_says_what_it_may_cost() -> None:
    for theme, said in (("rate_review", True), ("equity", True), ("purchase", False)):
        for form in FORMAT_NAMES:
            if form == "google_search.rsa":
                continue
            placed = placement(theme, form)
            made = write_masters(
                placed, CANDIDATES, lender=example_lender(), sheet=sheet(), at=AT, mind=HouseCopyMind()
            )
            for master in made:
                assert ("increase the total finance charges" in str(master.fields)) == said


def _reviewed(body: str) -> tuple[str | None, dict[str, FieldText]]:
    lender, offered = example_lender(), sheet()
    mind = Scripted()
    write_masters(LETTER, CANDIDATES, lender=lender, sheet=offered, at=AT, mind=mind)
    claims = claims_for(("CA",), offered.offers[0], lender=lender, sheet=offered, at=AT)
    complete: Callable[..., dict[str, FieldText]] = lambda fields: with_legal_part(  # noqa: E731
        fields, mind.asked[0].form, theme="rate_review", offer=offered.offers[0], identity=frozenset(claims)
    )
    fields: dict[str, FieldText] = {**GOOD, "body": body}
    draft = Draft(fields=fields, angle="", author="model")
    return refusal(draft, mind.asked[0], claims, complete), fields


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
    known = {"first_name", "company_short_name", "rate", "apr", "points", "fees", "term_years", "as_of"}
    if name in known | {"lock_days"}:
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
