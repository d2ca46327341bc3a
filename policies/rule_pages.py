"""Pages about rules, written from the pack: `python -m policies.rule_pages FOLDER` writes them all anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import yaml

from policies.packs import Pack, load_pack
from policies.rule import Example, Rule
from policies.rulebook import SEVERITIES, dates, reach

INDEX = "README.md"


def pages(pack: Pack) -> dict[str, str]:
    """Every page by its file name: one a rule, and the index by regime."""
    return {INDEX: _index(pack)} | {f"{rule.id}.md": page(rule) for rule in pack.rules}


def page(rule: Rule) -> str:
    """One rule for the person who met it: law, reach, reason, remedy, executed examples."""
    return "\n".join(_page(rule)).rstrip() + "\n"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}\n"
    yield f"{rule.why}\n"
    yield f"- **Law:** {rule.citation}"
    yield f"- **Severity:** {rule.severity} ({SEVERITIES[rule.severity]}), confidence {rule.confidence}"
    yield f"- **Holds for:** {reach(rule)}"
    yield f"- **Dates:** {dates(rule)}"
    yield f"- **Kind:** {rule.kind}\n"
    yield f"**It says:** {rule.message}\n"
    if rule.fix:
        yield f"**Instead:** {rule.fix}\n"
    yield "## Fails\n"
    yield from (_block(example) for example in rule.examples.fail)
    yield "## Passes\n"
    yield from (_block(example) for example in rule.examples.passing)


def _block(example: Example) -> str:
    """An example as a fenced block, longer fences where it holds one itself."""
    if isinstance(example, str):
        text, form = example.rstrip(), "text"
    else:
        plain = json.loads(json.dumps(example, default=str))
        text, form = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110).rstrip(), "yaml"
    fence = "````" if "```" in text else "```"
    return f"{fence}{form}\n{text}\n{fence}\n"


def _index(pack: Pack) -> str:
    lines = [
        "# The rulebook",
        "",
        f"{len(pack.rules)} rules. `vallum check --explain RULE` shows the same page in a terminal. "
        "These pages are written by `make docs`.",
    ]
    for regime, rules in groupby(pack.rules, key=lambda rule: rule.id.split(".")[0]):
        lines += ["", f"## {regime}", "", "| rule | severity | law |", "|---|---|---|"]
        lines += [
            f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.citation.replace('|', '/')} |"
            for rule in rules
        ]
    return "\n".join(lines) + "\n"


def write(folder: Path) -> None:
    """Write every page, and remove pages of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages(load_pack())
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
