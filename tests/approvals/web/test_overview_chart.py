"""The rate chart, the plan's sums and the fair-lending review, as pure functions of what is known."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.web.overview.lending import review_lines
from approvals.web.overview.rate_chart import HEIGHT, PLOT, WIDTH, rate_chart
from approvals.web.overview.spending import spending
from approvals.web.rate_axes import decision_of
from campaign.channel import Channel
from campaign.fair_lending import FairLendingResult, FairLendingReview, TargetingResult
from campaign.plan import ChannelPlan, Placement
from campaign.rates import FedMeeting, SurveyRate
from tests.approvals.web.inert import HOSTILE, faults, seen
from tools.market.series import shipped_market

STARTS, ENDS = date(2024, 10, 1), date(2026, 10, 1)


def drawn(**more):
    asked = {
        "offered": ((date(2026, 2, 26), 6.0), (date(2026, 9, 1), 6.5)),
        "starts": STARTS,
        "ends": ENDS,
    } | more
    return str(rate_chart(shipped_market().weeks, shipped_market().meetings_known(ENDS), **asked))


def numbers(markup: str, name: str) -> list[tuple[float, float]]:
    found = re.search(rf'<polyline class="{name}" points="([^"]*)"', markup)
    assert found, name
    pairs = [pair.split(",") for pair in found[1].split()]
    return [(float(across), float(down)) for across, down in pairs]


def test_every_week_of_the_range_is_drawn_and_told():
    markup = drawn()
    weeks = [week for week in shipped_market().weeks if STARTS <= week.week <= ENDS]
    assert len(numbers(markup, "rc-survey")) == len(weeks) > 100
    table = markup[markup.index("<caption>Weekly survey") :]
    assert all(f"{week.week:%-d %b %Y}" in table for week in weeks)


def test_a_higher_rate_stands_higher_and_a_later_week_further_right():
    points = numbers(drawn(), "rc-survey")
    weeks = [week for week in shipped_market().weeks if STARTS <= week.week <= ENDS]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    by_rate = sorted(zip(weeks, points, strict=True), key=lambda pair: pair[0].rate_30y)
    heights = [y for _, (_, y) in by_rate]
    assert heights == sorted(heights, reverse=True)


def test_meetings_are_marked_with_what_they_decided():
    markup = drawn()
    met = [one for one in shipped_market().meetings_known(ENDS) if STARTS <= one.decides <= ENDS]
    for kind in ("hike", "cut", "hold"):
        wanted = sum(one.direction == kind for one in met)
        assert markup.count(f'class="rc-mark rc-{kind}"') == wanted + 1, "one stands in the legend"
    assert "16 Sep 2026: raised by 25 bps to 3.75–4.00 %, inferred from the effective rate" in seen(markup)
    assert "\N{MINUS SIGN}25" in seen(markup)


def test_what_was_offered_stays_level_until_the_next_offer():
    stairs = numbers(drawn(), "rc-offered")
    assert len(stairs) == 4
    assert stairs[0][1] == stairs[1][1] > stairs[2][1] == stairs[3][1]
    assert stairs[1][0] == stairs[2][0]


def test_an_offer_from_before_the_range_still_holds_when_it_begins():
    markup = drawn(offered=((date(2020, 1, 1), 3.5), (date(2023, 1, 1), 6.375)))
    assert numbers(markup, "rc-offered")[0][0] == pytest.approx(52)
    assert "6.375 % offered" in markup
    assert "3.500" not in markup


def test_the_description_tells_the_chart_in_words():
    said = re.search(r'<desc id="rc-desc">([^<]+)', drawn())
    assert said
    assert "From 1 October 2024 to 1 October 2026." in said[1]
    assert "The lender last offered 6.500 %." in said[1]
    assert re.search(r"Fed meetings: \d+; 1 raised the rate, 5 cut it", said[1])


def test_the_plan_is_marked_only_where_it_lies_in_the_range():
    assert ">planned</text>" in drawn(planned=date(2026, 2, 26))
    assert ">planned</text>" not in drawn(planned=date(2019, 2, 26))


def test_a_range_without_a_rate_says_so():
    assert "No rate is known between" in str(rate_chart((), (), offered=(), starts=STARTS, ends=ENDS))


def test_meetings_ahead_and_unknown_say_so():
    words = {decision_of(one) for one in shipped_market().meetings_known(ENDS) if one.decides > ENDS}
    assert words == {"ahead"}
    unknown = [one for one in shipped_market().meetings_known(date(2026, 11, 1)) if one.status == "unknown"]
    assert [decision_of(one) for one in unknown] == ["outcome not known here"]


@given(
    rates=st.lists(st.floats(0.1, 24.9), min_size=1, max_size=30),
    offered=st.lists(st.tuples(st.integers(-400, 400), st.floats(0.1, 19.9)), max_size=6),
    days=st.integers(1, 4000),
)
def test_nothing_is_drawn_outside_of_the_plot(rates, offered, days):
    ends = STARTS + timedelta(days=days)
    weeks = [
        SurveyRate(week=STARTS + timedelta(days=7 * place), rate_30y=rate, source="s", provenance="published")
        for place, rate in enumerate(rates)
    ]
    asked = sorted({STARTS + timedelta(days=day): rate for day, rate in offered}.items())
    markup = str(rate_chart(weeks, (), offered=asked, starts=STARTS, ends=ends))
    for pair in re.findall(r'points="([^"]*)"', markup):
        for x, y in (point.split(",") for point in pair.split()):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= PLOT < HEIGHT
    assert faults(markup) == []


def test_sources_are_shown_and_do_nothing():
    week = SurveyRate(week=date(2025, 1, 2), rate_30y=6.9, source=HOSTILE, provenance="weak")
    meeting = FedMeeting(
        starts=date(2025, 1, 28), decides=date(2025, 1, 29), status="decided", direction="hold", change_bps=0,
        lower_after=4.25, upper_after=4.5, source=HOSTILE, provenance="published",
    )  # fmt: skip
    markup = str(rate_chart((week,), (meeting,), offered=(), starts=STARTS, ends=ENDS))
    assert faults(markup) == []
    assert HOSTILE in seen(markup)


def placement(segment: str, channel: Channel, usd: float) -> Placement:
    return Placement(
        placement_id=f"{segment.lower()}.{channel}", segment_id=segment.lower(), segment=segment, channel=channel,
        format="email.letter", goal="application", cadence="every 2 weeks", budget_usd=usd, theme="equity",
        states=("CA",), expected_leads=(1, 2, 3),
    )  # fmt: skip


PLAN = ChannelPlan(
    placements=(
        placement("Owners", Channel.EMAIL, 100), placement("Owners", Channel.GOOGLE_SEARCH, 500),
        placement("Prospects", Channel.GOOGLE_SEARCH, 900),
    ),
    budget_usd=2000, rate_assumption=6.0, attribution_days=90, mind="house",
)  # fmt: skip


def test_money_adds_up_by_channel_by_segment_and_where_they_cross():
    found = spending(PLAN)
    assert [(part.name, part.usd) for part in found.channels] == [("google_search", 1400), ("email", 100)]
    assert [(part.name, part.usd) for part in found.segments] == [("Prospects", 900), ("Owners", 600)]
    assert found.crossed == (("Prospects", (900.0, None)), ("Owners", (500.0, 100.0)))
    assert (found.usd, found.unspent, found.leads) == (1500, 500, (3, 6, 9))
    assert sum(part.share for part in found.channels) == pytest.approx(1)


def test_a_plan_that_spends_nothing_divides_by_nothing():
    free = PLAN.model_copy(update={"placements": (placement("Owners", Channel.LINKEDIN, 0),)})
    assert spending(free).channels[0].share == 0
    assert spending(PLAN.model_copy(update={"placements": ()})).usd == 0


def test_what_a_person_should_look_at_comes_first_the_gravest_before_all():
    def result(verdict):
        return FairLendingResult(verdict=verdict, sentence="Why.")

    review = FairLendingReview(
        segments={"owners": result("look"), "prospects": result("fine")}, placements={"owners.email": result("disparity")},
        targeting=(TargetingResult(states=("CA", "TX"), result=result("too_few")),),
    )  # fmt: skip
    notable, others = review_lines(PLAN.model_copy(update={"fair_lending": review}))
    assert [(line.name, line.of) for line in notable] == [
        ("Owners, E-mail", "placement"),
        ("Owners", "segment"),
    ]
    assert [line.name for line in others] == ["Prospects", "CA TX"]
    assert review_lines(PLAN) == ((), ())
