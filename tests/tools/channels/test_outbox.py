"""The outbox: who is passed over and why, and what a file's name proves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from campaign.errors import Busy
from campaign.release import Publication, Release
from tests.conformance.examples import PEOPLE, Person, email_job, letter_piece
from tests.conformance.ledgers import AT, MemoryLedger, release_of
from tools.channels.interface import Outcome
from tools.channels.letters import compose
from tools.channels.outbox import OutboxFolder
from tools.channels.personal import slot_of


def deliver(folder: Path, ledger: MemoryLedger | None = None, **changes: object) -> Outcome:
    job = email_job(**changes)
    return OutboxFolder(folder).deliver(
        release_of(letter_piece()), job, ledger=ledger or MemoryLedger(), at=AT
    )


def reasons(outcome: Outcome) -> dict[str, int]:
    return {held.reason: held.count for held in outcome.withheld}


def test_a_file_is_named_after_recipient_and_words(tmp_path: Path) -> None:
    outcome = deliver(tmp_path)
    letter = compose(release_of(letter_piece()), email_job(), PEOPLE[0], at=AT)
    path = Path(outcome.publications[0].target)
    assert path.parent == tmp_path / release_of(letter_piece()).release_id
    assert path.name == f"{slot_of(PEOPLE[0].email)}.{letter.rendering_hash[:16]}.eml"
    assert path.read_bytes() == letter.content


def test_the_rest_of_an_audience_waits_for_the_next_day(tmp_path: Path) -> None:
    crowd = [Person(f"c-{n}", f"p{n}@x.example", "Ann") for n in range(7)]
    ledger = MemoryLedger()
    first = deliver(tmp_path, ledger, recipients=crowd, daily_limit=3)
    assert len(first.publications) == 3
    assert reasons(first) == {"daily limit of 3 reached": 4}
    assert first.remains
    done = frozenset(made.key.rpartition("/")[2] for made in first.publications)
    same_day = deliver(tmp_path, ledger, recipients=crowd, daily_limit=3, sent_today=3, already=done)
    assert same_day.publications == ()
    assert reasons(same_day) == {"daily limit of 3 reached": 4}
    next_day = deliver(tmp_path, ledger, recipients=crowd, daily_limit=3, already=done)
    assert len(next_day.publications) == 3
    assert reasons(next_day) == {"daily limit of 3 reached": 1}


def test_a_limit_of_none_sends_none(tmp_path: Path) -> None:
    assert deliver(tmp_path, daily_limit=0).publications == ()
    assert not list(tmp_path.rglob("*.eml"))


def test_one_mailbox_gets_one_letter_and_strange_addresses_get_none(tmp_path: Path) -> None:
    household = [
        Person("c-1", "home@x.example", "Ann"),
        Person("c-2", "Home@x.example", "Bob"),
        Person("c-3", "x@y.example\r\nBcc: all@z.example", "Eve"),
        Person("c-4", "rested@x.example", "Rae"),
    ]
    outcome = deliver(
        tmp_path, recipients=household, rested=frozenset({slot_of("rested@x.example")}), rest_reason="rested"
    )
    assert len(outcome.publications) == 1
    assert reasons(outcome) == {
        "another contact has the same address": 1,
        "the address cannot be written to": 1,
        "rested": 1,
    }
    assert not outcome.remains


def test_a_text_that_is_no_letter_claims_nothing(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    release = release_of(letter_piece(body="at {{rate}} today"))
    outcome = OutboxFolder(tmp_path).deliver(release, email_job(), ledger=ledger, at=AT)
    assert reasons(outcome) == {"`body` still waits for a value (`rate`)": 3}
    assert ledger.states == {}


def test_a_line_end_that_only_some_programs_see_is_no_subject(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    release = release_of(letter_piece(subject="Two\u2028lines"))
    outcome = OutboxFolder(tmp_path).deliver(release, email_job(), ledger=ledger, at=AT)
    assert reasons(outcome) == {"the subject holds a line break or a control character": 3}
    assert ledger.states == {}


def test_a_link_that_is_no_page_gives_the_letters_up_with_the_reason(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    release = release_of(letter_piece(landing_url="javascript:alert(1)"))
    outcome = OutboxFolder(tmp_path).deliver(release, email_job(), ledger=ledger, at=AT)
    (reason,) = reasons(outcome)
    assert "is no web address" in reason
    assert set(ledger.states.values()) == {"abandoned"}


class BusyOnce(MemoryLedger):
    """A ledger that another process holds when the evidence comes."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals = 2

    def deliver(self, release: Release, slot: str, *, target: str, at: datetime) -> Publication:
        if self.refusals:
            self.refusals -= 1
            raise Busy("Another process holds the database.", "Run again.")
        return super().deliver(release, slot, target=target, at=at)


def test_evidence_of_a_letter_that_is_out_waits_for_a_busy_ledger(tmp_path: Path) -> None:
    ledger = BusyOnce()
    assert len(deliver(tmp_path, ledger).publications) == 3
    assert ledger.in_doubt() == []
