"""Every rule of the index has a rule file, or a written reason for having none."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from campaign.errors import Unreadable
from policies.coverage import MAP, read_coverage
from policies.packs import load_pack
from tests.conftest import SHARED, missing

PACK = load_pack()
COVERED = read_coverage(PACK)
INDEX = SHARED.parent / "domain/regulations.md"


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


OWN = {"deposit-insurance.false-membership", "deposit-insurance.statement-missing"}
"""Rules of the house's own, beyond the digest."""


def test_the_map_holds_every_id_of_the_digest_and_few_of_its_own() -> None:
    if not INDEX.is_file():
        missing("the digest of regulations is not beside this checkout")
    known = {one.id for one in COVERED}
    stated = stated_ids(INDEX.read_text(encoding="utf-8"))
    assert stated - known == set()
    assert known - stated == OWN


def stated_ids(text: str) -> set[str]:
    """Ids in headings, in the index with its `, .short` forms, and in the tables of states."""
    found: set[str] = set()
    for line in text.splitlines():
        if line.startswith("|"):
            cell = line.split("|")[1]
        elif line.startswith("### "):
            cell = line[4:].partition(" \u2014 ")[0]
        elif line.startswith("**"):
            cell = line.split("**")[1].partition(" \u2014 ")[0]
        else:
            continue
        found |= _ids(cell)
    return found


def _ids(cell: str) -> set[str]:
    regime, found = "", set()
    for token in re.split(r"[,/\s]+", cell.strip()):
        named, dot, name = token.partition(".")
        if not dot or not re.fullmatch(r"[a-z-]*", named) or not re.fullmatch(r"[a-z0-9-]*[a-z0-9]", name):
            continue
        regime = named or regime
        found.add(f"{regime}.{name}")
    return found


def test_a_new_rule_of_the_digest_would_be_noticed() -> None:
    text = "### newregime.brand-new \u2014 block\n| zz.license | x |\n| sms.10dlc, ca.bot-disclosure | w |\n| ca.*, ny.* | b |"
    assert stated_ids(text) == {"newregime.brand-new", "zz.license", "sms.10dlc", "ca.bot-disclosure"}
