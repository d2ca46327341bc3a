"""A text sent too early or too late where the recipient is (47 CFR 64.1200(c)(1) and state acts)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from campaign.finding import Severity
from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen

_SATURDAY, _SUNDAY = 5, 6


class Keys(Noun):
    """Hours in which a message may arrive, first to last, local where the recipient is.

    Attributes:
        everywhere: the federal window.
        by_state: stricter windows of states, read in the act; outside them it blocks.
        warn_by_state, warn_saturdays, warn_sundays: windows that nobody compared with the act yet; outside
            them it warns.
    """

    everywhere: tuple[int, int] = (8, 21)
    by_state: dict[str, tuple[int, int]] = Field(default_factory=dict)
    warn_by_state: dict[str, tuple[int, int]] = Field(default_factory=dict)
    warn_saturdays: dict[str, tuple[int, int]] = Field(default_factory=dict)
    warn_sundays: dict[str, tuple[int, int]] = Field(default_factory=dict)


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the sending moment lies outside the window of any state reached."""
    keys: Keys = rule.keys
    record = seen.piece.consent
    if record is None or not record.send_at:
        return
    moment = datetime.fromisoformat(record.send_at)
    if moment.tzinfo is not None and record.timezone:
        moment = moment.astimezone(ZoneInfo(record.timezone))
    states = seen.piece.states
    strict = _common(keys.everywhere, [keys.by_state[state] for state in states if state in keys.by_state])
    by_day = {_SATURDAY: keys.warn_saturdays, _SUNDAY: keys.warn_sundays}.get(moment.weekday(), {})
    loose = keys.warn_by_state | by_day
    wished = _common(strict, [loose[state] for state in states if state in loose])
    where = record.timezone or "the recipient's zone"
    for window, severity in ((strict, None), (wished, Severity.WARN)):
        if not _inside(moment, window):
            words = {"sent": f"{moment:%H:%M} in {where}", "window": f"{window[0]}:00 to {window[1]}:00"}
            yield Hit("consent", words=words, severity=severity)
            return


def _common(window: tuple[int, int], others: list[tuple[int, int]]) -> tuple[int, int]:
    """The hours that every window allows."""
    windows = [window, *others]
    return max(first for first, _ in windows), min(last for _, last in windows)


def _inside(moment: datetime, window: tuple[int, int]) -> bool:
    minutes = moment.hour * 60 + moment.minute
    return window[0] * 60 <= minutes <= window[1] * 60
