"""What must hold on every rate path and every book: nothing looks ahead, and nobody is tilted."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.backtest.judging import judge
from agents.backtest.market_days import market_days
from agents.backtest.planners import PEERS, PLANNERS, Planner, Terms, campaign_of
from agents.backtest.windows import LoanCount, windows_of
from tests.agents.backtest.paths import EVERY_WEEKDAY, NOBODY, book, lanes, replayed, weekly

FEW = settings(max_examples=50, deadline=None)
# changes of one week in hundredths of a percent, so that no path leaves what a survey may say
paths = st.lists(st.integers(-30, 30), min_size=28, max_size=28).map(
    lambda moves: [round(7 + sum(moves[:place]) / 100, 2) for place in range(28)]
)
books = st.lists(
    st.tuples(
        st.integers(4000, 11000).map(lambda rate: rate / 1000),
        st.dates(date(2022, 1, 1), date(2025, 3, 1)),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=25,
).map(lambda loans: book(*loans))
terms = st.builds(
    Terms,
    approval_days=st.integers(0, 8),
    recall_days=st.integers(0, 3),
    tolerance_bps=st.sampled_from((5.0, 12.5, 25.0)),
    window_share=st.sampled_from((0.005, 0.05, 0.5)),
)


@pytest.mark.parametrize("planner", [*PLANNERS, *PEERS], ids=lambda planner: planner.key)
@FEW
@given(rates=paths, other=paths, windows=books, terms=terms, cut=st.integers(1, 27))
def test_what_comes_later_changes_nothing_that_was_done_or_judged_before(
    planner: Planner, rates, other, windows, terms, cut
):
    def until_cut(rates):
        days = market_days(
            weekly(rates).weeks, EVERY_WEEKDAY, starts=date(2024, 10, 1), ends=date(2025, 3, 31)
        )
        shown = campaign_of(planner, days, windows, terms, EVERY_WEEKDAY)
        judged = judge(planner, shown, windows, terms, EVERY_WEEKDAY)
        changes_on = date(2024, 9, 26) + timedelta(weeks=cut)
        known = [one for one in shown if one.day.day < changes_on]
        return known, judged[: len(known)]

    assert until_cut(rates) == until_cut([*rates[:cut], *other[cut:]])


@FEW
@given(rates=paths, windows=books, terms=terms)
def test_sums_fit_each_other(rates, windows, terms):
    result = replayed(weekly(rates), windows, **terms.model_dump())
    for lane in lanes(result).values():
        sums = lane.tally
        assert max(sums.stale_days, sums.missed_days) <= sums.wrong_days <= sums.stale_days + sums.missed_days
        assert sums.missed_days <= result.window_days
        assert sums.stale_days + sums.dark_days <= len(lane.days) == len(result.market) == 90
    assert len({tuple(day.window for day in lane.days) for lane in lanes(result).values()}) == 1


@FEW
@given(rates=paths, windows=books)
def test_who_plans_on_every_move_without_delay_is_never_stale_nor_dark(rates, windows):
    sums = lanes(replayed(weekly(rates), windows, tolerance_bps=0.5, approval_days=0))["vallum"].tally
    assert (sums.stale_days, sums.dark_days) == (0, 0)


@FEW
@given(rates=paths, windows=books, approval=st.integers(0, 8), recall=st.integers(0, 1))
def test_who_watches_an_eighth_and_pulls_within_a_business_day_is_never_stale(
    rates, windows, approval, recall
):
    found = lanes(replayed(weekly(rates), windows, approval_days=approval, recall_days=recall))
    for key in ("vallum", "monthly_pulling", "quarterly_pulling"):
        assert found[key].tally.stale_days == 0


@FEW
@given(rates=paths, tolerance=st.sampled_from((3.0, 6.0, 12.5)), approval=st.integers(0, 8))
def test_twice_the_tolerance_never_makes_more_pieces(rates, tolerance, approval):
    # not so for every larger tolerance: an anchor dropped in the middle of a stretch may part it anew
    narrow, wide = (
        lanes(replayed(weekly(rates), NOBODY, tolerance_bps=bps, approval_days=approval))["vallum"].tally
        for bps in (tolerance, 2 * tolerance)
    )
    assert wide.pieces <= narrow.pieces


@FEW
@given(rates=paths, windows=books, terms=terms)
def test_a_list_of_the_day_misses_no_more_and_shows_the_same_rates(rates, windows, terms):
    found = lanes(replayed(weekly(rates), windows, **terms.model_dump()))
    plain, fresh = found["quarterly"], found["quarterly_fresh_list"]
    assert [day.stale for day in plain.days] == [day.stale for day in fresh.days]
    assert fresh.tally.missed_days <= plain.tally.missed_days


def season(funded: int) -> date:
    """First day on which a loan of a month counts, reckoned by itself."""
    year, month = divmod(funded + 8, 12)
    return date(year, month + 1, 1)


@FEW
@given(
    counts=st.lists(
        st.builds(
            LoanCount,
            short=st.booleans(),
            thousandths=st.integers(2000, 9000),
            month=st.integers(2020 * 12, 2024 * 12 + 11),
            loans=st.integers(1, 9),
        ),
        max_size=30,
    ),
    rates=st.lists(st.integers(200, 900), min_size=28, max_size=28),
    trigger=st.sampled_from((25.0, 50.0, 62.5)),
)
def test_sums_answer_as_a_plain_count_of_loans_does(counts, rates, trigger):
    windows = windows_of(counts, trigger_bps=trigger)
    market = weekly([rate / 100 for rate in rates])
    days = market_days(market.weeks, EVERY_WEEKDAY, starts=date(2024, 10, 1), ends=date(2025, 3, 31))

    def triggers(loan, day):
        rate = day.rate_15y if loan.short else day.rate
        return loan.thousandths - rate * 1000 >= trigger * 10 - 1e-6 and season(loan.month) <= day.day

    for today, planned in product(days[::30], days[::45]):
        if planned.day > today.day:
            continue
        open_now = [loan for loan in counts if triggers(loan, today)]
        assert windows.seasoned(today) == sum(
            loan.loans for loan in counts if season(loan.month) <= today.day
        )
        assert windows.open_for(today) == sum(loan.loans for loan in open_now)
        assert windows.uncovered(today, planned) == sum(
            loan.loans for loan in open_now if not triggers(loan, planned)
        )
