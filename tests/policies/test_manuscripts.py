"""What a marketing team has on its disk: encodings, office HTML, e-mails, tables, folders; nothing stops the rest."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.errors import BadInput, Unreadable, VallumError
from policies.manuscript import Settings
from policies.manuscripts import Desk, read_manuscripts
from policies.piece_tables import ABOUT, LISTS, RECORDS, TEXTS
from tests.policies.checked_files import BLOCKED, CLEAN, FOOTER, found, run, told, write

WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type '
    'content="text/html; charset=windows-1252"><style>p.MsoNormal{margin:0}</style></head><body lang=EN-US>\r\n'
    "<p class=MsoNormal><b><span style='font-size:24.0pt'>Guaran</span></b><span\r\n"
    "style='font-size:12pt'>teed&nbsp;approval<o:p></o:p></span></p><p>It\x92s good \x96 really.<o:p>&nbsp;</o:p></p>"
    f"<!--[if gte mso 9]><xml></xml><![endif]--><p>{FOOTER}</p></body></html>"
).encode("latin-1")


@pytest.mark.parametrize(
    ("name", "content", "start"),
    [
        ("crlf.txt", f"Hello.\r\nWe offer guaranteed approval.\r\n\r\n{FOOTER}\r\n".encode(), 17),
        ("bom.txt", b"\xef\xbb\xbf" + BLOCKED.encode(), 0),
        ("utf16.txt", BLOCKED.encode("utf-16"), 0),
        ("old.txt", f"It\x92s guaranteed approval \x96 today.\n{FOOTER}\n".encode("latin-1"), 5),
        ("emoji.md", f"\U0001f3e1\U0001f3e1 D\u00eda: guaranteed\u200b approval\n{FOOTER}\n".encode(), 8),
        ("noending", BLOCKED.encode(), 0),
        ("word.html", WORD, WORD.index(b"Guaran")),
    ],
)
def test_spans_are_those_of_the_file_whatever_its_encoding(
    tmp_path: Path, name: str, content: bytes, start: int
) -> None:
    answer = run(write(tmp_path, name, content))
    (finding,) = found(answer)
    assert finding["start"] == start
    assert finding["excerpt"].lower().startswith("guaran")
    assert finding["excerpt"].lower().endswith("approval")
    assert answer.exit_code == 1


def test_a_message_shows_words_and_not_the_markup_between_them(tmp_path: Path) -> None:
    (finding,) = found(run(write(tmp_path, "word.html", WORD)))
    assert finding["message"].startswith('"Guaranteed approval" promises')
    assert "<span" in finding["excerpt"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("binary.txt", bytes(range(256)) * 4, "is no UTF-8 text"),
        ("nul.txt", b"Hello\0there", "control characters"),
        ("colour.txt", b"\x1b[31mGuaranteed approval\x1b[0m", "control characters"),
        ("half.txt", b"\xff\xfeG", "is no UTF-8 text"),
        ("brief.docx", b"PK", "`.docx` is no kind of text"),
        ("empty.txt", b"", "is empty"),
        ("blank.html", b" \r\n ", "is empty"),
        ("words.eml", b"just words\n\nhello", "no headers"),
        ("klingon.eml", b"Subject: x\nContent-Type: text/plain; charset=klingon\n\nhi \xe9", "klingon"),
        ("image.eml", b"Subject: x\nContent-Type: image/png\n\nhi", "no e-mail with a readable text"),
        ("header.csv", b"id,body\n\n", "holds no pieces"),
        ("twice.csv", b"id,body,Body\n1,a,b\n", "column `body` is there twice"),
        ("typo.csv", b"id,boddy\n1,a\n", "Did you mean `body`?"),
        ("open.csv", b'id,body\n1,"a\n', "is no CSV"),
        ("deep.json", b"[" * 100_000, "is no JSON"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    file = write(tmp_path, name, content)
    with pytest.raises(BadInput) as stopped:
        run(file)
    assert said in str(stopped.value)
    assert name in str(stopped.value)


def test_what_cannot_be_read_blocks_and_stops_nothing_else(tmp_path: Path) -> None:
    clean = write(tmp_path, "clean.txt", CLEAN)
    bad = write(tmp_path, "bad.txt", b"a\0b")
    answer = run(clean, bad, tmp_path / "absent.txt", write(tmp_path, "logo.png", b"\x89PNG"))
    assert (answer.exit_code, answer.document["verdict"]) == (1, "block")
    verdicts = [(piece["id"], piece["verdict"]) for piece in answer.document["pieces"]]
    assert verdicts[0] == (str(clean), "pass")
    assert [verdict for _, verdict in verdicts] == ["pass", "block", "block", "block"]
    assert [one["piece"] for one in found(answer, "engine.unreadable")] == [
        str(bad),
        str(tmp_path / "absent.txt"),
        str(tmp_path / "logo.png"),
    ]
    lines = told(answer).splitlines()
    assert (
        f"{bad}: block engine.unreadable: is no text (it holds control characters). Save it as UTF-8 text."
        in lines
    )
    assert "3 could not be read" in lines[-1]


def test_nothing_readable_at_all_is_bad_input_that_names_each(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as stopped:
        run(write(tmp_path, "a.txt", b"\0"), write(tmp_path, "b.txt", b""))
    assert "a.txt: is no text" in str(stopped.value)
    assert "b.txt: is empty." in str(stopped.value)


def test_a_text_of_five_megabytes_is_answered_at_once(tmp_path: Path) -> None:
    answer = run(write(tmp_path, "long.txt", "lowest rate guaranteed " * 220_000))
    (finding,) = answer.document["pieces"][0]["findings"]
    assert (finding["rule"], finding["severity"]) == ("engine.unreadable", "block")
    with pytest.raises(Unreadable, match="more than the 20,000,000 bytes"):
        run(write(tmp_path, "endless.txt", b"a" * 20_000_001))


def test_a_folder_is_walked_once_and_says_what_it_left_out(tmp_path: Path) -> None:
    write(tmp_path, "b/drafts/ad.txt", BLOCKED)
    write(tmp_path, "b/logo.svg", "<svg/>")
    write(tmp_path, "b/.git/notes.txt", BLOCKED)
    write(tmp_path, "b/.hidden.md", BLOCKED)
    (tmp_path / "b/drafts/loop").symlink_to(tmp_path / "b", target_is_directory=True)
    (tmp_path / "b/dead.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b/self.txt").symlink_to(tmp_path / "b/self.txt")
    answer = run(tmp_path / "b", tmp_path / "b/drafts/ad.txt", tmp_path / "b")
    ids = [Path(piece["id"]).name for piece in answer.document["pieces"]]
    assert ids == ["ad.txt", "dead.txt", "self.txt"]
    left = {Path(one["file"]).name: one["reason"] for one in answer.document["left_out"]}
    assert left == {
        ".git": "hidden",
        ".hidden.md": "hidden",
        "loop": "a link to a folder",
        "logo.svg": ".svg is no kind of text",
    }
    assert "4 left out" in told(answer).splitlines()[-1]


def test_a_name_that_is_no_text_is_written_with_escapes(tmp_path: Path) -> None:
    write(tmp_path, os.fsdecode(b"caf\xe9.txt"), CLEAN)
    answer = run(tmp_path)
    assert answer.document["pieces"][0]["id"].endswith("caf\\xe9.txt")
    assert json.dumps(answer.document, ensure_ascii=False).encode()


LETTER = (
    b"Subject: =?utf-8?B?UmU6?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
    b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHi=20\r\n--a\r\nContent-Type: text/html\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nPHA+\r\n--a--\r\n--m\r\nContent-Type: text/html\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''f%C3.html\r\n\r\n<p>\r\n--m\r\n"
    b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nHi\r\n--m--\r\n"
)
TABLE = b'id,channel,headline 1,offer,originator.nmls\r\nr1,web,"Hi ""you""",{},12\r\n'
CASES = b'[{"id": 1, "channel": "web", "fields": {"body": "x"}}]'


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [(".eml", LETTER), (".csv", TABLE), (".json", CASES), (".jsonl", CASES[1:-1]), (".txt", b"a\n")]
    ),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 12), st.binary(max_size=6)), max_size=4),
)
def test_whatever_is_broken_is_a_sentence_and_never_a_fault(tmp_path: Path, start, cuts) -> None:
    ending, content = start
    for place, gone, new in cuts:
        place = min(place, len(content))
        content = content[:place] + new + content[place + gone :]
    file = write(tmp_path, f"a{ending}", content)
    desk = Desk(())
    with suppress(VallumError):
        desk = read_manuscripts([str(file)], Settings("web"), standard_input=bytes)
    for one in desk.manuscripts:
        assert "".join((one.place, *(text for _, text in one.piece.texts()))).encode("utf-8", "strict")


