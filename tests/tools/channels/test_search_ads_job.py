"""The job of a search ad: shared budgets, stable names, and a legend that always shows."""

from __future__ import annotations

import pytest

from campaign.channel import Channel
from campaign.claim import Binding
from campaign.piece import Piece
from campaign.plan import Placement
from tests.conformance.examples import ad_piece
from tests.conformance.ledgers import release_of
from tools.channels.search_ads_job import SearchAdsJob, always_shown, campaign_name, search_ads_job
from tools.channels.search_keywords import NEGATIVE_KEYWORDS, THEME_KEYWORDS, keywords_for

PLACEMENT = Placement(
    placement_id="rate_review.google_search",
    segment_id="rate_review",
    segment="Rate review",
    channel=Channel.GOOGLE_SEARCH,
    format="google_search.rsa",
    goal="application",
    cadence="always on",
    budget_usd=9000,
    theme="rate_review",
    states=("CA", "ID", "TX", "WA"),
    expected_leads=(1, 2, 3),
)


def job_for(piece: Piece, states: tuple[str, ...]) -> SearchAdsJob:
    return search_ads_job(
        release_of(piece, placement_id=PLACEMENT.placement_id),
        PLACEMENT,
        states=states,
        all_states=PLACEMENT.states,
        days=90,
        final_url="https://x.example",
    )


def test_the_budget_is_shared_by_states_and_spread_over_the_days() -> None:
    assert job_for(ad_piece(), ("CA", "WA")).daily_budget_usd == pytest.approx(9000 * 2 / 4 / 90)
    assert job_for(ad_piece(), PLACEMENT.states).daily_budget_usd == pytest.approx(100)


def test_variants_share_a_campaign_and_other_states_have_their_own() -> None:
    second = ad_piece().model_copy(update={"piece_id": "rate_review.google_search.b"})
    jobs = [
        job_for(ad_piece(), ("CA", "WA")),
        job_for(second, ("CA", "WA")),
        job_for(ad_piece(), ("TX",)),
    ]
    assert jobs[0].campaign == jobs[1].campaign
    assert jobs[0].ad_group == jobs[1].ad_group == "rate review"
    assert jobs[2].campaign != jobs[0].campaign


def test_the_legend_is_what_always_shows() -> None:
    piece = ad_piece().model_copy(
        update={
            "bindings": (
                Binding(field="descriptions[1]", start=0, end=4, slot="short_legend"),
                Binding(field="headlines[0]", start=0, end=4, slot="company_name"),
            )
        }
    )
    assert always_shown(piece) == (1,)
    assert always_shown(ad_piece()) == ()


def test_campaigns_keep_their_name_so_that_an_import_updates_them() -> None:
    name = campaign_name("run-1", "rate_review.google_search", ("CA", "WA"), "Rate review")
    assert name == campaign_name("run-1", "rate_review.google_search", ("WA", "CA"), "Rate review")
    assert name.startswith("vallum-")
    assert name != campaign_name("run-2", "rate_review.google_search", ("CA", "WA"), "Rate review")
    assert name != campaign_name("run-1", "rate_review.google_search", ("CA",), "Rate review")


def test_every_theme_has_a_few_phrases_and_none_is_also_avoided() -> None:
    for theme, phrases in THEME_KEYWORDS.items():
        assert 3 <= len(phrases) <= 8, theme
        assert not [phrase for phrase in phrases for negative in NEGATIVE_KEYWORDS if negative in phrase]
    assert keywords_for("unheard of") == THEME_KEYWORDS["relationship"]
