"""What an approver reads: a search ad as a search ad, and nothing in a text that acts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from sqlalchemy import Engine

from approvals.pieces import history, load_piece
from approvals.queue import Counts, QueueItem
from approvals.statuses import Status
from approvals.terminal import queue_views, views
from campaign.piece import Piece
from tests.approvals.gate import AT, WRITER, a_piece, start, submit

NO_COUNTS = Counts(by_status={}, by_channel={}, by_verdict={})


def shown(parts: Sequence[RenderableType]) -> str:
    console = Console(width=150)
    with console.capture() as capture:
        for part in parts:
            console.print(part, markup=False)
    return capture.get()


def test_a_search_ad_looks_like_one(engine: Engine):
    ad = Piece(
        piece_id="ad", channel="google_search", authors=(WRITER,),
        fields={"headlines": ("Buy a home", "Cedar & Main", "NMLS 1999901", "Ask us"), "descriptions": ("One.", "Two.")},
    )  # fmt: skip
    start(engine)
    submit(engine, ad)
    said = shown(views.piece_answer(load_piece(engine, "ad"), history(engine, "ad"), as_json=False).view())
    assert "Buy a home | Cedar & Main | NMLS 1999901" in said
    assert "or: Ask us" in said
    assert "No rule found anything (rules pack-1)." in said


def test_markup_and_brackets_in_a_text_are_shown_as_they_are(engine: Engine):
    start(engine)
    submit(engine, a_piece(body="[bold red]Talk[/bold red] [link=x]us[/link]"))
    stored = load_piece(engine, "letter")
    assert "[bold red]Talk[/bold red] [link=x]us[/link]" in shown(
        views.piece_answer(stored, (), as_json=False).view()
    )


def test_many_states_are_counted_in_the_queue_and_few_are_named():
    def item(*states: str) -> QueueItem:
        return QueueItem(
            row=1, piece="p", revision=1, channel="email", segment="s", states=states,
            status=Status.PENDING, verdict="pass", rules=(), class_key="k", submitted_at=AT,
        )  # fmt: skip

    said = shown(
        queue_views.queue_answer(
            [item("CA", "NY"), item("CA", "NY", "TX", "WA", "ID"), item()], NO_COUNTS, as_json=False
        ).view()
    )
    assert "CA NY" in said
    assert "5 states" in said
    assert "all" in said
