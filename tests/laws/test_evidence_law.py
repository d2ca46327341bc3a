"""Law 6: nothing in the log can be changed, removed, exchanged or added unnoticed, whatever is recomputed.

Hypothesis plays the vandal on both engines. It may recompute hashes: of the row it touched, of the chain from
there on, and of the head. The next row, the head or an anchor tells, and the report names the place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from approvals.anchor_files import AnchorSequence, read_anchors
from approvals.anchors import anchor
from approvals.audit import canonical, record, verify
from approvals.chain import GENESIS, event_hash
from approvals.database import open_database, writing
from approvals.examination.checking import check
from approvals.signing import signing_key
from tests.approvals.examination.house import House, build
from tests.approvals.gate import AT, LENDER, a_piece
from tests.approvals.tampering import Row, put_back, rechained, rows_of

EVENTS = 9
ANCHORED_AT = (3, 7)
Recomputed = Literal["nothing", "its own hash", "the rest of the chain", "the chain and the head"]
RECOMPUTED: tuple[Recomputed, ...] = (
    "nothing", "its own hash", "the rest of the chain", "the chain and the head",
)  # fmt: skip
COLUMNS = ("event", "subject", "by", "at", "details")
KEPT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Log:
    """A log as it was written, and its anchors."""

    engine: Engine
    rows: list[Row]
    anchors: AnchorSequence

    @property
    def head(self) -> tuple[int, str]:
        return len(self.rows), self.rows[-1].hash


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    kind = f"sqlite:///{tmp_path / 'vallum.db'}"
    engine = open_database(kind if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    key = signing_key(tmp_path / "keys")
    number = 0
    while (written := len(rows_of(engine))) < EVENTS:
        number += 1
        with writing(engine) as session:
            record(
                session, event="piece.approved", subject=f"piece {number} rev 1", by="Ruth Calder",
                at=AT + timedelta(minutes=number), details={"n": number, "words": "“6.125%”"},
            )  # fmt: skip
        if written + 1 in ANCHORED_AT:
            anchor(engine, tmp_path / "anchors", key, lender=LENDER, at=AT + timedelta(minutes=number))
    rows = rows_of(engine)
    anchors = read_anchors(tmp_path / "anchors", whole=True)
    assert [one.events for one in anchors.anchors] == list(ANCHORED_AT)
    assert verify(engine, anchors).verified
    yield Log(engine, rows, anchors)
    engine.dispose()


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
PLACE = st.integers(1, EVENTS)


@st.composite
def altered(draw: st.DrawFn) -> tuple[str, int, tuple[str, str]]:
    return "altered", draw(PLACE), (draw(st.sampled_from(COLUMNS)), draw(TEXT))


@st.composite
def exchanged(draw: st.DrawFn) -> tuple[str, int, int]:
    first = draw(st.integers(1, EVENTS - 1))
    return "exchanged", first, draw(st.integers(first + 1, EVENTS))


REMOVED = st.tuples(st.just("removed"), PLACE, st.booleans())
ADDED = st.tuples(st.just("added"), st.integers(1, EVENTS + 1), TEXT)


def tampered(rows: list[Row], deed: tuple) -> list[Row]:
    """The rows after a deed, hashes as they were; numbers run on where the vandal renumbers."""
    kind, place, more = deed
    made = list(rows)
    if kind == "altered":
        made[place - 1] = made[place - 1]._replace(**{more[0]: more[1]})
    elif kind == "removed":
        del made[place - 1]
        if more:
            made = [row._replace(seq=seq) for seq, row in enumerate(made, start=1)]
    elif kind == "exchanged":
        one, two = made[place - 1], made[more - 1]
        made[place - 1], made[more - 1] = two._replace(seq=one.seq), one._replace(seq=two.seq)
    else:
        before = made[place - 2].hash if place > 1 else GENESIS
        new = Row(place, "piece.approved", more, "Nobody", AT.isoformat(), canonical({}), before, "0" * 64)
        made.insert(place - 1, new)
        made = [row._replace(seq=seq) for seq, row in enumerate(made, start=1)]
    return made


def recomputed(rows: list[Row], place: int, how: Recomputed) -> list[Row]:
    if how == "nothing" or place > len(rows):
        return rows
    if how == "its own hash":
        row = rows[place - 1]
        own = event_hash(row.seq, row.event, row.subject, row.by, row.at, row.details, row.previous)
        return [*rows[: place - 1], row._replace(hash=own), *rows[place:]]
    return rechained(rows)


@pytest.mark.parametrize("how", RECOMPUTED)
@KEPT
@given(deed=st.one_of(altered(), REMOVED, exchanged(), ADDED))
def test_whatever_is_done_to_the_log_is_found_and_named(log: Log, how: Recomputed, deed: tuple):
    place = deed[1]
    made = recomputed(tampered(log.rows, deed), place, how)
    head = log.head
    if how == "the chain and the head":
        head = (len(made), made[-1].hash)
    if (made, head) == (log.rows, log.head):
        return  # the new value is the old one
    put_back(log.engine, made, head=head)
    alone, held = verify(log.engine), verify(log.engine, log.anchors)

    whole = how == "the chain and the head"
    assert alone.verified == whole, "chain and head tell all but a whole rewriting"
    if not whole or place <= max(ANCHORED_AT):
        assert not held.verified, "an anchor tells that too, up to the last one"
    elif place > max(ANCHORED_AT) + 1:  # the event behind an anchor is its own note, which tells as well
        assert held.verified
    for report in (alone, held):
        if not report.verified and report.first_broken is not None:
            assert report.reason
            assert report.events == report.first_broken - 1
            _named(made, report.first_broken, report.event, report.subject)
    if not alone.verified:
        first = alone.first_broken
        assert first in _where_it_shows(made, place, how, len(log.rows))


def _named(rows: list[Row], place: int, event: str, subject: str) -> None:
    """The report names what stands at the place, or nothing where nothing does."""
    expected = (rows[place - 1].event, rows[place - 1].subject) if place <= len(rows) else ("", "")
    assert (event, subject) == expected


def _where_it_shows(rows: list[Row], place: int, how: Recomputed, length: int) -> tuple[int, ...]:
    """At the row itself; at the one after it where its hash was made anew; at the head where all were."""
    if how == "nothing":
        return (place,)
    if how == "its own hash":
        return (place, place + 1)
    return (len(rows) + 1, length + 1)


@KEPT
@given(length=st.integers(0, EVENTS - 1), forged=st.lists(TEXT, max_size=8))
def test_a_log_set_back_to_an_older_state_is_found_whatever_is_written_after(
    log: Log, length: int, forged: list[str]
):
    """Also where the vandal brings the older head along, and lets the log grow beyond what anchors saw."""
    new = [Row(0, "piece.approved", words, "Nobody", AT.isoformat(), "{}", "", "") for words in forged]
    made = rechained([*log.rows[:length], *new])
    put_back(log.engine, made, head=(len(made), made[-1].hash if made else GENESIS))
    assert verify(log.engine).verified
    report = verify(log.engine, log.anchors)
    assert report.verified == (length >= max(ANCHORED_AT))
    if not report.verified:
        last_proven = max((n for n in (0, *ANCHORED_AT) if n <= length), default=0)
        assert report.first_broken is not None
        assert last_proven < report.first_broken <= max(len(made), last_proven) + 1


def test_the_hash_is_that_of_the_canonical_form():
    """`event_hash` writes its JSON by hand; it must stay the form that the first logs were written in."""
    import hashlib

    @settings(max_examples=300, deadline=None)
    @given(st.integers(1, 10**9), st.lists(st.text(), min_size=6, max_size=6))
    def same(seq: int, values: list[str]) -> None:
        names = ("event", "subject", "by", "at", "details", "previous")
        whole = canonical({"seq": seq, **dict(zip(names, values, strict=True))})
        try:
            expected = hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
        except UnicodeEncodeError:
            with pytest.raises(UnicodeEncodeError):
                event_hash(seq, *values)
            return
        assert event_hash(seq, *values) == expected

    same()


@pytest.fixture(scope="module")
def filled_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house to make packages of; each export adds to the same log."""
    home = tmp_path_factory.mktemp("law") / "home"
    home.mkdir()
    house = build(open_database(f"sqlite:///{home / 'vallum.db'}"), home)
    yield house
    house.engine.dispose()


