"""How right the gate is on labelled cases: `python -m benchmarks.policies_on_cases FILE [LENDER]`.

Prints recall of labelled rules, the false-alarm rate on `pass` cases and verdict accuracy, per regime, then
every miss and every false alarm by case.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign.finding import Finding, Severity, verdict
from campaign.lender import Lender, parse_lender
from campaign.moment import end_of_day
from policies.cases import moment_of, read_case
from policies.engine import screen
from policies.packs import Pack, load_pack

EXAMPLE = Path(__file__).resolve().parents[1] / "tools/examples/lender.toml"
AS_OF = date(2026, 11, 24)
STOPS = (Severity.WARN, Severity.BLOCK)


def main(cases: str, lender_file: str = "") -> None:
    """Screen every case of a file and print what was found against what was labelled."""
    file = Path(cases)
    beside = file.with_name("lender.toml")
    record = Path(lender_file) if lender_file else beside if beside.is_file() else EXAMPLE
    lender, pack = parse_lender(record.read_text(encoding="utf-8"), record.name), load_pack()
    rows = [
        _row(line, f"{file.name}:{number}", lender, pack)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip()
    ]
    _print_scores(rows, pack)
    _print_details(rows)


def _row(line: str, place: str, lender: Lender, pack: Pack) -> dict[str, Any]:
    case = read_case(line, place)
    at = moment_of(case, end_of_day(AS_OF, lender.zone), lender.zone)
    findings = screen(case.piece(), lender, pack, at=at)
    found = {one.rule for one in findings if one.severity in STOPS}
    wanted = [set(rule.split("|")) for rule in case.label["rules"]]
    return {
        "id": case.id,
        "label": case.label,
        "verdict": verdict(findings),
        "findings": findings,
        "hits": [rules for rules in wanted if rules & found],
        "misses": [rules for rules in wanted if not rules & found],
    }


def _print_scores(rows: list[dict[str, Any]], pack: Pack) -> None:
    hits, misses = sum(len(row["hits"]) for row in rows), sum(len(row["misses"]) for row in rows)
    passing = [row for row in rows if row["label"]["verdict"] == "pass"]
    alarms = [row for row in passing if row["verdict"] == "block"]
    right = sum(row["verdict"] == row["label"]["verdict"] for row in rows)
    print(f"pack {pack.version}, {len(pack.rules)} rules, {len(rows)} cases")
    print(f"recall of labelled rules   {hits}/{hits + misses} = {hits / max(1, hits + misses):.1%}")
    share = len(alarms) / max(1, len(passing))
    print(f"false alarms on pass cases {len(alarms)}/{len(passing)} = {share:.1%}")
    print(f"verdicts right             {right}/{len(rows)} = {right / max(1, len(rows)):.1%}")
    _print_regimes(rows, len(passing))


def _print_regimes(rows: list[dict[str, Any]], passing: int) -> None:
    """Per regime: labelled rules found, `pass` cases it blocks, verdicts right where it is labelled."""
    found = Counter(_regime(rules) for row in rows for rules in row["hits"])
    lost = Counter(_regime(rules) for row in rows for rules in row["misses"])
    alarms: Counter[str] = Counter()
    right, asked = Counter[str](), Counter[str]()
    for row in rows:
        if row["label"]["verdict"] == "pass":
            alarms.update(
                {one.rule.split(".")[0] for one in row["findings"] if one.severity is Severity.BLOCK}
            )
        regimes = {_regime(rules) for rules in (*row["hits"], *row["misses"])}
        asked.update(regimes)
        right.update(regimes if row["verdict"] == row["label"]["verdict"] else ())
    print(f"  {'regime':14} {'recall':>9} {'false alarms':>13} {'verdicts':>9}")
    for regime in sorted(found | lost | alarms):
        recall = f"{found[regime]}/{found[regime] + lost[regime]}"
        verdicts = f"{right[regime]}/{asked[regime]}"
        print(f"  {regime:14} {recall:>9} {f'{alarms[regime]}/{passing}':>13} {verdicts:>9}")


def _print_details(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for rules in row["misses"]:
            print(f"miss        {row['id']} {'|'.join(sorted(rules))}")
    for row in rows:
        label = row["label"]["verdict"]
        if row["verdict"] == label:
            continue
        name = "false alarm" if (label, row["verdict"]) == ("pass", "block") else "verdict    "
        causes = _causes(row["findings"], row["verdict"])
        print(f"{name} {row['id']} is {label}, found {row['verdict']}: {causes}")


def _causes(findings: tuple[Finding, ...], worst: str) -> str:
    causes = [f"{one.rule} {one.excerpt[:60]!r}" for one in findings if one.severity == worst]
    return "; ".join(causes) or "nothing"


def _regime(rules: set[str]) -> str:
    return sorted(rules)[0].split(".")[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
