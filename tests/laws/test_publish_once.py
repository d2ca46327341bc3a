"""Law 1, the last step: whatever happens to a publisher, each slot of a release goes out once or not at all.

The processes are real and the kernel ends them (SIGKILL) before and after every call to the ledger and at
every file that is opened or renamed. Afterwards the ordinary publisher runs, and the outside is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals import audit, deliveries
from tests.conformance.mail_servers import Mailbox, mail_server
from tests.conformance.publishing_house import House, ad, crowd, letter
from tests.laws.at_once import at_once, parted
from tests.laws.doomed import KilledPublisher

PEOPLE = 2
NEVER = 10**9


@pytest.fixture(scope="module")
def publisher() -> Iterator[KilledPublisher]:
    process = KilledPublisher()
    yield process
    process.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> House:
    pieces = [letter("a"), letter("b"), ad("a")]
    return House(tmp_path_factory.mktemp("law") / "home").build(crowd(PEOPLE), pieces)


@pytest.fixture(scope="module")
def letters_only(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("law") / "home").build(crowd(PEOPLE), [letter("a"), letter("b")])


def recipients_of(house: House) -> Counter[str]:
    return Counter(path.name.split(".")[0] for path in house.letters())


def ledger_and_log_agree(house: House) -> None:
    made = house.ask(deliveries.publications)
    assert len({publication.key for publication in made}) == len(made)
    report = house.ask(audit.verify)
    assert report.verified


def test_killed_at_every_step_files_appear_once(
    publisher: KilledPublisher, template: House, tmp_path: Path
) -> None:
    moment = 0
    while True:
        house = template.copy(tmp_path / str(moment))
        (answer,) = publisher.publish(house, moment)
        before = {path: path.read_bytes() for path in (*house.letters(), *house.ads_files())}
        house.publish()
        assert house.publish().publications == ()
        assert sorted(recipients_of(house).values()) == [1] * PEOPLE, moment
        assert len(house.ads_files()) == 1
        assert {path: path.read_bytes() for path in before} == before, "a published file was rewritten"
        made = house.ask(deliveries.publications)
        assert {Path(one.target) for one in made} == {*house.letters(), *house.ads_files()}
        assert house.ask(deliveries.in_doubt) == ()
        ledger_and_log_agree(house)
        if answer == "lived":
            break
        assert answer == "killed"
        moment += 1
    # Six moments around the ledger's calls and at least two files for each slot.
    assert moment >= (PEOPLE + 1) * 8


@pytest.mark.server
def test_killed_at_every_step_no_mailbox_gets_two(
    publisher: KilledPublisher, letters_only: House, tmp_path: Path
) -> None:
    mailbox = Mailbox()
    moment = doubtful = 0
    with mail_server(mailbox) as port:
        while True:
            mailbox.letters.clear()
            house = letters_only.copy(tmp_path / str(moment)).with_mail_server(port)
            (answer,) = publisher.publish(house, moment, port=port)
            house.publish()
            assert house.publish().publications == ()
            arrived = Counter(address for address, _ in mailbox.letters)
            assert max(arrived.values()) == 1, moment
            in_doubt = house.ask(deliveries.in_doubt)
            by_mail = [one for one in house.ask(deliveries.publications) if one.channel == "email"]
            assert len(by_mail) + len(in_doubt) == PEOPLE, moment
            assert len(in_doubt) <= 1
            doubtful += len(in_doubt)
            ledger_and_log_agree(house)
            if answer == "lived":
                break
            assert answer == "killed"
            moment += 1
    assert moment >= PEOPLE * 6
    # After the server has the letter and before the ledger knows: two moments for each mailbox.
    assert doubtful >= PEOPLE


def test_two_publishers_at_once_send_one_each(template: House, tmp_path: Path) -> None:
    house = template.copy(tmp_path / "home")
    _, refused = parted(at_once(house.publish, house.publish, house.publish))
    assert refused == []
    assert sorted(recipients_of(house).values()) == [1] * PEOPLE
    assert len(house.ads_files()) == 1
    assert len(house.ask(deliveries.publications)) == PEOPLE + 1
    ledger_and_log_agree(house)


def test_two_processes_at_once_send_one_each(
    publisher: KilledPublisher, template: House, tmp_path: Path
) -> None:
    house = template.copy(tmp_path / "home")
    assert publisher.publish(house, NEVER, NEVER) == ["lived", "lived"]
    assert sorted(recipients_of(house).values()) == [1] * PEOPLE
    assert len(house.ask(deliveries.publications)) == PEOPLE + 1
    ledger_and_log_agree(house)
