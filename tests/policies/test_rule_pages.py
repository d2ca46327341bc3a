"""The pages about rules are those that the pack gives, and each says what a person must know."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from policies.packs import load_pack
from policies.rule_pages import INDEX, page, pages, write

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_in_the_docs_are_those_of_the_pack() -> None:
    written = pages(load_pack())
    there = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    stale = sorted(name for name in there.keys() | written.keys() if there.get(name) != written.get(name))
    assert stale == [], "the rules have changed since their pages were written: run `make docs`"


def test_a_page_tells_law_reach_reason_and_remedy_and_shows_every_example() -> None:
    for rule in load_pack().rules:
        text = page(rule)
        for said in (rule.id, rule.citation, rule.why, rule.message, rule.fix or "", str(rule.read)):
            assert said in text
        blocks = re.findall(r"^(`{3,4})(text|yaml)\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
        shown = [yaml.safe_load(inner) if form == "yaml" else inner for _, form, inner in blocks]
        assert len(shown) == len(rule.examples.fail) + len(rule.examples.passing)
        for example, seen in zip((*rule.examples.fail, *rule.examples.passing), shown, strict=True):
            plain = json.loads(json.dumps(example, default=str))
            assert seen == (plain.rstrip() if isinstance(plain, str) else plain)


def test_the_index_leads_to_every_page() -> None:
    index = pages(load_pack())[INDEX]
    assert re.findall(r"\]\((.*?)\.md\)", index) == [rule.id for rule in load_pack().rules]


def test_pages_of_rules_that_are_no_more_go(tmp_path: Path) -> None:
    (tmp_path / "old.rule.md").write_text("old")
    write(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == set(pages(load_pack()))
