"""How fast the gate is beside other readers of the same texts: `python -m benchmarks.policies_speed CASES`.

Pieces of about 800 characters are put together, with a seed, from sentences of the labelled cases; all are
different, and those timed were never seen before. Peers run in this process (`re`) or in environments of
their own made in a temporary folder (`proselint`, `textlint`); each runs with its default rules.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import re2

from benchmarks.policies_on_cases import AS_OF, EXAMPLE
from campaign.lender import parse_lender
from campaign.moment import end_of_day
from campaign.piece import Piece
from policies.cases import read_case
from policies.engine import screen
from policies.matching import patterns_in
from policies.packs import Pack, load_pack
from policies.reading import read_field

LENGTH, WARM, TIMED = 800, 1500, 500
PROSELINT = """
import json, sys, time
from proselint.checks import __register__
from proselint.registry import CheckRegistry
from proselint.tools import LintFile
CheckRegistry().register_many(__register__)
texts = json.load(open(sys.argv[1]))
began = time.process_time()
for text in texts:
    LintFile("text", text).lint()
print(len(texts) / (time.process_time() - began))
"""
TEXTLINT = """
const fs = require("fs");
(async () => {
  const { createLinter, loadTextlintrc } = await import("textlint");
  const descriptor = await loadTextlintrc({ configFilePath: ".textlintrc.json" });
  const linter = createLinter({ descriptor });
  const texts = JSON.parse(fs.readFileSync(process.argv[2]));
  const began = process.cpuUsage();
  for (const text of texts) await linter.lintText(text, "piece.txt");
  const used = process.cpuUsage(began);
  console.log(texts.length / ((used.user + used.system) / 1e6));
})();
"""


def main(cases: str) -> None:
    """Print pieces a second, ratios to the peers, and how the cost grows with text and with rules."""
    chance = random.Random(20261125)
    originals = [
        read_case(line, cases).piece()
        for line in Path(cases).read_text(encoding="utf-8").splitlines()
        if line
    ]
    pack = load_pack()
    pieces = _pieces(originals, chance, WARM + TIMED, LENGTH)
    texts = [read_field("body", str(piece.fields["body"])).text for piece in pieces]
    ours = _rate(_screener(pack), pieces[:WARM], pieces[WARM:])
    patterns = sorted({one.pattern for rule in pack.rules for one in patterns_in(rule.keys)})
    print(
        f"{len(pack.rules)} rules, {len(patterns)} patterns, {sum(map(len, texts)) // len(texts)} characters"
    )
    print(f"the whole screen                        {ours:9,.0f} pieces/s on one core")
    for name, rate in _peers(patterns, texts):
        print(f"{name:40}{rate:9,.0f} pieces/s; the screen is {ours / rate:5.1f} times as fast")
    _growth(originals, pack, chance)
    _outside(texts[WARM:], ours)


def _pieces(originals: list[Piece], chance: random.Random, count: int, length: int) -> list[Piece]:
    sentences = [
        one.strip()
        for piece in originals
        for _, text in piece.texts()
        for one in re.split(r"(?<=[.!?])\s+", text)
        if one.strip() and "<" not in one
    ]
    made = []
    for number in range(count):
        written: list[str] = []
        while sum(map(len, written)) + len(written) < length:
            written.append(chance.choice(sentences))
        model = chance.choice(originals)
        made.append(model.model_copy(update={"piece_id": str(number), "fields": {"body": " ".join(written)}}))
    return made


def _screener(pack: Pack) -> Callable[[Piece], object]:
    lender = parse_lender(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    at = end_of_day(AS_OF, lender.zone)
    return lambda piece: screen(piece, lender, pack, at=at)


def _rate(look: Callable[[Any], object], warm: Iterable[Any], timed: list[Any]) -> float:
    """Looks a second of processor time, after a warm-up on others."""
    for one in warm:
        look(one)
    began = time.process_time()
    for one in timed:
        look(one)
    return len(timed) / (time.process_time() - began)


def _peers(patterns: list[str], texts: list[str]) -> Iterable[tuple[str, float]]:
    combined = re.compile("|".join(f"(?:{re.sub(r'[?]P<[a-z_]+>', '?:', one)})" for one in patterns))
    few, more = texts[WARM : WARM + 60], texts[: WARM // 20]
    yield (
        "one combined `re` pass (finditer)",
        _rate(lambda text: sum(1 for _ in combined.finditer(text)), (), few),
    )
    apart = [re.compile(one) for one in patterns]
    yield (
        "`re`, one pattern after the other",
        _rate(lambda text: [one for one in apart if one.search(text)], (), few),
    )
    options = re2.Options()
    options.max_mem = 1 << 29
    set_of_all = re2.Set.SearchSet(options)
    for one in patterns:
        set_of_all.Add(one)
    set_of_all.Compile()
    yield "one `google-re2` Set of the patterns", _rate(set_of_all.Match, more, few)


def _growth(originals: list[Piece], pack: Pack, chance: random.Random) -> None:
    look = _screener(pack)
    costs = {}
    for length in (400, 800, 1_600, 3_200, 12_800):
        pieces = _pieces(originals, chance, 160, length)
        costs[length] = 1e3 / _rate(look, pieces[:100], pieces[100:])
    print("milliseconds a piece by characters:", ", ".join(f"{n:,}: {ms:.2f}" for n, ms in costs.items()))
    pieces = _pieces(originals, chance, 400, LENGTH)
    for share in (4, 2, 1):
        some = replace(pack, rules=pack.rules[::share])
        ms = 1e3 / _rate(_screener(some), pieces[:200], pieces[200:])
        print(f"milliseconds a piece with {len(some.rules)} rules: {ms:.2f}")


def _outside(texts: list[str], ours: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "texts.json").write_text(json.dumps(texts[:100]), encoding="utf-8")
        for name, run in (("proselint", _proselint), ("textlint", _textlint)):
            try:
                rate = run(home)
            except (OSError, subprocess.CalledProcessError, ValueError) as error:
                print(f"{name}: could not be installed or run here ({type(error).__name__})")
                continue
            print(f"{name:40}{rate:9,.0f} texts/s;  the screen is {ours / rate:5.1f} times as fast")


def _proselint(home: Path) -> float:
    venv.create(home / "env", with_pip=True)
    python = home / "env/bin/python"
    _quiet([str(python), "-m", "pip", "install", "-q", "proselint"], home)
    return float(_quiet([str(python), "-c", PROSELINT, "texts.json"], home))


def _textlint(home: Path) -> float:
    # textlint ships without rules; these two are the English ones its own documentation installs first.
    rules = {"common-misspellings": True, "write-good": True}
    _quiet(["npm", "init", "-y"], home)
    _quiet(["npm", "install", "--silent", "textlint", *(f"textlint-rule-{one}" for one in rules)], home)
    (home / ".textlintrc.json").write_text(json.dumps({"rules": rules}), encoding="utf-8")
    (home / "run.js").write_text(TEXTLINT, encoding="utf-8")
    return float(_quiet(["node", "run.js", "texts.json"], home))


def _quiet(command: list[str], home: Path) -> str:
    return subprocess.run(command, cwd=home, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
