"""What the copywriting tests write for: a lender, a rate sheet made by hand, segments and placements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from agents.copywriting import pieces_of, write_masters
from agents.house.copywriting import HouseCopyMind
from agents.minds import Assignment, Draft, MindName
from campaign.channel import FORMATS
from campaign.lender import Lender, parse_lender
from campaign.master import Master
from campaign.piece import FieldText, Piece
from campaign.plan import Placement
from campaign.rates import RateOffer, RateSheet
from campaign.segment import Condition, Predicate, Segment
from policies.apr import apr_of_level_loan

ROOT = Path(__file__).parents[2]
ON = date(2026, 2, 26)
AT = datetime(2026, 2, 26, 18, 0, tzinfo=UTC)
THEMES = ("rate_review", "equity", "purchase", "relationship")
FORMAT_NAMES = tuple(FORMATS)
CORRECTIONS = ((), ("The rate makes me nervous, leave the price out.",), ("Too long and a bit pushy.",))


def example_lender(**changes: object) -> Lender:
    """The example lender, with some fields changed."""
    lender = parse_lender((ROOT / "tools/examples/lender.toml").read_text(encoding="utf-8"))
    return lender.model_copy(update=changes)


def offer(row: int = 1, **changes: object) -> RateOffer:
    """A row of the sheet, its APR computed from its own fees."""
    values: dict[str, object] = {
        "row": row,
        "product": "conventional",
        "term_months": 360,
        "rate": 6.125,
        "points": 0.5,
        "fees_usd": 1495.0,
        "example_amount_usd": 400_000.0,
        "lock_days": 45,
        "min_fico": 740,
        "max_ltv": 80.0,
        "effective_at": AT - timedelta(hours=11),
        "expires_at": AT + timedelta(days=6),
    }
    values |= changes
    amount = float(str(values["example_amount_usd"]))
    charges = float(str(values["fees_usd"])) + float(str(values["points"])) / 100 * amount
    values.setdefault(
        "apr",
        round(
            apr_of_level_loan(amount, float(str(values["rate"])), int(str(values["term_months"])), charges), 3
        ),
    )
    return RateOffer.model_validate(values)


def sheet(*offers: RateOffer) -> RateSheet:
    """A sheet of the given offers, or the usual one: thirty and fifteen years, and jumbo."""
    usual = (
        offer(1),
        offer(2, term_months=180, rate=5.5),
        offer(3, product="jumbo", rate=6.375, points=0.0, example_amount_usd=1_100_000.0, min_fico=760),
    )
    return RateSheet(sheet_id="4f2a90c1", source="by hand", offers=offers or usual)


def segment(segment_id: str, needs: str, *conditions: Condition, products: tuple[str, ...] = ()) -> Segment:
    """A segment as the segmentation agent would hand it on."""
    return Segment(
        segment_id=segment_id,
        name=segment_id.replace("_", " ").capitalize(),
        predicate=Predicate(conditions=conditions),
        needs=needs,
        size=1200,
        share=0.2,
        value_usd=90_000.0,
        states=("CA", "FL", "TX"),
        products=products or ("conventional",),
    )


def at_least(column: str, value: float) -> Condition:
    """`column >= value`."""
    return Condition(column=column, operator="at_least", value=value)


def below(column: str, value: float) -> Condition:
    """`column < value`."""
    return Condition(column=column, operator="below", value=value)


def one(column: str, word: str) -> Condition:
    """`column = 'word'`."""
    return Condition(column=column, operator="is", value=word)


CANDIDATES = segment(
    "refinance_candidates", "Likely to want an honest look at the rate.", at_least("rate_gap_bps", 50)
)
SEGMENTS = (
    CANDIDATES,
    segment(
        "refinance_larger_loans",
        "Likely to notice small differences.",
        at_least("rate_gap_bps", 50),
        at_least("current_balance", 450_000),
        products=("jumbo", "conventional"),
    ),
    segment(
        "equity_rich",
        "Likely to think about repairs.",
        below("rate_gap_bps", 50),
        below("ltv", 60),
    ),
    segment(
        "recent_buyers",
        "Likely to be settling in.",
        below("rate_gap_bps", 50),
        at_least("ltv", 60),
        below("months_since_funding", 12),
    ),
    segment("settled_owners", "Likely to be content.", below("rate_gap_bps", 50), at_least("ltv", 60)),
)


MORE_SEGMENTS = (
    segment(
        "refinance_equity_rich",
        "Likely to weigh a lower rate against taking some equity out.",
        at_least("rate_gap_bps", 50),
        below("ltv", 60),
    ),
    segment(
        "refinance_recent_buyers",
        "Likely bought when rates were higher.",
        at_least("rate_gap_bps", 50),
        below("months_since_funding", 36),
    ),
    segment("refinance_candidates_2", "Likely to want figures.", at_least("rate_gap_bps", 100)),
    segment(
        "near_trigger",
        "Likely to gain if rates move further.",
        at_least("rate_gap_bps", 0),
        below("rate_gap_bps", 50),
    ),
    segment("prospects", "Likely to be still choosing.", one("status", "preapproved")),
    segment("investors", "Likely to look at the return.", one("occupancy", "investment")),
)
EVERYONE = (*SEGMENTS, *MORE_SEGMENTS)


def placement(theme: str, form: str, who: Segment = CANDIDATES, states: tuple[str, ...] = ()) -> Placement:
    """A placement of one segment in one format, in every licensed state where none is named."""
    channel = FORMATS[form].channel
    return Placement(
        placement_id=f"{who.segment_id}.{channel.value}",
        segment_id=who.segment_id,
        segment=who.name,
        channel=channel,
        format=form,
        goal="application",
        cadence="every 2 weeks",
        budget_usd=1000.0,
        theme=theme,
        states=states,
        expected_leads=(1.0, 2.0, 3.0),
    )


def write(
    placed: Placement, who: Segment, turn: int = 0, corrections: tuple[str, ...] = ()
) -> tuple[Master, ...]:
    """The house writer's two variants for the example lender."""
    return write_masters(
        placed,
        who,
        lender=example_lender(),
        sheet=sheet(),
        at=AT,
        mind=HouseCopyMind(),
        round=turn,
        corrections=corrections,
    )


