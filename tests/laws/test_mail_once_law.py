"""Law 1 by mail: whatever happens to a publisher, no mailbox gets a letter twice, and what may have gone is in doubt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from approvals import deliveries
from tests.conformance.mail_servers import Mailbox, mail_server
from tests.conformance.publishing_house import House, crowd, letter
from tests.laws.doomed import KilledPublisher, ledger_and_log_agree

PEOPLE = 2


@pytest.fixture(scope="module")
def letters_only(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("law") / "home").build(crowd(PEOPLE), [letter("a"), letter("b")])


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
