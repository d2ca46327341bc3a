"""The house's own rules, as tests: who may import whom, where a broad `except` may stand, what is named how."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("agents", "approvals", "tools", "policies", "campaign")
SOURCES = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "cli.py"]
BROAD_ALLOWED = {"cli.py", "policies/engine.py"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "process", "data"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees() -> list[tuple[str, ast.Module]]:
    return [(name(path), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_nothing_imports_the_command_line():
    assert [where for where, tree in trees() if "cli" in imported(tree)] == []


def test_broad_excepts_stand_at_the_command_boundary_and_in_the_rule_runner_only():
    broad = set()
    for where, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                caught = (
                    [n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)] if node.type else ["all"]
                )
                if {"Exception", "BaseException", "all"} & set(caught):
                    broad.add(where)
    assert broad <= BROAD_ALLOWED


def test_only_the_edge_reads_a_clock_or_an_environment():
    edges = re.compile(
        r"(^cli\.py|commands?\.py|approvals/terminal/options\.py|agents/server\.py|apr_command\.py)$"
    )
    clock = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|os\.environ|os\.getenv")
    offenders = [
        name(path)
        for path in SOURCES
        if clock.search(path.read_text(encoding="utf-8")) and not edges.search(name(path))
    ]
    assert offenders == []


def test_command_modules_import_typer_alone_at_module_level():
    standard = {
        "__future__",
        "collections.abc",
        "contextlib",
        "datetime",
        "functools",
        "inspect",
        "os",
        "pathlib",
        "sys",
        "typing",
    }
    heavy = {}
    for where, tree in trees():
        if not where.endswith(("commands.py", "apr_command.py", "terminal/options.py")):
            continue
        top = ast.Module(body=[node for node in tree.body if not _only_for_types(node)], type_ignores=[])
        module_level = [node for node in top.body if isinstance(node, ast.Import | ast.ImportFrom)]
        extra = (
            imported(ast.Module(body=list(module_level), type_ignores=[]))
            - standard
            - {"typer", "campaign.answer", "approvals.terminal.options"}
        )
        if extra:
            heavy[where] = extra
    assert heavy == {}


def _only_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def test_no_file_is_named_for_nothing():
    assert [name(path) for path in SOURCES if path.stem in FORBIDDEN_NAMES] == []


def test_files_stay_short_enough_to_be_one_thing():
    long = {
        name(path): lines for path in SOURCES if (lines := len(path.read_text("utf-8").splitlines())) > 250
    }
    assert long == {}


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_lives_there(room):
    tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
    words = ast.get_docstring(tree)
    assert words is not None
    assert len(words.splitlines()) >= 3
    assert len(tree.body) == 1, "a room's __init__ holds its docstring and nothing else"


def test_langgraph_json_leads_to_the_street(tmp_path, monkeypatch):
    import importlib

    from tools.workspace import EXAMPLE_LENDER, make_workspace

    make_workspace(tmp_path / "home", EXAMPLE_LENDER.read_text(encoding="utf-8"), {})
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    declared = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]
    for graph in declared.values():
        path, attribute = graph["path"].split(":")
        module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
        compiled = getattr(module, attribute)()
        assert {
            "segmentation",
            "channel_planning",
            "copywriting",
            "compliance",
            "approval",
            "publishing",
        } <= set(compiled.get_graph().nodes)


def test_locked_requirements_are_hashed_and_name_no_index():
    for locked in (ROOT / "requirements").glob("*.txt"):
        text = locked.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), locked
        pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==", text, re.MULTILINE)
        hashed = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        assert len(pins) == len(hashed) > 40, locked