def show(master: Master, placed: Placement, who: Segment) -> tuple[Piece, ...]:
    """A master as the example lender's public would see it."""
    return pieces_of(master, placed, who, lender=example_lender(), sheet=sheet(), at=AT)


@cache
def masters(theme: str, form: str, who: int = 0, turn: int = 0, told: int = 0) -> tuple[Master, ...]:
    """Both variants for one of `EVERYONE` after one of `CORRECTIONS`, made once."""
    placed = placement(theme, form, EVERYONE[who])
    return write(placed, EVERYONE[who], turn, CORRECTIONS[told])


@cache
def pieces(theme: str, form: str, who: int = 0, turn: int = 0, told: int = 0) -> tuple[Piece, ...]:
    """Those variants as the public would see them."""
    placed = placement(theme, form, EVERYONE[who])
    return tuple(
        piece
        for master in masters(theme, form, who, turn, told)
        for piece in show(master, placed, EVERYONE[who])
    )


LETTER = placement("rate_review", "email.letter")
GOOD: dict[str, FieldText] = {
    "subject": "A word about refinancing",
    "preheader": "What to look at first.",
    "body": "Hi {{first_name}},\n\nOurs is {{rate}} ({{apr}} APR) as of {{as_of}}. Ask us about it.",
    "cta": "Ask us",
}
OTHER: dict[str, FieldText] = {**GOOD, "body": "Hi {{first_name}},\n\nAsk us about your loan."}


class Scripted:
    """A mind that answers what it was told to, and remembers what it was asked."""

    name: MindName = "model"

    def __init__(self, *fields: dict[str, FieldText]) -> None:
        self.fields = fields
        self.asked: list[Assignment] = []

    def write(self, assignment: Assignment) -> tuple[Draft, ...]:
        self.asked.append(assignment)
        return tuple(Draft(fields=fields, angle="a try", author="model test-1") for fields in self.fields)


def written(
    *fields: dict[str, FieldText], form: str = "email.letter", **lender: object
) -> tuple[Master, ...]:
    """What stands where a mind answers with the given drafts."""
    return write_masters(
        placement("rate_review", form),
        CANDIDATES,
        lender=example_lender(**lender),
        sheet=sheet(),
        at=AT,
        mind=Scripted(*fields),
    )
