"""`vallum policy`: the rulebook to read, to prove and to compare with the law."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from campaign.answer import Answer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
EXAMPLE_LENDER = Path(__file__).parents[1] / "tools" / "examples" / "lender.toml"

policy = typer.Typer(help="The rulebook.", no_args_is_help=True)


@policy.command("list")
def list_rules(as_json: AsJson = False) -> Answer:
    """List every rule: id, severity, citation."""
    from policies.packs import load_pack
    from policies.rulebook import listing

    return listing(load_pack(), as_json=as_json)


@policy.command("explain")
def explain(rule: Annotated[str, typer.Argument(help="A rule id.")], as_json: AsJson = False) -> Answer:
    """Explain one rule: why it is there, where it holds, what fails and what passes."""
    from policies.packs import load_pack
    from policies.rulebook import explanation

    return explanation(load_pack(), rule, as_json=as_json)


@policy.command("test")
def prove(
    rules: Annotated[
        list[str] | None, typer.Argument(metavar="[RULE...]", help="Rule ids; default: all.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Execute the rules' examples, each rule alone and within the whole pack: exit 1 where one fails."""
    from campaign.lender import parse_lender
    from policies.packs import load_pack
    from policies.proving import proved
    from policies.rulebook import proofs

    pack = load_pack()
    chosen = [pack.rule(name) for name in dict.fromkeys(rules or ())] or pack.rules
    lender = parse_lender(EXAMPLE_LENDER.read_text(encoding="utf-8"), EXAMPLE_LENDER.name)
    return proofs(proved(chosen, pack, lender), as_json=as_json)


@policy.command("coverage")
def show_coverage(as_json: AsJson = False) -> Answer:
    """Print the map of the law: which rules are implemented, and why the others are not."""
    from policies.coverage import read_coverage
    from policies.packs import load_pack
    from policies.rulebook import coverage

    return coverage(read_coverage(load_pack()), as_json=as_json)
