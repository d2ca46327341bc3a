"""What dollars are expected to do per channel and segment, from curves that state their own assumptions.

`agents/tables/response_curves.csv` gives, per channel, the leads a month that 1,000 people yield at
saturation, the dollars at half of that, the share of leads that fund, how far one pays for answers rather
than for being seen, and how well each theme answers there.
Every figure in it is an assumption until the lender's own results replace it; the plan's notes say so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy import stats

from agents.allocation import Curve
from agents.minds import Theme
from agents.reference_tables import figures, table
from campaign.channel import PLANNED, Channel
from campaign.segment import Segment

DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Response:
    """One channel's row of the table, in its units: leads per 1,000 people and month, dollars, shares.

    `pay_for_response` runs from 0 (every contact costs the same, answered or not) to 1 (only answers cost).
    """

    channel: Channel
    leads: float
    half_saturation: float
    close_rate: float
    pay_for_response: float
    least_usd: float
    affinity: dict[str, float]


@dataclass(frozen=True, slots=True)
class Prospect:
    """One possible placement with its curve.

    Attributes:
        segment, channel, theme: whom, where, from which angle.
        most_leads: leads over the period at saturation.
        curve: dollars in, expected revenue out.
    """

    segment: Segment
    channel: Channel
    theme: Theme
    most_leads: float
    curve: Curve

    def leads(self, dollars: float) -> float:
        """Expected leads of spending so much over the period."""
        return self.most_leads * self.curve.value(dollars) / self.curve.worth if self.curve.worth else 0.0


@lru_cache(maxsize=1)
def responses() -> dict[Channel, Response]:
    """The planned channels' responses, as documented in the table."""
    rows = {Channel(row["channel"]): row for row in table("response_curves")}
    themes = ("rate_review", "equity", "purchase", "relationship")
    return {
        channel: Response(
            channel=channel,
            leads=float(rows[channel]["leads_per_1000_month"]),
            half_saturation=float(rows[channel]["half_saturation_usd_per_1000_month"]),
            close_rate=float(rows[channel]["close_rate"]),
            pay_for_response=float(rows[channel]["pay_for_response"]),
            least_usd=float(rows[channel]["least_usd"]),
            affinity={theme: float(rows[channel][theme]) for theme in themes},
        )
        for channel in PLANNED
    }


def people(segment: Segment, channel: Channel) -> int:
    """How many a channel speaks to: e-mail only those who agreed to it, the others the segment's like."""
    return segment.contactable.get(channel.value, 0) if channel == Channel.EMAIL else segment.size


def intent(segment: Segment) -> float:
    """How readily a segment answers, beside the segment that the curves were written for (1.0)."""
    given = figures("planning_assumptions")
    if not segment.size:
        return 0.0
    return min(segment.value_usd / segment.size / given["reference_value_usd"], given["most_intent"])


def prospect(segment: Segment, channel: Channel, theme: Theme, *, days: int, most_usd: float) -> Prospect:
    """The curve of one segment in one channel.

    Args:
        segment: whom; its value and size scale the curve.
        channel: where. theme: the angle.
        days: length of the plan's period.
        most_usd: dollars beyond which nothing more can be bought here, infinite where there is no such limit.
    """
    response = responses()[channel]
    reach = people(segment, channel) / 1000.0 * days / DAYS_A_MONTH
    answering = response.affinity[theme] * intent(segment)
    leads = response.leads * reach * answering
    paid_for = reach * answering**response.pay_for_response
    revenue = figures("planning_assumptions")[f"{theme}_usd"]
    curve = Curve(
        key=f"{segment.segment_id}.{channel.value}",
        channel=channel.value,
        worth=leads * response.close_rate * revenue,
        pace=max(response.half_saturation / math.log(2.0) * paid_for, 1.0),
        most=most_usd,
    )
    return Prospect(segment=segment, channel=channel, theme=theme, most_leads=leads, curve=curve)


def lead_interval(expected: float) -> tuple[float, float, float]:
    """Low, middle and high leads, in the doubt that `planning_assumptions` states."""
    return count_interval(expected, figures("planning_assumptions")["response_doubt"])


def count_interval(expected: float, doubt: float) -> tuple[float, float, float]:
    """Low, middle and high: an 80 % interval of a count whose mean is itself in doubt.

    A Poisson count widened to a negative binomial.

    Args:
        expected: the mean. doubt: coefficient of variation of the mean, above 0.
    """
    if expected <= 0:
        return 0.0, 0.0, 0.0
    size = 1.0 / doubt**2
    low, high = (float(stats.nbinom.ppf(at, size, size / (size + expected))) for at in (0.1, 0.9))
    middle = round(expected, 1)
    return min(low, middle), middle, max(high, middle)
