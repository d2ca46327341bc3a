"""Marks and differences leave every character of a text where it was."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from approvals.web.previews.spans import KINDS, Span, marked
from approvals.web.previews.wording import LARGEST, stretches, told
from tests.approvals.web.inert import faults, seen

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
MARKUP = st.text(alphabet="<>&\"' abc/=\n{}%", max_size=60)
PROSE = st.lists(
    st.sampled_from(["rate", "rates", "6.125%", "the", "<b>", "&", "\n\n", " ", "  "]), max_size=40
).map("".join)
SPANS = st.lists(
    st.builds(Span, st.integers(-5, 70), st.integers(-5, 70), st.integers(1, 9), st.sampled_from(KINDS)),
    max_size=8,
)


@given(text=TEXTS | MARKUP, spans=SPANS)
def test_a_marked_text_is_the_same_text(text, spans):
    markup = str(marked(text, spans))
    assert seen(markup.replace("\r", "&#13;")) == text
    assert faults(markup) == []


@given(text=st.text(alphabet="abc ", min_size=1, max_size=40), spans=SPANS)
def test_exactly_the_characters_under_a_span_are_marked(text, spans):
    markup = str(marked(text, spans))
    inside, under = False, []
    for part in re.split(r"(<[^>]+>)", markup):
        if part.startswith("<"):
            inside = part.startswith("<mark")
        else:
            under += [inside] * len(part)
    wanted = [any(span.start <= place < span.end for span in spans) for place in range(len(text))]
    assert under == wanted


def test_where_spans_overlap_the_gravest_shows_and_each_number_stands_where_its_words_end():
    text = "lock today, we guarantee the lowest rate"
    spans = [Span(0, 24, 1, "warn"), Span(12, 40, 2, "block"), Span(29, 40, 3, "info")]
    assert str(marked(text, spans)) == (
        '<mark class="pv-found pv-warn">lock today, </mark>'
        '<mark class="pv-found pv-block" data-ends="1">we guarantee</mark>'
        '<mark class="pv-found pv-block"> the </mark>'
        '<mark class="pv-found pv-block" data-ends="2 3">lowest rate</mark>'
    )


def test_a_text_without_spans_is_only_escaped():
    assert str(marked("a < b & c", [])) == "a &lt; b &amp; c"
    assert str(marked("", [Span(0, 3, 1, "warn")])) == ""


@given(before=TEXTS | PROSE | MARKUP, after=TEXTS | PROSE | MARKUP)
def test_what_stayed_and_went_is_the_text_before_and_what_stayed_and_came_the_text_after(before, after):
    parts = stretches(before, after)
    assert "".join(part.words for part in parts if part.kind != "added") == before
    assert "".join(part.words for part in parts if part.kind != "removed") == after
    assert all(part.words for part in parts)


@given(text=TEXTS | PROSE)
def test_a_text_does_not_differ_from_itself(text):
    assert {part.kind for part in stretches(text, text)} <= {"same"}


@given(before=MARKUP, after=MARKUP)
def test_a_difference_is_inert(before, after):
    markup = str(told(stretches(before, after)))
    assert faults(markup) == []
    assert markup.count("<ins>") == markup.count("[added: ")
    assert markup.count("<del>") == markup.count("[removed: ")


def test_one_changed_word_is_one_removal_and_one_addition_and_blanks_stay_outside():
    parts = stretches("It may be higher.\n\nReply now.", "It could be higher.\n\nYou decide. Reply now.")
    assert [tuple(part) for part in parts] == [
        ("same", "It "), ("removed", "may"), ("added", "could"), ("same", " be higher.\n\n"),
        ("added", "You decide. "), ("same", "Reply now."),
    ]  # fmt: skip


def test_texts_too_long_to_compare_are_told_whole_and_soon():
    words = int(LARGEST**0.5) + 1
    began = time.monotonic()
    parts = stretches("a " * words, "b a " * words)
    assert [part.kind for part in parts][:2] == ["removed", "added"]
    assert time.monotonic() - began < 1
