"""A package as it is read: the document, the page and the tables of a piece."""

from __future__ import annotations

import csv
import json
from typing import Any

from approvals.examination.export import Package
from approvals.examination.names import safe_name


def document(package: Package, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        (package.folder / "pieces" / f"{safe_name(name)}.json").read_text("utf-8")
    )
    return read


def page(package: Package, name: str) -> str:
    return (package.folder / "pieces" / f"{safe_name(name)}.html").read_text("utf-8")


def table(package: Package, name: str) -> list[dict[str, str]]:
    with (package.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
