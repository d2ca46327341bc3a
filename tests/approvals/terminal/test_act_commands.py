"""Acts, bulk decisions and stopping, typed as people type them: what is printed, and how the command ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import cli
from approvals import decisions
from approvals.audit import verify
from approvals.database import open_database
from approvals.pieces import load_piece
from approvals.releases import releases_due
from approvals.statuses import Status
from approvals.switch import pause_in_force
from campaign.channel import Channel
from campaign.lender import Lender, parse_lender
from campaign.piece import Partner, Piece, Speaker
from policies import packs
from tests.approvals.cast import PEOPLE
from tests.approvals.gate import AT, LATER, Rules, a_piece, gate_of, ledger, start, submit, with_rate
from tests.conformance.examples import AD, ads_job
from tools.channels.google_ads_editor import editor_file

AS_OF = ("--as-of", AT.isoformat())
RUTH = ("--by", "Ruth Calder", *AS_OF)
MAX = ("--by", "Max Orr", *AS_OF)
TOML = """[lender]
name = "Cedar & Main Mortgage, LLC"
nmls = "1999901"
address = "410 Juniper Street, Boise, ID"
""" + "".join(f'\n[[people]]\nname = "{person.name}"\nrole = "{person.role}"\n' for person in PEOPLE)


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Vallum = Callable[..., Said]


READ_ONCE = cache(packs.load_pack)
PACK = READ_ONCE().version


@pytest.fixture
def vallum(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Vallum:
    """The command line itself; reading the rules anew for each of a hundred commands would only cost time."""
    monkeypatch.setattr(packs, "load_pack", READ_ONCE)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = cli.main(list(arguments))
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> Iterator[Engine]:
    """A workspace with people, and three pieces that wait, one that is blocked, one of another run."""
    (tmp_path / "lender.toml").write_text(TOML, "utf-8")
    (tmp_path / "vallum.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path))
    engine = open_database(f"sqlite:///{tmp_path / 'vallum.db'}")
    start(engine)
    start(engine, "run-2")
    lender, rules = parse_lender(TOML), Rules(version=PACK)

    def waits(piece: Piece, run: str = "run-1") -> None:
        submit(engine, piece, rules, run_id=run, lender=lender)

    waits(a_piece("clean", states=("CA", "NY"), originator=Speaker(name="Lou Field", nmls="2000001")))
    waits(a_piece("warned", body="The best loan.", products=("fha",)))
    waits(a_piece("loud", body="guaranteed"))
    waits(with_rate("rate", valid_until=LATER))
    waits(a_piece("other", partner=Partner(name="Kay Ford")), "run-2")
    yield engine
    engine.dispose()


@pytest.fixture
def lender() -> Lender:
    return parse_lender(TOML)


def stands(engine: Engine, piece_id: str) -> Status:
    return load_piece(engine, piece_id).status


def events(engine: Engine) -> int:
    """How many events there are that some act wrote; what was set is noted at the door."""
    from sqlalchemy import text

    with engine.connect() as connection:
        query = text("SELECT count(*) FROM audit_events WHERE event LIKE 'piece.%' OR event LIKE '%.decided'")
        return int(connection.execute(query).scalar_one())


# finding


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ((), ["clean", "warned", "rate", "other", "loud"]),
        (("--run", "run-2"), ["other"]),
        (("--status", "blocked"), ["loud"]),
        (("--status", "Pending", "--status", "approved conditionally"), ["clean", "warned", "rate", "other"]),
        (("--channel", "meta"), []),
        (("--state", "ny"), ["clean"]),
        (("--product", "fha"), ["warned"]),
        (("--rule", "test.best"), ["warned"]),
        (("--verdict", "block"), ["loud"]),
        (("--originator", "lou field"), ["clean"]),
        (("--originator", "2000001"), ["clean"]),
        (("--partner", "Kay Ford"), ["other"]),
        (("--claim", "rate"), ["rate"]),
        (("--rate-from", "6.1", "--rate-to", "6.2"), ["rate"]),
        (("--rate-from", "6.2"), []),
        (("--text", "THE BEST"), ["warned"]),
        (("--licence", "CA"), []),
        (("--assignee", "Ruth Calder"), []),
        (("--segment", "Owners", "--verdict", "warn"), ["warned"]),
    ],
)
def test_the_queue_is_narrowed_by_everything_a_piece_can_be_found_by(
    engine: Engine, vallum: Vallum, asked: tuple[str, ...], wanted: list[str]
):
    told = vallum("queue", *asked, "--json")
    assert told.code == 0
    assert [item["piece"] for item in told.document["items"]] == wanted


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--verdict", "fine"), "`fine` cannot be asked for as verdict"),
        (("--rate-from", "-1"), "`-1.0` cannot be asked for as rate_low"),
        (("--status", "lost"), "`lost` is no status. Use one of drafted"),
        (("--run", "run-9"), "There is no run `run-9` in this workspace. Did you mean"),
    ],
)
def test_what_cannot_be_looked_for_is_bad_input(
    engine: Engine, vallum: Vallum, asked: tuple[str, ...], said: str
):
    told = vallum("queue", *asked)
    assert (told.code, told.out) == (2, "")
    assert said in told.err


def test_classes_are_listed_and_one_is_shown_with_its_digest(engine: Engine, vallum: Vallum):
    classes = vallum("queue", "--classes", "--json").document["classes"]
    assert sorted(one["first"] for one in classes) == ["clean", "loud", "other", "rate", "warned"]
    key = next(one["class_key"] for one in classes if one["first"] == "warned")
    assert key in vallum("queue", "--classes").out
    shown = vallum("show-class", key, *AS_OF, "--json").document
    assert (shown["pending"], shown["first"], shown["template"]) == (1, "warned", {"body": "The best loan."})
    said = vallum("show-class", key, *AS_OF).out
    assert f"vallum approve --class {key} --digest {shown['digest']} --by NAME" in " ".join(said.split())
    assert vallum("approve", "--class", key, "--digest", shown["digest"], *RUTH).code == 0
    assert stands(engine, "warned") is Status.APPROVED
    told = vallum("show-class", key, *AS_OF)
    assert (told.code, "No piece of a class" in told.err) == (2, True)


def test_a_difference_is_told_word_by_word(engine: Engine, vallum: Vallum):
    vallum("edit", "warned", "--field", "body=The finest loan.", *MAX)
    told = vallum("diff", "warned", "--json").document
    assert told == {
        "piece": "warned", "before": 1, "after": 2,
        "changed": {"body": {"before": "The best loan.", "after": "The finest loan."}},
    }  # fmt: skip
    assert vallum("diff", "warned").out == "body:\nThe [-best] [+finest] loan.\n"
    vallum("edit", "warned", "--field", "body=The first loan.", *MAX)
    assert vallum("diff", "warned", "--revision", "1", "--json").document["before"] == 1
    assert vallum("diff", "clean", "--json").document["before"] is None
    for revision in ("0", "9"):
        assert vallum("diff", "warned", "--revision", revision).code == 2
    assert vallum("diff", "warned", "--revision", "3").out == "Nothing was changed.\n"


# deciding in bulk


def test_a_dry_run_says_how_many_and_decides_nothing(engine: Engine, vallum: Vallum):
    before = events(engine)
    told = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json")
    assert told.code == 0
    document = told.document
    assert (document["would"], document["count"], document["pieces"]) == (
        "approve", 3, ["clean", "warned", "rate"],
    )  # fmt: skip
    assert document["filter"] == "pending, run run-1"
    said = vallum("reject", "--run", "run-1", *RUTH, "--dry-run").out
    assert said == (
        "Would reject 3 pieces of 3 classes (pending, run run-1).\n"
        f"Decide exactly these with `--digest {document['digest']}`.\n"
    )
    assert vallum("approve", "--state", "TX", *RUTH, "--dry-run").code == 1
    assert events(engine) == before
    assert stands(engine, "clean") is Status.PENDING


def test_what_was_shown_is_decided_and_nothing_else(engine: Engine, vallum: Vallum, lender: Lender):
    digest = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json").document["digest"]
    submit(engine, a_piece("late"), Rules(version=PACK), lender=lender)
    told = vallum("approve", "--run", "run-1", "--digest", digest, *RUTH)
    assert told.code == 1
    assert told.err == ("vallum: What waits is no longer what was shown: 4 pieces now. Look at it again.\n")
    assert stands(engine, "clean") is Status.PENDING
    digest = vallum("approve", "--run", "run-1", *RUTH, "--dry-run", "--json").document["digest"]
    told = vallum("approve", "--run", "run-1", "--digest", digest, "--reason", "Fine.", *RUTH, "--json")
    assert told.code == 0
    assert [one["piece"] for one in told.document["decided"]] == ["clean", "warned", "rate", "late"]
    assert {one["by"] for one in told.document["decided"]} == {"Ruth Calder"}
    assert stands(engine, "other") is Status.PENDING


@pytest.mark.parametrize(("command", "status"), [("reject", Status.REJECTED), ("return", Status.RETURNED)])
def test_a_no_to_many_needs_a_reason(engine: Engine, vallum: Vallum, command: str, status: Status):
    told = vallum(command, "--claim", "rate", *RUTH)
    assert told.code == 2
    assert re.match(r"vallum: (Rejecting|Returning) `pending, claim rate` needs a reason\.", told.err)
    assert vallum(command, "--claim", "rate", "--reason", "Another rate.", *RUTH).code == 0
    assert stands(engine, "rate") is status
    assert stands(engine, "clean") is Status.PENDING


@pytest.mark.parametrize("command", ["approve", "reject", "return"])
def test_nobody_means_the_whole_queue_or_two_things_at_once(engine: Engine, vallum: Vallum, command: str):
    before = events(engine)
    for asked, said in (
        ((), "Nothing says which pieces."),
        (("clean", "--run", "run-1"), "Pieces are named, and options that find pieces are given besides."),
        (("clean", "--digest", "0" * 32), "Pieces are named, and options"),
        (("clean", "nobody"), "There is no piece `nobody`"),
    ):
        told = vallum(command, *asked, "--reason", "Because.", *RUTH)
        assert (told.code, said in told.err) == (2, True), told
    assert events(engine) == before


def test_naming_pieces_dry_says_which(engine: Engine, vallum: Vallum):
    told = vallum("return", "clean", "rate", "clean", "--dry-run", *RUTH)
    assert told.out == "Would return clean rev 1, rate rev 1.\n"
    assert stands(engine, "clean") is Status.PENDING


def test_a_batch_tells_what_it_left_alone(engine: Engine, vallum: Vallum, lender: Lender):
    mine = a_piece("mine", authors=("Ruth Calder",))
    submit(engine, mine, Rules(version=PACK), run_id="run-2", lender=lender)
    told = vallum("approve", "--run", "run-2", *RUTH)
    assert told.code == 1
    assert "Approved `other rev 1` by Ruth Calder" in told.out
    assert "Cannot approve `mine rev 1`: you wrote this revision. Ask another approver." in told.out


def test_a_condition_is_a_band_and_a_deadline(engine: Engine, vallum: Vallum):
    for asked, said in (
        (("--if-rate", "6.00-6.25"), "A conditional approval needs a band and a deadline."),
        (("--before", "2026-03-01"), "A conditional approval needs a band and a deadline."),
        (("--measure", "survey"), "A conditional approval needs a band and a deadline."),
        (("--if-rate", "6.25-6.00", "--before", "2026-03-01"), "`6.25-6.00` of `offered` is no condition."),
        (("--if-rate", "6", "--before", "2026-03-01"), "`6` of `offered` is no condition."),
        (("--if-rate", "6-7", "--measure", "hope", "--before", "2026-03-01"), "`6-7` of `hope` is no"),
        (("--if-rate", "6-7", "--before", "soon"), "`soon` is no date."),
        (("--if-rate", "6-7", "--before", "2026-02-01"), "has passed."),
    ):
        told = vallum("approve", "clean", *asked, *RUTH)
        assert (told.code, said in told.err) == (2, True), (asked, told)
    told = vallum("approve", "clean", "--if-rate", "6.00-6.25", "--before", "2026-03-01", *RUTH, "--json")
    assert told.document["decided"][0]["condition"] == {
        "measure": "offered", "low": 6.0, "high": 6.25, "before": "2026-03-02T04:59:59Z",
    }  # fmt: skip
    assert stands(engine, "clean") is Status.APPROVED_CONDITIONALLY


# the other acts


def test_a_piece_is_withdrawn_with_its_reason(engine: Engine, vallum: Vallum):
    assert vallum("withdraw", "clean", *MAX).err == (
        "vallum: Withdrawing `clean` needs a reason. Say why it is taken out.\n"
    )
    told = vallum("withdraw", "clean", "--reason", "Not now.", *MAX, "--json")
    assert (told.code, told.document) == (0, {"piece": "clean", "status": "withdrawn"})
    assert stands(engine, "clean") is Status.WITHDRAWN


def test_an_edit_is_screened_by_the_rules_in_force(engine: Engine, vallum: Vallum, tmp_path: Path):
    told = vallum("edit", "clean", "--field", "body=Approval is guaranteed!", *MAX, "--json").document
    assert (told["revision"], told["status"]) == (2, "blocked")
    assert told["rules"]
    file = tmp_path / "new.json"
    file.write_text('{"body": "Talk with us today."}', "utf-8")
    assert vallum("edit", "clean", "--file", str(file), *MAX).out.startswith("`clean rev 3` is ")
    assert load_piece(engine, "clean").piece.fields == {"body": "Talk with us today."}
    assert load_piece(engine, "clean").piece.authors[-1] == "Max Orr"
    for asked, said in (
        (("--field", "footer=x"), "has no field `footer`"),
        (("--field", "x"), "names no field"),
        ((), "No field is named."),
        (("--file", str(tmp_path / "gone.json")), "is no JSON."),
    ):
        refused = vallum("edit", "clean", *asked, *MAX)
        assert (refused.code, said in refused.err) == (2, True), refused


def test_a_piece_is_handed_over_and_remarked_on(engine: Engine, vallum: Vallum):
    assert vallum("assign", "clean", "--to", "ruth calder", *MAX).out == "`clean` is with Ruth Calder.\n"
    listed = vallum("queue", "--assignee", "Ruth Calder", "--json").document["items"]
    assert [item["piece"] for item in listed] == ["clean"]
    assert vallum("assign", "clean", *MAX).out == "`clean` is with everyone.\n"
    assert vallum("comment", "clean", "Is this [bold]ours[/bold]?", *MAX).out == "Kept with `clean rev 1`.\n"
    assert "Is this [bold]ours[/bold]?" in vallum("show", "clean").out
    assert vallum("comment", "clean", " ", *MAX).code == 2


def test_a_finding_is_waived_and_the_waiver_revoked(engine: Engine, vallum: Vallum):
    asked = ("waive", "loud", "test.guaranteed", "--reason", "It quotes the statute.", "--until")
    assert vallum(*asked, "soon", *RUTH).err == "vallum: `soon` is no day. Write a day as 2026-12-31.\n"
    assert vallum(*asked, "2026-02-28", *MAX).code == 1
    told = vallum(*asked, "2026-02-28", *RUTH)
    assert told.out == "`test.guaranteed` may pass in `loud` until 2026-02-28.\n"
    assert stands(engine, "loud") is Status.PENDING
    (waiver,) = vallum("show", "loud", "--json").document["waivers"]
    assert f"waiver {waiver['waiver']}" in " ".join(vallum("show", "loud").out.split())
    told = vallum("revoke", waiver["waiver"], "--reason", "It does not.", *RUTH)
    assert told.out == "The waiver of `test.guaranteed` in `loud` is revoked.\n"
    assert stands(engine, "loud") is Status.BLOCKED
    assert vallum("revoke", waiver["waiver"], *RUTH).code == 2


def test_the_rules_in_force_read_a_piece_again(engine: Engine, vallum: Vallum):
    """The blocked word is the test's own; the real rules ask a letter for what it does not have."""
    told = vallum("rescreen", "warned", *RUTH, "--json")
    assert told.code == 0
    stored = load_piece(engine, "warned")
    assert told.document == {"piece": "warned", "status": stored.status.value}
    assert "test.best" not in {one.rule for one in stored.findings}


