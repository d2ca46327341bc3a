"""Market figures as CSV: survey rates, ten-year, a daily index, target range, under publishers' headers.

The first column is the day. A file that cannot be read whole is refused whole. Columns that are none of ours
are left out and named.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, get_args

from campaign.errors import Unreadable
from campaign.noun import Noun

Series = Literal["rate_30y", "rate_15y", "treasury_10y", "daily", "target_lower", "target_upper"]
SERIES: tuple[Series, ...] = get_args(Series)
TARGETS: tuple[Series, ...] = ("target_lower", "target_upper")
"""Ends of the Fed's target range, day by day."""
SURVEYS: tuple[Series, ...] = ("rate_30y", "rate_15y")
DAYS = ("day", "week", "date", "observation_date")
"""Headers of the column of days."""
PUBLISHED: dict[str, tuple[Series, str]] = {
    "rate_30y": ("rate_30y", ""),
    "rate_15y": ("rate_15y", ""),
    "treasury_10y": ("treasury_10y", ""),
    "daily": ("daily", ""),
    "target_lower": ("target_lower", ""),
    "target_upper": ("target_upper", ""),
    "dfedtarl": ("target_lower", "Federal Reserve target range"),
    "dfedtaru": ("target_upper", "Federal Reserve target range"),
    "mortgage30us": ("rate_30y", "Freddie Mac PMMS"),
    "mortgage15us": ("rate_15y", "Freddie Mac PMMS"),
    "pmms30": ("rate_30y", "Freddie Mac PMMS"),
    "pmms15": ("rate_15y", "Freddie Mac PMMS"),
    "dgs10": ("treasury_10y", "Federal Reserve H.15"),
    "10 yr": ("treasury_10y", "US Treasury par yield curve"),
    "obmmic30yf": ("daily", "Optimal Blue 30-year conforming index"),
}
"""Headers that are understood, in small letters: which series each is, and who publishes it."""
MISSING = ("", ".", "na", "n/a", "#n/a", "nd")
LIMITS: dict[Series, tuple[float, float]] = {
    "rate_30y": (1, 24.99), "rate_15y": (1, 24.99), "treasury_10y": (-2, 24.99), "daily": (1, 24.99),
    "target_lower": (0, 20), "target_upper": (0, 20),
}  # fmt: skip
"""Least and most of each series, percent: a fraction or a lost decimal point falls outside."""
LEAST_APART = 4
"""Days by which two weeks of a weekly survey differ at least."""


class Figure(Noun):
    """One value of one series.

    Attributes:
        percent: percent a year. source: publisher and the file or address it was read from.
    """

    series: Series
    day: date
    percent: float
    source: str


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """What a file holds: its figures, oldest first, and the headers that are none of ours."""

    figures: tuple[Figure, ...]
    unread: tuple[str, ...]


def read_figures(text: str, name: str, *, until: date, series: Series | None = None) -> FiguresRead:
    """Read a CSV of market figures, refusing the first cell that cannot stand.

    Args:
        text: its content. name: file or address, for messages and as part of the source.
        until: today; no figure may speak of a later day.
        series: what the one value column is, where its header says nothing to us.

    Raises:
        Unreadable: it is no such CSV, a cell is no day or no percent, a day stands twice with two values,
            or a survey has two weeks within four days. The place is `name:line: column`.
    """
    if text.lstrip("\ufeff \r\n\t")[:1] == "<":
        raise Unreadable(name, "is a web page, not CSV.", "Name the address of the CSV file itself.")
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        columns, unread = _columns(header, name, series)
        found: dict[tuple[Series, date], Figure] = {}
        for row in reader:
            if any(cell.strip() for cell in row):
                _take(found, columns, header, row, f"{name}:{reader.line_num}", name, until)
    except csv.Error as error:
        raise Unreadable(f"{name}:{reader.line_num}", f"is no CSV: {error}.", "Export it as CSV.") from error
    if not found:
        raise Unreadable(name, "holds no figures.", "Write at least one row below the header.")
    figures = tuple(sorted(found.values(), key=lambda figure: (figure.day, figure.series)))
    for kind in SURVEYS:
        check_weekly([figure.day for figure in figures if figure.series == kind], name)
    return FiguresRead(figures, unread)


