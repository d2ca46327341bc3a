"""`vallum check`, the engine as a linter for any text, and `vallum policy`, the rulebook to read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from campaign.lender import Lender
    from policies.manuscripts import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
FORMATS = ("text", "json", "sarif")

policy = typer.Typer(help="The rulebook.", no_args_is_help=True)


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...|-]", help="Text, Markdown, HTML, e-mail, CSV or case files, or folders."
        ),
    ] = None,
    lender: Annotated[Path | None, typer.Option(help="lender.toml; default: the workspace's.")] = None,
    channel: Annotated[str, typer.Option(help="Where plain files will appear.")] = "web",
    state: Annotated[list[str] | None, typer.Option(help="States it reaches; default: all licensed.")] = None,
    product: Annotated[list[str] | None, typer.Option(help="Products it speaks of.")] = None,
    audience: Annotated[str, typer.Option(help="consumer, partner or originator.")] = "consumer",
    as_of: Annotated[str | None, typer.Option(help="A date or an ISO time; default: now.")] = None,
    form: Annotated[str, typer.Option("--format", help="text, json or sarif.")] = "text",
    fix: Annotated[
        bool, typer.Option("--fix", help="Add what the law prescribes and a record holds.")
    ] = False,
    batch: Annotated[str | None, typer.Option(metavar="CASES.jsonl", help="Cases, one per line.")] = None,
    as_json: AsJson = False,
) -> Answer:
    """Screen texts against the law: exit 1 where anything blocks."""
    from campaign.errors import BadInput
    from policies import checking

    if form not in FORMATS:
        raise BadInput(f"`{form}` is no format.", f"Use one of {', '.join(FORMATS)}.")
    if bool(files) == bool(batch):
        raise BadInput(
            "Nothing to check, or two things at once.", "Give files, or `-`, or --batch CASES.jsonl."
        )
    held = _lender(lender)
    at = _moment(as_of, held)
    if batch:
        return checking.batch(_lines(batch), held, at=at)
    settings = checking.settings_of(channel, _split(state), _split(product), audience)
    return _check_files(files or [], settings, held, at=at, form="json" if as_json else form, fix=fix)


def _check_files(
    files: list[str], settings: Settings, lender: Lender, *, at: datetime, form: str, fix: bool
) -> Answer:
    from policies import checking
    from policies.manuscripts import read_manuscripts

    manuscripts = read_manuscripts(files, settings, standard_input=_standard_input)
    checked = checking.screened(manuscripts, lender, at=at)
    if fix:
        checked = checking.fixed(checked, lender, at=at, write=_write)
    return checking.answer(checked, form=form)


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

    return explanation(load_pack().rule(rule), as_json=as_json)


def _lender(path: Path | None) -> Lender:
    from campaign.errors import BadInput, Unreadable
    from campaign.lender import parse_lender

    places = (
        [path]
        if path
        else [Path(os.environ.get("VALLUM_HOME", "vallum")) / "lender.toml", Path("lender.toml")]
    )
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise BadInput(
            f"`{places[0]}` is no file, and a text can only be judged for a lender.",
            "Give --lender lender.toml; `vallum init` writes an example.",
        )
    try:
        return parse_lender(found.read_text(encoding="utf-8"), found.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(found), "cannot be read as UTF-8 text.", "Save it as UTF-8.") from error


def _moment(as_of: str | None, lender: Lender) -> datetime:
    from datetime import UTC, datetime

    from campaign.moment import parse_moment

    return parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)


def _lines(source: str) -> list[str]:
    from campaign.errors import Unreadable
    from policies.manuscripts import case_lines

    if source == "-":
        return case_lines(_standard_input())
    try:
        return case_lines(Path(source).read_bytes().decode("utf-8-sig", "replace"))
    except OSError as error:
        raise Unreadable(source, f"cannot be read: {error.strerror}.", "Give a file of cases.") from error


def _standard_input() -> str:
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _split(values: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())
