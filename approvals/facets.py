"""What a revision can be found by: its states, rules, speaker, products, and the values it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, floor

from sqlalchemy import delete
from sqlmodel import Session, col

from approvals.desk_records import FacetRow
from approvals.names import fold
from campaign.finding import Finding
from campaign.piece import Piece

_LICENCES = "licenses."


def facets_of(piece: Piece, findings: Iterable[Finding]) -> frozenset[tuple[str, str]]:
    """Pairs of facet and value.

    Facets are `state`, `rule`, `originator`, `partner`, `product`, `claim`, `rate` and `licence`. A rate is
    written so that text sorts as numbers do (`06.1250`), a name folded.
    """
    return frozenset(_facets(piece, findings))


def rate_text(percent: float) -> str:
    """A rate as facets hold it, in percent."""
    return f"{percent:07.4f}"


def keep_facets(session: Session, row_id: int, facets: Iterable[tuple[str, str]]) -> None:
    """Hold a revision's facets in place of those it had."""
    session.execute(delete(FacetRow).where(col(FacetRow.row_id) == row_id))
    session.add_all(FacetRow(facet=name, value=value, row_id=row_id) for name, value in facets)


def _facets(piece: Piece, findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    yield from (("state", state) for state in piece.states)
    yield from (("product", product) for product in piece.products)
    yield from (("rule", finding.rule) for finding in findings)
    if piece.originator is not None:
        yield "originator", fold(piece.originator.name)
        if piece.originator.nmls:
            yield "originator", piece.originator.nmls
    if piece.partner is not None:
        yield "partner", fold(piece.partner.name)
    yield from _of_ranges(piece)
    bound = {binding.slot for binding in piece.bindings}
    for claim in piece.claims or ():
        if claim.slot not in bound:
            continue
        yield "claim", claim.kind
        yield "claim", claim.slot
        if claim.kind in ("rate", "apr") and claim.value is not None:
            yield "rate", rate_text(claim.value)
        if claim.provenance.source == "licence":
            for part in claim.provenance.reference.split():
                if part.startswith(_LICENCES):
                    yield "licence", part.removeprefix(_LICENCES).rstrip(",")


def _of_ranges(piece: Piece) -> Iterator[tuple[str, str]]:
    """What a recipient may be shown counts as shown: a range of rates by its ends and all eighths between."""
    for held in piece.ranges:
        yield "claim", held.kind
        yield "claim", held.slot
        if held.kind in ("rate", "apr"):
            eighths = range(ceil(held.low * 8), floor(held.high * 8) + 1)
            yield from (
                ("rate", rate_text(rate)) for rate in (held.low, held.high, *(n / 8 for n in eighths))
            )
