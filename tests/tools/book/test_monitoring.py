"""Law 4: the demographic records lie apart, imports put them in, and one check takes them out."""

from __future__ import annotations

import ast
from pathlib import Path

import pyarrow as pa
import pytest

from campaign.errors import BadInput
from tools.book.engine import TABLES
from tools.book.monitoring import keep_monitoring, monitored_loans, open_monitoring
from tools.book.schemas import MONITORING
from tools.book.view import AGENT_COLUMNS

ROOT = Path(__file__).parents[3]
ROOMS = ("agents", "approvals", "tools", "policies", "campaign")
CHECK = "approvals/fair_lending_review.py"
INTAKE = "tools/book/importing.py"
PROXIES = {
    "first_name",
    "last_name",
    "name",
    "language",
    "zip",
    "census_tract",
    "county_fips",
    "email",
    "phone",
}


def modules() -> list[tuple[str, ast.Module]]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))] + [ROOT / "cli.py"]
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths
    ]


def taken_from_monitoring(tree: ast.Module) -> set[str]:
    """Names that a module imports from the monitoring module, whole or in part."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "tools.book.monitoring":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "tools.book":
            found |= {alias.name for alias in node.names if alias.name == "monitoring"}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name == "tools.book.monitoring"}
        elif isinstance(node, ast.Constant) and node.value == "tools.book.monitoring":
            found.add("by name")
    return found


def test_only_the_check_reads_the_records_and_imports_only_put_them_in() -> None:
    importers = {where: names for where, tree in modules() if (names := taken_from_monitoring(tree))}
    assert importers.pop(INTAKE) == {"keep_monitoring"}
    assert set(importers) <= {CHECK}


def test_the_record_file_is_opened_by_its_module_alone() -> None:
    """Whoever names the file may hand it on; none but the module may give it to an engine."""
    for where, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or where == "tools/book/monitoring.py":
                continue
            called = ast.unparse(node.func).rsplit(".", 1)[-1]
            if called in ("connect", "open_book", "read_database", "attach"):
                assert "monitoring" not in ast.unparse(node), where


def test_nothing_demographic_and_no_proxy_is_in_the_agents_view() -> None:
    demographic = set(MONITORING.headers) | {"tract_minority_percent"}
    assert not set(AGENT_COLUMNS) & ((demographic - {"loan_id"}) | PROXIES)


def test_the_book_has_no_demographic_column() -> None:
    demographic = (set(MONITORING.headers) | {"tract_minority_percent", "age", "birthday"}) - {"loan_id"}
    assert "monitoring" not in TABLES
    assert not {column for types in TABLES.values() for column in types} & demographic


def test_records_are_kept_replaced_and_read_by_the_check(tmp_path: Path) -> None:
    path = tmp_path / "monitoring.duckdb"
    with pytest.raises(BadInput, match="There is no book"), open_monitoring(path):
        pass
    for race in ("A", "B"):
        rows = pa.Table.from_pylist([{"loan_id": "L1", "race": race, "imported_from": "x"}])
        merged = keep_monitoring(path, rows.to_reader())
    assert (merged.rows, merged.updated) == (1, 1)
    with open_monitoring(path) as records:
        (kept,) = monitored_loans(records).to_pyarrow().to_pylist()
    assert (kept["race"], kept["sex"]) == ("B", None)
