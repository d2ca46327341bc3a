"""The agenda is worked out from what is known at a moment: awake or asleep, summer or winter, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.occasions import KINDS, Agenda, Kind, Known, Occurrence
from agents.schedules import agenda
from campaign.errors import Unreadable
from campaign.lender import Lender, parse_lender
from campaign.market_hours import last_survey_day, next_survey_day, survey_day
from campaign.rates import FedMeeting, RateOffer, RateSheet
from campaign.schedule_settings import ScheduleSettings
from tools.market.series import Market, shipped_market

NEW_YORK = ZoneInfo("America/New_York")
LENDER = Lender(name="Cedar & Main Mortgage, LLC", nmls="1999901", address="410 Juniper Street, Boise, ID")
STARTED = datetime(2026, 11, 20, 12, tzinfo=NEW_YORK)
MEETING = "fomc 2026-12-09"


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def sheet(opens: str, rate: float = 6.5, days: int = 1, name: str = "") -> RateSheet:
    opened = ny(opens)
    offer = RateOffer(
        row=2, product="conventional", term_months=360, rate=rate, points=0, fees_usd=0, apr=rate,
        example_amount_usd=300_000, lock_days=30, effective_at=opened, expires_at=opened + timedelta(days=days),
    )  # fmt: skip
    return RateSheet(sheet_id=name or f"s{opened:%m%d%H%M}", source="test", offers=(offer,))


def daily(first: date, last: date, rate: float = 6.5) -> tuple[RateSheet, ...]:
    days = (last - first).days + 1
    return tuple(sheet(f"{first + timedelta(days=n)}T09:00", rate) for n in range(days))


RECENT = replace(
    shipped_market(), meetings=tuple(one for one in shipped_market().meetings if one.decides.year >= 2026)
)
EVERY_DAY = daily(date(2026, 11, 20), date(2027, 3, 31))


def known(*sheets: RateSheet, lender: Lender = LENDER, market: Market | None = None, **more) -> Known:
    usual = {"since": STARTED, "planned_rates": (6.5,)}
    return Known(market=market or RECENT, sheets=sheets, lender=lender, **{**usual, **more})


def due(found: Agenda, *kinds: Kind) -> list[str]:
    return [one.key for one in found.due if one.kind in kinds]


def waits(found: Agenda, kind: Kind) -> list[str]:
    return [one.reason for one in found.waiting if one.kind == kind]


def coming(found: Agenda, kind: Kind) -> tuple[str, datetime | None]:
    (one,) = [one for one in found.coming if one.kind == kind]
    return one.key, one.at


def lived(told: Known, first: datetime, last: datetime, step: timedelta) -> list[tuple[datetime, Occurrence]]:
    """Whoever looks at every step and answers at once what is due."""
    done: list[tuple[datetime, Occurrence]] = []
    at = first.astimezone(UTC)
    while at <= last:
        for one in agenda(told, at).due:
            done.append((at, one))
            told = replace(told, answered=told.answered | {one.key, *one.also})
        at += step
    return done


def test_a_meeting_is_answered_after_the_statement_the_delay_and_the_next_sheet():
    told = known(sheet("2026-12-09T09:00"), sheet("2026-12-09T15:10"))
    assert due(agenda(told, ny("2026-12-09T13:59:59")), "fomc") == []
    early = agenda(told, ny("2026-12-09T14:00"))
    assert waits(early, "fomc") == ["The statement of 2026-12-09 is out; no rate sheet opened since."]
    assert due(agenda(told, ny("2026-12-09T15:09:59")), "fomc") == []
    (one,) = [one for one in agenda(told, ny("2026-12-09T15:10")).due if one.kind == "fomc"]
    assert (one.key, one.about, one.due_at) == (MEETING, "2026-12-09", ny("2026-12-09T15:10"))
    answered = replace(told, answered=frozenset({MEETING}))
    assert due(agenda(answered, ny("2026-12-09T15:10")), "fomc") == []


def test_a_sheet_that_opens_within_the_delay_waits_for_it():
    told = known(sheet("2026-12-09T09:00"), sheet("2026-12-09T14:05", rate=7.0))
    found = agenda(told, ny("2026-12-09T14:29"))
    assert waits(found, "fomc") == ["The statement of 2026-12-09 is out; it is answered from 14:30 EST on."]
    assert due(found, "sheet", "fomc") == [], "one move of rates is answered once"
    assert due(agenda(told, ny("2026-12-09T14:30")), "sheet", "fomc") == [MEETING]


def test_without_a_sheet_in_force_everything_that_needs_a_price_says_so():
    found = agenda(known(), ny("2026-12-09T15:00"))
    assert waits(found, "fomc") == ["The statement of 2026-12-09 is out; no rate sheet is in force."]
    assert "import one with `vallum rates import SHEET`" in waits(found, "scan")[0]
    assert due(found, "fomc", "scan", "sheet") == []
    assert due(found, "survey", "sweep") == ["survey 2026-12-03", "sweep 2026-12-09 20:00Z"]


def test_statements_fall_at_another_hour_of_utc_in_winter():
    told = known(*EVERY_DAY, since=ny("2026-01-01T00:00"))
    hours = {
        one.key: one.at
        for at in ("2026-07-01T00:00", "2026-11-30T00:00")
        for one in agenda(told, ny(at)).coming
    }
    assert hours["fomc 2026-07-29"] == datetime(2026, 7, 29, 18, 30, tzinfo=UTC)
    assert hours[MEETING] == datetime(2026, 12, 9, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize("days", [7, 31])
def test_asleep_for_a_week_or_a_month_gives_one_replan_for_the_meeting(days):
    woken = ny("2026-12-08T12:00") + timedelta(days=days)
    found = agenda(known(*EVERY_DAY), woken)
    assert due(found, "fomc") == [MEETING]
    assert Counter(one.kind for one in found.due) == dict.fromkeys(("fomc", "survey", "scan", "sweep"), 1)


def test_of_meetings_slept_through_the_latest_answers_all():
    told = known(*EVERY_DAY, since=ny("2026-09-01T12:00"))
    woken = ny("2027-01-28T11:00")
    (one,) = [one for one in agenda(told, woken).due if one.kind == "fomc"]
    assert one.key == "fomc 2027-01-27"
    assert list(one.also) == ["fomc 2026-09-16", "fomc 2026-10-28", MEETING]
    answered = replace(told, answered=frozenset({one.key, *one.also}))
    assert due(agenda(answered, woken), "fomc") == []


def test_an_earlier_meeting_need_not_wait_for_the_sheet_of_a_later_one():
    told = known(sheet("2026-12-10T09:00", days=60))
    found = agenda(told, ny("2027-01-27T15:00"))
    assert due(found, "fomc") == [MEETING]
    assert waits(found, "fomc") == ["The statement of 2027-01-27 is out; no rate sheet opened since."]


def test_meetings_before_the_first_campaign_are_part_of_it():
    assert due(agenda(known(*EVERY_DAY, since=ny("2026-12-09T14:01")), ny("2026-12-10T12:00")), "fomc") == []
    nothing = agenda(known(*EVERY_DAY, since=None, planned_rates=()), ny("2026-12-10T12:00"))
    assert due(nothing, "fomc", "sheet") == []


def meeting(day: date, **more) -> FedMeeting:
    of = {"starts": day, "decides": day, "scheduled": False, "status": "decided", "source": "FOMC statement"}
    return FedMeeting.model_validate(
        {"provenance": "published", "direction": "cut", "change_bps": -50, **of, **more}
    )


def test_an_unscheduled_meeting_is_answered_when_it_is_recorded():
    shipped = shipped_market()
    market = replace(
        shipped,
        meetings=tuple(sorted((*shipped.meetings, meeting(date(2026, 11, 24))), key=lambda one: one.decides)),
    )
    assert "fomc 2026-11-24" not in str(agenda(known(*EVERY_DAY, market=market), ny("2026-11-23T12:00")))
    assert due(agenda(known(*EVERY_DAY, market=market), ny("2026-11-24T10:00")), "fomc") == [
        "fomc 2026-11-24"
    ]
    talk = replace(
        shipped, meetings=(*shipped.meetings, meeting(date(2026, 11, 24), status="no_rate_decision"))
    )
    assert due(agenda(known(*EVERY_DAY, market=talk), ny("2026-11-24T10:00")), "fomc") == []


def test_a_sheet_beyond_tolerance_is_answered_once_and_one_within_it_never():
    at = ny("2026-11-30T09:30")
    assert due(agenda(known(sheet("2026-11-30T09:00", 6.625)), at), "sheet") == []
    moved = known(sheet("2026-11-30T09:00", 6.626, name="4f2a"))
    assert due(agenda(moved, at), "sheet") == ["sheet 4f2a"]
    assert due(agenda(replace(moved, answered=frozenset({"sheet 4f2a"})), at), "sheet") == []
    assert due(agenda(replace(moved, planned_rates=(6.626,)), at), "sheet") == [], "the plan rests on it"
    assert due(agenda(replace(moved, planned_rates=()), at), "sheet") == []
    later = known(sheet("2026-11-30T09:00", 7.0, name="a"), sheet("2026-11-30T09:10", 6.5, name="b"))
    assert due(agenda(later, at), "sheet") == [], "only the one in force counts"
    ahead = agenda(known(sheet("2026-12-01T09:00", 7.0, name="4f2a")), at)
    assert (due(ahead, "sheet"), coming(ahead, "sheet")) == ([], ("sheet 4f2a", ny("2026-12-01T09:00")))


def test_any_campaign_that_rests_on_another_rate_asks():
    at = ny("2026-11-30T09:30")
    told = known(sheet("2026-11-30T09:00", 6.5, name="4f2a"))
    assert due(agenda(replace(told, planned_rates=(6.5, 6.6)), at), "sheet") == []
    assert due(agenda(replace(told, planned_rates=(6.5, 7.0)), at), "sheet") == ["sheet 4f2a"]


def test_a_sheet_with_prices_for_several_times_asks_at_each():
    early, late = sheet("2026-12-09T08:00", 6.5, name="4f2a"), sheet("2026-12-09T15:00", 7.0, name="4f2a")
    until = [one.model_copy(update={"expires_at": ny("2026-12-09T15:00")}) for one in early.offers]
    both = early.model_copy(update={"offers": (*until, *late.offers)})
    told = known(both)
    assert waits(agenda(told, ny("2026-12-09T14:45")), "fomc"), "no price since the statement"
    found = agenda(told, ny("2026-12-09T15:01"))
    assert due(found, "fomc") == [MEETING]
    assert due(found, "sheet") == []
    answered = replace(told, answered=frozenset({MEETING, "sheet 4f2a"}))
    assert due(agenda(answered, ny("2026-12-09T15:01")), "sheet") == ["sheet 4f2a 2026-12-09 20:00Z"]


def test_a_scan_that_was_missed_is_gone_and_no_holiday_has_one():
    told = known(*EVERY_DAY)
    assert due(agenda(told, ny("2026-11-30T09:59")), "scan") == []
    assert due(agenda(told, ny("2026-11-30T10:00")), "scan") == ["scan 2026-11-30"]
    thanksgiving = agenda(told, ny("2026-11-26T12:00"))
    assert (due(thanksgiving, "scan"), coming(thanksgiving, "scan")) == (
        [],
        ("scan 2026-11-27", ny("2026-11-27T10:00")),
    )
    assert due(agenda(told, ny("2026-11-28T12:00")), "scan") == []
    assert coming(agenda(told, ny("2026-11-27T10:00")), "scan")[0] == "scan 2026-11-30"


def test_the_hours_are_the_lenders_own():
    west = LENDER.model_copy(
        update={"timezone": "America/Los_Angeles", "schedule": ScheduleSettings(scan_at=time(8, 15))}
    )
    assert coming(agenda(known(*EVERY_DAY, lender=west), ny("2026-11-29T12:00")), "scan")[1] == ny(
        "2026-11-30T11:15"
    )


def test_cases_are_prepared_some_days_before_a_meeting_and_not_after_its_statement():
    told = known(*EVERY_DAY)
    assert due(agenda(told, ny("2026-12-04T09:59")), "scenarios") == []
    assert due(agenda(told, ny("2026-12-04T10:00")), "scenarios") == ["scenarios 2026-12-09"]
    assert due(agenda(told, ny("2026-12-09T13:59")), "scenarios") == ["scenarios 2026-12-09"]
    assert due(agenda(told, ny("2026-12-09T14:00")), "scenarios") == []
    assert waits(agenda(known(*EVERY_DAY, since=None), ny("2026-12-05T12:00")), "scenarios") == [
        "No campaign is planned yet; plan one with `vallum plan`."
    ]


def test_the_survey_comes_on_thursday_or_the_day_before_a_holiday():
    told = known(*EVERY_DAY)
    assert due(agenda(told, ny("2026-12-03T12:29")), "survey") == ["survey 2026-11-25"]
    assert due(agenda(told, ny("2026-12-03T12:30")), "survey") == ["survey 2026-12-03"]
    assert due(agenda(told, ny("2026-11-25T12:30")), "survey") == ["survey 2026-11-25"]
    assert coming(agenda(told, ny("2026-12-20T12:00")), "survey") == (
        "survey 2026-12-24",
        ny("2026-12-24T12:30"),
    )


def test_the_days_of_the_survey_are_those_of_its_record():
    weeks = [one.week for one in shipped_market().weeks if one.week >= date(2011, 1, 6)]
    expected, at = [], datetime(2011, 1, 5, tzinfo=UTC)
    while len(expected) < len(weeks):
        expected.append(next_survey_day(at))
        at = datetime.combine(expected[-1], time(23), tzinfo=UTC)
        assert last_survey_day(at) == expected[-1]
    assert expected == weeks
    assert survey_day(date(2025, 6, 19)) == date(2025, 6, 18)


def test_over_a_winter_everything_comes_once_and_in_its_time():
    """From before the change of clocks to after the next: each question once, none early."""
    first, last = ny("2026-10-30T00:00"), ny("2027-03-20T00:00")
    hourly = LENDER.model_copy(update={"schedule": ScheduleSettings(sweep_minutes=60)})
    told = known(*daily(date(2026, 10, 29), date(2027, 3, 21)), lender=hourly, since=ny("2026-10-29T12:00"))
    done = lived(told, first, last, timedelta(hours=1))
    assert max(Counter(one.key for _, one in done).values()) == 1
    assert all(timedelta(0) <= at - one.due_at < timedelta(hours=1) for at, one in done if at > first)
    by_kind = Counter(one.kind for _, one in done)
    hours = int((last.astimezone(UTC) - first.astimezone(UTC)) / timedelta(hours=1)) + 1
    assert by_kind["sweep"] == hours
    answered = [one.key for _, one in done if one.kind == "fomc"]
    assert answered == ["fomc 2026-12-09", "fomc 2027-01-27", "fomc 2027-03-17"]
    working = [
        day for n in range(141) if hourly.calendar.works_on(day := date(2026, 10, 30) + timedelta(days=n))
    ]
    assert [one.about for _, one in done if one.kind == "scan"] == [str(day) for day in working]
    assert [one.about for _, one in done if one.kind == "scenarios"] == [
        "2026-12-09",
        "2027-01-27",
        "2027-03-17",
    ]


def test_one_who_sleeps_ends_where_one_who_watches_does():
    told = known(*EVERY_DAY)
    watched = {one.key for _, one in lived(told, STARTED, ny("2026-12-20T12:00"), timedelta(hours=1))}
    slept = {
        one.key for _, one in lived(told, ny("2026-12-20T12:00"), ny("2026-12-20T12:00"), timedelta(hours=1))
    }
    assert slept <= watched
    assert {key for key in watched - slept if key.startswith("fomc")} == set()


def test_every_kind_says_what_comes_next():
    assert [one.kind for one in agenda(known(), STARTED).coming] == list(KINDS)
    assert all(one.at is None or one.at > STARTED for one in agenda(known(*EVERY_DAY), STARTED).coming)


def test_the_table_of_the_schedule_is_read_from_lender_toml():
    text = '[lender]\nname = "Elm Bank"\nnmls = "1999901"\naddress = "1 Elm Street, Boise"\n[schedule]\n'
    read = parse_lender(text + 'scan_at = "08:30"\nafter_statement_minutes = 0\n').schedule
    assert (read.scan_at, read.after_statement_minutes, read.sweep_minutes) == (time(8, 30), 0, 5)
    with pytest.raises(
        Unreadable, match=r'lender\.toml:6: `schedule\.scan_at`: is no time of day; write it as "10:00"'
    ):
        parse_lender(text + 'scan_at = "half past"\n')
    with pytest.raises(Unreadable, match="sweep_minutes"):
        parse_lender(text + "sweep_minutes = 0\n")
