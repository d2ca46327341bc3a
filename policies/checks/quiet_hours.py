"""A text sent too early or too late where the recipient is (47 CFR 64.1200(c)(1) and state acts)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.noun import Noun
from policies.rule import Rule
from policies.seen import Hit, Seen


class Keys(Noun):
    """Hours in which a message may arrive, `[first, last)` local: `everywhere`, and stricter ones by state."""

    everywhere: tuple[int, int] = (8, 21)
    by_state: dict[str, tuple[int, int]] = {}


def run(rule: Rule, seen: Seen) -> Iterator[Hit]:
    """One hit where the sending moment lies outside the window of any state reached."""
    keys: Keys = rule.keys
    record = seen.piece.consent
    if record is None or not record.send_at:
        return
    moment = datetime.fromisoformat(record.send_at)
    if moment.tzinfo is not None and record.timezone:
        moment = moment.astimezone(ZoneInfo(record.timezone))
    windows = [keys.by_state.get(state, keys.everywhere) for state in seen.piece.states] or [keys.everywhere]
    first, last = max(one[0] for one in windows), min(one[1] for one in windows)
    minutes = moment.hour * 60 + moment.minute
    if not first * 60 <= minutes <= last * 60:
        where = record.timezone or "the recipient's zone"
        yield Hit("consent", words={"sent": f"{moment:%H:%M} in {where}", "window": f"{first}:00 to {last}:00"})
