"""`vallum check`: the engine as a linter for any text."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from campaign.lender import Lender
    from campaign.waiver import Waiver
    from policies.checking import Report
    from policies.manuscript import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
FORMATS = ("text", "json", "sarif")
ROOT = Path(__file__).parents[1]


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
    batch: Annotated[
        str | None, typer.Option(metavar="CASES.jsonl", help="Cases, one per line; `-` for standard input.")
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="What compliance lets pass, until when.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Explain a rule instead of checking.")
    ] = None,
    as_json: AsJson = False,
) -> Answer:
    """Screen texts against the law: exit 1 where anything blocks, 2 where nothing could be read.

    A text, Markdown or HTML file is one piece; an e-mail is one for each of its views and attached texts. A
    CSV holds a piece a row, its columns the fields of a case; .json and .jsonl hold cases:

    {"id", "channel", "fields": {"subject", "headline", "headlines", "body", "cta", "footer", ...}, and as
    known: "audience", "states", "products", "originator", "partner", "targeting", "cost_split", "consent",
    "offer"}. docs/check.md tells more.
    """
    from campaign.errors import BadInput

    if explain is not None:
        from policies.packs import load_pack
        from policies.rulebook import explanation

        return explanation(load_pack(), explain, as_json=as_json or form == "json")
    if form not in FORMATS:
        raise BadInput(f"`{form}` is no format.", f"Use one of {', '.join(FORMATS)}.")
    if bool(files) == bool(batch):
        raise BadInput(
            "Nothing to check, or two things at once.", "Give files, or `-`, or --batch CASES.jsonl."
        )
    if fix and (batch or files == ["-"]):
        raise BadInput("`--fix` mends files, and this is none.", "Give a file, or leave `--fix` out.")
    if batch and form == "sarif":
        raise BadInput("A batch is answered by a line of JSON a case.", "Give the cases as a file for SARIF.")
    held = _lender(lender)
    let_pass = _waivers(waivers)
    at = _moment(as_of, held)
    if batch:
        from policies.batches import batch as judged

        return judged(_lines(batch), held, let_pass, at=at, clock=_seconds())
    from policies.checking import settings_of

    settings = settings_of(channel, _split(state), _split(product), audience)
    report = _report(files or [], settings, held, let_pass, at=at, fix=fix)
    return _answer(report, form="json" if as_json and form == "text" else form)


def _report(
    files: list[str],
    settings: Settings,
    lender: Lender,
    waivers: tuple[Waiver, ...],
    *,
    at: datetime,
    fix: bool,
) -> Report:
    from policies.checking import checked, fixed
    from policies.manuscripts import read_manuscripts

    desk = read_manuscripts(files, settings, standard_input=sys.stdin.buffer.read)
    clock = _seconds()
    report = checked(desk, lender, waivers, at=at, clock=clock)
    return fixed(report, desk, lender, waivers, at=at, clock=clock, write=_write) if fix else report


def _answer(report: Report, *, form: str) -> Answer:
    from policies.reports import document, text_lines

    code = 1 if report.verdict == "block" else 0
    if form != "sarif":
        return Answer(document(report), lambda: text_lines(report), as_json=form == "json", exit_code=code)
    from importlib.metadata import version

    from policies.packs import load_pack
    from policies.sarif import sarif

    shelf = ROOT / "docs" / "rules"
    pages = f"{shelf.as_uri()}/" if shelf.is_dir() else None
    log = sarif(load_pack(), report, version=version("vallum"), pages=pages)
    return Answer(log, view=lambda: (), as_json=True, exit_code=code)


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
        return parse_lender(found.read_text(encoding="utf-8-sig"), found.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(found), "cannot be read as UTF-8 text.", "Save it as UTF-8.") from error


def _waivers(path: Path | None) -> tuple[Waiver, ...]:
    """The waivers of a file; none is ever taken from a place that was not named."""
    if path is None:
        return ()
    from campaign.errors import Unreadable
    from policies.packs import load_pack
    from policies.waiving import read_waivers

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(path), "cannot be read as UTF-8 text.", "Give a file of waivers.") from error
    return read_waivers(text, str(path), {rule.id for rule in load_pack().rules})


def _moment(as_of: str | None, lender: Lender) -> datetime:
    from datetime import UTC, datetime

    from campaign.moment import parse_moment

    return parse_moment(as_of, lender.zone) if as_of else datetime.now(UTC)


def _seconds() -> Callable[[], float]:
    """A clock for cutting off a rule that does not end."""
    from time import perf_counter

    return perf_counter


def _lines(source: str) -> list[str]:
    from campaign.errors import Unreadable
    from policies.manuscripts import case_lines

    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Unreadable(source, f"cannot be read: {error.strerror}.", "Give a file of cases.") from error
    return case_lines(content.decode("utf-8-sig", "replace"))


def _write(path: Path, content: bytes) -> None:
    """Put a mended file in the place of the old one, whole or not at all."""
    import shutil

    old = path.resolve(strict=True)
    if not os.access(old, os.W_OK):
        raise PermissionError(13, "it may not be written", str(old))
    beside = old.with_name(f".{old.name}.mended")
    beside.write_bytes(content)
    shutil.copymode(old, beside)
    beside.replace(old)


def _split(values: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())
