"""Waivers applied: which findings a person has let pass, which waivers no longer hold, which meet nothing.

Pure functions on findings, so that `check` and the approvals' gate mean the same by a waiver.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from campaign.errors import Unreadable
from campaign.finding import Finding, Verdict, verdict
from campaign.lender import line_of
from campaign.waiver import Waiver
from policies.engine import FAILS_CLOSED

ENGINE = "engine."


@dataclass(frozen=True, slots=True)
class Waiving:
    """A piece's findings, with what waivers say of them.

    Attributes:
        standing: findings that count.
        waived: findings that a waiver in force takes away, each with it.
        refused: standing findings that a waiver names without holding, each with it and why it does not.
    """

    standing: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...] = ()
    refused: tuple[tuple[Finding, Waiver, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of what stands."""
        return verdict(self.standing)


def waive(
    findings: Sequence[Finding],
    waivers: Iterable[Waiver],
    *,
    names: Sequence[str],
    content: str,
    at: datetime,
    zone: ZoneInfo,
) -> Waiving:
    """Set findings against waivers.

    A rule that could not finish has judged nothing, so its finding cannot be waived, nor can `engine.*`.

    Args:
        findings: of one piece. waivers: all there are.
        names: what the piece is called: its id, its file.
        content: `Piece.content_hash`. at: aware moment of the judgement. zone: the lender's.
    """
    named = [one for one in waivers if any(_is_named(name, one.piece) for name in names)]
    standing: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    refused: list[tuple[Finding, Waiver, str]] = []
    for finding in findings:
        asked = [one for one in named if one.rule == finding.rule and finding.citation != FAILS_CLOSED]
        reasons = {one: one.why_not(content, at, zone) for one in asked}
        holding = next((one for one, reason in reasons.items() if not reason), None)
        if holding:
            waived.append((finding, holding))
            continue
        standing.append(finding)
        refused += [(finding, one, reason) for one, reason in reasons.items()]
    return Waiving(tuple(standing), tuple(waived), tuple(refused))


def idle(waivers: Iterable[Waiver], done: Iterable[Waiving]) -> tuple[Waiver, ...]:
    """Waivers that met no finding of any piece."""
    met = {waiver for one in done for _, waiver in one.waived}
    met |= {waiver for one in done for _, waiver, _ in one.refused}
    return tuple(one for one in waivers if one not in met)


def read_waivers(text: str, source: str, rules: Collection[str]) -> tuple[Waiver, ...]:
    """Read a file of waivers: `[[waivers]]` tables with the keys of `Waiver`.

    Args:
        text: TOML. source: its name, for messages. rules: ids that exist.

    Raises:
        Unreadable: with the line: no TOML, a key unknown or missing, a rule that does not exist or that
            nobody can waive, nobody who answers for it, no end.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(source, f"is no TOML: {error}.", "Mend that line.") from error
    listed = tables.pop("waivers", [])
    if tables or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable(source, "is no list of waivers.", "Begin each waiver with `[[waivers]]`.")
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.split("#")[0].strip() == "[[waivers]]"]
    if len(starts) != len(listed):
        raise Unreadable(source, "is no list of waivers.", "Begin each waiver with a line `[[waivers]]`.")
    ends = [*starts[1:], len(lines)]
    return tuple(
        _waiver(raw, "\n".join(lines[start:end]), start, source, rules)
        for raw, start, end in zip(listed, starts, ends, strict=False)
    )


def _waiver(raw: dict[str, Any], rest: str, start: int, source: str, rules: Collection[str]) -> Waiver:
    def place(key: str) -> str:
        return f"{source}:{start + (line_of(rest, ['waivers', key]) or 1)}"

    rule = raw.get("rule")
    if isinstance(rule, str) and rule.startswith(ENGINE):
        raise Unreadable(
            place("rule"), f"`{rule}` cannot be waived.", "Mend what stopped the engine, and check again."
        )
    if isinstance(rule, str) and rule not in rules:
        near = get_close_matches(rule, rules, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "See `vallum policy list`."
        raise Unreadable(place("rule"), f"no rule is called `{rule}`.", hint)
    try:
        return Waiver.model_validate({**raw, "place": f"{source}:{start + 1}"})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]) if first["loc"] else "until"
        if first["type"] == "missing":
            raise Unreadable(
                f"{source}:{start + 1}", f"`{key}` is missing.", "A waiver without it is none; add it."
            ) from error
        if first["type"] == "extra_forbidden":
            raise Unreadable(
                place(key), f"`{key}` is no key of a waiver.", "Remove it or mend its name."
            ) from error
        what = first["msg"].removeprefix("Value error, ")
        raise Unreadable(place(key), f"`{key}`: {what}.", "Mend the value.") from error


def _is_named(name: str, pattern: str) -> bool:
    return name == pattern or (PurePath(pattern).parts != () and PurePath(name).match(pattern))