def check_weekly(days: Sequence[date], name: str) -> None:
    """Refuse days, in order, of which two lie within one week of a survey.

    Raises:
        Unreadable: they do; a survey is named by the day of its publication.
    """
    for earlier, later in pairwise(days):
        if (later - earlier).days < LEAST_APART:
            raise Unreadable(
                name,
                f"the surveys of {earlier} and {later} lie within one week.",
                "Date each survey by the day of its publication.",
            )


def _columns(
    header: list[str], name: str, series: Series | None
) -> tuple[dict[int, tuple[Series, str]], tuple[str, ...]]:
    """Which column is which series, by place; and the headers that are none of ours."""
    if not header or header[0].lower() not in DAYS:
        shown = header[0] if header else ""
        raise Unreadable(
            f"{name}:1",
            f"the first column is `{shown:.40}`, not the day.",
            f"Name it one of {', '.join(DAYS)}.",
        )
    columns = {
        place: PUBLISHED[title.lower()]
        for place, title in enumerate(header)
        if place and title.lower() in PUBLISHED
    }
    if not columns and series is not None and len(header[1:]) == 1:
        columns = {1: (series, header[1])}
    if not columns:
        known = ", ".join(PUBLISHED)
        raise Unreadable(f"{name}:1", "no column is a series of ours.", f"Use one of {known}; or --series.")
    kinds = [kind for kind, _ in columns.values()]
    twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if twice:
        raise Unreadable(f"{name}:1", f"two columns are `{twice}`.", "Keep one.")
    return columns, tuple(title for place, title in enumerate(header) if place and place not in columns)


def _take(
    found: dict[tuple[Series, date], Figure], columns: dict[int, tuple[Series, str]], header: list[str],
    row: list[str], place: str, name: str, until: date,
) -> None:  # fmt: skip
    if len(row) != len(header):
        raise Unreadable(place, f"has {len(row)} cells, the header {len(header)}.", "Mend the row.")
    day = _day(row[0], f"{place}: {header[0]}", until)
    for column, (kind, publisher) in columns.items():
        percent = _percent(kind, row[column], f"{place}: {header[column]}")
        if percent is None:
            continue
        source = f"{publisher}, {name}" if publisher else name
        figure = Figure(series=kind, day=day, percent=percent, source=source)
        if found.setdefault((kind, day), figure).percent != percent:
            raise Unreadable(place, f"{day} stands twice, with two values.", "Keep one.")


def _day(text: str, place: str, until: date) -> date:
    text = text.strip()
    for read in _DAY_FORMS:
        try:
            day = datetime.strptime(text, read).date()
        except ValueError:
            continue
        if day > until:
            raise Unreadable(place, f"{day} has not come yet, today is {until}.", "Mend the day.")
        return day
    raise Unreadable(place, f"`{text:.40}` is no day.", "Write days as 2026-11-19 or 11/19/2026.")


_DAY_FORMS = ("%Y-%m-%d", "%m/%d/%Y")


def _percent(series: Series, text: str, place: str) -> float | None:
    text = text.strip()
    if text.lower() in MISSING:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise Unreadable(place, f"`{text:.40}` is no number.", "Write percent a year, as 6.35.") from error
    least, most = LIMITS[series]
    if not math.isfinite(value) or not least <= value <= most:
        raise Unreadable(
            place, f"`{text:.40}` is outside {least:g} to {most:g} percent.", "Mend the value or its unit."
        )
    return value


def write_figures(figures: Sequence[Figure]) -> str:
    """Figures as the CSV in which a workspace keeps them."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(Figure.model_fields)
    writer.writerows((one.series, one.day, one.percent, one.source) for one in figures)
    return written.getvalue()


def kept_figures(text: str) -> Iterator[Figure]:
    """The figures of a kept file."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield Figure.model_validate(row)
