"""The pages say what the code says: drawn, listed and typed commands are compared with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    """Every command of the application, `book import` for one of a group."""
    found: set[str] = set()
    root = typer.main.get_command(cli.app)
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {child}" for child in inner} if inner else {name}
    return found


REQUIRED = (
    "init", "demo", "book import", "book status", "rates import", "rates show", "fed calendar", "segments", "plan",
    "runs list", "runs resume", "queue", "show", "approve", "reject", "publish", "replan", "check", "apr",
    "policy list", "policy explain", "policy test", "policy coverage", "audit verify", "serve", "worker", "fair-lending",
)  # fmt: skip


@pytest.mark.parametrize("command", REQUIRED)
def test_every_command_is_there(command):
    assert command in commands()


def test_every_command_typed_in_the_readme_exists():
    known = commands()
    typed = re.findall(r"`?vallum ((?:[a-z][a-z-]* ?){1,2})", README)
    groups = {name.split()[0] for name in known if " " in name}
    for words in typed:
        first, *rest = words.split()
        name = f"{first} {rest[0]}" if first in groups and rest else first
        assert name in known, words


def test_the_page_of_the_book_is_written_from_the_schemas():
    from tools.book.reference import book_page

    assert (ROOT / "docs" / "book.md").read_text(encoding="utf-8") == book_page()


def test_the_drawn_workflow_is_the_one_in_the_docs():
    from agents.drawing import mermaid

    assert (ROOT / "docs" / "workflow.mmd").read_text(encoding="utf-8") == mermaid()


def test_links_in_the_pages_lead_somewhere():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_the_readme_shows_real_transcripts():
    for command in ("make demo", "make test"):
        shown = re.search(rf"<!-- transcript: {command} -->\n```\n(.*?)```", README, re.DOTALL)
        assert shown is not None
        assert len(shown[1].splitlines()) > 1
