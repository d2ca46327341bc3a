"""Extending the market from files and addresses: all of them are read before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from campaign.errors import BadInput, Unreadable
from tools.market import given
from tools.market.downloads import SECONDS, download, is_address, without_query
from tools.market.figures import SERIES, SURVEYS, TARGETS, Figure, Series, check_weekly, read_figures
from tools.market.series import Market, open_market
from tools.market.target_ranges import decisions_in, target_ranges, unexplained

if TYPE_CHECKING:
    from campaign.lender_settings import RatePolicy
    from campaign.market import FedDecision
    from tools.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from.

    Attributes:
        place: file or address. series: what its one value column is, where its header says nothing to us.
    """

    place: str
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is held of one day of one series: percent, where it was read, whether it is weak."""

    percent: float
    source: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure that contradicts the one held: the newer stands from now on, the older stays on file."""

    was: Known
    now: Figure


@dataclass(frozen=True, slots=True)
class MarketUpdate:
    """What an import changed.

    Attributes:
        sources: what was read, as it may be shown. unread: headers that are none of ours.
        added: figures of days not held before. confirmed: weak ones that were now read at a publisher.
        revised: those that contradict what was held. unchanged: how many say what is held.
        decided: decisions of the Fed that were not held, or held otherwise, read from the target range.
        waiting: 15-year rates that are kept and not used until the 30-year one of their week is held.
        unexplained: days on which the target range changed without a meeting on the calendar.
        kept: the files they are kept in. market: as it stands now; before: as it stood.
    """

    sources: tuple[str, ...]
    unread: tuple[str, ...]
    added: tuple[Figure, ...]
    confirmed: tuple[Figure, ...]
    revised: tuple[Revision, ...]
    unchanged: int
    decided: tuple[FedDecision, ...]
    waiting: tuple[Figure, ...]
    unexplained: tuple[date, ...]
    kept: tuple[Path, ...]
    before: Market
    market: Market


def series_of(name: str | None) -> Series | None:
    """A series by its name.

    Raises:
        BadInput: there is none of that name.
    """
    found = next((series for series in SERIES if series == name), None)
    if name is not None and found is None:
        raise BadInput(f"`{name:.40}` is no series.", f"Use one of {', '.join(SERIES)}.")
    return found


def configured_sources(rates: RatePolicy) -> tuple[Source, ...]:
    """The addresses that lender.toml names, in the order survey, Treasury, daily index, target range.

    Raises:
        BadInput: it names none.
    """
    named: tuple[tuple[str, Series | None], ...] = (
        (rates.survey_url, "rate_30y"),
        (rates.treasury_url, "treasury_10y"),
        (rates.daily_url, "daily"),
        (rates.target_url, None),
    )
    found = tuple(Source(place, series) for place, series in named if place)
    if not found:
        raise BadInput(
            "There is nothing to update from.",
            "Name a file or an address, or set survey_url or another address in [rates] of lender.toml.",
        )
    return found


class Keeper(Protocol):
    """Keeps what was read, with whatever evidence its room leaves."""

    def keep_figures(self, workspace: Workspace, figures: Sequence[Figure]) -> Path:
        """Keep figures as one file."""
        ...

    def keep_decision(self, workspace: Workspace, decision: FedDecision) -> Path:
        """Keep a decision of the Fed."""
        ...


