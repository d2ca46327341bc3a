"""Law 1, the last step: whatever happens to a publisher, each slot of a release goes out once or not at all.

The processes are real and the kernel ends them (SIGKILL) before and after every call to the ledger and at
every file that is opened or renamed. Afterwards the ordinary publisher runs, and the outside is counted.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from approvals import deliveries
from tests.conformance.publishing_house import House, ad, crowd, letter
from tests.laws.at_once import at_once, parted
from tests.laws.doomed import KilledPublisher, ledger_and_log_agree

PEOPLE = 2
NEVER = 10**9


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> House:
    pieces = [letter("a"), letter("b"), ad("a")]
    return House(tmp_path_factory.mktemp("law") / "home").build(crowd(PEOPLE), pieces)


def recipients_of(house: House) -> Counter[str]:
    return Counter(path.name.split(".")[0] for path in house.letters())


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
