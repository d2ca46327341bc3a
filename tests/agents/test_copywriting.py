"""The copywriting agent with minds that err: what they may not do, and what stands in its place."""

from __future__ import annotations

import pytest

from agents.copywriting import pieces_of, write_masters
from agents.house.copywriting import AUTHOR, HouseCopyMind
from campaign.errors import BadInput, NotInForce
from campaign.piece import FieldText
from tests.agents.desks import (
    AT,
    CANDIDATES,
    FORMAT_NAMES,
    GOOD,
    LETTER,
    OTHER,
    SEGMENTS,
    Scripted,
    example_lender,
    offer,
    placement,
    sheet,
    written,
)


def test_a_good_draft_stands_with_the_laws_part_added() -> None:
    first, second = written(GOOD, OTHER)
    assert (first.author, second.author) == ("model test-1", "model test-1")
    assert first.angle == "a try"
    assert str(first.fields["body"]).startswith(str(GOOD["body"]))
    assert "{{payment_count}} monthly payments of {{monthly_payment}}" in str(first.fields["body"])
    assert "{{unsubscribe_url}}" in str(first.fields["footer"])
    assert "{{monthly_payment}}" not in str(second.fields["body"])


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
