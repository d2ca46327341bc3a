"""Editing in a form: texts and lists come back as they were typed, and nothing typed is lost."""

from __future__ import annotations

import html
import re

import pytest

from approvals.store import load_piece
from tests.approvals.gate import WRITER, a_piece
from tests.approvals.web.desk import AD, Desk, saying, value


def form(page: str) -> dict[str, str]:
    """Everything the form would send back untouched."""
    fields = {name: value(page, name) for name in ("csrf", "seen", "pack")}
    inputs = re.findall(r'<input type="text" id="[^"]+" name="([^"]+)" value="([^"]*)"', page)
    fields |= {name: html.unescape(text) for name, text in inputs}
    areas = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return fields | {name: html.unescape(text) for name, text in areas}


def test_a_list_is_edited_entry_by_entry(desk: Desk):
    desk.fill(AD)
    visitor = desk.person("Max Orr")
    sent = form(visitor.text("/edit/ad"))
    sent |= {
        "entry.headlines.1": "",
        "entry.headlines.2": "Open on Saturdays",
        "entry.headlines.3": "New here",
    }
    answer = visitor.send("/edit/ad", sent)
    assert answer.headers["location"] == "/pieces/ad"
    stored = load_piece(desk.engine, "ad")
    assert stored.piece.fields == {
        "headlines": ("Buy a home", "Open on Saturdays", "New here"), "descriptions": ("One.", "Two."),
    }  # fmt: skip
    assert stored.piece.revision == 2
    assert stored.piece.authors == (WRITER, "Max Orr")
    assert "`ad rev 2` is screened and pending." in saying(visitor.text("/pieces/ad"))


@pytest.mark.parametrize(
    "body",
    [
        "\nA first empty line.\n\nAnd  two  spaces.\n",
        '<b>&amp; "quoted"</b>',
        "{{first_name}}, hello",
        "é\u2028ü 𝒳",
    ],
)
def test_a_text_comes_back_as_it_was(desk: Desk, body: str):
    desk.fill(a_piece("letter", body=body))
    visitor = desk.person()
    sent = form(visitor.text("/edit/letter"))
    assert sent["text.body"] == body
    answer = visitor.send("/edit/letter", {**sent, "text.body": body.replace("\n", "\r\n")})
    assert answer.status_code == 422
    assert "Nothing in `letter` would change." in saying(answer.text)
    assert load_piece(desk.engine, "letter").piece.revision == 1


def test_what_the_rules_block_is_blocked_and_said(desk: Desk):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    visitor.send("/edit/letter", {**form(visitor.text("/edit/letter")), "text.body": "It is guaranteed."})
    assert "`letter rev 2` is screened and blocked." in saying(visitor.text("/pieces/letter"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text.body": "x" * 20_001}, "`body` is longer than 20000 characters."),
        ({"text.subject": "New"}, "Nothing in `letter` would change."),
    ],
)
def test_what_cannot_be_kept_is_shown_again(desk: Desk, fields: dict[str, str], said: str):
    desk.fill(a_piece("letter"))
    visitor = desk.person()
    answer = visitor.send("/edit/letter", {**form(visitor.text("/edit/letter")), **fields})
    assert answer.status_code == 422
    assert said in saying(answer.text)
    assert form(answer.text)["text.body"] == fields.get("text.body", "Talk with us.")


def test_an_edit_of_what_changed_meanwhile_is_refused_with_the_words_kept(desk: Desk):
    desk.fill(a_piece("letter"))
    one, other = desk.person(), desk.person("Max Orr")
    mine, theirs = (form(visitor.text("/edit/letter")) for visitor in (one, other))
    other.send("/edit/letter", {**theirs, "text.body": "Talk with Max."})
    answer = one.send("/edit/letter", {**mine, "text.body": "Talk with Ruth."})
    assert answer.status_code == 409
    assert "changed since this page was shown" in saying(answer.text)
    assert form(answer.text)["text.body"] == "Talk with Ruth."
    assert load_piece(desk.engine, "letter").piece.fields["body"] == "Talk with Max."


def test_who_may_not_edit_gets_no_form_and_no_revision(desk: Desk):
    desk.fill(a_piece("letter"))
    sent = form(desk.person().text("/edit/letter"))
    officer = desk.person("Olive Penn")
    assert officer.get("/edit/letter").status_code == 403
    answer = officer.send("/edit/letter", {**sent, "csrf": officer.csrf(), "text.body": "Mine now."})
    assert answer.status_code == 403
    assert load_piece(desk.engine, "letter").piece.revision == 1