# stopping


def live(engine: Engine, lender: Lender, piece_id: str, target: str) -> None:
    rules = Rules(version=PACK)
    decisions.approve(gate_of(engine, rules, lender), piece_id, by="Ruth Calder", at=AT)
    (release,) = [due for due in releases_due(engine) if due.piece.piece_id == piece_id]
    books = ledger(engine, rules, lender)
    books.claim(release, "r1", at=AT)
    books.submitting(release, "r1", at=AT)
    books.deliver(release, "r1", target=target, at=AT)


def test_publishing_is_paused_and_goes_on(engine: Engine, vallum: Vallum):
    assert vallum("resume", *RUTH).err == "vallum: Publishing is not paused. There is nothing to do.\n"
    assert vallum("pause", *MAX).err == "vallum: Pausing `publishing` needs a reason. Say what is wrong.\n"
    told = vallum("pause", "--reason", "A wrong rate.", *MAX)
    assert told.out == (
        "Nothing goes out any more: Max Orr paused all publishing at 2026-02-26 17:00 UTC (A wrong rate.).\n"
    )
    assert vallum("ledger", "--json").document["paused"]["by"] == "Max Orr"
    assert "Nothing goes out: Max Orr paused all publishing" in vallum("ledger").out
    assert vallum("resume", *MAX).code == 1
    assert pause_in_force(engine) is not None
    assert vallum("resume", *RUTH).out == "Publishing goes on.\n"
    assert vallum("ledger", "--json").document["paused"] is None


