"""What makes two pieces one class: the same words, findings and values, apart from verified identity.

A slot of identity (who speaks, which licence legend) may differ within a class only where the gate finds
its value in the lender's own record; whatever it cannot verify stays in the key, and parts the class.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from campaign.claim import Binding, Claim
from campaign.errors import NotInForce
from campaign.finding import Finding
from campaign.lender import Lender, Originator
from campaign.licensing import MarketingPartner
from campaign.noun import Noun
from campaign.piece import FieldText, Piece
from policies.identity import identity_claims, originator_claims, partner_claims

_ROW = re.compile(r"\brow \d+")
IDENTITY = frozenset({"licence", "lender", "originator", "partner"})


def class_key(piece: Piece, findings: Iterable[Finding], *, run_id: str, lender: Lender, at: datetime) -> str:
    """The class one revision belongs to (32 hex digits).

    Args:
        findings: of its last screen. run_id: classes do not reach across runs.
        lender: whose records verify identity. at: aware moment of verifying.
    """
    verified = verified_slots(piece, lender, at)
    of_claims = sorted(
        [claim.slot, claim.kind, claim.provenance.source, "" if claim.slot in verified else _worth(claim)]
        for claim in _shown(piece)
    )
    known = [
        run_id, piece.channel, piece.audience, sorted(piece.products), template(piece, verified), of_claims,
        sorted([one.rule, one.severity.value, one.field] for one in findings), _records(piece, lender),
        [one.model_dump(mode="json") for one in piece.ranges],
    ]  # fmt: skip
    return sha256(json.dumps(known, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def verified_slots(piece: Piece, lender: Lender, at: datetime) -> frozenset[str]:
    """Slots of identity that show, wherever they stand, what the lender's record says today.

    None where two values stand on the same letters: what is left of them could not be told apart.
    """
    if _overlapping(piece.bindings):
        return frozenset()
    recorded, texts = _recorded(piece, lender, at), dict(piece.texts())
    strayed = {one.slot for one in piece.bindings if not _shows(recorded.get(one.slot), one, texts)}
    strayed |= {one.slot for one in piece.claims or () if not _is_on_record(recorded.get(one.slot), one)}
    return frozenset(claim.slot for claim in _shown(piece)) - strayed


def template(piece: Piece, verified: frozenset[str]) -> dict[str, FieldText]:
    """The fields with verified slots of identity shown as `{{slot}}`: the master of the class."""
    fields: dict[str, FieldText] = {}
    for name, value in piece.fields.items():
        if isinstance(value, str):
            fields[name] = _emptied(piece, name, value, verified)
        else:
            fields[name] = tuple(
                _emptied(piece, f"{name}[{place}]", entry, verified) for place, entry in enumerate(value)
            )
    return fields


def slot_values(piece: Piece, verified: frozenset[str]) -> dict[str, str]:
    """What a piece shows in each slot that may differ within its class."""
    return {claim.slot: claim.text for claim in _shown(piece) if claim.slot in verified}


def _recorded(piece: Piece, lender: Lender, at: datetime) -> Mapping[str, Claim]:
    """Every identity on record for this piece; nothing of the lender's where no licence holds."""
    try:
        known = identity_claims(lender, piece.states, on=at.astimezone(lender.zone).date())
    except NotInForce:
        known = {}
    if (speaker := _on_roster(piece, lender)) is not None:
        known = known | originator_claims(lender, speaker)
    if (partner := _with_agreement(piece, lender)) is not None:
        known = known | partner_claims(partner)
    return known


def _on_roster(piece: Piece, lender: Lender) -> Originator | None:
    speaker = piece.originator
    if speaker is None:
        return None
    known = (one for one in lender.originators if (one.nmls, one.name) == (speaker.nmls, speaker.name))
    return next((one for one in known if set(speaker.states) <= set(one.states)), None)


def _with_agreement(piece: Piece, lender: Lender) -> MarketingPartner | None:
    partner = piece.partner
    if partner is None:
        return None
    known = (one for one in lender.partners if (one.name, one.kind) == (partner.name, partner.kind))
    return next(known, None)


def _is_on_record(recorded: Claim | None, claim: Claim) -> bool:
    """Whether a value of identity is the record's."""
    return (
        recorded is not None
        and claim.provenance.source in IDENTITY
        and (recorded.kind, recorded.text) == (claim.kind, claim.text)
    )


def _shows(recorded: Claim | None, binding: Binding, texts: Mapping[str, str]) -> bool:
    """Whether the letters that are called a value of the record are that value."""
    return recorded is not None and texts.get(binding.field, "")[binding.start : binding.end] == recorded.text


def _overlapping(bindings: Iterable[Binding]) -> bool:
    ordered = sorted(bindings, key=lambda one: (one.field, one.start))
    return any(one.field == other.field and other.start < one.end for one, other in pairwise(ordered))


def _worth(claim: Claim) -> str:
    """Everything about a value but which row of a sheet it is: states with the same price share a class."""
    origin = claim.provenance
    told = claim.model_copy(
        update={"provenance": origin.model_copy(update={"reference": _ROW.sub("row", origin.reference)})}
    )
    return told.model_dump_json()


def _shown(piece: Piece) -> list[Claim]:
    bound = {binding.slot for binding in piece.bindings}
    return [claim for claim in piece.claims or () if claim.slot in bound]


def _emptied(piece: Piece, field: str, text: str, verified: frozenset[str]) -> str:
    for binding in sorted(piece.bindings, key=lambda one: one.start, reverse=True):
        if binding.field == field and binding.slot in verified:
            text = f"{text[: binding.start]}{{{{{binding.slot}}}}}{text[binding.end :]}"
    return text


def _records(piece: Piece, lender: Lender) -> dict[str, Any]:
    """The records beside the words.

    States may differ, since the rules judged each piece for its own; who speaks may differ where both stand
    in the lender's rosters.
    """
    seen = piece.model_dump(mode="json", include={"cost_split", "consent", "offers"})
    targeting = {name: value for name, value in (piece.targeting or {}).items() if name != "states"}
    speaker = "on the roster" if _on_roster(piece, lender) else _dumped(piece.originator)
    partner = f"any {piece.partner.kind}" if piece.partner and _with_agreement(piece, lender) else ""
    return {
        **seen,
        "targeting": None if piece.targeting is None else targeting,
        "originator": speaker,
        "partner": partner or _dumped(piece.partner),
        "bare": piece.claims is None,
    }


def _dumped(noun: Noun | None) -> Any:
    return None if noun is None else noun.model_dump(mode="json")
