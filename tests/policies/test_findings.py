"""What a finding says can be read and found: over every failing example of every rule."""

from __future__ import annotations

import re

import pytest

from campaign.finding import Finding
from policies.engine import screen
from policies.packs import Pack, load_pack
from policies.rule import Rule
from tests.policies.example_pieces import shown

PACK = load_pack()
UNFILLED = re.compile(r"\{[a-z_]+\}")
RECORDS = {"targeting", "consent", "cost_split", "partner", "offer", "originator", "licenses"}


def wrong(rule: Rule, found: Finding, texts: dict[str, str]) -> list[str]:
    faults = []
    if found.field not in texts and found.field not in RECORDS and (found.start, found.end) != (0, 0):
        faults.append(f"names a field `{found.field}` that the piece does not have")
    if found.excerpt != texts.get(found.field, "")[found.start : found.end]:
        faults.append(f"shows {found.excerpt!r} where the field has something else")
    for name, words in (("message", found.message), ("fix", found.fix or "None.")):
        if UNFILLED.search(re.sub(r"\{\{.*?\}\}", "", words)):
            faults.append(f"{name} has an empty slot: {words}")
        if not words.strip() or (name == "message" and words.rstrip()[-1] not in ".:;!?)\"'"):
            faults.append(f"{name} is no sentence: {words}")
    if not found.citation.strip() or found.rule != rule.id:
        faults.append("has no citation, or another rule's name")
    return faults


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_every_finding_points_at_its_words_and_says_a_sentence(rule: Rule) -> None:
    faults: list[str] = []
    for example in rule.examples.fail:
        piece = shown(example)
        texts = dict(piece.piece.texts())
        for found in screen(piece.piece, piece.lender, Pack("alone", (rule,)), at=piece.at):
            faults += wrong(rule, found, texts)
    assert faults == []
