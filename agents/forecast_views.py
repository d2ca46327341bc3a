"""What the rate-shock forecast says: a document for scripts, and a table that is read in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.exhibits import table_of
from approvals.web.overview.forecast_chart import in_words
from approvals.web.words import bps
from campaign.answer import Answer

if TYPE_CHECKING:
    from campaign.rate_forecast import Expected, Movement, RateForecast, Shock


def forecast_answer(
    forecast: RateForecast, *, run_id: str | None, written: Sequence[str], as_json: bool
) -> Answer:
    """The forecast.

    Args:
        run_id: the run whose segments it counts and that keeps it, None without one.
        written: sentences on files that were written.
    """
    document = {"run": run_id, **forecast.model_dump(mode="json")}

    def view() -> Sequence[Any]:
        kept = f"Kept with run `{run_id}`." if run_id else "No run is planned, so that no segment is counted."
        return [
            in_words(forecast),
            _volumes(forecast),
            *_movements(forecast),
            *(f"  {line}" for line in (*forecast.assumptions, *forecast.limits)),
            _counted(forecast),
            kept,
            *written,
        ]

    return Answer(document, view, as_json)


def _volumes(forecast: RateForecast) -> Any:
    table = table_of(
        "What comes in (middle, and 80 % interval)", ">move", ">30-year", ">applications, 30 days",
        ">90 days",
        ">to refinance", ">$ applied for, 90 days", ">own payoffs, 30 days", ">90 days",
    )  # fmt: skip
    for shock in forecast.shocks:
        table.add_row(
            bps(shock.shift_bps),
            f"{shock.rate:.2f} %",
            _range(shock.applications_30),
            _range(shock.applications_90),
            f"{shock.refinances_90:,.0f}",
            f"{shock.usd_90[1] / 1e6:,.1f} m",
            _range(shock.payoffs_30),
            _range(shock.payoffs_90),
            style="bold" if shock is forecast.unmoved else None,
        )
    return table


def _movements(forecast: RateForecast) -> list[Any]:
    """Triggers and segments, those that some move changes; what none changes is said in a line."""
    of = _of(forecast.unmoved)
    turned = [place for place, _ in enumerate(of) if any(_turns(shock, place) for shock in forecast.shocks)]
    still = [
        f"{one.name.replace('_', ' ')} ({one.now:,})"
        for place, one in enumerate(of)
        if place not in turned and one.now
    ]
    parts: list[Any] = []
    if turned:
        parts.append(_turning(forecast, turned))
    if still:
        parts.append(f"  No move changes: {', '.join(still)}.")
    return parts


def _turning(forecast: RateForecast, turned: Sequence[int]) -> Any:
    triggers = len(forecast.unmoved.triggers)
    names = [
        one.name.replace("_", " ") + " trigger" if place < triggers else one.name
        for place, one in enumerate(_of(forecast.unmoved))
        if place in turned
    ]
    table = table_of("Who is in (+ entered, \N{MINUS SIGN} left)", ">move", *(f">{name}" for name in names))
    for shock in forecast.shocks:
        cells = (_moved(_of(shock)[place]) for place in turned)
        table.add_row(bps(shock.shift_bps), *cells, style="bold" if shock is forecast.unmoved else None)
    return table


def _counted(forecast: RateForecast) -> str:
    return (
        f"Counted: {forecast.own_loans:,} own loans and {forecast.rival_loans:,} of prospects elsewhere; "
        f"{forecast.left_out:,} left out. Survey of {forecast.survey_week}, sheet {forecast.sheet_id}."
    )


def _of(shock: Shock) -> tuple[Movement, ...]:
    return (*shock.triggers, *shock.segments)


def _turns(shock: Shock, place: int) -> bool:
    return bool(_of(shock)[place].entered or _of(shock)[place].left)


def _moved(one: Movement) -> str:
    turned = " ".join(
        part
        for part, count in ((f"+{one.entered:,}", one.entered), (f"\N{MINUS SIGN}{one.left:,}", one.left))
        if count
    )
    return f"{one.then:,} ({turned})" if turned else f"{one.then:,}"


def _range(expected: Expected) -> str:
    low, middle, high = expected
    return f"{middle:,.0f} ({low:,.0f}\N{EN DASH}{high:,.0f})"
