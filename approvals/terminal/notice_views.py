"""What `vallum notify` answers: who was told what, and what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from approvals.statuses import title
from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.limits import Escalation
    from approvals.notifying import NoticeReport


def notice_answer(
    report: NoticeReport, escalated: Sequence[Escalation], *, dry_run: bool, as_json: bool
) -> Answer:
    """One round of telling; exit 1 where something could not be sent."""
    document: dict[str, Any] = {
        "dry_run": dry_run,
        **report.model_dump(mode="json"),
        "escalated": [one.model_dump(mode="json") for one in escalated],
    }

    def view() -> Sequence[str]:
        past = "Would send" if dry_run else "Sent"
        said = [f"{past} `{one.subject}` to {one.target}." for one in report.sent]
        said += [f"{one.reason} {one.remedy}" for one in report.failed]
        said += [
            f"`{title(one.piece, one.revision)}` is past its limit: "
            f"{f'now with {one.after}' if one.after else 'nobody could be given it'}."
            for one in escalated[:20]
        ]
        if len(escalated) > 20:
            said.append(f"{len(escalated) - 20} more were handed on.")
        return said or ["Nothing new to tell." if report.waits else "Nothing waits, so nobody is told."]

    return Answer(document, view, as_json, exit_code=1 if report.failed else 0)
