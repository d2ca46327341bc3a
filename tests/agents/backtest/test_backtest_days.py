"""Stale and missed days of short rate paths, counted by hand in the comments."""

from __future__ import annotations

from datetime import date

import pytest

from agents.backtest.judging import PIECES_FOR_ENTRANTS, PIECES_OF_A_PLAN
from campaign.calendar import BusinessCalendar
from campaign.errors import BadInput
from tests.agents.backtest.paths import NOBODY, book, lanes, path, replayed

THURSDAY = date(2025, 1, 30)
DIP = {THURSDAY: 6.80, date(2025, 2, 27): 7.00}
"""Down a fifth of a point for four weeks; an eighth is tolerated."""
LONG_AGO = date(2020, 1, 1)


def stale(result, key):
    return [day.day for day in lanes(result)[key].days if day.stale]


def missed(result, key):
    return [day.day for day in lanes(result)[key].days if day.missed]


def test_a_quarterly_rate_is_stale_from_the_second_day_after_the_move_until_the_market_is_back():
    days = stale(replayed(path(7.00, DIP)), "quarterly")
    # moved on Thursday; Friday is the business day after; Saturday 1 to Wednesday 26 February are 26 days
    assert (days[0], days[-1], len(days)) == (date(2025, 2, 1), date(2025, 2, 26), 26)


def test_a_monthly_rate_is_stale_until_the_new_plan_is_approved():
    days = stale(replayed(path(7.00, DIP)), "monthly")
    # planned on Monday 3 February, live on Tuesday; and again on Monday 3 March after the way back
    assert days == [*(date(2025, 2, day) for day in (1, 2, 3)), *(date(2025, 3, day) for day in (1, 2, 3))]


def test_vallum_pulls_on_the_day_of_the_move_and_is_dark_until_its_copy_is_approved():
    vallum = lanes(replayed(path(7.00, DIP)))["vallum"]
    assert vallum.tally.stale_days == 0
    assert [day.day for day in vallum.days if day.live is None] == [THURSDAY, date(2025, 2, 27)]
    assert [(plan.made.day, plan.reason) for plan in vallum.plans] == [
        (THURSDAY, "rate moved"),
        (date(2025, 2, 27), "rate moved"),
    ]


def test_who_pulls_by_hand_waits_for_the_next_date_without_copy():
    found = lanes(replayed(path(7.00, DIP)))["quarterly_pulling"].tally
    # 30 and 31 January, 28 days of February, 31 of March
    assert (found.stale_days, found.dark_days) == (0, 61)


def test_a_move_that_the_lender_tolerates_is_answered_by_nobody():
    result = replayed(path(7.00, DIP), tolerance_bps=25)
    assert len(stale(result, "vallum")) == 26
    assert lanes(result)["vallum"].plans == ()


def test_an_eighth_of_a_point_is_not_yet_stale():
    assert stale(replayed(path(7.00, {THURSDAY: 6.875})), "quarterly") == []
    assert len(stale(replayed(path(7.00, {THURSDAY: 6.87})), "quarterly")) == 59


def test_copy_that_went_stale_while_it_was_approved_is_stale_on_its_first_day():
    result = replayed(path(7.00, {date(2025, 2, 6): 6.80}), approval_days=5)
    # January's copy on 8 and 9 February; February's, planned on the 3rd before the move and live on the 10th,
    # until March's, planned on the 3rd, goes live on the 10th
    days = stale(result, "monthly")
    assert (days[0], days[-1], len(days)) == (date(2025, 2, 8), date(2025, 3, 9), 30)


def test_vallum_holds_such_copy_back_and_plans_again():
    falling = path(7.00, {THURSDAY: 6.80, date(2025, 2, 6): 6.60})
    vallum = lanes(replayed(falling, approval_days=6))["vallum"]
    # the plan of 30 January would go live on 7 February; the move of the 6th puts 14 February in its place
    assert [day.day for day in vallum.days if day.live is None][-1] == date(2025, 2, 13)
    assert (vallum.tally.dark_days, vallum.tally.plans, vallum.tally.stale_days) == (15, 2, 0)


def test_a_slow_recall_costs_vallum_stale_days_too():
    result = replayed(path(7.00, DIP), approval_days=6, recall_days=2)
    # pulled on Thursday, down on Monday: Saturday and Sunday; the same over the first weekend of March
    assert stale(result, "vallum") == [
        *(date(2025, 2, day) for day in (1, 2)),
        *(date(2025, 3, day) for day in (1, 2)),
    ]


def test_new_copy_takes_the_place_of_what_is_on_its_way_down():
    vallum = lanes(replayed(path(7.00, DIP), recall_days=2))["vallum"].tally
    assert (vallum.stale_days, vallum.dark_days, vallum.plans) == (0, 0, 2)


