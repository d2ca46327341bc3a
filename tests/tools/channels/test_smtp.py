"""SMTP against a real server on the loopback: every answer it can give, and those it never gives."""

from __future__ import annotations

import ssl
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from tests.conformance.examples import PEOPLE, Person, email_job, letter_piece
from tests.conformance.ledgers import AT, MemoryLedger, release_of
from tests.conformance.mail_servers import Mailbox, mail_server
from tools.channels.interface import Outcome
from tools.channels.personal import slot_of
from tools.channels.smtp import Smtp

pytestmark = pytest.mark.server
ANN, ZOE, NONAME = (person.email for person in PEOPLE)


def send(mailbox: Mailbox, ledger: MemoryLedger, *, times: int = 1, people: object = PEOPLE) -> Outcome:
    with mail_server(mailbox) as port:
        for _ in range(times):
            outcome = Smtp("127.0.0.1", port, timeout=5).deliver(
                release_of(letter_piece()), email_job(people), ledger=ledger, at=AT
            )
    return outcome


def state(ledger: MemoryLedger, address: str) -> str:
    return ledger.states[f"{release_of(letter_piece()).release_id}/{slot_of(address)}"]


def reasons(outcome: Outcome) -> dict[str, int]:
    return {held.reason: held.count for held in outcome.withheld}


def test_one_connection_carries_all_and_the_evidence_is_the_message_id() -> None:
    mailbox = Mailbox()
    outcome = send(mailbox, MemoryLedger())
    assert mailbox.connections == 1
    arrived = [message_from_bytes(raw, policy=policy.default) for _, raw in mailbox.letters]
    assert [made.target for made in outcome.publications] == [letter["Message-ID"] for letter in arrived]
    assert [letter["To"] for letter in arrived] == [ANN, ZOE, NONAME]


def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        release = release_of(letter_piece(body="Hi {{first_name}}.\n.\n..two dots\n.QUIT"))
        Smtp("127.0.0.1", port).deliver(release, email_job(PEOPLE[:1]), ledger=MemoryLedger(), at=AT)
    assert b"\r\n.\r\n..two dots\r\n.QUIT" in mailbox.letters[0][1]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_server_that_says_later_is_asked_later(where: str) -> None:
    mailbox, ledger = Mailbox(), MemoryLedger()
    getattr(mailbox, where)[ZOE] = "451 4.7.1 greylisted"
    outcome = send(mailbox, ledger)
    assert len(outcome.publications) == 2
    assert reasons(outcome) == {"retry later: the mail server answered 451": 1}
    assert outcome.remains
    assert state(ledger, ZOE) == "claimed"
    getattr(mailbox, where).clear()
    again = send(mailbox, ledger)
    assert len(again.publications) == 1
    assert [address for address, _ in mailbox.letters] == [ANN, NONAME, ZOE]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_server_that_says_never_is_not_asked_again(where: str) -> None:
    mailbox, ledger = Mailbox(), MemoryLedger()
    getattr(mailbox, where)[ZOE] = f"550 5.1.1 <{ZOE}> no such mailbox"
    outcome = send(mailbox, ledger)
    assert reasons(outcome) == {"refused for good by the mail server (550)": 1}
    assert not outcome.remains
    assert state(ledger, ZOE) == "abandoned"
    kept = ledger.reasons[f"{release_of(letter_piece()).release_id}/{slot_of(ZOE)}"]
    assert kept == "550 5.1.1 <<recipient>> no such mailbox"
    getattr(mailbox, where).clear()
    assert send(mailbox, ledger).publications == ()


def test_a_relay_that_is_set_up_wrong_does_not_cost_the_audience() -> None:
    mailbox, ledger = Mailbox(), MemoryLedger()
    mailbox.rcpt = {person.email: "554 5.7.1 relay access denied" for person in PEOPLE}
    outcome = send(mailbox, ledger)
    assert reasons(outcome) == {"retry later: the mail server answered 554": 3}
    assert {state(ledger, person.email) for person in PEOPLE} == {"claimed"}


def test_a_sender_that_is_refused_stops_the_release_and_gives_nobody_up() -> None:
    mailbox, ledger = Mailbox(mail="553 5.1.8 sender unknown"), MemoryLedger()
    outcome = send(mailbox, ledger)
    (reason,) = reasons(outcome)
    assert "refuses the sender (553 5.1.8 sender unknown)" in reason
    assert reasons(outcome)[reason] == 3
    assert outcome.remains
    assert "abandoned" not in ledger.states.values()