def update_market(
    workspace: Workspace,
    sources: Sequence[Source],
    *,
    at: datetime,
    keeper: Keeper = given,
    seconds: float = SECONDS,
) -> MarketUpdate:
    """Read every source, then keep what is new in it; a failure of any source keeps nothing.

    Args:
        workspace: whose market is extended. sources: files and addresses.
        at: aware moment; no figure may speak of a later day. seconds: for each download.
        keeper: of what was read; the plain one leaves no evidence.

    Raises:
        BadInput: an address cannot be reached, or the folder cannot be written.
        Unreadable: a source is no CSV of figures, or two surveys would lie within one week.
    """
    today = at.astimezone(workspace.lender.zone).date()
    read = [(_shown(source), _text(source, seconds), source.series) for source in sources]
    found = [read_figures(text, name, until=today, series=series) for name, text, series in read]
    every = _without_doubles([one for part in found for one in part.figures])
    figures = [one for one in every if one.series not in TARGETS]
    targets = [one for one in every if one.series in TARGETS]
    before = open_market(workspace)
    added, confirmed, revised = _compared(_held(before, given.given_figures(workspace)), figures)
    _check_weeks(before, added, ", ".join(name for name, _, _ in read))
    news = sorted((*added, *confirmed, *(one.now for one in revised)), key=lambda one: (one.day, one.series))
    ranges = target_ranges(targets)
    decided = decisions_in(ranges, before.meetings, source=targets[0].source, at=at) if targets else ()
    kept = [keeper.keep_figures(workspace, news)] if news else []
    kept += [keeper.keep_decision(workspace, decision) for decision in decided]
    market = open_market(workspace) if kept else before
    return MarketUpdate(
        sources=tuple(name for name, _, _ in read),
        unread=tuple(title for part in found for title in part.unread),
        added=added,
        confirmed=confirmed,
        revised=revised,
        unchanged=len(figures) - len(news),
        decided=decided,
        waiting=given.waiting_15y(market.weeks, given.given_figures(workspace)),
        unexplained=unexplained(ranges, before.meetings),
        kept=tuple(kept),
        before=before,
        market=market,
    )


def _check_weeks(market: Market, added: Sequence[Figure], name: str) -> None:
    """Refuse new weeks of a survey that lie within a week that is held."""
    for kind in SURVEYS:
        days = {figure.day for figure in added if figure.series == kind} | {one.week for one in market.weeks}
        check_weekly(sorted(days), name)


def _shown(source: Source) -> str:
    return without_query(source.place) if is_address(source.place) else Path(source.place).name


def _text(source: Source, seconds: float) -> str:
    if is_address(source.place):
        return download(source.place, seconds=seconds)
    try:
        return Path(source.place).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(source.place, "is no UTF-8 text.", "Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise Unreadable(
            source.place, f"cannot be read: {error.strerror}.", "Name an existing CSV file."
        ) from error


def _without_doubles(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Each figure once; two sources that contradict each other are refused."""
    held: dict[tuple[Series, date], Figure] = {}
    for figure in figures:
        other = held.setdefault((figure.series, figure.day), figure)
        if other.percent != figure.percent:
            raise BadInput(
                f"{other.source} has {other.percent:g} % on {figure.day}, "
                f"{figure.source} has {figure.percent:g} %.",
                "Import one of them alone.",
            )
    return tuple(held.values())


def _compared(
    held: Mapping[tuple[Series, date], Known], figures: Sequence[Figure]
) -> tuple[tuple[Figure, ...], tuple[Figure, ...], tuple[Revision, ...]]:
    """The figures that are new, those that confirm a weak one, and those that contradict what is held."""
    added, confirmed, revised = [], [], []
    for figure in figures:
        known = held.get((figure.series, figure.day))
        if known is None:
            added.append(figure)
        elif known.percent != figure.percent:
            revised.append(Revision(known, figure))
        elif known.weak:
            confirmed.append(figure)
    return tuple(added), tuple(confirmed), tuple(revised)


def _held(market: Market, figures: Sequence[Figure]) -> dict[tuple[Series, date], Known]:
    held: dict[tuple[Series, date], Known] = {}
    for week in market.weeks:
        held["rate_30y", week.week] = Known(week.rate_30y, week.source, week.provenance == "weak")
        if week.rate_15y is not None:
            held["rate_15y", week.week] = Known(week.rate_15y, week.source, week.provenance_15y == "weak")
    for reading in market.treasury:
        if not reading.weekly:  # a day's yield does not contradict the mean of its week
            held["treasury_10y", reading.day] = Known(reading.percent, reading.source)
    for reading in market.daily:
        held["daily", reading.day] = Known(reading.percent, reading.source)
    for figure in given.waiting_15y(market.weeks, figures):
        held["rate_15y", figure.day] = Known(figure.percent, figure.source)
    return held