def test_a_survey_on_a_holiday_is_answered_and_approved_on_the_next_working_day():
    closed = BusinessCalendar(holidays="none", extra_closed=(THURSDAY,))
    vallum = lanes(replayed(path(7.00, DIP), calendar=closed))["vallum"]
    assert vallum.plans[0].made.day == THURSDAY
    assert [day.day for day in vallum.days if day.live is None] == [THURSDAY, date(2025, 2, 27)]


def test_a_window_is_missed_until_copy_for_its_borrowers_is_live():
    result = replayed(path(7.00, DIP), book((7.40, LONG_AGO, 100), (7.10, LONG_AGO, 50)))
    # 7.40 stands 40 bps above 7.00 and 60 above 6.80: open from 30 January to 26 February, 28 days
    assert result.window_days == 28
    assert len(missed(result, "quarterly")) == len(missed(result, "quarterly_pulling")) == 28
    assert missed(result, "monthly") == [
        *(date(2025, 1, day) for day in (30, 31)),
        *(date(2025, 2, day) for day in (1, 2, 3)),
    ]
    assert missed(result, "vallum") == [THURSDAY]
    assert missed(result, "quarterly_fresh_list") == []


def test_borrowers_who_enter_within_the_tolerance_get_a_plan_and_the_old_copy_stays():
    result = replayed(path(7.00, {THURSDAY: 6.95}), book((7.48, LONG_AGO, 10), (1.0, LONG_AGO, 90)))
    vallum = lanes(result)["vallum"]
    assert [(plan.made.day, plan.reason) for plan in vallum.plans] == [(THURSDAY, "borrowers entered")]
    assert missed(result, "vallum") == [THURSDAY]
    assert (vallum.tally.dark_days, vallum.tally.pieces) == (0, PIECES_FOR_ENTRANTS)
    assert len(missed(result, "quarterly")) == 61


def test_copy_being_approved_is_waited_for_before_more_who_enter_get_theirs():
    falling = path(7.00, {THURSDAY: 6.95, date(2025, 2, 6): 6.90})
    windows = book((7.48, LONG_AGO, 10), (7.42, LONG_AGO, 10), (1.0, LONG_AGO, 80))
    vallum = lanes(replayed(falling, windows, approval_days=6))["vallum"]
    # the first plan goes live on Friday 7 February, the second six business days later
    assert [plan.made.day for plan in vallum.plans] == [THURSDAY, date(2025, 2, 7)]
    days = [day.day for day in vallum.days if day.missed]
    assert (days[0], days[-1], len(days)) == (THURSDAY, date(2025, 2, 16), 18)


def test_a_loan_enters_on_the_first_day_of_the_eighth_month_after_its_funding():
    result = replayed(path(6.00), book((7.00, date(2024, 6, 28), 10)))
    # from Saturday 1 February; planned for on Monday the 3rd, live on Tuesday
    first_days = [date(2025, 2, day) for day in (1, 2, 3)]
    assert missed(result, "monthly") == missed(result, "vallum") == first_days
    assert len(missed(result, "quarterly")) == 59


def test_too_few_borrowers_are_no_window():
    few = book((7.40, LONG_AGO, 9), (1.0, LONG_AGO, 991))
    assert replayed(path(6.80), few).window_days == 0
    assert replayed(path(6.80), few, window_share=0.009).window_days == 90


def test_plans_and_pieces_are_counted_by_the_calendar():
    result = lanes(replayed(path(7.00)))
    plans = {key: lane.tally.plans for key, lane in result.items()}
    assert plans == {"vallum": 0, "monthly": 3, "quarterly": 1, "monthly_pulling": 3, "quarterly_pulling": 1,
                     "quarterly_fresh_list": 1}  # fmt: skip
    assert result["monthly"].tally.pieces == 3 * PIECES_OF_A_PLAN


def test_days_without_a_survey_are_refused():
    from agents.backtest.planners import Terms
    from agents.backtest.replay import backtest
    from tests.agents.backtest.paths import ENDS, EVERY_WEEKDAY, STARTS

    asked = {"terms": Terms(), "calendar": EVERY_WEEKDAY, "source": "a book"}
    market = path(7.00)
    with pytest.raises(BadInput, match="lies after"):
        backtest(NOBODY, market, starts=ENDS, ends=STARTS, **asked)
    with pytest.raises(BadInput, match="starts on 2024-09-26"):
        backtest(NOBODY, market, starts=date(2024, 10, 1), ends=ENDS, **asked)
    last = market.weeks[-1].week
    with pytest.raises(BadInput, match=f"ends with the week of {last}"):
        backtest(NOBODY, market, starts=STARTS, ends=date(2025, 4, 11), **asked)
