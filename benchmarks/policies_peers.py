"""The gate beside two peers on the same cases: `python -m benchmarks.policies_peers FILE [LENDER]`.

(a) A plain keyword list, such as a marketing team keeps: the phrases are in this file. (b) The public package
`mortgage-ai-guardrails` with its built-in policy, installed by pip into an environment of its own under a
temporary folder. Its purpose is to guard what borrowers and models say to each other, so its rule ids are
not ours: what is compared is its verdict, and whether it says anything at all about a case labelled `warn`
or `block`. Every text of a case goes to `check_input`; a second row adds `check_output`, the text being the
explanation, which also looks for personal data.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign.finding import Severity, verdict
from campaign.lender import Lender, parse_lender
from campaign.moment import end_of_day
from policies.cases import Case, moment_of, read_case
from policies.engine import screen
from policies.packs import load_pack

EXAMPLE = Path(__file__).resolve().parents[1] / "tools/examples/lender.toml"
AS_OF = date(2026, 11, 24)
PACKAGE = "mortgage-ai-guardrails"
BANNED: dict[str, tuple[str, ...]] = {
    "udaap.guaranteed-approval": (
        "guaranteed approval", "guaranteed loan", "approval guaranteed", "everyone is approved",
        "instant approval", "no credit check", "bad credit ok",
    ),
    "udaap.superlative|wa.superlatives": (
        "lowest rate", "lowest rates", "best rate", "best rates", "#1", "number one lender", "unbeatable",
        "nobody beats", "best lender",
    ),
    "udaap.false-urgency": ("act now", "last chance", "final notice", "urgent", "expires today", "hurry"),
    "wa.free|udaap.no-cost": (
        "free appraisal", "no cost", "no closing costs", "no fees", "zero down", "free money",
    ),
    "fha-va.government-affiliation": (
        "government approved", "va approved", "hud approved", "fha approved", "government program",
    ),
    "regz.debt-elimination": ("debt free", "eliminate debt", "eliminate your debt", "wipe out your debt"),
    "regz.apr-missing": ("interest rate as low as", "rates as low as", "rate as low as", "% rate"),
    "regz.trigger-terms": ("per month", "/month", "/mo", "a month", "no down payment"),
    "fair-housing.steering-language|fair-lending.discouragement": (
        "perfect for families", "christian", "exclusive neighborhood", "safe neighborhood", "no children",
        "adults only", "ideal for singles",
    ),
    "va.refi-claims|va.irrrl-claims": ("skip a payment", "skip two payments", "cash back at closing"),
}  # fmt: skip
"""The list: phrase by phrase, with the rules of ours that each comes nearest to. Any hit blocks."""

OURS_OF_THEIRS = {
    "discrimination": "fair-housing.steering-language|fair-lending.discouragement",
    "redlining": "fair-housing.steering-language|targeting.prohibited-basis",
}
"""Ids of the package's intents that have a counterpart among ours; the others have none."""

THEIRS = """
import json, sys
from mortgage_ai_guardrails.pipeline import MortgageGuardrails
guard = MortgageGuardrails()
for line in sys.stdin:
    text = json.loads(line)
    first = guard.check_input(text)
    answer = {"decision": "PASS", "reason_codes": [], "guideline_citations": [], "variables_used": [],
              "explanation": text}
    second = guard.check_output(answer)
    rules = first.reason_codes or ([first.error_code] if first.error_code else [])
    print(json.dumps({"input": rules, "output": [second.error_code] if second.error_code else []}))
"""


@dataclass(frozen=True)
class Judged:
    """What a reader says of one case: its verdict, the rules of ours it found, whether it said anything."""

    verdict: str
    rules: frozenset[str]
    spoke: bool


