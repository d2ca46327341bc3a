"""Whether an approval stands, asked without claiming anything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from approvals.database import open_database, reading
from approvals.standing import Objection, Standing, release_of
from approvals.store import load_piece
from campaign.finding import Finding, Severity
from campaign.personal import personalised
from campaign.piece import Piece
from campaign.rates import RateOffer, RateSheet
from tests.approvals.gate import AT, LATER, Rules, a_piece, approved, by_hand, gate_of, with_rate


def objection(engine: Engine, rules: Rules, at=AT) -> Objection | None:
    release = release_of(load_piece(engine, "letter"))
    with reading(engine) as session:
        return Standing(gate_of(engine, rules)).objection(session, release, at)


def test_a_live_approval_meets_no_objection(engine: Engine):
    approved(engine)
    assert objection(engine, Rules()) is None


def test_the_pass_carries_what_the_decision_bound(engine: Engine):
    release = approved(engine)
    stored = load_piece(engine, "letter")
    assert release == release_of(stored)
    assert release.release_id == f"letter.r1.{stored.content_hash[:12]}"
    assert release.approved_at == AT


def test_what_voids_says_so_and_what_does_not_leaves_the_approval(engine: Engine):
    approved(engine, with_rate("letter", valid_until=LATER))
    worn = objection(engine, Rules(), LATER + timedelta(hours=1))
    assert worn is not None
    assert worn.void
    by_hand(engine, "UPDATE pieces SET status = 'superseded'")
    gone = objection(engine, Rules())
    assert gone is not None
    assert not gone.void


@pytest.mark.parametrize(
    ("rules", "stands"),
    [
        (Rules(), True),
        (Rules(version="pack-2"), True),
        (Rules(version="pack-2", warns={"Talk"}), False),
        (Rules(warns={"Talk"}), True),
        (Rules(blocks={"Talk"}), False),
    ],
)
def test_newer_rules_void_by_block_or_warning_and_the_same_rules_by_block(
    engine: Engine, rules: Rules, stands: bool
):
    approved(engine, a_piece())
    assert (objection(engine, rules) is None) is stands


@pytest.mark.parametrize(("offered", "stands"), [(6.125, True), (6.5, False)])
def test_a_rate_that_the_sheet_in_force_no_longer_offers_voids_the_approval(
    engine: Engine, offered: float, stands: bool
):
    release = approved(engine, with_rate("letter", valid_until=LATER))
    offer = RateOffer(
        row=2, product="conventional", term_months=360, rate=offered, points=0, fees_usd=1895, apr=offered + 0.1,
        example_amount_usd=400_000, lock_days=45, effective_at=AT, expires_at=LATER,
    )  # fmt: skip
    sheet = RateSheet(sheet_id="s2", source="new.csv", offers=(offer,))
    rules = Rules()
    with reading(engine) as session:
        found = Standing(gate_of(engine, rules, sheet=sheet)).objection(session, release, AT)
    if stands:
        assert found is None
        return
    assert found is not None
    assert found.void
    assert found.reason == "its `rate` (6.125%) is not on sheet `s2`, now in force"


class Harsher(Rules):
    """A rule that says of a template what it says of it, and more of a rendering with a name in it."""

    template: Severity = Severity.WARN

    def screen(self, piece: Piece, at: datetime) -> tuple[Finding, ...]:
        filled = "Ada" in str(piece.fields["body"])
        return (
            Finding(
                rule="test.greeting", severity=Severity.BLOCK if filled else self.template, citation="c",
                field="body", message="It speaks to Ada.",
            ),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (Severity.WARN, "`test.greeting` finds: It speaks to Ada."),
        (Severity.INFO, "`test.greeting` finds: It speaks to Ada."),
        (Severity.BLOCK, ""),  # waived, or the template itself would not stand
    ],
)
def test_a_rendering_is_let_pass_only_what_blocks_the_template_too(
    migrated_sqlite_url: str, template: Severity, said: str
):
    rules = Harsher()
    rules.template = template
    engine = open_database(migrated_sqlite_url)
    approved = a_piece(body="Hi {{first_name}}.", claims=())
    letter = personalised(approved, {"first_name": "Ada"})
    assert Standing(gate_of(engine, rules)).to_rendering(approved, letter, AT) == said
    engine.dispose()


def test_a_rendering_that_strays_is_held_whatever_the_rules_find(migrated_sqlite_url: str):
    engine = open_database(migrated_sqlite_url)
    approved = a_piece(body="Hi {{first_name}}.", claims=())
    letter = personalised(approved, {"first_name": "Ada"})
    other = letter.model_copy(update={"fields": {"body": "Ho Ada."}})
    books = Standing(gate_of(engine, Rules()))
    assert books.to_rendering(approved, letter, AT) == ""
    assert books.to_rendering(approved, other, AT) == "its words are not those of the approved template"
    assert books.to_rendering(approved, personalised(approved, {"first_name": "the best"}), AT) == ""
    guaranteed = personalised(approved, {"first_name": "guaranteed"})
    assert books.to_rendering(approved, guaranteed, AT) == "`test.guaranteed` finds: Says guaranteed."
    engine.dispose()