def letter(plain: str, html: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Cedar & Main <home@cedarandmain.example>"
    message["Subject"] = "Re: Ihre Anfrage \U0001f3e1 \u00fcber"
    message.set_content(plain)
    message.add_alternative(html, subtype="html", cte="base64")
    return message


def test_each_view_of_a_letter_must_hold_and_its_subject_is_decoded(tmp_path: Path) -> None:
    message = letter(BLOCKED, f"<p>Talk to us about buying.</p><p>{FOOTER}</p>")
    file = write(tmp_path, "letter.eml", message.as_bytes())
    answer = run(file)
    html, text = answer.document["pieces"]
    assert (html["id"], text["id"]) == (str(file), f"{file}:text")
    assert [one["piece"] for one in found(answer)] == [f"{file}:text"]
    subjects = {one["excerpt"] for one in found(answer, "can-spam.deceptive-subject")}
    assert subjects == {"Re: "}


def test_a_letter_names_its_sender(tmp_path: Path) -> None:
    message = letter(CLEAN, f"<p>Talk to us.</p><p>{FOOTER}</p>")
    assert found(run(write(tmp_path, "a.eml", message.as_bytes())), "can-spam.header") == []
    message.replace_header("From", "VA Benefits Desk <notice@va-benefits.example>")
    message["Reply-To"] = "notice@va-benefits.example"
    answer = run(write(tmp_path, "a.eml", message.as_bytes()))
    fields = [one["field"] for one in found(answer, "can-spam.header")]
    assert fields == ["from", "reply_to", "from", "reply_to"]


def test_texts_attached_to_a_letter_are_checked_and_the_rest_is_told(tmp_path: Path) -> None:
    message = letter(CLEAN, f"<p>Talk to us.</p><p>{FOOTER}</p>")
    for name in ("flyer.html", "flyer.html"):
        message.add_attachment(f"<p>Guaranteed approval</p><p>{FOOTER}</p>", subtype="html", filename=name)
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="terms.pdf")
    forwarded = letter(BLOCKED, f"<p>Talk to us.</p><p>{FOOTER}</p>")
    message.add_attachment(forwarded)
    file = write(tmp_path, "letter.eml", message.as_bytes())
    answer = run(file)
    assert [one["piece"] for one in found(answer)] == [
        f"{file}:flyer.html",
        f"{file}:flyer.html",
        f"{file}:part 1:text",
    ]
    assert answer.document["left_out"] == [
        {"file": f"{file}:terms.pdf", "reason": "application/pdf is no kind of text"}
    ]


