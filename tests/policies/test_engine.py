"""The screen fails closed, answers the same every time, and points into the text that was given."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import re2

from campaign.errors import UnknownName, Unreadable
from campaign.finding import Finding, Severity, verdict
from campaign.moment import end_of_day
from policies import engine
from policies.engine import screen
from policies.packs import PACKS, Pack, load_pack, read_rule
from policies.rule import Example, Rule
from policies.seen import Hit, Seen
from tests.policies.example_pieces import Shown, shown

ROOT = Path(__file__).parents[2]
RULE = PACKS / "udaap/guaranteed-approval.yaml"
PACK = load_pack()
TEXT = RULE.read_text(encoding="utf-8")
COPY = {
    "subject": "Guaranteed approval inside",
    "body": "Rates from 5.875%! Just $1,650 a month, guaranteed approval. Bad credit? No problem.",
}


def rule(text: str = TEXT) -> Rule:
    return read_rule(text, RULE, "udaap.guaranteed-approval")


def ask(body: str | Example, pack: Pack | None = None) -> tuple[Finding, ...]:
    piece = shown({"body": body}) if isinstance(body, str) else shown(body)
    return screened(piece, pack or Pack("alone", (rule(),)))


def screened(piece: Shown, pack: Pack) -> tuple[Finding, ...]:
    return screen(piece.piece, piece.lender, pack, at=piece.at)


def broken(rule: Rule, seen: Seen) -> Iterator[Hit]:
    yield Hit("body", 0, 5)
    raise ZeroDivisionError("no rows")


def test_a_rule_that_raises_blocks_and_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.KINDS, "existence", broken)
    found = ask("Guaranteed approval, they said.")
    assert [(one.rule, one.severity) for one in found] == [("udaap.guaranteed-approval", Severity.BLOCK)]
    assert "`udaap.guaranteed-approval` could not finish (ZeroDivisionError: no rows)" in found[0].message
    assert verdict(found) == "block"


def endless(rule: Rule, seen: Seen) -> Iterator[Hit]:
    place = 0
    while True:
        place += 1
        yield Hit("body", place, place + 1)


def test_a_rule_that_finds_without_end_blocks_and_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.KINDS, "existence", endless)
    (found,) = ask("Guaranteed approval.")
    assert (found.rule, found.severity) == ("udaap.guaranteed-approval", Severity.BLOCK)
    assert "more than 20,000 places found" in found.message


def test_a_rule_that_goes_on_beyond_patience_blocks_and_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.KINDS, "existence", endless)
    seconds = iter(range(1_000))
    piece = shown({"body": "Guaranteed approval."})
    found = screen(
        piece.piece, piece.lender, Pack("alone", (rule(),)), at=piece.at, clock=lambda: float(next(seconds))
    )
    assert [one.rule for one in found] == ["udaap.guaranteed-approval"]
    assert "still at work after 10 seconds" in found[0].message


def test_a_rule_without_its_words_in_the_piece_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.KINDS, "existence", broken)
    assert ask("A quiet word about homes.") == ()


def test_a_text_that_cannot_be_read_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> Seen:
        raise RuntimeError("torn")

    monkeypatch.setattr(engine, "see", refuses)
    assert [(one.rule, one.severity) for one in ask("Homes.")] == [("engine.unreadable", Severity.BLOCK)]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (("severity: block", "severity: block\nseverty: warn"), ":3", "unknown key `severty`"),
        (("kind: existence", "kind: existance"), ":1", "unknown kind `existance`"),
        (("severity: block", "severity: block\nseverity: warn"), ":3", "`severity` is given twice"),
        (("severity: block", "severity: fatal"), ":2", "`severity`"),
        (("why: Nobody", "whence: Nobody"), ":5", "unknown key `whence`"),
        (("kind: existence", "kind: existence\napplies: {chanels: [email]}"), ":2", "`applies.chanels`"),
        (("  - '\\bguaranteed rate\\b'", "  - '\\bguaranteed (rate'"), "yaml:", "does not compile"),
        (("  - '\\bguaranteed rate\\b'", "  - 'Guaranteed Rate'"), "yaml:", "capital letters"),
        (("kind: existence", "kind: [existence"), "yaml:", "is no YAML"),
    ],
)
def test_files_that_are_no_rules_are_refused_with_their_line(
    change: tuple[str, str], place: str, said: str
) -> None:
    assert change[0] in TEXT
    with pytest.raises(Unreadable) as refused:
        rule(TEXT.replace(change[0], change[1], 1))
    assert f"udaap/guaranteed-approval.yaml{place}".removesuffix("yaml:") in str(refused.value)
    assert said in str(refused.value)
    assert refused.value.place.rpartition(":")[2].isdigit()


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(Unreadable, match="`citation` is missing"):
        rule("".join(line for line in TEXT.splitlines(True) if not line.startswith("citation:")))


def test_a_pack_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="holds no rule files"):
        load_pack(tmp_path)


def test_the_version_changes_with_any_byte_of_any_file(tmp_path: Path) -> None:
    folder = tmp_path / "udaap"
    folder.mkdir()
    (folder / "guaranteed-approval.yaml").write_text(TEXT, encoding="utf-8")
    first = load_pack(tmp_path).version
    assert re2.fullmatch("[0-9a-f]{12}", first)
    (folder / "guaranteed-approval.yaml").write_text(TEXT + "\n", encoding="utf-8")
    assert load_pack(tmp_path).version != first


def test_a_rule_is_found_by_its_id_or_the_nearest_is_offered() -> None:
    pack = load_pack()
    assert pack.rule("regz.apr-math").kind == "apr_math"
    with pytest.raises(UnknownName, match=r"Did you mean `regz[.]apr-math`"):
        pack.rule("regz.apr-maths")


def test_the_same_answer_over_a_hundred_runs_and_shuffled_rules() -> None:
    pack, piece = load_pack(), shown(COPY)
    first = screened(piece, pack)
    assert first
    rules = list(pack.rules)
    for turn in range(100):
        random.Random(turn).shuffle(rules)
        assert screened(shown(COPY), Pack(pack.version, tuple(rules))) == first


def test_the_same_answer_under_any_hash_seed() -> None:
    script = (
        "from tests.policies.example_pieces import shown; from policies.engine import screen;"
        "from policies.packs import load_pack; p = load_pack();"
        f"s = shown({COPY!r});"
        "print(p.version, [f.as_json() for f in screen(s.piece, s.lender, p, at=s.at)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(said) == 1


HIDDEN = {
    "zero-width": "Guaran\u200bteed app\u200droval for you.",
    "soft hyphen": "Guar\u00adanteed approval for you.",
    "look-alike letters": "Gu\u0430r\u0430nt\u0435\u0435d \u0430ppr\u043ev\u0430l for you.",
    "wide letters": "\uff27uaranteed \uff41pproval for you.",
    "no-break space": "Guaranteed\u00a0approval for you.",
    "a line break": "Guaranteed\napproval for you.",
    "combining marks": "Guara\u0301nteed approval for you.",
    "bold letters": "\U0001d406uaranteed approval for you.",
    "capitals": "GUARANTEED APPROVAL for you.",
    "tags": "<p>Guaran<b>teed</b> approval for you.</p>",
    "entities": "<p>Guaranteed&nbsp;approv&#97;l for you.</p>",
    "a comment": "<p>Guaranteed <!-- not --> approval for you.</p>",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_words_are_found_where_they_stand_in_the_original(how: str) -> None:
    text = HIDDEN[how]
    found = [one for one in ask(text) if one.rule == "udaap.guaranteed-approval"]
    assert len(found) == 1, how
    assert found[0].excerpt == text[found[0].start : found[0].end]
    assert found[0].excerpt[0] in "GgGg\uff27\U0001d406"
    assert text[found[0].end :].startswith(" for you.")


UNSEEN = (
    '<p style="display:none">Guaranteed approval</p><p>Hello.</p>',
    "<style>.x:after{content:'guaranteed approval'}</style><p>Hello.</p>",
    "<!-- guaranteed approval --><p>Hello.</p>",
)


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_can_see_says_nothing(text: str) -> None:
    assert ask(text) == ()


def test_findings_come_in_the_order_of_the_fields_and_name_list_entries() -> None:
    found = ask(
        {"channel": "google_search", "headlines": ["Homes", "Guaranteed approval"], "body": "No income check"}
    )
    assert [one.field for one in found] == ["headlines[1]", "body"]


HOSTILE = {
    "one letter": "a" * 16_000,
    "spaces": " " * 16_000,
    "digits": "1" * 16_000,
    "percent signs": "5.875% " * 2_300,
    "dollars": "$1,650.00 a month " * 900,
    "open tags": "<p " * 5_300,
    "nested tags": "<div><b>" * 2_000,
    "entities": "&nbsp;&amp;" * 1_450,
    "half a promise": "guaranteed guaranteed " * 720,
    "numbers of the lender": "nmls id # 1999901, " * 840,
    "years": "30-year " * 2_000,
    "zero-width": "gu\u200ba\u200br" * 2_600,
    "dates": "as of November 24, 2026 " * 660,
    "sentences": "We lend. " * 1_780,
    "line breaks": "\n" * 16_000,
    "a promise in every tag": "<p>Guaranteed approval</p>" * 620,
    "a promise in one sentence": "guaranteed approval " * 800,
    "quoted promises": '"guaranteed approval ' * 760,
    "savings": "save $300 a month " * 890,
    "terms": "30-year fixed mortgage " * 700,
    "rates and APRs": "6.125% rate (6.284% APR) " * 640,
    "denied promises": "we do not say guaranteed approval " * 470,
    "emoji": "\U0001f3e0 lowest rate " * 800,
}


@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize("how", HOSTILE)
def test_no_text_stalls_the_gate(how: str, times: int) -> None:
    pack, piece = PACK, shown({"body": HOSTILE[how] * times, "footer": ""})
    screened(shown("warm"), pack)
    kilobytes = len(HOSTILE[how].encode()) * times / 1000
    began = time.process_time()
    screened(piece, pack)
    spent = (time.process_time() - began) * 1000
    assert spent / kilobytes < 50, f"{spent:.0f} ms for {kilobytes:.0f} kB"


DATED = TEXT.replace("severity: block", "severity: block\nvalid_from: 2026-07-21\nvalid_to: 2027-01-31", 1)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 7, 20), False),
        (date(2026, 7, 21), True),
        (date(2027, 1, 31), True),
        (date(2027, 2, 1), False),
    ],
)
def test_dated_law_is_asked_on_its_days_only(day: date, holds: bool) -> None:
    piece = shown({"body": "Guaranteed approval."})
    at = end_of_day(day, piece.lender.zone)
    found = screen(piece.piece, piece.lender, Pack("alone", (rule(DATED),)), at=at)
    assert bool(found) is holds


def test_law_that_ends_before_it_begins_is_refused_with_its_file() -> None:
    with pytest.raises(Unreadable, match="lies before `valid_from`"):
        rule(DATED.replace("2027-01-31", "2025-01-31"))


def test_trigger_leads_are_refused_from_the_day_their_act_took_effect() -> None:
    dated = PACK.rule("fcra.trigger-leads")
    piece = shown(dated.examples.fail[0])
    for day, holds in ((date(2026, 3, 3), False), (date(2026, 3, 4), True)):
        at = end_of_day(day, piece.lender.zone)
        found = screen(piece.piece, piece.lender, Pack("alone", (dated,)), at=at)
        assert bool(found) is holds, day
