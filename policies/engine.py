"""The gate's screen: every rule of the pack asked about one piece, failing closed.

A rule that cannot finish is itself a blocking finding: silence must never mean consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from campaign.finding import Finding, Severity
from campaign.lender import Lender
from campaign.piece import Piece
from policies.checks import KINDS
from policies.markup import looks_like_markup, visible
from policies.packs import Pack
from policies.rule import Rule
from policies.seen import Hit, Seen, see

_LONGEST_EXCERPT = 160
MOST_HITS = 20_000
PATIENCE_S = 10.0
FAILS_CLOSED = "house rule: the gate fails closed"
LONGEST_TEXT = 200_000
"""Characters of a piece in all; no mail program shows more, and a text without end must not hold the gate."""


def screen(
    piece: Piece,
    lender: Lender,
    pack: Pack,
    *,
    at: datetime,
    clock: Callable[[], float] | None = None,
) -> tuple[Finding, ...]:
    """Ask every rule about a piece.

    Args:
        piece: as the public will see it.
        lender: who advertises.
        pack: the rules.
        at: aware moment of the judgement.
        clock: seconds that only grow, for cutting off a rule that goes on beyond `PATIENCE_S`; without one
            only the number of its findings does that.

    Returns:
        Findings in a fixed order (field, place, rule), the same for the same piece, lender, pack and moment.
        Nothing raises: a rule that fails is a blocking finding that names it.
    """
    if (length := sum(len(text) for _, text in piece.texts())) > LONGEST_TEXT:
        return (_too_long(length),)
    try:
        seen = see(piece, lender, at, pack.sieve)
    except Exception as error:  # noqa: BLE001 - a text that cannot be read must not pass
        return (_failed("engine.unreadable", "body", error),)
    texts = dict(piece.texts())
    findings = {
        finding
        for rule, triggers in pack.triggers
        if triggers is None or not triggers <= seen.ruled_out
        for finding in _ask(rule, seen, texts, clock)
    }
    return _in_order(findings, texts)


def _in_order(findings: Iterable[Finding], texts: dict[str, str]) -> tuple[Finding, ...]:
    """By field as the piece has them, then by place."""
    order = {name: place for place, name in enumerate(texts)}

    def place_of(one: Finding) -> tuple[int, str, int, int, str, str]:
        return order.get(one.field, len(order)), one.field, one.start, one.end, one.rule, one.message

    return tuple(sorted(findings, key=place_of))


def _ask(
    rule: Rule, seen: Seen, texts: dict[str, str], clock: Callable[[], float] | None
) -> Iterator[Finding]:
    """One rule's findings; a rule that raises or does not end blocks."""
    try:
        if rule.in_force(seen.today) and seen.applies(rule.applies):
            hits = _bounded(KINDS[rule.kind](rule, seen), clock)
            yield from [_finding(rule, hit, texts.get(hit.field, "")) for hit in hits]
    except Exception as error:  # noqa: BLE001 - the one place where any failure must become a finding
        yield _failed(rule.id, seen.first_field, error)


def _bounded(hits: Iterator[Hit], clock: Callable[[], float] | None) -> Iterator[Hit]:
    """The hits, as long as they come to an end.

    Raises:
        TimeoutError: they are more than `MOST_HITS`, or still come after `PATIENCE_S` seconds.
    """
    until = clock() + PATIENCE_S if clock else 0.0
    for number, hit in enumerate(hits):
        if number >= MOST_HITS:
            raise TimeoutError(f"more than {MOST_HITS:,} places found")
        yield hit
        if clock and clock() > until:
            raise TimeoutError(f"still at work after {PATIENCE_S:g} seconds")


def _finding(rule: Rule, hit: Hit, original: str) -> Finding:
    excerpt = original[hit.start : hit.end]
    read = _as_read(excerpt)
    shown = read if len(read) <= _LONGEST_EXCERPT else read[:_LONGEST_EXCERPT] + " ..."
    words = {"match": f'"{shown}"' if shown else "the piece", **hit.words}
    fix = hit.fix or rule.fix
    return Finding(
        rule=rule.id,
        severity=hit.severity or rule.severity,
        confidence=rule.confidence,
        citation=rule.citation,
        field=hit.field,
        start=hit.start,
        end=hit.end,
        excerpt=excerpt,
        message=_fill(rule.message, words),
        fix=_fill(fix, words) if fix else None,
    )


def _as_read(excerpt: str) -> str:
    """The words without the markup and the line breaks between them."""
    if looks_like_markup(excerpt):
        excerpt = "".join(stretch for _, stretch in visible(excerpt)[0])
    return " ".join(excerpt.split())


def _fill(text: str, words: dict[str, str]) -> str:
    """Put words into a message; anything else in braces stays as written."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _failed(rule_id: str, field: str, error: Exception) -> Finding:
    return Finding(
        rule=rule_id,
        severity=Severity.BLOCK,
        citation=FAILS_CLOSED,
        field=field,
        message=f"`{rule_id}` could not finish ({type(error).__name__}: {error}), so the piece may not pass.",
        fix="Report the rule and the piece; until it is mended, compliance decides by hand.",
    )


def _too_long(length: int) -> Finding:
    return Finding(
        rule="engine.unreadable",
        severity=Severity.BLOCK,
        citation=FAILS_CLOSED,
        field="body",
        message=f"The piece holds {length:,} characters, and {LONGEST_TEXT:,} are read: it may not pass.",
        fix="Check it in parts.",
    )
