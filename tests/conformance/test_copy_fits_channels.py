"""What the house writer writes can be carried: every letter and every ad, as it stands after approval."""

from __future__ import annotations

import pytest

from approvals.recipients_of_release import variant_of
from tests.agents.desks import SEGMENTS, THEMES, pieces, placement
from tests.conformance.examples import PEOPLE, email_job
from tests.conformance.ledgers import AT, release_of
from tools.channels.google_ads_editor import editor_file
from tools.channels.letters import compose, unsendable
from tools.channels.search_ads_job import search_ads_job


@pytest.mark.parametrize("theme", THEMES)
def test_every_letter_becomes_mail_and_knows_its_variant(theme: str) -> None:
    for who, segment in enumerate(SEGMENTS):
        placed = placement(theme, "email.letter", segment)
        releases = [
            release_of(piece, placement_id=placed.placement_id)
            for piece in pieces(theme, "email.letter", who)
        ]
        assert {variant_of(release) for release in releases} == {"a", "b"}
        for release in releases:
            assert unsendable(release.piece, email_job()) is None
            assert compose(release, email_job(), PEOPLE[1], at=AT).content


@pytest.mark.parametrize("theme", THEMES)
def test_every_ad_becomes_a_file_with_its_legend_pinned(theme: str) -> None:
    placed = placement(theme, "google_search.rsa")
    for piece in pieces(theme, "google_search.rsa"):
        release = release_of(piece, placement_id=placed.placement_id)
        job = search_ads_job(
            release,
            placed,
            states=piece.states,
            all_states=piece.states,
            days=90,
            final_url="https://x.example",
        )
        assert len(job.pinned) == 1
        assert variant_of(release) in ("a", "b")
        assert b"Responsive search ad" in editor_file(release, job)
