"""Mechanical fixes: added once, nothing of the author's touched, and never more that blocks than before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.finding import Finding, Severity
from campaign.moment import end_of_day
from campaign.piece import Piece
from policies.engine import screen
from policies.fixing import mended
from policies.packs import load_pack
from tests.policies.example_pieces import TODAY, lender_of_the_house

PACK, LENDER = load_pack(), lender_of_the_house()
PARTS = (
    "Talk to us about buying.",
    "Guaranteed approval!",
    "30-year fixed at 6.125% (6.284% APR) as of November 24, 2026.",
    "Example: $300,000, 360 monthly payments of $1,822.83.",
    "Cedar & Main Mortgage, LLC, NMLS ID #1999901.",
    "www.nmlsconsumeraccess.org",
    "Equal Housing Opportunity.",
    "This is an advertisement.",
    "Dana Whitfield, NMLS #1988001.",
    "Don't pay 5% more < than you must & more.",
    "\n",
)
BODIES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map(" ".join)
PAGES = BODIES.map(lambda body: f"<p>{body}</p>")
WHOLE_PAGES = BODIES.map(lambda body: f"<html><body><p>{body}</p></body></html>")
STATES = st.lists(st.sampled_from(["CA", "NY", "IL", "MA", "TX", "ID", "FL"]), max_size=3, unique=True)
CHANNELS = st.sampled_from(["email", "web", "flyer", "linkedin"])


def findings(piece: Piece) -> tuple[Finding, ...]:
    return screen(piece, LENDER, PACK, at=end_of_day(TODAY, LENDER.zone))


def fixed(piece: Piece) -> Piece:
    body, _ = mended(piece, findings(piece), LENDER, on=TODAY)
    return piece.model_copy(update={"fields": {**piece.fields, "body": body}})


def blocks(piece: Piece) -> set[str]:
    return {one.rule for one in findings(piece) if one.severity is Severity.BLOCK}


def survives(before: str, after: str) -> bool:
    rest = iter(after)
    return all(character in rest for character in before)


@settings(max_examples=60, deadline=None)
@given(st.one_of(BODIES, PAGES, WHOLE_PAGES), STATES, CHANNELS)
def test_a_fix_only_adds_and_doing_it_twice_changes_nothing(
    body: str, states: list[str], channel: str
) -> None:
    piece = Piece(piece_id="p", channel=channel, states=tuple(states), fields={"body": body})
    once = fixed(piece)
    assert survives(body, once.fields["body"])
    assert fixed(once).fields["body"] == once.fields["body"]
    assert blocks(once) <= blocks(piece)


def test_the_registry_is_named_once() -> None:
    piece = Piece(piece_id="p", channel="email", states=("NY", "CA", "IL"), fields={"body": "Talk to us."})
    after = fixed(piece).fields["body"]
    assert after.count("nmlsconsumeraccess.org") == 1
    assert "410 Juniper Street, Suite 200, Boise, ID 83702" in after
    assert {"nmls.company-id-missing", "ny.street-address", "il.consumer-access"}.isdisjoint(
        blocks(fixed(piece))
    )


@pytest.mark.parametrize("body", ["<p>Talk to us.</p>", "<html><body><p>Talk to us.</p></body></html>"])
def test_a_page_gets_paragraphs_with_its_signs_written_out(body: str) -> None:
    piece = Piece(piece_id="p", channel="web", states=("CA",), fields={"body": body})
    after = fixed(piece).fields["body"]
    assert "<p>Cedar &amp; Main Mortgage, LLC, NMLS ID #1999901" in after
    assert after.startswith(body.removesuffix("</body></html>"))
    assert body.endswith("</p>") or after.endswith("</body></html>")