def test_a_recall_says_first_what_it_would_take_back(engine: Engine, vallum: Vallum, lender: Lender):
    live(engine, lender, "clean", "m-1")
    live(engine, lender, "other", "m-2")
    before = events(engine)
    told = vallum("recall", "--state", "CA", "--dry-run", *MAX)
    assert (told.code, told.out) == (0, "Would recall 1 pieces.\nclean rev 1\n")
    assert vallum("recall", "--everything", "--dry-run", *MAX, "--json").document == {
        "would_recall": ["clean rev 1", "other rev 1"]
    }
    assert vallum("recall", "--state", "TX", "--dry-run", *MAX).code == 1
    for asked, code, said in (
        ((), 2, "Nothing says what to recall. Give a filter, or --everything."),
        (("--state", "TX", "--reason", "x"), 1, "Nothing live fits: released or published, state TX"),
        (("--state", "CA"), 2, "Recalling `what is live` needs a reason. Say what is wrong with it."),
    ):
        refused = vallum("recall", *asked, *MAX)
        assert (refused.code, said in refused.err) == (code, True), refused
    assert events(engine) == before
    told = vallum("recall", "--partner", "kay ford", "--reason", "The agreement ended.", *MAX)
    assert told.code == 0
    assert told.out.splitlines()[1].startswith("other rev 1 (email): 1 letter is out")
    assert (stands(engine, "other"), stands(engine, "clean")) == (Status.RECALLED, Status.PUBLISHED)
    assert "Recalled (rev 1): 1 letter is out" in vallum("show", "other").out
    assert vallum("show", "other", "--json").document["receipts"][0]["piece_id"] == "other"
    told = vallum("recall", "--everything", "--reason", "The rate moved.", *MAX, "--json")
    assert [one["piece_id"] for one in told.document["receipts"]] == ["clean"]


