"""Law 1 with four publishers at once on PostgreSQL: each release goes out once, whoever of them is killed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from approvals import audit, deliveries
from tests.conformance.publishing_house import House, ad, crowd, letter
from tests.laws.doomed import KilledPublisher
from tests.laws.recount import recounted, told

PEOPLE = 24
STATES = ("AZ", "CA", "ID", "NV", "OR", "WA")
NEVER = 10**9


@pytest.mark.server
@pytest.mark.parametrize("moments", [(NEVER,) * 4, (4, 17, 40, NEVER)], ids=["all_live", "three_are_killed"])
def test_four_publishers_at_once_carry_each_release_out_once(
    publisher: KilledPublisher, postgres_url: str, tmp_path: Path, moments: tuple[int, ...]
) -> None:
    house = House(tmp_path / "home", database=postgres_url)
    house.build(crowd(PEOPLE), [letter("a"), letter("b"), *[ad("a", (state,)) for state in STATES]])
    answers = publisher.publish(house, *moments)
    assert answers[-1] == "lived"
    assert {*answers[:-1]} <= {"lived", "killed"}
    if moments[0] != NEVER:
        assert "killed" in answers
    house.publish()
    assert house.publish().publications == ()
    letters = Counter(path.name.split(".")[0] for path in house.letters())
    assert sorted(letters.values()) == [1] * PEOPLE
    assert len(house.ads_files()) == len(STATES)
    made = house.ask(deliveries.publications)
    assert {Path(one.target) for one in made} == {*house.letters(), *house.ads_files()}
    assert len(made) == PEOPLE + len(STATES)
    assert house.ask(deliveries.in_doubt) == ()
    assert house.ask(audit.verify).verified
    assert house.ask(told) == house.ask(recounted)
