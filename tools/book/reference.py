"""The book's reference page, written from the schemas, so that the page in docs/ cannot lie."""

from __future__ import annotations

from tools.book.schemas import BOOK_TABLES, MONITORING
from tools.book.table_schema import TableSchema
from tools.book.view import AGENT_COLUMNS


def book_page() -> str:
    """The page as Markdown: every table with its columns, then the view that agents read."""
    parts = [
        "# The book",
        "",
        "One CSV file per table, with these headers; columns may be left out, tables may come in any order, "
        "and an id seen again updates its row. Dates are ISO, rates percent a year, money dollars. This page "
        "is written from the code (`make docs`).",
        "",
        *(line for schema in BOOK_TABLES for line in _table(schema)),
        "## Monitoring, apart from the book",
        "",
        "Kept in a file of its own that only the fair-lending review opens. No agent can read it.",
        "",
        *_table(MONITORING),
        "## The agents' view",
        "",
        "What agents read: one row per consumer loan, without names, addresses, language, ZIP, county, tract "
        "or any demographic column. Segments may cut by the columns marked so.",
        "",
        "| column | unit | meaning | may cut |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {column.unit} | {column.meaning} | {'yes' if column.may_cut else 'no'} |"
            for name, column in AGENT_COLUMNS.items()
        ),
    ]
    return "\n".join(parts) + "\n"


def _table(schema: TableSchema) -> list[str]:
    rows = []
    for column in schema.columns:
        if column.hidden:
            continue
        words = f"; one of {', '.join(f'`{word}`' for word in column.words)}" if column.words else ""
        needed = " (required)" if column.name in schema.required else ""
        rows.append(f"| `{column.name}`{needed} | {column.kind} | {column.meaning}{words} |")
    return [f"## {schema.name}", "", "| column | type | meaning |", "|---|---|---|", *rows, ""]


if __name__ == "__main__":
    print(book_page(), end="")
