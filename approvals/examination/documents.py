"""A dossier as a machine reads it: every noun as the gate keeps it, under names that say what it is."""

from __future__ import annotations

import json
from typing import Any

from approvals.examination.gathering import Delivery, Dossier, Revision
from approvals.examination.tables import answers, relative
from campaign.fair_lending import FairLendingResult
from campaign.plan import ChannelPlan, Placement
from campaign.segment import Segment, Segmentation

FORM = 1


def dossier_document(dossier: Dossier, home: str) -> dict[str, Any]:
    """One piece with every revision of it.

    Args:
        home: folder of the workspace, which no evidence needs to name.
    """
    return {
        "form": FORM,
        "piece": dossier.piece_id,
        "run": dossier.run.run_id,
        "published_revision": dossier.published.stored.piece.revision
        if dossier.published.deliveries
        else None,
        "kept_until": dossier.kept_until.isoformat(),
        "revisions": [_revision(one, home) for one in dossier.revisions],
        "waivers": [event.model_dump(mode="json") for event in dossier.waivers],
    }


def _revision(one: Revision, home: str) -> dict[str, Any]:
    stored = one.stored
    return {
        "revision": stored.piece.revision,
        "status": stored.status.value,
        "verdict": stored.verdict,
        "record_contradicts_log": one.contradiction,
        "disposed": one.disposed.model_dump(mode="json") if one.disposed else None,
        "content_hash": stored.content_hash,
        "rules": stored.pack_version,
        "sheet": stored.sheet_id,
        "survey_rate": stored.survey_rate,
        "submitted_at": stored.submitted_at.isoformat(),
        "piece": stored.piece.model_dump(mode="json"),
        "findings": [finding.model_dump(mode="json") for finding in stored.findings],
        "decisions": [made.model_dump(mode="json") for made in answers(one)],
        "waivers": [waiver.model_dump(mode="json") for waiver in stored.waivers],
        "remarks": [said.model_dump(mode="json") for said in one.remarks],
        "release": one.release_id or None,
        "recipients": one.states,
        "deliveries": [_delivery(made, home) for made in one.deliveries],
        "withheld": [held.model_dump(mode="json") for held in one.withheld],
        "recalls": [receipt.model_dump(mode="json") for receipt in one.receipts],
        "last_shown": one.shown.isoformat() if one.shown else None,
        "licenses": {state: dict(held) for state, held in one.licenses.items()},
        "retention": {kind: kept.model_dump(mode="json") for kind, kept in one.retention.items()},
        "events": [event.model_dump(mode="json") for event in one.events],
    }


def _delivery(made: Delivery, home: str) -> dict[str, str]:
    return {
        "key": made.key,
        "state": made.state,
        "at": made.at.isoformat(),
        "evidence": relative(made.target, home),
    }


def as_json(document: Any) -> str:
    """A document as its file holds it."""
    return json.dumps(document, indent=1, sort_keys=False, ensure_ascii=False) + "\n"


def placement_of(plan: ChannelPlan | None, placement_id: str) -> Placement | None:
    """A placement of a plan."""
    return next((one for one in plan.placements if one.placement_id == placement_id), None) if plan else None


def segment_of(segmentation: Segmentation | None, placement: Placement | None) -> Segment | None:
    """Whom a placement is for."""
    if segmentation is None or placement is None:
        return None
    return next((one for one in segmentation.segments if one.segment_id == placement.segment_id), None)


def fair_lending_of(plan: ChannelPlan | None, placement: Placement | None) -> dict[str, FairLendingResult]:
    """What the review found of a placement and of its segment, by what it is of."""
    review = plan.fair_lending if plan else None
    if review is None or placement is None:
        return {}
    found = {
        "placement": review.placements.get(placement.placement_id),
        "segment": review.segments.get(placement.segment_id),
    }
    return {name: result for name, result in found.items() if result is not None}