def main(cases: str, lender_file: str = "") -> None:
    """Print the same figures for the gate and its peers."""
    file = Path(cases)
    beside = file.with_name("lender.toml")
    record = Path(lender_file) if lender_file else beside if beside.is_file() else EXAMPLE
    lender = parse_lender(record.read_text(encoding="utf-8"), record.name)
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = [read_case(line, f"{file.name}:{number}") for number, line in enumerate(lines, 1)]
    print(f"{len(read)} cases of {file.name}; `any finding` counts a labelled warn or block case that is")
    print("not passed over in silence, whatever the rule is called, so that other ids are not punished")
    print(f"{'':36} {'recall of rules':>16} {'any finding':>14} {'false alarms':>14} {'verdicts':>14}")
    _score("vallum", read, _vallum(read, lender))
    _score(f"keyword list ({sum(map(len, BANNED.values()))} phrases)", read, _keywords(read))
    theirs = _guardrails(read)
    if isinstance(theirs, str):
        print(f"{PACKAGE}: {theirs}")
    else:
        version, answers = theirs
        _score(f"{PACKAGE} {version}", read, [_theirs(one["input"]) for one in answers])
        _score("  and its check of output", read, [_theirs(one["input"] + one["output"]) for one in answers])
        said = sorted({rule for one in answers for rule in one["input"] + one["output"]})
        print(
            f"what {PACKAGE} found: {', '.join(said) or 'nothing'}; only {', '.join(OURS_OF_THEIRS)} have a"
        )
        print("counterpart among the labels, and its verdicts are block or pass, never warn")


def _score(name: str, cases: Sequence[Case], judged: Sequence[Judged]) -> None:
    hits = labels = found = stops = alarms = passes = right = 0
    for case, said in zip(cases, judged, strict=True):
        label: dict[str, Any] = case.label
        wanted = [set(rule.split("|")) for rule in label["rules"]]
        own = {part for rule in said.rules for part in rule.split("|")}
        labels += len(wanted)
        hits += sum(not rules.isdisjoint(own) for rules in wanted)
        passing = label["verdict"] == "pass"
        passes += passing
        alarms += passing and said.verdict == "block"
        stops += not passing
        found += not passing and said.spoke
        right += said.verdict == label["verdict"]
    shares = ((hits, labels), (found, stops), (alarms, passes), (right, len(cases)))
    print(f"{name:36} " + " ".join(f"{part:>5}/{of} {part / max(1, of):>6.1%}" for part, of in shares))


def _vallum(cases: Sequence[Case], lender: Lender) -> list[Judged]:
    pack, default = load_pack(), end_of_day(AS_OF, lender.zone)
    judged = []
    for case in cases:
        findings = screen(case.piece(), lender, pack, at=moment_of(case, default, lender.zone))
        found = frozenset(one.rule for one in findings if one.severity is not Severity.INFO)
        judged.append(Judged(verdict(findings), found, bool(found)))
    return judged


def _keywords(cases: Sequence[Case]) -> list[Judged]:
    listed = {
        rule: re.compile("|".join(rf"(?:\b|(?=\W)){re.escape(phrase)}(?!\w)" for phrase in phrases))
        for rule, phrases in BANNED.items()
    }
    judged = []
    for case in cases:
        text = _text(case).lower()
        found = frozenset(rule for rule, pattern in listed.items() if pattern.search(text))
        judged.append(Judged("block" if found else "pass", found, bool(found)))
    return judged


def _guardrails(cases: Sequence[Case]) -> tuple[str, list[dict[str, list[str]]]] | str:
    """The package's answers with its version, or why there are none."""
    with tempfile.TemporaryDirectory(prefix="peer-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q", PACKAGE]
        installed = subprocess.run(pip, capture_output=True, text=True, check=False)
        if installed.returncode:
            said = installed.stderr.strip().splitlines()
            return f"pip cannot install it: {next((one for one in said if 'ERROR' in one), said[-1])}"
        asked = "".join(json.dumps(_text(case)) + "\n" for case in cases)
        ran = subprocess.run(
            [python, "-c", THEIRS], input=asked, capture_output=True, text=True, check=False, cwd=folder
        )
        if ran.returncode:
            return f"it stopped: {ran.stderr.strip().splitlines()[-1]}"
        code = f"import importlib.metadata as held; print(held.version({PACKAGE!r}))"
        version = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return version.stdout.strip(), [json.loads(line) for line in ran.stdout.splitlines()]


def _theirs(said: list[str]) -> Judged:
    rules = frozenset(OURS_OF_THEIRS.get(rule, rule) for rule in said)
    return Judged("block" if said else "pass", rules, bool(said))


def _text(case: Case) -> str:
    return "\n".join(text for _, text in case.piece().texts())


if __name__ == "__main__":
    main(*sys.argv[1:])