def test_a_recalled_ad_leaves_a_file_beside_the_one_that_went_out(
    engine: Engine, vallum: Vallum, lender: Lender, tmp_path: Path
):
    ad = a_piece("ad", channel=Channel.GOOGLE_SEARCH.value, states=("CA", "WA"))
    submit(engine, ad.model_copy(update={"fields": AD}), Rules(version=PACK), lender=lender)
    live(engine, lender, "ad", str(tmp_path / "ad.csv"))
    release = releases_due(engine)[0]
    (tmp_path / "ad.csv").write_bytes(editor_file(release, ads_job()))
    told = vallum("recall", "--channel", "google_search", "--reason", "The rate moved.", *MAX, "--json")
    (receipt,) = told.document["receipts"]
    assert (receipt["kind"], receipt["target"]) == ("file", str(tmp_path / "ad.remove.csv"))
    assert (tmp_path / "ad.remove.csv").is_file()


def test_the_ledger_tells_what_went_out_what_did_not_and_what_is_in_doubt(
    engine: Engine, vallum: Vallum, lender: Lender
):
    live(engine, lender, "clean", "m-1")
    live(engine, lender, "other", "m-2")
    books, rules = ledger(engine, Rules(version=PACK), lender), Rules(version=PACK)
    decisions.approve(gate_of(engine, rules, lender), "warned", by="Ruth Calder", at=AT)
    (release,) = [due for due in releases_due(engine) if due.piece.piece_id == "warned"]
    for slot in ("in doubt", "full"):
        books.claim(release, slot, at=AT)
    books.submitting(release, "in doubt", at=AT)
    books.postpone(release, "full", reason="the mailbox is full", at=AT)
    told = vallum("ledger", "--json").document
    assert sorted(one["target"] for one in told["published"]) == ["m-1", "m-2"]
    assert [one["reason"] for one in told["withheld"]] == ["the mailbox is full"]
    assert told["in_doubt"] == [f"{release.release_id}/in doubt"]
    assert [one["target"] for one in vallum("ledger", "--run", "run-2", "--json").document["published"]] == [
        "m-2"
    ]
    said = " ".join(vallum("ledger").out.split())
    assert "the mailbox is full" in said
    assert "In doubt: " in said
    assert vallum("ledger", "--run", "run-9").code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("approve", "clean"), ("reject", "clean", "--reason", "Longer."), ("withdraw", "clean", "--reason", "No."),
        ("edit", "clean", "--field", "body=x"), ("comment", "clean", "Well."), ("assign", "clean"),
        ("waive", "warned", "test.best", "--until", "2026-02-28", "--reason", "Plainly true."),
        ("rescreen", "clean"), ("pause", "--reason", "A wrong rate."), ("resume",),
        ("return", "clean", "--reason", "Longer."),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_every_act_names_a_person_and_an_unknown_one_is_nobody(
    engine: Engine, vallum: Vallum, command: tuple[str, ...]
):
    before = events(engine)
    missing = vallum(*command, *AS_OF)
    assert (missing.code, "by" in missing.err) == (2, True)
    stray = vallum(*command, "--by", "Ann Stray", *AS_OF)
    assert stray.code == 1
    assert "`Ann Stray` is not among the people of lender.toml." in stray.err + stray.out
    nobody = vallum(*command, "--by", "42", *AS_OF)
    assert (nobody.code, "names nobody" in nobody.err) == (2, True)
    assert events(engine) == before
    assert verify(engine).verified


def test_a_command_acts_at_the_moment_it_is_given(engine: Engine, vallum: Vallum):
    late = (LATER + timedelta(seconds=1)).isoformat()
    told = vallum("approve", "rate", "--by", "Ruth Calder", "--as-of", late)
    assert told.code == 1
    assert "its `rate` (6.125%) held until" in told.out
