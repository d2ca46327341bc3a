"""`vallum policy` and `check --explain`: rules told, proved, and named again when the name is almost right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import cli
from campaign.errors import UnknownName
from policies.commands import _lender, check
from policies.packs import PACKS, Pack, load_pack, read_rule
from policies.policy_commands import prove, show_coverage
from policies.proving import proved
from policies.rulebook import dates
from tests.policies.checked_files import GUARANTEE, LENDER


def told(rule: str) -> list[str]:
    return [str(line) for line in check(None, explain=rule).view()]


@pytest.mark.parametrize("rule", [one.id for one in load_pack().rules])
def test_every_rule_is_explained(rule: str) -> None:
    lines = told(rule)
    written = load_pack().rule(rule)
    assert lines[0].startswith(f"{rule} ({written.severity}: ")
    for name, said in (("Law", written.citation), ("Why", written.why), ("Says", written.message)):
        assert f"  {name}: {said}" in lines
    assert any(line.startswith("  Holds for: ") for line in lines)
    assert any(line.startswith("  Dates: ") and str(written.read) in line for line in lines)
    fails, passes = lines.index("  Fails:"), lines.index("  Passes:")
    assert passes - fails - 1 == len(written.examples.fail)
    assert len(lines) - passes - 1 == len(written.examples.passing)


def test_the_days_on_which_a_law_stands_are_told() -> None:
    rule = load_pack().rule(GUARANTEE).model_copy(update={"valid_from": None, "valid_to": None})
    assert dates(rule).startswith("no date of its own; read ")
    begun = rule.model_copy(update={"valid_from": date(2026, 1, 1)})
    assert dates(begun).startswith("stands from 2026-01-01; read ")
    over = begun.model_copy(update={"valid_to": date(2026, 6, 30)})
    assert dates(over).startswith("stands from 2026-01-01 to 2026-06-30; read ")


def test_an_explanation_is_a_document_too() -> None:
    document = check(None, explain=GUARANTEE, as_json=True).document
    assert document["rule"] == GUARANTEE
    assert document["examples"]["fail"]


def test_the_engines_own_finding_is_explained() -> None:
    assert told("engine.unreadable")[0] == "engine.unreadable (block)"


def test_a_rule_that_is_almost_right_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnknownName, match=r"Did you mean `udaap\.guaranteed-approval`"):
        check(None, explain="udaap.guaranted-approval")
    assert cli.main(["check", "--explain", "udaap.guaranted-approval"]) == 2
    assert "Did you mean" in capsys.readouterr().err


def test_examples_are_proved_alone_and_within_the_pack() -> None:
    answer = prove([GUARANTEE])
    examples = load_pack().rule(GUARANTEE).examples
    assert answer.exit_code == 0
    assert answer.document["failing"] == len(examples.fail)
    assert answer.document["passing"] == len(examples.passing)
    assert "1 rule, " in str(list(answer.view())[-1])


def test_a_rule_that_fails_its_examples_says_which() -> None:
    file = PACKS / "udaap" / "guaranteed-approval.yaml"
    text = file.read_text(encoding="utf-8")
    broken = text[: text.index("examples:")] + (
        "examples:\n  fail: [Nothing to see here., Guaranteed approval for all., Guaranteed approval today.]\n"
        "  pass: [Guaranteed approval for you., Talk to us.]\n"
    )
    rule = read_rule(broken, file, GUARANTEE)
    whole = Pack("whole", tuple(rule if one.id == GUARANTEE else one for one in load_pack().rules))
    (proof,) = proved([rule], whole, _lender(LENDER))
    assert proof.faults == (
        "alone: silent about Nothing to see here.",
        f"alone: {GUARANTEE} blocks Guaranteed approval for you., which should pass",
        "within the pack: silent about Nothing to see here.",
        f"within the pack: {GUARANTEE} blocks Guaranteed approval for you., which should pass",
    )


def test_an_example_that_is_no_case_is_a_fault() -> None:
    rule = load_pack().rule(GUARANTEE)
    strange = rule.model_copy(
        update={
            "examples": rule.examples.model_copy(update={"passing": ({"channel": "billboard", "body": "x"},)})
        }
    )
    (proof,) = proved([strange], Pack("alone", (strange,)), _lender(LENDER))
    assert any("no case" in fault for fault in proof.faults)


def test_the_example_lender_ships_where_the_proof_looks_for_it() -> None:
    from policies.policy_commands import EXAMPLE_LENDER

    assert Path(EXAMPLE_LENDER).resolve() == LENDER.resolve()


def test_the_map_of_the_law_counts_and_gives_reasons() -> None:
    answer = show_coverage()
    rules = {rule.id: rule for rule in load_pack().rules}
    document, shown = answer.document, [str(line) for line in answer.view()]
    assert document["rules"] == document["implemented"] + document["listed"] == len(document["map"])
    assert document["implemented"] == len(rules)
    assert {one["id"] for one in document["map"] if one["status"] == "implemented"} == rules.keys()
    for one in document["map"]:
        if one["status"] == "listed":
            assert f"    {one['id']}: {one['reason']}" in shown
    regz = [one for one in document["map"] if one["id"].startswith("regz.")]
    done = sum(one["status"] == "implemented" for one in regz)
    assert any(line.split() == ["regz", str(done), "of", str(len(regz))] for line in shown)
    assert shown[-1].startswith(f"{len(rules)} of {document['rules']} rules implemented; listed: ")
