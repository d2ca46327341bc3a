"""Letters: real MIME, the headers mail systems ask for, and nobody's data in any of them."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.claim import SlotRange
from campaign.errors import Refused
from campaign.personal import Figure, strays
from campaign.piece import Piece
from tests.conformance.examples import PEOPLE, Person, email_job, letter_piece
from tests.conformance.ledgers import AT, release_of
from tools.channels.email_job import EmailJob
from tools.channels.letters import compose, prove, unsendable
from tools.documents.letter import LetterText, visible_words

ANN = PEOPLE[0]


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def parts(content: bytes) -> tuple[str, str]:
    text, html = read(content).iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    return text.get_content().replace("\r\n", "\n"), html.get_content()


def test_the_text_comes_first_and_both_say_the_same() -> None:
    letter = compose(release_of(letter_piece()), email_job(), ANN, at=AT)
    message = read(letter.content)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = parts(letter.content)
    assert text.startswith("Hi Ann,\n\nTwo things are worth a look:\n- your rate <today>\n")
    assert "See your numbers: https://www.cedarandmain.example\n" in text
    assert "your rate &lt;today&gt;" in html
    assert html.index("What today&#39;s rate would mean for you &amp; yours") < html.index("Hi Ann,")
    assert 'href="https://www.cedarandmain.example"' in html


def test_headers_are_those_of_bulk_mail_that_can_be_left_with_one_click() -> None:
    letter = compose(release_of(letter_piece()), email_job(), ANN, at=AT)
    message = read(letter.content)
    assert message["Subject"] == "Ann, a fresh look at your rate"
    assert message["From"] == "Cedar & Main <home@cedarandmain.example>"
    assert message["Reply-To"] == "dana.whitfield@cedarandmain.example"
    assert message["Date"].datetime == AT
    assert message["List-Id"] == "<letters.cedarandmain.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link, mail = message["List-Unsubscribe"].split(", ")
    assert link.startswith("<https://www.cedarandmain.example/unsubscribe/")
    assert mail.startswith("<mailto:home@cedarandmain.example?subject=unsubscribe%20")
    assert link.strip("<>") in parts(letter.content)[0]
    assert message["Message-ID"] == letter.message_id
    assert letter.message_id.endswith("@cedarandmain.example>")


def test_web_addresses_in_headers_are_never_encoded_however_long_the_domain() -> None:
    job = email_job(unsubscribe_base=f"https://{'long' * 12}.example/{'deep/' * 8}")
    raw = compose(release_of(letter_piece()), job, ANN, at=AT).content
    header = raw.split(b"List-Unsubscribe: ")[1].split(b"\r\nList-Unsubscribe-Post")[0]
    assert header.startswith(b"<https://longlong")
    assert b"=?" not in header


def test_the_same_letter_is_the_same_bytes_and_another_person_gets_another_id() -> None:
    release, job = release_of(letter_piece()), email_job()
    first, again = (compose(release, job, ANN, at=AT) for _ in range(2))
    other = compose(release, job, PEOPLE[1], at=AT)
    assert first == again
    assert other.message_id != first.message_id
    assert other.rendering_hash != first.rendering_hash


def test_no_header_and_no_link_carries_the_person() -> None:
    person = Person("contact-4711", "quill@one.example", "Quill")
    raw = compose(release_of(letter_piece(subject="A fresh look")), email_job(), person, at=AT).content
    head, _, body = raw.decode().partition("\r\n\r\n")
    kept = "\n".join(line for line in head.splitlines() if not line.startswith("To:"))
    assert "quill" not in kept.lower()
    assert "4711" not in raw.decode()
    assert "quill@" not in body


def test_a_missing_name_is_greeted_without_one() -> None:
    text, html = parts(compose(release_of(letter_piece()), email_job(), PEOPLE[2], at=AT).content)
    assert text.startswith("Hi there,")
    assert "Hi there," in html


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (letter_piece(body="at {{rate}} today"), "`body` still waits for a value (`rate`)"),
        (letter_piece(footer="Cedar & Main"), "the text shows no `{{unsubscribe_url}}`"),
        (letter_piece(subject="Rates\r\nBcc: all@x.example"), "line break"),
        (letter_piece(subject=" "), "a letter needs a `subject`"),
        (letter_piece(description="more"), "a letter has no field `description`"),
        (Piece(piece_id="p", channel="email", fields={"headlines": ("one", "two")}), "no field `headlines`"),
    ],
)
def test_a_piece_that_is_no_letter_says_why(piece: Piece, why: str) -> None:
    stay = unsendable(piece, email_job())
    assert stay is not None
    assert why in stay.reason


def test_a_sender_name_over_two_lines_stays_one_header() -> None:
    job = email_job(from_name="Cedar\r\nBcc: all@x.example", reply_to="nobody\r\nBcc: all@x.example")
    message = read(compose(release_of(letter_piece()), job, ANN, at=AT).content)
    assert message["From"].addresses[0].display_name == "Cedar Bcc: all@x.example"
    assert "Bcc" not in message
    assert "Reply-To" not in message


def test_a_sender_who_cannot_be_left_or_answered_sends_nothing() -> None:
    assert "no e-mail address" in str(unsendable(letter_piece(), email_job(from_address="")))
    assert "https" in str(unsendable(letter_piece(), email_job(unsubscribe_base="http://x.example/u/")))
    assert unsendable(letter_piece(), email_job()) is None


def test_bytes_that_were_changed_after_setting_are_refused() -> None:
    piece = letter_piece()
    raw = compose(release_of(piece), email_job(), ANN, at=AT).content
    token = raw.split(b"/unsubscribe/")[1][:32].decode()
    values = {
        "first_name": "Ann",
        "unsubscribe_url": f"https://www.cedarandmain.example/unsubscribe/{token}",
    }
    fields = {name: str(value) for name, value in piece.fields.items()}
    filled = {
        name: text.replace("{{first_name}}", "Ann").replace("{{unsubscribe_url}}", values["unsubscribe_url"])
        for name, text in fields.items()
    }
    text = LetterText(
        **filled,
        landing_url="https://www.cedarandmain.example",
        unsubscribe_url=values["unsubscribe_url"],
    )
    prove(raw, piece, text, values)
    for was, now in (
        (b"a fresh look", b"a Fresh look"),
        (b"Two things", b"Ten things"),
        (b"1999901", b"1999902"),
        (b"Best,<br>", b"Best,<br>Act now "),
    ):
        assert was in raw
        with pytest.raises(Refused, match="as it was approved"):
            prove(raw.replace(was, now), piece, text, values)


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="{}\u0085"),
    min_size=1,
    max_size=200,
)


@settings(max_examples=150, deadline=None)
@given(subject=WORDS, body=WORDS, name=st.text(max_size=60))
def test_whatever_is_approved_arrives_as_approved_or_not_at_all(subject: str, body: str, name: str) -> None:
    piece = letter_piece(subject=f"{subject} {{{{first_name}}}}", body=f"{body}\n\n{{{{first_name}}}}")
    if unsendable(piece, email_job()):
        return
    try:
        letter = compose(release_of(piece), email_job(), Person("c", "c@one.example", name), at=AT)
    except Refused:
        return
    message = read(letter.content)
    assert "".join(subject.split()) in "".join(str(message["Subject"]).split())
    assert body.split() == parts(letter.content)[0].split()[: len(body.split())]
    assert [header.lower() for header, _ in message.items()].count("bcc") == 0


def test_plain_english_letters_always_arrive() -> None:
    for subject in (
        "A note about your loan",
        "Rates moved — what it means",
        "Your home's next chapter: 3 ideas",
    ):
        letter = compose(release_of(letter_piece(subject=subject)), email_job(), ANN, at=AT)
        assert read(letter.content)["Subject"] == subject


def test_a_long_subject_in_accents_survives_folding() -> None:
    subject = "Una mirada más tranquila a su hipoteca – sin prisa, sin coste, sin compromiso, señor"
    letter = compose(release_of(letter_piece(subject=subject)), email_job(), ANN, at=AT)
    assert read(letter.content)["Subject"] == subject
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 998
    assert "Hi" in visible_words(parts(letter.content)[1])


OWN = SlotRange(
    slot="own_saving", kind="saving", formula="payment today minus payment offered", source="loans, rate sheet",
    low=50, high=400,
)  # fmt: skip


def with_own_saving() -> Piece:
    """A letter in which every reader's own saving is filled in, within an approved range."""
    piece = letter_piece()
    body = f"{piece.fields['body']}\nYou would pay {{{{own_saving}}}} less a month."
    return piece.model_copy(update={"fields": {**piece.fields, "body": body}, "ranges": (OWN,), "claims": ()})


def job_for(piece: Piece, **figures: Figure) -> EmailJob:
    return replace(
        email_job(), figures=lambda _: figures, objection=lambda rendering: strays(piece, rendering)
    )


def test_a_reader_gets_their_own_number_within_the_approved_range() -> None:
    piece = with_own_saving()
    assert unsendable(piece, email_job()) is None
    letter = compose(release_of(piece), job_for(piece, own_saving=Figure("$212", 212.4)), ANN, at=AT)
    text, html = parts(letter.content)
    assert "You would pay $212 less a month." in text
    assert "You would pay $212 less a month." in html


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, "no record gives its `own_saving`"),
        ({"own_saving": Figure("$412", 412.0)}, r"`own_saving` \(\$412\) lies outside of 50 to 400"),
        ({"own_saving": Figure("$312", 212.0)}, r"`own_saving` \(\$312\) does not say 212"),
    ],
)
def test_a_number_that_is_missing_out_of_range_or_not_what_it_says_holds_that_letter(
    figures: dict[str, Figure], said: str
) -> None:
    piece = with_own_saving()
    with pytest.raises(Refused, match=said):
        compose(release_of(piece), job_for(piece, **figures), ANN, at=AT)
