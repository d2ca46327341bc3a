"""What approvers see of a piece: every channel's look, and nothing in it that acts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from approvals.web.previews import claims_table, difference, findings_panel, piece_preview
from approvals.web.previews.letters import letter_document
from campaign.channel import Channel
from campaign.claim import Binding, Claim, SlotRange
from campaign.piece import Piece
from tests.approvals.gate import LENDER, a_piece, start, submit
from tests.approvals.web.hostile_pieces import everywhere
from tests.approvals.web.inert import HOSTILE, faults, read, seen
from tests.approvals.web.looks import BODY, FIELDS, ON_SHEET, full, stored


@pytest.mark.parametrize("channel", [*(channel.value for channel in Channel), "carrier_pigeon"])
def test_no_text_of_a_piece_stays_out_of_sight_in_any_channel(channel):
    markup = str(piece_preview(stored(full(channel)), LENDER))
    text = seen(markup)
    if channel == "email":
        text += seen(letter_document(full(channel), LENDER.url))
    for name, value in FIELDS.items():
        for words in (value,) if isinstance(value, str) else value:
            shown = words.split("{{")[0]
            # a feed folds its post, an ad shows its address without the scheme
            assert shown[:100] in text, name
            assert shown[-20:] in text, name
    assert faults(markup) == []


def test_a_search_ad_joins_three_headlines_and_lists_every_asset_with_its_length():
    text = seen(str(piece_preview(stored(full("google_search")), LENDER)))
    assert "Read Your Loan Again | Every Fee by Name | Fixed-Rate Loans" in text
    assert "20 of 30 characters" in text
    assert text.count("shown above") == 5
    assert "cedar.example › refi" in text


def test_a_linkedin_post_folds_at_210_characters_and_keeps_the_rest_behind_more():
    markup = str(piece_preview(stored(full("linkedin")), LENDER))
    before, after = markup.split("<details", 1)
    assert BODY[:210] in seen(before)
    assert BODY[:211] not in seen(before)
    assert BODY[210:250] in after


def test_a_short_post_has_no_fold():
    piece = Piece(piece_id="p", channel="linkedin", fields={"body": "Short."})
    assert "<details" not in piece_preview(stored(piece))


def test_personal_slots_are_marked_examples_and_ranges_show_both_ends():
    held = SlotRange(
        slot="saving", kind="saving", formula="payment now minus offered", source="loans", low=40, high=1612
    )
    piece = Piece(
        piece_id="p",
        channel="sms",
        fields={"body": "{{first_name}}, {{saving}} a month {{nobody}}"},
        ranges=(held,),
    )
    markup = str(piece_preview(stored(piece)))
    assert "example Jordan, example $40 to $1,612 a month {{nobody}}" in seen(markup)
    assert "Nothing fills this slot" in markup


def test_a_text_message_counts_its_parts():
    def told(body: str) -> str:
        return seen(str(piece_preview(stored(Piece(piece_id="p", channel="sms", fields={"body": body})))))

    assert "160 characters, sent as 1 part." in told("x" * 160)
    assert "161 characters, sent as 2 parts." in told("x" * 161)
    assert "71 characters, sent as 2 parts." in told("é" * 71)


def test_an_offer_sets_large_only_what_the_piece_itself_shows():
    rate = Claim(slot="rate", kind="rate", text="6.125%", value=6.125, provenance=ON_SHEET)
    unused = Claim(slot="apr", kind="apr", text="6.219%", value=6.219, provenance=ON_SHEET)
    piece = Piece(
        piece_id="p", channel="zillow", fields={"headline": "Today", "body": "At 6.125%."}, claims=(rate, unused),
        bindings=(Binding(field="body", start=3, end=9, slot="rate"),),
    )  # fmt: skip
    markup = str(piece_preview(stored(piece)))
    assert "<dd>6.125%</dd>" in markup
    assert "6.219%" not in markup


def test_the_letter_is_the_one_that_is_sent_with_its_examples_marked_and_its_links_dead():
    document = letter_document(full("email"), "https://www.cedar.example")
    assert '<base target="_blank">' in document
    assert re.search(r"Talk with <span title=\"Example[^>]+>Jordan</span>\.", document)
    assert 'href="https://www.cedar.example"' in document


def test_nobody_can_forge_the_mark_of_an_example():
    piece = Piece(
        piece_id="p",
        channel="email",
        fields={"subject": "\ue000x\ue001", "body": "\ue000x\ue001 {{first_name}}"},
    )
    document = letter_document(piece, "")
    assert document.count("<span") == 1
    assert "\ue000x\ue001" in document


@pytest.mark.parametrize("channel", [*(channel.value for channel in Channel), HOSTILE])
def test_hostile_texts_are_shown_and_do_nothing(channel):
    one = everywhere(channel)
    lender = LENDER.model_copy(update={"short_name": HOSTILE})
    for markup in (piece_preview(one, lender), piece_preview(one), findings_panel(one), claims_table(one)):
        assert faults(str(markup)) == []
        assert "<script>window.hit = 1</script>" in seen(str(markup))
    moved = one.model_copy(update={"piece": full("email")})
    for markup in (difference(one, moved), difference(moved, one), difference(None, one)):
        assert faults(str(markup)) == []


def test_a_hostile_letter_keeps_its_words_and_gains_no_element():
    document = letter_document(everywhere("email").piece, "https://www.cedar.example")
    clean = letter_document(full("email"), "https://www.cedar.example")
    tags = [tag for tag, _, _ in read(document).attributes]
    assert set(tags) <= {tag for tag, _, _ in read(clean).attributes} | {"span"}
    assert not [name for _, name, _ in read(document).attributes if name.startswith("on")]
    assert "<script>window.hit = 1</script>" in seen(document)


def test_the_frame_shows_the_letter_under_a_policy_of_its_own(desk):
    start(desk.engine)
    submit(desk.engine, a_piece("a/letter", body="Talk with us, {{first_name}}."))
    page = desk.person("Olive Penn")
    frame = re.search(r'<iframe [^>]*sandbox=""[^>]*src="([^"]+)"', str(piece_preview_of(desk, "a/letter")))
    assert frame
    answer = page.get(frame[1])
    assert answer.status_code == 200
    assert "Talk with us, <span" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert desk.visitor().get(frame[1]).status_code == 303, "nobody reads it without logging in"


def piece_preview_of(desk: Any, piece_id: str) -> str:
    from approvals.store import load_piece

    return piece_preview(load_piece(desk.engine, piece_id), desk.lender)
