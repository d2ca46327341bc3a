"""The publisher on a real gate and a real book: who is written to, by which way, how often, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from approvals import deliveries
from approvals.publishing import PublishReport
from approvals.recipients_of_release import variant_for
from approvals.releases import SqlLedger
from approvals.store import load_piece
from campaign.release import Publication, Release
from tests.conformance.mail_servers import Mailbox, mail_server
from tests.conformance.publishing_house import AT, House, Screen, ad, crowd, letter, post
from tools.channels.personal import slot_of

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Twelve people, both variants of a letter approved; copied by each test."""
    return House(tmp_path_factory.mktemp("both")).build(crowd(12), [letter("a"), letter("b")])


@pytest.fixture
def house(both: House, tmp_path: Path) -> House:
    return both.copy(tmp_path / "home")


def addresses(house: House) -> Counter[str]:
    letters = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in house.letters())
    return Counter(str(one["To"]) for one in letters)


def reasons(report: PublishReport) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for held in report.withheld:
        counted[held.reason] += held.count
    return dict(counted)


def test_each_person_gets_one_variant_and_everyone_gets_one(house: House) -> None:
    report = house.publish()
    assert addresses(house) == Counter(dict.fromkeys((address for _, address in crowd(12)), 1))
    assert report.withheld == ()
    halves = Counter(made.release_id.split(".")[2] for made in report.publications)
    assert halves["a"] + halves["b"] == 12
    assert min(halves["a"], halves["b"]) >= 2
    for made in report.publications:
        message = message_from_bytes(Path(made.target).read_bytes(), policy=policy.default)
        variant = made.release_id.split(".")[2]
        assert str(message["Subject"]).endswith(f"({variant})")
        assert variant_for("owners.email", slot_of(str(message["To"]))) == variant


def test_halves_are_even_and_differ_between_campaigns() -> None:
    slots = [slot_of(f"person{number}@x.example") for number in range(2000)]
    first = [variant_for("owners.email", slot) for slot in slots]
    second = [variant_for("movers.email", slot) for slot in slots]
    assert 900 < first.count("a") < 1100
    assert 900 < sum(one == other for one, other in zip(first, second, strict=True)) < 1100


def test_publishing_twice_publishes_once_and_leaves_nothing_due(house: House) -> None:
    house.publish()
    first = {path: path.read_bytes() for path in house.letters()}
    again = house.publish()
    assert again == PublishReport()
    assert {path: path.read_bytes() for path in house.letters()} == first
    assert house.due() == ()
    assert load_status(house, "owners.email.a") == "published"


def test_the_same_list_of_releases_carried_out_again_sends_nothing(house: House) -> None:
    due = house.due()
    house.publish(only=due)
    assert house.publish(only=due).publications == ()
    assert sum(addresses(house).values()) == 12


def test_a_half_whose_variant_is_not_approved_waits_and_is_told(tmp_path: Path) -> None:
    house = House(tmp_path).build(crowd(12), [letter("a")])
    first = house.publish()
    kept = reasons(first)["this half of the audience is for variant `b`, which is not in this round"]
    assert kept + len(first.publications) == 12
    house.approve(letter("b"), at=AT)
    second = house.publish(at=AT + timedelta(hours=1))
    assert len(second.publications) == kept
    assert set(addresses(house).values()) == {1}


def test_the_daily_limit_is_one_for_all_releases_and_runs_from_midnight(house: House) -> None:
    house.with_daily_limit(5)
    today = house.publish()
    assert len(today.publications) == 5
    assert reasons(today) == {"daily limit of 5 reached": 7}
    assert today.waiting
    assert house.publish(at=AT + timedelta(hours=10)).publications == ()
    # 17:00 UTC is 10:00 in Boise: fourteen hours later the next day has begun there, not before.
    assert len(house.publish(at=AT + timedelta(hours=14)).publications) == 5
    assert len(house.publish(at=AT + timedelta(hours=38)).publications) == 2
    assert set(addresses(house).values()) == {1}
    assert house.due() == ()


def test_nobody_is_written_to_again_within_the_cap_by_another_piece(house: House) -> None:
    house.publish()
    house.approve(letter("a", revision=2, fields={"preheader": "Another thought"}), at=AT + DAY)
    soon = house.publish(at=AT + 2 * DAY)
    assert soon.publications == ()
    assert "written to within the last 14 days" in reasons(soon)
    house.approve(letter("a", revision=3, fields={"preheader": "A third thought"}), at=AT + 15 * DAY)
    later = house.publish(at=AT + 15 * DAY)
    assert len(later.publications) == reasons(soon)["written to within the last 14 days"]


def test_an_approval_that_lapsed_holds_its_piece_and_lets_the_others_go(tmp_path: Path) -> None:
    stale = letter("a", fields={"preheader": "Quotes 6.125%"})
    house = House(tmp_path).build(crowd(8), [stale, letter("b"), ad("a")])
    house.screen = Screen("6.125%", since=AT + DAY)
    report = house.publish(at=AT + 2 * DAY)
    assert {made.release_id.rsplit(".r1", 1)[0] for made in report.publications} == {
        "owners.email.b",
        "owners.google_search.a.CA-WA",
    }
    (reason,) = [held.reason for held in report.withheld]
    assert "`rate.stale` now finds: quotes a rate that is too old" in reason
    assert len(house.ask(deliveries.withheld_of)) == 1
    assert load_status(house, "owners.email.a") == "expired"
    assert load_status(house, "owners.email.b") == "published"


def test_one_changed_letter_voids_the_pass(house: House) -> None:
    changed = tuple(
        release.model_copy(
            update={
                "piece": release.piece.model_copy(
                    update={"fields": {**release.piece.fields, "subject": "A changed subject"}}
                )
            }
        )
        for release in house.due()
    )
    report = house.publish(only=changed)
    assert report.publications == ()
    assert all(held.reason.startswith("Cannot publish") for held in report.withheld)
    assert house.letters() == []


