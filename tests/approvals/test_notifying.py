"""Notices end to end: a real mail server, a real webhook, two databases, and workers that stop or race."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from approvals import limits, notifying, switch
from approvals.database import open_database, writing
from approvals.notice_claims import claim_digest, claim_matters
from approvals.notice_targets import Hook, target_id, targets
from approvals.notifying import NoticeReport
from campaign.approval_rules import ApprovalRule
from campaign.lender import Lender, Person
from campaign.lender_settings import Account
from campaign.notice_settings import NoticeSettings
from cli import main
from tests.approvals.gate import AT, LENDER, a_piece, approve, gate_of, start, submit
from tests.conformance.mail_servers import Mailbox, mail_server
from tests.conformance.web_servers import Receiver, web_server

pytestmark = pytest.mark.server
RUTH = Person(name="Ruth Calder", role="compliance", email="ruth@cedar.example")
ADA = Person(name="Ada Lim", role="admin", email="ada@cedar.example")
MAX = Person(name="Max Orr", role="marketer", email="max@cedar.example")
HOOK = {"webhook_url_env": "HOOK_URL", "webhook_secret_env": "HOOK_SECRET"}
DUE = AT + timedelta(hours=4)
SECRET = "a secret of many words"


def a_lender(port: int = 0, team: tuple[Person, ...] = (RUTH, ADA, MAX), **settings: object) -> Lender:
    host = "127.0.0.1" if port else ""
    account = Account(host=host, port=port or 25, from_address="home@cedar.example")
    return LENDER.model_copy(
        update={
            "people": team, "approvals": (ApprovalRule(name="everything", hours=4),),
            "notices": NoticeSettings.model_validate(settings), "channels": {"email": account},
        }
    )  # fmt: skip


def waiting(engine: Engine, *names: str) -> None:
    start(engine)
    for name in names:
        submit(engine, a_piece(name), lender=a_lender())


def tell(
    engine: Engine,
    lender: Lender,
    folder: Path,
    at=AT,
    environment: Mapping[str, str] | None = None,
    **more: bool,
) -> NoticeReport:
    return notifying.notify(
        gate_of(engine, lender=lender), at=at, environment=environment or {}, outbox=folder,
        wait=lambda _: None, **more,
    )  # fmt: skip


def kinds(report: NoticeReport) -> list[tuple[str, str]]:
    return [(one.kind, one.target.partition("@")[0]) for one in report.sent]


def test_each_person_gets_a_digest_once_in_its_interval(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        lender = a_lender(port, digest_hours=24)
        assert kinds(tell(engine, lender, tmp_path)) == [("digest", "ruth"), ("digest", "ada")]
        assert kinds(tell(engine, lender, tmp_path, AT + timedelta(hours=1))) == []
        next_day = tell(engine, lender, tmp_path, AT + timedelta(days=1))
    assert ("digest", "ruth") in kinds(next_day)
    assert {to for to, _ in mailbox.letters} == {"ruth@cedar.example", "ada@cedar.example"}
    letters = [message_from_bytes(raw, policy=policy.default) for _, raw in mailbox.letters]
    assert letters[0]["Subject"] == "Approvals: 1 pending"
    assert len({letter["Message-ID"] for letter in letters}) == len(letters)
    assert all("Talk with us" not in raw.decode() for _, raw in mailbox.letters)


def test_a_limit_is_told_of_when_it_nears_and_when_it_passes_each_piece_once(engine: Engine, tmp_path: Path):
    waiting(engine, "letter", "note")
    lender = a_lender(team=(RUTH,), before_hours=2)
    assert kinds(tell(engine, lender, tmp_path)) == [("digest", "ruth")]
    near = tell(engine, lender, tmp_path, DUE - timedelta(hours=1))
    assert [(one.kind, one.count) for one in near.sent] == [("near", 2)]
    assert tell(engine, lender, tmp_path, DUE - timedelta(minutes=30)).sent == ()
    approve(engine, "note", lender=lender)
    passed = tell(engine, lender, tmp_path, DUE)
    assert [(one.kind, one.count) for one in passed.sent] == [("passed", 1)]
    submit(engine, a_piece("letter", revision=2, body="Talk with us soon."), lender=lender)
    again = tell(engine, lender, tmp_path, DUE + timedelta(minutes=5))
    assert [(one.kind, one.count) for one in again.sent] == [("passed", 1)], "a new revision is a new matter"
    assert len(list(tmp_path.glob("*.eml"))) == 4


def test_workers_that_race_send_each_notice_once(engine: Engine, database_url: str, tmp_path: Path):
    waiting(engine, *(f"p{number}" for number in range(6)))
    mailbox, receiver = Mailbox(), Receiver()
    with mail_server(mailbox) as port, web_server(receiver) as address:
        lender = a_lender(port, **HOOK)
        environment = {"HOOK_URL": address, "HOOK_SECRET": SECRET}

        def worker(_: int) -> NoticeReport:
            mine = open_database(database_url)
            try:
                return tell(mine, lender, tmp_path, DUE, environment)
            finally:
                mine.dispose()

        with ThreadPoolExecutor(4) as pool:
            reports = list(pool.map(worker, range(4)))
    sent = sorted((one.kind, one.target) for report in reports for one in report.sent)
    assert sent == sorted(
        (kind, to) for kind in ("digest", "passed") for to in (RUTH.email, ADA.email, "webhook $HOOK_URL")
    )
    assert len(mailbox.letters) == 4
    assert len(receiver.posts) == 2
    assert all(report.failed == () for report in reports)


def test_what_could_not_be_sent_is_said_and_sent_the_next_time(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    mailbox, receiver = Mailbox(rcpt={ADA.email: "451 try later"}), Receiver(answers=[503] * 9)
    with mail_server(mailbox) as port, web_server(receiver) as address:
        lender = a_lender(port, **HOOK)
        environment = {"HOOK_URL": address, "HOOK_SECRET": SECRET}
        first = tell(engine, lender, tmp_path, DUE, environment)
        assert kinds(first) == [("passed", "ruth"), ("digest", "ruth")]
        assert [(one.kind, one.target) for one in first.failed] == [
            ("passed", ADA.email), ("digest", ADA.email), ("passed", "webhook $HOOK_URL"),
            ("digest", "webhook $HOOK_URL"),
        ]  # fmt: skip
        assert "451 try later" in first.failed[0].reason
        assert "answered 503, 3 times" in first.failed[2].reason
        mailbox.rcpt.clear()
        receiver.answers.clear()
        second = tell(engine, lender, tmp_path, DUE + timedelta(minutes=5), environment)
    assert second.failed == ()
    assert [(one.kind, one.count) for one in second.sent] == [("passed", 1), ("digest", 1)] * 2
    assert tell(engine, lender, tmp_path, DUE + timedelta(minutes=9), environment).sent == ()


def test_a_post_names_pieces_and_holds_none_of_their_words(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    receiver = Receiver()
    with web_server(receiver) as address:
        environment = {"HOOK_URL": address, "HOOK_SECRET": SECRET}
        report = tell(engine, a_lender(team=(), **HOOK), tmp_path, DUE, environment)
    assert [one.evidence for one in report.sent] == ["204 from 127.0.0.1"] * 2
    passed, whole = (json.loads(body) for _, _, body in receiver.posts)
    assert passed["data"]["pieces"] == [{"piece": "letter", "revision": 1, "due_at": DUE.isoformat()}]
    assert whole["data"]["pending"] == 1
    for _, _, body in receiver.posts:
        assert b"Talk with us" not in body
        assert b"Owners" not in body
        assert SECRET.encode() not in body


def test_a_worker_that_stopped_is_taken_over_after_a_while(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    lender = a_lender(team=(RUTH,))
    (mine,) = targets(lender, {}, tmp_path, lambda _: None)
    with writing(engine) as session:
        claim_matters(session, "passed", target_id(mine), limits.is_late(DUE), DUE)
        claim_digest(session, target_id(mine), DUE)
    assert tell(engine, lender, tmp_path, DUE + timedelta(minutes=14)).sent == ()
    assert kinds(tell(engine, lender, tmp_path, DUE + timedelta(minutes=16))) == [
        ("passed", "ruth"), ("digest", "ruth"),
    ]  # fmt: skip
    assert tell(engine, lender, tmp_path, DUE + timedelta(hours=2)).sent == ()


def test_a_dry_run_says_the_same_and_does_nothing(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    lender = a_lender()
    would = tell(engine, lender, tmp_path / "n", DUE, dry_run=True)
    assert not (tmp_path / "n").exists()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 0
    done = tell(engine, lender, tmp_path / "n", DUE)
    assert [(one.kind, one.target, one.subject) for one in would.sent] == [
        (one.kind, one.target, one.subject) for one in done.sent
    ]


def test_where_nothing_waits_nobody_is_told(engine: Engine, tmp_path: Path):
    start(engine)
    report = tell(engine, a_lender(), tmp_path)
    assert (report.sent, report.failed, report.waits) == ((), (), False)


def test_a_pause_alone_is_told_of(engine: Engine, tmp_path: Path):
    lender = a_lender(team=(RUTH,))
    switch.pause(gate_of(engine, lender=lender), by="Ruth Calder", at=AT, reason="wrong rate sheet")
    (told,) = tell(engine, lender, tmp_path).sent
    assert told.subject == "Approvals: 0 pending, publishing paused"


def test_where_nobody_is_configured_that_is_said(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    (failed,) = tell(engine, a_lender(team=(MAX,)), tmp_path).failed
    assert "Nobody is told" in failed.reason
    assert "`email`" in failed.remedy


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (Account(host="127.0.0.1", port=1, from_address="a@b.example", username_env="MAIL_USER"), "`MAIL_USER`"),
        (Account(host="127.0.0.1", port=1), "`channels.email.from_address`"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_and_the_others_are_told(engine: Engine, tmp_path: Path, account, said):
    waiting(engine, "letter")
    receiver = Receiver()
    with web_server(receiver) as address:
        lender = a_lender(team=(RUTH,), **HOOK).model_copy(update={"channels": {"email": account}})
        report = tell(engine, lender, tmp_path, AT, {"HOOK_URL": address, "HOOK_SECRET": SECRET})
    assert [said in one.reason for one in report.failed] == [True]
    assert kinds(report) == [("digest", "webhook $HOOK_URL")]


def test_a_webhook_without_its_address_is_one_sentence(engine: Engine, tmp_path: Path):
    waiting(engine, "letter")
    (failed,) = tell(engine, a_lender(team=(), **HOOK), tmp_path).failed
    assert failed.reason == "`HOOK_URL`, named in lender.toml for the webhook, is not set in the environment."
    assert "HOOK" in Hook(("HOOK_URL", "HOOK_SECRET"), {}, lambda _: None).shown


def test_whoever_the_lender_names_is_told_and_nobody_else(tmp_path: Path):
    def told(**settings: object) -> list[tuple[str, str]]:
        return [(one.name, one.shown) for one in targets(a_lender(**settings), {}, tmp_path, lambda _: None)]

    both = [("Ruth Calder", RUTH.email), ("Ada Lim", ADA.email)]
    assert told() == both
    assert told(escalate_to=["Max Orr"]) == [*both, ("Max Orr", MAX.email)]
    assert told(email=["ADA@cedar.example", "desk@cedar.example"]) == [
        ("Ada Lim", "ADA@cedar.example"), ("", "desk@cedar.example"),
    ]  # fmt: skip
    assert told(email=[]) == []


PEOPLE = '\n[[people]]\nname = "Ada Lim"\nrole = "admin"\nemail = "ada@cedar.example"\n'
LIMIT = '\n[[approvals]]\nname = "everything"\nhours = 4\n'


def test_the_command_hands_on_and_tells_and_then_has_nothing_to_say(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    assert main(["init"]) == 0
    record = tmp_path / "home" / "lender.toml"
    record.write_text(record.read_text() + PEOPLE + LIMIT)
    engine = open_database(f"sqlite:///{tmp_path / 'home' / 'vallum.db'}")
    waiting(engine, "letter")
    engine.dispose()
    capsys.readouterr()

    def notify(*options: str) -> tuple[int, dict]:
        code = main(["notify", "--json", "--as-of", DUE.isoformat(), *options])
        return code, json.loads(capsys.readouterr().out)

    code, would = notify("--dry-run")
    assert (code, would["dry_run"], len(would["sent"]), would["escalated"]) == (0, True, 2, [])
    code, told = notify()
    assert (code, [one["kind"] for one in told["sent"]]) == (0, ["passed", "digest"])
    assert [(one["piece"], one["after"]) for one in told["escalated"]] == [("letter", "Ada Lim")]
    assert len(list((tmp_path / "home" / "notices").glob("*.eml"))) == 2
    code, quiet = notify()
    assert (code, quiet["sent"], quiet["escalated"]) == (0, [], [])
    assert main(["notify", "--as-of", DUE.isoformat()]) == 0
    assert capsys.readouterr().out == "Nothing new to tell.\n"
