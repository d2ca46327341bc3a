"""Every rule of the index has a rule file with executed examples, or a written reason for having none."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from campaign.errors import Unreadable
from policies.coverage import MAP, read_coverage
from policies.packs import load_pack

PACK = load_pack()
COVERED = read_coverage(PACK)
INDEX = Path(__file__).parents[3] / "shared/domain/regulations.md"
REGIMES = sorted({one.id.split(".")[0] for one in COVERED})


def changed(tmp_path: Path, **entries: object) -> Path:
    index = yaml.safe_load(MAP.read_text(encoding="utf-8"))
    for name, entry in entries.items():
        rule_id = name.replace("__", ".").replace("_", "-")
        if entry is None:
            del index[rule_id]
        else:
            index[rule_id] = entry
    file = tmp_path / "coverage.yaml"
    file.write_text(yaml.safe_dump(index), encoding="utf-8")
    return file


def test_every_rule_file_is_on_the_map_and_every_other_id_has_a_reason() -> None:
    implemented = {one.id for one in COVERED if one.status == "implemented"}
    assert implemented == {rule.id for rule in PACK.rules}
    assert all(one.reason and not one.severity for one in COVERED if one.status == "listed")
    assert [one.id for one in COVERED] == sorted(one.id for one in COVERED)


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_every_rule_has_executed_examples(rule: object) -> None:
    examples = rule.examples  # type: ignore[attr-defined]
    assert len(examples.fail) >= 3
    assert len(examples.passing) >= 2


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"regz__apr_missing": None}, "is a rule of no index"),
        ({"regz__new_rule": {"asks": "T"}}, "is no reason for that"),
        (
            {"regz__new_rule": {"asks": "T", "reason": "too_hard", "why": "It is a great deal of work."}},
            "is no reason",
        ),
        ({"regz__new_rule": {"asks": "T", "reason": "needs_layout", "why": "later"}}, "gives no sentence"),
        ({"regz__new_rule": {"asks": "T", "because": "x"}}, "unknown key `because`"),
        (
            {
                "regz__apr_missing": {
                    "asks": "T",
                    "reason": "needs_layout",
                    "why": "It needs the rendered page.",
                }
            },
            "has a rule file and a reason",
        ),
    ],
)
def test_a_map_that_hides_something_is_refused(tmp_path: Path, entry: dict[str, object], said: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(said)):
        read_coverage(PACK, changed(tmp_path, **entry))


def test_a_map_that_is_no_map_is_refused(tmp_path: Path) -> None:
    for text in ("- regz.apr-missing", "regz.apr-missing: implemented", "a: [", ""):
        file = tmp_path / "coverage.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Unreadable):
            read_coverage(PACK, file)
    with pytest.raises(Unreadable):
        read_coverage(PACK, tmp_path / "absent.yaml")


def test_a_rule_that_goes_missing_is_noticed() -> None:
    fewer = replace(PACK, rules=PACK.rules[1:])
    with pytest.raises(Unreadable, match=re.escape(PACK.rules[0].id)):
        read_coverage(fewer)


def test_the_map_holds_every_id_of_the_digest() -> None:
    if not INDEX.is_file():
        reason = "the digest of regulations is not beside this checkout"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    known = {one.id for one in COVERED}
    assert stated_ids(INDEX.read_text(encoding="utf-8")) <= known


def stated_ids(text: str) -> set[str]:
    """Ids in headings, in the index with its `, .short` forms, and in the state table."""
    found: set[str] = set()
    for line in text.splitlines():
        if not line.startswith(("###", "**", "|")):
            continue
        cells = line.split("|")[1:2] if line.startswith("|") else line.split("**")[1:2] or [line]
        regime = ""
        for token in re.findall(r"(?:[a-z][a-z-]*)?\.[a-z][a-z0-9-]*[a-z0-9]\b(?!-\*)", cells[0] if cells else ""):
            named, _, name = token.partition(".")
            regime = named or regime
            if regime in REGIMES:
                found.add(f"{regime}.{name}")
    return found
