"""What approvers read of the fair-lending review, in the queue, beside a piece and by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from campaign.answer import Answer
from campaign.fair_lending import DENOMINATOR

if TYPE_CHECKING:
    from campaign.fair_lending import FairLendingResult, FairLendingReview

_STYLES = {"disparity": "bold red", "look": "yellow", "fine": "green", "too_few": "dim"}


def review_answer(run_id: str, review: FairLendingReview, *, as_json: bool) -> Answer:
    """The review of a run; exit 1 where anything in it is a disparity."""
    document = {"run": run_id, **review_document(review), "denominator": DENOMINATOR}
    said = [*review_tables(review), DENOMINATOR]
    return Answer(document, lambda: said, as_json, exit_code=1 if review.verdict == "disparity" else 0)


def review_document(review: FairLendingReview) -> dict[str, Any]:
    """The review for scripts: verdicts and ratios by name."""
    return {
        "verdict": review.verdict,
        "note": review.note,
        "known_share": round(review.known_share, 6),
        "segments": {name: result_document(one) for name, one in review.segments.items()},
        "placements": {name: result_document(one) for name, one in review.placements.items()},
        "targeting": [
            {"states": list(one.states), **result_document(one.result)} for one in review.targeting
        ],
    }


def result_document(result: FairLendingResult) -> dict[str, Any]:
    """One result for scripts, its alternatives with their predicates as words."""
    return {
        **result.model_dump(mode="json", exclude={"alternatives"}),
        "alternatives": [
            {**one.model_dump(mode="json"), "predicate": str(one.predicate)} for one in result.alternatives
        ],
    }


def review_tables(review: FairLendingReview | None) -> list[Any]:
    """The review for people: a line for each selection, then what could be chosen instead."""
    if review is None:
        return []
    if review.note:
        return [f"  Fair lending: {review.note}"]
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"Fair lending ({review.known_share:.0%} of the loans have a record)",
        box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False,
    )  # fmt: skip
    for column in ("reviewed", "verdict", "ratio", "95 % interval", "p", "tracts"):
        table.add_column(column)
    for name, one in review.named().items():
        interval = "" if one.interval is None else f"{one.interval[0]:.2f} to {one.interval[1]:.2f}"
        table.add_row(
            name, Text(_words(one), style=_STYLES[one.verdict]), _figure(one.ratio), interval,
            _figure(one.p_value), _figure(one.reach_ratio),
        )  # fmt: skip
    return [table, *_alternatives(review.named())]


def piece_lines(review: FairLendingReview | None, placement_id: str) -> list[str]:
    """What an approver of one piece has to know: its segment, its placement, and what could be instead."""
    if review is None or review.note:
        return [f"Fair lending: {review.note}"] if review is not None else []
    found = _of_piece(review, placement_id)
    told = [f"Fair lending, {name}: {_words(one)}. {one.sentence}" for name, one in found.items()]
    return told + _alternatives({name: one for name, one in found.items() if one.alternatives})


def piece_document(review: FairLendingReview | None, placement_id: str) -> dict[str, Any]:
    """The same for scripts: the results of its `segment` and its `placement`, empty where there are none."""
    found = _of_piece(review, placement_id) if review is not None else {}
    return {name.split()[0]: result_document(one) for name, one in found.items()}


def _of_piece(review: FairLendingReview, placement_id: str) -> dict[str, FairLendingResult]:
    named = review.named()
    wanted = (f"segment {placement_id.rsplit('.', 1)[0]}", f"placement {placement_id}")
    return {name: named[name] for name in wanted if name in named}


def _alternatives(results: Mapping[str, FairLendingResult]) -> list[str]:
    return [
        f"  Instead of {name}: {one} Plan anew to use it; nothing was changed."
        for name, result in results.items()
        for one in result.alternatives
    ]


def queue_lines(reviews: Mapping[str, FairLendingReview]) -> list[str]:
    """One line for each run with something an approver should know before choosing what to open."""
    lines = []
    for run_id, review in reviews.items():
        if review.verdict == "fine":
            continue
        told = [name for name, one in review.named().items() if one.verdict == review.verdict]
        of = f" ({len(told)}: {', '.join(told[:3])}{', ...' if len(told) > 3 else ''})" if told else ""
        said = review.note or f"{review.verdict.replace('_', ' ')}{of}."
        lines.append(f"Fair lending of run `{run_id}`: {said} See `vallum fair-lending --run {run_id}`.")
    return lines


def _words(result: FairLendingResult) -> str:
    return result.verdict.replace("_", " ")


def _figure(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
