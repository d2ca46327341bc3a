"""What pieces refer to: their run with its plan, the rules of a version, the rows of a rate sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from approvals.examination.documents import FORM
from approvals.examination.tables import inert
from approvals.gate import RulePack
from approvals.rules_log import KeptRule, kept_rules, rules_at
from approvals.runs import Run, load_plan, load_segmentation
from approvals.store import masters_of
from campaign.errors import BadInput, Refused
from campaign.lender import Lender
from campaign.master import Master
from campaign.plan import ChannelPlan
from campaign.segment import Segmentation
from policies.packs import Pack
from tools.market.rate_sheets import read_rate_sheet, write_rate_sheet


@dataclass(frozen=True, slots=True)
class RunPart:
    """A run with what its agents answered; `faults` says what of it does not stand."""

    run: Run
    segmentation: Segmentation | None
    plan: ChannelPlan | None
    masters: tuple[Master, ...]
    faults: tuple[str, ...]


def run_part(engine: Engine, run: Run) -> RunPart:
    """A run as the gate keeps it; a plan that was changed by hand is told and not shown."""
    faults: list[str] = []
    segmentation, plan = None, None
    try:
        segmentation = load_segmentation(engine, run.run_id)
    except Refused as changed:
        faults.append(changed.fact)
    try:
        plan = load_plan(engine, run.run_id)
    except Refused as changed:
        faults.append(changed.fact)
    return RunPart(run, segmentation, plan, masters_of(engine, run.run_id), tuple(faults))


def run_document(part: RunPart) -> dict[str, Any]:
    """A run as a machine reads it."""
    return {
        "form": FORM,
        "run": part.run.model_dump(mode="json"),
        "segmentation": part.segmentation.model_dump(mode="json") if part.segmentation else None,
        "plan": part.plan.model_dump(mode="json") if part.plan else None,
        "masters": [master.model_dump(mode="json") for master in part.masters],
        "faults": list(part.faults),
    }


def rules_of_versions(
    session: Session, versions: Iterable[str], pack: RulePack
) -> dict[str, tuple[KeptRule, ...]]:
    """The rules of some versions: as the log keeps them, or those in force where it is their version."""
    found = {version: rules_at(session, version) for version in versions}
    if isinstance(pack, Pack) and found.get(pack.version) == ():
        found[pack.version] = kept_rules(pack.rules)
    return found


def sheet_text(folder: Path, sheet_id: str, lender: Lender) -> str:
    """A rate sheet's rows as CSV, found to be those that its id names; empty where it is not kept here.

    Only its own free text, its source, may differ from the file: it is marked where it would be a formula.
    """
    path = folder / f"{sheet_id}.csv"
    if not sheet_id.isalnum() or not path.is_file():
        return ""
    try:
        sheet = read_rate_sheet(path.read_text(encoding="utf-8"), path.name, zone=lender.zone)
    except (BadInput, OSError, UnicodeDecodeError):
        return ""
    if sheet.sheet_id != sheet_id:
        return ""
    return write_rate_sheet(sheet.model_copy(update={"source": inert(sheet.source)}))
