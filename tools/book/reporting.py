"""What the book's commands answer: one document for scripts, tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from campaign.answer import Answer
from tools.book.importing import ImportReport
from tools.book.standing import Standing


def imported(reports: Sequence[ImportReport], *, as_json: bool) -> Answer:
    """What was brought; exit code 1 where no row was taken."""
    taken = sum(part.taken for report in reports for part in (report, *report.also))
    return Answer(
        document={"imports": [_document(report) for report in reports]},
        view=lambda: _imported_view(reports),
        as_json=as_json,
        exit_code=0 if taken else 1,
    )


def standing(found: Standing, *, as_json: bool) -> Answer:
    """What the book holds."""
    document = {
        "tables": found.rows,
        "imports": [{**row, "imported_at": f"{row['imported_at'].isoformat()}Z"} for row in found.imports],
        "loans_by_import": found.loans,
        "origins": found.origins,
        "contactable": found.contactable,
        "suppressed_as_unknown": found.suppressed_as_unknown,
        "dangling": found.dangling,
    }
    return Answer(document=document, view=lambda: _standing_view(found), as_json=as_json)


def _document(report: ImportReport) -> dict[str, Any]:
    return {
        "table": report.table,
        "source": report.source,
        "taken": report.taken,
        "updated": report.updated,
        "rejected": report.rejected,
        "duplicates": report.duplicates,
        "dangling": report.dangling,
        "skipped": dict(report.skipped),
        "rejects_file": str(report.rejects_file) if report.rejects_file else None,
        "origins": dict(report.origins),
        "unread": list(report.unread),
        "permissions_unread": list(report.permissions),
        "also": [_document(part) for part in report.also],
    }


def _imported_view(reports: Sequence[ImportReport]) -> list[Any]:
    parts = [part for report in reports for part in (report, *report.also)]
    columns = ("import", "table", "taken", "updated", "rejected", "duplicates", "dangling")
    rows = [
        (
            part.source,
            part.table,
            *_counts(part.taken, part.updated, part.rejected, part.duplicates, part.dangling),
        )
        for part in parts
    ]
    return [_table(columns, rows), *(line for part in parts for line in _notes(part))]


def _notes(part: ImportReport) -> list[str]:
    notes = [f"{part.source}: {rows:,} rows left out ({reason})." for reason, rows in part.skipped.items()]
    if part.rejects_file:
        notes.append(f"{part.source}: {part.rejected:,} rows refused; reasons are in {part.rejects_file}.")
    if part.unread:
        notes.append(f"{part.source}: not read: {', '.join(part.unread)}.")
    if part.permissions:
        notes.append(
            f"{part.source}: {', '.join(part.permissions)} speak of permission and were not read as "
            "consent, for some mean yes and some mean no; bring consents as a table of their own."
        )
    return notes


def _standing_view(found: Standing) -> list[Any]:
    view: list[Any] = [
        _table(("table", "rows"), [(name, *_counts(rows)) for name, rows in found.rows.items()])
    ]
    if found.origins:
        origins = ("real", "derived", "generated")
        rows = [
            (
                source,
                *_counts(found.loans.get(source, 0)),
                *_counts(*(counts.get(origin, 0) for origin in origins)),
            )
            for source, counts in found.origins.items()
        ]
        view.append(_table(("import", "loans", *(f"{origin} columns" for origin in origins)), rows))
    people = [
        (channel, *_counts(count, found.suppressed_as_unknown[channel]))
        for channel, count in found.contactable.items()
    ]
    view.append(_table(("channel", "may be addressed", "suppressed: consent unknown"), people))
    view += [_sentence(found.dangling)] if found.dangling else []
    return view


def _sentence(dangling: Mapping[str, int]) -> str:
    listed = ", ".join(f"{place} {rows:,}" for place, rows in dangling.items())
    return f"References that lead nowhere: {listed}."


def _counts(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in numbers)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    from rich.table import Table

    table = Table()
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 or column == "table" else "right")
    for row in rows:
        table.add_row(*row)
    return table
