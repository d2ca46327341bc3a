"""The house copy against the rules: nothing it writes may be blocked, in any state, format or round."""

from __future__ import annotations

import itertools

import pytest

from campaign.finding import Finding, Severity
from policies.engine import screen
from policies.packs import load_pack
from tests.agents.desks import (
    AT,
    CANDIDATES,
    CORRECTIONS,
    EVERYONE,
    FORMAT_NAMES,
    THEMES,
    example_lender,
    pieces,
    placement,
    show,
    write,
)

ROUNDS = (0, 1, 2)


def blocks(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    return [
        (found.rule, found.field, found.excerpt, found.message)
        for found in findings
        if found.severity is Severity.BLOCK
    ]


@pytest.mark.parametrize("form", FORMAT_NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_no_wording_is_blocked(theme: str, form: str) -> None:
    lender, pack = example_lender(), load_pack()
    for turn, told in itertools.product(ROUNDS, range(len(CORRECTIONS))):
        for piece in pieces(theme, form, 0, turn, told):
            assert blocks(screen(piece, lender, pack, at=AT)) == [], piece.piece_id


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_no_segment_is_blocked(form: str) -> None:
    lender, pack = example_lender(), load_pack()
    for theme, who in itertools.product(THEMES, range(1, len(EVERYONE))):
        one_legend = {piece.piece_id.split(".")[2]: piece for piece in pieces(theme, form, who)}
        for piece in one_legend.values():
            assert blocks(screen(piece, lender, pack, at=AT)) == [], piece.piece_id


@pytest.mark.parametrize("state", sorted(example_lender().licenses))
def test_no_single_state_is_blocked(state: str) -> None:
    lender, pack = example_lender(), load_pack()
    for form in FORMAT_NAMES:
        placed = placement("rate_review", form, states=(state,))
        for master in write(placed, CANDIDATES):
            for piece in show(master, placed, CANDIDATES):
                assert piece.states == (state,)
                assert blocks(screen(piece, lender, pack, at=AT)) == [], piece.piece_id
