"""The segmentation agent on the example book: exact parts, stable meaning, evidence, minds kept in bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import fields, replace

import pytest

from agents.cuts import pool
from agents.expected_value import VALUE_COLUMNS, with_value
from agents.house.segmentation import HouseSegmentationMind
from agents.learning import draw
from agents.minds import BookFacts, MindName, Naming, SegmentFacts
from agents.partition import Path, matches, simplify
from agents.segmentation import part_sample, segment_book
from agents.study import Study, study
from campaign.errors import BadInput, NotInForce
from campaign.segment import Condition, Segmentation
from tests.agents.books import FEBRUARY, LENDER, OCTOBER, bring, moment, part, view
from tools.book.engine import Book, open_book
from tools.book.generator import generate_book
from tools.book.predicates import compile_predicate
from tools.book.recipients import count_contactable
from tools.book.view import AGENT_COLUMNS
from tools.market.example_sheets import example_sheet
from tools.market.offers import offered_rates
from tools.market.series import shipped_market


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    home = tmp_path_factory.mktemp("example")
    made = generate_book(home / "csv", loans=3_000, seed=7, lender=LENDER, as_of=FEBRUARY)
    with open_book(f"duckdb://{home / 'book.duckdb'}") as book:
        for path in made.files.values():
            bring(book, path, home)
        yield book


@pytest.fixture(scope="module")
def in_february(example: Book) -> Segmentation:
    return part(example)


@pytest.fixture(scope="module")
def in_october(example: Book) -> Segmentation:
    return part(example, OCTOBER)


def test_every_loan_is_in_exactly_one_of_three_to_five_segments(
    example: Book, in_february: Segmentation
) -> None:
    assert 3 <= len(in_february.segments) <= 5
    loans = view(example)
    held = [compile_predicate(one.predicate, loans).cast("int64") for one in in_february.segments]
    counted = loans.select(parts=sum(held[1:], held[0])).aggregate(
        least=lambda t: t.parts.min(), most=lambda t: t.parts.max(), loans=lambda t: t.count()
    )
    assert counted.to_pyarrow().to_pylist() == [{"least": 1, "most": 1, "loans": 3_000}]
    assert sum(one.size for one in in_february.segments) == 3_000
    assert sum(one.share for one in in_february.segments) == pytest.approx(1.0)


def test_segments_are_large_enough_to_work_with_and_short_enough_to_read(in_february: Segmentation) -> None:
    for one in in_february.segments:
        assert one.size >= 0.03 * 3_000
        assert 1 <= len(one.predicate.conditions) <= 4
        for condition in one.predicate.conditions:
            assert AGENT_COLUMNS[condition.column].may_cut


def at_trigger(parted: Segmentation) -> int:
    return sum(one.size for one in parted.segments if one.segment_id.startswith("refinance"))


def test_the_refinance_segment_holds_everyone_at_the_trigger_and_folds_when_rates_rise(
    example: Book, in_february: Segmentation, in_october: Segmentation
) -> None:
    for parted, day in ((in_february, FEBRUARY), (in_october, OCTOBER)):
        loans = view(example, day)
        qualify = int(loans.filter(loans.rate_gap_bps >= 50).count().execute())
        assert at_trigger(parted) == qualify
        assert "refinance_candidates" in {one.segment_id for one in parted.segments}
        assert not [one.name for one in parted.segments if "group" in one.name]
    assert at_trigger(in_october) < at_trigger(in_february) / 2


def test_ids_are_unique_and_named_by_meaning(in_february: Segmentation, in_october: Segmentation) -> None:
    for parted in (in_february, in_october):
        ids = [one.segment_id for one in parted.segments]
        assert len(set(ids)) == len(ids)
        assert len({one.name for one in parted.segments}) == len(ids)
    assert {"settled_owners", "equity_rich"} <= {one.segment_id for one in in_february.segments}


def test_the_same_seed_gives_the_same_segments(example: Book, in_february: Segmentation) -> None:
    assert part(example) == in_february


def test_nothing_is_left_on_the_engine_afterwards(example: Book, in_february: Segmentation) -> None:
    assert in_february
    assert not [name for name in example.connection.list_tables() if "worked_out" in name]


def test_a_predicate_means_the_same_on_the_engine_and_in_the_sample(
    example: Book, in_february: Segmentation
) -> None:
    loans = view(example)
    everyone = draw(loans, seed=5)
    for one in in_february.segments:
        conditions = one.predicate.conditions
        sampled = sum(
            int(matches(conditions, rows, len(rows["source"])).sum())
            for rows in (everyone.learning, everyone.deciding, everyone.reporting)
        )
        assert sampled == one.size


def test_values_add_up_to_the_value_of_the_book(example: Book, in_february: Segmentation) -> None:
    valued = with_value(view(example))
    total = (
        valued.aggregate(**{name: valued[name].sum() for name in VALUE_COLUMNS}).to_pyarrow().to_pylist()[0]
    )
    assert sum(one.value_usd for one in in_february.segments) == pytest.approx(sum(total.values()), rel=1e-6)


def test_differences_are_held_out_and_honest_about_what_is_by_construction(
    in_february: Segmentation,
) -> None:
    for one in in_february.segments:
        assert one.differences
        assert all(0 < found.holdout_rows <= 750 for found in one.differences)
        assert all(found.test.endswith("Holm-corrected") for found in one.differences)
        free = [found.effect for found in one.differences if not found.in_predicate]
        assert free == sorted(free, reverse=True)
        assert not any(found.in_predicate for found in one.differences[: len(free)])
        assert all(found.origin == "generated" for found in one.differences)
        proven = [found for found in one.differences if not found.in_predicate and found.p_value <= 0.01]
        assert proven
    cut_on = {step.column for one in in_february.segments for step in one.predicate.conditions}
    for one in in_february.segments:
        assert all(found.in_predicate for found in one.differences if found.column in cut_on)
    assert "generated" in in_february.origin_note


def test_the_sizes_of_the_three_parts_are_told(in_february: Segmentation) -> None:
    for told in ("on 1,500 sampled loans", "on 750 others", "on 750 more that neither step saw"):
        assert told in in_february.learnt_from


def studied(example: Book) -> AbstractContextManager[Study]:
    return study(
        example,
        sheet=example_sheet(FEBRUARY, LENDER, shipped_market()),
        lender=LENDER,
        at=moment(FEBRUARY),
        seed=1,
    )


def test_the_rows_that_report_shape_no_segment(example: Book, in_february: Segmentation) -> None:
    with studied(example) as seen:
        cuts = pool((), HouseSegmentationMind().propose_cuts(seen.facts), seen.trigger, {}).cuts
        blind = replace(seen, drawn=replace(seen.drawn, reporting={}))
        settled = part_sample(blind, cuts, 5)
    shapes = {simplify(path) for path in settled.paths}
    assert shapes == {one.predicate for one in in_february.segments}


def test_the_rows_that_decide_teach_no_cut(example: Book) -> None:
    with studied(example) as seen:
        cuts = pool((), HouseSegmentationMind().propose_cuts(seen.facts), seen.trigger, {}).cuts
        asked: list[tuple[Path, Path]] = []

        class Told(Study):
            def alike(self, one: Path, two: Path) -> bool:
                asked.append((one, two))
                return False

        given = {field.name: getattr(seen, field.name) for field in fields(Study)}
        blind = Told(**given | {"drawn": replace(seen.drawn, deciding={}, reporting={})})
        settled = part_sample(blind, cuts, 5)
    assert len(settled.paths) == 5
    assert asked


def test_only_people_who_agreed_count_as_contactable_on_each_channel(
    example: Book, in_february: Segmentation
) -> None:
    offers = offered_rates(example_sheet(FEBRUARY, LENDER, shipped_market()), moment(FEBRUARY))
    states = LENDER.licensed_states(FEBRUARY)
    for one in in_february.segments:
        assert set(one.contactable) == {"email", "sms", "phone"}
        assert 0 < one.contactable["sms"] < one.contactable["email"] < one.size
        for channel, people in one.contactable.items():
            assert people == count_contactable(
                example, one.predicate, offers, channel=channel, states=states, at=moment(FEBRUARY)
            )


def test_lists_of_partners_and_officers_are_counted(in_february: Segmentation) -> None:
    assert in_february.officers > 0
    assert set(in_february.partners) <= {"agent", "builder", "planner"}


class Curious(HouseSegmentationMind):
    """A mind that proposes what it should not and remembers all it was shown."""

    name: MindName = "model"

    def __init__(self) -> None:
        self.shown = ""

    def propose_cuts(self, facts: BookFacts) -> tuple[Condition, ...]:
        self.shown += facts.model_dump_json()
        return (
            Condition(column="census_tract", operator="is", value="06037"),
            Condition(column="state", operator="is", value="TX"),
            Condition(column="ltv", operator="is", value="high"),
            Condition(column="note_rate", operator="at_least", value=float("nan")),
            Condition(column="purpose", operator="at_least", value=3.0),
            Condition(column="fico", operator="at_least", value=2_000.0),
        )

    def describe(self, segments: tuple[SegmentFacts, ...]) -> tuple[Naming, ...]:
        self.shown += "".join(one.model_dump_json() for one in segments)
        return (
            *(
                Naming(segment_id=one.segment_id, name="Everyone", needs="Likely to want everything.")
                for one in segments
            ),
            Naming(segment_id="nobody", name="Nobody", needs="Likely to want nothing."),
        )


def test_proposals_that_cannot_be_used_are_dropped_with_a_note(
    example: Book, in_february: Segmentation
) -> None:
    parted = part(example, mind=Curious())
    assert parted.mind == "model"
    assert [one.predicate for one in parted.segments] == [one.predicate for one in in_february.segments]
    dropped = " ".join(parted.notes)
    for name in ("census_tract", "state", "ltv", "note_rate", "purpose", "nobody"):
        assert f"`{name}" in dropped
    assert [one.name for one in parted.segments].count("Everyone") == 1


def test_a_mind_sees_aggregates_and_no_person(example: Book) -> None:
    mind = Curious()
    part(example, mind=mind)
    people = example.table("contacts").limit(200).to_pyarrow().to_pylist()
    loans = example.table("loans").limit(200).to_pyarrow().to_pylist()
    personal = [str(row[name]) for row in people for name in ("contact_id", "email", "phone") if row[name]]
    personal += [str(row["loan_id"]) for row in loans]
    assert len(personal) > 400
    assert not [value for value in personal if value in mind.shown]
    assert not [name for name in ("zip", "language", "first_name", "census") if name in mind.shown]


def test_an_empty_book_is_refused_in_words() -> None:
    with open_book("duckdb://") as book, pytest.raises(BadInput, match="no loans") as caught:
        part(book)
    assert "vallum book import" in caught.value.remedy


def test_a_sheet_that_has_run_out_is_refused(example: Book) -> None:
    with pytest.raises(NotInForce, match="in force"):
        segment_book(
            example,
            sheet=example_sheet(FEBRUARY, LENDER, shipped_market()),
            lender=LENDER,
            at=moment(OCTOBER),
            mind=HouseSegmentationMind(),
            seed=1,
        )