def test_ads_go_to_a_file_with_their_part_of_the_budget(tmp_path: Path) -> None:
    pieces = [ad("a"), ad("b"), ad("a", states=("CA",))]
    house = House(tmp_path).build(crowd(1), pieces)
    report = house.publish()
    assert [Path(made.target) for made in sorted(report.publications, key=lambda made: made.target)] == (
        house.ads_files()
    )
    text = {path.name: path.read_text(encoding="utf-8-sig") for path in house.ads_files()}
    whole = [name for name in text if ".CA-WA." in name]
    assert len(whole) == 2
    assert all(",100.00,Daily," in text[name] for name in whole)  # 9,000 dollars over 90 days
    (half,) = [name for name in text if name not in whole]
    assert ",50.00,Daily," in text[half]
    assert house.publish() == PublishReport()


def test_a_channel_without_a_transport_is_withheld_once_in_the_books(tmp_path: Path) -> None:
    house = House(tmp_path).build(crowd(1), [post()])
    for day in range(3):
        report = house.publish(at=AT + day * DAY)
        assert reasons(report) == {"no transport for `meta` yet; the approved text is in the queue": 1}
    assert len(house.ask(deliveries.withheld_of)) == 1
    assert report.waiting == (house.due()[0].release_id,)


def test_a_plan_that_does_not_know_the_placement_sends_nothing(house: House) -> None:
    report = house.publish(predicates={})
    assert reasons(report) == {"segment `owners` is not in run `run-1`": 2}
    strayed = tuple(one.model_copy(update={"run_id": "run-9"}) for one in house.due())
    assert reasons(house.publish(only=strayed)) == {"its placement is not in the plan of run `run-9`": 2}
    assert house.letters() == []


def test_progress_is_told_a_line_a_release(house: House) -> None:
    lines: list[str] = []
    house.publish(progress=lines.append)
    assert lines == ["publishing: 1 of 2, `owners.email.a`", "publishing: 2 of 2, `owners.email.b`"]


def test_a_long_audience_is_heard_of_every_thousand_people(tmp_path: Path) -> None:
    lines: list[str] = []
    house = House(tmp_path).build(crowd(2_500), [letter("a")]).with_daily_limit(1)
    house.publish(progress=lines.append)
    assert lines[1:] == [
        "publishing: `owners.email.a`, 1000 people read",
        "publishing: `owners.email.a`, 2000 people read",
    ]


@pytest.mark.server
def test_a_named_mail_server_is_used_and_the_evidence_is_the_message_id(house: House) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        report = house.with_mail_server(port).publish()
    assert sorted(made.target for made in report.publications) == sorted(
        str(message_from_bytes(raw, policy=policy.default)["Message-ID"]) for _, raw in mailbox.letters
    )
    assert len(mailbox.letters) == 12
    assert house.letters() == []


def test_credentials_come_from_the_environment_that_lender_toml_names(house: House) -> None:
    house.with_mail_server(2525, username_env="MAIL_USER", password_env="MAIL_PASSWORD")
    house.environment = {"MAIL_USER": "vallum"}
    report = house.publish()
    assert reasons(report) == {
        "`MAIL_PASSWORD`, named in lender.toml for the mail server, is not set in the environment": 2
    }
    assert len(report.waiting) == 2


class StopsBeforeRecording(SqlLedger):
    """A publisher whose process ends after a letter is out and before the ledger has the evidence."""

    def deliver(self, release: Release, slot: str, *, target: str, at: Any) -> Publication:
        raise SystemExit


@contextmanager
def ends() -> Iterator[None]:
    with pytest.raises(SystemExit):
        yield


def test_a_letter_that_was_out_before_the_process_ended_is_found_and_reported(house: House) -> None:
    with ends():
        house.publish(make_ledger=StopsBeforeRecording)
    assert len(house.letters()) == 1
    assert len(house.ask(deliveries.in_doubt)) == 1
    report = house.publish()
    assert len(report.publications) == 12
    assert {made.target for made in report.publications} == {str(path) for path in house.letters()}
    assert report.withheld == ()
    assert house.ask(deliveries.in_doubt) == ()


@pytest.mark.server
def test_a_message_that_may_have_gone_stays_in_doubt_and_is_told(house: House) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        house.with_mail_server(port)
        with ends():
            house.publish(make_ledger=StopsBeforeRecording)
        report = house.publish()
    assert len(mailbox.letters) == 12
    assert max(Counter(address for address, _ in mailbox.letters).values()) == 1
    assert len(report.publications) == 11
    ((reason, count),) = reasons(report).items()
    assert (reason.startswith("in doubt"), count) == (True, 1)
    assert len(house.ask(deliveries.in_doubt)) == 1


@pytest.mark.server
def test_limits_and_caps_are_the_same_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    house = House(tmp_path, database=postgres_url).build(crowd(12), [letter("a"), letter("b")])
    house.with_daily_limit(5)
    assert reasons(house.publish()) == {"daily limit of 5 reached": 7}
    assert house.publish(at=AT + timedelta(hours=10)).publications == ()
    house.with_daily_limit(500)
    assert len(house.publish(at=AT + DAY).publications) == 7
    house.approve(letter("a", revision=2, fields={"preheader": "Another thought"}), at=AT + DAY)
    assert set(reasons(house.publish(at=AT + 2 * DAY))) >= {"written to within the last 14 days"}
    assert set(addresses(house).values()) == {1}


def load_status(house: House, piece_id: str) -> str:
    return house.ask(lambda engine: load_piece(engine, piece_id, None).status.value)
