"""The letter's setting: every word of the text and no other, nothing it says read as markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import Refused
from tools.documents.letter import LetterText, letter_html, letter_plain, visible_words, words_of

LINK = "https://x.example/u/abc"


def test_paragraphs_lists_and_line_breaks_are_set_as_such() -> None:
    html = letter_html(LetterText(subject="s", body="One.\nTwo.\n\n- first\n- second\nAfter."))
    assert "One.<br>Two.</p>" in html
    assert html.count("<li") == 2
    assert html.index("second</li>") < html.index("After.</p>")


def test_the_preheader_is_hidden_and_first() -> None:
    html = letter_html(LetterText(subject="s", preheader="Inside: three ideas", body="Hello."))
    assert "display:none" in html.split("Inside: three ideas")[0].rsplit("<div", 1)[1]
    assert visible_words(html) == ("Inside:", "three", "ideas", "Hello.")


def test_the_unsubscribe_address_is_a_link_wherever_it_stands() -> None:
    footer = f"Leave: {LINK}. Again {LINK}"
    html = letter_html(LetterText(subject="s", body="b", footer=footer, unsubscribe_url=LINK))
    assert html.count(f'<a href="{LINK}"') == 2
    assert visible_words(html) == ("b", "Leave:", f"{LINK}.", "Again", LINK)


def test_no_button_without_a_page_and_no_page_that_is_a_script() -> None:
    assert "<a " not in letter_html(LetterText(subject="s", body="b", cta="Go"))
    with pytest.raises(Refused, match="no web address"):
        letter_html(LetterText(subject="s", body="b", cta="Go", landing_url="javascript:alert(1)"))


def test_the_plain_form_names_the_page_behind_the_button() -> None:
    text = LetterText(subject="s", body="b", cta="Go", landing_url="https://x.example", footer="f")
    assert letter_plain(text) == "b\n\nGo: https://x.example\n\nf\n"


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60),
)
def test_html_shows_each_word_once_and_none_as_markup(body: str, cta: str) -> None:
    html = letter_html(LetterText(subject="<b>s</b>", body=body, cta=cta, landing_url="https://x.example"))
    assert "<script" not in html
    assert visible_words(html) == words_of(f"{body}\n{cta}")