def test_headers_of_a_table_are_the_fields_of_a_case(tmp_path: Path) -> None:
    table = (
        "ID,Channel,States,Headline 1,headline_2,descriptions,originator.name,originator.nmls,offer,#owner\r\n"
        'r1,google_search,ID,Guaranteed Approval,Boise Lenders,"Ask us, today.|Open on Sunday.",Dana Whitfield,'
        '1988001,"{""note_rate"": 6.125}",Ann\r\n'
        '\r\nr2,web,ID,"two\nlines",,,,,,\r\n'
        "r3,billboard,ID,Hi,,,,,,\r\n"
        "r4,web,ID,Guaranteed approval,,,,,,\r\n"
    )
    answer = run(write(tmp_path, "ads.csv", table))
    file = str(tmp_path / "ads.csv")
    assert [(piece["id"], piece["line"]) for piece in answer.document["pieces"]] == [
        ("r1", 2), ("r2", 4), ("r4", 7), (f"{file}:6", None),
    ]  # fmt: skip
    assert [(one["piece"], one["field"]) for one in found(answer)] == [
        ("r1", "headlines[0]"),
        ("r4", "headlines[0]"),
    ]
    assert "channel: Input should be" in found(answer, "engine.unreadable")[0]["message"]


def test_semicolons_and_tabs_part_cells_too(tmp_path: Path) -> None:
    for sign in ";\t":
        file = write(
            tmp_path, "ads.csv", f"id{sign}channel{sign}body\ns1{sign}web{sign}Guaranteed approval, now\n"
        )
        assert [one["piece"] for one in found(run(file))] == ["s1"]


def test_cases_that_cannot_be_read_stop_no_other_case(tmp_path: Path) -> None:
    good = json.dumps({"id": 5, "channel": "web", "fields": {"body": "Guaranteed approval"}})
    lines = write(tmp_path, "cases.jsonl", f"{good}\nnot json\n\n{good}\n")
    answer = run(lines)
    assert [piece["id"] for piece in answer.document["pieces"]] == ["5", "5", f"{lines}:2"]
    listed = write(tmp_path, "list.json", f'[{good}, 3, {{"id": "x"}}]')
    answer = run(listed)
    assert [piece["id"] for piece in answer.document["pieces"]] == ["5", f"{listed}[2]", f"{listed}[3]"]


def test_a_numeric_id_is_answered_as_text(tmp_path: Path) -> None:
    good = {"id": 5, "channel": "web", "fields": {"body": "Hello"}}
    lines = [
        json.dumps(one) for one in (good, {"id": 6, "channel": "nowhere"}, {"id": True, "channel": "web"})
    ]
    answer = run(batch=str(write(tmp_path, "cases.jsonl", "\n".join(lines) + "\n")))
    assert [one["id"] for one in answer.document] == ["5", "6", 3]


def test_a_fix_keeps_the_encoding_and_the_line_ends(tmp_path: Path) -> None:
    old = "It\x92s time to buy in Boise.\r\nTalk to us.\r\n".encode("latin-1")
    marked = "Talk to us in Boise.\r\n".encode("utf-16")
    for name, content, encoding in (("old.txt", old, "cp1252"), ("marked.txt", marked, "utf-16")):
        file = write(tmp_path, name, content)
        assert "fixes made" in told(run(file, fix=True))
        text = file.read_bytes().decode(encoding)
        assert "1999901" in text
        assert text.count("\n") == text.count("\r\n") > 2
        assert [path.name for path in tmp_path.iterdir() if "mended" in path.name] == []


def test_the_page_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs/check.md").read_text(encoding="utf-8")
    assert [
        name for name in (*ABOUT, *TEXTS, *LISTS, *RECORDS) if not re.search(rf"[` ]{name}[` .]", page)
    ] == []
