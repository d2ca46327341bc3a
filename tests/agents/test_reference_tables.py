"""The agents' tables: every figure says whether it is published or assumed, and where it is from."""

from __future__ import annotations

from pathlib import Path

import pytest

import agents.reference_tables
from agents.reference_tables import figures, table
from agents.response_curves import intent, people, prospect, responses
from campaign.channel import PLANNED, Channel
from campaign.segment import Predicate, Segment

NAMES = sorted(path.stem for path in (Path(agents.reference_tables.__file__).parent / "tables").glob("*.csv"))
MAIL = Segment(
    segment_id="equity_rich",
    name="Owners with equity",
    predicate=Predicate(),
    needs="Likely to plan repairs.",
    size=2_000,
    share=0.2,
    contactable={"email": 500},
    value_usd=300_000,
)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_states_its_provenance_and_source(name: str) -> None:
    rows = table(name)
    assert rows
    for row in rows:
        assert row["provenance"] in ("published", "assumption")
        assert len(row["source"]) > 10
        assert None not in row


@pytest.mark.parametrize("name", ["value_assumptions", "planning_assumptions"])
def test_figures_have_unique_names_and_numbers(name: str) -> None:
    assert len(figures(name)) == len(table(name))
    assert all(value >= 0 for value in figures(name).values())


def test_every_planned_channel_has_a_curve_and_a_cadence() -> None:
    assert set(responses()) == set(PLANNED)
    assert {row["channel"] for row in table("cadences")} == {channel.value for channel in PLANNED}


def test_letters_reach_only_those_who_agreed() -> None:
    assert people(MAIL, Channel.EMAIL) == 500
    assert people(MAIL, Channel.META) == 2_000
    assert people(MAIL.model_copy(update={"contactable": {}}), Channel.EMAIL) == 0


def test_intent_is_one_at_the_reference_and_bounded_above() -> None:
    assert intent(MAIL) == pytest.approx(1.0)
    assert (
        intent(MAIL.model_copy(update={"value_usd": 9e9})) == figures("planning_assumptions")["most_intent"]
    )
    assert intent(MAIL.model_copy(update={"size": 0})) == 0


@pytest.mark.parametrize("channel", PLANNED)
def test_half_of_the_leads_cost_the_stated_dollars(channel: Channel) -> None:
    one = prospect(MAIL, channel, "purchase", days=304, most_usd=1e9)
    response = responses()[channel]
    reach = people(MAIL, channel) / 1_000 * 10
    half = response.half_saturation * reach * response.affinity["purchase"] ** response.pay_for_response
    assert one.leads(half) == pytest.approx(one.most_leads / 2)
    assert one.most_leads == pytest.approx(response.leads * reach * response.affinity["purchase"])
