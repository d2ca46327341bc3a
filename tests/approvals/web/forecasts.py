"""A forecast made by hand, for the pages and pictures that show one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from campaign.rate_forecast import Movement, RateForecast, Shock

SHIFTS = tuple(range(-100, 125, 25))


def a_forecast(words: str = "Plain words") -> RateForecast:
    """Falling rates bring more, rising ones less; `words` wherever a name or a sentence may stand."""
    shocks = tuple(
        Shock(
            shift_bps=shift,
            rate=5.98 + shift / 100,
            triggers=(_moved("rate", 400, 400 - 2 * shift), _moved("anniversary", 0, 0)),
            segments=(_moved(words, 900, 900 - shift),),
            payoffs_30=(10, 20, 30),
            payoffs_90=(30, 60, 90),
            applications_30=(5, 10, 15),
            applications_90=(20 - shift / 10, 40 - shift / 5, 60 - shift / 4),
            refinances_90=10,
            usd_90=(5e6, 1e7, 1.5e7),
        )
        for shift in SHIFTS
    )
    return RateForecast(
        as_of=datetime(2026, 2, 26, 18, tzinfo=UTC), on=date(2026, 2, 26), survey_week=date(2026, 2, 26),
        survey_rate=5.98, sheet_id="4f2a90c1", own_loans=1200, rival_loans=300, left_out=7, shocks=shocks,
        assumptions=(words,), limits=(words,),
    )  # fmt: skip


def _moved(name: str, now: int, then: int) -> Movement:
    return Movement(name=name, now=now, then=then, entered=max(then - now, 0), left=max(now - then, 0))
