"""Every rule proves itself: its failing examples fire it, its passing ones block nothing at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from campaign.finding import Finding, Severity
from policies.engine import screen
from policies.packs import PACKS, Pack, id_of, load_pack, read_rule
from policies.rule import Example, Rule
from tests.policies.example_pieces import Shown, shown

FILES = sorted(PACKS.glob("*/*.yaml"))
FAILING = (Severity.WARN, Severity.BLOCK)


@cache
def rule_in(file: Path) -> Rule:
    return read_rule(file.read_text(encoding="utf-8"), file, id_of(file))


def named(rule: Rule, what: str, examples: tuple[Example, ...]) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{what}-{number}")
        for number, example in enumerate(examples, 1)
    ]


FAIL = [case for file in FILES for case in named(rule_in(file), "fail", rule_in(file).examples.fail)]
PASS = [case for file in FILES for case in named(rule_in(file), "pass", rule_in(file).examples.passing)]


@cache
def whole_pack() -> Pack:
    return load_pack()


def found_by(pack: Pack, example: Shown) -> tuple[Finding, ...]:
    return screen(example.piece, example.lender, pack, at=example.at)


def test_ids_are_paths_and_kinds_are_known() -> None:
    assert [rule.id for rule in whole_pack().rules] == sorted(f"{f.parent.name}.{f.stem}" for f in FILES)


@pytest.mark.parametrize(("rule", "example"), FAIL)
def test_failing_examples_fire_their_rule(rule: Rule, example: Example) -> None:
    piece = shown(example)
    texts = dict(piece.piece.texts())
    for pack in (Pack("alone", (rule,)), whole_pack()):
        own = [
            one
            for one in found_by(pack, piece)
            if one.rule == rule.id and one.severity in {*FAILING, rule.severity}
        ]
        assert own, f"{rule.id} is silent about {example}"
        for one in own:
            assert "could not finish" not in one.message, one.message
            assert "{" not in one.message.replace(one.excerpt, ""), one.message
            if one.end:
                assert one.excerpt
                assert texts[one.field][one.start : one.end] == one.excerpt


@pytest.mark.parametrize(("rule", "example"), PASS)
def test_passing_examples_block_nothing(rule: Rule, example: Example) -> None:
    piece = shown(example)
    for pack in (Pack("alone", (rule,)), whole_pack()):
        blocking = [
            (one.rule, one.excerpt, one.message)
            for one in found_by(pack, piece)
            if one.severity is Severity.BLOCK
        ]
        assert blocking == [], example


@pytest.mark.parametrize("file", FILES, ids=id_of)
def test_rules_from_memory_never_block(file: Path) -> None:
    rule = rule_in(file)
    assert rule.source != "memory" or rule.severity is not Severity.BLOCK
    assert len({str(example) for example in rule.examples.fail}) >= 3
    assert len({str(example) for example in rule.examples.passing}) >= 2
