"""Whatever a name holds, a notice shows it as plain letters on one line."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.notices.message import LONGEST, Message, Section, html, inert, plain

HOSTILE = (
    "<script>alert(1)</script>", "</li></ul><img src=x onerror=y>", "Ann\r\nBcc: all@x.example", "\u202egnp.exe",
    "{{7*7}}", "a\x00b\x1b[31m", "https://evil.example/login", "&lt;b&gt;", "\u2028line", "x" * 5000,
)  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def a_message(words: str) -> Message:
    return Message("k", words, (words,), (Section(words, (words, "second")),), words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_add_no_markup_and_no_line(words):
    tags = Tags()
    tags.feed(html(a_message(words)))
    assert tags.seen == ["html", "head", "meta", "title", "body", "h1", "p", "h2", "ul", "li", "li", "p"]
    assert "".join(tags.words).count(inert(words)) == 6
    assert plain(a_message(words)).count("\n") == plain(a_message("Ann")).count("\n")


@given(st.text())
def test_inert_words_stay_on_one_short_line(words):
    shown = inert(words)
    assert len(shown) <= LONGEST
    assert all(unicodedata.category(sign)[0] not in "CZ" or sign == " " for sign in shown)
    assert "://" not in shown
    assert inert(shown) == shown


def test_half_a_character_is_left_out():
    assert inert("\ud800") == ""


def test_ordinary_names_stay_as_they_are():
    for name in ("Zoë Müller-O'Neil", "Émile, 50 % & more", "李娜", "FHA (30-year)"):
        assert inert(name) == name


def test_the_page_has_no_way_out():
    page = html(a_message("https://evil.example"))
    assert "href" not in page
    assert "src" not in page