def test_a_connection_lost_after_data_is_in_doubt_and_never_sent_again() -> None:
    mailbox, ledger = Mailbox(drops={ZOE}), MemoryLedger()
    outcome = send(mailbox, ledger)
    assert len(outcome.publications) == 2
    assert mailbox.connections == 2
    (reason,) = reasons(outcome)
    assert reason.startswith("in doubt: the mail server's answer was lost")
    assert state(ledger, ZOE) == "submitting"
    mailbox.drops.clear()
    again = send(mailbox, ledger)
    assert again.publications == ()
    assert [address for address, _ in mailbox.letters].count(ZOE) == 1
    assert any("in doubt" in reason for reason in reasons(again))


def test_a_connection_lost_before_data_is_tried_again_later() -> None:
    mailbox, ledger = Mailbox(drops_early={ANN}), MemoryLedger()
    outcome = send(mailbox, ledger)
    assert len(outcome.publications) == 2
    assert reasons(outcome) == {"retry later: the connection was lost before sending began": 1}
    mailbox.drops_early.clear()
    assert len(send(mailbox, ledger).publications) == 1


def test_a_server_that_drops_everybody_is_given_up_after_three() -> None:
    crowd = [Person(f"c-{n}", f"p{n}@x.example", "Ann") for n in range(9)]
    mailbox = Mailbox(drops_early={person.email for person in crowd})
    outcome = send(mailbox, MemoryLedger(), people=crowd)
    assert mailbox.connections == 3
    assert [held.count for held in outcome.withheld] == [3, 6]
    assert "drops every connection" in outcome.withheld[1].reason


def test_a_server_that_closes_for_the_day_is_left_alone_politely() -> None:
    mailbox = Mailbox(data={ANN: "421 4.3.2 closing"})
    outcome = send(mailbox, MemoryLedger())
    assert reasons(outcome) == {"retry later: the mail server answered 421": 1}
    assert len(outcome.publications) == 2
    assert mailbox.connections == 2


def test_no_server_is_asked_once_and_claims_nothing() -> None:
    ledger = MemoryLedger()
    with mail_server(Mailbox()) as port:
        pass
    outcome = Smtp("127.0.0.1", port, timeout=2).deliver(
        release_of(letter_piece()), email_job(), ledger=ledger, at=AT
    )
    (reason,) = reasons(outcome)
    assert f"`127.0.0.1:{port}` cannot be reached (Connection refused)" in reason
    assert outcome.withheld[0].count == 3
    assert ledger.states == {}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, cert


def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def check_login(
    server: object, session: object, envelope: object, mechanism: str, data: object
) -> AuthResult:
    right = getattr(data, "login", b"") == b"vallum" and getattr(data, "password", b"") == b"secret"
    return AuthResult(success=right)


def test_tls_is_used_where_offered_and_the_log_in_follows_it(certificate: tuple[Path, Path]) -> None:
    mailbox = Mailbox()
    trusted = ssl.create_default_context(cafile=str(certificate[1]))
    with mail_server(
        mailbox,
        tls_context=server_tls(certificate),
        require_starttls=True,
        auth_required=True,
        authenticator=check_login,
    ) as port:
        server = Smtp("127.0.0.1", port, username="vallum", password="secret", tls=trusted)
        sent = server.deliver(release_of(letter_piece()), email_job(), ledger=MemoryLedger(), at=AT)
        wrong = Smtp("127.0.0.1", port, username="vallum", password="guess", tls=trusted, timeout=2)
        refused = wrong.deliver(release_of(letter_piece()), email_job(), ledger=MemoryLedger(), at=AT)
    assert len(sent.publications) == 3
    assert refused.publications == ()
    assert "refused the log-in (535)" in refused.withheld[0].reason
    assert refused.withheld[0].count == 3
    assert mailbox.connections == 2


def test_a_certificate_nobody_vouches_for_is_not_trusted(certificate: tuple[Path, Path]) -> None:
    with mail_server(Mailbox(), tls_context=server_tls(certificate)) as port:
        outcome = Smtp("127.0.0.1", port, timeout=5).deliver(
            release_of(letter_piece()), email_job(), ledger=MemoryLedger(), at=AT
        )
    assert outcome.publications == ()
    assert "cannot be reached" in outcome.withheld[0].reason


def test_a_password_never_travels_in_the_clear() -> None:
    asked: list[str] = []

    def note(*call: object) -> AuthResult:
        asked.append("asked")
        return AuthResult(success=True)

    with mail_server(Mailbox(), auth_require_tls=False, authenticator=note) as port:
        server = Smtp("127.0.0.1", port, username="vallum", password="secret")
        outcome = server.deliver(release_of(letter_piece()), email_job(), ledger=MemoryLedger(), at=AT)
    assert outcome.publications == ()
    assert "offers no way to log in safely" in outcome.withheld[0].reason
    assert asked == []
