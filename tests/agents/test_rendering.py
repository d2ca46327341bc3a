"""Masters become pieces: claims from records, one piece per legend where space is tight, lawful targeting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.rendering import offer_for, pieces_of, states_of
from campaign.errors import NotInForce
from campaign.master import Master
from campaign.rates import RateSheet
from tests.agents.desks import (
    AT,
    CANDIDATES,
    FORMAT_NAMES,
    SEGMENTS,
    example_lender,
    masters,
    offer,
    pieces,
    placement,
    segment,
    sheet,
    show,
    write,
)

ALLOWED_TARGETING = {"states", "special_ad_category", "special_ad_category_country", "age_min", "age_max"}


def test_a_search_ad_is_made_once_per_legend_and_covers_every_state_once() -> None:
    made = [piece for piece in pieces("purchase", "google_search.rsa") if ".a." in piece.piece_id]
    covered = [state for piece in made for state in piece.states]
    assert sorted(covered) == sorted(example_lender().licenses)
    assert len(made) > 1
    for piece in made:
        assert piece.piece_id == f"refinance_candidates.google_search.a.{'-'.join(piece.states)}"
        assert any("NMLS" in text for text in piece.fields["descriptions"])


@pytest.mark.parametrize("form", [name for name in FORMAT_NAMES if name != "google_search.rsa"])
def test_other_formats_hold_all_states_in_one_piece(form: str) -> None:
    made = pieces("purchase", form)
    channel = form.split(".")[0]
    assert [piece.piece_id for piece in made] == [
        f"refinance_candidates.{channel}.a",
        f"refinance_candidates.{channel}.b",
    ]
    assert all(piece.states == tuple(sorted(example_lender().licenses)) for piece in made)


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_bindings_say_where_each_claim_stands(form: str) -> None:
    for piece in pieces("rate_review", form):
        texts = dict(piece.texts())
        claims = {claim.slot: claim for claim in piece.claims or ()}
        assert {binding.slot for binding in piece.bindings} == set(claims)
        for binding in piece.bindings:
            assert texts[binding.field][binding.start : binding.end] == claims[binding.slot].text


def test_a_price_comes_with_its_record_and_its_end() -> None:
    _, letter = pieces("rate_review", "email.letter")
    assert letter.offers is not None
    assert (letter.offers[0].note_rate, letter.offers[0].term_months) == (6.125, 360)
    assert letter.products == ("conventional",)
    rate = next(claim for claim in letter.claims or () if claim.slot == "rate")
    assert rate.provenance.reference == "sheet 4f2a90c1 row 1"
    assert rate.valid_until == AT + timedelta(days=6)


def test_copy_without_a_price_has_no_offer_record() -> None:
    for form in ("google_search.rsa", "meta.feed", "linkedin.post"):
        assert all(piece.offers is None for piece in pieces("rate_review", form))


def test_targeting_holds_nothing_narrower_than_states() -> None:
    for form in FORMAT_NAMES:
        for piece in pieces("purchase", form):
            assert set(piece.targeting or {}) <= ALLOWED_TARGETING
            if piece.channel == "meta":
                assert piece.targeting is not None
                assert piece.targeting["special_ad_category"] == "FINANCIAL_PRODUCTS_SERVICES,HOUSING"
                assert (piece.targeting["age_min"], piece.targeting["age_max"]) == (18, 65)


def test_letters_carry_no_consent_of_their_own() -> None:
    assert all(piece.consent is None for piece in pieces("equity", "email.letter"))


def test_paid_formats_lead_to_the_lenders_site() -> None:
    for form in FORMAT_NAMES:
        for piece in pieces("equity", form):
            paid = piece.channel in ("google_search", "meta")
            assert piece.fields.get("landing_url") == ("https://www.cedarandmain.example" if paid else None)


def test_a_lender_without_site_or_phone_shows_neither() -> None:
    lender = example_lender(url="", phone="")
    for form in ("meta.feed", "email.letter"):
        placed = placement("equity", form)
        for master in masters_of(placed, lender):
            for piece in pieces_of(master, placed, CANDIDATES, lender=lender, sheet=sheet(), at=AT):
                assert "landing_url" not in piece.fields
                assert "{{company" not in str(piece.fields)


def masters_of(placed: object, lender: object) -> tuple[Master, ...]:
    from agents.copywriting import write_masters
    from agents.house.copywriting import HouseCopyMind

    return write_masters(placed, CANDIDATES, lender=lender, sheet=sheet(), at=AT, mind=HouseCopyMind())


def test_the_same_copy_has_the_same_hash_and_one_rate_more_changes_it() -> None:
    placed = placement("rate_review", "email.letter")
    master = masters("rate_review", "email.letter")[1]
    again = show(master, placed, CANDIDATES)[0]
    assert again.content_hash == pieces("rate_review", "email.letter")[1].content_hash
    dearer = sheet(offer(1, rate=6.25))
    moved = pieces_of(master, placed, CANDIDATES, lender=example_lender(), sheet=dearer, at=AT)[0]
    assert moved.content_hash != again.content_hash


def test_a_price_whose_sheet_ran_out_is_not_rendered() -> None:
    placed = placement("rate_review", "email.letter")
    later = AT + timedelta(days=7)
    with pytest.raises(NotInForce, match=r"shows .*`rate`.*rate sheet has no offer in force"):
        pieces_of(
            masters("rate_review", "email.letter")[1],
            placed,
            CANDIDATES,
            lender=example_lender(),
            sheet=sheet(),
            at=later,
        )


def test_a_slot_without_a_record_is_not_shown_to_the_public() -> None:
    placed = placement("purchase", "linkedin.post")
    master = masters("purchase", "linkedin.post")[0]
    odd = master.model_copy(update={"fields": {"body": "Ask {{officer}} about it."}})
    with pytest.raises(NotInForce, match="`officer`"):
        show(odd, placed, CANDIDATES)


def test_states_without_a_licence_in_force_are_left_out() -> None:
    lender = example_lender()
    ended = lender.licenses["CA"].model_copy(update={"expires": AT.date() - timedelta(days=1)})
    lender = lender.model_copy(update={"licenses": {**lender.licenses, "CA": ended}})
    placed = placement("purchase", "meta.feed", states=("CA", "FL"))
    assert states_of(placed, lender, AT) == ("FL",)
    with pytest.raises(NotInForce, match=r"refinance_candidates\.meta` has no state"):
        states_of(placement("purchase", "meta.feed", states=("CA",)), lender, AT)


class TestOfferFor:
    """Which row of the sheet a segment's copy quotes."""

    def test_the_usual_term_of_the_first_product(self) -> None:
        assert row(sheet(), SEGMENTS[0]) == 1
        assert row(sheet(), SEGMENTS[1]) == 3

    def test_the_lowest_rate_then_the_lowest_points(self) -> None:
        rows = (offer(1, rate=6.25), offer(2, rate=6.125, points=1.0), offer(3, rate=6.125, points=0.25))
        assert row(sheet(*rows)) == 3

    def test_another_term_where_the_usual_one_is_not_offered(self) -> None:
        assert row(sheet(offer(7, term_months=180, rate=5.5), offer(8, term_months=240, rate=5.9))) == 8

    def test_it_must_hold_in_every_state_shown(self) -> None:
        rows = (offer(1, rate=5.9, states=("CA",)), offer(2, rate=6.25))
        assert row(sheet(*rows), states=("CA",)) == 1
        assert row(sheet(*rows), states=("CA", "FL")) == 2

    def test_products_that_need_more_words_are_not_quoted(self) -> None:
        who = segment("va_owners", "Likely to ask about benefits.", products=("va", "heloc", "arm"))
        assert row(sheet(offer(4, product="va", rate=5.5), offer(5)), who) == 5
        assert row(sheet(offer(4, product="va", rate=5.5)), who) is None


def row(offered: RateSheet, who: object = CANDIDATES, states: tuple[str, ...] = ("CA", "FL")) -> int | None:
    found = offer_for(who, offered, states, AT)
    return None if found is None else found.row


def test_written_and_shown_agree_on_variants() -> None:
    placed = placement("equity", "email.letter")
    assert [master.variant for master in write(placed, CANDIDATES)] == ["a", "b"]
