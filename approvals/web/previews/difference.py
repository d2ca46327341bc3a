"""What a new revision changes of the one before: words, values, findings, whom it addresses and how."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from approvals.pieces import StoredPiece
from approvals.web.fragments import filled
from approvals.web.previews.fields import field_name
from approvals.web.previews.wording import stretches, told
from campaign.claim import Claim, SlotRange
from campaign.finding import Finding
from campaign.piece import Piece

_SETTINGS = ("channel", "audience", "originator", "partner", "cost_split", "consent", "offers")
_EMPTY = "none"


class Change(NamedTuple):
    """One value before and after; an empty one was not there."""

    name: str
    before: str
    after: str


def difference(before: StoredPiece | None, after: StoredPiece) -> Markup:
    """What changed from one revision to another; None where there was nothing before."""
    if before is None:
        return filled("previews/difference.html", before=None, after=after)
    old, new = before.piece, after.piece
    texts = _texts(old, new)
    gone, come = _findings(before, after)
    return filled(
        "previews/difference.html",
        before=before,
        after=after,
        changed=[(name, told(stretches(was, now))) for name, was, now in texts if was != now],
        unchanged=[name for name, was, now in texts if was == now],
        claims=tuple(_claims(old, new)),
        gone=gone,
        come=come,
        sets=tuple(_sets(old, new)),
        settings=tuple(_settings(old, new)),
    )


def _texts(old: Piece, new: Piece) -> list[Change]:
    was, now = dict(old.texts()), dict(new.texts())
    return [Change(field_name(field), was.get(field, ""), now.get(field, "")) for field in {**now, **was}]


def _claims(old: Piece, new: Piece) -> Iterator[Change]:
    """Values whose shown text, source or end changed, came or went."""
    was, now = ({claim.slot: claim for claim in piece.claims or ()} for piece in (old, new))
    for slot in {**was, **now}:
        pair = [_claim(claims.get(slot)) for claims in (was, now)]
        if pair[0] != pair[1]:
            yield Change(slot, *pair)
    spans = [{one.slot: _range(one) for one in piece.ranges} for piece in (old, new)]
    for slot in {**spans[0], **spans[1]}:
        if spans[0].get(slot) != spans[1].get(slot):
            yield Change(slot, spans[0].get(slot, ""), spans[1].get(slot, ""))


def _claim(claim: Claim | None) -> str:
    if claim is None:
        return ""
    source = claim.provenance
    parts = [f"{source.source.replace('_', ' ')}: {source.reference}"]
    parts += [f"{name} {value}" for name, value in source.inputs.items()]
    if claim.valid_until:
        parts.append(f"until {claim.valid_until:%Y-%m-%d %H:%M} UTC")
    return f"{claim.text} ({', '.join(parts)})"


def _range(held: SlotRange) -> str:
    return f"{held.low:g} to {held.high:g} for each recipient ({held.formula}, from {held.source})"


def _findings(before: StoredPiece, after: StoredPiece) -> tuple[list[Finding], list[Finding]]:
    """Findings that are gone and that are new; one that only moved with its words is neither."""
    was, now = (Counter(_what(finding) for finding in stored.findings) for stored in (before, after))
    return _only(before.findings, was - now), _only(after.findings, now - was)


def _what(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.severity.value, finding.field, finding.excerpt


def _only(findings: Sequence[Finding], wanted: Counter[tuple[str, str, str, str]]) -> list[Finding]:
    left = Counter(wanted)
    kept = []
    for finding in findings:
        if left[_what(finding)] > 0:
            left[_what(finding)] -= 1
            kept.append(finding)
    return kept


def _sets(old: Piece, new: Piece) -> Iterator[tuple[str, list[str], list[str]]]:
    """States and products: which are out and which are in; none named means all."""
    for name, was, now in (("States", old.states, new.states), ("Products", old.products, new.products)):
        if set(was) != set(now):
            left_out = [one for one in was if one not in now] if was else ["all"]
            yield name, left_out, [one for one in now if one not in was] if now else ["all"]


def _settings(old: Piece, new: Piece) -> Iterator[Change]:
    was, now = _targeting(old), _targeting(new)
    for name in {**was, **now}:
        if was.get(name) != now.get(name):
            yield Change(f"Targeting: {name}", was.get(name, _EMPTY), now.get(name, _EMPTY))
    before, after = (piece.model_dump(mode="json", include=set(_SETTINGS)) for piece in (old, new))
    for name in _SETTINGS:
        if before[name] != after[name]:
            yield Change(field_name(name), _words(before[name]), _words(after[name]))


def _targeting(piece: Piece) -> Mapping[str, str]:
    return {name: _words(value) for name, value in (piece.targeting or {}).items()}


def _words(value: object) -> str:
    """A setting as one line; what has parts is told part by part."""
    if value is None:
        return _EMPTY
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items() if part is not None)
    if isinstance(value, list | tuple):
        return ", ".join(_words(part) for part in value) or _EMPTY
    return json.dumps(value)
