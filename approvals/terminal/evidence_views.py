"""What the evidence commands answer: whether the log stands, its anchors, what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from approvals.terminal.tables import table
from campaign.answer import Answer
from policies.rulebook import counted

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from approvals.anchor_files import Anchor
    from approvals.audit import AuditReport
    from approvals.audit_search import AuditPage
    from approvals.disposal import Disposal
    from approvals.examination.checking import PackageReport
    from approvals.examination.export import Package

_MOST = 20


def verify_answer(report: AuditReport, *, as_json: bool) -> Answer:
    """Whether the log stands; exit 1 where it does not, every fault a line."""
    held = f" It agrees with {counted(report.anchors, 'anchor')}." if report.anchors else ""
    if report.verified:
        said = [
            f"The audit log stands: {counted(report.events, 'event')}, every one as it was written.{held}"
        ]
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


def disposal_answer(done: Disposal, *, as_json: bool) -> Answer:
    """What was removed."""
    document = {"run": done.run_id, "revisions": done.revisions, "files": done.files}
    said = [
        f"Removed the content of {counted(done.revisions, 'revision')} of run `{done.run_id}` and "
        f"{counted(done.files, 'file')}; the log, the hashes and the decisions stay."
    ]
    return Answer(document, lambda: said, as_json)


def package_answer(made: Package, *, as_json: bool) -> Answer:
    """Where the package lies and what it holds."""
    manifest = made.manifest
    document = {
        "folder": str(made.folder),
        "zip": str(made.archive),
        "scope": manifest.scope,
        "pieces": manifest.pieces,
        "files": len(manifest.files) + 1,
        "key": manifest.key,
        "manifest": manifest.digest,
        "event": made.event,
    }
    said = [
        f"{counted(manifest.pieces, 'piece')} ({manifest.scope}) in `{made.folder}` and `{made.archive}`.",
        f"Open index.html; signed with the key {manifest.key}; noted as event {made.event}.",
    ]
    return Answer(document, lambda: said, as_json)


def package_report_answer(report: PackageReport, *, as_json: bool) -> Answer:
    """Whether a package stands; exit 1 where it does not."""
    if report.stands:
        said = [
            f"The package ({report.scope}, {report.lender}) stands: {counted(report.files, 'file')}, "
            f"{counted(report.pieces, 'piece')}, {counted(report.events, 'event')} of the log.",
            f"Signed with the key {report.key}: compare it with what the lender told you by another way.",
        ]
    else:
        said = ["The package does not stand.", *report.faults[:_MOST]]
        said += [f"And {len(report.faults) - _MOST} more."] if len(report.faults) > _MOST else []
    return Answer(report.model_dump(mode="json"), lambda: said, as_json, 0 if report.stands else 1)


def search_answer(page: AuditPage, zone: ZoneInfo, *, as_json: bool) -> Answer:
    """The events found, newest first."""
    return Answer(page.model_dump(mode="json"), lambda: _found(page, zone), as_json)


def _found(page: AuditPage, zone: ZoneInfo) -> Sequence[Any]:
    if not page.events:
        return ["No event fits."]
    lines = table("event", "when", "what", "of", "who", "why")
    for one in page.events:
        from rich.text import Text

        when = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        why = str(one.details.get("reason") or "")
        lines.add_row(str(one.seq), when, *(Text(part) for part in (one.event, one.subject, one.by, why)))
    more = f"Older ones: add `--before {page.before}`."
    return [lines, more] if page.before else [lines]
