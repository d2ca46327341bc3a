"""What the evidence commands answer: whether the log stands, its anchors, what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaign.answer import Answer

if TYPE_CHECKING:
    from approvals.anchor_files import Anchor
    from approvals.audit import AuditReport


def verify_answer(report: AuditReport, *, as_json: bool) -> Answer:
    """Whether the log stands; exit 1 where it does not, every fault a line."""
    held = f" Held to {report.anchors} anchors." if report.anchors else ""
    if report.verified:
        said = [f"The audit log stands: {report.events} events, every one as it was written.{held}"]
    elif report.first_broken is None:
        said = [f"The audit log stands by itself ({report.events} events); its anchors do not."]
    else:
        said = [f"The audit log does not stand. {report.events} events from the first on do."]
    said += report.faults
    exit_code = 0 if report.verified else 1
    return Answer(report.model_dump(mode="json"), lambda: said, as_json, exit_code)


def anchor_answer(anchor: Anchor, *, new: bool, folder: str, as_json: bool) -> Answer:
    """The anchor that says how the log stands."""
    document = {"new": new, "folder": folder, **anchor.model_dump(mode="json")}
    if new:
        said = [
            f"Anchored {anchor.events} events as anchor {anchor.number} in `{folder}`.",
            "Keep a copy of that folder where this machine cannot write.",
        ]
    else:
        said = [f"Nothing happened since {anchor.title}: {anchor.events} events."]
    return Answer(document, lambda: said, as_json)
