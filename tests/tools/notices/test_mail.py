"""Notices by e-mail, against a real server on the loopback and a real folder."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from campaign.errors import BadInput, Refused
from tests.conformance.mail_servers import Mailbox, mail_server
from tools.mail_server import MailServer
from tools.notices import mail
from tools.notices.message import Message, Section

AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
ANN = "ann@cedar.example"
NOTICE = Message("digest 1", "Approvals: 3 pending", ("Three wait.",), (Section("Pending", ("one",)),), "Go.")


def letter(message: Message = NOTICE, to: str = ANN, sender_name: str = "Cedar & Main") -> EmailMessage:
    return mail.compose(message, to=to, sender="home@cedar.example", sender_name=sender_name, at=AT)


@pytest.mark.server
def test_a_letter_arrives_in_both_forms_and_its_id_is_the_evidence():
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        evidence = mail.send(letter(), MailServer("127.0.0.1", port, timeout=5))
    ((to, raw),) = mailbox.letters
    arrived = message_from_bytes(raw, policy=policy.default)
    assert (to, arrived["To"], arrived["Subject"]) == (ANN, ANN, "Approvals: 3 pending")
    assert arrived["Message-ID"] == evidence
    assert arrived["Auto-Submitted"] == "auto-generated"
    bodies = {part.get_content_type(): part.get_content() for part in arrived.iter_parts()}
    assert "- one" in bodies["text/plain"]
    assert "<li>one</li>" in bodies["text/html"]


def test_the_same_matter_to_the_same_mailbox_is_the_same_letter():
    assert letter().as_bytes() == letter().as_bytes()
    assert letter()["Message-ID"] != letter(to="bo@cedar.example")["Message-ID"]
    assert letter()["Message-ID"] != letter(Message("digest 2", "s"))["Message-ID"]


def test_a_name_cannot_add_a_header():
    hostile = letter(
        Message("k", "Hi\r\nBcc: all@x.example"), sender_name='A"\r\nBcc: all@x.example\r\n<b@c>'
    )
    read = message_from_bytes(hostile.as_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert read["From"].addresses[0].addr_spec == "home@cedar.example"
    assert read["Subject"] == "Hi Bcc: all@x.example"


@pytest.mark.server
@pytest.mark.parametrize(
    ("server", "said"),
    [
        (Mailbox(rcpt={ANN: "550 no such mailbox"}), "refused the recipient (550 no such mailbox)"),
        (Mailbox(mail="553 not you"), "answered 553 not you"),
        (Mailbox(data={ANN: "451 later\r\n"}), "answered 451 later"),
        (Mailbox(drops_early={ANN}), "cannot be reached"),
        (Mailbox(drops={ANN}), "cannot be reached"),
    ],
)
def test_a_refusal_is_one_sentence(server, said):
    with mail_server(server) as port, pytest.raises(Refused) as stopped:
        mail.send(letter(), MailServer("127.0.0.1", port, timeout=5))
    assert said in stopped.value.fact
    assert ANN in stopped.value.fact
    assert "\n" not in stopped.value.fact


@pytest.mark.server
def test_no_server_and_no_safe_log_in_are_sentences():
    with pytest.raises(Refused, match="cannot be reached"):
        mail.send(letter(), MailServer("127.0.0.1", 1, timeout=5))
    with mail_server(Mailbox()) as port, pytest.raises(Refused, match="no way to log in safely"):
        mail.send(letter(), MailServer("127.0.0.1", port, username="u", password="p", timeout=5))


def test_a_password_is_not_shown_with_its_server():
    assert "hunter2" not in repr(MailServer("mail.example", 25, username="u", password="hunter2"))


def test_a_letter_as_a_file_appears_whole(tmp_path: Path):
    first, again = mail.put(letter(), tmp_path / "notices", AT), mail.put(letter(), tmp_path / "notices", AT)
    assert first == again
    assert [path.name for path in (tmp_path / "notices").iterdir()] == [Path(first).name]
    assert message_from_bytes(Path(first).read_bytes(), policy=policy.default)["To"] == ANN


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    (tmp_path / "notices").write_text("a file")
    with pytest.raises(BadInput, match="cannot be written"):
        mail.put(letter(), tmp_path / "notices", AT)