LEADING_OUT = st.sampled_from(["../", "..\\", "/", "./", "~", "C:", "\x00", "\n", ".", "%2e%2e/", "a", "é"])
IDS = st.lists(LEADING_OUT, min_size=1, max_size=6).map("".join) | TEXT


@settings(max_examples=6, deadline=None)
@given(ids=st.lists(IDS, min_size=1, max_size=12, unique=True))
def test_no_id_leads_out_of_a_package(filled_house: House, ids: list[str]):
    """Path traversal in exports: whatever pieces are called, a package lies in its folder and checks there."""
    house = filled_house
    for name in ids:
        house.add(a_piece(name.replace("\x00", ""), body="Talk."))
    around = house.out.parent
    before = {path for path in around.rglob("*") if not path.is_relative_to(house.out)}
    with tempfile.TemporaryDirectory(dir=around) as out:
        made = house.export(out=Path(out))
        inside = {path.name for path in Path(out).iterdir()}
        assert inside == {made.folder.name, made.archive.name}
        assert all(path.resolve().is_relative_to(Path(out).resolve()) for path in Path(out).rglob("*"))
        assert check(made.archive).stands
    after = {path for path in around.rglob("*") if not path.is_relative_to(house.out)}
    assert {path for path in after - before if path.parent.name != "anchors"} <= {
        house.workspace.anchors, house.workspace.keys, house.workspace.keys / "signing.pem",
    }  # fmt: skip
